"""The outbox: every alert to every recipient by every channel, written in the incident's own transaction."""

from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from tocsin.domain.client import Client, Language, QuietHours, Responder
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.model import Frozen, UtcDatetime
from tocsin.domain.reasons import Reason

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
    link that answers it.
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


def plan_alerts(client: Client, incident: Incident, kind: AlertKind, at: UtcDatetime) -> tuple[OutboxItem, ...]:
    """Who is told of this transition, by which channel, and from when.

    A resolution goes to whoever the incident's peak would have reached, by e-mail: good news wakes nobody.
    """
    heard = incident.peak if kind is AlertKind.RESOLVED else incident.level
    items: list[OutboxItem] = []
    for responder in client.responders:
        zone = client.zone_of(responder)
        # SMS first: it wakes, and must not wait behind a mail server that hangs.
        if responder.phone and heard >= responder.sms_from and kind is not AlertKind.RESOLVED:
            due = waking(responder.quiet_hours, incident.level, at, zone)
            items.append(_item(client, incident, kind, at, Channel.SMS, responder, due))
        if heard >= responder.email_from:
            items.append(_item(client, incident, kind, at, Channel.EMAIL, responder, at))
    return (*items, _item(client, incident, kind, at, Channel.TOPIC, None, at))


def _item(
    client: Client,
    incident: Incident,
    kind: AlertKind,
    at: UtcDatetime,
    channel: Channel,
    responder: Responder | None,
    due_at: UtcDatetime,
) -> OutboxItem:
    address = EMPTY_ADDRESS
    if responder is not None:
        address = responder.phone or "" if channel is Channel.SMS else responder.email
    return OutboxItem(
        incident_id=incident.id,
        alert_no=incident.alert_no,
        channel=channel,
        recipient=responder.email if responder else TOPIC_RECIPIENT,
        address=address,
        language=client.language_of(responder) if responder else client.language,
        timezone=(responder.timezone if responder else None) or client.timezone,
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
    end = local.replace(hour=quiet.end.hour, minute=quiet.end.minute, second=0, microsecond=0, fold=0)
    if end <= local:
        end = (local.replace(tzinfo=None) + timedelta(days=1)).replace(
            hour=quiet.end.hour, minute=quiet.end.minute, second=0, microsecond=0, tzinfo=zone
        )
    return end.astimezone(at.tzinfo)
