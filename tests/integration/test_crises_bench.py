"""Protects: the measured figures of the alarm (docs/benchmarks.md) from getting worse unseen."""

from pathlib import Path

import pytest

from tocsin_cli import bench_crises


def test_one_seed_of_labelled_lives_stays_within_the_floors() -> None:
    """Given one seed without its two largest lives, eight of nine crises are caught and nobody is paged for nothing.

    That is nine months: the rates over ten whole seeds are in the docs."""
    if not bench_crises.CRISES.is_dir():
        pytest.skip("no labelled lives here (../shared/bench/crisis)")
    _, found = bench_crises.measure(range(1, 2), ruled=0, largest=10_000)

    pooled = found["tables"]["all seeds"]
    assert pooled["crises"] == 9
    assert pooled["caught"] >= 8
    assert pooled["false_pages_per_month"] == 0
    assert pooled["false_alarms_per_month"] <= 0.3
    assert pooled["nagging"] <= 1


def test_where_the_lives_are_absent_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bench_crises, "CRISES", tmp_path)

    table, found = bench_crises.measure()

    assert "not here" in table[0][0]
    assert "skipped" in found
