"""Which playbook fits a case, and why: a person's word first, else what the mentions tell of, weighed by what people
remember of the brand and by how outraged they were found to be.

A history of crises and outrage make people hold a brand more responsible (Coombs 2007,
doi:10.1057/palgrave.crr.1550049; Coombs & Tachkova 2023). So both only ever add plans to choose the gravest from, and
take none away.
"""

from collections import defaultdict
from collections.abc import Iterable
from math import fsum
from typing import NamedTuple

from tocsin.domain.case.cause import Cause
from tocsin.domain.case.file import CaseFile, CaseStatus
from tocsin.domain.case.returned import REMEMBERED
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.playbook import GENERAL, Library, Playbook
from tocsin.domain.posture import Outrage
from tocsin.domain.reach import reach_of
from tocsin.domain.reading import Aim, Claim, ScoredMention

ENOUGH = 1 / 3
"""Of what is told: a scenario that fewer tell of is no plan."""
ENOUGH_AGAIN = 1 / 5
"""The same of a scenario that the brand has had a case of, which people remember."""
NEAR = 0.8
"""Of the most told: between scenarios this near to each other the graver plan is taken."""
WIDER_BY_CRISIS, MOST_CRISES = 0.1, 2
"""So much less is near enough for each crisis that people remember, of two at most."""
WIDER_BY_OUTRAGE = 0.2
"""The same for each step of outrage that a person has found: what is graver is prepared for."""
UNHEARD = 1.0
"""Points of a mention whose reach nobody knows: as ten people."""
_NONE = frozenset({CaseStatus.DISMISSED, CaseStatus.MERGED})
_NO_CLAIM = {Claim.DENIAL, Claim.FICTION}
_HARM = {"product_defect": "product_harm"}
"""What it is as soon as a person has found that somebody was hurt."""


class Chosen(NamedTuple):
    """``playbook``: None for the general plan. ``why``: facts as ``name=value``. ``history``: crises of the brand that
    people remember."""

    playbook: Playbook | None
    why: tuple[str, ...]
    history: int


class Remembered(NamedTuple):
    """What people remember of the brand: its ``crises`` before this case, and the ``scenarios`` of all its cases that
    were at least an issue."""

    crises: int = 0
    scenarios: tuple[str, ...] = ()


class _Taken(NamedTuple):
    """``of``: what is told that the playbook was taken for; ``near``: scenarios that were weighed against it."""

    playbook: Playbook
    of: "Told"
    near: tuple[str, ...]


class Told(NamedTuple):
    """How weightily a scenario is told of. ``share``: of all that tells of any."""

    scenario: str
    share: float
    mentions: int
    severity: float
    heard: int | None


def choose(
    incident: Incident, cause: Cause, mentions: tuple[ScoredMention, ...], before: Remembered, library: Library
) -> Chosen:
    """By a person's word, else by what weighs most among the mentions; of several that weigh much the same the graver,
    and what is much the same widens by what people remember and by outrage. The general plan where neither says
    enough. What moved the choice is named (``moved_by``), with what it would have been (``instead``)."""
    more = _around(incident, cause, before.crises)
    if cause.confirmed_by is not None and cause.scenario is not None:
        named = library.of(cause.scenario)
        said = (f"scenario={cause.scenario}", f"by={cause.confirmed_by}")
        return Chosen(named, (*said, *(() if named else ("reason=no_playbook",)), *more), before.crises)
    told = told_of(mentions)
    if not told:
        return Chosen(None, ("reason=nothing_told", *more), before.crises)
    if not _weighed(told, before, cause.outrage):
        matters = (f"told={one.scenario}" for one in told[:3])
        return Chosen(None, ("reason=many_matters", *matters, *more), before.crises)
    taken = _taken(told, before, cause, library)
    if taken is None:
        return Chosen(None, (f"scenario={told[0].scenario}", "reason=no_playbook", *more), before.crises)
    best = taken.of
    facts = (
        f"scenario={taken.playbook.scenario}",
        f"share={best.share * 100:.0f}",
        f"mentions={best.mentions}",
        f"severity={best.severity:.2f}",
    )
    heard = (f"heard={best.heard}",) if best.heard is not None else ()
    harmed = ("injuries=yes",) if taken.playbook.scenario != best.scenario else ()
    beside = tuple(f"beside={one}" for one in taken.near if one != best.scenario)
    moved = _moved(taken, told, before, cause, library)
    return Chosen(
        taken.playbook, (*facts, *heard, *harmed, *moved, *beside, *_of_plan(taken.playbook), *more), before.crises
    )


def gravity(playbook: Playbook | None) -> tuple[Level, int]:
    """By which of two plans is the graver; the general one is kept up to nothing."""
    return (playbook.floor, playbook.outrage.rank) if playbook is not None else (Level.CALM, -1)


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
    total = fsum(weight for weight, _ in voices.values())
    told = [
        Told(
            scenario,
            fsum(weight for weight, _ in weighed) / total,
            len(weighed),
            max(one.reading.severity for _, one in weighed),
            max((heard for _, one in weighed if (heard := reach_of(one.mention).value) is not None), default=None),
        )
        for scenario, weighed in found.items()
    ]
    return tuple(sorted(told, key=lambda one: (-one.share, one.scenario)))


def remembered(incident: Incident, history: Iterable[Incident], files: Iterable[CaseFile]) -> Remembered:
    """Of the brand's earlier cases, each with its file, those that people remember; without what was no crisis after
    all, or went on in another case."""
    known = {file.incident_id: file for file in files}
    since = incident.opened_at - REMEMBERED
    lasting = [
        one
        for one in history
        if one.id != incident.id
        and since <= one.opened_at < incident.opened_at
        and one.peak >= Level.ISSUE
        and (one.id not in known or known[one.id].status not in _NONE)
    ]
    scenarios = (known[one.id].scenario for one in lasting if one.id in known)
    return Remembered(
        crises=sum(one.peak >= Level.CRISIS for one in lasting),
        scenarios=tuple(dict.fromkeys(one for one in scenarios if one is not None)),
    )


def _weighed(told: tuple[Told, ...], before: Remembered, outrage: Outrage) -> tuple[Told, ...]:
    """What the plan is chosen from, the most told first. More of either never makes it less."""
    crises = min(before.crises, MOST_CRISES)
    near = NEAR - WIDER_BY_CRISIS * crises - WIDER_BY_OUTRAGE * outrage.rank
    most = told[0].share
    return tuple(
        one
        for one in told
        if (most >= ENOUGH and one.share >= most * near)
        or (one.share >= ENOUGH_AGAIN and one.scenario in before.scenarios)
    )


def _taken(told: tuple[Told, ...], before: Remembered, cause: Cause, library: Library) -> _Taken | None:
    weighed = _weighed(told, before, cause.outrage)
    planned = [(one, found) for one in weighed if (found := _fitting(library, one.scenario, cause)) is not None]
    if not planned:
        return None

    def rank(pair: tuple[Told, Playbook]) -> tuple[tuple[Level, int], bool, float]:
        return gravity(pair[1]), pair[0].scenario in before.scenarios, pair[0].share

    best, playbook = max(planned, key=rank)
    return _Taken(playbook, best, tuple(one.scenario for one in weighed))


def _moved(
    taken: _Taken, told: tuple[Told, ...], before: Remembered, cause: Cause, library: Library
) -> tuple[str, ...]:
    """Which of history and outrage the choice would be another one without; both, where each alone suffices."""

    def without(history: Remembered, outrage: Outrage) -> str:
        found = _taken(told, history, cause.model_copy(update={"outrage": outrage}), library)
        return found.playbook.scenario if found is not None else GENERAL

    mine = taken.playbook.scenario
    plain = without(Remembered(), Outrage.NONE)
    if plain == mine:
        return ()
    history = without(Remembered(), cause.outrage) != mine
    outrage = without(before, Outrage.NONE) != mine
    by = [name for name, moved in (("history", history), ("outrage", outrage)) if moved or not (history or outrage)]
    return (*(f"moved_by={one}" for one in by), f"instead={plain}")


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
