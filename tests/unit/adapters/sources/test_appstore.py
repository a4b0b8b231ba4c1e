"""Protects: App Store reviews in every shape of Apple's feed, and an empty feed that is never read as «all deleted».

All feeds here are written by us from the documented shape.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.web import Asked, ScriptedWeb, reply
from tocsin.adapters.http_guard import HttpReply
from tocsin.adapters.memory import MemorySecrets
from tocsin.adapters.sources.appstore import Connector, parse
from tocsin.domain.errors import FetchError, ParseError, Trouble
from tocsin.domain.mention import Medium
from tocsin.domain.source_state import Pull, SourceState
from tocsin.domain.sources import SourceUnit

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
UNIT = SourceUnit(
    id="appstore-1",
    kind="appstore",
    url="https://apps.apple.com/us/app/id42",
    every=timedelta(minutes=30),
    medium="review",
    mode="reviews",
    target="42",
    locale="us",
    brand="Acme",
)
APP = {"im:name": {"label": "Acme"}, "id": {"label": "https://apps.apple.com/app/id42"}, "title": {"label": "Acme"}}


def label(value: Any) -> dict[str, Any]:
    return {"label": value}


def review(number: int, *, updated: datetime | None = NOW - timedelta(days=2), **changes: Any) -> dict[str, Any]:
    entry = {
        "author": {"uri": label(f"https://itunes.apple.com/us/reviews/id{number}"), "name": label("Ann"), "label": ""},
        "im:version": label("1.2"),
        "im:rating": label("1"),
        "id": label(str(number)),
        "title": label("Crashes & burns"),
        "content": {"label": "It <3 crashes.\nEvery day.", "attributes": {"type": "text"}},
        "link": {"attributes": {"rel": "related", "href": "https://itunes.apple.com/us/review?id=42&type=Purple"}},
        "im:voteSum": label("3"),
        "im:voteCount": label("4"),
    }
    return entry | ({"updated": label(updated.isoformat())} if updated else {}) | changes


def feed(*entries: Any, last: int | None = None) -> dict[str, Any]:
    inside: dict[str, Any] = {"author": {"name": label("iTunes Store")}, "updated": label("2026-11-01T00:00:00-07:00")}
    if entries:
        inside["entry"] = list(entries) if len(entries) > 1 else entries[0]
    if last:
        href = f"https://itunes.apple.com/us/rss/customerreviews/page={last}/id=42/sortby=mostrecent/xml"
        inside["link"] = [{"attributes": {"rel": "last", "href": href}}]
    return {"feed": inside}


def xml_feed(*entries: dict[str, Any]) -> bytes:
    def entry(facts: dict[str, Any]) -> str:
        return (
            f"<entry><updated>{facts['updated']['label']}</updated><id>{facts['id']['label']}</id>"
            f"<title>{escape(facts['title']['label'])}</title>"
            f'<content type="text">{escape(facts["content"]["label"])}</content><im:voteSum>3</im:voteSum>'
            '<im:contentType term="Application"/><im:rating>1</im:rating><im:version>1.2</im:version>'
            f"<author><name>Ann</name><uri>{facts['author']['uri']['label']}</uri></author>"
            '<link rel="related" href="https://itunes.apple.com/us/review?id=42&amp;type=Purple"/>'
            '<content type="html">&lt;table&gt;&lt;tr&gt;&lt;td&gt;junk&lt;/td&gt;&lt;/tr&gt;&lt;/table&gt;</content>'
            "</entry>"
        )

    inside = "".join(entry(facts) for facts in entries)
    return (
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns:im="http://itunes.apple.com/rss" '
        f'xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><id>x</id><title>Reviews</title>{inside}</feed>'
    ).encode()


def read(value: Any) -> Any:
    return parse(value if isinstance(value, bytes) else json.dumps(value).encode(), fetched_at=NOW)


@pytest.mark.parametrize("body", [feed(review(7)), xml_feed(review(7))], ids=["json", "xml"])
def test_a_review_becomes_a_post_whatever_the_form(body: Any) -> None:
    (post,) = read(body).posts
    assert (post.id, post.source, post.rating, post.medium) == ("appstore:7", "appstore", 1, Medium.REVIEW)
    assert (post.title, post.text) == ("Crashes & burns", "It <3 crashes.\nEvery day.")
    assert post.url == "https://itunes.apple.com/us/review?id=42&type=Purple"
    assert (post.author.id, post.author.name) == ("7", "Ann")
    assert post.author.url == "https://itunes.apple.com/us/reviews/id7"
    assert post.published_at == NOW - timedelta(days=2)
    assert post.engagement.likes == 3
    assert (post.engagement.replies, post.engagement.views, post.language) == (None, None, None)
    assert read(body).warnings == ()


def test_one_review_is_an_object_many_are_a_list_and_none_is_nothing() -> None:
    assert len(read(feed(review(1))).posts) == 1
    assert len(read(feed(review(1), review(2))).posts) == 2
    assert "empty" in read(feed()).warnings[0]
    assert "empty" in read(xml_feed()).warnings[0]


def test_the_app_itself_is_no_review() -> None:
    found = read(feed(APP, review(1)))
    assert [post.id for post in found.posts] == ["appstore:1"]
    assert found.warnings == ("item 1 is skipped: it has no rating: the app itself, not a review",)


def test_undated_reviews_are_as_of_now_and_said_so() -> None:
    found = read(feed(review(1, updated=None), review(2, updated=None)))
    assert {post.published_at for post in found.posts} == {NOW}
    assert found.warnings == ("2 items: date not readable or absent, taken as of now",)


def test_an_edit_keeps_the_id() -> None:
    before, after = read(feed(review(7))), read(feed(review(7) | {"title": label("Better"), "im:rating": label("5")}))
    assert before.posts[0].id == after.posts[0].id
    assert after.posts[0].rating == 5


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (None, "null"),
        ("text", "text"),
        (review(1, id=None), "no id"),
        (review(1, id=label({"a": 1})), "no id"),
        ([], ""),
    ],
)
def test_what_is_no_review_is_a_warning(entry: Any, why: str) -> None:
    found = read(feed(entry, review(2)))
    assert [post.id for post in found.posts] == ["appstore:2"]
    assert all(why in warning for warning in found.warnings)


@pytest.mark.parametrize(
    "changes",
    [
        {"author": None},
        {"author": {"uri": label(""), "name": label(None)}},
        {"content": None, "title": 7, "im:rating": label("9"), "im:voteSum": label("-3")},
        {"content": [{"attributes": {"type": "html"}, "label": "<b>x</b>"}], "link": "junk", "im:contentType": 1},
    ],
)
def test_a_broken_field_is_unknown_and_costs_nothing_else(changes: dict[str, Any]) -> None:
    (post,) = read(feed(review(1, **changes))).posts
    assert post.id == "appstore:1"
    assert post.rating in {1, None}


def test_the_text_about_page_depth_is_an_error_in_words() -> None:
    found = read(b"CustomerReviews RSS page depth is limited to 10")
    assert (found.posts, found.warnings) == (
        (),
        ("no posts: an error: «CustomerReviews RSS page depth is limited to 10»",),
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><title>Down</title></html>",
        b"not found",
        b'{"feed": {',
        b"<feed><entry></feed>",
        b"<!DOCTYPE feed [<!ENTITY a 'x'><!ENTITY b '&a;&a;'>]><feed>&b;</feed",
    ],
)
def test_what_is_no_answer_is_an_error(body: bytes) -> None:
    with pytest.raises(ParseError):
        read(body)


def test_no_entity_is_expanded() -> None:
    bomb = b"<!DOCTYPE f [<!ENTITY a 'boom'>]><feed xmlns='http://www.w3.org/2005/Atom'><title>&a;</title></feed>"
    try:
        found = read(bomb)
    except ParseError:
        return
    assert "boom" not in repr(found)


@given(
    body=st.binary(max_size=300)
    | st.text(max_size=300).map(lambda said: f"<feed>{said}</feed>".encode("utf-8", "replace"))
)
def test_nothing_breaks_the_parser(body: bytes) -> None:
    try:
        read(body)
    except ParseError:
        return


_KEYS = st.sampled_from(["label", "attributes", "uri", "name", "x"])
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=6,
)


@given(changes=st.dictionaries(st.sampled_from([*review(1), "updated"]), _JSON, max_size=5))
def test_nothing_in_a_review_breaks_the_parser(changes: dict[str, Any]) -> None:
    found = read(feed(review(1) | changes, review(2)))
    assert len(found.posts) + len(found.warnings) >= 2


def pull(answer: Callable[[Asked], HttpReply], cursor: str | None = None) -> tuple[Pull, ScriptedWeb]:
    web = ScriptedWeb(answer)
    state = SourceState(source_id=UNIT.id, cursor=cursor)
    return Connector(web, MemorySecrets()).pull(UNIT, state, NOW, timedelta(seconds=20)), web  # type: ignore[arg-type]


def page_of(asked: Asked) -> int:
    return int(asked.path.split("/page=")[1].split("/")[0])


def test_the_first_look_reads_a_few_pages_and_the_next_only_the_first() -> None:
    def answer(asked: Asked) -> HttpReply:
        page = page_of(asked)
        numbers = range((page - 1) * 50, page * 50)
        return reply(feed(*(review(n + 1, updated=NOW - timedelta(days=n + 2)) for n in numbers), last=10))

    first, web = pull(answer)
    assert [page_of(asked) for asked in web.asked] == [1, 2, 3]
    assert web.asked[0].url == "https://itunes.apple.com/us/rss/customerreviews/page=1/id=42/sortby=mostrecent/json"
    assert (len(first.posts), first.again, first.calls) == (150, False, 3)
    second, web = pull(answer, first.cursor)
    assert [page_of(asked) for asked in web.asked] == [1]
    assert len(second.posts) == 50


def test_undated_reviews_are_known_by_their_ids() -> None:
    def answer(shift: int) -> Callable[[Asked], HttpReply]:
        def one(asked: Asked) -> HttpReply:
            start = (page_of(asked) - 1) * 50 - shift
            return reply(feed(*(review(1_000 - n, updated=None) for n in range(start, start + 50)), last=10))

        return one

    first, _ = pull(answer(0))
    second, web = pull(answer(70), first.cursor)
    assert [page_of(asked) for asked in web.asked] == [1, 2]
    assert {f"appstore:{1_000 + n}" for n in range(1, 71)} <= {post.id for post in second.posts}


def test_an_empty_feed_is_quiet_at_first_and_throttling_later() -> None:
    found, _ = pull(lambda _: reply(feed()))
    assert (found.posts, found.warnings) == ((), ())
    some, _ = pull(lambda _: reply(feed(review(1))))
    with pytest.raises(FetchError, match="throttles") as raised:
        pull(lambda _: reply(feed()), some.cursor)
    assert raised.value.trouble is Trouble.THROTTLED


def test_an_empty_later_page_keeps_what_was_read_and_says_so() -> None:
    old, _ = pull(lambda _: reply(feed(review(1, updated=NOW - timedelta(days=300)))))

    def answer(asked: Asked) -> HttpReply:
        if page_of(asked) > 1:
            return reply(feed())
        return reply(feed(*(review(n, updated=NOW - timedelta(days=2)) for n in range(2, 52)), last=6))

    found, _ = pull(answer, old.cursor)
    assert len(found.posts) == 50
    assert "throttles" in found.warnings[-1]
    again, web = pull(answer, found.cursor)
    assert len(again.posts) == 50
    assert [page_of(asked) for asked in web.asked] == [2, 1, 2]


def test_the_end_of_what_apple_shows_is_the_end() -> None:
    old, _ = pull(lambda _: reply(feed(review(1, updated=NOW - timedelta(days=300)))))

    def answer(asked: Asked) -> HttpReply:
        if page_of(asked) > 10:
            return reply(b"CustomerReviews RSS page depth is limited to 10")
        numbers = range(page_of(asked) * 50, page_of(asked) * 50 + 50)
        return reply(feed(*(review(n, updated=NOW - timedelta(hours=n)) for n in numbers)))

    found, web = pull(answer, old.cursor)
    assert len(web.asked) == 10
    assert (len(found.posts), found.again) == (500, False)


@pytest.mark.parametrize(
    ("answer", "error", "trouble"),
    [
        (reply(b"", 403), FetchError, Trouble.POLICY),
        (reply(b"", 503), FetchError, Trouble.DOWN),
        (reply(b"", 429), FetchError, Trouble.THROTTLED),
        (reply({"errorMessage": "x", "resultCount": 0}), FetchError, Trouble.FORMAT),
        (reply(b"<html></html>"), ParseError, Trouble.FORMAT),
        (reply(b""), ParseError, Trouble.EMPTY),
    ],
)
def test_a_refusal_is_told_apart(answer: HttpReply, error: type[Exception], trouble: Trouble) -> None:
    with pytest.raises(error) as raised:
        pull(lambda _: answer)
    assert raised.value.trouble is trouble  # type: ignore[attr-defined]
