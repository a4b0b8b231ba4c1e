"""The tasks' clockwork: whoever is late is reminded, twice; then whoever leads the case is told."""

from datetime import datetime

from tocsin.domain.case.file import CaseFile, Work, Worked
from tocsin.domain.case.planning import of_plan
from tocsin.domain.case.reminding import Due, remind_each, soonest
from tocsin.domain.case.tasking import replaced
from tocsin.domain.case.tasks import CaseTask, TaskState
from tocsin.domain.incident import Incident


def due(work: Work, _seen: object = None) -> Worked:
    """Of the law's clocks their tasks remind, by SMS too. What was only watched reminds of nothing but what people
    added and what the law asks."""
    return remind_each(work, ((task, _due(task)) for task in _waiting(work.file)), replaced)


def next_at(file: CaseFile, incident: Incident) -> datetime | None:
    return soonest(map(_due, _waiting(file)), incident)


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
