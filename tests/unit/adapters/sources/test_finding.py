"""Protects: no search parser falls over a stranger's JSON, and every entry of a list is a post or is named as none."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.adapters.sources.finding import Notes, common_fields, found, keys_of, strays
from tocsin.adapters.sources.registry import parser
from tocsin.domain.errors import ParseError

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
    assert [item["n"] for item in found(value, lambda item: "n" in item)] == [1, 2, 3]


def test_items_inside_an_item_are_found_under_the_named_keys_alone() -> None:
    value = {"n": 1, "children": [{"n": 2, "children": [{"n": 3}]}], "other": {"n": 9}}
    assert [item["n"] for item in found(value, lambda item: "n" in item, into=("children",))] == [1, 2, 3]


def test_entries_that_are_no_items_are_named_where_others_are() -> None:
    value = {"hits": [{"n": 1}, None, "text", {"m": 1}], "others": [None], "deep": {"hits": [{"m": 1}]}}
    lines = list(strays(value, lambda item: "n" in item, frozenset({"hits"})))
    assert lines == [
        "entry 2 of hits is skipped: it is only null",
        'entry 3 of hits is skipped: it is only "text"',
        "entry 4 of hits is skipped: it is an object with m",
    ]


def test_common_fields_are_those_with_a_value_in_every_item() -> None:
    assert common_fields([{"a": 1, "b": 2, "c": None}, {"a": 0, "b": None}]) == frozenset({"a"})
    assert common_fields([]) is None


def test_notes_sum_up_the_dates() -> None:
    notes = Notes()
    notes.undated("soon")
    notes.undated("")
    notes.undated("")
    notes.skip(3, "because\n\ud800")
    assert notes.lines() == (
        "item 3 is skipped: because",
        "1 item: date not readable, taken as of now (first: «soon»)",
        "2 items: no date, taken as of now",
    )


def test_a_document_is_described_by_its_keys() -> None:
    assert keys_of({"hits": [1, 2], "page": 0}) == "an object with hits (2), page"
    assert (keys_of({}), keys_of([]), keys_of(7)) == ("an object with nothing in it", "an empty list", "only 7")
