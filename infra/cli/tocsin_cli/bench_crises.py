"""`tocsin bench crises`: the shipped alarm on labelled lives, made and scored by the bench's own scripts.

Ten crises and eleven lives that are quiet or only loud, a seed; two rules that products are documented to use beside
it, for the first seeds, given the true number of negatives. The scripts lie beside the project, not in it; where they
are absent the benchmark says so. Processor time is counted from the JSON line to the level.
"""

import json
import runpy
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from tocsin.adapters.analyzers.reader import Reader
from tocsin.domain.client_file import parse_client
from tocsin.domain.detector import Detector
from tocsin.domain.mention import Mention
from tocsin.services.replay import replay
from tocsin_cli.files import load_yaml

CRISES = Path(__file__).resolve().parents[3].parent / "shared" / "bench" / "crisis"
SEEDS = range(1, 11)
RULED = 3
"""Seeds on which the two rules run: they are slow, and known by then."""
HEADINGS = ("crises", "caught", "median minutes", "false alarms a month", "false pages a month", "nagging")


def measure(
    seeds: range = SEEDS, ruled: int = RULED, largest: int | None = None
) -> tuple[list[list[str]], dict[str, Any]]:
    """Rows of the table, and the same as data; without the scripts a single row that says so.

    ``largest``: lives of more mentions are left out."""
    if not (CRISES / "make_scenarios.py").is_file():
        reason = "the labelled lives are not here (../shared/bench/crisis)"
        return [[reason, "", "", "", "", ""]], {"skipped": reason}
    scorer = runpy.run_path(str(CRISES / "score_scenarios.py"))
    labels = {
        row["text"][-40:]: row["label"] for row in map(json.loads, (CRISES / "texts.jsonl").read_bytes().splitlines())
    }
    ours: dict[int, list[dict[str, Any]]] = {}
    rules: dict[str, list[dict[str, Any]]] = {"1 h against 12 h, true labels": [], "24 h against 7 d, true labels": []}
    spent, size = 0.0, 0
    for seed in seeds:
        with tempfile.TemporaryDirectory() as folder:
            make = [sys.executable, str(CRISES / "make_scenarios.py"), "--out", folder, "--seed", str(seed)]
            subprocess.run(make, check=True, stdout=subprocess.DEVNULL)
            for life in sorted(Path(folder).iterdir()):
                if largest is not None and (life / "mentions.jsonl").read_bytes().count(b"\n") > largest:
                    continue
                truth = json.loads((life / "truth.json").read_text(encoding="utf-8"))
                began = time.process_time()
                changes, mentions = _replayed(life)
                spent += time.process_time() - began
                size += mentions
                ours.setdefault(seed, []).append({"life": life.name, **scorer["judge"](truth, changes)})
                if seed < seeds.start + ruled:
                    _rule(rules, scorer, labels, life, truth)
    pooled = [result for results in ours.values() for result in results]
    summary: Callable[[str, list[dict[str, Any]]], dict[str, Any]] = scorer["summary"]
    tables = {
        **{f"seed {seed}": summary("tocsin", results) for seed, results in ours.items()},
        "all seeds": summary("tocsin", pooled),
        **{name: summary(name, results) for name, results in rules.items() if results},
    }
    table = [_row(name, found) for name, found in tables.items()]
    lives = {name: _by_life(pooled, name) for name in sorted({result["life"] for result in pooled})}
    table += [[f"- {name}", *figures] for name, figures in lives.items()]
    table.append(["mentions a second of processor time", f"{size / spent:,.0f}", "", "", "", ""])
    return table, {"tables": tables, "lives": lives, "mentions_per_second": round(size / spent)}


def _replayed(life: Path) -> tuple[list[tuple[datetime, str]], int]:
    client = parse_client(load_yaml(str(life / "client.yaml")), origin=life.name)
    count = 0

    def heard() -> Any:
        nonlocal count
        with (life / "mentions.jsonl").open(encoding="utf-8") as file:
            for line in file:
                count += 1
                yield Mention.model_validate_json(line)

    lines = list(replay(client, heard(), Reader(), Detector()))
    return [(line.at, line.level.value) for line in lines], count


def _rule(
    rules: dict[str, list[dict[str, Any]]], scorer: dict[str, Any], labels: dict[str, str], life: Path, truth: Any
) -> None:
    mentions = [json.loads(line) for line in (life / "mentions.jsonl").open(encoding="utf-8")]
    negatives = [scorer["when"](each["published_at"]) for each in mentions if scorer["negative"](each, labels)]
    for name, kind in zip(rules, ("ratio", "spread"), strict=True):
        rules[name].append(scorer["judge"](truth, scorer["rule_changes"](mentions, negatives, kind)))


def _row(name: str, found: dict[str, Any]) -> list[str]:
    minutes = found["median_minutes"]
    return [
        name,
        f"{found['caught']} of {found['crises']}",
        f"{minutes:.0f}" if minutes is not None else "",
        f"{found['false_alarms_per_month']:.2f}",
        f"{found['false_pages_per_month']:.2f}",
        str(found["nagging"]),
    ]


def _by_life(pooled: list[dict[str, Any]], name: str) -> list[str]:
    """Of one kind of life over all seeds: caught, median minutes; false alarms, pages and nagging as counts."""
    results = [result for result in pooled if result["life"] == name]
    minutes = sorted(result["minutes"] for result in results if result["minutes"] is not None)
    crisis = results[0]["crisis"]
    return [
        f"{sum(result['caught'] for result in results)} of {len(results)}" if crisis else "",
        f"{minutes[len(minutes) // 2]:.0f}" if minutes else "",
        str(sum(result["false_alarms"] for result in results)),
        str(sum(result["false_pages"] for result in results)),
        str(sum(result["nagging"] for result in results)),
    ]
