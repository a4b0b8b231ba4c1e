"""Protects: from a mention in ten hours to ten thousand an hour an ordinary day is calm, and an hour that chance does
not bring is not."""

import math
import random
from datetime import timedelta

import pytest

from tests.unit.domain.test_detector import DAY, HOUR, MINUTE, NOW, OF, said
from tocsin.domain.brand_baseline import BaselineState
from tocsin.domain.counters import Counts, MinuteCounts
from tocsin.domain.detector import MOST_SIGNALS, Detector
from tocsin.domain.judgement import Judgement
from tocsin.domain.levels import Level
from tocsin.domain.signal import Signal
from tocsin.domain.windows import windows_of

SHARE, DAYS, SCATTER = 0.25, 14, 0.15
"""Of each hour by itself: what two hours of one brand differ by for reasons of their own."""


def drawn(chance: random.Random, expected: float) -> int:
    """Of a Poisson law; of a large one by the normal near it."""
    if expected > 30:
        return max(0, round(chance.gauss(expected, math.sqrt(expected))))
    count, product, least = -1, 1.0, math.exp(-expected)
    while product > least:
        count, product = count + 1, product * chance.random()
    return max(count, 0)


def last_hour(per_hour: float, times: float, seed: int) -> Judgement:
    """Two weeks that wake and sleep, and then an hour of which the negatives are so many times the usual."""
    chance = random.Random(seed)
    begin = NOW - DAYS * DAY
    minutes, own = [], 1.0
    for number in range(DAYS * 24 * 60 + 1):
        at = begin + number * MINUTE
        if number % 60 == 0:
            own = chance.gammavariate(1 / SCATTER**2, SCATTER**2)
        usual = per_hour / 60 * own * (1 + 0.45 * math.sin((at.hour - 9) / 24 * 2 * math.pi))
        more = times - 1 if NOW - at < HOUR else 0
        negative, others = drawn(chance, usual * SHARE * (1 + more)), drawn(chance, usual * (1 - SHARE))
        if negative + others:
            minutes.append(MinuteCounts(minute=at, counts=Counts(mentions=negative + others, negative=negative)))
    baseline = Detector().fold(OF, BaselineState(), [one for one in minutes if one.minute < NOW - DAY], NOW - DAY)
    open_day = [one for one in minutes if one.minute >= NOW - DAY]
    signals: list[Signal] = []
    for one in reversed(open_day):
        ago = (NOW - one.minute) / timedelta(minutes=1)
        signals += [said(ago, len(signals) + n + 1, place=n % 3) for n in range(one.counts.negative)]
        if len(signals) >= MOST_SIGNALS:
            break
    return Detector().judge(OF, baseline, windows_of(open_day, NOW), signals[:MOST_SIGNALS], NOW)


@pytest.mark.parametrize("per_hour", [0.1, 4, 200, 10_000])
@pytest.mark.parametrize("seed", [1, 2])
def test_an_ordinary_hour_is_calm_at_any_rate(per_hour: float, seed: int) -> None:
    assert last_hour(per_hour, 1, seed).level is Level.CALM


@pytest.mark.parametrize(("per_hour", "times"), [(4, 20), (200, 3), (10_000, 3)])
def test_an_hour_that_chance_does_not_bring_is_heard_at_any_rate(per_hour: float, times: float) -> None:
    assert last_hour(per_hour, times, 1).level >= Level.ISSUE
