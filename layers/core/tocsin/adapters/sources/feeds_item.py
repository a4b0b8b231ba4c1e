"""What a feed's item says, before it becomes a post: the same for XML and JSON feeds."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedItem:
    """Texts are as the feed had them (markup and all); ``when`` is aware UTC, ``bad_date`` a date nobody could read."""

    guid: str = ""
    link: str = ""
    title: str = ""
    text: str = ""
    when: datetime | None = None
    bad_date: str = ""
    authors: tuple[str, ...] = ()
    """Each as the feed wrote it: «Name», «mail (Name)», «Name <mail>»."""
    author_url: str = ""
    outlet: str = ""
    """The publisher that an aggregator names in <source>."""
    outlet_url: str = ""
    language: str = ""
    media: tuple[str, ...] = ()
    likes: int | None = None
    replies: int | None = None
    views: int | None = None
    in_reply_to: str = ""
    thread: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFeed:
    items: tuple[FeedItem, ...]
    warnings: tuple[str, ...] = ()


MAX_ITEMS = 5_000
"""As many as a source's seen-set remembers; a real feed of 5 MB has fewer."""


def whole(value: object) -> int | None:
    """A count, or None for what is none."""
    text = str(value).strip() if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def read_date(said: str) -> datetime | None:
    """A date as RFC 3339, RFC 5322 or ISO 8601 write it, in UTC; without a zone it is taken as UTC."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(said.strip()[:100])
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (TypeError, ValueError, OverflowError, IndexError):
            continue
    return None
