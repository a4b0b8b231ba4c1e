"""Protects: a step of a case is written whole or not at all; its history only grows; what waits is found when due."""

from datetime import timedelta

import pytest

from tests.contract.conftest import Stores
from tests.support.samples import NOON, client
from tocsin.domain.brand_state import BrandState
from tocsin.domain.case.file import CaseEvent, CaseFile, What, timeline_of
from tocsin.domain.case.promises import Promise
from tocsin.domain.errors import ConflictError
from tocsin.domain.incident import TIMELINE_CAP, Held, Incident, Step
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, OutboxItem, plan_alerts

BRAND = "Аврора"
STATE = BrandState(brand=BRAND, version=1, level=Level.CRISIS, assessed_at=NOON, assessed_seq=4)
MINUTE = timedelta(minutes=1)


def incident(number: int = 1) -> Incident:
    opened = Incident.opened(
        id=f"aurora-{number}", client="aurora", brand=BRAND, level=Level.CRISIS, index=71.5, reasons=(), at=NOON
    )
    return opened.model_copy(
        update={"held": Held(level=Level.CRISIS, by="duty@agency.example", at=NOON, why="дзвінок")}
    )


def file(of: Incident, version: int = 1, **facts: object) -> CaseFile:
    promise = Promise(
        id="promise-1", what="Передзвонити", to="Olena", owner="duty@agency.example", due_at=NOON, made_at=NOON,
        made_by="duty@agency.example",
    )  # fmt: skip
    return CaseFile.opened(of, version=version, promises=(promise,)).with_(**facts)


def event(what: What, **facts: object) -> CaseEvent:
    return CaseEvent.model_validate({"at": NOON, "what": what, **facts})


def alerts(of: Incident) -> tuple[OutboxItem, ...]:
    return plan_alerts(client(), of, AlertKind.RAISED, NOON)


def test_a_case_that_opens_with_its_alarm_is_read_back_whole(stores: Stores) -> None:
    storm = incident()
    opened = event(What.OPENED, of="crisis")

    stores.cases.save_assessment(STATE, incident=storm, outbox=alerts(storm), file=file(storm), events=(opened,))

    assert stores.cases.case_file(storm.id) == file(storm)
    assert stores.cases.case_events(storm.id) == (opened,)
    assert stores.cases.incident(storm.id) == storm


def test_what_is_not_there_has_no_file_and_no_history(stores: Stores) -> None:
    assert stores.cases.case_file("aurora-9") is None
    assert stores.cases.case_events("aurora-9") == ()
    assert stores.cases.due_cases(NOON + 999 * MINUTE, 10) == ()


def test_events_come_back_in_the_order_of_steps_and_within_a_step(stores: Stores) -> None:
    storm = incident()
    written = []
    for version in range(1, 13):
        events = [event(What.NOTED, words=f"{version}.{number}") for number in range(3)]
        stores.cases.save_case((file(storm, version),), events={storm.id: events})
        written += events

    assert stores.cases.case_events(storm.id) == tuple(written)


@pytest.mark.parametrize("stale", ["file", "incident", "outbox", "state"])
def test_one_stale_part_stops_the_whole_step(stores: Stores, stale: str) -> None:
    # GIVEN a case, and one part of the next step that somebody else has written meanwhile
    storm = incident()
    stores.cases.save_assessment(STATE, incident=storm, file=file(storm))
    again = storm.model_copy(update={"version": 2, "alert_no": 2})
    state = STATE.model_copy(update={"version": 2, "incident_id": "aurora-2"})
    if stale == "file":
        stores.cases.save_case((file(storm, 2),))
    elif stale == "incident":
        stores.cases.save_incident(again)
    elif stale == "outbox":
        stores.cases.save_case((), outbox=alerts(again)[:1])
    else:
        stores.cases.save_assessment(state)
    before = (stores.cases.case_file(storm.id), stores.cases.incident(storm.id), stores.cases.brand_state(BRAND))
    sent = len(stores.cases.outbox_of(storm.id))

    # WHEN the step is written
    with pytest.raises(ConflictError):
        stores.cases.save_case(
            (file(storm, 2, owner="deputy@agency.example"),),
            incidents=(again,),
            events={storm.id: [event(What.ASSIGNED)]},
            outbox=alerts(again),
            states=(state.model_copy(update={"incident_id": "aurora-3"}),),
        )

    # THEN nothing of it is there
    after = (stores.cases.case_file(storm.id), stores.cases.incident(storm.id), stores.cases.brand_state(BRAND))
    assert after == before
    assert stores.cases.case_events(storm.id) == ()
    assert len(stores.cases.outbox_of(storm.id)) == sent


def test_a_case_opens_once_and_takes_its_alarm_with_it(stores: Stores) -> None:
    storm = incident()
    stores.cases.save_case((file(storm),))

    with pytest.raises(ConflictError):
        stores.cases.save_assessment(STATE, incident=storm, outbox=alerts(storm), file=file(storm))

    assert stores.cases.incident(storm.id) is None
    assert stores.cases.outbox_of(storm.id) == ()
    assert stores.cases.brand_state(BRAND) == BrandState(brand=BRAND)


def test_two_cases_move_in_one_step_or_not_at_all(stores: Stores) -> None:
    # GIVEN two cases, and a race for the second of them
    one, other = incident(1), incident(2)
    for storm in (one, other):
        stores.cases.save_case((file(storm),), incidents=(storm,))
    stores.cases.save_case((file(other, 2),))

    # WHEN they are merged
    moved = {"version": 2, "promises": ()}
    with pytest.raises(ConflictError):
        stores.cases.save_case(
            (file(one).with_(**moved), file(other, 2)),
            events={one.id: [event(What.MERGED)], other.id: [event(What.LINKED)]},
        )

    # THEN the first still owes what it owed
    kept = stores.cases.case_file(one.id)
    assert kept is not None
    assert kept.owed
    assert stores.cases.case_events(one.id) == stores.cases.case_events(other.id) == ()

    # AND with the version of now both are written
    stores.cases.save_case(
        (file(one).with_(**moved), file(other, 3)),
        incidents=(one.model_copy(update={"version": 2}), other.model_copy(update={"version": 2})),
        events={one.id: [event(What.MERGED)], other.id: [event(What.LINKED)]},
        states=(STATE.model_copy(update={"incident_id": other.id}),),
    )
    assert [each.what for each in stores.cases.case_events(one.id)] == [What.MERGED]
    assert [each.what for each in stores.cases.case_events(other.id)] == [What.LINKED]
    assert stores.cases.brand_state(BRAND).incident_id == other.id


def test_what_is_due_is_found_oldest_first_and_no_more_once_it_waits_for_nothing(stores: Stores) -> None:
    due = {number: NOON + minutes * MINUTE for number, minutes in ((1, 5), (2, 3), (3, 9))}
    for number, at in due.items():
        stores.cases.save_case((file(incident(number), next_at=at),))

    assert stores.cases.due_cases(NOON + 6 * MINUTE, 10) == ("aurora-2", "aurora-1")
    assert stores.cases.due_cases(NOON + 10 * MINUTE, 2) == ("aurora-2", "aurora-1")
    stores.cases.save_case((file(incident(2), 2, next_at=None),))
    stores.cases.save_case((file(incident(1), 2, next_at=NOON + 20 * MINUTE),))
    assert stores.cases.due_cases(NOON + 10 * MINUTE, 10) == ("aurora-3",)


def test_a_due_case_is_no_due_page_nor_a_waiting_message(stores: Stores) -> None:
    """Protects: they share an index."""
    storm = incident()
    stores.cases.save_case((file(storm, next_at=NOON),), incidents=(storm,))

    assert stores.cases.due_incidents(NOON + MINUTE, 10) == ()
    assert stores.cases.pending(NOON + MINUTE, 10) == ()
    assert stores.cases.due_links(NOON + MINUTE, 10) == ()


def test_a_long_case_of_many_words_is_read_back_whole(stores: Stores) -> None:
    storm = incident()
    many = tuple(
        Promise(
            id=f"promise-{number}", what=f"Обіцянка {number}: " + "слово " * 40, to="клієнти", due_at=NOON,
            owner="duty@agency.example", made_at=NOON, made_by="duty@agency.example",
        )
        for number in range(1, 61)
    )  # fmt: skip
    stores.cases.save_case((file(storm, promises=many),))

    kept = stores.cases.case_file(storm.id)
    assert kept is not None
    assert kept.promises == many


def test_what_leaves_a_long_timeline_stands_in_the_history_for_ever(stores: Stores) -> None:
    # GIVEN an incident whose timeline is full
    storm = incident()
    for number in range(1, TIMELINE_CAP):
        storm = storm.noted(Step.PAGE, at=NOON + number * MINUTE, who=f"p{number}@agency.example")
    stores.cases.save_assessment(STATE, incident=storm.model_copy(update={"version": 1}), file=file(storm))
    assert stores.cases.case_events(storm.id) == ()

    # WHEN it is written in each of the three ways, each with a page more, one of them with an event
    wholly = storm.timeline
    for number, way in enumerate(("assessment", "incident", "case")):
        read = stores.cases.incident(storm.id)
        assert read is not None
        assert read.left == ()
        at = NOON + (TIMELINE_CAP + number) * MINUTE
        after = read.noted(Step.PAGE, at=at, who=f"late{number}@agency.example")
        wholly = (*wholly, after.timeline[-1])
        if way == "assessment":
            stores.cases.save_assessment(STATE.model_copy(update={"version": 2}), incident=after)
        elif way == "incident":
            stores.cases.save_incident(after)
        else:
            noted = CaseEvent(at=at, what=What.NOTED, words="a note")
            stores.cases.save_case((file(storm, 2),), incidents=(after,), events={storm.id: (noted,)})

    # THEN every step is there, once
    kept = stores.cases.incident(storm.id)
    events = stores.cases.case_events(storm.id)
    assert kept is not None
    assert len(kept.timeline) == TIMELINE_CAP
    assert timeline_of(kept, events) == wholly
    assert sorted(event.what for event in events) == [What.NOTED, What.STEPS, What.STEPS, What.STEPS]
    assert [event.at for event in events] == [NOON + (TIMELINE_CAP + number) * MINUTE for number in (0, 1, 2, 2)]
    # AND who lost a race left nothing there
    stale = storm.noted(Step.PAGE, at=NOON, who="nobody@agency.example").model_copy(update={"version": 2})
    with pytest.raises(ConflictError):
        stores.cases.save_incident(stale)
    assert stores.cases.case_events(storm.id) == events
