"""The open windows of the counters: several spans that end now, from ten minutes to a day."""

from bisect import bisect_right, insort
from collections import deque
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from tocsin.domain.counters import Counts, MinuteCounts, Tally

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


BACK = {minutes: timedelta(minutes=minutes) for minutes in SPANS}
"""Made once: to make one takes longer than to use it."""

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
        self._now: datetime | None = None
        self._minutes: dict[int, list[int]] = {}
        self._queues = tuple((span, place, deque[int]()) for place, span in enumerate(SPANS))
        """By span its minutes, in order."""
        self._sums = [[0] * len(SPANS) for _ in range(FIELDS)]
        """By field and span."""

    def advance(self, now: datetime) -> None:
        """Time goes on; back it does not go."""
        if now is self._now:
            return
        self._now = now
        newest = _number(now)
        if newest <= self._newest:
            return
        self._newest = newest
        minutes = self._minutes
        for span, place, queue in self._queues:
            edge = newest - span
            while queue and queue[0] <= edge:
                minute = queue.popleft()
                for sums, count in zip(self._sums, minutes[minute], strict=True):
                    if count:
                        sums[place] -= count
                if span == SPANS[-1]:
                    del minutes[minute]

    def add(self, minute: datetime, counts: Counts | Tally) -> None:
        """What is older than a day, or not yet, is passed over."""
        number = _number(minute)
        age = self._newest - number
        if not 0 <= age < SPANS[-1]:
            return
        kept = self._minutes.get(number)
        if kept is None:
            kept = self._minutes[number] = [0] * FIELDS
            for span, _, queue in self._queues:
                if age < span:
                    if queue and number < queue[-1]:
                        insort(queue, number)
                    else:
                        queue.append(number)
        first = bisect_right(SPANS, age)
        for field, count in enumerate((counts.mentions, counts.negative, counts.grave, counts.reach)):
            if count:
                kept[field] += count
                sums = self._sums[field]
                for place in range(first, len(SPANS)):
                    sums[place] += count

    def windows(self) -> Windows:
        return tuple(map(Span, SPANS, *self._sums))


def _number(moment: datetime) -> int:
    return int(moment.timestamp()) // 60
