"""Two open cases that may be one matter: proposed with the reason; people link or merge them, or say they are two."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from tocsin.domain.case.file import CaseFile
from tocsin.domain.case.tail import alike, matters_of
from tocsin.domain.incident import Incident


class Matter(NamedTuple):
    """What a case is about. ``stories``: by brand and id the first mention of each that it is about; ``texts``: its
    quotations, or what weighs most of what was heard where it has none."""

    incident: Incident
    file: CaseFile
    stories: Mapping[tuple[str, str], str] = {}
    texts: tuple[str, ...] = ()


class Twin(NamedTuple):
    """Another open case. ``story``: the first mention of one that both are about; ``scenario``: that both have;
    ``words``: whether they are told of in the same words; ``linked``: whether they name each other already."""

    incident_id: str
    brand: str
    opened_at: datetime
    linked: bool
    story: str | None = None
    scenario: str | None = None
    words: bool = False


def twins(mine: Matter, others: Iterable[Matter]) -> tuple[Twin, ...]:
    """Those of the others that may be the same matter, the latest first: one story is about both; or they are told of
    in the same words, and no scenario speaks against it."""
    found = [twin for other in others if (twin := _twin(mine, other)) is not None]
    return tuple(sorted(found, key=lambda one: (one.opened_at, one.incident_id), reverse=True))


def comparable(mine: CaseFile, other: CaseFile) -> bool:
    """May they be one at all? A drill is no part of a real case, and what a person has told apart stays so."""
    told_apart = other.incident_id in mine.apart or mine.incident_id in other.apart
    itself = other.incident_id == mine.incident_id
    return mine.live and other.live and mine.drill == other.drill and not (told_apart or itself)


def _twin(mine: Matter, other: Matter) -> Twin | None:
    if not comparable(mine.file, other.file):
        return None
    one, two = mine.file.scenario, other.file.scenario
    shared = [origin for key, origin in mine.stories.items() if key in other.stories]
    words = (one == two or one is None or two is None) and alike(matters_of(mine.texts), matters_of(other.texts))
    if not shared and not words:
        return None
    return Twin(
        incident_id=other.incident.id,
        brand=other.incident.brand,
        opened_at=other.incident.opened_at,
        linked=other.incident.id in mine.file.links,
        story=shared[0] if shared else None,
        scenario=one if one is not None and one == two else None,
        words=words,
    )
