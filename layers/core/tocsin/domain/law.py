"""Clocks of the law, per country, as dated data: what must be done, from which moment, and where it is written."""

from calendar import MONDAY, SATURDAY
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import Field, StringConstraints, model_validator

from tocsin.domain.fields import CountryCode, TimeZone, WebUrl
from tocsin.domain.holidays import Holidays, Read
from tocsin.domain.model import Frozen
from tocsin.domain.people import Role
from tocsin.domain.said import Place, Scenario, Words

__all__ = ["Calendar", "Law", "LegalClock", "Unit", "calendars_of", "laws_of", "term"]


class Unit(StrEnum):
    HOURS = "hours"
    DAYS = "days"
    """Calendar days, to the end of the last one."""
    WORKING_DAYS = "working_days"
    """Without Saturdays, Sundays and the country's public holidays, to the end of the last one. Days off of regions and
    towns are not known here: it ends too early rather than too late."""
    MONTHS = "months"


class LegalClock(Frozen):
    """``words``: what is to be done by then; ``runs_from``: from which moment. ``ours``: False where another must act,
    and the clock says when to ask. ``at_once``: the law says «without undue delay» and no number, so that ``within`` is
    our own. ``since``: the day from which it applies. ``read``: None where nobody of ours has read it. ``scenarios``:
    where it is offered; none: everywhere."""

    id: Place
    words: Words
    runs_from: Words
    within: Annotated[int, Field(ge=1, le=400)]
    unit: Unit
    owner: Role = Role.RESPONSIBLE
    ours: bool = True
    at_once: bool = False
    scenarios: tuple[Scenario, ...] = ()
    cited: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=200)]
    source: WebUrl
    as_of: date
    since: date | None = None
    read: Read | None = None

    @property
    def checked(self) -> bool:
        return self.read is not None

    def ends(self, since: datetime, zone: ZoneInfo, off: Container[date] = ()) -> datetime:
        """When it is over, in UTC. Days are those of the client's zone, and the day of ``since`` is not counted.
        ``off``: the country's public holidays."""
        if self.unit is Unit.HOURS:
            return since + timedelta(hours=self.within)
        day = since.astimezone(zone).date()
        if self.unit is Unit.DAYS:
            last = day + timedelta(days=self.within)
        elif self.unit is Unit.WORKING_DAYS:
            last = _working(day, self.within, off)
        else:
            last = _months(day, self.within)
        end = datetime(last.year, last.month, last.day, 23, 59, tzinfo=zone)
        return end.astimezone(since.tzinfo)


def _working(day: date, left: int, off: Container[date]) -> date:
    while left:
        day += timedelta(days=1)
        left -= int(MONDAY <= day.weekday() < SATURDAY and day not in off)
    return day


def _months(day: date, months: int) -> date:
    """The same day of a later month, or its last one."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), following - timedelta(days=1))


class Law(Frozen):
    """Of one country, or of a union of them: ``countries`` in which it holds, ``zones`` of clients who do not say where
    they are. ``holidays``: None where each of its countries has its own."""

    name: Words
    countries: Annotated[tuple[CountryCode, ...], Field(min_length=1)]
    zones: tuple[TimeZone, ...] = ()
    holidays: Holidays | None = None
    clocks: Annotated[tuple[LegalClock, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        ids = [one.id for one in self.clocks]
        if doubled := sorted({one for one in ids if ids.count(one) > 1}):
            raise ValueError(f"clocks: {', '.join(doubled)} stands there twice")
        return self


class Calendar(Frozen):
    """Public holidays of one country whose own law nobody of ours has read: counted by a library, at the desk."""

    country: CountryCode
    zones: tuple[TimeZone, ...] = ()
    holidays: Holidays


def laws_of(laws: tuple[Law, ...], countries: tuple[str, ...], zone: str) -> tuple[Law, ...]:
    """By the countries of a client's file; without them, by its time zone."""
    if countries:
        return tuple(law for law in laws if set(countries) & set(law.countries))
    return tuple(law for law in laws if zone in law.zones)


def calendars_of(
    laws: Iterable[Law], calendars: Iterable[Calendar], countries: tuple[str, ...], zone: str
) -> dict[str, Holidays]:
    """By country: of its own law, or else counted. Without countries, of those that the zone belongs to."""
    counted = {
        one.country: one.holidays
        for one in calendars
        if (one.country in countries if countries else zone in one.zones)
    }  # fmt: skip
    read = {
        country: law.holidays
        for law in laws
        if law.holidays is not None and (countries or zone in law.zones)
        for country in law.countries
        if not countries or country in countries
    }
    return counted | read


@dataclass(frozen=True, slots=True)
class _Everywhere:
    """Days off in each of them: what is one in a single country would let a term end too late in another."""

    calendars: tuple[Holidays, ...]

    def __contains__(self, day: object) -> bool:
        return bool(self.calendars) and all(day in one for one in self.calendars)


def term(
    law: Law, clock: LegalClock, since: datetime, zone: ZoneInfo, known: Mapping[str, Holidays] = MappingProxyType({})
) -> datetime:
    """When one of its clocks is over: by its own public holidays; the law of a union by those of the client's
    countries (``known``, of `calendars_of`), where they all have them."""
    if law.holidays is not None:
        return clock.ends(since, zone, law.holidays)
    return clock.ends(
        since, zone, _Everywhere(tuple(days for country, days in known.items() if country in law.countries))
    )
