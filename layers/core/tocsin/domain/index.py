"""The interim index 0-100 and its baseline. Replaced behind the Detector port by the measured one.

A Poisson tail, bounded by Chernoff's inequality in closed form, says how unusual the negatives are against the
brand's own rate; points for the share of negatives, grave matters and reach are added. All of it is a pure function
of counts by minute.
"""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from tocsin.domain.brand_state import BaselineState
from tocsin.domain.client import Client
from tocsin.domain.counters import MINUTE, Counts, MinuteCounts, minute_of, total
from tocsin.domain.levels import Level
from tocsin.domain.model import Frozen
from tocsin.domain.reasons import Reason, ReasonName

RULE_VERSION = "interim-1"
HORIZON = timedelta(minutes=60)
"""Minutes younger than this are open: they feed the alarm; older ones are closed: they feed the baseline."""
WINDOWS = (10, 60)
HALF_LIFE = timedelta(days=3)
PRIOR_NEGATIVES = 1.0
PRIOR_MINUTES = 720.0
"""Until there is history: one negative in twelve hours, with the weight of twelve hours."""

SENSITIVITY = {"calm": 0.8, "normal": 1.0, "nervous": 1.2}
WATCH_FLOOR = 20.0
FEWEST_NEGATIVES = {Level.WATCH: 3, Level.ISSUE: 5, Level.CRISIS: 8, Level.SEVERE: 15}
FEWEST_GRAVE = {Level.WATCH: 1, Level.ISSUE: 1, Level.CRISIS: 3, Level.SEVERE: 5}


class Judgement(Frozen):
    """What the counts ask for now, before hysteresis."""

    index: float
    level: Level
    reasons: tuple[Reason, ...]
    negative: int
    total: int
    window_minutes: int = 60


class InterimDetector:
    """Stateless: the state it folds is handed in and out, so that it lives in one small item."""

    rule_version = RULE_VERSION
    horizon = HORIZON

    def fold(self, state: BaselineState, minutes: Sequence[MinuteCounts], upto: datetime) -> BaselineState:
        """Add the minutes in [folded_to, upto); silence counts as zero. Folding in parts equals folding at once."""
        closed = minute_of(upto)
        start = state.folded_to
        if start is None:
            start = min((entry.minute for entry in minutes), default=closed)
        if closed <= start:
            return state.model_copy(update={"folded_to": start})
        decay = _decay(closed - start)
        elapsed = (closed - start) / MINUTE
        negatives = state.negatives * decay
        for entry in minutes:
            if start <= entry.minute < closed:
                negatives += entry.counts.negative * _decay(closed - entry.minute)
        scale = HALF_LIFE / MINUTE / math.log(2)
        weighed = state.minutes * decay + scale * (1 - math.exp(-elapsed / scale))
        return BaselineState(folded_to=closed, negatives=negatives, minutes=weighed)

    def judge(
        self, client: Client, baseline: BaselineState, minutes: Sequence[MinuteCounts], now: datetime
    ) -> Judgement:
        """Judge the open window (the last hour up to ``now``)."""
        per_minute = (PRIOR_NEGATIVES + baseline.negatives) / (PRIOR_MINUTES + baseline.minutes)
        hour = _within(minutes, now, 60)
        surge, surge_reason = max(
            (_surge(_within(minutes, now, window), window, per_minute) for window in WINDOWS), key=lambda pair: pair[0]
        )
        reasons = [surge_reason, _negativity(hour), _grave(hour), _reach(hour)]
        points = sum(reason.points for reason in reasons)
        index = round(min(100.0, points * SENSITIVITY[client.sensitivity]), 1)
        return Judgement(
            index=index,
            level=_level(client, index, surge, hour),
            reasons=tuple(sorted((r for r in reasons if r.points >= 1), key=lambda r: -r.points)),
            negative=hour.negative,
            total=hour.mentions,
        )


def _decay(age: timedelta) -> float:
    return float(0.5 ** (age / HALF_LIFE))


def _within(minutes: Sequence[MinuteCounts], now: datetime, window: int) -> Counts:
    start = minute_of(now) - timedelta(minutes=window - 1)
    return total(entry for entry in minutes if start <= entry.minute <= now)


def _surge(counts: Counts, window: int, per_minute: float) -> tuple[float, Reason]:
    """Surprise in decimal powers: 3 means that chance alone would do this once in a thousand windows or rarer."""
    usual = per_minute * window
    seen = counts.negative
    surprise = 0.0
    if seen > usual:
        surprise = (usual - seen + seen * math.log(seen / usual)) / math.log(10)
    reason = Reason(
        name=ReasonName.SURGE,
        points=round(min(50.0, 8.5 * surprise), 1),
        count=seen,
        minutes=window,
        usual=round(usual, 2),
    )
    return surprise, reason


def _negativity(hour: Counts) -> Reason:
    share = hour.negative / hour.mentions if hour.negative >= 3 else 0.0
    points = round(15 * max(0.0, (share - 0.3) / 0.7), 1)
    return Reason(name=ReasonName.NEGATIVITY, points=points, count=hour.mentions, minutes=60, share=round(share, 3))


def _grave(hour: Counts) -> Reason:
    points = 0.0 if not hour.grave else min(40.0, 22.0 + 4.0 * hour.grave)
    return Reason(name=ReasonName.GRAVE, points=points, count=hour.grave, minutes=60)


def _reach(hour: Counts) -> Reason:
    points = round(min(20.0, max(0.0, 6.0 * (math.log10(hour.reach) - 3.5))), 1) if hour.reach else 0.0
    return Reason(name=ReasonName.REACH, points=points, count=hour.reach, minutes=60)


def _level(client: Client, index: float, surge: float, hour: Counts) -> Level:
    floors = {
        Level.WATCH: WATCH_FLOOR,
        Level.ISSUE: float(client.thresholds.issue),
        Level.CRISIS: float(client.thresholds.crisis),
        Level.SEVERE: float(client.thresholds.severe),
    }
    reached = Level.CALM
    for level, floor in floors.items():
        enough = hour.negative >= FEWEST_NEGATIVES[level] or hour.grave >= FEWEST_GRAVE[level]
        unusual = surge >= 2 or hour.grave > 0
        if index >= floor and enough and unusual:
            reached = level
    return reached
