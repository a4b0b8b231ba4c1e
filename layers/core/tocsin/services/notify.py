"""Deliver the outbox: at least once, never lost; a crash between sending and marking may send twice."""

import logging
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import cached_property

from tocsin.domain.alert import Alert, AlertMention, Told
from tocsin.domain.client import Client
from tocsin.domain.counters import MINUTE, Counts, total
from tocsin.domain.errors import ConflictError, DeliveryError
from tocsin.domain.incident import Incident
from tocsin.domain.model import Frozen
from tocsin.domain.outbox import MAX_ATTEMPTS, AlertKind, Channel, DeliveryStatus, OutboxItem
from tocsin.domain.reading import ScoredMention
from tocsin.ports import AlertChannel, CaseStore, ClientStore, Clock, MentionStore

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=90)
WINDOW = timedelta(minutes=60)
SHOWN = 3
EXCERPT = 280
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
    ) -> None:
        self._clients = clients
        self._mentions = mentions
        self._cases = cases
        self._channels = channels
        self._clock = clock
        self._evidence: dict[tuple[str, int], _Evidence] = {}

    @cached_property
    def _client(self) -> Client | None:
        """Read once an invocation: a batch has many alerts of one client."""
        return self._clients.load()

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
        try:
            claimed = self._claim(item)
        except ConflictError:
            return None
        if claimed.attempts > MAX_ATTEMPTS:
            return self._mark(
                claimed, status=DeliveryStatus.FAILED, last_error="every attempt ended in an error of ours"
            )
        if _overtaken(claimed, incident):
            return self._mark(claimed, status=DeliveryStatus.CANCELLED, last_error="the incident had moved on")
        try:
            provider_id = self._channels[claimed.channel].send(self._alert(client, incident, claimed), claimed.address)
        except DeliveryError as error:
            return self._undelivered(claimed, error)
        return self._mark(claimed, status=DeliveryStatus.SENT, provider_id=provider_id, sent_at=self._clock.now())

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
        if error.permanent or item.attempts >= MAX_ATTEMPTS:
            return self._mark(item, status=DeliveryStatus.FAILED, last_error=error.reason)
        pause = min(FIRST_RETRY * 2 ** (item.attempts - 1), LONGEST_RETRY)
        return self._mark(
            item, status=DeliveryStatus.PENDING, last_error=error.reason, due_at=self._clock.now() + pause
        )

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
            mentions=tuple(_shown(scored) for scored in evidence.gravest),
            others=_others(item, evidence.alerts, names),
        )

    def _evidence_of(self, item: OutboxItem) -> "_Evidence":
        """Read once for all recipients of an alert."""
        place = (item.incident_id, item.alert_no)
        if place not in self._evidence:
            since, until = item.created_at - WINDOW, item.created_at + MINUTE
            self._evidence[place] = _Evidence(
                heard=total(self._mentions.counts(item.brand, since, until)),
                gravest=self._mentions.gravest(item.brand, since, until, SHOWN),
                alerts=tuple(a for a in self._cases.outbox_of(item.incident_id) if a.alert_no == item.alert_no),
            )
        return self._evidence[place]


class _Evidence(Frozen):
    heard: Counts
    gravest: tuple[ScoredMention, ...]
    alerts: tuple[OutboxItem, ...]


def _others(item: OutboxItem, alerts: Iterable[OutboxItem], names: Mapping[str, str]) -> tuple[Told, ...]:
    channels: dict[str, list[Channel]] = {}
    for other in alerts:
        person = other.channel is not Channel.TOPIC and other.recipient != item.recipient
        if person and other.status not in {DeliveryStatus.CANCELLED, DeliveryStatus.FAILED}:
            channels.setdefault(other.recipient, []).append(other.channel)
    return tuple(
        Told(name=names.get(recipient, recipient), channels=tuple(used)) for recipient, used in channels.items()
    )


def _overtaken(item: OutboxItem, incident: Incident) -> bool:
    """A message that waited (quiet hours, an outage) for a fire that is out by now would be false."""
    return item.kind is AlertKind.RAISED and incident.closed


def _shown(scored: ScoredMention) -> AlertMention:
    mention = scored.mention
    return AlertMention(
        title=mention.title or "",
        excerpt=mention.text[:EXCERPT],
        url=mention.url,
        author=mention.author.name or mention.author.handle,
        followers=mention.author.followers,
        published_at=mention.published_at,
        language=mention.language or scored.reading.language,
    )
