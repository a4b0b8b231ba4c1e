"""`tocsin bench linter`: which faults the linter finds in labelled texts, and how often it is wrong.

The texts were written apart from its lists, in other words. `tune` has been looked at while the lists grew; `held` was
written when they had; `held2` before the head learned, and was measured once, when all was done: it decides
(docs/words.md). What teaches the head (`teach`) shares no five words in a row with either.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from tocsin.domain.linter import Draft, Fault, Kind, check

LABELLED = Path(__file__).resolve().parents[3] / "tests" / "data" / "linter"
PARTS = ("tune", "held", "held2")
HEADINGS = ("fault", *(f"{part} {what}" for part in PARTS for what in ("texts", "precision", "recall")))


class Told(NamedTuple):
    language: str
    labelled: frozenset[str]
    found: frozenset[str]
    text: str


class Figures(NamedTuple):
    """``texts`` with the fault; ``precision`` and ``recall`` in 0..1, None where nothing was found, or was there."""

    texts: int
    precision: float | None
    recall: float | None


def read(part: str) -> list[Told]:
    lines = (LABELLED / f"{part}.jsonl").read_text(encoding="utf-8").splitlines()
    rows: list[dict[str, Any]] = [json.loads(line) for line in lines if line]
    return [Told(row["lang"], frozenset(row["faults"]), _found(row["lang"], row["text"]), row["text"]) for row in rows]


def measure() -> tuple[list[list[str]], dict[str, Any]]:
    """Rows of the table, and the same as data; without the labelled texts a single row that says so."""
    if not LABELLED.is_dir():
        reason = "the labelled texts are not here (tests/data/linter)"
        return [[reason, *[""] * (len(HEADINGS) - 1)]], {"skipped": reason}
    tables = {part: figures(read(part)) for part in PARTS}
    rows = [[name, *(cell for part in PARTS for cell in _cells(tables[part][name]))] for name in tables[PARTS[0]]]
    return rows, {part: {name: one._asdict() for name, one in table.items()} for part, table in tables.items()}


def figures(told: list[Told]) -> dict[str, Figures]:
    """Of each fault, of all together, of each language, and how many of the good texts are left alone."""
    found = {
        fault.value: _figures((fault.value in one.labelled, fault.value in one.found) for one in told)
        for fault in Fault
    }
    found["any fault"] = _figures((bool(one.labelled), bool(one.found)) for one in told)
    for language in sorted({one.language for one in told}):
        here = [one for one in told if one.language == language]
        found[f"any fault, {language}"] = _figures((bool(one.labelled), bool(one.found)) for one in here)
    found["its very fault"] = _figures(
        pair
        for one in told
        for fault in Fault
        if (pair := (fault.value in one.labelled, fault.value in one.found)) != (False, False)
    )
    return found


def _found(language: str, text: str) -> frozenset[str]:
    draft = Draft.model_validate({"text": text, "language": language, "kind": Kind.REPLY})
    return frozenset(one.fault.value for one in check(draft).findings)


def _figures(pairs: Iterable[tuple[bool, bool]]) -> Figures:
    """``pairs``: was it labelled, was it found."""
    seen = list(pairs)
    right = sum(labelled and found for labelled, found in seen)
    labelled_all, found_all = sum(one for one, _ in seen), sum(one for _, one in seen)
    return Figures(
        labelled_all, right / found_all if found_all else None, right / labelled_all if labelled_all else None
    )


def _cells(one: Figures) -> tuple[str, str, str]:
    precision, recall = ("-" if value is None else f"{value:.2f}" for value in (one.precision, one.recall))
    return str(one.texts), precision, recall
