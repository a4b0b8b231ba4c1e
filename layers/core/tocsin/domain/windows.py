"""The open windows of the counters: several spans that end now, from ten minutes to a day."""

from bisect import bisect_right, insort
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from tocsin.domain.counters import Counts, MinuteCounts

SPANS = (10, 30, 60, 180, 480, 1440)
"""Minutes. A flash storm is seen in the first, a slow burn in the last."""
LONGEST = timedelta(minutes=SPANS[-1])
FIELDS = 4


class Span(NamedTuple):
    """Counted in the last ``minutes``."""

    minutes: int
    mentions: int = 0
    negative: int = 0
    grave: int = 0
    reach: int = 0


Windows = tuple[Span, ...]


def windows_of(minutes: Iterable[MinuteCounts], now: datetime) -> Windows:
    """Minutes in any order; the present one is in every span."""
    running = RunningWindows()
    running.advance(now)
    for entry in minutes:
        running.add(entry.minute, entry.counts)
    return running.windows()


class RunningWindows:
    """The same, kept up minute by minute: what enters is added and what leaves is taken off. A day of minutes is kept,
    whatever the volume."""

    def __init__(self) -> None:
        self._newest = 0
        self._minutes: dict[int, list[int]] = {}
        self._order: list[int] = []
        """Those minutes in order."""
        self._sums = [[0] * FIELDS for _ in SPANS]

    def advance(self, now: datetime) -> None:
        """Time goes on; back it does not go."""
        newest = _number(now)
        if newest <= self._newest:
            return
        passed = newest - self._newest
        if passed >= SPANS[-1]:
            self._minutes.clear()
            self._order.clear()
            self._sums = [[0] * FIELDS for _ in SPANS]
        else:
            minutes, order = self._minutes, self._order
            for span, sums in zip(SPANS, self._sums, strict=True):
                first = bisect_right(order, self._newest - span)
                for minute in order[first : bisect_right(order, newest - span, lo=first)]:
                    for place, count in enumerate(minutes[minute]):
                        sums[place] -= count
            gone = bisect_right(order, newest - SPANS[-1])
            for minute in order[:gone]:
                del minutes[minute]
            del order[:gone]
        self._newest = newest

    def add(self, minute: datetime, counts: Counts) -> None:
        """What is older than a day, or not yet, is passed over."""
        number = _number(minute)
        age = self._newest - number
        if not 0 <= age < SPANS[-1]:
            return
        values = (counts.mentions, counts.negative, counts.grave, counts.reach)
        kept = self._minutes.get(number)
        if kept is None:
            kept = self._minutes[number] = [0] * FIELDS
            insort(self._order, number)
        for place, count in enumerate(values):
            kept[place] += count
        for span, sums in zip(SPANS, self._sums, strict=True):
            if age < span:
                for place, count in enumerate(values):
                    sums[place] += count

    def windows(self) -> Windows:
        return tuple(Span(span, *sums) for span, sums in zip(SPANS, self._sums, strict=True))


def _number(moment: datetime) -> int:
    return int(moment.timestamp()) // 60
