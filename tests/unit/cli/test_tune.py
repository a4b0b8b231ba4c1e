"""Protects: tune's table, lines and chart say the same, and a chart runs nobody's script."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest

from tests.support.samples import client
from tocsin.services.tune import Row
from tocsin_cli.tune_chart import BOTTOM, TICKS, chart

Tocsin = Callable[..., Any]
ClientFile = Callable[..., Path]
START = datetime(2026, 3, 2, tzinfo=UTC)
EVENTS = [{"name": "<script>alert(1)</script>", "start": "2026-03-09", "end": "2026-03-10", "effect": "quieter"}]


@pytest.fixture
def history(tmp_path: Path) -> Path:
    path = tmp_path / "mentions.jsonl"
    calm = [(hour * 60, "Acme opened a shop") for hour in range(24 * 14)]
    loud = [(24 * 60 * 9 + n, f"Acme is awful, a fraud, I hate it, {n * 7919}") for n in range(40)]
    lines = []
    for number, (minute, text) in enumerate(sorted(calm + loud)):
        at = (START + timedelta(minutes=minute)).isoformat()
        author = {"id": f"author-{number}", "followers": 100}
        row = {"id": f"rss:{number}", "source": "rss", "brand": "Acme", "text": text, "author": author}
        lines.append(json.dumps({**row, "published_at": at, "fetched_at": at}))
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_row_a_threshold_and_a_chart(tocsin: Tocsin, client_file: ClientFile, history: Path, tmp_path: Path) -> None:
    chart = tmp_path / "chart.svg"
    done = tocsin("tune", client_file(events=EVENTS), history, "--json", "--chart", chart)
    assert done.exit_code == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["issue"] for row in rows if row["shipped"]] == [40]
    assert rows[0]["alarms"] >= rows[-1]["alarms"]
    assert "under four weeks" in done.stderr
    drawn = chart.read_text(encoding="utf-8")
    fromstring(drawn)
    assert "<script" not in drawn
    assert "&lt;script&gt;" in drawn


def test_a_page_of_it(tocsin: Tocsin, client_file: ClientFile, history: Path, tmp_path: Path) -> None:
    page = tmp_path / "chart.html"
    done = tocsin("tune", client_file(), history, "--chart", page)
    assert done.exit_code == 0, done.stderr
    assert "← the client's own" in done.stdout
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("arguments", "code", "named"),
    [
        (["/nowhere.jsonl"], 2, "/nowhere.jsonl"),
        (["{history}", "--chart", "chart.png"], 2, "--chart 'chart.png'"),
        (["{history}", "--chart", "/nowhere/chart.svg"], 2, "--chart /nowhere/chart.svg"),
    ],
)
def test_wrong_use_is_named(
    tocsin: Tocsin, client_file: ClientFile, history: Path, arguments: list[str], code: int, named: str
) -> None:
    done = tocsin("tune", client_file(), *(each.format(history=history) for each in arguments))
    assert (done.exit_code, named in done.stderr) == (code, True)


def test_a_history_of_somebody_else_is_said(tocsin: Tocsin, client_file: ClientFile, tmp_path: Path) -> None:
    empty = tmp_path / "none.jsonl"
    empty.write_text("", encoding="utf-8")
    done = tocsin("tune", client_file(), empty)
    assert (done.exit_code, "not one mention" in done.stderr) == (1, True)


@pytest.mark.parametrize("delay", [0.0, 0.4, 3.0, 57.0])
def test_the_minutes_of_the_axis_are_whole_and_each_stands_once(delay: float) -> None:
    rows = [
        Row(
            issue=40,
            alarms=1,
            alarms_a_month=1.0,
            pages_a_month=0.0,
            median_delay_minutes=delay,
            shipped=True,
            rises=(),
        )
    ]
    drawn = fromstring(chart(client(), rows, START, START + timedelta(days=30)))
    ticks = [
        text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text") if text.get("y") == f"{BOTTOM + 20:.1f}"
    ]
    assert len(set(ticks)) == len(ticks) == TICKS + 1
    steps = {int(after or 0) - int(before or 0) for before, after in pairwise(ticks)}
    assert len(steps) == 1
