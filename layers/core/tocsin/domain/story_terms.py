"""What in a text tells one event from another: its rare words, names, numbers, hashtags, quoted words and links.

A word counts by its stem, a name also by its consonants in Latin letters, so that «Харкові» and «Kharkiv» are one.
"""

import math
import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files
from itertools import islice
from typing import NamedTuple

from tocsin.domain.signature import signature
from tocsin.domain.story_links import key_of, link_key
from tocsin.domain.story_senses import sense_of, weight_of
from tocsin.domain.tokens import CAMEL, LETTER, MANY, clean

WORDS = 80
"""Words looked at: who tells an event begins with it."""
TERMS = 48
LINKS = 4
CACHED = 8_192
_LONGEST_BEGINNING = 12
_LONGEST = 60

_TOKEN = re.compile(rf"#?(?!_){LETTER}+(?:['’.,](?=\d)\d+|['’]{LETTER}+)*")
_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"'»”]+")
_USER = re.compile(rf"@{LETTER}[\w.@-]*")
_ASKS = re.compile(
    r"підпи[сш]|подпи[сш]|підтримати канал|надісл\w* новин|присла\w* новост|більше новин|больше новостей|читайте також"
    r"|читайте также|subscrib|follow us|read more|our channel|sent from my|suscr[ií]b|s[ií]guenos|más noticias"
    r"|abonnier|folgt? uns|mehr dazu|mehr lesen|в нашому|в нашем|nuestro canal|telegram|whatsapp|instagram|t\.me/",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[«“„\"]([^«»“”„\"\n]{3,40})[»”“\"]")
_MIXED_LATIN = re.compile(r"[a-z]")
_CYRILLIC = re.compile(r"[\u0400-\u052f]")
_SAME_LOOK = str.maketrans("aceopxyikmhtb", "асеорхуікмнтв")
_TO_LATIN = str.maketrans(
    dict(zip("абвгґдезийклмнопрстуфіїєэыьъёя'’", "abvhhdeziiklmnoprstufiieey  ea  ", strict=True))
    | {"ж": "j", "х": "h", "ц": "c", "ч": "c", "ш": "s", "щ": "s", "ю": "u"}
)
_SOUNDS = (("shch", "s"), ("sch", "s"), ("kh", "h"), ("zh", "j"), ("ts", "c"), ("tz", "c"), ("ch", "c"), ("sh", "s"),
           ("ph", "f"), ("ck", "k"), ("g", "h"), ("w", "v"), ("q", "k"), ("x", "ks"))  # fmt: skip
_VOWELS = re.compile(r"[^a-z]|[aeiouy]")


WORD, APART, TAG, CONCEPT, SENSE = 0, 1, 2, 3, 4
"""The lowest three bits of a key: a word of its language; what is spelt alike in every language (a name, a number, a
scenario); a hashtag, that bots add by the handful; what is complained of, by `concept_of`; what a word means, by
`sense_of`."""
KIND = 7
UNKNOWN = 7.5
"""The weight of a word that few texts have."""


class Term(NamedTuple):
    """``key``: 21 bits of a hash, or a sense, and its kind; ``weight``: how rare it is: ln(1 / share of texts)."""

    key: int
    weight: float


class Told(NamedTuple):
    """``terms``: by their 24-bit hash, the first WORDS words' rarest. ``links``: 32-bit hashes of the addresses it
    leads to or stands at. ``cut``: it ends in dots, as what was shortened does. ``words``: of each word the keys by
    which it may be met again."""

    signature: int
    terms: dict[int, Term]
    links: tuple[int, ...]
    cut: bool = False
    words: tuple[tuple[int, ...], ...] = ()


_cache: dict[str, tuple[Term, ...]] = {}


def told(
    text: str,
    url: str | None = None,
    extra: Iterable[Term] = (),
    known: frozenset[int] = frozenset(),
    own: frozenset[str] = frozenset(),
) -> Told:
    """``url``: where it stands, when that is its own. ``known``: keys that tell nothing, of the brand's own names;
    ``own``: its hosts, whose pages everybody links to. ``extra``: further terms, of what was read in it."""
    seen = clean(text)
    links = [url] if url else []
    if "http" in seen or "www." in seen:
        links += _URL.findall(seen)[: LINKS * 2]
        seen = _URL.sub(" ", seen)
    if "@" in seen:
        seen = _USER.sub(" ", seen)
    seen = without_footer(seen)
    shouted = seen.isupper()
    terms: dict[int, Term] = {}
    words: dict[tuple[int, ...], None] = {}
    learnt = _cache
    for match in islice(_TOKEN.finditer(seen), WORDS):
        raw = match.group()
        if shouted:
            raw = raw.lower()
        found = learnt.get(raw)
        if found is None:
            found = _learn(raw)
        for term in found:
            terms[term.key] = term
        words[tuple([term.key for term in found])] = None
    for quoted in islice(_QUOTED.finditer(seen), 3):
        term = Term(term_key(f"«{' '.join(quoted[1].casefold().split())}", WORD), 7.0)
        terms[term.key] = term
        words[(term.key,)] = None
    for name in known:
        terms.pop(name, None)
    for term in extra:
        terms[term.key] = term
        words[(term.key,)] = None
    if len(terms) > TERMS:
        kept = sorted(terms.values(), key=lambda term: (-term.weight, term.key))[:TERMS]
        terms = {term.key: term for term in kept}
    known_by = tuple(dict.fromkeys(key for link in links if (key := link_key(link, own)) is not None))[:LINKS]
    return Told(signature(text), terms, known_by, seen.rstrip().endswith(("…", "...")), tuple(words))


def without_footer(text: str) -> str:
    """Without the last lines in which a channel asks to be followed or sent news; the first line always stays."""
    for _ in range(3):
        body, line, last = text.rpartition("\n")
        if not line or not body.strip() or (last.strip() and not (len(last) < 160 and _ASKS.search(last))):
            break
        text = body
    return text


def keys_of(names: Iterable[str]) -> frozenset[int]:
    """What ``told`` is to pass over, of a brand's names."""
    return frozenset(
        term.key
        for name in names
        for raw in (*_TOKEN.findall(clean(name)), f"#{name.replace(' ', '')}")
        for term in _terms(raw[:1] + raw[1:].capitalize() if raw[0] == "#" else raw.capitalize())
    )


def plain_words(text: str) -> list[str]:
    """Its words as ``stem`` and ``concept_of`` take them; no numbers, hashtags, links or people."""
    return list(map(_plain, _words(text)))


def _words(text: str) -> list[str]:
    seen = clean(text)
    if "http" in seen or "www." in seen:
        seen = _URL.sub(" ", seen)
    if "@" in seen:
        seen = _USER.sub(" ", seen)
    return [raw for raw in _TOKEN.findall(seen) if raw[0] != "#" and not raw[0].isdecimal()]


def term_key(text: str, kind: int) -> int:
    return key_of(text) & ~KIND | kind


def stem(word: str) -> str:
    """What inflection leaves of a plain word, roughly, in any alphabet."""
    return word[:5] if len(word) > 6 else word[:4] if len(word) > 4 else word


def concept_of(word: str) -> str | None:
    """What a plain word complains of: the concept of its longest listed beginning, the same in every language."""
    beginnings = _concepts()
    found = beginnings.get(f"={word}")
    for size in range(min(len(word), _LONGEST_BEGINNING), 2, -1):
        if found:
            break
        found = beginnings.get(word[:size])
    return found


@lru_cache(maxsize=CACHED)
def _concept_in(raw: str) -> str | None:
    return concept_of(_plain(raw))


def concepts(text: str) -> tuple[str, ...]:
    """What a text complains of, the rarest first: two wordings, and two languages, of one matter share it."""
    found = dict.fromkeys(filter(None, map(_concept_in, _words(text)[:WORDS])))
    if len(found) < 2:
        return tuple(found)
    return tuple(sorted(found, key=lambda concept: -_weight(f"§{concept}", UNKNOWN)))


def concept_names() -> tuple[str, ...]:
    """All there are, in the order of the list: what is kept by its place stays right when new ones come last."""
    return tuple(dict.fromkeys(_concepts().values()))


def _learn(raw: str) -> tuple[Term, ...]:
    found = tuple(_terms(raw))
    if len(_cache) >= CACHED:
        _cache.clear()
    if len(raw) <= _LONGEST:
        _cache[raw] = found
    return found


def _terms(raw: str) -> Iterable[Term]:
    if raw[0] == "#":
        yield Term(term_key(f"#{_plain(raw[1:])}", TAG), 4.0)
        for part in CAMEL.findall(raw[1:_LONGEST]):
            if len(part) > 2:
                yield from (term if term.key & CONCEPT == CONCEPT else Term(term.key, 3.0) for term in _terms(part))
        return
    if raw[0].isdecimal():
        yield from _number("".join(char for char in raw if char.isdecimal()))
        return
    word = _plain(raw)
    if len(word) < 2:
        return
    root = stem(word)
    weight = _weight(root, UNKNOWN if len(word) > 3 else 4.5)
    yield Term(term_key(root, WORD), weight)
    if concept := concept_of(word):
        yield Term(term_key(f"§{concept}", CONCEPT), _weight(f"§{concept}", UNKNOWN))
    elif (sense := sense_of(word)) is not None:
        yield Term(sense << 3 | SENSE, weight_of(sense))
    if not concept and raw[0].isupper() and weight > 5.5:
        for name in _name(word):
            yield Term(term_key(name, APART), 4.2)


def _number(digits: str) -> Iterable[Term]:
    """One digit tells nothing; two, and a year, little."""
    if len(digits) > 1:
        number = str(int(digits[:18]))
        year = len(number) == 4 and number[:2] in {"19", "20"}
        yield Term(term_key(f"0{number}", APART), 4.0 if len(number) < 3 or year else 5.0)


def _weight(root: str, unknown: float) -> float:
    share = _common().get(root)
    return -math.log(share) if share else unknown


def _name(word: str) -> tuple[str, ...]:
    """Its consonants in Latin letters; nothing when they are too few to tell."""
    latin = word.translate(_TO_LATIN)
    for written, sound in _SOUNDS:
        latin = latin.replace(written, sound)
    bones = MANY.sub(r"\1", _VOWELS.sub("", latin))[:5]
    return (f"~{bones}",) if len(bones) > 2 else ()


def _plain(raw: str) -> str:
    word = MANY.sub(r"\1", raw[:_LONGEST].casefold()).replace("’", "'").lstrip("#")
    if word.isascii():
        return word
    if _CYRILLIC.search(word):
        return word.translate(_SAME_LOOK) if _MIXED_LATIN.search(word) else word.replace("ё", "е")
    return "".join(char for char in unicodedata.normalize("NFD", word) if unicodedata.category(char) != "Mn")


def prior_of(key: int) -> float:
    """The weight of a term of which only the key was kept."""
    if key & KIND == SENSE:
        return weight_of(key >> 3)
    return _priors().get(key, 4.3 if key & APART else UNKNOWN)


@cache
def _priors() -> dict[int, float]:
    return {term_key(root, CONCEPT if root[0] == "§" else WORD): -math.log(share) for root, share in _common().items()}


@cache
def _common() -> dict[str, float]:
    """The share of texts that a stem stands in, by stem."""
    lines = files("tocsin.domain").joinpath("story_common.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split() for line in lines if line and line[0] != "#")
    return {root: int(millionths) / 1e6 for root, millionths in pairs}


@cache
def _concepts() -> dict[str, str]:
    lines = files("tocsin.domain").joinpath("story_concepts.txt").read_text(encoding="utf-8").splitlines()
    beginnings: dict[str, str] = {}
    for line in lines:
        if line and line[0] != "#":
            concept, _, words = line.partition(":")
            for word in words.split():
                mark = "=" if word[0] == "=" else ""
                beginnings.setdefault(mark + _plain(word.removeprefix("=")), concept)
    return beginnings
