"""Protects: the floors of the linter on labelled texts in other words than its own, and that good texts are left alone.

The floors stand just below what was measured at first sight of the held texts."""

import json

import pytest

from tocsin.domain.linter import Fault
from tocsin_cli import bench_linter


@pytest.fixture(scope="module")
def held() -> dict[str, bench_linter.Figures]:
    return bench_linter.figures(bench_linter.read("held"))


def test_what_nobody_had_seen_is_found_no_worse_than_measured(held: dict[str, bench_linter.Figures]) -> None:
    found = held["any fault"]
    assert found.precision is not None
    assert found.recall is not None
    assert found.precision >= 0.95
    assert found.recall >= 0.33


@pytest.mark.parametrize("language", ["en", "uk", "es"])
def test_no_language_is_left_behind(language: str) -> None:
    """Accusations came later, one held text a language: the floor is that of the texts it was measured on."""
    texts = [one for one in bench_linter.read("held") if "accusation" not in one.labelled]
    found = bench_linter.figures(texts)[f"any fault, {language}"].recall
    assert found is not None
    assert found >= 0.29


@pytest.mark.parametrize("part", bench_linter.PARTS)
def test_good_texts_are_left_alone(part: str) -> None:
    good = [one for one in bench_linter.read(part) if not one.labelled]
    wrong = [(one.text, sorted(one.found)) for one in good if one.found]
    assert len(wrong) <= len(good) // 20, wrong


@pytest.mark.parametrize("fault", [fault.value for fault in Fault])
def test_what_the_lists_grew_by_is_found_and_named_rightly(fault: str) -> None:
    found = bench_linter.figures(bench_linter.read("tune"))[fault]
    assert found.precision is not None
    assert found.recall is not None
    assert found.precision >= 0.85
    assert found.recall >= 0.8


def test_the_labelled_set_is_large_and_what_taught_is_no_test() -> None:
    texts = {
        part: {
            json.loads(line)["text"]
            for line in (bench_linter.LABELLED / f"{part}.jsonl").read_text("utf-8").splitlines()
        }
        for part in bench_linter.PARTS
    }
    assert len(texts["tune"]) + len(texts["held"]) >= 430
    assert not texts["tune"] & texts["held"]
