"""How long each level waits for people (crisis practice, section 3): the clocks of a client's file, in minutes."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from tocsin.domain.levels import Level
from tocsin.domain.model import Frozen

Minutes = Annotated[int, Field(ge=1, le=1_440)]


class Clocks(Frozen):
    """All in minutes. ``acknowledge``: until somebody must have taken it, else it is paged one level up; ``again``:
    until the same person is asked again; ``next``: until the next person is asked; ``act``: how long an acknowledgement
    lives without an action; ``respond``: until the first public response; ``update``: between two internal ones.

    ``needed``: how many must have taken it. ``call``: does it ring by voice as well?
    """

    acknowledge: Minutes
    again: Minutes
    next: Minutes
    act: Minutes
    respond: Minutes
    update: Minutes
    needed: Annotated[int, Field(ge=1, le=5)] = 1
    call: bool = True

    def after(self, name: str) -> timedelta:
        """The clock of that name as a length of time."""
        return timedelta(minutes=getattr(self, name))


class IssueClocks(Clocks):
    acknowledge: Minutes = 30
    again: Minutes = 10
    next: Minutes = 30
    act: Minutes = 60
    respond: Minutes = 60
    update: Minutes = 240
    call: bool = False


class CrisisClocks(Clocks):
    acknowledge: Minutes = 10
    again: Minutes = 3
    next: Minutes = 3
    act: Minutes = 30
    respond: Minutes = 60
    update: Minutes = 120


class SevereClocks(Clocks):
    acknowledge: Minutes = 5
    again: Minutes = 2
    next: Minutes = 2
    act: Minutes = 20
    respond: Minutes = 60
    update: Minutes = 60


class Escalation(Frozen):
    """``again`` and ``next`` at crisis and above are our own clock: no receipt is waited for."""

    issue: IssueClocks = IssueClocks()
    crisis: CrisisClocks = CrisisClocks()
    severe: SevereClocks = SevereClocks()

    def of(self, level: Level) -> Clocks:
        """Below an issue nobody is paged; asked all the same, it is an issue's."""
        if level >= Level.SEVERE:
            return self.severe
        return self.crisis if level >= Level.CRISIS else self.issue
