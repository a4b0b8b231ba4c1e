"""The escalation of an incident as a pure machine: who is asked next, who has it, what nobody has answered.

Every function returns the incident after the step, one version later, with what is to be sent of it; or the very
incident that came in when there is nothing to write. A write that is lost leaves the version before, from which the
same follows again.
"""

from collections.abc import Iterable
from datetime import datetime

from tocsin.domain.client import Client
from tocsin.domain.controls import Mute
from tocsin.domain.escalation_answers import (
    ClosedError,
    LeftError,
    acknowledge,
    act,
    decide_silence,
    decline,
    tell_client,
    unreached,
)
from tocsin.domain.escalation_clocks import run_clocks, set_next, unasked
from tocsin.domain.escalation_step import EscalationStep, Moved
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.outbox import LETTERS, AlertKind, Channel, OutboxItem, person, plan_alerts, waking
from tocsin.domain.ringing import awake
from tocsin.domain.roster import at_once, on_duty

__all__ = [
    "ClosedError",
    "LeftError",
    "Moved",
    "acknowledge",
    "act",
    "alarm",
    "decide_silence",
    "decline",
    "held",
    "holders",
    "lowered",
    "still_wanted",
    "tell_client",
    "tick",
    "unreached",
    "urgency",
]

NO_RAIDS: frozenset[str] = frozenset()
PERSONAL = frozenset({Channel.EMAIL, Channel.SMS, Channel.CALL})
NO_PAGES = frozenset({AlertKind.RESOLVED, AlertKind.TEST, AlertKind.CLIENT}) | LETTERS


def alarm(
    client: Client,
    incident: Incident,
    kind: AlertKind,
    at: datetime,
    *,
    always: bool = False,
    paged_only: bool = False,
) -> Moved:
    """The alerts of an assessment's step, RAISED or RESOLVED, with the paging that begins, goes on or ends. The version
    is that of ``incident``, since the step has counted it already.

    ``paged_only``: a resolution of which nobody hears but those who were paged.
    """
    step = EscalationStep(client, incident, at, counted=True)
    if kind is AlertKind.RESOLVED:
        return _resolved(step, always=always, paged_only=paged_only)
    planned = plan_alerts(client, incident, kind, at)
    if incident.level < Level.ISSUE:
        return Moved(incident, _marked(planned, always=always))
    _risen(step, always=always)
    step.take(_marked([item for item in planned if not _needless(step, item)], always=step.paging.always))
    if not step.held():
        _begin(step)
    set_next(step)
    return step.done()


def _marked(items: Iterable[OutboxItem], *, always: bool) -> tuple[OutboxItem, ...]:
    return tuple(item.model_copy(update={"always": True}) for item in items) if always else tuple(items)


def _risen(step: EscalationStep, *, always: bool) -> None:
    """A graver thing needs people, a response and a decision of its own."""
    level = step.before.level
    fresh = step.paging is not step.before.paging
    if fresh or level > step.paging.level:
        step.set(
            level=level, urgency=max(level, step.paging.urgency), since=step.now, asked_at=None, decision=None,
            responded_at=None, overdue=False, more=0, reminded_at=None,
        )  # fmt: skip
    step.set(always=always or step.paging.always)


def _needless(step: EscalationStep, item: OutboxItem) -> bool:
    """Nobody is rung for what they have taken, nor when as many have taken it as must."""
    if item.channel not in {Channel.SMS, Channel.CALL} or item.recipient not in step.people:
        return False
    page = step.pages.get(item.recipient)
    return step.held() or (page is not None and page.has_taken(step.paging.level))


def _begin(step: EscalationStep) -> None:
    """A page for everybody whom this alert rings, and for those who are asked first, by mail if they wish so. Whoever
    has the week by a rota is rung for it, whatever they are told by otherwise."""
    client, first = step.client, {one.email for one in at_once(step.client, step.paging.level, step.now)}
    duty = first & on_duty(client, step.now)
    for one in client.responders:
        page = step.pages.get(one.email)
        if page is not None and page.has_taken(step.paging.level):
            continue
        found = [item for channel in PERSONAL if (item := step.planned(channel, one.email)) is not None]
        rung = [item for item in found if item.channel is not Channel.EMAIL]
        anew = page is None or page.level < step.paging.level
        if one.email in duty and not rung and (one.phone or not found):
            if page is not None and anew:
                step.page(one.email, rounds=0)
            step.ring(one, AlertKind.RAISED)
            step.page(one.email, skipped_at=None)
        elif rung or (found and one.email in first):
            due = max(item.due_at for item in rung or found)
            step.paged(
                one,
                rounds=1 if page is None or anew else max(page.rounds, 1),
                since=due if anew else None,
                channels=sorted({item.channel for item in found}),
            )
            step.page(one.email, skipped_at=None)
    asked = [page for _, page in step.waiting()]
    if asked and all(page.since > step.now for page in asked):
        up = (one for one in unasked(step) if awake(client, one, step.paging.urgency, step.now) <= step.now)
        instead = next(up, None)
        if instead is not None:
            step.ring(instead, AlertKind.RAISED)
    begun = [max(page.since, step.now) for _, page in step.waiting()]
    asked_at = step.paging.asked_at or min(begun, default=None)
    # Nobody answers in public while all who could are asleep.
    step.set(asked_at=asked_at, since=max(step.paging.since, asked_at or step.paging.since))


def _resolved(step: EscalationStep, *, always: bool, paged_only: bool) -> Moved:
    """Everybody who was paged, or answered, hears of it once: by mail, or by SMS who was paged only so."""
    client, incident, at = step.client, step.before, step.now
    if not paged_only:
        step.take(plan_alerts(client, incident, AlertKind.RESOLVED, at))
    live = incident.live_paging is not None
    for page in step.pages.values() if live else ():
        one = step.people.get(page.person)
        if one is None or step.planned(Channel.EMAIL, one.email):
            continue
        if one.phone and page.rounds and not page.mailed:
            due = waking(one.quiet_hours, Level.WATCH, at, client.zone_of(one))
            step.put(AlertKind.RESOLVED, Channel.SMS, person(client, one, one.phone), due)
        else:
            step.put(AlertKind.RESOLVED, Channel.EMAIL, person(client, one), at)
    if live:
        step.set(ended_at=at, next_at=None, decision=None)
        moved = step.done()
        return Moved(moved.incident, _marked(moved.outbox, always=always))
    return Moved(incident, _marked(step.done().outbox, always=always))


def lowered(client: Client, incident: Incident, at: datetime) -> Incident:
    """After an assessment's step down: the paging goes on at the pace of the lesser level. The version stays."""
    paging = incident.live_paging
    if paging is None or incident.level >= paging.level:
        return incident
    step = EscalationStep(client, incident, at, counted=True)
    for page in paging.people:
        taken = min(page.taken, incident.level) if page.taken is not None else None
        step.page(page.person, taken=taken, level=min(page.level, incident.level))
    step.set(level=incident.level, urgency=incident.level, asked_at=at if paging.asked_at else None)
    set_next(step)
    return step.done().incident


def tick(
    client: Client, incident: Incident, now: datetime, raids: frozenset[str] = NO_RAIDS, mute: Mute | None = None
) -> Moved:
    """What is due by now: asked again, the next one asked, expired, skipped, reminded. ``raids``: regions under an
    air-raid alert. Nothing moves while nobody may be told."""
    paging = incident.live_paging
    if paging is None or incident.closed:
        return Moved(incident)
    if mute is Mute.PAUSED or (mute is Mute.SHADOW and not paging.always):
        return Moved(incident)
    step = EscalationStep(client, incident, now)
    run_clocks(step, raids)
    set_next(step, raids)
    return step.done()


def still_wanted(client: Client, incident: Incident, item: OutboxItem) -> bool:
    """Is this page of a person still news to them? Not when they have been asked anew since, or have answered since, or
    enough others have it, or it is over. What is no page (machines, rooms, the client's people, 'resolved') is.

    The first mail of an alarm is news beside a page, and outlives an answer.
    """
    if item.kind in NO_PAGES or item.channel not in PERSONAL:
        return True
    if incident.closed or all(one.email != item.recipient for one in client.responders):
        return False
    paging = incident.live_paging
    if paging is None or (item.kind is AlertKind.RAISED and item.channel is Channel.EMAIL):
        return True
    page = paging.of(item.recipient)
    if page is not None:
        answers = (page.acknowledged_at, page.acted_at, page.declined_at)
        if any(answer is not None and answer > item.created_at for answer in answers):
            return False
        if item.channel is not Channel.EMAIL and item.alert_no < page.last_no:
            return False
        if page.has_taken(paging.level):
            return item.kind is AlertKind.REMINDED
    return not held(client, incident)


def holders(client: Client, incident: Incident) -> tuple[str, ...]:
    """Addresses of those who have it now, the latest first."""
    if incident.live_paging is None:
        return ()
    return tuple(page.person for page in EscalationStep(client, incident, incident.updated_at).holders())


def held(client: Client, incident: Incident) -> bool:
    """Have as many taken it as must?"""
    if incident.live_paging is None:
        return False
    return EscalationStep(client, incident, incident.updated_at).held()


def urgency(incident: Incident) -> Level:
    """The level that people are asked at: the incident's own, or what unanswered clocks have made of it."""
    return max(incident.level, incident.live_paging.urgency) if incident.live_paging else incident.level
