"""Protects: the clock of a private complaint: what was promised, when staff are told, and what stops or restarts it."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.samples import NOON, client
from tocsin.domain.complaint import (
    LIMITS,
    Complaint,
    Fault,
    NoticeKind,
    Statement,
    Status,
    after_notice,
    mention_of,
    moved,
    next_notice,
    private_number,
    read_form,
    responsible,
    tidy,
    wakes_at,
    wrote,
)
from tocsin.domain.intake_settings import Intake
from tocsin.domain.mention import Medium
from tocsin.domain.signed_link import Role

INTAKE = Intake(answer_hours=24)


def complaint(**facts: object) -> Complaint:
    base = Complaint(
        number="482913", brand="Аврора", language="uk",
        statement=Statement(happened="Нам зле", name="Ольга", contact="olha@mail.example", product="еклер"),
        created_at=NOON, clock_from=NOON, answer_due_at=NOON + timedelta(hours=24),
        keep_until=NOON + timedelta(days=180), desk_link="https://desk.example", heard_at=NOON,
    )  # fmt: skip
    return base.model_copy(update=facts)


def told(one: Complaint, at: datetime) -> tuple[Complaint, NoticeKind | None]:
    due = next_notice(one, at)
    return (after_notice(one, due[0]), due[0]) if due and due[1] <= at else (one, None)


def test_staff_are_told_at_once_at_half_time_and_when_it_is_late() -> None:
    # GIVEN a complaint that nobody answers WHEN each hour somebody looks
    one, notices = complaint(), []
    for hour in range(30):
        one, kind = told(one, NOON + timedelta(hours=hour))
        if kind:
            notices.append((hour, kind))
    # THEN three mails go out, and then there is silence
    assert notices == [(0, NoticeKind.NEW), (12, NoticeKind.HALF), (24, NoticeKind.OVERDUE)]
    assert wakes_at(one) is None


def test_an_answer_stops_the_clock_and_a_question_starts_a_new_one() -> None:
    # GIVEN an answered complaint
    one, _ = told(complaint(), NOON)
    one = wrote(one, Role.DESK, NOON + timedelta(hours=1), INTAKE)
    assert (one.status, one.messages, wakes_at(one)) == (Status.ANSWERED, 1, None)
    # WHEN the person asks again two days later
    later = NOON + timedelta(days=2)
    one = wrote(one, Role.AUTHOR, later, INTAKE)
    # THEN the promise holds from then on, and staff hear of it
    assert (one.status, one.answer_due_at) == (Status.RECEIVED, later + timedelta(hours=24))
    one, kind = told(one, later)
    assert kind is NoticeKind.WROTE
    assert wakes_at(one) == later + timedelta(hours=12)


def test_writing_more_while_waiting_does_not_put_the_answer_off() -> None:
    one, _ = told(complaint(), NOON)
    one = wrote(one, Role.AUTHOR, NOON + timedelta(hours=3), INTAKE)
    assert one.answer_due_at == NOON + timedelta(hours=24)
    one, kind = told(one, NOON + timedelta(hours=3))
    assert kind is NoticeKind.WROTE
    assert told(one, NOON + timedelta(hours=4))[1] is None


def test_after_an_outage_the_graver_notice_stands_alone() -> None:
    one, _ = told(complaint(), NOON)
    one, kind = told(one, NOON + timedelta(hours=40))
    assert kind is NoticeKind.OVERDUE
    assert told(one, NOON + timedelta(hours=41))[1] is None


def test_what_is_closed_rings_no_more_until_somebody_writes() -> None:
    closed = moved(complaint(), Status.CLOSED, NOON, INTAKE)
    assert wakes_at(closed) is None
    assert wrote(closed, Role.DESK, NOON, INTAKE).status is Status.CLOSED
    assert wrote(closed, Role.AUTHOR, NOON, INTAKE).status is Status.RECEIVED
    again = moved(closed, Status.IN_WORK, NOON + timedelta(days=1), INTAKE)
    assert again.answer_due_at == NOON + timedelta(days=2)


def test_what_the_queue_has_not_heard_is_looked_at_again() -> None:
    one = complaint(heard_at=None, status=Status.CLOSED)
    assert wakes_at(one) == NOON
    assert wakes_at(one.changed(retry_at=NOON + timedelta(minutes=2))) == NOON + timedelta(minutes=2)


def test_a_complaint_counts_as_a_mention_that_names_nobody() -> None:
    mention = mention_of(complaint())
    assert (mention.id, mention.source, mention.medium, mention.url) == (
        "intake:482913",
        "intake",
        Medium.PRIVATE,
        None,
    )
    assert mention.text == "Нам зле\nеклер"
    assert "Ольга" not in mention.model_dump_json()
    assert "olha" not in mention.model_dump_json()


@pytest.mark.parametrize(("said", "number"), [("intake:482913", "482-913"), ("byhand:0ff", ""), ("", "")])
def test_a_number_is_read_out_in_two_halves(said: str, number: str) -> None:
    assert private_number(said) == number


def test_only_what_happened_must_be_told() -> None:
    assert read_form({"happened": "x"}) == (Statement(happened="x"), {})
    assert read_form({"happened": " \u200b\r\n"})[1] == {"happened": Fault.EMPTY}
    assert read_form({})[1] == {"happened": Fault.EMPTY}


@pytest.mark.parametrize("name", LIMITS)
def test_each_field_has_its_limit(name: str) -> None:
    good = {"happened": "x", name: "1" * LIMITS[name]}
    assert Fault.LONG not in read_form(good)[1].values()
    assert read_form(good | {name: "1" * (LIMITS[name] + 1)})[1][name] is Fault.LONG


@pytest.mark.parametrize(
    ("contact", "good"),
    [("olha@mail.example", True), ("+380 44 123-45-67", True), ("(044) 1234567", True), ("044 1234567", True),
     ("call me", False), ("a@b", False), ("a@b.example\nBcc: all@b.example", False),
     ("a@b.example, c@d.example", False)],
)  # fmt: skip
def test_a_contact_is_an_address_or_a_number(contact: str, good: bool) -> None:
    assert (read_form({"happened": "x", "contact": contact})[0] is not None) is good


@given(st.text())
def test_tidied_text_is_whole_and_stays_as_it_is(text: str) -> None:
    once = tidy(text)
    assert tidy(once) == once
    assert not set(once) & {"\r", "\x00", "\u202e", "\u2028"}


@given(st.dictionaries(st.sampled_from([*LIMITS, "trap"]), st.text(max_size=400)))
def test_any_form_is_either_taken_or_explained(fields: dict[str, str]) -> None:
    statement, faults = read_form(fields)
    assert (statement is None) == bool(faults)


def test_the_one_named_in_the_file_is_told_first() -> None:
    whole = client(intake={"responsible": "deputy@agency.example"})
    assert whole.intake is not None
    assert [one.name for one in responsible(whole, whole.intake)] == ["Deputy", "Duty desk"]
    assert [one.name for one in responsible(whole, Intake())] == ["Duty desk", "Deputy"]
