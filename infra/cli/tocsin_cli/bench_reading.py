"""`tocsin bench reading`: the reader on labelled texts, scored by their own scorer, and its speed beside VADER's.

The texts and the scorer lie beside the project, not in it; where they are absent the benchmark says so.
"""

import gzip
import json
import resource
import runpy
import time
from collections.abc import Callable
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, NamedTuple

from tocsin.adapters.analyzers.reader import Reader
from tocsin.domain.reading_language import base, language_of
from tocsin.domain.sentiment import Model
from tocsin_cli.score import _mention as as_mention

SENTIMENT = Path(__file__).resolve().parents[3].parent / "shared" / "bench" / "sentiment"
HEADINGS = ("reading", "texts", "macro recall", "macro F1", "negative as positive", "language told")
LABELS = ("negative", "neutral", "positive")
BINS = 15
TIMED, ROUNDS = 2_000, 5


class Told(NamedTuple):
    """What was read in one text: its label in the set and ours, our confidence, and whether its language was told."""

    right: str
    label: str
    confidence: float
    tongue: bool


def measure() -> tuple[list[list[str]], dict[str, Any]]:
    """Rows of the table, and the same as data; without the texts a single row that says so."""
    if not (SENTIMENT / "score.py").is_file():
        reason = "the labelled texts are not here (../shared/bench/sentiment)"
        return [[reason, *[""] * (len(HEADINGS) - 1)]], {"skipped": reason}
    metrics: Callable[[list[str], list[str]], dict[str, float]] = runpy.run_path(str(SENTIMENT / "score.py"))["metrics"]
    reader, model = Reader(), _model()
    sets = {path.name.split(".")[0]: _rows(path) for path in sorted(SENTIMENT.glob("*.val.jsonl.gz"))}
    sets = {name: rows for name, rows in sets.items() if {row["label"] for row in rows} <= set(LABELS)}
    told = {name: [_told(reader, model, row, number) for number, row in enumerate(rows)] for name, rows in sets.items()}
    scored = {name: metrics([one.right for one in found], [one.label for one in found]) for name, found in told.items()}
    rows, data = [], dict[str, Any]()
    for name, figures in scored.items():
        found = told[name]
        gravest, tongue = _gravest(found), 100 * sum(one.tongue for one in found) / len(found)
        data[name] = {**figures, "negative_as_positive": round(gravest, 2), "language_told": round(tongue, 2)}
        rows.append(
            [name, f"{len(found):,}", f"{figures['macro_recall']:.1f}", f"{figures['macro_f1']:.1f}",
             f"{gravest:.1f} %", f"{tongue:.1f} %"]
        )  # fmt: skip
    umsab = [figures["macro_f1"] for name, figures in scored.items() if name.startswith("umsab_")]
    data["umsab_average"] = round(sum(umsab) / len(umsab), 2)
    everything = [one for found in told.values() for one in found]
    data["calibration_error"] = round(_calibration_error(everything), 4)
    data["negative_as_positive"] = round(_gravest(everything), 2)
    data |= _speed([row["text"] for rows_ in sets.values() for row in rows_[:: max(1, len(rows_) // 150)]][:TIMED])
    rows += [
        [what.replace("_", " "), "", "", f"{value:,}", "", ""] for what, value in data.items() if what not in scored
    ]
    return rows, data


def _rows(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def _model() -> Model:
    with as_file(files("tocsin.domain").joinpath("sentiment.bin")) as path:
        return Model(path.read_bytes())


def _told(reader: Reader, model: Model, row: dict[str, str], number: int) -> Told:
    """As `tocsin score` reads it; its language once more from the text alone."""
    reading = reader.read(as_mention(row, f"text {number}"))
    alone = language_of(row["text"], model.hear(row["text"]).profiles, model)
    return Told(row["label"], reading.sentiment.value, reading.confidence, alone.tag == base(row["lang"]))


def _gravest(told: list[Told]) -> float:
    """Per cent of the negative that were read as positive."""
    negative = [one.label for one in told if one.right == "negative"]
    return 100 * negative.count("positive") / len(negative) if negative else 0.0


def _calibration_error(told: list[Told]) -> float:
    """Expected calibration error over equal bins (Guo et al. 2017)."""
    bins: list[list[Told]] = [[] for _ in range(BINS)]
    for one in told:
        bins[min(int(one.confidence * BINS), BINS - 1)].append(one)
    return sum(
        abs(sum(one.confidence for one in part) - sum(one.right == one.label for one in part)) for part in bins
    ) / len(told)


def _speed(texts: list[str]) -> dict[str, float]:
    """Microseconds of processor time a text, warm by the best of the rounds; cold with an empty cache."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    fresh = _model()
    load = time.perf_counter() - start
    mentions = [as_mention({"text": text}, "text") for text in texts]
    cold = _spent(lambda: [fresh.judge(fresh.hear(text), "en") for text in texts], 1)
    warm = _spent(lambda: [fresh.judge(fresh.hear(text), "en") for text in texts], ROUNDS)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    reader = Reader()
    whole = _spent(lambda: [reader.read(mention) for mention in mentions], ROUNDS)
    with as_file(files("tocsin.domain").joinpath("sentiment.bin")) as path:
        size = path.stat().st_size
    found = {
        "sentiment_us": warm / len(texts),
        "sentiment_us_cold_cache": cold / len(texts),
        "whole_reading_us": whole / len(texts),
        "load_ms": load * 1e3,
        "memory_grown_mb": grown / 1024,
        "file_mb": size / 1e6,
    }
    try:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
    except ImportError:
        return {key: round(value, 2) for key, value in found.items()}
    vader = SentimentIntensityAnalyzer()
    yardstick = _spent(lambda: [vader.polarity_scores(text) for text in texts], ROUNDS) / len(texts)
    found |= {"vader_us": yardstick, "sentiment_to_vader": found["sentiment_us"] / yardstick}
    found |= {"whole_reading_to_vader": found["whole_reading_us"] / yardstick}
    return {key: round(value, 2) for key, value in found.items()}


def _spent(work: Callable[[], object], rounds: int) -> float:
    """Microseconds of processor time, the best of the rounds: what disturbs one only ever slows it."""
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best * 1e6
