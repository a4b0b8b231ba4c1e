"""Words with a meaning to the alarm, in any form: `hospital*` of the data is heard in «hospitalised», «лікарн*» in
«лікарнею».

A written form is looked up once and remembered, so that a text costs one look-up a word. A meaning is called a concept
(hospital, child, mock ...); rules over concepts make grave matters (matters.py).
"""

import json
import re
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from operator import itemgetter
from typing import NamedTuple

from tocsin.domain.pieces import BEHIND, Remembered
from tocsin.domain.tokens import clean

FILES = ("harm", "blame", "told", "complaint", "service", "minor")
TOKEN = re.compile(r"[^\W_]+(?:['’ʼ‘´′][^\W_]+)*|[?!.;\n«»\"“”„😂🤣]")
MARKS = frozenset('?!.;\n«»"“”„')
GAP = "*"
LONGEST_GAP = 6
"""Words that may stand where a phrase of the data has a lone `*`."""
LONGEST_WORD = 40
IDIOM = "idiom"
CYRILLIC_TONGUES = ("uk", "ru")
_FOLD = str.maketrans("áàâäãåéèêëíìîïóòôöõúùûüñçßёýąćęłńśźż’ʼ‘´′", "aaaaaaeeeeiiiiooooouuuuncsеyacelnszz'''''")
_FOLDED = re.compile(f"[{''.join(map(chr, _FOLD))}]")
_LIKE = str.maketrans("aceopxyikmhtb", "асеорхуікмнтв")
"""Latin letters that look like the Cyrillic ones beside them."""
_LATIN = re.compile(r"[a-z]")
_CYRILLIC = re.compile(r"[\u0400-\u052f]")


class Span(NamedTuple):
    """Tokens [start, end)."""

    start: int
    end: int


class _Part(NamedTuple):
    text: str
    stem: bool

    def fits(self, word: str) -> bool:
        return word.startswith(self.text) if self.stem else word == self.text


class _Phrase(NamedTuple):
    concept: str
    rest: tuple[_Part | None, ...]
    """Words after the first; None where others may stand between."""


class _Following(NamedTuple):
    """Phrases whose next word begins with one letter, each with its place among them: by that word, and those of which
    only its beginning is told, with these beginnings."""

    whole: dict[str, list[tuple[int, _Phrase]]]
    begun: list[tuple[int, _Phrase]]
    stems: tuple[str, ...]


class Entry(NamedTuple):
    """What a written form means alone, and what it may begin: phrases by the letter that their next word begins with,
    and those that leave a gap there. ``idiom``: a figure of speech is among them."""

    concepts: tuple[str, ...]
    phrases: dict[str, _Following]
    gapped: tuple[_Phrase, ...]
    idiom: bool


class Said(NamedTuple):
    """A text as tokens, and where each concept stands in it, in order."""

    tokens: tuple[str, ...]
    spans: dict[str, list[Span]]


def fold(text: str) -> str:
    """Lower case without accents; as many characters as before, so that offsets hold."""
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(small if len(small := char.lower()) == 1 else char for char in text)
    return lower if lower.isascii() or _FOLDED.search(lower) is None else lower.translate(_FOLD)


def tokens_of(piece: str) -> tuple[str, ...]:
    """The folded tokens of a piece of a text; where that is one, the piece itself, to keep it once."""
    tokens = TOKEN.findall(fold(piece))
    return (piece,) if tokens == [piece] else tuple(tokens)


class Lexicon:
    """The words of some languages. Safe to share between threads: what is cached is the same whoever computes it."""

    def __init__(
        self,
        concepts: dict[str, dict[str, str]],
        languages: tuple[str, ...],
        cyrillic: "Lexicon | None" = None,
        place: int = 0,
    ) -> None:
        """``cyrillic``: where words in those letters are looked up, built once for all other languages; ``place``:
        its own among the lexicons, by which is kept what a piece of a text means to each."""
        self.place = place
        self._cyrillic = cyrillic
        self._stems: dict[str, dict[str, None]] = {}
        self._exact: dict[str, dict[str, None]] = {}
        self._phrase_stems: dict[str, list[_Phrase]] = {}
        self._phrase_exact: dict[str, list[_Phrase]] = {}
        for concept, tongues in concepts.items():
            for language in languages:
                terms = tongues.get(language, "")
                for term in terms.split(","):
                    self._add(concept, fold(term.strip()))
                    if "ß" in term:
                        self._add(concept, fold(term.strip().replace("ß", "ss")))
        self._longest = max((len(stem) for stem in (*self._stems, *self._phrase_stems)), default=0)
        self._cache = Remembered(self._learn, BEHIND)

    def hear(self, text: str) -> dict[str, list[Span]]:
        """Where each concept stands in a folded text. Linear in its length."""
        return self.hear_tokens(TOKEN.findall(text))

    def hear_tokens(self, tokens: Sequence[str]) -> dict[str, list[Span]]:
        return standing(tokens, self.meant(tokens))

    def meant(self, tokens: Sequence[str]) -> tuple[tuple[int, Entry], ...]:
        """The tokens that mean anything, by their places."""
        return tuple([(at, entry) for at, token in enumerate(tokens) if (entry := self._cache[token]) is not None])

    def _add(self, concept: str, term: str) -> None:
        if not term:
            return
        first, *rest = (term.replace("'", "") if "'" in term else term).split()
        stem = first[-1] == GAP
        key = first.rstrip(GAP)
        if rest:
            parts = tuple(None if word == GAP else _Part(word.rstrip(GAP), word[-1] == GAP) for word in rest)
            (self._phrase_stems if stem else self._phrase_exact).setdefault(key, []).append(_Phrase(concept, parts))
        else:
            (self._stems if stem else self._exact).setdefault(key, {})[concept] = None

    def _learn(self, token: str) -> Entry | None:
        return self.entry(plain(token)) if token not in MARKS and len(token) <= LONGEST_WORD else None

    def entry(self, word: str) -> Entry | None:
        """What a word means that ``plain`` wrote; None: nothing."""
        if self._cyrillic is not None and not word.isascii() and _CYRILLIC.search(word):
            return self._cyrillic.entry(word)
        concepts = dict(self._exact.get(word, {}))
        found = list(self._phrase_exact.get(word, ()))
        stems, phrase_stems = self._stems, self._phrase_stems
        for size in range(1, min(len(word), self._longest) + 1):
            if (begun := word[:size]) in stems:
                concepts |= stems[begun]
            if begun in phrase_stems:
                found += phrase_stems[begun]
        if not concepts and not found:
            return None
        phrases: dict[str, _Following] = {}
        for place, phrase in enumerate(found):
            if following := phrase.rest[0]:
                by_word, by_stem, _ = phrases.setdefault(following.text[0], _Following({}, [], ()))
                (by_stem if following.stem else by_word.setdefault(following.text, [])).append((place, phrase))
        for first, (by_word, by_stem, _) in phrases.items():
            begins = tuple(phrase.rest[0].text for _, phrase in by_stem if phrase.rest[0])
            phrases[first] = _Following(by_word, by_stem, begins)
        gapped = tuple(phrase for phrase in found if phrase.rest[0] is None)
        idiom = IDIOM in concepts or any(phrase.concept == IDIOM for phrase in found)
        return Entry(tuple(concepts), phrases, gapped, idiom)


_FEW = 256
_ONES = tuple(Span(at, at + 1) for at in range(_FEW))


def standing(tokens: Sequence[str], meant: Iterable[tuple[int, Entry]]) -> dict[str, list[Span]]:
    """Where each concept stands, by the tokens that mean anything."""
    found: dict[str, list[Span]] = {}
    masked, last = 0, len(tokens) - 1
    for at, entry in meant:
        if at < masked:
            continue
        concepts, phrases, gapped, idiomatic = entry
        longer: Sequence[tuple[str, Span]] = ()
        if at < last and (gapped or (phrases and tokens[at + 1][0] in phrases)):
            longer = _longer(phrases, gapped, tokens, at)
        if idiomatic and (idiom := _idiom(concepts, longer, at)):
            masked, concepts, longer = idiom, (), [(IDIOM, Span(at, idiom))]
        if concepts:
            one = _ONES[at] if at < _FEW else Span(at, at + 1)
            for concept in concepts:
                if concept in found:
                    found[concept].append(one)
                else:
                    found[concept] = [one]
        for concept, span in longer:
            if (spans := found.get(concept)) is None:
                found[concept] = [span]
            elif spans[-1].start != at:
                spans.append(span)
    return found


def _longer(
    phrases: dict[str, _Following], gapped: tuple[_Phrase, ...], tokens: Sequence[str], at: int
) -> Sequence[tuple[str, Span]]:
    """The phrases that begin at a token, which is not the last."""
    begun: list[_Phrase] = []
    if following := phrases.get(tokens[at + 1][0]):
        word = plain(tokens[at + 1])
        whole, also, stems = following
        fitting = whole.get(word, ())
        if stems and word.startswith(stems):
            more = [each for each in also if each[1].rest[0].fits(word)]  # type: ignore[union-attr]
            fitting = sorted((*fitting, *more), key=_PLACE) if fitting and more else more or fitting
        begun = [phrase for _, phrase in fitting]
    if not (begun or gapped):
        return ()
    return [
        (phrase.concept, Span(at, end)) for phrase in (*begun, *gapped) if (end := _end(phrase.rest, tokens, at + 1))
    ]


_PLACE = itemgetter(0)


def _idiom(concepts: tuple[str, ...], longer: Sequence[tuple[str, Span]], at: int) -> int:
    """Where a figure of speech ends that is as long as anything else which begins there; 0: there is none."""
    ends = [at + 1] if IDIOM in concepts else []
    ends += [span.end for concept, span in longer if concept == IDIOM]
    if not ends:
        return 0
    idiom = max(ends)
    return idiom if all(span.end <= idiom for _, span in longer) else 0


def plain(token: str) -> str:
    """A token as the data writes it: no apostrophes, one alphabet in a word."""
    if token.isalpha() and token.isascii():
        return token
    word = token.replace("'", "")
    if not word.isascii() and _LATIN.search(word) and _CYRILLIC.search(word):
        word = word.translate(_LIKE)
    return word


def _end(rest: tuple[_Part | None, ...], tokens: Sequence[str], at: int) -> int:
    """Where a phrase ends whose first word stands before ``at``; 0 when it is not there."""
    free = 0
    for part in rest:
        if part is None:
            free = LONGEST_GAP
            continue
        for place in range(at, min(at + free + 1, len(tokens))):
            if part.fits(plain(tokens[place])):
                at, free = place + 1, 0
                break
        else:
            return 0
    return at


@cache
def concepts() -> dict[str, dict[str, str]]:
    """{concept: {language: terms}} of the package's data."""
    folder = files("tocsin.domain").joinpath("severity_words")
    return {
        concept: tongues
        for name in FILES
        for concept, tongues in json.loads(folder.joinpath(f"{name}.json").read_text(encoding="utf-8")).items()
    }


@cache
def languages() -> frozenset[str]:
    return frozenset(language for tongues in concepts().values() for language in tongues)


UNKNOWN, UNSURE = "", ("en", "es", "de")


@cache
def lexicon(language: str) -> Lexicon:
    """The words heard in a text of a language. Cyrillic words are always heard, and English ones in Cyrillic texts;
    where the language is not known, those of the three most spoken."""
    if language in CYRILLIC_TONGUES:
        return lexicon("en")
    own = places()
    if language not in own:
        return lexicon(UNKNOWN)
    return Lexicon(concepts(), (language,) if language else UNSURE, _cyrillic(), own[language])


@cache
def places() -> dict[str, int]:
    """The place of each lexicon among them, by its language."""
    return {language: at for at, language in enumerate(sorted({*languages(), UNKNOWN} - {*CYRILLIC_TONGUES}))}


@cache
def _cyrillic() -> Lexicon:
    return Lexicon(concepts(), CYRILLIC_TONGUES)


def cleaned(text: str) -> str:
    """What evidence is quoted from and what positions are told in."""
    return clean(text)
