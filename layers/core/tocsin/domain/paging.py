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
    """One person. ``rounds``: how often they were rung at ``level``; ``last_no``: the newest alert written for them;
    ``taken``: the level that they acknowledged; ``expired``: how often that came to nothing."""

    person: Email
    since: UtcDatetime
    level: Level
    rounds: int = 1
    last_at: UtcDatetime
    last_no: int
    acknowledged_at: UtcDatetime | None = None
    taken: Level | None = None
    acted_at: UtcDatetime | None = None
    declined_at: UtcDatetime | None = None
    skipped_at: UtcDatetime | None = None
    expired: int = 0


class Paging(Frozen):
    """``urgency``: the level, or what unanswered clocks have made of it. ``next_at``: when the machine wants to be
    looked at; None while it waits for nothing."""

    urgency: Level
    since: UtcDatetime
    people: tuple[Page, ...] = ()
    decision: Decision | None = None
    responded_at: UtcDatetime | None = None
    next_at: UtcDatetime | None = None

    def of(self, person: str) -> Page | None:
        return next((page for page in self.people if page.person == person), None)
