"""How far down a list, newest first, a look has to read: until what the last looks saw, with an overlap."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from pydantic import ValidationError

from tocsin.adapters.sources.found import joined
from tocsin.adapters.sources.look import Deadline, evidence_of, heed_pause
from tocsin.domain.errors import FetchError, ParseError, Trouble
from tocsin.domain.model import Frozen, UtcDatetime
from tocsin.domain.source_state import Pull

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tocsin.adapters.http_guard import HttpReply
    from tocsin.adapters.sources.values import Parsed

MAX_MARKS = 50
MAX_TOKEN = 1_500
"""A cursor has 4,000 characters for everything."""
FIRST_PAGES = 3
"""A source's first look fills the baseline; it needs no more."""


class Stamp(NamedTuple):
    """What tells one state of an item from another: its own id and when it last changed."""

    native: str
    changed: datetime | None

    @property
    def mark(self) -> str:
        said = f"{self.native}\x00{self.changed.isoformat() if self.changed else ''}"
        return urlsafe_b64encode(hashlib.sha256(said.encode("utf-8", "surrogatepass")).digest()[:6]).decode()


class Page(NamedTuple):
    """``stamps``: of all items on it, in its order. ``next``: what asks for the page after it; None at the end.
    ``deepest``: the source shows no further page, though it may have more."""

    parsed: Parsed
    stamps: Sequence[Stamp]
    next: str | None
    reply: HttpReply
    deepest: bool = False


class Place(Frozen):
    """A cursor. ``looked``: there was a look before; ``newest``: the newest change seen; ``marks``: of the items on
    top, where the source dates none; ``next``, ``top``, ``top_marks``: where a look stopped halfway, and what is known
    once it is through; ``rest``: when the source wants to be asked again."""

    looked: bool = False
    newest: UtcDatetime | None = None
    marks: tuple[str, ...] = ()
    next: str | None = None
    top: UtcDatetime | None = None
    top_marks: tuple[str, ...] = ()
    rest: UtcDatetime | None = None

    @classmethod
    def of(cls, cursor: str | None) -> Place:
        """A cursor that cannot be read is none: everything is read once more, which loses nothing."""
        try:
            return cls.model_validate_json(cursor) if cursor else cls()
        except ValidationError:
            return cls()

    @property
    def text(self) -> str:
        return self.model_dump_json(exclude_defaults=True)

    def knows(self, stamp: Stamp, overlap: timedelta) -> bool:
        """Older than what was seen by more than the overlap: some appear late, under the date of their writing."""
        if stamp.changed is None:
            return stamp.mark in self.marks
        return self.newest is not None and stamp.changed < self.newest - overlap

    def is_reached(self, stamp: Stamp) -> bool:
        """What lies below this was seen."""
        if stamp.changed is None:
            return stamp.mark in self.marks
        return self.newest is not None and stamp.changed <= self.newest


def read_down(
    ask: Callable[[str | None, timedelta], Page],
    cursor: str | None,
    *,
    budget: timedelta,
    now: datetime,
    overlap: timedelta,
    most: int = 10,
) -> Pull:
    """Pages from the top, or from where the last look stopped halfway, until the last item of one is known.

    ``ask`` gets a page's ``next`` (None: the first) and the real time left. A look that is out of pages or time says
    ``again`` and keeps its place; only when it is through does it count as known what stood on top. A page that fails
    ends the look, and what was read before it is kept; the first page's error is the look's.
    """
    place, end = Place.of(cursor), Deadline(budget)
    heed_pause({"pause": place.rest.isoformat() if place.rest else None}, now)
    first = not place.looked
    top, top_marks, token = place.top, place.top_marks, place.next
    pages: list[Page] = []
    trouble: FetchError | ParseError | None = None
    through = lost = False
    while not through and len(pages) < (min(FIRST_PAGES, most) if first else most) and not (pages and end.near):
        try:
            page = ask(token, end.left)
        except (FetchError, ParseError) as error:
            if pages:
                trouble = error
                break
            if token is None or error.trouble not in {Trouble.FORMAT, Trouble.GONE, Trouble.EMPTY}:
                raise
            token = None  # the place of the last look is not there any more
            continue
        if token is None:
            top = max((each.changed for each in page.stamps if each.changed and each.changed <= now), default=None)
            top_marks = tuple(each.mark for each in page.stamps if each.changed is None)[:MAX_MARKS]
        pages.append(page)
        known_below = bool(page.stamps) and place.knows(page.stamps[-1], overlap)
        through = page.next is None or page.next == token or known_below
        lost = page.deepest and not first and bool(page.stamps) and not place.is_reached(page.stamps[-1])
        token = page.next
    warnings = [f"reading stopped after {len(pages)} pages: {trouble}"] if trouble else []
    halfway = not (through or first)
    if halfway and len(token or "") > MAX_TOKEN:
        warnings.append(f"only the newest {len(pages)} pages are read: the place where it goes on is too long to keep")
        halfway, lost = False, True
    if halfway:
        known = place.model_copy(update={"next": token, "top": top, "top_marks": top_marks})
    else:
        newest = max(filter(None, (top, place.newest)), default=None)
        known = Place(looked=True, newest=newest, marks=top_marks)
    wait = getattr(trouble, "retry_after", None)
    known = known.model_copy(update={"rest": now + timedelta(seconds=wait) if wait else None})
    pull = pulled(pages, cursor=known.text, again=halfway and trouble is None)
    return pull.model_copy(update={"halfway": halfway, "lost": lost, "warnings": (*pull.warnings, *warnings)})


def pulled(pages: Sequence[Page], *, cursor: str | None, again: bool = False) -> Pull:
    read = joined(page.parsed for page in pages)
    return Pull(
        posts=read.posts,
        warnings=read.warnings,
        cursor=cursor,
        calls=len(pages),
        again=again,
        fields=read.fields,
        evidence=tuple(evidence_of(page.reply) for page in pages),
        bytes_read=sum(page.reply.bytes_read for page in pages),
    )


def utc(moment: datetime) -> str:
    """As Google's APIs take it: RFC 3339, whole seconds, Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
