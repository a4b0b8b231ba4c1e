"""Protects: a level that follows people, gravity and reach, is never raised by praise, noise or one voice, knows
neither the order within a minute nor the clock's changes, and says the same of the same."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.samples import client
from tocsin.domain.brand_baseline import BaselineState, fold
from tocsin.domain.client import Client
from tocsin.domain.counters import Counts, MinuteCounts, minute_of
from tocsin.domain.detector import Detector
from tocsin.domain.gaps import Gap
from tocsin.domain.judgement import Judgement, Shift, Want, Why
from tocsin.domain.levels import Level
from tocsin.domain.reasons import ReasonName
from tocsin.domain.signal import Mark, Signal, logged, packed, unpacked
from tocsin.domain.windows import windows_of

NOW = datetime(2026, 3, 18, 12, 30, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
OF = client()
AGAINST = int(Mark.NEGATIVE | Mark.BLAMES)


def life(per_hour: float = 1.0, days: int = 10, share: float = 0.25, seed: int = 3) -> BaselineState:
    """Days of ordinary mentions that end a day before NOW."""
    chance = random.Random(seed)
    start = NOW - DAY - days * DAY
    minutes = []
    for hour in range(days * 24):
        mentions = sum(chance.random() < per_hour / 600 for _ in range(600))
        if mentions:
            negative = sum(chance.random() < share for _ in range(mentions))
            at = minute_of(start + hour * HOUR + chance.randrange(60) * MINUTE)
            minutes.append(MinuteCounts(minute=at, counts=Counts(mentions=mentions, negative=negative)))
    return Detector().fold(OF, BaselineState(), minutes, NOW - DAY)


QUIET = life()


def said(
    ago: float,
    author: int,
    *,
    severity: float = 0.3,
    reach: int | None = 200,
    story: int = 0,
    place: int = 1,
    medium: int = 3,
    marks: int = AGAINST,
    thread: int = 0,
    matters: int = 0,
) -> Signal:
    return Signal(
        at=minute_of(NOW - ago * MINUTE),
        author=author,
        story=story or author * 2_654_435_761 % 2**62 << 2 | 3,
        place=place,
        thread=thread,
        medium=medium,
        severity=round(severity * 255),
        complaint=0,
        reach=logged(reach),
        shares=255,
        scenario=0,
        marks=marks,
        matters=matters,
    )


def heard(signals: Sequence[Signal], others: int = 0, ago: int = 0) -> list[MinuteCounts]:
    """The minutes of these signals, and of as many neutral mentions of that minute."""
    minutes = [
        MinuteCounts(
            minute=one.at,
            counts=Counts(mentions=1, negative=int(bool(one.marks & Mark.NEGATIVE)), grave=int(one.severity >= 178)),
        )
        for one in signals
    ]
    return [*minutes, MinuteCounts(minute=minute_of(NOW - ago * MINUTE), counts=Counts(mentions=others))]


def judged(
    signals: Sequence[Signal],
    *,
    others: int = 0,
    of: Client = OF,
    baseline: BaselineState = QUIET,
    shift: Shift | None = None,
    ago: int = 0,
    gaps: Sequence[Gap] = (),
) -> Judgement:
    open_day = windows_of(heard(signals, others, ago), NOW)
    return Detector().judge(of, baseline, open_day, signals, NOW, shift=shift, gaps=gaps)


def storm(count: int = 30, minutes: int = 50, **changes: int) -> list[Signal]:
    """Voices of one story on three platforms, more and more."""
    return [
        said(minutes * (1 - (number / count) ** 0.5), number + 1, place=number % 3, story=7 << 2 | 3, **changes)
        for number in range(count)
    ]


def test_a_storm_is_a_crisis_and_an_ordinary_hour_is_calm() -> None:
    found = judged(storm())

    assert found.level >= Level.CRISIS
    assert {ReasonName.SURGE, ReasonName.SPREAD, ReasonName.VOICES} <= {reason.name for reason in found.reasons}
    assert judged([said(10, 1), said(50, 2)]).level is Level.CALM


def test_one_grave_voice_that_many_hear_is_a_crisis_by_itself_and_a_small_one_is_not() -> None:
    assert judged([said(1, 1, severity=0.9, reach=2_000_000)]).level is Level.CRISIS
    assert judged([said(1, 1, severity=0.9, reach=30)]).level is Level.WATCH
    assert judged([said(1, 1, severity=0.9, reach=None)]).level is Level.WATCH


@pytest.mark.parametrize("sensitivity", ["calm", "normal", "nervous"])
@pytest.mark.parametrize("issue", [40, 43])
def test_one_whom_very_many_hear_is_an_issue_whatever_it_is_about(sensitivity: str, issue: int) -> None:
    of = client(sensitivity=sensitivity, thresholds={"issue": issue, "crisis": 65, "severe": 85})
    loud = said(1, 1, reach=600_000)
    minutes = [MinuteCounts(minute=loud.at, counts=Counts(mentions=1, negative=1, reach=600_000))]
    assert Detector().judge(of, QUIET, windows_of(minutes, NOW), [loud], NOW).level is Level.ISSUE


def test_five_people_with_a_grave_matter_within_the_hour_are_a_crisis() -> None:
    assert judged([said(6 * number, number + 1, severity=0.8) for number in range(5)]).level is Level.CRISIS


def test_two_outlets_on_a_grave_matter_are_a_crisis() -> None:
    outlets = [said(60 - 20 * number, number + 1, severity=0.8, reach=None, medium=1) for number in range(2)]
    assert judged(outlets).level is Level.CRISIS


def test_what_befell_the_brand_is_no_crisis_of_its() -> None:
    beside = int(Mark.NEGATIVE | Mark.BESIDE)
    night = [said(n / 2, n + 1, severity=0.2, reach=700_000, place=n % 3, marks=beside) for n in range(80)]
    assert judged(night).level <= Level.WATCH


def test_one_author_counts_once_however_often_they_write() -> None:
    assert judged([said(3 * number, 9, severity=0.75) for number in range(40)]).level <= Level.WATCH


def test_who_wrote_before_is_one_also_beside_a_grave_matter_where_nothing_surges() -> None:
    # GIVEN three who tell of a grave matter, one of them three times, in a talk that almost surges
    told = [said(314, 2), said(114, 3), said(320, 4), said(420, 2)]
    grave = [*(one._replace(severity=191) for one in told), said(47, 2)]
    known = life(0.5, days=20)
    # WHEN three more speak of it neutrally, so that it surges no more THEN they are three people still, and a watch
    assert judged(grave, others=3, ago=100, baseline=known).level is Level.WATCH
    assert judged(grave, others=6, ago=100, baseline=known).level is Level.WATCH


def test_young_accounts_in_a_burst_are_one_voice_and_an_issue_of_their_own() -> None:
    marks = int(Mark.NEGATIVE | Mark.YOUNG | Mark.BLAMES)
    found = judged([said(number / 10, number + 1, story=7 << 2 | 3, marks=marks) for number in range(200)])

    assert found.level is Level.ISSUE
    assert found.reasons[0].name is ReasonName.COORDINATION


def test_people_at_one_matter_are_rarer_than_as_many_who_complain_of_this_and_that() -> None:
    """Given a brand with twenty negatives an hour, eight more are little, and eight more at one matter a story.

    What it hears of every hour anyway (deliveries) is no story with eight more."""
    big = life(80.0)
    usual = [said(3 * number, 1_000 + number, matters=number % 60 + 2, place=number % 3) for number in range(470)]
    at_one = [said(3 * number, number + 1, matters=1, place=number % 3) for number in range(10)]
    scattered = [one._replace(matters=number + 20) for number, one in enumerate(at_one)]
    often = [one._replace(matters=1) if number % 3 == 0 else one for number, one in enumerate(usual)]

    assert judged([*usual, *scattered], baseline=big).level <= Level.WATCH
    assert judged([*usual, *at_one], others=20, baseline=big).level >= Level.ISSUE
    assert judged([*often, *at_one], others=20, baseline=big).level <= Level.WATCH


def test_several_answers_against_the_brand_in_one_conversation_are_an_issue() -> None:
    marks = AGAINST | int(Mark.IN_THREAD)
    answers = [said(8 * number, number + 1, thread=5, marks=marks) for number in range(3)]
    busy = life(2.0)

    assert judged(answers, others=2, baseline=busy).level is Level.ISSUE
    assert judged([one._replace(thread=0) for one in answers], others=2, baseline=busy).level <= Level.WATCH
    assert judged(answers, others=60, baseline=busy).level <= Level.WATCH


def test_a_loud_day_with_the_usual_share_of_negatives_is_no_alarm() -> None:
    assert judged(storm(12, 55), others=150).level <= Level.WATCH


def test_history_and_what_is_not_yet_are_passed_over() -> None:
    old = [one._replace(marks=one.marks | Mark.HISTORY) for one in storm()]
    later = [one._replace(at=one.at + DAY) for one in storm()]
    windows = windows_of([], NOW)
    assert Detector().judge(OF, QUIET, windows, [*old, *later], NOW).level is Level.CALM


def test_without_history_a_crowd_is_not_called_unusual_but_a_grave_one_is_heard() -> None:
    """Protects: a client that is deployed in the middle of a fire, and one whose first ordinary day would ring."""
    assert judged(storm(12), baseline=BaselineState()).level is Level.CALM
    assert judged(storm(30), others=90, baseline=BaselineState()).level is Level.CALM
    assert judged(storm(30), baseline=BaselineState()).level is Level.ISSUE
    grave = [said(number, number + 1, severity=0.85) for number in range(12)]
    assert judged(grave, baseline=BaselineState()).level is Level.CRISIS


def test_what_the_next_level_lacks_is_named() -> None:
    found = judged([said(1, 1, severity=0.9, reach=30)])

    assert {held.want for held in found.held} >= {Want.RARE, Want.VOICES}
    assert all(held.level is Level.ISSUE for held in found.held)


def test_settings_that_decide_are_named_and_bounded() -> None:
    event = {"name": "Launch", "start": "2026-03-18T00:00", "end": "2026-03-19T00:00"}
    of = client(sensitivity="nervous", thresholds={"issue": 30, "crisis": 60, "severe": 90}, events=[event])
    shift = Shift(points=-10, since=NOW - DAY, until=NOW + DAY)
    found = judged(storm(6), of=of, shift=shift)

    assert [each.why for each in found.decided] == [Why.SENSITIVITY, Why.THRESHOLDS, Why.EVENT, Why.SHIFT]
    assert found.index >= judged(storm(6)).index - 10
    assert judged([said(1, 1, severity=0.9, reach=2_000_000)], shift=shift).level is Level.CRISIS
    assert judged(storm(6), shift=shift.model_copy(update={"until": NOW})).decided == ()


SIGNALS = st.lists(
    st.builds(
        said,
        ago=st.integers(0, 600),
        author=st.integers(0, 40),
        severity=st.sampled_from([0.0, 0.3, 0.72, 0.9]),
        reach=st.sampled_from([None, 0, 300, 30_000, 900_000]),
        story=st.sampled_from([0, 4 << 2 | 3, 5 << 2 | 3]),
        place=st.integers(0, 4),
        medium=st.integers(1, 5),
        marks=st.sampled_from(
            [AGAINST, AGAINST | int(Mark.IN_THREAD), int(Mark.NEGATIVE), AGAINST | int(Mark.YOUNG), int(Mark.BLAMES)]
        ),
        thread=st.sampled_from([0, 9, 10]),
        matters=st.sampled_from([0, 1, 2, 2 << 8 | 1]),
    ),
    max_size=40,
)


@st.composite
def crowds(draw: st.DrawFn) -> list[Signal]:
    """Enough people for a crisis, and more or less of what makes one of them."""
    count, minutes = draw(st.integers(6, 40)), draw(st.sampled_from([8, 50, 170]))
    places, matters = draw(st.integers(1, 4)), draw(st.sampled_from([0, 7]))
    severity, story = draw(st.sampled_from([0.2, 0.75, 0.9])), draw(st.sampled_from([0, 7 << 2 | 3]))
    return [
        said(minutes * n / count, n + 1, severity=severity, place=n % places, story=story, matters=matters)
        for n in range(count)
    ]


HEARD = st.one_of(SIGNALS, crowds())
NEGATIVITY = 10.0
NOTHING_SURGES = 13.0
"""Points, below any watch, up to which no crowd was looked at: there one who wrote three times is three."""
BASELINES = st.sampled_from([BaselineState(), life(5.0, days=1), life(0.2, days=30, share=0.1), QUIET, life(80.0)])
GAPS = st.sampled_from([(), (Gap(since=NOW - 5 * HOUR, until=NOW, heard=0.5),)])


@given(HEARD, BASELINES, GAPS, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(
    signals: list[Signal], baseline: BaselineState, gaps: tuple[Gap, ...], chance: random.Random
) -> None:
    other = list(signals)
    chance.shuffle(other)

    found = judged(signals, baseline=baseline, gaps=gaps)
    assert judged(other, baseline=baseline, gaps=gaps) == found == judged(signals, baseline=baseline, gaps=gaps)


@given(SIGNALS)
def test_what_was_stored_is_judged_the_same(signals: list[Signal]) -> None:
    assert judged(unpacked(packed(tuple(signals)))) == judged(signals)


@given(HEARD, BASELINES, GAPS, st.integers(1, 300), st.integers(0, 1439))
def test_a_neutral_mention_never_raises_the_level(
    signals: list[Signal], baseline: BaselineState, gaps: tuple[Gap, ...], others: int, ago: int
) -> None:
    """Nor the index, but for the share of negatives: that of the rarest window, which may be another one now."""
    before = judged(signals, baseline=baseline, gaps=gaps)
    after = judged(signals, others=others, ago=ago, baseline=baseline, gaps=gaps)
    assert after.level <= before.level
    assert after.index <= max(before.index, NOTHING_SURGES) + NEGATIVITY


@given(HEARD, BASELINES, GAPS, st.data())
def test_more_severity_and_more_reach_never_lower_the_level(
    signals: list[Signal], baseline: BaselineState, gaps: tuple[Gap, ...], data: st.DataObject
) -> None:
    """The index hardly: where nothing surges three posts of one author are three until one is grave, and another window
    may become the rarest."""
    if not signals:
        return
    place = data.draw(st.integers(0, len(signals) - 1))
    one = signals[place]
    graver = one._replace(severity=data.draw(st.integers(one.severity, 255)))
    reach = 0 if one.reach == 255 else one.reach
    louder = graver._replace(reach=data.draw(st.integers(reach, 250)))

    def of(changed: Signal) -> Judgement:
        return judged([*signals[:place], changed, *signals[place + 1 :]], baseline=baseline, gaps=gaps)

    before, graved, heard_by_more = of(one), of(graver), of(louder)
    assert before.level <= graved.level <= heard_by_more.level
    assert before.index <= max(graved.index + NEGATIVITY, NOTHING_SURGES)
    assert graved.index <= max(heard_by_more.index + NEGATIVITY, NOTHING_SURGES)


@settings(max_examples=30)
@given(st.sampled_from([0.1, 1.0, 10.0, 200.0]), st.integers(0, 10_000))
def test_an_ordinary_day_of_a_brand_of_any_size_does_not_ring(per_hour: float, seed: int) -> None:
    chance = random.Random(seed)
    count = sum(chance.random() < 0.25 * per_hour / 600 for _ in range(14_400))
    signals = [said(chance.uniform(0, 1439), number + 1) for number in range(count)]
    found = judged(signals, others=0, baseline=life(per_hour, days=12, seed=seed))

    assert found.level <= Level.WATCH


def test_the_change_of_the_clock_moves_nothing() -> None:
    """The brand's day is the client's: an hour earlier in UTC from the last Sunday of March on."""
    zoned = client(timezone="Europe/Kyiv")
    start = datetime(2026, 3, 9, tzinfo=UTC)
    minutes = []
    for hour in range(20 * 24):
        at = start + hour * HOUR
        local = (at.hour + (3 if at >= datetime(2026, 3, 29, 1, tzinfo=UTC) else 2)) % 24
        if 8 <= local < 20:
            minutes.append(MinuteCounts(minute=at, counts=Counts(mentions=40, negative=10)))
    after = Detector().fold(zoned, BaselineState(), minutes, start + 20 * DAY)
    winter = Detector().fold(zoned, BaselineState(), minutes, start + 19 * DAY)

    from zoneinfo import ZoneInfo

    kyiv = ZoneInfo("Europe/Kyiv")
    open_before = winter.factor(datetime(2026, 3, 27, 6, tzinfo=UTC), kyiv)
    open_after = after.factor(datetime(2026, 3, 30, 5, tzinfo=UTC), kyiv)
    assert abs(open_before - open_after) < 0.3
    assert after.factor(datetime(2026, 3, 30, 2, tzinfo=UTC), kyiv) < 0.5


def test_a_clock_that_goes_back_does_no_harm() -> None:
    detector = Detector()
    later = detector.judge(OF, QUIET, windows_of([], NOW + HOUR), storm(), NOW + HOUR)
    earlier = detector.judge(OF, QUIET, windows_of(heard(storm()), NOW), storm(), NOW)
    assert later.level <= earlier.level == judged(storm()).level


def test_folding_takes_the_zone_from_the_client() -> None:
    from zoneinfo import ZoneInfo

    minutes = [MinuteCounts(minute=NOW - 3 * DAY, counts=Counts(mentions=3, negative=1))]
    assert Detector().fold(OF, BaselineState(), minutes, NOW) == fold(
        BaselineState(), minutes, NOW, ZoneInfo("Europe/Kyiv")
    )


def test_on_a_day_of_much_talk_some_of_it_is_misread_as_grave_and_that_is_no_issue() -> None:
    # GIVEN a brand of which one mention in four hundred is read as grave by mistake
    minutes = [
        MinuteCounts(minute=NOW - DAY - hour * HOUR, counts=Counts(mentions=5, negative=1, grave=int(hour % 80 == 0)))
        for hour in range(24 * 10, 0, -1)
    ]
    known = Detector().fold(OF, BaselineState(), minutes, NOW - DAY)
    misread = [said(20 * number, number + 1, severity=0.8, story=(number + 9) << 40 | 3) for number in range(5)]

    # WHEN its launch brings eight hundred mentions, five of them misread THEN nobody is rung
    assert judged(misread, others=800, baseline=known).level is Level.WATCH
    # AND five people who tell of a grave matter on an ordinary day are an issue
    assert judged(misread, others=40, baseline=known).level >= Level.ISSUE
