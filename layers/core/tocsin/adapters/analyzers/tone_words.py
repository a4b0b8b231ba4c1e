"""The house's words of blame and praise, by language: word beginnings that complaints of clients' publics use."""

import json
import re
from collections.abc import Iterable, Mapping
from importlib.resources import files

from tocsin.domain.lazy_pattern import LazyPattern

WORD = re.compile(r"\w+")


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
        self._begins = _patterns(begins)
        self._bits = {language: 1 << place for place, language in enumerate(begins)}
        self._of_ascii = {
            language: bit for language, bit in self._bits.items() if any(map(str.isascii, begins[language]))
        }

    def beginning(self, piece: str) -> int:
        """The languages of whose words one may begin in a piece of a text, as bits."""
        bits = self._of_ascii if piece.isascii() else self._bits
        return sum([bit for language, bit in bits.items() if self._begins[language].search(piece)])

    def hits(self, text: str, languages: Iterable[str], beginning: int = -1) -> tuple[int, int]:
        """(charges, praises): words of the lexicon in the text; praise that is denied is a charge.

        ``beginning``: of all its pieces, which spares searches.
        """
        charges = praises = 0
        for language in languages:
            if not beginning & self._bits.get(language, 0):
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


def _patterns(stems: Mapping[str, Iterable[str]]) -> dict[str, LazyPattern]:
    return {language: LazyPattern(rf"\b{_either(list(words))}") for language, words in stems.items()}


def _either(stems: list[str]) -> str:
    """The first of the stems that is there, as ``|`` finds it; those that begin alike are tried together."""
    ends = stems.index("") if "" in stems else len(stems)
    begun: dict[str, list[str]] = {}
    for stem in stems[:ends]:
        begun.setdefault(stem[0], []).append(stem[1:])
    either = [re.escape(first) + _either(rest) for first, rest in begun.items()]
    if ends < len(stems):
        either.append("")
    return either[0] if len(either) == 1 else f"(?:{'|'.join(either)})"
