"""Ask sources whether what we keep is still there, and erase what is not. It never stands in the way of listening."""

import logging
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from tocsin.domain.budget import Usage
from tocsin.domain.edited import first_of
from tocsin.domain.errors import FetchError, LeaseLostError, ParseError, SecretError, Trouble
from tocsin.domain.recheck import REST, RULES, Gone, Kept, Walk, ids_of
from tocsin.domain.source_facts import FACTS
from tocsin.domain.source_state import SourceState
from tocsin.domain.sources import SourceUnit
from tocsin.ports import DeletionSource, KeptStore, MentionSource, SourceStore
from tocsin.services import fetch_outcome as outcome
from tocsin.services.fetch_purse import Allowance, Purse, spent_by
from tocsin.services.logged import logged

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=90)
WITHIN = timedelta(seconds=15)
"""The most that one look takes: begun in a run's first 25 seconds, it ends before the function does."""
PATIENCE = 6
"""Failures in a row after which what was due is passed over."""
WAITING = frozenset({Trouble.AUTH, Trouble.BUDGET, Trouble.QUOTA, Trouble.THROTTLED})
"""Troubles that no post is the reason of."""


@dataclass(frozen=True)
class Rechecked:
    """``asked`` posts of one kind, of which ``gone`` were erased. ``reason``: why it failed, or None."""

    source_id: str
    asked: int = 0
    gone: int = 0
    reason: str | None = None


@dataclass(frozen=True)
class _Due:
    """What one look asks for: by age, what is due in its order and whether that is all of it."""

    walk: Walk
    now: datetime
    by_age: tuple[tuple[int, tuple[Kept, ...], bool], ...]

    @property
    def kept(self) -> tuple[Kept, ...]:
        return tuple(one for _, found, _ in self.by_age for one in found)

    @property
    def more(self) -> bool:
        return not all(whole for _, _, whole in self.by_age) or len(self.by_age) < len(self.walk.places)

    def walked(self, left: frozenset[str]) -> Walk:
        walk = self.walk
        for day, found, whole in self.by_age:
            walk = walk.after(day, self.now - timedelta(days=day), found, left, whole=whole)
        return walk


class Recheck:
    """``timer``: real seconds, as Fetch's."""

    def __init__(
        self,
        *,
        kept: KeptStore,
        sources: SourceStore,
        connectors: Mapping[str, MentionSource],
        timer: Callable[[], float],
        new_owner: Callable[[], str] = lambda: uuid.uuid4().hex,
    ) -> None:
        self._kept = kept
        self._sources = sources
        self._connectors = connectors
        self._timer = timer
        self._new_owner = new_owner

    def run(
        self,
        units: Iterable[SourceUnit],
        states: Mapping[str, SourceState],
        purse: Purse,
        now: datetime,
        *,
        end: float,
        burning: bool,
    ) -> tuple[Rechecked, ...]:
        """``end``: after this no look begins. While an incident is open, what has a budget is left to listening."""
        found = []
        for unit in units:
            state = states.get(unit.id, SourceState(source_id=unit.id))
            if self._timer() > end:
                break
            if not state.due(now) or (burning and purse.is_limited(unit)):
                continue
            try:
                look = self._look(unit, state, purse, now)
            except Exception as error:
                logger.error("a recheck ended half way; its cursor stays", extra={"source": unit.id, **logged(error)})
                look = Rechecked(source_id=unit.id, reason=outcome.told(error)[0])
            if look is not None:
                found.append(look)
        return tuple(found)

    def _look(self, unit: SourceUnit, state: SourceState, purse: Purse, now: datetime) -> Rechecked | None:
        """None when nothing was due, or another run was quicker."""
        try:
            leased = self._sources.acquire(
                state.model_copy(update={"looked_at": now, "first_looked_at": state.first_looked_at or now}),
                owner=self._new_owner(),
                until=now + LEASE,
                next_due_at=now + REST,
            )
        except LeaseLostError:
            return None
        allowances: tuple[Allowance, ...] = ()
        due = None
        try:
            due = self._due(unit, leased, RULES[unit.kind].at_once, now)
            if not due.kept:
                self._done(leased, due.walked(frozenset()), now + REST, None if leased.failures else now)
                return None
            allowances = self._allowed(unit, leased, purse)
            due = self._affordable(unit, leased, due, allowances, now)
            connector = cast("DeletionSource", self._connectors[unit.kind])
            said = connector.gone(unit, ids_of(due.kept), now, WITHIN)
        except Exception as error:
            if not isinstance(error, FetchError | ParseError | SecretError):
                logger.error("a recheck failed", extra={"source": unit.id, **logged(error)})
            for allowance in allowances:
                purse.settle(allowance, spent_by(error, allowance))
            return self._failed(unit, leased, error, due, purse, now)
        for allowance in allowances:
            purse.settle(allowance, Usage(calls=said.calls, usd=said.usd))
        return self._take(leased, due, said, allowances, now)

    def _due(self, unit: SourceUnit, leased: SourceState, room: int, now: datetime) -> _Due:
        """The youngest first: most of what is deleted is deleted soon."""
        days = RULES[unit.kind].days
        walk = Walk.of(leased.cursor, days, now)
        by_age: list[tuple[int, tuple[Kept, ...], bool]] = []
        for day in days:
            if room < 1:
                break
            found = self._kept.kept(unit.kind, walk.places[day], now - timedelta(days=day), room)
            by_age.append((day, found, len(found) < room))
            room -= len(found)
        return _Due(walk, now, tuple(by_age))

    def _allowed(self, unit: SourceUnit, leased: SourceState, purse: Purse) -> tuple[Allowance, ...]:
        """Its own share; and where posts are billed, also the money of listening, of which the share is a part."""
        own = purse.take(unit, leased)
        if FACTS[unit.kind].usd_per_post is None:
            return (own,)
        try:
            return own, purse.take(unit.model_copy(update={"mode": "", "budget": None}), leased)
        except FetchError:
            purse.settle(own, Usage())
            raise

    def _affordable(
        self, unit: SourceUnit, leased: SourceState, due: _Due, allowances: Sequence[Allowance], now: datetime
    ) -> _Due:
        price = FACTS[unit.kind].usd_per_post
        money = [allowance.usd for allowance in allowances if allowance.usd is not None]
        if price is None or not money:
            return due
        number = int(min(money) / price)
        return due if number >= len(due.kept) else self._due(unit, leased, max(number, 1), now)

    def _take(
        self, leased: SourceState, due: _Due, said: Gone, allowances: Sequence[Allowance], now: datetime
    ) -> Rechecked:
        """The cursor moves last: what could not be erased is asked for again."""
        erased = sum(self._kept.erase(one.brand, one.id, now) for one in due.kept if first_of(one.id) in said.gone)
        for warning in said.warnings:
            logger.warning("recheck", extra={"source": leased.source_id, "reason": warning})
        more = due.more or bool(said.left)
        every = max(allowance.every for allowance in allowances)
        left = frozenset(one.id for one in due.kept if first_of(one.id) in said.left)
        self._done(leased, due.walked(left), now + (every if more else max(every, REST)), now)
        asked = [one for one in due.kept if one.id not in left]
        if erased:
            logger.info("erased what its source no longer has", extra={"source": leased.source_id, "posts": erased})
        return Rechecked(source_id=leased.source_id, asked=len(asked), gone=erased)

    def _done(self, leased: SourceState, walk: Walk, next_due_at: datetime, well_at: datetime | None) -> None:
        """``well_at``: None when nobody was asked after failures: that mends nothing."""
        well = {"failures": 0, "reason": None, "trouble": None, "last_success_at": well_at} if well_at else {}
        with suppress(LeaseLostError):
            self._sources.commit(
                leased.model_copy(update={**well, "cursor": walk.text, "next_due_at": next_due_at}), None
            )

    def _failed(
        self, unit: SourceUnit, leased: SourceState, error: Exception, due: _Due | None, purse: Purse, now: datetime
    ) -> Rechecked:
        """What could not be asked several times in a row waits for its next age: one post that its source chokes on
        must not keep all others from being asked."""
        failing = outcome.failed(leased, error, every=REST, asleep_until=purse.asleep_until(unit), now=now)
        if due is not None and failing.failures % PATIENCE == 0 and failing.trouble not in WAITING:
            failing = failing.model_copy(update={"cursor": due.walked(frozenset()).text})
        with suppress(LeaseLostError):
            self._sources.commit(failing, None)
        return Rechecked(source_id=unit.id, reason=outcome.told(error)[0])
