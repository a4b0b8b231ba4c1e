"""A form as a person filled it in: every field made harmless, and asked for where it is needed."""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tocsin.domain.case.file import Work, Worked
from tocsin.domain.errors import TocsinError
from tocsin.web.answer_words import EMPTY
from tocsin.web.approved import tidy
from tocsin.web.case.names import BEFORE, CHOOSE, WHEN
from tocsin.web.clean import one_line

Step = Callable[[Work], Worked]
LONGEST_LINE, LONGEST_TEXT, LONGEST_ID = 280, 6_000, 80
FURTHEST = timedelta(days=366)


class FaultError(TocsinError):
    """A field that lacks something. ``sentence``: of the catalogue."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Form:
    def __init__(self, fields: Mapping[str, str], zone: ZoneInfo, now: datetime) -> None:
        self.fields = dict(fields)
        self._zone = zone
        self._now = now

    @property
    def id(self) -> str:
        """Of the thing that it is about."""
        return one_line(self.fields.get("id", ""), LONGEST_ID, "")

    def line(self, name: str, most: int = LONGEST_LINE) -> str | None:
        return one_line(self.fields.get(name, ""), most) or None

    def need(self, name: str, most: int = LONGEST_LINE) -> str:
        """Raise FaultError when nothing is there."""
        said = self.line(name, most)
        if said is None:
            raise FaultError(EMPTY)
        return said

    def text(self, name: str, most: int = LONGEST_TEXT) -> str:
        """Several lines. Raise FaultError when nothing is there."""
        said = tidy(self.fields.get(name, ""), most)[:most]
        if not said:
            raise FaultError(EMPTY)
        return said

    def one_of(self, name: str, known: Collection[str]) -> str:
        """Raise FaultError for anything else."""
        said = self.fields.get(name, "")
        if said not in known:
            raise FaultError(CHOOSE)
        return said

    def several(self, prefix: str, known: Collection[str]) -> tuple[str, ...]:
        """Boxes that were ticked: each has a name of its own."""
        return tuple(one for one in known if self.fields.get(f"{prefix}_{one}") == "1")

    def moment(self, name: str, *, past: bool = False) -> datetime:
        """A moment of the reader's own clock, ahead; or, with ``past``, one that is over. Raise FaultError."""
        try:
            local = datetime.fromisoformat(self.fields.get(name, ""))
        except ValueError:
            raise FaultError(BEFORE if past else WHEN) from None
        at = local.replace(tzinfo=self._zone).astimezone(self._now.tzinfo)
        ahead = self._now < at <= self._now + FURTHEST
        behind = self._now - FURTHEST <= at <= self._now
        if not (behind if past else ahead):
            raise FaultError(BEFORE if past else WHEN)
        return at

    def day(self, name: str) -> date:
        """Raise FaultError for none."""
        try:
            return date.fromisoformat(self.fields.get(name, ""))
        except ValueError:
            raise FaultError(WHEN) from None

    def moment_or_none(self, name: str) -> datetime | None:
        return self.moment(name) if self.fields.get(name) else None
