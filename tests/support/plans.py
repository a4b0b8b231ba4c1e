"""A case and what its plan looks at, for tests of plans."""

from dataclasses import dataclass
from typing import Any

from tests.support.samples import NOON, client, scored
from tocsin.domain.case.file import CaseFile, Work
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.mention import Author
from tocsin.domain.playbook import Library
from tocsin.domain.reading import ScoredMention
from tocsin.domain.scenarios import SCENARIOS

__all__ = ["NOW", "SCENARIOS", "Seen", "case", "told"]
NOW = NOON


@dataclass
class Seen:
    """What a plan's clock looks at."""

    library: Library | None
    mentions: tuple[ScoredMention, ...] = ()
    history: tuple[Incident, ...] = ()
    former: tuple[CaseFile, ...] = ()


def incident(number: int = 1, level: Level = Level.CRISIS, **changes: Any) -> Incident:
    facts: dict[str, Any] = {
        "id": f"aurora-Аврора-{number}",
        "client": "aurora",
        "brand": "Аврора",
        "level": level,
        "index": 70.0,
        "reasons": (),
        "at": NOW,
    }
    return Incident.opened(**facts | changes)


def case(level: Level = Level.CRISIS, **changes: Any) -> Work:
    """One that has just begun."""
    of = incident(level=level)
    return Work(client(**changes), of, CaseFile.opened(of).with_(version=1), NOW)


def told(
    scenario: str | None, number: int = 1, *, severity: float = 0.8, followers: int | None = 500, **reading: Any
) -> ScoredMention:
    """A mention of which a reader says that it tells of this scenario."""
    one = scored(number, severity=severity, followers=followers)
    facts = {"scenario": scenario, "severity": severity, **reading}
    author = Author(id=f"author-{number}", followers=followers)
    return one.model_copy(
        update={
            "reading": one.reading.model_copy(update=facts),
            "mention": one.mention.model_copy(update={"author": author}),
        }
    )
