"""From a draft to what was said: signed, approved, shown to the client, sent by a person; nothing goes by itself."""

import hashlib
from datetime import timedelta

from tocsin.domain.case.addresses import web_address
from tocsin.domain.case.file import What, Work, Worked
from tocsin.domain.case.postures import objections_to, unsettled
from tocsin.domain.case.status import check_live
from tocsin.domain.case.texts import CaseText, Source, TextState
from tocsin.domain.case.wording import UNAPPROVED, linted, text_of, with_text
from tocsin.domain.errors import TransitionError
from tocsin.domain.escalation_answers import act
from tocsin.domain.incident import Step
from tocsin.domain.levels import Level
from tocsin.domain.linter import Fault, Kind, accusations
from tocsin.domain.outbox import AlertKind, Channel, contact, item_of
from tocsin.domain.posture import Objection
from tocsin.domain.refusals import Refused
from tocsin.domain.word_settings import NEVER

MEASURED_AFTER = timedelta(hours=24)
PUBLIC = frozenset({Kind.HOLDING, Kind.NOTICE, Kind.CORRECTION, Kind.REPLY})
"""What people outside read: the client has its word in it, and it stops the clock of the first response."""
LINKED = frozenset({Kind.HOLDING, Kind.CORRECTION, Kind.REPLY})
"""What stands somewhere."""


class TextRefusedError(TransitionError):
    """What speaks against a text; the message names it in English, ``objections`` for whoever has other words."""

    def __init__(self, message: str, refused: Refused, found: tuple[Objection, ...] = ()) -> None:
        super().__init__(message, refused)
        self.objections = found


def mark_of(text: CaseText) -> str:
    """Changes with every word of it: whoever says yes has seen just this."""
    return hashlib.sha256(f"{text.id}\x00{text.language}\x00{text.text}".encode("utf-8", "surrogatepass")).hexdigest()[
        :16
    ]


def four_eyes(work: Work) -> bool:
    """Must another than the author approve? From crisis on, also when the storm is over."""
    held = work.incident.held
    return max(work.incident.peak, work.incident.level, held.level if held else Level.CALM) >= Level.CRISIS


def sign(work: Work, text_id: str) -> Worked:
    """Budget and law stand behind what it admits and promises, says a responder who did not write it. Raise
    TransitionError."""
    check_live(work)
    text = text_of(work.file, text_id)
    by = _responder(work)
    if text.state is not TextState.DRAFT:
        raise TransitionError(f"{text_id} is {text.state}: a draft is signed, before it is approved", Refused.SETTLED)
    if by == text.author:
        raise TransitionError(f"{text_id} is your own text: somebody else signs it", Refused.OWN)
    if text.signed_by == by:
        return Worked(work.incident, work.file)
    file = with_text(work.file, text.model_copy(update={"signed_by": by}))
    return Worked(work.incident, file, (work.did(What.SIGNED, of=text_id),))


def approve(work: Work, text_id: str, note: str | None = None) -> Worked:
    """By a responder; at crisis and above by another than the author. ``note``: why it goes out with the linter's
    findings, where it may accuse somebody by another than the author at any level. Raise TransitionError,
    TextRefusedError where the posture is refused, and of an accusation."""
    check_live(work)
    text = text_of(work.file, text_id)
    by = _responder(work)
    if text.state is TextState.APPROVED and (text.approved_by == by or _approved(work, text)):
        return Worked(work.incident, work.file)
    if text.state not in {TextState.DRAFT, TextState.APPROVED}:
        raise TransitionError(f"{text_id} is {text.state}: there is nothing to approve", Refused.SETTLED)
    if four_eyes(work) and by == text.author:
        raise TransitionError(
            f"at crisis and above somebody else approves what you wrote: {text_id}", Refused.OTHER_EYES
        )
    _refuse_accusation(work, text)
    _refuse_posture(work, text)
    said = note.strip() if note else ""
    checked = linted(work.file, text, work.client.rivals(work.incident.brand))
    if by == text.author and any(one.fault is Fault.ACCUSATION for one in checked.findings):
        raise TextRefusedError(
            f"{text_id} may accuse somebody: change it, or let another person read and approve it", Refused.MAY_ACCUSE
        )
    if not checked.clean and not said:
        faults = sorted({one.fault.value for one in checked.findings})
        missing = [f"no {one.value}" for one in checked.missing]
        raise TextRefusedError(
            f"the linter finds {', '.join((*faults, *missing))} in {text_id}: change it, or approve it with a note why",
            Refused.LINT,
        )
    facts = {"state": TextState.APPROVED, "approved_by": by, "approved_at": work.now, "note": said[:300] or None}
    file = with_text(work.file, text.model_copy(update=facts))
    return Worked(work.incident, file, (work.did(What.APPROVED, of=text_id, words=said or None),))


def prepared(work: Work, text_id: str, approved_by: str) -> Worked:
    """A text that was approved ahead needs no second approval, as long as nobody has changed it, the linter is content,
    and who takes it out is not who approved it (from crisis on)."""
    text = text_of(work.file, text_id)
    own = four_eyes(work) and text.author.casefold() == approved_by.casefold()
    known = any(one.email == approved_by for one in work.client.responders)
    if text.source is not Source.PREPARED or text.state is not TextState.DRAFT or own or not known:
        return Worked(work.incident, work.file)
    clean = linted(work.file, text, work.client.rivals(work.incident.brand)).clean
    if not clean or objections_to(work, text) or unsettled(work, text):
        return Worked(work.incident, work.file)
    facts = {"state": TextState.APPROVED, "approved_by": approved_by, "approved_at": work.now}
    file = with_text(work.file, text.model_copy(update=facts))
    return Worked(work.incident, file, (work.did(What.APPROVED, of=text_id, whom=approved_by, words="approved ahead"),))


def ask_client(work: Work, text_id: str, email: str, channel: Channel = Channel.EMAIL) -> Worked:
    """Let one of client_contacts read just this text and say yes or no, by a link. Raise TransitionError."""
    check_live(work)
    text = text_of(work.file, text_id)
    _responder(work)
    if not _approved(work, text):
        raise TransitionError(
            f"{text_id} is not approved here yet: that comes before the client's word", Refused.NOT_APPROVED
        )
    to = next((one for one in work.client.client_contacts if one.email == email), None)
    if to is None:
        raise TransitionError(f"{email} is none of the client_contacts of {work.client.client}", Refused.NOBODY)
    if channel not in {Channel.EMAIL, Channel.SMS}:
        raise TransitionError("the client is asked by e-mail or SMS", Refused.NO_CHANNEL)
    if channel is Channel.SMS and to.phone is None:
        raise TransitionError(f"{to.name} has no phone", Refused.NO_CHANNEL)
    incident = work.incident.noted(
        Step.TELL_CLIENT, at=work.now, by=work.by, who=email, note=text_id, channels=(channel.value,), alerts=True
    )
    at = contact(work.client, to, to.phone if channel is Channel.SMS else None)
    item = item_of(incident, AlertKind.APPROVE, work.now, channel, at, work.now).model_copy(
        update={"about": (text_id,), "text": text.text, "approved_by": text.approved_by}
    )
    asked = text.model_copy(update={"client_asked_at": work.now, "client_asked": email, "client_words": None})
    event = work.did(What.CLIENT_ASKED, of=text_id, whom=email)
    return Worked(incident, with_text(work.file, asked), (event,), (item,))


def client_approved(work: Work, text_id: str, seen: str) -> Worked:
    """``work.by``: the contact's address, which the caller has made sure of; ``seen``: mark_of what they read. Raise
    TransitionError when it was changed meanwhile, or nobody asked them."""
    text = _asked(work, text_id, seen)
    if text.client_approved_by is not None:
        return Worked(work.incident, work.file)
    facts = {"client_approved_by": work.by, "client_approved_at": work.now, "client_words": None}
    file = with_text(work.file, text.model_copy(update=facts))
    return Worked(work.incident, file, (work.did(What.CLIENT_APPROVED, of=text_id),))


def client_refused(work: Work, text_id: str, seen: str, words: str) -> Worked:
    """It is a draft again, with what they said. Raise as above, and when they say nothing."""
    text = _asked(work, text_id, seen)
    said = words.strip()[:300]
    if not said:
        raise TransitionError("say what should be different", Refused.WORDS)
    facts = UNAPPROVED | {"state": TextState.DRAFT, "client_words": said}
    file = with_text(work.file, text.model_copy(update=facts))
    return Worked(work.incident, file, (work.did(What.CLIENT_REFUSED, of=text_id, words=said),))


def sent(work: Work, text_id: str, url: str | None = None) -> Worked:
    """A person has published it, and says where. Only what is approved, as things stand now: a case that has become a
    crisis needs other eyes than the author's, and what has turned out true is not denied. Raise TransitionError."""
    check_live(work)
    text = text_of(work.file, text_id)
    by = _responder(work)
    if text.state is TextState.SENT and (url is None or text.url == url):
        return Worked(work.incident, work.file)
    if text.state is TextState.SENT:
        raise TransitionError(f"{text_id} is sent already: {text.url or 'without an address'}", Refused.SETTLED)
    check_approved(work, text)
    _refuse_accusation(work, text)
    _refuse_posture(work, text)
    where = web_address(url)
    if where is None and text.kind in LINKED:
        raise TransitionError("say where it stands: its address", Refused.ADDRESS)
    measured = work.now + MEASURED_AFTER if text.mention_id is not None or text.kind in PUBLIC else None
    facts = {"state": TextState.SENT, "sent_by": by, "sent_at": work.now, "url": where, "measure_at": measured}
    file = with_text(work.file, text.model_copy(update=facts))
    event = work.did(What.SENT, of=text_id, words=where)
    if text.kind not in PUBLIC or work.incident.closed:
        return Worked(work.incident, file, (event,))
    moved = act(work.client, work.incident, by, work.now, f"{text_id}: {where or text.kind.value}", responded=True)
    return Worked(moved.incident, file, (event,), moved.outbox)


def check_approved(work: Work, text: CaseText) -> None:
    """It is, as things stand now: what its author alone approved while the case was a lesser one needs other eyes at
    crisis, and the client's word where it is wanted. Raise TransitionError."""
    if not _approved(work, text):
        others = " by another than its author" if four_eyes(work) else ""
        raise TransitionError(f"{text.id} is not approved{others}: nothing goes out before", Refused.NOT_APPROVED)
    if client_asks(work, text) and text.client_approved_by is None:
        raise TransitionError(f"{text.id} waits for the client's word: ask one of the client_contacts", Refused.CLIENT)


def client_asks(work: Work, text: CaseText) -> bool:
    """Does the client's file want its own people to approve this?"""
    since = work.client.words.client_approves_from
    return text.kind in PUBLIC and since != NEVER and max(work.incident.peak, work.incident.level) >= Level(since)


def _approved(work: Work, text: CaseText) -> bool:
    if text.state is not TextState.APPROVED or text.approved_by is None:
        return False
    return not four_eyes(work) or text.approved_by != text.author


def _asked(work: Work, text_id: str, seen: str) -> CaseText:
    check_live(work)
    text = text_of(work.file, text_id)
    known = any(one.email == work.by for one in work.client.client_contacts)
    if text.client_asked != work.by or not known:
        raise TransitionError(
            "this text has been changed or was never shown to you: the latest message has the new one",
            Refused.CHANGED,
        )
    if text.state is not TextState.APPROVED:
        raise TransitionError(f"{text_id} is {text.state}: there is nothing to say to it any more", Refused.SETTLED)
    if seen != mark_of(text):
        raise TransitionError("this text has been changed meanwhile: read it again", Refused.CHANGED)
    return text


def _responder(work: Work) -> str:
    if work.by is None or all(one.email != work.by for one in work.client.responders):
        raise TransitionError("only a responder of the client's file can do this", Refused.NOBODY)
    return work.by


def _refuse_accusation(work: Work, text: CaseText) -> None:
    """No note lets it through."""
    found = accusations(text.text, work.client.rivals(work.incident.brand))
    if found:
        raise TextRefusedError(
            f"{text.id} says who is behind it («{found[0].quote}»): no text that leaves accuses anybody",
            Refused.ACCUSATION,
        )


def _refuse_posture(work: Work, text: CaseText) -> None:
    found = objections_to(work, text)
    if found:
        raise TextRefusedError(
            f"{text.id} cannot be said so: {', '.join(one.value for one in found)}", Refused.POSTURE, found
        )
    if beyond := unsettled(work, text):
        names = ", ".join(one.value for one in beyond)
        raise TextRefusedError(f"{text.id} goes beyond the plan ({names}): settle on that first", Refused.POSTURE)
