"""What a text does beyond giving the base, whatever its author calls it, and what speaks against it in its case."""

from tocsin.domain.admissions import apologises, denies
from tocsin.domain.case.file import Work
from tocsin.domain.case.plan import against
from tocsin.domain.case.texts import CaseText, TextState
from tocsin.domain.posture import OPEN, Objection, Strategy
from tocsin.domain.text_kinds import Kind

OPEN_BASE = (Strategy.INSTRUCT, Strategy.ADJUST)
DENIALS = frozenset({Strategy.DENIAL, Strategy.REFUTE, Strategy.REFUSE})


def objections_to(work: Work, text: CaseText) -> tuple[Objection, ...]:
    """All that the posture engine has against saying this in the case as it stands now."""
    signed = text.signed_by is not None or (work.file.plan is not None and work.file.plan.signed_by is not None)
    return against(work.file, _said(work, text), signed=signed)


def unsettled(work: Work, text: CaseText) -> tuple[Strategy, ...]:
    """What it does beyond the base and beyond what the plan has settled on."""
    settled = _settled(work)
    return tuple(one for one in does(work, text) if one not in OPEN and one not in settled)


def beyond_plan(work: Work, words: str) -> tuple[Strategy, ...]:
    """Of words that nobody approves, what they deny and apologise for without the plan having settled on it."""
    settled = set(_settled(work))
    denied = (Strategy.DENIAL,) if denies(words) and not DENIALS & settled else ()
    sorry = (Strategy.APOLOGISE,) if Strategy.APOLOGISE not in settled and apologises(words, Kind.REPLY) else ()
    return (*denied, *sorry)


def _said(work: Work, text: CaseText) -> tuple[Strategy, ...]:
    """A statement gives the base by its very form; a reply only where it says so."""
    found = does(work, text)
    return found if text.kind is Kind.REPLY or not found else (*OPEN_BASE, *found)


def does(work: Work, text: CaseText) -> tuple[Strategy, ...]:
    """What its author says that it does, with the denial and the apology that nobody named. A correction takes back
    our own words, and apologises for them alone: where none have gone out there is nothing to take back."""
    found = text.strategies
    if text.kind is Kind.CORRECTION and any(one.state is TextState.SENT for one in work.file.texts if one is not text):
        return found
    if not DENIALS & set(found) and denies(text.text):
        found = (*found, Strategy.REFUTE if Strategy.REFUTE in _settled(work) else Strategy.DENIAL)
    if Strategy.APOLOGISE not in found and apologises(text.text, text.kind):
        found = (*found, Strategy.APOLOGISE)
    return found


def _settled(work: Work) -> tuple[Strategy, ...]:
    return work.file.plan.strategies if work.file.plan is not None else ()
