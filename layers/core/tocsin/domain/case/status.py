"""Whose case it is, and whether it goes on: assigned, handed over, noted, linked, dismissed, closed, opened again."""

from datetime import timedelta

from tocsin.domain.case.file import MOST_LINKS, CaseFile, CaseStatus, What, Work, Worked
from tocsin.domain.case.reminding import OWNER, remind_owner
from tocsin.domain.errors import TransitionError
from tocsin.domain.escalation import acknowledge, alarm
from tocsin.domain.escalation_clocks import set_next
from tocsin.domain.escalation_step import EscalationStep
from tocsin.domain.incident import Incident, IncidentState, Step
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, Channel
from tocsin.domain.people import Responder
from tocsin.domain.refusals import Refused

LONGEST_WHY = 300
LONGEST_NOTE = 600
FAR = timedelta(days=400)
"""Nothing in a case is due later."""


def check_live(work: Work) -> None:
    """Raise TransitionError when the case goes on no more."""
    if work.file.status is CaseStatus.MERGED:
        raise TransitionError(f"this case goes on in {work.file.into}: do it there", Refused.MOVED)
    if not work.file.live:
        raise TransitionError(f"this case is {work.file.status}: reopen it first", Refused.OVER)


def checked_why(why: str | None, most: int = LONGEST_WHY) -> str:
    """Raise TransitionError for nothing, and for more than can be kept."""
    said = (why or "").encode("utf-8", "replace").decode().strip()
    if not said or len(said) > most:
        raise TransitionError(f"say why, in 1 to {most} characters", Refused.WORDS)
    return said


def responder(work: Work, email: str) -> Responder:
    """Raise TransitionError for somebody whom the client's file does not know."""
    found = next((one for one in work.client.responders if one.email.casefold() == email.strip().casefold()), None)
    if found is None:
        raise TransitionError(f"{email} is none of the responders of {work.client.client}", Refused.NOBODY)
    return found


def assign(work: Work, to: str) -> Worked:
    """``to``, a responder's address, leads the case from now on, and hears of it. Raise TransitionError."""
    check_live(work)
    one = responder(work, to)
    if work.file.owner == one.email:
        return Worked(work.incident, work.file)
    incident, told = remind_owner(work, one.email, (OWNER,)) if one.email != work.by else (work.incident, ())
    event = work.did(What.ASSIGNED, whom=one.email)
    return Worked(incident, work.file.with_(owner=one.email), (event,), told)


def hand_over(work: Work, to: str, why: str | None = None) -> Worked:
    """``to`` leads the case and has its alarm from now on; whoever had it until now has it no more. They hear of it.
    Raise TransitionError."""
    check_live(work)
    one = responder(work, to)
    incident = work.incident if work.incident.closed else _taken_over(work, one.email)
    if work.file.owner == one.email and incident is work.incident:
        return Worked(work.incident, work.file)
    then = work._replace(incident=incident)
    incident, told = remind_owner(then, one.email, (OWNER,)) if one.email != work.by else (incident, ())
    event = work.did(What.HANDED_OVER, whom=one.email, words=checked_why(why) if why else None)
    return Worked(incident, work.file.with_(owner=one.email), (event,), told)


def _taken_over(work: Work, to: str) -> Incident:
    """The page of the one who leaves it is theirs no more: nobody asks them what came of it."""
    taken = acknowledge(work.client, work.incident, to, work.now).incident
    leaving = {work.file.owner, work.by} - {to, None}
    step = EscalationStep(work.client, taken, work.now)
    for page in step.holders():
        if page.person in leaving:
            step.page(page.person, acknowledged_at=None, taken=None, rounds=0)
    set_next(step)
    return step.done().incident


def note(work: Work, words: str) -> Worked:
    """Written down, also in a case that is over. Raise TransitionError."""
    said = checked_why(words, LONGEST_NOTE)
    return Worked(work.incident, work.file, (work.did(What.NOTED, words=said),))


def link(work: Work, other: str) -> Worked:
    """``other``: the incident of a case that has to do with this one. Raise TransitionError."""
    if other == work.incident.id:
        raise TransitionError("a case needs no link to itself", Refused.ITSELF)
    if other in work.file.links:
        return Worked(work.incident, work.file)
    event = work.did(What.LINKED, of=other)
    return Worked(work.incident, work.file.with_(links=(*work.file.links, other)), (event,))


def keep_apart(work: Work, other: str) -> Worked:
    """A person says that the other case is another matter: it is proposed no more. Raise TransitionError."""
    if other == work.incident.id:
        raise TransitionError("a case is no other than itself", Refused.ITSELF)
    if other in work.file.apart:
        return Worked(work.incident, work.file)
    apart = (*work.file.apart, other)[-MOST_LINKS:]
    return Worked(work.incident, work.file.with_(apart=apart), (work.did(What.APART, of=other),))


def dismiss(work: Work, why: str) -> Worked:
    """It is no crisis: its alarm ends, and the brand's index needs a little more from now on. Raise TransitionError
    with a promise open."""
    check_live(work)
    said = checked_why(why)
    _check_promises(work.file, "dismissed")
    ended = end(work) if not work.incident.closed else Worked(work.incident, work.file)
    file = ended.file.with_(status=CaseStatus.DISMISSED, why=said, next_at=work.now)
    return Worked(ended.incident, file, (work.did(What.DISMISSED, words=said),), ended.outbox)


def end(work: Work) -> Worked:
    """The storm is over by a person's word: those who were paged hear of it, and no level is held any more."""
    calm = work.incident.take(Step.RESOLVE, at=work.now, by=work.by, level=Level.CALM)
    calm = calm.model_copy(update={"held": None, "asked": None})
    over = alarm(work.client, calm, AlertKind.RESOLVED, work.now, always=True, paged_only=True)
    outbox = tuple(one for one in over.outbox if one.recipient != work.by or one.channel is Channel.EMAIL)
    return Worked(over.incident, work.file, (), outbox)


def close(work: Work, why: str | None = None) -> Worked:
    """All is done. Raise TransitionError while the storm lasts, with a promise open, and, where it was at crisis or
    above, without a finished review, unless ``why`` says why not."""
    check_live(work)
    said = checked_why(why) if why and why.strip() else None
    if not work.incident.closed:
        raise TransitionError(
            f"the storm lasts: it is at {work.incident.level}; release or dismiss it first", Refused.STORM
        )
    _check_promises(work.file, "closed")
    reviewed = work.file.review is not None and work.file.review.finished_at is not None
    if work.incident.peak >= Level.CRISIS and not reviewed and said is None:
        raise TransitionError(
            f"it was at {work.incident.peak}: finish its review first, or say why there is none", Refused.NO_REVIEW
        )
    incident = work.incident
    if reviewed and incident.state is IncidentState.RESOLVED:
        incident = incident.take(Step.REVIEW, at=work.now, by=work.by)
    file = work.file.with_(status=CaseStatus.CLOSED, why=said, next_at=None)
    return Worked(incident, file, (work.did(What.CLOSED, words=said),))


def reopen(work: Work, why: str) -> Worked:
    """A closed or dismissed case goes on; its level stays over until a person holds one, or the matter returns. Raise
    TransitionError."""
    said = checked_why(why)
    if work.file.live:
        raise TransitionError("this case is open", Refused.IS_OPEN)
    if work.file.status is CaseStatus.MERGED:
        raise TransitionError(f"this case goes on in {work.file.into}: do it there", Refused.MOVED)
    return Worked(work.incident, resumed(work.file, why=said), (work.did(What.REOPENED, words=said),))


def resumed(file: CaseFile, *, why: str | None = None) -> CaseFile:
    """Open again, and looked at by its clocks at once."""
    linked = file.linked(file.into) if file.into is not None else file
    return linked.with_(status=CaseStatus.OPEN, why=why, into=None)


def _check_promises(file: CaseFile, what: str) -> None:
    if file.owed:
        named = "; ".join(f"{one.id}: {one.what} (to {one.to})" for one in file.owed[:3])
        raise TransitionError(f"it cannot be {what} with a promise open: {named}", Refused.OWED)
