"""From the figures of a case to what is to be done otherwise: proposals, each with the facts behind it.

Only a person accepts one. Each is small and says what it changes: five points of a threshold, one task's minutes, one
word, who is asked first.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple

from tocsin.domain.case.changes import first_of
from tocsin.domain.case.figures import DETECT_WITHIN, Figures, late_by
from tocsin.domain.case.file import CaseFile, CaseStatus
from tocsin.domain.case.review import ChangeKind
from tocsin.domain.case.tasks import CaseTask, TaskState
from tocsin.domain.client import Client
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.people import Role
from tocsin.domain.reading import ScoredMention

STEP = 5
LOWEST = 25
"""No issue begins below this: under it an alarm would be of noise."""
TOO_LATE = 10
"""Minutes by which a task must be late to say something of its time."""
ROUND = 15
VOICES = 3
"""Criticisms that were in by then: fewer would have been nobody's alarm."""
MOST_TASKS = 20
_MINUTE = timedelta(minutes=1)


class Lesson(NamedTuple):
    """What a change would be: see PlanChange."""

    kind: ChangeKind
    place: str
    before: str | None
    after: str | None
    why: tuple[str, ...]


class TermLesson(NamedTuple):
    """``kind``: terms, exclude or require_near of a brand; ``gone``: the word goes from there. ``marks``: behind it."""

    kind: str
    word: str
    marks: int
    gone: bool = False


def lessons(
    client: Client,
    incident: Incident,
    file: CaseFile,
    told: Figures,
    mentions: Sequence[ScoredMention] = (),
    former: Iterable[CaseFile] = (),
    terms: Iterable[TermLesson] = (),
) -> tuple[Lesson, ...]:
    """``former``: files of the brand's earlier cases; ``terms``: what marks of mentions ask for."""
    return (
        *_thresholds(client, incident, file, told, mentions),
        *_contacts(client, incident, told),
        *_terms(incident.brand, terms),
        *_late_tasks(file, incident, tuple(former)),
        *_added_tasks(file, incident),
    )


def _thresholds(
    client: Client, incident: Incident, file: CaseFile, told: Figures, mentions: Sequence[ScoredMention]
) -> Iterator[Lesson]:
    if file.status is CaseStatus.DISMISSED:
        level = max(incident.peak, Level.ISSUE)
        yield from _moved(client, level, STEP, ("false=1",))
        return
    by_hand = file.declared_by is not None
    rang = [at for at, level in told.fired if level >= Level.ISSUE]
    if not rang:
        return
    heard = sorted(one.mention.fetched_at for one in mentions if one.reading.negative or one.reading.grave)
    known = heard[VOICES - 1] if len(heard) >= VOICES else None
    waited = int((rang[0] - known) / _MINUTE) if known is not None else 0
    if by_hand and known is not None and known < rang[0]:
        yield from _moved(client, Level.ISSUE, -STEP, (f"heard={sum(at < rang[0] for at in heard)}", "declared=1"))
    elif not by_hand and waited > DETECT_WITHIN:
        first = next(level for _, level in told.fired if level >= Level.ISSUE)
        yield from _moved(client, first, -STEP, (f"waited={waited}",))


def _moved(client: Client, level: Level, by: int, why: tuple[str, ...]) -> Iterator[Lesson]:
    """Within what the others leave."""
    floors = {
        Level.ISSUE: client.thresholds.issue,
        Level.CRISIS: client.thresholds.crisis,
        Level.SEVERE: client.thresholds.severe,
    }
    below = {Level.ISSUE: LOWEST, Level.CRISIS: floors[Level.ISSUE] + 1, Level.SEVERE: floors[Level.CRISIS] + 1}[level]
    above = {Level.ISSUE: floors[Level.CRISIS] - 1, Level.CRISIS: floors[Level.SEVERE] - 1, Level.SEVERE: 100}[level]
    now = floors[level]
    then = min(above, max(below, now + by))
    if (then - now) * by > 0:
        yield Lesson(ChangeKind.THRESHOLD, f"thresholds.{level.value}", str(now), str(then), why)


def _contacts(client: Client, incident: Incident, told: Figures) -> Iterator[Lesson]:
    """Whoever is asked first and was never heard changes places with who took it. A rota decides by itself."""
    silent = {one.of: one.count for one in told.missed if one.name == "page_unanswered"}
    rota = {person for one in client.rota for person in one.named()}
    first = first_of(client)
    took = [page.person for page in incident.paging.people if page.acknowledged_at] if incident.paging else []
    instead = next((one for one in took if one != first and _responds(client, one)), None)
    if first in silent and first not in rota and instead is not None and instead not in rota:
        why = (f"asked={silent[first]}", "answered=0")
        yield Lesson(ChangeKind.CONTACT, "responders.first", json.dumps(first), json.dumps(instead), why)


def _responds(client: Client, email: str) -> bool:
    return any(one.email == email for one in client.responders)


def _terms(brand: str, terms: Iterable[TermLesson]) -> Iterator[Lesson]:
    if "]" in brand or "[" in brand:
        return
    for one in terms:
        word = json.dumps(one.word, ensure_ascii=False)
        before, after = (word, None) if one.gone else (None, word)
        yield Lesson(ChangeKind.TERM, f"brands[{brand}].{one.kind}", before, after, (f"marks={one.marks}",))


def _late_tasks(file: CaseFile, incident: Incident, former: tuple[CaseFile, ...]) -> Iterator[Lesson]:
    if file.plan is None or file.plan.playbook is None:
        return
    steps = {task.id: task for task in file.plan.playbook.tasks}
    for task in file.tasks:
        step = steps.get(task.step or "")
        late = late_by(task, incident.updated_at)
        if step is None or task.clock is not None or task.state is not TaskState.DONE or late <= TOO_LATE:
            continue
        needed = -(-(step.within + late) // ROUND) * ROUND
        times = 1 + sum(_was_late(one, file, task) for one in former)
        place = f"playbook.{file.plan.scenario}.tasks.{step.id}.within"
        if needed <= 72 * 60:
            yield Lesson(ChangeKind.PLAYBOOK, place, str(step.within), str(needed), (f"late={late}", f"times={times}"))


def _was_late(one: CaseFile, file: CaseFile, task: CaseTask) -> bool:
    same = one.plan is not None and file.plan is not None and one.plan.scenario == file.plan.scenario
    return same and any(
        each.step == task.step and each.done_at is not None and each.done_at > each.due_at for each in one.tasks
    )


def _added_tasks(file: CaseFile, incident: Incident) -> Iterator[Lesson]:
    """What people had to think of by themselves, and did, is in the plan next time."""
    if file.plan is None or file.plan.playbook is None:
        return
    known = {task.id for task in file.plan.playbook.tasks}
    said = {task.words.en.casefold() for task in file.plan.playbook.tasks}
    room = MOST_TASKS - len(known)
    added = [task for task in file.tasks if task.step is None and task.clock is None and task.state is TaskState.DONE]
    for number, task in enumerate(added[: max(room, 0)]):
        if task.words.en.casefold() in said:
            continue
        name = _free_name(number, known)
        known.add(name)
        within = max(ROUND, -(-int((task.due_at - incident.opened_at) / _MINUTE) // ROUND) * ROUND)
        step = {
            "id": name,
            "owner": (task.role or Role.RESPONSIBLE).value,
            "within": min(within, 72 * 60),
            "words": task.words.model_dump(),
        }
        place = f"playbook.{file.plan.scenario}.tasks.{name}"
        yield Lesson(ChangeKind.PLAYBOOK, place, None, json.dumps(step, ensure_ascii=False), ("added=1",))


def _free_name(number: int, known: set[str]) -> str:
    """As a playbook's ids are written: small letters and lines."""
    while True:
        letters = "".join(chr(ord("a") + int(digit)) for digit in str(number))
        if f"learned_{letters}" not in known:
            return f"learned_{letters}"
        number += 1
