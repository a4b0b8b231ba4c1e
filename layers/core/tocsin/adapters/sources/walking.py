"""Reading a search that gives its newest first, window by window, over as many looks as it takes.

A round asks every query for what was published between ``since`` and the round's beginning. Where the source has more
than it gives at once, the window's upper end walks down to the oldest item given: page numbers would shift with every
new post. A round that a look cannot finish goes on in the next. The next round begins an overlap earlier than this one
did, since no source lists everything at once.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tocsin.adapters.sources.values import at, moment
from tocsin.domain.errors import FetchError, ParseError, Trouble
from tocsin.domain.source_state import Evidence, Pull

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tocsin.domain.mention import Post
    from tocsin.domain.source_state import SourceState

MAX_CURSOR = 4_000
_ENOUGH = 1.0
"""Seconds that a call needs at the very least."""


class Deadline:
    """The real time that a look may take."""

    def __init__(self, budget: timedelta) -> None:
        self._end = time.monotonic() + budget.total_seconds()

    @property
    def left(self) -> timedelta:
        return timedelta(seconds=max(0.0, self._end - time.monotonic()))

    @property
    def near(self) -> bool:
        return self.left.total_seconds() < _ENOUGH


@dataclass(frozen=True)
class Page:
    """One answer. ``full``: the source had more for this window; ``oldest``: of all it gave, the earliest published.

    ``wait``: seconds until the source wants to be asked again; ``total``: how many there are, if it says so.
    """

    posts: tuple[Post, ...] = ()
    warnings: tuple[str, ...] = ()
    fields: frozenset[str] | None = None
    full: bool = False
    oldest: datetime | None = None
    evidence: Evidence | None = None
    bytes_read: int = 0
    wait: float | None = None
    total: int | None = None


@dataclass
class Gathered:
    """What a look has so far."""

    posts: list[Post] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    fields: frozenset[str] | None = None
    evidence: list[Evidence] = field(default_factory=list)
    bytes_read: int = 0
    calls: int = 0

    def add(self, page: Page) -> None:
        self.calls += 1
        self.posts.extend(page.posts)
        self.warnings.extend(page.warnings)
        if page.fields is not None:
            self.fields = page.fields if self.fields is None else self.fields & page.fields
        if page.evidence is not None:
            self.evidence.append(page.evidence)
        self.bytes_read += page.bytes_read

    def pull(self, cursor: str | None, *, again: bool = False, **more: Any) -> Pull:
        return Pull(
            posts=tuple(self.posts),
            warnings=tuple(dict.fromkeys(self.warnings)),
            fields=self.fields,
            evidence=tuple(self.evidence),
            bytes_read=self.bytes_read,
            calls=self.calls,
            cursor=cursor,
            again=again,
            **more,
        )


def kept(state: SourceState) -> dict[str, Any]:
    """What the last look left in the cursor; nothing where that cannot be read."""
    try:
        found = json.loads(state.cursor or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def cursor_of(**facts: Any) -> str | None:
    """The cursor's text, without what is None; None when it would be longer than may be kept."""
    text = json.dumps({name: value for name, value in facts.items() if value is not None}, separators=(",", ":"))
    return text if len(text) <= MAX_CURSOR else None


def heed_pause(cursor: dict[str, Any], now: datetime) -> None:
    """Raise FetchError while the source has asked us to wait."""
    pause = moment(cursor.get("pause"))
    if pause is not None and now < pause <= now + timedelta(days=1):
        raise FetchError(
            f"asked us to wait until {pause:%H:%M:%S} UTC",
            retry_after=(pause - now).total_seconds(),
            trouble=Trouble.THROTTLED,
        )


def quoted(terms: Iterable[str], *, limit: int, most: int = 50, joiner: str = " OR ") -> tuple[str, ...]:
    """Queries that together ask for every term as a phrase: at most ``most`` terms and ``limit`` characters each."""
    queries: list[str] = []
    current: list[str] = []
    for term in dict.fromkeys(" ".join(term.replace('"', " ").replace("\\", " ").split()) for term in terms):
        phrase = f'"{term}"'
        if not term or len(phrase) > limit:
            continue
        if current and (len(current) >= most or len(joiner.join((*current, phrase))) > limit):
            queries.append(joiner.join(current))
            current = []
        current.append(phrase)
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
    cursor = kept(state)
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
        got.add(page)
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
        return got.pull(cursor_of(since=_seconds(top - overlap), pause=_seconds(until_then)))
    left = cursor_of(
        since=_seconds(since), top=_seconds(top), until=_seconds(until), i=index, pause=_seconds(until_then)
    )
    return got.pull(left, again=not pause)


def _lower(page: Page, until: datetime, got: Gathered) -> datetime | None:
    """Where the rest of the window ends; a second lower where a whole answer fell into one second."""
    if not page.full:
        return None
    if page.oldest is None:
        got.warnings.append("the source has more than it gives, but its answer has no dates to go on from")
        return None
    if page.oldest < until:
        return page.oldest
    got.warnings.append(f"more than one answer holds at {until:%Y-%m-%d %H:%M:%S} UTC: the rest of that is not heard")
    return until - timedelta(seconds=1)


def _within(value: Any, earliest: datetime, latest: datetime) -> datetime | None:
    said = moment(value) if isinstance(value, int) else None
    return min(max(said, earliest), latest) if said else None


def _seconds(when: datetime | None) -> int | None:
    return int(when.astimezone(UTC).timestamp()) if when else None
