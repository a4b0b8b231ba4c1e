"""The language of a post: script, letters and words, with the source's word as a strong hint; 'und' when unsure."""

import re
from functools import cache
from math import exp
from typing import NamedTuple

from tocsin.domain.sentiment import Model


class Language(NamedTuple):
    """``mixed``: two languages in one post (Surzhyk, Hinglish, Spanglish); ``tag`` is the one that carries more."""

    tag: str
    confidence: float
    mixed: bool = False


UND = Language("und", 0.0)
LATIN = ("de", "en", "es", "fr", "hi", "it", "pl", "pt")
CYRILLIC = ("ru", "uk")
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
OTHER_SCRIPTS = re.compile("|".join(script.pattern for _, script in SCRIPTS))
IS_CYRILLIC, IS_ARABIC = re.compile("[\u0400-\u04ff]"), re.compile("[\u0600-\u06ff]")
IS_DEVANAGARI = re.compile("[\u0900-\u097f]")
IS_LATIN = re.compile("[a-z\u00df-\u017f]", re.IGNORECASE)
OWN_LETTERS = {
    "uk": re.compile(r"[іїєґ]", re.IGNORECASE),
    "ru": re.compile(r"[ыэё]", re.IGNORECASE),
    "be": re.compile(r"ў", re.IGNORECASE),
    "kk": re.compile(r"[әғқңөұүһ]", re.IGNORECASE),
    "sr": re.compile(r"[јљњђћџ]", re.IGNORECASE),
    "de": re.compile(r"[äöüß]", re.IGNORECASE),
    "es": re.compile(r"[ñ¿¡]", re.IGNORECASE),
    "pt": re.compile(r"[ãõ]", re.IGNORECASE),
    "fr": re.compile(r"[êèëîïœû]|\b[ldjcnsm]['’]", re.IGNORECASE),
    "it": re.compile(r"[òì]", re.IGNORECASE),
    "pl": re.compile(r"[łąęśżźćń]", re.IGNORECASE),
}
OTHERS = re.compile("[ğışőűåøæěřůčžšđțșăāēīūėįųķļņ]")
"""Letters of Latin alphabets that no language of ours has."""
PERSIAN, URDU = re.compile("[پچژگی]"), re.compile("[ٹڈڑےں]")
LOOKED_AT = 4_000
"""Characters that tell the script; a post changes its language rarely after that."""
HINT, LETTERS, WEAK, SURE, CLEAR = 2.5, 1.2, 0.7, 0.5, 1.5


def language_of(text: str, said: bytearray, model: Model, declared: str | None = None) -> Language:
    """The language of a text of which ``said`` are the words' profiles (``Model.hear``).

    ``declared`` is the source's tag. It decides where the text leaves a doubt; letters and words decide against it,
    since a channel's language is often wrong.
    """
    head, hint = text[:LOOKED_AT], base(declared)
    if head.isascii():
        return (
            _among(LATIN, head, said, model, hint) if IS_LATIN.search(head) else Language(hint, SURE) if hint else UND
        )
    cyrillic, latin = len(IS_CYRILLIC.findall(head)), len(IS_LATIN.findall(head))
    arabic, devanagari = len(IS_ARABIC.findall(head)), len(IS_DEVANAGARI.findall(head))
    most = max(cyrillic, latin, arabic, devanagari)
    for tag, script in SCRIPTS if OTHER_SCRIPTS.search(head) else ():
        if (letters := len(script.findall(head))) > most // 2 and letters:
            return Language(hint if tag == "zh" and hint == "ja" else tag, 0.9)
    if not most:
        return Language(hint, SURE) if hint else UND
    if cyrillic == most:
        return _cyrillic(head, said, model, hint)
    if arabic == most:
        if URDU.search(head):
            return Language("ur", 0.9)
        other = len(PERSIAN.findall(head)) * 20 > arabic
        return Language("fa" if other and hint != "ar" else "ar", 0.7 if other else 0.95, latin * 3 > arabic)
    if devanagari == most:
        return Language(hint if hint in {"mr", "ne", "sa"} else "hi", 0.9, latin * 3 > devanagari)
    return _among(LATIN, head, said, model, hint)


def base(tag: str | None) -> str:
    """``pt`` of ``pt-BR``; '' for none and for 'und'."""
    found = (tag or "").replace("_", "-").split("-")[0].lower()
    return found if found.isalpha() and found != "und" else ""


def _cyrillic(head: str, said: bytearray, model: Model, hint: str) -> Language:
    for tag in ("be", "kk", "sr"):
        if OWN_LETTERS[tag].search(head):
            return Language(tag, 0.8)
    return _among(CYRILLIC, head, said, model, hint)


def _among(tags: tuple[str, ...], head: str, said: bytearray, model: Model, hint: str) -> Language:
    votes, best = _votes(model, tags)
    known = [code for code in said if code]
    scores = [sum(column) for column in zip(*[votes[code] for code in known], strict=True)] or [0.0] * len(tags)
    best_words = [0] * len(tags)
    for code in known:
        if best[code] >= 0:
            best_words[best[code]] += 1
    own = [0] * len(tags)
    if not head.isascii() or "'" in head:
        own = [min(len(OWN_LETTERS[tag].findall(head)), 5) if tag in OWN_LETTERS else 0 for tag in tags]
    share = len(known) / len(said) if said else 0.0
    if tags is CYRILLIC and "ъ" in head.lower() and (share >= SURE or len(said) < 3):
        own[0] += 1  # Bulgarian has it too, but few words that we know
    trust = HINT * (1 + 2 / (1 + len(known)))  # the fewer words, the more the source's counts
    scores = [
        score + LETTERS * letters + trust * (tag == hint) for score, letters, tag in zip(scores, own, tags, strict=True)
    ]
    top = max(scores)
    chance = 1 / sum(exp(score - top) for score in scores)
    place = scores.index(top)
    letters = 0 if tags is LATIN and not known and len(said) > 1 else own[place]
    foreign = 0 if head.isascii() or tags is CYRILLIC else len(OTHERS.findall(head.lower()))
    coverage = min(1.0, (len(known) + 2 * letters) / (0.6 * len(said))) if said else 0.0
    confidence = chance * (1 - 0.5 ** (len(known) + 2 * letters)) * max(0.0, coverage - 0.3 * foreign)
    if tags[place] == hint:
        confidence = max(confidence, 0.6 * chance)
    elif hint and hint not in tags and confidence < 0.9 and tags is LATIN and hint not in NOT_LATIN:
        return Language(hint, SURE)
    rest = sum(best_words) - best_words[place]
    mixed = rest >= 2 and rest * 4 >= sum(best_words)
    if tags is CYRILLIC:
        mixed = mixed or (own[0] > 0 and own[1] > 0)
    if confidence < SURE:
        return Language("und", round(confidence, 3), mixed)
    return Language(tags[place], round(confidence, 3), mixed)


@cache
def _votes(model: Model, tags: tuple[str, ...]) -> tuple[list[list[float]], list[int]]:
    """For each profile: what it says for each tag, and the tag that it clearly speaks for, or -1."""
    columns = [model.languages.index(tag) for tag in tags]
    rows = [[WEAK * profile[column] for column in columns] for profile in model.profiles]
    clear = [max(row) - sorted(row)[-2] > WEAK * CLEAR for row in rows]
    return rows, [row.index(max(row)) if sure else -1 for row, sure in zip(rows, clear, strict=True)]
