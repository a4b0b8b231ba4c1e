"""Protects: what the client's own pages and accounts are told is heard to the last comment, within Meta's limits, and
no access token appears in posts, warnings, errors, cursors or evidence.

All answers here are written by us from the documented shapes of the Graph API and the Threads API.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.web import Asked, ScriptedWeb, reply
from tocsin.adapters.http_guard import HttpReply
from tocsin.adapters.memory import MemorySecrets
from tocsin.adapters.sources.meta import fault_of, scrubbed
from tocsin.adapters.sources.registry import Connectors, parser
from tocsin.adapters.sources.values import Parsed
from tocsin.domain.brand import Brand
from tocsin.domain.errors import FetchError, ParseError, SecretError, Trouble
from tocsin.domain.source_kinds.social import FacebookSource, InstagramSource, ThreadsSource
from tocsin.domain.source_state import Pull, SourceState
from tocsin.domain.sources import SourceUnit

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
TOKEN = "EAABsecretToken123"
PAGE = "100200300"


def when(minutes_ago: int) -> str:
    return (NOW - timedelta(minutes=minutes_ago)).strftime("%Y-%m-%dT%H:%M:%S+0000")


def read(kind: str, value: Any, url: str | None = None) -> Parsed:
    return parser(kind)(json.dumps(value).encode(), fetched_at=NOW, url=url)


def fb_post(number: int, ago: int = 10, **more: Any) -> dict[str, Any]:
    return {"id": f"{PAGE}_{number}", "message": f"Post {number}", "created_time": when(ago),
            "from": {"id": PAGE, "name": "Аврора"},
            "permalink_url": f"https://www.facebook.com/{PAGE}/posts/{number}"} | more  # fmt: skip


def fb_comment(post: int, number: int, ago: int = 5, **more: Any) -> dict[str, Any]:
    return {"id": f"{post}_{number}", "message": f"Comment {number}", "created_time": when(ago), "like_count": 1,
            "comment_count": 0, "from": {"id": "77", "name": "Олена"}} | more  # fmt: skip


def listed(*items: dict[str, Any], after: str | None = None) -> dict[str, Any]:
    next_page = {"next": f"https://graph.facebook.com/v25.0/x?access_token={TOKEN}&after={after}"} if after else {}
    return {"data": list(items), "paging": {"cursors": {"before": "b", "after": after or "end"}} | next_page}


def test_a_page_is_read_with_its_comments_as_replies() -> None:
    deeper = fb_comment(1, 12, parent={"id": "1_11"})
    found = read("facebook", listed(fb_post(1, comments=listed(fb_comment(1, 11), deeper), shares={"count": 3},
        reactions={"data": [], "summary": {"total_count": 9}}, full_picture="https://cdn.example/p.jpg",
        attachments={"data": [{"title": "Новини", "media": {"image": {"src": "https://cdn.example/p.jpg"}}}]},
    )))  # fmt: skip
    post, first, second = found.posts
    assert (post.id, post.author.name, post.author.id) == (f"facebook:{PAGE}_1", "Аврора", PAGE)
    assert (post.title, post.media) == ("Новини", ("https://cdn.example/p.jpg",))
    assert (post.engagement.likes, post.engagement.shares, post.engagement.replies) == (9, 3, None)
    assert (first.in_reply_to, first.thread, first.author.name) == (post.id, post.id, "Олена")
    assert (second.in_reply_to, second.thread) == (first.id, post.id)
    assert first.published_at == NOW - timedelta(minutes=5)
    assert found.warnings == ()


def test_old_and_bare_shapes_of_facebook_are_posts_too() -> None:
    assert read("facebook", fb_comment(1, 2)).posts[0].text == "Comment 2"
    assert read("facebook", {"1_2": fb_comment(1, 2), "1_3": fb_comment(1, 3)}).posts[1].id == "facebook:1_3"
    old = {"id": "5_6", "created_time": when(1), "type": "link", "name": "Заголовок", "likes": {"count": 4},
           "comments": {"data": [fb_comment(6, 7)], "count": 1}}  # fmt: skip
    post, comment = read("facebook", {"id": "5", "name": "Page", "feed": {"data": [old]}}).posts
    assert (post.text, post.engagement.likes, comment.in_reply_to) == ("Заголовок", 4, "facebook:5_6")
    batch = [{"code": 200, "body": json.dumps(listed(fb_post(1)))}, None, {"code": 400, "body": "{"}]
    assert [post.id for post in read("facebook", batch).posts] == [f"facebook:{PAGE}_1"]
    of = "https://graph.facebook.com/v25.0/100200300_1/comments?fields=x"
    assert read("facebook", listed(fb_comment(1, 2)), of).posts[0].in_reply_to == f"facebook:{PAGE}_1"


def test_a_rating_of_the_page_is_a_review() -> None:
    rating = {"created_time": when(3), "reviewer": {"id": "77", "name": "Олена"}, "review_text": "Не раджу",
              "rating": 1, "recommendation_type": "negative", "open_graph_story": {"id": "990"}}  # fmt: skip
    (post,) = read("facebook", listed(rating)).posts
    assert (post.id, post.text, post.rating, post.author.name) == ("facebook:990", "Не раджу", 1, "Олена")
    unrated = {**rating, "rating": None, "open_graph_story": None}
    assert "it has no id" in read("facebook", listed(unrated)).warnings[0]


def test_webhooks_of_a_page_and_an_account_are_read() -> None:
    told = {"item": "comment", "verb": "add", "comment_id": "1_2", "post_id": f"{PAGE}_1", "parent_id": f"{PAGE}_1",
            "message": "Жах", "created_time": 1_793_534_000, "from": {"id": "77", "name": "Олена"}}  # fmt: skip
    notice = {"object": "page", "entry": [{"id": PAGE, "time": 1, "changes": [{"field": "feed", "value": told}]}]}
    (post,) = read("facebook", notice).posts
    assert (post.id, post.in_reply_to, post.text) == ("facebook:1_2", f"facebook:{PAGE}_1", "Жах")
    comment = {"id": "178", "text": "Жах", "from": {"id": "9", "username": "olena"}, "media": {"id": "170"}}
    notice = {"object": "instagram", "entry": [{"id": "1", "time": 1_793_534_000, "changes": [
        {"field": "comments", "value": comment}]}]}  # fmt: skip
    (post,) = read("instagram", notice).posts
    assert (post.id, post.thread, post.author.handle) == ("instagram:178", "instagram:170", "olena")
    assert post.published_at == datetime.fromtimestamp(1_793_534_000, UTC)


def test_instagram_media_comments_and_replies_are_one_thread() -> None:
    reply_ = {"id": "3", "text": "так", "timestamp": when(1), "username": "ira", "parent_id": "2"}
    comment = {"id": "2", "text": "Жах", "timestamp": when(2), "username": "olena", "like_count": 4,
               "from": {"id": "99", "username": "olena"}, "replies": {"data": [reply_]}}  # fmt: skip
    album = {
        "data": [
            {"id": "11", "media_url": "https://cdn.example/1.jpg"},
            {"id": "12", "media_url": "https://cdn.example/2.jpg"},
        ]
    }
    media = {"id": "1", "caption": "Нове", "timestamp": when(9), "permalink": "https://www.instagram.com/p/Ab/",
             "username": "aurora", "children": album, "comments": {"data": [comment]}, "comments_count": 2}  # fmt: skip
    post, first, second = read("instagram", listed(media)).posts
    assert (post.id, post.author.url) == ("instagram:1", "https://www.instagram.com/aurora/")
    assert post.media == ("https://cdn.example/1.jpg", "https://cdn.example/2.jpg")
    assert (first.in_reply_to, first.thread, first.url, first.author.id) == (
        "instagram:1", "instagram:1", "https://www.instagram.com/p/Ab/", "99",
    )  # fmt: skip
    assert (second.in_reply_to, second.thread) == ("instagram:2", "instagram:1")


def test_a_discovered_profiles_media_know_their_author() -> None:
    media = {"data": [{"id": "1", "caption": "Нове", "timestamp": when(1)}]}
    (post,) = read(
        "instagram", {"business_discovery": {"username": "rival", "media": media, "id": "9"}, "id": "8"}
    ).posts
    assert post.author.handle == "rival"


def test_threads_replies_name_what_they_answer() -> None:
    item = {"id": "5", "text": "Жах", "timestamp": when(3), "username": "olena", "media_type": "TEXT_POST",
            "permalink": "https://www.threads.net/@olena/post/C1", "is_reply": True, "root_post": {"id": "3"},
            "replied_to": {"id": "4"}}  # fmt: skip
    (post,) = read("threads", listed(item)).posts
    assert (post.id, post.in_reply_to, post.thread) == ("threads:5", "threads:4", "threads:3")
    assert (post.author.handle, post.url) == ("olena", "https://www.threads.net/@olena/post/C1")
    bare = {"id": "6", "text": "x", "timestamp": when(1)}
    assert read("threads", listed(bare), "https://graph.threads.net/v1.0/3/replies").posts[0].thread == "threads:3"
    repost = {"id": "7", "media_type": "REPOST_FACADE", "timestamp": when(1)}
    assert "REPOST_FACADE" in read("threads", listed(repost)).warnings[0]


@pytest.mark.parametrize("kind", ["facebook", "instagram", "threads"])
@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"error": {"message": "bad token", "type": "OAuthException", "code": 190}}, "«bad token (code 190)»"),
        ({"error_type": "OAuthException", "code": 400, "error_message": "no"}, "«no (code 400)»"),
        ({"data": []}, "an empty list"),
        ({"id": "1", "username": "aurora", "followers_count": 3}, "a profile"),
        ({"id": "1", "name": "love"}, "a hashtag"),
        ({"data": [{"id": "1", "name": "Олена"}]}, "a list of people"),
        ({"data": [{"name": "views", "period": "day", "values": []}]}, "insights"),
        ({"data": {"app_id": "1", "is_valid": True}}, "a token"),
        ({"success": True}, "another kind: an object with success"),
        ("x", "another kind"),
    ],
)
def test_an_answer_without_posts_says_what_it_is(kind: str, value: Any, said: str) -> None:
    found = read(kind, value)
    assert found.posts == ()
    assert said in found.warnings[0]


@pytest.mark.parametrize("kind", ["facebook", "instagram", "threads"])
def test_items_that_are_no_posts_are_skipped_by_name(kind: str) -> None:
    found = read(
        kind, {"data": [{"id": "1"}, {"id": "2", "timestamp": when(1), "created_time": when(1)}, {"text": "x"}]}
    )
    assert len(found.warnings) + len(found.posts) >= 2
    assert "item 1 is skipped" in found.warnings[0]


@pytest.mark.parametrize(
    ("code", "subcode", "said", "trouble"),
    [
        (190, 463, "expired", Trouble.AUTH),
        (102, None, "session", Trouble.AUTH),
        (4, None, "app limit", Trouble.THROTTLED),
        (17, None, "user limit", Trouble.THROTTLED),
        (32, None, "page limit", Trouble.THROTTLED),
        (613, None, "calls", Trouble.THROTTLED),
        (80_001, None, "page calls", Trouble.THROTTLED),
        (80_002, None, "ig calls", Trouble.THROTTLED),
        (10, None, "permission", Trouble.POLICY),
        (200, None, "permission", Trouble.POLICY),
        (299, None, "permission", Trouble.POLICY),
        (100, None, "wrong parameter", Trouble.FORMAT),
        (100, None, "requires the 'Page Public Content Access' feature", Trouble.POLICY),
        (100, 33, "object does not exist", Trouble.GONE),
        (18, 2_207_034, "too many hashtags", Trouble.QUOTA),
        (1, None, "unknown", Trouble.DOWN),
        (None, None, "odd", Trouble.FORMAT),
    ],
)
def test_the_error_table(code: int | None, subcode: int | None, said: str, trouble: Trouble) -> None:
    fault = fault_of({"error": {"message": said, "code": code, "error_subcode": subcode}})
    assert fault
    assert fault.trouble is trouble


# --- the connectors


def unit(kind: str, mode: str, **more: Any) -> SourceUnit:
    return SourceUnit(
        id=f"{kind}-1", kind=kind, url="https://example", every=timedelta(minutes=15), medium="social", mode=mode,
        keyed=True, **({"target": PAGE} | more),
    )  # fmt: skip


def pull(
    answer: Callable[[Asked], HttpReply], asked: SourceUnit, cursor: str | None = None, now: datetime = NOW
) -> tuple[Pull, ScriptedWeb]:
    web = ScriptedWeb(answer)
    secrets = MemorySecrets(**{asked.kind: {"access_token": TOKEN}})
    connector = Connectors(web, secrets)[asked.kind]  # type: ignore[arg-type]
    found = connector.pull(asked, SourceState(source_id=asked.id, cursor=cursor), now, timedelta(seconds=20))
    assert TOKEN not in repr(found)
    assert all(TOKEN not in one.url and one.private["Authorization"] == f"Bearer {TOKEN}" for one in web.asked)
    assert len(found.cursor or "") <= 4_000
    return found, web


def cursor_since(minutes: int) -> str:
    return json.dumps({"since": (NOW - timedelta(minutes=minutes)).isoformat()})


def test_a_page_with_little_news_costs_one_call_and_keeps_no_token() -> None:
    found, web = pull(lambda _: reply(listed(fb_post(2), fb_post(1, ago=900), after="A")), unit("facebook", "feed"),
                      cursor_since(120))  # fmt: skip
    assert (len(found.posts), found.calls, found.again) == (2, 1, False)
    assert web.asked[0].path == f"/v25.0/{PAGE}/feed"
    assert b"SCRUBBED" in found.evidence[0].body
    assert datetime.fromisoformat(json.loads(found.cursor or "")["since"]) == NOW - timedelta(hours=1)


class Crowd:
    """A page with one post under which ``count`` comments stand, newest first, 25 to a list and 100 to a page."""

    def __init__(self, count: int) -> None:
        self.comments = [fb_comment(1, number, ago=number) for number in range(count)]
        self.fail = 0

    def __call__(self, asked: Asked) -> HttpReply:
        if asked.path.endswith("/feed"):
            inner = listed(*self.comments[:25], after="25" if len(self.comments) > 25 else None)
            return reply(listed(fb_post(1, ago=3_000, comments=inner)))
        assert asked.path == f"/v25.0/{PAGE}_1/comments"
        if self.fail:
            self.fail -= 1
            return reply({"error": {"message": "try later", "code": 2}}, 500)
        start = int(asked.query["after"])
        end = start + 100
        return reply(listed(*self.comments[start:end], after=str(end) if end < len(self.comments) else None))


def test_a_storm_of_comments_is_read_to_where_it_is_known() -> None:
    found, _ = pull(Crowd(1_000), unit("facebook", "feed"), cursor_since(300))
    heard = {post.id for post in found.posts}
    assert {f"facebook:1_{number}" for number in range(300)} <= heard
    assert (found.calls, found.again) == (4, False)
    assert {post.in_reply_to for post in found.posts} == {None, f"facebook:{PAGE}_1"}


def test_what_one_look_has_no_room_for_is_read_by_the_next() -> None:
    crowd, heard, cursor, looks = Crowd(6_000), set[str](), cursor_since(5_900), 0
    while True:
        found, _ = pull(crowd, unit("facebook", "feed"), cursor)
        heard |= {post.id for post in found.posts}
        cursor, looks = found.cursor or "", looks + 1
        if not found.again or looks > 9:
            break
    assert {f"facebook:1_{number}" for number in range(5_900)} <= heard
    assert looks < 9


def test_a_page_that_fails_later_waits_for_the_next_look() -> None:
    crowd = Crowd(200)
    crowd.fail = 1
    first, _ = pull(crowd, unit("facebook", "feed"), cursor_since(190))
    assert len(first.posts) == 26
    assert "waits for the next look" in first.warnings[-1]
    second, _ = pull(crowd, unit("facebook", "feed"), first.cursor)
    assert {f"facebook:1_{number}" for number in range(190)} <= {post.id for post in (*first.posts, *second.posts)}


def test_near_the_limit_the_look_ends_and_the_next_one_rests() -> None:
    crowd = Crowd(500)

    def busy(asked: Asked) -> HttpReply:
        usage = json.dumps({PAGE: [{"type": "pages", "call_count": 95, "estimated_time_to_regain_access": 20}]})
        return crowd(asked).model_copy(update={"headers": {"x-business-use-case-usage": usage}})

    found, _ = pull(busy, unit("facebook", "feed"), cursor_since(400))
    assert (found.calls, found.again) == (1, False)
    assert "95 percent" in found.warnings[-1]
    with pytest.raises(FetchError) as caught:
        pull(crowd, unit("facebook", "feed"), found.cursor, NOW + timedelta(minutes=5))
    assert (caught.value.trouble, caught.value.retry_after) == (Trouble.THROTTLED, 900.0)
    later, _ = pull(crowd, unit("facebook", "feed"), found.cursor, NOW + timedelta(minutes=21))
    assert len(later.posts) > 300


def test_too_much_data_is_asked_for_in_smaller_pieces() -> None:
    def heavy(asked: Asked) -> HttpReply:
        if int(asked.query["limit"]) > 10:
            return reply({"error": {"code": 1, "message": "Please reduce the amount of data you're asking for"}}, 500)
        return reply(listed(fb_post(1)))

    found, _ = pull(heavy, unit("facebook", "feed"))
    assert (len(found.posts), found.calls) == (1, 2)


@pytest.mark.parametrize(
    ("status", "body", "trouble", "wait"),
    [
        (400, {"error": {"message": f"bad access_token={TOKEN}", "code": 190}}, Trouble.AUTH, None),
        (400, {"error": {"message": "limit", "code": 4}}, Trouble.THROTTLED, 900.0),
        (200, {"error": {"message": "inside", "code": 10}}, Trouble.POLICY, None),
        (429, b"", Trouble.THROTTLED, None),
        (502, b"<html>", Trouble.DOWN, None),
    ],
)
def test_an_error_is_told_apart_and_shows_no_token(
    status: int, body: Any, trouble: Trouble, wait: float | None
) -> None:
    with pytest.raises(FetchError) as caught:
        pull(lambda _: reply(body, status), unit("facebook", "feed"))
    assert (caught.value.trouble, caught.value.retry_after) == (trouble, wait)
    assert TOKEN not in repr(caught.value)


def test_an_empty_or_foreign_answer_is_an_error() -> None:
    for body in (b"", b"<html>", b"{"):
        with pytest.raises(ParseError):
            pull(lambda _, body=body: reply(body), unit("facebook", "feed"))  # type: ignore[misc]


@pytest.mark.parametrize("token", ["", "two words", "line\nbreak", "ключ"])
def test_a_token_that_is_none_is_never_sent(token: str) -> None:
    web = ScriptedWeb(lambda _: reply({}))
    connector = Connectors(web, MemorySecrets(facebook={"access_token": token}))["facebook"]  # type: ignore[arg-type]
    with pytest.raises(SecretError, match="access_token"):
        connector.pull(unit("facebook", "feed"), SourceState(source_id="x"), NOW, timedelta(seconds=5))
    assert web.asked == []


def test_a_hashtags_id_is_asked_for_once() -> None:
    def answer(asked: Asked) -> HttpReply:
        if asked.path.endswith("/ig_hashtag_search"):
            return reply({"data": [{"id": "1784"}]})
        assert (asked.path, asked.query["user_id"]) == ("/v25.0/1784/recent_media", "17841")
        return reply(
            listed(
                {"id": "1", "caption": "#аврора", "timestamp": when(2), "permalink": "https://www.instagram.com/p/A/"}
            )
        )

    tag = unit("instagram", "hashtag", target="аврора", server="17841")
    first, web = pull(answer, tag)
    assert (first.calls, web.asked[0].query["q"], first.posts[0].author.handle) == (2, "аврора", None)
    second, _ = pull(answer, tag, first.cursor)
    assert second.calls == 1
    with pytest.raises(FetchError):
        pull(lambda _: reply({"data": []}), tag)


def test_instagram_asks_for_media_and_tags() -> None:
    for mode, path in (("media", "media"), ("tagged", "tags")):
        _, web = pull(lambda _: reply(listed()), unit("instagram", mode))
        assert web.asked[0].path == f"/v25.0/{PAGE}/{path}"


def test_threads_asks_once_for_each_term_and_again_where_it_broke() -> None:
    broken = {"second"}

    def answer(asked: Asked) -> HttpReply:
        assert asked.path == "/v1.0/keyword_search"
        assert (asked.query["search_type"], int(asked.query["until"]) > int(asked.query["since"])) == ("RECENT", True)
        if asked.query["q"] in broken:
            return reply({"error": {"message": "limit", "code": 613}}, 400)
        return reply(listed({"id": asked.query["q"], "text": "x", "timestamp": when(1)}))

    search = unit("threads", "search", target="", terms=("first", "second", "third"))
    found, web = pull(answer, search, cursor_since(120))
    assert {post.id for post in found.posts} == {"threads:first"}
    since = web.asked[0].query["since"]
    broken.clear()
    with pytest.raises(FetchError):  # it asked us to wait
        pull(answer, search, found.cursor, NOW + timedelta(minutes=1))
    found, web = pull(answer, search, found.cursor, NOW + timedelta(minutes=16))
    assert {post.id for post in found.posts} == {"threads:first", "threads:second", "threads:third"}
    assert since in {asked.query["since"] for asked in web.asked if asked.query["q"] == "third"}


@pytest.mark.parametrize("kind", ["facebook", "instagram", "threads"])
def test_an_unknown_mode_is_our_own_fault(kind: str) -> None:
    with pytest.raises(FetchError) as caught:
        pull(lambda _: reply({}), unit(kind, "x"))
    assert caught.value.trouble is Trouble.INTERNAL


def test_every_mode_of_a_file_is_served() -> None:
    brands = (Brand(name="Аврора", terms=("Аврора",)),)
    sources = (
        FacebookSource.model_validate({"kind": "facebook", "pages": [PAGE], "ratings": True}),
        InstagramSource.model_validate({"kind": "instagram", "accounts": ["17841"], "tags": ["аврора"]}),
        ThreadsSource.model_validate({"kind": "threads"}),
    )
    modes = set()
    for source in sources:
        for asked in source.units(brands):
            modes.add((asked.kind, asked.mode))
            pull(lambda _: reply({"data": [{"id": "1784"}]}), asked)
    assert len(modes) == 7


@pytest.mark.parametrize(
    "junk", ["", "{", "[]", '{"jobs": [1, ["a"], ["a", "b", "c", 4]]}', '{"facts": 3, "since": {}}']
)
def test_a_cursor_that_cannot_be_read_is_a_first_look(junk: str) -> None:
    found, _ = pull(lambda _: reply(listed(fb_post(1))), unit("facebook", "feed"), junk)
    assert len(found.posts) == 1


def test_tokens_are_taken_out_of_evidence_in_every_spelling() -> None:
    for form in (
        b'{"next":"https://g/?access_token=EAABx&limit=5"}', b'{"access_token":"EAABx","a":1}',
        b'{"next":"https://g/?a=1\\u0026access_token\\u003dEAABx"}', b"access_token%3DEAABx&x", b'{"q": "EAABx"}',
    ):  # fmt: skip
        assert b"EAABx" not in scrubbed(form, "EAABx")


_KEYS = (
    "data id message text caption comments replies paging cursors after next error code body entry changes value from "
    "timestamp created_time children media username business_discovery attachments parent 1_2 verb item time shares "
    "likes replied_to"
).split()
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6) | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(_KEYS), inner, max_size=6),
    max_leaves=25,
)


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(["facebook", "instagram", "threads"]), _JSON)
def test_no_strangers_json_breaks_the_readers(kind: str, value: Any) -> None:
    found = parser(kind)(json.dumps(value).encode("utf-8", "surrogatepass"), fetched_at=NOW)
    assert found.posts or found.warnings


@settings(deadline=None, max_examples=60)
@given(_JSON)
def test_no_strangers_json_breaks_a_look(value: Any) -> None:
    try:
        pull(lambda _: reply(json.dumps(value).encode("utf-8", "surrogatepass")), unit("facebook", "feed"))
    except (FetchError, ParseError):
        return
