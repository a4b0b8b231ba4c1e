"""The outbox: every alert to every recipient by every channel, written in the incident's own transaction."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tocsin.domain.client import Client, ClientContact, Language, QuietHours, Responder, Room
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.model import Frozen, UtcDatetime
from tocsin.domain.reasons import Reason
from tocsin.domain.roster import off_duty

MAX_OWN_ERRORS = 8
"""Attempts that ended in an error of ours: something would go out again and again, or never."""
GIVE_UP_AFTER = timedelta(hours=24)
"""How long a provider may refuse or be out of order before an alert is given up: an outage of hours is survived."""


class Channel(StrEnum):
    EMAIL = "email"
    SMS = "sms"
    TOPIC = "topic"
    CALL = "call"
    SLACK = "slack"
    TEAMS = "teams"
    TELEGRAM = "telegram"
    WEBHOOK = "webhook"


class AlertKind(StrEnum):
    RAISED = "raised"
    RESOLVED = "resolved"
    TEST = "test"
    REMINDED = "reminded"
    """Nobody has answered yet, or a clock of the one who took it is due."""
    ESCALATED = "escalated"
    """Others did not answer: it is this person's turn."""
    EXPIRED = "expired"
    """It was taken, and nothing was done."""
    CLIENT = "client"
    """To somebody on the client's side, in the very words that a person of the agency saw."""
    DUE = "due"
    """A task, a promise, an enquiry or the review of this person is due; ``OutboxItem.about`` names what."""
    BRIEF = "brief"
    """To one of the stakeholders; ``about`` names the brief."""
    APPROVE = "approve"
    """To somebody on the client's side: a text waits for their word; ``about`` names it."""


LETTERS = frozenset({AlertKind.DUE, AlertKind.BRIEF, AlertKind.APPROVE})
"""About one thing in a case: no alarm replaces one, and one replaces no alarm."""


class DeliveryStatus(StrEnum):
    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"


class DeliveryState(StrEnum):
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    FAILED = "failed"

    @property
    def lost(self) -> bool:
        """Who complains has got it."""
        return self in {DeliveryState.BOUNCED, DeliveryState.FAILED}


class Delivery(Frozen):
    """What the provider told of it later, perhaps days later."""

    state: DeliveryState
    at: UtcDatetime
    reason: str | None = None


class OutboxItem(Frozen):
    """``planned_at`` is when it was to be sent (quiet hours over), ``due_at`` when it may be tried next.

    Level, index and reasons are of the transition; ``refusals`` of the ``attempts`` were answered with no. ``always``:
    the client wants to hear of it in shadow too. ``missed``: names of those who did not answer before. ``text``: what a
    client's contact reads, as ``approved_by`` saw it. ``fallback_for``: the channel that was refused. ``code``: of the
    link that answers it. ``about``: ids of what it speaks of, in the case file.
    """

    incident_id: str
    alert_no: int
    channel: Channel
    recipient: str
    address: str
    language: Language
    timezone: str
    kind: AlertKind
    brand: str
    level: Level
    index: float
    reasons: tuple[Reason, ...]
    created_at: UtcDatetime
    planned_at: UtcDatetime
    due_at: UtcDatetime
    status: DeliveryStatus = DeliveryStatus.PENDING
    attempts: int = 0
    refusals: int = 0
    lease_until: UtcDatetime | None = None
    sent_at: UtcDatetime | None = None
    provider_id: str | None = None
    last_error: str | None = None
    always: bool = False
    missed: tuple[str, ...] = ()
    text: str | None = None
    approved_by: str | None = None
    fallback_for: Channel | None = None
    delivery: Delivery | None = None
    code: str | None = None
    about: tuple[str, ...] = ()
    version: int = 1

    @property
    def id(self) -> str:
        return f"{self.incident_id}/{self.alert_no}/{self.channel}/{self.recipient}"

    @property
    def held(self) -> bool:
        """Was it kept back for the end of quiet hours?"""
        return self.planned_at > self.created_at


TOPIC_RECIPIENT = "machines"
EMPTY_ADDRESS = "topic"
AUTO_PAGE_FROM = Level.CRISIS
"""Where the file lets the client's own people be told by the machine: a false alarm to a client's head is dear."""


class Recipient(NamedTuple):
    """Whom an alert is addressed to: a person, a room or the machines."""

    id: str
    address: str
    language: Language
    timezone: str


def plan_alerts(client: Client, incident: Incident, kind: AlertKind, at: UtcDatetime) -> tuple[OutboxItem, ...]:
    """Who is told of this transition, by which channel, and from when. Who is off duty is written to, not rung.

    A resolution goes to whoever the incident's peak would have reached, by e-mail: good news wakes nobody. The client's
    own people are among them only where its file says so.
    """
    heard = incident.peak if kind is AlertKind.RESOLVED else incident.level
    off = off_duty(client, at)
    items: list[OutboxItem] = []
    for responder in client.responders:
        # SMS first: it wakes, and must not wait behind a mail server that hangs.
        rings = heard >= responder.sms_from and kind is not AlertKind.RESOLVED and responder.email not in off
        if responder.phone and rings:
            due = waking(responder.quiet_hours, incident.level, at, client.zone_of(responder))
            items.append(item_of(incident, kind, at, Channel.SMS, person(client, responder, responder.phone), due))
        if heard >= responder.email_from:
            items.append(item_of(incident, kind, at, Channel.EMAIL, person(client, responder), at))
    items += _rooms(client, incident, kind, at, heard)
    if client.client_auto_page and heard >= AUTO_PAGE_FROM:
        items += _clients_people(client, incident, kind, at)
    machines = Recipient(TOPIC_RECIPIENT, EMPTY_ADDRESS, client.language, client.timezone)
    return (*items, item_of(incident, kind, at, Channel.TOPIC, machines, at))


def person(client: Client, responder: Responder, phone: str | None = None) -> Recipient:
    """By e-mail, or by ``phone``."""
    return Recipient(
        responder.email,
        phone or responder.email,
        client.language_of(responder),
        responder.timezone or client.timezone,
    )


def contact(client: Client, one: ClientContact, phone: str | None = None) -> Recipient:
    return Recipient(one.email, phone or one.email, one.language or client.language, client.timezone)


def room(client: Client, one: Room) -> Recipient:
    """Its address is found by its name: it may be a secret."""
    return Recipient(one.name, one.name, client.language, client.timezone)


def _rooms(
    client: Client, incident: Incident, kind: AlertKind, at: UtcDatetime, heard: Level
) -> tuple[OutboxItem, ...]:
    return tuple(
        item_of(incident, kind, at, Channel(one.kind.value), room(client, one), at)
        for one in client.channels
        if heard >= one.level
    )


def _clients_people(client: Client, incident: Incident, kind: AlertKind, at: UtcDatetime) -> Iterator[OutboxItem]:
    resolved = kind is AlertKind.RESOLVED
    for one in client.client_contacts:
        if one.phone and not resolved:
            yield item_of(incident, AlertKind.CLIENT, at, Channel.SMS, contact(client, one, one.phone), at)
        yield item_of(incident, kind if resolved else AlertKind.CLIENT, at, Channel.EMAIL, contact(client, one), at)


def item_of(
    incident: Incident,
    kind: AlertKind,
    at: UtcDatetime,
    channel: Channel,
    to: Recipient,
    due_at: datetime,
    *,
    alert_no: int | None = None,
) -> OutboxItem:
    """``alert_no``: that of the incident without it."""
    return OutboxItem(
        incident_id=incident.id,
        alert_no=incident.alert_no if alert_no is None else alert_no,
        channel=channel,
        recipient=to.id,
        address=to.address,
        language=to.language,
        timezone=to.timezone,
        kind=kind,
        brand=incident.brand,
        level=incident.level,
        index=incident.index,
        reasons=incident.reasons,
        created_at=at,
        planned_at=due_at,
        due_at=due_at,
    )


def waking(quiet: QuietHours | None, level: Level, at: datetime, zone: ZoneInfo) -> datetime:
    """The first moment from ``at`` on at which this level may ring."""
    if quiet is None or level >= quiet.unless or not quiet.covers(at.astimezone(zone)):
        return at
    local = at.astimezone(zone)
    end = local.replace(hour=quiet.end.hour, minute=quiet.end.minute, second=0, microsecond=0)
    if end <= local:
        end = (local.replace(tzinfo=None) + timedelta(days=1)).replace(
            hour=quiet.end.hour, minute=quiet.end.minute, second=0, microsecond=0, tzinfo=zone
        )
    return end.astimezone(at.tzinfo)
