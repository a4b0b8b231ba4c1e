"""Protects what a reviewer saw go wrong at 3 a.m.: SMS that wait for each other, races for a number, money, pauses and
brands that are gone."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.samples import NOON, client
from tests.unit.services.support import House
from tocsin.domain import sms_spend
from tocsin.domain.alert import Alert
from tocsin.domain.bundling import Rung
from tocsin.domain.controls import Controls, Pause
from tocsin.domain.escalation import alarm, lowered
from tocsin.domain.incident import Incident, IncidentState, Step
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, Channel, DeliveryStatus, OutboxItem
from tocsin.domain.sms_spend import Spend
from tocsin.services.notify import Notify

DUTY = {"name": "Duty", "email": "duty@a.example", "phone": "+380441234567"}
AWAKE = {**DUTY, "quiet_hours": None}
BRANDS = [{"name": name, "terms": [name]} for name in ("Aurora", "Boreal")]


def house(*people: dict[str, Any]) -> House:
    return House(client(responders=list(people), brands=BRANDS, timezone="UTC"))


def burn(at: House, brand: str, level: Level) -> Incident:
    storm = Incident.opened(
        id=f"aurora-{brand.lower()}-1", client="aurora", brand=brand, level=level, index=50, reasons=(), at=at.clock.at
    )
    file = at.clients.load()
    assert file is not None
    moved = alarm(file, storm, AlertKind.RAISED, at.clock.at)
    at.cases.save_incident(moved.incident, moved.outbox)
    return moved.incident


def fall(at: House, brand: str, level: Level) -> None:
    incident, file = at.cases.incident(f"aurora-{brand.lower()}-1"), at.clients.load()
    assert incident is not None
    assert file is not None
    later = at.clock.at + timedelta(hours=6)
    at.cases.save_incident(lowered(file, incident.releveled(level, index=20, reasons=(), at=later), later))


def sms(at: House) -> list[OutboxItem]:
    return [item for item in at.cases._outbox.values() if item.channel is Channel.SMS]


def test_two_held_sms_whose_cases_have_fallen_do_not_send_each_other_for_ever() -> None:
    at = house({**DUTY, "quiet_hours": {"start": "22:00", "end": "07:00", "unless": "severe"}})
    at.clock.at = NOON.replace(hour=23)
    for brand in ("Aurora", "Boreal"):
        burn(at, brand, Level.CRISIS)
    for brand in ("Aurora", "Boreal"):
        fall(at, brand, Level.ISSUE)
    at.clock.at = NOON.replace(hour=7, minute=1) + timedelta(days=1)

    for item in sms(at):
        at.notify.deliver(item.id)

    assert len(at.channels[Channel.SMS].sent) == 1
    assert {item.status for item in sms(at)} == {DeliveryStatus.SENT, DeliveryStatus.CANCELLED}


@pytest.mark.parametrize("winner", ["the same message", "an issue of another brand"])
def test_a_crisis_that_loses_the_race_for_a_number_is_sent_all_the_same(
    winner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = house(AWAKE)
    burn(at, "Aurora", Level.CRISIS)
    item, save = sms(at)[0], at.cases.save_rung
    other = Rung().again(
        item.id if winner == "the same message" else "aurora-boreal-1/1/sms/duty@a.example",
        Level.CRISIS if winner == "the same message" else Level.ISSUE,
        at.clock.at,
    )
    first = [other]

    def racing(address: str, rung: Rung) -> None:
        if first:
            save(address, first.pop())
        save(address, rung)

    monkeypatch.setattr(at.cases, "save_rung", racing)

    assert at.notify.deliver(item.id) is DeliveryStatus.SENT


class _Purse:
    """Two thirds are used up."""

    def take(self, alert: Alert, *_: object) -> Spend:
        return Spend.FREE if sms_spend.grave(alert.level, alert.kind) else Spend.KEPT

    def give_back(self, *_: object) -> None: ...


def test_an_issue_that_nobody_answers_gets_the_money_that_is_kept_for_a_crisis() -> None:
    at = house(AWAKE, {**AWAKE, "name": "Deputy", "email": "deputy@a.example", "phone": "+34911234567"})
    at.notify = Notify(
        clients=at.clients, mentions=at.mentions, cases=at.cases, channels=at.channels, clock=at.clock,
        controls=at.controls, spend=_Purse(),
    )  # fmt: skip
    at.watch._notify = at.notify
    burn(at, "Aurora", Level.ISSUE)

    for _ in range(45):
        at.watch.run()
        at.clock.forward(minutes=1)

    incident = at.cases.incident("aurora-aurora-1")
    assert incident is not None
    assert incident.paging is not None
    assert incident.paging.urgency is Level.CRISIS
    assert at.channels[Channel.SMS].sent


def test_what_fell_due_in_a_pause_begins_anew_at_its_end() -> None:
    at = house(AWAKE, {**AWAKE, "name": "Deputy", "email": "deputy@a.example", "phone": "+34911234567"})
    burn(at, "Aurora", Level.ISSUE)
    at.answers.acknowledge("aurora-aurora-1", "duty@a.example")
    begun = at.clock.at
    pause = Pause(since=begun + timedelta(minutes=1), until=begun + timedelta(hours=5), by="desk", told=True)
    at.controls.save(Controls(version=at.controls.load().version + 1, pause=pause))

    at.clock.at = pause.until + timedelta(minutes=1)
    at.watch.run()

    incident = at.cases.incident("aurora-aurora-1")
    assert incident is not None
    assert incident.paging is not None
    assert incident.paging.urgency is Level.ISSUE
    assert Step.EXPIRE not in {entry.step for entry in incident.timeline}

    at.clock.at = pause.until + timedelta(hours=2)
    at.watch.run()
    later = at.cases.incident("aurora-aurora-1")
    assert later is not None
    assert Step.EXPIRE in {entry.step for entry in later.timeline}


def test_a_case_of_a_brand_that_is_gone_ends_and_who_was_paged_hears_it() -> None:
    at = house(AWAKE)
    burn(at, "Aurora", Level.CRISIS)
    at.answers.acknowledge("aurora-aurora-1", "duty@a.example")
    at.clients.save(client(responders=[AWAKE], brands=BRANDS[1:], timezone="UTC"))

    for _ in range(40):
        at.clock.forward(minutes=1)
        at.watch.run()

    incident = at.cases.incident("aurora-aurora-1")
    assert incident is not None
    assert incident.state is IncidentState.RESOLVED
    told = [alert.kind for alert, _ in ((sent[1], sent[0]) for sent in at.channels[Channel.EMAIL].sent)]
    assert told.count(AlertKind.RESOLVED) == 1
