"""Protects: what is said on Bluesky reaches us whole and dated sanely; a login is used as long as it lives and shown to
nobody; the brand's threads are read without one."""

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.support.social import NOW, Story, ids, iso, unit
from tests.support.web import Asked, ScriptedWeb, reply
from tocsin.adapters.http_guard import HttpReply
from tocsin.adapters.memory import MemorySecrets
from tocsin.adapters.sources.bluesky import parse
from tocsin.adapters.sources.values import Parsed
from tocsin.domain.errors import FetchError, SecretError, Trouble

SEARCH = unit("bluesky", "search", terms=("acme", "acme foods"), keyed=True)
ACCOUNT = unit("bluesky", "account", target="acme.bsky.social", brand="Acme")
SECRET = {"identifier": "@client.bsky.social", "password": "abcd-efgh"}


def uri(key: str, did: str = "did:plc:ann") -> str:
    return f"at://{did}/app.bsky.feed.post/{key}"


def view(key: str, age: timedelta = timedelta(minutes=5), did: str = "did:plc:ann", **more: Any) -> dict[str, Any]:
    """Written by us from the documented shape (app.bsky.feed.defs#postView)."""
    record = {
        "$type": "app.bsky.feed.post",
        "text": f"Acme {key}",
        "createdAt": iso(NOW - age),
        "langs": ["en-GB", "uk"],
    }
    return {
        "uri": uri(key, did),
        "cid": "bafy",
        "author": {"did": did, "handle": f"{did[8:]}.bsky.social", "displayName": "Ann"},
        "record": record | more.pop("record", {}),
        "replyCount": 0,
        "repostCount": 2,
        "likeCount": 3,
        "quoteCount": 1,
        "indexedAt": iso(NOW - age),
    } | more


def read(*posts: Any) -> Parsed:
    return parse(json.dumps({"posts": posts}).encode(), fetched_at=NOW)


def test_a_post_is_ours() -> None:
    (post,) = read(view("3k")).posts
    assert post.id == "bluesky:at://did:plc:ann/app.bsky.feed.post/3k"
    assert post.url == "https://bsky.app/profile/ann.bsky.social/post/3k"
    assert (post.engagement.likes, post.engagement.replies, post.engagement.shares) == (3, 0, 3)
    assert post.language == "en-GB"


@pytest.mark.parametrize(
    ("created", "indexed", "taken"),
    [
        ("2026-11-01T10:00:00Z", "2026-11-01T10:00:05Z", "2026-11-01T10:00:00Z"),
        ("2031-01-01T00:00:00Z", "2026-11-01T10:00:05Z", "2026-11-01T10:00:05Z"),
        ("1970-01-01T00:00:00Z", "2026-11-01T10:00:05Z", "2026-11-01T10:00:05Z"),
        ("yesterday", "2026-11-01T10:00:05Z", "2026-11-01T10:00:05Z"),
        (None, None, iso(NOW)),
    ],
)
def test_the_authors_date_is_believed_when_it_can_be_true(created: Any, indexed: Any, taken: str) -> None:
    found = read(view("1", record={"createdAt": created}, indexedAt=indexed))
    assert iso(found.posts[0].published_at) == taken
    assert bool(found.warnings) == (created is None)


def test_addresses_that_the_text_shortens_or_hides_follow_it() -> None:
    def link(address: str) -> dict[str, Any]:
        return {"index": {"byteStart": 0, "byteEnd": 3}, "features": [{"$type": "…#link", "uri": address}]}

    text = "Читайте acme.example/rec... і тут; https://whole.example/x"
    facets = [link("https://acme.example/recall"), link("https://hidden.example/"), link("https://whole.example/x")]
    (post,) = read(view("1", record={"text": text, "facets": facets})).posts
    assert post.text == f"{text}\nhttps://acme.example/recall\nhttps://hidden.example/"


def test_what_looks_like_a_tag_was_written() -> None:
    assert read(view("1", record={"text": "Acme <3 List<String> & Co"})).posts[0].text == "Acme <3 List<String> & Co"


def test_a_picture_or_a_quote_alone_is_a_post() -> None:
    picture = {
        "$type": "app.bsky.embed.images#view",
        "images": [{"fullsize": "https://cdn.example/1", "alt": "A mouse"}],
    }
    quoted = {"$type": "app.bsky.embed.record#view", "record": view("9")}
    both = {"$type": "app.bsky.embed.recordWithMedia#view", "record": quoted, "media": picture}
    posts = read(
        view("1", record={"text": ""}, embed=picture),
        view("2", record={"text": ""}, embed=quoted),
        view("3", record={"text": ""}, embed=both),
    ).posts
    assert [(post.text, len(post.media)) for post in posts] == [("A mouse", 1), ("", 0), ("A mouse", 1)]


def test_a_handle_that_broke_is_no_handle() -> None:
    (post,) = read(view("1", author={"did": "did:plc:ann", "handle": "handle.invalid"})).posts
    assert post.author.handle is None
    assert post.url == "https://bsky.app/profile/did:plc:ann/post/1"


def test_threads_old_and_new_feeds_and_listings_give_the_same_ids() -> None:
    reply_to = {"reply": {"root": {"uri": uri("1")}, "parent": {"uri": uri("1")}}}
    answer = view("2", record=reply_to)
    old = {
        "thread": {"post": view("1"), "replies": [{"post": answer, "replies": []}, {"uri": uri("8"), "notFound": True}]}
    }
    new = {"thread": [{"uri": uri(k), "depth": 0, "value": {"post": v}} for k, v in (("1", view("1")), ("2", answer))]}
    feed = {"feed": [{"post": answer, "reply": {"root": view("1"), "parent": view("1")}}]}
    listing = {"records": [{"uri": one["uri"], "cid": "c", "value": one["record"]} for one in (view("1"), answer)]}
    wanted = {f"bluesky:{uri('1')}", f"bluesky:{uri('2')}"}
    for value in (old, new, feed, listing):
        found = parse(json.dumps(value).encode(), fetched_at=NOW)
        assert {post.id for post in found.posts} == wanted
        (second,) = (post for post in found.posts if post.id.endswith("/2"))
        assert second.in_reply_to == second.thread == f"bluesky:{uri('1')}"
    assert "gone" in parse(json.dumps(old).encode(), fetched_at=NOW).warnings[0]


def test_an_event_of_the_firehose_is_a_post() -> None:
    commit = {"operation": "create", "collection": "app.bsky.feed.post", "rkey": "1", "record": view("1")["record"]}
    event = {"did": "did:plc:ann", "time_us": 1, "kind": "commit", "commit": commit}
    (post,) = parse(json.dumps(event).encode(), fetched_at=NOW).posts
    assert (post.id, post.author.id, post.author.handle) == (f"bluesky:{uri('1')}", "did:plc:ann", None)
    assert not parse(json.dumps(event | {"commit": {"operation": "delete"}}).encode(), fetched_at=NOW).posts


def test_addresses_alone_and_notices_are_no_posts() -> None:
    like = {"uri": "at://did:plc:b/app.bsky.feed.like/1", "cid": "c", "author": {"did": "did:plc:b"}, "reason": "like"}
    like["record"] = {"$type": "app.bsky.feed.like", "subject": {"uri": uri("1")}}
    for value in ({"posts": [{"uri": uri("1")}]}, {"notifications": [like]}):
        found = parse(json.dumps(value).encode(), fetched_at=NOW)
        assert not found.posts
        assert found.warnings[0].startswith("item 1 is skipped")


class Service:
    """A PDS with a search: tokens live for ``lives`` searches; the cursor is an offset, as Bluesky's is."""

    def __init__(self, lives: int = 10**6) -> None:
        self.views: list[dict[str, Any]] = []
        self.lives, self.left, self.token = lives, 0, 0
        self.refresh_works = True
        self.logins = 0
        self.web = ScriptedWeb(self.answer)

    def answer(self, asked: Asked) -> HttpReply:
        method = asked.path.rpartition(".")[2]
        if method == "createSession":
            assert json.loads(asked.data or b"") == {"identifier": "client.bsky.social", "password": "abcd-efgh"}
            self.logins += 1
            return self.tokens()
        if method == "refreshSession":
            assert asked.private["Authorization"] == f"Bearer refresh{self.token}"
            return self.tokens() if self.refresh_works else reply({"error": "ExpiredToken", "message": "x"}, 400)
        if asked.private.get("Authorization") != f"Bearer access{self.token}" or self.left <= 0:
            return reply({"error": "ExpiredToken", "message": "Token has expired"}, 400)
        self.left -= 1
        start = int(asked.query.get("cursor", 0))
        shown = self.views[start : start + 100]
        return reply({"posts": shown, "cursor": str(start + 100)} if len(shown) == 100 else {"posts": shown})

    def tokens(self) -> HttpReply:
        self.token, self.left = self.token + 1, self.lives
        return reply({"accessJwt": f"access{self.token}", "refreshJwt": f"refresh{self.token}", "did": "did:plc:c"})


def test_one_login_serves_all_looks_and_is_kept() -> None:
    service, secrets = Service(), MemorySecrets(bluesky=SECRET)
    service.views = [view(str(n)) for n in range(150)]
    story = Story(service.web, SEARCH, secrets)
    assert len(story.look().posts) == 150
    story.look(minutes=5)
    Story(service.web, SEARCH, secrets).look()  # another run of the function
    assert service.logins == 1
    assert {asked.query.get("q") for asked in service.web.asked} >= {"acme", '"acme foods"'}


@pytest.mark.parametrize("refresh_works", [True, False])
def test_a_token_that_expires_in_mid_page_is_renewed_and_nothing_is_lost(refresh_works: bool) -> None:
    service = Service(lives=1)
    service.refresh_works = refresh_works
    service.views = [view(str(n)) for n in range(150)]
    pull = Story(service.web, SEARCH, MemorySecrets(bluesky=SECRET)).look()
    assert len(set(ids(pull))) == 150
    assert service.logins == (1 if refresh_works else service.token)


def test_secrets_are_nowhere_but_in_private_headers_and_the_logins_body() -> None:
    service, secrets = Service(), MemorySecrets(bluesky=SECRET)
    service.views = [view("1")]
    pull = Story(service.web, SEARCH, secrets).look()
    told = pull.model_dump_json() + "".join(f"{asked.url}{asked.headers}" for asked in service.web.asked)
    for secret in ("abcd-efgh", "access1", "refresh1"):
        assert secret not in told


def test_another_account_in_the_secret_is_another_session() -> None:
    service, secrets = Service(), MemorySecrets(bluesky=SECRET)
    secrets.keep_session("bluesky", {"accessJwt": "old", "refreshJwt": "old", "whose": "https://bsky.social @other"})
    Story(service.web, SEARCH, secrets).look()
    assert service.logins == 1


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (reply({"error": "AuthenticationRequired", "message": "Invalid identifier or password"}, 401), Trouble.AUTH),
        (reply(b"<html>403 Forbidden</html>", 403), Trouble.POLICY),
        (reply({"error": "UpstreamFailure"}, 502), Trouble.DOWN),
        (reply({}), Trouble.FORMAT),
    ],
)
def test_a_login_that_fails_says_why(answer: HttpReply, trouble: Trouble) -> None:
    with pytest.raises(FetchError) as error:
        Story(ScriptedWeb(lambda _: answer), SEARCH, MemorySecrets(bluesky=SECRET)).look()
    assert error.value.trouble is trouble
    assert "abcd" not in str(error.value)


def test_a_search_without_a_secret_says_so() -> None:
    with pytest.raises(SecretError, match="password"):
        Story(Service().web, SEARCH, MemorySecrets(bluesky={"identifier": "x"})).look()


class Public:
    """The public API with the brand's feed, threads and quotes."""

    def __init__(self) -> None:
        self.own = view("1", timedelta(hours=3), did="did:plc:acme", quoteCount=0)
        self.answers: list[dict[str, Any]] = []
        self.quotes: list[dict[str, Any]] = []
        self.busy: HttpReply | None = None
        self.web = ScriptedWeb(self.answer)

    def answer(self, asked: Asked) -> HttpReply:
        assert not asked.private
        assert asked.url.startswith("https://public.api.bsky.app/xrpc/")
        method = asked.path.rpartition(".")[2]
        if method == "getAuthorFeed":
            other = view("7", did="did:plc:other", replyCount=5)
            return reply({"feed": [{"post": self.own}, {"post": other, "reason": {"$type": "…#reasonRepost"}}]})
        if self.busy:
            return self.busy
        if method == "getPostThread":
            return reply({"thread": {"post": self.own, "replies": [{"post": one} for one in self.answers]}})
        return reply({"uri": asked.query["uri"], "posts": self.quotes})


def test_answers_and_quotes_by_others_are_given_and_the_brands_own_words_are_not() -> None:
    public = Public()
    parent = {"reply": {"root": {"uri": public.own["uri"]}, "parent": {"uri": public.own["uri"]}}}
    public.answers = [view("2", record=parent), view("3", did="did:plc:acme", record=parent)]
    public.quotes = [view("4")]
    public.own |= {"replyCount": 2, "quoteCount": 1}
    story = Story(public.web, ACCOUNT)
    pull = story.look()
    assert ids(pull) == [f"bluesky:{uri('2')}", f"bluesky:{uri('4')}"]
    assert pull.posts[0].thread == f"bluesky:{public.own['uri']}"
    # and what did not grow is left alone for a while
    before = len(public.web.asked)
    assert not story.look(minutes=5).posts
    assert len(public.web.asked) - before == 1


def test_who_asks_not_to_be_shown_without_a_login_is_not() -> None:
    public = Public()
    shy = view("2")
    shy["author"]["labels"] = [{"val": "!no-unauthenticated", "src": "did:plc:ann"}]
    public.answers, public.own["replyCount"] = [shy], 1
    pull = Story(public.web, ACCOUNT).look()
    assert not pull.posts
    assert "no-unauthenticated" in pull.warnings[0]
    assert len(read(shy).posts) == 1  # the client's own account may read it


def test_search_without_a_session_is_a_matter_of_policy() -> None:
    web = ScriptedWeb(lambda _: reply(b"<html>Forbidden</html>", 403))
    with pytest.raises(FetchError) as error:
        Story(web, ACCOUNT).look()
    assert error.value.trouble is Trouble.POLICY


@pytest.mark.parametrize("service", ["http://pds.example", "pds.example", "ftp://pds.example", "//pds.example"])
def test_a_password_goes_nowhere_without_https(service: str) -> None:
    served, secrets = Service(), MemorySecrets(bluesky=SECRET | {"service": service})
    with pytest.raises(SecretError, match="https") as caught:
        Story(served.web, SEARCH, secrets).look()
    assert not served.web.asked
    assert "pds.example" not in str(caught.value)


def test_a_plea_to_wait_among_the_threads_is_heeded() -> None:
    public = Public()
    public.answers, public.own["replyCount"] = [view("2")], 1
    public.busy = reply({"error": "RateLimitExceeded"}, 429, retry_after="300")
    story = Story(public.web, ACCOUNT)
    pull = story.look()
    assert (pull.posts, pull.again) == ((), False)
    asked = len(public.web.asked)
    with pytest.raises(FetchError, match="asked us to wait"):
        story.look(minutes=1)
    assert len(public.web.asked) == asked
    public.busy = None
    assert len(story.look(minutes=5).posts) == 1
