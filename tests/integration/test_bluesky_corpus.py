"""Protects: every post that Bluesky really sent is ours, whole and with a stable id; nothing is made of anything else.

Reads ../shared beside the repository and skips where that is absent; nothing of it is copied here.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.support.corpus import NOW, bare, files, pick, raw, read
from tocsin.domain.errors import ParseError

FILES = files("bluesky")


def posts(path: Path) -> dict[str, dict[str, Any]]:
    def is_post(one: dict[str, Any]) -> bool:
        record = one.get("record")
        return isinstance(record, dict) and record.get("$type") == "app.bsky.feed.post"

    return {one["uri"]: one for one in pick(raw(path), is_post, outside=frozenset({"embed"}))}


@pytest.mark.parametrize("path", FILES)
def test_every_post_is_there_and_nothing_else(path: Path) -> None:
    if raw(path) is None:
        with pytest.raises(ParseError, match="text instead of JSON"):
            read("bluesky", path)
        return
    found = read("bluesky", path)
    held = posts(path)
    assert {post.id for post in found.posts} == {f"bluesky:{uri}" for uri in held}
    assert [post.id for post in found.posts] == [post.id for post in read("bluesky", path).posts]
    if not held:
        assert found.warnings


@pytest.mark.parametrize("path", FILES)
def test_no_notice_is_passed_over_in_silence(path: Path) -> None:
    value = raw(path)
    listed = [one for key in ("posts", "feed", "notifications") for one in (value or {}).get(key, [])] if value else []
    if not listed:
        pytest.skip("no list of items")
    found = read("bluesky", path)
    assert len(found.posts) + len([line for line in found.warnings if line.startswith("item ")]) >= len(listed)


@pytest.mark.parametrize("path", FILES)
def test_each_post_has_what_the_file_says(path: Path) -> None:
    if raw(path) is None:
        pytest.skip("no JSON")
    by_id = {post.id: post for post in read("bluesky", path).posts}
    for uri, view in posts(path).items():
        post, record, author = by_id[f"bluesky:{uri}"], view["record"], view["author"]
        assert bare(post.text).startswith(bare(record["text"]))
        said = [datetime.fromisoformat(value).astimezone(UTC) for value in (record["createdAt"], view["indexedAt"])]
        assert post.published_at == min(moment for moment in said if moment <= NOW)
        assert post.author.id == author["did"]
        assert post.author.handle == author["handle"]
        assert post.author.name == (" ".join(author.get("displayName", "").split()) or None)
        assert post.url == f"https://bsky.app/profile/{author['handle']}/post/{uri.rpartition('/')[2]}"
        assert post.engagement.likes == view.get("likeCount")
        reply = record.get("reply")
        assert post.in_reply_to == (f"bluesky:{reply['parent']['uri']}" if reply else None)
        assert post.thread == (f"bluesky:{reply['root']['uri']}" if reply else None)
        for facet in record.get("facets", []):
            for feature in facet["features"]:
                link = feature.get("uri", "").removeprefix("https://").removeprefix("http://").rstrip("/")
                assert link.removeprefix("www.").casefold() in post.text.casefold()
