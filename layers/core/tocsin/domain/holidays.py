"""Public holidays of a country as dated data: on fixed days, or so many days from Easter, and for a time not at all."""

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from tocsin.domain.fields import WebUrl
from tocsin.domain.model import Frozen

MonthDay = Annotated[str, StringConstraints(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]
JULIAN_LAG = 13
"""Days between the calendars, from 1900 to 2099."""


class Read(Frozen):
    """Where the words of a law were read, and when: the official address may not have been the one."""

    at: WebUrl
    day: date


class Easter(StrEnum):
    WESTERN = "western"
    ORTHODOX = "orthodox"


class Holiday(Frozen):
    """``day``: month and day; or ``easter``: days after Easter Sunday. ``since`` and ``until``: the years in which it
    is one, both included."""

    day: MonthDay | None = None
    easter: Annotated[int, Field(ge=-60, le=60)] | None = None
    since: Annotated[int, Field(ge=1900, le=2099)] = 1900
    until: Annotated[int, Field(ge=1900, le=2099)] = 2099

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.day is None) is (self.easter is None):
            raise ValueError("a holiday has a day or stands so many days from Easter, one of both")
        if self.day is not None:
            try:
                date(2001, *map(int, self.day.split("-")))  # of a common year: none stands on 29 February
            except ValueError:
                raise ValueError(f"day: {self.day} is no day of each year") from None
        return self


class Suspended(Frozen):
    """No public holiday is a day off from ``since`` on, up to and with ``until``; None: it still lasts.
    ``known_until``: the last day for which that was read; after it, it is supposed."""

    since: date
    until: date | None = None
    known_until: date | None = None

    def covers(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


class Holidays(Frozen):
    """By rules (``days``), or day by day (``dates``, up to and with ``through``). ``read``: where the law's own words
    were read; None: nobody of ours has. Days off of regions and towns are not among them."""

    easter: Easter = Easter.WESTERN
    days: Annotated[tuple[Holiday, ...], Field(max_length=60)] = ()
    dates: Annotated[tuple[date, ...], Field(max_length=200)] = ()
    through: date | None = None
    suspended: tuple[Suspended, ...] = ()
    cited: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=300)]
    source: WebUrl
    as_of: date
    read: Read | None = None

    @model_validator(mode="after")
    def _has_days(self) -> Self:
        if bool(self.days) is bool(self.dates):
            raise ValueError("a calendar has days by rules or dates, one of both")
        if bool(self.dates) is (self.through is None):
            raise ValueError("through: the last day that the dates reach, and theirs alone")
        return self

    def __contains__(self, day: object) -> bool:
        """Whether it is a day off, as far as is known: a suspension is supposed to last."""
        if not isinstance(day, date) or any(one.covers(day) for one in self.suspended):
            return False
        return day in _days_of(self, day.year)

    def between(self, first: date, last: date) -> Iterator[date]:
        """Those from ``first`` up to and with ``last``, in order; of a suspension that is only supposed to last, those
        that would be days off without it: whoever plans who has the duty should see them."""
        for year in range(first.year, last.year + 1):
            yield from (
                day for day in sorted(_days_of(self, year)) if first <= day <= last and not self._surely_on(day)
            )

    def _surely_on(self, day: date) -> bool:
        return any(one.covers(day) and (one.known_until is None or day <= one.known_until) for one in self.suspended)

    def doubtful_from(self, last: date) -> date | None:
        """The first day up to ``last`` for which nobody of ours has read how it stands; None: there is none."""
        reached = [self.through] if self.through is not None else []
        reached += [one.known_until for one in self.suspended if one.until is None and one.known_until is not None]
        first = min(reached) if reached else None
        return first + timedelta(days=1) if first is not None and first < last else None


@cache
def _days_of(holidays: Holidays, year: int) -> frozenset[date]:
    found = {day for day in holidays.dates if day.year == year}
    for one in holidays.days:
        if not one.since <= year <= one.until:
            continue
        if one.day is not None:
            month, day = map(int, one.day.split("-"))
            found.add(date(year, month, day))
        elif one.easter is not None:
            found.add(easter_sunday(year, holidays.easter) + timedelta(days=one.easter))
    return frozenset(found)


def easter_sunday(year: int, kind: Easter) -> date:
    """By Meeus (Astronomical Algorithms, chapter 8), in today's calendar; from 1900 to 2099."""
    if kind is Easter.ORTHODOX:
        d = (19 * (year % 19) + 15) % 30
        e = (2 * (year % 4) + 4 * (year % 7) - d + 34) % 7
        month, day = divmod(d + e + 114, 31)
        return date(year, month, day + 1) + timedelta(days=JULIAN_LAG)
    a, (b, c) = year % 19, divmod(year, 100)
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    i, k = divmod(c, 4)
    left = (32 + 2 * (b % 4) + 2 * i - h - k) % 7
    month, day = divmod(h + left - 7 * ((a + 11 * h + 22 * left) // 451) + 114, 31)
    return date(year, month, day + 1)
