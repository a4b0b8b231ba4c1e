"""A client's file: whom we listen for, where, and who is woken (blueprint, section 6)."""

import re
from datetime import datetime, time
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from tocsin.domain.levels import Level
from tocsin.domain.model import Frozen

Language = Literal["en", "uk", "es"]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$")]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Term = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=120)]


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ValueError, OSError, KeyError):
        raise ValueError(f"{value!r} is no time zone; write one like Europe/Kyiv or Europe/Madrid") from None
    return value


def _phone(value: str) -> str:
    bare = re.sub(r"[ ().-]", "", value)
    if not re.fullmatch(r"\+[1-9]\d{7,14}", bare):
        raise ValueError(f"{value!r} is no phone number; write it with + and country code, like +380441234567")
    return bare


def _email(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", value):
        raise ValueError(f"{value!r} is no e-mail address")
    return value


def _web_url(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s/@]+(/\S*)?", value) and not re.fullmatch(r"https?://[^\s/@]+\?\S*", value):
        raise ValueError(f"{value!r} is no http(s) address without a user name in it")
    return value


def _time_of_day(value: object) -> object:
    """YAML 1.1 reads an unquoted 22:00 as the number of minutes 1320: what was written is still clear."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 24 * 60:
        return time(value // 60, value % 60)
    if isinstance(value, str) and re.fullmatch(r"\d{1,2}:\d{2}(:00)?", value):
        return f"{value:0>5}"
    if isinstance(value, time) and value.tzinfo is None:
        return value
    raise ValueError(f"{value!r} is no time of day; write it like 22:00, without a zone")


TimeOfDay = Annotated[time, BeforeValidator(_time_of_day)]
TimeZone = Annotated[str, AfterValidator(_zone)]
Phone = Annotated[str, AfterValidator(_phone)]
Email = Annotated[str, StringConstraints(max_length=254), AfterValidator(_email)]
WebUrl = Annotated[str, StringConstraints(max_length=2_000), AfterValidator(_web_url)]


class Competitor(Frozen):
    name: Name
    terms: Annotated[tuple[Term, ...], Field(min_length=1)]


class Brand(Frozen):
    """``terms`` name it, ``exclude`` unmake a match, ``require_near`` must stand beside an ambiguous term."""

    name: Name
    terms: Annotated[tuple[Term, ...], Field(min_length=1, max_length=100)]
    exclude: tuple[Term, ...] = ()
    require_near: tuple[Term, ...] = ()
    official: tuple[Name, ...] = ()
    competitors: tuple[Competitor, ...] = ()
    ordinary_topics: tuple[Name, ...] = ()


class FeedSource(Frozen):
    """RSS, Atom, RDF or JSON feeds. ``every`` is the cadence in minutes."""

    kind: Literal["rss"]
    urls: Annotated[tuple[WebUrl, ...], Field(min_length=1, max_length=300)]
    every: Annotated[int, Field(ge=1, le=1_440)] = 5
    medium: Literal["news", "blog", "social", "forum", "video", "review"] = "news"


Source = FeedSource
"""Every kind of source that a client's file may name: a union told apart by ``kind`` as more arrive."""


class QuietHours(Frozen):
    """Local hours in which only ``unless`` and graver levels may ring; may cross midnight. Half open: [start, end)."""

    start: TimeOfDay
    end: TimeOfDay
    unless: Level = Level.CRISIS

    @model_validator(mode="after")
    def _not_empty(self) -> "QuietHours":
        if self.start == self.end:
            raise ValueError("start and end of quiet hours are the same; leave quiet_hours out instead")
        return self

    def covers(self, local: datetime) -> bool:
        now = local.time()
        if self.start < self.end:
            return self.start <= now < self.end
        return now >= self.start or now < self.end


class Responder(Frozen):
    """Somebody who is told: by e-mail from ``email_from`` up, by SMS from ``sms_from`` up."""

    name: Name
    email: Email
    phone: Phone | None = None
    language: Language | None = None
    timezone: TimeZone | None = None
    email_from: Level = Level.WATCH
    sms_from: Level = Level.ISSUE
    quiet_hours: QuietHours | None = QuietHours(start=time(22), end=time(7))


class Thresholds(Frozen):
    """Index (0-100) from which a level begins."""

    issue: Annotated[int, Field(ge=1, le=100)] = 40
    crisis: Annotated[int, Field(ge=1, le=100)] = 65
    severe: Annotated[int, Field(ge=1, le=100)] = 85

    @model_validator(mode="after")
    def _ascending(self) -> "Thresholds":
        if not self.issue < self.crisis < self.severe:
            raise ValueError("thresholds must rise: issue < crisis < severe")
        return self


class AlwaysAlert(Frozen):
    phrases: tuple[Term, ...] = ()
    authors: tuple[Name, ...] = ()


class CalendarEvent(Frozen):
    """A known date that makes the alarm quieter or more watchful."""

    name: Name
    start: datetime
    end: datetime
    effect: Literal["quieter", "watchful"] = "quieter"


class Client(Frozen):
    client: Slug
    name: Name
    timezone: TimeZone
    language: Language = "en"
    brands: Annotated[tuple[Brand, ...], Field(min_length=1, max_length=20)]
    sources: tuple[Source, ...] = ()
    responders: Annotated[tuple[Responder, ...], Field(min_length=1, max_length=40)]
    sensitivity: Literal["calm", "normal", "nervous"] = "normal"
    thresholds: Thresholds = Thresholds()
    always_alert: AlwaysAlert = AlwaysAlert()
    shadow: bool = False
    events: tuple[CalendarEvent, ...] = ()
    reply_languages: tuple[Language, ...] = ()
    client_auto_page: bool = False
    alarm_regions: tuple[Name, ...] = ()

    @model_validator(mode="after")
    def _unique_names(self) -> "Client":
        for label, names in (
            ("brands", [brand.name.casefold() for brand in self.brands]),
            ("responders", [responder.email.casefold() for responder in self.responders]),
        ):
            doubled = {name for name in names if names.count(name) > 1}
            if doubled:
                raise ValueError(f"{label}: {', '.join(sorted(doubled))} stands there twice")
        return self

    def brand(self, name: str) -> Brand | None:
        return next((brand for brand in self.brands if brand.name == name), None)

    def language_of(self, responder: Responder) -> Language:
        return responder.language or self.language

    def zone_of(self, responder: Responder) -> ZoneInfo:
        return ZoneInfo(responder.timezone or self.timezone)
