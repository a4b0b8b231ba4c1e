"""What an alert tells whom: the outbox item with the evidence of its time, and with what has come of it since."""

import logging
from collections.abc import Iterable, Mapping
from datetime import timedelta

from tocsin.domain.alert import Alert, AlertMention, AlertStory, Also, Heard, Told
from tocsin.domain.books import Books
from tocsin.domain.brand import Brand
from tocsin.domain.client import Client
from tocsin.domain.counters import MINUTE, Counts, total
from tocsin.domain.escalation import holders
from tocsin.domain.fallback import PAGES
from tocsin.domain.incident import Incident
from tocsin.domain.model import Frozen
from tocsin.domain.outbox import AlertKind, Channel, DeliveryStatus, OutboxItem
from tocsin.ports import CaseStore, HealthStore, MentionStore
from tocsin.services.links import Links
from tocsin.services.logged import logged
from tocsin.services.quoted import shown
from tocsin.services.stories import Stories, largest_of

logger = logging.getLogger(__name__)

WINDOW = timedelta(minutes=60)
SHOWN = 3
LOOKED_BACK = 20
"""Alerts before a page that say who else was told."""
PERSONAL = frozenset({Channel.EMAIL, Channel.SMS, Channel.CALL})
READ = frozenset({Channel.EMAIL, Channel.SMS})


class AlertOf:
    """One of these an invocation: it reads the evidence of an alert once for all who get it."""

    def __init__(
        self,
        *,
        mentions: MentionStore,
        cases: CaseStore,
        health: HealthStore | None = None,
        stories: Stories | None = None,
        links: Links | None = None,
    ) -> None:
        self._mentions = mentions
        self._cases = cases
        self._health = health
        self.stories = stories
        self._links = links
        self._heard: list[Heard | None] = []
        self._evidence: dict[tuple[str, int], _Evidence] = {}

    def __call__(
        self, client: Client, incident: Incident, item: OutboxItem, also: tuple[Also, ...] = ()
    ) -> tuple[Alert, str | None]:
        """The alert, and the code of the link in it that answers it."""
        evidence = self._evidence_of(client, item)
        names = {responder.email: responder.name for responder in client.responders}
        having = holders(client, incident)
        answer, code = self._link(item, names)
        alert = Alert(
            id=item.id,
            incident_id=item.incident_id,
            kind=AlertKind.CLIENT if _of_the_client(client, item) else item.kind,
            client_name=client.name,
            brand=item.brand,
            level=item.level,
            index=item.index,
            reasons=item.reasons,
            opened_at=incident.opened_at,
            at=item.created_at,
            recipient=names.get(item.recipient) or _contacts(client).get(item.recipient, item.recipient),
            language=item.language,
            timezone=item.timezone,
            negative=evidence.heard.negative,
            total=evidence.heard.mentions,
            window_minutes=int(WINDOW / MINUTE),
            mentions=evidence.gravest,
            others=_others(item, evidence.alerts, names),
            heard=self._heard_now(),
            story=evidence.story,
            answer=answer,
            missed=item.missed,
            holders=tuple(names[email] for email in having if email in names),
            yours=item.recipient in having,
            text=item.text,
            approved_by=names.get(item.approved_by or "", item.approved_by),
            also=also,
        )
        return alert, code

    def _link(self, item: OutboxItem, names: Mapping[str, str]) -> tuple[str | None, str | None]:
        """An alert without its link beats no alert."""
        if self._links is None or item.kind not in PAGES or item.channel not in READ or item.recipient not in names:
            return None, None
        try:
            return self._links.issue(item.incident_id, item.recipient) or (None, None)
        except Exception as error:
            logger.error("alert goes out without its link", extra={"incident": item.incident_id, **logged(error)})
            return None, None

    def _heard_now(self) -> Heard | None:
        """Of the last minute that watch wrote down; an alert without it beats no alert."""
        if not self._heard:
            self._heard.append(heard_now(self._health) if self._health is not None else None)
        return self._heard[0]

    def _evidence_of(self, client: Client, item: OutboxItem) -> "_Evidence":
        """Read once for all recipients of an alert. An alert without its evidence beats no alert: level and reasons
        stand in the item itself, and a storm that throttles the mentions table is when it must ring."""
        place = (item.incident_id, item.alert_no)
        if place not in self._evidence:
            try:
                self._evidence[place] = self._read_evidence(client, item)
            except Exception as error:
                logger.error(
                    "alert goes out without its evidence", extra={"incident": item.incident_id, **logged(error)}
                )
                self._evidence[place] = _Evidence()
        return self._evidence[place]

    def _read_evidence(self, client: Client, item: OutboxItem) -> "_Evidence":
        since, until = item.created_at - WINDOW, item.created_at + MINUTE
        brand = client.brand(item.brand)
        books = self._books(brand)
        gravest = self._mentions.gravest(item.brand, since, until, SHOWN)
        return _Evidence(
            heard=total(self._mentions.counts(item.brand, since, until)),
            gravest=tuple(shown(scored, brand, books.authors.of(scored.mention)) for scored in gravest),
            alerts=_together(item, self._cases.outbox_of(item.incident_id, item.alert_no - LOOKED_BACK)),
            story=largest_of(books, item.brand, self._mentions, item.created_at),
        )

    def _books(self, brand: Brand | None) -> Books:
        """An alert without its story beats no alert, and one without its other evidence."""
        if self.stories is None or brand is None:
            return Books()
        try:
            return self.stories.read(brand)
        except Exception as error:
            logger.error("alert goes out without its story", extra={"brand": brand.name, **logged(error)})
            return Books()


class _Evidence(Frozen):
    heard: Counts = Counts()
    gravest: tuple[AlertMention, ...] = ()
    alerts: tuple[OutboxItem, ...] = ()
    story: AlertStory | None = None


def _together(item: OutboxItem, alerts: Iterable[OutboxItem]) -> tuple[OutboxItem, ...]:
    """Of an alarm its own messages; of a page all that people got since the last alarm."""
    known = [one for one in alerts if one.alert_no <= item.alert_no]
    if item.kind in {AlertKind.RAISED, AlertKind.RESOLVED} and item.fallback_for is None:
        return tuple(one for one in known if one.alert_no == item.alert_no)
    raised = max((one.alert_no for one in known if one.kind is AlertKind.RAISED and not one.fallback_for), default=0)
    return tuple(one for one in known if one.alert_no >= raised)


def _others(item: OutboxItem, alerts: Iterable[OutboxItem], names: Mapping[str, str]) -> tuple[Told, ...]:
    channels: dict[str, list[Channel]] = {}
    for other in alerts:
        person = other.channel in PERSONAL and other.recipient != item.recipient and other.kind is not AlertKind.CLIENT
        told = other.status is DeliveryStatus.SENT or (other.status is DeliveryStatus.PENDING and not other.held)
        used = channels.setdefault(other.recipient, []) if person and told else None
        if used is not None and other.channel not in used:
            used.append(other.channel)
    return tuple(
        Told(name=names.get(recipient, recipient), channels=tuple(used)) for recipient, used in channels.items()
    )


def _contacts(client: Client) -> dict[str, str]:
    return {contact.email: contact.name for contact in client.client_contacts}


def _of_the_client(client: Client, item: OutboxItem) -> bool:
    """They read no word that is meant for the agency."""
    return item.recipient in _contacts(client) and all(one.email != item.recipient for one in client.responders)


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
