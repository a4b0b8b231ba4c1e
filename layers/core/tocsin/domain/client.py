"""A client's file: whom we listen for, where, and who is woken (blueprint, section 6)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from tocsin.domain.brand import Brand, Competitor
from tocsin.domain.calendar import CalendarEvent, in_zone
from tocsin.domain.clocks import Escalation
from tocsin.domain.drills import MARK, is_drill, rehearsed
from tocsin.domain.fields import CountryCode, Email, Language, Name, Phone, Slug, Term, TimeZone, WebUrl
from tocsin.domain.intake_settings import Intake, Webhook
from tocsin.domain.model import Frozen
from tocsin.domain.people import Circle, ClientContact, QuietHours, Responder, Stakeholder
from tocsin.domain.policies import Policy
from tocsin.domain.reader_settings import ReaderSettings
from tocsin.domain.rooms import Room
from tocsin.domain.rota import Rota
from tocsin.domain.sms_settings import SmsSettings
from tocsin.domain.source_kinds import Source
from tocsin.domain.word_settings import PreparedText, WordSettings

__all__ = [
    "AlwaysAlert",
    "Brand",
    "CalendarEvent",
    "Client",
    "ClientContact",
    "Competitor",
    "Email",
    "Escalation",
    "Language",
    "Name",
    "Phone",
    "QuietHours",
    "Responder",
    "Room",
    "Rota",
    "Shadow",
    "Slug",
    "Source",
    "Stakeholder",
    "Term",
    "Thresholds",
    "TimeZone",
    "WebUrl",
]


MOST_TOLD = 92
"""Messages of one alert: DynamoDB's transaction takes 100 items, and some are the alert's own."""


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


def _shadow(value: object) -> object:
    until = value["until"] if isinstance(value, Mapping) and set(value) == {"until"} else value
    if isinstance(until, str):
        try:
            until = date.fromisoformat(until)
        except ValueError:
            until = None
    if isinstance(until, bool) and until is value:
        return until
    if isinstance(until, date):
        return until.date() if isinstance(until, datetime) else until
    raise ValueError("must be true or false, or the day of its end, like {until: 2026-03-09}")


Shadow = Annotated[bool | date, BeforeValidator(_shadow)]
"""Is everything judged and nobody told? The day is when a person is expected to arm it; it never arms by itself."""


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
    shadow: Shadow = False
    events: Annotated[tuple[CalendarEvent, ...], Field(max_length=200)] = ()
    reply_languages: tuple[Language, ...] = ()
    rota: Annotated[tuple[Rota, ...], Field(max_length=10)] = ()
    escalation: Escalation = Escalation()
    channels: Annotated[tuple[Room, ...], Field(max_length=8)] = ()
    sms: SmsSettings = SmsSettings()
    client_auto_page: bool = False
    alarm_regions: tuple[Name, ...] = ()
    client_contacts: Annotated[tuple[ClientContact, ...], Field(max_length=20)] = ()
    stakeholders: Annotated[tuple[Stakeholder, ...], Field(max_length=60)] = ()
    policies: Annotated[tuple[Policy, ...], Field(max_length=10)] = ()
    countries: Annotated[tuple[CountryCode, ...], Field(max_length=40)] = ()
    intake: Intake | None = None
    webhooks: Annotated[tuple[Webhook, ...], Field(max_length=20)] = ()
    reader: ReaderSettings = ReaderSettings()
    words: WordSettings = WordSettings()
    prepared_texts: Annotated[tuple[PreparedText, ...], Field(max_length=120)] = ()

    @field_validator("events")
    @classmethod
    def _in_its_zone(cls, events: tuple[CalendarEvent, ...], info: ValidationInfo) -> tuple[CalendarEvent, ...]:
        return in_zone(events, ZoneInfo(info.data["timezone"])) if "timezone" in info.data else events

    @field_validator("rota")
    @classmethod
    def _rota_in_its_zone(cls, rota: tuple[Rota, ...], info: ValidationInfo) -> tuple[Rota, ...]:
        if "timezone" not in info.data:
            return rota
        zone = ZoneInfo(info.data["timezone"])
        return tuple(one.in_zone(zone) for one in rota)

    @field_validator("stakeholders")
    @classmethod
    def _in_their_order(cls, stakeholders: tuple[Stakeholder, ...]) -> tuple[Stakeholder, ...]:
        """In which they should hear of it, however the file lists them."""
        return tuple(sorted(stakeholders, key=lambda one: list(Circle).index(one.circle)))

    @model_validator(mode="after")
    def _names_stand_in_the_file(self) -> "Client":
        for place, brand in (
            *([("intake", self.intake.brand)] if self.intake else []),
            *((f"webhooks {hook.name}", hook.brand) for hook in self.webhooks),
            *((f"sources {source.kind}", source.brand) for source in self.sources),
        ):
            if brand is not None and (is_drill(brand) or self.brand(brand) is None):
                raise ValueError(f"{place}: {brand!r} is none of the brands; copy the name from brands")
        named = self.intake.responsible if self.intake else None
        if named is not None and all(one.email != named for one in self.responders):
            raise ValueError(f"intake.responsible: {named!r} is none of the responders; add it there")
        people = {one.email for one in self.responders}
        for text in self.prepared_texts:
            if text.approved_by not in people:
                raise ValueError(f"prepared_texts: {text.approved_by!r} is none of the responders; add them there")
        for rota in self.rota:
            if strangers := sorted(rota.named() - people):
                raise ValueError(f"rota {rota.name}: {strangers[0]!r} is none of the responders; add them there")
        return self

    @model_validator(mode="after")
    def _no_brand_is_a_drill(self) -> "Client":
        for brand in self.brands:
            if is_drill(brand.name):
                raise ValueError(f"brands: no name may begin with {MARK.strip()!r}: every drill's does")
        return self

    @model_validator(mode="after")
    def _nobody_is_on_both_sides(self) -> "Client":
        """An alert is written once for an address, and what it may say differs."""
        people = {one.email.casefold() for one in self.responders}
        for contact in self.client_contacts:
            if contact.email.casefold() in people:
                raise ValueError(
                    f"client_contacts: {contact.email!r} is a responder too; a person stands on the agency's side"
                    " or on the client's"
                )
        return self

    @model_validator(mode="after")
    def _one_write_holds_an_alert(self) -> "Client":
        told = 2 * (len(self.responders) + (len(self.client_contacts) if self.client_auto_page else 0))
        if told + len(self.channels) > MOST_TOLD:
            raise ValueError(
                f"client_auto_page: {told} messages at once are more than one alert can carry; keep fewer"
                " client_contacts, and let one of them tell the others"
            )
        return self

    @model_validator(mode="after")
    def _a_place_speaks_of_one_brand(self) -> "Client":
        """Reviews and own pages concern one brand whatever they say, so the file must say which."""
        taken: dict[str, str | None] = {}
        for source in self.sources:
            backwards = {unit.id: unit.brand for unit in source.units(self.brands[::-1])}
            for unit in source.units(self.brands):
                if backwards.get(unit.id) != unit.brand:
                    raise ValueError(f"sources {source.kind}: say of which of the brands it speaks: brand: NAME")
                if taken.setdefault(unit.id, unit.brand) != unit.brand:
                    raise ValueError(
                        f"sources {source.kind}: {unit.shown} stands there twice, for {taken[unit.id] or 'all brands'}"
                        f" and for {unit.brand or 'all brands'}; keep one of them"
                    )
        return self

    @model_validator(mode="after")
    def _unique_names(self) -> "Client":
        for label, names in (
            ("brands", [brand.name.casefold() for brand in self.brands]),
            ("responders", [responder.email.casefold() for responder in self.responders]),
            ("webhooks", [hook.name for hook in self.webhooks]),
            ("rota", [rota.name.casefold() for rota in self.rota]),
            ("channels", [room.name for room in self.channels]),
            ("client_contacts", [contact.email.casefold() for contact in self.client_contacts]),
        ):
            doubled = {name for name in names if names.count(name) > 1}
            if doubled:
                raise ValueError(f"{label}: {', '.join(sorted(doubled))} stands there twice")
        return self

    def brand(self, name: str) -> Brand | None:
        """One of ``brands``, or what a drill of it burns under: the same under another name."""
        real = rehearsed(name)
        found = next((brand for brand in self.brands if brand.name == real), None)
        return found.model_copy(update={"name": name}) if found is not None and real != name else found

    def rivals(self, name: str) -> tuple[str, ...]:
        """What the competitors of a brand are called; names of one or two letters tell nothing."""
        brand = self.brand(name)
        called = (term for one in (brand.competitors if brand else ()) for term in (one.name, *one.terms))
        return tuple(dict.fromkeys(term for term in called if len(term) > 2))

    def language_of(self, responder: Responder) -> Language:
        return responder.language or self.language

    def zone_of(self, responder: Responder) -> ZoneInfo:
        return ZoneInfo(responder.timezone or self.timezone)
