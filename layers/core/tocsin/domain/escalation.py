"""The escalation of an incident as a pure machine: who is asked next, who has it, what nobody has answered."""

from datetime import datetime
from typing import NamedTuple

from tocsin.domain.client import Client
from tocsin.domain.controls import Mute
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, Channel, OutboxItem

NO_RAIDS: frozenset[str] = frozenset()


class Moved(NamedTuple):
    """What a step writes in one transaction. The very incident that came in, and no item: nothing is to be written."""

    incident: Incident
    outbox: tuple[OutboxItem, ...] = ()


def alarm(client: Client, incident: Incident, kind: AlertKind, at: datetime, *, always: bool = False) -> Moved:
    """The alerts of an assessment's step, RAISED or RESOLVED, with the paging that begins, goes on or ends. The version
    is that of ``incident``, since the step has counted it already."""
    raise NotImplementedError


def lowered(client: Client, incident: Incident, at: datetime) -> Incident:
    """After an assessment's step down: the paging goes on at the pace of the lesser level. The version stays."""
    raise NotImplementedError


def tick(
    client: Client, incident: Incident, now: datetime, raids: frozenset[str] = NO_RAIDS, mute: Mute | None = None
) -> Moved:
    """What is due by now: asked again, the next one asked, expired, skipped, reminded. ``raids``: regions under an
    air-raid alert. Nothing moves while nobody may be told."""
    raise NotImplementedError


def acknowledge(client: Client, incident: Incident, person: str, at: datetime) -> Moved:
    """``person``: a responder's address. Raise TransitionError with a reason to show when it makes no sense any more.
    A second click changes nothing."""
    raise NotImplementedError


def decline(client: Client, incident: Incident, person: str, at: datetime) -> Moved:
    """They cannot: the next one is asked at once. Raise as above."""
    raise NotImplementedError


def act(
    client: Client, incident: Incident, person: str, at: datetime, note: str | None = None, *, responded: bool = False
) -> Moved:
    """Something was done; with ``responded`` it was the public response, which stops that clock. It acknowledges, too.
    Raise as above."""
    raise NotImplementedError


def decide_silence(
    client: Client, incident: Incident, person: str, at: datetime, reason: str, look_at: datetime
) -> Moved:
    """Not to answer in public, until ``look_at``. It acknowledges, too. Raise as above, and for a moment in the past."""
    raise NotImplementedError


def tell_client(
    client: Client,
    incident: Incident,
    person: str,
    contact: str,
    text: str,
    at: datetime,
    channel: Channel = Channel.EMAIL,
) -> Moved:
    """After one tap by ``person``, who saw exactly ``text``; ``contact``: the address of one of client_contacts. Raise
    as above, and for a contact that is none or has no phone for an SMS."""
    raise NotImplementedError


def still_wanted(client: Client, incident: Incident, item: OutboxItem) -> bool:
    """Is this page of a person still news to them? Not when they have been asked anew since, or have taken it since,
    or enough others have, or it is resolved. What is no page (machines, rooms, a client's contact, 'resolved') is."""
    raise NotImplementedError


def holders(client: Client, incident: Incident) -> tuple[str, ...]:
    """Addresses of those who have it now, the latest first."""
    raise NotImplementedError


def held(client: Client, incident: Incident) -> bool:
    """Have as many taken it as must?"""
    raise NotImplementedError


def urgency(incident: Incident) -> Level:
    """The level that people are asked at: the incident's own, or what unanswered clocks have made of it."""
    return max(incident.level, incident.paging.urgency) if incident.paging else incident.level
