"""Protects: Hacker News' stories and comments in the three shapes that its two services give them.

Answers are written by us from the documented shape (hn.algolia.com/api, github.com/HackerNews/API).
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.web import Asked, ScriptedWeb, reply
from tocsin.adapters.http_guard import HttpReply
from tocsin.adapters.memory import MemorySecrets
from tocsin.adapters.sources.hackernews import Connector, parse
from tocsin.domain.brand import Brand
from tocsin.domain.errors import FetchError, ParseError, Trouble
from tocsin.domain.mention import Medium, Post
from tocsin.domain.source_kinds.forums import HackerNewsSource
from tocsin.domain.source_state import Pull, SourceState

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
AT = int(NOW.timestamp())
BRAND = Brand(name="Acme", terms=("acme", "acme foods"))
UNIT = next(iter(HackerNewsSource(kind="hackernews").units((BRAND,))))

STORY = {
    "objectID": "101",
    "created_at": "2026-11-01T11:00:00Z",
    "created_at_i": AT - 3_600,
    "author": "pg",
    "title": "Acme &amp; Co burns",
    "url": "https://news.example/acme",
    "story_text": None,
    "points": 7,
    "num_comments": 3,
    "_tags": ["story", "author_pg", "story_101"],
    "_highlightResult": {"title": {"value": "<em>Acme</em> & Co burns"}},
}
COMMENT = {
    "objectID": "102",
    "created_at_i": AT - 1_800,
    "author": "ann",
    "comment_text": "I&#x27;m sure<p>it <i>burns</i> &gt; you &quot;think&quot;",
    "points": None,
    "num_comments": None,
    "parent_id": 101,
    "story_id": 101,
    "story_title": "Acme & Co burns",
}


def read(value: Any) -> tuple[tuple[Post, ...], tuple[str, ...]]:
    parsed = parse(json.dumps(value).encode(), fetched_at=NOW)
    return parsed.posts, parsed.warnings


def search(*hits: Any, pages: int = 1) -> dict[str, Any]:
    return {"hits": list(hits), "nbHits": len(hits), "page": 0, "nbPages": pages, "hitsPerPage": 200}


def test_a_story_and_a_comment_say_all_they_have() -> None:
    (story, comment), warnings = read(search(STORY, COMMENT))
    assert warnings == ()
    assert (story.id, story.title, story.text) == ("hackernews:101", "Acme & Co burns", "")
    assert story.url == "https://news.ycombinator.com/item?id=101"
    assert story.published_at == NOW - timedelta(hours=1)
    assert (story.author.handle, story.author.url) == ("pg", "https://news.ycombinator.com/user?id=pg")
    assert (story.engagement.likes, story.engagement.replies) == (7, 3)
    assert (story.in_reply_to, story.thread, story.medium) == (None, "hackernews:101", Medium.FORUM)
    assert (comment.title, comment.text) == (None, 'I\'m sure\nit burns > you "think"')
    assert (comment.in_reply_to, comment.thread) == ("hackernews:101", "hackernews:101")
    assert (comment.engagement.likes, comment.engagement.replies) == (None, None)


def test_a_thread_of_algolia_gives_the_same_ids_and_all_that_is_under_it() -> None:
    thread = {
        "id": 101,
        "created_at_i": AT - 3_600,
        "type": "story",
        "author": "pg",
        "title": "Acme burns",
        "text": None,
        "points": 7,
        "parent_id": None,
        "story_id": 101,
        "children": [
            {
                "id": 102,
                "type": "comment",
                "author": "ann",
                "text": "<p>Sure</p>",
                "created_at_i": AT - 1_800,
                "parent_id": 101,
                "story_id": 101,
                "children": [
                    {"id": 103, "type": "comment", "author": None, "text": None, "parent_id": 102, "children": []}
                ],
            }
        ],
    }
    posts, warnings = read(thread)
    assert [post.id for post in posts] == ["hackernews:101", "hackernews:102"]
    assert warnings == ("item 3 is skipped: item 103 is deleted",)


def test_firebase_items_give_the_same_ids() -> None:
    story = {"id": 101, "type": "story", "by": "pg", "time": AT - 60, "title": "T", "score": 9, "descendants": 4}
    comment = {"id": 102, "type": "comment", "by": "ann", "time": AT - 30, "text": "x &amp; y", "parent": 101}
    (first,), _ = read(story)
    (second,), _ = read(comment)
    assert (first.id, first.engagement.likes, first.engagement.replies) == ("hackernews:101", 9, 4)
    assert (second.id, second.text, second.in_reply_to, second.thread) == (
        "hackernews:102",
        "x & y",
        "hackernews:101",
        None,
    )
    assert first.published_at == NOW - timedelta(minutes=1)


@pytest.mark.parametrize("kind", ["job", "poll"])
def test_jobs_and_polls_are_posts(kind: str) -> None:
    (post,), _ = read({"id": 5, "type": kind, "by": "yc", "time": AT, "title": "Acme hires", "text": "Come"})
    assert (post.title, post.text) == ("Acme hires", "Come")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (search(), "without results"),
        ({"message": "invalid numericFilters", "status": 400}, "invalid numericFilters"),
        ({"username": "pg", "karma": 1, "about": ""}, "profile"),
        ([1, 2, 3], "3 item numbers"),
        (None, "an item that there is not"),
        ({"id": 9, "type": "comment", "deleted": True, "time": AT}, "deleted"),
    ],
)
def test_what_holds_no_posts_says_what_it_is(value: Any, said: str) -> None:
    posts, warnings = read(value)
    assert posts == ()
    assert said in " ".join(warnings)


def look(web: ScriptedWeb, cursor: str | None = None) -> Pull:
    state = SourceState(source_id="h", cursor=cursor)
    return Connector(web, MemorySecrets()).pull(UNIT, state, NOW, timedelta(seconds=20))  # type: ignore[arg-type]


def test_each_term_is_asked_as_a_phrase_without_tolerance_for_typos() -> None:
    web = ScriptedWeb(lambda _: reply(search()))
    pull = look(web)
    assert [asked.query["query"] for asked in web.asked] == ['"acme"', '"acme foods"']
    query = web.asked[0].query
    assert (query["typoTolerance"], query["tags"]) == ("false", "(story,comment,poll,job)")
    week = AT - 7 * 86_400
    assert query["numericFilters"] == f"created_at_i>={week},created_at_i<={AT}"
    assert (pull.posts, pull.warnings, pull.calls, pull.again) == ((), (), 2, False)
    look(web, pull.cursor)
    assert web.asked[-1].query["numericFilters"] == f"created_at_i>={AT - 3_600},created_at_i<={AT}"


def test_a_window_with_more_than_an_answer_holds_is_walked_down() -> None:
    def answer(asked: Asked) -> HttpReply:
        upper = int(asked.query["numericFilters"].rpartition("<=")[2])
        if upper == AT:
            return reply(search({**STORY, "objectID": "1", "created_at_i": AT - 50}, pages=2))
        return reply(search({**STORY, "objectID": "2", "created_at_i": upper - 50}))

    web = ScriptedWeb(answer)
    pull = look(web)
    assert {post.id for post in pull.posts} == {"hackernews:1", "hackernews:2"}
    uppers = [int(asked.query["numericFilters"].rpartition("<=")[2]) for asked in web.asked]
    assert uppers == [AT, AT - 50, AT, AT - 50]


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (reply({"message": "no", "status": 400}, 400), Trouble.FORMAT),
        (reply({"message": "an error with 200"}), Trouble.FORMAT),
        (reply(b"gateway", 502), Trouble.DOWN),
        (reply(b"", 429, retry_after="30"), Trouble.THROTTLED),
    ],
)
def test_refusals_are_told_apart(answer: HttpReply, trouble: Trouble) -> None:
    with pytest.raises(FetchError) as error:
        look(ScriptedWeb(lambda _: answer))
    assert error.value.trouble is trouble


def test_a_page_where_json_is_due_is_an_error() -> None:
    with pytest.raises(ParseError, match="web page"):
        look(ScriptedWeb(lambda _: reply(b"<html><title>Sorry</title></html>")))
