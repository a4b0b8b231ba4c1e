"""What the words of a post say of its gravity beyond the rules: a linear model over words and concepts.

Trained on labelled posts (infra/training/severity.py), where a word never seen in one stands near the words that mean
the same; folded into one row of small weights a word, so that a text costs one look-up and one addition a word.
"""

import json
import mmap
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import as_file, files
from math import exp, log
from operator import mul
from struct import Struct
from typing import NamedTuple
from zlib import crc32

from tocsin.domain.matter_words import Span, plain
from tocsin.domain.pieces import BEHIND, Remembered

MAGIC = b"TOCSEVR1"
LANES = ("grave", "complaint", "struck", "beside", "warns", "other", "denial", "question", "fiction")
SCENARIOS = (
    "product_harm product_tampering data_leak employee_misconduct management_misconduct offensive_content "
    "executive_statement coordinated_attack boycott labour_conflict supplier_scandal disaster whistle_blower war_ties "
    "service_outage"
).split()
HEARD = (*LANES, "likeliest", "any")
"""What the last step looks at: the lanes, the likeliest scenario, and that it is any of them; all in log-odds."""
WIDTH = len(LANES) + len(SCENARIOS)
LONGEST_WORD = 40
SHORTENED, SHORTEST = 3, 5
"""Letters that an unknown form may lose at its end to be a known word, and how many must stay."""
WINDOW = 8
"""Tokens quoted as evidence."""
FINE = 1000
FINE_PART = 1 / FINE
"""Concepts' weights are kept in thousandths."""
_ZERO, _CONCEPT_ZERO = 128, 1 << 15
_WORD_LANE, _CONCEPT_LANE = 16, 32
"""Bits of a lane in which weights add up."""
_AT_ONCE = 256
"""Words that are added up at once: as many as do not overflow a lane."""
_WORD_SUMS, _CONCEPT_SUMS = Struct(f"{WIDTH}H"), Struct(f"{WIDTH}I")
_OF_LANES, _OF_SCENARIOS = slice(len(LANES)), slice(len(LANES), WIDTH)
_NO_CONCEPTS = (0,) * WIDTH
_MOST_OF_ANY = log(len(SCENARIOS)) + 1e-9


class Heard(NamedTuple):
    """In log-odds; ``lanes``: those of LANES, ``likeliest_most``: what no scenario exceeds. The rest are the weights of
    the words and of the concepts, lane by lane, each with what nothing said adds up to; the scenarios' scales."""

    lanes: list[float]
    likeliest_most: float
    by_word: Sequence[int]
    zero: int
    weight: float
    by_concept: Sequence[int]
    concept_zero: int
    scales: Sequence[float]
    biases: Sequence[float]

    @property
    def scenarios(self) -> list[float]:
        """Those of SCENARIOS; told when they are asked for, since few texts need them."""
        words, concepts = self.by_word[_OF_SCENARIOS], self.by_concept[_OF_SCENARIOS]
        return _told(words, self.zero, self.weight, concepts, self.concept_zero, self.scales, self.biases)

    @property
    def scenario(self) -> str:
        """The likeliest, were it grave."""
        scenarios = self.scenarios
        return SCENARIOS[scenarios.index(max(scenarios))]

    @property
    def figures(self) -> tuple[float, ...]:
        """Those of HEARD."""
        scenarios = self.scenarios
        likeliest = max(scenarios)
        anyone = likeliest + log(sum([exp(max(each - likeliest, -30.0)) for each in scenarios]))
        return (*self.lanes, likeliest, anyone)

    @property
    def most(self) -> tuple[float, ...]:
        """The same, with the most that the last two can be: told without looking at fourteen scenarios."""
        return (*self.lanes, self.likeliest_most, self.likeliest_most + _MOST_OF_ANY)


def _told(
    words: Sequence[int],
    zero: int,
    weight: float,
    concepts: Sequence[int],
    concept_zero: int,
    scales: Sequence[float],
    biases: Sequence[float],
) -> list[float]:
    """Lanes in log-odds, as many as there are scales."""
    silent = zero * weight
    if not concept_zero:
        lanes = zip(words, scales, biases)  # noqa: B905 the others' lanes are left
        return [(word * weight - silent) * scale + bias for word, scale, bias in lanes]
    said_nothing = concept_zero / FINE
    return [
        (word * weight - silent) * scale + concept * FINE_PART - said_nothing + bias
        for word, concept, scale, bias in zip(words, concepts, scales, biases)  # noqa: B905 the others' lanes are left
    ]


class Head:
    """The tables of one file. Safe to share between threads: what is cached is the same whoever computes it."""

    def __init__(self, data: "bytes | mmap.mmap") -> None:
        view = memoryview(data)
        if bytes(view[:8]) != MAGIC:
            raise ValueError("not a severity head of this version")
        length = int.from_bytes(view[8:12], "little")
        facts = json.loads(bytes(view[12 : 12 + length]))
        self.date: str = facts["date"]
        self._decisions: dict[str, tuple[float, list[float], dict[str, float]]] = {
            name: (part["bias"], _trimmed([part["heard"].get(each, 0.0) for each in HEARD]), part["facts"])
            for name, part in facts["decisions"].items()
        }
        if any(weight < 0 for weight in self._decisions["grave"][1][len(LANES) :]):
            raise ValueError("a severity head by which a scenario speaks against gravity")
        self._scales: list[float] = facts["scales"]
        self._biases: list[float] = facts["biases"]
        self._concepts = {
            concept: _side_by_side([_CONCEPT_ZERO + weight for weight in weights], _CONCEPT_LANE)
            for concept, weights in facts["concepts"].items()
        }
        at = 12 + length + (-(12 + length)) % 8
        tables: dict[str, memoryview] = {}
        for name, kind, size in facts["tables"]:
            tables[name] = view[at : at + size].cast(kind)
            at += size + (-size) % 8
        self._keys, self._rows = tables["keys"], tables["rows"]
        self._silent = _side_by_side([_ZERO] * WIDTH, _WORD_LANE)
        self._words = Remembered(self._of_word, BEHIND)
        self._of_lanes = self._scales[_OF_LANES], self._biases[_OF_LANES]
        self._of_scenarios = self._scales[_OF_SCENARIOS], self._biases[_OF_SCENARIOS]
        self._highest = max(self._biases[len(LANES) :]) + 1e-9
        self._widest = max(self._scales[len(LANES) :])

    def hear(
        self,
        tokens: Sequence[str],
        concepts: Iterable[str],
        text: str | None = None,
        *,
        weight: int | None = None,
        but: Sequence[str] = (),
    ) -> Heard:
        """What the folded tokens of a text and its concepts say. Linear in the text's length.

        ``text``: what they were cut from, in which marks are found sooner; ``weight``: of all the
        tokens (``weigh``), which spares looking them up; ``but``: tokens that shall say nothing.
        """
        count = len(tokens) - len(but)
        if weight is not None and len(tokens) <= _AT_ONCE:
            together = weight - self.weigh(but) if but else weight
            by_word: Sequence[int] = _WORD_SUMS.unpack(together.to_bytes(_WORD_SUMS.size, "little"))
        else:
            by_word = self._by_word(_without(tokens, but) if but else tokens)
        said = [*filter(None, map(self._concepts.get, shapes(tokens if text is None else text, concepts)))]
        by_concept = _CONCEPT_SUMS.unpack(sum(said).to_bytes(_CONCEPT_SUMS.size, "little")) if said else _NO_CONCEPTS
        zero, concept_zero, share = _ZERO * count, _CONCEPT_ZERO * len(said), 1 / (count + 2)
        most = (max(by_concept[_OF_SCENARIOS]) - concept_zero) / FINE + self._highest if said else self._highest
        if (word := max(by_word[_OF_SCENARIOS])) > zero:
            most += (word - zero) * share * self._widest
        lanes = _told(by_word, zero, share, by_concept, concept_zero, *self._of_lanes)
        return Heard(lanes, most, by_word, zero, share, by_concept, concept_zero, *self._of_scenarios)

    def _by_word(self, tokens: Sequence[str]) -> Sequence[int]:
        if len(tokens) <= _AT_ONCE:
            return _WORD_SUMS.unpack(self.weigh(tokens).to_bytes(_WORD_SUMS.size, "little"))
        parts = (tokens[at : at + _AT_ONCE] for at in range(0, len(tokens), _AT_ONCE))
        return [sum(lane) for lane in zip(*map(self._by_word, parts), strict=True)]

    def _of_word(self, token: str) -> int:
        """The weights of a written form, each lane 128 where it says nothing, side by side in one number."""
        row = self.row(token)
        return self._silent if row is None else _side_by_side(row, _WORD_LANE)

    def weigh(self, tokens: Sequence[str]) -> int:
        """The weights of a few tokens, added up."""
        return sum(map(self._words.__getitem__, tokens))

    def decide(self, figure: str, heard: Sequence[float], facts: Mapping[str, float]) -> float:
        """Log-odds of a figure (`grave`, `aim struck` ...) by what was heard (those of HEARD, as far as it looks at
        them) and what the rules say."""
        sure, weights, of_facts = self._decisions[figure]
        sure = sum(map(mul, weights, heard), sure)
        for fact, size in facts.items():
            if weight := of_facts.get(fact):
                sure += weight * size
        return sure

    def pushes(self, tokens: Sequence[str]) -> list[int]:
        """How much each token weighs for *grave*, from -128 to 127."""
        return [(self._words[token] & 0xFF) - _ZERO for token in tokens]

    def evidence(self, tokens: Sequence[str]) -> Span:
        """The ``WINDOW`` tokens that weigh most for *grave*, from the first weighty one to the last."""
        pushes = self.pushes(tokens)
        running = best = sum(pushes[:WINDOW])
        first = 0
        for at in range(1, len(pushes) - WINDOW + 1):
            running += pushes[at + WINDOW - 1] - pushes[at - 1]
            if running > best:
                best, first = running, at
        last = min(first + WINDOW, len(pushes))
        while last - first > 1 and (pushes[first] <= 0 or not tokens[first][0].isalnum()):
            first += 1
        while last - first > 1 and (pushes[last - 1] <= 0 or not tokens[last - 1][0].isalnum()):
            last -= 1
        return Span(first, last)

    def row(self, token: str) -> bytes | None:
        """The weights of a word, or of the known word that it is a form of, each above 128 where it speaks for it."""
        word = plain(token) if len(token) <= LONGEST_WORD else ""
        for cut in range(min(SHORTENED, max(0, len(word) - SHORTEST)) + 1):
            if word and (at := self._find(word[: len(word) - cut])) >= 0:
                return bytes(self._rows[at * WIDTH : (at + 1) * WIDTH])
        return None

    def _find(self, word: str) -> int:
        key, keys = word_key(word), self._keys
        slots = len(keys)
        at, print_ = key % slots, key >> 16 or 1
        while found := keys[at]:
            if found == print_:
                return at
            at = (at + 1) % slots
        return -1


def _without(tokens: Sequence[str], but: Sequence[str]) -> list[str]:
    left = Counter(but)
    kept = []
    for token in tokens:
        if left[token]:
            left[token] -= 1
        else:
            kept.append(token)
    return kept


def _trimmed(weights: list[float]) -> list[float]:
    """Up to the last that weighs anything."""
    return weights[: 1 + max((place for place, weight in enumerate(weights) if weight), default=-1)]


def _side_by_side(lanes: Iterable[int], bits: int) -> int:
    return sum(lane << bits * place for place, lane in enumerate(lanes))


def word_key(word: str) -> int:
    return crc32(word.encode("utf-8", "surrogatepass"))


def shapes(said: Sequence[str], concepts: Iterable[str]) -> list[str]:
    """The concepts of a text, and which marks stand in it; ``said``: the text, or its tokens."""
    found = list(concepts)
    if "?" in said:
        found.append("#?")
    if "!" in said:
        found.append("#!")
    if '"' in said or "«" in said or "“" in said or "„" in said:
        found.append("#quoted")
    return found


@cache
def head() -> Head:
    """The head that ships, mapped into memory once a process."""
    with as_file(files(__package__).joinpath("severity.bin")) as path, path.open("rb") as file:
        return Head(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
