"""Protects: every video and comment that strangers recorded from the YouTube API becomes a post, or is named.

Reads ../shared beside the repository and skips where that is absent; nothing of it is copied here.
"""

import html
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tocsin.adapters.sources.registry import parser

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "corpus" / "youtube"
FILES = sorted(FOLDER.glob("*.json"))
pytestmark = pytest.mark.skipif(not FILES, reason="../shared/corpus/youtube is not beside this repository")
each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)


def parsed(path: Path) -> Any:
    return parser("youtube")(path.read_bytes(), fetched_at=NOW)


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """All objects anywhere, by another way than the parser's."""
    queue = [value]
    while queue:
        one = queue.pop()
        if isinstance(one, dict):
            yield one
        queue.extend(one.values() if isinstance(one, dict) else one if isinstance(one, list) else ())


def expected(path: Path) -> dict[str, dict[str, Any]]:
    """The snippets of what people said, by native id."""
    said = {}
    for one in objects(json.loads(path.read_bytes())):
        kind = one.get("kind")
        if kind in {"youtube#video", "youtube#comment"} and "snippet" in one:
            said[one["id"]] = one["snippet"]
        elif kind == "youtube#searchResult" and "videoId" in one["id"]:
            said[one["id"]["videoId"]] = one["snippet"]
    return said


@each_file
def test_every_item_is_a_post_with_what_the_file_has(path: Path) -> None:
    wanted, found = expected(path), {post.id: post for post in parsed(path).posts}
    assert set(found) == {f"youtube:{native}" for native in wanted}
    for native, snippet in wanted.items():
        post = found[f"youtube:{native}"]
        assert post.published_at == datetime.fromisoformat(snippet["publishedAt"])
        name = snippet.get("authorDisplayName", snippet.get("channelTitle"))
        assert post.author.name == " ".join(str(name).split())
        writer = snippet.get("authorChannelId", {}).get("value", snippet.get("channelId"))
        assert post.author.id == writer
        assert (post.author.url or "").endswith(writer)
        if "title" in snippet:
            assert (post.title or "").split() == html.unescape(snippet["title"]).split()
            assert post.url == f"https://www.youtube.com/watch?v={native}"
        else:
            assert (post.text or "").split() == snippet["textOriginal"].split()
            assert post.engagement.likes == snippet["likeCount"]
        if "videoId" in snippet:
            assert post.url == f"https://www.youtube.com/watch?v={snippet['videoId']}&lc={native}"
        if "parentId" in snippet:
            assert post.in_reply_to == post.thread == f"youtube:{snippet['parentId']}"


@each_file
def test_what_is_no_post_is_named(path: Path) -> None:
    result = parsed(path)
    listed = json.loads(path.read_bytes()).get("items", [])
    others = [item for item in listed if item["kind"] in {"youtube#channel", "youtube#playlist"}]
    assert len([warning for warning in result.warnings if "is skipped" in warning]) == len(others)
    if not result.posts:
        assert result.warnings


@each_file
def test_a_second_reading_gives_the_same(path: Path) -> None:
    assert parsed(path) == parsed(path)


def test_a_comment_has_one_id_wherever_it_stands() -> None:
    assert len({native for path in FILES for native in expected(path)}) == len(
        {post.id for path in FILES for post in parsed(path).posts}
    )
