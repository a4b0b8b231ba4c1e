"""Look at every source that is due, and hand what names a brand to the queue. The cursor moves last."""

import logging
import uuid
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from tocsin.domain.counters import minute_of
from tocsin.domain.errors import FetchError, LeaseLostError, ParseError
from tocsin.domain.index import HORIZON
from tocsin.domain.matching import TermMatcher
from tocsin.domain.mention import Mention, Post
from tocsin.domain.model import Frozen
from tocsin.domain.source_state import Pull, SourceState
from tocsin.domain.sources import SourceUnit, units_of
from tocsin.ports import ClientStore, Clock, MentionQueue, MentionSource, SourceStore

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=90)
"""Longer than the function may run: a lease outlives its owner only when that one crashed."""
TICK = timedelta(minutes=1)
NEXT_IF_IT_DIES = timedelta(minutes=5)
"""The next look after one that died, at the latest; what ends well moves it on to the source's own cadence."""
LOOK = timedelta(seconds=20)
"""The most that one look at one source may take, redirects and retries included."""
BEGIN_WITHIN = 25.0
"""Seconds of real time in which looks are begun: with the last one's LOOK it stays under the function's 55 s."""
LONGEST_BACKOFF = timedelta(hours=1)
WARNINGS = 20
EVER = datetime.min.replace(tzinfo=UTC)


class Look(Frozen):
    """What one look at one source came to."""

    source_id: str
    url: str
    posts: int = 0
    mentions: int = 0
    unchanged: bool = False
    bytes_read: int = 0
    reason: str | None = None
    """Why it failed, or None."""
    warnings: tuple[str, ...] = ()


class FetchReport(Frozen):
    looks: tuple[Look, ...] = ()

    @property
    def mentions(self) -> int:
        return sum(look.mentions for look in self.looks)


class Fetch:
    """``workers``: looks under way at once. ``timer``: real seconds, from any beginning."""

    def __init__(
        self,
        *,
        clients: ClientStore,
        sources: SourceStore,
        connectors: Mapping[str, MentionSource],
        queue: MentionQueue,
        clock: Clock,
        timer: Callable[[], float],
        workers: int = 8,
        new_owner: Callable[[], str] = lambda: uuid.uuid4().hex,
    ) -> None:
        self._clients = clients
        self._sources = sources
        self._connectors = connectors
        self._queue = queue
        self._clock = clock
        self._timer = timer
        self._workers = workers
        self._new_owner = new_owner

    def run(self) -> FetchReport:
        client = self._clients.load()
        if client is None:
            return FetchReport()
        now = self._clock.now()
        end = self._timer() + BEGIN_WITHIN
        states = self._sources.states()
        due = [
            (unit, state)
            for unit in units_of(client)
            if (state := states.get(unit.id, SourceState(source_id=unit.id))).due(now)
        ]
        # Who has waited longest goes first, so that slow sources starve nobody for ever.
        due.sort(key=lambda pair: pair[1].next_due_at or EVER)
        matchers = {brand.name: TermMatcher(brand) for brand in client.brands}
        if not due:
            return FetchReport()
        with ThreadPoolExecutor(max_workers=min(self._workers, len(due))) as pool:
            begun = [pool.submit(self._look, unit, state, matchers, now, end) for unit, state in due]
        troubles = [error for look in begun if (error := look.exception()) is not None]
        if troubles:
            raise troubles[0]
        return FetchReport(looks=tuple(found for look in begun if (found := look.result()) is not None))

    def _look(
        self, unit: SourceUnit, state: SourceState, matchers: Mapping[str, TermMatcher], now: datetime, end: float
    ) -> Look | None:
        if self._timer() > end:
            logger.warning("no time left to look at it this minute", extra={"source": unit.id})
            return None
        try:
            leased = self._sources.acquire(
                state, owner=self._new_owner(), until=now + LEASE, next_due_at=_next(unit, now, NEXT_IF_IT_DIES)
            )
        except LeaseLostError:
            return None
        try:
            pull = self._connectors[unit.kind].pull(unit, leased, now, LOOK)
        except (FetchError, ParseError) as error:
            return self._failed(unit, leased, str(error), getattr(error, "retry_after", None), now)
        except Exception as error:
            logger.exception("connector failed", extra={"source": unit.id})
            return self._failed(unit, leased, f"internal error: {type(error).__name__}", None, now)
        try:
            return self._take(unit, leased, pull, matchers, now)
        except LeaseLostError as error:
            return Look(source_id=unit.id, url=unit.url, reason=str(error))
        except Exception:
            # Not the source's fault: it must not pay for it with its turn.
            with suppress(Exception):
                self._sources.commit(leased.model_copy(update={"next_due_at": now}), None)
            raise

    def _take(
        self, unit: SourceUnit, leased: SourceState, pull: Pull, matchers: Mapping[str, TermMatcher], now: datetime
    ) -> Look:
        if pull.unchanged:
            if leased.failures or unit.every > NEXT_IF_IT_DIES or unit.every <= LEASE + TICK:
                self._sources.commit(_succeeded(unit, leased, pull, now), None)
            return Look(source_id=unit.id, url=unit.url, unchanged=True, bytes_read=pull.bytes_read)
        seen = self._sources.seen(unit.id)
        fresh = seen.unseen(pull.posts)
        if leased.first_success_at is None:
            fresh = tuple(_older_than_alarm(post) for post in fresh)
        mentions = tuple(mentions_of(fresh, matchers))
        self._queue.send(mentions)
        current = seen.with_current(pull.posts)
        self._sources.commit(_succeeded(unit, leased, pull, now), current if current != seen else None)
        return Look(
            source_id=unit.id,
            url=unit.url,
            posts=len(pull.posts),
            mentions=len(mentions),
            bytes_read=pull.bytes_read,
            warnings=_few((*_moved(pull), *pull.warnings)),
        )

    def _failed(
        self, unit: SourceUnit, leased: SourceState, reason: str, retry_after: float | None, now: datetime
    ) -> Look:
        failures = leased.failures + 1
        pause = min(unit.every * 2 ** min(failures - 1, 10), LONGEST_BACKOFF)
        if retry_after is not None:
            pause = max(pause, timedelta(seconds=retry_after))
        failing = leased.model_copy(update={"failures": failures, "reason": reason[:500], "next_due_at": now + pause})
        try:
            self._sources.commit(failing, None)
        except LeaseLostError:
            logger.info("another run took the source over", extra={"source": unit.id})
        return Look(source_id=unit.id, url=unit.url, reason=reason)


def _moved(pull: Pull) -> tuple[str, ...]:
    return (f"moved for good to {pull.moved_to}: change it in the client's file",) if pull.moved_to else ()


def _few(warnings: tuple[str, ...]) -> tuple[str, ...]:
    """A report must stay within what a function may answer (6 MB), whatever a feed holds."""
    left = len(warnings) - WARNINGS
    return warnings if left <= 0 else (*warnings[:WARNINGS], f"and {left} more")


def mentions_of(posts: Iterable[Post], matchers: Mapping[str, TermMatcher]) -> Iterable[Mention]:
    """One mention for each brand that a post names."""
    for post in posts:
        for brand, matcher in matchers.items():
            if matcher.matches(post.words):
                yield Mention.of(post, brand)


def _next(unit: SourceUnit, now: datetime, longest: timedelta | None = None) -> datetime:
    """Counted from the whole minute: a run that begins a second late must not cost the next one its turn."""
    return minute_of(now) + (unit.every if longest is None else min(unit.every, longest))


def _succeeded(unit: SourceUnit, leased: SourceState, pull: Pull, now: datetime) -> SourceState:
    newest = max((post.published_at for post in pull.posts), default=None)
    return leased.model_copy(
        update={
            "etag": leased.etag if pull.unchanged else pull.etag,
            "last_modified": leased.last_modified if pull.unchanged else pull.last_modified,
            "newest_at": max(filter(None, (newest, leased.newest_at)), default=None),
            "first_success_at": leased.first_success_at or now,
            "last_success_at": now,
            "next_due_at": _next(unit, now),
            "failures": 0,
            "reason": None,
        }
    )


def _older_than_alarm(post: Post) -> Post:
    """An undated item found at first contact was there before us: it is history, and history pages nobody."""
    if post.published_at < post.fetched_at:
        return post
    return post.model_copy(update={"published_at": post.fetched_at - HORIZON * 2})
