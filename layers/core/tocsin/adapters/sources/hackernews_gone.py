"""Whether items of Hacker News are still there, by its own API: the search keeps what is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tocsin.adapters.sources.lookup import Lookup, Word, native_of
from tocsin.adapters.sources.values import at, words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from tocsin.adapters.http_guard import GuardedHttp
    from tocsin.domain.recheck import Gone

_ITEM = "https://hacker-news.firebaseio.com/v0/item"


def gone(http: GuardedHttp, ids: Sequence[str], now: datetime, budget: timedelta) -> Gone:
    """``dead`` is what moderators or flags took away: it is shown to nobody who does not ask for it."""
    look = Lookup(http, ids, now, budget)

    def one(post: str) -> Word:
        number = native_of(post)
        if not number.isdigit():
            return Word.UNSAID
        _, value = look.json(f"{_ITEM}/{number}.json")
        if words(at(value, "id")) != number:
            return Word.UNSAID
        return Word.GONE if at(value, "deleted") is True or at(value, "dead") is True else Word.THERE

    look.one_by_one(ids, one)
    return look.result()
