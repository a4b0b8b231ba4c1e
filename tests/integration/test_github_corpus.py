"""Protects: GitHub's search as it really answered strangers.

Reads ../shared beside the repository and skips where that is absent; nothing of it is copied here. Items are counted
here by another way than the parser's.
"""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tocsin.adapters.sources.github import parse

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "corpus" / "github"
FILES = sorted(FOLDER.glob("*.json")) if FOLDER.exists() else []
needs_corpus = pytest.mark.skipif(not FILES, reason="../shared/corpus/github is not beside this repository")


@needs_corpus
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_item_of_a_search_is_a_post(path: Path) -> None:
    items = json.loads(path.read_bytes())["items"]
    parsed = parse(path.read_bytes(), fetched_at=NOW)
    again = parse(path.read_bytes(), fetched_at=NOW + timedelta(days=1))
    assert [post.id for post in parsed.posts] == [post.id for post in again.posts]
    assert len({post.id for post in parsed.posts}) == len(items)
    assert parsed.warnings == ()
    for post, item in zip(parsed.posts, items, strict=True):
        assert post.url == item["html_url"]
        assert post.title == item["title"]
        assert post.text == item["body"]
        assert post.published_at == datetime.fromisoformat(item["created_at"])
        assert post.author.handle == item["user"]["login"]
        assert post.author.url == item["user"]["html_url"]
        assert post.engagement.replies == item["comments"]
        assert post.engagement.likes is None
