"""What all that reads words wants of a text's pieces, found out once a piece: a text costs one look-up a piece."""

from collections.abc import Sequence
from typing import NamedTuple

from tocsin.adapters.analyzers.tone_words import ToneWords
from tocsin.domain import cues
from tocsin.domain.matter_words import Entry, Lexicon, Span, places, standing, tokens_of
from tocsin.domain.pieces import Remembered, pieces
from tocsin.domain.reading_language import ALL, marks_of
from tocsin.domain.sentiment import Heard, Model
from tocsin.domain.severity_head import Head

Means = tuple[tuple[int, Entry], ...]
"""Tokens of a piece that mean anything, by their places in it."""
_Known = tuple[float, float, bytes, bytes, int, tuple[str, ...], int, tuple[Means | None, ...]]
"""What the model says of a piece, with marks and tone words among its flags; its folded tokens, what they weigh, what
they mean to each lexicon (None: not asked yet)."""
_MARKS = cues.ALL.bit_length()
_TONES = _MARKS + ALL.bit_length()


class Words(NamedTuple):
    """A text's words, piece by piece: each reader takes what it wants of them."""

    ear: "Ear"
    pieces: Sequence[str]
    heard: Heard
    tones: int
    """Languages in which a tone word may begin in it, as bits."""
    marks: int
    """Those of ``reading_language``."""
    tokens: Sequence[tuple[str, ...]]
    weights: Sequence[int]
    means: Sequence[tuple[Means | None, ...]]

    def meaning(self, lexicon: Lexicon) -> tuple[list[str], dict[str, list[Span]], int]:
        """The folded tokens, where each concept of a lexicon stands among them, and what they weigh to the head."""
        place = lexicon.place
        means = [each[place] for each in self.means]
        if None in means:
            means = self.ear.learned(self.pieces, lexicon)
        tokens: list[str] = []
        meant: list[tuple[int, Entry]] = []
        for own, said in zip(self.tokens, means):  # noqa: B905 as long as the text's pieces
            if said:
                first = len(tokens)
                meant += [(first + at, entry) for at, entry in said] if first else said
            tokens += own
        return tokens, standing(tokens, meant) if meant else {}, sum(self.weights)


class Ear:
    """Safe to share between threads: what is remembered is the same whoever finds it out."""

    def __init__(self, model: Model, head: Head, tones: ToneWords) -> None:
        self._model, self._head, self._tones = model, head, tones
        self._known = Remembered(self._learn)
        self._nothing: tuple[Means | None, ...] = (None,) * len(places())
        self._empty: dict[tuple[Means | None, ...], tuple[Means | None, ...]] = {}

    def hear(self, text: str) -> Words:
        """The words of a ``clean`` text. Total and linear in its length."""
        cut = pieces(text)
        negatives, positives, keys, codes, flags, tokens, weights, means = zip(
            *map(self._known.__getitem__, cut), strict=True
        )
        heard = self._model.heard(negatives, positives, keys, codes, flags)
        return Words(self, cut, heard, heard.flags >> _TONES, heard.flags >> _MARKS & ALL, tokens, weights, means)

    def learned(self, cut: Sequence[str], lexicon: Lexicon) -> list[Means | None]:
        """What pieces mean to a lexicon, remembered."""
        means: list[Means | None] = []
        for piece in cut:
            known = self._known[piece]
            said = known[-1][lexicon.place]
            if said is None:
                said = lexicon.meant(known[-3])
                told = (*known[-1][: lexicon.place], said, *known[-1][lexicon.place + 1 :])
                if not any(told):
                    told = self._empty.setdefault(told, told)
                if piece in self._known:
                    self._known[piece] = (*known[:-1], told)
            means.append(said)
        return means

    def _learn(self, piece: str) -> _Known:
        negative, positive, keys, codes, flags = self._model.of_piece(piece)
        tokens = tokens_of(piece)
        flags |= marks_of(piece) << _MARKS | self._tones.beginning(piece) << _TONES
        return negative, positive, keys, codes, flags, tokens, self._head.weigh(tokens), self._nothing
