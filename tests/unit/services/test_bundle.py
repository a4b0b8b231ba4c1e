"""Protects: a number rings once for what comes within two minutes, and what it tells of is not lost; a crisis waits
for nothing."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.samples import NOON, client
from tests.unit.services.support import House, texts
from tocsin.domain.alert import Also
from tocsin.domain.bundling import WAIT, Rung
from tocsin.domain.errors import ConflictError, DeliveryError, ThrottledError
from tocsin.domain.escalation import alarm
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, Channel, DeliveryStatus, OutboxItem

PHONE = "+380441234567"
DUTY = {"name": "Duty", "email": "duty@agency.example", "phone": PHONE, "quiet_hours": None}
BRANDS = [{"name": name, "terms": [name]} for name in ("Aurora", "Boreal", "Celeste")]


def house(**settings: Any) -> House:
    return House(client(responders=[DUTY], brands=BRANDS, **settings))


def burn(at: House, brand: str, level: Level = Level.ISSUE) -> Incident:
    incident_id = f"aurora-{brand.casefold()}-1"
    known = at.cases.incident(incident_id)
    if known is None:
        storm = Incident.opened(
            id=incident_id, client="aurora", brand=brand, level=level, index=50, reasons=(), at=at.clock.at
        )
    else:
        storm = known.releveled(level, index=60, reasons=(), at=at.clock.at)
    loaded = at.clients.load()
    assert loaded is not None
    moved = alarm(loaded, storm, AlertKind.RAISED, at.clock.at)
    at.cases.save_incident(moved.incident, moved.outbox)
    for item in moved.outbox:
        at.notify.deliver(item.id)
    return moved.incident


def sweep(at: House, **amount: float) -> None:
    at.clock.forward(**amount)
    for item in sorted(at.cases._outbox.values(), key=lambda one: one.id):
        if item.due_at <= at.clock.at:
            at.notify.deliver(item.id)


def sms(at: House) -> list[OutboxItem]:
    return [item for item in at.cases._outbox.values() if item.channel is Channel.SMS]


def test_the_first_is_sent_at_once_and_the_rest_in_one_after_two_minutes() -> None:
    at = house()
    for brand in ("Aurora", "Boreal", "Celeste"):
        burn(at, brand)
    assert texts(at.channels[Channel.SMS].sent) == [PHONE]

    sweep(at, seconds=119)
    assert len(at.channels[Channel.SMS].sent) == 1
    sweep(at, seconds=2)

    assert len(at.channels[Channel.SMS].sent) == 2
    _, second = at.channels[Channel.SMS].sent[1]
    assert {second.brand, *(one.brand for one in second.also)} == {"Boreal", "Celeste"}
    assert Counter(item.status for item in sms(at)) == {DeliveryStatus.SENT: 2, DeliveryStatus.CANCELLED: 1}
    [merged] = [item for item in sms(at) if item.status is DeliveryStatus.CANCELLED]
    assert "told together with" in (merged.last_error or "")


def test_the_gravest_leads() -> None:
    at = house()
    burn(at, "Aurora", Level.CRISIS)
    burn(at, "Boreal")
    burn(at, "Celeste", Level.CRISIS)
    sweep(at, seconds=121)
    _, second = at.channels[Channel.SMS].sent[1]
    assert (second.brand, second.also) == ("Celeste", (Also(brand="Boreal", level=Level.ISSUE),))


def test_what_becomes_a_crisis_waits_for_nothing() -> None:
    at = house()
    burn(at, "Aurora")
    at.clock.forward(seconds=10)
    burn(at, "Aurora", Level.CRISIS)
    assert [alert.level for _, alert in at.channels[Channel.SMS].sent] == [Level.ISSUE, Level.CRISIS]


def test_a_level_that_rises_twice_within_two_minutes_is_told_as_it_is() -> None:
    at = house()
    burn(at, "Aurora", Level.CRISIS)
    at.clock.forward(seconds=10)
    burn(at, "Aurora", Level.SEVERE)
    sweep(at, seconds=121)
    assert [alert.level for _, alert in at.channels[Channel.SMS].sent] == [Level.CRISIS, Level.SEVERE]
    assert at.channels[Channel.SMS].sent[1][1].also == ()


def test_an_alarm_that_is_over_meanwhile_is_not_told_along() -> None:
    at = house()
    burn(at, "Aurora")
    burn(at, "Boreal")
    burn(at, "Celeste")
    over = at.cases.incident("aurora-boreal-1")
    assert over is not None
    at.cases.save_incident(over.releveled(Level.CALM, index=0, reasons=(), at=at.clock.at))
    sweep(at, seconds=121)
    _, second = at.channels[Channel.SMS].sent[1]
    assert (second.brand, second.also) == ("Celeste", ())


def test_a_refused_message_takes_nothing_with_it() -> None:
    at = house()
    burn(at, "Aurora")
    burn(at, "Boreal")
    burn(at, "Celeste")
    at.channels[Channel.SMS].refuse = [DeliveryError("SNS is down")]
    sweep(at, seconds=121)
    assert DeliveryStatus.CANCELLED not in {item.status for item in sms(at)}
    for _ in range(5):
        sweep(at, seconds=61)
    told = [(alert.brand, *(one.brand for one in alert.also)) for _, alert in at.channels[Channel.SMS].sent]
    assert {brand for brands in told for brand in brands} == {"Aurora", "Boreal", "Celeste"}


@pytest.mark.parametrize("broken", ["rung", "save_rung", "pending"])
def test_an_sms_out_of_turn_beats_none(monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    at = house()

    def throttled(*_: object) -> None:
        raise ThrottledError("busy")

    burn(at, "Aurora")
    burn(at, "Boreal")
    at.clock.forward(seconds=121)
    monkeypatch.setattr(at.cases, broken, throttled)
    sweep(at, seconds=1)
    assert len(at.channels[Channel.SMS].sent) == 2


def test_whoever_loses_the_race_for_a_number_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    at, other = house(), Rung().again("boreal/1/sms/duty@agency.example", Level.CRISIS, NOON)
    save = at.cases.save_rung

    def lost(address: str, _: Rung) -> None:
        save(address, other.model_copy(update={"at": at.clock.at}))
        raise ConflictError("another run rang it")

    with monkeypatch.context() as patched:
        patched.setattr(at.cases, "save_rung", lost)
        burn(at, "Aurora")
    assert at.channels[Channel.SMS].sent == []
    sweep(at, seconds=121)
    assert len(at.channels[Channel.SMS].sent) == 1


def test_the_same_message_may_try_again_at_once() -> None:
    at = house()
    at.channels[Channel.SMS].refuse = [DeliveryError("SNS is down")]
    burn(at, "Aurora")
    sweep(at, seconds=31)
    assert len(at.channels[Channel.SMS].sent) == 1


levels = st.sampled_from([Level.ISSUE, Level.CRISIS, Level.SEVERE])


@given(st.lists(st.tuples(st.integers(0, 200), levels), min_size=1, max_size=12))
def test_no_number_rings_twice_in_two_minutes_but_for_the_first_crisis(calls: list[tuple[int, Level]]) -> None:
    rung, now, sent = Rung(), NOON, []
    for number, (pause, level) in enumerate(calls):
        now += timedelta(seconds=pause)
        if rung.free_at(str(number), level, now) <= now:
            rung = rung.again(str(number), level, now)
            sent.append((now, level))
    for (before, was), (after, level) in pairwise(sent):
        assert after - before >= WAIT or level >= Level.CRISIS > was
