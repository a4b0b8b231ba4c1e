"""Protects: what forums on Discourse say reaches us whole, under the address that a person can open, within limits."""

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.support.social import NOW, Story, iso, unit
from tests.support.web import Asked, ScriptedWeb, reply
from tocsin.adapters.http_guard import HttpReply
from tocsin.adapters.sources.discourse import parse
from tocsin.adapters.sources.values import Parsed
from tocsin.domain.errors import FetchError, Trouble

SEARCH = unit("discourse", "search", terms=("acme", "acme foods"), server="forum.example")
LATEST = unit("discourse", "latest", server="forum.example", brand="Acme")
TOPIC = {"id": 7, "title": "Is Acme down?", "slug": "is-acme-down", "posts_count": 3, "created_at": iso(NOW)}


def hit(native: int, number: int = 2, age: timedelta = timedelta(minutes=5), **more: Any) -> dict[str, Any]:
    """Written by us from the documented shape of a search's posts."""
    return {
        "id": native,
        "topic_id": 7,
        "post_number": number,
        "username": "ann",
        "name": "Ann",
        "created_at": iso(NOW - age),
        "like_count": 3,
        "blurb": f"Acme {native} is…",
    } | more


def whole(native: int, number: int = 2, **more: Any) -> dict[str, Any]:
    """Written by us from the documented shape of /posts/{id}.json and of topics."""
    actions = [{"id": 2, "count": 4}]
    rest = {"cooked": f"<p>Acme {native} is <b>down</b></p>", "topic_slug": "is-acme-down", "actions_summary": actions}
    return hit(native, number) | rest | {"reads": 9, "reply_count": 1, "user_id": 5, "like_count": None} | more


def read(value: Any, url: str | None = "https://forum.example/search.json?q=acme") -> Parsed:
    return parse(json.dumps(value).encode(), fetched_at=NOW, url=url)


def test_a_searchs_posts_are_joined_with_their_topics() -> None:
    value = {"posts": [hit(41, 3)], "topics": [TOPIC], "users": [], "grouped_search_result": {"error": None}}
    (post,) = read(value).posts
    assert post.url == "https://forum.example/t/is-acme-down/7/3"
    assert (post.title, post.text) == ("Is Acme down?", "Acme 41 is…")
    assert (post.author.handle, post.author.url) == ("ann", "https://forum.example/u/ann")
    assert post.id == "discourse:forum.example/7/3"
    assert (post.in_reply_to, post.thread) == ("discourse:forum.example/7/1",) * 2


def test_every_shape_gives_a_post_the_same_id_and_address() -> None:
    one = whole(41, 3)
    for value in (
        {"posts": [hit(41, 3)], "topics": [TOPIC]},
        {"latest_posts": [one]},
        {"post_stream": {"posts": [one]}, "title": "Is Acme down?", "slug": "is-acme-down", "id": 7},
        one,
    ):
        (post,) = read(value).posts
        assert (post.id, post.url) == ("discourse:forum.example/7/3", "https://forum.example/t/is-acme-down/7/3")


def test_an_answer_knows_what_it_answers() -> None:
    (post,) = read(whole(41, 3, reply_to_post_number=2)).posts
    assert (post.in_reply_to, post.thread) == ("discourse:forum.example/7/2", "discourse:forum.example/7/1")
    (first,) = read(whole(40, 1)).posts
    assert (first.in_reply_to, first.thread) == (None, None)


def test_a_list_of_topics_gives_their_first_posts() -> None:
    users = [{"id": 5, "username": "ann", "name": "Ann"}]
    topic = TOPIC | {"excerpt": "It &amp; all", "posters": [{"user_id": 5, "description": "Original Poster"}]}
    (post,) = read({"users": users, "topic_list": {"topics": [topic]}}).posts
    assert (post.id, post.text, post.author.handle) == ("discourse:forum.example/7/1", "It & all", "ann")


def test_a_forum_in_a_folder_keeps_it() -> None:
    (post,) = read(whole(41), "https://site.example/community/posts/41.json").posts
    assert post.url == "https://site.example/community/t/is-acme-down/7/2"


def test_without_its_address_a_forums_posts_have_none_and_it_is_said() -> None:
    found = read(whole(41), None)
    assert found.posts[0].url is None
    assert "--url" in found.warnings[0]


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"archetype": "private_message"}, "private message"),
        ({"deleted_at": "2026-01-01"}, "deleted"),
        ({"user_deleted": True}, "deleted"),
        ({"hidden": True}, "hides"),
        ({"topic_id": None}, "which topic"),
    ],
)
def test_what_is_left_out_is_said(more: dict[str, Any], why: str) -> None:
    found = read({"latest_posts": [whole(41, **more), whole(42, 4)]})
    assert len(found.posts) == 1
    assert why in found.warnings[0]


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ({"posts": [], "grouped_search_result": {"error": "Your search term is too short."}}, "too short"),
        ({"errors": ["You need to be logged in"], "error_type": "not_logged_in"}, "logged in"),
        ({"user": {"username": "ann"}}, "a profile"),
        ({"latest_posts": []}, "empty list"),
    ],
)
def test_an_answer_without_posts_is_called_by_its_name(value: Any, what: str) -> None:
    found = read(value)
    assert not found.posts
    assert what in found.warnings[0]


class Forum:
    """Pages of 50 hits, single posts by number, newest posts before a number."""

    def __init__(self) -> None:
        self.hits: list[dict[str, Any]] = []
        self.busy_after = 10**6
        self.web = ScriptedWeb(self.answer)

    def answer(self, asked: Asked) -> HttpReply:
        if len(self.web.asked) > self.busy_after:
            return reply({"errors": ["too many"], "error_type": "rate_limit"}, 429, retry_after="13")
        if asked.path == "/search.json":
            start = (int(asked.query["page"]) - 1) * 50
            result = {"more_full_page_results": start + 50 < len(self.hits) or None, "error": None}
            found = {"posts": self.hits[start : start + 50], "topics": [TOPIC], "grouped_search_result": result}
            return reply(found)
        if asked.path == "/posts.json":
            before = int(asked.query.get("before", 10**9))
            return reply(
                {"latest_posts": [whole(h["id"], h["post_number"]) for h in self.hits if h["id"] <= before][:50]}
            )
        native = int(asked.path.removeprefix("/posts/").removesuffix(".json"))
        return reply(next(whole(native, one["post_number"]) for one in self.hits if one["id"] == native))


def test_search_fetches_the_whole_text_of_new_posts_once() -> None:
    forum = Forum()
    forum.hits = [hit(n, n, timedelta(minutes=200 - n)) for n in range(70, 10, -1)]
    story = Story(forum.web, SEARCH)
    pull = story.look()
    assert len(pull.posts) == 60
    texts = {post.id: post.text for post in pull.posts}
    assert texts["discourse:forum.example/7/70"] == "Acme 70 is down"
    assert len([text for text in texts.values() if text.endswith("down")]) == 12
    assert all(post.title == "Is Acme down?" for post in pull.posts)
    assert any("excerpt alone" in line for line in pull.warnings)
    # the next look goes on with those that are left, and asks for none twice
    story.look(minutes=1)
    asked = [one.path for one in forum.web.asked if one.path.startswith("/posts/")]
    assert len(asked) == len(set(asked)) == 24
    assert {one.query["q"] for one in forum.web.asked if one.query} == {
        "acme order:latest",
        '"acme foods" order:latest',
    }


def test_a_limit_in_the_middle_leaves_the_excerpts() -> None:
    forum = Forum()
    forum.hits = [hit(n, n) for n in range(20, 10, -1)]
    forum.busy_after = 4
    pull = Story(forum.web, SEARCH).look()
    assert len(pull.posts) == 10
    assert any("slow down" in line for line in pull.warnings)


def test_a_forum_of_the_brands_own_is_read_whole() -> None:
    forum = Forum()
    forum.hits = [hit(n, n) for n in range(120, 0, -1)]
    assert len(Story(forum.web, LATEST).look().posts) == 120
    assert {asked.path for asked in forum.web.asked} == {"/posts.json"}


def test_terms_that_are_too_short_to_search_for_are_said() -> None:
    with pytest.raises(FetchError, match="3 letters"):
        Story(Forum().web, unit("discourse", "search", terms=("ab",), server="forum.example")).look()


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (reply({"errors": ["x"], "error_type": "not_logged_in"}, 403), Trouble.POLICY),
        (reply(b"<html><title>Login - Forum</title></html>"), Trouble.POLICY),
        (reply({"posts": [], "grouped_search_result": {"error": "Your search term is too short."}}), Trouble.FORMAT),
        (reply({"errors": ["x"], "extras": {"wait_seconds": 9}}, 429, retry_after="9"), Trouble.THROTTLED),
        (reply({"x": 1}), Trouble.FORMAT),
        (reply(b"", 502), Trouble.DOWN),
    ],
)
def test_refusals_are_told_apart(answer: HttpReply, trouble: Trouble) -> None:
    with pytest.raises(FetchError) as error:
        Story(ScriptedWeb(lambda _: answer), SEARCH).look()
    assert error.value.trouble is trouble


def test_a_plea_to_wait_among_the_whole_texts_is_heeded() -> None:
    forum = Forum()
    forum.hits = [hit(n, n) for n in range(20, 10, -1)]
    forum.busy_after = 4
    story = Story(forum.web, SEARCH)
    pull = story.look()
    assert (len(pull.posts), pull.again) == (10, False)
    asked = len(forum.web.asked)
    forum.busy_after = 10**6
    with pytest.raises(FetchError, match="asked us to wait") as error:
        story.look(seconds=5)
    assert (error.value.retry_after, len(forum.web.asked)) == (8, asked)
    assert story.look(seconds=20).posts


def test_no_whole_text_is_asked_for_after_a_plea_to_wait() -> None:
    forum = Forum()
    forum.hits = [hit(n, n) for n in range(120, 10, -1)]
    forum.busy_after = 1
    pull = Story(forum.web, SEARCH).look()
    assert len(pull.posts) == 50
    assert {asked.path for asked in forum.web.asked} == {"/search.json"}
    assert any("excerpt alone" in line for line in pull.warnings)
