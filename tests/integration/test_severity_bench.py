"""Protects: the floors of severity on labelled posts, and on the samples beside the repository."""

import json
from pathlib import Path

import pytest

from tocsin.adapters.analyzers.reader import Reader
from tocsin.domain.brand import Brand
from tocsin_cli import bench_severity
from tocsin_cli.score_rows import mention_of as _mention

CRISIS = Path(__file__).resolve().parents[2].parent / "shared" / "bench" / "crisis"
BLIND = (bench_severity.EARLIER, bench_severity.BLIND)
NAMES = ("Kavun", "Кавун", "Brightwell", "Lumea", "Happy Bakery", "Ostrava Foods", "Joy", "Мир")
beside = pytest.mark.skipif(not CRISIS.is_dir(), reason="../shared/bench/crisis is not beside this repository")


@pytest.fixture(scope="module")
def found() -> dict[str, bench_severity.Figures]:
    return bench_severity.figures(bench_severity.read(bench_severity.EARLIER))


def test_grave_posts_of_other_hands_are_heard_no_worse_than_measured(found: dict) -> None:
    """Nobody who built the head has seen these posts: the floors stand just below what was measured at first."""
    assert found["grave"].recall >= 0.61
    assert found["grave"].precision >= 0.82
    newest = bench_severity.figures(bench_severity.read(bench_severity.BLIND))["grave"]
    assert (newest.recall or 0) >= 0.56
    assert (newest.precision or 0) >= 0.71


@pytest.mark.parametrize("language", ["en", "uk", "ru", "es", "de"])
def test_no_language_is_left_behind(found: dict, language: str) -> None:
    assert found[f"grave, {language}"].recall >= 0.48


def test_bystanders_victims_and_those_who_warn_are_told_apart(found: dict) -> None:
    for aim, recall, precision in (("struck", 0.42, 0.7), ("beside", 0.2, 0.9), ("warns", 0.65, 0.85)):
        assert found[f"aim: {aim}"].recall >= recall
        assert found[f"aim: {aim}"].precision >= precision


def test_complaints_are_told_from_dislike(found: dict) -> None:
    assert found["complaint"].recall >= 0.36
    assert found["complaint"].precision >= 0.46


def test_scenarios_that_are_seldom_grave_are_named() -> None:
    """Posts that their words were not made with, by the same hand: 29 of 39 were right at first sight."""
    told = [one for one in bench_severity.read("minor2") if one.row["scenario"]]
    assert sum(one.row["scenario"] == one.reading.scenario for one in told) >= 0.65 * len(told)
    assert {one.row["scenario"] for one in told} == {
        *("product_defect", "rumour", "impersonation", "extortion", "viral_complaint"),
        *("bad_review_wave", "agency_mistake"),
    }


def test_the_labelled_set_is_large_and_what_taught_is_no_test() -> None:
    texts = {
        part: {
            json.loads(line)["text"]
            for line in (bench_severity.LABELLED / f"{part}.jsonl").read_text("utf-8").splitlines()
        }
        for part in (*bench_severity.TAUGHT, *BLIND)
    }
    unseen = set().union(*(texts[part] for part in BLIND))
    assert len(unseen) >= 700
    assert not unseen & {text for part in bench_severity.TAUGHT for text in texts[part]}


def lines(name: str) -> list[dict]:
    return [json.loads(line) for line in (CRISIS / name).read_text(encoding="utf-8").splitlines() if line]


@beside
@pytest.mark.parametrize("name", NAMES)
def test_every_severe_sample_is_grave_with_any_brand(name: str) -> None:
    reader, brand = Reader(), Brand(name=name, terms=(name,))
    for row in lines("severe.jsonl"):
        mention = _mention({**row, "text": row["text"].replace("{brand}", name)}, "severe")
        for known in (brand, None):
            assert reader.read(mention, known).grave, row["text"]


@beside
def test_one_ordinary_negative_in_a_hundred_is_grave_at_most() -> None:
    reader, brand = Reader(), Brand(name="Kavun", terms=("Kavun",))
    rows = [row for row in lines("texts.jsonl") if row["label"] == "negative"]
    grave = sum(reader.read(_mention({**row, "text": f"Kavun: {row['text']}"}, "texts"), brand).grave for row in rows)
    assert grave <= len(rows) / 100


def test_loud_harmless_lives_are_mostly_not_read_as_against_the_brand_and_real_ones_are() -> None:
    told = bench_severity.lives()
    harmless = [told[kind] for kind in told if kind != "against"]
    assert sum(so for so, _ in harmless) <= 0.46 * sum(of for _, of in harmless)
    assert told["match"][0] <= 2
    so, of = told["against"]
    assert so >= 0.75 * of
