"""What the words of a post say of its gravity beyond the rules: a linear model over words and concepts.

Trained on labelled posts (infra/training/severity.py), where a word never seen in one stands near the words that mean
the same; folded into one row of small weights a word, so that a text costs one look-up and one addition a word.
"""

import json
import mmap
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import as_file, files
from math import exp, log
from struct import Struct
from typing import NamedTuple
from zlib import crc32

from tocsin.domain.matter_words import Span, plain

MAGIC = b"TOCSEVR1"
LANES = ("grave", "complaint", "struck", "beside", "warns", "other", "denial", "question", "fiction")
SCENARIOS = (
    "product_harm product_tampering data_leak employee_misconduct management_misconduct offensive_content "
    "executive_statement coordinated_attack boycott labour_conflict supplier_scandal disaster whistle_blower war_ties"
).split()
HEARD = (*LANES, "likeliest", "any")
"""What the last step looks at: the lanes, the likeliest scenario, and that it is any of them; all in log-odds."""
WIDTH = len(LANES) + len(SCENARIOS)
CACHED = 40_000
LONGEST_WORD = 40
SHORTENED, SHORTEST = 3, 5
"""Letters that an unknown form may lose at its end to be a known word, and how many must stay."""
WINDOW = 8
"""Tokens quoted as evidence."""
FINE = 1000
"""Concepts' weights are kept in thousandths."""
_ZERO, _CONCEPT_ZERO = 128, 1 << 15
_WORD_LANE, _CONCEPT_LANE = 16, 32
"""Bits of a lane in which weights add up."""
_AT_ONCE = 256
"""Words that are added up at once: as many as do not overflow a lane."""
_WORD_SUMS, _CONCEPT_SUMS = Struct(f"<{WIDTH}H"), Struct(f"<{WIDTH}I")
_MOST_OF_ANY = log(len(SCENARIOS)) + 1e-9


class Heard(NamedTuple):
    """In log-odds; ``lanes``: those of LANES, ``scenarios``: of SCENARIOS."""

    lanes: list[float]
    scenarios: list[float]

    @property
    def scenario(self) -> str:
        """The likeliest, were it grave."""
        return SCENARIOS[self.scenarios.index(max(self.scenarios))]

    @property
    def figures(self) -> tuple[float, ...]:
        """Those of HEARD."""
        likeliest = max(self.scenarios)
        anyone = likeliest + log(sum([exp(max(each - likeliest, -30.0)) for each in self.scenarios]))
        return (*self.lanes, likeliest, anyone)

    @property
    def most(self) -> tuple[float, ...]:
        """The same, with the most that *any* can be: told without fourteen exponentials."""
        likeliest = max(self.scenarios)
        return (*self.lanes, likeliest, likeliest + _MOST_OF_ANY)


class Head:
    """The tables of one file. Safe to share between threads: what is cached is the same whoever computes it."""

    def __init__(self, data: "bytes | mmap.mmap") -> None:
        view = memoryview(data)
        if bytes(view[:8]) != MAGIC:
            raise ValueError("not a severity head of this version")
        length = int.from_bytes(view[8:12], "little")
        facts = json.loads(bytes(view[12 : 12 + length]))
        self.date: str = facts["date"]
        self._decisions: dict[str, tuple[float, list[tuple[int, float]], dict[str, float]]] = {
            name: (
                part["bias"],
                [(HEARD.index(each), weight) for each, weight in part["heard"].items() if weight],
                {fact: weight for fact, weight in part["facts"].items() if weight},
            )
            for name, part in facts["decisions"].items()
        }
        if any(weight < 0 for place, weight in self._decisions["grave"][1] if HEARD[place] == "any"):
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
        self._words = _Words(self)
        self._scaled = list(zip(self._scales, self._biases, strict=True))

    def hear(self, tokens: Sequence[str], concepts: Iterable[str], text: str | None = None) -> Heard:
        """What the folded tokens of a text and its concepts say. Linear in the text's length.

        ``text``: what they were cut from, in which marks are found sooner."""
        count = len(tokens)
        weight, zero = 1 / (count + 2), _ZERO * count
        by_word, scaled = self._by_word(tokens), self._scaled
        known = [*filter(None, map(self._concepts.get, shapes(tokens if text is None else text, concepts)))]
        if known:
            concept_zero = _CONCEPT_ZERO * len(known)
            by_concept = _CONCEPT_SUMS.unpack(sum(known).to_bytes(_CONCEPT_SUMS.size, "little"))
            lanes = [
                (word - zero) * weight * scale + (concept - concept_zero) / FINE + bias
                for word, concept, (scale, bias) in zip(by_word, by_concept, scaled, strict=True)
            ]
        else:
            lanes = [(word - zero) * weight * scale + bias for word, (scale, bias) in zip(by_word, scaled, strict=True)]
        return Heard(lanes[: len(LANES)], lanes[len(LANES) :])

    def _by_word(self, tokens: Sequence[str]) -> Sequence[int]:
        said = self._words.__getitem__
        if len(tokens) <= _AT_ONCE:
            return _WORD_SUMS.unpack(sum(map(said, tokens)).to_bytes(_WORD_SUMS.size, "little"))
        parts = (tokens[at : at + _AT_ONCE] for at in range(0, len(tokens), _AT_ONCE))
        return [sum(lane) for lane in zip(*map(self._by_word, parts), strict=True)]

    def decide(self, figure: str, heard: Sequence[float], facts: Mapping[str, float]) -> float:
        """Log-odds of a figure (`grave`, `aim struck` ...) by what was heard (those of HEARD, as far as it looks at
        them) and what the rules say."""
        sure, weights, of_facts = self._decisions[figure]
        sure += sum([weight * heard[place] for place, weight in weights])
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


class _Words(dict[str, int]):
    """The weights of a written form, each lane 128 where it says nothing, side by side in one number."""

    def __init__(self, head: Head) -> None:
        super().__init__()
        self._head = head
        self._silent = _side_by_side([_ZERO] * WIDTH, _WORD_LANE)

    def __missing__(self, token: str) -> int:
        row = self._head.row(token)
        said = self._silent if row is None else _side_by_side(row, _WORD_LANE)
        if len(self) >= CACHED:
            self.clear()
        if len(token) <= LONGEST_WORD:
            self[token] = said
        return said


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
