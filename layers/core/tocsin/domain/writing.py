"""What a model is asked to word: confirmed facts and a template, no more. Its words are checked like anybody's."""

import re
from enum import StrEnum

from tocsin.domain.fields import Language
from tocsin.domain.linter import Draft, check
from tocsin.domain.model import Frozen
from tocsin.domain.text_kinds import Kind
from tocsin.domain.word_settings import Address

_REACH = re.compile(
    r"https?://\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?:www\.)?[\w-]+\.(?:com|org|net|ua|es|info|io|me)\b\S*"
    r"|\+?\d[\d ()-]{6,}\d"
)
_LATIN, _CYRILLIC = re.compile(r"[a-záéíóúñü]", re.IGNORECASE), re.compile(r"[а-яіїєґ]", re.IGNORECASE)
_RUSSIAN = re.compile(r"[ыэёъ]", re.IGNORECASE)


class Order(Frozen):
    """``template``: the text that is sent if nothing better comes; ``facts``: what somebody has confirmed; ``mention``:
    the stranger's words that a reply answers, as data. ``brand``: who speaks."""

    kind: Kind
    language: Language
    address: Address
    brand: str
    template: str
    facts: tuple[str, ...] = ()
    mention: str | None = None

    @property
    def longest(self) -> int:
        """Characters of the answer: half as much again as the template, and a reply stays one."""
        return min(3_000, max(400, len(self.template) * 3 // 2))


class Unfit(StrEnum):
    """Why a model's words are not used."""

    EMPTY = "empty"
    LONG = "long"
    LANGUAGE = "language"
    REACH = "reach"
    """It names an address, a link or a number that nobody has given."""
    LOST = "lost"
    """It leaves out the contact of the template."""
    LINT = "lint"


def unfit(order: Order, text: str) -> Unfit | None:
    """None: it says no more than it was given, in a tone that the linter has nothing against."""
    if not text.strip():
        return Unfit.EMPTY
    if len(text) > order.longest:
        return Unfit.LONG
    if not _spoken(order.language, text):
        return Unfit.LANGUAGE
    given = {_bare(one) for part in (order.template, *order.facts) for one in _REACH.findall(part)}
    named = {_bare(one) for one in _REACH.findall(text)}
    if named - given:
        return Unfit.REACH
    if {_bare(one) for one in _REACH.findall(order.template)} - named:
        return Unfit.LOST
    draft = Draft(text=text, language=order.language, kind=order.kind, verified=(order.template, *order.facts))
    return None if check(draft).clean else Unfit.LINT


def _spoken(language: Language, text: str) -> bool:
    bare = _REACH.sub(" ", text)
    latin, cyrillic = len(_LATIN.findall(bare)), len(_CYRILLIC.findall(bare))
    if language == "uk":
        return cyrillic > latin and not _RUSSIAN.search(bare)
    return latin > cyrillic


def _bare(reach: str) -> str:
    return reach.rstrip(".,;:!?)»”\"'").casefold()
