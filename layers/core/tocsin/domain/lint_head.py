"""What the words of a text say of its faults beyond the lists: a linear model over words, neighbours and concepts.

Trained on labelled texts (infra/training/linter.py), where a word that none of them uses stands near those that mean
the same. Read only where words are checked, never where mentions are.
"""

import json
import mmap
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import as_file, files
from itertools import pairwise
from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

if TYPE_CHECKING:
    from tocsin.domain.fields import Language

MAGIC = b"TOCLINT1"
LANES = (
    "speculation blame accusation half_apology defensive sarcasm aggression legal_threat liability minimising deletion "
    "humour no_comment absolute strike promise"
).split()
ANY, ACCUSATION = len(LANES), LANES.index("accusation")
WIDTH = len(LANES) + 1
"""The lanes, and whether anything at all is wrong."""
OF_ANY = 0.7
"""How much that weighs beside the likeliest lane."""
LONGEST_WORD = 40
SHORTENED, SHORTEST = 3, 5
"""Letters that an unknown form may lose at its end to be a known word, and how many must stay."""
FEWEST = 3
"""Words of a sentence that stands alone; a shorter one is read with its neighbour."""
REACH = 4
"""Words between which two concepts stand side by side."""
CONCEPTS = Path(__file__).parent / "lint_words" / "concepts.json"
_TOKEN = re.compile(r"[^\W\d_]+(?:['’ʼ-][^\W\d_]+)*|[?!]|[\U0001f300-\U0001faff]")
_END = re.compile(r"(?<=[.!?…\U0001f300-\U0001faff])\s+|\n+")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_SPANISH = frozenset("el la los las de del que y en un una por con para no se su sus lo es le al".split())
_ENGLISH = frozenset("the of and to a in is was are we you it that for on this with not our be have".split())


class Heard(NamedTuple):
    """``start`` and ``end``: the sentence or two that say it, as characters of the text; ``surely``: so plainly that
    hardly any other text sounds like it, which is only told of accusations."""

    fault: str
    start: int
    end: int
    surely: bool


class Head:
    """The tables of one file. Raise ValueError on a file of another version."""

    def __init__(self, data: "bytes | mmap.mmap") -> None:
        view = memoryview(data)
        if bytes(view[:8]) != MAGIC:
            raise ValueError("not a linter head of this version")
        length = int.from_bytes(view[8:12], "little")
        facts = json.loads(bytes(view[12 : 12 + length]))
        self.date: str = facts["date"]
        self._line: float = facts["line"]
        self._accuses: float = facts["accuses"]
        self._surely: float = facts["surely"]
        self._biases: list[float] = facts["biases"]
        self._scales: dict[str, list[float]] = facts["scales"]
        at = 12 + length + (-(12 + length)) % 8
        self._tables: dict[str, memoryview] = {}
        for name, kind, size in facts["tables"]:
            self._tables[name] = view[at : at + size].cast(kind)
            at += size + (-size) % 8

    def hear(self, text: str) -> tuple[Heard, ...]:
        """What is worth a look, each fault once, where it is said most plainly. Linear in the text's length."""
        best: dict[str, tuple[float, Heard]] = {}
        for start, end in windows(text):
            lanes = self.said(text[start:end])
            likeliest = max(range(ANY), key=lanes.__getitem__)
            found = {likeliest} if plainly(lanes) >= self._line else set()
            if lanes[ACCUSATION] >= self._accuses:
                found.add(ACCUSATION)
            for lane in found:
                fault = LANES[lane]
                if fault not in best or lanes[lane] > best[fault][0]:
                    surely = lane == ACCUSATION and lanes[lane] >= self._surely
                    best[fault] = (lanes[lane], Heard(fault, start, end, surely))
        return tuple(heard for _, heard in best.values())

    def said(self, part: str) -> list[float]:
        """Log-odds of each of LANES, and of any fault, of a sentence or two."""
        tokens = tokens_of(part)
        words = [row for token in tokens if (row := self.word(token)) is not None]
        marks = [row for mark in marks_of(tokens, spoken(tokens)) if (row := self._row("mark", mark)) is not None]
        found = list(self._biases)
        for name, rows, share in (
            ("word", words, 1 / (len(words) + 2)),
            ("mark", marks, 1 / sqrt(len(marks) + 3)),
        ):
            scales = self._scales[name]
            for lane in range(WIDTH):
                found[lane] += scales[lane] * share * sum(row[lane] for row in rows)
        return found

    def word(self, token: str) -> "memoryview | None":
        """The weights of a word, or of the known word that it is a form of."""
        return next((row for form in forms(token) if (row := self._row("word", form)) is not None), None)

    def _row(self, name: str, key: str) -> "memoryview | None":
        keys = self._tables[f"{name}_keys"]
        number, slots = crc32(key.encode("utf-8", "surrogatepass")), len(keys)
        at, print_ = number % slots, number >> 16 or 1
        while found := keys[at]:
            if found == print_:
                return self._tables[f"{name}_rows"][at * WIDTH : (at + 1) * WIDTH]
            at = (at + 1) % slots
        return None


def plainly(lanes: Sequence[float]) -> float:
    """How plainly something is wrong, by the log-odds of all lanes."""
    return max(lanes[:ANY]) + OF_ANY * lanes[ANY]


def windows(text: str) -> list[tuple[int, int]]:
    """Each sentence, and each two in a row: (start, end)."""
    single: list[tuple[int, int]] = []
    start = counted = count = 0
    for end, after in (*((each.start(), each.end()) for each in _END.finditer(text)), (len(text), len(text))):
        count += len(_TOKEN.findall(text, counted, end))
        counted = after
        if count >= FEWEST or (count and end == len(text) and not single):
            single.append((start, end))
            start, count = after, 0
        elif end == len(text) and single:
            single[-1] = (single[-1][0], end)
    return [*single, *((first[0], second[1]) for first, second in pairwise(single))]


def tokens_of(part: str) -> list[str]:
    return [token.lower().replace("’", "'").replace("ʼ", "'") for token in _TOKEN.findall(part)]


def spoken(tokens: Sequence[str]) -> "Language":
    """The language that its words are of, as far as concepts need it."""
    if any(_CYRILLIC.search(token) for token in tokens):
        return "uk"
    return "es" if sum(t in _SPANISH for t in tokens) > sum(t in _ENGLISH for t in tokens) else "en"


def forms(token: str) -> Iterator[str]:
    if len(token) <= LONGEST_WORD:
        for cut in range(min(SHORTENED, max(0, len(token) - SHORTEST)) + 1):
            yield token[: len(token) - cut]


def marks_of(tokens: Sequence[str], language: "Language") -> set[str]:
    """Words with their neighbours, beginnings of words, and concepts: which stand in it, and which side by side."""
    edged = ["<", *tokens, ">"]
    found = {f"w {token}" for token in tokens}
    found.update(f"{one} {two}" for one, two in pairwise(edged))
    found.update(f"{one} * {two}" for one, two in zip(edged, edged[2:], strict=False))
    found.update(f"^{token[:size]}" for token in tokens if len(token) >= 4 for size in (4, 5))
    told = [_concepts(language, token) for token in tokens]
    found.update(f"#{each}" for concepts in told for each in concepts)
    for place, concepts in enumerate(told):
        near: Iterable[str] = {each for later in told[place + 1 : place + 1 + REACH] for each in later}
        found.update(f"#{one} {two}" for one in concepts for two in near if one != two)
    return found


@lru_cache(maxsize=4_000)
def _concepts(language: "Language", token: str) -> tuple[str, ...]:
    listed = _listed(language)
    starts = (f"{token[:size]}*" for size in range(2, min(len(token), LONGEST_WORD) + 1))
    return tuple(sorted({each for form in (token, *starts) for each in listed.get(form, ())}))


@cache
def _listed(language: "Language") -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for concept, words in json.loads(CONCEPTS.read_text(encoding="utf-8")).items():
        for word in words[language].split():
            found.setdefault(word, []).append(concept)
    return found


@cache
def head() -> Head:
    """The head that ships, mapped into memory once a process."""
    with as_file(files(__package__).joinpath("linter.bin")) as path, path.open("rb") as file:
        return Head(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
