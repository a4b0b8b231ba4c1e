"""Protects: who has just done what a task asks for need not tick it off, and nothing else is ticked off for them."""

from datetime import timedelta

import pytest

from tests.support.casefile import ANNA, BOHDAN, after, work
from tocsin.domain.case import approving, causes, wording
from tocsin.domain.case.file import CaseFile, What, Work, Worked
from tocsin.domain.case.settled import settled
from tocsin.domain.case.tasks import CaseTask, TaskState
from tocsin.domain.case.texts import Source
from tocsin.domain.levels import Level
from tocsin.domain.posture import Truth
from tocsin.domain.said import Words
from tocsin.domain.text_kinds import Kind


def planned(at: Work, *, sign: bool = False) -> Work:
    steps = ("verify", "holding", "approve", "freeze")
    tasks = tuple(
        CaseTask(
            id=step, step=step, words=Words(en=step, uk=step, es=step), due_at=at.now + timedelta(hours=1),
            needs_sign_off=sign,
        )
        for step in steps
    )  # fmt: skip
    return at._replace(file=at.file.with_(version=1, tasks=tasks))


def over(file: CaseFile) -> set[str]:
    return {task.id for task in file.tasks if task.state is TaskState.DONE}


def drafted(before: Work, kind: Kind) -> Worked:
    return settled(before, wording.draft(before, kind, "en", "We have heard of it and look into it.", Source.PERSON))


def test_a_finding_a_statement_and_its_approval_end_their_tasks() -> None:
    # GIVEN a case with its plan
    case = planned(work(Level.CRISIS))

    # WHEN somebody finds out, drafts and another approves
    found = settled(case, causes.verify(case, Truth.TRUE, "the report"))
    case = after(case, found)
    written = drafted(case, Kind.HOLDING)
    case = after(case, written, by=BOHDAN)
    approved = settled(case, approving.approve(case, written.file.texts[0].id, "short, and it says all"))

    # THEN each step's task is done by who did it, and the history tells
    assert over(found.file) == {"verify"}
    assert over(written.file) == {"verify", "holding"}
    assert over(approved.file) == {"verify", "holding", "approve"}
    [task] = [one for one in approved.file.tasks if one.id == "approve"]
    assert task.done_by == BOHDAN
    assert [event.what for event in approved.events] == [What.APPROVED, What.TASK_DONE]


@pytest.mark.parametrize("kind", [Kind.NOTICE, Kind.STAFF, Kind.CORRECTION])
def test_another_text_is_no_first_statement(kind: Kind) -> None:
    case = planned(work(Level.CRISIS))
    assert over(drafted(case, kind).file) == set()


def test_what_waits_for_a_sign_off_and_a_finding_taken_back_end_nothing() -> None:
    case = planned(work(Level.CRISIS), sign=True)
    assert over(drafted(case, Kind.HOLDING).file) == set()
    known = after(case, settled(case, causes.verify(case, Truth.TRUE)), by=ANNA)
    assert over(settled(known, causes.verify(known, Truth.UNKNOWN)).file) == set()
