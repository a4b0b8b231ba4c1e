"""A playbook: what is done in the first hour of one scenario, by whom and by when, and what is never done."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from tocsin.domain.fields import Language
from tocsin.domain.levels import Level
from tocsin.domain.model import Frozen
from tocsin.domain.people import Circle, Role
from tocsin.domain.posture import POSTURE_OF, Cluster, Outrage, Posture, Strategy
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


class Task(Frozen):
    """``within``: minutes after the alarm. ``proof``: what shows that it was done."""

    id: Place
    owner: Role
    within: Annotated[int, Field(ge=1, le=72 * 60)]
    words: Words
    needs_sign_off: bool = False


class Playbook(Frozen):
    """``cluster``: what people hold the brand responsible for, as long as nothing else is found. ``floor``: no case of
    this scenario is treated as less."""

    scenario: Scenario
    version: Annotated[int, Field(ge=1)]
    title: Words
    cluster: Cluster
    floor: Level
    outrage: Outrage = Outrage.NONE
    allowed: Annotated[tuple[Strategy, ...], Field(min_length=1)]
    forbidden: tuple[Posture, ...] = ()
    tasks: Annotated[tuple[Task, ...], Field(min_length=3, max_length=20)]
    stakeholders: Annotated[tuple[Circle, ...], Field(min_length=1)]
    never: Annotated[tuple[Words, ...], Field(min_length=1)]
    closing: Words

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        postures = {POSTURE_OF[strategy] for strategy in self.allowed}
        if self.floor is Level.CALM:
            raise ValueError("floor: a scenario that is never more than calm needs no playbook")
        if contradicted := postures & set(self.forbidden):
            raise ValueError(f"forbidden: {', '.join(sorted(contradicted))} stands among the allowed as well")
        if Posture.DENY in postures and postures & {Posture.DIMINISH, Posture.REBUILD}:
            raise ValueError("allowed: a denial cannot stand beside an excuse or an apology; make two playbooks of it")
        if postures <= {Posture.BOLSTER}:
            raise ValueError("allowed: praise of oneself is no answer by itself")
        if Strategy.VICTIMAGE in self.allowed and self.cluster is not Cluster.VICTIM:
            raise ValueError("allowed: victimage only where the brand is the victim")
        if self.cluster is Cluster.PREVENTABLE and Posture.DIMINISH in postures:
            raise ValueError("allowed: what could have been prevented is not made small")
        doubled = {task.id for task in self.tasks if [one.id for one in self.tasks].count(task.id) > 1}
        if doubled:
            raise ValueError(f"tasks: {', '.join(sorted(doubled))} stands there twice")
        if list(self.stakeholders) != sorted(self.stakeholders, key=list(Circle).index):
            raise ValueError(f"stakeholders: inform them in this order: {', '.join(Circle)}")
        if len(set(self.stakeholders)) != len(self.stakeholders):
            raise ValueError("stakeholders: one stands there twice")
        return self

    @property
    def cited(self) -> str:
        """How a case names it."""
        return f"{self.scenario} v{self.version}"


class Library(Frozen):
    """One playbook a scenario; a client's own goes before the agency's."""

    playbooks: tuple[Playbook, ...]

    def of(self, scenario: str) -> Playbook | None:
        return next((one for one in self.playbooks if one.scenario == scenario), None)

    @property
    def missing(self) -> tuple[str, ...]:
        known = {one.scenario for one in self.playbooks}
        return tuple(scenario for scenario in SCENARIOS if scenario not in known)


def library(common: Iterable[Playbook], own: Iterable[Playbook] = ()) -> Library:
    found: Mapping[str, Playbook] = {one.scenario: one for one in (*common, *own)}
    return Library(playbooks=tuple(found[scenario] for scenario in SCENARIOS if scenario in found))
