"""Which playbook fits a case, and why: a person's word first, else what the mentions tell of."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from tocsin.domain.case.cause import Cause
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.playbook import Library, Playbook
from tocsin.domain.posture import Outrage
from tocsin.domain.reach import reach_of
from tocsin.domain.reading import Aim, Claim, ScoredMention

REMEMBERED = timedelta(days=730)
"""So long people remember a crisis of a brand."""
ENOUGH = 1 / 3
"""Of what is told: a scenario that fewer tell of is no plan."""
NEAR = 0.8
"""Of the most told: between scenarios this near to each other the graver plan is taken."""
UNHEARD = 1.0
"""Points of a mention whose reach nobody knows: as ten people."""
_NO_CLAIM = {Claim.DENIAL, Claim.FICTION}
_HARM = {"product_defect": "product_harm"}
"""What it is as soon as a person has found that somebody was hurt."""


class Chosen(NamedTuple):
    """``playbook``: None for the general plan. ``why``: facts as ``name=value``. ``history``: crises of the brand that
    people remember."""

    playbook: Playbook | None
    why: tuple[str, ...]
    history: int


class Told(NamedTuple):
    """How weightily a scenario is told of. ``share``: of all that tells of any."""

    scenario: str
    share: float
    mentions: int
    severity: float
    heard: int | None


def choose(
    incident: Incident,
    cause: Cause,
    mentions: tuple[ScoredMention, ...],
    history: tuple[Incident, ...],
    library: Library,
) -> Chosen:
    """By a person's word, else by what weighs most among the mentions; of two that weigh much the same, the graver. The
    general plan where neither says enough."""
    before = remembered(incident, history)
    more = _around(incident, cause, before)
    if cause.confirmed_by is not None and cause.scenario is not None:
        named = library.of(cause.scenario)
        said = (f"scenario={cause.scenario}", f"by={cause.confirmed_by}")
        return Chosen(named, (*said, *(() if named else ("reason=no_playbook",)), *more), before)
    told = told_of(mentions)
    if not told:
        return Chosen(None, ("reason=nothing_told", *more), before)
    if told[0].share < ENOUGH:
        return Chosen(None, ("reason=many_matters", *(f"told={one.scenario}" for one in told[:3]), *more), before)
    near = [one for one in told if one.share >= told[0].share * NEAR]
    planned = [(one, found) for one in near if (found := _fitting(library, one.scenario, cause)) is not None]
    if not planned:
        return Chosen(None, (f"scenario={told[0].scenario}", "reason=no_playbook", *more), before)
    best, playbook = max(planned, key=lambda pair: (pair[1].floor, pair[1].outrage.rank, pair[0].share))
    facts = (
        f"scenario={playbook.scenario}",
        f"share={best.share * 100:.0f}",
        f"mentions={best.mentions}",
        f"severity={best.severity:.2f}",
    )
    heard = (f"heard={best.heard}",) if best.heard is not None else ()
    harmed = ("injuries=yes",) if playbook.scenario != best.scenario else ()
    beside = tuple(f"beside={one.scenario}" for one in near if one is not best)
    return Chosen(playbook, (*facts, *heard, *harmed, *beside, *_of_plan(playbook), *more), before)


def told_of(mentions: Iterable[ScoredMention]) -> tuple[Told, ...]:
    """What scenarios the mentions tell of, the weightiest first: each by its severity and by how widely it is heard. Of
    one author's the weightiest counts; who denies or invents a thing does not tell of it."""
    voices: dict[tuple[str, str], tuple[float, ScoredMention]] = {}
    for one in mentions:
        scenario = one.reading.scenario
        if scenario is None or one.history or not one.matters:
            continue
        if one.reading.claim in _NO_CLAIM or one.reading.aim is Aim.OTHER:
            continue
        author = one.mention.author
        place = (scenario, author.id or author.handle or author.name or one.mention.id)
        weight = _weight(one)
        if place not in voices or weight > voices[place][0]:
            voices[place] = weight, one
    found: defaultdict[str, list[tuple[float, ScoredMention]]] = defaultdict(list)
    for (scenario, _), weighed in voices.items():
        found[scenario].append(weighed)
    total = sum(weight for weight, _ in voices.values())
    told = [
        Told(
            scenario,
            sum(weight for weight, _ in weighed) / total,
            len(weighed),
            max(one.reading.severity for _, one in weighed),
            max((heard for _, one in weighed if (heard := reach_of(one.mention).value) is not None), default=None),
        )
        for scenario, weighed in found.items()
    ]
    return tuple(sorted(told, key=lambda one: (-one.share, one.scenario)))


def remembered(incident: Incident, history: Iterable[Incident]) -> int:
    """Crises of the brand before this case that people remember."""
    since = incident.opened_at - REMEMBERED
    return sum(
        one.id != incident.id and one.peak >= Level.CRISIS and since <= one.opened_at < incident.opened_at
        for one in history
    )


def _weight(one: ScoredMention) -> float:
    points = reach_of(one.mention).points
    return max(one.reading.severity, 0.1) * max(points if points is not None else UNHEARD, UNHEARD)


def _fitting(library: Library, scenario: str, cause: Cause) -> Playbook | None:
    graver = _HARM.get(scenario) if cause.injuries else None
    return (library.of(graver) if graver else None) or library.of(scenario)


def _of_plan(playbook: Playbook) -> tuple[str, ...]:
    return (f"floor={playbook.floor}", *((f"outrage={playbook.outrage}",) if playbook.outrage.rank else ()))


def _around(incident: Incident, cause: Cause, before: int) -> tuple[str, ...]:
    outrage = (f"outrage_found={cause.outrage}",) if cause.outrage is not Outrage.NONE else ()
    return (f"level={incident.level}", *((f"history={before}",) if before else ()), *outrage)
