"""Look at every source that is due, and hand what concerns a brand to the queue. The cursor moves last."""

import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tocsin.domain.budget import Usage
from tocsin.domain.client import Client
from tocsin.domain.edited import edited
from tocsin.domain.errors import FetchError, LeaseLostError, ParseError, SecretError
from tocsin.domain.matching import TermMatcher
from tocsin.domain.mention import Mention, Post
from tocsin.domain.model import Frozen
from tocsin.domain.official import concerning, listening_for
from tocsin.domain.recheck import rechecks_of
from tocsin.domain.source_state import Pull, SourceState
from tocsin.domain.sources import SourceUnit, units_of
from tocsin.ports import (
    BudgetStore,
    CaseStore,
    ClientStore,
    Clock,
    Dispatcher,
    EvidenceStore,
    MentionQueue,
    MentionSource,
    SourceStore,
)
from tocsin.services import fetch_outcome as outcome
from tocsin.services.fetch_due import burning_brands, burns, in_turn
from tocsin.services.fetch_evidence import Keeper
from tocsin.services.fetch_loss import last_look, lost_since, told, with_loss
from tocsin.services.fetch_purse import Allowance, Purse, sampling, spent_by
from tocsin.services.recheck import Recheck, Rechecked

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=90)
"""Longer than the function may run: a lease outlives its owner only when that one crashed."""
NEXT_IF_IT_DIES = timedelta(minutes=5)
"""The next look after one that died, at the latest; what ends well moves it on to the source's own cadence."""
LOOK = timedelta(seconds=20)
"""The most that one look at one source may take, redirects and retries included."""
BEGIN_WITHIN = 25.0
"""Seconds of real time in which looks are begun: with the last one's LOOK it stays under the function's 55 s."""


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
    """``dispatched``: kinds whose own function was started. ``rechecked``: what was asked whether it is still there."""

    looks: tuple[Look, ...] = ()
    dispatched: tuple[str, ...] = ()
    rechecked: tuple[Rechecked, ...] = ()

    @property
    def mentions(self) -> int:
        return sum(look.mentions for look in self.looks)


@dataclass(frozen=True)
class _Round:
    """What is the same for all looks of a run."""

    client: Client
    matchers: dict[str, TermMatcher]
    listening_for: str
    purse: Purse
    now: datetime
    end: float
    ablaze: frozenset[str]
    late: list[str] = field(default_factory=list)
    """Sources for which this minute had no time left; they are the first of the next."""


class Fetch:
    """``workers``: looks under way at once. ``timer``: real seconds, from any beginning. ``own``: the kind whose units
    with a key are this function's; without it all others are, and those with a key are left to ``dispatcher``."""

    def __init__(
        self,
        *,
        clients: ClientStore,
        sources: SourceStore,
        connectors: Mapping[str, MentionSource],
        queue: MentionQueue,
        clock: Clock,
        timer: Callable[[], float],
        cases: CaseStore | None = None,
        budgets: BudgetStore | None = None,
        evidence: EvidenceStore | None = None,
        dispatcher: Dispatcher | None = None,
        own: str | None = None,
        recheck: Recheck | None = None,
        workers: int = 8,
        new_owner: Callable[[], str] = lambda: uuid.uuid4().hex,
    ) -> None:
        self._clients = clients
        self._sources = sources
        self._connectors = connectors
        self._queue = queue
        self._clock = clock
        self._timer = timer
        self._cases = cases
        self._budgets = budgets
        self._evidence = Keeper(evidence)
        self._dispatcher = dispatcher
        self._own = own
        self._recheck = recheck
        self._workers = workers
        self._new_owner = new_owner

    def run(self) -> FetchReport:
        client = self._clients.load()
        if client is None:
            return FetchReport()
        now = self._clock.now()
        end = self._timer() + BEGIN_WITHIN
        units = tuple(units_of(client))
        ablaze = burning_brands(self._cases, client)
        burning = bool(ablaze)
        again = rechecks_of(client) if self._recheck else ()
        purse = Purse(self._budgets, (*units, *again), now, burning=burning)
        matchers = {brand.name: TermMatcher(brand) for brand in client.brands}
        this = _Round(
            client=client,
            matchers=matchers,
            listening_for=listening_for(client.brands),
            purse=purse,
            now=now,
            end=end,
            ablaze=ablaze,
        )
        ours = [unit for unit in units if self._is_mine(unit) or self._is_elsewhere(unit)]
        states = self._sources.states()
        due = in_turn(ours, states, purse, now, burning=burning)
        elsewhere = [pair for pair in due if self._is_elsewhere(pair[0])]
        mine = [pair for pair in due if self._is_mine(pair[0])]
        dispatched, looks = self._dispatch(elsewhere, this)
        looks = (*looks, *self._look_at(mine, this))
        rechecked: tuple[Rechecked, ...] = ()
        if self._recheck and not this.late:
            kinds = [unit for unit in again if self._is_mine(unit)]
            rechecked = self._recheck.run(kinds, states, purse, now, end=end, burning=burning)
        return FetchReport(looks=looks, dispatched=dispatched, rechecked=rechecked)

    def _is_mine(self, unit: SourceUnit) -> bool:
        if self._own is not None:
            return unit.keyed and unit.kind == self._own
        return not self._is_elsewhere(unit)

    def _is_elsewhere(self, unit: SourceUnit) -> bool:
        return unit.keyed and self._own is None and self._dispatcher is not None

    def _dispatch(
        self, due: Sequence[tuple[SourceUnit, SourceState]], this: _Round
    ) -> tuple[tuple[str, ...], tuple[Look, ...]]:
        """Start the function of each kind once, whatever the number of its units; it takes their leases itself."""
        started: list[str] = []
        looks: list[Look] = []
        for kind in dict.fromkeys(unit.kind for unit, _ in due):
            try:
                assert self._dispatcher is not None  # noqa: S101 - nothing is elsewhere without one
                self._dispatcher.start(kind)
                started.append(kind)
            except Exception as error:
                logger.exception("a source's function was not started", extra={"kind": kind})
                looks += [
                    found for pair in due if pair[0].kind == kind if (found := self._not_started(*pair, error, this))
                ]
        return tuple(started), tuple(looks)

    def _not_started(self, unit: SourceUnit, state: SourceState, error: Exception, this: _Round) -> Look | None:
        try:
            leased = self._lease(unit, state, this)
            return self._failed(unit, leased, error, this) if leased else None
        except Exception:
            logger.exception("its failure could not be noted", extra={"source": unit.id})
            return None

    def _look_at(self, due: Sequence[tuple[SourceUnit, SourceState]], this: _Round) -> tuple[Look, ...]:
        if not due:
            return ()
        with ThreadPoolExecutor(max_workers=min(self._workers, len(due))) as pool:
            begun = [pool.submit(self._look, unit, state, this) for unit, state in due]
        if this.late:
            logger.warning("no time left for some sources this minute", extra={"sources": len(this.late)})
        troubles = [error for look in begun if (error := look.exception()) is not None]
        if troubles:
            raise troubles[0]
        return tuple(found for look in begun if (found := look.result()) is not None)

    def _look(self, unit: SourceUnit, state: SourceState, this: _Round) -> Look | None:
        if self._timer() > this.end:
            this.late.append(unit.id)
            return None
        leased = self._lease(unit, state, this)
        if leased is None:
            return None
        try:
            allowance = this.purse.take(unit, leased)
        except FetchError as error:
            return self._failed(unit, leased, error, this)
        told = leased.model_copy(update={"burning": burns(unit, this.ablaze), "allowance_usd": allowance.usd})
        try:
            pull = self._connectors[unit.kind].pull(unit, told, this.now, LOOK)
        except Exception as error:
            if not isinstance(error, FetchError | ParseError | SecretError):
                logger.exception("connector failed", extra={"source": unit.id})
            this.purse.settle(allowance, spent_by(error, allowance))
            self._evidence.of_unread(unit, error, this.now)
            return self._failed(unit, leased, error, this)
        this.purse.settle(allowance, Usage(calls=pull.calls, usd=pull.usd))
        try:
            return self._take(unit, leased, pull, allowance, this, last_look(state))
        except LeaseLostError as error:
            return Look(source_id=unit.id, url=unit.shown, reason=str(error))
        except Exception:
            # Not the source's fault: it must not pay for it with its turn.
            with suppress(Exception):
                self._sources.commit(leased.model_copy(update={"next_due_at": this.now}), None)
            raise

    def _lease(self, unit: SourceUnit, state: SourceState, this: _Round) -> SourceState | None:
        """None when another run was quicker."""
        with suppress(LeaseLostError):
            return self._sources.acquire(
                state.model_copy(update={"looked_at": this.now, "first_looked_at": state.first_looked_at or this.now}),
                owner=self._new_owner(),
                until=this.now + LEASE,
                next_due_at=outcome.next_turn(min(this.purse.wanted(unit), NEXT_IF_IT_DIES), this.now),
            )
        return None

    def _take(
        self,
        unit: SourceUnit,
        leased: SourceState,
        pull: Pull,
        allowance: Allowance,
        this: _Round,
        last: datetime | None,
    ) -> Look:
        now, every = this.now, allowance.every
        if pull.unchanged:
            state = outcome.unchanged(leased, every, now)
            moved = state.next_due_at != leased.next_due_at or every <= LEASE + outcome.TICK
            if leased.failures or moved or outcome.is_stale(leased, now):
                self._sources.commit(state, None)
            return Look(source_id=unit.id, url=unit.shown, unchanged=True, bytes_read=pull.bytes_read)
        seen = self._sources.seen(unit.id)
        unseen = seen.unseen(pull.posts)
        changed = (edited(post, before, leased.last_success_at) for post, before in seen.rerated(pull.posts))
        said = self._evidence.pointing(unit, pull, (*unseen, *changed), now)
        fresh = said[: len(unseen)]
        mentions = tuple(concerning(said, pull.posts, unit, this.client.brands, this.matchers))
        self._send(mentions, leased)
        if seen.memory.listened_for not in {None, this.listening_for}:
            self._send_known(unit, pull, fresh, this)
        wanted = this.purse.wanted(unit)
        drawn = sampling(wanted, allowance, pull, len(fresh), leased.last_success_at, now)
        state = outcome.succeeded(leased, pull, every=every, stretched=every > wanted, sampling=drawn, now=now)
        state, memory = outcome.learned(state, leased, seen.memory, pull, fresh, now)
        state = outcome.brought(state, leased, len(mentions), now)
        lost = lost_since(last, leased, pull, fresh, now)
        state = with_loss(state, leased, lost)
        memory = memory.model_copy(update={"listened_for": this.listening_for})
        current = seen.with_current(pull.posts, forget=not (leased.reading or pull.unfinished))
        current = current.model_copy(update={"memory": memory})
        self._sources.commit(state, current if current != seen else None)
        return Look(
            source_id=unit.id,
            url=unit.shown,
            posts=len(pull.posts),
            mentions=len(mentions),
            bytes_read=pull.bytes_read,
            warnings=(*outcome.complaints(pull), *told(lost)),
        )

    def _send(self, mentions: Sequence[Mention], leased: SourceState) -> None:
        past = [mention for mention in mentions if outcome.is_history(mention, leased)]
        known = {(mention.brand, mention.id) for mention in past}
        if past:
            self._queue.send(past, history=True)
        self._queue.send([mention for mention in mentions if (mention.brand, mention.id) not in known])

    def _send_known(self, unit: SourceUnit, pull: Pull, fresh: Sequence[Post], this: _Round) -> None:
        """What is still shown, for terms or brands that are new in the client's file: history. What was a mention
        already is recorded once, whatever is sent."""
        new = {post.id for post in fresh}
        known = [post for post in pull.posts if post.id not in new]
        past = tuple(concerning(known, pull.posts, unit, this.client.brands, this.matchers))
        if past:
            self._queue.send(past, history=True)

    def _failed(self, unit: SourceUnit, leased: SourceState, error: Exception, this: _Round) -> Look:
        failing = outcome.failed(
            leased,
            error,
            every=this.purse.wanted(unit),
            asleep_until=this.purse.asleep_until(unit),
            now=this.now,
        )
        try:
            self._sources.commit(failing, None)
        except LeaseLostError:
            logger.info("another run took the source over", extra={"source": unit.id})
        return Look(source_id=unit.id, url=unit.shown, reason=outcome.told(error)[0])
