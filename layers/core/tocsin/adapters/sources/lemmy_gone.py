"""Whether posts and comments of Lemmy are still there: asked of the server that each was written on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tocsin.adapters.sources.lookup import Lookup, Word, host_of, native_of
from tocsin.adapters.sources.values import at, words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from tocsin.adapters.http_guard import GuardedHttp
    from tocsin.domain.recheck import Gone

_ADDRESS = re.compile(r"(https?://[\w.:-]+)/(post|comment)/(\d{1,12})")
_NOT_FOUND = frozenset({"couldnt_find_post", "couldnt_find_comment"})


def gone(http: GuardedHttp, ids: Sequence[str], now: datetime, budget: timedelta) -> Gone:
    look = Lookup(http, ids, now, budget)

    def one(post: str) -> Word:
        address = _ADDRESS.fullmatch(native_of(post))
        if address is None:
            return Word.UNSAID
        server, what, number = address.groups()
        status, value = look.json(f"{server}/api/v3/{what}?id={number}", takes=(200, 400, 404))
        if status != 200:
            return Word.GONE if words(at(value, "error")) in _NOT_FOUND else Word.UNSAID
        said = at(value, f"{what}_view", what)
        if words(at(said, "id")) != number:
            return Word.UNSAID
        return Word.GONE if at(said, "deleted") is True or at(said, "removed") is True else Word.THERE

    look.one_by_one(ids, one, host=host_of)
    return look.result()
