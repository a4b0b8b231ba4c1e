"""Answers of endpoints that no connector asks, but that a stranger may have recorded.

Protects: that what is a post there is found with its author, time and place in the thread, that what is none (a private
message, a notification, a stub of what was taken back) becomes none, and that a warning says so. All shapes here are
written by us from the documented shape.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tocsin.adapters.sources import registry

if TYPE_CHECKING:
    from tocsin.adapters.sources.values import Parsed

NOW = datetime(2026, 11, 22, 19, tzinfo=UTC)
WRITTEN = datetime(2026, 11, 1, 10, tzinfo=UTC)
ISO = "2026-11-01T10:00:00Z"
SECONDS = int(WRITTEN.timestamp())


def parsed(kind: str, value: Any, url: str | None = None) -> Parsed:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return registry.parser(kind)(body, fetched_at=NOW, url=url)


DID = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"


def at_uri(key: str, collection: str = "app.bsky.feed.post") -> str:
    return f"at://{DID}/{collection}/{key}"


def bluesky_post(key: str, **more: Any) -> dict[str, Any]:
    record = {"$type": "app.bsky.feed.post", "text": "hello", "createdAt": ISO}
    return {"uri": at_uri(key), "cid": "c", "author": {"did": DID, "handle": "a.test"}, "record": record} | more


def thread_item(key: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"uri": at_uri(key), "depth": 1, "value": {"$type": f"app.bsky.unspecced.defs#threadItem{kind}"} | more}


LIKE = {"$type": "app.bsky.feed.like", "subject": {"uri": at_uri("1"), "cid": "c"}, "createdAt": ISO}
DISCUSSED = {"id": 1, "created_at": ISO, "topic_id": 5, "post_number": 2, "slug": "s"}
REPORTER = {"id": 9, "name": "reporter", "actor_id": "https://l.example/u/reporter"}
WRITER = {"id": 1, "name": "writer", "actor_id": "https://l.example/u/writer"}
LEMMY_POST = {"id": 1, "name": "T", "ap_id": "https://l.example/post/1", "community_id": 2, "published": ISO}
LEMMY_COMMENT = {"id": 5, "content": "c", "ap_id": "https://l.example/comment/5", "path": "0.5", "published": ISO}


@pytest.mark.parametrize(
    ("kind", "answer", "why"),
    [
        ("bluesky", {"thread": [thread_item("2", "NotFound")]}, "the post is gone"),
        ("bluesky", {"thread": [thread_item("2", "Blocked", author={"did": DID})]}, "blocked"),
        ("bluesky", {"thread": [thread_item("2", "NoUnauthenticated", author={"did": DID})]}, "without a login"),
        ("bluesky", {"records": [{"uri": at_uri("l", "app.bsky.feed.like"), "cid": "c", "value": LIKE}]}, "feed.like"),
        ("bluesky", {"feed": [{"post": at_uri("1")}]}, "an address alone"),
        ("bluesky", {"uri": at_uri("1"), "cid": "c", "commit": {"cid": "c", "rev": "r"}}, "commit without a post"),
        ("reddit", {"json": {"errors": [["RATELIMIT", "take a break", "ratelimit"]]}}, "take a break"),
        ("reddit", {"json": {"errors": [], "data": {"things": []}}}, "an empty listing"),
        ("reddit", {"fields": ["x"], "explanation": "too old", "message": "Bad Request", "reason": "X"}, "too old"),
        (
            "reddit",
            {"kind": "t3", "data": {"name": "t3_a", "title": "[deleted by user]", "selftext": "[removed]"}},
            "taken back",
        ),
        (
            "github",
            [{"subject": {"title": "T", "url": "https://api.github.com/repos/o/r/issues/1", "latest_comment_url": ""}}],
            "no posts",
        ),
        (
            "facebook",
            {"data": [{"id": "m_1", "message": "between us", "created_time": ISO, "to": {"data": []}}]},
            "private message",
        ),
        ("discourse", {"notifications": [DISCUSSED | {"notification_type": 2, "user_id": 3}]}, "notification"),
        ("discourse", {"latest_posts": [DISCUSSED | {"post_type": 3, "username": "a", "cooked": ""}]}, "moderator"),
        ("discourse", {"latest_posts": [DISCUSSED | {"post_type": 4, "username": "a", "cooked": "x"}]}, "whisper"),
        ("mastodon", {"accounts": [], "statuses": [], "notification_groups": [{"type": "follow"}]}, "notifications"),
        ("mastodon", [{"id": "8", "content": "<p>x</p>", "all_day": False, "statuses": []}], "announcements"),
        ("x", {"data": {"delete": {"tweet": {"id": "1"}, "event_at": ISO}}}, "compliance"),
        ("rss", {"version": "https://jsonfeed.org/version/1.1", "title": "F", "items": []}, "a feed without items"),
        ("appstore", {"resultCount": 1, "results": [{"trackName": "App"}]}, "apps"),
        (
            "stackexchange",
            {"items": [{"post_id": 1, "post_type": "question", "revision_guid": "g", "body": "b", "user": {}}]},
            "no posts",
        ),
    ],
)
def test_what_is_no_post_becomes_none_and_is_named(kind: str, answer: Any, why: str) -> None:
    found = parsed(kind, answer, "https://forum.example/posts.json" if kind == "discourse" else None)
    assert found.posts == ()
    assert why in "\n".join(found.warnings)


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("bluesky", {"posts": [bluesky_post("1", uri="at://\ud800/app.bsky.feed.post/1", author={})]}),
        ("discourse", {"latest_posts": [DISCUSSED | {"post_type": [3], "username": "a", "cooked": "x"}]}),
        ("stackexchange", {"items": [{"post_id": 1, "post_type": ["question"], "owner": {}, "body": "b"}]}),
    ],
)
def test_wrong_types_and_lone_surrogates_are_survived(kind: str, answer: Any) -> None:
    found = parsed(kind, answer)
    assert found.posts or found.warnings


def test_a_gallery_shows_its_pictures() -> None:
    pictures = [{"thumbnail": "https://c.example/t.jpg", "fullsize": "https://c.example/f.jpg", "alt": "a burnt cake"}]
    post = bluesky_post("1", embed={"$type": "app.bsky.embed.gallery#view", "items": pictures})
    post["record"]["text"] = ""
    [found] = parsed("bluesky", {"posts": [post]}).posts
    assert (found.text, found.media) == ("a burnt cake", ("https://c.example/f.jpg",))


def test_answers_of_a_thread_are_found_where_its_first_comment_was_not_asked_for() -> None:
    reply = {
        "kind": "youtube#comment",
        "id": "Ugx.r1",
        "snippet": {"textOriginal": "so it is", "videoId": "abcdefghijk", "parentId": "Ugx", "publishedAt": ISO},
    }
    thread = {"kind": "youtube#commentThread", "id": "Ugx", "replies": {"comments": [reply]}}
    [found] = parsed("youtube", {"kind": "youtube#commentThreadListResponse", "items": [thread]}).posts
    assert (found.id, found.thread) == ("youtube:Ugx.r1", "youtube:Ugx")


def test_a_stream_that_x_ends_says_why() -> None:
    lines = [{"data": {"id": "1900000000000000001", "text": "x"}}, {"errors": [{"title": "disconnect", "detail": "d"}]}]
    found = parsed("x", b"\r\n".join(json.dumps(line).encode() for line in lines))
    assert [post.id for post in found.posts] == ["x:1900000000000000001"]
    assert "disconnect: d" in "\n".join(found.warnings)


def test_a_comment_on_a_commit_is_one() -> None:
    page = "https://github.com/O/r/commit/6dcb09b5#commitcomment-1"
    [found] = parsed("github", [{"html_url": page, "id": 1, "body": "broken", "created_at": ISO}]).posts
    assert (found.id, found.url, found.published_at) == ("github:o/r#6dcb09b5/commitcomment-1", page, WRITTEN)
    assert parsed("github", [{"html_url": page.partition("#")[0], "sha": "6dcb09b5", "body": "x"}]).posts == ()


@pytest.mark.parametrize(
    "edge",
    [
        {"id": "222_1", "message": "@Page hi", "tagged_time": "2026-11-01T10:00:00+0000"},
        {"id": "444", "description": "a video", "updated_time": "2026-11-01T10:00:00+0000"},
        {"id": "445", "images": [{"source": "https://f.example/i.jpg"}], "created_time": "2026-11-01T10:00:00+0000"},
    ],
)
def test_each_of_facebooks_edges_has_its_own_names(edge: dict[str, Any]) -> None:
    [found] = parsed("facebook", {"data": [edge]}).posts
    assert found.published_at == WRITTEN
    assert found.text or found.media


def test_a_notice_of_a_rating_names_its_writer() -> None:
    told = {
        "item": "rating",
        "verb": "add",
        "review_text": "cold soup",
        "open_graph_story_id": "79",
        "reviewer_id": "8",
        "reviewer_name": "Ann",
        "created_time": SECONDS,
    }
    entry = {"id": "111", "time": SECONDS, "changes": [{"field": "ratings", "value": told}]}
    [found] = parsed("facebook", {"object": "page", "entry": [entry]}).posts
    assert (found.id, found.author.id, found.author.name) == ("facebook:79", "8", "Ann")


@pytest.mark.parametrize("body", [lambda inner: inner, json.dumps])
def test_metas_answers_are_found_in_a_recorders_envelope(body: Any) -> None:
    answer = {"data": [{"id": "111_1", "message": "hi", "created_time": "2026-11-01T10:00:00+0000"}]}
    recorded = {"interactions": [{"request": {}, "response": {"status": {"code": 200}, "body": body(answer)}}]}
    assert parsed("facebook", recorded).posts == parsed("facebook", answer).posts != ()


def test_an_envelope_nested_without_end_is_no_trouble() -> None:
    deep = '{"data":' * 3_000 + "{}" + "}" * 3_000
    assert parsed("facebook", {"body": deep}).posts == ()


def test_comments_of_a_medium_of_which_nothing_else_was_asked_belong_to_it() -> None:
    comment = {"id": "10", "text": "no", "timestamp": "2026-11-01T10:00:00+0000"}
    [found] = parsed("instagram", {"comments": {"data": [comment]}, "id": "1"}).posts
    assert (found.in_reply_to, found.thread) == ("instagram:1", "instagram:1")
    [found] = parsed("instagram", {"replies": {"data": [comment]}, "id": "9"}).posts
    assert (found.in_reply_to, found.thread) == ("instagram:9", None)


def test_instagrams_notices_come_without_changes_too() -> None:
    told = {"id": "19", "text": "flat", "from": {"id": "9", "username": "b"}, "media": {"id": "2"}}
    entry = {"id": "1", "time": SECONDS, "field": "comments", "value": told}
    [found] = parsed("instagram", [{"object": "instagram", "entry": [entry]}]).posts
    assert (found.id, found.thread, found.author.handle) == ("instagram:19", "instagram:2", "b")


@pytest.mark.parametrize("several", [False, True])
def test_threads_tells_of_replies(several: bool) -> None:
    reply = {
        "id": "10",
        "username": "b",
        "text": "no",
        "timestamp": "2026-11-01T10:00:00+0000",
        "replied_to": {"id": "8"},
        "root_post": {"id": "1", "owner_id": "3"},
    }
    told = {"value": reply, "field": "replies"}
    notice = {"app_id": "1", "topic": "interaction", "target_id": "8", "values": [told] if several else told}
    [found] = parsed("threads", notice).posts
    assert (found.id, found.in_reply_to, found.thread) == ("threads:10", "threads:8", "threads:1")


def test_stack_exchanges_posts_are_the_questions_and_answers_that_they_are_elsewhere() -> None:
    owner = {"user_id": 7, "display_name": "A", "link": "https://stackoverflow.com/users/7/a"}
    rows = [
        {"post_id": 1, "post_type": "question", "title": "T", "body": "q", "owner": owner, "creation_date": SECONDS},
        {"post_id": 2, "post_type": "answer", "body": "a", "owner": owner, "creation_date": SECONDS},
    ]
    found = parsed("stackexchange", {"items": rows}).posts
    assert [post.id for post in found] == ["stackexchange:stackoverflow.com/1", "stackexchange:stackoverflow.com/2"]
    assert {post.published_at for post in found} == {WRITTEN}


def test_an_option_belongs_to_its_poll() -> None:
    option = {"by": "a", "id": 8, "poll": 6, "text": "Yes", "time": SECONDS, "type": "pollopt"}
    [found] = parsed("hackernews", option).posts
    assert found.in_reply_to == "hackernews:6"


def test_a_groups_posts_name_their_writers() -> None:
    post = DISCUSSED | {"cooked": "<p>g</p>", "user": {"id": 3, "username": "ann", "name": "Ann"}}
    [found] = parsed("discourse", {"posts": [post]}, "https://forum.example/groups/g/posts.json").posts
    assert (found.author.id, found.author.handle, found.author.name) == ("3", "ann", "Ann")


@pytest.mark.parametrize(
    "report",
    [
        {"comment_report": {"id": 1}, "comment": LEMMY_COMMENT, "post": LEMMY_POST, "comment_creator": WRITER},
        {"post_report": {"id": 1}, "post": LEMMY_POST, "post_creator": WRITER},
    ],
)
def test_who_reports_a_post_is_not_its_writer(report: dict[str, Any]) -> None:
    [found] = parsed("lemmy", {"reports": [report | {"creator": REPORTER}]}).posts
    assert found.author.handle == "writer@l.example"


def test_app_store_connect_gives_reviews_in_a_shape_of_its_own() -> None:
    said = {"rating": 1, "title": "No", "body": "it lost my data", "reviewerNickname": "ann", "createdDate": ISO}
    review = {"type": "customerReviews", "id": "00000028-b08c", "attributes": said, "relationships": {"response": {}}}
    for answer in ({"data": [review], "links": {}}, {"data": review}):
        [found] = parsed("appstore", answer).posts
        assert (found.id, found.rating, found.text) == ("appstore:00000028-b08c", 1, "it lost my data")
        assert (found.author.name, found.published_at, found.engagement.replies) == ("ann", WRITTEN, None)


def test_a_checklist_has_words() -> None:
    chat = {"id": -1009876543210, "type": "supergroup", "username": "grp"}
    message = {"message_id": 1, "chat": chat, "date": SECONDS}
    checklist = {"title": "Recall", "tasks": [{"id": 1, "text": "call the shops"}]}
    [found] = parsed("telegram", {"update_id": 1, "message": message | {"checklist": checklist}}).posts
    assert found.text == "Recall\ncall the shops"
