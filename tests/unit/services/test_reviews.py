"""Protects: what people accept in a review is in force within the minute, on twins of the real stores; what no longer
fits is refused by itself; the next plan cites the changed playbook."""

import json
from datetime import timedelta
from functools import partial
from unittest.mock import Mock

import pytest

from tests.support.samples import NOON, scored
from tests.unit.domain.test_review import DEPUTY, DUTY, MINUTE, RUMOUR, Storm, task
from tests.unit.services.support import HandClock
from tocsin.adapters.memory import MemoryClientStore, MemoryMentionStore
from tocsin.adapters.memory_cases import MemoryCaseStore
from tocsin.adapters.memory_desk import MemoryMarkStore
from tocsin.adapters.memory_plans import MemoryPlanStore
from tocsin.domain.brand_state import BrandState
from tocsin.domain.case import reviewing
from tocsin.domain.case.approving import approve
from tocsin.domain.case.file import CaseFile, What
from tocsin.domain.case.keeping import keep, take_back
from tocsin.domain.case.review import ChangeKind, ChangeState, PlanChange
from tocsin.domain.case.texts import TextState
from tocsin.domain.case.wording import draft
from tocsin.domain.errors import ThrottledError
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.linter import Kind
from tocsin.domain.marks import Verdict
from tocsin.services.case_clocks import CaseClocks
from tocsin.services.casework import Casework
from tocsin.services.drafts import Drafts
from tocsin.services.mark import Mark
from tocsin.services.reviews import Reviews
from tocsin_cli.playbooks import load_library

BRAND = "Аврора"


class Desk:
    """A storm that is over, its case, and the minute's clocks."""

    def __init__(self, storm: Storm) -> None:
        self.clock = HandClock()
        self.clock.at = NOON + timedelta(hours=5, minutes=1)
        self.clients, self.cases = MemoryClientStore(storm.client), MemoryCaseStore()
        self.mentions, self.plans = MemoryMentionStore(), MemoryPlanStore()
        self.plans.save_library(load_library())
        self.marks = MemoryMarkStore(self.mentions)
        incident = storm.incident.model_copy(update={"version": 1})
        state = BrandState(brand=BRAND, version=1, incident_id=incident.id, incident_no=1)
        self.cases.save_assessment(state, incident=incident, outbox=storm.outbox, file=storm.file)
        self.reviews = Reviews(
            clients=self.clients, cases=self.cases, clock=self.clock, mentions=self.mentions, plans=self.plans,
            marks=self.marks,
        )  # fmt: skip
        self.work = Casework(clients=self.clients, cases=self.cases, clock=self.clock)
        self.clocks = CaseClocks(
            clients=self.clients, cases=self.cases, mentions=self.mentions, clock=self.clock, plans=self.plans,
            reviews=lambda: self.reviews,
        )  # fmt: skip

    def minute(self) -> CaseFile:
        self.clock.forward(minutes=1)
        self.clocks.run()
        return self.file

    @property
    def file(self) -> CaseFile:
        found = self.cases.case_file("aurora-1")
        assert found is not None
        return found

    def changes(self) -> dict[str, PlanChange]:
        return {one.place: one for one in self.file.review.changes} if self.file.review else {}

    def accept(self, place: str) -> None:
        step = partial(reviewing.accept, change_id=self.changes()[place].id)
        self.work.do("aurora-1", DEPUTY, step)


def late() -> Storm:
    step = RUMOUR.tasks[1]
    return Storm().taken(4, DEPUTY).planned(RUMOUR, task(step.id, step.within, step.within + 40, step.id)).over()


def test_from_the_end_of_the_storm_to_the_changed_plan_and_file() -> None:
    # GIVEN a storm that is over
    desk, place = Desk(late()), f"playbook.rumour.tasks.{RUMOUR.tasks[1].id}.within"
    desk.minute()
    assert {"responders.first", place} <= set(desk.changes())

    # WHEN a person accepts, by a page that may write neither the file nor the plan
    desk.accept("responders.first")
    desk.accept(place)
    assert desk.clients.changes() == ()
    desk.minute()

    # THEN the minute after both are so, and the case says when
    loaded, library = desk.clients.load(), desk.plans.library()
    assert loaded is not None
    assert loaded.responders[0].email == DEPUTY
    assert library is not None
    playbook = library.of("rumour")
    assert playbook is not None
    assert playbook.version == RUMOUR.version + 1
    assert all(desk.changes()[one].applied_at for one in ("responders.first", place))

    # AND once is enough
    version = desk.plans.changes().version
    desk.minute()
    assert desk.plans.changes().version == version


def test_what_no_longer_fits_is_refused_with_its_reason() -> None:
    desk = Desk(late())
    desk.minute()
    desk.accept("responders.first")
    desk.clients.save(Storm(responders=[{"name": "New", "email": "new@agency.example"}]).client)

    desk.reviews.apply(desk.file)

    assert desk.changes()["responders.first"].state is ChangeState.REFUSED
    refused = [one for one in desk.cases.case_events("aurora-1") if one.what is What.REFUSED]
    assert "says something else" in (refused[0].words or "")
    assert desk.reviews.apply(desk.file) == 0


def test_a_crash_between_the_two_writes_is_made_good() -> None:
    desk = Desk(late())
    desk.minute()
    desk.accept("responders.first")
    desk.clients.accept(desk.changes()["responders.first"])  # and then it died

    assert desk.reviews.apply(desk.file) == 1

    assert len(desk.clients.changes()) == 1
    assert desk.changes()["responders.first"].applied_at is not None


def test_marks_of_people_become_words_of_the_file() -> None:
    desk = Desk(late())
    for number in range(3):
        other = scored(
            number, at=NOON - number * MINUTE, title=None, text=f"Крейсер Аврора у Петербурзі, екскурсія {number}"
        )
        desk.mentions.record(BRAND, [other])
        desk.mentions.show(BRAND, other)
        Mark(marks=desk.marks, clock=desk.clock).mark(BRAND, other.mention.id, Verdict.NOT_US, by="desk")
    desk.mentions.record(
        BRAND, [scored(20 + n, at=NOON - n * MINUTE, title=None, text="Отруїлися тортом в Аврорі") for n in range(3)]
    )

    desk.reviews.begin("aurora-1", DUTY)

    terms = [one for one in desk.changes().values() if one.kind is ChangeKind.TERM]
    assert terms, desk.changes()
    desk.accept(terms[0].place)
    assert desk.reviews.apply(desk.file) == 1
    loaded = desk.clients.load()
    assert loaded is not None
    assert json.loads(terms[0].after or "null") in getattr(loaded.brands[0], terms[0].place.rpartition(".")[2])


def test_what_was_accepted_is_made_so_also_of_a_case_that_has_been_merged_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # GIVEN a change that a person accepted, whose case goes on in another one before the next minute
    desk = Desk(late())
    desk.minute()
    desk.accept("responders.first")
    other = Incident.opened(
        id="aurora-2", client="aurora", brand=BRAND, level=Level.ISSUE, index=50, reasons=(), at=desk.clock.now()
    )
    state = desk.cases.brand_state(BRAND)
    desk.cases.save_assessment(
        state.model_copy(update={"version": state.version + 1, "incident_id": other.id, "incident_no": 2}),
        incident=other, file=CaseFile.opened(other, version=1),
    )  # fmt: skip
    desk.work.merge("aurora-1", "aurora-2", "the same matter", DEPUTY)

    # WHEN the first tries fail
    with monkeypatch.context() as trouble:
        trouble.setattr(desk.clients, "accept", Mock(side_effect=ThrottledError("no")))
        for _ in range(4):
            desk.minute()
        assert desk.clients.changes() == ()

    # THEN it is so a little later, and the case is left alone from then on
    for _ in range(4):
        desk.minute()
    assert [one.place for one in desk.clients.changes()] == ["responders.first"]
    assert desk.changes()["responders.first"].applied_at is not None
    assert desk.file.next_at is None


FIRST = "Дякуємо, що написали. Розуміємо тривогу й саме перевіряємо, що сталося."


def test_a_text_that_is_kept_ahead_is_taken_out_the_minute_after() -> None:
    # GIVEN a case with a reply that another than its author has approved and keeps until a day
    desk = Desk(late())
    until = (desk.clock.now() + timedelta(days=90)).date()
    desk.work.do("aurora-1", DUTY, lambda of: draft(of, Kind.REPLY, "uk", FIRST, mention_id="rss:1"))
    desk.work.do("aurora-1", DEPUTY, lambda of: approve(of, "text-1"))
    desk.work.do("aurora-1", DEPUTY, lambda of: keep(of, "text-1", until))
    assert desk.clients.changes() == ()

    # WHEN a minute is over THEN it stands over the client's file
    desk.minute()
    loaded = desk.clients.load()
    assert loaded is not None
    [text] = loaded.prepared_texts
    assert (text.scenario, text.text, text.approved_by, text.expires) == ("rumour", FIRST, DEPUTY, until)
    assert desk.file.waiting == ()

    # AND drafts take it out as approved
    heard = scored(1, at=NOON, text="Аврора: отруївся!")
    desk.mentions.record(BRAND, [heard])
    drafts = Drafts(casework=desk.work, mentions=desk.mentions, clock=desk.clock)
    taken = drafts.prepared("aurora-1", DUTY, Kind.REPLY, mention_id=heard.mention.id).text
    assert (taken.text, taken.state, taken.approved_by) == (FIRST, TextState.APPROVED, DEPUTY)

    # AND a renewed one takes its place; taken back on a page, no former one of the same text is there again
    desk.work.do("aurora-1", DEPUTY, lambda of: keep(of, "text-1", until + timedelta(days=30)))
    desk.minute()
    assert [one.expires for one in desk.clients.load().prepared_texts] == [until + timedelta(days=30)]  # type: ignore[union-attr]
    desk.work.do("aurora-1", DEPUTY, lambda of: take_back(of, "text-1"))
    desk.minute()
    assert desk.clients.load().prepared_texts == ()  # type: ignore[union-attr]
    assert desk.file.kept == ()
    assert desk.clients.changes() == ()

    # AND a command takes it back as well
    desk.work.do("aurora-1", DEPUTY, lambda of: keep(of, "text-1", until))
    desk.minute()
    assert len(desk.clients.changes()) == 1
    desk.reviews.take_back("prepared_texts[rumour.reply.uk]")
    assert desk.file.kept == ()
    assert desk.clients.load().prepared_texts == ()  # type: ignore[union-attr]
    assert desk.clients.changes() == ()


def test_a_text_for_which_the_file_has_no_place_is_not_kept() -> None:
    desk = Desk(late())
    desk.work.do("aurora-1", DUTY, lambda of: draft(of, Kind.REPLY, "uk", FIRST, mention_id="rss:1"))
    desk.work.do("aurora-1", DEPUTY, lambda of: approve(of, "text-1"))
    desk.work.do("aurora-1", DEPUTY, lambda of: keep(of, "text-1", (of.now + timedelta(days=90)).date()))
    # GIVEN that its approver leaves before it is written
    deployed = desk.clients.deployed()
    assert deployed is not None
    desk.clients.save(
        deployed.model_copy(update={"responders": tuple(one for one in deployed.responders if one.email != DEPUTY)})
    )
    desk.minute()
    # THEN it is forgotten, with the reason in the case's history
    assert desk.file.kept == ()
    assert What.REFUSED in [one.what for one in desk.cases.case_events("aurora-1")]
