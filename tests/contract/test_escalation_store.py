"""Protects: an incident is found again when its clock is due, its step carries its alerts, and a link that was taken
back stays so."""

from datetime import timedelta

import pytest

from tests.contract.conftest import Stores
from tests.support.samples import NOON, client
from tocsin.domain.bundling import Rung
from tocsin.domain.errors import ConflictError
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.links import Link, Purpose, link_to
from tocsin.domain.outbox import AlertKind, OutboxItem, plan_alerts
from tocsin.domain.paging import Page, Paging
from tocsin.domain.raids import Raids

BRAND = "Аврора"
DUTY = "duty@agency.example"
SOON = NOON + timedelta(seconds=1)


def storm(number: int = 1, *, minutes: int | None = 3) -> Incident:
    page = Page(person=DUTY, since=NOON, level=Level.CRISIS, last_at=NOON, last_no=1)
    due = NOON + timedelta(minutes=minutes) if minutes is not None else None
    opened = Incident.opened(
        id=f"aurora-{number}", client="aurora", brand=BRAND, level=Level.CRISIS, index=71.5, reasons=(), at=NOON
    )
    paging = Paging(level=Level.CRISIS, urgency=Level.CRISIS, since=NOON, people=(page,), next_at=due)
    return opened.model_copy(update={"paging": paging})


def later(of: Incident, minutes: int | None) -> Incident:
    """Its next version, with another clock."""
    assert of.paging is not None
    due = NOON + timedelta(minutes=minutes) if minutes is not None else None
    paging = of.paging.model_copy(update={"next_at": due})
    return of.model_copy(update={"paging": paging, "version": of.version + 1})


def alerts(of: Incident) -> tuple[OutboxItem, ...]:
    return plan_alerts(client(), of, AlertKind.RAISED, NOON)


def link() -> Link:
    return link_to(Purpose.ANSWER, "aurora-1", DUTY, client="aurora", key="k" * 32, now=NOON)


def test_a_step_and_its_alerts_are_read_back_whole(stores: Stores) -> None:
    stores.cases.save_incident(storm(), alerts(storm()))
    assert stores.cases.incident("aurora-1") == storm()
    assert {item.id for item in stores.cases.outbox_of("aurora-1")} == {item.id for item in alerts(storm())}


@pytest.mark.parametrize("stale", ["incident", "outbox"])
def test_one_stale_part_stops_the_whole_step(stores: Stores, stale: str) -> None:
    """Protects: nobody is asked by a step that was not written, and no step is written that asks nobody."""
    stores.cases.save_incident(storm(), alerts(storm()))
    newer = later(storm(), 6)
    fresh = [item.model_copy(update={"alert_no": 2}) for item in alerts(storm())]
    step, items = (storm(), fresh) if stale == "incident" else (newer, [*fresh, alerts(storm())[0]])

    with pytest.raises(ConflictError):
        stores.cases.save_incident(step, items)

    assert stores.cases.incident("aurora-1") == storm()
    assert {item.alert_no for item in stores.cases.outbox_of("aurora-1")} == {1}


def test_the_loser_of_a_race_for_a_step_without_alerts_learns_it(stores: Stores) -> None:
    stores.cases.save_incident(storm())
    stores.cases.save_incident(later(storm(), 6))
    with pytest.raises(ConflictError):
        stores.cases.save_incident(later(storm(), 9))
    assert stores.cases.incident("aurora-1") == later(storm(), 6)


def test_an_incident_is_due_by_its_clock_oldest_first_and_not_without_one(stores: Stores) -> None:
    for number, minutes in ((1, 3), (2, 1), (3, None), (4, 9)):
        stores.cases.save_incident(storm(number, minutes=minutes))
    assert stores.cases.due_incidents(NOON + timedelta(minutes=5), 50) == ("aurora-2", "aurora-1")
    assert stores.cases.due_incidents(NOON + timedelta(minutes=3), 50) == ("aurora-2",)
    assert stores.cases.due_incidents(NOON + timedelta(hours=1), 2) == ("aurora-2", "aurora-1")

    # WHEN it waits for nothing any more
    stores.cases.save_incident(later(storm(2, minutes=1), None))

    # THEN it is not found
    assert stores.cases.due_incidents(NOON + timedelta(minutes=5), 50) == ("aurora-1",)


def test_incidents_and_alerts_do_not_meet_in_the_index(stores: Stores) -> None:
    stores.cases.save_incident(storm(), alerts(storm()))
    hour = NOON + timedelta(hours=1)
    assert stores.cases.due_incidents(hour, 50) == ("aurora-1",)
    assert set(stores.cases.pending(hour, 50)) == {item.id for item in alerts(storm())}


def test_messages_are_listed_from_an_alerts_number_on(stores: Stores) -> None:
    """Protects: a long crisis has hundreds of messages, and what is asked of the last ones reads no others."""
    for number in (1, 2, 11):
        items = [item.model_copy(update={"alert_no": number}) for item in alerts(storm())]
        stores.cases.save_incident(storm(number), items)
        assert {item.alert_no for item in stores.cases.outbox_of("aurora-1", number)} == {number}
    assert {item.alert_no for item in stores.cases.outbox_of("aurora-1", 2)} == {2, 11}
    assert {item.alert_no for item in stores.cases.outbox_of("aurora-1", -3)} == {1, 2, 11}
    assert stores.cases.outbox_of("aurora-1", 12) == ()


def test_an_assessment_keeps_the_incidents_clock(stores: Stores) -> None:
    from tocsin.domain.brand_state import BrandState

    stores.cases.save_assessment(BrandState(brand=BRAND, version=1), incident=storm(), outbox=alerts(storm()))
    assert stores.cases.due_incidents(NOON + timedelta(hours=1), 50) == ("aurora-1",)


def test_a_link_is_kept_and_prolonged_until_it_is_taken_back(stores: Stores) -> None:
    assert stores.cases.link(link().code) is None
    stores.cases.save_link(link())
    prolonged = link().model_copy(update={"expires_at": NOON + timedelta(days=9)})
    stores.cases.save_link(prolonged)
    assert stores.cases.link(link().code) == prolonged

    taken = prolonged.model_copy(update={"revoked_at": SOON})
    stores.cases.save_link(taken)
    stores.cases.save_link(taken)
    with pytest.raises(ConflictError):
        stores.cases.save_link(link())
    assert stores.cases.link(link().code) == taken


def test_raids_are_written_on_their_version(stores: Stores) -> None:
    assert stores.cases.raids() == Raids()
    on = Raids().told("Київська область", NOON, on=True)
    stores.cases.save_raids(on)
    assert stores.cases.raids() == on
    with pytest.raises(ConflictError):
        stores.cases.save_raids(Raids().told("Lviv", NOON, on=True))
    stores.cases.save_raids(on.told("КИЇВСЬКА ОБЛАСТЬ", SOON, on=False))
    assert stores.cases.raids().active(SOON) == frozenset()


def test_when_a_number_rang_last_is_written_on_its_version(stores: Stores) -> None:
    number = "+380441234567"
    assert stores.cases.rung(number) == Rung()
    first = Rung().again("aurora-1/1/sms/duty@agency.example", Level.ISSUE, NOON)
    stores.cases.save_rung(number, first)
    with pytest.raises(ConflictError):
        stores.cases.save_rung(number, Rung().again("other", Level.ISSUE, NOON))
    assert stores.cases.rung(number) == first
    assert stores.cases.rung("+34911234567") == Rung()
