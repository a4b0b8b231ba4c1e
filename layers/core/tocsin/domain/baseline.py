"""What is usual: counts an hour, and how the hours of the day share them. One small value, folded row by row.

The level is a mean that forgets by half in three days. The rhythm is the share of each hour of working days and of
weekends (UTC: a shift of an hour twice a year is soon learned), borrowed from each other and from an even day while
they are new. The expectation follows the rhythm only in part (its cube root): nights of few mentions are too noisy
to be taken at their word, and a storm is no less of one because it came at noon.
"""

import math
from dataclasses import dataclass, replace
from datetime import datetime

LEVEL_HALF_LIFE = 72.0
RHYTHM_HALF_LIFE = 21 * 24.0
"""Hours."""
BINS = 48
BORROWED = 0.3
"""What an hour of the weekend tells of the same hour of a working day, and the other way round."""
DOUBT = 4.0
"""Hours of an even day in each bin from the start: about four days of that hour."""
TRUST = 1 / 3
"""The exponent of the rhythm: 0 is an even day, 1 takes the rhythm at its word."""
LEAST_SHARE = 0.05
LEAST_LEVEL = 0.01
"""Counts an hour, to divide by."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """``counts`` over ``hours`` (both fading, the rhythm taken out) is the level; ``shares`` (counts in units of the
    level) over ``looks`` (hours) is the rhythm, by bin."""

    counts: float = 0.0
    hours: float = 0.0
    shares: tuple[float, ...] = (0.0,) * BINS
    looks: tuple[float, ...] = (0.0,) * BINS

    @classmethod
    def assumed(cls, per_hour: float, worth_hours: float) -> "Baseline":
        """Before anything is known: ``per_hour`` counts, believed as much as ``worth_hours`` of watching."""
        return cls(counts=per_hour * worth_hours, hours=worth_hours)

    @property
    def per_hour(self) -> float | None:
        """The level; None while nothing is known."""
        return self.counts / self.hours if self.hours > 0 else None

    def share(self, at: datetime) -> float:
        """How the expectation of this moment compares with the level."""
        moment = at.hour + at.minute / 60 + at.second / 3600 - 0.5
        before = math.floor(moment)
        part = moment - before
        first = before % 24
        weekend = 24 if at.weekday() >= 5 else 0
        near = self._of(weekend + first, 24 - weekend + first)
        second = (first + 1) % 24
        far = self._of(weekend + second, 24 - weekend + second)
        return float(max(near * (1 - part) + far * part, LEAST_SHARE) ** TRUST)

    def learned(self, at: datetime, count: float, hours: float, elapsed: float, share: float) -> "Baseline":
        """After ``count`` in an interval of ``hours`` that ended ``elapsed`` hours after the last one."""
        level = max(self.counts / self.hours if self.hours > 0 else count / hours, LEAST_LEVEL)
        fade = 0.5 ** (elapsed / LEVEL_HALF_LIFE)
        # A bin is seen for one hour a day, and fades only then: untouched bins need no writing.
        aged = 0.5 ** (24 * hours / RHYTHM_HALF_LIFE)
        place = at.hour + (24 if at.weekday() >= 5 else 0)
        return replace(
            self,
            counts=self.counts * fade + count,
            hours=self.hours * fade + share * hours,
            shares=_with(self.shares, place, self.shares[place] * aged + count / level),
            looks=_with(self.looks, place, self.looks[place] * aged + hours),
        )

    def _of(self, own: int, other: int) -> float:
        return (self.shares[own] + BORROWED * self.shares[other] + DOUBT) / (
            self.looks[own] + BORROWED * self.looks[other] + DOUBT
        )


def _with(values: tuple[float, ...], place: int, value: float) -> tuple[float, ...]:
    return (*values[:place], value, *values[place + 1 :])
