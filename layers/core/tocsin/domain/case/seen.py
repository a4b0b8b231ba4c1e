"""What a clock of a case may look at beside the file; each thing is read when it is asked for, and only then."""

from datetime import datetime
from typing import Protocol

from tocsin.domain.case.file import CaseFile
from tocsin.domain.case.lessons import TermLesson
from tocsin.domain.case.outcome import SeenAfter
from tocsin.domain.counters import Counts
from tocsin.domain.incident import Incident, TimelineEntry
from tocsin.domain.outbox import OutboxItem
from tocsin.domain.playbook import Library
from tocsin.domain.reading import ScoredMention


class SeenBefore(Protocol):
    """What a plan is chosen by. ``mentions``: the gravest negative ones of the case, at most 50. ``history``: earlier
    incidents of the brand that were at least an issue, newest first, at most 10; ``former``: their files."""

    @property
    def library(self) -> Library | None: ...

    @property
    def mentions(self) -> tuple[ScoredMention, ...]: ...

    @property
    def history(self) -> tuple[Incident, ...]: ...

    @property
    def former(self) -> tuple[CaseFile, ...]: ...


class Seen(SeenBefore, SeenAfter, Protocol):
    """``outbox``: every message of the case. ``silent_sources``: names of those that are not heard now. ``later``:
    incidents of the brand after this one, oldest first, at most 10."""

    @property
    def outbox(self) -> tuple[OutboxItem, ...]: ...

    @property
    def steps(self) -> tuple[TimelineEntry, ...]:
        """All of the alarm, those too that its timeline has no room for any more."""
        ...

    @property
    def course(self) -> tuple[ScoredMention, ...]:
        """What was said against the brand from a day before the alarm to its end: the earliest, and the gravest."""
        ...

    @property
    def days(self) -> tuple[Counts, ...]:
        """What was said of the brand on each day of the storm, by 24 hours from the alarm on."""
        ...

    @property
    def measured(self) -> tuple[tuple[datetime, float], ...]:
        """The index at each change of the brand's level from a day before the alarm to its end, oldest first."""
        ...

    @property
    def later(self) -> tuple[Incident, ...]: ...

    @property
    def silent_sources(self) -> tuple[str, ...]: ...

    @property
    def term_lessons(self) -> tuple[TermLesson, ...]:
        """What people's marks ask of the brand's terms."""
        ...

    def share(self, since: datetime, until: datetime) -> Counts:
        """What was said of the brand in [since, until)."""
        ...
