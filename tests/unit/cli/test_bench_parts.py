"""Protects: what the benchmarks of the reader and of its memory tell besides, in small."""

from functools import partial

import pytest

from tocsin.domain.story_book import MOST
from tocsin_cli import bench, bench_memory, bench_reading, bench_severity


def test_memory_is_told_with_the_books_it_holds() -> None:
    rows, data = bench_memory.measure(1_200)

    first, last = data["memory"]
    assert (first["mentions"], last["mentions"]) == (1_000, 1_200)
    assert 0 < last["stories"] <= MOST
    assert last["peak_mb"] >= last["grown_mb"] >= 0
    assert [row[0] for row in rows] == ["1,000", "1,200"]


def test_what_takes_long_runs_only_by_name(tocsin, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []
    found = bench.Found(("x",), [], {})

    def noted(name: str) -> bench.Found:
        ran.append(name)
        return found

    for name in bench.BENCHMARKS:
        monkeypatch.setitem(bench.BENCHMARKS, name, partial(noted, name))

    assert tocsin("bench", "--json").exit_code == 0
    assert ran == [name for name in bench.BENCHMARKS if name != "memory"]
    assert tocsin("bench", "memory", "--json").exit_code == 0
    assert ran[-1] == "memory"


def test_the_peak_is_of_the_reader_alone_and_not_of_who_asks() -> None:
    held = bytearray(80_000_000)
    few = bench_reading._peak(["Aurora is lovely"])

    assert 10 < few.get("peak_memory_mb", 50) < 80
    assert len(held) == 80_000_000


@pytest.mark.skipif(not bench_severity.SAMPLES.is_dir(), reason="../shared/bench/crisis is not beside this repository")
def test_the_samples_are_told_as_the_issue_asks() -> None:
    told = bench_severity.samples()

    grave, of = told["severe samples"]
    assert grave == of > 0
    grave, of = told["ordinary negatives"]
    assert (grave <= of / 100, of) == (True, bench_severity.ORDINARY)
