"""Does a text name the brand? Whole words in any script, inflected, never a part of another word.

What a client's file allows for a term (transliteration, typing errors, the wrong keyboard layout) is added to that.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from tocsin.domain.brand import Brand
from tocsin.domain.keyboard import layout_phrases
from tocsin.domain.phrases import Phrases, Span
from tocsin.domain.term_options import LooseTerm
from tocsin.domain.transliteration import respelled, transliterated
from tocsin.domain.typos import TypoPhrases
from tocsin.domain.wording import read_words

NEAR_WORDS = 12
"""How many words away a word of ``require_near`` may stand."""


class _Rules(NamedTuple):
    """A brand's phrases, compiled. Each group is a list, since a loose term is found in several ways."""

    terms: tuple[Phrases, ...]
    exclude: tuple[Phrases, ...]
    near: tuple[Phrases, ...]


class TermMatcher:
    """Compiled once for a brand and remembered; safe to share among threads."""

    def __init__(self, brand: Brand) -> None:
        self._rules = _compiled(brand.terms, brand.loose_terms, brand.exclude, brand.require_near)

    def matches(self, text: str) -> bool:
        """Whether the brand is named at least once."""
        return bool(self.spans(text))

    def spans(self, text: str) -> tuple[tuple[int, int], ...]:
        """Half-open [start, end) offsets of each naming in ``text``, in order, none inside another.

        A naming inside an ``exclude`` phrase does not count, nor does one without a word of ``require_near``
        within ``NEAR_WORDS`` words.
        """
        return _spans(self._rules, text)


@lru_cache(maxsize=8)
def _spans(rules: _Rules, text: str) -> tuple[tuple[int, int], ...]:
    """Remembered, since tone and severity ask the same of a text one after the other."""
    words = read_words(text)
    found = [span for phrases in rules.terms for span in phrases.find(text, words)]
    if found and rules.exclude:
        found = uncovered(found, [span for phrases in rules.exclude for span in phrases.find(text, words)])
    if found and rules.near:
        found = accompanied(found, [span for phrases in rules.near for span in phrases.find(text, words)])
    return tuple((span.start, span.end) for span in outermost(found))


@lru_cache(maxsize=64)
def _compiled(
    terms: tuple[str, ...], loose: tuple[LooseTerm, ...], exclude: tuple[str, ...], near: tuple[str, ...]
) -> _Rules:
    """What a loose term may look like is also excluded, and also stands near, in that look."""
    return _Rules((Phrases(terms), *loose_phrases(loose)), companions(exclude, loose), companions(near, loose))


def companions(phrases: Sequence[str], loose: Sequence[LooseTerm]) -> tuple[Phrases, ...]:
    """Finders of phrases that stand beside terms, in each way in which one of those may be found."""
    if not phrases:
        return ()
    ways = {
        "transliterate": any(term.transliterate for term in loose),
        "typos": any(term.typos for term in loose),
        "layout": any(term.layout for term in loose),
    }
    return (Phrases(phrases), *loose_phrases([LooseTerm(term=phrase, **ways) for phrase in phrases]))


def loose_phrases(loose: Sequence[LooseTerm]) -> Iterator[Phrases]:
    """A finder for each way in which one of the terms may be found beyond its own forms."""
    if terms := [term.term for term in loose if term.transliterate]:
        yield Phrases(terms, transliterated, respelled)
    if terms := [term.term for term in loose if term.typos]:
        yield TypoPhrases(terms)
    if terms := [term.term for term in loose if term.layout]:
        yield layout_phrases(terms)


def uncovered(found: list[Span], covers: list[Span]) -> list[Span]:
    """The namings that no cover holds whole."""
    reach = _Reach(covers)
    return [span for span in found if reach.furthest(span.start) < span.end]


class _Reach:
    """How far a cover that begins at or before a place reaches."""

    def __init__(self, covers: list[Span]) -> None:
        ordered = sorted(covers, key=lambda cover: cover.start)
        self._starts = [cover.start for cover in ordered]
        self._ends: list[int] = []
        for cover in ordered:
            self._ends.append(max(cover.end, self._ends[-1] if self._ends else 0))

    def furthest(self, start: int) -> int:
        at = bisect_left(self._starts, start + 1)
        return self._ends[at - 1] if at else -1


def accompanied(found: list[Span], near: list[Span]) -> list[Span]:
    """The namings with one of ``near`` within reach."""
    firsts = sorted(companion.first for companion in near)
    lasts = sorted(companion.last for companion in near)
    return [
        span
        for span in found
        if bisect_left(firsts, span.last + NEAR_WORDS + 1) > bisect_left(lasts, span.first - NEAR_WORDS)
    ]


def outermost(found: Sequence[Span]) -> Iterator[Span]:
    """In order, none inside another."""
    end = -1
    for span in sorted(found, key=lambda span: (span.start, -span.end)):
        if span.end > end:
            yield span
            end = span.end
