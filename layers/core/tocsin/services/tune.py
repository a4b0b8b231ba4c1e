"""Alarms a month against delay for a range of thresholds, from one reading of a client's history.

The recording is judged once with thresholds of nearly nothing, and each look is kept with its index and with the level
that its evidence allows. What another threshold would have done is then decided from these looks alone, with the
hysteresis and relapses of the real alarm.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from tocsin.domain.assessment import decide
from tocsin.domain.brand_state import BrandState
from tocsin.domain.client import Client, Thresholds
from tocsin.domain.detector import Detector, floors_of
from tocsin.domain.judgement import Judgement
from tocsin.domain.levels import Level
from tocsin.domain.mention import Mention
from tocsin.domain.model import Frozen, UtcDatetime
from tocsin.ports import Analyzer
from tocsin.services.replay import COOLING_STEP, Glance, heard_at, replay

if TYPE_CHECKING:
    from tocsin.domain.incident import Incident

NOTHING = Thresholds(issue=1, crisis=2, severe=3)
COMPARED = range(20, 81, 5)
MONTH = timedelta(days=30)


class Look(NamedTuple):
    """``evidence``: the gravest level that what was there allows, whatever its points."""

    at: datetime
    points: float
    evidence: Level


@dataclass
class Trace:
    """``looks``: by brand, those at which a level could rise or fall. ``since`` and ``until``: first and last heard."""

    client: Client
    since: datetime
    until: datetime
    looks: dict[str, list[Look]] = field(default_factory=dict)


class Row(Frozen):
    """One threshold of issue. ``alarms``: rises to issue or above; pages: to crisis or above, which wake at any hour.

    ``median_delay_minutes``: from the moment at which the most watchful threshold rang for the same storm; None
    without alarms. ``shipped``: it is the client's own."""

    issue: int
    alarms: int
    alarms_a_month: float
    pages_a_month: float
    median_delay_minutes: float | None
    shipped: bool
    rises: tuple[UtcDatetime, ...] = ()


@dataclass
class _Storms:
    """``burning``: from each rise to issue to its end, or None while it lasts."""

    burning: list[tuple[datetime, datetime | None]] = field(default_factory=list)
    pages: int = 0


def traced(client: Client, mentions: Sequence[Mention], analyzer: Analyzer, detector: Detector) -> Trace:
    """One pass. ``mentions``: at least one, in the order they were heard (`replay.in_order`)."""
    trace = Trace(client, heard_at(mentions[0]), heard_at(mentions[-1]))

    def look(glance: Glance) -> None:
        kept = trace.looks.setdefault(glance.brand, [])
        here = Look(glance.at, glance.index, glance.asked)
        if kept and not _news(kept[-1], here):
            return
        kept.append(here)

    bare = client.model_copy(update={"thresholds": NOTHING, "shadow": False})
    for _ in replay(bare, mentions, analyzer, detector, look):
        pass
    return trace


def _news(last: Look, here: Look) -> bool:
    """A rise is kept at once, a fall or a pause as often as the alarm looks at a storm that cools."""
    return here.points > last.points or here.evidence > last.evidence or here.at - last.at >= COOLING_STEP


def tune(trace: Trace, issues: Iterable[int] = COMPARED) -> tuple[Row, ...]:
    """A row a threshold, the most watchful first; the client's own is always among them."""
    own = trace.client.thresholds.issue
    compared = sorted({*issues, own})
    storms = {issue: _storms(trace, issue) for issue in compared}
    first = storms[compared[0]]
    months = max((trace.until - trace.since) / MONTH, 1 / 30)
    return tuple(_row(issue, storms[issue], first, months, shipped=issue == own) for issue in compared)


def _row(issue: int, of: dict[str, _Storms], first: dict[str, _Storms], months: float, *, shipped: bool) -> Row:
    rises = [(brand, rise) for brand, storms in of.items() for rise, _ in storms.burning]
    delays = [_delay(rise, first[brand]) for brand, rise in rises]
    return Row(
        issue=issue,
        alarms=len(rises),
        alarms_a_month=round(len(rises) / months, 2),
        pages_a_month=round(sum(storms.pages for storms in of.values()) / months, 2),
        median_delay_minutes=round(median(delays), 1) if delays else None,
        shipped=shipped,
        rises=tuple(sorted(rise for _, rise in rises)),
    )


def _delay(rise: datetime, first: _Storms) -> float:
    """Minutes since the storm of the most watchful threshold began in which this alarm lies."""
    began = [start for start, end in first.burning if start <= rise and (end is None or rise < end)]
    return (rise - began[-1]) / timedelta(minutes=1) if began else 0.0


def _storms(trace: Trace, issue: int) -> dict[str, _Storms]:
    given = trace.client.thresholds
    crisis = max(given.crisis, issue + 1)
    asked = Thresholds(issue=issue, crisis=crisis, severe=max(given.severe, crisis + 1))
    client = trace.client.model_copy(update={"thresholds": asked, "shadow": False})
    return {brand.name: _followed(client, brand.name, trace.looks.get(brand.name, ())) for brand in client.brands}


def _followed(client: Client, brand: str, looks: Iterable[Look]) -> _Storms:
    """The levels of one brand as the alarm itself would have taken them."""
    floors = floors_of(client)
    state = BrandState(brand=brand)
    incident: Incident | None = None
    found = _Storms()
    for at, points, evidence in looks:
        allowed = [level for level in Level if level <= evidence and points >= floors.of(level)]
        level = max(allowed, default=Level.CALM)
        if level is state.level is Level.CALM:
            continue
        outcome = decide(client, state, incident, Judgement(index=points, level=level), seq=0, now=at)
        before, after = state.level, outcome.state.level
        state, incident = outcome.state, outcome.incident or incident
        if before < Level.ISSUE <= after:
            found.burning.append((at, None))
        elif after < Level.ISSUE <= before:
            found.burning[-1] = (found.burning[-1][0], at)
        found.pages += int(before < Level.CRISIS <= after)
    return found
