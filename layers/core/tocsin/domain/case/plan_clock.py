"""The plan's clockwork: a new case gets its plan, a confirmed scenario its own, a graver case what it needs more."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tocsin.domain.case.chooser import Chosen, choose, gravity, remembered
from tocsin.domain.case.file import CaseFile, Work, Worked
from tocsin.domain.case.plan import plan_of
from tocsin.domain.case.planning import joined, lacking, of_plan, paced, planned
from tocsin.domain.case.tasking import MOST
from tocsin.domain.case.tasks import Plan
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level

if TYPE_CHECKING:
    from tocsin.domain.case.seen import SeenBefore

AGAIN = timedelta(minutes=2)
SLOWER = 6
"""A case without a known scenario is looked at again after a sixth of what has passed since its last rise."""
UNSURE = timedelta(hours=6)
"""So long after its last rise: what is told may say more. After that people must."""


def due(work: Work, seen: "SeenBefore") -> Worked:
    """A guess is never changed for another guess: people work by it. What was guessed while the case was only watched,
    and nobody has worked by, is guessed once more when it rises: then more is told. And what a person has found since,
    of outrage or of people hurt, makes it a graver plan, never a lighter one."""
    file, plan = work.file, work.file.plan
    if not _wants(file, work.incident):
        return Worked(work.incident, file)
    file = _looked(file, work)
    work = work._replace(file=file)
    again = plan is not None and _rises(plan, work.incident) and plan.guessed and not _worked_by(file, plan)
    found = plan is not None and _found_since(plan, file)
    if plan is None or _confirmed_otherwise(file) or not plan.known or again or found:
        library = seen.library
        if library is not None:
            before = remembered(work.incident, seen.history, seen.former)
            chosen = choose(work.incident, file.cause, seen.mentions, before, library)
            if plan is None or _confirmed_otherwise(file) or _takes(plan, chosen, lighter=again or not plan.known):
                by = file.cause.confirmed_by
                return planned(work, plan_of(library, chosen, work, by))
    if plan is None:
        return Worked(work.incident, file)
    if _rises(plan, work.incident):
        return paced(work)
    more = joined(file, work.incident, work.now)
    return Worked(work.incident, more)


def _takes(plan: Plan, chosen: Chosen, *, lighter: bool) -> bool:
    """``lighter``: also one that is no graver than the plan is."""
    if chosen.playbook is None or chosen.playbook.scenario == plan.scenario:
        return False
    return lighter or gravity(chosen.playbook) > gravity(plan.playbook)


def next_at(file: CaseFile, incident: Incident) -> datetime | None:
    """What is told changes beside the file, so that somebody has to look; a rise of the level wakes the case itself."""
    if not _wants(file, incident):
        return None
    plan = file.plan
    if plan is None or plan.looked_at is None:
        return file.opened_at
    return plan.looked_at + max(AGAIN, (plan.looked_at - incident.risen_at) / SLOWER)


def _looked(file: CaseFile, work: Work) -> CaseFile:
    plan, cause = file.plan, file.cause
    facts = {"looked_at": work.now, "outrage": cause.outrage, "injuries": cause.injuries}
    return file if plan is None else file.with_(plan=plan.model_copy(update=facts))


def _wants(file: CaseFile, incident: Incident) -> bool:
    plan = file.plan
    if _confirmed_otherwise(file):
        return True
    if incident.closed:
        return False
    if plan is None:
        return True
    looked = plan.looked_at or file.opened_at
    unsure = not plan.known and plan.guessed and looked - incident.risen_at <= UNSURE
    graver = _rises(plan, incident) or _found_since(plan, file)
    return unsure or graver or (len(file.tasks) < MOST and bool(lacking(file, incident)))


def _rises(plan: Plan, incident: Incident) -> bool:
    """It was made for what was only watched, and now it burns."""
    return plan.since is None and incident.level >= Level.ISSUE


def _found_since(plan: Plan, file: CaseFile) -> bool:
    """Has a person found outrage, or people hurt, that the guess was not weighed by? What was settled of the answer
    stays as it is until a person says which scenario it is."""
    cause = file.cause
    other = (cause.outrage, cause.injuries) != (plan.outrage, plan.injuries)
    return other and plan.guessed and plan.settled_by is None


def _worked_by(file: CaseFile, plan: Plan) -> bool:
    """Has anybody begun, done or dropped a step of it, or settled how the public is answered?"""
    steps = (task for task in file.tasks if of_plan(plan, task))
    touched = any(task.begun_at is not None or task.done_by is not None for task in steps)
    return touched or plan.settled_by is not None


def _confirmed_otherwise(file: CaseFile) -> bool:
    cause, plan = file.cause, file.plan
    if cause.confirmed_by is None or cause.scenario is None:
        return False
    return plan is None or plan.guessed or f"scenario={cause.scenario}" not in plan.why
