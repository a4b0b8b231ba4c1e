"""Tasks that are done by the very step they ask for: nobody ticks off what they have just done."""

from collections.abc import Iterator

from tocsin.domain.case.file import CaseEvent, CaseFile, What, Work, Worked
from tocsin.domain.case.tasking import done as task_done
from tocsin.domain.case.tasks import TaskState
from tocsin.domain.posture import Truth
from tocsin.domain.text_kinds import Kind


def with_its_tasks(work: Work, done: Worked) -> Worked:
    """``done`` with the open tasks of the plan that its events have done: the claim is checked, the first statement is
    drafted, or approved. One that waits for a sign-off stays open."""
    steps = frozenset(step for event in done.events for step in _steps(event, done.file))
    if work.by is None or not steps:
        return done
    for task in done.file.tasks:
        if task.step not in steps or task.state is not TaskState.OPEN:
            continue
        if task.needs_sign_off and task.signed_by is None:
            continue
        after = task_done(work._replace(incident=done.incident, file=done.file), task.id)
        done = done._replace(file=after.file, events=(*done.events, *after.events))
    return done


def _steps(event: CaseEvent, file: CaseFile) -> Iterator[str]:
    if event.what is What.VERIFIED and event.of != Truth.UNKNOWN.value:
        yield "verify"
    if event.what in {What.DRAFTED, What.APPROVED} and any(
        text.id == event.of and text.kind is Kind.HOLDING for text in file.texts
    ):
        yield "holding" if event.what is What.DRAFTED else "approve"
