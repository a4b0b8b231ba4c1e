"""Budgets of sources: taken before a look and settled after it: a crash may waste a little, never overspend."""

import logging
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from tocsin.domain.budget import Limits, Pace, Usage, limits, pace, period
from tocsin.domain.errors import FetchError, ParseError, Trouble
from tocsin.domain.source_facts import FACTS, scope_of
from tocsin.domain.source_state import Pull, SourceState
from tocsin.domain.sources import SourceUnit
from tocsin.ports import BudgetStore

logger = logging.getLogger(__name__)


class Allowance(NamedTuple):
    """What one look may use, and the cadence that lasts. ``taken``: noted as used already."""

    every: timedelta
    scope: str = ""
    period: str = ""
    taken: Usage = Usage()
    usd: Decimal | None = None
    per_look: bool = False


class Purse:
    """One run's view of the budgets of all units that the client's file asks for."""

    def __init__(self, store: BudgetStore | None, units: Iterable[SourceUnit], now: datetime, *, burning: bool) -> None:
        self._store = store
        self._now = now
        self._burning = burning
        self._limits: dict[str, Limits] = {}
        self._sharing: Counter[str] = Counter()
        if store is not None:
            self._read(tuple(units))

    def _read(self, units: tuple[SourceUnit, ...]) -> None:
        by_scope: dict[str, list[SourceUnit]] = {}
        for unit in units:
            by_scope.setdefault(scope_of(unit), []).append(unit)
        for scope, sharing in by_scope.items():
            facts = FACTS.get(sharing[0].kind)
            usual = facts.limits_of(sharing[0]) if facts else None
            found = limits([unit.budget for unit in sharing if unit.budget is not None], usual)
            if found is not None:
                self._limits[scope] = found
                self._sharing[scope] = len(sharing)

    def is_limited(self, unit: SourceUnit) -> bool:
        return self._store is not None and scope_of(unit) in self._limits

    def wanted(self, unit: SourceUnit) -> timedelta:
        """The cadence that the client's file asks for now, as far as the source bears it."""
        facts = FACTS.get(unit.kind)
        every = unit.every_in_crisis if self._burning else unit.every
        return max(every, timedelta(minutes=facts.least_every)) if facts else every

    def lasting(self, unit: SourceUnit, state: SourceState) -> timedelta | None:
        """The cadence that the budget bears; None when it is used up."""
        of = self._limits.get(scope := scope_of(unit))
        if of is None or self._store is None:
            return self.wanted(unit)
        used = self._store.used(scope, period(of.span, self._now).key)
        found = self._pace(of, used, unit, state)
        return found.every if found else None

    def take(self, unit: SourceUnit, state: SourceState) -> Allowance:
        """Raise FetchError (Trouble.BUDGET) when nothing is left for it."""
        of = self._limits.get(scope := scope_of(unit))
        if of is None or self._store is None:
            return Allowance(every=self.wanted(unit))
        span = period(of.span, self._now)
        for _ in range(3):
            used = self._store.used(scope, span.key)
            found = self._pace(of, used, unit, state)
            if found is None:
                break
            if self._store.take(scope, span.key, found.ask, of.open(burning=self._burning)):
                usd = found.ask.usd if of.usd is not None else None
                return Allowance(found.every, scope, span.key, found.ask, usd, of.per_look)
        raise self._used_up(of, span.end)

    def settle(self, allowance: Allowance, used: Usage) -> None:
        """A store out of reach now leaves the whole allowance noted as used: rather too little than too much."""
        calls = 0 if allowance.per_look else used.calls - allowance.taken.calls
        by = Usage(calls=calls, usd=used.usd - allowance.taken.usd)
        if self._store is None or not allowance.scope or by == Usage():
            return
        try:
            self._store.correct(allowance.scope, allowance.period, by)
        except Exception:
            logger.exception("an allowance could not be settled", extra={"scope": allowance.scope})

    def asleep_until(self, unit: SourceUnit) -> datetime:
        """When a budget that is used up is looked at again: the client may have raised it, or its period turned."""
        of = self._limits.get(scope_of(unit))
        soon = self._now + timedelta(hours=6)
        return min(soon, period(of.span, self._now).end) if of else soon

    def _pace(self, of: Limits, used: Usage, unit: SourceUnit, state: SourceState) -> Pace | None:
        return pace(
            of,
            used,
            now=self._now,
            every=self.wanted(unit),
            units=self._sharing[scope_of(unit)],
            calls_a_look=state.calls_a_look,
            burning=self._burning,
        )

    def _used_up(self, of: Limits, end: datetime) -> FetchError:
        said = [f"{of.calls:,} calls" if of.calls is not None else "", f"${of.usd}" if of.usd is not None else ""]
        kept = f"; {of.reserve}% of it is kept for incidents" if of.reserve and not self._burning else ""
        return FetchError(
            f"its budget of {' and '.join(filter(None, said))} a {of.span} is used up until {end:%Y-%m-%d}{kept}",
            trouble=Trouble.BUDGET,
        )


def spent_by(error: Exception, allowance: Allowance) -> Usage:
    """What a failed look cost. A refusal is not billed; an answer that nobody can read may have been."""
    unreadable = isinstance(error, ParseError) or getattr(error, "trouble", Trouble.FORMAT) is Trouble.FORMAT
    return allowance.taken if unreadable else Usage(calls=min(1, allowance.taken.calls))


def sampling(
    wanted: timedelta, allowance: Allowance, pull: Pull, fresh: int, before: datetime | None, now: datetime
) -> str | None:
    """What the budget leaves out, in words, with an estimate of what is truly there; None when nothing."""
    slower = allowance.every > wanted
    part = pull.total is not None and pull.total > len(pull.posts)
    if not slower and not part:
        return None
    said = []
    if slower:
        said.append(
            f"looked at each {_minutes(allowance.every)} instead of {_minutes(wanted)}, so that the budget lasts"
        )
    if part:
        said.append(f"{len(pull.posts):,} of about {pull.total:,} read")
    if before is not None and now - before > timedelta(minutes=1):
        a_day = (pull.total if part and pull.total is not None else fresh) * (timedelta(days=1) / (now - before))
        said.append(f"about {a_day:,.0f} a day are there")
    return "; ".join(said)


def _minutes(span: timedelta) -> str:
    minutes = round(span / timedelta(minutes=1))
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:.1f} h".replace(".0 h", " h")
