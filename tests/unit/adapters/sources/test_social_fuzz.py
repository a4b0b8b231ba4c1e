"""Protects: no JSON that a stranger can send ends the social parsers but in posts, warnings or a ParseError."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.adapters.sources.registry import parser
from tocsin.domain.errors import ParseError

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
KINDS = ("mastodon", "bluesky", "reddit", "lemmy", "discourse")
URLS = {kind: f"https://{kind}.example/search.json?page=1" for kind in KINDS}

# Whole items, written by us from the documented shapes: what is fuzzed is each of their fields in turn.
STATUS = {
    "id": "1", "uri": "https://m.example/users/a/statuses/1", "url": "https://m.example/@a/1", "visibility": "public",
    "created_at": "2026-11-01T10:00:00.000Z", "content": "<p>hi</p>", "language": "en", "in_reply_to_id": "7",
    "account": {"id": "5", "acct": "a", "url": "https://m.example/@a", "note": "", "display_name": "A"},
    "media_attachments": [{"url": "https://m.example/1.png", "description": "x"}], "card": {"title": "t"},
    "poll": {"options": [{"title": "yes"}]}, "reblog": None, "spoiler_text": "", "favourites_count": 1,
    "reblogs_count": 1, "replies_count": 1, "quotes_count": 1,
}  # fmt: skip
VIEW = {
    "uri": "at://did:plc:abc/app.bsky.feed.post/3k", "cid": "c", "indexedAt": "2026-11-01T10:00:00Z",
    "author": {"did": "did:plc:abc", "handle": "a.bsky.social", "displayName": "A", "labels": [{"val": "x"}]},
    "record": {"$type": "app.bsky.feed.post", "text": "hi", "createdAt": "2026-11-01T10:00:00Z", "langs": ["en"],
               "facets": [{"features": [{"uri": "https://x.example"}]}],
               "reply": {"root": {"uri": "at://did:plc:abc/app.bsky.feed.post/1"}, "parent": {"uri": "x"}}},
    "embed": {"media": {"images": [{"fullsize": "https://x.example/1", "alt": "a"}]}}, "likeCount": 1, "labels": [],
}  # fmt: skip
THING = {
    "kind": "t3",
    "data": {
        "name": "t3_abc", "id": "abc", "title": "T", "selftext": "hi", "permalink": "/r/a/comments/abc/t/",
        "url": "https://x.example/", "created_utc": 1790000000.0, "author": "a", "author_fullname": "t2_1", "ups": 1,
        "media_metadata": {"m": {"s": {"u": "https://x.example/1.png"}}}, "view_count": None,
        "gallery_data": {"items": [{"media_id": "m"}]},
        "replies": "", "num_comments": 1, "secure_media": {"reddit_video": {"fallback_url": "https://v.example"}},
    },
}  # fmt: skip
COMMENT = {
    "comment": {"id": 3, "ap_id": "https://l.example/comment/3", "content": "hi", "path": "0.1.3",
                "published": "2026-11-01T10:00:00", "deleted": False},
    "post": {"ap_id": "https://l.example/post/1", "name": "T"}, "counts": {"upvotes": 1, "child_count": 0},
    "creator": {"actor_id": "https://l.example/u/a", "name": "a", "display_name": "A", "published": "2020-01-01"},
}  # fmt: skip
FORUM_POST = {
    "id": 9, "topic_id": 4, "post_number": 2, "created_at": "2026-11-01T10:00:00Z", "cooked": "<p>hi</p>",
    "username": "a", "name": "A", "user_id": 1, "topic_slug": "t", "reply_to_post_number": 1, "like_count": 1,
    "actions_summary": [{"id": 2, "count": 3}], "archetype": "regular", "deleted_at": None,
}  # fmt: skip
ITEMS = {
    "mastodon": [STATUS],
    "bluesky": {"posts": [VIEW], "feed": [{"post": VIEW, "reply": {"parent": VIEW}}]},
    "reddit": {"kind": "Listing", "data": {"children": [THING]}},
    "lemmy": {"comments": [COMMENT]},
    "discourse": {"posts": [FORUM_POST], "topics": [{"id": 4, "title": "T", "slug": "t"}], "grouped_search_result": {}},
}

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(10**300, 10**301),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(
        ["\ud800", "\x00", "<script>", "2026-13-45", "9" * 400, "[", "https://[", "at://x/y/z", "javascript:a"]
    ),
)
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "data", "uri", "post", "a"]), inner, max_size=3)
    ),
    max_leaves=6,
)


def places(value, path=()):
    yield path
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*path, key))


def changed(value, path, new):
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = changed(value[path[0]], path[1:], new)
    return copy


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_any_field_may_be_anything(kind: str, data: st.DataObject) -> None:
    value = ITEMS[kind]
    for _ in range(data.draw(st.integers(1, 3))):
        value = changed(value, data.draw(st.sampled_from(list(places(value)))), data.draw(anything))
    body = json.dumps(value).encode()
    try:
        found = parser(kind)(body, fetched_at=NOW, url=URLS[kind])
    except ParseError:
        return
    assert found.posts or found.warnings
    assert [post.id for post in found.posts] == [
        post.id for post in parser(kind)(body, fetched_at=NOW, url=URLS[kind]).posts
    ]
    for post in found.posts:
        assert post.published_at <= NOW
        assert post.url is None or post.url.startswith(("http://", "https://"))


@pytest.mark.parametrize("kind", KINDS)
def test_an_unharmed_item_is_a_post(kind: str) -> None:
    found = parser(kind)(json.dumps(ITEMS[kind]).encode(), fetched_at=NOW, url=URLS[kind])
    assert len(found.posts) == 1
    assert found.posts[0].text.startswith("hi")
    assert found.fields


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "body",
    [b"", b" \n", b"<html>", b"Bad Request", b"{", b"[1", b"[" * 100_000, b"null", b"1", b'"x"', b"NaN", b"\xff\xfe"],
)
def test_what_is_no_answer_is_an_error(kind: str, body: bytes) -> None:
    with pytest.raises(ParseError):
        parser(kind)(body, fetched_at=NOW)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "body", [b"[]", b"{}", b'{"error":"nope"}', b'{"errors":["nope"]}', b'{"message":"nope","error":404}']
)
def test_an_answer_without_posts_says_so(kind: str, body: bytes) -> None:
    found = parser(kind)(body, fetched_at=NOW)
    assert not found.posts
    assert any("no posts" in line for line in found.warnings)
    assert ("nope" in body.decode()) == any("nope" in line for line in found.warnings)


@pytest.mark.parametrize("kind", KINDS)
def test_a_post_as_deep_as_allowed_is_survived(kind: str) -> None:
    value = ITEMS[kind]
    for _ in range(45):
        value = {"inner": [value]} if kind != "reddit" else {"data": value}
    try:
        parser(kind)(json.dumps(value).encode(), fetched_at=NOW)
    except ParseError as error:
        assert "deep" in str(error)  # noqa: PT017 either is right
