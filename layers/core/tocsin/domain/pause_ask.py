"""What passes between the stacks of an agency when a pause of all posts is asked for: who asks, and what became of it.

No client, brand or case is named in the ask: what burns at one client is none of another's business. An answer names
the client that it is of, and nothing of what burns there.
"""

import hashlib
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints

from tocsin.domain.fields import Email, Slug
from tocsin.domain.model import Frozen, UtcDatetime

TAKEN_WITHIN = timedelta(minutes=30)
"""What comes later is an echo: nobody acts on it any more."""
ONCE_IN = timedelta(minutes=15)
"""A client is asked no more often: the pause that was asked for has not run out."""


class PauseAsk(Frozen):
    """``origin``: tells the stack that asked its own word from others'."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1
    ask: Literal["pause posts"] = "pause posts"
    by: Email
    at: UtcDatetime
    origin: str

    @classmethod
    def of(cls, client: str, by: str, at: datetime) -> "PauseAsk":
        return cls(by=by, at=at, origin=_origin(client, at))

    def is_of(self, client: str) -> bool:
        return self.origin == _origin(client, self.at)

    def fresh(self, now: datetime) -> bool:
        return abs(now - self.at) <= TAKEN_WITHIN


class Became(StrEnum):
    """The gravest of what can be said of it."""

    CAME = "came"
    DONE = "done"
    DECLINED = "declined"
    """Somebody there said that it will not be done."""


class PauseAnswer(Frozen):
    """``to``: the origin of what was asked. ``tasks``: open cases that got one; without any, ``told`` and ``unreached``
    count people and rooms. ``muted``: in shadow or paused, so that nobody was told."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1
    answer: Literal["pause posts"] = "pause posts"
    to: Annotated[str, StringConstraints(min_length=32, max_length=32)]
    client: Slug
    name: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    at: UtcDatetime
    tasks: Annotated[int, Field(ge=0, le=1_000)] = 0
    told: Annotated[int, Field(ge=0, le=1_000)] = 0
    unreached: Annotated[int, Field(ge=0, le=1_000)] = 0
    muted: bool = False
    became: Became = Became.CAME


class Sibling(Frozen):
    """Another client of the agency, as its files have it."""

    client: Slug
    name: str


class HeardPause(Frozen):
    """What another stack asked for, and what became of it here. ``answered``: what the asking one knows of it."""

    origin: str
    at: UtcDatetime
    cases: tuple[str, ...] = ()
    told: int = 0
    unreached: int = 0
    muted: bool = False
    answered: Became | None = None

    def answer(self, client: str, name: str, at: datetime, became: Became) -> PauseAnswer:
        return PauseAnswer(
            to=self.origin, client=client, name=name[:120], at=at, tasks=len(self.cases), told=self.told,
            unreached=self.unreached, muted=self.muted, became=became,
        )  # fmt: skip


REMEMBERED = 5


class PauseBook(Frozen):
    """``heard``: the latest first. ``siblings``: as the agency's files had them at the last deploy, ``known_at``."""

    version: int = 0
    heard: tuple[HeardPause, ...] = ()
    siblings: tuple[Sibling, ...] = ()
    known_at: UtcDatetime | None = None

    def heard_of(self, pause: HeardPause) -> "PauseBook":
        """In its place, or as the latest."""
        if any(one.origin == pause.origin for one in self.heard):
            heard = tuple(pause if one.origin == pause.origin else one for one in self.heard)
        else:
            heard = (pause, *self.heard)[:REMEMBERED]
        return self.model_copy(update={"heard": heard, "version": self.version + 1})

    def knows(self, siblings: tuple[Sibling, ...], at: datetime) -> "PauseBook":
        return self.model_copy(update={"siblings": siblings, "known_at": at, "version": self.version + 1})


def _origin(client: str, at: datetime) -> str:
    return hashlib.sha256(f"tocsin/pause/v1\x00{client}\x00{at.isoformat()}".encode()).hexdigest()[:32]
