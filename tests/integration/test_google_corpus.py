"""Protects: every review recorded from Google Play becomes a post; a page of documentation becomes none and says so.

Reads ../shared beside the repository and skips where that is absent; nothing of it is copied here.
"""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tocsin.adapters.sources.registry import parser

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus"
PLAY = sorted(path for path in (CORPUS / "googleplay").glob("*") if not path.name.startswith("_"))
PLACES = sorted(path for path in (CORPUS / "google_business").glob("*") if not path.name.startswith("_"))
pytestmark = pytest.mark.skipif(not PLAY, reason="../shared/corpus/googleplay is not beside this repository")


def parsed(kind: str, path: Path) -> Any:
    return parser(kind)(path.read_bytes(), fetched_at=NOW)


@pytest.mark.parametrize("path", PLAY, ids=lambda path: path.name)
def test_every_review_at_google_play_is_a_post(path: Path) -> None:
    result, raw = parsed("googleplay", path), path.read_text(encoding="utf-8")
    names = re.findall(r'"(?:userName|authorName)":\s*"([^"]*)"', raw)
    stars = [int(found) for found in re.findall(r'"(?:score|starRating)":\s*(\d)', raw)]
    texts = [" ".join(said.split()) for said in re.findall(r'"(?:content|text)":\s*"([^"]*)"', raw)]
    assert [post.author.name for post in result.posts] == names
    assert [post.rating for post in result.posts] == stars
    assert [post.text for post in result.posts] == texts
    assert len({post.id for post in result.posts}) == len(names) > 0
    assert result.warnings == ()
    assert all(post.published_at < NOW for post in result.posts)


@pytest.mark.parametrize("path", PLAY, ids=lambda path: path.name)
def test_times_are_those_of_the_file(path: Path) -> None:
    raw = path.read_text(encoding="utf-8")
    said = [
        datetime.strptime(found.replace(" ", ""), "%Y,%m,%d,%H,%M,%S").replace(tzinfo=UTC)
        for found in re.findall(r'"at": datetime\.datetime\(([\d, ]+)\)', raw)
    ] or [datetime.fromtimestamp(int(found), UTC) for found in re.findall(r'"seconds": "(\d+)"', raw)]
    assert [post.published_at for post in parsed("googleplay", path).posts] == said


@pytest.mark.parametrize("path", PLACES, ids=lambda path: path.name)
def test_every_review_of_a_place_is_a_post_and_a_schema_is_none(path: Path) -> None:
    result, raw = parsed("googlebusiness", path), path.read_text(encoding="utf-8")
    real = re.findall(r'"starRating":\s*"(?:ONE|TWO|THREE|FOUR|FIVE)"', raw)
    assert len(result.posts) == len(real)
    assert len(result.posts) + len(result.warnings) >= raw.count('"starRating"')
    if not real:
        assert "describes the format" in result.warnings[0]
    assert json.loads(raw)


@pytest.mark.parametrize(
    ("kind", "path"), [("googleplay", path) for path in PLAY] + [("googlebusiness", path) for path in PLACES]
)
def test_a_second_reading_gives_the_same(kind: str, path: Path) -> None:
    assert parsed(kind, path) == parsed(kind, path)
