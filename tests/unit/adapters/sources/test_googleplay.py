"""Protects: reviews of the client's own apps at Google Play, from the API and from what scrapers archived.

All answers here are written by us from the documented shapes.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.web import Asked, ScriptedWeb, reply
from tocsin.adapters.http_guard import HttpReply
from tocsin.adapters.memory import MemorySecrets
from tocsin.adapters.sources.googleplay import Connector, parse
from tocsin.domain.errors import FetchError, ParseError, Trouble
from tocsin.domain.mention import Medium
from tocsin.domain.source_state import Pull, SourceState
from tocsin.domain.sources import SourceUnit

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
WHEN = NOW - timedelta(days=1)
URL = "https://androidpublisher.googleapis.com/androidpublisher/v3/applications/com.acme.app/reviews"
UNIT = SourceUnit(
    id="googleplay-1",
    kind="googleplay",
    url="https://play.google.com/store/apps/details?id=com.acme.app",
    every=timedelta(hours=1),
    medium="review",
    mode="reviews",
    target="com.acme.app",
    brand="Acme",
    keyed=True,
)


def review(native: str = "gp:AOq-1", *, when: datetime = WHEN, **said: Any) -> dict[str, Any]:
    comment = {
        "text": "Broken\tIt broke my List<String>.",
        "lastModified": {"seconds": str(int(when.timestamp())), "nanos": 713000000},
        "starRating": 1,
        "reviewerLanguage": "uk_UA",
        "device": "x",
        "androidOsVersion": 34,
        "appVersionCode": 7,
        "thumbsUpCount": 2,
        "thumbsDownCount": 0,
    }
    return {"reviewId": native, "authorName": "Ann", "comments": [{"userComment": comment | said}]}


def read(value: Any, url: str | None = URL) -> Any:
    return parse(value if isinstance(value, bytes) else json.dumps(value).encode(), fetched_at=NOW, url=url)


def test_a_review_becomes_a_post() -> None:
    (post,) = read({"reviews": [review()]}).posts
    assert (post.id, post.source, post.rating, post.medium) == ("googleplay:gp:AOq-1", "googleplay", 1, Medium.REVIEW)
    assert (post.title, post.text) == ("Broken", "It broke my List<String>.")
    assert (post.author.name, post.language, post.published_at) == ("Ann", "uk-UA", WHEN)
    assert post.url == "https://play.google.com/store/apps/details?id=com.acme.app&reviewId=gp%3AAOq-1"
    assert (post.engagement.likes, post.engagement.replies) == (2, None)
    assert read({"reviews": [review()]}, url=None).posts[0].url is None


@pytest.mark.parametrize(
    ("said", "title", "text"),
    [
        ("Bad\tVery bad", "Bad", "Very bad"),
        ("\tVery bad", None, "Very bad"),
        ("Very bad\t", None, "Very bad"),
        ("Very bad", None, "Very bad"),
        ("", None, ""),
        (None, None, ""),
    ],
)
def test_a_title_is_what_stands_before_the_tab(said: str | None, title: str | None, text: str) -> None:
    (post,) = read({"reviews": [review(text=said)]}).posts
    assert (post.title, post.text) == (title, text)


def test_the_original_text_is_taken_where_google_translated() -> None:
    (post,) = read({"reviews": [review(text="bad", originalText="погано")]}).posts
    assert post.text == "погано"


def test_a_developers_answer_is_a_reply_and_the_newest_words_count() -> None:
    edited = review(when=WHEN)
    edited["comments"].insert(0, review(when=WHEN - timedelta(days=2), text="fine", starRating=5)["comments"][0])
    edited["comments"].append({"developerComment": {"text": "Sorry", "lastModified": {"seconds": "1"}}})
    (post,) = read({"reviews": [edited]}).posts
    assert (post.rating, post.engagement.replies, post.published_at) == (1, 1, WHEN)


@pytest.mark.parametrize("value", [review(), [review()], {"response": {"body": {"reviews": [review()]}}}])
def test_a_review_alone_in_a_list_or_in_an_envelope_has_the_same_id(value: Any) -> None:
    assert [post.id for post in read(value).posts] == ["googleplay:gp:AOq-1"]


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ({}, "empty list"),
        ({"reviews": []}, "empty list"),
        ({"error": {"code": 401, "message": "Invalid Credentials"}}, "an error: «Invalid Credentials»"),
        ({"result": {"replyText": "Sorry", "lastEdited": {"seconds": "1"}}}, "an answer to a reply"),
        ({"kind": "androidpublisher#apks"}, "another kind: an object with kind"),
        ([], "empty list"),
        ("text", 'another kind: only "text"'),
        ({"reviews": [{"reviewId": "1", "comments": [{"developerComment": {"text": "x"}}]}]}, "no comment of a user"),
        ({"reviews": [{"comments": [{"userComment": {}}]}]}, "no reviewId"),
        ({"reviews": [None, {"comments": []}]}, "item 1 is skipped: it is only null"),
        ({"reviews": [None, 7, "x", {}]}, "another kind: an object with reviews (4)"),
    ],
)
def test_an_answer_without_reviews_says_what_it_is(value: Any, says: str) -> None:
    found = read(value)
    assert found.posts == ()
    assert any(says in warning for warning in found.warnings), found.warnings


@pytest.mark.parametrize("seconds", [None, "soon", "9" * 30, -5, {"a": 1}, "4102444800"])
def test_a_date_that_cannot_be_is_now(seconds: Any) -> None:
    (post,) = read({"reviews": [review(lastModified={"seconds": seconds})]}).posts
    assert post.published_at == NOW


SCRAPED = """[
    {'reviewId': 'r-1', 'userName': "Ann O'Neil", "userImage": "https://x.example/a.png",
     "content": "It\\'s \\"bad\\" [1]",
     "score": 1, "thumbsUpCount": 3, "at": datetime.datetime(2026, 10, 30, 17, 19, 34), "replyContent": None,},
    {"userName": "Bob", "userImage": "https://x.example/b.png", "content": "Datetime.datetime(1) is True", "score": 5,
     "thumbsUpCount": 0, "at": datetime.datetime(2026, 10, 29, 1, 2), "replyContent": "Thanks", "repliedAt": None},
]
"""


def test_what_the_python_scraper_prints_is_read_without_evaluating_it() -> None:
    found = read(SCRAPED.encode())
    first, second = found.posts
    assert (first.id, first.text, first.rating) == ("googleplay:r-1", 'It\'s "bad" [1]', 1)
    assert first.published_at == datetime(2026, 10, 30, 17, 19, 34, tzinfo=UTC)
    assert (second.author.name, second.engagement.likes, second.engagement.replies) == ("Bob", 0, 1)
    assert second.text == "Datetime.datetime(1) is True"
    assert [post.id for post in read(SCRAPED.encode()).posts] == [first.id, second.id]


def test_a_scraped_review_without_an_id_keeps_its_own_through_an_edit() -> None:
    record = {"userName": "Ann", "userImage": "https://x.example/a", "content": "good", "score": 5, "at": "2026-10-01"}
    before, after = (
        read([record]).posts[0],
        read([record | {"content": "bad", "score": 1, "at": "2026-10-03"}]).posts[0],
    )
    assert before.id == after.id
    assert read([record | {"userName": "Bob"}]).posts[0].id != before.id


@pytest.mark.parametrize(
    "body",
    [
        b'[__import__("os").system("true")]',
        b"[open('/etc/passwd')]",
        b"[datetime.datetime(1, 2, x)]",
        b"[datetime.datetime(99999, 1, 1)]",
        b"[datetime.datetime(" + b"1," * 500 + b")]",
        b"[f'{1}']",
        b"[b'x']",
        b"[1 + 1]",
        b"['a' 'b']",
        b"[" * 3_000,
        b"[" + b"-" * 9_000 + b"1]",
        b"['x",
        b'[""" ',
        b"[1e999999, 0x10]",
        b"{'a': (1, 2)",
        b"['" + b"a" * 600_000 + b"']",
        b"[\n  1\n 2]",
        b"[\\]",
        b"[\x00]",
        b"[" + b"9" * 6_000 + b"j]",
    ],
)
def test_what_is_more_than_a_literal_is_never_run(body: bytes) -> None:
    with pytest.raises(ParseError):
        read(body)


@given(body=st.binary(max_size=200) | st.text(max_size=200).map(lambda said: f"[{said}]".encode("utf-8", "replace")))
def test_nothing_breaks_the_parser(body: bytes) -> None:
    try:
        read(body)
    except ParseError:
        return


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(
    said=st.dictionaries(st.sampled_from([*review()["comments"][0]["userComment"], "originalText"]), _JSON), outer=_JSON
)
def test_nothing_in_a_review_breaks_the_parser(said: dict[str, Any], outer: Any) -> None:
    found = read({"reviews": [review(**said), review("2") | {"authorName": outer}, review("3") | {"comments": outer}]})
    assert len(found.posts) + len(found.warnings) >= 3


def pull(answer: Callable[[Asked], HttpReply], cursor: str | None = None) -> tuple[Pull, ScriptedWeb]:
    web = ScriptedWeb(answer)
    secrets = MemorySecrets(googleplay={"service_account": "not needed"})
    secrets.keep_session("googleplay", {"access_token": "t0ken", "ends": (NOW + timedelta(hours=1)).isoformat()})
    state = SourceState(source_id=UNIT.id, cursor=cursor)
    return Connector(web, secrets).pull(UNIT, state, NOW, timedelta(seconds=20)), web  # type: ignore[arg-type]


def pages(asked: Asked) -> HttpReply:
    start = int(asked.query.get("token", "0"))
    shown = [review(f"gp:{n}", when=NOW - timedelta(hours=n)) for n in range(start, min(start + 100, 150))]
    more = {"tokenPagination": {"nextPageToken": str(start + 100)}} if start + 100 < 150 else {}
    return reply({"reviews": shown} | more)


def test_pages_are_read_until_what_is_known() -> None:
    first, web = pull(pages)
    assert [asked.query for asked in web.asked] == [{"maxResults": "100"}, {"maxResults": "100", "token": "100"}]
    assert web.asked[0].url.startswith(URL)
    assert len(first.posts) == 150
    assert first.posts[0].url
    second, web = pull(pages, first.cursor)
    assert len(web.asked) == 1
    assert "t0ken" not in repr(second) + web.asked[0].url


def test_a_quiet_week_is_no_cause_to_warn() -> None:
    found, _ = pull(lambda _: reply({}))
    assert (found.posts, found.warnings) == ((), ())


@pytest.mark.parametrize(
    ("status", "error", "trouble"),
    [
        (403, {"message": "The caller does not have permission", "status": "PERMISSION_DENIED"}, Trouble.AUTH),
        (403, {"message": "x", "errors": [{"reason": "quotaExceeded"}]}, Trouble.QUOTA),
        (404, {"message": "No application was found", "status": "NOT_FOUND"}, Trouble.GONE),
        (429, {"message": "x", "status": "RESOURCE_EXHAUSTED"}, Trouble.THROTTLED),
        (503, {"message": "x"}, Trouble.DOWN),
        (200, {"message": "x", "status": "PERMISSION_DENIED"}, Trouble.AUTH),
    ],
)
def test_a_refusal_is_told_apart_in_googles_words(status: int, error: dict[str, Any], trouble: Trouble) -> None:
    with pytest.raises(FetchError, match=error["message"]) as raised:
        pull(lambda _: reply({"error": {"code": status} | error}, status))
    assert raised.value.trouble is trouble


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"[]"])
def test_what_is_no_answer_is_an_error(body: bytes) -> None:
    with pytest.raises((FetchError, ParseError)):
        pull(lambda _: reply(body))
