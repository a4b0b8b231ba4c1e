"""Protects: a message goes out with its link and its words, by the way that is left; money never silences a crisis."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.samples import NOON, client, mention
from tests.unit.services.support import House, texts
from tocsin.adapters.memory import MemorySecrets
from tocsin.domain.alert import Alert
from tocsin.domain.controls import Controls
from tocsin.domain.errors import DeliveryError
from tocsin.domain.incident import Step
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, Channel, DeliveryStatus, OutboxItem
from tocsin.domain.sms_spend import Spend
from tocsin.services.links import Links
from tocsin.services.notify import Notify

DUTY: dict[str, Any] = {
    "name": "Duty",
    "email": "duty@agency.example",
    "phone": "+380441234567",
    "role": "responsible",
    "quiet_hours": None,
}
DEPUTY = DUTY | {"name": "Deputy", "email": "deputy@agency.example", "phone": "+34911234567", "role": "deputy"}
HEAD = {"name": "Head", "email": "head@aurora.example", "phone": "+380501234567"}
CALLS = {"provider": "eum", "voice": "+34910000000"}
NO_CRISIS = {"issue": 40, "crisis": 98, "severe": 99}
ID = "aurora-3fb83f-1"


class Guard:
    """``answers`` in turn, the last one for ever."""

    def __init__(self, *answers: Spend) -> None:
        self._answers = list(answers)
        self.asked: list[tuple[Channel, str]] = []
        self.returned: list[tuple[Channel, str]] = []

    def take(self, alert: Alert, channel: Channel, address: str, now: Any) -> Spend:
        self.asked.append((channel, address))
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]

    def give_back(self, alert: Alert, channel: Channel, address: str, now: Any) -> None:
        self.returned.append((channel, address))


def house(spend: Guard | None = None, **settings: Any) -> House:
    at = House(client(**({"responders": [DUTY, DEPUTY], "client_contacts": [HEAD], "sms": CALLS} | settings)))
    at.notify = at.watch._notify = Notify(
        clients=at.clients,
        mentions=at.mentions,
        cases=at.cases,
        channels=at.channels,
        clock=at.clock,
        controls=at.controls,
        links=Links(
            clients=at.clients,
            cases=at.cases,
            secrets=MemorySecrets(links={"key": "k" * 43}),
            clock=at.clock,
            public_url="https://a.example",
        ),
        spend=spend,
    )
    return at


def burn(at: House, *, crisis: bool = True) -> None:
    text = "Аврора: жах, отруїлися всією родиною" if crisis else "Аврора — жах і обман"
    at.hear(*(mention(n, at=at.clock.at, fetched_at=at.clock.at, text=text) for n in range(12 if crisis else 7)))
    deliver(at)


def deliver(at: House) -> None:
    for _ in range(4):
        for item in list(at.cases._outbox.values()):
            if item.status is DeliveryStatus.PENDING and item.due_at <= at.clock.at:
                at.notify.deliver(item.id)


def items(at: House, channel: Channel) -> list[OutboxItem]:
    return [item for item in at.cases._outbox.values() if item.channel is channel]


def test_mail_and_sms_have_the_recipients_own_link_and_nothing_else_has_one() -> None:
    at = house(channels=[{"kind": "slack", "name": "desk", "from": "issue"}])
    burn(at)
    links = {(address, alert.answer) for _, of in at.channels.items() for address, alert in of.sent if alert.answer}
    assert {address for address, _ in links} == {DUTY["phone"], DUTY["email"], DEPUTY["phone"], DEPUTY["email"]}
    assert len({answer for _, answer in links}) == 2
    [sms] = [item for item in items(at, Channel.SMS) if item.recipient == DUTY["email"]]
    assert at.cases.link(sms.code or "") is not None
    assert at.channels[Channel.SLACK].sent[0][1].answer is None


def test_a_key_that_cannot_be_read_costs_the_link_and_not_the_alert(caplog: pytest.LogCaptureFixture) -> None:
    at = house()
    at.notify.alert_of._links = Links(
        clients=at.clients, cases=at.cases, secrets=MemorySecrets(), clock=at.clock, public_url="https://a.example"
    )
    burn(at)
    assert {item.status for item in items(at, Channel.SMS)} == {DeliveryStatus.SENT}
    assert at.channels[Channel.SMS].sent[0][1].answer is None
    assert "without a link" in caplog.text


def test_over_the_limit_a_crisis_is_sent_and_called_as_well() -> None:
    at = house(Guard(Spend.OVER, Spend.OVER, Spend.FREE))
    burn(at)
    assert sorted(texts(at.channels[Channel.SMS].sent)) == sorted([DUTY["phone"], DEPUTY["phone"]])
    assert sorted(texts(at.channels[Channel.CALL].sent)) == sorted([DUTY["phone"], DEPUTY["phone"]])
    assert {item.status for item in items(at, Channel.SMS)} == {DeliveryStatus.SENT}
    assert {item.last_error for item in items(at, Channel.SMS)} == {Spend.OVER.value}
    storm = at.cases.incident(ID)
    assert storm is not None
    assert any(entry.step is Step.PAGE and entry.note == f"sms: {Spend.OVER.value}" for entry in storm.timeline)


@pytest.mark.parametrize("spend", [Spend.KEPT, Spend.OVER])
def test_below_a_crisis_what_is_left_is_kept_and_the_operators_alarm_is_not_rung_for_it(spend: Spend) -> None:
    at = house(Guard(spend), thresholds=NO_CRISIS)
    burn(at, crisis=False)
    assert at.cases.brand_state("Аврора").level is Level.ISSUE
    assert at.channels[Channel.SMS].sent == []
    assert {item.status for item in items(at, Channel.SMS)} == {DeliveryStatus.CANCELLED}
    assert sorted(texts(at.channels[Channel.EMAIL].sent)) == sorted([DUTY["email"], DEPUTY["email"]])
    assert at.cases.failed(NOON - timedelta(days=1), 50) == ()


def test_what_is_not_set_up_is_no_failure_and_another_way_is_taken() -> None:
    at = house()
    at.channels[Channel.CALL].refuse = [DeliveryError("calls are not set up", permanent=True, absent=True)] * 99
    at.channels[Channel.SMS].refuse = [DeliveryError("SNS is down")] * 2
    burn(at)
    assert {item.status for item in items(at, Channel.CALL)} == {DeliveryStatus.CANCELLED}
    assert at.cases.failed(NOON - timedelta(days=1), 50) == ()


def test_what_was_refused_costs_nothing() -> None:
    """Protects: an outage whose attempts alone use up the month."""
    guard = Guard(Spend.FREE)
    at = house(guard)
    at.channels[Channel.SMS].refuse = [DeliveryError("SNS is down")]
    burn(at)
    assert len(guard.returned) == 1
    assert guard.returned[0][0] is Channel.SMS


@given(st.lists(st.sampled_from(list(Spend)), min_size=1, max_size=12))
def test_money_never_silences_a_crisis(answers: list[Spend]) -> None:
    at = house(Guard(*answers))
    burn(at)
    assert set(texts(at.channels[Channel.SMS].sent)) == {DUTY["phone"], DEPUTY["phone"]}


def test_approved_words_go_out_as_they_are_in_a_pause_at_night_and_in_shadow() -> None:
    at = house()
    burn(at)
    at.answers.tell_client(ID, DUTY["email"], HEAD["email"], "We know of it.", Channel.SMS)
    at.controls.save(Controls().paused(at.clock.at + timedelta(hours=2), by="olha", at=at.clock.at))
    deliver(at)
    address, alert = at.channels[Channel.SMS].sent[-1]
    assert (address, alert.kind, alert.text, alert.approved_by) == (
        HEAD["phone"], AlertKind.CLIENT, "We know of it.", "Duty",
    )  # fmt: skip
    assert (alert.recipient, alert.answer) == ("Head", None)


def test_nobody_of_the_clients_is_told_without_a_tap() -> None:
    """Protects: the one false alarm to a client's head at night that loses the client."""
    at = house()
    burn(at)
    for _ in range(180):
        at.clock.forward(minutes=1)
        at.watch.run()
        deliver(at)
    told = {address for channel in at.channels.values() for address, _ in channel.sent}
    assert not told & {HEAD["email"], HEAD["phone"]}


def test_a_page_names_who_missed_it_and_who_has_been_told() -> None:
    at = house(responders=[DUTY, DEPUTY | {"role": "director"}])
    burn(at)
    at.clock.forward(minutes=4)
    at.watch.run()
    deliver(at)
    [alert] = [alert for address, alert in at.channels[Channel.SMS].sent if address == DEPUTY["phone"]]
    assert (alert.kind, alert.missed) == (AlertKind.ESCALATED, ("Duty",))
    assert {other.name: set(other.channels) for other in alert.others}["Duty"] >= {Channel.SMS, Channel.EMAIL}
    assert (alert.holders, alert.yours) == ((), False)


def test_a_reminder_says_whose_case_it_is() -> None:
    at = house()
    burn(at)
    at.answers.act(ID, DUTY["email"], "looked at it")
    reminded: list[tuple[str, Alert]] = []
    for _ in range(24 * 60):
        at.clock.forward(minutes=1)
        at.watch.run()
        deliver(at)
        reminded = [
            (address, alert)
            for address, alert in at.channels[Channel.EMAIL].sent
            if alert.kind is AlertKind.REMINDED and alert.yours
        ]
        if reminded:
            break
    address, alert = reminded[0]
    assert (address, alert.holders[0]) == (DUTY["email"], "Duty")
