"""In which further ways a term may be found, each said for that term alone: every way also finds what is not meant."""

from enum import StrEnum

from tocsin.domain.fields import Term
from tocsin.domain.model import Frozen


class Way(StrEnum):
    """How a text named a term."""

    WRITTEN = "as written"
    INFLECTED = "inflected"
    TRANSLITERATED = "transliterated"
    TYPO = "typing error"
    LAYOUT = "wrong keyboard layout"
    PART = "part of a longer name"
    """Never a naming, only nearly one: #аврорапекарня."""


class LooseTerm(Frozen):
    """``transliterate``: between Cyrillic and Latin, both ways; ``typos``: one slip in five letters or more, two in
    nine or more; ``layout``: typed with the keyboard in the other alphabet («Fdhjhf» for «Аврора»)."""

    term: Term
    transliterate: bool = False
    typos: bool = False
    layout: bool = False

    def allows(self, way: Way) -> bool:
        return way in OPTIONS and bool(getattr(self, OPTIONS[way]))


OPTIONS = {Way.TRANSLITERATED: "transliterate", Way.TYPO: "typos", Way.LAYOUT: "layout"}
"""The key of a client's file that allows a way."""
