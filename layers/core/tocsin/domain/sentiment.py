"""Sentiment of a post by our own compact model, and what its words say about its language.

A linear model over words, character n-grams and word sequences, folded at training (infra/training) into three tables
of one file: known words with all that their letters say, sequences of two and three words, and n-grams for words never
seen. Figures, data and limits: docs/model-card.md.
"""

import json
import mmap
import re
from collections.abc import Sequence
from functools import cache, reduce
from importlib.resources import as_file, files
from itertools import accumulate, compress
from math import exp, sqrt
from operator import itemgetter, or_
from typing import NamedTuple
from zlib import crc32

from tocsin.domain.cues import cue
from tocsin.domain.pieces import BEHIND, Remembered, pieces
from tocsin.domain.tokens import clean, heard, raw_tokens

MAGIC = b"TOCSENT1"
NGRAMS = range(2, 6)
START = 0x5BD1E995
TWO, GAP, THREE, THIRD = 0x9E3779B1, 0x85EBCA6B, 0xC2B2AE35, 0x27D4EB2F
FULL, PRINT = 0xFFFFFFFF, 0xFFFF
TWICE = re.compile(r"(.)\1")


class Verdict(NamedTuple):
    """Probabilities of the three labels (they add up to 1) and the share of words that the model knows (0..1)."""

    negative: float
    neutral: float
    positive: float
    known: float


class Heard(NamedTuple):
    """``negative`` and ``positive``: sums over the text in log-odds against neutral, before the length is weighed.

    ``profiles``: one language profile a word, 0 where it is not known. ``flags``: those of ``cues``.
    """

    negative: float
    positive: float
    tokens: int
    words: int
    profiles: bytes
    flags: int


SILENCE = Heard(0.0, 0.0, 0, 0, b"", 0)
Said = tuple[float, float, bytes, bytes, int]
"""What a piece says: negative, positive, its words' keys (a lane each), their language profiles, its flags."""

LANE = 8
"""Bytes of a lane, in which a key is multiplied without touching its neighbours."""
AT_ONCE = 256
"""Words whose sequences are hashed by masks that are there already."""
BEFORE = bytes(LANE) + START.to_bytes(LANE, "little")
"""Stand before the first word."""


def _lanes(each: int, count: int) -> int:
    return int.from_bytes(each.to_bytes(LANE, "little") * count, "little")


_FULL = _lanes(FULL, AT_ONCE)


class Model:
    """The tables of one file. Safe to share between threads: what is cached is the same whoever computes it."""

    def __init__(self, data: "bytes | mmap.mmap") -> None:
        view = memoryview(data)
        if bytes(view[:8]) != MAGIC:
            raise ValueError("not a sentiment model of this version")
        length = int.from_bytes(view[8:12], "little")
        facts = json.loads(bytes(view[12 : 12 + length]))
        self.date: str = facts["date"]
        self.biases: dict[str, tuple[float, float]] = {key: (a, b) for key, (a, b) in facts["biases"].items()}
        self.temperatures: dict[str, float] = facts["temperatures"]
        self.taught = frozenset(self.biases) - {"und"}
        """Languages whose texts taught sentiment."""
        self.languages: tuple[str, ...] = tuple(facts["languages"])
        self.profiles: list[list[float]] = facts["profiles"]
        self._scales: dict[str, float] = facts["scales"]
        at = 12 + length + (-(12 + length)) % 8
        self._tables: dict[str, memoryview] = {}
        for name, kind, size in facts["tables"]:
            self._tables[name] = view[at : at + size].cast(kind)
            at += size + (-size) % 8
        self._sequences = self._tables["pair_keys"], self._tables["pair_neg"], self._tables["pair_pos"]
        self._slots = len(self._sequences[0]) - 1
        self._places = _lanes(self._slots, 3 * AT_ONCE)
        self._raws, self._pieces = Remembered(self._of_raw, BEHIND), Remembered(self.of_piece)

    def hear(self, text: str) -> Heard:
        """What the words of a text say. Total and linear in its length."""
        return self.hear_pieces(pieces(clean(text)))

    def hear_pieces(self, pieces: Sequence[str]) -> Heard:
        """The same of a ``clean`` text that was cut into ``pieces``."""
        return self.heard(*zip(*map(self._pieces.__getitem__, pieces), strict=True)) if pieces else SILENCE

    def heard(
        self,
        negatives: Sequence[float],
        positives: Sequence[float],
        keys: Sequence[bytes],
        codes: Sequence[bytes],
        flags: Sequence[int],
    ) -> Heard:
        """The same of a text of whose pieces ``of_piece`` told so much, one after another."""
        words, profiles = b"".join(keys), b"".join(codes)
        against, praise = self._of_sequences(words) if words else (0.0, 0.0)
        return Heard(
            sum(negatives) + against,
            sum(positives) + praise,
            len(words) // LANE,
            len(profiles),
            profiles,
            reduce(or_, {*flags}),
        )

    def _of_sequences(self, words: bytes) -> tuple[float, float]:
        """(negative, positive) of the pairs, pairs with a gap and threes in a row of words, given by their keys.

        The keys of a whole text are hashed at once, as the lanes of a few large numbers.
        """
        count, slots = len(words) // LANE, self._slots
        full, masks = _FULL, self._places
        if count > AT_ONCE:
            full, masks = _lanes(FULL, count), _lanes(slots, 3 * count)
        behind = BEFORE + words
        key = int.from_bytes(words, "little")
        last = int.from_bytes(behind[LANE:-LANE], "little")
        before = int.from_bytes(behind[: -2 * LANE], "little")
        two, third = last * TWO & full, key * THIRD  # which has 30 bits: such products can be added in a lane
        gap = (before * GAP & full) + third
        three = (before * THREE & full) + two * THIRD + third
        size = 3 * len(words)
        together = two + key | gap << 8 * len(words) | three << 16 * len(words)
        places = memoryview((together & masks).to_bytes(size, "little")).cast("Q").tolist()
        parts = memoryview(together.to_bytes(size, "little")).cast("H")
        keys, negatives, positives = self._sequences
        firsts = itemgetter(*places)(keys)
        hits = []
        probes = zip(places, range(1, size // 2, 4), firsts, strict=True)
        for place, part, first in compress(probes, firsts):
            at, found, print_ = place, first, parts[part] or 1
            while found != print_:
                at = at + 1 & slots
                found = keys[at]
                if not found:
                    break
            else:
                hits.append(at)
        scale = self._scales["pairs"]
        return sum([negatives[at] for at in hits]) * scale, sum([positives[at] for at in hits]) * scale

    def judge(self, said: Heard, language: str, against: float = 0.0, praise: float = 0.0) -> Verdict:
        """The verdict on what was heard, in a language ('und' where unknown).

        ``against`` and ``praise``: log-odds that the caller knows more, as by words of a lexicon.
        """
        weight = 1 / sqrt(said.tokens + 2)
        bias = self.biases.get(language) or self.biases["und"]
        sharp = self.temperatures.get(language) or self.temperatures["und"]
        negative = exp(max(-30.0, min(30.0, (said.negative * weight + bias[0] + against) * sharp)))
        positive = exp(max(-30.0, min(30.0, (said.positive * weight + bias[1] + praise) * sharp)))
        total = negative + 1 + positive
        known = 1 - said.profiles.count(0) / said.words if said.words else 0.0
        return Verdict(negative / total, 1 / total, positive / total, known)

    def profile_of(self, word: str) -> int:
        """The language profile of a lower-case word; 0: not known."""
        at = self._place(word_key(word)) if word else -1
        return 0 if at < 0 else self._tables["word_profile"][at]

    def of_piece(self, piece: str) -> Said:
        """What the tokens of a piece say together."""
        said = [self._raws[raw] for raw in raw_tokens(piece)]
        if len(said) == 1:
            return said[0]
        return (
            float(sum([one[0] for one in said])),
            float(sum([one[1] for one in said])),
            b"".join([one[2] for one in said]),
            b"".join([one[3] for one in said]),
            reduce(or_, [one[4] for one in said], 0),
        )

    def _of_raw(self, raw: str) -> Said:
        negative = positive = 0.0
        keys = []
        codes = bytearray()
        words, marks = heard(raw)
        if "<drawl>" in marks:
            words = tuple(self._undrawled(word) for word in words)
        for word in (*words, *marks):
            key = word_key(word)
            keys.append(key.to_bytes(LANE, "little"))
            more_negative, more_positive, code = self._word(word, key)
            negative += more_negative
            positive += more_positive
            if word[0].isalpha():
                codes.append(code)
        return negative, positive, b"".join(keys), bytes(codes), cue(raw[:60])

    def _undrawled(self, word: str) -> str:
        """A drawled word that nobody wrote with two letters where it has two: with one of each."""
        single = TWICE.sub(r"\1", word)
        return single if not self.profile_of(word) and self.profile_of(single) else word

    def _word(self, word: str, key: int) -> tuple[float, float, int]:
        """(negative, positive, language profile) of a word; profile 0 is: not known."""
        if (at := self._place(key)) >= 0:
            scale = self._scales["words"]
            negative, positive = self._tables["word_neg"][at], self._tables["word_pos"][at]
            return negative * scale, positive * scale, self._tables["word_profile"][at]
        grams = ngrams(word)
        if not grams:
            return 0.0, 0.0, 0
        negatives, positives = self._tables["gram_neg"], self._tables["gram_pos"]
        mask, scale = len(negatives) - 1, self._scales["grams"] / sqrt(len(grams))
        places = [gram & mask for gram in grams]
        return sum([negatives[at] for at in places]) * scale, sum([positives[at] for at in places]) * scale, 0

    def _place(self, key: int) -> int:
        """Where a word stands in the tables; -1: nowhere."""
        keys = self._tables["word_keys"]
        mask = len(keys) - 1
        at, print_ = key & mask, key >> 16 or 1
        while found := keys[at]:
            if found == print_:
                return at
            at = at + 1 & mask
        return -1


def word_key(word: str) -> int:
    return crc32(word.encode("utf-8", "surrogatepass"))


def ngrams(word: str) -> set[int]:
    """Hashes of the character n-grams of a word with its ends marked; none for what is no word."""
    if word[0] == "<":
        return set()
    ends = f"^{word}$"
    form = ends.encode("utf-8", "surrogatepass")
    if len(form) == len(ends):
        places: Sequence[int] = range(len(ends) + 1)
    else:
        places = [0, *accumulate([len(letter.encode("utf-8", "surrogatepass")) for letter in ends])]
    return {crc32(form[start:end]) for size in NGRAMS for start, end in zip(places, places[size:], strict=False)}


def sequence_keys(keys: list[int]) -> list[int]:
    """Hashes of the pairs, pairs with a gap and threes in a row of word keys, as ``Model.hear`` looks them up."""
    found, before, last = [], 0, START
    for key in keys:
        two = last * TWO + key & FULL
        found += [two, before * GAP + key * THIRD & FULL, before * THREE + two * THIRD & FULL]
        before, last = last, key
    return found


@cache
def model() -> Model:
    """The model that ships, mapped into memory once a process."""
    with as_file(files(__package__).joinpath("sentiment.bin")) as path, path.open("rb") as file:
        return Model(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
