"""What people answer to a page: taken, declined, acted, decided; and what is told to the client's own people.

Each raises TransitionError with a reason to show when it makes no sense any more, and returns the very incident that
came in for a second click.
"""

import hashlib
from datetime import datetime, timedelta

from tocsin.domain.client import Client
from tocsin.domain.errors import TransitionError
from tocsin.domain.escalation_clocks import ask_anew, ask_next, set_next
from tocsin.domain.escalation_step import NOTE, EscalationStep, Moved
from tocsin.domain.incident import Incident, IncidentState, Step
from tocsin.domain.levels import Level
from tocsin.domain.linter import accusations
from tocsin.domain.outbox import AlertKind, Channel, Recipient
from tocsin.domain.outbox import contact as contact_at
from tocsin.domain.paging import Decision, Page
from tocsin.domain.refusals import Refused

LONGEST_SILENCE = timedelta(days=7)
TWICE_WITHIN = timedelta(minutes=10)
"""The same words by the same person so soon are a second tap on the button."""


class ClosedError(TransitionError):
    """It is over: there is nothing to take any more."""


class LeftError(TransitionError):
    """This person is no longer among the responders."""


def _answered(client: Client, incident: Incident, who: str, at: datetime) -> EscalationStep:
    """Raise TransitionError with a reason to show when an answer makes no sense any more."""
    if incident.closed:
        raise ClosedError(f"{incident.id} is {incident.state}")
    step = EscalationStep(client, incident, at)
    if who not in step.people:
        raise LeftError(f"{who} is no longer among the responders of {client.client}")
    return step


def _take(step: EscalationStep, who: str) -> bool:
    """Does it change anything?"""
    level = max(step.before.level, step.paging.level)
    page = step.pages.get(who)
    if page is not None and page.has_taken(level):
        return False
    if page is None:
        step.pages[who] = Page(person=who, since=step.now, level=level, rounds=0, last_at=step.now, last_no=0)
    step.page(who, acknowledged_at=step.now, taken=level, declined_at=None, skipped_at=None)
    step.note(Step.ACKNOWLEDGE, by=who)
    return True


def acknowledge(client: Client, incident: Incident, person: str, at: datetime) -> Moved:
    """``person``: a responder's address. Raise TransitionError with a reason to show when it makes no sense any more.
    A second click changes nothing."""
    step = _answered(client, incident, person, at)
    if not _take(step, person):
        return Moved(incident)
    set_next(step)
    return step.done()


def decline(client: Client, incident: Incident, person: str, at: datetime) -> Moved:
    """They cannot: the next one is asked at once. Raise as above."""
    step = _answered(client, incident, person, at)
    page = step.pages.get(person)
    if page is not None and page.declined_at is not None and page.acknowledged_at is None:
        return Moved(incident)
    if page is None:
        level = step.paging.level
        step.pages[person] = Page(person=person, since=at, level=level, last_at=at, last_no=0)
    had = step.held()
    step.page(person, rounds=max(step.pages[person].rounds, 1), declined_at=at, acknowledged_at=None, taken=None)
    step.note(Step.DECLINE, by=person)
    if had and not step.held() and step.paging.level >= Level.ISSUE:
        ask_anew(step, (step.people[person].name,), AlertKind.ESCALATED, but=frozenset({person}))
    else:
        _next_now(step, person)
    set_next(step)
    return step.done()


def unreached(client: Client, incident: Incident, person: str, at: datetime) -> Moved:
    """Every way to this person was refused: the next one is asked at once, and they at their own time again. Nothing
    follows when they have taken it, were not paged, or it is over; nor twice of one round."""
    page = incident.live_paging.of(person) if incident.live_paging else None
    if incident.closed or page is None or not page.rounds or person not in {one.email for one in client.responders}:
        return Moved(incident)
    step = EscalationStep(client, incident, at)
    if page.has_taken(step.paging.level) or page.unreached_no >= page.last_no:
        return Moved(incident)
    step.page(person, unreached_no=page.last_no)
    _next_now(step, person)
    set_next(step)
    return step.done()


def _next_now(step: EscalationStep, person: str) -> None:
    if step.paging.level >= Level.ISSUE and not step.held():
        ask_next(step, (step.people[person].name,), but=frozenset({person}))
        if step.paging.asked_at is None:
            step.set(asked_at=step.now)


def act(
    client: Client, incident: Incident, person: str, at: datetime, note: str | None = None, *, responded: bool = False
) -> Moved:
    """Something was done; with ``responded`` it was the public response, which stops that clock. It acknowledges, too.
    Raise as above."""
    step = _answered(client, incident, person, at)
    kind = Step.RESPOND if responded else Step.ACT
    note = _in_short(note) or None if note else None
    if _twice(incident, kind, person, None, note, at):
        return Moved(incident)
    _take(step, person)
    step.page(person, acted_at=at)
    step.note(kind, by=person, note=note)
    if responded:
        step.set(responded_at=at, more=0)
        step.state = IncidentState.RESPONDING
    set_next(step)
    return step.done()


def decide_silence(
    client: Client, incident: Incident, person: str, at: datetime, reason: str, look_at: datetime
) -> Moved:
    """Not to answer in public, until ``look_at``. It acknowledges, too. Raise as above, and for a moment in the past or
    more than seven days ahead."""
    step = _answered(client, incident, person, at)
    reason = _in_short(reason)
    if _twice(incident, Step.DECIDE, person, None, reason, at):
        return Moved(incident)
    if not at < look_at <= at + LONGEST_SILENCE:
        raise TransitionError(f"the next look must be ahead, within {LONGEST_SILENCE.days} days", Refused.PAST)
    if not reason:
        raise TransitionError("a decision not to answer needs a reason", Refused.WORDS)
    _take(step, person)
    step.page(person, acted_at=at)
    step.note(Step.DECIDE, by=person, note=reason)
    step.set(decision=Decision(by=person, at=at, reason=reason, look_at=look_at), more=0)
    set_next(step)
    return step.done()


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
    as above, for a contact that is none or has no phone for an SMS, and for words that accuse somebody. A second tap
    on the same text sends nothing, unless the first was refused."""
    step = _answered(client, incident, person, at)
    if not text.strip():
        raise TransitionError("there is nothing to say", Refused.WORDS)
    if found := accusations(text, client.rivals(incident.brand)):
        raise TransitionError(f"«{found[0].quote}» accuses somebody: say it without", Refused.ACCUSATION)
    to = _address(client, contact, channel)
    note = _in_short(text)
    if _twice(incident, Step.TELL_CLIENT, person, contact, note, at, channel):
        return Moved(incident)
    step.put(AlertKind.CLIENT, channel, to, at, text=text, approved_by=person)
    step.note(Step.TELL_CLIENT, by=person, who=contact, note=note, channels=(channel,))
    return step.done()


def _address(client: Client, email: str, channel: Channel) -> Recipient:
    one = next((each for each in client.client_contacts if each.email == email), None)
    if one is None:
        raise TransitionError(f"{email} is none of the client_contacts of {client.client}", Refused.NOBODY)
    if channel is Channel.EMAIL:
        return contact_at(client, one)
    if channel is not Channel.SMS or one.phone is None:
        raise TransitionError(
            f"{one.name} has no {'phone' if channel is Channel.SMS else channel.value}", Refused.NO_CHANNEL
        )
    return contact_at(client, one, one.phone)


def _twice(
    incident: Incident,
    step: Step,
    by: str,
    who: str | None,
    note: str | None,
    at: datetime,
    channel: Channel | None = None,
) -> bool:
    same = (step, who, (channel.value,) if channel else ())
    for entry in reversed(incident.timeline[-20:]):
        if (entry.step, entry.who, entry.channels) != same or at - entry.at >= TWICE_WITHIN:
            continue
        if entry.by is None:
            return False  # it was refused
        if (entry.by, entry.note) == (by, note):
            return True
    return False


def _in_short(text: str) -> str:
    """For the timeline; two long texts that differ at their end stay apart."""
    text = text.strip()
    if len(text) <= NOTE:
        return text
    mark = f"… #{hashlib.sha256(text.encode()).hexdigest()[:8]}"
    return text[: NOTE - len(mark)] + mark
