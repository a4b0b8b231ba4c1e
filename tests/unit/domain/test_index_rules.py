"""Protects: what several voices together are worth: one bears the other out, a gang is one voice, outlets are few but
heard by many; how rare a few people are; and a level that does not flap."""

import math
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.domain.test_detector import AGAINST, NOW, judged, life, said
from tocsin.domain.assessment import COOL_DOWN, settle
from tocsin.domain.brand_baseline import rarity, rarity_of_few
from tocsin.domain.brand_state import BrandState
from tocsin.domain.judgement import Want
from tocsin.domain.levels import Level
from tocsin.domain.reasons import ReasonName
from tocsin.domain.recent import Recent, against
from tocsin.domain.signal import TIER, Mark, Signal

SMALL, BIG = life(0.2, days=30, share=0.1), life(80.0)
NEWS = 1


def test_three_people_in_one_place_where_hardly_anybody_complains_are_an_issue() -> None:
    ratings = [said(3 * number, number + 1, marks=AGAINST | int(Mark.RATED)) for number in range(3)]
    assert judged(ratings, baseline=SMALL).level is Level.ISSUE
    assert judged(ratings[:1], baseline=SMALL).level is Level.CALM


def test_two_people_at_one_matter_are_told_apart_from_two_who_complain_of_this_and_that() -> None:
    at_one = [said(9 * number, number + 1, matters=7) for number in range(2)]
    apart = [one._replace(matters=number + 20) for number, one in enumerate(at_one)]

    found = judged(at_one, baseline=SMALL)
    assert found.reasons[0].name is ReasonName.MATTER
    assert ReasonName.MATTER not in {reason.name for reason in judged(apart, baseline=SMALL).reasons}
    assert found.index >= judged(apart, baseline=SMALL).index


def test_the_reason_says_that_it_is_one_conversation() -> None:
    answers = [said(6 * number, number + 1, thread=5, marks=AGAINST | int(Mark.IN_THREAD)) for number in range(4)]
    assert judged(answers, baseline=life(2.0)).reasons[0].name is ReasonName.CONVERSATION


def test_two_who_tell_one_matter_gravely_bear_each_other_out() -> None:
    """GIVEN four at one matter WHEN two of them tell it gravely THEN a crisis; of two matters it is none."""
    told = [said(12 * number, number + 1, matters=7, severity=0.3 if number % 2 else 0.8) for number in range(4)]

    assert judged(told).level >= Level.CRISIS
    assert judged([one._replace(matters=number + 20) for number, one in enumerate(told)]).level < Level.CRISIS
    assert judged([one._replace(severity=76) for one in told]).level < Level.CRISIS


@pytest.mark.parametrize(
    ("tier", "matters", "level"), [(1, (7, 7), Level.CRISIS), (2, (7, 7), Level.CRISIS), (1, (7, 8), Level.CALM)]
)
def test_two_large_outlets_on_one_matter_are_a_crisis_though_neither_sounds_grave(
    tier: int, matters: tuple[int, int], level: Level
) -> None:
    marks = int(Mark.NEGATIVE) | TIER * tier
    outlets = [
        said(200 - 150 * number, number + 1, reach=None, medium=NEWS, marks=marks, matters=matter)
        for number, matter in enumerate(matters)
    ]
    assert judged(outlets).level is level
    assert judged([one._replace(marks=int(Mark.NEGATIVE)) for one in outlets]).level < Level.CRISIS


def test_a_brand_that_outlets_write_of_daily_is_not_paged_for_two() -> None:
    marks = int(Mark.NEGATIVE) | TIER
    outlets = [said(400 - 50 * n, n + 1, reach=None, medium=NEWS, marks=marks, matters=7) for n in range(2)]
    usual = [said(490 + 2 * number, 1_000 + number, matters=number % 9 + 1) for number in range(470)]
    assert judged([*outlets, *usual], baseline=BIG).level < Level.CRISIS


def copies(count: int) -> list[Signal]:
    """One text, told by so many on three platforms within the hour."""
    return [said(50 * number / count, number + 1, place=number % 3, story=7 << 2 | 3) for number in range(count)]


def test_a_crowd_is_a_crisis_where_most_who_came_are_against_the_brand_and_not_beside_other_talk() -> None:
    # GIVEN twelve who tell one text WHEN hardly anybody says anything else THEN a crisis
    assert judged(copies(12), others=2).level is Level.CRISIS
    # AND beside as many who say something else in which the brand stands they are an issue
    beside = judged(copies(12), others=14)
    assert beside.level is Level.ISSUE
    # AND the reader is told so, not that three platforms are missing
    assert {each.want for each in beside.held} == {Want.AGREED}
    assert beside.reasons[-1].name is ReasonName.BESIDE
    # AND of one matter, or far beyond any doubt, they need no agreement
    assert judged([one._replace(matters=7) for one in copies(12)], others=14).level is Level.CRISIS
    assert judged(copies(80), others=160).level is Level.CRISIS


def test_young_accounts_with_one_text_are_a_gang_even_where_many_others_complain() -> None:
    """GIVEN forty who complain of this and that at a brand that hears so many each hour
    WHEN a dozen young accounts say one thing THEN they are one voice and a part of their own."""
    crowd = [said(3 * number, 1_000 + number, place=number % 3) for number in range(50)]
    young = AGAINST | int(Mark.YOUNG)
    gang = [said(number, number + 1, story=11 << 2 | 3, marks=young) for number in range(12)]
    scattered = [one._replace(story=(number + 50) * 2_654_435_761 % 2**62 << 2 | 3) for number, one in enumerate(gang)]

    parts = {part.name: part for part in judged([*crowd, *gang], baseline=BIG).parts}
    assert parts[ReasonName.COORDINATION].count == 12
    assert parts[ReasonName.COORDINATION].points >= 40
    assert parts[ReasonName.VOICES].count <= 21
    none = {part.name: part for part in judged([*crowd, *scattered], baseline=BIG).parts}
    assert none[ReasonName.COORDINATION].points == 0


def test_what_keeps_it_from_the_next_level_is_a_reason_of_its_own() -> None:
    """GIVEN an index of a crisis and too few people for one WHEN judged THEN the reader learns what is missing."""
    answers = [
        said(3 * n, n + 1, severity=0.8 if n == 0 else 0.3, thread=5, marks=AGAINST | int(Mark.IN_THREAD))
        for n in range(5)
    ]
    found = judged(answers, baseline=life(2.0))

    assert found.index >= 65
    assert found.level is Level.ISSUE
    lacking = [reason for reason in found.reasons if reason.name in {ReasonName.FEW, ReasonName.WEIGHTLESS}]
    assert [reason.points for reason in lacking] == [0]
    assert {each.want for each in found.held} >= {Want.VOICES, Want.GRAVITY}
    assert found.reasons[-1].name is ReasonName.FEW
    assert (found.reasons[-1].count, found.reasons[-1].usual) == (5, 8)


def test_what_keeps_a_crisis_from_the_gravest_level_is_what_that_asks_for() -> None:
    def wants(tellers: int, severity: float) -> list[Want]:
        found = judged([*copies(30), *(said(3 * n, 900 + n, severity=severity) for n in range(tellers))])
        assert found.level is (Level.CRISIS if found.held else Level.SEVERE)
        return [held.want for held in found.held]

    # GIVEN a crisis WHEN few tell of what is not of the gravest kind THEN both are missing; never people or platforms
    assert wants(4, 0.8) == [Want.GRAVEST, Want.TELLERS]
    assert wants(10, 0.8) == [Want.GRAVEST]
    assert wants(9, 0.9) == [Want.TELLERS]
    assert wants(10, 0.9) == []


@given(seen=st.integers(1, 60), usual=st.floats(0.001, 20), shape=st.floats(0.3, 50))
def test_how_rare_a_few_are_is_near_the_exact_chance_and_never_beyond_it(seen: int, usual: float, shape: float) -> None:
    found = rarity_of_few(seen, usual, shape)
    assert found >= rarity(seen, usual, shape)
    if seen > usual:
        exact = -math.log10(max(_tail(seen, usual, shape), 1e-300))
        assert found <= exact + 1e-6
        if usual < seen / 3:
            assert found >= exact - 0.5


@given(seen=st.integers(1, 200), usual=st.floats(0.0001, 60), shape=st.floats(0.05, 200), less=st.floats(0.01, 1))
def test_more_people_or_fewer_usual_are_never_less_rare(seen: int, usual: float, shape: float, less: float) -> None:
    """So a matter is passed over by its mentions, where even as many people would not be rare."""
    found = rarity_of_few(seen, usual, shape)
    assert rarity_of_few(seen + 1, usual, shape) >= found - 1e-9
    assert rarity_of_few(seen, usual * less, shape) >= found - 1e-9


def _tail(seen: int, usual: float, shape: float) -> float:
    def chance(n: int) -> float:
        ways = math.lgamma(n + shape) - math.lgamma(n + 1) - math.lgamma(shape)
        among = shape + usual
        return math.exp(ways + shape * math.log(shape / among) + n * math.log(usual / among))

    return sum(chance(n) for n in range(seen, seen + 3_000))


@given(st.lists(st.sampled_from(list(Level)), min_size=1, max_size=300))
def test_a_level_does_not_flap_whatever_noise_asks_for(asked: list[Level]) -> None:
    """GIVEN looks every ten minutes that ask for anything WHEN settled THEN it falls one level at a time, no oftener
    than once in its cool-down, and so cannot rise again more often than it fell."""
    state = BrandState(brand="Kavun")
    falls = rises = 0
    for number, want in enumerate(asked):
        now = NOW + number * timedelta(minutes=10)
        level, below = settle(state, want, now)
        assert level >= want
        assert level.rank >= state.level.rank - 1
        falls += level < state.level
        rises += level > state.level
        state = state.model_copy(update={"level": level, "below_since": below})
    assert falls <= len(asked) * timedelta(minutes=10) / min(COOL_DOWN.values())
    assert rises <= falls + Level.SEVERE.rank


@given(st.lists(st.builds(said, st.just(1), st.integers(1, 99), marks=st.integers(0, 4095)), max_size=30), st.data())
def test_who_is_against_is_told_alike_one_by_one_and_all_at_once(ones: list[Signal], data: st.DataObject) -> None:
    heard = [one._replace(complaint=data.draw(st.integers(0, 255))) for one in ones]
    assert Recent(heard).opposed == [one for one in heard if against(one) and not one.marks & Mark.HISTORY]
