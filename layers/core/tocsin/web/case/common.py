"""What all parts of a case share: who looks at what, what comes next, and how to get from part to part."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from tocsin.domain.case.file import CaseEvent, CaseFile
from tocsin.domain.case.promises import Promise, PromiseState
from tocsin.domain.case.reminding import owner_of
from tocsin.domain.case.tasks import CaseTask, TaskState
from tocsin.domain.case.texts import TextState
from tocsin.domain.client import Client
from tocsin.domain.drills import is_drill
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.outbox import OutboxItem
from tocsin.domain.people import Responder
from tocsin.web.answer_people import name_of
from tocsin.web.case.names import PARTS, REFUSED, ROLES
from tocsin.web.clean import one_line
from tocsin.web.i18n import Reader
from tocsin.web.pages import Page, render
from tocsin.web.words import LEVELS

MAX_WORDS, MAX_BRAND, MAX_NOTE = 400, 60, 280
SOON = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Desk:
    """What a part is made of. ``me``: whose link it is; ``action``: the case's own address."""

    client: Client
    incident: Incident
    file: CaseFile
    events: tuple[CaseEvent, ...]
    outbox: tuple[OutboxItem, ...]
    me: Responder
    now: datetime
    action: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """What did not go through. ``of``: the form and what it was about, as ``task_drop/task-3``; ``fault``: a sentence
    of the catalogue beside a field; ``refused``: a sentence of the catalogue about a step that was refused."""

    of: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    trouble: str | None = None
    fault: str | None = None
    refused: str | None = None


class Next(NamedTuple):
    """Something with a clock. ``do``: the form that ends it at once; without one it is done on its part's page."""

    part: str
    id: str
    words: str
    due_at: datetime
    owner: str
    mine: bool
    do: str | None = None


def part_page(page: Page, desk: Desk, part: str, wrong: Wrong, view: dict[str, Any]) -> str:
    """``view``: what the part's own template needs beside what all have."""
    reader = page.reader
    return render(f"case/{part}", page, frame(reader, desk, part, wrong) | view)


def frame(reader: Reader, desk: Desk, part: str, wrong: Wrong) -> dict[str, Any]:
    incident = desk.incident
    return {
        "action": desk.action,
        "part": part,
        "title": reader.gettext(PARTS[part]),
        "level": level_words(reader, incident),
        "tone": "calm" if incident.closed else incident.level.value,
        "asked_level": incident.level.value,
        "brand": one_line(incident.brand, MAX_BRAND) or "?",
        "drill": drill_words(reader, incident),
        "parts": parts_of(reader, desk, but=part),
        "wrong": wrong,
        "trouble": reader.gettext(wrong.trouble) if wrong.trouble else None,
        "refused": reader.gettext(REFUSED) if wrong.refused else None,
        "refusal": reader.gettext(wrong.refused) if wrong.refused else None,
        "fault": reader.gettext(wrong.fault) if wrong.fault else None,
        "zone": reader.zone(desk.now),
        "limit": MAX_NOTE,
        "people": people(reader, desk),
        "now": local_input(reader, desk.now),
        "soon": local_input(reader, desk.now + SOON),
    }


def level_words(reader: Reader, incident: Incident) -> str:
    if incident.closed:
        return reader.gettext("RESOLVED")
    return reader.gettext(LEVELS[incident.level])


def drill_words(reader: Reader, incident: Incident) -> str | None:
    if not is_drill(incident.brand):
        return None
    return reader.gettext("This is only a drill. Nothing has happened.")


def people(reader: Reader, desk: Desk) -> list[tuple[str, str, bool]]:
    """Address, name with role, and whether it is the reader."""
    return [
        (
            one.email,
            name_of(desk.client, one.email) + (f" ({reader.gettext(ROLES[one.role])})" if one.role else ""),
            one.email == desk.me.email,
        )
        for one in desk.client.responders
    ]


def parts_of(reader: Reader, desk: Desk, but: str | None = None) -> list[dict[str, Any]]:
    counts = dict(counts_of(reader, desk))
    return [
        {"part": part, "words": reader.gettext(words), "count": counts.get(part)}
        for part, words in PARTS.items()
        if part != but
    ]


def counts_of(reader: Reader, desk: Desk) -> Iterator[tuple[str, str]]:
    """How much waits in a part, where something does."""
    file = desk.file
    tasks = [one for one in file.tasks if one.state is TaskState.OPEN]
    late = sum(one.due_at < desk.now for one in tasks)
    if tasks:
        # NOTE: of tasks, in a list of parts: 3 open, 1 of them late
        words = reader.gettext("%(count)s open", count=len(tasks))
        # NOTE: of tasks, after how many are open
        yield "plan", words + (", " + reader.gettext("%(count)s late", count=late) if late else "")
    for part, count in (
        ("words", sum(one.state is TextState.DRAFT for one in file.texts)),
        ("promises", sum(one.state is PromiseState.OPEN for one in file.promises)),
        ("enquiries", sum(one.answered_at is None for one in file.enquiries)),
        ("briefs", sum(asked.answer is None for one in file.briefs for asked in one.questions)),
    ):
        if count:
            yield part, reader.gettext("%(count)s open", count=count)


def nexts(reader: Reader, desk: Desk) -> list[Next]:
    """All that has a clock: the reader's own first, the most urgent first."""
    found = [*_tasks(reader, desk), *_promises(desk), *_enquiries(desk)]
    return sorted(found, key=lambda one: (not one.mine, one.due_at))


def next_view(reader: Reader, desk: Desk) -> dict[str, Any] | None:
    """The one thing to do now, for the top of the case's page."""
    found = nexts(reader, desk)
    if not found:
        return None
    one = found[0]
    more = sum(other.part == one.part for other in found[1:])
    return {
        "part": one.part,
        "id": one.id,
        "words": one.words,
        "when": by_when(reader, one.due_at, desk.now),
        "late": one.due_at < desk.now,
        "owner": one.owner,
        "mine": one.mine,
        "do": one.do if one.mine else None,
        "open": reader.gettext(PARTS[one.part]),
        # NOTE: after the name of a part: so many more wait there
        "more": reader.gettext("%(count)s more", count=more) if more else None,
    }


def task_words(reader: Reader, task: CaseTask) -> str:
    return one_line(task.words.in_(reader.language), MAX_WORDS)


def owner_words(desk: Desk, owner: str | None, role: Any) -> str:
    if owner is not None:
        return name_of(desk.client, owner)
    return name_of(desk.client, owner_of(desk.client, None, role, desk.now).email)


def _tasks(reader: Reader, desk: Desk) -> Iterator[Next]:
    for task in desk.file.tasks:
        if task.state is TaskState.OPEN:
            owner = owner_of(desk.client, task.owner, task.role, desk.now).email
            do = None if task.needs_sign_off and task.signed_by is None else "task_done"
            yield Next(
                "plan", task.id, task_words(reader, task), task.due_at, name_of(desk.client, owner),
                owner == desk.me.email, do,
            )  # fmt: skip


def _promises(desk: Desk) -> Iterator[Next]:
    for one in desk.file.promises:
        if one.state is PromiseState.OPEN:
            yield Next(
                "promises", one.id, promise_words(one), one.due_at, name_of(desk.client, one.owner),
                one.owner == desk.me.email, "promise_kept",
            )  # fmt: skip


def _enquiries(desk: Desk) -> Iterator[Next]:
    for one in desk.file.enquiries:
        if one.answered_at is None and one.deadline is not None:
            said = one_line(f"{one.outlet}: {one.question}", MAX_WORDS)
            owner = name_of(desk.client, one.owner)
            yield Next("enquiries", one.id, said, one.deadline, owner, one.owner == desk.me.email)


def promise_words(one: Promise) -> str:
    return one_line(f"{one.what} ({one.to})", MAX_WORDS)


def by_when(reader: Reader, at: datetime, now: datetime) -> str:
    time = reader.moment(at, now)
    if at < now:
        # NOTE: a deadline that has passed
        return reader.gettext("was due at %(time)s", time=time)
    # NOTE: a deadline: "by 03:24"; the time may bring its date along
    return reader.gettext("by %(time)s", time=time)


def local_input(reader: Reader, at: datetime) -> str:
    """As a form's field for a moment has it."""
    return f"{reader.local(at):%Y-%m-%dT%H:%M}"


def is_grave(incident: Incident) -> bool:
    return max(incident.level, incident.peak) >= Level.CRISIS
