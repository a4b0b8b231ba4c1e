"""What is usual for a brand: how many mentions and negatives an hour of its week brings, and how far that scatters.

Counts are taken to be gamma-Poisson (negative binomial). The rate forgets by half in a week. The rhythm is a factor
for each hour of working days and of weekends in the client's own time, so that a change of the clock moves nothing,
and one for each day of the week; each is shrunk towards an even day by as many counts as it would take to believe
it, so that a brand of four mentions a day has no rhythm and one of three thousand has its own. What an hour adds is
bounded while a surge lasts: yesterday's crisis must not make the alarm deaf. An hour that was not covered, or only in
part, counts for what was covered.
"""

import math
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import model_validator

from tocsin.domain.counters import Counts, MinuteCounts
from tocsin.domain.gaps import Gap, covered
from tocsin.domain.model import Frozen, UtcDatetime

HOUR = timedelta(hours=1)
RATE_HALF_LIFE = 7 * 24.0
RHYTHM_HALF_LIFE = 42 * 24.0
SPREAD_HALF_LIFE = 21 * 24.0
"""Hours."""
DAY_BINS, WEEK_BINS = 48, 7
DOUBT = 12.0
"""Counts in each hour's bin, and ten times that in each day's, that are borrowed from what holds for everybody."""
ASLEEP = tuple(1 + 0.45 * math.sin((hour - 9) / 24 * 2 * math.pi) for hour in range(24))
"""An hour's factor before the brand's own is known: people sleep."""
BORROWED = 0.3
"""What an hour of the weekend tells of the same hour of a working day, and the other way round."""
BELIEVED = 4.0
"""During a surge an hour teaches the rate at most that many times what was expected, and that many counts."""
BELIEVED_FROM = 48.0
"""Hours watched before the bound holds: at first everything is news."""
BESIDE = 0.4
PRIOR_SPREAD = 0.05
"""1 / k of the negative binomial before anything is known, with the weight of ``SPREAD_DOUBT`` squared expectations:
two hours of one brand differ by a fifth of their rate for reasons of their own."""
SPREAD_DOUBT = 100.0
FIRST_DAYS = 0.5
"""Added to 1 / k after one day, a quarter of it after two: one day does not tell what the next will bring."""
LEAST_SPREAD, MOST_SPREAD = 0.01, 2.0
PRIOR_COUNT = 0.5
PRIOR_HOURS = 24.0
"""Half a negative in a day, which says little: its shape is half a count."""
PRIOR_SHARE = 0.25
SHARE_DOUBT = 20.0
"""A quarter of the mentions is negative, until twenty mentions say otherwise."""
LONGEST_HOURS = 24 * 28
"""A pause that long and what lies further back teaches nothing more."""


class BaselineState(Frozen):
    """Fading sums over closed hours up to ``folded_to``: ``hours`` covered (the rhythm taken out), ``mentions``,
    ``negatives``, ``grave``; ``watched``: hours covered in all. ``seen`` and ``expected``: counts by bin of the rhythm
    (48 hours, then 7 days). ``scatter`` over ``squares``: how far hours go beyond chance, see `spread`."""

    folded_to: UtcDatetime | None = None
    watched: float = 0.0
    hours: float = 0.0
    mentions: float = 0.0
    negatives: float = 0.0
    grave: float = 0.0
    seen: tuple[float, ...] = ()
    expected: tuple[float, ...] = ()
    scatter: float = 0.0
    squares: float = 0.0

    @model_validator(mode="before")
    @classmethod
    def _begun_anew(cls, data: Any) -> Any:
        """What the interim index kept was counted in other units: the counters of the last days are folded again."""
        return {} if isinstance(data, dict) and "minutes" in data else data

    @property
    def spread(self) -> float:
        """1 / k: the variance of an hour is its mean plus the mean squared times this."""
        found = (self.scatter + PRIOR_SPREAD * SPREAD_DOUBT) / (self.squares + SPREAD_DOUBT)
        return min(max(found, LEAST_SPREAD), MOST_SPREAD)

    @property
    def share(self) -> float:
        """The brand's own normal share of negatives."""
        found = (self.negatives + PRIOR_SHARE * SHARE_DOUBT) / (self.mentions + SHARE_DOUBT)
        return min(max(found, 0.02), 0.9)

    @property
    def per_hour(self) -> float:
        """Negatives in an even hour."""
        return (self.negatives + PRIOR_COUNT) / (self.hours + PRIOR_HOURS)

    @property
    def grave_per_hour(self) -> float:
        return (self.grave + PRIOR_COUNT / 4) / (self.hours + PRIOR_HOURS)

    @property
    def grave_share(self) -> float:
        """Of the brand's negatives: what is read as grave by mistake comes with them."""
        return (self.grave + PRIOR_COUNT / 2) / (self.negatives + 50 * PRIOR_COUNT)

    @property
    def grave_of_all(self) -> float:
        """Of all that is said of the brand: on a day of much talk some of that is misread, too."""
        return (self.grave + PRIOR_COUNT / 2) / (self.mentions + 200 * PRIOR_COUNT)

    def factor(self, at: datetime, zone: ZoneInfo) -> float:
        """How this hour of the week compares with an even one."""
        return _factors(self, at, zone, 1)[0]


def fold(
    state: BaselineState,
    minutes: Sequence[MinuteCounts],
    upto: datetime,
    zone: ZoneInfo,
    gaps: Sequence[Gap] = (),
) -> BaselineState:
    """Add the whole hours in [folded_to, upto); silence counts as zero. Folding in parts equals folding at once."""
    closed = hour_of(upto)
    start = state.folded_to
    if start is None:
        if not minutes:
            return state
        start = hour_of(min(entry.minute for entry in minutes))
    if closed <= start:
        return state.model_copy(update={"folded_to": start})
    heard = _by_hour(minutes, start, closed)
    hour = start
    lost = (closed - start) // HOUR - LONGEST_HOURS
    if lost > 0:
        # Nobody asked for a month: what is older than it would have faded, and minutes that old are gone.
        hour += lost * HOUR
        state = _faded(state, float(lost))
    folding = _Folding(state)
    while hour < closed:
        folding.learn(hour, heard.get(hour, _NOTHING), covered(gaps, hour, hour + HOUR), zone)
        hour += HOUR
    return folding.state(closed)


def hour_of(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


_NOTHING = Counts()


class _Folding:
    """The sums while hours are added: a frozen value an hour would cost more than the adding."""

    def __init__(self, state: BaselineState) -> None:
        self._watched, self._hours = state.watched, state.hours
        self._mentions, self._negatives, self._grave = state.mentions, state.negatives, state.grave
        self._seen = list(state.seen) or [0.0] * (DAY_BINS + WEEK_BINS)
        self._expected = list(state.expected) or [0.0] * (DAY_BINS + WEEK_BINS)
        self._scatter, self._squares = state.scatter, state.squares

    def learn(self, hour: datetime, counts: Counts, heard: float, zone: ZoneInfo) -> None:
        if heard < 0.1:
            return
        own, other, day = _places_in(zone, int(hour.timestamp()) // 3600)
        hourly = _hourly(self._seen, self._expected, own, other)
        factor = hourly * _shrunk(self._seen[DAY_BINS + day], self._expected[DAY_BINS + day], 10 * DOUBT)
        weight = factor * heard
        all_usual = (self._mentions + 2 * PRIOR_COUNT) / (self._hours + PRIOR_HOURS) * weight
        bad_usual = (self._negatives + PRIOR_COUNT) / (self._hours + PRIOR_HOURS) * weight
        mentions, negatives, grave = float(counts.mentions), float(counts.negative), float(counts.grave)
        if self._watched >= BELIEVED_FROM:
            mentions = min(mentions, BELIEVED * (all_usual + 1))
            negatives = min(negatives, BELIEVED * (bad_usual + 1))
            grave = min(grave, BELIEVED * ((self._grave + PRIOR_COUNT / 4) / (self._hours + PRIOR_HOURS) * weight + 1))
            if self._watched >= 2 * BELIEVED_FROM:  # before, what scatters is our own ignorance of the rhythm
                self._scatter = self._scatter * _SPREAD_FADE + (negatives - bad_usual) ** 2 - bad_usual
                self._squares = self._squares * _SPREAD_FADE + bad_usual**2
            even = all_usual / factor
            for place, expected in ((own, even), (DAY_BINS + day, even * hourly)):
                self._seen[place] = self._seen[place] * _BIN_FADE + mentions
                self._expected[place] = self._expected[place] * _BIN_FADE + expected
        self._watched += heard
        self._hours = self._hours * _RATE_FADE + weight
        self._mentions = self._mentions * _RATE_FADE + mentions
        self._negatives = self._negatives * _RATE_FADE + negatives
        self._grave = self._grave * _RATE_FADE + grave

    def state(self, folded_to: datetime) -> BaselineState:
        return BaselineState.made_of(
            {
                "folded_to": folded_to,
                "watched": self._watched,
                "hours": self._hours,
                "mentions": self._mentions,
                "negatives": self._negatives,
                "grave": self._grave,
                "seen": tuple(self._seen),
                "expected": tuple(self._expected),
                "scatter": self._scatter,
                "squares": self._squares,
            }
        )


_RATE_FADE = 0.5 ** (1 / RATE_HALF_LIFE)
_SPREAD_FADE = 0.5 ** (1 / SPREAD_HALF_LIFE)
_BIN_FADE = 0.5 ** (24 / RHYTHM_HALF_LIFE)
"""A bin is seen for an hour a day, and fades only then: untouched bins need no writing."""


def _faded(state: BaselineState, hours: float) -> BaselineState:
    fade = 0.5 ** (hours / RATE_HALF_LIFE)
    names = ("hours", "mentions", "negatives", "grave")
    return state.model_copy(update={name: getattr(state, name) * fade for name in names})


def _hourly(seen: Sequence[float], expected: Sequence[float], own: int, other: int) -> float:
    """The hour and, half as much, those beside it: nobody's day has edges."""
    hour, day = own % 24, own - own % 24
    before, after = day + (hour - 1) % 24, day + (hour + 1) % 24
    return (seen[own] + BESIDE * (seen[before] + seen[after]) + BORROWED * seen[other] + DOUBT * ASLEEP[hour]) / (
        expected[own] + BESIDE * (expected[before] + expected[after]) + BORROWED * expected[other] + DOUBT
    )


def _shrunk(seen: float, expected: float, doubt: float) -> float:
    return (seen + doubt) / (expected + doubt)


def _by_hour(minutes: Iterable[MinuteCounts], start: datetime, end: datetime) -> dict[datetime, Counts]:
    hours: dict[datetime, list[int]] = {}
    for entry in minutes:
        if start <= entry.minute < end:
            sums = hours.setdefault(hour_of(entry.minute), [0, 0, 0])
            sums[0] += entry.counts.mentions
            sums[1] += entry.counts.negative
            sums[2] += entry.counts.grave
    return {hour: Counts(mentions=sums[0], negative=sums[1], grave=sums[2]) for hour, sums in hours.items()}


class Outlook:
    """What to expect in any window that ends within the hour of ``at``: sums made once an hour, not at each look."""

    def __init__(self, baseline: BaselineState, at: datetime, zone: ZoneInfo, hours: int = 26) -> None:
        self.baseline = baseline
        self.hour = hour_of(at.astimezone(UTC))
        self._factors = _factors(baseline, self.hour, zone, hours)
        self.negatives = baseline.per_hour
        self.grave = baseline.grave_per_hour
        self.share = baseline.share
        scarce = 1 / (baseline.negatives + PRIOR_COUNT)
        self._spread, self._scarce = baseline.spread, scarce + FIRST_DAYS / max(baseline.watched / 24, 1.0) ** 2
        self.known = min(1.0, max(0.0, (baseline.watched - 6) / 18))
        """How far anything can be called unusual: nothing in the first hours, everything after a day."""
        self._shapes: dict[int, float] = {}
        self._weighed_at: datetime | None = None
        self._weights: dict[int, float] = {}
        self._part, self._sums = 0.0, self._factors

    def shape(self, minutes: int) -> float:
        """k of the predictive negative binomial: what scatters, and what we cannot know from so few. Hours deviate
        partly for reasons of their own, so that a day scatters less than its hours."""
        found = self._shapes.get(minutes)
        if found is None:
            found = float(1 / (self._spread / max(minutes / 60, 1.0) ** 0.75 + self._scarce))
            self._shapes[minutes] = found
        return found

    def weight(self, now: datetime, minutes: int, gaps: Sequence[Gap] = ()) -> float:
        """Even hours in the window of ``minutes`` up to ``now``; remembered, since one look asks often."""
        if now is not self._weighed_at:
            self._turn_to(now)
        total = self._weights.get(minutes)
        if total is None:
            total = self._weights[minutes] = self._weighed(minutes)
        if gaps:
            total *= max(covered(gaps, now - timedelta(minutes=minutes), now), 0.1)
        return total

    def _turn_to(self, now: datetime) -> None:
        self._weighed_at, self._weights = now, {}
        factors = self._factors
        self._part = max((now - self.hour) / HOUR, 0.0)
        self._sums = [*accumulate(factors[1:], initial=factors[0] * self._part)]

    def _weighed(self, minutes: int) -> float:
        """The present hour so far, whole hours before it, and a part of the one before those."""
        left, part, factors = minutes / 60, self._part, self._factors
        if left <= part:
            return factors[0] * left
        left -= part
        whole = min(int(left), len(factors) - 1)
        total, left = self._sums[whole], left - whole
        while left > 1e-9:
            step = min(1.0, left)
            total += factors[min(whole + 1, len(factors) - 1)] * step
            left -= step
        return total


def _factors(baseline: BaselineState, hour: datetime, zone: ZoneInfo, hours: int) -> list[float]:
    """Of this hour and those before it."""
    first = int(hour.timestamp()) // 3600
    places = [_places_in(zone, first - back) for back in range(hours)]
    seen, expected = baseline.seen, baseline.expected
    if not seen:
        return [ASLEEP[own % 24] for own, _, _ in places]
    days = {day: _shrunk(seen[DAY_BINS + day], expected[DAY_BINS + day], 10 * DOUBT) for _, _, day in places}
    return [_hourly(seen, expected, own, other) * days[day] for own, other, day in places]


@lru_cache(maxsize=512)
def _places_in(zone: ZoneInfo, hour: int) -> tuple[int, int, int]:
    """(its bin, that of the other part of the week, its day); ``hour``: of the epoch."""
    local = datetime.fromtimestamp(hour * 3600, zone)
    day, own = local.weekday(), local.hour
    weekend = 24 if day >= 5 else 0
    return weekend + own, 24 - weekend + own, day


def rarity(seen: float, usual: float, shape: float) -> float:
    """Decimal powers: -log10 of the chance of so many or more by a negative binomial law (Chernoff's bound)."""
    if seen <= usual:
        return 0.0
    usual = max(usual, 1e-6)
    bound = seen * math.log(seen / usual) - (seen + shape) * math.log((seen + shape) / (usual + shape))
    return max(0.0, bound / math.log(10))


def rarity_of_few(seen: float, usual: float, shape: float) -> float:
    """The same, near the exact chance: exactly so many, and a geometric series that each further one stays below.

    For a few people Chernoff's bound is five times too careful. Where all negatives are counted that care is welcome:
    it stands for what the law does not know of a brand."""
    usual = max(usual, 1e-6)
    among = shape + usual
    further = max(1.0, (seen + shape) / (seen + 1)) * usual / among
    least = rarity(seen, usual, shape)
    if seen <= usual or further >= 1:
        return least
    ways = math.lgamma(seen + 1) + math.lgamma(shape) - math.lgamma(seen + shape)
    bound = ways + shape * math.log(among / shape) + seen * math.log(among / usual) + math.log(1 - further)
    return max(least, bound / math.log(10))


def beyond_share(negative: float, mentions: float, share: float) -> float:
    """Decimal powers: how surely more of them are negative than is the brand's own normal (a binomial tail)."""
    if mentions <= 0 or negative / mentions <= share:
        return 0.0
    part = min(negative / mentions, 1.0)
    distance = part * math.log(part / share) + ((1 - part) * math.log((1 - part) / (1 - share)) if part < 1 else 0.0)
    return mentions * distance / math.log(10)
