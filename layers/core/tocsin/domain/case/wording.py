"""Drafts of a case: written, changed, taken back. Whatever is changed loses its approvals."""

import unicodedata
from collections.abc import Iterable

from pydantic import ValidationError

from tocsin.domain.case.file import CaseFile, What, Work, Worked
from tocsin.domain.case.promises import PromiseState
from tocsin.domain.case.status import check_live
from tocsin.domain.case.texts import CaseText, Source, TextState
from tocsin.domain.errors import TransitionError
from tocsin.domain.fields import Language
from tocsin.domain.linter import Checked, Draft, Kind, check
from tocsin.domain.posture import Strategy
from tocsin.domain.refusals import Refused

MOST = 60
_CONTROLS = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
TOCSIN = "tocsin"
"""The author of what nobody asked for."""
UNAPPROVED = {
    "approved_by": None,
    "approved_at": None,
    "note": None,
    "signed_by": None,
    "client_asked_at": None,
    "client_asked": None,
    "client_approved_by": None,
    "client_approved_at": None,
}


def text_of(file: CaseFile, text_id: str) -> CaseText:
    """Raise TransitionError."""
    found = next((one for one in file.texts if one.id == text_id), None)
    if found is None:
        raise TransitionError(f"the case has no text {text_id}", Refused.UNKNOWN)
    return found


def with_text(file: CaseFile, text: CaseText) -> CaseFile:
    """In the place of the one with its id, or as the last."""
    if any(one.id == text.id for one in file.texts):
        return file.with_(texts=tuple(text if one.id == text.id else one for one in file.texts))
    return file.with_(texts=(*file.texts, text))


def linted(file: CaseFile, text: CaseText, rivals: tuple[str, ...] = ()) -> Checked:
    """By what this case has confirmed, signed and promised; ``rivals``: rivals_of its brand."""
    cause = file.cause
    confirmed = (cause.product, cause.place, cause.date, cause.proof) if cause.verified_by is not None else ()
    verified = (*text.verified, *(fact for fact in confirmed if fact is not None))
    promised = sum(one.text_id == text.id and one.state is not PromiseState.RELEASED for one in file.promises)
    return check(
        Draft(
            text=text.text,
            language=text.language,
            kind=text.kind,
            verified=verified,
            promised=promised,
            signed=text.signed_by is not None,
            rivals=rivals,
        )
    )


def draft(
    work: Work,
    kind: Kind,
    language: Language,
    text: str,
    source: Source = Source.PERSON,
    *,
    mention_id: str | None = None,
    audience: str | None = None,
    strategies: Iterable[Strategy] = (),
    verified: Iterable[str] = (),
) -> Worked:
    """A new text, by whoever asked for it. Raise TransitionError on one that is empty or too long, and in a case that
    is over."""
    check_live(work)
    if kind is Kind.REPLY and mention_id is None:
        raise TransitionError("a reply needs the mention that it answers", Refused.UNKNOWN)
    file, text_id = work.file.numbered("text")
    made = _built(
        id=text_id,
        kind=kind,
        language=language,
        text=plain(text),
        source=source,
        author=work.by or TOCSIN,
        at=work.now,
        mention_id=mention_id,
        audience=audience,
        strategies=tuple(dict.fromkeys(strategies)),
        verified=tuple(dict.fromkeys(verified)),
    )
    file = with_text(_with_room(file), made)
    return Worked(work.incident, file, (work.did(What.DRAFTED, of=text_id, whom=audience or mention_id),))


def edit(
    work: Work,
    text_id: str,
    text: str,
    *,
    strategies: Iterable[Strategy] | None = None,
    verified: Iterable[str] | None = None,
) -> Worked:
    """Who changes it is its author from then on, and every approval is gone. The same words change nothing. Raise
    TransitionError of one that is sent or taken back."""
    check_live(work)
    before = text_of(work.file, text_id)
    if before.state not in {TextState.DRAFT, TextState.APPROVED}:
        raise TransitionError(f"{text_id} is {before.state}: write a new one", Refused.FIXED)
    if any(one.text_id == text_id for one in work.file.briefs):
        raise TransitionError(f"people were sent the words of {text_id}: write a new one", Refused.FIXED)
    facts = {
        "text": plain(text),
        "strategies": before.strategies if strategies is None else tuple(dict.fromkeys(strategies)),
        "verified": before.verified if verified is None else tuple(dict.fromkeys(verified)),
    }
    after = _built(**(dict(before) | facts))
    if after == before:
        return Worked(work.incident, work.file)
    changed = after.model_copy(
        update=UNAPPROVED
        | {
            "state": TextState.DRAFT,
            "author": work.by or TOCSIN,
            "at": work.now,
            "source": Source.PERSON,
            "client_words": None,
        }
    )
    return Worked(work.incident, with_text(work.file, changed), (work.did(What.CHANGED, of=text_id),))


def withdraw(work: Work, text_id: str, why: str | None = None) -> Worked:
    """It will not be said. Of what is sent: it was taken back where it stood, by whoever notes it; say why. Raise
    TransitionError while it has promises open."""
    check_live(work)
    before = text_of(work.file, text_id)
    if before.state is TextState.WITHDRAWN:
        return Worked(work.incident, work.file)
    if before.state is TextState.SENT and not (why and why.strip()):
        raise TransitionError(
            f"{text_id} was sent: say why it was taken back; criticism and its answer stay", Refused.TAKEN_BACK
        )
    owed = [one.id for one in work.file.owed if one.text_id == text_id]
    if owed:
        raise TransitionError(f"{text_id} has made promises that are open: {', '.join(owed)}", Refused.OWED)
    file = with_text(work.file, before.model_copy(update={"state": TextState.WITHDRAWN, "measure_at": None}))
    return Worked(work.incident, file, (work.did(What.WITHDRAWN, of=text_id, words=why),))


def plain(text: str) -> str:
    """Without control characters but the ends of lines, which a terminal or a page would obey."""
    kept = (char for char in text.replace("\r\n", "\n") if char == "\n" or unicodedata.category(char) not in _CONTROLS)
    return "".join(kept).strip()


def _built(**facts: object) -> CaseText:
    try:
        return CaseText.model_validate(facts)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        place = problem["loc"][0] if problem["loc"] else "text"
        raise TransitionError(f"{place}: {str(problem['msg']).removeprefix('Value error, ')}", Refused.UNFIT) from None


def _with_room(file: CaseFile) -> CaseFile:
    """Without the oldest texts that were taken back and that nothing speaks of, where one more would be too many."""
    surplus = len(file.texts) + 1 - MOST
    if surplus <= 0:
        return file
    named = {one.text_id for one in file.promises} | {one.text_id for one in file.briefs}
    gone = [
        one.id for one in file.texts if one.state is TextState.WITHDRAWN and one.sent_at is None and one.id not in named
    ][:surplus]
    if len(gone) < surplus:
        raise TransitionError(f"the case holds {MOST} texts: withdraw those that will not be said", Refused.FULL)
    return file.with_(texts=tuple(one for one in file.texts if one.id not in gone))
