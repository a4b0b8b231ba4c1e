"""The plan's page: what is to be done, by whom and by when; how the public is answered; the clocks of the law."""

from typing import Any

from tocsin.domain.case.freeze import FREEZE
from tocsin.domain.case.legal import offered
from tocsin.domain.case.plan import against
from tocsin.domain.case.tasks import CaseTask, TaskState
from tocsin.domain.people import Circle
from tocsin.domain.playbook import Library, Playbook
from tocsin.domain.posture import POSTURE_OF, Objection, Posture, Removal, Strategy
from tocsin.web.answer_people import name_of
from tocsin.web.answer_words import CIRCLES
from tocsin.web.case.common import Desk, Wrong, by_when, owner_words, part_page, task_words
from tocsin.web.case.names import TASKS
from tocsin.web.case.pause_words import receipts
from tocsin.web.clean import one_line
from tocsin.web.i18n import Reader, mark
from tocsin.web.pages import Page
from tocsin.web.plan_words import (
    clock_start_words,
    clock_words,
    objection_words,
    strategy_words,
    way_words,
    why_words,
)

MOST_OVER = 40
REMOVALS = {
    # NOTE: why something that others wrote should be taken down
    Removal.CRITICISM: mark("It is criticism"),
    # NOTE: why something that others wrote should be taken down
    Removal.ILLEGAL: mark("It is against the law"),
    # NOTE: why something that others wrote should be taken down
    Removal.PERSONAL_DATA: mark("It shows somebody's personal data"),
    # NOTE: why something that others wrote should be taken down
    Removal.THREAT: mark("It threatens somebody"),
    # NOTE: why something that others wrote should be taken down
    Removal.SPAM: mark("It is spam"),
}


def plan_page(
    page: Page,
    desk: Desk,
    wrong: Wrong,
    library: Library | None,
    objections: tuple[str, ...] = (),
    obstacles: tuple[str, ...] = (),
) -> str:
    """``library``: None before the first deploy of playbooks. ``objections``: sentences against what somebody has just
    tried to settle on; ``obstacles``: against having something taken down."""
    reader, file = page.reader, desk.file
    book = file.plan.playbook if file.plan is not None else None
    still = sorted((one for one in file.tasks if one.state is TaskState.OPEN), key=lambda one: one.due_at)
    over = [one for one in file.tasks if one.state is not TaskState.OPEN]
    view = {
        "tasks": [_open(reader, desk, one) for one in still],
        "over": [_over(reader, desk, one) for one in over[-MOST_OVER:]],
        "plan": _plan(reader, desk, book),
        "scenarios": _scenarios(reader, library),
        "posture": _posture(reader, desk, book),
        "objections": objections,
        "obstacles": obstacles,
        "clocks": _clocks(reader, desk, library),
        "removals": [(one.value, reader.gettext(words)) for one, words in REMOVALS.items()],
        "elsewhere": _elsewhere(reader, desk),
        "receipts": list(receipts(reader, desk)),
        "frozen": any(one.step == FREEZE and one.state is TaskState.OPEN for one in file.tasks),
    }
    return part_page(page, desk, "plan", wrong, view)


def _elsewhere(reader: Reader, desk: Desk) -> str | None:
    """What became of asking for a pause at the agency's other clients."""
    asked = desk.file.elsewhere
    if asked is None:
        return None
    if asked.told_at is not None:
        time = reader.moment(asked.told_at, desk.now)
        return reader.gettext("The other clients' people were asked at %(time)s.", time=time)
    if asked.alone:
        return reader.gettext("The other clients' people could not be asked from here: the desk does it.")
    return reader.gettext("The other clients' people are asked within a minute.")


def _open(reader: Reader, desk: Desk, task: CaseTask) -> dict[str, Any]:
    unsigned = task.needs_sign_off and task.signed_by is None
    return {
        "id": task.id,
        "words": task_words(reader, task),
        "when": by_when(reader, task.due_at, desk.now),
        "late": task.due_at < desk.now,
        "owner": owner_words(desk, task.owner, task.role),
        "given": task.owner or "",
        "unsigned": unsigned,
        "may_sign": unsigned and task.owner != desk.me.email,
        "law": task.clock is not None,
        "begun": name_of(desk.client, task.owner) if task.begun_at is not None and task.owner else None,
        "mine": task.begun_at is not None and task.owner == desk.me.email,
    }


def _over(reader: Reader, desk: Desk, task: CaseTask) -> str:
    said = f"{task_words(reader, task)}: {reader.gettext(TASKS[task.state])}"
    if task.done_at is not None:
        said += f", {reader.moment(task.done_at, desk.now)}"
    if task.done_by:
        said += f" ({name_of(desk.client, task.done_by)})"
    return said + (f". {one_line(task.note, 300)}" if task.note else "")


def _plan(reader: Reader, desk: Desk, book: Playbook | None) -> dict[str, Any] | None:
    plan = desk.file.plan
    if plan is None:
        return None
    return {
        "title": book.title.in_(reader.language) if book is not None else reader.gettext("General plan"),
        "cited": plan.cited,
        "guess": plan.guessed and book is not None,
        "chosen_by": name_of(desk.client, plan.chosen_by) if plan.chosen_by else None,
        "why": [said for fact in plan.why if (said := why_words(reader.language, _named(desk, fact)))],
        "never": [one.in_(reader.language) for one in book.never] if book is not None else [],
        "closing": book.closing.in_(reader.language) if book is not None else None,
        "ways": [way_words(reader.language, one) for one in book.channels] if book is not None else [],
        "informed": [_informed(reader, desk, one) for one in book.stakeholders] if book is not None else [],
    }


def _informed(reader: Reader, desk: Desk, circle: Circle) -> dict[str, str]:
    """``names``: of the client's own stakeholders in it; empty where the file has none."""
    names = (one_line(one.name, 80) for one in desk.client.stakeholders if one.circle is circle)
    return {"circle": reader.gettext(CIRCLES[circle]), "names": ", ".join(names)}


def _named(desk: Desk, fact: str) -> str:
    """With the person's name instead of their address."""
    name, _, value = fact.partition("=")
    return f"by={name_of(desk.client, value)}" if name == "by" else fact


def _scenarios(reader: Reader, library: Library | None) -> list[tuple[str, str]]:
    books = library.playbooks if library is not None else ()
    return [(one.scenario, one.title.in_(reader.language)) for one in books]


def _posture(reader: Reader, desk: Desk, book: Playbook | None) -> dict[str, Any] | None:
    """What may be settled on now, each with what speaks against it by itself; the rest is refused when it is tried."""
    plan = desk.file.plan
    if plan is None:
        return None
    allowed = book.allowed if book is not None else (Strategy.INSTRUCT, Strategy.ADJUST)
    base = (Strategy.INSTRUCT, Strategy.ADJUST)
    options = [
        {
            "id": one.value,
            "words": strategy_words(reader.language, one),
            "chosen": one in plan.strategies,
            "refused": [
                objection_words(reader.language, each)
                for each in against(desk.file, (*base, one), signed=True, proof=True)
                if each is not Objection.BOLSTER_ALONE
            ],
        }
        for one in allowed
    ]
    promises = any(POSTURE_OF[one] is Posture.REBUILD for one in plan.strategies)
    return {
        "options": options,
        "settled": [strategy_words(reader.language, one) for one in plan.strategies],
        "proof": plan.proof or "",
        "signed_by": name_of(desk.client, plan.signed_by) if plan.signed_by else None,
        "unsigned": promises and plan.signed_by is None,
        "may_sign": plan.settled_by != desk.me.email,
        "settled_by": name_of(desk.client, plan.settled_by) if plan.settled_by else None,
    }


def _clocks(reader: Reader, desk: Desk, library: Library | None) -> dict[str, Any]:
    running = [
        {
            "id": one.id,
            "words": clock_words(reader.language, one.id, library),
            "when": by_when(reader, one.due_at, desk.now),
            "late": one.due_at < desk.now,
        }
        for one in desk.file.clocks
        if one.stopped_at is None
    ]
    offers = offered(desk.client, library, desk.file) if library is not None else ()
    known = {one.id for one in desk.file.clocks if one.stopped_at is None}
    return {
        "running": running,
        "offered": [
            {
                "id": one.id,
                "words": clock_words(reader.language, one.id, library),
                "since": clock_start_words(reader.language, one.id, library),
            }
            for one in offers
            if one.id not in known
        ],
    }
