"""Protects: what is claimed is written down by anybody, but whether it is true, and which scenario it is, a person."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.casefile import ANNA, after, work
from tocsin.domain.case.cause import Quotation
from tocsin.domain.case.causes import appraise, confirm_scenario, fill, quote, unquote, verify
from tocsin.domain.case.file import CaseStatus, What, Work, Worked
from tocsin.domain.case.level import hold
from tocsin.domain.case.proposals import Part
from tocsin.domain.errors import TransitionError
from tocsin.domain.levels import Level
from tocsin.domain.posture import Outrage, Truth


def test_a_field_is_set_changed_and_emptied_each_with_its_event() -> None:
    before = work()

    filled = fill(before, Part.PLACE, "  вул. Зелена \n 5 ")
    again = fill(after(before, filled), Part.PLACE, "вул. Зелена 5")
    emptied = fill(after(before, filled), Part.PLACE, None)

    assert filled.file.cause.place == "вул. Зелена 5"
    assert [(one.what, one.of, one.by) for one in filled.events] == [(What.CAUSE, "place", ANNA)]
    assert again.events == ()
    assert emptied.file.cause.place is None
    assert len(emptied.events) == 1


@pytest.mark.parametrize("words", ["", "   ", "x" * 301])
def test_what_cannot_be_kept_is_refused(words: str) -> None:
    with pytest.raises(TransitionError, match="1 to 300"):
        fill(work(), Part.PRODUCT, words)


def test_words_are_quoted_once_and_taken_off_by_their_number() -> None:
    here = work()
    for number in range(10):
        here = after(here, quote(here, Quotation(words=f"скло {number}", mention_id=f"rss:{number}")))

    assert quote(here, Quotation(words="скло 3")).events == ()
    with pytest.raises(TransitionError, match="take one off"):
        quote(here, Quotation(words="скло 11"))
    left = unquote(here, 1).file.cause.quotations
    assert [one.words for one in left] == [f"скло {number}" for number in range(1, 10)]
    for number in (0, 11, -1):
        with pytest.raises(TransitionError, match="no quotation"):
            unquote(here, number)


def test_that_it_is_false_needs_its_proof_and_a_finding_can_be_taken_back() -> None:
    before = work()

    with pytest.raises(TransitionError, match="needs its proof"):
        verify(before, Truth.FALSE)
    found = after(before, verify(before, Truth.FALSE, "https://lab.example/report"))
    back = verify(found, Truth.UNKNOWN)

    assert (found.file.cause.truth, found.file.cause.verified_by) == (Truth.FALSE, ANNA)
    assert found.file.cause.verified_at == before.now
    assert (back.file.cause.truth, back.file.cause.proof, back.file.cause.verified_by) == (Truth.UNKNOWN, None, None)
    with pytest.raises(TransitionError, match="no proof"):
        verify(before, Truth.UNKNOWN, "somebody said so")


STEPS: list[Callable[[Work], Worked]] = [
    lambda of: verify(of, Truth.TRUE),
    lambda of: confirm_scenario(of, "data_leak", Level.CRISIS),
    lambda of: appraise(of, injuries=True),
]


@pytest.mark.parametrize("step", STEPS)
def test_nothing_that_decides_is_set_by_itself(step: Callable[[Work], Worked]) -> None:
    with pytest.raises(TransitionError, match="named person"):
        step(work(by=None))


@pytest.mark.parametrize(
    "step", [*STEPS, lambda of: fill(of, Part.DATE, "today"), lambda of: quote(of, Quotation(words="x"))]
)
@pytest.mark.parametrize("status", [CaseStatus.CLOSED, CaseStatus.MERGED, CaseStatus.DISMISSED])
def test_a_case_that_is_over_keeps_its_card(step: Callable[[Work], Worked], status: CaseStatus) -> None:
    over = work()
    over = over._replace(file=over.file.with_(status=status))

    with pytest.raises(TransitionError):
        step(over)


@given(st.sampled_from([level for level in Level if level is not Level.CALM]), st.sampled_from([None, *Level]))
def test_no_case_burns_below_the_floor_of_its_confirmed_scenario(level: Level, floor: Level | None) -> None:
    # GIVEN a case at any level WHEN a person confirms its scenario
    done = confirm_scenario(work(level), "data_leak", floor)

    # THEN it burns at the floor or above, held by that person where that raised it, and the plan is looked at at once
    assert done.incident.level >= (floor or Level.CALM)
    assert done.file.cause.confirmed_by == ANNA
    raised = floor is not None and floor > level
    assert (done.incident.held is not None) == raised
    assert done.incident.level == (floor if raised else level)
    assert done.file.next_at is not None
    assert done.file.next_at <= work().now


def test_a_level_that_a_person_holds_stays_theirs() -> None:
    before = work(Level.CRISIS)
    held = after(before, hold(before, Level.WATCH, "we know this one"))

    done = confirm_scenario(held, "data_leak", Level.CRISIS)

    assert done.incident.level is Level.WATCH
    assert done.file.cause.scenario == "data_leak"
    assert confirm_scenario(after(held, done), "data_leak", Level.CRISIS).events == ()


def test_what_is_no_scenario_is_named() -> None:
    with pytest.raises(TransitionError, match="'weather' is no scenario"):
        confirm_scenario(work(), "weather", None)


def test_what_weighs_is_kept_and_looked_at() -> None:
    done = appraise(work(), injuries=True, outrage=Outrage.EXTREME)

    assert (done.file.cause.injuries, done.file.cause.outrage) == (True, Outrage.EXTREME)
    assert appraise(after(work(), done), injuries=True).events == ()
