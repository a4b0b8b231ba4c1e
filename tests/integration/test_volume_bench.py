"""Protects: the detector's figure on labelled series, and the same figure on a series that its threshold was not
chosen on. The series lie beside the project."""

import pytest

from tocsin_cli import bench_detection

FLOOR = 90.0
FLOOR_LEFT_OUT = 85.0


def test_labelled_storms_are_found_and_calm_is_left_alone():
    if not bench_detection.VOLUME.is_dir():
        pytest.skip("no labelled series beside the project")

    _, found = bench_detection.measure()

    assert found["score"] >= FLOOR
    assert found["left_out"] >= FLOOR_LEFT_OUT
    assert found["caught"] == found["windows"]


def test_without_the_series_the_benchmark_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(bench_detection, "VOLUME", tmp_path)

    table, found = bench_detection.measure()

    assert "not here" in table[0][0]
    assert found == {"skipped": table[0][0]}
