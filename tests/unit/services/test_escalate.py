"""Protects: from the alarm to the answer, over outboxes and clocks: whoever sleeps is rung again, the next one after
them, and nobody once somebody has it."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.samples import NOON, client, mention
from tests.unit.services.support import House, texts
from tocsin.domain.alert import Alert
from tocsin.domain.controls import Controls
from tocsin.domain.errors import ConflictError, DeliveryError, ThrottledError
from tocsin.domain.incident import Incident, IncidentState, Step
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, Channel, Delivery, DeliveryState, DeliveryStatus, OutboxItem
from tocsin.domain.raids import Raids
from tocsin.services.answer import AnswerError, Why
from tocsin.services.logged import LeftUndoneError
from tocsin.services.watch import WatchError

DUTY = {
    "name": "Duty",
    "email": "duty@agency.example",
    "phone": "+380441234567",
    "role": "responsible",
    "region": "Kyiv",
}
DEPUTY = {"name": "Deputy", "email": "deputy@agency.example", "phone": "+34911234567", "role": "deputy"}
BOSS = {"name": "Boss", "email": "boss@agency.example", "phone": "+34922345678", "role": "director"}
PEOPLE = [DUTY, DEPUTY, BOSS]
CALLS = {"provider": "eum", "voice": "+34910000000"}
NO_SEVERE = {"issue": 40, "crisis": 65, "severe": 99}
ID = "aurora-3fb83f-1"
AT_23_40 = NOON.replace(hour=21, minute=40)


def crisis(**settings: Any) -> House:
    """At 23:40 in Kyiv."""
    at = House(client(**({"responders": PEOPLE, "thresholds": NO_SEVERE, "sms": CALLS} | settings)))
    at.clock.at = AT_23_40
    at.hear(*(mention(n, at=at.clock.at, fetched_at=at.clock.at) for n in range(12)))
    assert at.cases.brand_state("Аврора").level is Level.CRISIS
    deliver(at)
    return at


def deliver(at: House) -> None:
    """The stream: what was written now goes out now."""
    for item in list(at.cases._outbox.values()):
        if item.attempts == 0 and item.due_at <= at.clock.at:
            at.notify.deliver(item.id)


def minutes(at: House, count: int) -> None:
    for _ in range(count):
        at.clock.forward(minutes=1)
        at.watch.run()
        deliver(at)


def storm(at: House) -> Incident:
    found = at.cases.incident(ID)
    assert found is not None
    return found


def rung(at: House, channel: Channel = Channel.SMS) -> list[str]:
    return texts(at.channels[channel].sent)


def last(at: House, channel: Channel, person: dict[str, str]) -> Alert:
    address = person["email" if channel is Channel.EMAIL else "phone"]
    return [alert for to, alert in at.channels[channel].sent if to == address][-1]


def test_a_crisis_rings_the_duty_and_the_deputy_at_any_hour() -> None:
    at = crisis()
    assert set(rung(at)) == {DUTY["phone"], DEPUTY["phone"]}
    assert storm(at).paging is not None


def test_who_does_not_answer_is_called_and_then_the_next_one_is_asked() -> None:
    at = crisis()
    minutes(at, 10)
    assert {DUTY["phone"], DEPUTY["phone"]} <= set(rung(at, Channel.CALL))
    assert BOSS["phone"] in rung(at)
    assert set(last(at, Channel.SMS, BOSS).missed) == {"Duty", "Deputy"}
    steps = [entry for entry in storm(at).timeline if entry.step is Step.PAGE]
    assert {entry.who for entry in steps} == {person["email"] for person in PEOPLE}


def test_one_answer_ends_the_ringing_for_all() -> None:
    at = crisis()
    minutes(at, 2)
    answered = at.answers.acknowledge(ID, "deputy@agency.example")
    assert answered.changed
    assert answered.incident.state is IncidentState.ACKNOWLEDGED
    before = {channel: len(at.channels[channel].sent) for channel in (Channel.SMS, Channel.CALL)}
    minutes(at, 20)
    assert {channel: len(at.channels[channel].sent) for channel in before} == before
    again = at.answers.acknowledge(ID, "DEPUTY@agency.example")
    assert not again.changed


def test_what_was_written_before_the_answer_is_not_sent_after_it() -> None:
    at = crisis()
    at.channels[Channel.CALL].refuse = [DeliveryError("busy")] * 99
    minutes(at, 4)
    waiting = [item for item in at.cases._outbox.values() if item.status is DeliveryStatus.PENDING]
    assert any(item.channel is Channel.CALL for item in waiting)
    at.answers.acknowledge(ID, "duty@agency.example")
    at.channels[Channel.CALL].refuse = []
    minutes(at, 5)
    assert rung(at, Channel.CALL) == []
    assert {at.cases._outbox[item.id].status for item in waiting if item.channel is Channel.CALL} == {
        DeliveryStatus.CANCELLED
    }


def test_a_forgotten_acknowledgement_rings_again_and_says_so() -> None:
    at = crisis()
    at.answers.acknowledge(ID, "duty@agency.example")
    minutes(at, 31)
    assert last(at, Channel.SMS, DUTY).kind is AlertKind.EXPIRED
    at.answers.act(ID, "duty@agency.example", "holding statement sent to the client")
    count = len(rung(at))
    minutes(at, 20)
    assert len(rung(at)) == count


def test_a_recorded_decision_not_to_answer_is_kept_with_its_reason() -> None:
    at = crisis()
    look_at = at.clock.at + timedelta(hours=2)
    at.answers.silence(ID, "duty@agency.example", "few have seen it", look_at)
    decision = storm(at).paging
    assert decision is not None
    assert decision.decision is not None
    assert (decision.decision.by, decision.decision.look_at) == ("duty@agency.example", look_at)
    assert storm(at).timeline[-1].note == "few have seen it"


def test_everybody_who_was_rung_hears_of_the_end() -> None:
    at = crisis()
    minutes(at, 6)
    at.answers.act(ID, "boss@agency.example", "answered", responded=True)
    for _ in range(60 * 3):
        at.clock.forward(minutes=20)
        at.watch.run()
        deliver(at)
    assert storm(at).state is IncidentState.RESOLVED
    told = [to for to, alert in at.channels[Channel.EMAIL].sent if alert.kind is AlertKind.RESOLVED]
    assert sorted(told) == sorted(person["email"] for person in PEOPLE)
    assert storm(at).paging is not None
    assert at.cases.due_incidents(at.clock.at + timedelta(days=30), 50) == ()


def test_a_tick_that_loses_its_race_to_an_answer_reads_again(monkeypatch: pytest.MonkeyPatch) -> None:
    at = crisis()
    at.clock.forward(minutes=4)
    save = at.cases.save_incident
    lost: list[int] = []

    def first_loses(incident: Incident, outbox: tuple[OutboxItem, ...] = ()) -> None:
        if not lost:
            lost.append(1)
            monkeypatch.setattr(at.cases, "save_incident", save)
            at.answers.acknowledge(ID, "duty@agency.example")
            raise ConflictError("the answer was quicker")
        save(incident, outbox)

    monkeypatch.setattr(at.cases, "save_incident", first_loses)
    at.escalate.run()
    deliver(at)
    assert rung(at, Channel.CALL) == []


def test_one_incident_that_cannot_be_read_stops_no_other_and_no_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    at = crisis()
    at.clock.forward(minutes=4)
    read = at.cases.incident
    monkeypatch.setattr(at.cases, "due_incidents", lambda *_: ("broken", ID))

    def broken(incident_id: str) -> Incident | None:
        if incident_id == "broken":
            raise ValueError("unreadable")
        return read(incident_id)

    monkeypatch.setattr(at.cases, "incident", broken)
    with pytest.raises(LeftUndoneError):
        at.escalate.run()
    deliver(at)
    assert DUTY["phone"] in rung(at, Channel.CALL)
    with pytest.raises(WatchError):
        at.watch.run()


def test_in_a_pause_nobody_is_rung_and_after_it_they_are() -> None:
    at = crisis()
    at.controls.save(Controls().paused(at.clock.at + timedelta(minutes=30), by="olha", at=at.clock.at))
    count = len(rung(at)) + len(rung(at, Channel.CALL))
    minutes(at, 29)
    assert len(rung(at)) + len(rung(at, Channel.CALL)) == count
    minutes(at, 5)
    assert len(rung(at)) + len(rung(at, Channel.CALL)) > count


def test_who_sits_in_a_shelter_is_passed_over_and_the_timeline_says_so() -> None:
    at = crisis()
    at.cases.save_raids(Raids().told("kyiv", at.clock.at, on=True))
    minutes(at, 4)
    [skipped] = [entry for entry in storm(at).timeline if entry.step is Step.SKIP]
    assert skipped.who == "duty@agency.example"


def test_people_are_asked_all_the_same_when_nobody_knows_of_raids(monkeypatch: pytest.MonkeyPatch) -> None:
    at = crisis()

    def throttled() -> Raids:
        raise ThrottledError("busy")

    monkeypatch.setattr(at.cases, "raids", throttled)
    minutes(at, 4)
    assert DUTY["phone"] in rung(at, Channel.CALL)


@pytest.mark.parametrize(
    ("incident", "person", "why"),
    [
        ("aurora-9", "duty@agency.example", Why.GONE),
        (ID, "stranger@agency.example", Why.LEFT),
    ],
)
def test_an_answer_that_makes_no_sense_says_why(incident: str, person: str, why: Why) -> None:
    at = crisis()
    version = storm(at).version
    with pytest.raises(AnswerError) as refused:
        at.answers.acknowledge(incident, person)
    assert refused.value.why is why
    assert storm(at).version == version


def test_nobody_answers_for_another_clients_case() -> None:
    at = crisis()
    foreign = storm(at).model_copy(update={"id": "other-1", "client": "other", "version": 1})
    at.cases.save_incident(foreign)
    with pytest.raises(AnswerError) as refused:
        at.answers.acknowledge("other-1", "duty@agency.example")
    assert refused.value.why is Why.GONE


# What a provider refuses


def test_a_refused_sms_at_a_crisis_is_a_call_at_once_and_the_timeline_says_how() -> None:
    at = House(client(responders=PEOPLE, thresholds=NO_SEVERE, sms=CALLS))
    at.clock.at = AT_23_40
    at.channels[Channel.SMS].refuse = [DeliveryError("SNS: Throttling")]
    at.hear(*(mention(n, at=at.clock.at, fetched_at=at.clock.at) for n in range(12)))
    deliver(at)
    deliver(at)
    [refused] = [item for item in at.cases._outbox.values() if item.refusals]
    [instead] = [item for item in at.cases._outbox.values() if item.fallback_for is Channel.SMS]
    assert (instead.channel, instead.recipient, instead.status) == (
        Channel.CALL, refused.recipient, DeliveryStatus.SENT,
    )  # fmt: skip
    entry = next(entry for entry in storm(at).timeline if entry.note and "Throttling" in entry.note)
    assert (entry.who, entry.channels) == (refused.recipient, ("call",))


def test_where_every_way_is_refused_the_next_person_is_asked_at_once() -> None:
    people = [DUTY, BOSS | {"role": "deputy"}]
    at = House(client(responders=people, thresholds=NO_SEVERE | {"crisis": 98}))
    at.clock.at = NOON
    dead = DeliveryError("SNS: OptedOut", permanent=True)
    at.channels[Channel.SMS].refuse = [dead]
    at.hear(*(mention(n, at=at.clock.at, fetched_at=at.clock.at, text="Аврора — жах і обман") for n in range(7)))
    assert at.cases.brand_state("Аврора").level is Level.ISSUE
    deliver(at)
    deliver(at)
    assert rung(at) == [BOSS["phone"]]
    assert last(at, Channel.SMS, BOSS).missed == ("Duty",)


def test_a_lost_race_for_the_incident_loses_no_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    at = House(client(responders=PEOPLE, thresholds=NO_SEVERE, sms=CALLS))
    at.clock.at = AT_23_40
    at.channels[Channel.SMS].refuse = [DeliveryError("SNS is down")] * 2
    at.hear(*(mention(n, at=at.clock.at, fetched_at=at.clock.at) for n in range(12)))
    save, tried = at.cases.save_incident, []

    def second_wins(incident: Incident, outbox: tuple[OutboxItem, ...] = ()) -> None:
        tried.append(1)
        if len(tried) % 2:
            raise ConflictError("lost")
        save(incident, outbox)

    monkeypatch.setattr(at.cases, "save_incident", second_wins)
    deliver(at)
    deliver(at)
    assert sorted(rung(at, Channel.CALL)) == sorted([DUTY["phone"], DEPUTY["phone"]])


@pytest.mark.parametrize("state", [DeliveryState.BOUNCED, DeliveryState.FAILED])
def test_a_receipt_that_a_page_was_lost_takes_another_way(state: DeliveryState) -> None:
    at = crisis()
    [item] = [one for one in at.cases._outbox.values() if one.address == DUTY["phone"]]
    told = Delivery(state=state, at=at.clock.at, reason="carrier is unreachable")
    assert at.escalate.receipt(item.id, told)
    deliver(at)
    assert rung(at, Channel.CALL) == [DUTY["phone"]]
    assert at.cases._outbox[item.id].delivery == told

    # WHEN the same and an older receipt come after it
    version = storm(at).version
    assert at.escalate.receipt(item.id, told)
    assert at.escalate.receipt(item.id, Delivery(state=DeliveryState.DELIVERED, at=at.clock.at))
    # THEN nothing more follows
    assert storm(at).version == version
    assert at.cases._outbox[item.id].delivery == told


def test_a_receipt_is_kept_when_it_comes_before_we_have_marked_the_message(monkeypatch: pytest.MonkeyPatch) -> None:
    """Protects: a mail that is sent twice since its receipt was quicker than our own mark."""
    at = House(client(responders=PEOPLE, thresholds=NO_SEVERE, sms=CALLS))
    at.clock.at = AT_23_40
    at.hear(*(mention(n, at=at.clock.at, fetched_at=at.clock.at) for n in range(12)))
    item = next(one for one in at.cases._outbox.values() if one.channel is Channel.EMAIL)
    send = at.channels[Channel.EMAIL].send

    def quick(alert: Alert, address: str) -> str:
        at.escalate.receipt(alert.id, Delivery(state=DeliveryState.DELIVERED, at=at.clock.at))
        return send(alert, address)

    monkeypatch.setattr(at.channels[Channel.EMAIL], "send", quick)
    assert at.notify.deliver(item.id) is DeliveryStatus.SENT
    kept = at.cases._outbox[item.id]
    assert (kept.status, kept.delivery is not None, kept.provider_id) == (DeliveryStatus.SENT, True, "id-1")


def test_a_receipt_of_what_nobody_knows_is_no_error() -> None:
    at = crisis()
    assert not at.escalate.receipt("aurora-9/1/email/x@y.example", Delivery(state=DeliveryState.BOUNCED, at=NOON))
