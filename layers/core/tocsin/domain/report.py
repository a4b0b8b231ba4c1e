"""What the desk reads in the morning: what would have rung, what is held back, and how well we hear."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum

from tocsin.domain.alert import AlertMention, Heard
from tocsin.domain.client import Client, Language
from tocsin.domain.controls import Controls, Mute, Pause, muted
from tocsin.domain.judged import Judged
from tocsin.domain.judgement import Shift
from tocsin.domain.levels import Level
from tocsin.domain.model import Frozen, UtcDatetime
from tocsin.domain.readiness_report import ReadinessReport
from tocsin.domain.reasons import Reason
from tocsin.domain.silent import Silent

MONDAY = 0
FIRST_LOOK_BACK = timedelta(days=1)
LONGEST_LOOK_BACK = timedelta(days=8)


class ReportKind(StrEnum):
    SHADOW = "shadow"
    """Each morning of a client in shadow."""
    PAUSED = "paused"
    """Each morning of a pause."""
    RESUMED = "resumed"
    """Once, when a pause is over."""
    WEEK = "week"
    """Each Monday of an armed client."""


class ReportBook(Frozen):
    """``day``: of the last report, in the client's zone; ``told``: addresses that have it already; ``done``: all have
    it. ``since``: from when on it tells; ``until``: what happened before stands in a report that reached everybody."""

    version: int = 0
    day: date | None = None
    told: tuple[str, ...] = ()
    done: bool = False
    since: UtcDatetime | None = None
    until: UtcDatetime | None = None


class SilentAlarm(Frozen):
    """``woken`` and ``written``: names of people. ``gravest``: what to read to judge it; hostile until escaped."""

    silent: Silent
    woken: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    gravest: AlertMention | None = None


class BrandLine(Frozen):
    """A brand's level now; ``mentions`` and ``negative`` were counted since the last report."""

    brand: str
    level: Level
    index: float
    mentions: int
    negative: int
    shift: Shift | None = None
    """What verdicts on its incidents add to the index or take from it now."""


class Storm(Frozen):
    """An incident of the week, at its worst: ``until`` None while it burns. ``declared``: who set its level by hand,
    and why."""

    incident_id: str
    brand: str
    level: Level
    since: UtcDatetime
    until: UtcDatetime | None
    reasons: tuple[Reason, ...]
    declared: tuple[str, str] | None = None


class Coming(Frozen):
    name: str
    start: UtcDatetime
    end: UtcDatetime
    watchful: bool


class Report(Frozen):
    """One report for one person, before it is put into words."""

    kind: ReportKind
    client: str
    client_name: str
    at: UtcDatetime
    since: UtcDatetime
    language: Language
    timezone: str
    arm_on: date | None = None
    """The day on which the file expects somebody to arm it."""
    pause: Pause | None = None
    alarms: tuple[SilentAlarm, ...] = ()
    more: int = 0
    """Silent alarms that are not shown."""
    storms: tuple[Storm, ...] = ()
    """Of which people were told; in the week's report."""
    brands: tuple[BrandLine, ...] = ()
    events: tuple[Coming, ...] = ()
    heard: Heard | None = None
    pages: tuple[tuple[str, str], ...] = ()
    """By incident, the address under which this person says whether it was right."""
    declare: str | None = None
    """The address under which this person declares a case by hand."""
    ready: ReadinessReport | None = None
    """As of the last look; None where nobody has looked yet, or lately."""


def storms(changes: Iterable[Judged]) -> tuple[Storm, ...]:
    """From changes of one brand's level, oldest first, those of issue or above."""
    found: dict[str, Storm] = {}
    for one in changes:
        if one.incident_id is None:
            continue
        known = found.get(one.incident_id)
        ended = one.at if one.level is Level.CALM else None
        if known is None:
            known = Storm(
                incident_id=one.incident_id,
                brand=one.brand,
                level=max(one.level, one.before),
                since=one.at,
                until=None,
                reasons=one.judgement.reasons,
            )
        elif one.level > known.level:
            known = known.model_copy(update={"level": one.level, "reasons": one.judgement.reasons})
        found[one.incident_id] = known.model_copy(update={"until": ended})
    return tuple(storm for storm in found.values() if storm.level >= Level.ISSUE)


def due(client: Client, controls: Controls, now: datetime, local: date) -> ReportKind | None:
    """Which report this morning brings; none on most mornings of an armed client."""
    match muted(client, controls, now):
        case Mute.SHADOW:
            return ReportKind.SHADOW
        case Mute.PAUSED:
            return ReportKind.PAUSED
    return ReportKind.WEEK if local.weekday() == MONDAY else None


def begun(book: ReportBook, day: date, now: datetime) -> ReportBook:
    """The book of this morning: the same one when its run is repeated, else a new one, with nobody told. What did not
    reach everybody is told again, as far back as it went."""
    if book.day == day:
        return book
    since = max(book.until or book.since or now - FIRST_LOOK_BACK, now - LONGEST_LOOK_BACK)
    return ReportBook(version=book.version + 1, day=day, since=since, until=book.until)


def noted(book: ReportBook, address: str) -> ReportBook:
    return book.model_copy(update={"version": book.version + 1, "told": (*book.told, address)})


def finished(book: ReportBook, now: datetime) -> ReportBook:
    """Everybody has it."""
    return book.model_copy(update={"version": book.version + 1, "done": True, "until": now})
