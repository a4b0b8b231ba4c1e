"""What a feed's item says, before it becomes a post: the same for XML and JSON feeds."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from email.utils import parsedate_to_datetime

_YEAR_FIRST = re.compile(r"(\d{4})([/.])(\d\d?)\2(\d\d?)(?!\d)")
_ZONE_OF_A_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:Z|[+-]\d\d:\d\d)", re.IGNORECASE)  # xs:date
_CLOCK = re.compile(r"\d:\d|\dT\d", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedItem:
    """Texts are as the feed had them (markup and all); ``when`` is aware UTC, read from ``date_said``.

    A ``date_said`` without ``when`` is a date that nobody could read.
    """

    guid: str = ""
    link: str = ""
    title: str = ""
    text: str = ""
    when: datetime | None = None
    date_said: str = ""
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


def read_date(said: str, otherwise: Callable[[], datetime | None] = lambda: None) -> datetime | None:
    """A date as ISO 8601 (RFC 3339, also with slashes or dots) or RFC 5322 write it, in UTC; a day is its midnight.

    Without a zone it is taken as UTC: where the writer lives is not known, so the moment may be up to 14 hours off.
    ``otherwise`` is asked for what is no ISO 8601, before RFC 5322 is tried.
    """
    said = _tidy(said)
    readers: tuple[Callable[[], datetime | None], ...] = (
        lambda: datetime.fromisoformat(said),
        otherwise,
        lambda: parsedate_to_datetime(said),
        lambda: parsedate_to_datetime(f"{said} 00:00:00"),
    )
    for read in readers:
        try:
            moment = read()
            if moment is not None:
                return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (TypeError, ValueError, OverflowError, IndexError):
            continue
    return None


def published_at(item: FeedItem, fetched_at: datetime) -> datetime:
    """When the item came out, as far as it says; what says nothing readable came out now.

    A day without a time of day that is the day of ``fetched_at`` in UTC, the one before or the one after is now, too:
    somewhere on Earth it is or has just been today, and its midnight would make news look hours old. A day further
    off is its midnight in UTC. A time of day is believed, midnight as well.
    """
    if item.when is None:
        return fetched_at
    days = abs((item.when.date() - fetched_at.astimezone(UTC).date()).days)
    return fetched_at if days <= 1 and _is_a_day(item) else item.when


def _is_a_day(item: FeedItem) -> bool:
    at_midnight = item.when is not None and item.when.time() == time()
    return at_midnight and not _CLOCK.search(_tidy(item.date_said))


def _tidy(said: str) -> str:
    """As ISO 8601 writes it; a day without its zone, which the standard library would read as a time."""
    said = _YEAR_FIRST.sub(lambda date: f"{date[1]}-{int(date[3]):02}-{int(date[4]):02}", said.strip()[:100], count=1)
    day = _ZONE_OF_A_DAY.fullmatch(said)
    return day[1] if day else said
