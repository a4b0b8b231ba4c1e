"""Known dates of a client: a launch, a price rise, an embargo; they make the alarm quieter or more watchful."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator

from tocsin.domain.fields import Name
from tocsin.domain.model import Frozen

Effect = Literal["quieter", "watchful"]


def _whole_day(value: object) -> object:
    """A day alone, as an end, is that whole day."""
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value.strip()):
        try:
            value = date.fromisoformat(value.strip())
        except ValueError:
            return value
    if isinstance(value, date) and not isinstance(value, datetime) and value < date.max:
        return datetime.combine(value + timedelta(days=1), time())
    return value


End = Annotated[datetime, BeforeValidator(_whole_day)]
"""A moment, or a day of which all is meant."""


class CalendarEvent(Frozen):
    """From ``start`` up to ``end``. Without a zone a time is the client's own; a client's events are all in UTC."""

    name: Name
    start: datetime
    end: End
    effect: Effect = "quieter"

    def lasts(self, now: datetime) -> bool:
        return self.start <= now < self.end


def in_zone(events: Iterable[CalendarEvent], zone: ZoneInfo) -> tuple[CalendarEvent, ...]:
    """Every time in UTC. Raise ValueError for one that ends before it begins, or at once."""
    resolved = tuple(
        event.model_copy(update={"start": in_utc(event.start, zone), "end": in_utc(event.end, zone)})
        for event in events
    )
    for event in resolved:
        if event.end <= event.start:
            raise ValueError(f"{event.name!r} must end after it starts")
    return resolved


def in_utc(moment: datetime, zone: ZoneInfo) -> datetime:
    """A time without a zone is one of ``zone``. Raise ValueError outside the years 1 to 9999."""
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError:
        raise ValueError(f"no calendar of ours reaches {moment:%Y-%m-%d}") from None


def lasting(events: Iterable[CalendarEvent], now: datetime) -> tuple[CalendarEvent, ...]:
    return tuple(event for event in events if event.lasts(now))


def between(events: Iterable[CalendarEvent], since: datetime, until: datetime) -> tuple[CalendarEvent, ...]:
    """Those that touch [since, until), the earliest first."""
    found = (event for event in events if event.start < until and since < event.end)
    return tuple(sorted(found, key=lambda event: (event.start, event.end, event.name)))
