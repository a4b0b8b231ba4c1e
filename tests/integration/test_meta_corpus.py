"""Protects: recorded answers of Facebook's and Instagram's Graph API are read whole; none of their tokens gets out.

Reads ../shared beside the repository and skips where that is absent; nothing of it is copied here.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tocsin.adapters.sources.meta import scrubbed
from tocsin.adapters.sources.registry import parser
from tocsin.adapters.sources.values import Parsed

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "corpus" / "meta_graph"
FILES = sorted(FOLDER.glob("*.json"))
pytestmark = pytest.mark.skipif(not FILES, reason="../shared/corpus/meta_graph is not beside this repository")
PARTS = {"children", "attachments", "subattachments", "target", "from", "message_tags", "reactions", "paging"}
"""Inside a post: what is no post of its own."""


def kind_of(file: Path) -> str:
    return "instagram" if file.name.startswith("instagram") else "facebook"


def read(file: Path) -> Parsed:
    return parser(kind_of(file))(file.read_bytes(), fetched_at=NOW)


def said(value: Any) -> Iterator[dict[str, Any]]:
    """Every object with an id and something that a person said or showed, found without the parser's ways."""
    if isinstance(value, list):
        for inner in value:
            yield from said(inner)
    elif isinstance(value, dict):
        if "id" in value and {"created_time", "timestamp", "caption", "text", "media_type"} & value.keys():
            yield value
        for key, inner in value.items():
            if key not in PARTS:
                yield from said(inner)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_item_is_a_post_or_a_warning_that_names_it(file: Path) -> None:
    raw = list(said(json.loads(file.read_bytes())))
    found = read(file)
    posts = {post.id: post for post in found.posts}
    skipped = "\n".join(found.warnings)
    for item in raw:
        post = posts.get(f"{kind_of(file)}:{item['id']}")
        if post is None:
            assert f"item {item['id']} is skipped" in skipped
            continue
        words = str(item.get("message") or item.get("text") or item.get("caption") or "")
        assert re.sub(r"\s+", "", post.text if words else "") == re.sub(r"\s+", "", words)
        when = item.get("created_time") or item.get("timestamp")
        assert not when or post.published_at == datetime.strptime(when, "%Y-%m-%dT%H:%M:%S%z")
        assert post.author.handle == item.get("username")
        link = item.get("permalink_url") or item.get("permalink")
        assert not link or (post.url or "").rstrip("/") == link.rstrip("/")
        assert post.engagement.likes == item.get("like_count", post.engagement.likes)
    assert len(posts) <= len(raw)
    assert [post.id for post in read(file).posts] == list(posts)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_file_without_posts_says_what_it_is(file: Path) -> None:
    found = read(file)
    assert found.posts or found.warnings
    if "error" in file.name:
        assert "an error: «" in found.warnings[0]
    if "user_fields" in file.name:
        assert "a profile" in found.warnings[0]
    if "hashtag_info" in file.name:
        assert "hashtag" in found.warnings[0]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_token_of_an_answer_is_kept(file: Path) -> None:
    live = file.read_bytes().replace(b"SCRUBBED", b"EAABlivetoken")
    assert b"EAABlivetoken" not in scrubbed(live)
    assert "EAABlivetoken" not in repr(parser(kind_of(file))(live, fetched_at=NOW))


def test_a_comment_names_the_post_it_answers() -> None:
    for file in FILES:
        for post in read(file).posts:
            if "comment_id=" in (post.url or ""):
                page, of = re.findall(r"/(\d+)/posts/(\d+)/", post.url or "")[0]
                assert post.in_reply_to == post.thread == f"facebook:{page}_{of}"
