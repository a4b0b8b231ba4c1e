"""Sentences in every language of ours, and the names that plans are made of."""

from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from tocsin.domain.fields import Language
from tocsin.domain.model import Frozen
from tocsin.domain.scenarios import SCENARIOS

Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=400)]
Place = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{1,30}$")]


def _known(scenario: str) -> str:
    if scenario not in SCENARIOS:
        raise ValueError(f"{scenario!r} is no scenario: one of {', '.join(SCENARIOS)}")
    return scenario


Scenario = Annotated[str, AfterValidator(_known)]


class Words(Frozen):
    """One sentence in every language of ours; none may be missing."""

    en: Said
    uk: Said
    es: Said

    def in_(self, language: Language) -> str:
        return str(getattr(self, language))
