"""Protects: Reddit's submissions and comments reach us whole, deleted ones stay deleted, its limits are obeyed, and the
application's secret is told to nobody."""

import json
from base64 import b64encode
from datetime import timedelta
from typing import Any

import pytest

from tests.support.social import NOW, Story, ids, unit
from tests.support.web import Asked, ScriptedWeb, reply
from tocsin.adapters.http_guard import HttpReply
from tocsin.adapters.memory import MemorySecrets
from tocsin.adapters.sources.reddit import parse
from tocsin.adapters.sources.values import Parsed
from tocsin.domain.errors import FetchError, Trouble

SECRET = {"client_id": "app", "client_secret": "s3cret"}
SEARCH = unit("reddit", "search", terms=("acme", 'acme "foods"'), keyed=True)


def submission(key: str, age: timedelta = timedelta(minutes=5), **more: Any) -> dict[str, Any]:
    """Written by us from the documented shape."""
    data = {
        "name": f"t3_{key}",
        "id": key,
        "title": f"Acme {key}",
        "selftext": "",
        "is_self": True,
        "url": f"https://www.reddit.com/r/food/comments/{key}/acme/",
        "permalink": f"/r/food/comments/{key}/acme/",
        "created_utc": (NOW - age).timestamp(),
        "author": "ann",
        "author_fullname": "t2_1",
        "ups": 5,
        "num_comments": 2,
        "num_crossposts": 1,
    }
    return {"kind": "t3", "data": data | more}


def comment(key: str, **more: Any) -> dict[str, Any]:
    """Written by us from the documented shape."""
    data = {
        "name": f"t1_{key}",
        "id": key,
        "body": f"Acme {key}",
        "permalink": f"/r/food/comments/aaa/acme/{key}/",
        "link_id": "t3_aaa",
        "parent_id": "t3_aaa",
        "created_utc": NOW.timestamp() - 60,
        "author": "bob",
        "ups": -4,
        "replies": "",
    }
    return {"kind": "t1", "data": data | more}


def listing(*children: Any, after: str | None = None) -> dict[str, Any]:
    return {"kind": "Listing", "data": {"children": list(children), "after": after, "before": None}}


def read(*children: Any) -> Parsed:
    return parse(json.dumps(listing(*children)).encode(), fetched_at=NOW)


def test_text_is_unescaped_with_and_without_raw_json() -> None:
    for body in ("Q&A <b> 5 > 3", "Q&amp;A &lt;b&gt; 5 &gt; 3"):
        assert "Q&A" in read(comment("1", body=body)).posts[0].text
    assert read(comment("1", body="a\n\n&amp;#x200B;\n\nb")).posts[0].text == "a\nb"
    assert read(submission("1", title="Q&amp;A")).posts[0].title == "Q&A"


def test_a_link_post_is_its_link() -> None:
    shared = submission("1", is_self=False, url="https://acme.example/recall?utm_source=x", selftext="Look")
    assert read(shared).posts[0].text == "Look\nhttps://acme.example/recall"


def test_galleries_pictures_and_videos_are_media() -> None:
    gallery: dict[str, Any] = {
        "is_self": False,
        "url": "https://www.reddit.com/gallery/1",
        "gallery_data": {"items": [{"media_id": "b"}, {"media_id": "a"}]},
        "media_metadata": {
            "a": {"s": {"u": "https://preview.redd.it/a.png?width=1&amp;s=x"}},
            "b": {"s": {"mp4": "https://i.redd.it/b.mp4"}},
            "c": {"status": "unprocessed"},
        },
    }
    video: dict[str, Any] = {"secure_media": {"reddit_video": {"fallback_url": "https://v.redd.it/x/DASH_720.mp4"}}}
    posts = read(
        submission("1", **gallery),
        submission("2", is_self=False, url="https://i.redd.it/x.jpeg"),
        submission("3", is_self=False, url="https://v.redd.it/x", **video),
    ).posts
    assert posts[0].media == ("https://i.redd.it/b.mp4", "https://preview.redd.it/a.png?width=1&s=x")
    assert posts[1].media == ("https://i.redd.it/x.jpeg",)
    assert posts[2].media == ("https://v.redd.it/x/DASH_720.mp4",)
    assert [post.text for post in posts] == ["", "", ""]


def test_what_was_taken_back_stays_taken_back() -> None:
    found = read(
        comment("1", body="[deleted]", author="[deleted]"),
        comment("2", body="[removed]"),
        submission("3", selftext="[removed]", author="[deleted]", author_fullname=None),
    )
    (post,) = found.posts
    assert (post.title, post.text, post.author.handle) == ("Acme 3", "", None)
    assert len([line for line in found.warnings if "taken back" in line]) == 2


def test_a_negative_score_is_no_count_of_likes() -> None:
    assert read(comment("1")).posts[0].engagement.likes is None
    assert read(comment("1", ups=1, score_hidden=True)).posts[0].engagement.likes is None


def test_a_submission_with_its_comments_and_stubs() -> None:
    deep = comment("2", parent_id="t1_1")
    more = {"kind": "more", "data": {"count": 7, "name": "t1_x", "id": "x", "children": ["x"]}}
    body = [listing(submission("aaa")), listing(comment("1", replies=listing(deep, more)))]
    found = parse(json.dumps(body).encode(), fetched_at=NOW)
    assert [post.id for post in found.posts] == ["reddit:t3_aaa", "reddit:t1_1", "reddit:t1_2"]
    assert found.posts[2].in_reply_to == "reddit:t1_1"
    assert found.posts[2].thread == "reddit:t3_aaa"
    assert "7 more comments" in found.warnings[0]


def test_private_messages_are_no_posts() -> None:
    found = read({"kind": "t4", "data": {"name": "t4_1", "id": "1", "body": "psst", "author": "x", "created_utc": 1.0}})
    assert not found.posts
    assert "private message" in found.warnings[0]


@pytest.mark.parametrize("kind", ["t2", "t5", "wikipage", "LiveUpdate", "modaction"])
def test_things_that_are_no_posts_are_called_by_their_names(kind: str) -> None:
    found = read({"kind": kind, "data": {"id": "1", "body": "x", "author": "x", "created_utc": 1.0}})
    assert not found.posts
    assert "no public post" in found.warnings[0]


def test_the_choices_of_a_poll_are_read() -> None:
    poll = {"options": [{"id": "1", "text": "Acme"}, {"id": "2", "text": "Bolt"}]}
    assert read(submission("1", selftext="Who?", poll_data=poll)).posts[0].text == "Who?\nAcme\nBolt"


def test_a_mention_in_the_inbox_knows_its_thread_by_its_context() -> None:
    inbox = {"permalink": None, "link_id": None, "context": "/r/food/comments/aaa/acme/1/?context=3", "num_comments": 9}
    (post,) = read(comment("1", **inbox)).posts
    assert post.url == "https://www.reddit.com/r/food/comments/aaa/acme/1/"
    assert post.thread == "reddit:t3_aaa"
    assert post.engagement.replies is None


def test_a_crosspost_is_new_and_what_it_shares_is_not() -> None:
    found = read(submission("2", crosspost_parent_list=[submission("1")["data"]]))
    assert [post.id for post in found.posts] == ["reddit:t3_2"]


class Api:
    """OAuth and a listing that pages by ``after``; an anchor that was deleted gives an empty page."""

    def __init__(self) -> None:
        self.things: list[dict[str, Any]] = []
        self.gone: set[str] = set()
        self.logins, self.remaining = 0, "99.0"
        self.web = ScriptedWeb(self.answer)

    def answer(self, asked: Asked) -> HttpReply:
        if asked.path == "/api/v1/access_token":
            assert asked.private["Authorization"] == f"Basic {b64encode(b'app:s3cret').decode()}"
            self.logins += 1
            return reply({"access_token": f"token{self.logins}", "expires_in": 86_400, "token_type": "bearer"})
        if asked.private["Authorization"] != f"Bearer token{self.logins}":
            return reply({"message": "Unauthorized", "error": 401}, 401)
        names = [one["data"]["name"] for one in self.things]
        after = asked.query.get("after")
        if after in self.gone:
            return reply(listing())
        start = names.index(after) + 1 if after else 0
        shown = self.things[start : start + 100]
        more = shown[-1]["data"]["name"] if start + 100 < len(names) else None
        return reply(listing(*shown, after=more), x_ratelimit_remaining=self.remaining, x_ratelimit_reset="120")


def story(api: Api, asked: Any = SEARCH, secrets: MemorySecrets | None = None) -> Story:
    return Story(api.web, asked, secrets or MemorySecrets(reddit=SECRET))


def test_terms_are_joined_by_or_and_pages_are_followed() -> None:
    api = Api()
    api.things = [submission(str(n)) for n in range(250)]
    pull = story(api).look()
    assert len(pull.posts) == 250
    queries = [one.query for one in api.web.asked if one.path == "/search"]
    assert {query["q"] for query in queries} == {'"acme" OR "acme  foods"'}
    assert all(query["raw_json"] == "1" for query in queries)


def test_many_terms_are_several_queries() -> None:
    api = Api()
    many = unit("reddit", "search", terms=tuple(f"term number {n:03} of acme" for n in range(40)), keyed=True)
    story(api, many).look()
    queries = {one.query["q"] for one in api.web.asked if one.path == "/search"}
    assert len(queries) > 1
    assert all(len(query) <= 512 for query in queries)


@pytest.mark.parametrize(("mode", "path"), [("subreddit", "/r/food/new"), ("comments", "/r/food/comments")])
def test_a_subreddit_has_two_streams(mode: str, path: str) -> None:
    api = Api()
    story(api, unit("reddit", mode, target="food", keyed=True)).look()
    assert api.web.asked[-1].path == path


def test_an_anchor_deleted_between_two_looks_loses_nothing() -> None:
    # given a storm that one look could not read, since the limit was near
    api = Api()
    told = story(api)
    told.look()
    api.things = [submission(str(n), timedelta(0)) for n in range(150)]
    api.remaining = "1.0"
    first = told.look(minutes=5)
    assert first.again
    assert any("limit" in line for line in first.warnings)
    # when the last post of its page is deleted before the next look
    api.gone, api.remaining = {"t3_99"}, "99.0"
    second = told.look(minutes=1)
    # then the one before it is the anchor
    assert len(set(ids(first)) | set(ids(second))) == 150


def test_the_token_is_kept_and_asked_for_anew_when_it_is_refused() -> None:
    api, secrets = Api(), MemorySecrets(reddit=SECRET)
    told = story(api, secrets=secrets)
    told.look()
    story(api, secrets=secrets).look()
    assert api.logins == 1
    secrets.keep_session("reddit", {**secrets.session("reddit"), "token": "worn"})
    told.look(minutes=5)
    assert api.logins == 2
    told.look(days=2)
    assert api.logins == 3


def test_secrets_are_told_to_nobody() -> None:
    api = Api()
    api.things = [submission("1")]
    pull = story(api).look()
    told = pull.model_dump_json() + "".join(f"{one.url}{one.headers}{one.data!r}" for one in api.web.asked)
    assert "s3cret" not in told
    assert "token1" not in told


@pytest.mark.parametrize(
    ("answer", "trouble", "wait"),
    [
        (reply({"error": "invalid_grant"}), Trouble.AUTH, None),
        (reply({"message": "Unauthorized", "error": 401}, 401), Trouble.AUTH, None),
        (reply(b"<html>whoa there, pardner!</html>", 403), Trouble.POLICY, None),
    ],
)
def test_an_application_that_is_refused(answer: HttpReply, trouble: Trouble, wait: float | None) -> None:
    with pytest.raises(FetchError) as error:
        Story(ScriptedWeb(lambda _: answer), SEARCH, MemorySecrets(reddit=SECRET)).look()
    assert (error.value.trouble, error.value.retry_after) == (trouble, wait)
    assert "s3cret" not in str(error.value)


@pytest.mark.parametrize(
    ("answer", "trouble", "wait"),
    [
        (reply({"reason": "private", "message": "Forbidden", "error": 403}, 403), Trouble.POLICY, None),
        (reply({"reason": "banned", "message": "Not Found", "error": 404}, 404), Trouble.GONE, None),
        (reply({"message": "Too Many Requests", "error": 429}, 429, x_ratelimit_reset="42"), Trouble.THROTTLED, 42),
        (reply({"message": "x"}), Trouble.FORMAT, None),
    ],
)
def test_refusals_are_told_apart(answer: HttpReply, trouble: Trouble, wait: float | None) -> None:
    login = reply({"access_token": "t", "expires_in": 86_400})
    web = ScriptedWeb(lambda asked: login if "access_token" in asked.path else answer)
    with pytest.raises(FetchError) as error:
        Story(web, unit("reddit", "subreddit", target="food"), MemorySecrets(reddit=SECRET)).look()
    assert (error.value.trouble, error.value.retry_after) == (trouble, wait)
