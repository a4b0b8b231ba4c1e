"""A playbook: what is done in the first hour of one scenario, by whom and by when, and what is never done."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from tocsin.domain.law import Calendar, Law
from tocsin.domain.levels import Level
from tocsin.domain.model import Frozen
from tocsin.domain.people import Circle, Role
from tocsin.domain.posture import POSTURE_OF, Cluster, Outrage, Posture, Situation, Strategy
from tocsin.domain.said import Place, Scenario, Words
from tocsin.domain.scenarios import SCENARIOS

__all__ = ["GENERAL", "Library", "Place", "Playbook", "Scenario", "Task", "Way", "When", "Words", "library"]

GENERAL = "general"
"""The plan of a case whose scenario nobody knows yet: the tasks that most playbooks share."""


class Way(StrEnum):
    """A channel by which the brand speaks, the nearest to those concerned first."""

    VOICE = "voice"
    """By telephone or in person."""
    DIRECT = "direct"
    """A letter, mail or message to those concerned."""
    ORIGIN = "origin"
    """Where it was said, to whom said it."""
    COUNTER = "counter"
    """At the till, the door, the pack."""
    STAFF = "staff"
    """The ways inside the house."""
    SITE = "site"
    """A page of one's own: facts, state, questions."""
    SOCIAL = "social"
    """The brand's own accounts."""
    FORM = "form"
    """An authority's or a platform's own form."""
    PRESS = "press"


class When(Frozen):
    """A task belongs to the plan only where all of this holds: the case is of this level or more, people are outraged
    so much or more, the brand has such cases behind it, somebody was hurt."""

    level: Level | None = None
    outrage: Outrage | None = None
    history: bool = False
    injuries: bool = False

    def holds(self, level: Level, situation: Situation) -> bool:
        return (
            (self.level is None or level >= self.level)
            and (self.outrage is None or situation.outrage.rank >= self.outrage.rank)
            and (situation.history or not self.history)
            and (situation.injuries or not self.injuries)
        )


class Task(Frozen):
    """``within``: minutes after the alarm. ``clock``: of the law; once a person has started it, its end is the task's.
    ``every``: minutes after which it is there again while the storm lasts."""

    id: Place
    owner: Role
    within: Annotated[int, Field(ge=1, le=72 * 60)]
    words: Words
    needs_sign_off: bool = False
    clock: Place | None = None
    when: When = When()
    every: Annotated[int, Field(ge=15, le=24 * 60)] | None = None


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
    tasks: Annotated[tuple[Task, ...], Field(min_length=3, max_length=24)]
    stakeholders: Annotated[tuple[Circle, ...], Field(min_length=1)]
    channels: Annotated[tuple[Way, ...], Field(min_length=1)]
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
        if len(set(self.channels)) != len(self.channels):
            raise ValueError("channels: one stands there twice")
        return self

    @property
    def cited(self) -> str:
        """How a case names it."""
        return f"{self.scenario} v{self.version}"


class Library(Frozen):
    """One playbook a scenario; a client's own goes before the agency's. ``general``: the tasks of a case whose scenario
    nobody knows; ``laws``: with their clocks; ``calendars``: of countries whose laws are not among them."""

    playbooks: tuple[Playbook, ...]
    general: tuple[Task, ...] = ()
    laws: tuple[Law, ...] = ()
    calendars: tuple[Calendar, ...] = ()

    def of(self, scenario: str) -> Playbook | None:
        return next((one for one in self.playbooks if one.scenario == scenario), None)

    def here(self, countries: tuple[str, ...], zone: str) -> "Library":
        """With the calendars of one client alone: what a stack keeps is read with each plan."""
        own = tuple(one for one in self.calendars if (one.country in countries if countries else zone in one.zones))
        return self.model_copy(update={"calendars": own})

    @property
    def missing(self) -> tuple[str, ...]:
        known = {one.scenario for one in self.playbooks}
        return tuple(scenario for scenario in SCENARIOS if scenario not in known)


def library(
    common: Iterable[Playbook],
    own: Iterable[Playbook] = (),
    *,
    general: tuple[Task, ...] = (),
    laws: tuple[Law, ...] = (),
    calendars: tuple[Calendar, ...] = (),
) -> Library:
    found: Mapping[str, Playbook] = {one.scenario: one for one in (*common, *own)}
    ordered = tuple(found[scenario] for scenario in SCENARIOS if scenario in found)
    return Library(playbooks=ordered, general=general, laws=laws, calendars=calendars)
