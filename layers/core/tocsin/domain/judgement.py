"""What one look at a brand concluded, with all that is needed to say why and why not."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from tocsin.domain.levels import Level
from tocsin.domain.model import Frozen, UtcDatetime
from tocsin.domain.reasons import Reason

MOST_SHIFT = 10.0
"""Points that feedback may add or take at most: never enough to silence one grave matter heard by many."""


class Shift(Frozen):
    """What people's feedback adds to the index until it ends; 'not a crisis' takes points away."""

    points: Annotated[float, Field(ge=-MOST_SHIFT, le=MOST_SHIFT)]
    since: UtcDatetime
    until: UtcDatetime
    incident_id: str | None = None
    by: str | None = None

    def lasts(self, now: UtcDatetime) -> bool:
        return self.since <= now < self.until


class Want(StrEnum):
    """What a level asks for beyond points."""

    INDEX = "index"
    """An index of ``needed``; ``found`` is there."""
    RARE = "rare"
    """A surge that chance alone brings once in ``needed`` days; ``found`` days."""
    VOICES = "voices"
    """``needed`` independent authors; ``found`` are there."""
    GRAVITY = "gravity"
    """One of what makes a level by itself: many or large voices on a grave matter, outlets, platforms, growth."""
    AGREED = "agreed"
    """Of those who came beyond the usual, the part ``needed`` against the brand: a crowd is there, ``found`` of it."""
    GRAVEST = "gravest"
    """A grave matter of a severity (0-1) of ``needed``; the worst has ``found``."""
    TELLERS = "tellers"
    """``needed`` people who tell of a grave matter, or three outlets; ``found`` people are there."""
    WATCHED = "watched"
    """``needed`` hours of history; ``found`` are there."""
    HEARD = "heard"
    """Who was heard must ask for it: what is missed is an estimate, and lifts a level by one step at most, to none
    that wakes people. ``found``: the part of what is usual that could be heard."""


class Held(Frozen):
    """What was missing for this level."""

    level: Level
    want: Want
    needed: float
    found: float


class Why(StrEnum):
    """What decided besides the mentions themselves."""

    SENSITIVITY = "sensitivity"
    THRESHOLDS = "thresholds"
    EVENT = "event"
    SHIFT = "shift"
    ALWAYS = "always_alert"


class Decided(Frozen):
    """``points`` were added to the index (events, feedback); ``name`` of the event or the setting's value."""

    why: Why
    name: str = ""
    points: float = 0.0


class Floors(Frozen):
    """The index from which each level begins, in force at that moment."""

    watch: float
    issue: float
    crisis: float
    severe: float

    def of(self, level: Level) -> float:
        return 0.0 if level is Level.CALM else float(getattr(self, level.value))


class Judgement(Frozen):
    """What the counts and signals ask for now, before hysteresis.

    ``reasons``: the parts that gave at least a point, the weightiest first; ``parts``: all of them, in the order of
    ReasonName. ``held``: what the next level lacked. ``negative`` and ``total``: counted in ``window_minutes``.
    ``always``: something that the client wants to hear of in any case is among it; ``always_at``: the newest of it."""

    index: float
    level: Level
    reasons: tuple[Reason, ...] = ()
    negative: int = 0
    total: int = 0
    window_minutes: int = 60
    rule_version: str = ""
    parts: tuple[Reason, ...] = ()
    floors: Floors | None = None
    held: tuple[Held, ...] = ()
    decided: tuple[Decided, ...] = ()
    always: bool = False
    always_at: UtcDatetime | None = None
    heard: float = 1.0
    """The part of what is usual that could be heard in ``window_minutes``, where sources were ill or gave a part."""
    unaided: Level | None = None
    """The level without regard to what could not be heard, where that is lower."""
