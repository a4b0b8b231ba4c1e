"""How often a source says something new, hour by hour, and from when on its silence needs another explanation.

Time is counted in expected pieces of news: an hour in which the source usually speaks four times is four, an hour of
the night may be none. Counted so, the pauses of a source that speaks at random are exponential with mean 1, whatever
its day looks like, and the longest of N pauses is about ln(N). A source that speaks in bursts has longer ones, which
are learned.
"""

import math
from datetime import datetime, timedelta
from itertools import pairwise

from tocsin.domain.model import Frozen, UtcDatetime

HALF_LIFE = timedelta(days=28)
BINS = 48
"""Hours of a working day, then of a weekend; in UTC: a shift of an hour twice a year is soon learned."""
LEARNED_FOR = timedelta(days=14)
LEARNED_FROM = 20.0
"""Pieces of news in memory, older ones counting less: of a source with fewer, silence says nothing."""
DOUBT = 3.0
"""What each hour borrows from the source's mean rate, in pieces of news, so that a lucky hour is no rule."""
MARGIN = 1.5
RARE = 3.0
"""exp(-3): the chance that the longest pause of a quarter is longer than ln(N) + 3, before the margin."""
QUARTER = timedelta(days=90)
LONGEST = timedelta(days=60)
_HOUR = timedelta(hours=1)


class Rhythm(Frozen):
    """``news`` and ``hours`` by bin, both fading. ``since``: first seen; ``last_at``: the latest look that held news,
    by our own clock; ``longest``: the longest pause, in expected pieces of news, fading."""

    since: UtcDatetime | None = None
    last_at: UtcDatetime | None = None
    news: tuple[float, ...] = (0.0,) * BINS
    hours: tuple[float, ...] = (0.0,) * BINS
    longest: float = 0.0

    def heard(self, now: datetime, *, watched: bool = True) -> "Rhythm":
        """After a look that held something new, however many posts: a batch is one piece of news.

        ``watched``: we looked all the while; a pause of our own says nothing about the source's."""
        if self.last_at is None or self.since is None:
            return self.model_copy(update={"since": now, "last_at": now})
        if now <= self.last_at:
            return self
        if not watched:
            return self.model_copy(update={"last_at": now})
        pause = self.expected(self.last_at, now)
        fade = 0.5 ** ((now - self.last_at) / HALF_LIFE)
        hours = [value * fade for value in self.hours]
        for place, share in _shares(max(self.last_at, now - LONGEST), now):
            hours[place] += share
        news = [value * fade for value in self.news]
        news[_bin(now)] += 1
        return self.model_copy(
            update={
                "last_at": now,
                "news": tuple(round(value, 3) for value in news),
                "hours": tuple(round(value, 3) for value in hours),
                "longest": max(round(self.longest * fade, 2), min(round(pause, 2), self._most_believed())),
            }
        )

    def expected(self, start: datetime, end: datetime) -> float:
        """Pieces of news to expect in [start, end)."""
        rates = self._rates()
        return sum(rates[place] * share for place, share in _shares(start, end))

    def silence_from(self) -> datetime | None:
        """From when on silence needs another explanation than chance; None while too little is known."""
        if self.last_at is None or self.since is None or self.last_at - self.since < LEARNED_FOR:
            return None
        if sum(self.news) < LEARNED_FROM:
            return None
        rates, limit, left = self._rates(), self.limit(), self.last_at + LONGEST
        moment, sum_of = self.last_at, 0.0
        while moment < left:
            step = min(_next_hour(moment), left)
            share = rates[_bin(moment)] * ((step - moment) / _HOUR)
            if sum_of + share >= limit:
                return moment + (step - moment) * ((limit - sum_of) / share)
            sum_of, moment = sum_of + share, step
        return left

    def limit(self) -> float:
        """The longest pause that chance explains, in expected pieces of news: 1.5 times the longest of a quarter."""
        a_quarter = max(self._rate() * (QUARTER / _HOUR), 1.0)
        return MARGIN * max(math.log(a_quarter) + RARE, self.longest)

    def _rate(self) -> float:
        """Pieces of news an hour, over all hours."""
        return sum(self.news) / hours if (hours := sum(self.hours)) > 0 else 0.0

    def _rates(self) -> list[float]:
        mean = self._rate()
        if mean <= 0:
            return [0.0] * BINS
        return [(news + DOUBT) / (hours + DOUBT / mean) for news, hours in zip(self.news, self.hours, strict=True)]

    def _most_believed(self) -> float:
        """One outage must not make the alarm deaf for months."""
        return 4 * (math.log(max(self._rate() * (QUARTER / _HOUR), 1.0)) + RARE)


def _shares(start: datetime, end: datetime) -> list[tuple[int, float]]:
    """Bins and hours of a stretch of time."""
    edges = [start]
    while edges[-1] < end:
        edges.append(min(_next_hour(edges[-1]), end))
    return [(_bin(one), (other - one) / _HOUR) for one, other in pairwise(edges)]


def _next_hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0) + _HOUR


def _bin(moment: datetime) -> int:
    return moment.hour + (24 if moment.weekday() >= 5 else 0)
