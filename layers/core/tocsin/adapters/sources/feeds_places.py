"""What the links of well-known places say beyond their feeds, and which feed's address is a secret."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from tocsin.adapters.sources.feeds_ids import native_id
from tocsin.domain.mention import stable_id
from tocsin.domain.urls import canonical_url

if TYPE_CHECKING:
    from tocsin.adapters.sources.feeds_item import FeedItem

_ALERT = re.compile(r"(https?://(?:www\.)?google\.[a-z.]{2,6}/alerts/feeds/)([^?#]+)", re.IGNORECASE)
_HIDDEN = "…"
_LEAST_SECRET = 5
"""Shorter parts of a secret address are not worth hiding, and replacing them would spoil other text."""

_REDDIT = re.compile(
    r"(https://(?:www|old|new)\.reddit\.com/r/[^/]+/comments/([a-z0-9]+)/[^/?#]*)/([a-z0-9]+)/?", re.IGNORECASE
)
_REDDIT_USER = re.compile(r"/?u/([\w-]{1,50})")
_FEDIVERSE = re.compile(r"(https://[^/]+/@([\w.-]{1,100}(?:@[\w.-]{1,200})?))/\d{5,}")
_WORDPRESS = re.compile(r"#comment-\d+$")
_COMMENT_BY = re.compile(
    r"(?:(?:Comment on|Comentarios? en|Коментар до|Комментарий к) .{1,500} (?:by|por|від|от)|(?:By|Por|Від|От):)"
    r" (.{1,200})",
    re.DOTALL,
)


class Place(NamedTuple):
    """What the link adds: who speaks (``name`` only where the feed has none), and what is answered."""

    handle: str | None = None
    name: str | None = None
    author_url: str | None = None
    in_reply_to: str | None = None
    thread: str | None = None


def place_of(source: str, item: FeedItem, feed_url: str) -> Place:
    link = item.link
    comment = _REDDIT.fullmatch(link)
    user = _REDDIT_USER.fullmatch(item.authors[0]) if item.authors and "reddit.com/" in link else None
    if comment or user:
        root = None
        if comment:  # the post's own item has this guid and this link
            root = stable_id(source, native_id(f"t3_{comment[2]}", f"{comment[1]}/", feed_url))
        return Place(handle=user[1] if user else None, thread=root)
    if (status := _FEDIVERSE.fullmatch(link)) and not item.authors:
        return Place(handle=status[2], author_url=status[1])
    if _WORDPRESS.search(link) and (page := canonical_url(link.partition("#")[0], feed_url)):
        said = _COMMENT_BY.fullmatch(item.title)
        return Place(name=said[1] if said else None, in_reply_to=page, thread=page)
    return Place()


def public_address(url: str) -> str:
    """The feed's address as it may be shown and kept: that of a Google Alert is a secret, all of it."""
    return _ALERT.sub(rf"\1{_HIDDEN}", url)


def without_secret(text: str, url: str) -> str:
    """What names the feed at ``url``, without what makes that address a secret."""
    for part in _secrets(url):
        text = text.replace(part, _HIDDEN)
    return text


def body_without_secret(body: bytes, url: str) -> bytes:
    for part in _secrets(url):
        body = body.replace(part.encode(), _HIDDEN.encode())
    return body


def _secrets(url: str) -> list[str]:
    alert = _ALERT.match(url)
    query = urlsplit(url).query if alert else ""
    parts = [*alert[2].split("/"), query] if alert else []
    return sorted((part for part in parts if len(part) >= _LEAST_SECRET), key=len, reverse=True)
