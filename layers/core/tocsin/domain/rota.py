"""Who is on duty: a weekly rota with swaps and holidays, by the clocks on the wall of those who keep it."""

import re
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator

from tocsin.domain.calendar import End, in_utc
from tocsin.domain.fields import Email, Name, TimeZone
from tocsin.domain.model import Frozen
from tocsin.domain.people import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tocsin.domain.client import Client
    from tocsin.domain.people import Responder

WEEK = timedelta(days=7)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _handover(value: str) -> str:
    found = re.fullmatch(r"([a-z]+) +(\d{1,2}):(\d{2})", value.strip().lower())
    if not found or found[1] not in DAYS or int(found[2]) > 23 or int(found[3]) > 59:
        raise ValueError(f"{value!r} is no weekday and time; write it like monday 09:00")
    return f"{found[1]} {found[2]:0>2}:{found[3]}"


Handover = Annotated[str, StringConstraints(max_length=40), AfterValidator(_handover)]


class Cover(Frozen):
    """``who`` is on duty instead, from ``since`` up to ``until``; in the file ``from`` and ``until``, the rota's local
    time, and a day alone as the end is that whole day."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True)

    since: datetime = Field(alias="from")
    until: End
    who: Email

    def lasts(self, at: datetime) -> bool:
        return self.since <= at < self.until


Covers = Annotated[tuple[Cover, ...], Field(max_length=100)]


class Rota(Frozen):
    """``people``: addresses of responders, a week each, by turns, from the week of ``starts``; whoever is on duty has
    ``role``. An override goes before a holiday, and that before the week."""

    name: Name
    role: Role = Role.RESPONSIBLE
    people: Annotated[tuple[Email, ...], Field(min_length=1, max_length=40)]
    starts: Annotated[date, Field(ge=date(2000, 1, 1), le=date(2200, 1, 1))]
    handover: Handover = "monday 09:00"
    timezone: TimeZone | None = None
    overrides: Covers = ()
    holidays: Covers = ()

    @model_validator(mode="after")
    def _community_is_told_by_mail(self) -> "Rota":
        if self.role is Role.COMMUNITY:
            raise ValueError("role: a rota is of those who are rung: responsible, deputy or director")
        return self

    def named(self) -> frozenset[str]:
        return frozenset((*self.people, *(cover.who for cover in (*self.overrides, *self.holidays))))

    def in_zone(self, zone: ZoneInfo) -> "Rota":
        """With every swap and holiday in UTC. Raise ValueError for one that is empty, and for two at a time."""
        own = ZoneInfo(self.timezone) if self.timezone else zone
        return self.model_copy(
            update={
                "overrides": _resolved("overrides", self.overrides, own),
                "holidays": _resolved("holidays", self.holidays, own),
            }
        )

    def on_duty(self, at: datetime, zone: ZoneInfo) -> str | None:
        """Whose turn it is; None before the rota starts."""
        for cover in (*self.overrides, *self.holidays):
            if cover.lasts(at):
                return cover.who
        own = ZoneInfo(self.timezone) if self.timezone else zone
        first = self._handed_over(self.starts)
        began = max(datetime.combine(self.starts, time(), own).astimezone(UTC), self._moment(first, own))
        if at < began:
            return None
        last = self._handed_over(at.astimezone(own).date())
        if self._moment(last, own) > at:
            last -= WEEK
        return self.people[(last - first) // WEEK % len(self.people)]

    def _handed_over(self, day: date) -> date:
        """The day of the last hand-over on or before ``day``."""
        weekday = DAYS.index(self.handover.split()[0])
        return day - timedelta(days=(day.weekday() - weekday) % 7)

    def _moment(self, day: date, zone: ZoneInfo) -> datetime:
        """One instant: an hour that the clocks repeat does not hand over twice."""
        return datetime.combine(day, time.fromisoformat(self.handover.split()[1]), zone).astimezone(UTC)


def _resolved(what: str, covers: "Sequence[Cover]", zone: ZoneInfo) -> tuple[Cover, ...]:
    in_order = sorted(
        (
            cover.model_copy(update={"since": in_utc(cover.since, zone), "until": in_utc(cover.until, zone)})
            for cover in covers
        ),
        key=lambda cover: cover.since,
    )
    for cover in in_order:
        if cover.until <= cover.since:
            raise ValueError(f"{what}: that of {cover.who} must end after it begins")
    for one, other in pairwise(in_order):
        if other.since < one.until:
            raise ValueError(
                f"{what}: {one.who} and {other.who} overlap from {other.since.astimezone(zone):%Y-%m-%d %H:%M};"
                " end the first or begin the second elsewhere"
            )
    return tuple(in_order)


def on_duty(client: "Client", at: datetime) -> "tuple[Responder, ...]":
    """Everybody whom a rota of the client's file puts on duty at ``at``, in the order of the rotas."""
    zone = ZoneInfo(client.timezone)
    turns = dict.fromkeys(rota.on_duty(at, zone) for rota in client.rota)
    by_address = {one.email: one for one in client.responders}
    return tuple(by_address[person] for person in turns if person in by_address)
