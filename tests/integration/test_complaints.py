"""Protects: complaints told as plain facts are heard as such and count against the brand, in five languages.

The posts of `tune` are what the words were made with. `check` was written after the words; its misses were then looked
at once and drawn upon, so these are floors, not an estimate.
"""

import json
from pathlib import Path

import pytest

from tocsin.adapters.analyzers.reader import Reader
from tocsin.domain.brand import Brand
from tocsin.domain.reading import Reading, Sentiment
from tocsin_cli.score_rows import mention_of

ROWS = [
    json.loads(line)
    for line in (Path(__file__).resolve().parents[1] / "data" / "complaints.jsonl").read_text("utf-8").splitlines()
]
LANGUAGES = ("en", "uk", "ru", "es", "de")


@pytest.fixture(scope="module")
def readings() -> list[tuple[dict, Reading]]:
    reader = Reader()
    return [(row, reader.read(mention_of(row, str(at)), _brand(row))) for at, row in enumerate(ROWS)]


def _brand(row: dict) -> Brand:
    return Brand(name=row["brand"], terms=(row["brand"],))


def _share(readings: list[tuple[dict, Reading]], part: str, language: str, *, complaint: bool) -> float:
    """Of the posts that are complaints, or are not, the share read as one or as negative."""
    heard = [
        reading.complaint >= 0.5 or reading.sentiment is Sentiment.NEGATIVE
        for row, reading in readings
        if (row["part"], row["lang"], row["complaint"]) == (part, language, complaint)
    ]
    return sum(heard) / len(heard)


@pytest.mark.parametrize("language", LANGUAGES)
def test_plain_facts_of_failure_are_heard(readings: list, language: str) -> None:
    assert _share(readings, "tune", language, complaint=True) >= 0.9
    assert _share(readings, "check", language, complaint=True) >= 0.7


@pytest.mark.parametrize("language", LANGUAGES)
def test_plain_facts_that_are_no_failure_are_not_called_complaints(readings: list, language: str) -> None:
    others = [reading for row, reading in readings if row["lang"] == language and not row["complaint"]]
    assert sum(reading.complaint >= 0.5 for reading in others) <= len(others) * 0.15


def test_a_complaint_about_the_brand_is_negative_and_without_a_brand_the_tone_decides() -> None:
    told = mention_of({"text": "В номере Орбита нет горячей воды", "lang": "ru"}, "x")
    assert Reader().read(told, Brand(name="Орбита", terms=("Орбита",))).sentiment is Sentiment.NEGATIVE
    assert Reader().read(told).sentiment is Sentiment.NEUTRAL


def test_stars_say_better_than_words_how_somebody_feels() -> None:
    told = mention_of({"text": "В номере Орбита нет горячей воды", "lang": "ru"}, "x").model_copy(update={"rating": 3})
    assert Reader().read(told, Brand(name="Орбита", terms=("Орбита",))).sentiment is Sentiment.NEUTRAL


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_enough_posts_of_each_language(language: str) -> None:
    texts = {row["text"] for row in ROWS if row["lang"] == language and row["complaint"]}
    assert len(texts) >= 60
