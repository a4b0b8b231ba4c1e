"""Whether posts of X are still there. X bills each post that it gives, and says of each other why it does not."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from tocsin.adapters.sources.lookup import Lookup, Word, native_of
from tocsin.adapters.sources.values import at, items, words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from tocsin.adapters.http_guard import GuardedHttp
    from tocsin.domain.recheck import Gone

_POSTS = "https://api.x.com/2/tweets"
_AT_ONCE = 100
_TAKEN_AWAY = ("/resource-not-found", "/not-authorized-for-resource")
"""Deleted, or its author is gone, suspended or protected: X asks that such posts be deleted alike."""


def gone(http: GuardedHttp, token: str, price: Decimal, ids: Sequence[str], now: datetime, budget: timedelta) -> Gone:
    """``price``: US dollars of a post."""
    look, usd = Lookup(http, ids, now, budget), Decimal(0)

    def several(posts: Sequence[str]) -> None:
        nonlocal usd
        numbers = {native_of(post): post for post in posts if native_of(post).isdigit()}
        for post in set(posts) - set(numbers.values()):
            look.cannot(post)
        if not numbers:
            return
        asked = urlencode({"ids": ",".join(numbers)})
        _, value = look.json(f"{_POSTS}?{asked}", private={"Authorization": f"Bearer {token}"})
        found = items(at(value, "data"))
        usd += len(found) * price
        told = {words(error.get("resource_id")) or words(error.get("value")): error for error in _errors(value)}
        for number, post in numbers.items():
            taken = words(told.get(number, {}).get("type")).endswith(_TAKEN_AWAY)
            look.says(post, Word.GONE if taken else Word.UNSAID)
        for tweet in found:
            if words(tweet.get("id")) in numbers:
                look.says(numbers[words(tweet.get("id"))], Word.THERE)

    look.in_batches(ids, _AT_ONCE, several)
    return look.result(usd=usd)


def _errors(value: object) -> list[dict[str, object]]:
    """Those about a post itself: an error about its author or what it quotes is another's."""
    return [error for error in items(at(value, "errors")) if error.get("resource_type") == "tweet"]
