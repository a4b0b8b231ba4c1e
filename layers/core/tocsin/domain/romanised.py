"""Ukrainian and Russian in Latin letters, as people without a Cyrillic keyboard write them: recognised and turned back.

Each word is turned back in the usual way of each language and looked up among the words that the model knows. That is
a guess: the confidence stays low, and a text in which few words are known is left alone.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from tocsin.domain.sentiment import Model

WORDS, LETTERS = 40, 16
"""Words that are looked at, and letters of the longest."""
FEWEST, SHARE = 3, 0.55
"""Words of three letters and more that must be there, and the share of them that must be known."""
TRUST = 0.6
"""Confidence where every word is known."""

WORD = re.compile(r"(?<![@#/.\w])[a-z][a-z']*(?!\w|:?/)", re.IGNORECASE)
LINK = re.compile(r"https?:\S+|www\.\S+")

_BOTH = (
    "shch=щ sch=щ zgh=зг zh=ж kh=х ts=ц tz=ц ch=ч sh=ш ya=я ja=я yu=ю ju=ю yo=йо a=а b=б c=ц d=д e=е f=ф g=г j=й k=к"
)
_REST = "l=л m=м n=н o=о p=п q=к r=р s=с t=т u=у v=в w=в x=кс z=з '= yy=ий"
_TABLES = {
    tag: dict(pair.split("=") for pair in f"{_BOTH} {_REST} {own}".split())
    for tag, own in {
        "uk": "ia=я iu=ю ie=є ye=є je=є yi=ї ji=ї iy=ій ij=ій i=і y=и h=г",
        "ru": "ia=ия iu=ию ie=ие ye=е je=е yi=ый iy=ий ij=ий i=и y=ы h=х yy=ый jo=ё",
    }.items()
}
_UNITS = {
    tag: re.compile("|".join(sorted(map(re.escape, table), key=len, reverse=True))) for tag, table in _TABLES.items()
}
_GLIDE = re.compile(r"(?<=[aeiou])y(?![aeiou])")
_SOFT = re.compile(r"л(?=[бвгджзкмнпстфхцчшщ])|(?<=[дзлнрстщц])$")
_OPEN_E = re.compile(r"^е(?=[ткхг])")


class Romanised(NamedTuple):
    """``cyrillic``: the text with its words turned back; what is no word stays."""

    tag: str
    confidence: float
    cyrillic: str


def romanised(text: str, model: Model, hint: str = "") -> Romanised | None:
    """What a text in ASCII letters is in Cyrillic, if most of its words are words then."""
    head = LINK.sub(" ", text[: WORDS * LETTERS])
    words = [word.lower() for word in WORD.findall(head)[:WORDS]]
    long = [word for word in words if LETTERS >= len(word) > 2]
    if len(long) < FEWEST:
        return None
    ukrainian, russian = model.languages.index("uk"), model.languages.index("ru")
    best = ("", 0.0, 0.0)
    for tag, own, other in (("uk", ukrainian, russian), ("ru", russian, ukrainian)):
        codes = [_known(word, tag, model)[1] for word in long]
        letters = sum(len(word) for word in long)
        known = sum(len(word) for word, code in zip(long, codes, strict=True) if code) / letters
        edge = sum(model.profiles[code][own] - model.profiles[code][other] for code in codes if code)
        if known >= SHARE * (0.75 if hint == tag else 1) and (known + edge / 50, known) > best[1:]:
            best = (tag, known + edge / 50, known)
    tag, _, known = best
    if not tag:
        return None
    turned = WORD.sub(lambda found: _known(found[0].lower(), tag, model)[0], text)
    return Romanised(tag, round(TRUST * min(1.0, known + 0.2 * (hint == tag)), 3), turned)


@lru_cache(maxsize=8_192)
def _known(word: str, tag: str, model: Model) -> tuple[str, int]:
    """The word in Cyrillic and its profile; the soft sign, which nobody writes in Latin, is put where a word has it."""
    turned = back(word, tag)
    if code := model.profile_of(turned):
        return turned, code
    soft = _SOFT.sub(lambda found: f"{found[0]}ь", turned)
    if soft != turned and (code := model.profile_of(soft)):
        return soft, code
    return turned, 0


def back(word: str, tag: str) -> str:
    """A word in Cyrillic, as ``tag`` is usually romanised."""
    table = _TABLES[tag]
    found = _UNITS[tag].sub(lambda unit: table[unit[0]], _GLIDE.sub("j", word[:LETTERS])) + word[LETTERS:]
    return _OPEN_E.sub("э", found) if tag == "ru" else found
