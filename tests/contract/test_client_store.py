"""Protects: what people accept in a review holds over deploys until the file says the same, and nobody else's word is
lost by it."""

import json
from typing import Any

import pytest

from tests.contract.conftest import Stores
from tests.support.samples import client
from tocsin.domain.case.review import ChangeKind, PlanChange
from tocsin.domain.errors import TransitionError

DUTY, DEPUTY = "duty@agency.example", "deputy@agency.example"


def change(place: str, before: Any, after: Any, kind: ChangeKind = ChangeKind.THRESHOLD) -> PlanChange:
    said = [None if value is None else json.dumps(value, ensure_ascii=False) for value in (before, after)]
    return PlanChange(id="change-1", kind=kind, place=place, before=said[0], after=said[1])


def test_a_file_without_changes_is_read_as_it_was_written(stores: Stores) -> None:
    assert stores.clients.load() is None
    assert stores.clients.changes() == ()
    stores.clients.save(client())

    assert stores.clients.load() == client()
    assert stores.clients.deployed() == client()


def test_what_is_accepted_is_in_force_with_the_next_read(stores: Stores) -> None:
    stores.clients.save(client())

    stores.clients.accept(change("thresholds.crisis", 65, 60))
    stores.clients.accept(change("brands[Аврора].exclude", None, "крейсер", ChangeKind.TERM))
    stores.clients.accept(change("responders.first", DUTY, DEPUTY, ChangeKind.CONTACT))

    loaded = stores.clients.load()
    assert loaded is not None
    assert loaded.thresholds.crisis == 60
    assert loaded.brands[0].exclude == ("крейсер",)
    assert loaded.responders[0].email == DEPUTY
    assert stores.clients.deployed() == client()
    assert len(stores.clients.changes()) == 3


def test_the_same_twice_is_one(stores: Stores) -> None:
    stores.clients.save(client())
    for _ in range(2):
        stores.clients.accept(change("thresholds.crisis", 65, 60))

    assert len(stores.clients.changes()) == 1


def test_a_deploy_keeps_it_until_the_file_says_so(stores: Stores) -> None:
    stores.clients.save(client())
    stores.clients.accept(change("thresholds.crisis", 65, 60))

    stores.clients.save(client(language="es"))
    loaded = stores.clients.load()
    assert loaded is not None
    assert (loaded.language, loaded.thresholds.crisis) == ("es", 60)
    assert len(stores.clients.changes()) == 1

    stores.clients.save(client(thresholds={"crisis": 60}))
    assert stores.clients.changes() == ()
    assert stores.clients.load() == client(thresholds={"crisis": 60})


def test_whoever_writes_something_else_has_decided_anew(stores: Stores) -> None:
    stores.clients.save(client())
    stores.clients.accept(change("thresholds.crisis", 65, 60))

    stores.clients.save(client(thresholds={"crisis": 70}))

    loaded = stores.clients.load()
    assert loaded is not None
    assert loaded.thresholds.crisis == 70
    assert stores.clients.changes() == ()


@pytest.mark.parametrize(
    "wrong",
    [
        change("thresholds.crisis", 50, 60),
        change("thresholds.crisis", 65, 99),
        change("responders.first", DUTY, "nobody@agency.example", ChangeKind.CONTACT),
        change("brands[Нічия].exclude", None, "крейсер", ChangeKind.TERM),
        change("shadow", False, True),
    ],
)
def test_what_does_not_fit_the_file_is_refused(stores: Stores, wrong: PlanChange) -> None:
    stores.clients.save(client())

    with pytest.raises(TransitionError):
        stores.clients.accept(wrong)

    assert stores.clients.load() == client()


def test_what_is_taken_back_leaves_nothing_behind(stores: Stores) -> None:
    stores.clients.save(client())
    for made in (
        change("thresholds.crisis", 65, 60),
        change("brands[Аврора].exclude", None, "крейсер", ChangeKind.TERM),
        change("responders.first", DUTY, DEPUTY, ChangeKind.CONTACT),
    ):
        stores.clients.accept(made)
        stores.clients.accept(made.undone)

    assert stores.clients.changes() == ()
    assert stores.clients.load() == client()


def test_what_is_taken_back_from_under_another_change_is_refused(stores: Stores) -> None:
    stores.clients.save(client())
    first = change("thresholds.crisis", 65, 60)
    stores.clients.accept(first)
    stores.clients.accept(change("thresholds.crisis", 60, 55))

    with pytest.raises(TransitionError):
        stores.clients.accept(first.undone)

    loaded = stores.clients.load()
    assert loaded is not None
    assert loaded.thresholds.crisis == 55


def test_one_change_after_another_at_one_place(stores: Stores) -> None:
    stores.clients.save(client())
    stores.clients.accept(change("thresholds.crisis", 65, 60))
    stores.clients.accept(change("thresholds.crisis", 60, 55))

    stores.clients.save(client(thresholds={"crisis": 60}))

    loaded = stores.clients.load()
    assert loaded is not None
    assert loaded.thresholds.crisis == 55
    assert [one.after for one in stores.clients.changes()] == ["55"]


def text(**facts: Any) -> dict[str, Any]:
    return {
        "scenario": "rumour", "kind": "holding", "language": "uk", "text": "Саме перевіряємо.\nНапишемо до 18:00.",
        "approved_by": DUTY, "expires": "2027-03-01", **facts,
    }  # fmt: skip


def test_a_text_that_is_approved_ahead_stands_in_the_place_of_the_one_before(stores: Stores) -> None:
    place = "prepared_texts[rumour.holding.uk]"
    stores.clients.save(client())
    stores.clients.accept(change(place, None, text(), ChangeKind.TEXT))
    stores.clients.accept(change(place, text(), text(expires="2027-06-01"), ChangeKind.TEXT))
    loaded = stores.clients.load()
    assert loaded is not None
    assert [f"{one.expires}" for one in loaded.prepared_texts] == ["2027-06-01"]
    with pytest.raises(TransitionError):
        stores.clients.accept(change(place, text(), text(expires="2027-09-01"), ChangeKind.TEXT))

    # WHEN the file says the same THEN nothing is laid over it any more
    stores.clients.save(client(prepared_texts=[text(expires="2027-06-01")]))
    assert stores.clients.changes() == ()
