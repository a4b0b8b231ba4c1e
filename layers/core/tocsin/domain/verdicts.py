"""What a person said of an incident afterwards, and how that shifts what follows: bounded, visible, reversible."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from tocsin.domain.fields import Name
from tocsin.domain.judgement import MOST_SHIFT, Shift
from tocsin.domain.levels import Level
from tocsin.domain.model import Frozen, UtcDatetime

LASTS = timedelta(days=30)
"""How long a verdict weighs; a further one renews those that still do."""
STEP = 5.0
"""Points of the index: two alike reach the most that is allowed."""


class CaseVerdict(StrEnum):
    NOT_A_CRISIS = "not-a-crisis"
    """The alarm was wrong: what follows needs a little more."""
    WAS_A_CRISIS = "was-a-crisis"
    """It was right; or, where it never rose to a crisis, too timid: what follows needs a little less."""


class CaseMark(Frozen):
    incident_id: str
    brand: Name
    verdict: CaseVerdict
    points: float
    by: str
    at: UtcDatetime


def points_of(verdict: CaseVerdict, peak: Level) -> float:
    """``peak``: the gravest level of the incident."""
    if verdict is CaseVerdict.NOT_A_CRISIS:
        return -STEP
    return 0.0 if peak >= Level.CRISIS else STEP


def marked(marks: Iterable[CaseMark], one: CaseMark, now: datetime) -> tuple[CaseMark, ...]:
    """With this verdict in place of an earlier one of the same incident; those whose time is over are dropped."""
    return (*unmarked(marks, one.incident_id, now), one)


def unmarked(marks: Iterable[CaseMark], incident_id: str, now: datetime) -> tuple[CaseMark, ...]:
    return tuple(mark for mark in marks if mark.incident_id != incident_id and now - mark.at < LASTS)


def shift_at(marks: Iterable[CaseMark], brand: str, at: datetime) -> Shift | None:
    """What was in force then, by the verdicts that still stand: as the last one before it left it."""
    said = [mark for mark in marks if mark.brand == brand and mark.at <= at]
    shift = shift_of(said, brand, max(mark.at for mark in said)) if said else None
    return shift if shift is not None and shift.lasts(at) else None


def shift_of(marks: Iterable[CaseMark], brand: str, now: datetime) -> Shift | None:
    """What all verdicts on a brand's incidents come to; None for nothing."""
    weighing = [mark for mark in marks if mark.brand == brand and mark.points and now - mark.at < LASTS]
    points = min(MOST_SHIFT, max(-MOST_SHIFT, sum(mark.points for mark in weighing)))
    if not points:
        return None
    last = max(weighing, key=lambda mark: mark.at)
    return Shift(points=points, since=last.at, until=last.at + LASTS, incident_id=last.incident_id, by=last.by)
