"""The plan of a case and the tasks that came of it, each with an owner and a clock."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from tocsin.domain.case.cause import Short
from tocsin.domain.model import Frozen, UtcDatetime
from tocsin.domain.people import Role
from tocsin.domain.playbook import GENERAL, Playbook, Task
from tocsin.domain.posture import Outrage, Strategy
from tocsin.domain.said import Words


class TaskState(StrEnum):
    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"
    """With a reason."""


class CaseTask(Frozen):
    """``id`` is unique in the case. ``step``: the playbook's task that it came of; None where a person added it.
    ``every``: of its step.
    ``owner``: a responder's address; None: whoever has ``role``. ``clock``: the clock of the law that it stands for.
    ``told_at``: when its owner was last reminded, ``told`` times by now."""

    id: str
    step: str | None = None
    every: int | None = None
    words: Words
    role: Role | None = None
    owner: str | None = None
    begun_at: UtcDatetime | None = None
    due_at: UtcDatetime
    state: TaskState = TaskState.OPEN
    needs_sign_off: bool = False
    signed_by: str | None = None
    clock: str | None = None
    done_by: str | None = None
    done_at: UtcDatetime | None = None
    note: Short | None = None
    told_at: UtcDatetime | None = None
    told: int = 0


class Plan(Frozen):
    """Which playbook, in which version, and why this one. ``chosen_by``: None for Tocsin, whose choice is a guess."""

    scenario: str
    """``GENERAL`` while none is known."""
    cited: str
    """Scenario and version, as ``Playbook.cited``."""
    general: Annotated[tuple[Task, ...], Field(max_length=24)] = ()
    """Its tasks while no scenario is known."""
    since: UtcDatetime | None = None
    """From when its minutes count; None while the case is no more than something to watch."""
    playbook: Playbook | None = None
    """As it stood when it was chosen: what is changed later holds for later cases."""
    history: int = 0
    """Crises of the brand before this one that people remember."""
    outrage: Outrage = Outrage.NONE
    injuries: bool = False
    """What a person had found when it was last weighed against other plans."""
    why: tuple[str, ...] = ()
    """Facts as ``name=value``; the page makes sentences of them."""
    chosen_at: UtcDatetime
    chosen_by: str | None = None
    looked_at: UtcDatetime | None = None
    """When the clock last looked whether another plan, or more of this one, is called for."""
    strategies: tuple[Strategy, ...] = ()
    """What a person has settled on; empty: nothing but the base."""
    proof: Short | None = None
    settled_by: str | None = None
    settled_at: UtcDatetime | None = None
    signed_by: str | None = None

    @property
    def tasks(self) -> tuple[Task, ...]:
        return self.playbook.tasks if self.playbook is not None else self.general

    @property
    def guessed(self) -> bool:
        """Has no person said which scenario it is?"""
        return self.chosen_by is None

    @property
    def known(self) -> bool:
        return self.scenario != GENERAL


class Clock(Frozen):
    """A clock of the law that runs from a moment: as the dated file of its country has it. ``by``: who started it."""

    id: str
    by: str | None = None
    due_at: UtcDatetime
    started_at: UtcDatetime
    stopped_at: UtcDatetime | None = None


Tasks = Annotated[tuple[CaseTask, ...], Field(max_length=80)]
