"""`tocsin bench severity`: what is heard as grave, in which scenario, how aimed and told, on labelled posts.

`tune` and its kin made the words and taught the head, and so does `blind1` since it was looked at too often; `blind3`
is by another who saw neither, and decides; `blind2`, by a third, decided before (docs/severity.md).
"""

import json
from collections.abc import Callable, Iterable
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from tocsin.adapters.analyzers.reader import Reader
from tocsin.domain.brand import Brand, Competitor
from tocsin.domain.reading import GRAVE, Reading
from tocsin_cli.score_rows import mention_of as as_mention

LABELLED = Path(__file__).resolve().parents[3] / "tests" / "data" / "severity"
SAMPLES = Path(__file__).resolve().parents[3].parent / "shared" / "bench" / "crisis"
"""Beside the project, not in it: grave posts, and ordinary ones."""
NAME = "Kavun"
ORDINARY = 2_000
"""Negatives of which at most one in a hundred may be graver than GRAVE."""
TAUGHT = ("tune", "tune2", "tune3", "tune4", "tune5", "tune6", "blind1")
BLIND, EARLIER = "blind3", "blind2"
"""By writers of whom no post taught anything: the part that decides, and the one that did before."""
PARTS = (EARLIER, BLIND)
SLIGHT = ("minor", "minor2")
"""Posts of the scenarios that are seldom grave: what their words were made with, and what was only measured on."""
HEADINGS = ("severity", *(f"{part} {what}" for part in PARTS for what in ("posts", "precision", "recall")))
RIVALS = (Competitor(name="Zenmart", terms=("Zenmart", "Сільмаркет")),)
FACTS = frozenset({"claim", "report", "quotation"})
"""Told as a fact; a headline without a source may be called a claim or a report."""
COMPLAINS = 0.5


class Told(NamedTuple):
    row: dict[str, Any]
    reading: Reading


class Figures(NamedTuple):
    """``precision`` and ``recall`` in 0..1; None where nothing was found, or nothing was there."""

    posts: int
    precision: float | None
    recall: float | None


def read(part: str) -> list[Told]:
    """The posts of a part, each with its reading, its own brand known; `tune` is all that taught."""
    reader = Reader()
    files = TAUGHT if part == "tune" else (part,)
    lines = [line for name in files for line in (LABELLED / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    rows: list[dict[str, Any]] = [json.loads(line) for line in lines if line]
    return [
        Told(row, reader.read(as_mention(row, f"{part} {number}"), _brand(row["brand"])))
        for number, row in enumerate(rows, 1)
    ]


def lives() -> dict[str, tuple[int, int]]:
    """Of the posts of loud lives, by kind: (those read as against the brand, posts). Of all kinds but `against` none is
    meant so: a rival's scandal, charity, jest, others' outages, a lost match, a crowded sale."""
    reader, counted = Reader(), dict[str, tuple[int, int]]()
    for number, line in enumerate((LABELLED / "lives.jsonl").read_text(encoding="utf-8").splitlines(), 1):
        row = json.loads(line)
        read_so, posts = counted.get(row["kind"], (0, 0))
        negative = reader.read(as_mention(row, f"lives {number}"), _brand(row["brand"])).negative
        counted[row["kind"]] = (read_so + negative, posts + 1)
    return counted


def samples() -> dict[str, tuple[int, int]]:
    """Of the grave samples and of the first ordinary negatives: (those read as graver than GRAVE, posts). Empty where
    the samples are not beside the project."""
    if not SAMPLES.is_dir():
        return {}
    severe = _severities(row["text"].replace("{brand}", NAME) for row in _lines(SAMPLES / "severe.jsonl"))
    negative = (row["text"] for row in _lines(SAMPLES / "texts.jsonl") if row["label"] == "negative")
    ordinary = _severities(f"{NAME}: {text}" for text in islice(negative, ORDINARY))
    return {
        "severe samples": (sum(each >= GRAVE for each in severe), len(severe)),
        "ordinary negatives": (sum(each > GRAVE for each in ordinary), len(ordinary)),
    }


def measure() -> tuple[list[list[str]], dict[str, Any]]:
    """Rows of the table, and the same as data; without the labelled posts a single row that says so."""
    if not LABELLED.is_dir():
        reason = "the labelled posts are not here (tests/data/severity)"
        return [[reason, *[""] * (len(HEADINGS) - 1)]], {"skipped": reason}
    tables = {part: figures(read(part)) if _is_here(part) else {} for part in PARTS}
    names = list(dict.fromkeys(name for table in tables.values() for name in table))
    rows = [[name, *(cell for part in PARTS for cell in _cells(tables[part].get(name)))] for name in names]
    slight = {part: _slight(read(part)) if _is_here(part) else {} for part in SLIGHT}
    rows += [
        [f"{name} (of {' and '.join(SLIGHT)})", *(cell for part in SLIGHT for cell in _cells(slight[part].get(name)))]
        for name in dict.fromkeys(name for table in slight.values() for name in table)
    ]
    told = lives() if _is_here("lives") else {}
    rows += [
        [f"read as against: {kind}", "", "", "", str(of), "", f"{100 * so / of:.0f} %"]
        for kind, (so, of) in told.items()
    ]
    beside = samples()
    rows += [[f"read as grave: {what}", "", "", "", str(of), "", _share(so, of)] for what, (so, of) in beside.items()]
    data = {part: {name: one._asdict() for name, one in table.items()} for part, table in tables.items()}
    data |= {part: {name: one._asdict() for name, one in table.items()} for part, table in slight.items()}
    data["samples"] = {what: {"posts": of, "grave": so} for what, (so, of) in beside.items()}
    return rows, {**data, "lives": {kind: {"posts": of, "against": so} for kind, (so, of) in told.items()}}


def _severities(texts: Iterable[str]) -> list[float]:
    reader, brand = Reader(), _brand(NAME)
    return [reader.read(as_mention({"text": text}, NAME), brand).severity for text in texts]


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _share(so: int, of: int) -> str:
    return f"{so} ({100 * so / of:.1f} %)" if of else ""


def _slight(told: list[Told]) -> dict[str, Figures]:
    return {name: one for name, one in figures(told).items() if name.startswith("named: ")}


def _is_here(part: str) -> bool:
    return (LABELLED / f"{part}.jsonl").is_file()


def figures(told: list[Told]) -> dict[str, Figures]:
    """Of `grave`, of each language and scenario (`named`: of one that no post tells as grave), of each aim but the
    brand's, of how it is told, of complaints."""
    found = {"grave": _figures(told, _is_grave, _heard_grave)}
    for language in _values(told, "lang"):
        found[f"grave, {language}"] = _figures(
            [one for one in told if one.row["lang"] == language], _is_grave, _heard_grave
        )
    for scenario in _values((one for one in told if _is_grave(one)), "scenario"):
        found[scenario] = _figures(
            told,
            partial(_grave_in, scenario, lambda one: str(one.row["scenario"]), _is_grave),
            partial(_grave_in, scenario, lambda one: str(one.reading.scenario), _heard_grave),
        )
    for scenario in sorted({one.row["scenario"] for one in told if one.row["scenario"]} - {*found}):
        found[f"named: {scenario}"] = _figures(
            told, partial(_labelled, "scenario", scenario), partial(_named, scenario)
        )
    for aim in ("struck", "beside", "warns", "other"):
        found[f"aim: {aim}"] = _figures(told, partial(_labelled, "aim", aim), partial(_aimed, aim))
    for claim in ("denial", "question", "fiction"):
        found[f"told as {claim}"] = _figures(told, partial(_labelled, "claim", claim), partial(_claimed, claim))
    found["told as a fact"] = _figures(
        told, lambda one: one.row["claim"] in FACTS, lambda one: one.reading.claim.value in FACTS
    )
    found["complaint"] = _figures(
        told, lambda one: bool(one.row["complaint"]), lambda one: one.reading.complaint >= COMPLAINS
    )
    return found


def _figures(told: list[Told], there: Callable[[Told], bool], heard: Callable[[Told], bool]) -> Figures:
    right = sum(there(one) and heard(one) for one in told)
    said, was = sum(map(heard, told)), sum(map(there, told))
    return Figures(was, right / said if said else None, right / was if was else None)


def _is_grave(one: Told) -> bool:
    return bool(one.row["grave"])


def _heard_grave(one: Told) -> bool:
    return one.reading.grave


def _grave_in(scenario: str, which: Callable[[Told], str], grave: Callable[[Told], bool], one: Told) -> bool:
    return grave(one) and which(one) == scenario


def _labelled(key: str, value: str, one: Told) -> bool:
    return bool(one.row[key] == value)


def _named(scenario: str, one: Told) -> bool:
    return one.reading.scenario == scenario


def _aimed(aim: str, one: Told) -> bool:
    return one.reading.aim.value == aim


def _claimed(claim: str, one: Told) -> bool:
    return one.reading.claim.value == claim


def _values(told: Iterable[Told], key: str) -> list[str]:
    return sorted({one.row[key] for one in told if one.row[key]})


def _cells(one: Figures | None) -> tuple[str, ...]:
    if one is None:
        return "", "", ""
    return str(one.posts), *("" if share is None else f"{100 * share:.0f} %" for share in one[1:])


def _brand(name: str) -> Brand:
    return Brand(name=name, terms=(name,), competitors=RIVALS)
