"""A text as words in any script: each with what it may be looked up by, and where it stands."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, compress
from typing import NamedTuple, overload

from tocsin.domain.inflection import FOREIGN_ENDINGS

_SIGNS = frozenset({"#", "@"})
_LONGEST_WORD = 160
"""A term has 120 characters at most; longer words are noise and are not even normalised."""

# A text's shape: one character for each of its own, so that one simple expression cuts every script.
_LETTER, _ALONE, _MARK, _NOTHING, _APOSTROPHE, _OTHER = "acm~'."
_WORD = re.compile(r"(c[m~]*|a[am~]*(?:'[am~]+)*)")
_SIMPLE = re.compile(
    r"[\x00-\x7f\xa1-\xa7«»¿À-ſ\u0400-\u0481\u048a-\u052f\u2010-\u2027\u2030-\u2032\u2039\u203a€№\U0001f300-\U0001faff]*+"
)
"""Texts without marks, joiners and scripts of no spaces, which is most of them: no letter need be looked at alone."""
_SIMPLE_WORD = re.compile(r"([^\W_]+(?:['’‘`′‛][^\W_]+)*)")
_APOSTROPHES = frozenset("'’ʼ‘`´′‛＇ʹʻ՚")
_NO_SPACES = re.compile(
    r"(?:CJK|HIRAGANA|KATAKANA|HALFWIDTH KATAKANA|BOPOMOFO|THAI|LAO|KHMER|MYANMAR|TIBETAN|YI)[ -](?!.*DIGIT)"
)
"""Scripts that write without spaces: each letter is a word, so a term is found inside a run of them."""

_STRESS = re.compile(r"(?<=[\u0400-\u052f])[\u0300\u0301]")
_UNSEEN = re.compile(
    r"[\u00ad\u034f\u0640\u064b-\u0652\u0670\u180e\u200c-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]"
)
_HUMP = re.compile(r"(?<=[^\W\d_])(?=[A-ZА-ЯҐЄІЇЁ][a-zа-яґєіїё'])|(?<=[a-zа-яґєіїё])(?=[A-ZА-ЯҐЄІЇЁ])")
_ELIDED = re.compile(r"[a-z\u00df-\u024f]{1,6}'(?=[a-z\u00df-\u024f]{3})")
_POSSESSED = re.compile(r"(?<=[a-z\u00df-\u024f0-9])'([^']{1,5})\Z")
_MIXED = re.compile(r"([a-z\u00df-\u024f0-9]+)([\u0400-\u052f]{1,4})")
_CYRILLIC_LIKE = str.maketrans("aceopxyikmhtb", "асеорхуікмнтв")
"""Latin letters that stand in Cyrillic words, since they look the same on the keyboard's other side."""
_LATIN_LETTER = re.compile(r"[a-z]")
_BOTH = re.compile(r"[a-z'\u0400-\u052f]+")
_ACCENTED = re.compile(r"[a-z\u00df-\u024f]{5,}")
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


class Word(NamedTuple):
    """``keys``: what it may be looked up by, the word itself first. Offsets are those of the original text."""

    keys: tuple[str, ...]
    start: int
    end: int


class Words(Sequence[Word]):
    """A text's words side by side; one alone is made when it is asked for, since few are."""

    __slots__ = ("ends", "keys", "starts")

    def __init__(self, keys: list[tuple[str, ...]], starts: list[int], ends: list[int]) -> None:
        self.keys, self.starts, self.ends = keys, starts, ends

    def __len__(self) -> int:
        return len(self.keys)

    @overload
    def __getitem__(self, at: int) -> Word: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Word, ...]: ...
    def __getitem__(self, at: int | slice) -> Word | tuple[Word, ...]:
        if isinstance(at, slice):
            return tuple(map(Word, self.keys[at], self.starts[at], self.ends[at]))
        return Word(self.keys[at], self.starts[at], self.ends[at])

    def __iter__(self) -> Iterator[Word]:
        return map(Word, self.keys, self.starts, self.ends)


@lru_cache(maxsize=4)
def read_words(text: str) -> Words:
    """The words of a text; remembered, since every brand of a client reads the same one."""
    return cut(text)


def cut(text: str) -> Words:
    shape, pattern = (text, _SIMPLE_WORD) if _SIMPLE.fullmatch(text) else (text.translate(_SHAPES), _WORD)
    pieces: list[str] = pattern.split(shape)  # what stands between words, and words, by turns
    places: list[int] = list(accumulate(map(len, pieces)))
    starts, ends = places[:-1:2], places[1::2]
    written = pieces[1::2] if shape is text else [text[start:end] for start, end in zip(starts, ends, strict=True)]
    if max(map(len, written), default=0) > _LONGEST_WORD:
        short = [len(word) <= _LONGEST_WORD for word in written]
        starts, ends = list(compress(starts, short)), list(compress(ends, short))
        written = list(compress(written, short))
    keys = list(map(_keys, written))
    if shape is not text and not all(key[0] for key in keys):  # a letter's sign alone is no word
        named = [bool(key[0]) for key in keys]
        starts, ends = list(compress(starts, named)), list(compress(ends, named))
        written, keys = list(compress(written, named)), list(compress(keys, named))
    if "#" in text or "@" in text:
        for at, start in enumerate(starts):
            if text[start - 1 : start] in _SIGNS and len(parts := humps(written[at])) > 1:
                keys[at] = (*keys[at], *map(normal, parts))  # #BoycottAcme names Acme
    return Words(keys, starts, ends)


def humps(written: str) -> tuple[str, ...]:
    return tuple(part for part in _HUMP.split(written) if part)


@lru_cache(maxsize=8_192)
def _keys(written: str) -> tuple[str, ...]:
    """The word, and what is left of it without an article before («l'Acme») or an ending after («Acme's»)."""
    word = normal(written)
    keys = {word: None}
    if not word.isascii():
        keys |= dict.fromkeys(_other_letters(word))
    if "'" in word:
        for whole in (word, _ELIDED.sub("", word, count=1)):
            keys[whole] = None
            tail = _POSSESSED.search(whole)
            if tail and (tail[1] in FOREIGN_ENDINGS or _LATIN_TAIL.fullmatch(tail[1])):
                keys[whole[: tail.start()]] = None
    return tuple(keys)


def _other_letters(word: str) -> Iterator[str]:
    """What a word in more than ASCII may be as well: without its accents, or all in one alphabet."""
    if _LATIN_LETTER.search(word) is None:
        return
    if (mixed := _MIXED.fullmatch(word)) and mixed[2] in FOREIGN_ENDINGS:
        yield mixed[1]
    if _ACCENTED.fullmatch(word):
        yield _bare(word)  # «Nestlé» names Nestle; the other way round is the term's own matter
    elif _BOTH.fullmatch(word):
        yield word.translate(_CYRILLIC_LIKE)  # «Aвpopa», half of it in Latin letters


def _bare(word: str) -> str:
    """Without accents, but ñ is a letter of its own."""
    plain = unicodedata.normalize("NFD", word)
    return unicodedata.normalize("NFC", "".join(c for c in plain if unicodedata.category(c) != "Mn" or c == "\u0303"))


def normal(written: str) -> str:
    """NFKC and casefolded, without what nobody sees (stress, vowel signs, joiners), with one apostrophe and one е."""
    if written.isascii():
        return written.replace("`", "'").lower()
    word = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", written).casefold())
    word = _UNSEEN.sub("", _STRESS.sub("", word)).replace("i\u0307", "i").replace("ё", "е")
    return "".join("'" if char in _APOSTROPHES else char for char in word)
