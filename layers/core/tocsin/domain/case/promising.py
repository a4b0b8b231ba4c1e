"""Promises: made, handed on, kept, or released by whom they were made to. None is ever dropped."""

from datetime import datetime, timedelta

from pydantic import ValidationError

from tocsin.domain.case.file import CaseFile, What, Work, Worked
from tocsin.domain.case.promises import Promise, PromiseState
from tocsin.domain.case.reminding import AT_ONCE, leader_of, remind_owner, ring_owner
from tocsin.domain.case.status import FAR, check_live
from tocsin.domain.case.texts import TextState
from tocsin.domain.case.wording import text_of
from tocsin.domain.errors import TransitionError
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.outbox import OutboxItem
from tocsin.domain.people import Responder, Role
from tocsin.domain.refusals import Refused
from tocsin.domain.roster import in_turn

MOST = 60
BEFORE = timedelta(hours=1)
OWN = 3
"""Reminders to who keeps it: before, when it is due, and once more; then others hear of it too."""
LATER = (timedelta(hours=1), timedelta(hours=4))
GRAVE_LATER = tuple(timedelta(minutes=minutes) for minutes in (15, 30, 60, 120, 240))
"""At crisis and above."""
EVERY = timedelta(days=1)
CALL = 2
"""The round in which an alarm calls."""


def make(work: Work, what: str, to: str, owner: str, due_at: datetime, text_id: str | None = None) -> Worked:
    """``owner``: a responder's address; ``text_id``: of the text that makes it. Raise TransitionError."""
    check_live(work)
    if text_id is not None and text_of(work.file, text_id).state is TextState.WITHDRAWN:
        raise TransitionError(f"{text_id} was withdrawn: it promises nothing", Refused.SETTLED)
    keeper = _responder(work, owner)
    if not work.now < due_at <= work.now + FAR:
        raise TransitionError("a promise has a day ahead, within 400 days", Refused.PAST)
    file, promise_id = _with_room(work.file).numbered("promise")
    try:
        made = Promise(
            id=promise_id,
            what=what,
            to=to,
            owner=keeper.email,
            due_at=due_at,
            made_at=work.now,
            made_by=work.by or "tocsin",
            text_id=text_id,
        )
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        raise TransitionError(f"{problem['loc'][0]}: {problem['msg']}", Refused.UNFIT) from None
    event = work.did(What.PROMISED, of=promise_id, whom=keeper.email, words=f"{made.to}: {made.what}")
    return Worked(work.incident, file.with_(promises=(*file.promises, made)), (event,))


def keep(work: Work, promise_id: str, note: str | None = None) -> Worked:
    """What was promised is done. Raise TransitionError of one that has ended otherwise."""
    return _ended(work, promise_id, PromiseState.KEPT, What.KEPT, note)


def release(work: Work, promise_id: str, note: str) -> Worked:
    """Those to whom it was made no longer want it; ``note``: who said so, and when. Raise TransitionError without."""
    if not note.strip():
        raise TransitionError(
            "a promise is released by those to whom it was made: note who said so, and when", Refused.RELEASE
        )
    return _ended(work, promise_id, PromiseState.RELEASED, What.RELEASED, note)


def hand(work: Work, promise_id: str, owner: str) -> Worked:
    """Another responder keeps it from now on; their reminders begin anew. Raise TransitionError."""
    check_live(work)
    before = promise_of(work.file, promise_id)
    keeper = _responder(work, owner)
    if before.state is not PromiseState.OPEN:
        raise TransitionError(f"{promise_id} is {before.state}", Refused.SETTLED)
    if before.owner == keeper.email:
        return Worked(work.incident, work.file)
    after = before.model_copy(update={"owner": keeper.email, "told": 0, "told_at": None})
    event = work.did(What.PROMISED, of=promise_id, whom=keeper.email, words=f"{before.owner} → {keeper.email}")
    return Worked(work.incident, _with(work.file, after), (event,))


def promise_of(file: CaseFile, promise_id: str) -> Promise:
    """Raise TransitionError."""
    found = next((one for one in file.promises if one.id == promise_id), None)
    if found is None:
        raise TransitionError(f"the case has no promise {promise_id}", Refused.UNKNOWN)
    return found


def due(work: Work, seen: object = None) -> Worked:
    """Whoever keeps a promise is reminded an hour before, when it is due and an hour later; then whoever leads the case
    too, and the next one in turn each time nobody has kept it, at last once a day, until it is kept or released. One
    that is broken rings as an alarm does; at crisis and above it does so when it is due, and quarter by quarter."""
    del seen
    now = Worked(work.incident, work.file)
    if work.file.into is not None:
        return now
    for promise in work.file.promises:
        if (at := told_next(promise, work.incident)) is None or at > work.now:
            continue
        if len(now.events) >= AT_ONCE:
            break
        told = now
        for person in _reminded(work, promise):
            step = work._replace(incident=told.incident, file=told.file)
            incident, items = _told(step, promise, person)
            if items:
                event = work.did(What.REMINDED, of=promise.id, whom=person)
                told = Worked(incident, told.file, (*told.events, event), (*told.outbox, *items))
        if told.outbox == now.outbox:
            continue  # nobody may be told now: it is said as soon as they may
        after = promise.model_copy(update={"told": promise.told + 1, "told_at": work.now})
        while (later := told_next(after, work.incident)) is not None and later <= work.now:
            after = after.model_copy(update={"told": after.told + 1})  # what a pause has left out is said once
        now = told._replace(file=_with(told.file, after))
    return now


def next_at(file: CaseFile, incident: Incident) -> datetime | None:
    """When somebody is reminded next; None with nothing open."""
    if file.into is not None:
        return None
    return min((at for one in file.promises if (at := told_next(one, incident)) is not None), default=None)


def told_next(promise: Promise, incident: Incident) -> datetime | None:
    """When it is spoken of next."""
    if promise.state is not PromiseState.OPEN:
        return None
    if promise.told == 0:
        return max(promise.made_at + (promise.due_at - promise.made_at) / 2, promise.due_at - BEFORE)
    late = promise.told - 1
    if late == 0:
        return promise.due_at
    steps = GRAVE_LATER if incident.level >= Level.CRISIS else LATER
    if late <= len(steps):
        return promise.due_at + steps[late - 1]
    return (promise.told_at or promise.due_at) + EVERY


def _told(work: Work, promise: Promise, person: str) -> tuple[Incident, tuple[OutboxItem, ...]]:
    """One that is only coming, or due in a lesser case, is a reminder; else it rings, and by another way each time."""
    grave = work.incident.level >= Level.CRISIS
    if promise.told < (CALL - 1 if grave else CALL):
        return remind_owner(work, person, (promise.id,), urgent=True)
    own = promise.told + 1 if grave else promise.told
    rounds = own if person == promise.owner else CALL
    return ring_owner(work, person, (promise.id,), rounds=rounds, last=_last_rung(work, promise, person, rounds))


def _last_rung(work: Work, promise: Promise, person: str, rounds: int) -> datetime | None:
    """When this person was rung of it before, at the latest; None: they were not, or only reminded."""
    if person == promise.owner:
        return promise.told_at if rounds > CALL else None
    again = promise.told - OWN - len(_turns(work, promise))
    if again < 0:
        return None
    return promise.told_at if again else told_next(promise.model_copy(update={"told": OWN}), work.incident)


def _reminded(work: Work, promise: Promise) -> tuple[str, ...]:
    """Who keeps it; at last also who leads the case, or where that is the same person, the next one in rank; and if it
    is not kept then, the next one in turn each time."""
    known = {one.email for one in work.client.responders}
    own = (promise.owner,) if promise.owner in known else ()
    if promise.told < OWN and own:
        return own
    turns = _turns(work, promise)
    step = max(promise.told - OWN, 0)
    return tuple(dict.fromkeys((turns[step if step < len(turns) else 0], *own)))


def _turns(work: Work, promise: Promise) -> list[str]:
    """Who hears of it beside its owner, in order; when all have, the first of them each time."""
    own = promise.owner
    leader = leader_of(work).email
    above = [one.email for one in sorted(work.client.responders, key=_rank, reverse=True) if one.email != own]
    first = leader if leader != own or not above else above[0]
    return list(dict.fromkeys((first, *(one.email for one in in_turn(work.client, work.now) if one.email != own))))


def _rank(one: Responder) -> int:
    return list(Role).index(one.role) if one.role is not None else -1


def _ended(work: Work, promise_id: str, state: PromiseState, what: What, note: str | None) -> Worked:
    before = promise_of(work.file, promise_id)
    if before.state is state:
        return Worked(work.incident, work.file)
    check_live(work)
    if before.state is not PromiseState.OPEN:
        raise TransitionError(f"{promise_id} is {before.state} already", Refused.SETTLED)
    said = note.strip()[:300] if note else None
    facts = {"state": state, "ended_at": work.now, "ended_by": work.by or "tocsin", "note": said or None}
    event = work.did(what, of=promise_id, words=said)
    return Worked(work.incident, _with(work.file, before.model_copy(update=facts)), (event,))


def _responder(work: Work, email: str) -> Responder:
    found = next((one for one in work.client.responders if one.email.casefold() == email.casefold()), None)
    if found is None:
        raise TransitionError(f"{email} is none of the responders: who keeps a promise must be one", Refused.NOBODY)
    return found


def _with(file: CaseFile, promise: Promise) -> CaseFile:
    return file.with_(promises=tuple(promise if one.id == promise.id else one for one in file.promises))


def _with_room(file: CaseFile) -> CaseFile:
    if len(file.promises) >= MOST:
        raise TransitionError(f"the case has {MOST} promises already: nobody can keep more", Refused.FULL)
    return file
