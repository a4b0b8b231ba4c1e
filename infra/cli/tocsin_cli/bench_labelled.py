"""The sets that we labelled ourselves (tests/data): the language of short posts, and sentiment aimed at a brand."""

import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from tocsin.adapters.analyzers.reader import Reader
from tocsin.domain.brand import Brand
from tocsin.domain.reading_language import Language, language_of
from tocsin.domain.sentiment import Model
from tocsin_cli.score_rows import mention_of as as_mention

DATA = Path(__file__).resolve().parents[3] / "tests" / "data"
TAUGHT = frozenset("ar de en es fr hi it pl pt ru uk".split())
"""Languages that we tell apart; a post in another one must not be called one of them."""
LABELS = ("negative", "neutral", "positive")


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def right(row: dict[str, Any], found: Language) -> bool:
    """Is a post of the language set told as its kind asks?"""
    match row["kind"]:
        case "mixed":
            return found.mixed and found.tag in {*row["langs"], "und"}
        case "foreign":
            return found.tag not in TAUGHT
        case _:
            return bool(found.tag == row["lang"])


def languages(model: Model) -> dict[str, Any]:
    """By kind: posts and how many were told right, from the text alone."""
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows("language"):
        found = language_of(row["text"], model.hear(row["text"]).profiles, model)
        kinds[row["kind"]].update(texts=1, right=int(right(row, found)), unsure=int(found.tag == "und"))
    return {kind: dict(counts) for kind, counts in sorted(kinds.items())}


def aimed_at_brands(reader: Reader) -> dict[str, Any]:
    """The test part, with and without the brand: accuracy, and precision and recall of each label, per cent."""
    brands = {
        name: Brand.model_validate(facts)
        for name, facts in json.loads((DATA / "aimed.brands.json").read_text(encoding="utf-8")).items()
    }
    found: dict[str, Any] = {}
    test = [row for row in rows("aimed") if row["part"] == "test"]
    for way in ("whole text", "aimed"):
        told: Counter[tuple[str, str]] = Counter()
        for number, row in enumerate(test):
            brand = brands[row["brand"]] if way == "aimed" else None
            reading = reader.read(as_mention({"text": row["text"]}, f"text {number}"), brand)
            told[row["label"], reading.sentiment.value] += 1
        found[way] = {"texts": len(test), "accuracy": _share(sum(told[label, label] for label in LABELS), len(test))}
        for label in LABELS:
            found[way][label] = {
                "precision": _share(told[label, label], sum(told[each, label] for each in LABELS)),
                "recall": _share(told[label, label], sum(told[label, each] for each in LABELS)),
            }
    return found


def _share(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else 0.0
