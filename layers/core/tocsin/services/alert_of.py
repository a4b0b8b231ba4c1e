"""What an alert tells whom: the outbox item with the evidence of its time, and with what has come of it since."""

import logging
from collections.abc import Iterable, Mapping
from datetime import timedelta

from tocsin.domain.alert import Alert, AlertMention, AlertStory, Also, Heard, Told
from tocsin.domain.books import Books
from tocsin.domain.brand import Brand
from tocsin.domain.case.file import CaseFile, Work
from tocsin.domain.case.handed import Handed
from tocsin.domain.case.handing import handed
from tocsin.domain.case.waiting import waiting
from tocsin.domain.client import Client
from tocsin.domain.counters import MINUTE, Counts, total
from tocsin.domain.escalation import holders
from tocsin.domain.fallback import PAGES
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.links import Purpose
from tocsin.domain.model import Frozen
from tocsin.domain.outbox import LETTERS, AlertKind, Channel, DeliveryStatus, OutboxItem
from tocsin.ports import CaseStore, HealthStore, MentionStore, PlanStore
from tocsin.services.alert_before import Before
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
PRIVATE = LETTERS | {AlertKind.CLIENT}
"""Kinds that are between two people."""


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
        plans: PlanStore | None = None,
    ) -> None:
        self._mentions = mentions
        self._cases = cases
        self._health = health
        self.stories = stories
        self._links = links
        self._plans = plans
        self._planned: dict[str, CaseFile | None] = {}
        self._before = Before(mentions=mentions, cases=cases, plans=plans)
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
        file = self._file(item)
        alert = Alert(
            id=item.id,
            incident_id=item.incident_id,
            kind=AlertKind.CLIENT if _of_the_client(client, item) and item.kind not in LETTERS else item.kind,
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
            declared=_declared(incident, item, names),
            due=waiting(file, item.about, item.language) if file is not None else (),
            plan=self._plan(client, incident, item) if item.recipient in names else None,
            returned=None
            if _of_the_client(client, item)
            else self._before.of(client, incident, item, self._planned.get(incident.id)),
        )
        return alert, code

    def _link(self, item: OutboxItem, names: Mapping[str, str]) -> tuple[str | None, str | None]:
        """An alert without its link beats no alert."""
        opened = _opens(item)
        stranger = item.kind in PAGES | {AlertKind.DUE} and item.recipient not in names
        if self._links is None or opened is None or item.channel not in READ or stranger:
            return None, None
        try:
            subject, purpose = opened
            return self._links.issue(subject, item.recipient, purpose) or (None, None)
        except Exception as error:
            logger.error("alert goes out without its link", extra={"incident": item.incident_id, **logged(error)})
            return None, None

    def _file(self, item: OutboxItem) -> CaseFile | None:
        """A reminder without what it is about beats none."""
        if item.kind is not AlertKind.DUE:
            return None
        try:
            return self._cases.case_file(item.incident_id)
        except Exception as error:
            logger.error("a reminder goes out without its words", extra=logged(error))
            return None

    def _plan(self, client: Client, incident: Incident, item: OutboxItem) -> Handed | None:
        """Read once for all recipients. An alert without its plan beats no alert."""
        if self._plans is None or item.kind not in PAGES or item.channel is not Channel.EMAIL or incident.closed:
            return None
        if item.level < Level.ISSUE:
            return None
        if incident.id not in self._planned:
            try:
                self._planned[incident.id] = self._file_with_plan(client, incident, item)
            except Exception as error:
                logger.error("alert goes out without its plan", extra={"incident": incident.id, **logged(error)})
                self._planned[incident.id] = None
        file = self._planned[incident.id]
        return handed(client, file, item.language) if file is not None else None

    def _file_with_plan(self, client: Client, incident: Incident, item: OutboxItem) -> CaseFile:
        """The first mail goes out before the case's clocks have turned: then it is the plan that they will make."""
        file = self._cases.case_file(incident.id) or CaseFile.opened(incident)
        if file.plan is not None or self._plans is None:
            return file
        from tocsin.domain.case import plan_clock  # noqa: PLC0415 - reminders and receipts need no plan

        return plan_clock.due(Work(client, incident, file, item.created_at), self._before.seen(incident, item)).file

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


def _declared(incident: Incident, item: OutboxItem, names: Mapping[str, str]) -> tuple[str, str] | None:
    """By whose word it began, and why; as long as no figures speak."""
    held = incident.held
    if held is None or item.reasons or item.kind not in PAGES:
        return None
    return names.get(held.by, held.by), held.why


def _opens(item: OutboxItem) -> tuple[str, Purpose] | None:
    """What the recipient's own link opens, and to what end."""
    if item.kind in PAGES or item.kind is AlertKind.DUE:
        return item.incident_id, Purpose.ANSWER
    purpose = {AlertKind.BRIEF: Purpose.BRIEF, AlertKind.APPROVE: Purpose.APPROVE}.get(item.kind)
    return (f"{item.incident_id}/{item.about[0]}", purpose) if purpose and item.about else None


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
        person = other.channel in PERSONAL and other.recipient != item.recipient and other.kind not in PRIVATE
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
        partly=coverage.partly,
    )
