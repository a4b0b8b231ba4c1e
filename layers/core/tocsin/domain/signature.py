"""A 64-bit similarity hash of a text: near-duplicates differ in few bits (SimHash: Charikar, STOC 2002).

Weighted, since a copy is known by its beginning and by its long words: what comes late weighs less, so that a cut
end, a bot's footer and added hashtags move few bits. Lanes of one big integer are counted in a single addition.
"""

import re
from hashlib import blake2b
from itertools import islice
from typing import NamedTuple

from tocsin.domain.tokens import LETTER, MANY, clean

CLASSES = ((4, 0), (10, 13), (20, 14))
"""(words below, bits that may differ): the fewer words, the likelier are strangers alike by chance; the lowest two
bits of a signature tell its class. Below four words only the same is alike."""
FURTHEST = 15
"""Bits that may differ between two long texts."""
WORDS = 64
"""A copy is known by its beginning."""
CACHED = 8_192

_LANES, _LANE = 62, 16
"""How many, and bits in each."""
_ONES = int.from_bytes(b"\1\0" * _LANES, "little")
_LANES_OF = [bytes(place & 1 and byte >> 7 - place // 2 & 1 for place in range(16)) for byte in range(256)]
"""Of a byte, its highest bit first."""
_TOP = 15
_MASK = (1 << _LANES) - 1
_ALL = (1 << _LANE * _LANES) - 1
_BINARY = bytes(48 + (value >> 7) for value in range(256))
_ALONE = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
"""Scripts that write without spaces: each letter is a word."""
_WORD = re.compile(rf"[{_ALONE}]|[@#]?(?![_{_ALONE}]){LETTER}+(?:['’]{LETTER}+)*")
_URL = re.compile(r"https?:\S*|www\.\S+")
_LATIN = re.compile(r"[a-z]")
_CYRILLIC = re.compile(r"[\u0400-\u052f]")
_SAME_LOOK = str.maketrans("aceopxyikmhtbё", "асеорхуікмнтве")
_SAID_BY_BOTS = frozenset(
    "http https rt via subscribe suscríbete suscribete síguenos siguenos abonnieren підписатись підписатися"
    " підписуйтесь підписуйся підпишись подписаться подписывайтесь подпишись".split()
)
_FADING = tuple(round(16 / (1 + max(0, place - 3) / 12)) for place in range(WORDS))
_LONGEST = 60


class _Heard(NamedTuple):
    """A word's lanes, their greatest possible sum, its own hash with each bit in a lane as the second and as the first
    of a pair, and what it weighs in one."""

    lanes: int
    total: int
    second: int
    first: int
    weight: int


_cache: dict[str, _Heard | None] = {}


def signature(text: str) -> int:
    """0 for a text without words. Case, links, people named by @, emoji, spaces and invisible letters are nothing."""
    text = clean(text).casefold()
    if "http" in text or "www." in text:
        text = _URL.sub(" ", text)
    lanes = total = count = first = weight = 0
    known = _cache
    for match in islice(_WORD.finditer(text), WORDS):
        raw = match.group()
        try:
            heard = known[raw]
        except KeyError:
            heard = _learn(raw)
        if heard is None:
            continue
        fading = _FADING[count]
        of_word, most, second, following, weighs = heard
        if count:
            pair = weight + weighs
            lanes += (of_word + (first ^ second) * pair) * fading
            total += (most + pair) * fading
        else:
            lanes, total = of_word * fading, most * fading
        first, weight = following, weighs
        count += 1
    if not count:
        return 0
    raised = (lanes + _ONES * ((1 << _TOP) - 1 - total // 2)).to_bytes(2 * _LANES, "little")
    bits = int(raised[1::2].translate(_BINARY)[::-1], 2)
    return bits << 2 | _class_of(count) or 1


def alike(one: int, other: int) -> bool:
    """Whether they are two wordings of one text; texts without words are like nothing."""
    return one == other != 0 or (bool(one and other) and (one >> 2 ^ other >> 2).bit_count() <= _allowed(one, other))


def distance(one: int, other: int) -> int:
    """Bits in which the texts differ, 0-62."""
    return (one >> 2 ^ other >> 2).bit_count()


def is_long(one: int) -> bool:
    """Whether the text has words enough to be known by them: whoever says the same in three may mean another thing."""
    return one & 3 > 0


def _allowed(one: int, other: int) -> int:
    smaller = min(one & 3, other & 3)
    if smaller:
        return CLASSES[smaller][1] if smaller < len(CLASSES) else FURTHEST
    return -1


def _class_of(words: int) -> int:
    return sum(words >= below for below, _ in CLASSES)


def _learn(raw: str) -> _Heard | None:
    heard = _hear(raw)
    if len(_cache) >= CACHED:
        _cache.clear()
    if len(raw) <= _LONGEST:
        _cache[raw] = heard
    return heard


def _hear(raw: str) -> _Heard | None:
    if (raw[0] == "@" and len(raw) > 1) or raw in _SAID_BY_BOTS:
        return None
    tagged = raw[0] == "#"
    word = MANY.sub(r"\1", raw[tagged:_LONGEST]).replace("’", "'")
    if not word.isascii():
        mixed = _LATIN.search(word) and _CYRILLIC.search(word)
        word = word.translate(_SAME_LOOK) if mixed else word.replace("ё", "е")
    size = len(word)
    weight = (2 if size <= 3 else 4 if size <= 5 else 6) >> tagged
    second = _spread(_hash(word))
    first = second << _LANE & _ALL | second >> _LANE * (_LANES - 1)
    lanes, total = second * 2, 2
    if size > 5:  # what an ending leaves of it
        lanes, total = lanes + _spread(_hash(word[:5] + "-")), 3
    return _Heard(lanes * weight, total * weight, second, first, weight >> 1)


def _hash(word: str) -> int:
    return int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little") & _MASK


def _spread(value: int) -> int:
    """Each bit in a lane of its own, the lowest first."""
    return int.from_bytes(b"".join(map(_LANES_OF.__getitem__, value.to_bytes(8))))
