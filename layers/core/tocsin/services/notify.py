"""Deliver the outbox: at least once, never lost; a crash between sending and marking may send twice."""

import logging
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cached_property

from tocsin.domain.alert import Alert, AlertMention, AlertStory, Heard, Told
from tocsin.domain.books import Books
from tocsin.domain.brand import Brand
from tocsin.domain.client import Client, Responder
from tocsin.domain.controls import Controls, Mute, muted
from tocsin.domain.counters import MINUTE, Counts, total
from tocsin.domain.errors import ConflictError, DeliveryError
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.model import Frozen
from tocsin.domain.outbox import GIVE_UP_AFTER, MAX_OWN_ERRORS, AlertKind, Channel, DeliveryStatus, OutboxItem, waking
from tocsin.ports import AlertChannel, CaseStore, ClientStore, Clock, ControlStore, HealthStore, MentionStore
from tocsin.services.logged import logged
from tocsin.services.quoted import shown
from tocsin.services.stories import Stories, largest_of

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=90)
WINDOW = timedelta(minutes=60)
SHOWN = 3
FIRST_RETRY = timedelta(seconds=30)
LONGEST_RETRY = timedelta(minutes=15)


class Notify:
    def __init__(
        self,
        *,
        clients: ClientStore,
        mentions: MentionStore,
        cases: CaseStore,
        channels: Mapping[Channel, AlertChannel],
        clock: Clock,
        health: HealthStore | None = None,
        controls: ControlStore | None = None,
        stories: Stories | None = None,
    ) -> None:
        self._stories = stories
        self._clients = clients
        self._mentions = mentions
        self._cases = cases
        self._channels = channels
        self._clock = clock
        self._health = health
        self._controls = controls
        self._evidence: dict[tuple[str, int], _Evidence] = {}

    @cached_property
    def _client(self) -> Client | None:
        """Read once an invocation: a batch has many alerts of one client."""
        return self._clients.load()

    @cached_property
    def _heard(self) -> Heard | None:
        """Of the last minute that watch wrote down; an alert without it beats no alert."""
        return heard_now(self._health) if self._health is not None else None

    def deliver(self, item_id: str) -> DeliveryStatus | None:
        """Send one outbox item if it is its turn; return its new status, or None when there was nothing to do."""
        client = self._client
        item = self._cases.outbox_item(item_id)
        now = self._clock.now()
        if client is None or item is None or item.status is not DeliveryStatus.PENDING or item.due_at > now:
            return None
        incident = self._cases.incident(item.incident_id)
        if incident is None:
            return None
        controls = self._controls.load() if self._controls is not None else Controls()
        awake = _awake(client, item, incident, now)
        if controls.pause is not None and controls.pausing(now):
            awake = max(awake, min(controls.pause.until, now + LONGEST_RETRY))  # it may be ended early
        if awake > now:
            return self._hold(item, awake)
        try:
            claimed = self._claim(item)
        except ConflictError:
            return None
        silent = muted(client, controls, now) is Mute.SHADOW and not claimed.always
        present = None if silent else _as_of_now(client, claimed, incident)
        if present is None:
            return self._mark(claimed, status=DeliveryStatus.CANCELLED, last_error="the incident had moved on")
        if claimed.attempts - claimed.refusals > MAX_OWN_ERRORS:
            return self._fail(claimed, claimed.last_error or "every attempt ended in an error of ours")
        try:
            provider_id = self._channels[claimed.channel].send(self._alert(client, incident, present), claimed.address)
        except DeliveryError as error:
            return self._undelivered(claimed, error)
        return self._mark(claimed, status=DeliveryStatus.SENT, provider_id=provider_id, sent_at=self._clock.now())

    def _hold(self, item: OutboxItem, until: datetime) -> DeliveryStatus:
        """What an outage has carried into quiet hours waits for their end, like what was written in them; and what was
        not sent when a pause began, for the end of the pause."""
        held = item.model_copy(update={"planned_at": until, "due_at": until, "version": item.version + 1})
        with suppress(ConflictError):
            self._cases.update_outbox(held)
        return DeliveryStatus.PENDING

    def _claim(self, item: OutboxItem) -> OutboxItem:
        """Should this run die, the item is due again when its lease ends."""
        until = self._clock.now() + LEASE
        claimed = item.model_copy(
            update={"attempts": item.attempts + 1, "lease_until": until, "due_at": until, "version": item.version + 1}
        )
        self._cases.update_outbox(claimed)
        return claimed

    def _undelivered(self, item: OutboxItem, error: DeliveryError) -> DeliveryStatus:
        logger.warning("alert not delivered", extra={"channel": item.channel.value, "reason": error.reason})
        now = self._clock.now()
        if error.permanent or now - item.planned_at > GIVE_UP_AFTER:
            return self._fail(item, error.reason)
        pause = min(FIRST_RETRY * 2 ** min(item.refusals, 10), LONGEST_RETRY)
        return self._mark(
            item,
            status=DeliveryStatus.PENDING,
            refusals=item.refusals + 1,
            last_error=error.reason,
            due_at=now + pause,
        )

    def _fail(self, item: OutboxItem, reason: str) -> DeliveryStatus:
        """It stays in sight of watch, which tells the operator."""
        logger.error("alert given up", extra={"channel": item.channel.value, "reason": reason})
        return self._mark(item, status=DeliveryStatus.FAILED, last_error=reason, due_at=self._clock.now())

    def _mark(self, item: OutboxItem, **facts: object) -> DeliveryStatus:
        marked = item.model_copy(update={**facts, "lease_until": None, "version": item.version + 1})
        try:
            self._cases.update_outbox(marked)
        except ConflictError:
            logger.warning("outbox item was taken over while it was sent", extra={"channel": item.channel.value})
        return marked.status

    def _alert(self, client: Client, incident: Incident, item: OutboxItem) -> Alert:
        evidence = self._evidence_of(item)
        names = {responder.email: responder.name for responder in client.responders}
        return Alert(
            id=item.id,
            incident_id=item.incident_id,
            kind=item.kind,
            client_name=client.name,
            brand=item.brand,
            level=item.level,
            index=item.index,
            reasons=item.reasons,
            opened_at=incident.opened_at,
            at=item.created_at,
            recipient=names.get(item.recipient, item.recipient),
            language=item.language,
            timezone=item.timezone,
            negative=evidence.heard.negative,
            total=evidence.heard.mentions,
            window_minutes=int(WINDOW / MINUTE),
            mentions=evidence.gravest,
            others=_others(item, evidence.alerts, names),
            heard=self._heard,
            story=evidence.story,
        )

    def _evidence_of(self, item: OutboxItem) -> "_Evidence":
        """Read once for all recipients of an alert. An alert without its evidence beats no alert: level and reasons
        stand in the item itself, and a storm that throttles the mentions table is when it must ring."""
        place = (item.incident_id, item.alert_no)
        if place not in self._evidence:
            try:
                self._evidence[place] = self._read_evidence(item)
            except Exception as error:
                logger.error(
                    "alert goes out without its evidence", extra={"incident": item.incident_id, **logged(error)}
                )
                self._evidence[place] = _Evidence()
        return self._evidence[place]

    def _read_evidence(self, item: OutboxItem) -> "_Evidence":
        since, until = item.created_at - WINDOW, item.created_at + MINUTE
        brand = self._client.brand(item.brand) if self._client is not None else None
        books = self._books(brand)
        gravest = self._mentions.gravest(item.brand, since, until, SHOWN)
        return _Evidence(
            heard=total(self._mentions.counts(item.brand, since, until)),
            gravest=tuple(shown(scored, brand, books.authors.of(scored.mention)) for scored in gravest),
            alerts=tuple(a for a in self._cases.outbox_of(item.incident_id) if a.alert_no == item.alert_no),
            story=largest_of(books, item.brand, self._mentions, item.created_at),
        )

    def _books(self, brand: Brand | None) -> Books:
        """An alert without its story beats no alert, and one without its other evidence."""
        if self._stories is None or brand is None:
            return Books()
        try:
            return self._stories.read(brand)
        except Exception as error:
            logger.error("alert goes out without its story", extra={"brand": brand.name, **logged(error)})
            return Books()


class _Evidence(Frozen):
    heard: Counts = Counts()
    gravest: tuple[AlertMention, ...] = ()
    alerts: tuple[OutboxItem, ...] = ()
    story: AlertStory | None = None


def _others(item: OutboxItem, alerts: Iterable[OutboxItem], names: Mapping[str, str]) -> tuple[Told, ...]:
    channels: dict[str, list[Channel]] = {}
    for other in alerts:
        person = other.channel is not Channel.TOPIC and other.recipient != item.recipient
        told = other.status is DeliveryStatus.SENT or (other.status is DeliveryStatus.PENDING and not other.held)
        if person and told:
            channels.setdefault(other.recipient, []).append(other.channel)
    return tuple(
        Told(name=names.get(recipient, recipient), channels=tuple(used)) for recipient, used in channels.items()
    )


def _responder(client: Client, item: OutboxItem) -> Responder | None:
    return next((one for one in client.responders if one.email == item.recipient), None)


def _awake(client: Client, item: OutboxItem, incident: Incident, now: datetime) -> datetime:
    responder = _responder(client, item)
    if item.channel is not Channel.SMS or responder is None:
        return now
    return waking(responder.quiet_hours, incident.level, now, client.zone_of(responder))


def _as_of_now(client: Client, item: OutboxItem, incident: Incident) -> OutboxItem | None:
    """What a message that waited (quiet hours, an outage) may still say; None when it would be false or comes twice.

    A later alert that concerns the same person has replaced it; a fire that is out is no news; and the level of now is
    told, if it still concerns the one who waited.
    """
    reached = _reaches(client, item, incident.level)
    if item.kind is AlertKind.RESOLVED:
        return None if item.alert_no < incident.alert_no and (reached or incident.closed) else item
    if item.alert_no < incident.alert_no or incident.closed:
        return None
    if incident.level >= item.level:
        return item
    if not reached:
        return None
    return item.model_copy(update={"level": incident.level, "index": incident.index, "reasons": incident.reasons})


def _reaches(client: Client, item: OutboxItem, level: Level) -> bool:
    """Machines hear all; so does whoever has left the file since: better one message too many."""
    responder = _responder(client, item)
    if responder is None or item.channel is Channel.TOPIC:
        return True
    return level >= (responder.sms_from if item.channel is Channel.SMS else responder.email_from)


def heard_now(health: HealthStore) -> Heard | None:
    """As watch wrote it down last; None where it cannot be read."""
    try:
        coverage = health.load().coverage
    except Exception as error:
        logger.error("it goes out without saying what is heard", extra=logged(error))
        return None
    return Heard(
        healthy=coverage.healthy,
        total=coverage.total,
        ill=tuple(ill.name for ill in coverage.ill),
        sampled=len(coverage.sampled),
    )
