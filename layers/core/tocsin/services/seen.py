"""What the clocks of one case look at, read when one of them asks for it, and once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from tocsin.domain.case.file import CaseFile
from tocsin.domain.counters import MINUTE, Counts, total
from tocsin.domain.incident import Incident
from tocsin.ports import CaseStore, HealthStore, MentionStore

if TYPE_CHECKING:
    from tocsin.domain.case.lessons import TermLesson
    from tocsin.domain.case.outcome import Followed
    from tocsin.domain.case.texts import CaseText
    from tocsin.domain.outbox import OutboxItem
    from tocsin.domain.playbook import Library
    from tocsin.domain.reading import ScoredMention

MENTIONS = 50
HISTORY = 10
BEFORE = timedelta(hours=24)
"""What was said so long before the alarm belongs to its case."""
LONGEST = timedelta(days=7)


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
    def history(self) -> tuple[Incident, ...]:
        name, _, number = self._incident.id.rpartition("-")
        if not number.isdigit():
            return ()
        places = range(int(number) - 1, max(0, int(number) - 1 - HISTORY), -1)
        found = (self._cases.incident(f"{name}-{place}") for place in places)
        return tuple(one for one in found if one is not None)

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

    def followed(self, text: "CaseText") -> "Followed | None":
        from tocsin.services.outcomes import Outcomes  # noqa: PLC0415 - most cases measure nothing

        return Outcomes(self._mentions).followed(self._incident.brand, text)
