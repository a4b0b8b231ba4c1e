"""Protects: a transition carries its alerts or nothing is written; the loser of a race learns it."""

from datetime import timedelta

import pytest

from tests.contract.conftest import Stores
from tests.support.samples import NOON, client
from tocsin.domain.brand_state import BrandState
from tocsin.domain.errors import ConflictError
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, DeliveryStatus, OutboxItem, plan_alerts
from tocsin.domain.reasons import Reason, ReasonName

BRAND = "Аврора"
STATE = BrandState(brand=BRAND, version=1, level=Level.CRISIS, assessed_at=NOON, assessed_seq=4)
REASON = Reason(name=ReasonName.SURGE, points=31.5, count=12, minutes=60, usual=0.4)


def incident(number: int = 1) -> Incident:
    return Incident.opened(
        id=f"aurora-{number}", client="aurora", brand=BRAND, level=Level.CRISIS, index=71.5, reasons=(REASON,), at=NOON
    )


def alerts(of: Incident) -> tuple[OutboxItem, ...]:
    return plan_alerts(client(), of, AlertKind.RAISED, NOON)


def test_what_was_saved_is_read_back_whole(stores: Stores) -> None:
    storm = incident()
    stores.cases.save_assessment(STATE, incident=storm, outbox=alerts(storm))

    assert stores.cases.brand_state(BRAND) == STATE
    assert stores.cases.incident(storm.id) == storm
    assert sorted(stores.cases.outbox_of(storm.id), key=lambda item: item.id) == sorted(
        alerts(storm), key=lambda item: item.id
    )
    for item in alerts(storm):
        assert stores.cases.outbox_item(item.id) == item


def test_what_is_not_there_is_calm_or_none(stores: Stores) -> None:
    assert stores.cases.brand_state("Nobody") == BrandState(brand="Nobody")
    assert stores.cases.incident("aurora-9") is None
    assert stores.cases.outbox_item("aurora-9/1/email/duty@agency.example") is None
    assert stores.cases.outbox_of("aurora-9") == ()


def test_a_second_writer_of_the_same_version_loses(stores: Stores) -> None:
    stores.cases.save_assessment(STATE)

    with pytest.raises(ConflictError):
        stores.cases.save_assessment(STATE.model_copy(update={"index": 1.0}))

    assert stores.cases.brand_state(BRAND).index == STATE.index


@pytest.mark.parametrize("stale", ["state", "incident", "outbox"])
def test_one_stale_part_stops_the_whole_step(stores: Stores, stale: str) -> None:
    """Protects: no alert without its transition, no transition without its alerts."""
    storm = incident()
    if stale == "state":
        stores.cases.save_assessment(STATE)
    elif stale == "incident":
        stores.cases.save_assessment(BrandState(brand="Other", version=1), incident=storm)
    else:
        stores.cases.save_assessment(BrandState(brand="Other", version=1), outbox=alerts(storm)[:1])
    before = stores.cases.brand_state(BRAND)

    with pytest.raises(ConflictError):
        stores.cases.save_assessment(STATE, incident=storm, outbox=alerts(storm))

    assert stores.cases.brand_state(BRAND) == before
    assert len(stores.cases.outbox_of(storm.id)) == (1 if stale == "outbox" else 0)


def test_pending_lists_what_is_due_oldest_first_until_it_is_done(stores: Stores) -> None:
    storm = incident()
    items = alerts(storm)
    early = [item.model_copy(update={"due_at": NOON - timedelta(minutes=n)}) for n, item in enumerate(items)]
    stores.cases.save_assessment(STATE, incident=storm, outbox=early)

    # THEN the one that waits longest is first, and what is due later is not there
    assert stores.cases.pending(NOON + timedelta(microseconds=1), 50) == tuple(item.id for item in reversed(early))
    assert stores.cases.pending(NOON - timedelta(minutes=len(items) - 2), 50) == (early[-1].id,)
    assert len(stores.cases.pending(NOON + timedelta(days=1), 2)) == 2

    # WHEN one is sent
    sent = early[-1].model_copy(update={"status": DeliveryStatus.SENT, "version": 2})
    stores.cases.update_outbox(sent)

    # THEN it is no longer pending
    assert early[-1].id not in stores.cases.pending(NOON + timedelta(days=1), 50)
    assert stores.cases.outbox_item(sent.id) == sent


def test_only_one_run_claims_an_alert(stores: Stores) -> None:
    storm = incident()
    stores.cases.save_assessment(STATE, incident=storm, outbox=alerts(storm))
    claimed = alerts(storm)[0].model_copy(update={"attempts": 1, "version": 2})
    stores.cases.update_outbox(claimed)

    with pytest.raises(ConflictError):
        stores.cases.update_outbox(claimed)


def test_what_was_given_up_stays_in_sight_from_that_moment(stores: Stores) -> None:
    storm = incident()
    items = alerts(storm)
    stores.cases.save_assessment(STATE, incident=storm, outbox=items)
    given_up = items[0].model_copy(
        update={"status": DeliveryStatus.FAILED, "version": 2, "due_at": NOON + timedelta(minutes=5)}
    )
    stores.cases.update_outbox(given_up)

    assert stores.cases.failed(NOON, 50) == (given_up.id,)
    assert stores.cases.failed(NOON + timedelta(minutes=6), 50) == ()
    assert given_up.id not in stores.cases.pending(NOON + timedelta(days=1), 50)
