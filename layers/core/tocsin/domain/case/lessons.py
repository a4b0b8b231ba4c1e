"""From the figures of a case to what is to be done otherwise: proposals, each with the facts behind it.

Only a person accepts one. Each is small and says what it changes: some points of a threshold, as far as was measured,
one task's minutes, one word, who is asked first and how.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from tocsin.domain.case.contact_lessons import Lesson, contacts
from tocsin.domain.case.figures import DETECT_WITHIN, Figures, late_by
from tocsin.domain.case.file import CaseFile, CaseStatus
from tocsin.domain.case.review import ChangeKind
from tocsin.domain.case.tasks import CaseTask, TaskState
from tocsin.domain.client import Client
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.outbox import OutboxItem
from tocsin.domain.people import Role
from tocsin.domain.reading import ScoredMention

STEP, MOST_POINTS = 5, 15
"""Of a threshold, where nothing was measured, and at the very most."""
LOWEST = 25
"""No issue begins below this: under it an alarm would be of noise."""
TOO_LATE = 10
"""Minutes by which a task must be late to say something of its time."""
ROUND = 15
VOICES = 3
"""Criticisms that were in by then: fewer would have been nobody's alarm."""
MOST_TASKS = 20
_MINUTE = timedelta(minutes=1)


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
    outbox: Sequence[OutboxItem] = (),
    measured: Sequence[tuple[datetime, float]] = (),
) -> tuple[Lesson, ...]:
    """``former``: files of the brand's earlier cases; ``terms``: what marks of mentions ask for; ``measured``: the
    index at each change of the brand's level, oldest first."""
    return (
        *_thresholds(client, incident, file, told, mentions, measured),
        *contacts(client, incident, file, told, outbox),
        *_terms(incident.brand, terms),
        *_late_tasks(file, incident, tuple(former)),
        *_added_tasks(file, incident),
    )


def _thresholds(
    client: Client,
    incident: Incident,
    file: CaseFile,
    told: Figures,
    mentions: Sequence[ScoredMention],
    measured: Sequence[tuple[datetime, float]],
) -> Iterator[Lesson]:
    by_hand = file.declared_by is not None
    if file.status is CaseStatus.DISMISSED:
        if not by_hand:  # no figure raised what a person declared
            rose = max((index for at, index in measured if at >= incident.opened_at), default=None)
            yield from _higher(client, max(incident.peak, Level.ISSUE), rose)
        return
    rang = [at for at, level in told.fired if level >= Level.ISSUE]
    if not rang:
        return
    heard = sorted(one.mention.fetched_at for one in mentions if one.reading.negative or one.reading.grave)
    known = heard[VOICES - 1] if len(heard) >= VOICES else None
    waited = int((rang[0] - known) / _MINUTE) if known is not None else 0
    before = max((index for at, index in measured if at < rang[0]), default=None)
    if by_hand and known is not None and known < rang[0]:
        why = (f"heard={sum(at < rang[0] for at in heard)}", "declared=1")
        yield from _lower(client, Level.ISSUE, before, why)
    elif not by_hand and waited > DETECT_WITHIN:
        first = next(level for _, level in told.fired if level >= Level.ISSUE)
        yield from _lower(client, first, before, (f"waited={waited}",))


def _lower(client: Client, level: Level, index: float | None, why: tuple[str, ...]) -> Iterator[Lesson]:
    """To what was measured before it rang, as far as one step may go."""
    if index is None or index < LOWEST:
        yield from _moved(client, level, -STEP, why)
        return
    short = getattr(client.thresholds, level.value) - int(index)
    yield from _moved(client, level, -min(max(short, 1), MOST_POINTS), (*why, f"index={int(index)}"))


def _higher(client: Client, level: Level, index: float | None) -> Iterator[Lesson]:
    """Beyond what was measured, as far as one step may go."""
    if index is None:
        yield from _moved(client, level, STEP, ("false=1",))
        return
    more = int(index) + 1 - getattr(client.thresholds, level.value)
    yield from _moved(client, level, min(max(more, STEP), MOST_POINTS), ("false=1", f"index={int(index)}"))


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
