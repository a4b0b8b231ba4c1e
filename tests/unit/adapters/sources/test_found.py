"""Protects: no search parser falls over a stranger's JSON, and every entry of a list is a post or is named as none."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.adapters.sources.found import (
    Found,
    SkippedError,
    Stray,
    error_said,
    items_in,
    joined,
    keys_of,
    line_of,
    post_id,
)
from tocsin.adapters.sources.registry import parser
from tocsin.adapters.sources.values import Parsed
from tocsin.domain.errors import ParseError
from tocsin.domain.mention import Post

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
KINDS = ("x", "hackernews", "stackexchange", "github", "newsapi", "gdelt", "brand24", "mention")
KEYS = st.sampled_from(
    "id text data includes users username objectID hits title created_at created_at_i children story_id items "
    "question_id body owner link creation_date html_url user login reactions articles url publishedAt source content "
    "seendate language results date time host mentions original_url description published_at author public_metrics "
    "referenced_tweets type attachments media_keys errors message status meta error_id".split()
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(
        [
            "1578522401263919106",
            "2026-11-01T10:00:00Z",
            "https://github.com/a/b/issues/1#issuecomment-2",
            "https://news.example/a",
            "\ud800",
            "story",
            "replied_to",
            "[Removed]",
            "<b>x",
            "20261101T100000Z",
            1e308,
        ]
    )
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=8), max_leaves=25
)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=120, deadline=None)
@given(value=VALUES)
def test_any_json_ends_in_posts_and_printable_warnings(kind: str, value: object) -> None:
    body = json.dumps(value).encode()
    parsed = parser(kind)(body, fetched_at=NOW)
    again = parser(kind)(body, fetched_at=NOW)
    assert [post.id for post in parsed.posts] == [post.id for post in again.posts]
    assert len({post.id for post in parsed.posts}) == len(parsed.posts)
    assert parsed.posts or parsed.warnings
    for line in parsed.warnings:
        line.encode()
    for post in parsed.posts:
        post.model_dump_json()
        assert post.published_at <= NOW
        assert post.source == kind


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "body",
    [b"<!DOCTYPE html><title>Sign in</title>", b'{"data": [', b"[" * 100_000, b"plain words", b"\xff\xfe\x00"],
    ids=["page", "torn", "deep", "text", "bytes"],
)
def test_what_is_no_answer_is_an_error(kind: str, body: bytes) -> None:
    with pytest.raises(ParseError):
        parser(kind)(body, fetched_at=NOW)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "gdelt"])
def test_an_empty_body_is_an_error_but_for_gdelt(kind: str) -> None:
    with pytest.raises(ParseError, match="empty"):
        parser(kind)(b" \n", fetched_at=NOW)


def test_items_are_found_in_order_in_what_recorders_wrap_around_a_body() -> None:
    inner = {"response": json.dumps({"items": [{"n": 1}, {"x": [{"n": 2}]}]})}
    value = [{"scope": "a", **inner}, {"response": {"n": 3, "inside": {"n": 9}}}]
    assert [item["n"] for item in items_in(value, lambda item: "n" in item)] == [1, 2, 3]


def test_what_wraps_itself_without_end_is_left_unread() -> None:
    value: object = {"n": 1}
    for _ in range(12):
        value = {"body": json.dumps(value)}
    assert items_in(value, lambda item: "n" in item) == []


def test_items_inside_an_item_are_found_under_the_named_keys_alone() -> None:
    value = {"n": 1, "children": [{"n": 2, "children": [{"n": 3}]}], "other": {"n": 9}}
    assert [item["n"] for item in items_in(value, lambda item: "n" in item, into=("children",))] == [1, 2, 3]


def test_entries_that_are_no_items_are_named_where_others_are() -> None:
    value = {"hits": [{"n": 1}, None, "text", {"m": 1}], "others": [None], "deep": {"hits": [{"m": 1}]}}
    held = items_in(value, lambda item: "n" in item, lists=frozenset({"hits"}))
    assert held == [{"n": 1}, Stray(None), Stray("text"), Stray({"m": 1})]


def post(native: str, text: str = "") -> Post:
    return Post(id=f"x:{native}", source="x", text=text, published_at=NOW, fetched_at=NOW)


def one(raw: dict[str, Any]) -> Post:
    if raw.get("n") is None:
        raise SkippedError("because\n\ud800")
    return post(str(raw["n"]))


def test_each_item_is_a_post_once_or_a_line_that_says_why() -> None:
    found = Found(NOW)
    found.read([{"n": 1}, Stray(None), {"n": 1}, {"n": None}], one)
    parsed = found.parsed(lambda _: "nothing", {})
    assert [each.id for each in parsed.posts] == ["x:1"]
    assert parsed.warnings == (
        "item 2 is skipped: it is only null",
        "item 3 is skipped: it repeats an earlier one (x:1)",
        "item 4 is skipped: because",
    )


def test_the_fields_are_those_with_a_value_in_every_post() -> None:
    found = Found(NOW)
    found.read([{"n": 1, "b": 2, "c": None}, {"n": 2, "b": None}, {"skipped": 1}], one)
    assert found.parsed().fields == frozenset({"n"})
    assert Found(NOW).parsed().fields is None


def test_dates_that_nobody_knows_are_counted() -> None:
    found = Found(NOW)
    assert found.when(None, "soon\n") == NOW
    assert found.when(NOW + timedelta(days=900)) == NOW
    assert found.when(NOW - timedelta(hours=1)) == NOW - timedelta(hours=1)
    assert found.parsed().warnings == ("2 items: date not readable or absent, taken as of now (first: «soon»)",)


def test_of_an_edited_post_the_later_state_is_kept() -> None:
    found = Found(NOW)
    for text in ("a", "a", "b"):
        found.update(post("1", text))
    parsed = found.parsed()
    assert [each.text for each in parsed.posts] == ["b"]
    assert parsed.warnings == ("1 item stood here more than once; what came last is kept",)


def test_a_flood_of_warnings_and_items_ends_and_says_so() -> None:
    found = Found(NOW)
    found.read([Stray(None)] * 50_001, one)
    warnings = found.parsed().warnings
    assert (len(warnings), warnings[-1]) == (1_002, "and 49,000 more")
    assert warnings[0] == "only the first 50,000 items are read"


def test_a_look_holds_what_its_answers_held_and_is_not_told_of_empty_ones() -> None:
    pages = [
        Parsed(posts=(post("1", "a"), post("2")), warnings=("w",), fields=frozenset({"n", "b"})),
        Parsed(warnings=("no posts: an empty list", "w")),
        Parsed(warnings=("no posts: an error: «x»", "no posts: an answer of another kind: only 7")),
        Parsed(posts=(post("1", "b"), post("3")), fields=frozenset({"n"})),
    ]
    read = joined(pages, ["first"])
    assert [(each.id, each.text) for each in read.posts] == [("x:1", "a"), ("x:2", ""), ("x:3", "")]
    assert read.fields == frozenset({"n"})
    assert read.warnings == (
        "first",
        "w",
        "no posts: an error: «x»",
        "no posts: an answer of another kind: only 7",
    )


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"error": "invalid_grant", "error_description": "Bad Request"}, "invalid_grant: Bad Request"),
        ({"error": {"code": 403, "message": "No access", "status": "PERMISSION_DENIED"}}, "No access"),
        ({"errors": [{"message": "No such page"}]}, "No such page"),
        ({"errors": ["No"]}, "No"),
        ({"fault": {"faultstring": "Invalid ApiKey", "detail": {"errorcode": "x"}}}, "Invalid ApiKey"),
        ({"message": "Forbidden", "error": 403, "reason": "private"}, "403: Forbidden: private"),
        ({"errorCode": 1004, "message": "Too many"}, "Too many"),
        ({"error_id": 502, "error_name": "throttle_violation", "error_message": "Slow"}, "throttle_violation: Slow"),
        ({"error": {"message": "bad access_token=abc&x"}}, "bad access_token=…&x"),
        ({"error": True}, "an error without words"),
        ([{"error": "No"}], "No"),
        ({"error": None, "errors": [], "message": "hello"}, None),
        ([{"error": "No"}, {}], None),
        (7, None),
    ],
)
def test_an_error_is_told_in_the_sources_own_words(value: object, said: str | None) -> None:
    assert error_said(value) == said


def test_an_id_is_readable_where_it_is_short_and_clean() -> None:
    assert post_id("x", "city/9?comment=3") == "x:city/9?comment=3"
    for native in ("a b", "<b>", "\ud800", "é", "x" * 141, ""):
        assert post_id("x", native).isascii()
        assert native not in post_id("x", native) or not native
    assert line_of("a\u2028b\n c") == "a b c"


def test_a_document_is_described_by_its_keys() -> None:
    assert keys_of({"hits": [1, 2], "page": 0}) == "an object with hits (2), page"
    assert (keys_of({}), keys_of([]), keys_of(7)) == ("an object with nothing in it", "an empty list", "only 7")
