"""Protects: X's API v2 as it really answered strangers, and what must not be mistaken for it.

Reads ../shared beside the repository and skips where that is absent; nothing of it is copied here. Items are counted
here by another way than the parser's: a recursive walk over the raw JSON.
"""

import html
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tocsin.adapters.sources.x import parse
from tocsin.domain.mention import Medium

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "corpus" / "x_twitter"
FILES = sorted(path for path in FOLDER.glob("*") if not path.name.startswith("_")) if FOLDER.exists() else []
needs_corpus = pytest.mark.skipif(not FILES, reason="../shared/corpus/x_twitter is not beside this repository")


def dicts(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from dicts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from dicts(inner)


def raw(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except ValueError:
        return None


def tweets(value: Any) -> list[dict[str, Any]]:
    return [item for item in dicts(value) if {"id", "text"} <= item.keys() and "id_str" not in item]


def statuses(value: Any) -> list[dict[str, Any]]:
    return list(value.get("statuses", [])) if isinstance(value, dict) else []


@needs_corpus
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_post_of_a_recording_is_a_post_or_a_warning_that_says_why(path: Path) -> None:
    value = raw(path)
    parsed = parse(path.read_bytes(), fetched_at=NOW)
    by_id = {post.id: post for post in parsed.posts}
    skipped = [line for line in parsed.warnings if " is skipped: " in line]
    expected = tweets(value)
    assert len(parsed.posts) + len(skipped) == len(expected) + len(statuses(value))
    users = {item["id"]: item for item in dicts(value) if "username" in item and "id" in item}
    for item in expected:
        kinds = {reference["type"] for reference in item.get("referenced_tweets") or []}
        if "retweeted" in kinds:
            assert any("retweet" in line for line in skipped)
            continue
        post = by_id[f"x:{item['id']}"]
        assert post.url == f"https://x.com/i/web/status/{item['id']}"
        assert re.sub(r"\s+", "", post.text) == re.sub(r"\s+", "", html.unescape(item["text"]))
        written = datetime.fromtimestamp(((int(item["id"]) >> 22) + 1_288_834_974_657) / 1_000, UTC)
        if "created_at" in item:
            assert post.published_at == datetime.fromisoformat(item["created_at"])
        assert abs(post.published_at - written) < timedelta(seconds=2)
        assert post.author.id == item.get("author_id")
        user = users.get(item.get("author_id"), {})
        assert post.author.handle == user.get("username")
        if "public_metrics" in user:
            assert post.author.followers == user["public_metrics"]["followers_count"]
        if "public_metrics" in item:
            assert post.engagement.likes == item["public_metrics"]["like_count"]
        else:
            assert post.engagement.likes is None
        assert (post.source, post.medium, post.title) == ("x", Medium.SOCIAL, None)


@needs_corpus
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_reading_a_recording_twice_gives_the_same_ids(path: Path) -> None:
    first, second = (parse(path.read_bytes(), fetched_at=NOW + timedelta(days=days)) for days in (0, 3))
    assert [post.id for post in first.posts] == [post.id for post in second.posts]
    assert len({post.id for post in first.posts}) == len(first.posts)


@needs_corpus
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_recording_without_posts_says_what_it_is(path: Path) -> None:
    value = raw(path)
    parsed = parse(path.read_bytes(), fetched_at=NOW)
    if tweets(value):
        return
    assert parsed.posts == ()
    said = " ".join(parsed.warnings)
    if value is None:
        assert "query" in said
    elif statuses(value):
        assert said.count("v1.1") == len(statuses(value))
    elif value == []:
        assert "empty list" in said
    else:
        assert "user profiles" in said


@needs_corpus
def test_old_exports_give_their_authors_where_they_hold_them() -> None:
    parsed = [parse(path.read_bytes(), fetched_at=NOW) for path in FILES if "__users_" in path.name]
    authors = [post.author for one in parsed for post in one.posts]
    assert authors
    assert all(author.id for author in authors)
