"""The house's words of blame and praise, by language: word beginnings that complaints of clients' publics use."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files

from tocsin.domain.lazy_pattern import LazyPattern
from tocsin.domain.pieces import LONGEST

WORD = re.compile(r"\w+")
CACHED = 8_192


class ToneWords:
    """Safe to share between threads: what is remembered is the same whoever finds it out."""

    def __init__(self) -> None:
        lexicon = json.loads(files(__package__).joinpath("tone_words.json").read_text(encoding="utf-8"))
        self._negative = _patterns(lexicon["negative"])
        self._positive = _patterns(lexicon["positive"])
        self._negation = {language: frozenset(words) for language, words in lexicon["negation"].items()}
        begins: dict[str, dict[str, None]] = {}
        for language, stems in (*lexicon["negative"].items(), *lexicon["positive"].items()):
            begins.setdefault(language, {}).update(dict.fromkeys(WORD.findall(stem)[0] for stem in stems))
        self._may = {language: _Beginners(pattern) for language, pattern in _patterns(begins).items()}

    def hits(self, text: str, languages: Iterable[str], pieces: Sequence[str] = ()) -> tuple[int, int]:
        """(charges, praises): words of the lexicon in the text; praise that is denied is a charge.

        ``pieces``: its own, which spare searches.
        """
        charges = praises = 0
        for language in languages:
            if language not in self._may or (pieces and not self._may[language].any_of(pieces)):
                continue
            if language in self._negative:
                charges += sum(1 for _ in self._negative[language].finditer(text))
            if language in self._positive:
                plain, denied = self._praise(text, language)
                charges, praises = charges + denied, praises + plain
        return charges, praises

    def _praise(self, text: str, language: str) -> tuple[int, int]:
        """(praise, praise denied by the word before it)."""
        plain = denied = 0
        for match in self._positive[language].finditer(text):
            before = WORD.findall(text[max(0, match.start() - 20) : match.start()].casefold())
            if before and before[-1] in self._negation[language]:
                denied += 1
            else:
                plain += 1
        return plain, denied


class _Beginners:
    """In which pieces of a text a word of the lexicon may begin. Remembered: a text is asked in one go."""

    def __init__(self, begins: LazyPattern) -> None:
        self._begins = begins
        self._with: set[str] = set()
        self._without: set[str] = set()

    def any_of(self, pieces: Sequence[str]) -> bool:
        if self._without.issuperset(pieces):
            return False
        if not self._with.isdisjoint(pieces):
            return True
        found = False
        for piece in pieces:
            if piece not in self._without:
                may = self._begins.search(piece) is not None
                if len(piece) <= LONGEST:
                    known = self._with if may else self._without
                    if len(known) >= CACHED:
                        known.clear()
                    known.add(piece)
                found = found or may
        return found


def _patterns(stems: Mapping[str, Iterable[str]]) -> dict[str, LazyPattern]:
    return {
        language: LazyPattern(r"\b(?:" + "|".join(re.escape(stem) for stem in words) + ")")
        for language, words in stems.items()
    }
