"""Protects: a deletion is taken from its source's own word alone. No trouble of any kind erases anything.

The platforms below answer in the documented shapes (written by us: no recording of such answers is at hand).
"""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.samples import NOON
from tests.support.web import Asked, ScriptedWeb, reply
from tocsin.adapters.http_guard import HttpReply
from tocsin.adapters.memory import MemorySecrets
from tocsin.adapters.sources.registry import Connectors
from tocsin.domain.errors import FetchError, ParseError, SecretError, Trouble
from tocsin.domain.recheck import RULES, Gone
from tocsin.domain.sources import SourceUnit

SECRETS = {
    "bluesky": {"identifier": "desk", "password": "an app password"},
    "reddit": {"client_id": "app", "client_secret": "an invented secret"},
    "youtube": {"api_key": "an invented key"},
    "x": {"bearer_token": "an invented token"},
    "facebook": {"access_token": "an-invented-token"},
    "instagram": {"access_token": "an-invented-token"},
    "trustpilot": {"api_key": "an invented key"},
    "googlebusiness": {"client_id": "app", "client_secret": "an invented one", "refresh_token": "another"},
}
PLACES = ("accounts/1/locations/0", "accounts/1/locations/1")
THERE, DELETED, HIDDEN = "there", "deleted", "hidden"
"""``HIDDEN``: the source does not say clearly."""


@dataclass
class Platform:
    """``fates``: what is with each native id. ``ids``: made of a number by ``id_of``."""

    kind: str
    id_of: Callable[[int], str]
    tells: Callable[["Platform", Asked], HttpReply]
    keyed: bool = False
    fates: dict[str, str] = field(default_factory=dict)

    def post(self, number: int, fate: str) -> str:
        native = self.id_of(number)
        self.fates[native] = fate
        return f"{self.kind}:{native}"

    def fate(self, native: str) -> str:
        return self.fates.get(native, DELETED)


def _mastodon(at: Platform, asked: Asked) -> HttpReply:
    number = asked.path.rpartition("/")[2]
    fate = at.fate(f"https://social.example/users/ada/statuses/{number}")
    if fate == HIDDEN:
        return reply({"error": "This method requires an authenticated user"}, 401)
    return reply({"id": number, "content": "x"}) if fate == THERE else reply({"error": "Record not found"}, 404)


def _activity(at: Platform, asked: Asked) -> HttpReply:
    assert "activity+json" in asked.headers["Accept"]
    fate = at.fate(asked.url)
    if fate == HIDDEN:
        return reply(b"<html>Not here</html>", 404)
    if fate == DELETED:
        return reply({"type": "Tombstone", "id": asked.url}) if int(asked.url[-1]) % 2 else reply(b"", 410)
    return reply({"type": "Note", "id": asked.url})


def _bluesky(at: Platform, asked: Asked) -> HttpReply:
    if asked.path.endswith("getPosts"):
        uris = [
            part.partition("=")[2].replace("%3A", ":").replace("%2F", "/")
            for part in asked.url.split("?")[1].split("&")
        ]
        assert len(uris) <= 25
        return reply({"posts": [{"uri": uri} for uri in uris if at.fate(uri) == THERE]})
    fate = at.fate(asked.query["uri"])
    if fate == DELETED:
        return reply({"error": "NotFound", "message": f"Post not found: {asked.query['uri']}"}, 400)
    kind = "threadViewPost" if fate == THERE else "blockedPost"
    return reply({"thread": {"$type": f"app.bsky.feed.defs#{kind}", "uri": asked.query["uri"]}})


def _hackernews(at: Platform, asked: Asked) -> HttpReply:
    number = asked.path.rpartition("/")[2].removesuffix(".json")
    shapes = {THERE: {"id": int(number), "text": "x"}, DELETED: {"id": int(number), "deleted": True}, HIDDEN: None}
    return reply(shapes[at.fate(number)])


def _youtube(at: Platform, asked: Asked) -> HttpReply:
    assert asked.private["X-Goog-Api-Key"] == SECRETS["youtube"]["api_key"]
    ids = asked.query["id"].split(",")
    assert len(ids) <= 50
    found = [{"kind": "youtube#item", "id": one} for one in ids if at.fate(one) == THERE]
    hidden = [one for one in ids if at.fate(one) == HIDDEN]
    if len(ids) == 1 and hidden:
        return reply({"error": {"code": 403, "message": "no", "errors": [{"reason": "forbidden"}]}}, 403)
    return reply({"kind": f"youtube#{asked.path.rpartition('/')[2]}ListResponse", "items": found})


def _x(at: Platform, asked: Asked) -> HttpReply:
    assert asked.private["Authorization"] == f"Bearer {SECRETS['x']['bearer_token']}"
    ids = asked.query["ids"].split(",")
    problems = {DELETED: "resource-not-found", HIDDEN: "operational-disconnect"}
    errors = [
        {
            "resource_type": "tweet",
            "resource_id": one,
            "value": one,
            "parameter": "ids",
            "type": f"https://api.twitter.com/2/problems/{problems[at.fate(one)]}",
        }
        for one in ids
        if at.fate(one) != THERE
    ]
    data = [{"id": one, "text": "x"} for one in ids if at.fate(one) == THERE]
    return reply(({"data": data} if data else {}) | ({"errors": errors} if errors else {}))


def _reddit(at: Platform, asked: Asked) -> HttpReply:
    if asked.path.endswith("access_token"):
        return reply({"access_token": "a-token", "expires_in": 86_400})
    assert asked.path == "/api/info"
    data = []
    for name in asked.query["id"].split(","):
        fate = at.fate(name)
        if fate == HIDDEN:
            continue
        said = {"author": "ada", "selftext": "x"} if fate == THERE else {"author": "[deleted]", "selftext": "[deleted]"}
        data.append({"kind": "t3", "data": {"name": name, **said}})
    return reply({"kind": "Listing", "data": {"children": data}})


def _lemmy(at: Platform, asked: Asked) -> HttpReply:
    number = asked.query["id"]
    fate = at.fate(f"https://lemmy.example/comment/{number}")
    if fate == HIDDEN:
        return reply({"error": "instance_is_private"}, 400)
    if fate == DELETED and int(number) % 2:
        return reply({"error": "couldnt_find_comment"}, 404)
    return reply({"comment_view": {"comment": {"id": int(number), "deleted": fate == DELETED, "removed": False}}})


def _discourse(at: Platform, asked: Asked) -> HttpReply:
    _, _, _, topic, position = asked.path.removesuffix(".json").split("/")
    fate = at.fate(f"forum.example/{topic}/{position}")
    if fate == HIDDEN:
        return reply({"errors": ["You need to be logged in to do that."], "error_type": "not_logged_in"}, 403)
    if fate == DELETED and int(position) % 2:
        said = {"errors": ["The requested URL or resource could not be found."], "error_type": "not_found"}
        return reply(said, 404)
    return reply({"id": 1, "post_number": int(position), "topic_id": int(topic), "user_deleted": fate == DELETED})


def _github(at: Platform, asked: Asked) -> HttpReply:
    number = asked.path.rpartition("/")[2]
    fate = at.fate(f"acme/app#{number}")
    if fate == HIDDEN:
        return reply({"message": "Resource not accessible by integration"}, 403)
    if fate == DELETED:
        return (
            reply({"message": "This issue was deleted"}, 410)
            if int(number) % 2
            else reply({"message": "Not Found"}, 404)
        )
    return reply({"number": int(number)})


def _stackexchange(at: Platform, asked: Asked) -> HttpReply:
    assert asked.query["site"] == "stackoverflow.com"
    ids = asked.path.rpartition("/")[2].split(";")
    if len(ids) == 1 and at.fate(f"stackoverflow.com/{ids[0]}") == HIDDEN:
        return reply({"error_id": 400, "error_name": "bad_parameter", "error_message": "x"}, 400)
    found = [{"post_id": int(one)} for one in ids if at.fate(f"stackoverflow.com/{one}") == THERE]
    return reply({"items": found, "has_more": False, "quota_remaining": 200})


def _telegram(at: Platform, asked: Asked) -> HttpReply:
    def bubble(number: int) -> str:
        return f'<div class="tgme_widget_message" data-post="news/{number}"><div class="x">x</div></div>'

    if asked.path.startswith("/s/"):
        before = int(asked.query["before"])
        shown = [n for n in range(1, before) if at.fates.get(f"news/{n}", THERE) == THERE][-20:]
        page = "".join(map(bubble, shown))
        return reply(f'<section class="tgme_channel_history">{page}</section>'.encode())
    number = int(asked.path.rpartition("/")[2])
    fate = at.fate(f"news/{number}")
    if fate == THERE:
        return reply(bubble(number).encode())
    said = "Post not found" if fate == DELETED else "Channel with username <b>@news</b> not found"
    return reply(f'<div class="tgme_widget_message_error">{said}</div>'.encode())


def _meta(at: Platform, asked: Asked) -> HttpReply:
    native = asked.path.rpartition("/")[2]
    fate = at.fate(native)
    if fate == THERE:
        return reply({"id": native})
    lost = "Unsupported get request. Object with ID '1' does not exist, cannot be loaded due to missing permissions"
    faults = {DELETED: {"code": 100, "error_subcode": 33, "message": lost}, HIDDEN: {"code": 10, "message": "(#10) no"}}
    return reply({"error": {"type": "GraphMethodException", **faults[fate]}}, 400)


def _googlebusiness(at: Platform, asked: Asked) -> HttpReply:
    if asked.path.endswith("/token"):
        return reply({"access_token": "a-token", "expires_in": 3600})
    place, _, native = asked.path.removeprefix("/v4/").partition("/reviews")
    native = native.removeprefix("/")
    if not native:
        return reply({"reviews": [], "totalReviewCount": 0})
    fate = at.fate(native)
    if fate == HIDDEN:
        return reply({"error": {"code": 400, "message": "no", "status": "INVALID_ARGUMENT"}}, 400)
    if fate == DELETED or place != f"accounts/1/locations/{int(native[-1]) % 2}":
        return reply({"error": {"code": 404, "message": "Requested entity was not found.", "status": "NOT_FOUND"}}, 404)
    return reply({"reviewId": native, "starRating": "ONE"})


def _trustpilot(at: Platform, asked: Asked) -> HttpReply:
    native = asked.path.rpartition("/")[2]
    fate = at.fate(native)
    if fate == HIDDEN:
        return reply({"fault": {"faultstring": "Unable to identify proxy for host"}}, 404)
    return reply({"id": native, "stars": 1}) if fate == THERE else reply({"message": "Review not found"}, 404)


PLATFORMS: dict[str, Callable[[], Platform]] = {
    "mastodon": lambda: Platform("mastodon", lambda n: f"https://social.example/users/ada/statuses/{n}", _mastodon),
    "mastodon by ActivityPub": lambda: Platform(
        "mastodon", lambda n: f"https://pleroma.example/objects/{n}", _activity
    ),
    "bluesky": lambda: Platform("bluesky", lambda n: f"at://did:plc:ada/app.bsky.feed.post/{n}", _bluesky),
    "hackernews": lambda: Platform("hackernews", lambda n: f"{n}", _hackernews),
    "youtube comments": lambda: Platform("youtube", lambda n: f"Ugxxxxxxxxxxxxx{n}", _youtube, keyed=True),
    "youtube videos": lambda: Platform("youtube", lambda n: f"{n:011}", _youtube, keyed=True),
    "x": lambda: Platform("x", lambda n: f"{10**17 + n}", _x, keyed=True),
    "reddit": lambda: Platform("reddit", lambda n: f"t3_{n}", _reddit, keyed=True),
    "lemmy": lambda: Platform("lemmy", lambda n: f"https://lemmy.example/comment/{n}", _lemmy),
    "discourse": lambda: Platform("discourse", lambda n: f"forum.example/7/{n}", _discourse),
    "github": lambda: Platform("github", lambda n: f"acme/app#{n}", _github),
    "stackexchange": lambda: Platform("stackexchange", lambda n: f"stackoverflow.com/{n}", _stackexchange),
    "telegram": lambda: Platform("telegram", lambda n: f"news/{n}", _telegram),
    "facebook": lambda: Platform("facebook", lambda n: f"1234_{1000 + n}", _meta, keyed=True),
    "instagram": lambda: Platform("instagram", lambda n: f"178{1000 + n}", _meta, keyed=True),
    "googlebusiness": lambda: Platform("googlebusiness", lambda n: f"AbFvOq_{n}", _googlebusiness, keyed=True),
    "trustpilot": lambda: Platform("trustpilot", lambda n: f"{n:024x}", _trustpilot, keyed=True),
}
EVERY = pytest.mark.parametrize("name", PLATFORMS)
FAULTS = {
    "refused": lambda: reply({"error": "no"}, 401),
    "forbidden": lambda: reply({"error": "no"}, 403),
    "a page that is not there": lambda: reply(b"<html><title>404</title></html>", 404),
    "slow down": lambda: reply({"error": "Too many requests"}, 429, retry_after="60"),
    "out of order": lambda: reply(b"oops", 500),
    "a gateway": lambda: reply(b"<html>502</html>", 502),
    "nothing": lambda: reply(b""),
    "a web page": lambda: reply(b"<html><title>Whoa there, pardner!</title></html>"),
    "half an answer": lambda: reply(b'{"posts": ['),
    "an empty object": lambda: reply({}),
    "null": lambda: reply(None),
}


def asked_of(
    at: Platform, ids: list[str], answer: Callable[[Asked], HttpReply] | None = None
) -> tuple[Gone, ScriptedWeb]:
    web = ScriptedWeb(answer or (lambda asked: at.tells(at, asked)))
    connector: Any = Connectors(web, MemorySecrets(**SECRETS))[at.kind]  # type: ignore[arg-type]
    unit = SourceUnit(
        id="r",
        kind=at.kind,
        url="",
        every=timedelta(minutes=5),
        medium="",
        mode="recheck",
        keyed=at.keyed,
        terms=PLACES,
    )
    return connector.gone(unit, ids, NOON, timedelta(seconds=15)), web


def test_every_kind_that_is_looked_at_again_is_here() -> None:
    assert {made().kind for made in PLATFORMS.values()} == set(RULES)


@EVERY
def test_what_the_source_says_is_gone_is_gone_and_nothing_else(name: str) -> None:
    # GIVEN sixty posts: some there, some deleted, some of which the source does not say it clearly
    at = PLATFORMS[name]()
    fates = [THERE, DELETED, THERE, HIDDEN, THERE, DELETED]
    ids = [at.post(number, fates[number % 6]) for number in range(1, 61)]

    found, _ = asked_of(at, ids)

    deleted = {one for one in ids if at.fates[one.partition(":")[2]] == DELETED}
    if name == "mastodon":  # a server that asks for a login is asked no more in this look
        assert found.gone < deleted
    else:
        assert found.gone == deleted
    assert found.left == frozenset()


@EVERY
@pytest.mark.parametrize("fault", FAULTS)
def test_no_trouble_is_a_deletion(name: str, fault: str) -> None:
    at = PLATFORMS[name]()
    ids = [at.post(number, THERE) for number in range(1, 5)]
    try:
        found, _ = asked_of(at, ids, lambda _: FAULTS[fault]())
    except (FetchError, ParseError):
        return
    assert found.gone == frozenset()


@EVERY
@given(data=st.data())
def test_in_a_storm_only_what_is_deleted_is_gone(name: str, data: st.DataObject) -> None:
    """Faults at any of its requests: what is said gone is truly deleted, and nothing unasked counts as asked."""
    at = PLATFORMS[name]()
    fates = data.draw(st.lists(st.sampled_from([THERE, DELETED, HIDDEN]), min_size=1, max_size=30))
    ids = [at.post(number + 1, fate) for number, fate in enumerate(fates)]
    faults = st.none() | st.sampled_from(sorted(FAULTS))

    def answer(asked: Asked) -> HttpReply:
        fault = None if asked.method == "POST" else data.draw(faults)
        return FAULTS[fault]() if fault else at.tells(at, asked)

    try:
        found, _ = asked_of(at, ids, answer)
    except (FetchError, ParseError):
        return
    assert found.gone <= {one for one in ids if at.fates[one.partition(":")[2]] == DELETED}
    assert found.left <= set(ids)
    assert not found.gone & found.left


@EVERY
@given(
    status=st.sampled_from([200, 200, 400, 404]),
    body=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["data", "items", "posts", "errors", "id", "thread", "children", "name", "type"]),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    ),
)
def test_any_json_leads_to_an_answer_or_a_named_trouble(name: str, status: int, body: Any) -> None:
    at = PLATFORMS[name]()
    ids = [at.post(number, THERE) for number in range(1, 4)]
    try:
        found, _ = asked_of(at, ids, lambda _: reply(body, status))
    except (FetchError, ParseError, SecretError):
        return
    assert found.gone <= set(ids)


@EVERY
def test_ids_that_no_source_knows_are_passed_over(name: str) -> None:
    """An id that was hashed for its length or its signs, or is of another shape."""
    at = PLATFORMS[name]()
    strange = [f"{at.kind}:{text}" for text in ("9f86d081884c7d659a2feaa0c55ad015", "a b", "../x", "?", "http://[", "")]
    found, _ = asked_of(at, strange)
    assert found.gone == frozenset()


@EVERY
def test_a_source_that_wants_to_be_left_alone_is(name: str) -> None:
    """Trouble that holds for all ends the asking: not each of a hundred posts is refused by itself."""
    at = PLATFORMS[name]()
    ids = [at.post(number, THERE) for number in range(1, 41)]
    web = ScriptedWeb(lambda _: reply({"error": "Too many requests"}, 429, retry_after="60"))
    connector: Any = Connectors(web, MemorySecrets(**SECRETS))[at.kind]  # type: ignore[arg-type]
    unit = SourceUnit(id="r", kind=at.kind, url="", every=timedelta(minutes=5), medium="", keyed=at.keyed, terms=PLACES)
    with suppress(FetchError):
        assert connector.gone(unit, ids, NOON, timedelta(seconds=15)).gone == frozenset()
    assert len(web.asked) <= 3


def test_what_x_gives_is_paid_for_and_what_it_has_not_is_free() -> None:
    at = PLATFORMS["x"]()
    ids = [at.post(number, THERE if number % 2 else DELETED) for number in range(10)]
    found, web = asked_of(at, ids)
    assert found.calls == len(web.asked) == 1
    assert str(found.usd) == "0.025"


def test_meta_is_believed_only_with_a_post_that_it_gives() -> None:
    """Of what is deleted and of what the token may not see Meta says the same."""
    at = PLATFORMS["facebook"]()
    deleted = [at.post(number, DELETED) for number in range(5)]
    found, _ = asked_of(at, deleted)
    assert found.gone == frozenset()

    found, _ = asked_of(at, [*deleted, at.post(9, THERE)])
    assert found.gone == set(deleted)


def test_google_is_believed_only_while_it_opens_each_place() -> None:
    """Of a deleted review and of a place that is no longer the client's it says the same."""
    at = PLATFORMS["googlebusiness"]()
    deleted = [at.post(number, DELETED) for number in range(3)]

    def answer(asked: Asked) -> HttpReply:
        lost = {"error": {"code": 404, "message": "Requested entity was not found.", "status": "NOT_FOUND"}}
        return reply(lost, 404) if "/locations/1/" in asked.url else at.tells(at, asked)

    assert asked_of(at, [*deleted, at.post(4, THERE)], answer)[0].gone == frozenset()
    assert asked_of(at, deleted)[0].gone == set(deleted)


def test_a_dead_server_keeps_nobody_elses_posts_from_being_asked() -> None:
    at = PLATFORMS["mastodon"]()
    dead = [f"mastodon:https://dead.example/users/bob/statuses/{n}" for n in range(30)]
    deleted = at.post(1, DELETED)

    def answer(asked: Asked) -> HttpReply:
        if "dead.example" in asked.url:
            raise FetchError("no such host", trouble=Trouble.NETWORK)
        return at.tells(at, asked)

    found, web = asked_of(at, [*dead, deleted], answer)

    assert found.gone == {deleted}
    assert found.left == frozenset()
    assert len(web.asked) == 2


def test_bluesky_asks_as_the_client_where_it_has_an_account() -> None:
    at = PLATFORMS["bluesky"]()
    at.keyed = True

    def answer(asked: Asked) -> HttpReply:
        if asked.method == "POST":
            return reply({"accessJwt": "an-invented-token", "refreshJwt": "another-token"})
        assert asked.private == {"Authorization": "Bearer an-invented-token"}
        return at.tells(at, asked)

    ids = [at.post(1, THERE), at.post(2, DELETED), at.post(3, HIDDEN)]
    found, web = asked_of(at, ids, answer)
    assert found.gone == {ids[1]}
    assert {json.loads(one.data or b"{}").get("identifier") for one in web.asked if one.method == "POST"} == {"desk"}
