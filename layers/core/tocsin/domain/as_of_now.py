"""What a message that waited (quiet hours, an outage) may still say."""

from collections.abc import Iterable

from tocsin.domain.client import Client, Responder
from tocsin.domain.escalation import still_wanted
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.outbox import LETTERS, AlertKind, Channel, OutboxItem


def as_of_now(
    client: Client, item: OutboxItem, incident: Incident, later: Iterable[OutboxItem] = ()
) -> OutboxItem | None:
    """The message with the level of now, if it still concerns whom it waited for; None when it would be false or comes
    twice. ``later``: what was written of the incident since.

    A later message to the same address has replaced it; a fire that is out is no news; nobody is asked for what they
    have taken. What a person of the agency has approved goes out as it is,
    and a letter as long as what it is about waits, which is not for this to see.
    """
    if item.text is not None or item.kind in LETTERS:
        return item
    if item.kind is AlertKind.RESOLVED:
        over = replaced(item, later) or (not incident.closed and _reaches(client, item, incident.level))
        return None if over else item
    if incident.closed or replaced(item, later) or not still_wanted(client, incident, item):
        return None
    if incident.level >= item.level:
        return item
    if not _asked(incident, item) and not _reaches(client, item, incident.level):
        return None
    return item.model_copy(update={"level": incident.level, "index": incident.index, "reasons": incident.reasons})


def _asked(incident: Incident, item: OutboxItem) -> bool:
    """The escalation comes to people whatever they are told by otherwise."""
    if incident.paging is None or incident.level < Level.ISSUE:
        return False
    return item.kind is not AlertKind.RAISED or incident.paging.of(item.recipient) is not None


def replaced(item: OutboxItem, later: Iterable[OutboxItem]) -> bool:
    """Was the same address written to anew, by the same channel?"""
    place = (item.channel, item.recipient, item.address)
    alarms = (one for one in later if one.alert_no > item.alert_no and one.text is None and one.kind not in LETTERS)
    return any((one.channel, one.recipient, one.address) == place for one in alarms)


def responder_of(client: Client, item: OutboxItem) -> Responder | None:
    return next((one for one in client.responders if one.email == item.recipient), None)


def _reaches(client: Client, item: OutboxItem, level: Level) -> bool:
    """Machines hear all; so does whoever has left the file since: better one message too many."""
    responder = responder_of(client, item)
    if responder is None:
        return True
    if item.channel is Channel.EMAIL:
        return level >= responder.email_from
    return level >= (responder.call_from if item.channel is Channel.CALL else responder.sms_from)
