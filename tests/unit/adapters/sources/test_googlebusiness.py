"""Protects: reviews of the client's own places at Google, in the reviewer's own words.

All answers here are written by us from the documented shape.
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
from tocsin.adapters.sources.googlebusiness import Connector, original, parse
from tocsin.domain.errors import FetchError, ParseError, Trouble
from tocsin.domain.mention import Medium
from tocsin.domain.source_state import Pull, SourceState
from tocsin.domain.sources import SourceUnit

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
UNIT = SourceUnit(
    id="googlebusiness-1",
    kind="googlebusiness",
    url="https://business.google.com/accounts/1/locations/2",
    every=timedelta(hours=1),
    medium="review",
    mode="reviews",
    target="accounts/1/locations/2",
    brand="Acme",
    keyed=True,
)


def stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.123456789Z")


def review(
    native: str = "AbFvOqk_x-1", *, changed: datetime = NOW - timedelta(days=1), **changes: Any
) -> dict[str, Any]:
    facts = {
        "name": f"accounts/1/locations/2/reviews/{native}",
        "reviewId": native,
        "reviewer": {"profilePhotoUrl": "https://x.example/a.png", "displayName": "Ann"},
        "starRating": "TWO",
        "comment": "Cold soup.\nRude waiter <again>.",
        "createTime": stamp(changed - timedelta(days=1)),
        "updateTime": stamp(changed),
    }
    return facts | changes


def read(value: Any) -> Any:
    return parse(value if isinstance(value, bytes) else json.dumps(value).encode(), fetched_at=NOW)


def listed(*reviews: Any, **more: Any) -> dict[str, Any]:
    return {"reviews": list(reviews), "averageRating": 4.2, "totalReviewCount": 17} | more


def test_a_review_becomes_a_post() -> None:
    (post,) = read(listed(review())).posts
    assert (post.id, post.source) == ("googlebusiness:AbFvOqk_x-1", "googlebusiness")
    assert (post.rating, post.medium, post.author.name) == (2, Medium.REVIEW, "Ann")
    assert (post.title, post.text) == (None, "Cold soup.\nRude waiter <again>.")
    assert post.published_at == NOW.replace(microsecond=123456) - timedelta(days=2)
    assert (post.engagement.replies, post.engagement.likes, post.url) == (None, None, None)


def test_an_owners_reply_counts_as_one_and_pictures_are_kept() -> None:
    media = [{"thumbnailUrl": "https://lh3.example/a.jpg"}, {"videoUrl": "https://lh3.example/b.mp4"}, 7]
    (post,) = read(listed(review(reviewReply={"comment": "Sorry", "updateTime": "x"}, reviewMediaItems=media))).posts
    assert (post.engagement.replies, post.text) == (1, "Cold soup.\nRude waiter <again>.")
    assert post.media == ("https://lh3.example/a.jpg", "https://lh3.example/b.mp4")


@pytest.mark.parametrize(
    ("said", "rating"),
    [("ONE", 1), ("FIVE", 5), ("STAR_RATING_UNSPECIFIED", None), (4, 4), ("3", 3), (None, None), ("SIX", None)],
)
def test_stars_are_words(said: Any, rating: int | None) -> None:
    (post,) = read(listed(review(starRating=said))).posts
    assert post.rating == rating


def test_an_anonymous_reviewer_has_no_name_and_a_rating_alone_is_a_review() -> None:
    silent = review(reviewer={"displayName": "A Google user", "isAnonymous": True})
    del silent["comment"]
    (post,) = read(listed(silent)).posts
    assert (post.author.name, post.text, post.rating) == (None, "", 2)


@pytest.mark.parametrize(
    ("comment", "own"),
    [
        ("(Translated by Google) Bad soup\n\n(Original)\nПоганий суп", "Поганий суп"),
        ("Поганий суп\n\n(Translated by Google)\nBad soup", "Поганий суп"),
        ("(Translated by Google) Bad soup", "Bad soup"),
        ("(Translated by Google) Bad soup (Original)", "Bad soup"),
        ("The (Original) pizza", "The (Original) pizza"),
        ("", ""),
    ],
)
def test_the_reviewers_own_words_are_kept(comment: str, own: str) -> None:
    assert original(comment) == own


@pytest.mark.parametrize(
    "value",
    [
        review(),
        [review()],
        listed(review()),
        {"locationReviews": [{"name": "accounts/1/locations/2", "review": review()}]},
        {"status": 200, "body": listed(review())},
        listed({key: value for key, value in review().items() if key != "reviewId"}),
    ],
)
def test_a_review_has_one_id_in_all_shapes(value: Any) -> None:
    assert [post.id for post in read(value).posts] == ["googlebusiness:AbFvOqk_x-1"]


SCHEMA = {
    "name": "string",
    "reviewId": "string",
    "reviewer": {"displayName": "string", "isAnonymous": "boolean"},
    "starRating": "enum (StarRating)",
    "comment": "string",
    "createTime": "string",
    "updateTime": "string",
}


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (SCHEMA, "describes the format"),
        ({"reviews": [SCHEMA]}, "describes the format"),
        ({}, "empty list"),
        (listed(), "empty list"),
        ({"comment": "Sorry", "updateTime": "2026-10-01T00:00:00Z"}, "an owner's reply"),
        ({"error": {"code": 403, "message": "No access", "status": "PERMISSION_DENIED"}}, "an error: «No access»"),
        ({"accounts": [{"name": "accounts/1"}]}, "another kind: an object with accounts (1)"),
        (listed(None, 3), "another kind: an object with reviews (2)"),
        (listed(None, review(reviewId=None, name=None)), "item 1 is skipped: it is only null"),
        (listed(review(reviewId=None, name=None)), "no reviewId"),
    ],
)
def test_an_answer_without_reviews_says_what_it_is(value: Any, says: str) -> None:
    found = read(value)
    assert found.posts == ()
    assert any(says in warning for warning in found.warnings), found.warnings


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"soon", b'{"reviews": ['])
def test_what_is_no_answer_is_an_error(body: bytes) -> None:
    with pytest.raises(ParseError):
        read(body)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(changes=st.dictionaries(st.sampled_from([*review(), "reviewReply", "reviewMediaItems"]), _JSON))
def test_nothing_in_a_review_breaks_the_parser(changes: dict[str, Any]) -> None:
    found = read(listed(review() | changes, review("other")))
    assert len(found.posts) + len(found.warnings) >= 2


@given(value=_JSON)
def test_nothing_else_breaks_it(value: Any) -> None:
    found = read(value)
    assert found.posts == ()
    assert found.warnings


def pull(answer: Callable[[Asked], HttpReply], cursor: str | None = None) -> tuple[Pull, ScriptedWeb]:
    web, secrets = ScriptedWeb(answer), MemorySecrets(googlebusiness={"refresh_token": "x"})
    secrets.keep_session("googlebusiness", {"access_token": "t0ken", "ends": (NOW + timedelta(hours=1)).isoformat()})
    state = SourceState(source_id=UNIT.id, cursor=cursor)
    return Connector(web, secrets).pull(UNIT, state, NOW, timedelta(seconds=20)), web  # type: ignore[arg-type]


def test_the_place_is_asked_newest_first_until_what_is_known() -> None:
    def answer(asked: Asked) -> HttpReply:
        start = int(asked.query.get("pageToken", "0"))
        shown = [review(f"r{n}", changed=NOW - timedelta(days=1 + n)) for n in range(start, start + 50)]
        return reply(listed(*shown, nextPageToken=str(start + 50)))

    first, web = pull(answer)
    assert web.asked[0].query == {"pageSize": "50", "orderBy": "updateTime desc"}
    assert web.asked[0].path == "/v4/accounts/1/locations/2/reviews"
    assert web.asked[0].private == {"Authorization": "Bearer t0ken"}
    assert len(first.posts) == 150
    second, web = pull(answer, first.cursor)
    assert len(web.asked) == 1
    assert "t0ken" not in repr(second) + web.asked[0].url


def test_an_edited_review_keeps_its_id_and_its_day() -> None:
    before, after = (
        read(listed(review())).posts[0],
        read(listed(review(starRating="ONE", updateTime=stamp(NOW)))).posts[0],
    )
    assert (before.id, before.published_at) == (after.id, after.published_at)
    assert after.rating == 1


def test_a_place_without_reviews_is_no_cause_to_warn() -> None:
    found, _ = pull(lambda _: reply({}))
    assert (found.posts, found.warnings) == ((), ())


@pytest.mark.parametrize(
    ("status", "error", "trouble"),
    [
        (401, {"message": "Expired", "status": "UNAUTHENTICATED"}, Trouble.AUTH),
        (403, {"message": "No access", "status": "PERMISSION_DENIED"}, Trouble.AUTH),
        (
            403,
            {"message": "Off", "status": "PERMISSION_DENIED", "details": [{"reason": "SERVICE_DISABLED"}]},
            Trouble.AUTH,
        ),
        (429, {"message": "Quota exceeded", "status": "RESOURCE_EXHAUSTED"}, Trouble.THROTTLED),
        (400, {"message": "Bad", "status": "INVALID_ARGUMENT"}, Trouble.FORMAT),
    ],
)
def test_a_refusal_is_told_apart_in_googles_words(status: int, error: dict[str, Any], trouble: Trouble) -> None:
    def answer(asked: Asked) -> HttpReply:
        if asked.method == "POST":
            return reply({"access_token": "new"})
        return reply({"error": {"code": status} | error}, status)

    web = ScriptedWeb(answer)
    login = {"client_id": "i", "client_secret": "s3cr3t", "refresh_token": "r3fr3sh"}
    connector = Connector(web, MemorySecrets(googlebusiness=login))  # type: ignore[arg-type]
    with pytest.raises(FetchError, match=error["message"]) as raised:
        connector.pull(UNIT, SourceState(source_id="x"), NOW, timedelta(seconds=20))
    assert raised.value.trouble is trouble
    assert "s3cr3t" not in str(raised.value)
