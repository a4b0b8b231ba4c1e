"""Protects: what Lemmy's servers find reaches us by either API, once for all servers, with its thread."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.social import NOW, Story, ids, iso, unit
from tests.support.web import Asked, ScriptedWeb, reply
from tocsin.adapters.http_guard import HttpReply
from tocsin.adapters.sources.lemmy import parse
from tocsin.adapters.sources.values import Parsed
from tocsin.domain.errors import FetchError, Trouble

SEARCH = unit("lemmy", "search", terms=("acme", "acme foods"), server="l.example")
ANN = {"id": 1, "name": "ann", "display_name": "Ann", "actor_id": "https://home.example/u/ann"}


def post_view(number: int, age: timedelta = timedelta(minutes=5), **more: Any) -> dict[str, Any]:
    """Written by us from the documented shape of API v3."""
    post = {
        "id": number,
        "name": f"Acme {number}",
        "body": "It *burns*",
        "ap_id": f"https://home.example/post/{number}",
        "published": iso(NOW - age),
        "removed": False,
        "deleted": False,
    }
    counts = {"score": 3, "upvotes": 5, "downvotes": 2, "comments": 4}
    return {"post": post | more, "creator": ANN, "community": {"name": "food"}, "counts": counts}


def comment_view(number: int, path: str = "", age: timedelta = timedelta(minutes=5), **more: Any) -> dict[str, Any]:
    """Written by us from the documented shape of API v3."""
    comment = {
        "id": number,
        "content": f"Acme {number}",
        "ap_id": f"https://home.example/comment/{number}",
        "path": path or f"0.{number}",
        "published": iso(NOW - age),
        "removed": False,
        "deleted": False,
    }
    counts = {"upvotes": 1, "child_count": 2}
    return {"comment": comment | more, "post": post_view(1)["post"], "creator": ANN, "counts": counts}


def read(value: Any) -> Parsed:
    return parse(json.dumps(value).encode(), fetched_at=NOW, url="https://l.example/api/v3/search?q=acme")


def test_posts_and_comments_of_a_search() -> None:
    value = {"type_": "All", "posts": [post_view(1, url="https://acme.example/x")], "comments": [comment_view(2)]}
    post, comment = sorted(read(value).posts, key=lambda one: one.id, reverse=True)
    assert (post.title, post.text) == ("Acme 1", "It *burns*\nhttps://acme.example/x")
    assert (post.engagement.likes, post.engagement.replies) == (5, 4)
    assert post.author.handle == "ann@home.example"
    assert (comment.title, comment.engagement.replies) == (None, 2)
    assert comment.in_reply_to == comment.thread == post.id == "lemmy:https://home.example/post/1"


@pytest.mark.parametrize("said", ["2026-11-01T10:00:00.123456", "2026-11-01T10:00:00.123456Z"])
def test_the_time_is_utc_with_and_without_a_zone(said: str) -> None:
    taken = read({"posts": [post_view(1, published=said)]}).posts[0].published_at
    assert taken == datetime(2026, 11, 1, 10, 0, 0, 123456, tzinfo=UTC)


def test_an_answer_to_a_comment_is_joined_to_it() -> None:
    first, second, stray = read(
        {"comments": [comment_view(2), comment_view(3, "0.2.3"), comment_view(4, "0.99.4")]}
    ).posts
    assert second.in_reply_to == first.id
    assert second.thread == stray.thread == "lemmy:https://home.example/post/1"
    assert stray.in_reply_to == "lemmy:l.example/comment/99"


def test_the_shapes_of_the_next_version_give_the_same_ids() -> None:
    old = read({"posts": [post_view(1)], "comments": [comment_view(2)]})
    post = {key: value for key, value in post_view(1)["post"].items() if key != "published"}
    post |= {"published_at": iso(NOW - timedelta(minutes=5)), "upvotes": 5, "comments": 4}
    new = {"post": post, "creator": ANN, "community": {}}
    comment = comment_view(2) | {"post": post}
    for value in (
        {"results": [{"type_": "Post", **new}, {"type_": "Comment", **comment}], "next_page": "P1"},
        {"search": [{"type_": "Post", "post": new}, {"type_": "Comment", "comment": comment}]},
        {"items": [new, comment]},
    ):
        found = read(value)
        assert [one.id for one in found.posts] == [one.id for one in old.posts]
        assert found.posts[0].engagement == old.posts[0].engagement
        assert found.posts[0].published_at == old.posts[0].published_at


def test_what_was_deleted_or_removed_is_said() -> None:
    found = read({"posts": [post_view(1, deleted=True), post_view(2)], "comments": [comment_view(3, removed=True)]})
    assert len(found.posts) == 1
    assert ["deleted" in line or "removed" in line for line in found.warnings] == [True, True]


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ({"site_view": {}, "version": "0.19.3"}, "description of itself"),
        ({"posts": [], "comments": []}, "search without posts"),
        ({"private_messages": [{"private_message": {"content": "x", "ap_id": "y"}}]}, "private messages"),
        ({"error": "couldnt_find_post"}, "couldnt_find_post"),
    ],
)
def test_an_answer_without_posts_is_called_by_its_name(value: Any, what: str) -> None:
    found = read(value)
    assert not found.posts
    assert what in found.warnings[0]


class Server:
    def __init__(self, version: str = "0.19.5", apis: tuple[int, ...] = (3,)) -> None:
        self.version, self.apis = version, apis
        self.posts: list[dict[str, Any]] = []
        self.comments: list[dict[str, Any]] = []
        self.web = ScriptedWeb(self.answer)

    def answer(self, asked: Asked) -> HttpReply:
        api = int(asked.path[6])
        if api not in self.apis:
            return reply(b"", 404)
        if asked.path.endswith("/site"):
            return reply({"site_view": {}, "version": self.version})
        if api == 4:
            start = int(asked.query.get("page_cursor", "P0")[1:])
            shown = [*self.posts, *self.comments][start : start + 50]
            return reply({"results": shown, **({"next_page": f"P{start + 50}"} if len(shown) == 50 else {})})
        start, what = (int(asked.query["page"]) - 1) * 50, asked.query["type_"].lower()
        held = {"posts": self.posts, "comments": self.comments}
        return reply({"posts": [], "comments": [], what: held[what][start : start + 50]})


def test_posts_and_comments_are_searched_page_by_page() -> None:
    server = Server()
    server.posts = [post_view(n, timedelta(minutes=n)) for n in range(1, 70)]
    server.comments = [comment_view(1_000 + n) for n in range(3)]
    story = Story(server.web, SEARCH)
    assert len(story.look().posts) == 72
    story.look(minutes=15)
    assert [asked.path for asked in server.web.asked].count("/api/v3/site") == 1
    assert {asked.query.get("q") for asked in server.web.asked} == {None, "acme", "acme foods"}


@pytest.mark.parametrize(("version", "apis"), [("1.0.0", (3, 4)), ("1.0.0", (4,))])
def test_a_new_server_is_asked_by_its_new_api(version: str, apis: tuple[int, ...]) -> None:
    server = Server(version, apis)
    server.posts = [post_view(n) for n in range(60)]
    assert len(Story(server.web, SEARCH).look().posts) == 60
    assert server.web.asked[-1].path == "/api/v4/search"


def test_a_server_that_changed_since_yesterday_is_tried_the_other_way() -> None:
    server = Server()
    story = Story(server.web, SEARCH)
    story.look()
    server.apis, server.posts = (4,), [post_view(1)]
    assert ids(story.look(minutes=15)) == ["lemmy:https://home.example/post/1"]


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (reply({"error": "instance_is_private"}, 400), Trouble.POLICY),
        (reply({"error": "rate_limit_error"}, 429), Trouble.THROTTLED),
        (reply(b"<html>", 200), Trouble.FORMAT),
        (reply(b"", 404), Trouble.FORMAT),
        (reply({}, 503), Trouble.DOWN),
    ],
)
def test_refusals_are_told_apart(answer: HttpReply, trouble: Trouble) -> None:
    with pytest.raises(FetchError) as error:
        Story(ScriptedWeb(lambda _: answer), SEARCH).look()
    assert error.value.trouble is trouble
