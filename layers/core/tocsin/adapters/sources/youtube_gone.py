"""Whether videos and comments of YouTube are still there: 50 at once for one unit, each that is missing once more by
itself. A video that became private is gone too."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from tocsin.adapters.sources.answers import json_in
from tocsin.adapters.sources.google_errors import reasons, value_of
from tocsin.adapters.sources.lookup import Lookup, Word, native_of
from tocsin.adapters.sources.values import at, items, words
from tocsin.domain.errors import FetchError, Trouble

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from tocsin.adapters.http_guard import GuardedHttp
    from tocsin.domain.recheck import Gone

_API = "https://www.googleapis.com/youtube/v3"
_AT_ONCE = 50
_VIDEO = re.compile(r"[\w-]{11}", re.ASCII)
_COMMENT = re.compile(r"[\w-]{12,100}(?:\.[\w-]{1,100})?", re.ASCII)
_NOT_FOUND = frozenset({"commentNotFound", "videoNotFound"})


def gone(http: GuardedHttp, key: str, ids: Sequence[str], now: datetime, budget: timedelta) -> Gone:
    look = Lookup(http, ids, now, budget)

    def several(resource: str, posts: Sequence[str]) -> None:
        there = _there(look, key, resource, posts)
        missing = [post for post in posts if native_of(post) not in there]
        for post in set(posts) - set(missing):
            look.says(post, Word.THERE)
        look.one_by_one(missing, lambda post: Word.UNSAID if _there(look, key, resource, [post]) else Word.GONE)

    videos = [post for post in ids if _VIDEO.fullmatch(native_of(post))]
    comments = [post for post in ids if _COMMENT.fullmatch(native_of(post))]
    for post in set(ids) - {*videos, *comments}:
        look.cannot(post)
    look.in_batches(videos, _AT_ONCE, partial(several, "videos"))
    look.in_batches(comments, _AT_ONCE, partial(several, "comments"))
    return look.result()


def _there(look: Lookup, key: str, resource: str, posts: Sequence[str]) -> set[str]:
    """Those of them that YouTube gives. Raise FetchError for any answer that is no list."""
    asked = urlencode({"part": "id", "id": ",".join(native_of(post) for post in posts), "maxResults": "50"})
    reply = look.get(f"{_API}/{resource}?{asked}", private={"X-Goog-Api-Key": key}, takes=range(200, 600))
    if reply.status == 404 and len(posts) == 1 and _NOT_FOUND.intersection(reasons(json_in(reply))):
        return set()
    value: Any = value_of(reply)
    if not isinstance(at(value, "items"), list) or not words(at(value, "kind")).endswith("ListResponse"):
        raise FetchError("YouTube answers with something else than a list", trouble=Trouble.FORMAT)
    return {words(item.get("id")) for item in items(value["items"])}
