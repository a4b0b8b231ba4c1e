"""Protects: what tools send becomes posts by the client's pointers or by common names; the rest is set aside whole.

The messages are written by us from the documented shapes of such tools.
"""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.samples import NOON
from tocsin.adapters.sources.webhook import pointed, read_items
from tocsin.domain.errors import ParseError
from tocsin.domain.intake_settings import HookMap, Webhook
from tocsin.domain.mention import Medium
from tocsin.domain.webhook import MAX_ITEMS, HookItems, TooManyItemsError

HOOK = Webhook(name="zap")


def read(document: Any, hook: Webhook = HOOK) -> HookItems:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return read_items(body, hook, fetched_at=NOON)


def test_common_names_need_no_map() -> None:
    (post,) = read(
        {"id": 77, "title": "Жах", "message": "Аврора <b>обдурила</b>", "link": "https://shop.example/r/77?utm_source=x",
         "user": {"username": "olha", "name": "Ольга", "followers_count": "1200"}, "created_at": "2026-03-02T11:30:00Z",
         "lang": "uk", "rating": 1}
    ).posts  # fmt: skip
    assert (post.title, post.text, post.url) == ("Жах", "Аврора обдурила", "https://shop.example/r/77")
    assert (post.author.handle, post.author.name, post.author.followers) == ("olha", "Ольга", 1200)
    assert (post.published_at, post.language, post.rating) == (datetime(2026, 3, 2, 11, 30, tzinfo=UTC), "uk", 1)
    assert (post.source, post.medium) == ("webhook", None)


def test_a_map_says_where_things_stand() -> None:
    hook = Webhook(
        name="zap", medium=Medium.REVIEW, items="/payload/rows",
        map=HookMap(text="/a/b~1c", url="/x/0", author="/who", published_at="/t", id="/key"),
    )  # fmt: skip
    row = {
        "a": {"b/c": "слова"},
        "x": ["https://a.example/1"],
        "who": "Ольга",
        "t": 1772449200,
        "key": "k1",
        "text": "no",
    }
    (post,) = read({"payload": {"rows": [row]}}, hook).posts
    assert (post.text, post.url, post.author.name, post.medium) == (
        "слова", "https://a.example/1", "Ольга", Medium.REVIEW,
    )  # fmt: skip
    assert post.published_at == datetime(2026, 3, 2, 11, tzinfo=UTC)


@pytest.mark.parametrize("wrap", [lambda rows: rows, lambda rows: {"items": rows}, lambda rows: {"data": rows, "n": 2}])
def test_a_list_is_found_where_tools_put_it(wrap: Any) -> None:
    assert [post.text for post in read(wrap([{"text": "one"}, {"text": "two"}])).posts] == ["one", "two"]


def test_the_same_item_has_the_same_id_whenever_it_comes() -> None:
    first = read({"text": "one", "url": "https://a.example/1"}).posts[0].id
    later = read_items(b'{"url": "https://a.example/1", "text": "one, edited"}', HOOK, fetched_at=NOON.replace(hour=20))
    assert later.posts[0].id == first
    assert read({"text": "one"}).posts[0].id == read({"text": "one", "more": 1}).posts[0].id
    assert read({"text": "one"}).posts[0].id != read({"text": "two"}).posts[0].id
    assert (
        read({"text": "one", "id": 1}, Webhook(name="other")).posts[0].id != read({"text": "one", "id": 1}).posts[0].id
    )


def test_what_has_no_words_is_set_aside_with_the_reason() -> None:
    found = read([{"text": "good"}, {"url": "https://a.example/1"}, "words", None, 7, {"text": {"a": 1}}])
    assert len(found.posts) == 1
    assert [json.loads(item.body) for item in found.unreadable] == [
        {"url": "https://a.example/1"}, "words", None, 7, {"text": {"a": 1}},
    ]  # fmt: skip
    assert found.unreadable[0].reason == "no text under any name that we know"
    assert found.unreadable[1].reason == "not a JSON object"
    mapped = read({"text": "x"}, Webhook(name="zap", map=HookMap(text="/body")))
    assert mapped.unreadable[0].reason == "no text: nothing at /body"


def test_more_than_fit_are_refused_together() -> None:
    items = [{"text": str(number)} for number in range(MAX_ITEMS + 1)]
    assert len(read(items[:-1]).posts) == MAX_ITEMS
    with pytest.raises(TooManyItemsError):
        read(items)


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b'"text"', b"7", b"null", b"{", b"[" * 100_000, b"\xff\xfe", b'{"a":' * 5_000],
)  # fmt: skip
def test_what_is_no_object_or_list_is_an_error(body: bytes) -> None:
    with pytest.raises(ParseError):
        read(body)


def test_a_pointer_to_nothing_is_an_error_that_names_it() -> None:
    with pytest.raises(ParseError, match="/rows"):
        read({"items": []}, Webhook(name="zap", items="/rows"))


@pytest.mark.parametrize(
    "item", [b'{"text": "\\ud800 x", "rating": NaN}', b'{"text": "x", "created_at": 1e999, "id": -Infinity}',
             b'{"text": "x", "created_at": "9999-99-99", "url": "javascript:alert(1)", "user": [1]}'],
)  # fmt: skip
def test_hostile_values_are_unknown(item: bytes) -> None:
    (post,) = read(item).posts
    assert (post.published_at, post.url, post.rating) == (NOON, None, None)
    post.model_dump_json()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["text", "url", "id", "author", "date", "items", "data", "rating", "x"]), inner, max_size=5
    ),
    max_leaves=20,
)  # fmt: skip


@given(json_values)
def test_any_json_ends_in_posts_or_reasons(document: Any) -> None:
    try:
        found = read(document)
    except ParseError:
        return
    assert all(item.reason for item in found.unreadable)
    assert [post.id for post in read(document).posts] == [post.id for post in found.posts]


@given(json_values, st.text(max_size=30))
def test_a_pointer_never_fails(document: Any, pointer: str) -> None:
    pointed(document, f"/{pointer}")
