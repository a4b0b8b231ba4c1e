"""What providers tell later: read as their documentation has it, never believed blindly, told to whom it concerns."""

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.functions import ROOT
from tests.support.samples import client
from tocsin.adapters.channels.ses_mail import alert_of, tag_of
from tocsin.adapters.memory_cases import MemoryCaseStore
from tocsin.adapters.receipts import read_receipt
from tocsin.domain import escalation
from tocsin.domain.errors import ParseError
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, Channel, Delivery, DeliveryState
from tocsin.domain.receipt import Receipt
from tocsin.services.escalate import Escalate
from tocsin.services.receipts import Receipts

FOLDER = ROOT / "events" / "record_receipts"
ITEM = "aurora-3fb83f-1/1/email/duty@agency.example"
AT = datetime(2026, 11, 22, 12, 0, 2, tzinfo=UTC)


def message(case: str) -> dict[str, Any]:
    record = json.loads((FOLDER / f"{case}.json").read_text(encoding="utf-8"))["Records"][0]
    return dict(json.loads(record["Sns"]["Message"]))


def read(case: str, **changes: Any) -> Receipt | None:
    return read_receipt(json.dumps(message(case) | changes))


def bounce(item: str | None = ITEM, state: DeliveryState = DeliveryState.BOUNCED) -> Receipt:
    delivery = Delivery(state=state, at=AT, reason="Permanent General 5.1.1")
    return Receipt(channel=Channel.EMAIL, delivery=delivery, item_id=item, address="duty@agency.example")


class World:
    """Stands for the store and the escalation; what they do is shown by their own tests."""

    def __init__(self, *, known: bool = True, fails: int = 0) -> None:
        self.known, self.fails = known, fails
        self.items = [self.item(ITEM)] if known else []
        self.moved: list[tuple[str, Delivery]] = []
        self.told: list[tuple[str, str]] = []
        self.service = Receipts(cases=self, escalate=self, operator=self, client="aurora")  # type: ignore[arg-type]

    def item(self, item_id: str, delivery: Delivery | None = None) -> Any:
        incident, _, channel, recipient = item_id.split("/", 3)
        return SimpleNamespace(
            id=item_id, incident_id=incident, channel=Channel(channel), address=recipient, delivery=delivery
        )

    def outbox_item(self, item_id: str) -> Any:
        return next((item for item in self.items if item.id == item_id), None)

    def outbox_of(self, _: str) -> Any:
        return tuple(self.items)

    def receipt(self, item_id: str, delivery: Delivery) -> bool:
        self.moved.append((item_id, delivery))
        self.outbox_item(item_id).delivery = delivery
        return True

    def tell(self, subject: str, text: str) -> None:
        if self.fails:
            self.fails -= 1
            raise OSError("away")
        self.told.append((subject, text))


# -- reading


def test_a_bounce_is_read_without_a_mail_servers_own_words() -> None:
    # GIVEN a bounce whose server says what it likes WHEN read THEN AWS's own words are kept, and those alone
    receipt = read("mail_bounced")
    assert receipt is not None
    assert receipt.item_id == ITEM
    assert receipt.delivery.reason == "Permanent General 5.1.1"
    assert receipt.address == "duty@agency.example"
    assert receipt.delivery.at == datetime(2026, 11, 22, 12, 0, 2, 669000, tzinfo=UTC)


def test_our_tag_goes_before_the_header() -> None:
    # GIVEN an event with our tag, and a header that a long id broke in two WHEN read THEN the tag says whose it is
    event = message("mail_bounced")
    event["mail"]["tags"]["tocsin"] = [tag_of(ITEM)]
    event["mail"]["headers"] = [{"name": "X-Tocsin-Alert", "value": "=?utf-8?q?broken?="}]
    receipt = read_receipt(json.dumps(event))
    assert receipt is not None
    assert receipt.item_id == ITEM


@given(st.text(min_size=1, max_size=150))
def test_a_tag_brings_back_what_it_was_made_of(item: str) -> None:
    assert set(tag_of(item)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    assert alert_of(tag_of(item)) == item


def test_a_call_that_nobody_took_is_a_failed_one() -> None:
    receipt = read("call_not_answered")
    assert receipt is not None
    assert (receipt.channel, receipt.delivery.state) == (Channel.CALL, DeliveryState.FAILED)
    assert receipt.delivery.reason == "no answer"
    assert receipt.address is None


@pytest.mark.parametrize("kind", ["TEXT_QUEUED", "TEXT_PENDING", "TEXT_SENT", "TEXT_UNKNOWN", "VOICE_RINGING", "Open"])
def test_what_is_on_its_way_is_no_news(kind: str) -> None:
    assert read("sms_delivered", eventType=kind) is None


def test_what_the_carrier_took_for_the_moment_is_no_news() -> None:
    assert read("sms_taken_by_the_carrier", isFinal=False) is None


@pytest.mark.parametrize(
    "said",
    ["", "[]", "5", "null", '{"eventType": 5}', '{"eventType": "Bounce"}', '{"eventType": "Bounce", "mail": []}'],
)
def test_what_is_no_event_is_refused(said: str) -> None:
    if said == '{"eventType": 5}':
        assert read_receipt(said) is None
        return
    with pytest.raises(ParseError):
        read_receipt(said)


_KEYS = ["eventType", "mail", "bounce", "headers", "tags", "tocsin", "context", "timestamp"]
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(_KEYS), inner),
)


@given(_JSON)
def test_nothing_that_comes_breaks_the_reader(value: Any) -> None:
    for kind in ("Bounce", "Complaint", "TEXT_BLOCKED", "VOICE_BUSY"):
        event = {**value, "eventType": kind} if isinstance(value, dict) else value
        try:
            receipt = read_receipt(json.dumps(event))
        except ParseError:
            continue
        assert receipt is None or isinstance(receipt, Receipt)


@pytest.mark.parametrize(
    "item", ["", "x", "a/b/email/c", "a/1/email", "a b/1/email/c", "a/1/EMAIL/c", f"{'a' * 201}/1/email/c", 5, None]
)
def test_an_id_that_is_none_of_ours_is_nobodys(item: Any) -> None:
    receipt = read("sms_unreachable", context={"tocsin": item})
    assert receipt is not None
    assert receipt.item_id is None


# -- recording


def test_a_bounced_page_moves_the_escalation_and_tells_the_operator() -> None:
    # GIVEN a page by mail WHEN it bounces THEN another way is taken, and the operator hears which mailbox is dead
    world = World()
    assert world.service.record(bounce())
    assert [item for item, _ in world.moved] == [ITEM]
    [(subject, text)] = world.told
    assert "did not arrive" in subject
    assert "duty@agency.example" in text
    assert "Permanent General 5.1.1" in text
    # WHEN SNS brings the same event again THEN nothing is told twice
    assert world.service.record(bounce())
    assert len(world.told) == 1


def test_a_dead_mailbox_is_told_once_an_incident() -> None:
    world = World()
    lost = Delivery(state=DeliveryState.BOUNCED, at=AT)
    world.items.append(world.item("aurora-3fb83f-1/2/email/duty@agency.example", lost))
    world.service.record(bounce())
    assert world.told == []
    assert world.moved


def test_a_report_that_bounced_is_told_though_it_is_no_alert() -> None:
    world = World(known=False)
    assert not world.service.record(bounce(item=None))
    assert world.moved == []
    assert len(world.told) == 1


def test_a_mail_that_was_called_spam_says_so() -> None:
    world = World()
    world.service.record(bounce(state=DeliveryState.COMPLAINED))
    assert "spam" in world.told[0][0]


def test_a_delivered_mail_is_marked_and_nobody_is_told() -> None:
    world = World()
    assert world.service.record(bounce(state=DeliveryState.DELIVERED))
    assert (len(world.moved), world.told) == (1, [])


def test_an_operator_who_cannot_be_told_stops_nothing() -> None:
    world = World(fails=99)
    assert world.service.record(bounce())
    assert world.moved
    again = World(fails=1)
    again.service.record(bounce())
    assert len(again.told) == 1


def test_a_receipt_of_another_channel_moves_nothing() -> None:
    """Who could write a context of their own must not mark a mail as lost by an SMS's event."""
    world = World()
    forged = bounce().model_copy(update={"channel": Channel.SMS, "address": None})
    assert not world.service.record(forged)
    assert world.moved == []


def test_a_bounced_page_brings_the_next_person_at_once() -> None:
    """With the real escalation: nobody waits for a clock when a receipt says that the page never arrived."""
    # GIVEN an issue of which the one on duty, who has no phone, was paged by mail
    of = client(
        responders=[
            {"name": "Duty", "email": "duty@agency.example", "role": "responsible"},
            {"name": "Deputy", "email": "deputy@agency.example", "phone": "+34911234567", "role": "deputy",
             "sms_from": "crisis", "quiet_hours": None},
        ]
    )  # fmt: skip
    cases, told = MemoryCaseStore(), World()
    storm = Incident.opened(
        id="aurora-1", client="aurora", brand="Аврора", level=Level.ISSUE, index=50, reasons=(), at=AT
    )
    moved = escalation.alarm(of, storm, AlertKind.RAISED, AT)
    cases.save_incident(moved.incident, moved.outbox)
    [mail] = [item for item in moved.outbox if item.recipient == "duty@agency.example"]
    assert not [item for item in moved.outbox if item.channel is Channel.SMS]
    clients: Any = SimpleNamespace(load=lambda: of)
    clock: Any = SimpleNamespace(now=lambda: AT + timedelta(minutes=1))
    service = Receipts(
        cases=cases,
        escalate=Escalate(clients=clients, cases=cases, clock=clock),
        operator=told,
        client="aurora",
    )
    # WHEN that mail bounces
    assert service.record(bounce(mail.id))
    # THEN the deputy is rung in the same minute, the mail says why, and the operator knows which mailbox is dead
    rung = [item for item in cases.outbox_of("aurora-1") if item.channel is Channel.SMS]
    assert [item.recipient for item in rung] == ["deputy@agency.example"]
    kept = cases.outbox_item(mail.id)
    assert kept is not None
    assert kept.delivery is not None
    assert kept.delivery.state is DeliveryState.BOUNCED
    assert len(told.told) == 1
