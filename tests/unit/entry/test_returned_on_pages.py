"""Protects: a case much like an earlier one says which on its pages; a review says what came of statements, by day."""

from datetime import timedelta

import pytest

from tests.support.answering import BRAND, PETRO, World
from tests.support.samples import scored
from tests.unit.entry.test_answer_site import text_of
from tests.unit.entry.test_case_site import at_part, done, planned
from tests.unit.entry.test_case_site import world as world  # noqa: PLC0414 - a fixture
from tocsin.domain.case.file import CaseFile
from tocsin.domain.case.review import ChangeKind, ChangeState, PlanChange, Review
from tocsin.domain.case.texts import CaseText, Result, ResultKind, Source, TextState
from tocsin.domain.errors import ThrottledError
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.text_kinds import Kind

OLD = "aurora-old-1"


def like_before(world: World) -> None:
    at = world.clock.now() - timedelta(days=9)
    old = Incident.opened(
        id=OLD, client="aurora", brand=BRAND, level=Level.CRISIS, index=70, reasons=(), at=at
    ).releveled(Level.CALM, index=0, reasons=(), at=at + timedelta(hours=5))
    change = PlanChange(
        id="change-1", kind=ChangeKind.THRESHOLD, place="thresholds.crisis", before="65", after="57",
        state=ChangeState.ACCEPTED, decided_at=at + timedelta(days=1),
    )  # fmt: skip
    kept = CaseFile.opened(old, version=1).with_(review=Review(begun_at=at, changes=(change,)), next_at=None)
    state = world.cases.brand_state(BRAND)
    world.cases.save_assessment(
        state.model_copy(update={"version": state.version + 1}),
        incident=old.model_copy(update={"version": 1}), file=kept,
    )  # fmt: skip
    file = planned(world)
    world.cases.save_case((file.with_(former=OLD, version=file.version + 1),))


@pytest.mark.parametrize("language", ["en", "uk", "es"])
def test_the_case_and_its_level_name_the_case_before_and_what_was_changed(world: World, language: str) -> None:
    like_before(world)
    for address in (f"{world.link()}?lang={language}", f"{world.link()}?part=level&lang={language}"):
        page = world.get(address)
        assert page.status == 200
        said = text_of(page.html)
        assert OLD in said
        assert "57" in said


def test_a_case_before_that_is_gone_leaves_its_number(world: World) -> None:
    file = planned(world)
    world.cases.save_case((file.with_(former="aurora-x-9", version=file.version + 1),))
    assert world.get(world.link()).status == 200
    assert "aurora-x-9" in at_part(world, "level").html


def test_a_case_before_that_cannot_be_read_loses_no_page_and_no_step(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    like_before(world)
    read = world.cases.case_file

    def failing(incident_id: str) -> CaseFile | None:
        if incident_id == OLD:
            raise ThrottledError("too much")
        return read(incident_id)

    monkeypatch.setattr(world.cases, "case_file", failing)
    assert world.get(world.link()).status == 200
    assert at_part(world, "level").status == 200
    assert done(world, "note", part="level", words="Дзвонили з лікарні").version > 0


def test_the_review_says_what_came_of_a_statement_and_who_spoke_by_day(world: World) -> None:
    # GIVEN a storm of three days with a statement that was measured
    now = world.clock.now()
    world.mentions.record(BRAND, [scored(100 + n, at=now + timedelta(hours=6 * n)) for n in range(10)])
    text = CaseText(
        id="text-1", kind=Kind.HOLDING, language="uk", text="Ми перевіряємо.", source=Source.PERSON, author=PETRO,
        at=now, state=TextState.SENT, sent_by=PETRO, sent_at=now,
        result=Result(
            kind=ResultKind.RECOVERED, at=now,
            facts=("negative_before=40", "all_before=60", "negative_after=5", "all_after=20"),
        ),
    )  # fmt: skip
    file = planned(world)
    world.cases.save_case((file.with_(texts=(text,), version=file.version + 1),))
    world.clock.at = now + timedelta(days=3)

    # WHEN its review is looked at
    said = text_of(at_part(world, "review").html)

    # THEN the figures are there
    assert "Негативних до: 40 із 60. Після: 5 із 20." in said
    assert "день за днем" in said
    words = text_of(at_part(world, "words", text="text-1").html)
    assert "Негативних до: 40 із 60" in words
