"""Protects: what is usual follows level and rhythm, forgets, and counts no silence that nobody watched."""

from datetime import UTC, datetime, timedelta

import pytest

from tocsin.domain.baseline import LEVEL_HALF_LIFE, Baseline

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


def _watched(hours: int, count, *, start=MONDAY) -> Baseline:
    baseline = Baseline()
    for number in range(hours):
        at = start + timedelta(hours=number)
        baseline = baseline.learned(at, count(at), 1.0, 1.0, baseline.share(at))
    return baseline


def test_nothing_is_known_at_first():
    assert Baseline().per_hour is None
    assert Baseline().share(MONDAY) == 1.0


def test_an_assumption_gives_way_to_what_is_seen():
    baseline = Baseline.assumed(per_hour=10.0, worth_hours=12.0)

    assert baseline.per_hour == pytest.approx(10.0)
    for number in range(480):
        at = MONDAY + timedelta(hours=number)
        baseline = baseline.learned(at, 2.0, 1.0, 1.0, baseline.share(at))
    assert baseline.per_hour == pytest.approx(2.0, rel=0.1)


def test_an_even_life_has_an_even_rhythm():
    baseline = _watched(24 * 21, lambda at: 7.0)

    assert baseline.per_hour == pytest.approx(7.0, rel=0.01)
    assert all(baseline.share(MONDAY + timedelta(hours=h)) == pytest.approx(1.0, abs=0.03) for h in range(168))


def test_the_rhythm_of_days_and_weekends_is_learned_but_not_taken_at_its_word():
    baseline = _watched(24 * 28, lambda at: (20.0 if 8 <= at.hour < 20 else 2.0) / (4 if at.weekday() >= 5 else 1))
    noon, night = MONDAY.replace(hour=12), MONDAY.replace(hour=3)
    saturday_noon = noon + timedelta(days=5)

    assert 1.1 < baseline.share(noon) < 2.0
    assert 0.3 < baseline.share(night) < 0.8
    assert baseline.share(saturday_noon) < baseline.share(noon)


def test_the_past_is_forgotten_by_half():
    baseline = Baseline.assumed(per_hour=100.0, worth_hours=1_000.0)
    at = MONDAY + timedelta(hours=LEVEL_HALF_LIFE)

    later = baseline.learned(at, 0.0, 1.0, LEVEL_HALF_LIFE, 1.0)

    assert later.hours == pytest.approx(501.0)
    assert later.counts == pytest.approx(50_000.0)


def test_hours_that_nobody_watched_leave_the_level_alone():
    baseline = _watched(72, lambda at: 6.0)
    at = MONDAY + timedelta(hours=72 + 48)

    after = baseline.learned(at, 6.0, 1.0, 49.0, baseline.share(at))

    assert after.per_hour == pytest.approx(6.0, rel=0.02)


def test_silence_for_ever_expects_next_to_nothing_and_never_nothing_at_all():
    baseline = _watched(24 * 60, lambda at: 0.0)

    assert baseline.per_hour == 0.0
    assert baseline.share(MONDAY) > 0
