"""What is told of an earlier case when its matter, or its like, is back: which one, and what its review has changed."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tocsin.domain.case.review import ChangeState, PlanChange
from tocsin.domain.fields import Language
from tocsin.domain.model import Frozen, UtcDatetime

if TYPE_CHECKING:
    from tocsin.domain.case.file import CaseFile
    from tocsin.domain.client import Client
    from tocsin.domain.incident import Incident

LASTS = timedelta(days=30)
"""The tail of a case: so long after its end a return of its matter is watched for."""
REMEMBERED = timedelta(days=730)
"""So long people remember a crisis of a brand."""
MOST = 5
"""Changes that are told."""


class Returned(Frozen):
    """``again``: its tail was not over; else it was only much like this one. ``changes``: accepted by people since and
    in force, the latest first; ``more``: how many are not told. ``names``: of the people and tasks in them, as a reader
    knows them. ``cited``: the plan by which the new case is worked, with its version; None before there is one."""

    incident_id: str
    opened_at: UtcDatetime
    again: bool
    changes: tuple[PlanChange, ...] = ()
    more: int = 0
    names: tuple[tuple[str, str], ...] = ()
    cited: str | None = None


def returned(
    client: "Client",
    before: "Incident",
    old: "CaseFile",
    new: "CaseFile",
    language: Language,
    now: datetime,
) -> Returned:
    """``before`` and ``old``: of the earlier case; ``new``: the file of the one that is much like it."""
    known = old.review.changes if old.review is not None else ()
    lasting = [one for one in known if one.state is ChangeState.ACCEPTED and one.taken_back_at is None]
    told = sorted(lasting, key=lambda one: one.decided_at or old.opened_at, reverse=True)[:MOST]
    names = names_of(client, (old,), language)
    used = {name: said for name, said in names.items() if any(_speaks_of(one, name) for one in told)}
    plan = new.plan
    return Returned(
        incident_id=old.incident_id,
        opened_at=before.opened_at,
        again=now - before.over_since <= LASTS,
        changes=tuple(told),
        more=len(lasting) - len(told),
        names=tuple(used.items()),
        cited=plan.cited if plan is not None and plan.playbook is not None else None,
    )


def names_of(client: "Client", files: Iterable["CaseFile"], language: Language) -> Mapping[str, str]:
    """Names by address, and a case's tasks by their id and by their step, in the reader's words."""
    names = {one.email: one.name for one in client.client_contacts} | {one.email: one.name for one in client.responders}
    for file in files:
        for task in file.tasks:
            said = task.words.in_(language)
            names |= {task.id: said, **({task.step: said} if task.step is not None else {})}
    return names


def _speaks_of(change: PlanChange, name: str) -> bool:
    parts = (*change.place.split("."), change.place, change.before or "", change.after or "")
    return any(name == part or f'"{name}"' in part or f"[{name}]" in part for part in parts)
