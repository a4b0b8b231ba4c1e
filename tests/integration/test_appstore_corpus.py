"""Protects: every review in the App Store feeds that strangers recorded becomes a post, and empty ones say so.

Reads ../shared beside the repository and skips where that is absent; nothing of it is copied here.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tocsin.adapters.sources.registry import parser

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "corpus" / "appstore"
FILES = sorted(path for path in FOLDER.glob("*") if not path.name.startswith("_"))
pytestmark = pytest.mark.skipif(not FILES, reason="../shared/corpus/appstore is not beside this repository")
each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)


def parsed(path: Path) -> Any:
    return parser("appstore")(path.read_bytes(), fetched_at=NOW)


def raw_reviews(path: Path) -> list[dict[str, Any]]:
    """Objects that have a rating, wherever they are; found while the JSON is read, not by walking through it."""
    found: list[dict[str, Any]] = []

    def note(one: dict[str, Any]) -> dict[str, Any]:
        if "im:rating" in one:
            found.append(one)
        return one

    try:
        json.loads(path.read_bytes(), object_hook=note)
    except ValueError:
        assert path.read_bytes().count(b"im:rating") == 0
    return found


@each_file
def test_every_review_is_a_post_with_what_the_file_has(path: Path) -> None:
    wanted, found = raw_reviews(path), {post.id: post for post in parsed(path).posts}
    assert set(found) == {f"appstore:{one['id']['label']}" for one in wanted}
    for one in wanted:
        post = found[f"appstore:{one['id']['label']}"]
        assert post.rating == int(one["im:rating"]["label"])
        assert post.text.split() == one["content"]["label"].split()
        assert (post.title or "").split() == one["title"]["label"].split()
        name = " ".join(one["author"]["name"]["label"].split())
        assert post.author.name == "".join(char for char in name if char.isprintable())
        assert (post.author.url is None) == (not one["author"]["uri"]["label"])
        assert post.url
        assert f"id={one['link']['attributes']['href'].split('id=')[1].split('&')[0]}" in post.url
        said = one.get("updated")
        assert post.published_at == (datetime.fromisoformat(said["label"]) if said else NOW)


@each_file
def test_a_file_without_reviews_says_what_it_is_and_undated_ones_are_told(path: Path) -> None:
    result, undated = parsed(path), [one for one in raw_reviews(path) if "updated" not in one]
    if not result.posts:
        assert any("no posts" in warning for warning in result.warnings)
    assert any(warning.startswith(f"{len(undated)} item") for warning in result.warnings) == bool(undated)


@each_file
def test_a_second_reading_gives_the_same(path: Path) -> None:
    assert parsed(path) == parsed(path)
