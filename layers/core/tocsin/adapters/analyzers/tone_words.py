"""The house's words of blame and praise, by language: word beginnings that complaints of clients' publics use."""

import json
import re
from collections.abc import Iterable, Mapping
from importlib.resources import files

WORD = re.compile(r"\w+")


class ToneWords:
    def __init__(self) -> None:
        lexicon = json.loads(files(__package__).joinpath("tone_words.json").read_text(encoding="utf-8"))
        self._negative = _patterns(lexicon["negative"])
        self._positive = _patterns(lexicon["positive"])
        self._negation = {language: frozenset(words) for language, words in lexicon["negation"].items()}

    def hits(self, text: str, languages: Iterable[str]) -> tuple[int, int]:
        """(charges, praises): words of the lexicon in the text; praise that is denied is a charge."""
        charges = praises = 0
        for language in languages:
            if language in self._negative:
                charges += len(self._negative[language].findall(text))
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


def _patterns(stems: Mapping[str, Iterable[str]]) -> dict[str, re.Pattern[str]]:
    return {
        language: re.compile(r"\b(?:" + "|".join(re.escape(stem) for stem in words) + ")", re.IGNORECASE)
        for language, words in stems.items()
    }
