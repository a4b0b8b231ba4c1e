"""Reading a search that gives its newest first, window by window, over as many looks as it takes.

A round asks every query for what was published between ``since`` and the round's beginning. Where the source has more
than it gives at once, the window's upper end walks down to the oldest item given: page numbers would shift with every
new post. A round that a look cannot finish goes on in the next. The next round begins an overlap earlier than this one
did, since no source lists everything at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tocsin.adapters.sources.found import joined
from tocsin.adapters.sources.look import Deadline, evidence_of, heed_pause, remembered, to_remember
from tocsin.adapters.sources.values import at, moment
from tocsin.domain.errors import FetchError, ParseError, Trouble
from tocsin.domain.source_state import Pull

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tocsin.adapters.http_guard import HttpReply
    from tocsin.adapters.sources.values import Parsed
    from tocsin.domain.source_state import SourceState

HELD = timedelta(days=1)
"""How long a window stays open for a query whose answers nobody can read."""


@dataclass(frozen=True)
class Page:
    """One answer. ``full``: the source had more for this window; ``oldest``: of all it gave, the earliest published.

    ``wait``: seconds until the source wants to be asked again; ``total``: how many there are, if it says so.
    """

    parsed: Parsed
    reply: HttpReply | None = None
    full: bool = False
    oldest: datetime | None = None
    wait: float | None = None
    total: int | None = None


@dataclass
class Gathered:
    """What a look has so far."""

    pages: list[Parsed] = field(default_factory=list)
    replies: list[HttpReply] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    calls: int = 0
    lost: bool = False
    """See Pull."""

    def add(self, parsed: Parsed, reply: HttpReply | None = None) -> None:
        self.calls += 1
        self.pages.append(parsed)
        self.replies.extend([reply] if reply else [])

    @property
    def given(self) -> int:
        return sum(len(page.posts) for page in self.pages)

    def pull(self, cursor: str | None, *, again: bool = False, **more: Any) -> Pull:
        read = joined(self.pages)
        return Pull(
            posts=read.posts,
            warnings=tuple(dict.fromkeys((*read.warnings, *self.warnings))),
            fields=read.fields,
            evidence=tuple(evidence_of(reply) for reply in self.replies),
            bytes_read=sum(reply.bytes_read for reply in self.replies),
            calls=self.calls,
            cursor=cursor,
            again=again,
            lost=self.lost,
            **more,
        )


def quoted(terms: Iterable[str], *, limit: int, most: int = 50, joiner: str = " OR ") -> tuple[str, ...]:
    """Queries that together ask for every term as a phrase: at most ``most`` terms and ``limit`` characters each."""
    return packed(phrases(terms), limit=limit, most=most, joiner=joiner)


def phrases(terms: Iterable[str]) -> tuple[str, ...]:
    bare = dict.fromkeys(" ".join(term.replace('"', " ").replace("\\", " ").split()) for term in terms)
    return tuple(f'"{term}"' for term in bare if term)


def packed(parts: Iterable[str], *, limit: int, most: int = 50, joiner: str = " OR ") -> tuple[str, ...]:
    """As few queries as hold every part; one that is longer than ``limit`` by itself is left out."""
    queries: list[str] = []
    current: list[str] = []
    for part in parts:
        if len(part) > limit:
            continue
        if current and (len(current) >= most or len(joiner.join((*current, part))) > limit):
            queries.append(joiner.join(current))
            current = []
        current.append(part)
    return (*queries, joiner.join(current)) if current else tuple(queries)


def walk(
    state: SourceState,
    now: datetime,
    budget: timedelta,
    *,
    queries: Sequence[str],
    ask: Callable[[str, datetime, datetime, timedelta], Page],
    overlap: timedelta,
    backfill: timedelta,
    most_calls: int,
) -> Pull:
    """One look. ``backfill``: how far back the first contact goes, and the furthest that any look does.

    ``ask(query, since, until, time left)`` raises FetchError or ParseError. What concerns one query alone (FORMAT) is
    left out with a warning; another error after the first answer ends the look with what there is, and the next look
    meets it again if it lasts.
    """
    cursor = remembered(state.cursor)
    heed_pause(cursor, now)
    if not queries:
        raise FetchError("there is nothing to ask for: no term that this source can search", trouble=Trouble.INTERNAL)
    top = _within(cursor.get("top"), now - backfill, now) or now
    since = _within(cursor.get("since"), now - backfill, top) or now - backfill
    until = _within(cursor.get("until"), since, top) or top
    index = at(cursor, "i") if isinstance(at(cursor, "i"), int) and 0 <= cursor["i"] < len(queries) else 0
    deadline, got, pause = Deadline(budget), Gathered(), None
    known = moment(cursor.get("since")) if isinstance(cursor.get("since"), int) else None
    if known and "top" not in cursor and known < since:
        got.warnings.append(f"not heard: what was published from {known:%Y-%m-%d %H:%M} to {since:%Y-%m-%d %H:%M} UTC")
    refused: list[FetchError | ParseError] = []
    for attempt in range(most_calls):
        if index >= len(queries) or pause is not None or (attempt and deadline.near):
            break
        try:
            page = ask(queries[index], since, until, deadline.left)
        except (FetchError, ParseError) as error:
            if error.trouble is Trouble.FORMAT:
                refused.append(error)  # one query that it does not understand must not silence the others
                index, until = index + 1, top
                continue
            if not got.calls:
                raise
            got.warnings.append(f"stopped early: {error}")
            pause = getattr(error, "retry_after", None) or 0.0
            break
        got.add(page.parsed, page.reply)
        pause = page.wait
        lower = _lower(page, until, got)
        if page.full and lower is not None and lower > since:
            until = lower
        else:
            index, until = index + 1, top
    if refused and not got.calls:
        raise refused[0]
    got.warnings.extend(f"not asked in full: {error}" for error in refused)
    until_then = now + timedelta(seconds=pause) if pause else None
    if index >= len(queries):
        # A web page or half an answer is no word on the query: what it hides is asked for again.
        unread = any(isinstance(error, ParseError) for error in refused) and top - since < HELD
        return got.pull(
            to_remember(
                since=_seconds(min(since, top - overlap) if unread else top - overlap), pause=_seconds(until_then)
            )
        )
    left = to_remember(
        since=_seconds(since), top=_seconds(top), until=_seconds(until), i=index, pause=_seconds(until_then)
    )
    return got.pull(left, again=not pause, halfway=True)


def _lower(page: Page, until: datetime, got: Gathered) -> datetime | None:
    """Where the rest of the window ends; a second lower where a whole answer fell into one second."""
    if not page.full:
        return None
    if page.oldest is None:
        got.lost = True
        got.warnings.append("the source has more than it gives, but its answer has no dates to go on from")
        return None
    if page.oldest < until:
        return page.oldest
    got.lost = True
    got.warnings.append(f"more than one answer holds at {until:%Y-%m-%d %H:%M:%S} UTC: the rest of that is not heard")
    return until - timedelta(seconds=1)


def _within(value: Any, earliest: datetime, latest: datetime) -> datetime | None:
    said = moment(value) if isinstance(value, int) else None
    return min(max(said, earliest), latest) if said else None


def _seconds(when: datetime | None) -> int | None:
    return int(when.astimezone(UTC).timestamp()) if when else None
