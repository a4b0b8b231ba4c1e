"""Which sources were not heard while the case burned: its review asks when they may be well again."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tocsin.domain.case.file import CaseFile, Hearing, Work, Worked
from tocsin.domain.incident import Incident

if TYPE_CHECKING:
    from tocsin.domain.case.seen import Seen

EVERY = timedelta(minutes=30)
"""What is silent for less, between two looks, is missed here; the operator hears of it all the same."""
MOST, LONGEST = 30, 120


def due(work: Work, seen: "Seen") -> Worked:
    """Of the clockwork."""
    at = next_at(work.file, work.incident)
    if at is None or at > work.now:
        return Worked(work.incident, work.file)
    known = work.file.hearing.silent if work.file.hearing is not None else ()
    silent = tuple(dict.fromkeys((*known, *(name[:LONGEST] for name in seen.silent_sources))))[:MOST]
    return Worked(work.incident, work.file.with_(hearing=Hearing(looked_at=work.now, silent=silent)))


def next_at(file: CaseFile, incident: Incident) -> datetime | None:
    if file.drill is not None or incident.closed:
        return None
    return file.hearing.looked_at + EVERY if file.hearing is not None else incident.opened_at
