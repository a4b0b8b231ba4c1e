"""Promises: made, handed on, kept, or released by whom they were made to. None is ever dropped."""

from datetime import datetime, timedelta

from pydantic import ValidationError

from tocsin.domain.case.file import CaseFile, What, Work, Worked
from tocsin.domain.case.promises import Promise, PromiseState
from tocsin.domain.case.reminding import AT_ONCE, leader_of, remind_owner
from tocsin.domain.case.status import FAR, check_live
from tocsin.domain.case.texts import TextState
from tocsin.domain.case.wording import text_of
from tocsin.domain.errors import TransitionError
from tocsin.domain.incident import Incident
from tocsin.domain.people import Responder, Role
from tocsin.domain.refusals import Refused

MOST = 60
BEFORE = timedelta(hours=1)
OWN = 3
"""Reminders to who keeps it: before, when it is due, and once more; then others hear of it too."""
LATER = (timedelta(hours=1), timedelta(hours=4))
EVERY = timedelta(days=1)


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
        raise TransitionError(f"{problem['loc'][0]}: {problem['msg']}") from None
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
        raise TransitionError(f"the case has no promise {promise_id}")
    return found


def due(work: Work, seen: object = None) -> Worked:
    """Whoever keeps a promise is reminded an hour before, when it is due and an hour later; then whoever leads the case
    and the next role too, at last once a day, until it is kept or released."""
    del seen
    now = Worked(work.incident, work.file)
    if work.file.into is not None:
        return now
    for promise in work.file.promises:
        if (at := told_next(promise)) is None or at > work.now:
            continue
        if len(now.events) >= AT_ONCE:
            break
        told = now
        for person in _reminded(work, promise):
            step = work._replace(incident=told.incident, file=told.file)
            incident, items = remind_owner(step, person, (promise.id,), urgent=True)
            if items:
                event = work.did(What.REMINDED, of=promise.id, whom=person)
                told = Worked(incident, told.file, (*told.events, event), (*told.outbox, *items))
        if told.outbox == now.outbox:
            continue  # nobody may be told now: it is said as soon as they may
        count = promise.told + 1
        while (later := told_next(promise.model_copy(update={"told": count}))) is not None and later <= work.now:
            count += 1  # what a pause has left out is said once
        after = promise.model_copy(update={"told": count, "told_at": work.now})
        now = told._replace(file=_with(told.file, after))
    return now


def next_at(file: CaseFile, incident: Incident) -> datetime | None:
    """When somebody is reminded next; None with nothing open."""
    del incident
    if file.into is not None:
        return None
    return min((at for one in file.promises if (at := told_next(one)) is not None), default=None)


def told_next(promise: Promise) -> datetime | None:
    """When it is spoken of next."""
    if promise.state is not PromiseState.OPEN:
        return None
    if promise.told == 0:
        return max(promise.made_at + (promise.due_at - promise.made_at) / 2, promise.due_at - BEFORE)
    late = promise.told - 1
    if late == 0:
        return promise.due_at
    return promise.due_at + (LATER[late - 1] if late <= len(LATER) else LATER[-1] + EVERY * (late - len(LATER)))


def _reminded(work: Work, promise: Promise) -> tuple[str, ...]:
    """Who keeps it; at last also who leads the case, or where that is the same person, the next one in rank."""
    known = {one.email for one in work.client.responders}
    own = (promise.owner,) if promise.owner in known else ()
    if promise.told < OWN and own:
        return own
    leader = leader_of(work).email
    above = [one.email for one in sorted(work.client.responders, key=_rank, reverse=True) if one.email not in own]
    return tuple(dict.fromkeys((leader if leader not in own or not above else above[0], *own)))


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
