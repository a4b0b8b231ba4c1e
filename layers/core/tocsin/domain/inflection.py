"""The forms a name takes in Ukrainian, Russian and Spanish, by tables of endings: recall without a dictionary.

Forms are made once for a term, so that matching is a look-up. A name keeps its gender: «Зеленський» does not
become «Зеленська», who is somebody else. Sources: «Український правопис» 2019, §§ 69-104; Zaliznyak's declension
classes for Russian; RAE, «Nueva gramática», 3.2 (plural).
"""

import re
import unicodedata

_NOUN_A = "и ы і е у ю ою ой ею ей о ам ами ах"
_NOUN_HARD = "а у ові еві ом ем і е и ы ів ов ам ами ах"
_NOUN_SOFT = "я ю еві єві ем єм і ї и е є ів їв ев ей ям ями ях"
_ADJECTIVE = "ого ому им ым ім ом і ие ые их ых ими ыми"
_ADJECTIVE_SOFT = "ього ьому его ему им ім ем і ие их іми ими"
_ADJECTIVE_FEM = "ої ій ой ую"

_ENDINGS: dict[str, tuple[tuple[str, str], ...]] = {
    # ending of the nominative: (what stays of it, what may follow); the longest ending that fits makes the forms
    "а": (("", _NOUN_A),),
    "ва": (("в", f"{_NOUN_A} {_ADJECTIVE_FEM}"),),
    "на": (("н", f"{_NOUN_A} {_ADJECTIVE_FEM}"),),
    "та": (("т", f"{_NOUN_A} {_ADJECTIVE_FEM}"),),
    "ська": (("ськ", f"{_NOUN_A} {_ADJECTIVE_FEM}"),),
    "цька": (("цьк", f"{_NOUN_A} {_ADJECTIVE_FEM}"),),
    "ка": (("к", _NOUN_A), ("ц", "і")),
    "га": (("г", _NOUN_A), ("з", "і")),
    "ха": (("х", _NOUN_A), ("с", "і")),
    "ая": (("", "ой ую ою ые ых ым ыми ие их им ими"),),
    "яя": (("", "ей юю ею ие их им ими"),),
    "я": (("", "ї і и ю ею єю ей е є ям ями ях"),),
    "ия": (("и", "и ю ей е ям ями ях"),),
    "ння": (("нн", "ю ям і ями ях"),),
    "ць": (("ц", "я ю еві ем і е ів ям ями ях"),),
    "ець": (("ц", "я ю еві ем і ів ям ями ях"), ("ч", "е")),
    "єць": (("йц", "я ю еві ем і ів ям ями ях"),),
    "іль": (("ол", "я ю еві ем і е"), ("іл", "ля лю лі")),
    "ість": (("", "ості істю остей остям остями остях"),),
    "ь": (("", f"{_NOUN_SOFT} ью"),),
    "й": (("", _NOUN_SOFT),),
    "ій": (("і", "я ю єві єм ї є"), ("", _ADJECTIVE_SOFT)),
    "ий": (("", f"{_ADJECTIVE} его ему ем"), ("и", "я ю ем и")),
    "ый": (("", _ADJECTIVE),),
    "ой": (("", _ADJECTIVE), ("о", "я ю єм ем ї и е")),
    "о": (("", "а у ові ом і е ам ами ах"),),
    "е": (("", f"я ю ем і и а у {_ADJECTIVE}"),),
    "ое": (("", _ADJECTIVE),),
    "ее": (("", _ADJECTIVE_SOFT),),
    "ье": (("ь", "я ю ем и ям ями ях"),),
    "ие": (("и", "я ю ем и й ям ями ях"), ("", "их им ими")),
    "ые": (("", "ых ым ыми"),),
    "є": (("", "я ю єм ї"),),
    "и": (("", "ів ов ей ам ами ах ям ями ях"),),
    "ки": (("", "ок"), ("к", "ів ов ам ами ах")),
    "ы": (("", "ов ев ам ами ах"),),
    "і": (("", "ів ей ям ями ях ам ами ах их им ими"),),
    "ї": (("", "їв ям ями ях"),),
    "ок": (("ок", _NOUN_HARD), ("к", "а у ові ом и і е ів ов ам ами ах")),
    "ец": (("ц", "а у ем е ы ев ам ами ах"),),
    "ів": (("ов", "а у ові ом і е"), ("ев", "а у еві ом і е"), ("ів", "а у ом")),
    "їв": (("єв", "а у ові ом і е"),),
}
_LONGEST = max(map(len, _ENDINGS))
_SURNAME = re.compile(r"(?:ов|ев|єв|ьов|йов|ін|їн|ин|ын)\Z")
_SURNAME_MORE = "им ым ої ой ою их ых ими ыми"

_UNCHANGED = frozenset(
    "авто алло бюро бистро відео депо еко євро кіно кино какао кафе купе метро нато портмоне радио радіо рено "
    "сальто соло таксі такси турбо фото шосе шоссе эко евро видео".split()
)
"""Words that never change; a brand «Метро» must not be heard in «два метри»."""

_CYRILLIC = re.compile(r"[\u0400-\u052f']+")
_LATIN = re.compile(r"[a-z\u00df-\u024f']+")
_CONSONANTS = frozenset("бвгґджзклмнпрстфхцчшщ")
_SHORT = 4
"""Letters from which a lone word is inflected; shorter ones («Мир») meet too many other words."""
_SHORT_IN_PHRASE = 3
_ABBREVIATION = 4

FOREIGN_ENDINGS = frozenset(
    "а у і ы и е я ю ї є ом ем єм ою ой ею ей ові еві єві ам ами ах ям ями ях ів їв ов ев ский ський".split()
)
"""What Ukrainian and Russian hang on a Latin name: Acme'у, Acme-ом, Acmeом."""

_ARABIC = re.compile(r"[\u0621-\u064a]{4,}")
_ARABIC_BEFORE = tuple(a + b for a in ("", "و", "ف") for b in ("", "ال", "ب", "بال", "ل", "لل", "ك", "كال"))
_HANGUL = re.compile(r"[\uac00-\ud7a3]{2,}")
_HANGUL_AFTER = (
    "은 는 이 가 을 를 의 에 에서 에게 와 과 도 로 으로 만 까지 부터 보다 처럼 "
    "측 측은 이나 나 이라 라 이라고 라고 한테 랑 이랑"
).split()


def forms(word: str, *, in_phrase: bool = False, upper: bool = False) -> frozenset[str]:
    """All forms of a normalised word (NFKC, casefolded), itself among them.

    ``in_phrase``: other words must stand beside it, so rarer forms are safe. ``upper``: written in capitals only,
    as abbreviations are, which never change.
    """
    made = {word, word.replace("'", "")}
    if _CYRILLIC.fullmatch(word):
        for spelling in tuple(made):
            made |= _cyrillic(spelling, in_phrase=in_phrase, upper=upper)
    elif _LATIN.fullmatch(word):
        made |= _latin(word)
    elif _ARABIC.fullmatch(word):
        made |= {before + word for before in _ARABIC_BEFORE}
    elif _HANGUL.fullmatch(word):
        made |= {word + after for after in _HANGUL_AFTER}
    return frozenset(made)


def _cyrillic(word: str, *, in_phrase: bool, upper: bool) -> set[str]:
    letters = len(word.replace("'", ""))
    if letters < (_SHORT_IN_PHRASE if in_phrase else _SHORT) or word in _UNCHANGED:
        return set()
    if upper and letters <= _ABBREVIATION:
        return set()
    ending = next((word[-size:] for size in range(_LONGEST, 0, -1) if word[-size:] in _ENDINGS), "")
    rows = _ENDINGS[ending] if ending else ((("", _NOUN_HARD),) if word[-1] in _CONSONANTS else ())
    stem = word[: len(word) - len(ending)]
    made = {stem + kept + other for kept, others in rows for other in others.split()}
    if _SURNAME.search(word):
        made |= {word + other for other in f"{_NOUN_HARD} {_SURNAME_MORE}".split()}
    if word[-1] == "ь" and len(word) > 2 and word[-2] in _CONSONANTS:
        made.add(f"{word[:-1]}{word[-2]}ю")  # тінь, тінню
    if in_phrase:
        made |= _rarer(word)
    return made


def _rarer(word: str) -> set[str]:
    """Forms that alone would often be another word: the bare stem (копит), a feminine adjective (нової)."""
    if word[-1] not in "аоия":
        return set()
    stem = word[:-1]
    made = {stem}
    if word[-1] == "а":
        made |= {stem + other for other in f"ів ов {_ADJECTIVE_FEM}".split()}
    return made


def _latin(word: str) -> set[str]:
    """The Spanish plural, and the spelling without accents that people type («Telefonica»)."""
    if len(word) < _SHORT:
        return set()
    made = set()
    plain = unicodedata.normalize("NFD", word)
    bare = "".join(char for char in plain if unicodedata.category(char) != "Mn" or char == "\u0303")
    bare = unicodedata.normalize("NFC", bare)
    for spelling in (word, bare):
        made.add(spelling)
        if spelling[-1] in "aeoáéó":
            made.add(spelling + "s")
        elif spelling[-1] == "z":
            made.add(spelling[:-1] + "ces")
        elif spelling[-1] in "lnrdj":
            made.add(spelling + "es")
    if word[-2:] in {"án", "én", "ín", "ón", "ún", "és"}:
        made.add(bare + "es")
    return made
