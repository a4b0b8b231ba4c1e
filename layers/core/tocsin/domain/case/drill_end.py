"""The end of a drill: whoever was paged hears that it is over, and nothing of it is reviewed, watched or owed."""

from datetime import datetime
from typing import TYPE_CHECKING

from tocsin.domain.case.file import CaseFile, CaseStatus, What, Work, Worked
from tocsin.domain.drills import LONGEST, is_drill
from tocsin.domain.errors import TransitionError
from tocsin.domain.escalation import alarm
from tocsin.domain.incident import Incident, Step
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, OutboxItem
from tocsin.domain.refusals import Refused

if TYPE_CHECKING:
    from tocsin.domain.case.seen import Seen

WHY = "the drill is over"


def end(work: Work) -> Worked:
    """What is promised in a drill binds nobody. Raise TransitionError where nothing is drilled."""
    if not is_drill(work.incident.brand):
        raise TransitionError(f"{work.incident.id} is no drill", Refused.UNKNOWN)
    incident = work.incident
    outbox: tuple[OutboxItem, ...] = ()
    if not incident.closed:
        over = incident.take(Step.RESOLVE, at=work.now, by=work.by, level=Level.CALM)
        incident, outbox = alarm(work.client, over, AlertKind.RESOLVED, work.now, always=True, paged_only=True)
    if not work.file.live:
        return Worked(incident, work.file, (), outbox)
    closed = work.file.with_(status=CaseStatus.CLOSED, why=WHY, next_at=None)
    return Worked(incident, closed, (work.did(What.CLOSED, words=WHY),), outbox)


def due(work: Work, seen: "Seen") -> Worked:  # noqa: ARG001 - a clockwork's
    """Of the clockwork: a drill whose command has died ends by itself."""
    at = next_at(work.file, work.incident)
    return end(work) if at is not None and at <= work.now else Worked(work.incident, work.file)


def next_at(file: CaseFile, incident: Incident) -> datetime | None:
    return incident.opened_at + LONGEST if is_drill(incident.brand) and file.live else None
