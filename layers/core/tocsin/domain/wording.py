"""A text as words in any script: each with what it may be looked up by, and where it stands."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from tocsin.domain.inflection import FOREIGN_ENDINGS

_LONGEST_WORD = 160
"""A term has 120 characters at most; longer words are noise and are not even normalised."""

# A text's shape: one character for each of its own, so that one simple expression cuts every script.
_LETTER, _ALONE, _MARK, _NOTHING, _APOSTROPHE, _OTHER = "acm~'."
_WORD = re.compile(r"c[m~]*|a[am~]*(?:'[am~]+)*")
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


@lru_cache(maxsize=4)
def read_words(text: str) -> tuple[Word, ...]:
    """The words of a text; remembered, since every brand of a client reads the same one."""
    return tuple(cut(text))


def cut(text: str) -> list[Word]:
    words = []
    for match in _WORD.finditer(text.translate(_SHAPES)):
        start, end = match.span()
        if end - start <= _LONGEST_WORD:
            written = text[start:end]
            keys = _keys(written)
            if text[start - 1 : start] in {"#", "@"} and len(parts := humps(written)) > 1:
                keys = (*keys, *map(normal, parts))  # #BoycottAcme names Acme
            words.append(Word(keys, start, end))
    return words


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
