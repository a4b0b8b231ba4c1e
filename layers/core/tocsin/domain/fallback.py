"""When a provider refuses a page: another way to the same person at once, and where none is left, the next person."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from tocsin.domain import escalation
from tocsin.domain.client import Client, Responder
from tocsin.domain.escalation import Moved
from tocsin.domain.incident import Incident, Step
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, Channel, DeliveryStatus, OutboxItem, item_of, person, room, waking
from tocsin.domain.rooms import RoomKind
from tocsin.domain.roster import off_duty

ALL = frozenset(Channel)
RINGING = (Channel.SMS, Channel.CALL)
PAGES = frozenset({AlertKind.RAISED, AlertKind.REMINDED, AlertKind.ESCALATED, AlertKind.EXPIRED})
LONGEST_NOTE = 300


def at_once(incident: Incident, *, permanent: bool) -> bool:
    """At a crisis nobody waits for the provider's next answer; below it only a final no asks for another way."""
    return permanent or escalation.urgency(incident) >= Level.CRISIS


def fall_back(
    client: Client,
    incident: Incident,
    item: OutboxItem,
    at: datetime,
    reason: str,
    *,
    alerts: Sequence[OutboxItem],
    available: Collection[Channel] = ALL,
) -> Moved:
    """What is written together with the refusal of ``item``. The very incident that came in: nothing.

    ``alerts``: what was written of the incident since this person was asked. ``available``: what is set up here, and
    not out of money.
    """
    note = f"{item.channel.value}: {reason}"[:LONGEST_NOTE]
    if item.kind is AlertKind.CLIENT:
        if item.status is DeliveryStatus.PENDING:
            return Moved(incident)  # it is tried again
        by = (item.channel.value,)
        return Moved(incident.noted(Step.TELL_CLIENT, at=at, who=item.recipient, note=note, channels=by))
    who = next((one for one in client.responders if one.email == item.recipient), None)
    if who is not None and item.kind is AlertKind.RESOLVED and item.channel is Channel.SMS:
        return _by_mail(client, incident, item, at, note, who)
    if who is None or item.kind not in PAGES or incident.closed or item.channel not in {*RINGING, Channel.EMAIL}:
        return Moved(incident)
    if escalation.urgency(incident) < Level.ISSUE or not escalation.still_wanted(client, incident, item):
        return Moved(incident)
    if item.kind is AlertKind.RAISED and _is_had(client, incident, who):
        return Moved(incident)  # the first mail is still news, but nobody is rung for it
    return _another(client, incident, item, at, note, who, alerts, available)


def _is_had(client: Client, incident: Incident, who: Responder) -> bool:
    """By this person, or by as many as must."""
    return who.email in escalation.holders(client, incident) or escalation.held(client, incident)


def _by_mail(client: Client, incident: Incident, item: OutboxItem, at: datetime, note: str, who: Responder) -> Moved:
    """Whoever was asked hears of the end, even if the file spares them mail."""
    noted = incident.noted(Step.PAGE, at=at, who=who.email, note=note, channels=(Channel.EMAIL.value,), alerts=True)
    mail = item_of(noted, item.kind, at, Channel.EMAIL, person(client, who), at)
    return Moved(noted, (mail.model_copy(update={"fallback_for": item.channel, "always": item.always}),))


def _another(
    client: Client,
    incident: Incident,
    item: OutboxItem,
    at: datetime,
    note: str,
    who: Responder,
    alerts: Sequence[OutboxItem],
    available: Collection[Channel],
) -> Moved:
    page = incident.paging.of(who.email) if incident.paging else None
    since = page.last_no if page else item.alert_no
    others = [one for one in alerts if one.alert_no >= since and one.id != item.id]
    theirs = [one for one in others if one.recipient == who.email]
    tried = {(one.channel, one.address) for one in (*theirs, item)}
    standing = [one for one in theirs if _stands(one)]
    rings = any(one.channel in RINGING for one in standing)
    grave = escalation.urgency(incident) >= Level.CRISIS
    ways: list[tuple[Channel, str]] = []
    if not rings:
        left = (way for way in _ringing(client, incident, who, at, asked=page is not None) if way not in tried)
        ways += [way for way in left if way[0] in available][:1]
    # An issue leaves the last of the money to a crisis: who has the mail has heard of it.
    spared = not grave and item.channel not in available and bool(standing)
    unheard = not rings and not ways and not spared
    if (Channel.EMAIL, who.email) not in tried and Channel.EMAIL in available and (grave or not standing):
        ways.append((Channel.EMAIL, who.email))
    noted = incident.noted(
        Step.PAGE, at=at, who=who.email, note=note, channels=tuple(way.value for way, _ in ways), alerts=True
    )
    items = [item_of(noted, item.kind, at, way, person(client, who, address), at) for way, address in ways]
    if unheard and grave:
        posted = {one.recipient for one in others}
        items += [
            item_of(noted, item.kind, at, Channel.WEBHOOK, room(client, one), at)
            for one in client.channels
            if one.kind is RoomKind.WEBHOOK and one.name not in posted and Channel.WEBHOOK in available
        ]
    facts = {"missed": item.missed, "fallback_for": item.channel, "always": item.always}
    written = tuple(one.model_copy(update=facts) for one in items)
    asked = Moved(noted)
    if unheard and page is not None:
        asked = escalation.unreached(client, noted, who.email, at)
    if not written and asked.incident is noted:
        return Moved(incident)
    return Moved(asked.incident.model_copy(update={"version": incident.version + 1}), (*written, *asked.outbox))


def _ringing(
    client: Client, incident: Incident, who: Responder, at: datetime, *, asked: bool
) -> Iterator[tuple[Channel, str]]:
    """Ways that ring, by which this person may be rung now, the mildest first. Whoever is ``asked`` is rung whatever
    they are told by otherwise; who is off duty, only then."""
    level = escalation.urgency(incident)
    told = level >= who.sms_from and who.email not in off_duty(client, at)
    if waking(who.quiet_hours, level, at, client.zone_of(who)) > at or not (asked or told):
        return
    calls = client.sms.calls and client.escalation.of(level).call and level >= who.call_from
    for phone in (who.phone, who.second_phone):
        if phone is None:
            continue
        yield Channel.SMS, phone
        if calls:
            yield Channel.CALL, phone


def _stands(item: OutboxItem) -> bool:
    """Is it on its way, or has it arrived for all that is known? What was refused once may come, or not."""
    if item.delivery is not None and item.delivery.state.lost:
        return False
    return item.status is DeliveryStatus.SENT or (item.status is DeliveryStatus.PENDING and not item.refusals)
