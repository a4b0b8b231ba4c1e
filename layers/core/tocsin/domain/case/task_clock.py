"""The tasks' clockwork: whoever is late is reminded, twice; then whoever leads the case is told."""

from datetime import datetime
from typing import TYPE_CHECKING

from tocsin.domain.case.file import CaseEvent, CaseFile, What, Work, Worked
from tocsin.domain.case.planning import of_plan
from tocsin.domain.case.reminding import AT_ONCE, Due, remind, remind_at
from tocsin.domain.case.tasking import replaced
from tocsin.domain.case.tasks import CaseTask, TaskState
from tocsin.domain.incident import Incident

if TYPE_CHECKING:
    from tocsin.domain.outbox import OutboxItem


def due(work: Work, _seen: object = None) -> Worked:
    """Of the law's clocks their tasks remind, by SMS too. What was only watched reminds of nothing but what people
    added and what the law asks."""
    now = work
    events: list[CaseEvent] = []
    outbox: list[OutboxItem] = []
    for task in _waiting(work.file):
        asked = _due(task)
        at = remind_at(asked, now.incident)
        if at is None or at > work.now:
            continue
        if len(events) >= AT_ONCE:
            break
        incident, items = remind(now, asked)
        if not items:
            continue
        told = task.model_copy(update={"told": task.told + 1, "told_at": work.now})
        now = now._replace(incident=incident, file=replaced(now.file, told))
        outbox += items
        events.append(work.did(What.REMINDED, of=task.id, whom=items[0].recipient))
    return Worked(now.incident, now.file, tuple(events), tuple(outbox))


def next_at(file: CaseFile, incident: Incident) -> datetime | None:
    moments = [at for task in _waiting(file) if (at := remind_at(_due(task), incident)) is not None]
    return min(moments, default=None)


def _waiting(file: CaseFile) -> list[CaseTask]:
    if not file.live:
        return []
    plan = file.plan
    earnest = plan is not None and plan.since is not None
    return [
        task
        for task in file.tasks
        if task.state is TaskState.OPEN and (earnest or not of_plan(plan, task) or _runs(file, task) or task.begun_at)
    ]


def _runs(file: CaseFile, task: CaseTask) -> bool:
    return any(one.id == task.clock and one.stopped_at is None for one in file.clocks)


def _due(task: CaseTask) -> Due:
    return Due(
        id=task.id,
        due_at=task.due_at,
        owner=task.owner,
        role=task.role,
        told=task.told,
        told_at=task.told_at,
        urgent=task.clock is not None,
    )
