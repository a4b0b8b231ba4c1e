"""What all shapes of Telegram share: ids, links, counts, hidden addresses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tocsin.adapters.sources import values
from tocsin.adapters.sources.found import post_id as any_post_id
from tocsin.domain.mention import MAX_TEXT
from tocsin.domain.text import clip

if TYPE_CHECKING:
    from collections.abc import Iterable

KIND = "telegram"

_MESSAGE = re.compile(
    r"(?:https?://)?(?:www\.)?(?:t|telegram)\.(?:me|dog)/(?:s/)?"
    r"(c/\d{1,20}|[A-Za-z][A-Za-z0-9_]{2,31})/(?:\d{1,12}/)?(\d{1,12})(?:\?(?:[^#]*&)?comment=(\d{1,12}))?(?=[?#/&]|$)",
    re.IGNORECASE,
)
_CHANNEL = re.compile(
    r"(?:https?://)?(?:www\.)?(?:t|telegram)\.(?:me|dog)/(?:s/)?([A-Za-z][A-Za-z0-9_]{3,31})(?=[/?#]|$)", re.IGNORECASE
)
_NOT_CHANNELS = frozenset({"joinchat", "addstickers", "addemoji", "share", "proxy", "socks", "setlanguage", "invoice"})
_OURS = re.compile(r"https?://(?:www\.)?(?:t|telegram)\.(?:me|dog)(?=[/?#]|$)", re.IGNORECASE)
_NUMBER = re.compile(r"(\d{1,15}(?:[.,]\d{1,6})?)([KMBТКМ]?)(?![\w.,])", re.IGNORECASE)
_GROUPED = re.compile(r"(?<=\d)[\s\u00a0\u202f](?=\d{3}(?!\d))|(?<=\d),(?=\d{3}(?!\d))")
_TIMES = {"": 1, "K": 1_000, "К": 1_000, "Т": 1_000, "M": 1_000_000, "М": 1_000_000, "B": 1_000_000_000}
_MAX_LINKS = 20


def native_of(link: Any) -> str | None:
    """«channel/123», «c/1234567890/123» or «channel/123?comment=9» of a message's address; None for any other."""
    said = link.strip() if isinstance(link, str) else ""
    found = _MESSAGE.match(said[:300])
    if not found or found[1].lower() in _NOT_CHANNELS:
        return None
    native = f"{found[1].lower()}/{int(found[2])}"
    return f"{native}?comment={int(found[3])}" if found[3] else native


def channel_of(link: Any) -> str | None:
    """The public name in a t.me address, lower case."""
    found = _CHANNEL.match(link.strip()[:300]) if isinstance(link, str) else None
    return None if not found or found[1].lower() in _NOT_CHANNELS else found[1].lower()


def post_id(native: str) -> str:
    return any_post_id(KIND, native)


def url_of(native: str) -> str | None:
    """Where people with access read it; a private chat or small group has no addresses."""
    return f"https://t.me/{native}" if native[:1].isalpha() else None


def approximate(said: Any) -> int | None:
    """A count as Telegram shows it to people: «1.33M», «12.5K», «24 240», «1,234». Rounded, as the source is."""
    text = _GROUPED.sub("", said.strip()[:60]) if isinstance(said, str) else ""
    found = _NUMBER.match(text)
    if not found:
        return None
    number, unit = found[1].replace(",", "."), found[2].upper()
    return round(float(number) * _TIMES[unit])


def with_links(text: str, links: Iterable[Any]) -> str:
    """The text, and under it the addresses that its words hide. Invitations to Telegram channels stay away: most
    channels end every post with some; a link to a message is part of what is said."""
    shown = text.lower()
    hidden = []
    for link in links:
        if not isinstance(link, str) or (_OURS.match(link) and not native_of(link)):
            continue
        url = values.address(link)
        bare = link.strip().lower().partition("://")[2].rstrip("/")
        if url and bare and bare not in shown and url not in hidden:
            hidden.append(url)
    joined = "\n".join([*([text] if text else []), *hidden[:_MAX_LINKS]])
    return clip(joined, MAX_TEXT)
