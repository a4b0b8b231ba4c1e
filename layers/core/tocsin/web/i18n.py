"""Languages, plurals, numbers and the reader's clock. Catalogues are gettext's; Babel stays on the desk (31 MB)."""

import gettext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

from tocsin.domain.client import Language

DOMAIN = "tocsin"
LOCALES = Path(__file__).parent / "locale"
LANGUAGES: tuple[Language, ...] = get_args(Language)

NBSP = "\u00a0"
_THOUSANDS = {"en": ",", "uk": NBSP, "es": NBSP}
_FIRST_GROUPED = {"en": 1_000, "uk": 1_000, "es": 10_000}  # four digits stand together in Spanish (RAE, OLE 2010)
_PERCENT = {"en": "%", "uk": "%", "es": NBSP + "%"}


def mark(message: str) -> str:
    """Name a message for the catalogue where it is kept as data; it is translated when it is said."""
    return message


# NOTE: months as they stand in a date: genitive in Ukrainian, lower case in Spanish
MONTHS = (
    mark("January"), mark("February"), mark("March"), mark("April"), mark("May"), mark("June"),
    mark("July"), mark("August"), mark("September"), mark("October"), mark("November"), mark("December"),
)  # fmt: skip


@cache
def _catalogue(language: Language) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, LOCALES, languages=[language])


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return UTC  # an alert with a foreign clock, which names itself, is better than none


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom the words are for. ``timezone`` is an IANA name; an unknown one is read as UTC."""

    language: Language
    timezone: str

    def gettext(self, message: str, **values: object) -> str:
        """Translate and fill in ``%(name)s``. Values go in as they are: clean them first."""
        said = _catalogue(self.language).gettext(message)
        return said % values if values else said

    def ngettext(self, singular: str, plural: str, count: int, **values: object) -> str:
        """Like gettext, in the form that ``count`` asks for; ``%(count)s`` is the grouped number."""
        said = _catalogue(self.language).ngettext(singular, plural, count)
        return said % {"count": self.number(count), **values}

    def number(self, value: float) -> str:
        """A whole number, thousands apart: 12,400 or 12 400."""
        whole = round(value)
        if abs(whole) < _FIRST_GROUPED[self.language]:
            return str(whole)
        return f"{whole:,}".replace(",", _THOUSANDS[self.language])

    def percent(self, share: float) -> str:
        """A share from 0 to 1 as whole per cent."""
        return f"{round(share * 100)}{_PERCENT[self.language]}"

    def minutes(self, count: int) -> str:
        """A length as an object of time, as after "in", "за", "en"."""
        # NOTE: accusative in Ukrainian: "за 1 хвилину"
        return self.ngettext("%(count)s minute", "%(count)s minutes", count)

    def duration(self, length: timedelta) -> str:
        """A length in its two largest units; a negative one is nought."""
        total = max(int(length.total_seconds()) // 60, 0)
        if total < 120:
            return self.minutes(total)
        hours, minutes = divmod(total, 60)
        if hours < 48:
            # NOTE: accusative in Ukrainian: "за 1 годину"
            large = self.ngettext("%(count)s hour", "%(count)s hours", hours)
            small = self.minutes(minutes) if minutes else ""
        else:
            days, hours = divmod(hours, 24)
            large = self.ngettext("%(count)s day", "%(count)s days", days)
            small = self.ngettext("%(count)s hour", "%(count)s hours", hours) if hours else ""
        # NOTE: two lengths that add up, like "2 hours 30 minutes"
        return self.gettext("%(large)s %(small)s", large=large, small=small) if small else large

    def local(self, at: datetime) -> datetime:
        return at.astimezone(_zone(self.timezone))

    def clock(self, at: datetime) -> str:
        """Hours and minutes on the reader's wall, 24 hours: 03:14."""
        return f"{self.local(at):%H:%M}"

    def day(self, at: datetime) -> str:
        local = self.local(at)
        # NOTE: day and month, like "22 November"
        return self.gettext("%(day)s %(month)s", day=local.day, month=self.gettext(MONTHS[local.month - 1]))

    def date(self, at: datetime) -> str:
        # NOTE: a day with its year, like "22 November 2026"
        return self.gettext("%(date)s %(year)s", date=self.day(at), year=self.local(at).year)

    def moment(self, at: datetime, beside: datetime) -> str:
        """The time alone on the reader's day of ``beside``; else with its day, and from another year with the year."""
        mine, other = self.local(at), self.local(beside)
        if mine.date() == other.date():
            return self.clock(at)
        return f"{self.day(at) if mine.year == other.year else self.date(at)}, {self.clock(at)}"

    def zone(self, at: datetime) -> str:
        """The reader's zone with its offset at that moment: Europe/Kyiv, UTC+2."""
        local = self.local(at)
        offset = local.utcoffset() or timedelta()
        hours, minutes = divmod(abs(int(offset.total_seconds())) // 60, 60)
        utc = f"UTC{'-' if offset < timedelta() else '+'}{hours}" + (f":{minutes:02}" if minutes else "")
        return f"{local.tzinfo}, {utc}" if offset or local.tzinfo is not UTC else "UTC"
