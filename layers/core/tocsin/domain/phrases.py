"""Finds any of several phrases in a text: whole words, inflected, never a part of another word.

A phrase is the sequence of its words, each with all the forms it is accepted in. Finding one is a look-up of its
first word, so time grows with the text and with nothing a stranger writes.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from itertools import islice, pairwise, product
from typing import NamedTuple, Protocol

from tocsin.domain.inflection import forms
from tocsin.domain.wording import Word, Words, cut, humps

_GAP = 16
"""Characters that may stand between two words of one term."""
_MOST_JOINED = 512
"""Spellings of one phrase written as one word."""

JOINERS = frozenset(' \t\n\r\u00a0\u2007\u2009\u200a\u200b\u202f\u3000-‐‑‒–—―−﹣－_"«»„“”‟')
"""What may stand between two words of a name beside nothing: spaces, dashes, and quotes («крейсер «Аврора»»)."""
_FRAME = " \t\n\"'«»„“”‘’‚‹›()[]{}<>"
_AFTER = _FRAME + ".,:;!?…™®©"


class Span(NamedTuple):
    """``first`` and ``last`` count words, ``start`` and ``end`` characters (half open)."""

    first: int
    last: int
    start: int
    end: int


class Accept(Protocol):
    def __call__(self, word: str, *, in_phrase: bool = False, upper: bool = False) -> frozenset[str]:
        """All that a normalised word of a phrase may be in a text."""
        ...


class _Term(NamedTuple):
    words: tuple[frozenset[str], ...]
    gaps: tuple[str | None, ...]
    before: str
    after: str


class Phrases:
    """``accept``: the forms of a word; ``joined``: its spellings in a phrase that is written as one word."""

    def __init__(
        self,
        phrases: Iterable[str],
        accept: Accept = forms,
        joined: Callable[[str], Iterable[str]] = lambda word: (word,),
    ) -> None:
        self._accept, self._spellings = accept, joined
        self._by_first: dict[str, list[_Term]] = {}
        self._joined: set[str] = set()
        self._firsts: set[str] = set()
        """What any of the phrases may begin with."""
        self._signs: list[str] = []
        for phrase in dict.fromkeys(phrases):
            self._add(phrase)

    def __bool__(self) -> bool:
        return bool(self._by_first or self._signs)

    def _add(self, phrase: str) -> None:
        words = cut(phrase)
        if not words:
            self._signs.append(phrase.strip())  # an emoji or «++»: nothing to inflect
            return
        term = _compile(phrase, words, self._accept)
        self._index(term)
        if len(words) > 1 and not any(term.gaps):
            spellings = product(*(tuple(self._spellings(word.keys[0])) for word in words))
            self._joined.update("".join(parts) for parts in islice(spellings, _MOST_JOINED))
            self._firsts |= self._joined
        parts = humps(phrase) if len(words) == 1 else ()
        if len(parts) > 1 and min(map(len, parts)) > 2:
            apart = " ".join(parts)
            self._index(_compile(apart, cut(apart), self._accept))  # ПриватБанк is also Приват-Банк

    def _index(self, term: _Term) -> None:
        for form in term.words[0]:
            self._by_first.setdefault(form, []).append(term)
        self._firsts |= term.words[0]

    def add_literal(self, phrase: str) -> None:
        """Found as it stands only, with all its signs."""
        words = cut(phrase)
        if words:
            self._index(
                _Term(
                    tuple(frozenset({word.keys[0]}) for word in words),
                    tuple(_gap(phrase, left, right) for left, right in pairwise(words)),
                    phrase[: words[0].start],
                    phrase[words[-1].end :],
                )
            )

    def find(self, text: str, words: Words) -> list[Span]:
        found: list[Span] = []
        none = self._firsts.isdisjoint
        for at in [at for at, free in enumerate(map(none, words.keys)) if not free]:
            word = words[at]
            for key in word.keys:
                found += [
                    Span(at, last, word.start, words.ends[last])
                    for term in self._by_first.get(key, ())
                    if (last := _last(term, text, words, at)) is not None
                ]
            if word.keys[0] in self._joined and _is_joined(text, word):
                found.append(Span(at, at, word.start, word.end))
        for sign in self._signs:
            found += [_place(words, match.span()) for match in re.finditer(re.escape(sign), text)]
        return found


def _last(term: _Term, text: str, words: Words, at: int) -> int | None:
    """Index of the term's last word when the term begins with the word at ``at``."""
    last = at + len(term.words) - 1
    if last >= len(words):
        return None
    for i, (accepted, gap) in enumerate(zip(term.words[1:], term.gaps, strict=True), start=at):
        if accepted.isdisjoint(words.keys[i + 1]) or not _bridges(text[words.ends[i] : words.starts[i + 1]], gap):
            return None
    start, end = words.starts[at], words.ends[last]
    return last if text.endswith(term.before, 0, start) and text.startswith(term.after, end) else None


def _bridges(gap: str, wanted: str | None) -> bool:
    """Whether what stands between two words may stand there: spaces and hyphens are one, a full stop is not."""
    if wanted is None:
        return not gap
    return len(gap) <= _GAP and "".join(char for char in gap if char not in JOINERS) == wanted


def _is_joined(text: str, word: Word) -> bool:
    """#НоваПошта, @novaposhta and НоваПошта name «Нова Пошта»; «новапошта» in a sentence is left alone."""
    return text[word.start - 1 : word.start] in {"#", "@", "＃", "＠"} or len(humps(text[word.start : word.end])) > 1


def _place(words: Words, span: tuple[int, int]) -> Span:
    at = bisect_left(words.starts, span[0])
    return Span(at, at, *span)


def _compile(phrase: str, words: Sequence[Word], accept: Accept) -> _Term:
    several = len(words) > 1
    accepted = []
    for word in words:
        written = phrase[word.start : word.end]
        accepted.append(accept(word.keys[0], in_phrase=several, upper=written.isupper()))
    gaps = tuple(_gap(phrase, left, right) for left, right in pairwise(words))
    before, after = phrase[: words[0].start].strip(_FRAME), phrase[words[-1].end :].strip(_AFTER)
    return _Term(tuple(accepted), gaps, before, after)


def _gap(phrase: str, left: Word, right: Word) -> str | None:
    gap = phrase[left.end : right.start]
    return "".join(char for char in gap if char not in JOINERS) if gap else None
