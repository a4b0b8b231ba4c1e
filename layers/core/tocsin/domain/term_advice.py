"""From findings that a person marked right or wrong to changes of a brand's terms, each with the counts behind it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from tocsin.domain.brand import Brand
from tocsin.domain.fields import Term
from tocsin.domain.matching import NEAR_WORDS, TermMatcher
from tocsin.domain.model import Frozen
from tocsin.domain.phrases import JOINERS
from tocsin.domain.term_options import OPTIONS, LooseTerm, Way
from tocsin.domain.term_trace import Finding, Outcome
from tocsin.domain.wording import read_words

_ENOUGH = 2
"""Marks that a word must explain before it is proposed."""
_SHORTEST_COMPANION = 4

ChangeKind = Literal["allow", "forbid", "add term", "add exclude", "drop exclude", "add require_near"]


class Marked(Frozen):
    """``right``: a person says that this place names the brand."""

    text: str
    finding: Finding
    right: bool

    @property
    def agrees(self) -> bool:
        return self.right == (self.finding.outcome is Outcome.MATCH)


class Change(Frozen):
    """``value``: the phrase; ``option``: the key of a loose term. ``right`` and ``wrong`` count the marks behind it:
    places that name the brand and that do not."""

    kind: ChangeKind
    value: Term
    option: str | None = None
    right: int
    wrong: int


class Advice(Frozen):
    """``agree_now`` and ``agree_then``: how many of the marks the matching agrees with, before and after."""

    changes: tuple[Change, ...]
    brand: Brand
    marks: int
    agree_now: int
    agree_then: int


class _Tally(NamedTuple):
    right: int
    wrong: int


def advise(brand: Brand, marks: Sequence[Marked]) -> Advice:
    """The brand with every change that the marks speak for; the same brand when they speak for none."""
    changes = [*_options(brand, marks), *_parts(marks), *_dropped(marks), *_excluded(marks)]
    if not any(change.kind == "add exclude" for change in changes):
        changes += _companions(brand, marks)
    changed = brand
    for change in changes:
        changed = _applied(changed, change)
    return Advice(
        changes=tuple(changes),
        brand=changed,
        marks=len(marks),
        agree_now=_agreeing(brand, marks),
        agree_then=_agreeing(changed, marks),
    )


def _agreeing(brand: Brand, marks: Sequence[Marked]) -> int:
    matcher = TermMatcher(brand)
    count = 0
    for mark in marks:
        found = any(start < mark.finding.end and mark.finding.start < end for start, end in matcher.spans(mark.text))
        count += found == mark.right
    return count


def _tally(marks: Sequence[Marked]) -> _Tally:
    right = sum(mark.right for mark in marks)
    return _Tally(right, len(marks) - right)


def _options(brand: Brand, marks: Sequence[Marked]) -> Iterator[Change]:
    """Ways to allow that find more right than wrong, and allowed ones that find more wrong than right."""
    for term in dict.fromkeys(brand.terms):
        for way, option in OPTIONS.items():
            said = [mark for mark in marks if mark.finding.term == term and mark.finding.way is way]
            near = _tally([mark for mark in said if mark.finding.outcome is Outcome.NEAR])
            found = _tally([mark for mark in said if mark.finding.outcome is Outcome.MATCH])
            if near.right > near.wrong:
                yield Change(kind="allow", value=term, option=option, right=near.right, wrong=near.wrong)
            if found.wrong > found.right:
                yield Change(kind="forbid", value=term, option=option, right=found.right, wrong=found.wrong)


def _parts(marks: Sequence[Marked]) -> Iterator[Change]:
    """Longer names to be added as terms of their own."""
    said: dict[str, list[Marked]] = {}
    for mark in marks:
        if mark.finding.way is Way.PART and mark.finding.words.isprintable():
            said.setdefault(mark.finding.words.casefold(), []).append(mark)
    for name, group in said.items():
        tally = _tally(group)
        if tally.right > tally.wrong:
            yield Change(kind="add term", value=name[:120], right=tally.right, wrong=tally.wrong)


def _dropped(marks: Sequence[Marked]) -> Iterator[Change]:
    said: dict[str, list[Marked]] = {}
    for mark in marks:
        if mark.finding.outcome is Outcome.EXCLUDED and mark.finding.phrase:
            said.setdefault(mark.finding.phrase, []).append(mark)
    for phrase, group in said.items():
        tally = _tally(group)
        if tally.right > tally.wrong:
            yield Change(kind="drop exclude", value=phrase, right=tally.right, wrong=tally.wrong)


def _strict(marks: Sequence[Marked]) -> list[Marked]:
    return [
        mark
        for mark in marks
        if mark.finding.outcome is Outcome.MATCH and mark.finding.way in {Way.WRITTEN, Way.INFLECTED}
    ]


def _excluded(marks: Sequence[Marked]) -> Iterator[Change]:
    """The phrase of name and neighbour that covers the most wrong matches and no right one, again and again."""
    named = _strict(marks)
    wrong = [mark for mark in named if not mark.right]
    safe = {phrase for mark in named if mark.right for phrase in _phrases(mark)}
    while wrong:
        counted = Counter(phrase for mark in wrong for phrase in _phrases(mark) if phrase not in safe)
        if not counted:
            return
        phrase, count = min(counted.items(), key=lambda pair: (-pair[1], pair[0]))
        if count < _ENOUGH:
            return
        yield Change(kind="add exclude", value=phrase, right=0, wrong=count)
        wrong = [mark for mark in wrong if phrase not in _phrases(mark)]


def _phrases(mark: Marked) -> set[str]:
    """The name with the word before it, and with the word after it, in small letters."""
    words = read_words(mark.text)
    inside = [at for at, word in enumerate(words) if mark.finding.start <= word.start < mark.finding.end]
    found = set()
    for first, last in ((inside[0] - 1, inside[-1]), (inside[0], inside[-1] + 1)) if inside else ():
        if first < 0 or last >= len(words):
            continue
        beside = words[first : last + 1]
        gaps = (mark.text[a.end : b.start] for a, b in pairwise(beside))
        phrase = " ".join(mark.text[word.start : word.end] for word in beside).casefold()
        if len(phrase) <= 120 and phrase.isprintable() and all(JOINERS.issuperset(gap) for gap in gaps):
            found.add(phrase)
    return found


def _companions(brand: Brand, marks: Sequence[Marked]) -> Iterator[Change]:
    """Words that stand near what is right and never near what is wrong. None where nothing was wrong."""
    named = _strict(marks)
    wanted = [mark for mark in named if mark.right]
    missing = [
        mark for mark in marks if mark.right and mark.finding.outcome is Outcome.EXCLUDED and not mark.finding.phrase
    ]
    wrong = [mark for mark in marks if not mark.right and mark.finding.outcome is not Outcome.NEAR]
    if not missing and (brand.require_near or len([m for m in named if not m.right]) < _ENOUGH):
        return
    unsafe = {word for mark in wrong for word in _nearby(mark)}
    left = missing if brand.require_near else [*missing, *wanted]
    while left:
        counted = Counter(word for mark in left for word in _nearby(mark) if word not in unsafe)
        if not counted:
            return
        word, count = min(counted.items(), key=lambda pair: (-pair[1], pair[0]))
        if count < _ENOUGH:
            return
        yield Change(kind="add require_near", value=word, right=count, wrong=0)
        left = [mark for mark in left if word not in _nearby(mark)]


def _nearby(mark: Marked) -> frozenset[str]:
    words = read_words(mark.text)
    inside = [at for at, word in enumerate(words) if mark.finding.start <= word.start < mark.finding.end]
    if not inside:
        return frozenset()
    around = (*words[max(0, inside[0] - NEAR_WORDS) : inside[0]], *words[inside[-1] + 1 : inside[-1] + 1 + NEAR_WORDS])
    return frozenset(
        word.keys[0] for word in around if _SHORTEST_COMPANION <= len(word.keys[0]) <= 120 and word.keys[0].isalpha()
    )


def _applied(brand: Brand, change: Change) -> Brand:
    match change.kind:
        case "allow" | "forbid":
            return _with_option(brand, change.value, str(change.option), allowed=change.kind == "allow")
        case "add term":
            return _changed(brand, terms=(*brand.terms, change.value))
        case "add exclude":
            return _changed(brand, exclude=(*brand.exclude, change.value))
        case "drop exclude":
            return _changed(brand, exclude=tuple(each for each in brand.exclude if each != change.value))
        case "add require_near":
            return _changed(brand, require_near=(*brand.require_near, change.value))


def _changed(brand: Brand, **fields: Any) -> Brand:
    return brand.model_copy(update={name: tuple(dict.fromkeys(values)) for name, values in fields.items()})


def _with_option(brand: Brand, term: str, option: str, *, allowed: bool) -> Brand:
    known = {loose.term: loose for loose in brand.loose_terms}
    known[term] = known.get(term, LooseTerm(term=term)).model_copy(update={option: allowed})
    return _changed(brand, loose_terms=tuple(known.values()))
