"""Protects: what a source cut off is held against what it usually gives, so that a lasting sample is no loss."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.samples import NOON
from tocsin.domain.brand_baseline import RATE_HALF_LIFE
from tocsin.domain.gaps import Gap, covered
from tocsin.domain.losses import HALF_LIFE, KEPT, MOST, WHOLE, Losses

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def lost(ago: float, minutes: float, heard: float) -> Gap:
    since = NOON - ago * MINUTE
    return Gap(since=since, until=since + minutes * MINUTE, heard=heard)


def test_a_cut_is_kept_for_a_day_and_weighs_what_it_missed() -> None:
    # GIVEN a source that was always heard whole WHEN a look brings a fifth of what was said
    found = Losses().after(lost(30, 10, 0.2))

    # THEN that time was heard by a fifth, for a day
    [cut] = found.cuts
    assert (cut.since, cut.until, cut.heard) == (NOON - 30 * MINUTE, NOON - 20 * MINUTE, 0.2)
    assert found.recent(NOON) == (cut,)
    assert found.recent(NOON + KEPT) == ()


def test_what_was_never_heard_otherwise_is_no_cut_and_what_gets_worse_is() -> None:
    # GIVEN a source of which a tenth was heard from its first day on
    sampled = Losses().after(lost(600, 60, 0.1), lasting=True)
    assert sampled.cuts == ()

    # WHEN as much is heard again THEN nothing is missed; when a storm leaves a hundredth, nine tenths of the usual are
    assert sampled.after(lost(500, 60, 0.1)).cuts == ()
    [cut] = sampled.after(lost(500, 60, 0.01)).cuts
    assert cut.heard == pytest.approx(0.1, abs=0.01)


@given(st.floats(0.05, 0.95), st.integers(1, 60))
@settings(max_examples=40, deadline=None)
def test_from_a_full_hearing_to_a_lasting_sample_what_is_expected_is_right_all_the_way(share: float, days: int) -> None:
    """The rate is learned from what is heard and fades as the losses do: their product is what can be heard now."""
    assert HALF_LIFE.total_seconds() / 3600 == RATE_HALF_LIFE
    losses, rate, fade = Losses(), 1.0, 0.5 ** (6 / RATE_HALF_LIFE)
    at, start = NOON, NOON
    while at < start + days * DAY:
        losses = losses.after(Gap(since=at, until=at + 6 * HOUR, heard=share))
        now = losses.cuts[-1].heard if losses.cuts and losses.cuts[-1].until == at + 6 * HOUR else 1.0
        assert rate * now == pytest.approx(share, abs=0.06 if now < 1 else 1 - WHOLE + 0.02)
        rate = rate * fade + share * (1 - fade)
        at += 6 * HOUR


LOSSES = st.lists(st.tuples(st.integers(0, 1200), st.integers(1, 40), st.floats(0, 1)), max_size=40)


@given(LOSSES)
@settings(max_examples=100, deadline=None)
def test_cuts_are_bounded_and_in_order_and_never_miss_more_than_was_lost(found: list[tuple[int, int, float]]) -> None:
    losses, at, missed = Losses(), NOON, 0.0
    for pause, minutes, heard in found:
        at += pause * MINUTE
        cut = Gap(since=at, until=at + minutes * MINUTE, heard=heard)
        losses, at = losses.after(cut), cut.until
        missed += (1 - heard) * minutes
        assert len(losses.cuts) <= MOST
        assert all(one.until <= other.since for one, other in pairwise(losses.cuts))
        assert 0 <= losses.missed <= 1
    whole = (at - NOON) / MINUTE
    assert (1 - covered(losses.cuts, NOON, at)) * whole <= missed + 0.02 * whole + 1e-6 if found else not losses.cuts


@given(st.floats(0, 1), st.floats(0, 60))
def test_what_is_missed_fades_by_half_in_a_week(heard: float, days: float) -> None:
    losses = Losses().after(lost(60, 60, heard))
    later = losses.missed_by(NOON + days * DAY)
    assert later == pytest.approx(losses.missed * 0.5 ** (days / 7))
    assert losses.after(Gap(since=NOON, until=NOON, heard=0)) == losses
