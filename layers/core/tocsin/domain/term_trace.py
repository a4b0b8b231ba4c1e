"""Why a text names a brand or does not: each place that matches, that was excluded, or that nearly matches.

For people who look after the terms. It finds what `matching` finds, more slowly, since it asks each term alone.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from tocsin.domain.brand import Brand
from tocsin.domain.matching import NEAR_WORDS, accompanied, companions, loose_phrases, outermost, uncovered
from tocsin.domain.model import Frozen
from tocsin.domain.phrases import Phrases, Span
from tocsin.domain.term_options import OPTIONS, LooseTerm, Way
from tocsin.domain.typos import slips
from tocsin.domain.wording import Word, Words, cut, read_words

_PART = 5
"""Letters of a term that may be the part of a longer hashtag, handle or host."""
_FAR = 40


class Outcome(StrEnum):
    MATCH = "match"
    EXCLUDED = "excluded"
    NEAR = "near"


class Finding(Frozen):
    """One place in a text, half open [start, end). ``why``: what excluded it, or what keeps it from matching.

    ``phrase``: the ``exclude`` entry that covers it; None where a word of ``require_near`` is missing.
    """

    outcome: Outcome
    start: int
    end: int
    words: str
    term: str
    way: Way
    why: str | None = None
    phrase: str | None = None


class _Candidate(NamedTuple):
    span: Span
    term: str
    way: Way


class _Group(NamedTuple):
    way: Way
    terms: list[str]
    finders: tuple[Phrases, ...]


class TermTracer:
    """Compiled once for a brand."""

    def __init__(self, brand: Brand) -> None:
        self._brand = brand
        self._strict = [(term, Phrases([term])) for term in dict.fromkeys(brand.terms)]
        self._exclude = [(phrase, companions([phrase], brand.loose_terms)) for phrase in brand.exclude]
        self._near = companions(brand.require_near, brand.loose_terms)
        self._allowed = list(self._ways_of(allowed=True))

    @cached_property
    def _possible(self) -> list[_Group]:
        """What the ways that the client did not allow would find."""
        return list(self._ways_of(allowed=False))

    def _ways_of(self, *, allowed: bool) -> Iterator[_Group]:
        """A finder for each term and way; one for all where it is dear to make (the common words around a name)."""
        for way, option in OPTIONS.items():
            loose = {each.term for each in self._brand.loose_terms if each.allows(way)}
            terms = [term for term in dict.fromkeys(self._brand.terms) if (term in loose) is allowed]
            groups = [terms] if way is Way.TYPO and terms else [[term] for term in terms]
            for group in groups:
                finders = tuple(loose_phrases([LooseTerm(term=term, **{option: True}) for term in group]))
                yield _Group(way, group, finders)

    def findings(self, text: str) -> tuple[Finding, ...]:
        """In order of place. The matches are exactly those of TermMatcher."""
        words = read_words(text)
        named = [*self._named(text, words), *_ways(self._allowed, text, words)]
        spans = [candidate.span for candidate in named]
        covered: dict[Span, str] = {}
        left = spans
        for phrase, finders in self._exclude:
            kept = uncovered(left, [span for finder in finders for span in finder.find(text, words)])
            covered |= dict.fromkeys(set(left) - set(kept), phrase)
            left = kept
        alone: set[Span] = set()
        if left and self._near:
            kept = accompanied(left, [span for finder in self._near for span in finder.find(text, words)])
            alone = set(left) - set(kept)
            left = kept
        found = [_finding(Outcome.MATCH, text, _first(named, span)) for span in outermost(left)]
        for span in outermost([*covered, *alone]):
            candidate = _first(named, span)
            if span in alone:
                why = f"no word of require_near within {NEAR_WORDS} words"
                found.append(_finding(Outcome.EXCLUDED, text, candidate, why))
            else:
                found.append(
                    _finding(Outcome.EXCLUDED, text, candidate, f"excluded by {covered[span]!r}", covered[span])
                )
        found += self._nearly(text, words, spans)
        return tuple(sorted(found, key=lambda each: (each.start, each.end)))

    def _named(self, text: str, words: Words) -> Iterator[_Candidate]:
        for term, phrases in self._strict:
            said = "".join(word.keys[0] for word in cut(term))
            for span in phrases.find(text, words):
                written = "".join(word.keys[0] for word in words[span.first : span.last + 1])
                yield _Candidate(span, term, Way.WRITTEN if not said or written == said else Way.INFLECTED)

    def _nearly(self, text: str, words: Words, taken: Sequence[Span]) -> Iterator[Finding]:
        possible = [*_ways(self._possible, text, words), *self._parts(text, words)]
        free = [each for each in possible if all(_apart(each.span, span) for span in taken)]
        for span in outermost([candidate.span for candidate in free]):
            candidate = _first(free, span)
            option = OPTIONS.get(candidate.way)
            why = f"{option}: true would find it" if option else "it is joined to other words: a term of its own would"
            yield _finding(Outcome.NEAR, text, candidate, why)

    def _parts(self, text: str, words: Words) -> Iterator[_Candidate]:
        """Names in hashtags, handles and hosts that are written without a hump or a dash."""
        for term, _ in self._strict:
            said = "".join(word.keys[0] for word in cut(term))
            if len(said) < _PART:
                continue
            for at, word in enumerate(words):
                key = word.keys[0]
                in_name = text[word.start - 1 : word.start] in {"#", "@", "/", "."}
                if in_name and key != said and (key.startswith(said) or key.endswith(said)):
                    yield _Candidate(Span(at, at, word.start, word.end), term, Way.PART)


def _ways(groups: Sequence[_Group], text: str, words: Words) -> Iterator[_Candidate]:
    for way, terms, finders in groups:
        for finder in finders:
            for span in finder.find(text, words):
                yield _Candidate(span, _likeliest(terms, words[span.first : span.last + 1]), way)


def _likeliest(terms: Sequence[str], words: Sequence[Word]) -> str:
    """The term that a place was found for: exact for one term, else the one written most like it."""
    if len(terms) == 1:
        return terms[0]
    key = "".join(word.keys[0] for word in words)
    return min(terms, key=lambda term: _distance(term, key))


def _distance(term: str, key: str) -> int:
    return slips(key, "".join(word.keys[0] for word in cut(term)), _FAR)


def _first(candidates: Sequence[_Candidate], span: Span) -> _Candidate:
    return next(candidate for candidate in candidates if candidate.span == span)


def _apart(one: Span, other: Span) -> bool:
    return one.end <= other.start or other.end <= one.start


def _finding(
    outcome: Outcome, text: str, candidate: _Candidate, why: str | None = None, phrase: str | None = None
) -> Finding:
    span = candidate.span
    return Finding(
        outcome=outcome,
        start=span.start,
        end=span.end,
        words=text[span.start : span.end],
        term=candidate.term,
        way=candidate.way,
        why=why,
        phrase=phrase,
    )
