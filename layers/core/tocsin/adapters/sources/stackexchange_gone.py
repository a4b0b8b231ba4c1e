"""Whether questions, answers and comments of Stack Exchange are still there: a hundred of a site at once, and each that
is missing once more by itself."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from tocsin.adapters.sources.lookup import Lookup, Word, native_of
from tocsin.adapters.sources.values import at, count, items, words
from tocsin.domain.errors import FetchError, Trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime, timedelta

    from tocsin.adapters.http_guard import GuardedHttp, HttpReply
    from tocsin.domain.recheck import Gone

_API = "https://api.stackexchange.com/2.3"
_AT_ONCE = 100
_NATIVE = re.compile(r"([a-z0-9.-]{3,80})/(c?)(\d{1,12})")


def gone(
    http: GuardedHttp,
    key: str,
    answer: Callable[[HttpReply], Any],
    ids: Sequence[str],
    now: datetime,
    budget: timedelta,
) -> Gone:
    """``answer``: the JSON of a reply, or the error that it is."""
    look = Lookup(http, ids, now, budget)
    places: dict[tuple[str, str], dict[str, str]] = {}
    for post in ids:
        native = _NATIVE.fullmatch(native_of(post))
        if native is None:
            look.cannot(post)
            continue
        places.setdefault((native[1], "comments" if native[2] else "posts"), {})[native[3]] = post
    for (site, what), posts in places.items():
        there = partial(_there, look, key, answer, site, what)
        look.in_batches(list(posts), _AT_ONCE, partial(_several, look, posts, there))
    return look.result()


def _several(
    look: Lookup, posts: dict[str, str], there: Callable[[Sequence[str]], set[str]], some: Sequence[str]
) -> None:
    found = there(some)
    for number in found.intersection(some):
        look.says(posts[number], Word.THERE)
    missing = {posts[number]: number for number in some if number not in found}
    look.one_by_one(missing, lambda post: Word.UNSAID if there([missing[post]]) else Word.GONE)


def _there(
    look: Lookup, key: str, answer: Callable[[HttpReply], Any], site: str, what: str, numbers: Sequence[str]
) -> set[str]:
    asked = {"site": site, "pagesize": str(_AT_ONCE)} | ({"key": key} if key else {})
    reply = look.get(f"{_API}/{what}/{';'.join(numbers)}?{urlencode(asked)}", takes=range(200, 600))
    value = answer(reply)
    if wait := count(at(value, "backoff")):
        look.wait(wait)
    if at(value, "has_more") is not False:
        raise FetchError("Stack Exchange gives a part of what was asked, or no list", trouble=Trouble.FORMAT)
    name = "comment_id" if what == "comments" else "post_id"
    return {words(item.get(name)) for item in items(at(value, "items"))}
