"""`tocsin bench reading`: the reader on labelled texts, scored by their own scorer, and its speed beside VADER's.

The texts and the scorer lie beside the project, not in it; where they are absent the benchmark says so.
"""

import gzip
import json
import resource
import runpy
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, NamedTuple

from tocsin.adapters.analyzers.reader import Reader
from tocsin.domain.reading_language import base, language_of
from tocsin.domain.sentiment import Model
from tocsin_cli import bench_labelled, bench_severity
from tocsin_cli.score_rows import mention_of as as_mention

SENTIMENT = Path(__file__).resolve().parents[3].parent / "shared" / "bench" / "sentiment"
HEADINGS = ("reading", "texts", "macro recall", "macro F1", "negative as positive", "language told")
LABELS = ("negative", "neutral", "positive")
BINS = 15
TIMED, ROUNDS = 2_000, 5
READS = """
import json, re, sys
from pathlib import Path
from tocsin.adapters.analyzers.reader import Reader
from tocsin_cli.score_rows import mention_of
reader = Reader()
for text in json.load(sys.stdin):
    reader.read(mention_of({"text": text}, "text"))
print(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
"""
"""Not by getrusage: it hands the peak of whoever started a process down to it."""


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
    timed = [row["text"] for rows_ in sets.values() for row in rows_[:: max(1, len(rows_) // 150)]][:TIMED]
    data |= _speed(timed) | _peak(timed)
    rows += [
        [what.replace("_", " "), "", "", f"{value:,}", "", ""] for what, value in data.items() if what not in scored
    ]
    data["language_by_kind"] = bench_labelled.languages(model)
    data["aimed"] = bench_labelled.aimed_at_brands(reader)
    rows += [
        [f"our own language set, {kind}", f"{counts['texts']:,}", "", "", "", f"{counts['right']} right"]
        for kind, counts in data["language_by_kind"].items()
    ]
    rows += [
        [f"our own aimed set, {way}", f"{figures['texts']:,}", f"{figures['accuracy']} accuracy",
         f"negative {figures['negative']['precision']} / {figures['negative']['recall']}", "", ""]
        for way, figures in data["aimed"].items()
    ]  # fmt: skip
    severity, data["severity"] = _severity()
    return rows + severity, data


def _severity() -> tuple[list[list[str]], dict[str, Any]]:
    """On the posts by a hand that taught nothing; `tocsin bench severity` has the rest."""
    if not (bench_severity.LABELLED / f"{bench_severity.BLIND}.jsonl").is_file():
        return [], {}
    found = bench_severity.figures(bench_severity.read(bench_severity.BLIND))
    samples = bench_severity.samples()
    rows = [
        [f"{bench_severity.BLIND}, {name}", f"{one.posts:,}", f"precision {_percent(one.precision)}",
         f"recall {_percent(one.recall)}", "", ""]
        for name, one in found.items()
    ]  # fmt: skip
    rows += [[f"read as grave: {what}", f"{of:,}", "", str(so), "", ""] for what, (so, of) in samples.items()]
    grave = {what: {"posts": of, "grave": so} for what, (so, of) in samples.items()}
    return rows, {**{name: one._asdict() for name, one in found.items()}, **grave}


def _percent(share: float | None) -> str:
    return "none" if share is None else f"{100 * share:.0f} %"


def _peak(texts: list[str]) -> dict[str, float]:
    """Megabytes that a process of its own holds at most which loads the reader and reads the texts; on Linux."""
    if not Path("/proc/self/status").is_file():
        return {}
    read = subprocess.run(
        [sys.executable, "-c", READS], input=json.dumps(texts), capture_output=True, text=True, check=True
    )
    return {"peak_memory_mb": round(int(read.stdout) / 1024, 1)}


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
    """Microseconds of processor time a text: cold with an empty cache, warm by the best of rounds in which all take
    turns, since what else runs on the machine only ever slows one."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    fresh = _model()
    load = time.perf_counter() - start
    mentions = [as_mention({"text": text}, "text") for text in texts]
    cold = _spent(lambda: [fresh.judge(fresh.hear(text), "en") for text in texts])
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    reader = Reader(remembered=0)
    work: dict[str, Callable[[], object]] = {
        "sentiment_us": lambda: [fresh.judge(fresh.hear(text), "en") for text in texts],
        "whole_reading_us": lambda: [reader.read(mention) for mention in mentions],
    }
    try:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
    except ImportError:
        pass
    else:
        vader = SentimentIntensityAnalyzer()
        work["vader_us"] = lambda: [vader.polarity_scores(text) for text in texts]
    rounds = [{name: _spent(each) for name, each in work.items()} for _ in range(ROUNDS)]
    found = {name: min(spent[name] for spent in rounds) / len(texts) for name in work}
    if yardstick := found.get("vader_us"):
        found |= {"sentiment_to_vader": found["sentiment_us"] / yardstick}
        found |= {"whole_reading_to_vader": found["whole_reading_us"] / yardstick}
    with as_file(files("tocsin.domain").joinpath("sentiment.bin")) as path:
        size = path.stat().st_size
    found |= {"sentiment_us_cold_cache": cold / len(texts), "load_ms": load * 1e3}
    found |= {"memory_grown_mb": grown / 1024, "file_mb": size / 1e6}
    return {key: round(value, 2) for key, value in found.items()}


def _spent(work: Callable[[], object]) -> float:
    """Microseconds of processor time."""
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1e6
