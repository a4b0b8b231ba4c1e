"""Who was told of a case, how, and what they answered, as the answering page shows it."""

from dataclasses import dataclass
from datetime import datetime

from tocsin.domain import escalation
from tocsin.domain.alert import AlertMention
from tocsin.domain.case.file import CaseEvent, CaseFile
from tocsin.domain.case.returned import Returned
from tocsin.domain.client import Client
from tocsin.domain.incident import Incident
from tocsin.domain.outbox import LETTERS, AlertKind, Channel, DeliveryState, DeliveryStatus, OutboxItem
from tocsin.domain.paging import Page as Paged
from tocsin.domain.people import ClientContact, Responder
from tocsin.web.clean import one_line
from tocsin.web.i18n import Reader
from tocsin.web.words import CHANNELS

MAX_NAME = 80


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page is made of. ``action``: its own address; ``me``: whose link it is."""

    client: Client
    incident: Incident
    outbox: tuple[OutboxItem, ...]
    mentions: tuple[AlertMention, ...]
    me: Responder
    now: datetime
    action: str
    file: CaseFile
    events: tuple[CaseEvent, ...] = ()
    before: Returned | None = None
    """The earlier case that it is much like."""


@dataclass(frozen=True, slots=True)
class PersonView:
    """``state``: taken, away or open."""

    name: str
    words: str
    how: str
    state: str


def name_of(client: Client, email: str) -> str:
    names = {one.email: one.name for one in client.stakeholders if one.email is not None}
    names |= {one.email: one.name for one in client.client_contacts}
    names |= {one.email: one.name for one in client.responders}
    return one_line(names.get(email, email), MAX_NAME) or "?"


def people_views(reader: Reader, seen: Seen) -> list[PersonView]:
    paged = seen.incident.paging.people if seen.incident.paging else ()
    known = {one.person for one in paged}
    views = [_paged(reader, seen, one) for one in paged]
    people = [one.email for one in seen.client.responders if one.email not in known]
    for email in people:
        how = _how(reader, seen, email)
        if how:
            # NOTE: of a person who was told, and of whom no answer is awaited
            views.append(PersonView(name_of(seen.client, email), reader.gettext("told"), how, "open"))
    return views


def told(reader: Reader, seen: Seen, contact: ClientContact) -> list[str]:
    """What this contact was sent already, in one line each."""
    items = [one for one in seen.outbox if one.kind is AlertKind.CLIENT and one.recipient == contact.email]
    return [
        f"{reader.moment(one.created_at, seen.now)}: {reader.gettext(CHANNELS[one.channel])}, {_sent(reader, one)}"
        for one in sorted(items, key=lambda one: one.created_at)
    ]


def _paged(reader: Reader, seen: Seen, one: Paged) -> PersonView:
    name, how = name_of(seen.client, one.person), _how(reader, seen, one.person)

    def at(moment: datetime) -> str:
        return reader.moment(moment, seen.now)

    if one.acknowledged_at is not None and one.person in escalation.holders(seen.client, seen.incident):
        # NOTE: of a person, beside their name
        return PersonView(name, reader.gettext("took it at %(time)s", time=at(one.acknowledged_at)), how, "taken")
    if one.declined_at is not None:
        # NOTE: of a person, beside their name: they said that they cannot take the case
        return PersonView(name, reader.gettext("cannot, said at %(time)s", time=at(one.declined_at)), how, "away")
    if one.skipped_at is not None:
        # NOTE: of a person, beside their name: an air-raid alert where they are
        return PersonView(name, reader.gettext("air raid since %(time)s", time=at(one.skipped_at)), how, "away")
    words = reader.ngettext(
        "asked %(count)s time since %(time)s, no answer yet", "asked %(count)s times since %(time)s, no answer yet",
        max(one.rounds, 1), time=at(one.since),
    )  # fmt: skip
    return PersonView(name, words, how, "open")


def _how(reader: Reader, seen: Seen, email: str) -> str:
    """The latest of each channel that this person was told by."""
    latest: dict[Channel, OutboxItem] = {}
    for item in sorted(seen.outbox, key=lambda one: one.alert_no):
        if (
            item.recipient == email
            and item.status is not DeliveryStatus.CANCELLED
            and item.kind is not AlertKind.CLIENT
            and item.kind not in LETTERS
        ):
            latest[item.channel] = item
    return ", ".join(f"{reader.gettext(CHANNELS[channel])} {_sent(reader, item)}" for channel, item in latest.items())


def _sent(reader: Reader, item: OutboxItem) -> str:
    if item.delivery is not None and item.delivery.state is DeliveryState.DELIVERED:
        # NOTE: of a message, after its channel
        return reader.gettext("delivered")
    if item.status is DeliveryStatus.FAILED or (item.delivery is not None and item.delivery.state.lost):
        # NOTE: of a message, after its channel
        return reader.gettext("did not arrive")
    if item.status is DeliveryStatus.SENT:
        # NOTE: of a message, after its channel
        return reader.gettext("sent")
    # NOTE: of a message, after its channel: it is sent later
    return reader.gettext("waits")
