"""Protects: what a hashtag, a search and the brand's own threads on Mastodon say reaches us whole, once, and only where
servers and people allow it."""

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.support.social import NOW, Story, ids, iso, unit
from tests.support.web import Asked, ScriptedWeb, reply
from tocsin.adapters.http_guard import HttpReply
from tocsin.adapters.memory import MemorySecrets
from tocsin.adapters.sources.mastodon import parse
from tocsin.adapters.sources.values import Parsed
from tocsin.domain.brand import Brand
from tocsin.domain.errors import FetchError, SecretError, Trouble
from tocsin.domain.source_kinds.social import MastodonSource

OPEN = {"configuration": {"timelines_access": {"hashtag_feeds": {"local": "public", "remote": "public"}}}}
TAG = unit("mastodon", "tag", target="acme", server="m.example")


def status(number: int, age: timedelta = timedelta(minutes=5), **more: Any) -> dict[str, Any]:
    """Written by us from the documented shape."""
    return {
        "id": str(number),
        "uri": f"https://m.example/users/ann/statuses/{number}",
        "url": f"https://m.example/@ann/{number}",
        "created_at": iso(NOW - age),
        "visibility": "public",
        "language": "en",
        "content": f"<p>Acme {number}</p>",
        "spoiler_text": "",
        "in_reply_to_id": None,
        "reblog": None,
        "favourites_count": 1,
        "reblogs_count": 2,
        "replies_count": 0,
        "media_attachments": [],
        "account": {"id": "5", "acct": "ann", "username": "ann", "url": "https://m.example/@ann", "note": ""},
    } | more


def read(*items: Any) -> Parsed:
    return parse(json.dumps(items).encode(), fetched_at=NOW, url="https://m.example/api/v1/timelines/tag/acme")


def account(**more: Any) -> dict[str, Any]:
    return {"account": {"id": "5", "acct": "ann", "url": "https://m.example/@ann", "note": ""} | more}


def test_text_is_what_a_reader_sees() -> None:
    (post,) = read(
        status(
            1,
            spoiler_text="Food",
            content='<p>Look: <a href="https://acme.example/recall"><span class="invisible">https://</span>'
            '<span class="ellipsis">acme.exam</span><span class="invisible">ple/recall</span></a><br>bad</p>',
            poll={"options": [{"title": "Yes"}, {"title": "No"}]},
            card={"title": "Acme recalls bread", "url": "https://acme.example/recall"},
        )
    ).posts
    assert post.text == "Food\nLook: https://acme.example/recall\nbad\nYes\nNo"
    assert post.title == "Acme recalls bread"
    assert post.author.handle == "ann@m.example"


def test_a_picture_alone_is_what_its_description_says() -> None:
    picture = {"type": "image", "url": "https://m.example/1.png", "description": "A mouse in Acme's bread"}
    (post,) = read(status(1, content="", media_attachments=[picture])).posts
    assert post.text == "A mouse in Acme's bread"
    assert post.media == ("https://m.example/1.png",)


def test_a_boost_is_no_new_mention_but_what_it_boosts_is_one() -> None:
    boost = status(9, content="", reblog=status(1))
    found = read(boost, status(2))
    assert [post.url for post in found.posts] == ["https://m.example/@ann/1", "https://m.example/@ann/2"]
    assert "item 1 is skipped: a boost" in found.warnings[0]


def test_a_quote_is_new_and_the_quoted_is_not() -> None:
    found = read(status(3, quote={"state": "accepted", "quoted_status": status(1)}, quotes_count=4))
    assert [post.url for post in found.posts] == ["https://m.example/@ann/3"]
    assert found.posts[0].engagement.shares == 6


UNWANTED = [
    (account(noindex=True), "noindex"),
    (account(note="<p>Cats. #<span>nobots</span></p>"), "bots to stay away"),
    (account(note="no bots please"), "bots to stay away"),
    ({"visibility": "private"}, "not public"),
    ({"visibility": "direct"}, "not public"),
]


@pytest.mark.parametrize(("more", "why"), UNWANTED)
def test_what_people_want_left_alone_is_read_from_a_file_and_never_taken_from_a_server(
    more: dict[str, Any], why: str
) -> None:
    # given a file with such a status: it is there to be read
    assert len(read(status(1, **more), status(2)).posts) == 2
    # when a server shows it under a tag, we do not take it, and say so
    server = Server()
    server.statuses = [status(2), status(1, **more)]
    pull = Story(server.web, TAG).look()
    assert [post.url for post in pull.posts] == ["https://m.example/@ann/2"]
    assert len(pull.warnings) == 1
    assert "item 2 is skipped" in pull.warnings[0]
    assert why in pull.warnings[0]


@pytest.mark.parametrize(("more", "why"), UNWANTED)
def test_nor_is_it_taken_from_the_answers_to_the_brand(more: dict[str, Any], why: str) -> None:
    brand = OwnAccount()
    brand.say(11, 1)
    brand.say(12, 1, **more)
    pull = Story(brand.web, ACCOUNT).look(minutes=2)
    assert [post.url for post in pull.posts] == ["https://m.example/@ann/11"]
    assert why in pull.warnings[0]


def test_a_status_without_any_address_is_said() -> None:
    found = read(status(1, uri=None, url=None), status(2))
    assert len(found.posts) == 1
    assert "neither uri nor url" in found.warnings[0]


def test_an_event_of_the_stream_holds_a_status_as_text() -> None:
    event = {"stream": ["hashtag"], "event": "update", "payload": json.dumps(status(1))}
    assert len(parse(json.dumps(event).encode(), fetched_at=NOW).posts) == 1
    gone = {"stream": ["hashtag"], "event": "delete", "payload": "117"}
    assert not parse(json.dumps(gone).encode(), fetched_at=NOW).posts


def test_a_token_is_asked_of_the_first_server_alone() -> None:
    entry = MastodonSource(kind="mastodon", servers=("a.example", "b.example"), search=True)
    units = list(entry.units((Brand(name="Acme", terms=("acme", "acme foods"), official=("@acme@c.example", "@x")),)))
    assert [(one.mode, one.server, one.target) for one in units] == [
        ("tag", "a.example", "acme"),
        ("tag", "a.example", "acmefoods"),
        ("tag", "b.example", "acme"),
        ("tag", "b.example", "acmefoods"),
        ("search", "a.example", ""),
        ("account", "c.example", "acme"),
    ]


def test_ids_are_the_same_on_every_server_and_in_every_answer() -> None:
    there = status(777)
    there["uri"] = status(1)["uri"]
    body = {"ancestors": [], "descendants": [there]}
    found = parse(json.dumps(body).encode(), fetched_at=NOW, url="https://other.example/api/v1/statuses/1/context")
    assert found.posts[0].id == read(status(1)).posts[0].id


def test_answers_are_joined_to_their_thread() -> None:
    body = {
        "ancestors": [status(1)],
        "descendants": [status(3, in_reply_to_id="2"), status(2, in_reply_to_id="1"), status(4, in_reply_to_id="99")],
    }
    root, third, second, stray = parse(json.dumps(body).encode(), fetched_at=NOW, url="https://m.example/x").posts
    assert (second.in_reply_to, second.thread) == (root.id, root.id)
    assert (third.in_reply_to, third.thread) == (second.id, root.id)
    assert (stray.in_reply_to, stray.thread) == ("mastodon:m.example/99", None)


def test_a_circle_of_answers_ends() -> None:
    body = [status(1, in_reply_to_id="2"), status(2, in_reply_to_id="1")]
    assert [post.thread for post in read(*body).posts] == [None, None]


class Server:
    """A server with a hashtag, as the API is documented: newest first, max_id, Link."""

    def __init__(self, instance: Any = OPEN) -> None:
        self.statuses: list[dict[str, Any]] = []
        self.instance = instance
        self.web = ScriptedWeb(self.answer)

    def answer(self, asked: Asked) -> HttpReply:
        if asked.path == "/api/v2/instance":
            return self.instance if isinstance(self.instance, HttpReply) else reply(self.instance)
        below = int(asked.query.get("max_id", 10**18))
        shown = [one for one in self.statuses if int(one["id"]) < below][: int(asked.query["limit"])]
        more = (
            f'<https://evil.example/x?max_id={shown[-1]["id"]}>; rel="next", <https://x/>; rel="prev"' if shown else ""
        )
        body: Any = {"accounts": [], "statuses": shown, "hashtags": []} if "search" in asked.path else shown
        return reply(body, link=more, x_ratelimit_remaining="200")

    def add(self, count: int, age: timedelta) -> None:
        for _ in range(count):
            self.statuses.insert(0, status(len(self.statuses) + 1, age))


def test_a_tag_is_read_page_by_page_and_then_only_its_news() -> None:
    # given a tag with some history
    server = Server()
    server.add(100, timedelta(days=2))
    story = Story(server.web, TAG)
    assert len(story.look().posts) == 100
    # when little happens, one page is asked for; the server's rules are not asked for again
    before = len(server.web.asked)
    server.add(2, timedelta(minutes=-4))
    fresh = story.look(minutes=5)
    assert len(server.web.asked) - before == 1
    assert "mastodon:https://m.example/users/ann/statuses/102" in ids(fresh)
    # when a day has passed, they are
    story.look(days=1)
    assert [asked.path for asked in server.web.asked].count("/api/v2/instance") == 2
    assert all(asked.url.startswith("https://m.example/") for asked in server.web.asked)


def test_a_storm_that_does_not_fit_into_a_look_is_read_in_the_next() -> None:
    server = Server()
    server.add(1, timedelta(days=1))
    story = Story(server.web, TAG)
    story.look()
    server.add(1_000, timedelta(minutes=-3))
    seen: set[str] = set()
    for _ in range(10):
        pull = story.look(minutes=5 if not seen else 1)
        seen |= set(ids(pull))
        if not pull.again:
            break
    assert len(seen) == 1_001


def test_a_server_that_hides_its_tags_is_a_matter_of_policy() -> None:
    closed = {"configuration": {"timelines_access": {"hashtag_feeds": {"local": "disabled", "remote": "disabled"}}}}
    with pytest.raises(FetchError, match="hashtags") as error:
        Story(Server(closed).web, TAG).look()
    assert error.value.trouble is Trouble.POLICY


def test_a_server_that_shows_its_own_alone_is_read_and_said() -> None:
    half = {"configuration": {"timelines_access": {"hashtag_feeds": {"local": "public", "remote": "disabled"}}}}
    server = Server(half)
    pull = Story(server.web, TAG).look()
    assert server.web.asked[-1].query["local"] == "true"
    assert "its own people" in pull.warnings[0]


@pytest.mark.parametrize(
    "instance", [reply({"error": "x"}, 404), reply(b"<html>"), reply({"version": "3.5"}), reply([])]
)
def test_an_older_server_does_not_say_and_is_tried(instance: HttpReply) -> None:
    server = Server(instance)
    server.add(1, timedelta(minutes=5))
    assert len(Story(server.web, TAG).look().posts) == 1


def test_a_limit_is_obeyed_as_the_server_says_it() -> None:
    web = ScriptedWeb(
        lambda _: reply({"error": "Too many requests"}, 429, x_ratelimit_reset=iso(NOW + timedelta(seconds=77)))
    )
    with pytest.raises(FetchError) as error:
        Story(web, TAG).look()
    assert error.value.trouble is Trouble.THROTTLED
    assert error.value.retry_after == 77


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (reply({"error": "This method requires an authenticated user"}, 422), Trouble.FORMAT),
        (reply({"error": "The access token is invalid"}, 401), Trouble.AUTH),
        (reply({"error": "not here"}), Trouble.FORMAT),
    ],
)
def test_refusals_are_told_apart(answer: HttpReply, trouble: Trouble) -> None:
    web = ScriptedWeb(lambda asked: reply(OPEN) if "instance" in asked.path else answer)
    with pytest.raises(FetchError) as error:
        Story(web, TAG).look()
    assert error.value.trouble is trouble


def test_search_asks_for_each_term_with_the_token_in_a_header_alone() -> None:
    server = Server()
    server.add(3, timedelta(minutes=5))
    asked = unit("mastodon", "search", terms=("acme", "acme foods"), server="m.example", keyed=True)
    pull = Story(server.web, asked, MemorySecrets(mastodon={"token": "s3cret"})).look()
    assert len(pull.posts) == 3
    assert {one.query["q"] for one in server.web.asked} == {"acme", '"acme foods"'}
    assert all(one.private == {"Authorization": "Bearer s3cret"} for one in server.web.asked)
    assert "s3cret" not in pull.model_dump_json() + "".join(one.url for one in server.web.asked)


def test_a_query_of_the_file_is_asked_as_it_stands_and_what_is_not_asked_is_said() -> None:
    server, secrets = Server(), MemorySecrets(mastodon={"token": "t"})
    own = unit("mastodon", "search", target="from:ann acme", terms=("from:ann acme",), server="m.example")
    Story(server.web, own, secrets).look()
    assert server.web.asked[-1].query["q"] == "from:ann acme"
    many = unit("mastodon", "search", terms=tuple(f"t{n}" for n in range(15)), server="m.example")
    assert any("3 of 15 terms" in line for line in Story(server.web, many, secrets).look().warnings)


def test_search_without_its_secret_says_what_is_missing() -> None:
    asked = unit("mastodon", "search", terms=("acme",), server="m.example", keyed=True)
    for secrets in (MemorySecrets(), MemorySecrets(mastodon={"token": " "})):
        with pytest.raises(SecretError, match="mastodon"):
            Story(Server().web, asked, secrets).look()


class OwnAccount:
    """The brand's own account and the answers to it."""

    def __init__(self) -> None:
        self.own = [status(n, timedelta(hours=n), account=account(id="9", acct="acme")["account"]) for n in (1, 2)]
        self.answers: list[dict[str, Any]] = []
        self.web = ScriptedWeb(self.answer)
        self.lost = False
        self.busy: HttpReply | None = None

    def answer(self, asked: Asked) -> HttpReply:
        if asked.path.endswith("/lookup"):
            return reply({"id": "9", "acct": asked.query["acct"]}) if asked.query["acct"] == "acme" else reply({}, 404)
        if asked.path.endswith("/statuses"):
            return reply(self.own)
        if self.busy:
            return self.busy
        if self.lost:
            return reply({"error": "Record not found"}, 404)
        return reply({"ancestors": [], "descendants": self.answers if "/1/" in asked.path else []})

    def say(self, number: int, to: int, **more: Any) -> None:
        self.answers.append(status(number, timedelta(minutes=-1), in_reply_to_id=str(to), **more))
        self.own[0]["replies_count"] += 1


ACCOUNT = unit("mastodon", "account", target="acme", server="m.example", brand="Acme")


def test_answers_to_the_brands_posts_are_given_and_its_own_words_are_not() -> None:
    brand = OwnAccount()
    brand.say(11, 1)
    brand.say(12, 11, account=account(id="9", acct="acme")["account"])
    brand.say(13, 12)
    pull = Story(brand.web, ACCOUNT).look(minutes=2)
    root = "mastodon:https://m.example/users/ann/statuses/1"
    assert [(post.url, post.thread) for post in pull.posts] == [
        ("https://m.example/@ann/11", root),
        ("https://m.example/@ann/13", root),
    ]
    assert pull.posts[0].in_reply_to == root


def test_a_thread_is_read_again_when_it_grows_or_after_a_while() -> None:
    brand = OwnAccount()
    story = Story(brand.web, ACCOUNT)
    assert not story.look().posts
    brand.say(11, 1)
    assert len(story.look(minutes=5).posts) == 1
    assert not story.look(minutes=5).posts  # nothing grew
    brand.answers.append(
        status(12, timedelta(minutes=-8), in_reply_to_id="11")
    )  # an answer to an answer is not counted
    assert len(story.look(minutes=40).posts) == 2
    assert [asked.path for asked in brand.web.asked].count("/api/v1/accounts/lookup") == 1


def test_a_post_deleted_meanwhile_does_not_stop_the_rest() -> None:
    brand = OwnAccount()
    brand.say(11, 1)
    brand.lost = True
    pull = Story(brand.web, ACCOUNT).look()
    assert "not read" in pull.warnings[0]


def test_an_account_that_is_not_there_is_named() -> None:
    with pytest.raises(FetchError, match="lookup") as error:
        Story(OwnAccount().web, unit("mastodon", "account", target="nobody", server="m.example")).look()
    assert error.value.trouble is Trouble.GONE


@pytest.mark.parametrize("status_code", [429, 503])
def test_a_plea_to_wait_among_the_threads_is_heeded(status_code: int) -> None:
    brand = OwnAccount()
    brand.say(11, 1)
    brand.busy = reply({"error": "Too many requests"}, status_code, retry_after="300")
    story = Story(brand.web, ACCOUNT)
    pull = story.look()
    assert (pull.posts, pull.again) == ((), False)
    asked = len(brand.web.asked)
    with pytest.raises(FetchError, match="asked us to wait") as error:
        story.look(minutes=1)
    assert (error.value.retry_after, error.value.trouble) == (240, Trouble.THROTTLED)
    assert len(brand.web.asked) == asked
    brand.busy = None
    assert len(story.look(minutes=5).posts) == 1


def test_a_limit_among_the_threads_without_a_time_is_asked_again_in_a_minute() -> None:
    brand = OwnAccount()
    brand.say(11, 1)
    brand.busy = reply({"error": "Too many requests"}, 429)
    story = Story(brand.web, ACCOUNT)
    assert story.look().again
    brand.busy = None
    assert len(story.look(minutes=1).posts) == 1
