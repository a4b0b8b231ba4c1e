"""One event told in other words: pairs of its posts that end in one story, among ordinary complaints.

Our own set (tests/data/stories.jsonl): 12 events of 12 posts in five languages and 88 ordinary complaints, half to tune
on and half to decide; and the four sample events of ../shared/bench. Posts are read by the reader and come within six
hours in a mixed order. What counts is the story that holds them in the end: stories that prove to be one are united.
"""

import json
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from tocsin.adapters.analyzers.reader import Reader
from tocsin.domain.brand import Brand
from tocsin.domain.mention import Author, Mention
from tocsin.domain.reading import Reading, ScoredMention
from tocsin.domain.story_book import StoryBook

DATA = Path(__file__).resolve().parents[3] / "tests" / "data"
BRAND = "Kavun"
NOW = datetime(2026, 3, 3, 8, tzinfo=UTC)
HOURS, SEEDS = 6, (1, 2, 3)
LANGUAGES = ("en", "uk", "es", "ru", "de")


class Told(NamedTuple):
    """``event``: None for an ordinary complaint."""

    event: str | None
    language: str
    text: str


class Pairs(NamedTuple):
    """Pairs of posts: of one event, of one story, and of both."""

    belong: int = 0
    together: int = 0
    right: int = 0

    def plus(self, other: "Pairs") -> "Pairs":
        return Pairs(*(ours + theirs for ours, theirs in zip(self, other, strict=True)))

    @property
    def figures(self) -> dict[str, float]:
        return {
            "pairs": self.belong,
            "recall": self.right / self.belong if self.belong else 0.0,
            "precision": self.right / self.together if self.together else 1.0,
        }


class Readings:
    """What the reader makes of each text, read once."""

    def __init__(self) -> None:
        self._reader, self._brand = Reader(), Brand(name=BRAND, terms=(BRAND,))
        self._known: dict[str, Reading] = {}

    def of(self, mention: Mention) -> ScoredMention:
        if mention.text not in self._known:
            self._known[mention.text] = self._reader.read(mention, self._brand)
        return ScoredMention(mention=mention, reading=self._known[mention.text])


def rows(part: str) -> list[Told]:
    lines = (DATA / "stories.jsonl").read_text(encoding="utf-8").splitlines()
    return [_told(row) for row in map(json.loads, lines) if row["part"] == part]


def samples(path: Path) -> list[Told]:
    """Those of ../shared/bench/crisis; none where they are not here."""
    if not path.is_file():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_told(row) for row in map(json.loads, filter(None, lines))]


def measure(samples_at: Path) -> dict[str, dict[str, float]]:
    """By set: pairs of one event, how many are in one story, and how many pairs of a story are of one event."""
    readings = Readings()
    found: dict[str, dict[str, float]] = {}
    for part in ("tune", "decide"):
        told = rows(part)
        found |= _of(f"ours, to {part}", told, readings)
    ordinary = [row for row in rows("decide") if row.event is None]
    if given := samples(samples_at):
        found |= _of("samples", given + ordinary, readings)
    return found


def ordinary_joined() -> dict[str, float]:
    """Of ordinary complaints of one language on one day about one brand, how many join another's."""
    readings, joined, number = Readings(), 0, 0
    told = [row for part in ("tune", "decide") for row in rows(part) if row.event is None]
    for language in LANGUAGES:
        chosen = [row for row in told if row.language == language]
        joined += len(chosen) - len(set(placed(chosen, readings, seed=1)))
        number += len(chosen)
    return {"posts": number, "joined": joined / number}


def placed(told: Sequence[Told], readings: Readings, seed: int) -> list[str]:
    """The story of each in the end."""
    order = list(range(len(told)))
    random.Random(seed).shuffle(order)  # noqa: S311 the same each time
    book, stories = StoryBook((BRAND,)), [""] * len(told)
    for place, number in enumerate(order):
        mention = _mention(told[number], number, timedelta(hours=HOURS) * place / len(told))
        stories[number] = book.add(readings.of(mention)).story.id
    return [book.story_of(f"bench:{number}") or name for number, name in enumerate(stories)]


def pairs(told: Sequence[Told], stories: Iterable[str]) -> Pairs:
    held = list(zip(told, stories, strict=True))
    events = Counter(row.event for row, _ in held if row.event)
    both = Counter((row.event, story) for row, story in held if row.event)
    return Pairs(_pairs(events), _pairs(Counter(story for _, story in held)), _pairs(both))


def _of(name: str, told: list[Told], readings: Readings) -> dict[str, dict[str, float]]:
    """All events at once, and each alone."""
    mixed = alone = Pairs()
    ordinary = [row for row in told if row.event is None]
    for seed in SEEDS:
        mixed = mixed.plus(pairs(told, placed(told, readings, seed)))
        for event in sorted({row.event for row in told if row.event}):
            chosen = [row for row in told if row.event == event] + ordinary
            alone = alone.plus(pairs(chosen, placed(chosen, readings, seed)))
    return {f"{name}: all at once": mixed.figures, f"{name}: one event a day": alone.figures}


def _pairs(counts: Counter[Any]) -> int:
    return sum(number * (number - 1) // 2 for number in counts.values())


def _told(row: dict[str, Any]) -> Told:
    return Told(row["story"], row["lang"], row["text"].replace("{brand}", BRAND))


def _mention(told: Told, number: int, after: timedelta) -> Mention:
    at = NOW + after
    return Mention(
        id=f"bench:{number}", source="bench", brand=BRAND, text=told.text, language=told.language, published_at=at,
        fetched_at=at, author=Author(id=str(number)),
    )  # fmt: skip
