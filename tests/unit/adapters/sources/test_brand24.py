"""Protects: what Brand24 found, rows without id, address or words too.

Answers are written by us from the documented shape (OpenAPI of api-data.brand24.com) and from what public clients tell
of its real answers.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.web import Asked, ScriptedWeb, reply
from tocsin.adapters.http_guard import HttpReply
from tocsin.adapters.memory import MemorySecrets
from tocsin.adapters.sources.brand24 import Connector, parse
from tocsin.domain.errors import FetchError, SecretError, Trouble
from tocsin.domain.mention import Medium, Post
from tocsin.domain.source_kinds.media import Brand24Source
from tocsin.domain.source_state import Pull, SourceState

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
UNIT = next(iter(Brand24Source(kind="brand24", projects=("123",)).units(())))


def row(number: int, **more: Any) -> dict[str, Any]:
    when = NOW - timedelta(hours=number)
    return {
        "date": when.strftime("%Y-%m-%d"),
        "time": when.strftime("%H:%M"),
        "title": f"Acme burns {number}",
        "content": "Acme &amp; Co burned…",
        "source": f"https://news.example/{number}",
        "host": "news.example",
        "category": "news",
        "sentiment": -1,
        "tags": None,
    } | more


def answer(*rows: Any, cursor: str | None = None, under: str = "message") -> dict[str, Any]:
    return {
        "status": "success",
        under: {"results": list(rows), "has_more_mentions": cursor is not None, "cursor": cursor},
    }


def read(value: Any, medium: str | None = None) -> tuple[tuple[Post, ...], tuple[str, ...]]:
    parsed = parse(json.dumps(value).encode(), fetched_at=NOW, medium=medium)
    return parsed.posts, parsed.warnings


def test_a_row_says_all_it_has() -> None:
    (post,), warnings = read(answer(row(1)))
    assert warnings == ()
    assert (post.url, post.title, post.text) == ("https://news.example/1", "Acme burns 1", "Acme & Co burned…")
    assert (post.published_at, post.medium) == (NOW - timedelta(hours=1), Medium.NEWS)
    assert (post.author.name, post.author.followers, post.engagement.views) == ("news.example", None, None)


@pytest.mark.parametrize("under", ["message", "data"])
def test_both_envelopes_give_the_same_ids(under: str) -> None:
    (post,), _ = read(answer(row(1), under=under))
    assert post.id == read([row(1)])[0][0].id


def test_posts_of_x_have_the_address_that_their_number_makes() -> None:
    tweet = row(1, source="Tweet-ID: 1578522401263919106", title=None, host="twitter.com", category="x")
    (post,), _ = read(answer(tweet), medium="news")
    assert (post.url, post.medium) == ("https://x.com/i/web/status/1578522401263919106", Medium.SOCIAL)
    (edited,), _ = read(answer({**tweet, "content": "other words", "time": "00:01"}))
    assert edited.id == post.id


def test_rows_without_an_address_are_told_apart_by_their_words() -> None:
    bare = row(1, source=None, title=None, category="facebook", host="facebook.com")
    posts, warnings = read(answer(bare, {**bare, "content": "another"}, bare))
    assert (len(posts), posts[0].url) == (2, None)
    assert "item 3 is skipped: it repeats" in warnings[0]


def test_rows_without_words_are_named() -> None:
    posts, warnings = read(answer(row(1, title=None, content=None, category="instagram")))
    assert posts == ()
    assert warnings == ("item 1 is skipped: Brand24 gives neither title nor text for it (instagram)",)


def test_a_category_that_is_not_known_takes_the_medium_given() -> None:
    assert read(answer(row(1, category="web")), medium="blog")[0][0].medium is Medium.BLOG
    assert read(answer(row(1, category="web")))[0][0].medium is None


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (answer(), "without mentions"),
        ({"status": "fail", "message": "Invalid API key", "code": 401}, "an error: «Invalid API key»"),
        ({"status": "success", "message": {"summary": "all is well"}}, "an object with summary"),
    ],
)
def test_what_holds_no_posts_says_what_it_is(value: Any, said: str) -> None:
    posts, warnings = read(value)
    assert posts == ()
    assert said in " ".join(warnings)


def look(web: ScriptedWeb, secret: dict[str, str] | None = None, now: datetime = NOW, **more: Any) -> Pull:
    secrets = MemorySecrets(brand24={"api_key": "k3y"} if secret is None else secret)
    state = SourceState(source_id="b", **more)
    return Connector(web, secrets).pull(UNIT, state, now, timedelta(seconds=20))  # type: ignore[arg-type]


def test_a_look_reads_the_days_back_to_what_is_known() -> None:
    web = ScriptedWeb(lambda _: reply(answer(row(1), row(2))))
    pull = look(web)
    (asked,) = web.asked
    assert asked.path == "/api-data/v1/project/123/mentions"
    assert (asked.query["date_from"], asked.query["date_to"]) == ("2026-10-29", "2026-11-01")
    assert asked.private == {"X-Api-Key": "k3y"}
    assert "k3y" not in pull.model_dump_json() + asked.url
    assert (len(pull.posts), pull.again) == (2, False)
    look(web, cursor=pull.cursor)
    assert web.asked[-1].query["date_from"] == "2026-11-01"


def test_pages_are_read_until_what_is_known_and_empty_ones_are_passed() -> None:
    def pages(asked: Asked) -> HttpReply:
        at = int(asked.query.get("cursor", "0"))
        if at == 1:
            return reply(answer(cursor="2"))
        return reply(answer(row(4 * at + 1), row(4 * at + 2), cursor=str(at + 1)))

    web = ScriptedWeb(pages)
    known = json.dumps({"known": (NOW - timedelta(hours=3)).isoformat()})
    pull = look(web, cursor=known)
    assert [asked.query.get("cursor") for asked in web.asked] == [None, "1", "2"]
    assert (len(pull.posts), pull.again) == (4, False)


def test_a_storm_goes_on_in_the_next_look() -> None:
    def pages(asked: Asked) -> HttpReply:
        at = int(asked.query.get("cursor", "0"))
        return reply(answer(row(1, source=f"https://n.example/{at}"), cursor=str(at + 1) if at < 9 else None))

    web = ScriptedWeb(pages)
    first = look(web)
    assert (len(first.posts), first.again) == (8, True)
    second = look(web, cursor=first.cursor, now=NOW + timedelta(minutes=1))
    assert (len(second.posts), second.again) == (2, False)
    assert json.loads(second.cursor or "{}")["known"] == "2026-11-01T11:00:00+00:00"


@pytest.mark.parametrize(
    ("reply_", "trouble"),
    [
        (reply({"status": "fail", "message": "bad key", "code": 401}, 401), Trouble.AUTH),
        (reply({"status": "fail", "message": "bad dates", "code": 400}, 400), Trouble.FORMAT),
        (reply({"status": "error", "message": "oops", "code": 500}, 500), Trouble.DOWN),
        (reply({"status": "fail", "message": "with 200"}), Trouble.FORMAT),
        (reply({"status": "success", "message": {"summary": ""}}), Trouble.FORMAT),
        (reply(b"<html>404</html>", 404), Trouble.GONE),
        (reply(b"", 429), Trouble.THROTTLED),
    ],
)
def test_refusals_are_told_apart(reply_: HttpReply, trouble: Trouble) -> None:
    with pytest.raises(FetchError) as error:
        look(ScriptedWeb(lambda _: reply_))
    assert error.value.trouble is trouble
    assert "k3y" not in str(error.value)


def test_a_secret_without_its_field_is_named() -> None:
    with pytest.raises(SecretError, match="api_key"):
        look(ScriptedWeb(lambda _: reply({})), {})
