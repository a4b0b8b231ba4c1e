"""Stories on real posts: floors below what docs/stories-and-voices.md tells, so that nothing gets worse unseen."""

from typing import Any

import pytest

from tocsin_cli import bench_stories, bench_story_events
from tocsin_cli.bench_story_edits import EDITS

pytestmark = pytest.mark.skipif(
    not (bench_stories.BENCH / "sentiment").is_dir(), reason="../shared/bench is not beside this repository"
)
RECALL = {"cut to 60 %": 0.75}
"""The book's where it is not 95 of 100."""


@pytest.fixture(scope="module")
def posts() -> dict[str, list[str]]:
    return {language: bench_stories.posts_of(name)[:80] for language, name in bench_stories.SETS.items()}


def test_different_posts_about_one_brand_are_different_stories(posts: dict[str, list[str]]) -> None:
    found = bench_stories._strangers(posts)

    assert found["signature"] < 3e-4
    assert found["book"] < 0.03


@pytest.mark.parametrize("name", EDITS)
def test_a_copy_is_found_whatever_was_done_to_it(name: str, posts: dict[str, list[str]]) -> None:
    found = bench_stories._copies(name, posts)

    assert found["book_recall"] >= RECALL.get(name, 0.95)
    assert found["book_precision"] >= 0.97


def test_events_in_other_words_are_joined_rather_too_seldom() -> None:
    found: dict[str, Any] = bench_story_events.measure(bench_stories.BENCH / "crisis" / "stories.jsonl")

    assert all(figures["precision"] >= 0.8 for figures in found.values())
    assert all(figures["recall"] >= 0.18 for figures in found.values())


def test_ordinary_complaints_of_a_day_are_not_joined() -> None:
    assert bench_story_events.ordinary_joined()["joined"] < 0.03
