"""Protects: Stack Exchange's questions, answers and comments, and its wish to be left alone for a while.

Answers are written by us from the documented shape (api.stackexchange.com/docs).
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.web import Asked, ScriptedWeb, reply
from tocsin.adapters.http_guard import HttpReply
from tocsin.adapters.memory import MemorySecrets
from tocsin.adapters.sources.stackexchange import Connector, parse
from tocsin.domain.brand import Brand
from tocsin.domain.errors import FetchError, Trouble
from tocsin.domain.mention import Medium, Post
from tocsin.domain.source_kinds.forums import StackExchangeSource
from tocsin.domain.source_state import Pull, SourceState

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
AT = int(NOW.timestamp())
BRAND = Brand(name="Acme", terms=("acme",))
UNIT = next(iter(StackExchangeSource(kind="stackexchange").units((BRAND,))))
KEYED = next(iter(StackExchangeSource(kind="stackexchange", key=True, sites=("math",)).units((BRAND,))))

QUESTION = {
    "question_id": 42,
    "title": "Why does &quot;Acme&quot; &lt;b&gt; fail?",
    "body": "<p>It &amp; fails</p><pre><code>x &lt; 1</code></pre>",
    "link": "https://stackoverflow.com/questions/42/why-does-acme-fail",
    "creation_date": AT - 60,
    "owner": {
        "user_id": 7,
        "display_name": "J&#246;rg",
        "link": "https://stackoverflow.com/users/7/jorg",
        "reputation": 9_000,
        "user_type": "registered",
    },
    "score": 3,
    "answer_count": 2,
    "view_count": 100,
    "tags": ["acme"],
}


def wrapped(*rows: Any, **more: Any) -> dict[str, Any]:
    return {"items": list(rows), "has_more": False, "quota_max": 300, "quota_remaining": 299} | more


def read(value: Any, url: str | None = None) -> tuple[tuple[Post, ...], tuple[str, ...]]:
    parsed = parse(json.dumps(value).encode(), fetched_at=NOW, url=url)
    return parsed.posts, parsed.warnings


def test_a_question_says_all_it_has() -> None:
    (post,), warnings = read(wrapped(QUESTION))
    assert warnings == ()
    assert post.id == "stackexchange:stackoverflow.com/42"
    assert post.url == "https://stackoverflow.com/questions/42/why-does-acme-fail"
    assert post.title == 'Why does "Acme" fail?'
    assert post.text.splitlines()[0] == "It & fails"
    assert post.published_at == NOW - timedelta(minutes=1)
    assert (post.author.id, post.author.name, post.author.followers) == ("7", "Jörg", None)
    assert post.author.url == "https://stackoverflow.com/users/7/jorg"
    assert post.engagement.model_dump() == {"likes": 3, "replies": 2, "shares": None, "views": 100}
    assert (post.thread, post.in_reply_to, post.medium) == (post.id, None, Medium.FORUM)


def test_answers_and_comments_join_their_question() -> None:
    owner = {"display_name": "user1", "user_type": "does_not_exist"}
    answer = {"answer_id": 43, "question_id": 42, "body": "<p>So</p>", "creation_date": AT, "owner": owner, "score": -2}
    comment = {"comment_id": 43, "post_id": 43, "body": "no", "creation_date": AT, "owner": owner, "score": 0}
    question = {**QUESTION, "answers": [{**answer, "link": "https://stackoverflow.com/a/43"}], "comments": [comment]}
    posts, _ = read(wrapped(question), url="https://api.stackexchange.com/2.3/search/advanced?site=stackoverflow")
    assert [post.id.rpartition("/")[2] for post in posts] == ["42", "43", "c43"]
    assert posts[1].in_reply_to == posts[1].thread == posts[0].id
    assert (posts[1].engagement.likes, posts[1].author.id, posts[1].author.name) == (None, None, "user1")
    assert posts[2].in_reply_to == posts[1].id
    assert posts[2].url == "https://stackoverflow.com/posts/comments/43"


def test_excerpts_of_a_search_have_the_ids_of_their_posts() -> None:
    excerpt = {
        "item_type": "question",
        "question_id": 42,
        "title": "T",
        "excerpt": "an <b>acme</b>",
        "creation_date": AT,
    }
    (post,), _ = read(wrapped(excerpt), url="https://api.stackexchange.com/2.3/search/excerpts?site=stackoverflow.com")
    assert (post.id, post.text) == ("stackexchange:stackoverflow.com/42", "an acme")


@pytest.mark.parametrize(
    ("site", "host"),
    [
        ("stackoverflow", "stackoverflow.com"),
        ("pt.stackoverflow", "pt.stackoverflow.com"),
        ("math", "math.stackexchange.com"),
        ("meta.math", "meta.math.stackexchange.com"),
        ("mathoverflow.net", "mathoverflow.net"),
        ("askubuntu.com", "askubuntu.com"),
    ],
)
def test_the_site_asked_gives_the_host(site: str, host: str) -> None:
    bare = {"question_id": 1, "title": "T", "creation_date": AT}
    (post,), _ = read(wrapped(bare), url=f"https://api.stackexchange.com/2.3/search?site={site}")
    assert (post.id, post.url) == (f"stackexchange:{host}/1", f"https://{host}/q/1")


def test_without_a_site_there_is_an_id_and_a_warning() -> None:
    (post,), warnings = read(wrapped({"question_id": 1, "title": "T", "creation_date": AT}))
    assert (post.url, post.id.startswith("stackexchange:")) == (None, True)
    assert "--url" in warnings[0]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (wrapped(), "without results"),
        ({"error_id": 400, "error_name": "bad_parameter", "error_message": "site"}, "bad_parameter: site"),
        (wrapped({"user_id": 1, "display_name": "A"}), "1 user profiles"),
        (wrapped({"question_id": 1, "creation_date": AT, "link": "https://a.com/q/1"}), "filter=withbody"),
    ],
)
def test_what_holds_no_posts_says_what_it_is(value: Any, said: str) -> None:
    posts, warnings = read(value)
    assert posts == ()
    assert said in " ".join(warnings)


def look(web: ScriptedWeb, cursor: str | None = None, unit: Any = UNIT, now: datetime = NOW) -> Pull:
    secrets = MemorySecrets(stackexchange={"key": "k3y"})
    state = SourceState(source_id="s", cursor=cursor)
    return Connector(web, secrets).pull(unit, state, now, timedelta(seconds=20))  # type: ignore[arg-type]


def test_a_search_asks_for_bodies_newest_first_in_a_window() -> None:
    web = ScriptedWeb(lambda _: reply(wrapped(QUESTION)))
    pull = look(web)
    query = web.asked[0].query
    assert (query["q"], query["site"], query["filter"], query["sort"]) == (
        '"acme"',
        "stackoverflow",
        "withbody",
        "creation",
    )
    assert (query["fromdate"], query["todate"]) == (str(AT - 7 * 86_400), str(AT))
    assert "key" not in query
    assert (len(pull.posts), pull.again) == (1, False)


def test_the_key_is_sent_and_left_nowhere() -> None:
    web = ScriptedWeb(lambda _: reply(wrapped(QUESTION)))
    pull = look(web, unit=KEYED)
    assert (web.asked[0].query["key"], web.asked[0].query["site"]) == ("k3y", "math")
    assert "k3y" not in pull.model_dump_json()
    with pytest.raises(FetchError) as error:
        look(ScriptedWeb(lambda _: reply({"error_id": 400, "error_name": "bad_parameter"}, 400)), unit=KEYED)
    assert "k3y" not in str(error.value)


def test_more_than_an_answer_holds_is_walked_down() -> None:
    def answer(asked: Asked) -> HttpReply:
        upper = int(asked.query["todate"])
        return reply(wrapped({**QUESTION, "question_id": upper, "creation_date": upper - 9}, has_more=upper > AT - 20))

    web = ScriptedWeb(answer)
    pull = look(web)
    assert [int(asked.query["todate"]) for asked in web.asked] == [AT, AT - 9, AT - 18, AT - 27]
    assert len(pull.posts) == 4


def test_backoff_is_obeyed_over_looks() -> None:
    web = ScriptedWeb(lambda _: reply(wrapped(QUESTION, backoff=90)))
    pull = look(web)
    with pytest.raises(FetchError) as error:
        look(web, pull.cursor, now=NOW + timedelta(seconds=60))
    assert (error.value.trouble, error.value.retry_after, len(web.asked)) == (Trouble.THROTTLED, 30.0, 1)
    look(web, pull.cursor, now=NOW + timedelta(seconds=91))
    assert len(web.asked) == 2


def test_a_quota_used_up_is_said_and_left_alone_for_an_hour() -> None:
    web = ScriptedWeb(lambda _: reply(wrapped(QUESTION, quota_remaining=0)))
    pull = look(web)
    assert "its quota for today is used up" in pull.warnings
    with pytest.raises(FetchError):
        look(web, pull.cursor, now=NOW + timedelta(minutes=59))


@pytest.mark.parametrize(
    ("answer", "trouble", "retry_after"),
    [
        (
            reply(
                {
                    "error_id": 502,
                    "error_name": "throttle_violation",
                    "error_message": "too many requests from this IP, more requests available in 77 seconds",
                },
                400,
            ),
            Trouble.THROTTLED,
            77.0,
        ),
        (reply({"error_id": 502, "error_name": "throttle_violation"}), Trouble.THROTTLED, 300.0),
        (reply({"error_id": 403, "error_name": "access_denied"}, 403), Trouble.POLICY, None),
        (reply({"error_id": 400, "error_name": "bad_parameter"}, 400), Trouble.FORMAT, None),
        (reply({"error_id": 503, "error_name": "temporarily_unavailable"}, 503), Trouble.DOWN, None),
        (reply(b"<html>captcha</html>", 429), Trouble.THROTTLED, 300.0),
        (reply({"odd": 1}), Trouble.FORMAT, None),
    ],
)
def test_refusals_are_told_apart(answer: HttpReply, trouble: Trouble, retry_after: float | None) -> None:
    with pytest.raises(FetchError) as error:
        look(ScriptedWeb(lambda _: answer))
    assert (error.value.trouble, error.value.retry_after) == (trouble, retry_after)


def test_one_item_that_names_the_site_names_it_for_all() -> None:
    answer = {"answer_id": 43, "question_id": 42, "body": "So", "creation_date": AT, "owner": {"display_name": "x"}}
    posts, warnings = read(wrapped({**QUESTION, "answers": [answer]}))
    assert posts[1].id == "stackexchange:stackoverflow.com/43"
    assert (posts[1].url, warnings) == ("https://stackoverflow.com/a/43", ())
