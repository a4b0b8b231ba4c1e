"""The language of a post: script, letters and words, with the source's word as a strong hint; 'und' when unsure."""

import re
from functools import cache
from importlib.resources import files
from math import exp
from string import ascii_letters
from struct import Struct, pack
from typing import NamedTuple

from tocsin.domain.reading import rounded
from tocsin.domain.romanised import romanised
from tocsin.domain.sentiment import Model


class Language(NamedTuple):
    """``mixed``: two languages in one post (Surzhyk, Hinglish, Spanglish); ``tag`` is the one that carries more.

    ``cyrillic``: the text turned back, where it is Ukrainian or Russian in Latin letters.
    """

    tag: str
    confidence: float
    mixed: bool = False
    cyrillic: str = ""


UND = Language("und", 0.0)
LATIN = ("de", "en", "es", "fr", "hi", "it", "pl", "pt")
CYRILLIC = ("ru", "uk")
OTHERS_CYRILLIC = frozenset("be bg kk ky mk mn sr tg".split())
"""Languages in those letters that we do not tell by their words, which look Russian."""
NOT_LATIN = frozenset("be bg el fa he hy ja ka kk ko mk ru th uk ur zh".split())
SCRIPTS = (
    ("el", re.compile("[\u0370-\u03ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("hy", re.compile("[\u0531-\u058f]")),
    ("ka", re.compile("[\u10a0-\u10ff]")),
    ("th", re.compile("[\u0e01-\u0e5b]")),
    ("ko", re.compile("[\u1100-\u11ff\uac00-\ud7a3]")),
    ("ja", re.compile("[\u3041-\u30ff]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
)
OTHER_SCRIPTS = b"\xcd\xce\xcf\xd4\xd5\xd6\xd7\xe1\xe3\xe4\xe5\xe6\xe7\xe8\xe9\xea\xeb\xec\xed"
"""Bytes of UTF-8 with which their letters begin, Thai apart; other letters begin with some of them, too."""
IS_CYRILLIC, IS_ARABIC = re.compile("[\u0400-\u04ff]"), re.compile("[\u0600-\u06ff]")
IS_DEVANAGARI = re.compile("[\u0900-\u097f]")
IS_LATIN = re.compile("[a-z\u00df-\u017f]", re.IGNORECASE)
_CYRILLIC_BEGIN, _ARABIC_BEGIN, _LATIN_BEGIN = b"\xd0\xd1\xd2\xd3", b"\xd8\xd9\xda\xdb", b"\xc3\xc4\xc5"
_ASCII_LETTERS = ascii_letters.encode() + _LATIN_BEGIN
PLAIN_LATIN = re.compile(r"(?<![@#/.\w])[a-z][a-z']+(?![\w/.])")
PLAIN_CYRILLIC = re.compile(r"(?<![@#\w])[\u0430-\u045f][\u0430-\u045f']+(?!\w)")
OWN_LETTERS = {
    "uk": re.compile(r"[іїєґІЇЄҐ]"),
    "ru": re.compile(
        r"[ыэёвнкщжштлоЫЭЁВНКЩЖШТЛО](?:(?<=[ыэёЫЭЁ])|(?<=[внкщжштВНКЩЖШТ])(?:[аА][яЯ]|[оО][еЕ])\b"
        r"|(?<=[нлНЛ])[иИ][еЕ]\b|(?<=[оО])[сС][тТ][ьЬ]\b)"
    ),
    "be": re.compile(r"[ўЎ]"),
    "kk": re.compile(r"[әғқңөұүһӘҒҚҢӨҰҮҺ]"),
    "sr": re.compile(r"[јљњђћџЈЉЊЂЋЏ]"),
}
OTHER_CYRILLIC = re.compile("|".join(OWN_LETTERS[tag].pattern for tag in ("be", "kk", "sr")))
WHOSE = {
    letter: tag
    for tag, letters in {"de": "äöüß", "es": "ñ¿¡", "pt": "ãõ", "fr": "êèëîïœû", "it": "òì", "pl": "łąęśżźćń"}.items()
    for letter in letters
}
OWN_LATIN, ELIDED = re.compile(f"[{''.join(WHOSE)}]"), re.compile(r"\b[ldjcnsm]['’]", re.IGNORECASE)
OTHERS = re.compile("[ğışőűåøæěřůčžšđțșăāēīūėįųķļņ]")
"""Letters of Latin alphabets that no language of ours has."""
NEIGHBOURS = re.compile(r"\b(?:het|een|niet|zijn|voor|naar|och|inte|jag|ikke|jeg|og|ett|ik|dat|deze)\b")
"""Words of Dutch and the languages of the north, whose others look German."""
PERSIAN, URDU = re.compile("[پچژگی]"), re.compile("[ٹڈڑےں]")
LETTERED, FOREIGN, NEIGHBOURLY, SCRIPTED, FARTHER, SPOKEN = (1 << bit for bit in range(6))
"""Marks of a piece of a text: it may have letters or an elision of one Latin language, of a language that is none of
ours, be a word of German's neighbours, be of another script or of another language in Cyrillic, or be Surzhyk."""
ALL = (1 << 6) - 1
LOOKED_AT = 4_000
"""Characters that tell the script; a post changes its language rarely after that."""
HINT, LETTERS, WEAK, SURE, CLEAR = 2.5, 1.2, 0.7, 0.5, 1.5
SHIFT, FINE, FINE_PART = 16, 256, 1 / 256
STRONG, FEW = 2.8, 2
"""A word that speaks for one language as strongly tells a post of so few words."""
CERTAIN = 0.9
"""From such a confidence on the text is believed before the source."""
ENDS = ("", ",", ".", "!", "?", "...", "…", ")", ":", ";")
PLAIN, SIDE, LESSER = 3.0, 1.2, 3.9
"""For a mixture: what a letter of one language says, from where on a word speaks for one, and what the lesser needs."""


def marks_of(piece: str) -> int:
    """What to look for in a text of such a piece; a mark too many costs a search."""
    if piece.isascii():
        return LETTERED * ("'" in piece) | NEIGHBOURLY * (NEIGHBOURS.search(piece) is not None)
    lower = piece.lower()
    return (
        LETTERED * (OWN_LATIN.search(lower) is not None or "'" in piece or "’" in piece)
        | FOREIGN * (OTHERS.search(lower) is not None)
        | NEIGHBOURLY * (NEIGHBOURS.search(piece) is not None)
        | SCRIPTED * _may_be_other(piece.encode("utf-8", "surrogatepass"))
        | FARTHER * (OTHER_CYRILLIC.search(piece) is not None)
        | SPOKEN * (lower in _surzhyk())
    )


def language_of(text: str, said: bytes, model: Model, declared: str | None = None, marks: int = ALL) -> Language:
    """The language of a text of which ``said`` are the words' profiles (``Model.hear``) and ``marks`` those of its
    pieces, which spare searches.

    ``declared`` is the source's tag. It decides where the text leaves a doubt; letters and words decide against it,
    since a channel's language is often wrong.
    """
    head, hint = text[:LOOKED_AT], base(declared)
    if head.isascii():
        if not IS_LATIN.search(head):
            return Language(hint, SURE) if hint else UND
        found = _among(LATIN, head, said, model, hint, marks)
        return _turned_back(text, model, hint) or found if found.tag == UND.tag or found.confidence < SURE else found
    form = head.encode("utf-8", "surrogatepass")
    cyrillic, latin, arabic, devanagari = counted(form)
    most = max(cyrillic, latin, arabic, devanagari)
    for tag, script in SCRIPTS if marks & SCRIPTED and _may_be_other(form) else ():
        if (letters := len(script.findall(head))) > most // 2 and letters:
            return Language(hint if tag == "zh" and hint == "ja" else tag, 0.9)
    if not most:
        return Language(hint, SURE) if hint else UND
    if cyrillic == most:
        found = _cyrillic(head, said, model, hint, marks)
        return found._replace(mixed=True) if latin * 4 > cyrillic and _two_scripts(head) else found
    if arabic == most:
        if URDU.search(head):
            return Language("ur", 0.9)
        other = len(PERSIAN.findall(head)) * 20 > arabic
        return Language("fa" if other and hint != "ar" else "ar", 0.7 if other else 0.95, latin * 3 > arabic)
    if devanagari == most:
        return Language(hint if hint in {"mr", "ne", "sa"} else "hi", 0.9, latin * 3 > devanagari)
    found = _among(LATIN, head, said, model, hint, marks)
    return found._replace(mixed=True) if cyrillic * 4 > latin and _two_scripts(head) else found


def counted(form: bytes) -> tuple[int, int, int, int]:
    """Letters of a text in UTF-8: Cyrillic, Latin, Arabic, Devanagari. By the bytes that begin them, which is much
    sooner done than by looking at each letter."""
    long = len(form)
    latin = long - len(form.translate(None, _ASCII_LETTERS)) - form.count(b"\xc3\x97")
    latin += form.count(b"\xe1\xba\x9e") + form.count(b"\xe2\x84\xaa") + form.count(b"\xe2\x84\xab")
    return (
        long - len(form.translate(None, _CYRILLIC_BEGIN)),
        latin,
        long - len(form.translate(None, _ARABIC_BEGIN)),
        form.count(b"\xe0\xa4") + form.count(b"\xe0\xa5"),
    )


def _may_be_other(form: bytes) -> bool:
    return len(form) != len(form.translate(None, OTHER_SCRIPTS)) or b"\xe0\xb8" in form or b"\xe0\xb9" in form


def _two_scripts(head: str) -> bool:
    """Words, not only names and addresses, in both alphabets."""
    return len(PLAIN_LATIN.findall(head)) >= 2 and len(PLAIN_CYRILLIC.findall(head)) >= 2


def _turned_back(text: str, model: Model, hint: str) -> Language | None:
    found = romanised(text, model, hint) if hint in {"", "uk", "ru"} else None
    return Language(found.tag, found.confidence, cyrillic=found.cyrillic) if found else None


def base(tag: str | None) -> str:
    """``pt`` of ``pt-BR``; '' for none and for 'und'."""
    if not tag:
        return ""
    found = tag.replace("_", "-").split("-")[0].lower()
    return found if found.isalpha() and found != "und" else ""


def _cyrillic(head: str, said: bytes, model: Model, hint: str, marks: int) -> Language:
    if marks & FARTHER and OTHER_CYRILLIC.search(head):
        return Language(next(tag for tag in ("be", "kk", "sr") if OWN_LETTERS[tag].search(head)), 0.8)
    return _among(CYRILLIC, head, said, model, hint, marks)


def _among(tags: tuple[str, ...], head: str, said: bytes, model: Model, hint: str, marks: int) -> Language:
    votes, strong, sums = _votes(model, tags)
    count, spread = len(said), len(tags)
    known = count - said.count(0)
    fields = sums.unpack(sum(map(votes.__getitem__, said)).to_bytes(sums.size, "little"))
    best_words = fields[spread:]
    below = SHIFT * known
    scores = [field * FINE_PART - below for field in fields[:spread]]
    lower = "" if tags is CYRILLIC or not marks & (LETTERED | FOREIGN) or head.isascii() else head.lower()
    own = _own_cyrillic(head) if tags is CYRILLIC else _own_latin(head, lower) if marks & LETTERED else [0] * spread
    share = known / count if count else 0.0
    if tags is CYRILLIC and ("ъ" in head or "Ъ" in head) and (share >= SURE or count < 3):
        own[0] += 1  # Bulgarian has it too, but few words that we know
    if any(own):
        scores = [score + LETTERS * letters for score, letters in zip(scores, own, strict=True)]
    if hint in tags:
        scores[tags.index(hint)] += HINT * (1 + 2 / (1 + known))  # the fewer words, the more the source's counts
    top = max(scores)
    chance = 1 / sum([exp(score - top) for score in scores])
    place = scores.index(top)
    tag, letters = tags[place], 0 if tags is LATIN and not known and count > 1 else own[place]
    foreign = len(OTHERS.findall(lower)) if lower else 0
    if tag == "de" and marks & NEIGHBOURLY:
        foreign += 2 * len(NEIGHBOURS.findall(head))
    coverage = min(1.0, (known + 2 * letters) / (0.6 * count)) if count else 0.0
    alone = known == 1 and count <= FEW and any(strong[code] for code in said)
    confidence = chance * (1 - 0.5 ** (known + alone + 2 * letters)) * max(0.0, coverage - 0.3 * foreign)
    if tag == hint:
        confidence = max(confidence, 0.6 * chance)
    elif hint and confidence < CERTAIN and _is_another(hint, tags):
        return Language(hint, SURE)
    clear = sum(best_words)
    rest = clear - best_words[place]
    mixed = rest >= 2 and rest * 4 >= clear
    if tags is CYRILLIC:
        mixed = mixed or (own[0] > 0 and own[1] > 0) or _both(said, own, _edges(model))
        mixed = mixed or (tag == "uk" and marks & SPOKEN > 0 and not _surzhyk().isdisjoint(head.lower().split()))
    if confidence < SURE:
        return Language(UND.tag, rounded(confidence, 1_000), mixed)
    return Language(tag, rounded(confidence, 1_000), mixed)


def _is_another(hint: str, tags: tuple[str, ...]) -> bool:
    """Is it a language of the same letters that we do not tell by its words? Then the source's word goes first."""
    return hint in OTHERS_CYRILLIC if tags is CYRILLIC else hint not in tags and hint not in NOT_LATIN


def _both(said: bytes, own: list[int], edges: list[float]) -> bool:
    """Is enough of a Cyrillic text clearly Russian, and enough clearly Ukrainian?"""
    russian, ukrainian = PLAIN * own[0], PLAIN * own[1]
    for code in said:
        edge = edges[code]
        if edge > SIDE:
            ukrainian += edge
        elif edge < -SIDE:
            russian -= edge
    less, more = min(russian, ukrainian), max(russian, ukrainian)
    return less >= LESSER and less * 5 >= more


@cache
def _surzhyk() -> frozenset[str]:
    """Its words as they stand between spaces: with what may end them."""
    lines = files(__package__).joinpath("surzhyk.txt").read_text(encoding="utf-8").splitlines()
    words = [word for line in lines if not line.startswith("#") for word in line.split()]
    return frozenset(word + end for word in words for end in ENDS)


@cache
def _edges(model: Model) -> list[float]:
    """For each profile: how much more Ukrainian than Russian, in log-odds."""
    russian, ukrainian = (model.languages.index(tag) for tag in CYRILLIC)
    return [profile[ukrainian] - profile[russian] for profile in model.profiles]


def _own_cyrillic(head: str) -> list[int]:
    """For each tag: letters and endings that only it has, at most five."""
    return [min(len(OWN_LETTERS[tag].findall(head)), 5) for tag in CYRILLIC]


def _own_latin(head: str, lower: str) -> list[int]:
    """For each tag: letters and elisions that only it has, at most five. ``lower``: the same, unless it is ASCII."""
    own = [0] * len(LATIN)
    if lower:
        for letter in OWN_LATIN.findall(lower):
            own[LATIN.index(WHOSE[letter])] += 1
    if "'" in head or "’" in head:
        own[LATIN.index("fr")] += len(ELIDED.findall(head))
    return [min(letters, 5) for letters in own] if any(own) else own


@cache
def _votes(model: Model, tags: tuple[str, ...]) -> tuple[list[int], list[bool], Struct]:
    """For each profile: its votes, packed, and does it clearly speak for one tag alone? And what unpacks their sum.

    Packed into one integer of 32-bit fields, so that adding up a text's words is one ``sum``: what the word says for
    each tag, shifted to be above 0, then one word for the tag that it clearly speaks for.
    """
    columns = [model.languages.index(tag) for tag in tags]
    packed, strong = [0], [False]
    for profile in model.profiles[1:]:
        row = [WEAK * profile[column] for column in columns]
        edge = max(row) - sorted(row)[-2]
        fields = [round((vote + SHIFT) * FINE) for vote in row]
        fields += [int(edge > WEAK * CLEAR and vote == max(row)) for vote in row]
        packed.append(int.from_bytes(pack(f"<{len(fields)}I", *fields), "little"))
        strong.append(edge > WEAK * STRONG)
    return packed, strong, Struct(f"{2 * len(tags)}I")
