"""`tocsin bench`: how fast we are, each time beside a yardstick measured in the same run."""

import json as json_module
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, NamedTuple

import typer

from tocsin.adapters.analyzers.reader import Reader
from tocsin.domain.mention import Mention
from tocsin_cli import (
    bench_crises,
    bench_detection,
    bench_linter,
    bench_memory,
    bench_reading,
    bench_severity,
    bench_stories,
)
from tocsin_cli.errors import BadInputError
from tocsin_cli.output import Screen
from tocsin_local.platforms.story import load_story

SECONDS = 1.0
NOW = datetime(2026, 3, 3, tzinfo=UTC)


def bench(
    name: Annotated[str | None, typer.Argument(help="Which benchmark; all but memory without.")] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON line a benchmark.")] = False,
) -> None:
    """Measure on this machine. A figure means something only beside its yardstick."""
    if name is not None and name not in BENCHMARKS:
        raise BadInputError(f"no benchmark is called {name!r}; there is: {', '.join(BENCHMARKS)}")
    screen = Screen(json_lines=json)
    for key, measure in BENCHMARKS.items():
        if name == key or (name is None and key not in LONG):
            found = measure()
            if json:
                screen.data({"benchmark": key, **found.data})
            else:
                screen.table(found.headings, found.rows)


class Found(NamedTuple):
    """A benchmark's table, and the same for a program."""

    headings: tuple[str, ...]
    rows: list[list[str]]
    data: dict[str, Any]


def _score() -> Found:
    """Mentions read a second; the yardstick is parsing the same mentions from JSON."""
    _, story = load_story()
    mentions = [
        Mention(
            id=f"bench:{number}",
            source="bench",
            brand="bench",
            title=post.title,
            text=post.text,
            published_at=NOW,
            fetched_at=NOW,
        )
        for number, post in enumerate(story.posts)
    ]
    texts = [mention.model_dump_json() for mention in mentions]
    analyzer = Reader(remembered=0)
    analyzer.read(mentions[0])
    rates = {
        "mentions scored": _rate(lambda: [analyzer.read(mention) for mention in mentions], len(mentions)),
        "yardstick: the same parsed by json": _rate(lambda: [json_module.loads(text) for text in texts], len(texts)),
    }
    return Found(("score", "per second"), [[what, f"{rate:,.0f}"] for what, rate in rates.items()], dict(rates))


def _detection() -> Found:
    rows, data = bench_detection.measure()
    return Found(bench_detection.HEADINGS, rows, data)


def _crises() -> Found:
    rows, data = bench_crises.measure()
    return Found(bench_crises.HEADINGS, rows, data)


def _reading() -> Found:
    rows, data = bench_reading.measure()
    return Found(bench_reading.HEADINGS, rows, data)


def _stories() -> Found:
    rows, data = bench_stories.measure()
    return Found(bench_stories.HEADINGS, rows, data)


def _severity() -> Found:
    rows, data = bench_severity.measure()
    return Found(bench_severity.HEADINGS, rows, data)


def _memory() -> Found:
    rows, data = bench_memory.measure()
    return Found(bench_memory.HEADINGS, rows, data)


def _linter() -> Found:
    rows, data = bench_linter.measure()
    return Found(bench_linter.HEADINGS, rows, data)


def _rate(work: Callable[[], object], size: int) -> float:
    """Units a second, by the best of the rounds within SECONDS: what disturbs a round only ever slows it."""
    best = 0.0
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end:
        start = time.perf_counter()
        work()
        best = max(best, size / (time.perf_counter() - start))
    return round(best, 1)


BENCHMARKS: dict[str, Callable[[], Found]] = {
    "score": _score,
    "detection": _detection,
    "crises": _crises,
    "reading": _reading,
    "severity": _severity,
    "linter": _linter,
    "stories": _stories,
    "memory": _memory,
}
LONG = frozenset({"memory"})
"""Run only by name."""
