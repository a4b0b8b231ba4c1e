"""Who is reminded of what is theirs to do, how often, and by which way.

One message to a person and a minute, however many things it names: what is written together is put together by
``settled``.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar

from pydantic import BaseModel

from tocsin.domain.case.file import CaseEvent, CaseFile, What, Work, Worked
from tocsin.domain.client import Client
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, Channel, OutboxItem, item_of, person, waking
from tocsin.domain.people import Responder, Role
from tocsin.domain.ringing import ways
from tocsin.domain.roster import at_once, roster

Kept = TypeVar("Kept", bound=BaseModel)
LEVEL = "level"
"""``about``: the assessment asks for more than the level that this person holds."""
OWNER = "owner"
"""``about``: the case is theirs now."""
GRAVE_GAP = timedelta(minutes=30)
GAP = timedelta(hours=4)
AT_ONCE = 25
"""Reminders of one kind in a minute: all that a case writes fits into one transaction; the others follow."""
TWICE = 2
"""So often the owner is told; then, once, whoever leads the case or the next one in turn."""


class Due(NamedTuple):
    """What a clock asks somebody for. ``told``: how often it was spoken of, the last time at ``told_at``."""

    id: str
    due_at: datetime
    owner: str | None = None
    role: Role | None = None
    told: int = 0
    told_at: datetime | None = None
    urgent: bool = False


def remind_owner(
    work: Work, person_email: str, about: tuple[str, ...], *, urgent: bool = False
) -> tuple[Incident, tuple[OutboxItem, ...]]:
    """The incident with the number of what is sent to this responder, and that: a mail, and an SMS where it is
    ``urgent`` or the incident at crisis or above. Nothing where nobody may be told, nor to whom the file does not
    know."""
    one = next((each for each in work.client.responders if each.email == person_email), None)
    if one is None or work.mute is not None:
        return work.incident, ()
    incident = work.incident.model_copy(update={"alert_no": work.incident.alert_no + 1})
    items = due_items(work.client, incident, one, about, work.now, rings=urgent or incident.level >= Level.CRISIS)
    return incident, items


def ring_owner(
    work: Work, person_email: str, about: tuple[str, ...], *, rounds: int, last: datetime | None = None
) -> tuple[Incident, tuple[OutboxItem, ...]]:
    """As ``remind_owner``, by the ways in which an alarm of a crisis asks somebody for the ``rounds``th time: a call,
    then the second number; a mail says what it is about. By night only at a level that may wake them; ``last``: when
    they were rung of it before, since what a night holds back would ring all at once in the morning."""
    one = next((each for each in work.client.responders if each.email == person_email), None)
    if one is None or work.mute is not None:
        return work.incident, ()
    incident = work.incident.model_copy(update={"alert_no": work.incident.alert_no + 1})
    urgency = max(incident.level, Level.CRISIS)
    rung = ways(work.client, one, rounds, urgency, work.client.escalation.of(urgency))
    zone = work.client.zone_of(one)
    later = waking(one.quiet_hours, incident.level, work.now, zone)
    if later > work.now and last is not None and waking(one.quiet_hours, incident.level, last, zone) == later:
        rung = ()
    items = [
        item_of(incident, AlertKind.DUE, work.now, channel, whom, later)
        for channel, whom in rung
        if channel is not Channel.EMAIL
    ]
    items.append(item_of(incident, AlertKind.DUE, work.now, Channel.EMAIL, person(work.client, one), work.now))
    return incident, _about(incident, items, about)


def due_items(
    client: Client, incident: Incident, one: Responder, about: tuple[str, ...], at: datetime, *, rings: bool
) -> tuple[OutboxItem, ...]:
    """Under the incident's number. What rings waits for the end of quiet hours, unless they give way to the level. What
    rang in shadow is reminded of in shadow."""
    mail = item_of(incident, AlertKind.DUE, at, Channel.EMAIL, person(client, one), at)
    items = [mail]
    if rings and one.phone:
        due = waking(one.quiet_hours, incident.level, at, client.zone_of(one))
        items.insert(0, item_of(incident, AlertKind.DUE, at, Channel.SMS, person(client, one, one.phone), due))
    return _about(incident, items, about)


def _about(incident: Incident, items: Iterable[OutboxItem], about: tuple[str, ...]) -> tuple[OutboxItem, ...]:
    always = incident.paging is not None and incident.paging.always
    return tuple(item.model_copy(update={"about": about, "always": always}) for item in items)


def anew(one: Due, incident: Incident) -> Due:
    """What was spoken of while the case was a lesser one is spoken of as if for the first time: then it rang nobody, or
    was said often enough for what it was."""
    if one.told_at is None or not one.told or incident.closed:
        return one
    until = one.told_at
    known = max((entry.level for entry in incident.timeline if entry.at <= until), default=incident.level)
    return one._replace(told=0, told_at=None) if incident.level > max(known, Level.WATCH) else one


def remind_at(one: Due, incident: Incident) -> datetime | None:
    """When it is to be spoken of next; None when that was done often enough."""
    one = anew(one, incident)
    if one.told > TWICE:
        return None
    if one.told == 0 or one.told_at is None:
        return one.due_at
    return max(one.due_at, one.told_at) + (GRAVE_GAP if incident.level >= Level.CRISIS else GAP)


def remind(work: Work, one: Due) -> tuple[Incident, tuple[OutboxItem, ...]]:
    """What is sent of it now; the very incident that came in, and nothing, before its time and where nobody may be
    told. Whoever calls it counts one more time told, if something is sent."""
    one = anew(one, work.incident)
    at = remind_at(one, work.incident)
    if at is None or at > work.now:
        return work.incident, ()
    whom = owner_of(work.client, one.owner, one.role, work.now)
    if one.told >= TWICE:
        whom = _above(work, whom)
    return remind_owner(work, whom.email, (one.id,), urgent=one.urgent)


def remind_each(work: Work, all_of: Iterable[tuple[Kept, Due]], put: Callable[[CaseFile, Kept], CaseFile]) -> Worked:
    """Whoever is late with one of these is reminded, and it keeps that they were (``told``, ``told_at``); ``put``: the
    file with it. What is more than a minute takes follows."""
    now, events, outbox = work, list[CaseEvent](), list[OutboxItem]()
    for kept, asked in all_of:
        if len(events) >= AT_ONCE:
            break
        incident, items = remind(now, asked)
        if not items:
            continue
        told = kept.model_copy(update={"told": anew(asked, work.incident).told + 1, "told_at": work.now})
        now = now._replace(incident=incident, file=put(now.file, told))
        events.append(work.did(What.REMINDED, of=asked.id, whom=items[0].recipient))
        outbox += items
    return Worked(now.incident, now.file, tuple(events), tuple(outbox))


def soonest(all_of: Iterable[Due], incident: Incident) -> datetime | None:
    """When one of these is to be spoken of next."""
    return min((at for one in all_of if (at := remind_at(one, incident)) is not None), default=None)


def owner_of(client: Client, owner: str | None, role: Role | None, at: datetime) -> Responder:
    """The responder with this address; else whoever has the role by now, else who is asked first."""
    found = next((one for one in client.responders if one.email == owner), None)
    if found is not None:
        return found
    having = [turn.person for turn in roster(client, at) if turn.role is role and not turn.off]
    return having[0] if having and role is not None else at_once(client, Level.CALM, at)[0]


def leader_of(work: Work) -> Responder:
    """Who leads the case, else whoever took its alarm last, else who is asked first."""
    pages = work.incident.paging.people if work.incident.paging is not None else ()
    took = [page for page in pages if page.acknowledged_at is not None]
    last = max(took, key=lambda page: page.acknowledged_at or page.since).person if took else None
    people = {one.email for one in work.client.responders}
    owner = next((one for one in (work.file.owner, last) if one in people), None)
    return owner_of(work.client, owner, None, work.now)


def _above(work: Work, one: Responder) -> Responder:
    """Who leads the case; if that is the very person, the next one in turn."""
    leader = leader_of(work)
    if leader.email != one.email:
        return leader
    turns = [turn.person for turn in roster(work.client, work.now)]
    after = [each for each in turns[turns.index(one) + 1 :] if each.role is not Role.COMMUNITY] if one in turns else []
    return next(iter(after or [each for each in turns if each != one]), one)
