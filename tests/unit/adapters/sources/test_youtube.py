"""Protects: videos and comments of YouTube with one id in every shape, within its two budgets of a Pacific day.

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
from tocsin.adapters.sources.youtube import Connector, parse
from tocsin.adapters.sources.youtube_cursor import Cursor
from tocsin.adapters.sources.youtube_quota import SEARCHES, UNITS, Spent, until_reset
from tocsin.domain.brand import Brand
from tocsin.domain.errors import FetchError, ParseError, SecretError, Trouble
from tocsin.domain.mention import Medium
from tocsin.domain.source_kinds.media import YoutubeSource
from tocsin.domain.source_state import Pull, SourceState
from tocsin.domain.sources import SourceUnit

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
CHANNEL = "UC0123456789abcdefghijkl"
OWN = "UCownownownownownownown1"
SEARCH = SourceUnit(
    id="youtube-1",
    kind="youtube",
    url="https://www.youtube.com/results",
    every=timedelta(hours=1),
    medium="video",
    mode="search",
    terms=("acme", "acme foods"),
    keyed=True,
)
COMMENTS = SEARCH.model_copy(
    update={"id": "youtube-2", "mode": "comments", "target": OWN, "terms": (), "brand": "Acme"}
)


def ago(**by: float) -> str:
    return (NOW - timedelta(**by)).strftime("%Y-%m-%dT%H:%M:%SZ")


def snippet(**changes: Any) -> dict[str, Any]:
    facts = {
        "publishedAt": ago(hours=5),
        "channelId": CHANNEL,
        "title": "Acme &amp; Co&#39;s fire",
        "description": "What happened ...",
        "thumbnails": {
            "default": {"url": "https://i.ytimg.com/vi/a/default.jpg"},
            "high": {"url": "https://i.ytimg.com/h"},
        },
        "channelTitle": "Reporter",
        "liveBroadcastContent": "none",
    }
    return facts | changes


def found(native: str = "vid-0000001", **changes: Any) -> dict[str, Any]:
    place = {"kind": "youtube#video", "videoId": native}
    return {"kind": "youtube#searchResult", "etag": "e", "id": place, "snippet": snippet(**changes)}


def video(native: str = "vid-0000001", **changes: Any) -> dict[str, Any]:
    whole = snippet(title="Acme & Co's fire", description="What happened in full. <b>", defaultAudioLanguage="en-US")
    numbers = {"viewCount": "1200", "likeCount": "30", "favoriteCount": "0", "commentCount": "7"}
    return {"kind": "youtube#video", "id": native, "snippet": whole | changes, "statistics": numbers}


def comment(native: str = "Ugx1", *, inside: bool = False, **changes: Any) -> dict[str, Any]:
    said = {
        "channelId": OWN,
        "videoId": "vid-0000001",
        "textDisplay": "I&#39;m <b>angry</b><br>really",
        "textOriginal": "I'm *angry*\nreally <sic>",
        "authorDisplayName": "@ann",
        "authorProfileImageUrl": "https://yt3.example/a",
        "authorChannelUrl": f"http://www.youtube.com/channel/{CHANNEL}",
        "authorChannelId": {"value": CHANNEL},
        "canRate": True,
        "viewerRating": "none",
        "likeCount": 3,
        "publishedAt": ago(hours=2),
        "updatedAt": ago(hours=1),
    }
    return {"kind": "youtube#comment", "etag": "e", "id": native, "snippet": said | changes}


def thread(native: str = "Ugx1", *, total: int = 0, replies: int = 0, **changes: Any) -> dict[str, Any]:
    top = {"channelId": OWN, "videoId": "vid-0000001", "totalReplyCount": total, "canReply": True, "isPublic": True}
    facts: dict[str, Any] = {
        "kind": "youtube#commentThread",
        "id": native,
        "snippet": top | {"topLevelComment": comment(native, **changes)},
    }
    if replies:
        shown = [comment(f"{native}.r{n}", parentId=native) for n in range(replies)]
        facts["replies"] = {"comments": shown}
    return facts


def listed(kind: str, *items: Any, **more: Any) -> dict[str, Any]:
    return {"kind": f"youtube#{kind}ListResponse", "pageInfo": {"totalResults": 10**6}, "items": list(items)} | more


def read(value: Any, url: str | None = None) -> Any:
    return parse(value if isinstance(value, bytes) else json.dumps(value).encode(), fetched_at=NOW, url=url)


def test_a_found_video_becomes_a_post() -> None:
    (post,) = read(listed("search", found())).posts
    assert (post.id, post.source, post.medium) == ("youtube:vid-0000001", "youtube", Medium.VIDEO)
    assert post.url == "https://www.youtube.com/watch?v=vid-0000001"
    assert (post.title, post.text) == ("Acme & Co's fire", "What happened ...")
    assert post.published_at == NOW - timedelta(hours=5)
    assert (post.author.id, post.author.name) == (CHANNEL, "Reporter")
    assert post.author.url == f"https://www.youtube.com/channel/{CHANNEL}"
    assert (post.engagement.views, post.engagement.likes, post.thread, post.in_reply_to) == (None, None, None, None)
    assert post.media == ("https://i.ytimg.com/h",)


def test_a_videos_numbers_are_counts_and_its_id_is_the_same() -> None:
    (post,) = read(listed("video", video())).posts
    assert (post.id, post.title) == ("youtube:vid-0000001", "Acme & Co's fire")
    assert (post.engagement.views, post.engagement.likes, post.engagement.replies) == (1200, 30, 7)
    assert (post.language, post.text) == ("en-US", "What happened in full. <b>")


@pytest.mark.parametrize(
    "value",
    [
        found(),
        video(),
        [video()],
        {"status": 200, "body": listed("video", video())},
        {"items": [{key: value for key, value in found().items() if key != "kind"}]},
        {"items": [{key: value for key, value in video().items() if key != "kind"}]},
        listed(
            "playlistItem",
            {
                "kind": "youtube#playlistItem",
                "id": "PLxyz",
                "snippet": snippet(resourceId={"kind": "youtube#video", "videoId": "vid-0000001"}),
                "contentDetails": {"videoId": "vid-0000001", "videoPublishedAt": ago(hours=9)},
            },
        ),
        listed(
            "activity",
            {
                "kind": "youtube#activity",
                "id": "act",
                "snippet": snippet(type="upload"),
                "contentDetails": {"upload": {"videoId": "vid-0000001"}},
            },
        ),
    ],
)
def test_a_video_has_one_id_in_all_shapes(value: Any) -> None:
    assert [post.id for post in read(value).posts] == ["youtube:vid-0000001"]


def test_a_thread_becomes_its_comment_and_replies() -> None:
    top, first, second = read(listed("commentThread", thread(total=9, replies=2))).posts
    assert (top.id, top.thread, top.in_reply_to) == ("youtube:Ugx1", "youtube:Ugx1", "youtube:vid-0000001")
    assert top.url == "https://www.youtube.com/watch?v=vid-0000001&lc=Ugx1"
    assert (top.text, top.title) == ("I'm *angry*\nreally <sic>", None)
    assert (top.author.id, top.author.handle, top.author.name) == (CHANNEL, "ann", "@ann")
    assert (top.engagement.likes, top.engagement.replies) == (3, 9)
    assert (first.id, first.thread, first.in_reply_to) == ("youtube:Ugx1.r0", "youtube:Ugx1", "youtube:Ugx1")
    assert second.url == "https://www.youtube.com/watch?v=vid-0000001&lc=Ugx1.r1"


def test_a_reply_alone_has_the_same_place_and_its_video_from_the_request() -> None:
    bare = comment("Ugx1.r0", parentId="Ugx1", videoId=None, channelId=None)
    (post,) = read(listed("comment", bare)).posts
    assert (post.id, post.thread, post.in_reply_to, post.url) == (
        "youtube:Ugx1.r0",
        "youtube:Ugx1",
        "youtube:Ugx1",
        None,
    )
    (post,) = read(listed("comment", bare), url="https://x.example/comments?videoId=vid-0000001&key=1").posts
    assert post.url == "https://www.youtube.com/watch?v=vid-0000001&lc=Ugx1.r0"


def test_only_the_owner_sees_the_original_others_see_html() -> None:
    (post,) = read(comment(textOriginal=None)).posts
    assert post.text == "I'm angry\nreally"


def test_a_comment_on_a_channel_leads_to_the_channel() -> None:
    value = thread()
    del value["snippet"]["videoId"]
    del value["snippet"]["topLevelComment"]["snippet"]["videoId"]
    (post,) = read(value).posts
    assert (post.url, post.in_reply_to) == (f"https://www.youtube.com/channel/{OWN}/discussion?lc=Ugx1", None)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (
            listed("search", found() | {"id": {"kind": "youtube#channel", "channelId": CHANNEL}}),
            "item 1 is skipped: channel «Acme & Co's fire» is no video or comment",
        ),
        (listed("search", found() | {"id": {"kind": "youtube#playlist", "playlistId": "PL"}}), "playlist"),
        (
            listed("channel", {"kind": "youtube#channel", "id": CHANNEL, "snippet": {"title": "T"}}),
            "channel «T» is no video",
        ),
        (listed("search"), "searchListResponse without items"),
        (
            {"error": {"code": 403, "message": "No <b>quota</b>", "errors": [{"reason": "quotaExceeded"}]}},
            "an error: «No",
        ),
        ({"error": "error message"}, "an error: «error message»"),
        ({"error": "invalid_grant", "error_description": "Bad Request"}, "an error: «invalid_grant: Bad Request»"),
        (
            listed(
                "playlistItem",
                {
                    "kind": "youtube#playlistItem",
                    "snippet": {"title": "Private video", "resourceId": {"videoId": "vid-0000001"}},
                },
            ),
            "private or deleted",
        ),
        (listed("video", {"kind": "youtube#video", "id": "vid-0000001", "statistics": {}}), "no snippet"),
        (
            listed("commentThread", {"kind": "youtube#commentThread", "id": "x", "snippet": {}}),
            "without its first comment",
        ),
        (listed("video", None, 7, "x", {}), "another kind: an object with kind, pageInfo, items (4)"),
        ({}, "an empty answer"),
        (None, "an empty answer"),
    ],
)
def test_an_answer_without_posts_says_what_it_is(value: Any, says: str) -> None:
    result = read(value)
    assert result.posts == ()
    assert any(says in warning for warning in result.warnings), result.warnings


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"soon", b'{"items": [', b"[" * 2_000 + b"]" * 2_000])
def test_what_is_no_answer_is_an_error(body: bytes) -> None:
    with pytest.raises(ParseError):
        read(body)


_KEYS = st.sampled_from(["value", "url", "high", "videoId", "kind", "comments", "snippet", "id"])
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=8,
)


@given(
    changes=st.dictionaries(
        st.sampled_from([*snippet(), "videoId", "topLevelComment", "textOriginal", "authorChannelId"]), _JSON
    ),
    outer=st.dictionaries(st.sampled_from(["id", "kind", "statistics", "replies", "contentDetails"]), _JSON),
    shape=st.sampled_from([found, video, comment, thread]),
)
def test_nothing_in_an_item_breaks_the_parser(
    changes: dict[str, Any], outer: dict[str, Any], shape: Callable[[], dict[str, Any]]
) -> None:
    item = shape()
    item["snippet"] = item["snippet"] | changes
    result = read(listed("video", item | outer, video("vid-0000002")))
    assert len(result.posts) + len(result.warnings) >= 2


@given(value=_JSON)
def test_nothing_else_breaks_it(value: Any) -> None:
    result = read(value)
    assert result.posts or result.warnings


def test_the_days_budget_ends_at_midnight_in_california_also_when_clocks_change() -> None:
    assert until_reset(datetime(2026, 7, 1, 6, 59, tzinfo=UTC)) == timedelta(minutes=1)
    assert until_reset(datetime(2026, 7, 1, 7, tzinfo=UTC)) == timedelta(hours=24)
    assert until_reset(datetime(2026, 11, 1, 7, tzinfo=UTC)) == timedelta(hours=25)
    assert until_reset(datetime(2026, 3, 8, 8, tzinfo=UTC)) == timedelta(hours=23)
    spent = Spent(day="2026-06-30", searches=9, units=9)
    assert spent.on(datetime(2026, 7, 1, 6, 59, tzinfo=UTC)) == spent
    assert spent.on(datetime(2026, 7, 1, 7, tzinfo=UTC)) == Spent(day="2026-07-01")


class Tube:
    """YouTube by script: what ``search``, ``videos``, ``commentThreads`` and ``comments`` answer."""

    def __init__(self) -> None:
        self.found = [found(f"vid-{n:07}", publishedAt=ago(hours=n + 1)) for n in range(3)]
        self.threads: dict[str, list[Any]] = {}
        self.replies: dict[str, list[Any]] = {}
        self.refusals: dict[str, HttpReply] = {}

    def __call__(self, asked: Asked) -> HttpReply:
        resource = asked.path.rpartition("/")[2]
        refusal = self.refusals.get(resource) or self.refusals.get(asked.query.get("videoId", ""))
        if refusal:
            return refusal
        if resource == "videos":
            return reply(listed("video", *(video(native) for native in asked.query["id"].split(","))))
        if resource == "search":
            since = asked.query["publishedAfter"]
            items, size = [each for each in self.found if each["snippet"]["publishedAt"] > since], 50
        elif resource == "commentThreads":
            whose = asked.query.get("videoId") or asked.query["allThreadsRelatedToChannelId"]
            items, size = self.threads.get(whose, []), 100
        else:
            items, size = self.replies.get(asked.query["parentId"], []), 100
        start = int(asked.query.get("pageToken", "0"))
        more = {"nextPageToken": str(start + size)} if start + size < len(items) else {}
        return reply(listed(resource, *items[start : start + size], **more))


def pull(
    tube: Callable[[Asked], HttpReply], unit: SourceUnit = SEARCH, cursor: str | None = None, now: datetime = NOW
) -> tuple[Pull, ScriptedWeb]:
    web, secrets = ScriptedWeb(tube), MemorySecrets(youtube={"api_key": "s3cr3t-key"})
    state = SourceState(source_id=unit.id, cursor=cursor)
    return Connector(web, secrets).pull(unit, state, now, timedelta(seconds=20)), web  # type: ignore[arg-type]


def resources(web: ScriptedWeb) -> list[str]:
    return [asked.path.rpartition("/")[2] for asked in web.asked]


def refusal(reason: str, status: int = 403, message: str = "Refused") -> HttpReply:
    return reply({"error": {"code": status, "message": message, "errors": [{"reason": reason}]}}, status)


def test_a_search_gives_whole_videos_with_numbers_and_the_comments_under_them() -> None:
    tube = Tube()
    tube.threads["vid-0000001"] = [thread("UgA", total=1, replies=1)]
    result, web = pull(tube)
    assert resources(web) == ["search", "videos", "commentThreads", "commentThreads", "commentThreads"]
    query = web.asked[0].query
    assert (query["q"], query["type"], query["order"]) == ('acme|"acme foods"', "video", "date")
    assert query["publishedAfter"] == "2026-10-25T00:00:00Z"
    assert {post.id for post in result.posts} == {
        "youtube:vid-0000000",
        "youtube:vid-0000001",
        "youtube:vid-0000002",
        "youtube:UgA",
        "youtube:UgA.r0",
    }
    assert result.posts[0].engagement.views == 1200
    assert (result.calls, result.again, len(result.evidence)) == (1, False, 5)
    assert Cursor.of(result.cursor).spent == Spent(day="2026-11-01", searches=1, units=4)


def test_the_key_is_in_a_header_and_nowhere_else() -> None:
    result, web = pull(Tube())
    assert {asked.private["X-Goog-Api-Key"] for asked in web.asked} == {"s3cr3t-key"}
    assert "s3cr3t" not in repr(result) + "".join(asked.url for asked in web.asked)


def test_the_next_look_asks_from_the_newest_with_an_overlap_and_watches_old_videos_on() -> None:
    tube = Tube()
    first, _ = pull(tube)
    tube.found = []
    tube.threads["vid-0000002"] = [thread("UgB")]
    second, web = pull(tube, cursor=first.cursor)
    assert web.asked[0].query["publishedAfter"] == "2026-10-31T23:00:00Z"
    assert resources(web) == ["search", "commentThreads", "commentThreads", "commentThreads"]
    assert [post.id for post in second.posts] == ["youtube:UgB"]


def test_at_most_ten_videos_are_watched_the_newest() -> None:
    tube = Tube()
    tube.found = [found(f"vid-{n:07}", publishedAt=ago(minutes=n + 1)) for n in range(30)]
    result, web = pull(tube)
    asked = [each.query["videoId"] for each in web.asked if "videoId" in each.query]
    assert asked == [f"vid-{n:07}" for n in range(10)]
    assert len(result.cursor or "") < 4_000


def test_a_video_without_comments_is_not_asked_again() -> None:
    tube = Tube()
    tube.refusals = {"vid-0000000": refusal("commentsDisabled"), "vid-0000001": refusal("videoNotFound", 404)}
    first, _ = pull(tube)
    assert len(first.posts) == 3
    _, web = pull(tube, cursor=first.cursor)
    assert resources(web) == ["search", "videos", "commentThreads"]


def test_a_storm_of_videos_is_read_to_its_end() -> None:
    tube = Tube()
    first, _ = pull(tube)
    tube.found = [found(f"new-{n:07}", publishedAt=ago(minutes=n / 10)) for n in range(230)]
    cursor, seen, looks = first.cursor, set[str](), 0
    again = True
    while again:
        result, _ = pull(tube, cursor=cursor)
        seen |= {post.id for post in result.posts}
        cursor, again, looks = result.cursor, result.again, looks + 1
    assert {f"youtube:new-{n:07}" for n in range(230)} <= seen
    assert looks == 3


def test_a_full_day_ends_politely_until_the_reset_without_asking() -> None:
    cursor = Cursor(spent=Spent(day="2026-11-01", searches=SEARCHES)).model_dump_json()
    web = ScriptedWeb(Tube())
    connector = Connector(web, MemorySecrets(youtube={"api_key": "x"}))  # type: ignore[arg-type]
    state = SourceState(source_id="x", cursor=cursor)
    with pytest.raises(FetchError, match="100 searches are used up") as raised:
        connector.pull(SEARCH, state, NOW, timedelta(seconds=20))
    assert raised.value.trouble is Trouble.QUOTA
    assert raised.value.retry_after == timedelta(hours=20).total_seconds()
    assert web.asked == []
    connector.pull(SEARCH, state, NOW + timedelta(hours=20), timedelta(seconds=20))
    assert resources(web)[0] == "search"


def test_without_units_the_search_still_hears_and_says_what_is_missing() -> None:
    cursor = Cursor(spent=Spent(day="2026-11-01", units=UNITS)).model_dump_json()
    result, web = pull(Tube(), cursor=cursor)
    assert resources(web) == ["search"]
    assert len(result.posts) == 3
    assert "10,000 units are used up" in result.warnings[0]
    with pytest.raises(FetchError) as raised:
        pull(Tube(), COMMENTS, cursor)
    assert raised.value.trouble is Trouble.QUOTA


def test_youtubes_own_word_on_the_quota_is_the_last() -> None:
    tube = Tube()
    tube.refusals = {"search": refusal("quotaExceeded", message="You have exceeded your quota.")}
    with pytest.raises(FetchError, match="exceeded your quota") as raised:
        pull(tube)
    assert (raised.value.trouble, raised.value.retry_after) == (Trouble.QUOTA, 72_000)
    tube.refusals = {"commentThreads": refusal("quotaExceeded")}
    result, web = pull(tube)
    assert resources(web).count("commentThreads") == 1
    assert Cursor.of(result.cursor).spent.units == UNITS
    assert len(result.posts) == 3


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (refusal("badRequest", 400, "API key not valid. Please pass a valid API key."), Trouble.AUTH),
        (refusal("accessNotConfigured"), Trouble.AUTH),
        (refusal("forbidden"), Trouble.POLICY),
        (refusal("rateLimitExceeded"), Trouble.THROTTLED),
        (refusal("x", 429), Trouble.THROTTLED),
        (refusal("backendError", 503), Trouble.DOWN),
        (refusal("invalidSearchFilter", 400), Trouble.FORMAT),
        (reply({"error": "error message"}), Trouble.FORMAT),
        (reply(b"<html>Sorry</html>", 403), Trouble.POLICY),
    ],
)
def test_a_refusal_is_told_apart(answer: HttpReply, trouble: Trouble) -> None:
    with pytest.raises(FetchError) as raised:
        pull(lambda _: answer)
    assert raised.value.trouble is trouble


def test_a_missing_key_is_named() -> None:
    connector = Connector(ScriptedWeb(Tube()), MemorySecrets(youtube={"kee": "x"}))  # type: ignore[arg-type]
    with pytest.raises(SecretError, match="no field 'api_key'"):
        connector.pull(SEARCH, SourceState(source_id="x"), NOW, timedelta(seconds=20))


def test_comments_on_the_own_channel_come_with_all_their_replies() -> None:
    tube = Tube()
    tube.threads[OWN] = [thread("UgA", total=250, replies=5), thread("UgB", total=2, replies=2)]
    tube.replies["UgA"] = [comment(f"UgA.s{n}", parentId="UgA", videoId=None, channelId=None) for n in range(250)]
    result, web = pull(tube, COMMENTS)
    assert web.asked[0].query["allThreadsRelatedToChannelId"] == OWN
    assert resources(web) == ["commentThreads", "comments", "comments", "comments"]
    assert len(result.posts) == 2 + 5 + 2 + 250
    assert all(post.url and "v=vid-0000001" in post.url for post in result.posts)
    second, web = pull(tube, COMMENTS, result.cursor)
    assert resources(web) == ["commentThreads"]
    tube.threads[OWN][0]["snippet"]["totalReplyCount"] = 251
    _, web = pull(tube, COMMENTS, second.cursor)
    assert "comments" in resources(web)


def test_a_deleted_thread_does_not_keep_the_others_replies_away() -> None:
    tube = Tube()
    tube.threads[OWN] = [thread("UgA", total=9, replies=5), thread("UgB", total=9, replies=5)]
    tube.replies["UgB"] = [comment("UgB.x", parentId="UgB")]

    def answer(asked: Asked) -> HttpReply:
        return refusal("commentNotFound", 404) if asked.query.get("parentId") == "UgA" else tube(asked)

    result, _ = pull(answer, COMMENTS)
    assert "youtube:UgB.x" in {post.id for post in result.posts}
    assert result.warnings == ()


@pytest.mark.parametrize("resource", ["videos", "commentThreads", "comments"])
@pytest.mark.parametrize("answer", [reply(b"<html>Sorry</html>"), reply(b"", 503), reply({"items": 7})])
def test_what_fails_after_the_search_costs_only_itself(resource: str, answer: HttpReply) -> None:
    tube = Tube()
    tube.threads["vid-0000001"] = [thread("UgA", total=9, replies=5)]
    tube.refusals = {resource: answer}
    result, _ = pull(tube)
    assert len([post for post in result.posts if post.title]) == 3
    assert Cursor.of(result.cursor).place.newest == NOW - timedelta(hours=1)


def test_many_grown_threads_wait_for_the_next_look_and_the_cursor_stays_small() -> None:
    tube = Tube()
    tube.threads[OWN] = [thread(f"Ug{n:024}", total=9, replies=5, publishedAt=ago(minutes=n)) for n in range(120)]
    tube.replies = {f"Ug{n:024}": [comment(f"Ug{n:024}.x", parentId=f"Ug{n:024}")] for n in range(120)}
    result, web = pull(tube, COMMENTS)
    assert resources(web).count("comments") == 20
    assert "100 threads wait for the next look" in result.warnings[-1]
    heard = {post.id for post in result.posts}
    cursor = result.cursor
    for _ in range(6):
        result, _ = pull(tube, COMMENTS, cursor)
        heard |= {post.id for post in result.posts}
        cursor = result.cursor
        assert len(cursor or "") < 4_000
    assert {f"youtube:Ug{n:024}.x" for n in range(60)} <= heard


def test_a_channel_without_comments_is_no_cause_to_warn() -> None:
    result, _ = pull(Tube(), COMMENTS)
    assert (result.posts, result.warnings) == ((), ())


@given(
    cursor=st.text(max_size=100) | st.just('{"watched": 3}') | st.just('{"replies": {"a": "b"}}') | st.just("[" * 5_000)
)
def test_a_cursor_that_cannot_be_read_is_none(cursor: str) -> None:
    assert Cursor.of(cursor).watched == ()


BRANDS = (Brand(name="Acme", terms=("acme",)), Brand(name="Bolt", terms=("bolt",)))


def test_an_entry_that_asks_for_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="names neither channels"):
        YoutubeSource(kind="youtube")
    units = list(YoutubeSource(kind="youtube", search=True, own_channels=[CHANNEL], brand="Bolt").units(BRANDS))
    assert [(unit.mode, unit.target, unit.terms, unit.brand, unit.keyed) for unit in units] == [
        ("comments", CHANNEL, (), "Bolt", True),
        ("search", "", ("bolt",), "Bolt", True),
    ]


def test_a_plea_to_wait_among_the_comments_is_heeded() -> None:
    tube = Tube()
    tube.found = [found(f"vid-{n:07}", publishedAt=ago(hours=n + 1)) for n in range(150)]
    tube.refusals = {"commentThreads": reply({"error": {"message": "Slow down"}}, 429, retry_after="600")}
    result, _ = pull(tube)
    assert result.posts
    assert not result.again
    with pytest.raises(FetchError, match="asked us to wait") as error:
        pull(tube, cursor=result.cursor, now=NOW + timedelta(minutes=1))
    assert error.value.retry_after == 540
    tube.refusals = {}
    assert pull(tube, cursor=result.cursor, now=NOW + timedelta(minutes=11))[0].posts
