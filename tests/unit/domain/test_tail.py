"""Protects: a storm that is over is watched for thirty days, and one that comes back names the one before."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from tests.support.samples import NOON, scored
from tests.unit.domain.test_review import DAY, DUTY, MINUTE, RUMOUR, Storm, seen
from tocsin.domain.alert import DueKind
from tocsin.domain.case import tail
from tocsin.domain.case.cause import Cause, Quotation
from tocsin.domain.case.file import CaseFile, CaseStatus
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


@pytest.mark.parametrize(
    ("level", "days", "named"),
    [
        (Level.CRISIS, 31, True),
        (Level.ISSUE, 700, True),
        (Level.ISSUE, 800, False),
        (Level.WATCH, 29, True),
        (Level.WATCH, 31, False),
    ],
)
def test_after_thirty_days_people_still_remember_what_was_an_issue(level: Level, days: int, named: bool) -> None:
    storm = Storm().taken(4).planned(RUMOUR).over()
    past = storm.incident.model_copy(update={"peak": level})
    again, file = later(days=days)
    confirmed = file.with_(cause=Cause(scenario="rumour"))

    found = tail.former_of(confirmed, (), [(past, storm.file)], again.opened_at)

    assert found == ("aurora-1" if named else None)


@pytest.mark.parametrize("status", [CaseStatus.DISMISSED, CaseStatus.MERGED])
def test_what_was_none_or_goes_on_elsewhere_does_not_come_back(status: CaseStatus) -> None:
    storm = Storm().taken(4).planned(RUMOUR).over()
    again, file = later()
    confirmed = file.with_(cause=Cause(scenario="rumour"))
    assert tail.former_of(confirmed, (), [(storm.incident, storm.file.with_(status=status))], again.opened_at) is None


def test_what_was_watched_for_long_is_compared_when_it_rises() -> None:
    # GIVEN a new case that was only watched for a day, and of which nobody knew what it is
    storm = Storm().taken(4).planned(RUMOUR).over()
    again, file = later()
    new = Storm()
    watched = again.model_copy(update={"level": Level.WATCH, "peak": Level.WATCH})
    new.incident, new.file = watched, file.with_(cause=Cause(scenario="rumour"))
    before = seen(new, (), (storm.incident,), (storm.file,))
    assert tail.due(new.work(None, days=11), before).file is new.file

    # WHEN it rises to a crisis THEN it is compared once more
    at = again.opened_at + DAY
    new.incident = watched.releveled(Level.CRISIS, index=70, reasons=(), at=at)
    assert tail.due(new.work(None, days=11, minutes=1), before).file.former == "aurora-1"


def test_the_look_back_counts_what_has_begun_since() -> None:
    storm = Storm().taken(4).over()
    storm.do(tail.due(storm.work(None), seen(storm)))
    again, _ = later()
    watched = again.model_copy(update={"id": "aurora-3", "peak": Level.WATCH})
    now = SimpleNamespace(**vars(seen(storm)) | {"later": (again, watched)})

    done = tail.due(storm.work(None, days=31), now)

    assert done.file.tail is not None
    assert "again=1" in done.file.tail.facts


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


@pytest.mark.parametrize(
    "said",
    [
        Cause(scenario="rumour", confirmed_by=DUTY),
        Cause(quotations=(Quotation(words="Знову отруєння тортом, лікарня"),)),
    ],
)
def test_what_people_say_of_it_later_is_compared_at_any_hour_and_once(said: Cause) -> None:
    # GIVEN a case that burns for a day, of which nobody knew what it is
    storm = Storm().taken(4).planned(RUMOUR).over()
    old = storm.file.with_(cause=Cause(quotations=(Quotation(words="Отруїлися тортом, дитина в лікарні"),)))
    again, file = later()
    new = Storm()
    new.incident, new.file = again, file
    before = seen(new, (), (storm.incident,), (old,))
    assert tail.due(new.work(None, days=11), before).file is new.file

    # WHEN people say what it is, or quote what is said
    new.file = file.with_(cause=said)
    found = tail.due(new.work(None, days=11, minutes=1), before)

    # THEN it names the one before; and where there is none, nobody looks again for as long as nothing new is said
    assert found.file.former == "aurora-1"
    nothing = seen(new, (), (), ())
    looked = tail.due(new.work(None, days=11, minutes=1), nothing)
    assert looked.file.former is None
    new.file = looked.file
    assert not tail.asks(new.file, new.incident, new.work(None, days=11, minutes=2).now)
    assert tail.due(new.work(None, days=11, minutes=2), before).file is new.file
