"""What a source may use up, spread over its period so that it lasts, with a reserve for incidents."""

import math
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from tocsin.domain.model import Frozen
from tocsin.domain.sources import Budget

CRISIS = timedelta(hours=72)
"""How long an incident's faster looks should last on what is left, the reserve included."""
BURST = 2
"""A look may take this many times its even share, when there is more to read than usual."""
CENT = Decimal("0.0001")


class Span(StrEnum):
    """What a limit is counted over; UTC."""

    DAY = "day"
    MONTH = "month"


class Period(NamedTuple):
    """``key``: 2026-11 or 2026-11-22."""

    key: str
    end: datetime


class Usage(Frozen):
    """Calls made and money spent."""

    calls: int = 0
    usd: Decimal = Decimal(0)


class Limits(Frozen):
    """``reserve``: the percentage kept for open incidents. ``least_usd``: the smallest bill of one look. ``per_look``:
    a look counts as one, whatever calls it makes beside the one that is limited."""

    span: Span = Span.MONTH
    calls: int | None = None
    usd: Decimal | None = None
    reserve: int = 30
    least_usd: Decimal = Decimal(0)
    per_look: bool = False

    def open(self, *, burning: bool) -> "Limits":
        """What may be used now: all of it while an incident is open, else what is not kept for one."""
        if burning:
            return self
        share = 100 - self.reserve
        return self.model_copy(
            update={
                "calls": None if self.calls is None else self.calls * share // 100,
                "usd": None if self.usd is None else (self.usd * share / 100).quantize(CENT),
            }
        )


class Pace(Frozen):
    """``every``: the cadence that lasts to the end of the period. ``ask``: what one look may take."""

    every: timedelta
    ask: Usage


def period(span: Span, now: datetime) -> Period:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if span is Span.DAY:
        return Period(f"{now:%Y-%m-%d}", midnight + timedelta(days=1))
    return Period(f"{now:%Y-%m}", (midnight.replace(day=1) + timedelta(days=32)).replace(day=1))


def limits(budgets: list[Budget], usual: Limits | None) -> Limits | None:
    """Those of the client's file, the tightest where several entries of a kind name one, else the source's own."""
    named_calls = [budget.calls for budget in budgets if budget.calls is not None]
    named_usd = [budget.usd for budget in budgets if budget.usd is not None]
    if not named_calls and not named_usd:
        if usual is None or (usual.calls is None and usual.usd is None):
            return None
        return usual.model_copy(update={"reserve": max(budget.reserve for budget in budgets)}) if budgets else usual
    return Limits(
        calls=min(named_calls, default=None),
        usd=min(named_usd, default=None),
        reserve=max(budget.reserve for budget in budgets),
        least_usd=usual.least_usd if usual else Decimal(0),
        per_look=usual is not None and usual.per_look,
    )


def pace(
    of: Limits, used: Usage, *, now: datetime, every: timedelta, units: int, calls_a_look: float, burning: bool
) -> Pace | None:
    """The cadence of each of ``units`` that share a budget, and what one look may take; None when it is used up."""
    may = of.open(burning=burning)
    to_the_end = period(of.span, now).end - now
    left_time = min(to_the_end, CRISIS) if burning else to_the_end
    lasting, calls, usd = every, 1, Decimal(0)
    calls_a_look = 1.0 if of.per_look else calls_a_look
    if may.calls is not None:
        calls = max(1, math.ceil(calls_a_look))
        left_calls = may.calls - used.calls
        if left_calls < 1:
            return None
        calls = min(calls, left_calls)
        lasting = max(lasting, left_time * units * calls_a_look / left_calls)
    if may.usd is not None:
        left_usd = may.usd - used.usd
        if left_usd <= 0 or left_usd < of.least_usd:
            return None
        if of.least_usd:
            lasting = max(lasting, left_time * units * float(of.least_usd / left_usd))
        looks = max(1.0, left_time * units / lasting)
        share = left_usd / Decimal(str(round(looks, 3)))
        usd = min(left_usd, max(of.least_usd, share * BURST)).quantize(CENT, rounding="ROUND_DOWN")
    lasting = min(lasting, max(every, to_the_end))  # then there is a new budget
    return Pace(every=_whole_minutes(lasting), ask=Usage(calls=calls, usd=usd))


def _whole_minutes(span: timedelta) -> timedelta:
    return timedelta(minutes=math.ceil(span / timedelta(minutes=1) - 1e-9))
