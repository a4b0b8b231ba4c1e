"""Protects: a company's reviews at Trustpilot, in the shapes of its API, and its refusals told apart.

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
from tocsin.adapters.sources.trustpilot import Connector, parse
from tocsin.domain.errors import FetchError, ParseError, SecretError, Trouble
from tocsin.domain.mention import Medium
from tocsin.domain.source_state import Pull, SourceState
from tocsin.domain.sources import SourceUnit

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
UNIT = SourceUnit(
    id="trustpilot-1",
    kind="trustpilot",
    url="https://www.trustpilot.com/review/46d6a890000064000500e0c3",
    every=timedelta(hours=1),
    medium="review",
    mode="reviews",
    target="46d6a890000064000500e0c3",
    brand="Acme",
    keyed=True,
)
NATIVE = "507f191e810c19729de860ea"


def review(native: str = NATIVE, *, created: datetime = NOW - timedelta(days=1), **changes: Any) -> dict[str, Any]:
    facts = {
        "links": [{"href": "https://api.trustpilot.com/v1/reviews/x", "method": "GET", "rel": "reviews"}],
        "id": native,
        "consumer": {
            "links": [],
            "id": "c0nsumer",
            "displayName": "Ann",
            "displayLocation": "Lviv, UA",
            "numberOfReviews": 3,
        },
        "businessUnit": {"links": [], "id": "unit", "identifyingName": "acme.example", "displayName": "Acme"},
        "location": None,
        "stars": 1,
        "title": "Never again",
        "text": "They lost <my> parcel.\nTwice.",
        "language": "en",
        "createdAt": created.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "experiencedAt": "2026-10-01T00:00:00Z",
        "updatedAt": None,
        "companyReply": None,
        "isVerified": True,
        "numberOfLikes": 0,
        "status": "active",
    }
    return facts | changes


def read(value: Any) -> Any:
    return parse(value if isinstance(value, bytes) else json.dumps(value).encode(), fetched_at=NOW)


def test_a_review_becomes_a_post() -> None:
    (post,) = read({"links": [], "reviews": [review()]}).posts
    assert (post.id, post.source, post.medium) == (f"trustpilot:{NATIVE}", "trustpilot", Medium.REVIEW)
    assert post.url == f"https://www.trustpilot.com/reviews/{NATIVE}"
    assert (post.title, post.text) == ("Never again", "They lost <my> parcel.\nTwice.")
    assert (post.rating, post.language, post.published_at) == (1, "en", NOW - timedelta(days=1))
    assert (post.author.id, post.author.name, post.author.verified) == ("c0nsumer", "Ann", True)
    assert post.author.url == "https://www.trustpilot.com/users/c0nsumer"
    assert (post.engagement.likes, post.engagement.replies, post.engagement.views) == (0, None, None)


def test_a_companys_reply_counts_and_an_edit_keeps_the_id() -> None:
    edited = review(stars=5, text="Found it", companyReply={"text": "Sorry", "createdAt": "2026-10-31T00:00:00Z"})
    (post,) = read({"reviews": [edited]}).posts
    assert (post.id, post.rating, post.engagement.replies) == (f"trustpilot:{NATIVE}", 5, 1)


PAGE_DATA = {
    "id": NATIVE,
    "rating": 2,
    "title": "Meh",
    "text": "Late",
    "likes": 4,
    "dates": {"publishedDate": "2026-10-30T10:00:00.000Z", "updatedDate": None, "experiencedDate": "2026-10-01"},
    "labels": {"verification": {"isVerified": False}},
    "consumer": {"id": "c1", "displayName": "Bob"},
    "reply": {"message": "Sorry", "publishedDate": "2026-10-31T10:00:00.000Z"},
    "language": "en",
}
PRODUCT = {
    "id": NATIVE,
    "createdAt": "2026-10-30T10:00:00Z",
    "stars": 2,
    "content": "Late",
    "product": {"id": "p", "name": "Anvil"},
    "consumer": {"id": "c1", "name": "Bob"},
}
EVENT = {
    "events": [
        {
            "eventName": "service-review-created",
            "version": "1",
            "eventData": {
                "id": NATIVE,
                "stars": 2,
                "title": "Meh",
                "text": "Late",
                "createdAt": "2026-10-30T10:00:00Z",
                "consumer": {"id": "c1", "name": "Bob"},
            },
        }
    ]
}


@pytest.mark.parametrize(
    "value",
    [
        {
            "props": {
                "pageProps": {"businessUnit": {"id": "u", "stars": 4.5, "trustScore": 4.4}, "reviews": [PAGE_DATA]}
            }
        },
        {"links": [], "productReviews": [PRODUCT]},
        EVENT,
        {
            "request": {"url": "x"},
            "response": {"status": 200, "body": {"reviews": [PRODUCT], "totalNumberOfReviews": 9}},
        },
        PRODUCT,
        [PAGE_DATA],
    ],
    ids=["page", "products", "webhook", "envelope", "alone", "list"],
)
def test_other_shapes_give_the_same_id_words_and_author(value: Any) -> None:
    (post,) = read(value).posts
    assert (post.id, post.text, post.author.name, post.rating) == (f"trustpilot:{NATIVE}", "Late", "Bob", 2)
    assert post.published_at == datetime(2026, 10, 30, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ({"reviews": [], "links": []}, "empty list"),
        ({"id": "u", "displayName": "Acme", "score": {"stars": 4.5, "trustScore": 4.4}}, "a company's profile"),
        ({"fault": {"faultstring": "Invalid ApiKey", "detail": {"errorcode": "x"}}}, "an error: «Invalid ApiKey»"),
        ({"message": "Business unit not found"}, "«Business unit not found»"),
        ({"errorCode": 1004, "message": "Too many"}, "an error: «Too many»"),
        ({"reviews": [None, {"id": 1}]}, "another kind: an object with reviews (2)"),
        ({"reviews": [{"id": 1}, review(id=None)]}, "item 1 is skipped: it is an object with id"),
        ({"reviews": [review(id=None)]}, "no id"),
        (7, "another kind: only 7"),
    ],
)
def test_an_answer_without_reviews_says_what_it_is(value: Any, says: str) -> None:
    found = read(value)
    assert found.posts == ()
    assert any(says in warning for warning in found.warnings), found.warnings


@pytest.mark.parametrize("body", [b"", b"<html><script id='__NEXT_DATA__'>{}</script></html>", b"nope", b'{"reviews":'])
def test_what_is_no_answer_is_an_error(body: bytes) -> None:
    with pytest.raises(ParseError):
        read(body)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(changes=st.dictionaries(st.sampled_from(list(review())), _JSON))
def test_nothing_in_a_review_breaks_the_parser(changes: dict[str, Any]) -> None:
    found = read({"reviews": [review() | changes, review("other")]})
    assert len(found.posts) + len(found.warnings) >= 2


@given(value=_JSON)
def test_nothing_else_breaks_it(value: Any) -> None:
    assert read(value).warnings


def pull(
    answer: Callable[[Asked], HttpReply], cursor: str | None = None, key: str = "s3cr3t-key"
) -> tuple[Pull, ScriptedWeb]:
    web, secrets = ScriptedWeb(answer), MemorySecrets(trustpilot={"api_key": key})
    state = SourceState(source_id=UNIT.id, cursor=cursor)
    return Connector(web, secrets).pull(UNIT, state, NOW, timedelta(seconds=20)), web  # type: ignore[arg-type]


def pages(asked: Asked) -> HttpReply:
    start = (int(asked.query["page"]) - 1) * 100
    shown = [review(f"r{n}", created=NOW - timedelta(hours=n)) for n in range(start, min(start + 100, 230))]
    return reply({"links": [], "reviews": shown})


def test_pages_are_read_until_what_is_known_with_the_key_in_a_header() -> None:
    first, web = pull(pages)
    assert [asked.query["page"] for asked in web.asked] == ["1", "2", "3"]
    assert web.asked[0].query == {"perPage": "100", "page": "1", "orderBy": "createdat.desc"}
    assert web.asked[0].path == f"/v1/business-units/{UNIT.target}/reviews"
    assert {asked.private["apikey"] for asked in web.asked} == {"s3cr3t-key"}
    assert len(first.posts) == 230
    second, web = pull(pages, first.cursor)
    assert len(web.asked) == 1
    assert "s3cr3t" not in repr(first) + repr(second) + web.asked[0].url


def test_a_company_without_reviews_is_no_cause_to_warn() -> None:
    found, _ = pull(lambda _: reply({"links": [], "reviews": []}))
    assert (found.posts, found.warnings) == ((), ())


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (reply({"fault": {"faultstring": "Invalid ApiKey"}}, 401), Trouble.AUTH),
        (reply({"fault": {"faultstring": "Invalid ApiKey for given resource"}}, 403), Trouble.AUTH),
        (reply({"message": "Not your plan"}, 403), Trouble.POLICY),
        (reply({"message": "Not found"}, 404), Trouble.GONE),
        (reply({"message": "slow down"}, 429, retry_after="30"), Trouble.THROTTLED),
        (reply(b"<html>", 502), Trouble.DOWN),
        (reply({"error": "x"}), Trouble.FORMAT),
        (reply({"reviews": None}), Trouble.FORMAT),
        (reply([]), Trouble.FORMAT),
    ],
)
def test_a_refusal_is_told_apart(answer: HttpReply, trouble: Trouble) -> None:
    with pytest.raises(FetchError) as raised:
        pull(lambda _: answer)
    assert raised.value.trouble is trouble
    assert raised.value.retry_after == (30 if trouble is Trouble.THROTTLED else None)


def test_a_missing_key_is_named() -> None:
    with pytest.raises(SecretError, match="api_key"):
        pull(pages, key="")
