"""Protects: every status that a real Mastodon server sent is a post, whole and with a stable id, or a warning says why.

Reads ../shared beside the repository and skips where that is absent; nothing of it is copied here.
"""

import html
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.support.corpus import bare, files, pick, raw, read

FILES = files("mastodon")


def statuses(path: Path) -> list[dict[str, Any]]:
    return list(pick(raw(path), lambda one: "spoiler_text" in one, outside=frozenset({"quote"})))


@pytest.mark.parametrize("path", FILES)
def test_every_status_is_a_post_or_a_warning(path: Path) -> None:
    found = read("mastodon", path)
    held = statuses(path)
    assert len(found.posts) + len([line for line in found.warnings if line.startswith("item ")]) >= len(held)
    assert [post.id for post in found.posts] == [post.id for post in read("mastodon", path).posts]
    assert len({post.id for post in found.posts}) == len(found.posts)
    if not held:
        assert not found.posts
        assert found.warnings


@pytest.mark.parametrize("path", FILES)
def test_each_post_has_what_the_file_says(path: Path) -> None:
    by_url = {post.url: post for post in read("mastodon", path).posts}
    given = 0
    for status in statuses(path):
        post = by_url.get(status.get("url"))
        account = status["account"]
        if post is None:
            assert "uri" not in status, status.get("url")  # a version of a post, out of its history
            continue
        given += 1
        shown = html.unescape(re.sub(r"<[^>]*>", " ", status["content"]))
        assert bare(shown) in bare(post.text)
        assert bare(status["spoiler_text"]) in bare(post.text)
        assert post.published_at == datetime.fromisoformat(status["created_at"])
        assert (post.author.handle or "").startswith(account["acct"])
        assert (post.author.handle or "").count("@") == 1
        assert post.author.followers == account["followers_count"]
        assert post.engagement.likes == status["favourites_count"]
        assert post.language == status["language"]
        assert bool(post.in_reply_to) == bool(status["in_reply_to_id"])
        assert len(post.media) == len(status["media_attachments"])
    assert given == len(by_url)


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("local__test_hashtag_tl.json", "description of itself"),
        ("local__test_home_tl_anonymous_throws.json", "access token is invalid"),
        ("local__test_status_context.json", "thread without answers"),
        ("rtoot__search_accounts_default.json", "accounts"),
        ("test_entity_account.0.json", "accounts"),
        ("test_entity_tag.2.json", "hashtags"),
        ("test_entity_trendinglinkhistory.0.json", "link previews"),
        ("test_entity_statusedit.0.json", "earlier version"),
    ],
)
def test_an_answer_without_posts_is_called_by_its_name(name: str, what: str) -> None:
    path = next((one.values[0] for one in FILES if one.id == name), None)
    if path is None:
        pytest.skip("../shared/corpus/mastodon is not beside this repository")
    found = read("mastodon", path)
    assert not found.posts
    assert what in found.warnings[0]
