"""Whether posts and comments of Reddit are still there: a hundred at once. Reddit leaves a shell of what is gone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from tocsin.adapters.sources.answers import json_of
from tocsin.adapters.sources.lookup import Lookup, Word, native_of
from tocsin.adapters.sources.values import at, items, words
from tocsin.domain.errors import FetchError, Trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime, timedelta

    from tocsin.adapters.http_guard import GuardedHttp, HttpReply
    from tocsin.domain.recheck import Gone

_AT_ONCE = 100
_NAME = re.compile(r"t[13]_[a-z0-9]{1,12}")
_SHELL = frozenset({"[deleted]", "[removed]"})


def gone(
    http: GuardedHttp, ask: Callable[[str], HttpReply], ids: Sequence[str], now: datetime, budget: timedelta
) -> Gone:
    """``ask``: a path's answer, as the client's application."""
    look = Lookup(http, ids, now, budget)

    def several(posts: Sequence[str]) -> None:
        names = {native_of(post): post for post in posts if _NAME.fullmatch(native_of(post))}
        for post in set(posts) - set(names.values()):
            look.cannot(post)
        if not names:
            return
        look.calls += 1
        value = json_of(ask(f"/api/info?{urlencode({'id': ','.join(names), 'raw_json': '1'})}").body)
        children = at(value, "data", "children")
        if not isinstance(children, list):
            raise FetchError("Reddit answers without a listing", trouble=Trouble.FORMAT)
        for post in names.values():
            look.says(post, Word.UNSAID)  # what Reddit does not list may be in a community that was closed
        for child in items(children):
            data = at(child, "data")
            if words(at(data, "name")) in names:
                look.says(names[words(data["name"])], Word.GONE if _is_shell(data) else Word.THERE)

    look.in_batches(ids, _AT_ONCE, several)
    return look.result()


def _is_shell(data: dict[str, Any]) -> bool:
    """Of a post whose author closed the account the words may stay; here they go with their author."""
    if data.get("removed_by_category") or words(data.get("author")) == "[deleted]":
        return True
    return words(data.get("selftext") or data.get("body")).strip() in _SHELL
