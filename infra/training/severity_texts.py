"""Texts as the severity head's features: the sum of its words' vectors, and which concepts stand in it."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import scipy.sparse as sp
from severity_data import forms, without_brand
from wordfreq import top_n_list

from tocsin.domain.matter_words import plain
from tocsin.domain.severity_head import LONGEST_WORD, SHORTENED, SHORTEST, shapes
from tocsin.domain.severity_stands import MARK

LISTED = {"en": 20_000, "uk": 45_000, "ru": 35_000, "es": 26_000, "de": 32_000}
RARER = {"en": 36_000, "uk": 75_000, "ru": 75_000, "es": 45_000, "de": 55_000}
"""Ranks up to which words are taken, and up to which those that no shorter form stands for."""
TEXTS_OF_A_CONCEPT, TEXTS_OF_A_SIGN = 3, 6
"""Where a concept, or a sign of where a word stands to the brand, must stand to be learned."""


def vocabulary() -> tuple[list[str], list[str]]:
    """(written words, the form that the head looks each up by): the most frequent of each language, evenly mixed."""
    ranked = sorted(
        (place / size, word) for lang, size in LISTED.items() for place, word in enumerate(top_n_list(lang, size))
    )
    written: dict[str, str] = {}
    for _, word in ranked:
        for form in forms([word]):
            written.setdefault(form, word)
    for lang, size in RARER.items():
        for word in top_n_list(lang, size)[LISTED[lang] :]:
            for form in forms([word]):
                if not any(shorter in written for shorter in shortened(form)):
                    written[form] = word
    return list(written.values()), list(written)


def shortened(word: str) -> list[str]:
    """The forms under which ``Head.row`` looks a word up, itself first."""
    return [word[: len(word) - cut] for cut in range(min(SHORTENED, max(0, len(word) - SHORTEST)) + 1)]


class Texts:
    """``x``: the mean of the words' vectors, so that length alone says nothing; ``concepts``: 0 or 1 each."""

    def __init__(self, said: Sequence[dict[str, Any]], brands: Sequence[str], words: list[str], meaning: np.ndarray):
        self.number = {word: place for place, word in enumerate(words)}
        tokens = [
            without_brand(each["tokens"], brand) if brand else each["tokens"]
            for each, brand in zip(said, brands, strict=True)
        ]
        self.places = [[at for token in found if (at := self.place(token)) >= 0] for found in tokens]
        starts = np.cumsum([0, *map(len, self.places)])
        flat = np.array([at for found in self.places for at in found], np.int32)
        self.counts = sp.csr_matrix((np.ones(len(flat), np.float32), flat, starts), shape=(len(tokens), len(words)))
        share = np.array([1 / (len(found) + 2) for found in tokens], np.float32)
        self.x = ((self.counts @ meaning) * share[:, None]).astype(np.float32)
        heard = [list(shapes(each["tokens"], each["concepts"])) for each in said]
        seen = Counter(concept for found in heard for concept in found)
        self.names = sorted(
            concept
            for concept, times in seen.items()
            if times >= (TEXTS_OF_A_SIGN if MARK in concept else TEXTS_OF_A_CONCEPT)
        )
        column = {name: place for place, name in enumerate(self.names)}
        self.concepts = np.zeros((len(said), len(self.names)), np.float32)
        for place, found in enumerate(heard):
            self.concepts[place, [column[concept] for concept in found if concept in column]] = 1

    def place(self, token: str) -> int:
        """As ``Head.place`` finds it."""
        word = plain(token) if len(token) <= LONGEST_WORD else ""
        return next((self.number[form] for form in shortened(word) if form in self.number), -1)
