"""A paid catalogue of channels: the answers of TGStat's API (posts/search, posts/get, channels/posts).

Shape as public programs read it (api.tgstat.ru/docs): {"status": "ok", "response": {count, total_count, items: [{id,
date, views, link, channel_id, forwarded_from, is_deleted, text, shares_count…}], channels: [{id, link, username, title,
participants_count}]}}; {"status": "error", "error": "empty_token"} otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tocsin.adapters.sources import values
from tocsin.adapters.sources.telegram_values import KIND, channel_of, native_of, post_id, url_of
from tocsin.adapters.sources.values import at, items
from tocsin.domain.errors import Trouble
from tocsin.domain.mention import Author, Engagement, Medium, Post

if TYPE_CHECKING:
    from tocsin.adapters.sources.found import Found


def is_catalogue(value: Any) -> bool:
    return (
        isinstance(value, dict) and value.get("status") in ("ok", "error") and ("response" in value or "error" in value)
    )


def error_of(value: Any) -> tuple[str, Trouble] | None:
    """What the catalogue says instead of an answer."""
    if at(value, "status") != "error":
        return None
    said = values.name(at(value, "error")) or "an error without a name"
    low = said.lower()
    if "token" in low or "auth" in low:
        return said, Trouble.AUTH
    if any(word in low for word in ("limit", "quota", "tariff", "tarif", "subscription", "payment", "expired")):
        return said, Trouble.QUOTA
    return said, Trouble.FORMAT


def read_catalogue(value: dict[str, Any], found: Found, medium: Medium) -> int | None:
    """How many posts there are in all, where it says so."""
    answer = value.get("response")
    listed = items(at(answer, "items"))
    if not listed and isinstance(answer, dict) and "link" in answer and "text" in answer:
        listed = [answer]
    channels = {values.words(channel.get("id")): channel for channel in items(at(answer, "channels"))}
    own = at(answer, "channel")
    if isinstance(own, dict):
        channels[values.words(own.get("id"))] = own
    for item in listed:
        _item(item, channels.get(values.words(item.get("channel_id")), {}), found, medium)
    return values.count(at(answer, "total_count"))


def _item(item: dict[str, Any], channel: dict[str, Any], found: Found, medium: Medium) -> None:
    native = native_of(item.get("link"))
    text = values.text(item.get("text"))
    what = f"publication {native or values.short(item.get('id')) or '?'}"
    if native is None:
        found.skip(what, "it has no address of a message")
        return
    if values.count(item.get("is_deleted")) or item.get("is_deleted") is True or not text:
        found.skip(what, "it was deleted" if text else "it has no words")
        return
    origin = native_of(item.get("forwarded_from"))
    handle = channel_of(channel.get("link")) or (None if native.startswith("c/") else native.partition("/")[0])
    found.update(
        Post(
            id=post_id(native),
            source=KIND,
            url=url_of(native),
            text=text,
            published_at=found.when(values.moment(item.get("date"))),
            fetched_at=found.fetched_at,
            author=Author(
                handle=handle,
                name=values.name(channel.get("title")),
                url=f"https://t.me/{handle}" if handle else None,
                followers=values.count(channel.get("participants_count")),
            ),
            engagement=Engagement(
                views=values.count(item.get("views")),
                shares=values.count(item.get("shares_count")),
                likes=values.count(item.get("reactions_count")),
                replies=values.count(item.get("comments_count")),
            ),
            thread=post_id(origin) if origin else None,
            medium=medium,
        ),
        fields=sorted(key for key in ("id", "date", "views", "link", "text", "channel_id") if key in item),
    )
