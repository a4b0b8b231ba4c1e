"""Protects: what a review proposes follows from what was measured, stays within bounds, and fits the client's file."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.samples import NOON, scored
from tests.unit.domain.test_review import DEPUTY, DUTY, MINUTE, PEOPLE, Storm
from tocsin.domain.case.changes import over_client
from tocsin.domain.case.contact_lessons import Lesson
from tocsin.domain.case.desk import Enquiry
from tocsin.domain.case.file import CaseStatus
from tocsin.domain.case.lessons import LOWEST, MOST_POINTS, lessons
from tocsin.domain.case.review import PlanChange
from tocsin.domain.levels import Level
from tocsin.domain.mention import Author, Medium
from tocsin.domain.outbox import Channel, Delivery, DeliveryState, OutboxItem

HEARD = [scored(number, at=NOON - 60 * MINUTE) for number in range(4)]


def proposed(storm: Storm, measured: Sequence[tuple[float, float]] = (), heard: Any = HEARD) -> list[Lesson]:
    """``measured``: minutes before the alarm, and the index."""
    indexes = [(NOON - minutes * MINUTE, index) for minutes, index in measured]
    found = lessons(
        storm.client, storm.incident, storm.file, storm.told(heard), heard, outbox=storm.outbox, measured=indexes
    )
    return [one for one in found if not one.place.startswith("playbook")]


def fits(storm: Storm, one: Lesson) -> bool:
    change = PlanChange(id="c", kind=one.kind, place=one.place, before=one.before, after=one.after, why=one.why)
    return over_client(storm.client, (change,)) != storm.client


@pytest.mark.parametrize(
    ("measured", "after"),
    [((), "60"), ([(30, 58.7)], "58"), ([(30, 41.0)], "50"), ([(50, 20.0), (30, 63.9)], "63"), ([(30, 12.0)], "60")],
)
def test_a_threshold_that_was_too_high_goes_to_what_was_measured_while_nobody_was_told(
    measured: list[tuple[float, float]], after: str
) -> None:
    [one] = proposed(Storm().taken(2).over(), measured)
    assert (one.place, one.before, one.after) == ("thresholds.crisis", "65", after)


@pytest.mark.parametrize(
    ("measured", "after"), [((), "70"), ([(0, 66.0)], "70"), ([(0, 74.2)], "75"), ([(0, 99.0)], "80")]
)
def test_a_false_alarm_asks_for_more_than_it_had(measured: list[tuple[float, float]], after: str) -> None:
    storm = Storm().taken(2).over()
    storm.file = storm.file.with_(status=CaseStatus.DISMISSED)
    [one] = proposed(storm, measured)
    assert (one.place, one.after) == ("thresholds.crisis", after)


def test_what_a_person_declared_in_error_says_nothing_of_a_threshold() -> None:
    storm = Storm().taken(2).over()
    storm.file = storm.file.with_(status=CaseStatus.DISMISSED, declared_by=DUTY)
    assert proposed(storm) == []


@given(
    st.lists(st.tuples(st.floats(-100, 2_000), st.floats(0, 100)), max_size=6),
    st.booleans(),
    st.booleans(),
    st.tuples(st.integers(1, 98), st.integers(1, 98), st.integers(1, 98)).map(sorted),
)
def test_no_proposal_goes_further_than_a_step_nor_out_of_order(
    measured: list[tuple[float, float]], dismissed: bool, declared: bool, levels: list[int]
) -> None:
    issue, crisis, severe = levels[0], levels[1] + 1, levels[2] + 2
    storm = Storm(thresholds={"issue": issue, "crisis": crisis, "severe": severe}).taken(2).over()
    facts = {"status": CaseStatus.DISMISSED} if dismissed else {}
    storm.file = storm.file.with_(declared_by=DUTY if declared else None, **facts)
    for one in proposed(storm, measured):
        moved = int(one.after or 0) - int(one.before or 0)
        assert 0 < abs(moved) <= MOST_POINTS
        assert (moved > 0) is dismissed
        assert int(one.after or 0) >= LOWEST or one.place != "thresholds.issue"
        assert fits(storm, one)


def rung(storm: Storm, *ends: tuple[str, str, DeliveryState]) -> Storm:
    """Messages to these people by these numbers, and what became of them."""
    sms = next(item for item in storm.outbox if item.channel is Channel.SMS)
    storm.outbox += [
        sms.model_copy(
            update={
                "alert_no": 10 + number, "recipient": person, "address": phone,
                "delivery": Delivery(state=state, at=NOON + MINUTE),
            }
        )
        for number, (person, phone, state) in enumerate(ends)
    ]  # fmt: skip
    return storm


GONE, FINE = DeliveryState.FAILED, DeliveryState.DELIVERED
PHONE, OTHER = "+380441234567", "+380501112233"


def test_a_number_that_nothing_reached_gives_way_to_the_second_one() -> None:
    people = [PEOPLE[0] | {"second_phone": OTHER}, PEOPLE[1]]
    storm = rung(Storm(responders=people).taken(4).over(), (DUTY, PHONE, GONE), (DUTY, PHONE, GONE))
    [one] = proposed(storm, heard=())
    assert (one.place, one.after, one.why) == (f"responders[{DUTY}].phone", json.dumps(OTHER), ("lost=2",))
    assert fits(storm, one)


def test_without_another_number_it_goes_where_somebody_else_can_be_rung() -> None:
    storm = rung(Storm().taken(4).over(), (DUTY, PHONE, GONE), (DUTY, PHONE, GONE))
    [one] = proposed(storm, heard=())
    assert (one.place, one.after) == (f"responders[{DUTY}].phone", None)
    assert fits(storm, one)
    alone = rung(Storm(responders=PEOPLE[:1]).taken(4).over(), (DUTY, PHONE, GONE), (DUTY, PHONE, GONE))
    assert proposed(alone, heard=()) == []


@pytest.mark.parametrize("ends", [[GONE], [GONE, GONE, FINE]])
def test_one_loss_is_chance_and_a_number_that_was_reached_works(ends: list[DeliveryState]) -> None:
    storm = rung(Storm().taken(4).over(), *((DUTY, PHONE, state) for state in ends))
    assert proposed(storm, heard=()) == []


def test_a_clients_number_goes_too() -> None:
    head = {"name": "Head", "email": "head@bakery.example", "phone": OTHER}
    storm = rung(
        Storm(client_contacts=[head]).taken(4).over(), (head["email"], OTHER, GONE), (head["email"], OTHER, GONE)
    )
    [one] = proposed(storm, heard=())
    assert one.place == "client_contacts[head@bakery.example].phone"
    assert fits(storm, one)


def held(storm: Storm, level: Level, hours: float) -> OutboxItem:
    sms = next(item for item in storm.outbox if item.channel is Channel.SMS and item.recipient == DUTY)
    return sms.model_copy(update={"level": level, "planned_at": sms.created_at + timedelta(hours=hours)})


@pytest.mark.parametrize(("taken", "found"), [(300, True), (None, True), (5, False)])
def test_who_slept_by_their_quiet_hours_is_rung_from_a_lesser_level_where_it_was_taken_late(
    taken: int | None, found: bool
) -> None:
    storm = Storm()
    storm = (storm.taken(taken, DEPUTY) if taken is not None else storm).over(hours=9)
    storm.outbox = [held(storm, Level.ISSUE, 4)]
    places = {one.place: (one.before, one.after) for one in proposed(storm, heard=()) if "quiet" in one.place}
    assert places == ({f"responders[{DUTY}].quiet_hours.unless": ('"crisis"', '"issue"')} if found else {})


def test_an_outlet_that_asked_and_was_answered_by_hand_is_told_by_itself_next_time() -> None:
    known = [{"name": "Kyiv Post", "circle": "media"}]
    storm = Storm(stakeholders=known).taken(4).over()
    asked = [("Kyiv Post", True), ("BBC", True), ("Reuters", False), ("BBC", True)]
    storm.file = storm.file.with_(
        enquiries=tuple(
            Enquiry(
                id=f"enquiry-{number}", outlet=outlet, question="Is it true?", received_at=NOON, owner=DUTY,
                answered_at=NOON + MINUTE if done else None,
            )
            for number, (outlet, done) in enumerate(asked)
        )
    )  # fmt: skip
    [one] = proposed(storm, heard=())
    assert json.loads(one.after or "") == {"name": "BBC", "circle": "media"}
    assert fits(storm, one)


def test_who_had_the_week_and_never_answered_gives_it_to_who_took_it() -> None:
    people = [*PEOPLE, {"name": "Third", "email": "third@agency.example", "phone": OTHER, "role": "director"}]
    rota = [
        {"name": "Week", "people": [DUTY, "third@agency.example"], "starts": "2026-03-02", "handover": "monday 09:00"}
    ]
    storm = Storm(responders=people, rota=rota).taken(4, DEPUTY).over()
    [one] = proposed(storm, heard=())
    assert (one.place, one.before, one.after) == ("rota[Week].people", json.dumps(DUTY), json.dumps(DEPUTY))
    assert fits(storm, one)


def test_voices_are_counted_with_who_and_how_far_and_accuse_nobody() -> None:
    storm = Storm().taken(2).over()

    def said(number: int, name: str, followers: int, **facts: Any) -> Any:
        one = scored(number, at=NOON)
        author = Author(id=name, name=name, followers=followers)
        return one.model_copy(update={"mention": one.mention.model_copy(update={"author": author, **facts})})

    heard = [
        said(1, "Олена", 900, rating=1, medium=Medium.REVIEW), said(2, "Олена", 900, rating=1, medium=Medium.REVIEW),
        said(3, "Іван", 50_000), said(4, "Тихий", 90_000, medium=Medium.PRIVATE),
    ]  # fmt: skip

    told = storm.told(heard)

    customers = next(one for one in told.spoke if one.name == "customer")
    assert (customers.mentions, customers.authors, customers.heard) == (2, 1, 900)
    assert [(one.author, one.heard) for one in told.loudest] == [("Іван", 50_000), ("Олена", 900)]
    assert {one.voice for one in told.loudest} <= {None, "customer", "journalist", "outlet", "activist", "regulator"}
    assert told.looked_at == 4
