"""How rare is what we hear now? A streaming detector of surges in counts, from 0.1 to 10,000 an hour.

Several windows run at once, from a quarter of an hour (a flash storm) to sixteen hours (a slow burn). Each compares
what was heard with what was expected (``baseline``), as a logarithm, and knows from experience how far such ratios
usually go: the limit that one in fifty passes, and how far those go that pass it. A tail of logarithms that falls
exponentially is a power law of counts, which is what mentions obey: nothing here believes in the bell curve. What is
rare by experience must be so by the law of small numbers too: three where one is usual mean nothing.

So each window names a return period: how many days pass between two such surprises by chance. Long windows have
fewer chances, so the same probability is rarer there; thus they are comparable and the rarest one speaks. The alarm
is due at one in twenty days, then silent for a day unless something a hundred times rarer comes.

Pure: a step takes a state and a row and gives a state and a surprise; time is the row's. The state has a constant
size (`surge_form` packs it into a kilobyte). The figures were chosen on labelled series: docs/benchmarks.md.
"""

import math
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from tocsin.domain.baseline import Baseline

WINDOWS = (0.25, 1.0, 4.0, 16.0)
"""Hours; each is a sum that fades with this time constant."""
GUARD = 1
"""The window that says how much of a count may teach the baseline."""
BELIEVED = 5.0
"""During a surge a count teaches the baseline no more than that many times what was expected."""
EVEN = 1.0
"""Counts added to both sides of a ratio: one mention where none is expected is no surprise."""
CHANCE = 0.02
LIMIT = 0.9
LIMIT_STEP = 0.012
"""The limit starts at exp(0.9), 2.5 times the usual, and moves by this much an hour towards the one in fifty."""
LEAST_LIMIT, MOST_LIMIT = 0.3, 3.0
EXCESS = 0.3
EXCESS_WORTH = 15.0
EXCESS_HALF_LIFE = 28 * 24.0
"""How far beyond the limit those go that pass it: at first a guess worth fifteen cases; then what is seen, fading."""
LEAST_EXCESS = 0.05
WIDEST = 4.0
"""One case teaches no more than that many times the mean excess: a crisis must not make the alarm deaf."""
RARE_DAYS = 20.0
QUIET_HOURS = 24.0
CLEARLY_RARER = 100.0
WARM_UP = 48.0
"""Hours watched before anything can be called rare."""
GAPS = 5
"""Rows whose median gap is taken as the usual one."""
LARGEST = 1e12
LONGEST_HOURS = 24 * 366.0
MOST_DAYS = 1e12
LEAST_EXPECTED = 1e-3


class Window(NamedTuple):
    """``seen`` and ``expected``: fading sums; ``limit``: of the logarithm of their ratio; ``cases`` beyond it and
    the sum of their ``excess``, both in independent looks and fading."""

    seen: float = 0.0
    expected: float = 0.0
    limit: float = LIMIT
    cases: float = 0.0
    excess: float = 0.0


@dataclass(frozen=True, slots=True)
class SurgeState:
    """``last``: the last row's time, in seconds of the epoch; ``gaps``: hours between the last rows; ``watched``:
    hours in all; ``alarm_at`` and ``alarm_days``: time and rarity of the last alarm."""

    baseline: Baseline = field(default_factory=Baseline)
    windows: tuple[Window, ...] = (Window(),) * len(WINDOWS)
    last: float | None = None
    gaps: tuple[float, ...] = ()
    watched: float = 0.0
    alarm_at: float | None = None
    alarm_days: float = 0.0


@dataclass(frozen=True, slots=True)
class Surprise:
    """``days``: how long one waits for such a thing by chance; ``probability`` that a look at the window of
    ``window_hours`` shows it; ``seen`` there, where ``expected`` were usual.

    ``score`` 0-1 is days / (1 + days), so that the alarm is due at 20 / 21; after an alarm it says for a day how this
    compares with a hundred times that alarm. ``alarm``: wake somebody now. ``warming_up``: too little is known to
    call anything rare, and the score stays below the alarm's."""

    score: float
    alarm: bool
    days: float
    probability: float
    window_hours: float
    seen: float
    expected: float
    warming_up: bool


UNKNOWN = Surprise(
    score=0.0,
    alarm=False,
    days=0.0,
    probability=1.0,
    window_hours=WINDOWS[0],
    seen=0.0,
    expected=0.0,
    warming_up=True,
)
"""Of a first row, which can be compared with nothing."""


def step(
    state: SurgeState, at: datetime, count: float, *, hours: float | None = None, rare_days: float = RARE_DAYS
) -> tuple[SurgeState, Surprise]:
    """Fold in ``count`` mentions of the interval of ``hours`` that ends (or is stamped) ``at``, a time with a zone.

    Without ``hours`` the interval is the usual gap between rows, and the first row only starts the clock. A longer
    gap is time not covered, not calm. A time not after the last one is taken as the next interval: the order in
    which rows come decides. ValueError, in words, for what is no count or no interval."""
    if not 0 <= count <= LARGEST:
        raise ValueError(f"a count must be a number from 0 to {LARGEST:,.0f}, not {count:g}")
    if hours is not None and not 0 < hours <= LONGEST_HOURS:
        raise ValueError("an interval must be longer than nothing and at most a year")
    if at.tzinfo is None:
        raise ValueError("a time must have a zone")
    now = at.timestamp()
    gap = 0.0 if state.last is None else (now - state.last) / 3600
    gaps = (*state.gaps, min(gap, LONGEST_HOURS))[-GAPS:] if gap > 0 else state.gaps
    if hours is None:
        if not gaps:
            return replace(state, last=now), UNKNOWN
        hours = sorted(gaps)[len(gaps) // 2]
    elapsed = gap if gap > 0 else hours
    level = state.baseline.per_hour
    share = state.baseline.share(at)
    usual = share * hours * level if level is not None else count
    windows = tuple(
        _counted(window, length, count, usual, elapsed) for window, length in zip(state.windows, WINDOWS, strict=True)
    )
    watched = state.watched + hours
    surprise = _news(_rarest(windows, hours), state, now, rare_days, watched)
    guard = windows[GUARD]
    believed = min(1.0, BELIEVED * (guard.expected + EVEN) / (guard.seen + EVEN))
    return (
        SurgeState(
            baseline=state.baseline.learned(at, count * believed, hours, elapsed, share),
            windows=tuple(
                _taught(window, length, hours, elapsed) for window, length in zip(windows, WINDOWS, strict=True)
            ),
            last=now,
            gaps=gaps,
            watched=watched,
            alarm_at=now if surprise.alarm else state.alarm_at,
            alarm_days=surprise.days if surprise.alarm else state.alarm_days,
        ),
        surprise,
    )


def news_days(days: float, now: float, alarm_at: float | None, alarm_days: float, rare_days: float) -> float:
    """``days`` beside what has been alarmed: due at ``rare_days``. Times are in seconds of the epoch."""
    if alarm_at is None or abs(now - alarm_at) > QUIET_HOURS * 3600:
        return days
    return days * rare_days / (CLEARLY_RARER * alarm_days)


def _counted(window: Window, length: float, count: float, usual: float, elapsed: float) -> Window:
    fade = math.exp(-elapsed / length)
    return Window(window.seen * fade + count, window.expected * fade + usual, window.limit, window.cases, window.excess)


def _ratio(window: Window) -> float:
    return math.log((window.seen + EVEN) / (window.expected + EVEN))


def _rarest(windows: tuple[Window, ...], hours: float) -> Surprise:
    rarest, place, likely = -math.inf, 0, 0.0
    for number, window in enumerate(windows):
        beyond = (_ratio(window) - window.limit) / _scale(window)
        chance = min(max(math.log(CHANCE) - beyond, _small_numbers(window)), 0.0)
        waiting = math.log(max(WINDOWS[number], hours) / 24) - chance
        if waiting > rarest:
            rarest, place, likely = waiting, number, chance
    days = min(math.exp(min(rarest, 700.0)), MOST_DAYS)
    window = windows[place]
    return Surprise(
        score=0.0,
        alarm=False,
        days=days,
        probability=math.exp(likely),
        window_hours=max(WINDOWS[place], hours),
        seen=window.seen,
        expected=window.expected,
        warming_up=False,
    )


def _small_numbers(window: Window) -> float:
    """The logarithm of the chance of so many by a Poisson law (Chernoff's bound)."""
    if window.seen <= window.expected:
        return 0.0
    expected = max(window.expected, LEAST_EXPECTED)
    return window.seen - expected - window.seen * math.log(window.seen / expected)


def _news(surprise: Surprise, state: SurgeState, now: float, rare_days: float, watched: float) -> Surprise:
    """The score and the alarm, by what has been alarmed and by how long we have watched."""
    news = news_days(surprise.days, now, state.alarm_at, state.alarm_days, rare_days)
    if watched < WARM_UP:
        enough = rare_days / (1 + rare_days)
        return replace(surprise, score=enough * watched / WARM_UP * news / (1 + news), warming_up=True)
    return replace(surprise, score=news / (1 + news), alarm=news >= rare_days)


def _scale(window: Window) -> float:
    return max((window.excess + EXCESS_WORTH * EXCESS) / (window.cases + EXCESS_WORTH), LEAST_EXCESS)


def _taught(window: Window, length: float, hours: float, elapsed: float) -> Window:
    ratio = _ratio(window)
    fade = 0.5 ** (elapsed / EXCESS_HALF_LIFE)
    limit, cases, excess = window.limit, window.cases, window.excess
    if ratio > limit:
        # Rows that share a window are one look at it, not many.
        look = hours / max(length, hours)
        cases += look
        excess += look * min(ratio - limit, WIDEST * _scale(window))
        limit = min(limit + LIMIT_STEP * min(hours, 24.0) * (1 - CHANCE), MOST_LIMIT)
    else:
        limit = max(limit - LIMIT_STEP * min(hours, 24.0) * CHANCE, LEAST_LIMIT)
    return Window(window.seen, window.expected, limit, cases * fade, excess * fade)
