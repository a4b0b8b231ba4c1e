"""Protects: the floors of sentiment on the labelled val texts.

Reads ../shared beside the repository and skips where that is absent; nothing of it is copied here.
"""

import gzip
import json
import runpy
from pathlib import Path

import pytest

from tocsin.adapters.analyzers.reader import Reader
from tocsin_cli.score_rows import mention_of as _mention

SETS = Path(__file__).resolve().parents[2].parent / "shared" / "bench" / "sentiment"
UMSAB = [f"umsab_{language}" for language in "ar de en es fr hi it pt".split()]
pytestmark = pytest.mark.skipif(not SETS.is_dir(), reason="../shared/bench/sentiment is not beside this repository")


def scored(name: str) -> dict:
    with gzip.open(SETS / f"{name}.val.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    reader = Reader()
    told = [reader.read(_mention(row, name)).sentiment.value for row in rows]
    return runpy.run_path(str(SETS / "score.py"))["metrics"]([row["label"] for row in rows], told)


def test_english_posts() -> None:
    assert scored("tweeteval_sentiment")["macro_recall"] >= 65.5


def test_eight_languages() -> None:
    assert sum(scored(name)["macro_f1"] for name in UMSAB) / len(UMSAB) >= 57.5


def test_ukrainian() -> None:
    assert scored("brighter_uk")["macro_f1"] >= 58
