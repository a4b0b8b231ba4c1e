"""What the media ask: who answers it, by when, and what was said."""

from datetime import datetime, timedelta

from tocsin.domain.case.desk import Enquiry
from tocsin.domain.case.file import CaseFile, What, Work, Worked
from tocsin.domain.case.reminding import Due, leader_of, remind_each, remind_owner, soonest
from tocsin.domain.case.status import FAR, check_live, checked_why, responder
from tocsin.domain.errors import TransitionError
from tocsin.domain.incident import Incident
from tocsin.domain.refusals import Refused

BEFORE = timedelta(hours=1)
"""So long before its deadline somebody is reminded, or half of what there was."""
WITHIN = timedelta(hours=4)
"""An enquiry without a deadline is not left longer: a story is written with us or without."""


def enquire(
    work: Work,
    outlet: str,
    question: str,
    *,
    owner: str | None = None,
    person: str | None = None,
    deadline: datetime | None = None,
) -> Worked:
    """``owner``: the responder's address who answers it, else whoever leads the case; they hear of it. Raise
    TransitionError, for a deadline that is over as well."""
    check_live(work)
    if deadline is not None and deadline <= work.now:
        raise TransitionError("its deadline must be ahead", Refused.PAST)
    if deadline is not None and deadline > work.now + FAR:
        raise TransitionError("its deadline must be within 400 days", Refused.PAST)
    one = responder(work, owner) if owner else leader_of(work)
    file, enquiry_id = work.file.numbered("enquiry")
    enquiry = Enquiry(
        id=enquiry_id,
        outlet=checked_why(outlet),
        person=checked_why(person) if person and person.strip() else None,
        question=checked_why(question),
        received_at=work.now,
        deadline=deadline,
        owner=one.email,
    )
    incident, told = (work.incident, ()) if one.email == work.by else remind_owner(work, one.email, (enquiry_id,))
    event = work.did(What.ENQUIRY, of=enquiry_id, whom=one.email, words=f"{enquiry.outlet}: {enquiry.question}")
    return Worked(incident, file.with_(enquiries=(*file.enquiries, enquiry)), (event,), told)


def answered(work: Work, enquiry_id: str, words: str) -> Worked:
    """Somebody has answered them, with this; also that there is nothing to say. Raise TransitionError."""
    check_live(work)
    before = enquiry_of(work.file, enquiry_id)
    if before.answered_at is not None:
        raise TransitionError(f"{enquiry_id} was answered by {before.answered_by}", Refused.SETTLED)
    said = checked_why(words)
    after = before.model_copy(update={"answered_at": work.now, "answered_by": work.by or "somebody", "answer": said})
    return Worked(work.incident, _with(work.file, after), (work.did(What.ANSWERED, of=enquiry_id, words=said),))


def give_enquiry(work: Work, enquiry_id: str, to: str) -> Worked:
    """Another responder answers it, and is reminded anew. Raise TransitionError."""
    check_live(work)
    before, one = enquiry_of(work.file, enquiry_id), responder(work, to)
    if before.answered_at is not None:
        raise TransitionError(f"{enquiry_id} was answered by {before.answered_by}", Refused.SETTLED)
    if before.owner == one.email:
        return Worked(work.incident, work.file)
    after = before.model_copy(update={"owner": one.email, "told": 0, "told_at": None})
    incident, told = (work.incident, ()) if one.email == work.by else remind_owner(work, one.email, (enquiry_id,))
    event = work.did(What.ENQUIRY, of=enquiry_id, whom=one.email)
    return Worked(incident, _with(work.file, after), (event,), told)


def enquiry_of(file: CaseFile, enquiry_id: str) -> Enquiry:
    """Raise TransitionError."""
    found = next((one for one in file.enquiries if one.id == enquiry_id), None)
    if found is None:
        raise TransitionError(f"the case has no enquiry {enquiry_id}", Refused.UNKNOWN)
    return found


def due(work: Work, seen: object = None) -> Worked:  # noqa: ARG001 - a clockwork's
    """Whoever is to answer is reminded before the deadline, or before it has lain too long."""
    return remind_each(work, ((one, _due(one)) for one in _waiting(work.file)), _with)


def next_at(file: CaseFile, incident: Incident) -> datetime | None:
    return soonest(map(_due, _waiting(file)), incident)


def _waiting(file: CaseFile) -> list[Enquiry]:
    return [one for one in file.enquiries if one.answered_at is None]


def _due(enquiry: Enquiry) -> Due:
    if enquiry.deadline is None:
        at = enquiry.received_at + WITHIN
    else:
        at = enquiry.deadline - min(BEFORE, (enquiry.deadline - enquiry.received_at) / 2)
    return Due(enquiry.id, at, enquiry.owner, told=enquiry.told, told_at=enquiry.told_at, urgent=True)


def _with(file: CaseFile, enquiry: Enquiry) -> CaseFile:
    kept = tuple(enquiry if one.id == enquiry.id else one for one in file.enquiries)
    return file.with_(enquiries=kept)
