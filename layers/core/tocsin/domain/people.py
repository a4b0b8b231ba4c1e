"""Who is told, and who is asked: responders, the client's own people, and those who have a right to hear of it."""

from datetime import datetime, time
from enum import StrEnum
from typing import Any

from pydantic import model_validator

from tocsin.domain.fields import Email, Language, Name, Phone, TimeOfDay, TimeZone
from tocsin.domain.levels import Level
from tocsin.domain.model import Frozen


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


class Role(StrEnum):
    """In the order in which they are asked (crisis practice, section 3)."""

    COMMUNITY = "community"
    RESPONSIBLE = "responsible"
    DEPUTY = "deputy"
    DIRECTOR = "director"


_MAIL_AND_SMS_FROM = {
    Role.COMMUNITY: (Level.WATCH, Level.CRISIS),
    Role.RESPONSIBLE: (Level.WATCH, Level.ISSUE),
    Role.DEPUTY: (Level.ISSUE, Level.CRISIS),
    Role.DIRECTOR: (Level.CRISIS, Level.SEVERE),
}


class Responder(Frozen):
    """Somebody of the agency: told by e-mail from ``email_from`` up, by SMS from ``sms_from``, by a call from
    ``call_from``. ``region``: where they live, for an air raid there."""

    name: Name
    email: Email
    phone: Phone | None = None
    second_phone: Phone | None = None
    role: Role | None = None
    language: Language | None = None
    timezone: TimeZone | None = None
    region: Name | None = None
    email_from: Level = Level.WATCH
    sms_from: Level = Level.ISSUE
    call_from: Level = Level.CRISIS
    quiet_hours: QuietHours | None = QuietHours(start=time(22), end=time(7))

    @model_validator(mode="before")
    @classmethod
    def _as_the_role_has_it(cls, data: Any) -> Any:
        if not isinstance(data, dict) or data.get("role") not in set(Role):
            return data
        mail, sms = _MAIL_AND_SMS_FROM[Role(data["role"])]
        return {"email_from": mail, "sms_from": sms, **data}


class ClientContact(Frozen):
    """Somebody on the client's side: told only by one tap of an agency person, unless ``client_auto_page``."""

    name: Name
    email: Email
    phone: Phone | None = None
    language: Language | None = None
    role: Name | None = None


class Circle(StrEnum):
    """Whom to inform, in this order (crisis practice, section 4)."""

    VICTIMS = "victims"
    EMPLOYEES = "employees"
    CUSTOMERS = "customers"
    REGULATOR = "regulator"
    PARTNERS = "partners"
    BOARD = "board"
    MEDIA = "media"
    PUBLIC = "public"


class Stakeholder(Frozen):
    name: Name
    circle: Circle
    email: Email | None = None
    language: Language | None = None
