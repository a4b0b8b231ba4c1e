"""What people have set for a client since its file was deployed: armed, paused, verdicts on its incidents."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import StringConstraints

from tocsin.domain.client import Client, Shadow
from tocsin.domain.errors import TocsinError
from tocsin.domain.model import Frozen, UtcDatetime
from tocsin.domain.verdicts import CaseMark

LONGEST_PAUSE = timedelta(days=14)
KEPT = 50
"""Steps that are kept; older ones stood in the log of who did them."""

Who = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Why = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]


class ControlError(TocsinError):
    """This step makes no sense now. The message says why and what would."""


class Mute(StrEnum):
    """Why nobody is told."""

    SHADOW = "shadow"
    PAUSED = "paused"


class Act(StrEnum):
    ARM = "armed"
    SHADOW = "put back into shadow"
    PAUSE = "paused"
    RESUME = "resumed"


class Change(Frozen):
    at: UtcDatetime
    by: Who
    act: Act
    until: UtcDatetime | None = None
    reason: Why | None = None


class Armed(Frozen):
    """``over``: the file's shadow at that time. A file that asks for another one is in shadow again."""

    at: UtcDatetime
    by: Who
    over: Shadow


class Pause(Frozen):
    """From ``since`` up to ``until``. ``told``: the desk has heard what was held back."""

    since: UtcDatetime
    until: UtcDatetime
    by: Who
    reason: Why | None = None
    told: bool = False


class Controls(Frozen):
    """One small item a client, written on its version."""

    version: int = 0
    armed: Armed | None = None
    pause: Pause | None = None
    changes: tuple[Change, ...] = ()
    verdicts: tuple[CaseMark, ...] = ()

    def judged(self, verdicts: tuple[CaseMark, ...]) -> "Controls":
        """With these verdicts on incidents in place of the former ones."""
        return self.model_copy(update={"version": self.version + 1, "verdicts": verdicts[-KEPT:]})

    def arm(self, client: Client, *, by: str, at: datetime, reason: str | None = None) -> "Controls":
        if client.shadow is False:
            raise ControlError(f"{client.client} is armed: its file asks for no shadow")
        if self.armed is not None and self.armed.over == client.shadow:
            raise ControlError(f"{client.client} is armed already, by {self.armed.by}")
        return self._step(
            Change(at=at, by=by, act=Act.ARM, reason=reason), armed=Armed(at=at, by=by, over=client.shadow)
        )

    def disarm(self, client: Client, *, by: str, at: datetime, reason: str | None = None) -> "Controls":
        """Back into the shadow that the file asks for."""
        if client.shadow is False:
            raise ControlError(f"the file of {client.client} asks for no shadow: write shadow: true, or pause it")
        if self.armed is None or self.armed.over != client.shadow:
            raise ControlError(f"{client.client} is in shadow")
        return self._step(Change(at=at, by=by, act=Act.SHADOW, reason=reason), armed=None)

    def paused(self, until: datetime, *, by: str, at: datetime, reason: str | None = None) -> "Controls":
        """A second pause replaces the first, and counts from the beginning of what still lasts."""
        if until <= at:
            raise ControlError("a pause must end in the future")
        since = self.pause.since if self.pausing(at) and self.pause is not None else at
        if until - at > LONGEST_PAUSE:
            raise ControlError(f"a pause lasts at most {LONGEST_PAUSE.days} days; pause again when it is over")
        return self._step(
            Change(at=at, by=by, act=Act.PAUSE, until=until, reason=reason),
            pause=Pause(since=since, until=until, by=by, reason=reason),
        )

    def resumed(self, *, by: str, at: datetime, reason: str | None = None) -> "Controls":
        if self.pause is None or not self.pausing(at):
            raise ControlError("nothing is paused")
        return self._step(
            Change(at=at, by=by, act=Act.RESUME, reason=reason), pause=self.pause.model_copy(update={"until": at})
        )

    def told(self, *, told: bool = True) -> "Controls":
        """The desk has heard of the end of the pause; or not, since it reached nobody."""
        if self.pause is None:
            return self
        return self.model_copy(
            update={"version": self.version + 1, "pause": self.pause.model_copy(update={"told": told})}
        )

    def pausing(self, now: datetime) -> bool:
        return self.pause is not None and self.pause.since <= now < self.pause.until

    def ended(self, now: datetime) -> Pause | None:
        """A pause that is over and of which the desk has not heard yet."""
        return self.pause if self.pause is not None and not self.pause.told and now >= self.pause.until else None

    def as_of(self, at: datetime, shadow: Shadow) -> "Controls":
        """Armed and paused as it was then, from the steps that are kept. ``shadow``: of the file, as far as a step does
        not say over which one it was taken."""
        before = [change for change in self.changes if change.at <= at]
        pause = next((each for each in reversed(before) if each.act in {Act.PAUSE, Act.RESUME}), None)
        arming = next((each for each in reversed(before) if each.act in {Act.ARM, Act.SHADOW}), None)
        facts: dict[str, object] = {}
        if pause is not None:
            ended = pause.act is Act.RESUME or pause.until is None
            facts["pause"] = None if ended else Pause(since=pause.at, until=pause.until, by=pause.by)
        if arming is not None and (self.armed is None or self.armed.at != arming.at):
            armed = arming.act is Act.ARM
            facts["armed"] = Armed(at=arming.at, by=arming.by, over=shadow) if armed else None
        return self.model_copy(update=facts)

    def _step(self, change: Change, **facts: object) -> "Controls":
        return self.model_copy(
            update={"version": self.version + 1, "changes": (*self.changes, change)[-KEPT:], **facts}
        )


def muted(client: Client, controls: Controls, now: datetime) -> Mute | None:
    """None when people are told. A pause goes before shadow, since it holds back even what always alerts."""
    if controls.pausing(now):
        return Mute.PAUSED
    armed = controls.armed is not None and controls.armed.over == client.shadow and controls.armed.at <= now
    return Mute.SHADOW if client.shadow is not False and not armed else None
