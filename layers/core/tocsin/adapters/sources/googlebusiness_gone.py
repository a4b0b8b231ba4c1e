"""Whether reviews of the client's own places are still there. A review's id does not say of which place it is, so each
place is asked in turn; and Google says the same of a review and of a place that is not found. It is taken for deleted
only where each of the places still gives its reviews to the same login."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tocsin.adapters.sources.answers import json_in
from tocsin.adapters.sources.google_errors import reasons, value_of
from tocsin.adapters.sources.lookup import Lookup, Word, native_of
from tocsin.adapters.sources.values import at, words
from tocsin.domain.errors import FetchError, ParseError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from tocsin.adapters.http_guard import GuardedHttp
    from tocsin.adapters.sources.google_auth import GoogleLogin
    from tocsin.domain.recheck import Gone

_API = "https://mybusiness.googleapis.com/v4"
_NATIVE = re.compile(r"[\w-]{4,140}", re.ASCII)
MOST_PLACES = 10
"""With more of them a look would be spent on the wrong ones."""


def gone(
    http: GuardedHttp, login: GoogleLogin, places: Sequence[str], ids: Sequence[str], now: datetime, budget: timedelta
) -> Gone:
    look = Lookup(http, ids, now, budget)
    absent: list[str] = []
    last = list(places)

    def one(post: str) -> Word:
        if not _NATIVE.fullmatch(native_of(post)) or not 0 < len(places) <= MOST_PLACES:
            return Word.UNSAID
        for place in tuple(last):
            look.calls += 1
            reply = login.get(f"{_API}/{place}/reviews/{native_of(post)}", now, look.left)
            if reply.status == 404 and "NOT_FOUND" in reasons(json_in(reply)):
                continue
            if words(at(value_of(reply), "reviewId")) != native_of(post):
                return Word.UNSAID
            last.remove(place)
            last.insert(0, place)  # the next one is likely to be of the same place
            return Word.THERE
        absent.append(post)
        return Word.UNSAID

    look.one_by_one(ids, one)
    if absent and all(_is_open(look, login, place, now) for place in places):
        for post in absent:
            look.says(post, Word.GONE)
    return look.result()


def _is_open(look: Lookup, login: GoogleLogin, place: str, now: datetime) -> bool:
    look.calls += 1
    try:
        return isinstance(value_of(login.get(f"{_API}/{place}/reviews?pageSize=1", now, look.left)), dict)
    except (FetchError, ParseError):
        return False
