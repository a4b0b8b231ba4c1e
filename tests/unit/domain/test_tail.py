"""Protects: a storm that is over is watched for thirty days, and one that comes back names the one before."""

from datetime import timedelta

from tests.support.samples import NOON, scored
from tests.unit.domain.test_review import DAY, DUTY, MINUTE, RUMOUR, Storm, seen
from tocsin.domain.alert import DueKind
from tocsin.domain.case import tail
from tocsin.domain.case.cause import Cause, Quotation
from tocsin.domain.case.file import CaseFile
from tocsin.domain.case.waiting import waiting
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind


def later(days: float = 10) -> tuple[Incident, CaseFile]:
    again = Incident.opened(
        id="aurora-2", client="aurora", brand="Аврора", level=Level.ISSUE, index=50, reasons=(), at=NOON + days * DAY
    )
    return again, CaseFile.opened(again, version=1)


def test_the_tail_begins_with_the_end_and_looks_back_once() -> None:
    storm = Storm().taken(4).over()
    assert tail.next_at(storm.file, storm.incident) == NOON + timedelta(hours=5)
    storm.do(tail.due(storm.work(None), seen(storm)))
    assert storm.file.tail is not None
    assert storm.file.tail.until == NOON + timedelta(hours=5) + 30 * DAY
    assert tail.due(storm.work(None, days=29), seen(storm)).file is storm.file

    done = tail.due(storm.work(None, days=31), seen(storm))

    assert done.file.tail is not None
    assert done.file.tail.facts == ("mentions=9", "negative=4", "last_week=9", "last_week_negative=4", "again=0")
    assert {item.kind for item in done.outbox} == {AlertKind.DUE}
    assert {item.about for item in done.outbox} == {("tail",)}
    assert tail.next_at(done.file, done.incident) is None


def test_a_relapse_begins_the_tail_anew() -> None:
    storm = Storm().taken(4).over()
    storm.do(tail.due(storm.work(None), seen(storm)))
    at = NOON + 2 * DAY
    storm.incident = storm.incident.releveled(Level.ISSUE, index=50, reasons=(), at=at)
    storm.incident = storm.incident.releveled(Level.CALM, index=0, reasons=(), at=at + 60 * MINUTE)

    done = tail.due(storm.work(None, days=3), seen(storm))

    assert done.file.tail is not None
    assert done.file.tail.since == at + 60 * MINUTE


def test_a_new_storm_of_the_same_scenario_names_the_one_before() -> None:
    storm = Storm().taken(4).planned(RUMOUR).over()
    again, file = later()
    heard = [scored(1, at=again.opened_at)]
    heard[0] = heard[0].model_copy(update={"reading": heard[0].reading.model_copy(update={"scenario": "rumour"})})

    found = tail.former_of(file, heard, [(storm.incident, storm.file)], again.opened_at)

    assert found == "aurora-1"


def test_or_of_the_same_words_whatever_the_plan() -> None:
    storm = Storm().taken(4).over()
    cause = Cause(quotations=(Quotation(words="Отруїлися тортом, дитина в лікарні"),))
    storm.file = storm.file.with_(cause=cause)
    again, file = later()

    same = [scored(1, text="Знову отруєння тортом, лікарня", title=None)]
    other = [scored(1, text="Довго чекали кур’єра, хамство", title=None)]

    assert tail.former_of(file, same, [(storm.incident, storm.file)], again.opened_at) == "aurora-1"
    assert tail.former_of(file, other, [(storm.incident, storm.file)], again.opened_at) is None


def test_after_thirty_days_it_is_another_matter() -> None:
    storm = Storm().taken(4).planned(RUMOUR).over()
    again, file = later(days=31)
    confirmed = file.with_(cause=Cause(scenario="rumour"))

    assert tail.former_of(confirmed, (), [(storm.incident, storm.file)], again.opened_at) is None


def test_the_clock_writes_it_into_the_new_case() -> None:
    storm = Storm().taken(4).planned(RUMOUR).over()
    again, file = later()
    new = Storm()
    new.incident, new.file = again, file.with_(cause=Cause(scenario="rumour"))

    done = tail.due(new.work(None, days=10, minutes=1), seen(new, (), (storm.incident,), (storm.file,)))

    assert done.file.former == "aurora-1"
    assert done.file.links == ("aurora-1",)
    assert {item.about for item in done.outbox} == {("former",)}
    assert {item.recipient for item in done.outbox} == {DUTY}
    (told,) = waiting(done.file, ("former",), "en")
    assert (told.kind, told.words) == (DueKind.FORMER, "aurora-1")
    # AND who leads it is told once
    again_seen = seen(new, (), (storm.incident,), (storm.file,))
    new.do(done)
    assert tail.due(new.work(None, days=10, minutes=2), again_seen).outbox == ()
