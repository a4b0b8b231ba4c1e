"""What is handed over of a case's plan to whoever is paged."""

from tocsin.domain.case.file import CaseFile
from tocsin.domain.case.handed import Handed, HandedStep
from tocsin.domain.case.tasks import CaseTask, TaskState
from tocsin.domain.client import Client
from tocsin.domain.fields import Language

FIRST_HOUR = 60
STEPS = 6


def handed(client: Client, file: CaseFile, language: Language) -> Handed | None:
    """None while the case has no plan."""
    plan = file.plan
    if plan is None:
        return None
    within = {step.id: step.within for step in plan.tasks}
    names = {one.email: one.name for one in client.responders}
    early = [
        task
        for task in file.tasks
        if task.state is TaskState.OPEN and within.get(task.step or "", FIRST_HOUR) <= FIRST_HOUR
    ]

    def step(task: CaseTask) -> HandedStep:
        who = names.get(task.owner) if task.owner is not None else None
        return HandedStep(words=task.words.in_(language), at=task.due_at, who=who, role=task.role)

    book = plan.playbook
    return Handed(
        title=book.title.in_(language) if book is not None else None,
        cited=plan.cited,
        guess=plan.guessed,
        why=plan.why,
        steps=tuple(step(task) for task in sorted(early, key=lambda one: one.due_at)[:STEPS]),
        never=tuple(one.in_(language) for one in book.never) if book is not None else (),
    )
