"""Whether issues, pull requests and their comments are still there. What was moved to another repository is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tocsin.adapters.sources.lookup import Lookup, Word, native_of
from tocsin.adapters.sources.values import at, words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime, timedelta

    from tocsin.adapters.http_guard import GuardedHttp, HttpReply
    from tocsin.domain.errors import FetchError
    from tocsin.domain.recheck import Gone

_API = "https://api.github.com"
_NATIVE = re.compile(r"([\w.-]+/[\w.-]+)#(\d{1,10})(?:/(issuecomment-|discussion_r)(\d{1,15}))?", re.ASCII)
_HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}


def gone(
    http: GuardedHttp,
    private: Mapping[str, str],
    refusal: Callable[[HttpReply], FetchError],
    ids: Sequence[str],
    now: datetime,
    budget: timedelta,
) -> Gone:
    """``refusal``: what an answer means that is none. A repository that was deleted or closed takes all with it."""
    look = Lookup(http, ids, now, budget)

    def one(post: str) -> Word:
        path = _path(native_of(post))
        if path is None:
            return Word.UNSAID
        reply = look.get(f"{_API}{path}", private=private, headers=_HEADERS, takes=range(200, 600))
        if reply.status == 200:
            return Word.THERE
        error = refusal(reply)
        if reply.status not in {404, 410}:
            raise error
        said = words(at(look.value_of(reply), "message")).lower()
        return Word.GONE if "not found" in said or "deleted" in said else Word.UNSAID

    look.one_by_one(ids, one)
    return look.result()


def _path(native: str) -> str | None:
    found = _NATIVE.fullmatch(native)
    if found is None:
        return None
    repo, number, part, comment = found.groups()
    if part is None:
        return f"/repos/{repo}/issues/{number}"
    return f"/repos/{repo}/{'issues' if part == 'issuecomment-' else 'pulls'}/comments/{comment}"
