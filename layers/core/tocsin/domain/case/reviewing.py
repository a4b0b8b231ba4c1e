"""The steps of a review: begun when the storm is over, asked for after a week, finished by a person."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tocsin.domain.case.figures import figures
from tocsin.domain.case.file import CaseEvent, CaseFile, CaseStatus, What, Work, Worked, whole
from tocsin.domain.case.lessons import lessons
from tocsin.domain.case.reminding import leader_of, remind_owner
from tocsin.domain.case.review import Answer, ChangeState, PlanChange, Review
from tocsin.domain.errors import TransitionError
from tocsin.domain.incident import Incident, IncidentState, Step
from tocsin.domain.refusals import Refused

if TYPE_CHECKING:
    from tocsin.domain.case.seen import Seen

QUESTIONS = ("cause", "late", "worked", "prevent")
"""What only people know; web/review_words.py has the sentences."""
ABOUT = "review"
REMINDED = (timedelta(days=7), timedelta(days=14))
MOST_CHANGES, MOST_ANSWERS, LONGEST_ANSWER = 30, 20, 2_000
FINISHED = "this review is finished"
NOT_BEGUN = "the review begins when the storm is over: look again in a minute"


def begin(work: Work, seen: "Seen") -> Worked:
    """With what the case proposes to change; begun already, with what it proposes beyond that. What people have decided
    stays decided. Raise TransitionError where it is finished, or goes on elsewhere."""
    file = work.file
    if file.status is CaseStatus.MERGED:
        raise TransitionError(f"this case goes on in {file.into}: its review is there", Refused.MOVED)
    if file.review is not None and file.review.finished_at is not None:
        raise TransitionError(FINISHED, Refused.FINISHED)
    storm = whole(work.incident, seen.steps)
    told = figures(work.client, storm, file, seen.outbox, seen.course)
    found = lessons(
        work.client, storm, file, told, seen.course, seen.former, seen.term_lessons, seen.outbox, seen.measured
    )
    review = file.review or Review(begun_at=work.now)
    known = {(one.place, one.before, one.after) for one in review.changes}
    events: list[CaseEvent] = [] if file.review else [work.did(What.REVIEW)]
    changes = list(review.changes)
    for one in found:
        if (one.place, one.before, one.after) in known or len(changes) >= MOST_CHANGES:
            continue
        file, number = file.numbered("change")
        changes.append(
            PlanChange(id=number, kind=one.kind, place=one.place, before=one.before, after=one.after, why=one.why)
        )
        events.append(work.did(What.PROPOSED, of=number, words=one.place))
    if not events:
        return Worked(work.incident, work.file)
    return Worked(
        work.incident,
        file.with_(review=review.model_copy(update={"changes": tuple(changes)})),
        tuple(events),
    )


def look_again(work: Work) -> Worked:
    """Watch looks once more within a minute, at what marks of mentions ask for as well. Raise TransitionError."""
    review = _going(work)
    _person(work)
    if review.again_at is not None:
        return Worked(work.incident, work.file)
    return Worked(work.incident, work.file.with_(review=review.model_copy(update={"again_at": work.now})))


def answer(work: Work, question: str, words: str) -> Worked:
    """``question``: one of QUESTIONS; an answer replaces the former one. Raise TransitionError."""
    review = _going(work)
    if question not in QUESTIONS:
        raise TransitionError(f"the review asks nothing of that name: {', '.join(QUESTIONS)}", Refused.UNKNOWN)
    said = words.strip()
    if not said or len(said) > LONGEST_ANSWER:
        raise TransitionError(f"an answer has 1 to {LONGEST_ANSWER} characters", Refused.WORDS)
    kept = [one for one in review.answers if one.question != question]
    given = Answer(question=question, words=said, by=_person(work), at=work.now)
    return _with(work, review, work.did(What.ANSWERED, of=question, words=said), answers=(*kept, given))


def accept(work: Work, change_id: str) -> Worked:
    """Watch makes it so within a minute, ``tocsin review accept`` at once. Raise TransitionError."""
    return _decided(work, change_id, ChangeState.ACCEPTED, What.ACCEPTED, None)


def refuse(work: Work, change_id: str, why: str | None = None) -> Worked:
    """Raise TransitionError."""
    return _decided(work, change_id, ChangeState.REFUSED, What.REFUSED, why)


def take_back(work: Work, change_id: str) -> Worked:
    """What is in force by an accepted change is wanted no more, whatever became of the case: watch makes it so within a
    minute. Raise TransitionError."""
    review = work.file.review
    one = next((each for each in review.changes if each.id == change_id), None) if review else None
    if review is None or one is None or one.state is not ChangeState.ACCEPTED or one.applied_at is None:
        raise TransitionError(f"no change {change_id!r} of this case is in force", Refused.STALE)
    if one.taken_back_at is not None:
        return Worked(work.incident, work.file)
    told = one.model_copy(update={"taken_back_by": _person(work), "taken_back_at": work.now})
    changes = tuple(told if each.id == change_id else each for each in review.changes)
    return _with(work, review, work.did(What.TAKEN_BACK, of=change_id, words=one.place), changes=changes)


def gone(work: Work, change_id: str) -> Worked:
    """It was taken back by a command, which needs no watch for it."""
    review = work.file.review
    one = next((each for each in review.changes if each.id == change_id), None) if review else None
    if review is None or one is None or one.undone_at is not None:
        return Worked(work.incident, work.file)
    told = one.model_copy(update={"taken_back_by": work.by, "taken_back_at": work.now, "undone_at": work.now})
    changes = tuple(told if each.id == change_id else each for each in review.changes)
    return _with(work, review, work.did(What.TAKEN_BACK, of=change_id, words=one.place), changes=changes)


def finish(work: Work) -> Worked:
    """The incident is reviewed; only with each question answered and each change decided. Raise TransitionError."""
    review = _going(work)
    asked = {one.question for one in review.answers}
    if open_ones := [one for one in QUESTIONS if one not in asked]:
        raise TransitionError(f"not answered yet: {', '.join(open_ones)}", Refused.UNREVIEWED)
    if waiting := [one.id for one in review.changes if one.state is ChangeState.PROPOSED]:
        raise TransitionError(f"neither accepted nor refused yet: {', '.join(waiting)}", Refused.UNREVIEWED)
    incident = work.incident
    if incident.state is IncidentState.RESOLVED:
        incident = incident.take(Step.REVIEW, at=work.now, by=_person(work))
    done = _with(work, review, work.did(What.REVIEWED), finished_at=work.now, finished_by=_person(work))
    return done._replace(incident=incident)


def applied(work: Work, change_ids: tuple[str, ...]) -> Worked:
    """What was accepted is so now, and what was taken back is so no more."""
    if work.file.review is None:
        return Worked(work.incident, work.file)
    changes = tuple(
        one.model_copy(update={"undone_at" if one.goes else "applied_at": work.now})
        if one.id in change_ids and one.waits
        else one
        for one in work.file.review.changes
    )
    if changes == work.file.review.changes:
        return Worked(work.incident, work.file)
    review = work.file.review.model_copy(update={"changes": changes})
    events = tuple(work.did(What.REVIEW, of=one, words="applied") for one in change_ids)
    return Worked(work.incident, work.file.with_(review=review), events)


def unfit(work: Work, change_id: str, why: str) -> Worked:
    """What was accepted cannot be so any more, or what was taken back stays: others have built on it."""
    review = work.file.review
    one = next((each for each in review.changes if each.id == change_id and each.waits), None) if review else None
    if review is None or one is None:
        return Worked(work.incident, work.file)
    kept = {"taken_back_by": None, "taken_back_at": None}
    told = one.model_copy(update=kept if one.goes else {"state": ChangeState.REFUSED})
    changes = tuple(told if each.id == change_id else each for each in review.changes)
    return _with(work, review, work.did(What.REFUSED, of=change_id, words=why), changes=changes)


def due(work: Work, seen: "Seen") -> Worked:
    """Of the clockwork: a review begins when the storm is over, and its owner hears of it at day 7 and 14."""
    if not _wanted(work.file, work.incident):
        return Worked(work.incident, work.file)
    if work.file.review is None:
        return begin(work, seen)
    if work.file.review.again_at is not None:
        return _looked_again(work, work.file.review, seen)
    at = _reminded_at(work.file.review, work.incident)
    if at is None or at > work.now:
        return Worked(work.incident, work.file)
    grown = begin(work, seen)
    whom = leader_of(work).email
    incident, outbox = remind_owner(work, whom, (ABOUT,))
    if not outbox:  # nobody may be told now
        return grown
    review = grown.file.review or work.file.review
    told = review.model_copy(update={"told": review.told + 1, "told_at": work.now})
    event = work.did(What.REMINDED, of=ABOUT, whom=whom)
    return Worked(incident, grown.file.with_(review=told), (*grown.events, event), outbox)


def _looked_again(work: Work, review: Review, seen: "Seen") -> Worked:
    asked = work.file.with_(review=review.model_copy(update={"again_at": None}))
    if review.finished_at is not None:  # meanwhile
        return Worked(work.incident, asked)
    return begin(work._replace(file=asked), seen)


def next_at(file: CaseFile, incident: Incident) -> datetime | None:
    if not _wanted(file, incident):
        return None
    if file.review is None:
        return incident.over_since
    waiting = [one.waits_since for one in file.review.changes]
    moments = [*waiting, file.review.again_at, _reminded_at(file.review, incident)]
    return min((at for at in moments if at is not None), default=None)


def _wanted(file: CaseFile, incident: Incident) -> bool:
    """A drill teaches by its report; what was accepted late is made so even of a case that is closed."""
    waits = file.review is not None and any(one.waits for one in file.review.changes)
    return file.drill is None and incident.closed and (file.live or (waits and file.status is CaseStatus.CLOSED))


def _reminded_at(review: Review, incident: Incident) -> datetime | None:
    if review.finished_at is not None or review.told >= len(REMINDED):
        return None
    return incident.over_since + REMINDED[review.told]


def _going(work: Work) -> Review:
    if work.file.review is None:
        raise TransitionError(NOT_BEGUN, Refused.NOT_BEGUN)
    if work.file.review.finished_at is not None:
        raise TransitionError(FINISHED, Refused.FINISHED)
    return work.file.review


def _decided(work: Work, change_id: str, state: ChangeState, what: What, why: str | None) -> Worked:
    review = _going(work)
    one = next((each for each in review.changes if each.id == change_id), None)
    if one is None:
        raise TransitionError(f"the review proposes no change {change_id!r}", Refused.UNKNOWN)
    if one.applied_at is not None:
        raise TransitionError(
            f"{change_id} is so already: change it in the client's file or the playbook", Refused.SETTLED
        )
    if one.state is state:
        return Worked(work.incident, work.file)
    told = one.model_copy(update={"state": state, "decided_by": _person(work), "decided_at": work.now})
    changes = tuple(told if each.id == change_id else each for each in review.changes)
    return _with(work, review, work.did(what, of=change_id, words=why), changes=changes)


def _person(work: Work) -> str:
    if work.by is None:
        raise TransitionError("a review is people's work: say who you are", Refused.NOBODY)
    return work.by


def _with(work: Work, review: Review, event: CaseEvent, **facts: object) -> Worked:
    file = work.file.with_(review=review.model_copy(update=facts))
    return Worked(work.incident, file, (event,))
