"""Protects: a budget lasts for its period, is never overspent, and keeps its reserve for incidents."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.budget import Limits, Span, Usage, limits, pace, period
from tocsin.domain.sources import Budget

NOW = datetime(2026, 11, 16, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)


def test_periods_turn_in_utc() -> None:
    assert period(Span.MONTH, datetime(2026, 12, 31, 23, 59, tzinfo=UTC)) == (
        "2026-12", datetime(2027, 1, 1, tzinfo=UTC)
    )  # fmt: skip
    assert period(Span.DAY, NOW) == ("2026-11-16", datetime(2026, 11, 17, tzinfo=UTC))


def test_the_file_goes_before_what_the_source_allows_and_the_tightest_entry_counts() -> None:
    usual = Limits(span=Span.DAY, calls=100)
    assert limits([], None) is None
    assert limits([], Limits(least_usd=Decimal("0.05"))) is None
    assert limits([], usual) == usual
    assert limits([Budget(reserve=10)], usual) == usual.model_copy(update={"reserve": 10})
    found = limits([Budget(calls=500, reserve=10), Budget(calls=300), Budget(usd=Decimal(5))], usual)
    assert found == Limits(calls=300, usd=Decimal(5), reserve=30)


def test_what_is_left_is_spread_over_the_rest() -> None:
    """Half a month, 70% of 480 calls less the 96 used: 240 calls in 15 days, so one each 90 minutes."""
    found = pace(Limits(calls=480), Usage(calls=96), now=NOW, every=HALF_HOUR, units=1, calls_a_look=1, burning=False)
    assert found is not None
    assert found.every == timedelta(minutes=90)


def test_plenty_changes_nothing_and_units_share() -> None:
    plenty = Limits(calls=1_000_000)
    assert pace(plenty, Usage(), now=NOW, every=HALF_HOUR, units=9, calls_a_look=3, burning=False) == (
        pace(plenty, Usage(), now=NOW, every=HALF_HOUR, units=1, calls_a_look=3, burning=False)
    )
    scarce = Limits(calls=480)
    one = pace(scarce, Usage(), now=NOW, every=HALF_HOUR, units=1, calls_a_look=1, burning=False)
    four = pace(scarce, Usage(), now=NOW, every=HALF_HOUR, units=4, calls_a_look=1, burning=False)
    assert one is not None
    assert four is not None
    assert four.every == pytest.approx(4 * one.every, rel=0.01)


def test_an_incident_opens_the_reserve_and_spends_it_in_three_days() -> None:
    used = Usage(calls=336)
    asked = {"now": NOW, "every": timedelta(minutes=5), "units": 1, "calls_a_look": 1.0}
    assert pace(Limits(calls=480), used, burning=False, **asked) is None  # type: ignore[arg-type]
    found = pace(Limits(calls=480), used, burning=True, **asked)  # type: ignore[arg-type]
    assert found is not None
    assert found.every == timedelta(minutes=30)


@given(
    usd=st.decimals("0.01", "500", places=2),
    used=st.decimals("0", "600", places=4),
    reserve=st.integers(0, 90),
    minutes=st.integers(1, 1_440),
    units=st.integers(1, 30),
    at=st.integers(0, 30 * 24 * 60 - 1),
    burning=st.booleans(),
)
def test_money_asked_for_is_there(
    usd: Decimal, used: Decimal, reserve: int, minutes: int, units: int, at: int, burning: bool
) -> None:
    of = Limits(usd=usd, reserve=reserve, least_usd=Decimal("0.05"))
    now = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(minutes=at)
    every = timedelta(minutes=minutes)
    found = pace(of, Usage(usd=used), now=now, every=every, units=units, calls_a_look=1, burning=burning)
    may = of.open(burning=burning).usd
    assert may is not None
    if found is None:
        assert may - used < Decimal("0.05") or may <= used
        return
    assert Decimal("0.05") <= found.ask.usd <= may - used
    assert found.every >= every


def test_no_look_is_put_off_beyond_the_end_of_the_period() -> None:
    """Protects: one call left at noon for nine units must not silence them for days: tomorrow there are new ones."""
    noon = NOW + timedelta(hours=12)
    of = Limits(span=Span.DAY, calls=100, reserve=0)
    found = pace(of, Usage(calls=99), now=noon, every=HALF_HOUR, units=9, calls_a_look=1, burning=False)
    assert found is not None
    assert found.every == timedelta(hours=12)
