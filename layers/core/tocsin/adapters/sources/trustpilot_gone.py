"""Whether reviews at Trustpilot are still there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tocsin.adapters.sources.lookup import Lookup, Word, native_of
from tocsin.adapters.sources.values import at, words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from tocsin.adapters.http_guard import GuardedHttp
    from tocsin.domain.recheck import Gone

_REVIEWS = "https://api.trustpilot.com/v1/reviews"
_NATIVE = re.compile(r"[0-9a-f]{24}")


def gone(http: GuardedHttp, key: str, ids: Sequence[str], now: datetime, budget: timedelta) -> Gone:
    look = Lookup(http, ids, now, budget)

    def one(post: str) -> Word:
        native = native_of(post)
        if not _NATIVE.fullmatch(native):
            return Word.UNSAID
        status, value = look.json(f"{_REVIEWS}/{native}", private={"apikey": key}, takes=(200, 404, 410))
        if status != 200:
            return Word.GONE if isinstance(value, dict) and not at(value, "fault") else Word.UNSAID
        return Word.THERE if words(at(value, "id")) == native else Word.UNSAID

    look.one_by_one(ids, one)
    return look.result()
