"""Protects: what is not heard is not read as calm, and a backlog does not ring because of it."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.support.samples import NOON
from tocsin.domain.gaps import Gap, covered
from tocsin.domain.health_news import HealthBook
from tocsin.domain.source_health import Ailment, Coverage, Ill
from tocsin.domain.unheard import DEAF, MOST_MISSED, PAST, cuts_of, gaps_of, past

HOUR = timedelta(hours=1)


def book(*hours: float | None, total: int = 4, ailment: Ailment = Ailment.FAILING) -> HealthBook:
    """Ill for so many hours each; None: it is not known since when."""
    ill = tuple(
        Ill(
            source_id=str(n),
            name=str(n),
            ailment=ailment,
            reason="down",
            since=None if ago is None else NOON - timedelta(hours=ago),
        )
        for n, ago in enumerate(hours)
    )
    return HealthBook(coverage=Coverage(healthy=total - len(ill), total=total, ill=ill))


def test_each_ill_source_takes_its_share_from_when_it_fell_ill() -> None:
    gaps = gaps_of(book(3, 1), NOON, 1)
    assert covered(gaps, NOON - 4 * HOUR, NOON - 3 * HOUR) == 1
    assert covered(gaps, NOON - 3 * HOUR, NOON - HOUR) == 0.75
    assert covered(gaps, NOON - HOUR, NOON) == 0.5


def test_what_is_only_silent_or_unknown_is_no_gap() -> None:
    assert gaps_of(book(), NOON) == ()
    assert gaps_of(book(None), NOON) == ()
    assert gaps_of(book(-1), NOON) == ()
    for ailment in set(Ailment) - DEAF:
        assert gaps_of(book(5, ailment=ailment), NOON) == ()


@given(st.lists(st.floats(0.1, 100), max_size=12), st.integers(0, 12), st.floats(0.1, 200))
def test_the_alarm_never_takes_more_than_half_off(hours: list[float], healthy: int, back: float) -> None:
    at = book(*hours, total=len(hours) + healthy)
    heard = covered(gaps_of(at, NOON), NOON - timedelta(hours=back), NOON)
    assert 1 - MOST_MISSED - 1e-9 <= heard <= 1
    assert covered(gaps_of(at, NOON, 1), NOON - timedelta(hours=back), NOON) <= heard + 1e-9


@given(st.lists(st.floats(0.01, 1), min_size=1, max_size=8), st.floats(0.1, 1))
def test_a_source_that_brings_more_leaves_the_wider_gap(shares: list[float], most: float) -> None:
    # GIVEN ill sources of which it is known what they usually bring
    seen = book(*[3.0] * len(shares), total=12).coverage
    ill = tuple(one.model_copy(update={"share": share}) for one, share in zip(seen.ill, shares, strict=True))

    # WHEN their gaps are made
    gaps = gaps_of(HealthBook(coverage=seen.model_copy(update={"ill": ill})), NOON, most)

    # THEN each is as wide as its share, and all together no wider than allowed
    missed = [1 - gap.heard for gap in gaps]
    assert sum(missed) <= most + 1e-9
    order = sorted(range(len(shares)), key=lambda place: shares[place])
    assert all(missed[a] <= missed[b] + 1e-12 for a, b in pairwise(order))


def test_what_was_lost_is_known_for_as_long_as_a_moment_can_be_judged_anew() -> None:
    # GIVEN a cut that coverage names for a day
    cut = Gap(since=NOON - 2 * HOUR, until=NOON, heard=0.4)
    at = HealthBook(coverage=Coverage(cut=(cut,)))

    # WHEN watch goes on, and coverage names it no more after the day
    for hours in range(1, 24 * 12):
        now = NOON + hours * HOUR
        seen = Coverage(cut=(cut,)) if hours < 24 else Coverage()
        at = at.model_copy(update={"past": past(at, now), "coverage": seen})

        # THEN it is remembered once while signals are, counts for its own day, and for no later one
        remembered = now - cut.until < PAST
        assert [*at.past, *at.coverage.cut] == [cut] * remembered
        assert cuts_of(at, NOON + HOUR) == (cut,) * remembered
        assert cuts_of(at, NOON - 3 * HOUR) == ()
        assert hours < 24 or cuts_of(at, now) == ()
