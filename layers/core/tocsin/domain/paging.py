"""Who has been paged of an incident, who has taken it, and when it is to be looked at again."""

from tocsin.domain.fields import Email
from tocsin.domain.levels import Level
from tocsin.domain.model import Frozen, UtcDatetime


class Decision(Frozen):
    """Not to answer in public: it stops the clock of the first response until ``look_at``."""

    by: str
    at: UtcDatetime
    reason: str
    look_at: UtcDatetime


class Page(Frozen):
    """One person. ``since``: when they might first be rung; ``rounds``: how often they were since, none where they came
    by themselves; ``last_no``: the newest alert written for them; ``unreached_no``: the newest that reached them by no
    way; ``taken``: the level that they acknowledged; ``expired``: how often that came to nothing."""

    person: Email
    since: UtcDatetime
    level: Level
    rounds: int = 1
    last_at: UtcDatetime
    last_no: int
    unreached_no: int = 0
    mailed: bool = False
    acknowledged_at: UtcDatetime | None = None
    taken: Level | None = None
    acted_at: UtcDatetime | None = None
    declined_at: UtcDatetime | None = None
    skipped_at: UtcDatetime | None = None
    expired: int = 0

    def has_taken(self, level: Level) -> bool:
        return self.acknowledged_at is not None and self.taken is not None and self.taken >= level

    @property
    def acted(self) -> bool:
        """Has something come of the acknowledgement?"""
        return self.acknowledged_at is not None and self.acted_at is not None and self.acted_at >= self.acknowledged_at


class Paging(Frozen):
    """``level``: what people were told of; ``urgency``: the same, or one more by a clock that ran out. ``since``: the
    beginning of the response's clock, ``asked_at``: of the acknowledgement's. ``next_at``: when the machine wants to be
    looked at; None while it waits for nothing. ``more``: how many must take it beyond what the level asks for.
    ``always``: does the client want to hear of it in shadow too? ``resumed_at``: the end of the pause that its moments
    were moved by."""

    level: Level
    urgency: Level
    since: UtcDatetime
    people: tuple[Page, ...] = ()
    asked_at: UtcDatetime | None = None
    decision: Decision | None = None
    responded_at: UtcDatetime | None = None
    overdue: bool = False
    more: int = 0
    reminded_at: UtcDatetime | None = None
    next_at: UtcDatetime | None = None
    ended_at: UtcDatetime | None = None
    resumed_at: UtcDatetime | None = None
    always: bool = False

    def of(self, person: str) -> Page | None:
        return next((page for page in self.people if page.person == person), None)
