"""Protects: every submission and comment that Reddit's API really sent, 2016 to 2026, is a post with a stable id.

Reads ../shared beside the repository and skips where that is absent; nothing of it is copied here.
"""

import html
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.support.corpus import bare, files, pick, raw, read
from tocsin.domain.errors import ParseError

FILES = files("reddit")


def things(path: Path) -> dict[str, dict[str, Any]]:
    def is_thing(one: dict[str, Any]) -> bool:
        return str(one.get("name", ""))[:3] in {"t1_", "t3_"} and "created_utc" in one

    return {one["name"]: one for one in pick(raw(path), is_thing, outside=frozenset({"crosspost_parent_list"}))}


@pytest.mark.parametrize("path", FILES)
def test_every_thing_is_a_post_or_a_warning(path: Path) -> None:
    if raw(path) is None:
        with pytest.raises(ParseError, match="text instead of JSON"):
            read("reddit", path)
        return
    found, held = read("reddit", path), things(path)
    skipped = [line for line in found.warnings if line.startswith("item ")]
    assert len(found.posts) + len(skipped) == len(held)
    assert {post.id for post in found.posts} <= {f"reddit:{name}" for name in held}
    assert [post.id for post in found.posts] == [post.id for post in read("reddit", path).posts]
    if not held:
        assert found.warnings


@pytest.mark.parametrize("path", FILES)
def test_each_post_has_what_the_file_says(path: Path) -> None:
    if raw(path) is None:
        pytest.skip("no JSON")
    held = things(path)
    for post in read("reddit", path).posts:
        thing = held[post.id.removeprefix("reddit:")]
        said = html.unescape(html.unescape(thing.get("selftext") or thing.get("body") or ""))
        if said not in {"[deleted]", "[removed]"}:
            assert bare(post.text).startswith(bare(said))
        assert bare(post.title or "") == bare(html.unescape(thing.get("title") or ""))
        assert post.published_at == datetime.fromtimestamp(thing["created_utc"], UTC)
        assert post.author.handle == (None if thing["author"] in {None, "[deleted]"} else thing["author"])
        assert post.url is not None
        assert thing["name"][3:] in post.url
        assert post.in_reply_to == (f"reddit:{thing['parent_id']}" if thing.get("parent_id") else None)
        assert bool(post.thread) == (thing["name"][:3] == "t1_")


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("TestDomainListing.test_rising.1.json", "empty listing"),
        ("TestInbox.test_message__unauthorized.1.json", "Forbidden"),
        ("TestRedditors.test_partial_redditors__not_found.1.json", "Not Found"),
        ("TestRedditors.test_partial_redditors__not_found.3.json", "accounts"),
    ],
)
def test_an_answer_without_posts_is_called_by_its_name(name: str, what: str) -> None:
    path = next((one.values[0] for one in FILES if one.id == name), None)
    if path is None:
        pytest.skip("../shared/corpus/reddit is not beside this repository")
    found = read("reddit", path)
    assert not found.posts
    assert what in found.warnings[0]
