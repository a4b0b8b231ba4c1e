"""An incident that a person declares, with no mention at all: most crises reach an agency by telephone."""

from datetime import datetime
from typing import NamedTuple

from tocsin.domain.assessment import incident_id
from tocsin.domain.brand_state import BrandState
from tocsin.domain.case.file import CaseEvent, CaseFile, What, Work
from tocsin.domain.case.level import hold
from tocsin.domain.case.settled import settled
from tocsin.domain.case.status import checked_why, resumed
from tocsin.domain.client import Client
from tocsin.domain.drills import is_drill, rehearsed
from tocsin.domain.errors import TransitionError
from tocsin.domain.escalation import alarm
from tocsin.domain.incident import Held, Incident
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, OutboxItem
from tocsin.domain.refusals import Refused


class Declared(NamedTuple):
    """What is written in one transaction. ``joined``: the brand's storm was there already, and this holds its level."""

    state: BrandState
    incident: Incident
    file: CaseFile
    events: tuple[CaseEvent, ...]
    outbox: tuple[OutboxItem, ...]
    joined: bool


def declare(
    client: Client,
    brand: str,
    level: Level,
    why: str,
    by: str,
    at: datetime,
    state: BrandState,
    incident: Incident | None = None,
    file: CaseFile | None = None,
) -> Declared:
    """``incident``: the latest one of the brand, with its file. While that one burns it is raised to ``level``, or
    stays where it is, and is held there; mentions that come later join what is declared here. Raise TransitionError."""
    said = checked_why(why)
    if client.brand(brand) is None:
        known = ", ".join(one.name for one in client.brands)
        raise TransitionError(f"{brand} is none of the brands of {client.client}: {known}", Refused.UNKNOWN)
    if level is Level.CALM:
        raise TransitionError("nothing is declared at calm: watch is the least", Refused.CALM)
    if incident is not None and not incident.closed:
        return _joined(client, state, incident, file, level, said, by, at)
    number = state.incident_no + 1
    begun = Incident.opened(
        id=incident_id(client, brand, number), client=client.client, brand=brand, level=level, index=0.0, reasons=(),
        at=at,
    )  # fmt: skip
    told = alarm(client, begun, AlertKind.RAISED, at, always=True)
    held = Held(level=level, by=by, at=at, why=said)
    opened = told.incident.model_copy(update={"held": held, "asked": state.level, "version": 1})
    drill = rehearsed(brand) if is_drill(brand) else None
    begun_file = CaseFile.opened(opened, declared_by=by, drill=drill, version=1)
    work = Work(client, opened, begun_file, at, by)
    after = state.model_copy(
        update={"version": state.version + 1, "incident_id": opened.id, "incident_no": number, "held": level}
    )
    events = (work.did(What.DECLARED, of=level.value, words=said),)
    return Declared(after, opened, begun_file, events, told.outbox, joined=False)


def _joined(
    client: Client,
    state: BrandState,
    incident: Incident,
    file: CaseFile | None,
    level: Level,
    why: str,
    by: str,
    at: datetime,
) -> Declared:
    """A declaration lowers nothing."""
    known = file or CaseFile.opened(incident)
    work = Work(client, incident, known if known.live else resumed(known), at, by)
    done = hold(work, max(level, incident.level), why)
    event = work.did(What.DECLARED, of=level.value, words=why)
    whole = settled(work, done._replace(events=(event, *done.events)))
    after = state.model_copy(update={"version": state.version + 1, "held": whole.incident.level})
    return Declared(after, whole.incident, whole.file.with_(next_at=at), whole.events, whole.outbox, joined=True)
