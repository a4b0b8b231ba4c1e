"""The part of what reviews have changed since the last deploy, and of taking it back."""

import logging
from functools import partial

from tocsin.domain.case import keeping
from tocsin.domain.case.changes import left_over, with_change
from tocsin.domain.case.file import CaseFile
from tocsin.domain.case.review import ChangeKind, PlanChange
from tocsin.domain.case.reviewing import take_back
from tocsin.domain.errors import TransitionError
from tocsin.domain.playbook_changes import accepted, passed_over
from tocsin.entry.case_parts.form import FaultError, Form
from tocsin.entry.desk_parts.visit import DeskVisit, Handler
from tocsin.web.case.common import Wrong
from tocsin.web.case.names import CHOOSE
from tocsin.web.desk.changes import Kept, changes_page

logger = logging.getLogger(__name__)


def show(visit: DeskVisit, wrong: Wrong) -> str:
    return changes_page(visit.page, visit.counter, wrong, _in_force(visit))


def _in_force(visit: DeskVisit) -> tuple[Kept, ...]:
    """The latest first. One can be taken back where it is known which case it is of and nothing was built on it."""
    clients, plans = visit.tools.clients, visit.tools.plans
    file, library, overlay = clients.deployed(), plans.deployed(), plans.changes()
    known = clients.changes()
    of_file = left_over(file, known) if file is not None else ()
    gone = passed_over(library, overlay) if library is not None else overlay.changes
    found: list[Kept] = []
    for change in (*of_file, *(one for one in overlay.changes if one not in gone)):
        try:
            if change.kind is not ChangeKind.PLAYBOOK and file is not None:
                with_change(file, known, change.undone)
            elif library is not None:
                accepted(library, overlay, change.undone)
            free = True
        except TransitionError:
            free = False
        case = visit.tools.cases.case_file(change.incident) if change.incident is not None else None
        mine = next((one for one in _decided_in(case) if (one.kind, one.id) == (change.kind, change.id)), None)
        found.append(Kept(change, case, mine, free=free and mine is not None))
    return tuple(sorted(found, key=_decided, reverse=True))


def _decided_in(case: CaseFile | None) -> tuple[PlanChange, ...]:
    if case is None:
        return ()
    return (*(case.review.changes if case.review is not None else ()), *case.kept)


def _decided(kept: Kept) -> float:
    return kept.change.decided_at.timestamp() if kept.change.decided_at is not None else 0.0


def _take_back(visit: DeskVisit, form: Form) -> None:
    """What the page has shown, and nothing else: by its case and number, as it is in force now."""
    incident, change_id = form.need("case"), form.id
    found = next((one for one in _in_force(visit) if _is(one.change, incident, change_id)), None)
    if found is None or not found.free:
        raise FaultError(CHOOSE)
    step = keeping.take_back if found.change.kind is ChangeKind.TEXT else take_back
    visit.tools.casework.do(incident, visit.me.email, partial(step, change_id=change_id))


def _is(change: PlanChange, incident: str, change_id: str) -> bool:
    return (change.incident, change.id) == (incident, change_id)


STEPS: dict[str, Handler] = {"take_back": _take_back}
