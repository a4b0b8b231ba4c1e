"""What the clocks of one case look at, read when one of them asks for it, and once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cached_property
from itertools import islice, takewhile
from typing import TYPE_CHECKING

from tocsin.domain.case.file import CaseFile, timeline_of
from tocsin.domain.case.returned import REMEMBERED
from tocsin.domain.counters import MINUTE, Counts, total
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.ports import CaseStore, HealthStore, MentionStore

if TYPE_CHECKING:
    from tocsin.domain.case.lessons import TermLesson
    from tocsin.domain.case.outcome import Followed
    from tocsin.domain.case.texts import CaseText
    from tocsin.domain.incident import TimelineEntry
    from tocsin.domain.outbox import OutboxItem
    from tocsin.domain.playbook import Library
    from tocsin.domain.reading import ScoredMention

MENTIONS = 50
HISTORY, LOOKED_BACK = 10, 30
"""Earlier incidents that were at least an issue, and how many are looked at for them, one by one: nobody remembers what
is older than ``REMEMBERED``, so that there it ends."""
BEFORE = timedelta(hours=24)
"""What was said so long before the alarm belongs to its case."""
LONGEST = timedelta(days=7)
DAY = timedelta(days=1)
COURSE, CHANGES, MOST_DAYS = 100, 50, 60


class SeenNow:
    def __init__(
        self,
        incident: Incident,
        now: datetime,
        *,
        cases: CaseStore,
        mentions: MentionStore,
        library: Callable[[], "Library | None"],
        health: HealthStore | None = None,
        lessons: "Callable[[], tuple[TermLesson, ...]]" = tuple,
    ) -> None:
        self._lessons = lessons
        self._incident = incident
        self._now = now
        self._cases = cases
        self._mentions = mentions
        self._library = library
        self._health = health

    @property
    def library(self) -> "Library | None":
        return self._library()

    @cached_property
    def mentions(self) -> "tuple[ScoredMention, ...]":
        since = max(self._incident.opened_at - BEFORE, self._now - LONGEST)
        return self._mentions.gravest(self._incident.brand, since, self._now + MINUTE, MENTIONS)

    @cached_property
    def course(self) -> "tuple[ScoredMention, ...]":
        """Of a long storm its first and its last days: its hours are asked for one by one."""
        begun, end = self._incident.opened_at - BEFORE, self._end
        times = [(begun, end)]
        if end - begun > LONGEST:
            times = [(begun, begun + LONGEST / 2), (end - LONGEST / 2, end)]
        return tuple(
            one
            for since, until in times
            for one in self._mentions.course(self._incident.brand, since, until, COURSE // len(times))
        )

    @cached_property
    def days(self) -> tuple[Counts, ...]:
        begun = self._incident.opened_at
        number = min(-(-(self._end - begun) // DAY), MOST_DAYS)
        return tuple(self.share(begun + day * DAY, min(begun + (day + 1) * DAY, self._end)) for day in range(number))

    @cached_property
    def steps(self) -> "tuple[TimelineEntry, ...]":
        return timeline_of(self._incident, self._cases.case_events(self._incident.id))

    @cached_property
    def measured(self) -> tuple[tuple[datetime, float], ...]:
        changes = self._cases.changes(self._incident.brand, self._incident.opened_at - BEFORE, self._end, CHANGES)
        return tuple((one.at, one.judgement.index) for one in changes)

    @property
    def _end(self) -> datetime:
        return (self._incident.over_since if self._incident.closed else self._now) + MINUTE

    @cached_property
    def history(self) -> tuple[Incident, ...]:
        number = self._number
        since = self._incident.opened_at - REMEMBERED
        found = (self._beside(place) for place in range(number - 1, max(0, number - 1 - LOOKED_BACK), -1))
        lasting = takewhile(lambda one: one is None or one.opened_at >= since, found)
        grave = (one for one in lasting if one is not None and one.peak >= Level.ISSUE)
        return tuple(islice(grave, HISTORY))

    @cached_property
    def later(self) -> tuple[Incident, ...]:
        number = self._number
        found = (self._beside(place) for place in range(number + 1, number + 1 + HISTORY)) if number else ()
        return tuple(takewhile(lambda one: one is not None, found))  # type: ignore[arg-type]

    @property
    def _number(self) -> int:
        """Of the brand's incidents, from 1; 0 where the id tells none."""
        number = self._incident.id.rpartition("-")[2]
        return int(number) if number.isdigit() else 0

    def _beside(self, number: int) -> Incident | None:
        return self._cases.incident(f"{self._incident.id.rpartition('-')[0]}-{number}")

    @cached_property
    def former(self) -> tuple[CaseFile, ...]:
        found = (self._cases.case_file(one.id) for one in self.history)
        return tuple(file for file in found if file is not None)

    @cached_property
    def outbox(self) -> "tuple[OutboxItem, ...]":
        return self._cases.outbox_of(self._incident.id)

    @cached_property
    def silent_sources(self) -> tuple[str, ...]:
        if self._health is None:
            return ()
        return tuple(one.name for one in self._health.load().coverage.ill)

    @cached_property
    def term_lessons(self) -> "tuple[TermLesson, ...]":
        return self._lessons()

    def share(self, since: datetime, until: datetime) -> Counts:
        return total(self._mentions.counts(self._incident.brand, since, until))

    def followed(self, text: "CaseText", scenario: str | None) -> "Followed | None":
        from tocsin.services.outcomes import Outcomes  # noqa: PLC0415 - most cases measure nothing

        return Outcomes(self._mentions, self._cases).followed(self._incident.brand, text, scenario)
