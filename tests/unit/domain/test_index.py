"""Protects: the index rises with what burns, never with praise; the baseline folds the same in parts as at once."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.samples import NOON, client
from tocsin.domain.brand_state import BaselineState
from tocsin.domain.counters import Counts, MinuteCounts
from tocsin.domain.index import InterimDetector, Judgement
from tocsin.domain.levels import Level
from tocsin.domain.reasons import ReasonName

DETECTOR = InterimDetector()
QUIET = BaselineState(folded_to=NOON, negatives=2, minutes=4_000)


def judged(*minutes: MinuteCounts, baseline: BaselineState = QUIET, **settings: object) -> Judgement:
    return DETECTOR.judge(client(**settings), baseline, minutes, NOON)


def at(minutes_ago: int, **counts: int) -> MinuteCounts:
    counts.setdefault("mentions", counts.get("negative", 0) + counts.get("positive", 0))
    return MinuteCounts(minute=NOON - timedelta(minutes=minutes_ago), counts=Counts(**counts))


def test_silence_and_praise_are_calm() -> None:
    assert judged().level is Level.CALM
    assert judged(at(1, positive=500), at(9, positive=800)).level is Level.CALM


def test_a_launch_with_its_usual_share_of_grumbling_is_calm() -> None:
    assert judged(at(3, positive=300, negative=2)).level is Level.CALM


def test_more_negatives_burn_more() -> None:
    indexes = [judged(at(5, negative=n)) for n in range(0, 60, 3)]
    assert [j.index for j in indexes] == sorted(j.index for j in indexes)
    assert [j.level for j in indexes] == sorted((j.level for j in indexes), key=lambda level: level.rank)


def test_a_brand_that_hears_a_lot_is_not_alarmed_by_it() -> None:
    """Mean plus k deviations on small counts shouts here; a tail of the brand's own rate does not."""
    busy = BaselineState(folded_to=NOON, negatives=20 * 24, minutes=24 * 60)  # 20 negatives an hour
    assert judged(*(at(m, negative=1, positive=2) for m in range(0, 60, 3)), baseline=busy).level is Level.CALM


def test_one_grave_mention_is_an_issue_by_itself() -> None:
    assert judged(at(2, negative=1, grave=1)).level >= Level.ISSUE


def test_many_grave_mentions_are_a_crisis_with_the_reason_first() -> None:
    judgement = judged(at(2, negative=8, grave=5, reach=250_000))
    assert judgement.level >= Level.CRISIS
    assert {reason.name for reason in judgement.reasons} == set(ReasonName) - {ReasonName.EARLIER}
    assert [r.points for r in judgement.reasons] == sorted((r.points for r in judgement.reasons), reverse=True)


def test_what_is_over_an_hour_old_alarms_nobody() -> None:
    assert judged(at(61, negative=400, grave=400)).level is Level.CALM


def test_sensitivity_and_thresholds_of_the_client_decide() -> None:
    storm = at(5, negative=5)
    nervous, calm = judged(storm, sensitivity="nervous"), judged(storm, sensitivity="calm")
    assert nervous.index > judged(storm).index > calm.index
    assert judged(storm, thresholds={"issue": 90, "crisis": 95, "severe": 99}).level is Level.WATCH


minutes_of_two_days = st.lists(
    st.tuples(st.integers(0, 2_879), st.integers(1, 50)), max_size=40, unique_by=lambda pair: pair[0]
)


@given(minutes_of_two_days, st.integers(0, 2_880))
def test_folding_in_two_parts_equals_folding_at_once(entries: list[tuple[int, int]], cut: int) -> None:
    start = NOON - timedelta(days=2)
    minutes = [
        MinuteCounts(minute=start + timedelta(minutes=m), counts=Counts(mentions=n, negative=n)) for m, n in entries
    ]
    begun = BaselineState(folded_to=start)

    once = DETECTOR.fold(begun, minutes, NOON)
    middle = start + timedelta(minutes=cut)
    first = DETECTOR.fold(begun, [entry for entry in minutes if entry.minute < middle], middle)
    twice = DETECTOR.fold(first, minutes, NOON)

    assert twice.negatives == pytest.approx(once.negatives)
    assert twice.minutes == pytest.approx(once.minutes)
    assert once.folded_to == twice.folded_to == NOON


def test_folding_never_goes_back() -> None:
    assert DETECTOR.fold(QUIET, [at(500, negative=9)], NOON - timedelta(days=1)) == QUIET
