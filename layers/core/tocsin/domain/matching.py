"""Does a text name the brand? Whole words in any script, inflected, never a part of another word.

A text is read once into words; a term is the sequence of its words, each with all its forms (`inflection`).
Finding a term is a look-up of its first word, so time grows with the text and with nothing a stranger writes.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from tocsin.domain.client import Brand
from tocsin.domain.inflection import FOREIGN_ENDINGS, forms

NEAR_WORDS = 12
"""How many words away a word of ``require_near`` may stand."""

_LONGEST_WORD = 160
"""A term has 120 characters at most; longer words are noise and are not even normalised."""
_GAP = 16
"""Characters that may stand between two words of one term."""

# A text's shape: one character for each of its own, so that one simple expression cuts every script.
_LETTER, _ALONE, _MARK, _NOTHING, _APOSTROPHE, _OTHER = "acm~'."
_WORD = re.compile(r"c[m~]*|a[am~]*(?:'[am~]+)*")
_APOSTROPHES = frozenset("'’ʼ‘`´′‛＇ʹʻ՚")
_NO_SPACES = re.compile(
    r"(?:CJK|HIRAGANA|KATAKANA|HALFWIDTH KATAKANA|BOPOMOFO|THAI|LAO|KHMER|MYANMAR|TIBETAN|YI)[ -](?!.*DIGIT)"
)
"""Scripts that write without spaces: each letter is a word, so a term is found inside a run of them."""

_JOINERS = frozenset(" \t\n\r\u00a0\u2007\u2009\u200a\u200b\u202f\u3000-‐‑‒–—―−﹣－_")
_FRAME = " \t\n\"'«»„“”‘’‚‹›()[]{}<>"
_AFTER = _FRAME + ".,:;!?…™®©"
_STRESS = re.compile(r"(?<=[\u0400-\u052f])[\u0300\u0301]")
_UNSEEN = re.compile(
    r"[\u00ad\u034f\u0640\u064b-\u0652\u0670\u180e\u200c-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]"
)
_HUMP = re.compile(r"(?<=[^\W\d_])(?=[A-ZА-ЯҐЄІЇЁ][a-zа-яґєіїё'])|(?<=[a-zа-яґєіїё])(?=[A-ZА-ЯҐЄІЇЁ])")
_ELIDED = re.compile(r"[a-z\u00df-\u024f]{1,6}'(?=[a-z\u00df-\u024f]{3})")
_POSSESSED = re.compile(r"(?<=[a-z\u00df-\u024f0-9])'([^']{1,5})\Z")
_MIXED = re.compile(r"([a-z\u00df-\u024f0-9]+)([\u0400-\u052f]{1,4})")
_LATIN_TAIL = re.compile(r"[a-z\u00df-\u024f]{1,5}")


class _Shape(dict[int, str]):
    """Classifies a character when it is met first."""

    def __missing__(self, code: int) -> str:
        self[code] = shape = _shape(chr(code))
        return shape


def _shape(char: str) -> str:
    category = unicodedata.category(char)
    if char in _APOSTROPHES:
        return _APOSTROPHE
    if category[0] == "M" or char in "ﾞﾟ":
        return _MARK
    if char == "\u0640" or (category == "Cf" and char != "\u200b"):
        return _NOTHING
    if category[0] == "L" or category == "Nd":
        return _ALONE if _NO_SPACES.match(unicodedata.name(char, "")) else _LETTER
    return _OTHER


_SHAPES = _Shape()


class _Word(NamedTuple):
    """``keys``: what it may be looked up by, the word itself first. Offsets are those of the original text."""

    keys: tuple[str, ...]
    start: int
    end: int


class _Term(NamedTuple):
    words: tuple[frozenset[str], ...]
    gaps: tuple[str | None, ...]
    before: str
    after: str


class _Span(NamedTuple):
    first: int
    last: int
    start: int
    end: int


class TermMatcher:
    """Compiled once for a brand; safe to share among threads."""

    def __init__(self, brand: Brand) -> None:
        self._terms = _Phrases(brand.terms)
        self._exclude = _Phrases(brand.exclude)
        self._near = _Phrases(brand.require_near)

    def matches(self, text: str) -> bool:
        """Whether the brand is named at least once."""
        return bool(self.spans(text))

    def spans(self, text: str) -> tuple[tuple[int, int], ...]:
        """Half-open [start, end) offsets of each naming in ``text``, in order, none inside another.

        A naming inside an ``exclude`` phrase does not count, nor does one without a word of ``require_near``
        within ``NEAR_WORDS`` words.
        """
        words = _read(text)
        found = self._terms.find(text, words)
        if found and self._exclude:
            found = _uncovered(found, self._exclude.find(text, words))
        if found and self._near:
            found = _accompanied(found, self._near.find(text, words))
        return tuple((span.start, span.end) for span in _outermost(found))


class _Phrases:
    """Finds any of several phrases."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._by_first: dict[str, list[_Term]] = {}
        self._joined: set[str] = set()
        self._signs: list[str] = []
        for phrase in dict.fromkeys(phrases):
            self._add(phrase)

    def __bool__(self) -> bool:
        return bool(self._by_first or self._signs)

    def _add(self, phrase: str) -> None:
        words = _cut(phrase)
        if not words:
            self._signs.append(phrase.strip())  # an emoji or «++»: nothing to inflect
            return
        term = _compile(phrase, words)
        self._index(term)
        if len(words) > 1 and not any(term.gaps):
            self._joined.add("".join(word.keys[0] for word in words))
        parts = _humps(phrase) if len(words) == 1 else ()
        if len(parts) > 1 and min(map(len, parts)) > 2:
            self._index(_compile(" ".join(parts), _cut(" ".join(parts))))  # ПриватБанк is also Приват-Банк

    def _index(self, term: _Term) -> None:
        for form in term.words[0]:
            self._by_first.setdefault(form, []).append(term)

    def find(self, text: str, words: Sequence[_Word]) -> list[_Span]:
        found = []
        for at, word in enumerate(words):
            for key in word.keys:
                found += [
                    _Span(at, last, word.start, words[last].end)
                    for term in self._by_first.get(key, ())
                    if (last := _last(term, text, words, at)) is not None
                ]
            if word.keys[0] in self._joined and _is_joined(text, word):
                found.append(_Span(at, at, word.start, word.end))
        for sign in self._signs:
            found += [_place(words, match.span()) for match in re.finditer(re.escape(sign), text)]
        return found


def _last(term: _Term, text: str, words: Sequence[_Word], at: int) -> int | None:
    """Index of the term's last word when the term begins with the word at ``at``."""
    last = at + len(term.words) - 1
    if last >= len(words):
        return None
    for i, (accepted, gap) in enumerate(zip(term.words[1:], term.gaps, strict=True), start=at):
        if accepted.isdisjoint(words[i + 1].keys) or not _bridges(text[words[i].end : words[i + 1].start], gap):
            return None
    start, end = words[at].start, words[last].end
    return last if text.endswith(term.before, 0, start) and text.startswith(term.after, end) else None


def _bridges(gap: str, wanted: str | None) -> bool:
    """Whether what stands between two words may stand there: spaces and hyphens are one, a full stop is not."""
    if wanted is None:
        return not gap
    return len(gap) <= _GAP and "".join(char for char in gap if char not in _JOINERS) == wanted


def _is_joined(text: str, word: _Word) -> bool:
    """#НоваПошта, @novaposhta and НоваПошта name «Нова Пошта»; «новапошта» in a sentence is left alone."""
    return text[word.start - 1 : word.start] in {"#", "@", "＃", "＠"} or len(_humps(text[word.start : word.end])) > 1


def _place(words: Sequence[_Word], span: tuple[int, int]) -> _Span:
    at = bisect_left(words, span[0], key=lambda word: word.start)
    return _Span(at, at, *span)


def _uncovered(found: list[_Span], covers: list[_Span]) -> list[_Span]:
    reach = _Reach(covers)
    return [span for span in found if reach.furthest(span.start) < span.end]


class _Reach:
    """How far a cover that begins at or before a place reaches."""

    def __init__(self, covers: list[_Span]) -> None:
        ordered = sorted(covers, key=lambda cover: cover.start)
        self._starts = [cover.start for cover in ordered]
        self._ends: list[int] = []
        for cover in ordered:
            self._ends.append(max(cover.end, self._ends[-1] if self._ends else 0))

    def furthest(self, start: int) -> int:
        at = bisect_left(self._starts, start + 1)
        return self._ends[at - 1] if at else -1


def _accompanied(found: list[_Span], near: list[_Span]) -> list[_Span]:
    firsts = sorted(companion.first for companion in near)
    lasts = sorted(companion.last for companion in near)
    return [
        span
        for span in found
        if bisect_left(firsts, span.last + NEAR_WORDS + 1) > bisect_left(lasts, span.first - NEAR_WORDS)
    ]


def _outermost(found: list[_Span]) -> Iterator[_Span]:
    end = -1
    for span in sorted(found, key=lambda span: (span.start, -span.end)):
        if span.end > end:
            yield span
            end = span.end


def _compile(phrase: str, words: Sequence[_Word]) -> _Term:
    several = len(words) > 1
    accepted = []
    for word in words:
        written = phrase[word.start : word.end]
        accepted.append(forms(word.keys[0], in_phrase=several, upper=written.isupper()))
    gaps = []
    for left, right in pairwise(words):
        gap = phrase[left.end : right.start]
        gaps.append("".join(char for char in gap if char not in _JOINERS) if gap else None)
    before, after = phrase[: words[0].start].strip(_FRAME), phrase[words[-1].end :].strip(_AFTER)
    return _Term(tuple(accepted), tuple(gaps), before, after)


@lru_cache(maxsize=4)
def _read(text: str) -> tuple[_Word, ...]:
    """The words of a text; remembered, since every brand of a client reads the same one."""
    return tuple(_cut(text))


def _cut(text: str) -> list[_Word]:
    words = []
    for match in _WORD.finditer(text.translate(_SHAPES)):
        start, end = match.span()
        if end - start <= _LONGEST_WORD:
            written = text[start:end]
            keys = _keys(written)
            if text[start - 1 : start] in {"#", "@"} and len(parts := _humps(written)) > 1:
                keys = (*keys, *map(_normal, parts))  # #BoycottAcme names Acme
            words.append(_Word(keys, start, end))
    return words


def _humps(written: str) -> tuple[str, ...]:
    return tuple(part for part in _HUMP.split(written) if part)


@lru_cache(maxsize=8_192)
def _keys(written: str) -> tuple[str, ...]:
    """The word, and what is left of it without an article before («l'Acme») or an ending after («Acme's»)."""
    word = _normal(written)
    keys = {word: None}
    if mixed := _MIXED.fullmatch(word):
        keys |= {mixed[1]: None} if mixed[2] in FOREIGN_ENDINGS else {}
    if "'" in word:
        for whole in (word, _ELIDED.sub("", word, count=1)):
            keys[whole] = None
            tail = _POSSESSED.search(whole)
            if tail and (tail[1] in FOREIGN_ENDINGS or _LATIN_TAIL.fullmatch(tail[1])):
                keys[whole[: tail.start()]] = None
    return tuple(keys)


def _normal(written: str) -> str:
    """NFKC and casefolded, without what nobody sees (stress, vowel signs, joiners), with one apostrophe and one е."""
    if written.isascii():
        return written.replace("`", "'").lower()
    word = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", written).casefold())
    word = _UNSEEN.sub("", _STRESS.sub("", word)).replace("i\u0307", "i").replace("ё", "е")
    return "".join("'" if char in _APOSTROPHES else char for char in word)
