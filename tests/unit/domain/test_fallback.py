"""Protects: a refusal is never the end: another way to the same person, or the next one at once; and never the same way
twice, nor anybody of the client's."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.samples import NOON, client
from tocsin.domain import escalation
from tocsin.domain.as_of_now import as_of_now
from tocsin.domain.client import Client
from tocsin.domain.errors import TransitionError
from tocsin.domain.escalation import acknowledge, alarm
from tocsin.domain.fallback import ALL, LONGEST_NOTE, at_once, fall_back
from tocsin.domain.incident import Incident, Step
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, Channel, Delivery, DeliveryState, DeliveryStatus, OutboxItem

DUTY, DEPUTY = "duty@agency.example", "deputy@agency.example"
PEOPLE: list[dict[str, Any]] = [
    {
        "name": "Duty",
        "email": DUTY,
        "phone": "+380441234567",
        "second_phone": "+380671234567",
        "role": "responsible",
    },
    {"name": "Deputy", "email": DEPUTY, "phone": "+34911234567", "role": "deputy"},
    {"name": "Boss", "email": "boss@agency.example", "phone": "+34922345678", "role": "director"},
]
NIGHT = datetime(2026, 3, 2, 21, 40, tzinfo=UTC)
FILE = client(
    responders=PEOPLE,
    sms={"provider": "eum", "voice": "+34910000000"},
    client_contacts=[{"name": "Head", "email": "head@aurora.example", "phone": "+380501234567"}],
    channels=[{"kind": "webhook", "name": "pager", "from": "severe", "url": "https://hooks.example/x"}],
)


def burning(level: Level = Level.CRISIS, at: datetime = NOON, of: Client = FILE) -> tuple[Incident, list[OutboxItem]]:
    storm = Incident.opened(id="aurora-1", client="aurora", brand="Аврора", level=level, index=70, reasons=(), at=at)
    moved = alarm(of, storm, AlertKind.RAISED, at)
    return moved.incident, [item.model_copy(update={"status": DeliveryStatus.SENT}) for item in moved.outbox]


def of(items: list[OutboxItem], channel: Channel, person: str = DUTY) -> OutboxItem:
    return next(item for item in items if (item.channel, item.recipient) == (channel, person))


def refused(item: OutboxItem) -> OutboxItem:
    return item.model_copy(update={"status": DeliveryStatus.FAILED, "refusals": 1})


def test_a_refused_sms_is_a_call_at_a_crisis_and_tells_why() -> None:
    incident, items = burning()
    sms = refused(of(items, Channel.SMS))
    moved = fall_back(FILE, incident, sms, NOON, "OptedOut", alerts=items)
    [instead] = moved.outbox
    assert (instead.channel, instead.address, instead.fallback_for) == (Channel.CALL, "+380441234567", Channel.SMS)
    assert instead.alert_no == incident.alert_no + 1
    assert (moved.incident.version, moved.incident.alert_no) == (incident.version + 1, instead.alert_no)
    entry = moved.incident.timeline[-1]
    assert (entry.step, entry.who, entry.note, entry.channels) == (Step.PAGE, DUTY, "sms: OptedOut", ("call",))


def test_at_an_issue_nobody_is_called_but_the_second_number_is_tried() -> None:
    incident, items = burning(Level.ISSUE)
    moved = fall_back(FILE, incident, refused(of(items, Channel.SMS)), NOON, "OptedOut", alerts=items)
    assert [(one.channel, one.address) for one in moved.outbox] == [(Channel.SMS, "+380671234567")]


def test_without_money_for_sms_no_second_sms_is_tried() -> None:
    incident, items = burning()
    sms, left = refused(of(items, Channel.SMS)), ALL - {Channel.SMS}
    [call] = fall_back(FILE, incident, sms, NOON, "limit", alerts=items, available=left).outbox
    assert call.channel is Channel.CALL
    moved = fall_back(FILE, incident, sms, NOON, "limit", alerts=items, available=left - {Channel.CALL})
    assert (Channel.SMS, DUTY) not in {(one.channel, one.recipient) for one in moved.outbox}
    assert {one.recipient for one in moved.outbox} - {DUTY}, "the next one is asked at once"


def test_where_nothing_rings_a_crisis_goes_to_the_webhook_and_to_the_next_person() -> None:
    incident, items = burning()
    nothing = frozenset({Channel.EMAIL, Channel.WEBHOOK})
    moved = fall_back(FILE, incident, refused(of(items, Channel.SMS)), NOON, "down", alerts=items, available=nothing)
    assert (Channel.WEBHOOK, "pager") in {(one.channel, one.recipient) for one in moved.outbox}
    asked = {one.recipient for one in moved.outbox if one.channel is Channel.SMS}
    assert asked == {"boss@agency.example"}
    again = fall_back(
        FILE, moved.incident, refused(of(items, Channel.SMS)), NOON, "down",
        alerts=[*items, *moved.outbox], available=nothing,
    )  # fmt: skip
    assert again.incident is moved.incident, "once a round"


def test_a_lost_mail_matters_only_to_whom_nothing_else_has_reached() -> None:
    incident, items = burning()
    mail = refused(of(items, Channel.EMAIL))
    assert fall_back(FILE, incident, mail, NOON, "bounced", alerts=items).incident is incident
    bounced = Delivery(state=DeliveryState.FAILED, at=NOON)
    lost = [one.model_copy(update={"delivery": bounced}) if one.channel is Channel.SMS else one for one in items]
    [call] = fall_back(FILE, incident, mail, NOON, "bounced", alerts=lost).outbox
    assert call.channel is Channel.CALL


def test_quiet_hours_hold_for_the_other_way_too() -> None:
    evening = datetime(2026, 3, 2, 19, 50, tzinfo=UTC)
    incident, items = burning(Level.ISSUE, evening)
    moved = fall_back(FILE, incident, refused(of(items, Channel.SMS)), NIGHT, "OptedOut", alerts=items)
    assert not [one for one in moved.outbox if one.recipient == DUTY and one.channel in {Channel.SMS, Channel.CALL}]


def test_who_has_taken_it_is_not_rung_by_another_way() -> None:
    incident, items = burning()
    taken = acknowledge(FILE, incident, DUTY, NOON).incident
    assert fall_back(FILE, taken, refused(of(items, Channel.SMS)), NOON, "down", alerts=items).incident is taken


def test_the_clients_own_people_are_told_no_accusation() -> None:
    incident, _ = burning()
    with pytest.raises(TransitionError, match="accuses"):
        escalation.tell_client(FILE, incident, DUTY, "head@aurora.example", "Bots of a competitor wrote this.", NOON)


def test_what_a_clients_contact_did_not_get_is_noted_and_goes_no_other_way() -> None:
    incident, _ = burning()
    told = escalation.tell_client(FILE, incident, DUTY, "head@aurora.example", "We know of it.", NOON, Channel.SMS)
    [item] = told.outbox
    moved = fall_back(FILE, told.incident, refused(item), NOON, "x" * 900, alerts=[item])
    assert moved.outbox == ()
    entry = moved.incident.timeline[-1]
    assert (entry.step, entry.who, len(entry.note or "")) == (Step.TELL_CLIENT, "head@aurora.example", LONGEST_NOTE)

    # AND it may be sent again, which a second tap on what arrived may not
    def again(channel: Channel) -> tuple[OutboxItem, ...]:
        words = (DUTY, "head@aurora.example", "We know of it.", NOON + timedelta(minutes=1), channel)
        return escalation.tell_client(FILE, moved.incident, *words).outbox

    assert again(Channel.SMS)


def test_an_issue_without_money_for_sms_asks_not_everybody_at_once() -> None:
    # GIVEN an issue whose mail is on its way WHEN its SMS is not paid for THEN nobody counts as unreached by that
    incident, items = burning(Level.ISSUE)
    sms = of(items, Channel.SMS).model_copy(update={"status": DeliveryStatus.CANCELLED, "refusals": 1})
    moved = fall_back(FILE, incident, sms, NOON, "kept for a crisis", alerts=items, available=ALL - {Channel.SMS})
    assert moved == (incident, ())
    # BUT with the mail lost too the next one is asked
    lost = [refused(item) if item.channel is Channel.EMAIL else item for item in items]
    moved = fall_back(FILE, incident, sms, NOON, "kept for a crisis", alerts=lost, available=ALL - {Channel.SMS})
    assert DEPUTY in {item.recipient for item in moved.outbox}


def test_what_is_tried_again_for_a_clients_contact_is_not_noted_as_lost() -> None:
    incident, _ = burning()
    told = escalation.tell_client(FILE, incident, DUTY, "head@aurora.example", "We know of it.", NOON)
    once = told.outbox[0].model_copy(update={"refusals": 1})
    assert fall_back(FILE, told.incident, once, NOON, "throttled", alerts=[]).incident is told.incident


def test_a_lost_first_mail_rings_nobody_who_is_off_duty() -> None:
    # GIVEN somebody whose week it is not, who is written to only
    other = {**PEOPLE[0], "name": "Other", "email": "other@agency.example"}
    rota = [{"name": "week", "people": [DUTY, other["email"]], "starts": "2026-03-02"}]
    of_rota = client(responders=[PEOPLE[0], other, PEOPLE[1]], rota=rota)
    incident, items = burning(of=of_rota)
    mail = refused(of(items, Channel.EMAIL, other["email"]))
    # WHEN their mail bounces THEN they sleep on
    assert fall_back(of_rota, incident, mail, NOON, "bounced", alerts=items).outbox == ()


@pytest.mark.parametrize("person", [DUTY, DEPUTY])
def test_a_lost_first_mail_rings_nobody_for_what_somebody_has(person: str) -> None:
    # GIVEN a crisis that is taken before the others' SMS were sent
    incident, items = burning(at=NIGHT)
    late = [
        item.model_copy(update={"status": DeliveryStatus.CANCELLED}) if item.channel is Channel.SMS else item
        for item in items
    ]
    taken = acknowledge(FILE, incident, DUTY, NIGHT + timedelta(seconds=5)).incident
    # WHEN a mail of the alarm bounces minutes later THEN nobody is rung for it
    mail = refused(of(late, Channel.EMAIL, person))
    assert fall_back(FILE, taken, mail, NIGHT + timedelta(minutes=2), "bounced", alerts=late) == (taken, ())


@pytest.mark.parametrize("level", [Level.ISSUE, Level.CRISIS])
def test_rooms_machines_and_good_news_have_no_other_way(level: Level) -> None:
    incident, items = burning(level)
    topic = next(item for item in items if item.channel is Channel.TOPIC)
    assert fall_back(FILE, incident, refused(topic), NOON, "down", alerts=items).incident is incident
    good = of(items, Channel.EMAIL).model_copy(update={"kind": AlertKind.RESOLVED})
    assert fall_back(FILE, incident, refused(good), NOON, "down", alerts=items).incident is incident


def test_good_news_that_no_sms_may_bring_comes_by_mail() -> None:
    incident, items = burning()
    calm = incident.releveled(Level.CALM, index=0, reasons=(), at=NOON)
    good = refused(of(items, Channel.SMS)).model_copy(update={"kind": AlertKind.RESOLVED, "alert_no": calm.alert_no})
    [mail] = fall_back(FILE, calm, good, NOON, "the month's limit is reached", alerts=[]).outbox
    assert (mail.channel, mail.recipient, mail.kind) == (Channel.EMAIL, DUTY, AlertKind.RESOLVED)
    assert as_of_now(FILE, mail, calm.model_copy(update={"alert_no": mail.alert_no})) == mail


def test_only_a_crisis_does_not_wait_for_the_next_attempt() -> None:
    crisis, issue = burning()[0], burning(Level.ISSUE)[0]
    assert at_once(crisis, permanent=False)
    assert not at_once(issue, permanent=False)
    assert at_once(issue, permanent=True)


channels = st.sampled_from([Channel.SMS, Channel.CALL, Channel.EMAIL])


@given(
    st.sampled_from([Level.ISSUE, Level.CRISIS, Level.SEVERE]),
    st.frozensets(channels),
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 5)), max_size=25),
)
def test_whatever_is_refused_somebody_is_asked_and_no_way_is_taken_twice(
    level: Level, missing: frozenset[Channel], refusals: list[tuple[int, int]]
) -> None:
    """Every message may be refused, in any order, at any pace, with any of the channels not there at all."""
    incident, items = burning(level)
    now, available = NOON, ALL - missing
    for number, pause in refusals:
        now += timedelta(seconds=pause)
        pending = [one for one in items if one.status is not DeliveryStatus.FAILED]
        if not pending:
            break
        chosen = pending[number % len(pending)]
        items[items.index(chosen)] = item = refused(chosen)
        moved = fall_back(FILE, incident, item, now, "refused", alerts=items, available=available)
        # one step, or none
        assert moved.incident.version - incident.version == int(moved.incident is not incident)
        assert len(moved.outbox) <= 90
        ids = [one.id for one in (*items, *moved.outbox)]
        assert len(ids) == len(set(ids))
        # never the same way of one person twice in a round, never one that is not there, never a client's contact
        page = incident.paging.of(item.recipient) if incident.paging else None
        since = page.last_no if page else item.alert_no
        before = {
            (one.channel, one.address) for one in items if one.recipient == item.recipient and one.alert_no >= since
        }
        for one in moved.outbox:
            assert one.recipient != "head@aurora.example"
            if one.fallback_for is not None and one.recipient == item.recipient:
                assert (one.channel, one.address) not in before
                assert one.channel in available
        incident = moved.incident
        items += [one.model_copy(update={"status": DeliveryStatus.SENT}) for one in moved.outbox]
        assert incident.paging is not None
        assert incident.paging.next_at is not None, "the clocks go on"


def test_a_text_that_was_approved_is_sent_as_it_is_whatever_happens() -> None:
    incident, _ = burning()
    told = escalation.tell_client(FILE, incident, DUTY, "head@aurora.example", "We know of it.", NOON)
    calm = told.incident.releveled(Level.CALM, index=0, reasons=(), at=NOON)
    assert as_of_now(FILE, told.outbox[0], calm, told.outbox) == told.outbox[0]
