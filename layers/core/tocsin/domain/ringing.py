"""How one person is rung: by which channel in which round, how soon again, and when they may be woken."""

from datetime import datetime, timedelta

from tocsin.domain.client import Client, Responder
from tocsin.domain.clocks import Clocks
from tocsin.domain.levels import Level
from tocsin.domain.outbox import Channel, Recipient, person, waking
from tocsin.domain.paging import Page

ROUNDS_OF_AN_ISSUE = 2
"""Nobody is called to an issue until they answer: the acknowledgement's clock makes it graver instead."""
AT_FULL_PACE = 4
LONGEST_GAP = timedelta(minutes=15)
"""Who has not answered four times is asked less and less often, and never given up."""
BACK_AFTER = timedelta(minutes=30)
"""Who could not come is asked again after so long, while nobody else has it."""


def ways(
    client: Client, responder: Responder, rounds: int, urgency: Level, clocks: Clocks
) -> tuple[tuple[Channel, Recipient], ...]:
    """Of the round with that number: SMS and e-mail, then a call, then the second number, then a call to that. Where
    nothing can call, an SMS and an e-mail stand in its place."""
    mail = (Channel.EMAIL, person(client, responder))
    if responder.phone is None:
        return (mail,)
    turn = (rounds - 1) % 4
    phone = responder.phone if turn < 2 else responder.second_phone or responder.phone
    calls = turn % 2 == 1 and clocks.call and urgency >= responder.call_from
    if calls and client.sms.calls:
        return ((Channel.CALL, person(client, responder, phone)),)
    rings = (Channel.SMS, person(client, responder, phone))
    return (rings, mail) if turn == 0 or calls else (rings,)


def asked_out(page: Page, urgency: Level) -> bool:
    """Has this person been asked as often as the urgency allows?"""
    return urgency < Level.CRISIS and page.rounds >= ROUNDS_OF_AN_ISSUE


def again_at(page: Page, responder: Responder, clocks: Clocks) -> datetime:
    """When somebody who has not answered is asked again, if they are awake then."""
    if page.declined_at is not None:
        return page.declined_at + BACK_AFTER
    if responder.phone is None:
        return page.last_at + max(clocks.after("acknowledge"), LONGEST_GAP)
    gap = clocks.after("again")
    slowed = gap * (1 << min(max(page.rounds - AT_FULL_PACE, 0), 6))
    return page.last_at + max(gap, min(slowed, LONGEST_GAP))


def awake(client: Client, responder: Responder, urgency: Level, at: datetime) -> datetime:
    """The first moment from ``at`` on at which they may be asked."""
    return waking(responder.quiet_hours, urgency, at, client.zone_of(responder))
