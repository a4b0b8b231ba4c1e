"""Protects: a tap on the link of a test message proves the way that it came by, no other; looking proves nothing."""

import pytest

from tests.support.answering import OLENA, PETRO, World
from tests.support.samples import NOON
from tests.unit.entry.test_answer_site import text_of
from tocsin.adapters.memory_cases import MemoryCaseStore
from tocsin.domain.errors import ConflictError
from tocsin.domain.levels import Level
from tocsin.domain.links import Purpose
from tocsin.domain.outbox import AlertKind, Channel, Delivery, DeliveryState, DeliveryStatus, OutboxItem
from tocsin.domain.readiness_people import proofs
from tocsin.services.readiness import kept_under

NUMBER = "+380441234567"


def sent(world: World, channel: Channel = Channel.SMS, to: str = OLENA, number: int = 1) -> OutboxItem:
    """As `tocsin test-alert --deployed` keeps it."""
    item = OutboxItem(
        incident_id=kept_under(world.client), alert_no=number, channel=channel, recipient=to,
        address=NUMBER if channel is Channel.SMS else to, language="uk", timezone="Europe/Kyiv", kind=AlertKind.TEST,
        brand="Аврора", level=Level.WATCH, index=0, reasons=(), created_at=NOON, planned_at=NOON, due_at=NOON,
        sent_at=NOON, status=DeliveryStatus.SENT,
    )  # fmt: skip
    world.cases.save_case(outbox=(item,))
    return item


def link(world: World, item: OutboxItem, person: str = OLENA) -> str:
    issued = world.links.issue(item.id, person, Purpose.REACHED)
    assert issued is not None
    return issued[0]


def proven(world: World) -> set[tuple[str, Channel, str]]:
    found = proofs(world.client, world.cases.outbox_of(kept_under(world.client)), {}, world.clock.now())
    return {place for place, proof in found.items() if proof.proves}


def test_a_tap_proves_this_way_alone() -> None:
    # GIVEN an SMS and a mail of a test, of neither of which a provider has told
    world = World()
    sms, mail = sent(world), sent(world, Channel.EMAIL, number=2)
    address = link(world, sms)
    assert address != link(world, mail)
    # WHEN the link is looked at, as scanners do THEN nothing is proven
    shown = world.get(f"{address}?lang=en")
    assert shown.status == 200
    assert "It was sent by SMS to +380441234567." in text_of(shown.html)
    assert proven(world) == set()
    # WHEN somebody taps
    answer = world.post(address, {"do": "reached"})
    assert answer.status == 303
    # THEN this way is proven, and the page says so
    assert proven(world) == {(OLENA, Channel.SMS, NUMBER)}
    assert "Записано" in text_of(world.get(answer.location).html)
    # AND a second tap changes nothing
    version = world.cases.outbox_item(sms.id).version  # type: ignore[union-attr]
    assert world.post(address, {"do": "reached"}).status == 303
    assert world.cases.outbox_item(sms.id).version == version  # type: ignore[union-attr]


def test_whoever_taps_has_it_whatever_the_provider_said() -> None:
    world = World()
    item = sent(world)
    lost = Delivery(state=next(state for state in DeliveryState if state.lost), at=NOON)
    world.cases.update_outbox(item.model_copy(update={"delivery": lost, "version": item.version + 1}))
    world.post(link(world, item), {"do": "reached"})
    assert proven(world) == {(OLENA, Channel.SMS, NUMBER)}


def test_a_tap_proves_what_the_sender_took_for_lost() -> None:
    # GIVEN a message that left although the provider did not answer: the command notes it as called off
    world = World()
    item = sent(world)
    lost = {"status": DeliveryStatus.CANCELLED, "last_error": "read timed out", "version": item.version + 1}
    world.cases.update_outbox(item.model_copy(update=lost))
    # WHEN it is tapped THEN the page and `tocsin ready` say the same
    address = link(world, item)
    world.post(address, {"do": "reached"})
    assert "Noted: it reached you." in text_of(world.get(f"{address}?lang=en").html)
    assert proven(world) == {(OLENA, Channel.SMS, NUMBER)}


def test_a_link_is_of_one_s_own_message() -> None:
    world = World()
    item = sent(world)
    assert world.get(link(world, item, PETRO)).status == 404
    gone = item.model_copy(update={"alert_no": 99})
    assert world.get(link(world, gone)).status == 404
    assert proven(world) == set()


def test_a_form_of_another_page_or_site_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    address = link(world, sent(world))
    assert world.post(address, {"do": "ack"}).status == 400
    assert world.post(address, {"do": "reached"}, sec_fetch_site="cross-site").status == 403
    assert proven(world) == set()
    # AND where others write it all the time it is said, not lost
    monkeypatch.setattr(MemoryCaseStore, "update_outbox", lambda *_: (_ for _ in ()).throw(ConflictError("no")))
    assert world.post(address, {"do": "reached"}).status == 409
