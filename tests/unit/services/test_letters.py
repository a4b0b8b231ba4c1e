"""Protects: a reminder is sent while its thing waits, storm or not; no alarm replaces it, and it replaces no alarm."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.samples import NOON, client
from tests.unit.services.support import House
from tocsin.domain.as_of_now import as_of_now, replaced
from tocsin.domain.case import promising, status
from tocsin.domain.case.file import CaseFile
from tocsin.domain.case.reminding import remind_owner
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, Channel, DeliveryStatus, OutboxItem, item_of, person
from tocsin.services.casework import Casework

DUTY = {"name": "Olena", "email": "duty@agency.example", "phone": "+380441234567", "quiet_hours": None}
CONTACT = {"name": "Head", "email": "head@aurora.example"}


@pytest.fixture
def at() -> House:
    house = House(client(responders=[DUTY], client_contacts=[CONTACT]))
    storm = Incident.opened(
        id="aurora-1", client="aurora", brand="Aurora", level=Level.CRISIS, index=50, reasons=(), at=house.clock.at
    )
    house.cases.save_case((CaseFile.opened(storm, version=1),), incidents=(storm,))
    return house


def work_of(at: House) -> Casework:
    return Casework(clients=at.clients, cases=at.cases, clock=at.clock)


def promised(at: House) -> str:
    due = at.clock.at + timedelta(hours=3)
    done = work_of(at).do(
        "aurora-1", "duty@agency.example",
        lambda work: promising.make(work, "Refund", "Kate", "duty@agency.example", due),
    )  # fmt: skip
    return done.file.promises[0].id


def reminded(at: House, *about: str) -> tuple[OutboxItem, ...]:
    def step(work: Any) -> Any:
        incident, items = remind_owner(work, "duty@agency.example", about, urgent=True)
        return status.note(work, "reminded")._replace(incident=incident, outbox=items)

    return work_of(at).do("aurora-1", None, step).outbox


def test_it_tells_what_waits_with_the_owners_own_link(at: House) -> None:
    items = reminded(at, promised(at))
    assert {at.notify.deliver(item.id) for item in items} == {DeliveryStatus.SENT}
    [(address, mail)] = at.channels[Channel.EMAIL].sent
    assert address == "duty@agency.example"
    assert [one.words for one in mail.due] == ["Refund (Kate)"]


def test_what_is_done_meanwhile_is_asked_of_nobody(at: House) -> None:
    promise = promised(at)
    items = reminded(at, promise)
    work_of(at).do("aurora-1", "duty@agency.example", lambda work: promising.keep(work, promise))
    assert {at.notify.deliver(item.id) for item in items} == {DeliveryStatus.CANCELLED}
    assert not at.channels[Channel.EMAIL].sent


def test_after_the_storm_a_promise_is_still_owed(at: House) -> None:
    promise = promised(at)
    storm = at.cases.incident("aurora-1")
    assert storm is not None
    at.cases.save_incident(storm.releveled(Level.CALM, index=0, reasons=(), at=at.clock.at))
    assert {at.notify.deliver(item.id) for item in reminded(at, promise)} == {DeliveryStatus.SENT}


def item(at: House, kind: AlertKind, number: int) -> OutboxItem:
    storm = at.cases.incident("aurora-1")
    file = at.clients.load()
    assert storm is not None
    assert file is not None
    return item_of(storm, kind, NOON, Channel.EMAIL, person(file, file.responders[0]), NOON, alert_no=number)


@pytest.mark.parametrize("letter", [AlertKind.DUE, AlertKind.BRIEF, AlertKind.APPROVE])
def test_no_alarm_replaces_a_letter_and_no_letter_an_alarm(at: House, letter: AlertKind) -> None:
    alarm, reminder = item(at, AlertKind.RAISED, 1), item(at, letter, 2)
    assert not replaced(alarm, [reminder])
    later = item(at, AlertKind.REMINDED, 3)
    file, storm = at.clients.load(), at.cases.incident("aurora-1")
    assert file is not None
    assert storm is not None
    assert as_of_now(file, reminder, storm, [later]) == reminder
    assert as_of_now(file, reminder, storm.releveled(Level.CALM, index=0, reasons=(), at=NOON), ()) == reminder
    assert replaced(alarm, [later])  # as ever


def test_a_contact_who_is_asked_to_approve_is_asked_and_not_told(at: House) -> None:
    asked = item(at, AlertKind.APPROVE, 2).model_copy(
        update={"recipient": "head@aurora.example", "address": "head@aurora.example", "about": ("text-1",), "text": "X"}
    )
    storm, file = at.cases.incident("aurora-1"), at.clients.load()
    assert storm is not None
    assert file is not None
    alert, _ = at.notify.alert_of(file, storm, asked)
    assert alert.kind is AlertKind.APPROVE
