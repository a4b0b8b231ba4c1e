"""Train the linter's head that ships: `make train-linter`. Fixed seeds; the teacher's word vectors take a few minutes
the first time, and are kept.

Judged by leaving one part of the teaching texts out: each is of other trades, and of other matters.
"""

import argparse
import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import numpy as np
import scipy.sparse as sp
from pack import write
from sklearn.linear_model import LogisticRegression
from teacher import vectors
from wordfreq import top_n_list

from tocsin.domain.lint_head import (
    ACCUSATION,
    ANY,
    LANES,
    MAGIC,
    OF_ANY,
    WIDTH,
    forms,
    marks_of,
    spoken,
    tokens_of,
    windows,
)

LISTED = {"en": 10_000, "uk": 22_000, "es": 12_000}
"""The most frequent words that the head knows beside those of the texts."""
OWN = ("statement_words", "reply_words")
OFTEN = 2
"""Texts in which a mark must stand to be learned."""
STRENGTH = 0.1
VECTORS, MARKS = 0.5, 24.0
"""How loud the words' vectors are, and the marks."""
ALARMS = 0.08
"""Share of good texts that may be marked, of parts that taught nothing."""
ACCUSED, SURELY = 0.015, 0.003
"""Share of texts that accuse nobody and may be taken for an accusation: worth a look, and beyond doubt."""
SILENT = 2
"""Weights (of 127) up to which a word says nothing, and is left out."""

Row = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("labelled", type=Path, help="tests/data/linter")
    parser.add_argument("domain", type=Path, help="layers/core/tocsin/domain: templates to leave alone, and the result")
    parser.add_argument("--cache", type=Path, default=Path(".tools/teacher"))
    parser.add_argument("--date", required=True, help="the date of the training, for the card")
    args = parser.parse_args()
    rows = list(taught(args.labelled, args.domain))
    texts = Texts([row["text"] for row in rows], args.cache)
    of_lanes = np.array([[fault in row["faults"] for fault in LANES] for row in rows])
    y = np.c_[of_lanes, of_lanes.any(1)]
    lines, figures = judged(rows, texts, y)
    teaches = np.array([row["teaches"] for row in rows])
    weights, biases = learned(texts.x[teaches], y[teaches])
    pack(args.domain / "linter.bin", texts, weights, biases, lines, args.date)
    print(json.dumps(figures, indent=1))


def taught(labelled: Path, domain: Path) -> Iterator[Row]:
    """The texts that teach, each followed by its windows; ``of``: the number of the text, None of a template.

    Of a good text each sentence teaches too: a head that reads sentences must know good ones. Where a fault is, only
    the whole text is known to have it."""
    number = 0
    for name in ("teach", "tune"):
        for line in (labelled / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if set(row["faults"]) - set(LANES):
                continue
            part, faults, text = row.get("part", name), row["faults"], row["text"]
            pieces = [text[start:end] for start, end in windows(text)]
            yield {
                "part": part,
                "faults": faults,
                "text": text,
                "of": number,
                "read": pieces == [text],
                "teaches": True,
            }
            for piece in pieces if pieces != [text] else ():
                yield {"part": part, "faults": faults, "text": piece, "of": number, "read": True, "teaches": not faults}
            number += 1
    for folder in OWN:
        for path in sorted((domain / folder).glob("??.json")):
            for sentences in _lists(json.loads(path.read_text(encoding="utf-8"))):
                text = " ".join(sentences)
                for start, end in windows(text):
                    yield {
                        "part": "own",
                        "faults": [],
                        "text": text[start:end],
                        "of": None,
                        "read": False,
                        "teaches": True,
                    }


def _lists(found: Any) -> Iterator[list[str]]:
    if isinstance(found, str):
        yield [found]
    elif isinstance(found, list):
        yield found
    else:
        for each in found.values():
            yield from _lists(each)


class Texts:
    """``x``: the mean of the words' vectors beside the marks, as `lint_head` weighs them."""

    def __init__(self, texts: list[str], cache: Path) -> None:
        tokens = [tokens_of(text) for text in texts]
        frequent = (word for language, size in LISTED.items() for word in top_n_list(language, size))
        self.words = list(dict.fromkeys([*frequent, *(token for each in tokens for token in each)]))
        number = {word: place for place, word in enumerate(self.words)}
        self.meaning = vectors(self.words, cache, "linter")
        mean = np.zeros((len(texts), self.meaning.shape[1]), np.float32)
        for place, each in enumerate(tokens):
            known = [at for token in each if (at := next((number[f] for f in forms(token) if f in number), -1)) >= 0]
            mean[place] = self.meaning[known].sum(0) / (len(known) + 2)
        self.loudness = VECTORS / mean.std()
        marks = [marks_of(each, spoken(each)) for each in tokens]
        often = Counter(mark for each in marks for mark in each)
        self.marks = sorted(mark for mark, times in often.items() if times >= OFTEN)
        column = {mark: place for place, mark in enumerate(self.marks)}
        table = sp.lil_matrix((len(texts), len(self.marks)), dtype=np.float32)
        for place, each in enumerate(marks):
            known = [column[mark] for mark in each if mark in column]
            table[place, known] = MARKS / np.sqrt(len(known) + 3)
        self.x = sp.hstack([mean * self.loudness, table]).tocsr()


def learned(x: Any, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(weights: features x lanes, biases)."""
    fitted = [LogisticRegression(C=STRENGTH, solver="liblinear", random_state=1).fit(x, lane) for lane in y.T]
    return np.stack([each.coef_[0] for each in fitted], 1), np.array([each.intercept_[0] for each in fitted])


def judged(rows: list[Row], texts: Texts, y: np.ndarray) -> tuple[dict[str, float], Row]:
    """Where the lines are drawn, and the figures behind them, of parts that taught nothing."""
    parts, teaches = np.array([row["part"] for row in rows]), np.array([row["teaches"] for row in rows])
    read = np.array([row["read"] for row in rows])
    sure = np.zeros(y.shape)
    for part in sorted(set(parts) - {"own"}):
        weights, biases = learned(texts.x[teaches & (parts != part)], y[teaches & (parts != part)])
        sure[parts == part] = texts.x[parts == part] @ weights + biases
    plain = sure[:, :ANY].max(1) + OF_ANY * sure[:, ANY]
    first = {row["of"]: place for place, row in reversed(list(enumerate(rows))) if row["of"] is not None}
    places = list(first.values())
    of = np.array([-1 if row["of"] is None else row["of"] for row in rows])
    known, numbers = read & (of >= 0), len(places)
    best, accuses, named = np.full(numbers, -99.0), np.full(numbers, -99.0), np.zeros(numbers, int)
    for place in np.flatnonzero(known):
        number = of[place]
        accuses[number] = max(accuses[number], sure[place, ACCUSATION])
        if plain[place] > best[number]:
            best[number], named[number] = plain[place], sure[place, :ANY].argmax()
    order = np.array(sorted(first))
    truth = y[[first[number] for number in order]]
    bad, accused = truth[:, ANY], truth[:, ACCUSATION]
    lines = {
        "line": float(np.quantile(best[~bad], 1 - ALARMS)),
        "accuses": float(np.quantile(accuses[~accused], 1 - ACCUSED)),
        "surely": float(np.quantile(accuses[~accused], 1 - SURELY)),
    }
    found = (best >= lines["line"]) | (accuses >= lines["accuses"])
    figures: Row = {"recall": share(found[bad]), "good texts marked": share(found[~bad])}
    figures |= {
        "accusations": share((accuses >= lines["accuses"])[accused]),
        "surely": share((accuses >= lines["surely"])[accused]),
    }
    for lane, fault in enumerate(LANES):
        figures[fault] = [share(found[truth[:, lane]]), share((found & (named == lane))[truth[:, lane]])]
    return lines, figures


def share(of: np.ndarray) -> float:
    return round(float(of.mean()), 3)


def pack(path: Path, texts: Texts, weights: np.ndarray, biases: np.ndarray, lines: dict[str, float], date: str) -> None:
    size = texts.meaning.shape[1]
    rows = {
        "word": (texts.words, texts.meaning @ weights[:size] * texts.loudness),
        "mark": (texts.marks, weights[size:] * MARKS),
    }
    facts: Row = {"date": date, **lines, "biases": biases.tolist(), "scales": {}}
    tables: dict[str, np.ndarray] = {}
    for name, (keys, of_each) in rows.items():
        scale = np.percentile(np.abs(of_each), 99.9, axis=0) / 127
        fine = np.clip(np.round(of_each / scale), -127, 127).astype(np.int8)
        loud = np.abs(fine).max(1) > (SILENT if name == "word" else 0)
        kept = [(key, row) for key, row, keep in zip(keys, fine, loud, strict=True) if keep]
        tables |= table(name, kept)
        facts["scales"][name] = scale.tolist()
    write(path, facts, tables, MAGIC)
    print(path, path.stat().st_size, "bytes")


def table(name: str, kept: list[tuple[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """Open addressing by 16-bit prints, 0 is free, as `lint_head` looks them up."""
    slots = len(kept) * 5 // 4 + 1
    keys, rows = np.zeros(slots, np.uint16), np.zeros((slots, WIDTH), np.int8)
    for key, row in kept:
        number = crc32(key.encode("utf-8", "surrogatepass"))
        at = number % slots
        while keys[at]:
            at = (at + 1) % slots
        keys[at], rows[at] = number >> 16 or 1, row
    return {f"{name}_keys": keys, f"{name}_rows": rows}


if __name__ == "__main__":
    main()
