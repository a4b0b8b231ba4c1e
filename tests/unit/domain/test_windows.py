"""Protects: windows that are kept up minute by minute count as those that are counted anew."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.counters import Counts, MinuteCounts, minute_of
from tocsin.domain.windows import SPANS, RunningWindows, windows_of

NOON = datetime(2026, 3, 29, 12, 0, tzinfo=UTC)
STEPS = st.lists(st.tuples(st.integers(0, 900), st.integers(0, 1500), st.integers(0, 9)), max_size=30)


@given(STEPS)
def test_running_windows_equal_fresh_ones(steps: list[tuple[int, int, int]]) -> None:
    """Each step: minutes that pass, how late something is heard, and how many were negative."""
    running, now, minutes = RunningWindows(), NOON, []
    for passed, late, negative in steps:
        now += timedelta(minutes=passed, seconds=7)
        entry = MinuteCounts(
            minute=minute_of(now - timedelta(minutes=late)),
            counts=Counts(mentions=negative + 1, negative=negative, grave=negative // 2, reach=3 * negative),
        )
        minutes.append(entry)
        running.advance(now)
        running.add(entry.minute, entry.counts)
        assert running.windows() == windows_of(minutes, now)


def test_the_present_minute_counts_and_a_day_ago_does_not() -> None:
    one = Counts(mentions=1)
    found = windows_of([MinuteCounts(minute=NOON - timedelta(minutes=m), counts=one) for m in (0, 9, 10, 1440)], NOON)
    assert [span.mentions for span in found] == [2, *[3] * (len(SPANS) - 1)]
