"""Protects: an alarm soon after the spark and rarely without one, at every size of brand; a score that never knows the
future, a state that can be put away between any two rows, and words instead of a crash for what is no count."""

import math
import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.domain.baseline import Baseline
from tocsin.domain.surge import LARGEST, RARE_DAYS, WARM_UP, WINDOWS, SurgeState, Surprise, step
from tocsin.domain.surge_form import packed, unpacked

START = datetime(2026, 3, 2, tzinfo=UTC)
ROW = timedelta(minutes=5)
HOURS = 5 / 60
THRESHOLD = RARE_DAYS / (1 + RARE_DAYS)


def life(per_hour: float, hours: float, *, seed: int = 1, swing: float = 0.7, row: float = HOURS) -> list[int]:
    """Poisson counts of rows of ``row`` hours, with a rhythm of the day."""
    chance = random.Random(seed)
    counts = []
    for number in range(round(hours / row)):
        mean = per_hour * row * (1 + swing * math.sin(2 * math.pi * (number * row - 9) / 24))
        counts.append(_poisson(chance, mean))
    return counts


def _poisson(chance: random.Random, mean: float) -> int:
    if mean > 50:
        return max(0, round(chance.gauss(mean, math.sqrt(mean))))
    left, count = chance.random() * math.exp(mean), 0
    term = total = 1.0
    while total < left:
        count += 1
        term *= mean / count
        total += term
    return count


def run(counts, state: SurgeState | None = None, *, start=START, row=ROW) -> tuple[SurgeState, list[Surprise]]:
    state = state or SurgeState()
    surprises = []
    for number, count in enumerate(counts):
        state, surprise = step(state, start + number * row, count, hours=row / timedelta(hours=1))
        surprises.append(surprise)
    return state, surprises


@pytest.mark.parametrize("per_hour", [0.1, 0.5, 3, 30, 300, 10_000])
def test_an_ordinary_life_is_quiet(per_hour):
    _, surprises = run(life(per_hour, 24 * 40))

    assert sum(surprise.alarm for surprise in surprises) <= 1


@pytest.mark.parametrize(("per_hour", "factor"), [(0.1, 100), (3, 20), (30, 10), (300, 10), (10_000, 10)])
def test_a_flash_storm_alarms_within_the_hour(per_hour, factor):
    calm = life(per_hour, 24 * 20 + 12)
    storm = [count * factor for count in life(per_hour, 2, seed=2, swing=0)]
    if per_hour < 1:
        storm = [1] * 24  # a small brand: twelve an hour, where one in ten hours is usual

    _, surprises = run(calm + storm)

    alarms = [number for number, surprise in enumerate(surprises) if surprise.alarm and number >= len(calm)]
    assert alarms
    assert (alarms[0] - len(calm)) * HOURS <= 1.0


def test_a_slow_burn_that_no_short_window_sees_alarms_within_the_day():
    calm, burn = life(30, 24 * 20), life(150, 24, seed=3)

    _, surprises = run(calm + burn)

    alarm = next(surprise for surprise in surprises[len(calm) :] if surprise.alarm)
    assert alarm.window_hours >= 1
    assert alarm.seen > 2 * alarm.expected


def test_a_storm_alarms_once_a_day_and_again_only_for_what_is_a_hundred_times_rarer():
    calm = life(30, 24 * 20)
    state, _ = run(calm)
    at = START + len(calm) * ROW

    state, first = run([90] * 6, state, start=at)
    state, second = run([90] * 24, state, start=at + 6 * ROW)
    _, third = run([60_000] * 3, state, start=at + 30 * ROW)

    assert sum(surprise.alarm for surprise in first + second) == 1
    assert sum(surprise.alarm for surprise in third) == 1
    assert third[0].score >= THRESHOLD > max(surprise.score for surprise in second)


def test_the_alarm_is_the_score_over_one_threshold():
    _, surprises = run(life(20, 24 * 10) + life(300, 12, seed=4) + life(20, 24 * 10, seed=5) + life(900, 6, seed=6))

    ready = [surprise for surprise in surprises if not surprise.warming_up]
    assert any(surprise.alarm for surprise in ready)
    assert all(surprise.alarm == (surprise.score >= THRESHOLD) for surprise in ready)


def test_nothing_is_rare_before_two_days_are_known():
    _, surprises = run([1] * 12 + [500] + [1] * round(WARM_UP / HOURS - 14))

    assert not any(surprise.alarm for surprise in surprises)
    assert all(surprise.warming_up and surprise.score < THRESHOLD for surprise in surprises)


def test_what_was_assumed_before_the_first_row_is_used():
    state = SurgeState(baseline=Baseline.assumed(per_hour=60.0, worth_hours=48.0))

    _, surprise = step(state, START, 5, hours=HOURS)

    assert surprise.expected == pytest.approx(5.0)


def test_a_crisis_does_not_teach_the_baseline_what_is_usual():
    state, _ = run(life(30, 24 * 20))
    before = state.baseline.per_hour or 0.0

    state, _ = run([3_000] * 24, state, start=START + timedelta(days=20))

    assert 0 < (state.baseline.per_hour or 0.0) < 1.5 * before


def test_time_not_covered_is_not_calm():
    state, _ = run([10] * 2_000)
    before = state.baseline.per_hour

    state, surprises = run([10] * 200, state, start=START + 2_000 * ROW + timedelta(days=3))

    assert state.baseline.per_hour == pytest.approx(before, rel=0.05)
    assert not any(surprise.alarm for surprise in surprises)
    assert all(abs(math.log(surprise.seen / surprise.expected)) < 0.1 for surprise in surprises)


def test_without_hours_the_usual_gap_is_the_interval_and_the_first_row_starts_the_clock():
    state, first = step(SurgeState(), START, 500)
    for number in range(1, 400):
        state, _ = step(state, START + number * ROW, 10)

    assert first.score == 0
    assert not first.alarm
    assert state.watched == pytest.approx(399 * HOURS)
    assert state.baseline.per_hour == pytest.approx(120, rel=0.01)


def test_a_clock_that_goes_back_loses_no_row_and_raises_no_alarm():
    calm = life(30, 24 * 20)
    state, _ = run(calm)

    state, again = run(calm[-24:], state, start=START + (len(calm) - 12) * ROW)
    state, same = run(calm[-24:], state, start=START + len(calm) * ROW, row=timedelta(microseconds=1))

    assert not any(surprise.alarm for surprise in again)
    assert state.last is not None
    assert len(same) == 24


@pytest.mark.parametrize("row", [timedelta(minutes=1), timedelta(minutes=15), timedelta(hours=1)])
def test_the_length_of_a_row_changes_little(row):
    hours = row / timedelta(hours=1)
    counts = life(60, 24 * 20, row=hours) + [round(600 * hours)] * round(6 / hours)

    _, surprises = run(counts, row=row)

    first = next(number for number, surprise in enumerate(surprises) if surprise.alarm)
    assert 24 * 20 <= first * hours <= 24 * 20 + 2


@pytest.mark.parametrize("count", [-1, -0.001, math.nan, math.inf, -math.inf, LARGEST * 1.01])
def test_what_is_no_count_is_refused_in_words(count):
    with pytest.raises(ValueError, match="a count must be a number from 0 to"):
        step(SurgeState(), START, count)


@pytest.mark.parametrize("hours", [0, -1, math.nan, math.inf])
def test_what_is_no_interval_is_refused_in_words(hours):
    with pytest.raises(ValueError, match="an interval must be"):
        step(SurgeState(), START, 1, hours=hours)


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        step(SurgeState(), datetime(2026, 3, 2), 1)  # noqa: DTZ001


COUNTS = st.one_of(
    st.integers(0, 50),
    st.floats(0, LARGEST, allow_nan=False),
    st.sampled_from([0, 0.0, 5e-324, 1e-9, 1.0, 1e6, LARGEST]),
)
GAPS = st.one_of(
    st.just(300.0), st.floats(-1e5, 1e9, allow_nan=False), st.sampled_from([0.0, 1e-6, 60.0, 86_400.0, -3_600.0])
)
SERIES = st.lists(st.tuples(GAPS, COUNTS), max_size=60)


def _fold(series, state=None, at=START):
    state = state or SurgeState()
    surprises = []
    for gap, count in series:
        at = at + timedelta(seconds=gap)
        state, surprise = step(state, at, count)
        surprises.append(surprise)
    return state, surprises, at


@given(SERIES)
def test_any_row_has_a_score_and_finite_facts(series):
    state, surprises, _ = _fold(series)

    for surprise in surprises:
        assert 0 <= surprise.score <= 1
        assert 0 <= surprise.probability <= 1
        assert all(math.isfinite(fact) and fact >= 0 for fact in (surprise.days, surprise.seen, surprise.expected))
    assert all(math.isfinite(value) for window in state.windows for value in window)


@given(SERIES, SERIES)
def test_what_comes_later_changes_no_earlier_score(series, more):
    _, alone, _ = _fold(series)
    _, whole, _ = _fold(series + more)

    assert whole[: len(alone)] == alone


@given(SERIES, SERIES)
def test_a_state_put_away_and_taken_out_again_goes_on_as_if_nothing_had_been(series, more):
    state, _, at = _fold(series)

    kept = unpacked(packed(state))

    assert kept == state
    assert _fold(more, kept, at)[1:] == _fold(more, state, at)[1:]


@settings(max_examples=30)
@given(st.integers(0, 1_000), st.lists(st.floats(0, 1e6), min_size=2, max_size=6))
def test_more_mentions_are_never_less_surprising(seed, candidates):
    state, _ = run(life(20, 24 * 3, seed=seed))
    at = START + timedelta(days=3)

    scores = [step(state, at, count, hours=HOURS)[1] for count in sorted(candidates)]

    assert all(one.score <= other.score and one.days <= other.days for one, other in pairwise(scores))


@settings(max_examples=10)
@given(st.sampled_from([10, 100, 1_000]), st.integers(0, 20))
def test_a_larger_brand_with_the_same_story_is_judged_alike(factor, seed):
    counts = life(600, 24 * 4, seed=seed) + [500] * 6

    _, small = run(counts)
    _, large = run([count * factor for count in counts])

    assert [surprise.alarm for surprise in small] == [surprise.alarm for surprise in large]
    assert large[-1].expected == pytest.approx(small[-1].expected * factor, rel=0.05)


def test_the_state_has_a_constant_and_small_size():
    state, _ = run(life(100, 24 * 3))

    assert len(packed(state)) == len(packed(SurgeState())) < 1_100
    assert len(state.windows) == len(WINDOWS)
