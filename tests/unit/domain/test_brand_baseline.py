"""Protects: a baseline that is the same however it is folded, learns the week, forgets a storm, counts what was
covered only, and names the rare rare at every size of brand."""

import math
import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.domain.brand_baseline import BaselineState, Outlook, beyond_share, fold, rarity
from tocsin.domain.brand_state import BrandState
from tocsin.domain.counters import Counts, MinuteCounts
from tocsin.domain.gaps import Gap, covered

UTC_ZONE = ZoneInfo("UTC")
START = datetime(2026, 3, 2, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def minute(hour: float, mentions: int, negative: int = 0, grave: int = 0) -> MinuteCounts:
    counts = Counts(mentions=mentions, negative=negative, grave=grave)
    return MinuteCounts(minute=(START + hour * HOUR).replace(second=0, microsecond=0), counts=counts)


def days(count: int, per_hour: float = 4.0) -> list[MinuteCounts]:
    """A working day twice as loud by day as by night."""
    found = []
    for hour in range(count * 24):
        mentions = round(per_hour * (1.5 if 8 <= hour % 24 < 20 else 0.5))
        found.append(minute(hour, mentions, mentions // 4))
    return found


@settings(max_examples=40)
@given(st.lists(st.integers(1, 239), max_size=6).map(sorted))
def test_folding_in_parts_equals_folding_at_once(stops: list[int]) -> None:
    minutes = days(10)
    whole = fold(BaselineState(), minutes, START + 10 * DAY, UTC_ZONE)
    state = BaselineState()
    for stop in [*stops, 240]:
        upto = START + stop * HOUR
        new = [entry for entry in minutes if state.folded_to is None or entry.minute >= state.folded_to]
        state = fold(state, [entry for entry in new if entry.minute < upto], upto, UTC_ZONE)

    assert state == whole


def test_it_is_packed_and_unpacked_and_stays_small() -> None:
    state = BrandState(brand="Аврора", baseline=fold(BaselineState(), days(40), START + 40 * DAY, UTC_ZONE))
    form = state.model_dump_json()

    assert BrandState.model_validate_json(form) == state
    assert len(form) < 6_000


def test_nothing_heard_yet_is_not_calm() -> None:
    assert fold(BaselineState(), [], START + DAY, UTC_ZONE) == BaselineState()


def test_the_day_is_learned() -> None:
    state = fold(BaselineState(), days(21), START + 21 * DAY, UTC_ZONE)
    noon, night = START + 22 * DAY + 13 * HOUR, START + 22 * DAY + 3 * HOUR
    assert state.factor(noon, UTC_ZONE) > 2 * state.factor(night, UTC_ZONE)


def test_a_storm_does_not_deafen() -> None:
    quiet = fold(BaselineState(), days(14), START + 14 * DAY, UTC_ZONE)
    burning = [minute(14 * 24 + n, 500, 480) for n in range(12)]
    after = fold(quiet, burning, START + 15 * DAY, UTC_ZONE)
    assert after.per_hour < 3 * quiet.per_hour


def test_what_was_not_covered_teaches_nothing_and_is_not_expected() -> None:
    minutes = days(14)
    gap = Gap(since=START + 10 * DAY, until=START + 11 * DAY)
    missing = [entry for entry in minutes if covered([gap], entry.minute, entry.minute + HOUR) == 1]
    corrected = fold(BaselineState(), missing, START + 14 * DAY, UTC_ZONE, [gap])
    whole = fold(BaselineState(), minutes, START + 14 * DAY, UTC_ZONE)

    assert corrected.per_hour == pytest.approx(whole.per_hour, rel=0.1)
    now = START + 14 * DAY + 12 * HOUR
    outlook = Outlook(corrected, now, UTC_ZONE)
    half = [Gap(since=now - HOUR, until=now, heard=0.5)]
    assert outlook.weight(now, 60, half) == pytest.approx(outlook.weight(now, 60) / 2)


@given(st.floats(0.01, 1e4), st.integers(0, 20_000), st.floats(0.1, 1e4))
def test_more_is_rarer_and_a_wider_scatter_less_so(usual: float, seen: int, shape: float) -> None:
    assert rarity(seen, usual, shape) <= rarity(seen + 1, usual, shape)
    assert rarity(seen, usual, shape) <= rarity(seen, usual, 2 * shape) + 1e-9
    assert math.isfinite(rarity(seen, usual, shape))


def test_chance_brings_the_rare_no_more_often_than_it_is_called() -> None:
    chance = random.Random(5)
    for usual in (0.1, 1.0, 20.0):
        seen = [sum(chance.random() < usual / 400 for _ in range(400)) for _ in range(4_000)]
        assert sum(rarity(count, usual, 1e6) >= 2 for count in seen) <= 4_000 / 100 * 1.5


def test_a_share_above_the_normal_is_called_so_only_when_it_is() -> None:
    assert beyond_share(2, 10, 0.25) == 0
    assert beyond_share(9, 10, 0.25) > 3
    assert beyond_share(40, 160, 0.25) == 0


def test_what_the_interim_index_kept_is_begun_anew() -> None:
    """Protects: an update in place, after which sums in other units would make the alarm deaf for days."""
    kept = '{"folded_to": "2026-03-02T12:34:00Z", "negatives": 90.0, "minutes": 6000.0}'
    assert BaselineState.model_validate_json(kept, extra="ignore") == BaselineState()
