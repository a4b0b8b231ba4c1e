"""Protects: what could not be heard is not read as calm, and an estimate of it never wakes anybody by itself."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.domain.test_detector import NOTHING_SURGES, NOW, OF, QUIET, heard, life, said, storm
from tocsin.domain.brand_baseline import BaselineState
from tocsin.domain.detector import Detector
from tocsin.domain.gaps import Gap
from tocsin.domain.judgement import Judgement, Want
from tocsin.domain.levels import Level
from tocsin.domain.signal import Signal
from tocsin.domain.windows import windows_of

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
BUSY = life(per_hour=20)
GAPS = st.lists(
    st.builds(
        lambda ago, minutes, part: Gap(
            since=NOW - ago * MINUTE, until=min(NOW, NOW + (minutes - ago) * MINUTE), heard=part
        ),
        st.integers(1, 1500),
        st.integers(1, 1500),
        st.floats(0, 1),
    ),
    max_size=6,
)
VOICES = st.lists(
    st.builds(
        said,
        st.integers(0, 90),
        st.integers(1, 40),
        severity=st.sampled_from([0.3, 0.3, 0.6, 0.9]),
        reach=st.sampled_from([None, 200, 60_000, 900_000]),
        place=st.integers(0, 3),
        thread=st.sampled_from([0, 0, 5]),
        matters=st.sampled_from([0, 3, 9]),
    ),
    max_size=40,
)


def judged(signals: list[Signal], gaps: list[Gap], *, others: int = 0, baseline: BaselineState = QUIET) -> Judgement:
    windows = windows_of(heard(signals, others), NOW)
    return Detector().judge(OF, baseline, windows, signals, NOW, gaps=gaps)


@given(VOICES, GAPS, st.integers(0, 30), st.sampled_from([QUIET, BUSY]))
@settings(max_examples=150, deadline=None)
def test_a_correction_never_lowers_and_lifts_one_step_at_most_and_to_none_that_wakes(
    signals: list[Signal], gaps: list[Gap], others: int, baseline: BaselineState
) -> None:
    plain = judged(signals, [], others=others, baseline=baseline)
    corrected = judged(signals, gaps, others=others, baseline=baseline)

    assert corrected.level >= plain.level
    assert corrected.index >= plain.index or plain.index <= NOTHING_SURGES
    if corrected.level > plain.level:
        assert corrected.level.rank == plain.level.rank + 1
        assert corrected.level <= Level.ISSUE
        assert corrected.unaided is plain.level
        assert corrected.heard < 1


def test_a_crisis_of_which_the_last_minutes_are_heard_in_part_is_one_still() -> None:
    # GIVEN one text of seven people and one more voice on three platforms within half an hour: a crisis
    told = [(4, 1), (4, 0), (6, 1), (12, 2), (5, 0), (8, 1), (27, 1)]
    signals = [said(ago, number + 2, story=7 << 2 | 3, place=place) for number, (ago, place) in enumerate(told)]
    signals.append(said(5, 9, place=2))
    plain = judged(signals, [])
    assert plain.level is Level.CRISIS
    # WHEN of the last ten minutes, in which fewer spoke, a third was heard, so that these are the rarest now
    corrected = judged(signals, [Gap(since=NOW - 10 * MINUTE, until=NOW, heard=0.3)])
    # THEN it is no less
    assert (corrected.level, corrected.index) == (plain.level, plain.index)
    assert corrected.heard == 0.3


def test_a_correction_that_lifts_the_level_by_another_window_lowers_no_index() -> None:
    # GIVEN five voices of an hour, of whose last ten minutes a quarter to a half was heard
    signals = [
        said(24, 1, reach=None, place=2, matters=3),
        said(39, 8, reach=None, story=7 << 2 | 3, matters=9),
        said(48, 3, place=3, thread=5),
        said(1, 7, reach=60_000, story=9 << 2 | 3, place=3, thread=5, matters=9),
        said(4, 4, reach=60_000, story=7 << 2 | 3, place=0, thread=5, matters=9),
    ]
    gaps = [Gap(since=NOW - 10 * MINUTE, until=NOW - ago * MINUTE, heard=0.5) for ago in (0, 5)]
    plain, corrected = judged(signals, []), judged(signals, gaps)
    assert (plain.level, corrected.level) == (Level.WATCH, Level.ISSUE)
    assert corrected.index >= plain.index


@given(VOICES, st.integers(0, 30))
@settings(max_examples=50, deadline=None)
def test_what_was_heard_whole_is_not_corrected(signals: list[Signal], others: int) -> None:
    whole = [Gap(since=NOW - 5 * HOUR, until=NOW, heard=1.0)]
    long_ago = [Gap(since=NOW - 60 * HOUR, until=NOW - 30 * HOUR, heard=0.0)]
    plain = judged(signals, [], others=others)
    assert judged(signals, whole, others=others) == plain
    assert judged(signals, long_ago, others=others) == plain


@given(st.permutations(range(12)), st.randoms())
@settings(max_examples=30, deadline=None)
def test_the_order_within_a_minute_and_of_the_gaps_is_the_same(order: list[int], chance: object) -> None:
    signals = [said(number // 4, number + 1, matters=3) for number in range(12)]
    gaps = [Gap(since=NOW - HOUR, until=NOW, heard=0.6), Gap(since=NOW - 2 * HOUR, until=NOW, heard=0.8)]
    assert judged([signals[place] for place in order], gaps[::-1]) == judged(signals, gaps)


def test_few_voices_of_a_source_that_overflows_are_watched_and_named() -> None:
    # GIVEN people of a busy brand's hour against it, some more than usual, of an hour of which a fifth could be heard
    voices = [said(5 * number, number + 1) for number in range(12)]
    gaps = [Gap(since=NOW - HOUR, until=NOW, heard=0.2)]
    plain, corrected = (judged(voices, each, others=3, baseline=BUSY) for each in ([], gaps))

    # WHEN it is judged against what could be heard THEN it is no calm, and the judgement says so
    assert plain.level is Level.CALM
    assert corrected.level is Level.WATCH
    assert (corrected.heard, corrected.unaided) == (0.2, Level.CALM)
    assert [held.want for held in corrected.held] == [Want.HEARD] or corrected.held[0].level is Level.ISSUE


def test_a_wrong_share_wakes_nobody() -> None:
    # GIVEN an ordinary hour, and a source that says that a millionth of it was heard
    voices = [said(4 * number, number + 1, story=7 << 2 | 3, place=number % 3) for number in range(14)]
    gaps = [Gap(since=NOW - 24 * HOUR, until=NOW, heard=0.000001)]
    plain, corrected = (judged(voices, each, others=14, baseline=BUSY) for each in ([], gaps))
    assert corrected.level <= max(plain.level, Level.ISSUE)
    assert corrected.level.rank <= plain.level.rank + 1


def test_a_storm_that_was_heard_rings_as_it_did() -> None:
    gaps = [Gap(since=NOW - HOUR, until=NOW, heard=0.5)]
    assert judged(storm(), gaps).level is judged(storm(), []).level is Level.CRISIS
