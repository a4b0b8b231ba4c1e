"""An incident: from the first alarm to the review, as an explicit state machine."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from tocsin.domain.errors import TransitionError
from tocsin.domain.levels import Level
from tocsin.domain.model import Frozen, UtcDatetime
from tocsin.domain.paging import Paging
from tocsin.domain.reasons import Reason
from tocsin.domain.refusals import Refused

TIMELINE_CAP = 500
"""Entries that an incident carries along: it is one item of a table, read and written at each step."""


class IncidentState(StrEnum):
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESPONDING = "responding"
    RESOLVED = "resolved"
    REVIEWED = "reviewed"


class Step(StrEnum):
    """Everything that may happen to an incident."""

    RAISE = "raise"
    LOWER = "lower"
    ACKNOWLEDGE = "acknowledge"
    RESPOND = "respond"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    REVIEW = "review"
    PAGE = "page"
    URGE = "urge"
    """Nobody took it in time: people are asked as for one level more."""
    OVERDUE = "overdue"
    """The first response is late."""
    EXPIRE = "expire"
    SKIP = "skip"
    DECLINE = "decline"
    ACT = "act"
    DECIDE = "decide"
    TELL_CLIENT = "tell the client"


TRANSITIONS: dict[tuple[IncidentState, Step], IncidentState] = {
    (IncidentState.OPEN, Step.RAISE): IncidentState.OPEN,
    (IncidentState.OPEN, Step.LOWER): IncidentState.OPEN,
    (IncidentState.OPEN, Step.ACKNOWLEDGE): IncidentState.ACKNOWLEDGED,
    (IncidentState.OPEN, Step.RESPOND): IncidentState.RESPONDING,
    (IncidentState.OPEN, Step.RESOLVE): IncidentState.RESOLVED,
    # What was acknowledged was the lesser thing: a graver one needs a person again.
    (IncidentState.ACKNOWLEDGED, Step.RAISE): IncidentState.OPEN,
    (IncidentState.ACKNOWLEDGED, Step.LOWER): IncidentState.ACKNOWLEDGED,
    (IncidentState.ACKNOWLEDGED, Step.ACKNOWLEDGE): IncidentState.ACKNOWLEDGED,
    (IncidentState.ACKNOWLEDGED, Step.RESPOND): IncidentState.RESPONDING,
    (IncidentState.ACKNOWLEDGED, Step.RESOLVE): IncidentState.RESOLVED,
    (IncidentState.RESPONDING, Step.RAISE): IncidentState.RESPONDING,
    (IncidentState.RESPONDING, Step.LOWER): IncidentState.RESPONDING,
    (IncidentState.RESPONDING, Step.ACKNOWLEDGE): IncidentState.RESPONDING,
    (IncidentState.RESPONDING, Step.RESPOND): IncidentState.RESPONDING,
    (IncidentState.RESPONDING, Step.RESOLVE): IncidentState.RESOLVED,
    (IncidentState.RESOLVED, Step.REOPEN): IncidentState.OPEN,
    (IncidentState.RESOLVED, Step.REVIEW): IncidentState.REVIEWED,
    (IncidentState.REVIEWED, Step.REOPEN): IncidentState.OPEN,
}


class TimelineEntry(Frozen):
    at: UtcDatetime
    step: Step
    level: Level
    by: str | None = None
    """Who did it; None when Tocsin did."""
    who: str | None = None
    """Whom it concerns."""
    note: Annotated[str, Field(max_length=300)] | None = None
    channels: tuple[str, ...] = ()


def parted(
    timeline: tuple[TimelineEntry, ...],
) -> tuple[tuple[TimelineEntry, ...], tuple[TimelineEntry, ...]]:
    """What stays in a timeline that is too long, and what leaves it for the case's history: the oldest pages first,
    since what people did is looked at again and again."""
    surplus = len(timeline) - TIMELINE_CAP
    if surplus <= 0:
        return timeline, ()
    pages = [number for number, entry in enumerate(timeline) if entry.step is Step.PAGE][:surplus]
    rest = [number for number, entry in enumerate(timeline) if entry.step is not Step.PAGE][: surplus - len(pages)]
    gone = {*pages, *rest}
    stays = tuple(entry for number, entry in enumerate(timeline) if number not in gone)
    return stays, tuple(entry for number, entry in enumerate(timeline) if number in gone)


class Held(Frozen):
    """A person's level: it wins over the assessment until that person, or another, releases it. ``warned``: the gravest
    level above it that they were told the assessment asks for."""

    level: Level
    by: str
    at: UtcDatetime
    why: Annotated[str, Field(max_length=300)]
    warned: Level | None = None


class Incident(Frozen):
    """One storm over one brand. ``alert_no`` numbers its alerts, so that each is written once. ``asked``: the level
    that the assessment last asked for, while a person's holds. ``left``: entries that have left its timeline since it
    was read; whoever writes it puts them into the case's history in the same transaction."""

    id: str
    client: str
    brand: str
    state: IncidentState = IncidentState.OPEN
    level: Level
    peak: Level
    index: float
    reasons: tuple[Reason, ...] = ()
    opened_at: UtcDatetime
    updated_at: UtcDatetime
    alert_no: int = 0
    version: int = 1
    timeline: tuple[TimelineEntry, ...] = ()
    left: Annotated[tuple[TimelineEntry, ...], Field(exclude=True)] = ()
    paging: Paging | None = None
    held: Held | None = None
    asked: Level | None = None

    @property
    def closed(self) -> bool:
        return self.state in {IncidentState.RESOLVED, IncidentState.REVIEWED}

    @property
    def risen_at(self) -> UtcDatetime:
        """When it last began, or rose."""
        rises = [entry.at for entry in self.timeline if entry.step in {Step.RAISE, Step.REOPEN}]
        return rises[-1] if rises else self.opened_at

    @property
    def over_since(self) -> UtcDatetime:
        """When the storm was over."""
        ended = [entry.at for entry in self.timeline if entry.step is Step.RESOLVE]
        return ended[-1] if ended else self.updated_at

    @property
    def warned(self) -> Level | None:
        """The gravest level above a person's that they were told of."""
        return self.held.warned if self.held is not None else None

    @property
    def live_paging(self) -> Paging | None:
        """None before anybody was paged, and after a resolution until somebody is paged again."""
        return self.paging if self.paging is not None and self.paging.ended_at is None else None

    def recorded(self, *entries: TimelineEntry) -> dict[str, tuple[TimelineEntry, ...]]:
        """Its fields with these entries more."""
        stays, leaves = parted((*self.timeline, *entries))
        return {"timeline": stays, "left": (*self.left, *leaves)}

    @classmethod
    def opened(
        cls,
        *,
        id: str,
        client: str,
        brand: str,
        level: Level,
        index: float,
        reasons: tuple[Reason, ...],
        at: UtcDatetime,
    ) -> "Incident":
        if level is Level.CALM:
            raise TransitionError("an incident cannot be opened while calm", Refused.CALM)
        entry = TimelineEntry(at=at, step=Step.RAISE, level=level)
        return cls(
            id=id, client=client, brand=brand, level=level, peak=level, index=index, reasons=reasons,
            opened_at=at, updated_at=at, alert_no=1, timeline=(entry,),
        )  # fmt: skip

    def releveled(self, level: Level, *, index: float, reasons: tuple[Reason, ...], at: UtcDatetime) -> "Incident":
        """Follow the assessment: up, down, or, from resolved, up again (a relapse reopens the same incident)."""
        if level == self.level and not self.closed:
            raise TransitionError(f"{self.id} is at {level} already", Refused.SETTLED)
        if level is Level.CALM:
            return self.take(Step.RESOLVE, at=at, level=level, index=index, reasons=reasons)
        if self.closed:
            return self.take(Step.REOPEN, at=at, level=level, index=index, reasons=reasons)
        step = Step.RAISE if level > self.level else Step.LOWER
        return self.take(step, at=at, level=level, index=index, reasons=reasons)

    def take(
        self,
        step: Step,
        *,
        at: UtcDatetime,
        by: str | None = None,
        level: Level | None = None,
        index: float | None = None,
        reasons: tuple[Reason, ...] | None = None,
    ) -> "Incident":
        """Return the incident after the step. Raise TransitionError when its state does not allow it."""
        target = TRANSITIONS.get((self.state, step))
        if target is None:
            raise TransitionError(f"{self.id} is {self.state}: cannot {step}", Refused.OVER)
        new_level = self.level if level is None else level
        alerts = step in {Step.RAISE, Step.REOPEN, Step.RESOLVE}
        storm = step in {Step.REOPEN, Step.RESOLVE}
        return self.model_copy(
            update={
                "state": target,
                "level": new_level,
                "peak": max(self.peak, new_level),
                "index": self.index if index is None else index,
                "reasons": self.reasons if reasons is None else reasons,
                "updated_at": max(at, self.updated_at),
                "alert_no": self.alert_no + int(alerts),
                "version": self.version + 1,
                **self.recorded(TimelineEntry(at=at, step=step, level=new_level, by=by)),
                # Whoever held the level of one storm holds nothing of the next.
                "held": None if storm else self.held,
                "asked": None if storm else self.asked,
            }
        )

    def noted(
        self,
        step: Step,
        *,
        at: UtcDatetime,
        by: str | None = None,
        who: str | None = None,
        note: str | None = None,
        channels: tuple[str, ...] = (),
        alerts: bool = False,
    ) -> "Incident":
        """With an entry in the timeline that leaves state and level as they are; ``alerts``: and with a number for what
        is sent of it."""
        entry = TimelineEntry(at=at, step=step, level=self.level, by=by, who=who, note=note, channels=channels)
        return self.model_copy(
            update={
                "updated_at": max(at, self.updated_at),
                "alert_no": self.alert_no + int(alerts),
                "version": self.version + 1,
                **self.recorded(entry),
            }
        )
