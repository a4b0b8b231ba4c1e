"""Protects: a pause loses no alert that was planned before it; what always alerts is sent in shadow."""

from datetime import timedelta

from tests.support.samples import client
from tests.unit.services.support import House
from tocsin.domain.brand_state import BrandState
from tocsin.domain.controls import Controls
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, Channel, DeliveryStatus, OutboxItem, plan_alerts

HOUR = timedelta(hours=1)


def planned(at: House, *, always: bool = False) -> tuple[OutboxItem, ...]:
    storm = Incident.opened(
        id="aurora-1", client="aurora", brand="Аврора", level=Level.CRISIS, index=70, reasons=(), at=at.clock.at
    )
    items = plan_alerts(at.clients.load() or client(), storm, AlertKind.RAISED, at.clock.at)
    items = tuple(item.model_copy(update={"always": always}) for item in items)
    at.cases.save_assessment(BrandState(brand="Аврора", version=1, told=Level.CRISIS), incident=storm, outbox=items)
    return items


def test_what_was_planned_before_a_pause_waits_for_its_end() -> None:
    at = House()
    items = planned(at)
    end = at.clock.at + 2 * HOUR
    at.controls.save(Controls().paused(end, by="olha", at=at.clock.at))
    for _ in range(8):
        assert {at.notify.deliver(item.id) for item in items} == {DeliveryStatus.PENDING}
        assert not any(channel.sent for channel in at.channels.values())
        at.clock.forward(minutes=15)
    assert {at.notify.deliver(item.id) for item in items} == {DeliveryStatus.SENT}
    assert len(at.channels[Channel.SMS].sent) == 2


def test_what_waits_for_a_pause_that_is_ended_early_goes_out_soon() -> None:
    at = House()
    [first, *_] = planned(at)
    paused = Controls().paused(at.clock.at + 2 * HOUR, by="olha", at=at.clock.at)
    at.controls.save(paused)
    at.notify.deliver(first.id)
    at.clock.forward(minutes=30)
    at.controls.save(paused.resumed(by="olha", at=at.clock.at))
    assert at.notify.deliver(first.id) is DeliveryStatus.SENT


def test_what_always_alerts_is_sent_in_shadow_and_nothing_else_is() -> None:
    for always, status in ((True, DeliveryStatus.SENT), (False, DeliveryStatus.CANCELLED)):
        at = House(client(shadow=True))
        assert {at.notify.deliver(item.id) for item in planned(at, always=always)} == {status}


def test_an_armed_client_is_told_though_its_file_says_shadow() -> None:
    of = client(shadow=True)
    at = House(of)
    at.controls.save(Controls().arm(of, by="olha", at=at.clock.at))
    assert {at.notify.deliver(item.id) for item in planned(at)} == {DeliveryStatus.SENT}
