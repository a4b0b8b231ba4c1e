"""Protects: what mention.com found, in the order in which it was found, and its token.

Answers are written by us from the documented shape (dev.mention.com/current).
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.web import Asked, ScriptedWeb, reply
from tocsin.adapters.http_guard import HttpReply
from tocsin.adapters.memory import MemorySecrets
from tocsin.adapters.sources.mention import Connector, parse
from tocsin.domain.errors import FetchError, ParseError, SecretError, Trouble
from tocsin.domain.mention import Medium, Post
from tocsin.domain.source_kinds.media import MentionSourceEntry
from tocsin.domain.source_state import Pull, SourceState

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
UNIT = next(iter(MentionSourceEntry(kind="mention", alerts=("acc_1/77",)).units(())))
PATH = "/api/accounts/acc_1/alerts/77/mentions"


def found(native: int, **more: Any) -> dict[str, Any]:
    return {
        "id": str(native),
        "alert_id": 77,
        "title": "Acme burns",
        "description": "Acme &amp; Co \u2026",
        "original_url": f"http://news.example/{native}?utm_medium=x",
        "clickable_url": "https://web.mention.com/api/url?token=eyJ0",
        "published_at": "2026-11-01T10:16:27.10090700+00:00",
        "created_at": "2026-11-01T11:05:44.0+00:00",
        "language_code": "en",
        "source_type": "news",
        "source_name": "The Daily",
        "source_url": "https://news.example",
        "picture_url": "https://news.example/a.png",
        "tone": -1,
        "author_influence": {"score": 12},
    } | more


def listed(*rows: Any, more: str | None = None) -> dict[str, Any]:
    links: dict[str, Any] = {"pull": {"href": f"{PATH}?since_id=9"}}
    return {"mentions": list(rows), "_links": links | ({"more": {"href": more}} if more else {})}


def read(value: Any, medium: str | None = None) -> tuple[tuple[Post, ...], tuple[str, ...]]:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    parsed = parse(body, fetched_at=NOW, medium=medium)
    return parsed.posts, parsed.warnings


def test_a_mention_says_all_it_has() -> None:
    (post,), warnings = read(listed(found(5)))
    assert warnings == ()
    assert (post.id, post.url) == ("mention:5", "http://news.example/5")
    assert (post.title, post.text, post.language) == ("Acme burns", "Acme & Co …", "en")
    assert post.published_at == datetime(2026, 11, 1, 10, 16, 27, 100907, tzinfo=UTC)
    assert (post.author.name, post.author.url) == ("The Daily", "https://news.example/")
    assert (post.author.followers, post.engagement.views, post.medium) == (None, None, Medium.NEWS)
    assert "token" not in post.model_dump_json()


@pytest.mark.parametrize(
    "value",
    [
        listed(found(5)),
        {"mention": found(5)},
        found(5),
        b'{"type":"mark"}\n' + json.dumps({"type": "mention", "mention": found(5)}).encode() + b"\n",
    ],
)
def test_every_shape_gives_the_same_id(value: Any) -> None:
    assert [post.id for post in read(value)[0]] == ["mention:5"]


def test_grouped_children_are_mentions_too() -> None:
    posts, _ = read(listed(found(5, children={"mentions": [found(6)], "total": 1})))
    assert [post.id for post in posts] == ["mention:5", "mention:6"]


@pytest.mark.parametrize(
    ("source_type", "medium"),
    [("twitter", Medium.SOCIAL), ("blogs", Medium.BLOG), ("forums", Medium.FORUM), ("web", Medium.CHAT)],
)
def test_the_source_type_tells_the_medium(source_type: str, medium: Medium) -> None:
    assert read(found(5, source_type=source_type), medium="chat")[0][0].medium is medium


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (listed(), "without mentions"),
        ({"alert": {"id": 77, "name": "Acme"}}, "an alert"),
        ({"form": {"errors": ["bad"], "children": {"limit": {"errors": ["too large"]}}}}, "bad; limit: too large"),
        ({"error": "invalid_grant", "error_description": "The token expired"}, "The token expired"),
        (listed(found(5, title="", description=None)), "no title and no text"),
    ],
)
def test_what_holds_no_posts_says_what_it_is(value: Any, said: str) -> None:
    posts, warnings = read(value)
    assert posts == ()
    assert said in " ".join(warnings)


def look(web: ScriptedWeb, secret: dict[str, str] | None = None, now: datetime = NOW, **more: Any) -> Pull:
    secrets = MemorySecrets(mention={"access_token": "t0ken"} if secret is None else secret)
    state = SourceState(source_id="m", **more)
    return Connector(web, secrets).pull(UNIT, state, now, timedelta(seconds=20))  # type: ignore[arg-type]


class FakeMention:
    """An alert's mentions by id, newest first, ``limit`` a page."""

    def __init__(self, ids: list[int]) -> None:
        self.ids = ids
        self.web = ScriptedWeb(self.answer)

    def answer(self, asked: Asked) -> HttpReply:
        assert asked.private == {"Authorization": "Bearer t0ken"}
        assert (asked.path, asked.headers["Accept-Version"]) == (PATH, "1.19")
        query = asked.query
        least, most = int(query.get("since_id", "0")), int(query.get("cursor", "999999"))
        new = [native for native in sorted(self.ids, reverse=True) if least < native < most]
        page = new[: int(query["limit"])]
        rest = len(new) > len(page)
        more = f"{PATH}?limit={query['limit']}&since_id={least}&cursor={page[-1]}" if rest else None
        return reply(listed(*(found(native) for native in page), more=more))


def test_the_first_look_takes_one_page_and_the_next_what_was_found_since() -> None:
    fake = FakeMention(list(range(1, 501)))
    pull = look(fake.web)
    assert (len(pull.posts), pull.calls, pull.again) == (200, 1, False)
    fake.ids += [501, 502]
    later = look(fake.web, cursor=pull.cursor)
    assert fake.web.asked[-1].query["since_id"] == "500"
    assert {post.id for post in later.posts} == {"mention:501", "mention:502"}
    assert "t0ken" not in later.model_dump_json(exclude={"posts"})


def test_a_storm_goes_on_in_the_next_look_without_a_gap() -> None:
    fake = FakeMention(list(range(1, 1_401)))
    first = look(fake.web, cursor='{"since":100}')
    assert (len(first.posts), first.again) == (1_000, True)
    second = look(fake.web, cursor=first.cursor)
    assert (len(second.posts), second.again) == (300, False)
    assert len({post.id for post in (*first.posts, *second.posts)}) == 1_300
    look(fake.web, cursor=second.cursor)
    assert fake.web.asked[-1].query["since_id"] == "1400"


@pytest.mark.parametrize(
    "href",
    [
        "https://evil.example/x",
        "http://api.mention.net" + PATH,
        "/api/accounts/other",
        f"{PATH}?access_token=x",
        "//[",
        "",
    ],
)
def test_a_next_page_elsewhere_is_not_followed(href: str) -> None:
    web = ScriptedWeb(lambda _: reply(listed(found(5), more=href)))
    pull = look(web, cursor='{"since":1}')
    assert (len(web.asked), pull.again) == (1, False)


def test_an_answer_with_nothing_new_keeps_the_place() -> None:
    pull = look(ScriptedWeb(lambda _: reply(listed())), cursor='{"since":7}')
    assert (pull.posts, pull.warnings, pull.cursor) == ((), (), '{"since":7}')


@pytest.mark.parametrize(
    ("answer", "trouble", "retry_after"),
    [
        (reply(b"<html>Unauthorized</html>", 401), Trouble.AUTH, None),
        (reply({"message": "upgrade"}, 402), Trouble.QUOTA, None),
        (
            reply(b"<html>", 429, x_rate_limit_reset=str(int(NOW.timestamp()) + 60)),
            Trouble.THROTTLED,
            60.0,
        ),
        (reply({"form": {"errors": ["bad"]}}, 400), Trouble.FORMAT, None),
        (reply({"alert": {}}), Trouble.FORMAT, None),
    ],
)
def test_refusals_are_told_apart(answer: HttpReply, trouble: Trouble, retry_after: float | None) -> None:
    with pytest.raises(FetchError) as error:
        look(ScriptedWeb(lambda _: answer))
    assert (error.value.trouble, error.value.retry_after) == (trouble, retry_after)
    assert "t0ken" not in str(error.value)


def test_a_page_where_json_is_due_is_an_error() -> None:
    with pytest.raises(ParseError, match="web page"):
        look(ScriptedWeb(lambda _: reply(b"<html><title>Log in</title></html>")))


def test_a_secret_without_its_field_is_named() -> None:
    with pytest.raises(SecretError, match="access_token"):
        look(ScriptedWeb(lambda _: reply({})), {})


def test_an_empty_page_where_more_was_promised_is_not_the_end() -> None:
    fake = FakeMention(list(range(1, 301)))
    hiding = ScriptedWeb(lambda asked: reply(listed()) if "cursor" in asked.query else fake.answer(asked))
    first = look(hiding, cursor='{"since":10}')
    assert (len(first.posts), first.again, first.unfinished) == (200, True, True)
    # still empty: read again in turn, so that nothing waits that is found meanwhile
    fake.ids.append(301)
    second = look(hiding, now=NOW + timedelta(minutes=1), cursor=first.cursor)
    assert second.posts[0].id == "mention:301"
    assert (second.again, second.unfinished) == (False, True)
    third = look(fake.web, now=NOW + timedelta(minutes=31), cursor=second.cursor)
    assert {post.id for post in third.posts} == {f"mention:{number}" for number in range(11, 302)}
    assert (third.cursor, third.unfinished) == ('{"since":301}', False)


def test_a_page_that_stays_empty_is_given_up_after_a_day_and_said() -> None:
    fake = FakeMention(list(range(1, 301)))
    hiding = ScriptedWeb(lambda asked: reply(listed()) if "cursor" in asked.query else fake.answer(asked))
    first = look(hiding, cursor='{"since":10}')
    last = look(hiding, now=NOW + timedelta(hours=25), cursor=first.cursor)
    assert (last.cursor, last.unfinished) == ('{"since":300}', False)
    assert "may be missing" in last.warnings[0]


@pytest.mark.parametrize("status", [400, 404])
def test_a_kept_page_that_is_no_longer_known_begins_again_at_the_first(status: int) -> None:
    fake = FakeMention(list(range(1, 1_401)))
    first = look(fake.web, cursor='{"since":100}')
    forgetful = ScriptedWeb(
        lambda asked: reply({"message": "?"}, status) if asked.query.get("cursor") == "401" else fake.answer(asked)
    )
    second = look(forgetful, cursor=first.cursor)
    assert {post.id for post in second.posts} == {post.id for post in first.posts}
    third = look(fake.web, cursor=second.cursor)
    assert {f"mention:{number}" for number in range(101, 401)} == {post.id for post in third.posts}
