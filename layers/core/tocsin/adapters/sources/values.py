"""Values out of a stranger's JSON: what is not there, or is not what it should be, is None and never an error."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any

from tocsin.domain.mention import MAX_TEXT, Medium, Post
from tocsin.domain.model import Frozen
from tocsin.domain.text import clip, html_to_text, plain_text
from tocsin.domain.urls import canonical_url

MAX_SHORT = 2_000
MAX_TITLE = 1_000
MAX_NAME = 300
MAX_MEDIA = 20
_MEDIA = {
    name: medium
    for medium, names in {
        Medium.NEWS: "news",
        Medium.BLOG: "blog,blogs",
        Medium.FORUM: "forum,forums,reddit",
        Medium.VIDEO: "video,videos,youtube,tiktok",
        Medium.REVIEW: "review,reviews",
        Medium.SOCIAL: "x,twitter,facebook,instagram,images,pinterest,linkedin,social,other socials",
    }.items()
    for name in names.split(",")
}
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_NO_LANGUAGE = frozenset("und zxx mul mis qme qht qam qst qct".split())
"""Codes that say «unknown» or «no words», X's own among them."""
_AHEAD = timedelta(minutes=10)
"""Clocks differ; a moment further ahead than this is no moment."""


class Parsed(Frozen):
    """What a response held: its posts, and a line for each item that was skipped or is not whole.

    A response without posts has a warning that says what it is («an error», «a profile»). ``fields``: what every item
    had.
    """

    posts: tuple[Post, ...] = ()
    warnings: tuple[str, ...] = ()
    fields: frozenset[str] | None = None


def at(value: Any, *path: str | int) -> Any:
    """The value at the end of a path of keys and positions, or None."""
    for step in path:
        if isinstance(value, dict) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and -len(value) <= step < len(value):
            value = value[step]
        else:
            return None
    return value


def items(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; nothing else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def words(value: Any) -> str:
    """A string or number as text; '' for everything else."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def short(value: Any, limit: int = MAX_SHORT) -> str | None:
    """An id, a handle, a name: one clean line, or None. Too long to be one is None: half an id is another id."""
    line = " ".join(html_to_text(words(value)[: limit * 4]).split()) if "<" in words(value) else _line(words(value))
    return line if line and len(line) <= limit else None


def _line(text: str) -> str:
    return "".join(char for char in " ".join(text[:10_000].split()) if char.isprintable() or char in "\u200d\ufe0f")


def name(value: Any) -> str | None:
    """A person's or place's name, cut where it is absurdly long."""
    line = _line(words(value))
    return clip(line, MAX_NAME) or None


def title(value: Any) -> str | None:
    return clip(html_to_text(words(value)).replace("\n", " "), MAX_TITLE) or None


def text(value: Any) -> str:
    """Plain, whole text out of HTML or of what was escaped for HTML."""
    return clip(html_to_text(words(value)), MAX_TEXT)


def plain(value: Any) -> str:
    """Whole text of a source that sends no HTML: what looks like a tag or an entity stays as it is."""
    return clip(plain_text(words(value)), MAX_TEXT)


def address(value: Any, base: str | None = None) -> str | None:
    """A canonical http(s) address that is short enough to be kept whole."""
    said = words(value)
    url = canonical_url(said, base) if said else None
    return url if url and len(url) <= MAX_SHORT else None


def addresses(values: Any) -> tuple[str, ...]:
    """Distinct addresses, in order."""
    found = (address(value) for value in values if isinstance(value, str))
    return tuple(dict.fromkeys(url for url in found if url))[:MAX_MEDIA]


def count(value: Any) -> int | None:
    """A number of likes, followers, views: whole and not negative, else unknown. Takes "1234" as well."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit() and len(value) <= 18:
        return int(value.strip())
    if isinstance(value, int):
        return value if 0 <= value < 10**18 else None
    return int(value) if isinstance(value, float) and math.isfinite(value) and 0 <= value < 1e18 else None


def total(*counts: int | None) -> int | None:
    """Of those that are known; None where none is."""
    known = [number for number in counts if number is not None]
    return sum(known) if known else None


def stars(value: Any) -> int | None:
    number = count(value)
    return number if number is not None and 1 <= number <= 5 else None


def moment(value: Any) -> datetime | None:
    """UTC from ISO 8601 (a text without zone is taken as UTC), or from seconds or milliseconds since 1970."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, str):
        said = value.strip()
        if not (said.isascii() and said.replace(".", "", 1).isdigit()) or len(said) < 9:
            return _iso(said)
        value = float(said)
    if isinstance(value, int | float) and math.isfinite(value):
        seconds = value / 1_000 if value > 1e11 else float(value)
        try:
            return datetime.fromtimestamp(seconds, UTC)
        except (ValueError, OverflowError, OSError):
            return None
    return None


def _iso(said: str) -> datetime | None:
    said = said[:60]
    head, dot, tail = said.partition(".")
    if dot:  # more digits than microseconds have (mention.com sends eight)
        digits = len(tail) - len(tail.lstrip("0123456789"))
        said = f"{head}.{tail[: min(digits, 6)]}{tail[digits:]}"
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        return None
    try:
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def published(said: datetime | None, fetched_at: datetime) -> datetime:
    """When it was published: as said where that can be true, else now. A clock may run a little ahead; a date before
    1990 or in the future is a default or a lie, and a post that we have just seen is at most that new."""
    if said is None or said < _EARLIEST or said > fetched_at + _AHEAD:
        return fetched_at
    return min(said, fetched_at)


def medium_of(said: str) -> Medium | None:
    """What tools that watch many sources call the place where something was said."""
    return _MEDIA.get(said.strip().lower())


def tag(value: Any) -> str | None:
    """A BCP 47 language tag as the source claims it; «und», «zxx» and the like say nothing."""
    said = words(value).strip().replace("_", "-")
    head, *rest = said.split("-")
    good = head.isascii() and head.isalpha() and 2 <= len(head) <= 3 and len(said) <= 35
    good = good and all(part.isascii() and part.isalnum() and len(part) <= 8 for part in rest)
    return said if good and head.lower() not in _NO_LANGUAGE else None
