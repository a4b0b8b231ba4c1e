"""How a plan becomes tasks, and how one plan follows another: what people did stays, what nobody needs goes."""

from datetime import datetime, timedelta

from tocsin.domain.case.file import CaseFile, What, Work, Worked
from tocsin.domain.case.tasking import MOST, unused
from tocsin.domain.case.tasks import CaseTask, Plan, TaskState
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.playbook import Task
from tocsin.domain.posture import Cluster, Outrage, Situation

WATCHED = 240
"""Minutes in which something to watch is looked at (crisis practice, section 3): nothing of its plan is due before."""
LATE = timedelta(minutes=15)
"""A plan that comes later than this counts its minutes from when it came."""


def situation(file: CaseFile) -> Situation:
    """As people see the case now: the playbook's cluster, the cause's truth, injuries and outrage, the history. Without
    a playbook it counts as what could have been prevented: nothing is made small before anybody knows."""
    plan, cause = file.plan, file.cause
    playbook = plan.playbook if plan is not None else None
    outrage = max(cause.outrage, playbook.outrage if playbook else Outrage.NONE, key=lambda one: one.rank)
    return Situation(
        cluster=playbook.cluster if playbook else Cluster.PREVENTABLE,
        truth=cause.truth,
        injuries=cause.injuries,
        outrage=outrage,
        history=plan is not None and plan.history > 0,
    )


def planned(work: Work, plan: Plan) -> Worked:
    """By this plan from now on: its tasks join; of the former plan's, those go that nobody has begun and it lacks."""
    former = work.file.plan
    start = work.file.opened_at if former is None and work.now - work.file.opened_at <= LATE else work.now
    grave = work.incident.level >= Level.ISSUE
    # The clocks of a storm that burns already go on when its plan changes.
    since = start if grave else None
    plan = plan.model_copy(update={"since": since})
    events = [work.did(What.PLANNED, of=plan.cited, words=", ".join(plan.why) or None)]
    kept: list[CaseTask] = []
    for task in work.file.tasks:
        if former is not None and _goes(work.file, task, former, plan):
            note = f"→ {plan.cited}"
            gone = {"state": TaskState.DROPPED, "done_at": work.now, "note": note}
            kept.append(task.model_copy(update=gone))
            events.append(work.did(What.TASK_DROPPED, of=task.id, words=note))
        else:
            kept.append(task)
    if former is not None and former.since is None and grave:
        kept = [_sooner(task, plan, work.now) for task in kept]
    file = work.file.with_(plan=plan, tasks=tuple(kept))
    return Worked(work.incident, joined(file, work.incident, work.now), tuple(events))


def paced(work: Work) -> Worked:
    """What was only watched burns: the plan's minutes count from now, and what the graver case needs joins."""
    plan, file = work.file.plan, work.file
    if plan is None or plan.since is not None or work.incident.level < Level.ISSUE:
        return Worked(work.incident, file)
    file = file.with_(
        plan=plan.model_copy(update={"since": work.now}),
        tasks=tuple(_sooner(task, plan, work.now) for task in file.tasks),
    )
    return Worked(work.incident, joined(file, work.incident, work.now))


def _sooner(task: CaseTask, plan: Plan, now: datetime) -> CaseTask:
    """With the plan's minutes from now, where it had the longer time of what is only watched."""
    within = next((step.within for step in plan.tasks if step.id == task.step), None)
    if task.state is not TaskState.OPEN or within is None:
        return task
    return task.model_copy(update={"due_at": min(task.due_at, now + timedelta(minutes=within))})


def joined(file: CaseFile, incident: Incident, now: datetime) -> CaseFile:
    """With a task for every step of its plan that holds in the case and has none."""
    for step in lacking(file, incident):
        if len(file.tasks) >= MOST:
            return file
        file, task_id = unused(file, step.id)
        file = file.with_(tasks=(*file.tasks, _task(file, step, task_id, now)))
    return file


def lacking(file: CaseFile, incident: Incident) -> tuple[Task, ...]:
    """Steps of the plan that hold in the case and for which there is no task: neither open nor ended by a person."""
    plan = file.plan
    if plan is None:
        return ()
    seen = situation(file)
    return tuple(
        step
        for step in plan.tasks
        if step.when.holds(incident.level, seen) and not any(_stands_for(task, step) for task in file.tasks)
    )


def of_plan(plan: Plan | None, task: CaseTask) -> bool:
    """Did it come of this plan, and not of a person's own wish?"""
    return plan is not None and any(step.id == task.step for step in plan.tasks)


def _stands_for(task: CaseTask, step: Task) -> bool:
    """What the change of a plan took away may come again; what a person dropped may not. Two playbooks may mean other
    things by one name."""
    taken_away = task.state is TaskState.DROPPED and task.done_by is None
    return task.step == step.id and task.words == step.words and not taken_away


def _goes(file: CaseFile, task: CaseTask, former: Plan, plan: Plan) -> bool:
    if task.state is not TaskState.OPEN or task.begun_at is not None or not of_plan(former, task):
        return False
    if any(one.id == task.clock for one in file.clocks):
        return False
    return not any(_stands_for(task, step) for step in plan.tasks)


def _task(file: CaseFile, step: Task, task_id: str, now: datetime) -> CaseTask:
    plan = file.plan
    since = plan.since if plan is not None else None
    # What joins later, since the case has become graver, has its minutes from then.
    start = max(since, now) if since is not None and now - since > LATE else since
    due = start + timedelta(minutes=step.within) if start is not None else _watched(now, step)
    clock = next((one for one in file.clocks if one.id == step.clock and one.stopped_at is None), None)
    return CaseTask(
        id=task_id,
        step=step.id,
        words=step.words,
        role=step.owner,
        due_at=clock.due_at if clock is not None else due,
        needs_sign_off=step.needs_sign_off,
        clock=step.clock,
        every=step.every,
    )


def _watched(now: datetime, step: Task) -> datetime:
    return now + timedelta(minutes=max(step.within, WATCHED))
