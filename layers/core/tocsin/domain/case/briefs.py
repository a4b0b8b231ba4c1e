"""Those who have a right to hear of it: sent by one tap, opened, read, asked about."""

from datetime import datetime, timedelta

from tocsin.domain.case.approving import check_approved
from tocsin.domain.case.desk import Brief, Question
from tocsin.domain.case.file import CaseFile, What, Work, Worked
from tocsin.domain.case.postures import beyond_plan
from tocsin.domain.case.reminding import Due, leader_of, remind_each, remind_owner, soonest
from tocsin.domain.case.status import check_live, checked_why
from tocsin.domain.case.texts import CaseText, TextState
from tocsin.domain.client import Client
from tocsin.domain.errors import TransitionError
from tocsin.domain.incident import Incident
from tocsin.domain.linter import Fault, accusations, said_in
from tocsin.domain.outbox import AlertKind, Channel, Recipient, item_of
from tocsin.domain.people import Circle, Stakeholder
from tocsin.domain.refusals import Refused
from tocsin.domain.text_kinds import Kind

UNANSWERED = timedelta(hours=1)
"""After so long whoever has to answer a question hears of it again."""
MOST_QUESTIONS = 20
HARMFUL = (Fault.LEGAL_THREAT, Fault.DELETION, Fault.HALF_APOLOGY)
AT_ONCE = 40
"""Briefs by one tap: what is written in one transaction is limited."""
FOR_BRIEFS = (Kind.STAFF, Kind.NOTICE, Kind.CLIENT)


def send_brief(work: Work, circle: Circle, stakeholder: str, text_id: str) -> Worked:
    """To the one of the client's stakeholders with this name, in an approved text's very words. Those without an
    address are told by other ways; that is noted. The same text goes to nobody twice. Raise TransitionError."""
    check_live(work)
    to = _stakeholder(work, circle, stakeholder)
    text = _approved(work, text_id)
    if any((one.circle, one.name, one.text_id) == (circle, to.name, text_id) for one in work.file.briefs):
        return Worked(work.incident, work.file)
    file, brief_id = work.file.numbered("brief")
    brief = Brief(
        id=brief_id, circle=circle, name=to.name, to=to.email, text_id=text_id, sent_at=work.now,
        sent_by=work.by or "somebody",
    )  # fmt: skip
    file = file.with_(briefs=(*file.briefs, brief))
    event = work.did(What.BRIEFED, of=brief_id, whom=to.name)
    if to.email is None:
        return Worked(work.incident, file, (event,))
    client = work.client
    place = Recipient(to.email, to.email, to.language or client.language, client.timezone)
    incident = work.incident.model_copy(update={"alert_no": work.incident.alert_no + 1})
    item = item_of(incident, AlertKind.BRIEF, work.now, Channel.EMAIL, place, work.now)
    item = item.model_copy(update={"about": (brief_id,), "text": text.text, "approved_by": work.by, "always": True})
    return Worked(incident, file, (event,), (item,))


def send_circle(work: Work, circle: Circle, text_id: str) -> Worked:
    """To all of a circle who have an address and have not had it, at most ``AT_ONCE``: the rest by the same step again.
    Who has none is not taken for told: ``unreached`` names them. Raise TransitionError."""
    check_live(work)
    _approved(work, text_id)
    named = [one for one in work.client.stakeholders if one.circle is circle and one.email is not None]
    if not named:
        raise TransitionError(f"none of the {circle} among the stakeholders has an address", Refused.UNKNOWN)
    done = Worked(work.incident, work.file)
    for one in waiting(work.client, work.file, circle, text_id)[:AT_ONCE]:
        done = done.then(send_brief(work._replace(incident=done.incident, file=done.file), circle, one.name, text_id))
    return done


def waiting(client: Client, file: CaseFile, circle: Circle, text_id: str) -> tuple[Stakeholder, ...]:
    """Of a circle those with an address who have not had this text."""
    had = {one.name for one in file.briefs if (one.circle, one.text_id) == (circle, text_id)}
    of_it = (one for one in client.stakeholders if one.circle is circle)
    return tuple(one for one in of_it if one.email is not None and one.name not in had)


def unreached(client: Client, file: CaseFile, circle: Circle) -> tuple[Stakeholder, ...]:
    """Of a circle those without an address whom nobody has noted as told by other ways."""
    told = {one.name for one in file.briefs if one.circle is circle}
    of_it = (one for one in client.stakeholders if one.circle is circle)
    return tuple(one for one in of_it if one.email is None and one.name not in told)


def opened(work: Work, brief_id: str) -> Worked:
    """They look at it for the first time; also in a case that is over."""
    before = brief_of(work.file, brief_id)
    if before.opened_at is not None:
        return Worked(work.incident, work.file)
    after = before.model_copy(update={"opened_at": work.now})
    return Worked(work.incident, _with(work.file, after), (work.did(What.OPENED_BRIEF, of=brief_id, whom=before.name),))


def read(work: Work, brief_id: str) -> Worked:
    """They say that they have read it."""
    before = brief_of(work.file, brief_id)
    if before.read_at is not None:
        return Worked(work.incident, work.file)
    after = before.model_copy(update={"read_at": work.now, "opened_at": before.opened_at or work.now})
    return Worked(work.incident, _with(work.file, after), (work.did(What.READ_BRIEF, of=brief_id, whom=before.name),))


def ask(work: Work, brief_id: str, words: str) -> Worked:
    """They ask: whoever sent it hears of that, or leads the case by now. The same question is kept once. Raise
    TransitionError."""
    check_live(work)
    before, said = brief_of(work.file, brief_id), checked_why(words)
    if any(one.words == said for one in before.questions):
        return Worked(work.incident, work.file)
    if len(before.questions) >= MOST_QUESTIONS:
        raise TransitionError("there are many questions here by now: please telephone", Refused.FULL)
    questions = (*before.questions, Question(at=work.now, words=said))
    after = before.model_copy(update={"questions": questions, "told": 0, "told_at": None})
    known = {one.email for one in work.client.responders}
    whom = before.sent_by if before.sent_by in known else leader_of(work).email
    incident, told = remind_owner(work, whom, (brief_id,))
    event = work.did(What.ASKED, of=brief_id, whom=before.name, words=said)
    return Worked(incident, _with(work.file, after), (event,), told)


def answer_question(work: Work, brief_id: str, number: int, words: str) -> Worked:
    """``number``: of the question, from 1; they read the answer under the link of their brief. Raise TransitionError,
    also of an answer that accuses somebody, makes it worse, or denies or apologises beyond the plan."""
    check_live(work)
    before, said = brief_of(work.file, brief_id), checked_why(words)
    _refuse_harm(work, said)
    if not 1 <= number <= len(before.questions):
        raise TransitionError(f"{brief_id} has no question {number}", Refused.UNKNOWN)
    question = before.questions[number - 1]
    if question.answer is not None:
        raise TransitionError(f"question {number} was answered by {question.answered_by}", Refused.SETTLED)
    done = question.model_copy(update={"answer": said, "answered_by": work.by or "somebody"})
    questions = tuple(done if place == number else one for place, one in enumerate(before.questions, 1))
    after = before.model_copy(update={"questions": questions, "told": 0, "told_at": None})
    event = work.did(What.ANSWERED, of=brief_id, whom=before.name, words=said)
    return Worked(work.incident, _with(work.file, after), (event,))


def brief_of(file: CaseFile, brief_id: str) -> Brief:
    """Raise TransitionError."""
    found = next((one for one in file.briefs if one.id == brief_id), None)
    if found is None:
        raise TransitionError(f"the case has no brief {brief_id}", Refused.UNKNOWN)
    return found


def due(work: Work, seen: object = None) -> Worked:  # noqa: ARG001 - a clockwork's
    """A question that nobody has answered is spoken of again."""
    return remind_each(work, _unanswered(work.file), _with)


def next_at(file: CaseFile, incident: Incident) -> datetime | None:
    return soonest((asked for _, asked in _unanswered(file)), incident)


def _refuse_harm(work: Work, words: str) -> None:
    """Nobody approves an answer: what no note could excuse is refused, in whatever language it is written."""
    if found := accusations(words, work.client.rivals(work.incident.brand)):
        raise TransitionError(f"«{found[0].quote}» accuses somebody: say it without", Refused.ACCUSATION)
    if found := said_in(words, HARMFUL):
        raise TransitionError(f"«{found[0].quote}» is {found[0].fault}: say it in another way", Refused.HARMFUL)
    if beyond := beyond_plan(work, words):
        raise TransitionError(
            f"it does what the plan has not settled on ({', '.join(beyond)}): settle it, or say it without",
            Refused.POSTURE,
        )


def _unanswered(file: CaseFile) -> list[tuple[Brief, Due]]:
    return [(brief, asked) for brief in file.briefs if (asked := _due(brief)) is not None]


def _due(brief: Brief) -> Due | None:
    asked = next((one for one in brief.questions if one.answer is None), None)
    if asked is None:
        return None
    return Due(brief.id, asked.at + UNANSWERED, brief.sent_by, told=brief.told, told_at=brief.told_at)


def _stakeholder(work: Work, circle: Circle, name: str) -> Stakeholder:
    found = [one for one in work.client.stakeholders if one.circle is circle and one.name == name]
    if not found:
        known = ", ".join(one.name for one in work.client.stakeholders if one.circle is circle) or "the file has none"
        raise TransitionError(f"{name} is none of the {circle} among the stakeholders: {known}", Refused.UNKNOWN)
    return found[0]


def _approved(work: Work, text_id: str) -> CaseText:
    found = next((one for one in work.file.texts if one.id == text_id), None)
    if found is None:
        raise TransitionError(f"the case has no text {text_id}", Refused.UNKNOWN)
    if found.kind not in FOR_BRIEFS:
        raise TransitionError(f"{text_id} is a {found.kind}: a brief is a {', '.join(FOR_BRIEFS)}", Refused.UNFIT)
    if found.state not in {TextState.APPROVED, TextState.SENT}:
        raise TransitionError(f"{text_id} is {found.state}: have it approved first", Refused.NOT_APPROVED)
    if found.state is TextState.APPROVED:
        check_approved(work, found)
    return found


def _with(file: CaseFile, brief: Brief) -> CaseFile:
    return file.with_(briefs=tuple(brief if one.id == brief.id else one for one in file.briefs))
