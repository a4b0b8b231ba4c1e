"""A word of one alphabet as people write it in the other, Cyrillic and Latin.

Ukrainian by the table of 2010 (resolution 55 of the Cabinet of Ministers) and as it is written without one; Russian as
it is commonly written. Each letter has its usual spelling first, and one
that is rare stands further back; of all combinations those nearest the usual are kept.
"""

import re
import unicodedata
from collections.abc import Mapping

from tocsin.domain.inflection import forms

_MOST = 160
"""Spellings kept of one word."""
_MOST_BACK = 96
"""The same from Latin to Cyrillic, where each spelling is then inflected."""

_TO_LATIN = {
    letters: tuple(said.split(",")) for letters, said in (pair.split("=") for pair in """
    а=a б=b в=v,w г=h,g ґ=g д=d е=e,ye є=ie,ye,je,e ж=zh,j з=z зг=zgh,zg,zh и=y,i ий=yi,y,iy,ij,yy,ii,yj і=i,y
    ї=i,yi,ji,y иї=yi,ie,iye й=i,y,j к=k кс=ks,x л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f,ph х=kh,h ц=ts,c,tz ч=ch ш=sh
    щ=shch,sch,sh ь=, ьо=io,o,yo ю=iu,yu,ju,u я=ia,ya,ja,a ъ=, ы=y,i ый=yi,y,yy,iy,ij э=e дж=dzh,j '=,
    """.split())
}  # fmt: skip
_TO_CYRILLIC = {
    letters: tuple(said.split(",")) for letters, said in (pair.split("=") for pair in """
    shch=щ sch=щ,ш sh=ш ch=ч,х zh=ж kh=х ts=ц,тс tz=ц ph=ф th=т ck=к qu=кв ya=я ia=я,іа,ія,иа,ия ja=я yu=ю iu=ю ju=ю
    ye=є,е ie=є,іє,е,ие je=є,е yo=йо,ьо io=іо,йо,ьо,ио jo=йо,ьо yi=иї,ї,ий,ый ji=ї iy=ий,ій ij=ий,ій oo=у ou=у,оу ee=і,и
    sky=ський,ский ski=ський,ский,скі skyi=ський,ский skyy=ський skiy=ский,ський skij=ский,ський skii=ский,ський
    tsky=цький,цкий a=а b=б c=к,с,ц d=д e=е,є,э f=ф g=г,ґ h=г,х i=і,и,ї,й j=й,дж,ж k=к l=л,л,ль m=м n=н,н,нь o=о p=п
    q=к r=р s=с,с,сь t=т,т,ть u=у,ю v=в w=в,у x=кс y=и,й,і,ї,ы z=з,ц '=,
    """.split())
} | {2 * letter: (2 * said, said) for letter, said in zip("bdflmnprstv", "бдфлмнпрств", strict=True)}  # fmt: skip

_CYRILLIC = re.compile(r"[\u0400-\u052f']+")
_LATIN = re.compile(r"[a-z\u00df-\u024f']+")


def transliterated(word: str, *, in_phrase: bool = False, upper: bool = False) -> frozenset[str]:
    """All forms of a normalised word, in its own alphabet and in the other."""
    own = forms(word, in_phrase=in_phrase, upper=upper)
    if _CYRILLIC.fullmatch(word):
        return own.union(*(respelled(form) for form in own))
    return own.union(*(forms(other, in_phrase=in_phrase, upper=upper) for other in respelled(word)))


def respelled(word: str) -> frozenset[str]:
    """The word itself, and as it may be written in the other alphabet, uninflected."""
    if _CYRILLIC.fullmatch(word):
        return frozenset({word, *_spellings(word, _TO_LATIN, 2, _MOST)})
    if _LATIN.fullmatch(word):
        plain = unicodedata.normalize("NFD", word)
        bare = "".join(char for char in plain if unicodedata.category(char) != "Mn")
        return frozenset({word, *_spellings(bare, _TO_CYRILLIC, 4, _MOST_BACK)})
    return frozenset({word})


def usual(phrase: str) -> str:
    """A name as it is most often written in the other alphabet, word by word; what has no other stays as it is."""
    return " ".join(_usual(word) for word in phrase.casefold().split())


def _usual(word: str) -> str:
    if _CYRILLIC.fullmatch(word):
        return next(iter(_spellings(word, _TO_LATIN, 2, _MOST)), word)
    return next(iter(_spellings(word, _TO_CYRILLIC, 4, _MOST_BACK)), word) if _LATIN.fullmatch(word) else word


def _spellings(word: str, table: Mapping[str, tuple[str, ...]], longest: int, most: int) -> list[str]:
    """The ``most`` spellings that depart least often from the usual one. A word with a letter that the table does not
    know has none."""
    reached: list[dict[str, int]] = [{} for _ in range(len(word) + 1)]
    reached[0][""] = 0
    for at in range(len(word)):
        kept = sorted(reached[at].items(), key=lambda pair: pair[1])[:most]
        units = [word[at : at + size] for size in range(longest, 0, -1) if at + size <= len(word)]
        known = [unit for unit in units if unit in table]
        for rank, unit in enumerate(known):
            onward = reached[at + len(unit)]
            for departure, letters in enumerate(table[unit], start=rank):
                for begun, departed in kept:
                    grown = begun + letters
                    if departed + departure < onward.get(grown, 99):
                        onward[grown] = departed + departure
    return sorted(reached[-1], key=lambda spelling: (reached[-1][spelling], spelling))[:most]
