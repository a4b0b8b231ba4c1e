"""Whether a text may go out: what makes a crisis worse, and what a statement must say.

After CDC's Crisis and Emergency Risk Communication (be first, right, credible; empathy, respect, action) and the
elements of a holding statement. Constructions by language in ``lint_words``, and ``lint_head`` for what is said in
other words; a finding is a hint to a person, never a verdict.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cache

from tocsin.domain.fields import Language
from tocsin.domain.lint_head import Heard, head
from tocsin.domain.lint_lists import LANGUAGES, pattern
from tocsin.domain.model import Frozen
from tocsin.domain.text_kinds import Kind

__all__ = [
    "LONGEST",
    "Checked",
    "Draft",
    "Element",
    "Fault",
    "Finding",
    "Kind",
    "accusations",
    "check",
    "said_in",
]

LONGEST = 20_000


class Fault(StrEnum):
    SPECULATION = "speculation"
    BLAME = "blame"
    ACCUSATION = "accusation"
    """Who is behind a criticism, wrote it or paid for it: no text that leaves says so, whatever anybody notes."""
    HALF_APOLOGY = "half_apology"
    DEFENSIVE = "defensive"
    SARCASM = "sarcasm"
    AGGRESSION = "aggression"
    LEGAL_THREAT = "legal_threat"
    LIABILITY = "liability"
    MINIMISING = "minimising"
    DELETION = "deletion"
    HUMOUR = "humour"
    NO_COMMENT = "no_comment"
    ABSOLUTE = "absolute"
    STRIKE = "strike"
    """Where a missile or a drone has hit, or what it damaged: it serves who aims the next one."""
    PROMISE = "promise"
    """A promise without a person who keeps it and a day."""
    UNVERIFIED = "unverified"
    """A number that stands in none of the facts that somebody has confirmed."""
    SHOUTING = "shouting"


class Element(StrEnum):
    """What a statement says."""

    FACT = "fact"
    EMPATHY = "empathy"
    ACTION = "action"
    ADVICE = "advice"
    UNKNOWN = "unknown"
    CONTACT = "contact"
    NEXT_UPDATE = "next_update"


NEEDED = {
    Kind.HOLDING: tuple(Element),
    Kind.NOTICE: (Element.FACT, Element.EMPATHY, Element.ACTION, Element.ADVICE, Element.CONTACT),
    Kind.STAFF: (Element.FACT, Element.ACTION, Element.ADVICE, Element.UNKNOWN, Element.CONTACT),
    Kind.CLIENT: (Element.FACT, Element.ACTION, Element.UNKNOWN, Element.NEXT_UPDATE),
    Kind.CORRECTION: (Element.FACT, Element.EMPATHY, Element.CONTACT),
    Kind.REPLY: (Element.EMPATHY,),
}
_BY_WORDS = tuple(fault for fault in Fault if fault not in {Fault.PROMISE, Fault.UNVERIFIED, Fault.SHOUTING})
_NUMBER = re.compile(r"(?<![\w.:/@+-])\d[\d.,  ]*(?:\s?%)?")
_NO_CLAIM = re.compile(
    r"\d{1,2}[:.]\d{2}\b(?!\s?%)|https?://\S+|[^\s@]{1,64}@\S+|\+?\d[\d ()-]{6,}\d"
    r"|\b\d{1,2}[./]\d{1,2}(?:[./]\d{2,4})?\b(?!\s?%)"
    r"|\b\d{4}-\d{2}-\d{2}\b|(?<!\w)№?\s?#\d+"
    r"|\b\d{1,2}(?= (?:(?:this|in the) (?:morning|afternoon|evening)|o['’]clock)|\s?[ap]\.?m\b)"
)
"""Clock times, links, addresses, telephone numbers, days."""
_SENTENCE = re.compile(r"[^.!?\n]+")
_WORDS_IN_ROW = re.compile(r"[^\W\d_]+")
LOUD = 3
"""Words in a row, in capitals: an abbreviation is one or two."""


class Draft(Frozen):
    """``verified``: facts that somebody has confirmed, in their words; ``promised``: how many promises of this text
    have an owner and a day; ``signed``: budget and law stand behind what it admits and promises; ``rivals``: what the
    client's competitors are called."""

    text: str
    language: Language
    kind: Kind
    verified: tuple[str, ...] = ()
    promised: int = 0
    signed: bool = False
    rivals: tuple[str, ...] = ()


class Finding(Frozen):
    """``start`` and ``end`` are characters of the text as given in normal form C."""

    fault: Fault
    start: int
    end: int
    quote: str


class Checked(Frozen):
    findings: tuple[Finding, ...] = ()
    missing: tuple[Element, ...] = ()

    @property
    def clean(self) -> bool:
        return not self.findings and not self.missing


def check(draft: Draft) -> Checked:
    """Total on any text; what lies beyond LONGEST characters is not read."""
    text = unicodedata.normalize("NFC", draft.text[:LONGEST])
    found = [
        *_said(text, draft),
        *_rivals_accused(text, draft.language, draft.rivals),
        *_promises(text, draft),
        *_numbers(text, draft),
        *_shouted(text),
    ]
    found += _heard(text, draft, found)
    needed = NEEDED[draft.kind]
    missing = tuple(one for one in needed if pattern(draft.language, f"has_{one.value}").search(text) is None)
    return Checked(findings=tuple(sorted(found, key=lambda one: (one.start, one.fault))), missing=missing)


def said_in(text: str, faults: Iterable[Fault], languages: Iterable[Language] = LANGUAGES) -> tuple[Finding, ...]:
    """Which of these faults the words have, of free words that nobody drafted; ``faults``: such as words tell."""
    text = unicodedata.normalize("NFC", text[:LONGEST])
    return tuple(
        _finding(fault, text, match)
        for fault in faults
        for language in languages
        for match in pattern(language, fault.value).finditer(text)
    )


def accusations(text: str, rivals: tuple[str, ...] = ()) -> tuple[Finding, ...]:
    """In any of the languages, whatever the text is said to be in; only what leaves no doubt, since nothing excuses it:
    ``check`` finds more."""
    whole = unicodedata.normalize("NFC", text[:LONGEST])
    named = (one for language in LANGUAGES for one in _rivals_accused(whole, language, rivals))
    sure = (_quoted(one, whole) for one in _told(whole) if one.surely)
    return (*said_in(whole, (Fault.ACCUSATION,)), *named, *sure)


def _said(text: str, draft: Draft) -> Iterator[Finding]:
    for fault in _BY_WORDS:
        if fault is Fault.LIABILITY and draft.signed:
            continue
        yield from said_in(text, (fault,), (draft.language,))


def _rivals_accused(text: str, language: Language, rivals: tuple[str, ...]) -> Iterator[Finding]:
    """A competitor, by name or not, in a sentence with a word of authorship or payment."""
    named = (pattern(language, "rival"), *((_names(rivals),) if rivals else ()))
    for sentence in _SENTENCE.finditer(text):
        if pattern(language, "rival_accused").search(sentence[0]):
            for match in (one for names in named for one in names.finditer(text, sentence.start(), sentence.end())):
                yield _finding(Fault.ACCUSATION, text, match)


def _promises(text: str, draft: Draft) -> Iterator[Finding]:
    """Saying that more will be said is no promise to anybody: a statement must."""
    tells = [match.span() for match in pattern(draft.language, "tells").finditer(text)]
    matches = [
        match
        for match in pattern(draft.language, Fault.PROMISE.value).finditer(text)
        if not any(start <= match.start() < end for start, end in tells)
    ]
    for match in matches[draft.promised :]:
        yield _finding(Fault.PROMISE, text, match)


def _numbers(text: str, draft: Draft) -> Iterator[Finding]:
    known = {_bare(number) for fact in draft.verified for number in _NUMBER.findall(fact)}
    masked = _NO_CLAIM.sub(lambda match: "·" * len(match[0]), text)
    for match in _NUMBER.finditer(masked):
        if _bare(match[0]) not in known:
            yield _finding(Fault.UNVERIFIED, text, match)


def _shouted(text: str) -> Iterator[Finding]:
    run: list[re.Match[str]] = []
    for word in (*_WORDS_IN_ROW.finditer(text), None):
        if word is not None and word[0].isupper():
            run.append(word)
            continue
        if len(run) >= LOUD:
            start, end = run[0].start(), run[-1].end()
            yield Finding(fault=Fault.SHOUTING, start=start, end=end, quote=text[start:end])
        run = []


def _heard(text: str, draft: Draft, found: list[Finding]) -> list[Finding]:
    """What no list has found: a passage that is marked already is marked once, but for an accusation."""
    told = {one.fault for one in found}
    excused = {Fault.LIABILITY} if draft.signed else set()
    if draft.promised:
        excused.add(Fault.PROMISE)
    return [
        _quoted(one, text)
        for one in _told(text)
        if Fault(one.fault) not in told | excused
        and (one.fault == Fault.ACCUSATION or not any(one.start < each.end and each.start < one.end for each in found))
    ]


def _told(text: str) -> Iterator[Heard]:
    """What the head hears; who warns of a copy, or says that nobody guesses who it was, accuses nobody."""
    for one in head().hear(text):
        part = text[one.start : one.end]
        if one.fault != Fault.ACCUSATION or not any(pattern(lang, "accuses_nobody").search(part) for lang in LANGUAGES):
            yield one


def _quoted(one: Heard, text: str) -> Finding:
    return Finding(fault=Fault(one.fault), start=one.start, end=one.end, quote=text[one.start : one.end].strip())


def _bare(number: str) -> str:
    return re.sub(r"[^\d%]", "", number)


def _finding(fault: Fault, text: str, match: "re.Match[str]") -> Finding:
    return Finding(fault=fault, start=match.start(), end=match.end(), quote=text[match.start() : match.end()].strip())


@cache
def _names(rivals: tuple[str, ...]) -> "re.Pattern[str]":
    """The first letters of a name of one word are enough: it inflects."""
    stems = (
        re.escape(one) if " " in one or len(one) < 5 else rf"{re.escape(one[: max(4, len(one) - 2)])}\w{{0,5}}"
        for one in rivals
    )
    return re.compile(rf"(?<!\w)(?:{'|'.join(stems)})(?!\w)", re.IGNORECASE)
