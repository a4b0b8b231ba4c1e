"""Protects: X's posts with all they say, and the client's money: no look costs more than it may.

Answers are written by us from the documented shape of API v2 (docs.x.com), but for the names of fields.
"""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.web import Asked, ScriptedWeb, reply
from tocsin.adapters.http_guard import HttpReply
from tocsin.adapters.memory import MemorySecrets
from tocsin.adapters.sources.x import PRICES, Connector, _queries, parse
from tocsin.adapters.sources.x_posts import id_at, moment_of
from tocsin.domain.brand import Brand
from tocsin.domain.errors import FetchError, SecretError, Trouble
from tocsin.domain.matching import TermMatcher
from tocsin.domain.mention import Post
from tocsin.domain.official import concerning
from tocsin.domain.source_kinds.social import XSource
from tocsin.domain.source_state import Pull, SourceState
from tocsin.domain.sources import Budget, SourceUnit

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
BRAND = Brand(name="Acme", terms=("acme", "acme foods"))
UNIT = next(iter(XSource(kind="x", budget=Budget(usd=Decimal(50))).units((BRAND,))))
SECRETS = MemorySecrets(x={"bearer_token": "s3cret"})


def tweet(native: int, **more: Any) -> dict[str, Any]:
    return {"id": str(native), "text": f"acme {native}", **more}


def at_minute(minute: float) -> int:
    """An id of so many minutes before NOW."""
    return id_at(NOW - timedelta(minutes=minute))


def read(value: Any) -> tuple[tuple[Post, ...], tuple[str, ...]]:
    parsed = parse(value if isinstance(value, bytes) else json.dumps(value).encode(), fetched_at=NOW)
    return parsed.posts, parsed.warnings


WHOLE = {
    "data": [
        {
            "id": "1578522401263919106",
            "text": "Fish &amp; chips, cut…",
            "note_tweet": {"text": "Fish &amp; chips &lt;3\nwhole"},
            "created_at": "2022-10-07T23:07:22.000Z",
            "lang": "en",
            "author_id": "7",
            "conversation_id": "1578522401263919000",
            "referenced_tweets": [
                {"type": "replied_to", "id": "1578522401263919001"},
                {"type": "quoted", "id": "1578522401263919002"},
            ],
            "public_metrics": {
                "like_count": 3,
                "reply_count": 2,
                "retweet_count": 5,
                "quote_count": 1,
                "impression_count": 900,
            },
            "attachments": {"media_keys": ["3_1", "3_2"]},
        }
    ],
    "includes": {
        "users": [
            {
                "id": "7",
                "username": "ann",
                "name": "Ann 🌈",
                "created_at": "2010-01-02T03:04:05.000Z",
                "verified": False,
                "public_metrics": {"followers_count": 12},
            }
        ],
        "media": [
            {"media_key": "3_1", "type": "photo", "url": "https://pbs.example/1.jpg"},
            {"media_key": "3_2", "type": "video", "preview_image_url": "https://pbs.example/2.jpg"},
        ],
    },
    "errors": [{"title": "Not Found Error", "detail": "Could not find tweet with id: [9].", "value": "9"}],
    "meta": {"result_count": 1},
}


def test_a_post_with_all_fields_says_all_of_it() -> None:
    (post,), warnings = read(WHOLE)
    assert post.id == "x:1578522401263919106"
    assert post.url == "https://x.com/i/web/status/1578522401263919106"
    assert post.text == "Fish & chips <3\nwhole"
    assert (post.language, post.published_at) == ("en", datetime(2022, 10, 7, 23, 7, 22, tzinfo=UTC))
    author = post.author
    assert (author.id, author.handle, author.name, author.followers) == ("7", "ann", "Ann 🌈", 12)
    assert (author.url, author.verified) == ("https://x.com/ann", False)
    assert author.created_at == datetime(2010, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert post.engagement.model_dump() == {"likes": 3, "replies": 2, "shares": 6, "views": 900}
    assert (post.in_reply_to, post.thread) == ("x:1578522401263919001", "x:1578522401263919000")
    assert post.media == ("https://pbs.example/1.jpg", "https://pbs.example/2.jpg")
    assert warnings == ("X says: «Not Found Error: Could not find tweet with id: [9].»",)


def test_a_post_without_fields_takes_its_moment_from_its_id_and_makes_nothing_up() -> None:
    (post,), warnings = read({"data": [{"id": "1578522401263919106", "text": "hi"}]})
    assert post.published_at == datetime(2022, 10, 7, 23, 7, 22, 646000, tzinfo=UTC)
    assert (post.author.id, post.author.handle, post.language) == (None, None, None)
    assert post.engagement.model_dump() == {"likes": None, "replies": None, "shares": None, "views": None}
    assert warnings == ()
    (old,), said = read({"data": [{"id": "20", "text": "just setting up"}]})
    assert old.published_at == NOW
    assert said == ("1 item: date not readable or absent, taken as of now",)


def test_ids_hold_moments_both_ways() -> None:
    when = datetime(2026, 11, 1, 11, 59, 59, 5000, tzinfo=UTC)
    assert moment_of(str(id_at(when))) == when
    assert moment_of("29999999999") is None


def test_posts_of_the_years_without_a_count_of_views_have_none() -> None:
    (post,), _ = read({"data": [tweet(1578522401263919106, public_metrics={"like_count": 0, "impression_count": 0})]})
    assert (post.engagement.likes, post.engagement.views) == (0, None)


def test_retweets_are_shares_and_quotes_are_posts() -> None:
    posts, warnings = read(
        {
            "data": [
                tweet(1578522401263919106, referenced_tweets=[{"type": "retweeted", "id": "5"}]),
                tweet(1578522401263919107, referenced_tweets=[{"type": "quoted", "id": "5"}]),
            ],
            "includes": {"tweets": [tweet(1578522401263918000)]},
        }
    )
    assert [post.id for post in posts] == ["x:1578522401263919107", "x:1578522401263918000"]
    assert warnings == ("item 1 is skipped: it is a retweet, a share of post 5 and counted there",)


@pytest.mark.parametrize(
    "wrap",
    [
        lambda data: data,
        lambda data: data[0],
        lambda data: {"data": data},
        lambda data: {"data": data[0]},
        lambda data: {"status": 200, "body": json.dumps({"data": data})},
        lambda data: [{"response": {"data": data}}],
    ],
)
def test_every_shape_gives_the_same_id(wrap: Any) -> None:
    posts, _ = read(wrap([tweet(1578522401263919106)]))
    assert [post.id for post in posts] == ["x:1578522401263919106"]


def test_a_stream_is_a_post_a_line() -> None:
    lines = b"\n".join(json.dumps({"data": tweet(1578522401263919106 + n)}).encode() for n in range(3))
    posts, _ = read(lines + b"\n")
    assert len(posts) == 3


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"meta": {"result_count": 0}}, "without results"),
        ({"data": {"id": "1", "name": "A", "username": "a"}}, "1 user profile"),
        ({"data": [{"start": "a", "end": "b", "tweet_count": 3}]}, "counts of posts"),
        ({"data": [{"id": "1", "value": "acme", "tag": "t"}]}, "rules of a stream"),
        ({"title": "Unauthorized", "detail": "Unauthorized", "status": 401}, "an error: «Unauthorized»"),
        ({"errors": [{"message": "Rate limit exceeded", "code": 88}]}, "Rate limit exceeded"),
        ([{"id_str": "1", "id": 1, "full_text": "old", "created_at": "Wed Oct 10 20:19:24 +0000 2018"}], "v1.1"),
        ({"id": 1, "id_str": "1", "screen_name": "a"}, "v1.1"),
        ({"statuses": [], "search_metadata": {}}, "v1.1"),
        ({"data": [{"id": "1OwG", "state": "ended"}]}, "spaces"),
        ({"data": [{"id": "1", "text": "psst", "dm_conversation_id": "1-2"}]}, "private message"),
        ({"data": [{"id": "1.57e18", "text": "from R"}]}, "its id is no number"),
        (b"#acme\n2021-06-01T00:00:00Z\n2021-06-05T00:00:00Z\n", "query"),
    ],
)
def test_what_holds_no_posts_says_what_it_is(value: Any, said: str) -> None:
    posts, warnings = read(value)
    assert posts == ()
    assert said in " ".join(warnings)


class FakeX:
    """X's recent search over ``tweets``, newest first, with counts; ``usd`` is its bill."""

    def __init__(self, tweets: list[dict[str, Any]]) -> None:
        self.tweets, self.usd = sorted(tweets, key=lambda each: -int(each["id"])), Decimal(0)
        self.web = ScriptedWeb(self.answer)

    def answer(self, asked: Asked) -> HttpReply:
        query = asked.query
        assert asked.private == {"Authorization": "Bearer s3cret"}
        least = int(query["since_id"]) if "since_id" in query else id_at(datetime.fromisoformat(query["start_time"]))
        found = [each for each in self.tweets if int(each["id"]) > least]
        if asked.path.endswith("/counts/recent"):
            self.usd += PRICES.count
            return reply({"data": [], "meta": {"total_tweet_count": len(found)}})
        begin, size = int(query.get("next_token", "0")), int(query["max_results"])
        assert 10 <= size <= 100
        page = found[begin : begin + size]
        self.usd += PRICES.post * len(page)
        body: dict[str, Any] = (
            {"data": page, "meta": {"result_count": len(page)}} if page else {"meta": {"result_count": 0}}
        )
        if query.get("expansions") == "author_id":
            people = {each["author_id"]: {"id": each["author_id"], "username": "u"} for each in page}
            body["includes"] = {"users": list(people.values())}
            self.usd += PRICES.user * len(people)
        if begin + size < len(found):
            body["meta"]["next_token"] = str(begin + size)
        return reply(body)

    def look(self, state: SourceState, now: datetime = NOW, unit: SourceUnit = UNIT) -> Pull:
        return Connector(self.web, SECRETS).pull(unit, state, now, timedelta(seconds=20))  # type: ignore[arg-type]


def state(**more: Any) -> SourceState:
    return SourceState(source_id="x", **more)


def test_a_look_asks_for_all_terms_once_without_retweets_and_bills_what_it_read() -> None:
    fake = FakeX([tweet(at_minute(minute), author_id="7") for minute in range(1, 31)])
    pull = fake.look(state())
    (asked,) = fake.web.asked
    assert asked.query["query"] == '("acme" OR "acme foods") -is:retweet'
    assert asked.query["start_time"] == "2026-10-31T12:00:00Z"
    assert "expansions" not in asked.query
    assert (len(pull.posts), pull.calls, pull.usd) == (30, 1, Decimal("0.150"))
    assert pull.usd == fake.usd
    assert (pull.again, pull.total) == (False, None)


def test_the_next_look_asks_from_the_newest_id_less_a_minute() -> None:
    fake = FakeX([tweet(at_minute(5))])
    pull = fake.look(state())
    fake.tweets.insert(0, tweet(at_minute(1)))
    later = fake.look(state(cursor=pull.cursor))
    assert fake.web.asked[-1].query["since_id"] == str(id_at(NOW - timedelta(minutes=6)))
    assert later.posts[0].id == f"x:{at_minute(1)}"


def test_an_anchor_too_old_for_x_becomes_a_moment() -> None:
    fake = FakeX([])
    fake.look(state(cursor=json.dumps({"since": str(id_at(NOW - timedelta(days=9)))})))
    asked = fake.web.asked[0].query
    assert (asked.get("since_id"), asked["start_time"]) == (None, "2026-10-26T00:00:00Z")


def test_authors_are_read_and_paid_only_while_an_incident_burns() -> None:
    fake = FakeX([tweet(at_minute(minute), author_id=str(minute % 3)) for minute in range(1, 13)])
    pull = fake.look(state(burning=True))
    assert fake.web.asked[0].query["expansions"] == "author_id"
    assert {post.author.handle for post in pull.posts} == {"u"}
    assert pull.usd == fake.usd == Decimal("0.060") + Decimal("0.030")


@pytest.mark.parametrize("burning", [False, True])
@pytest.mark.parametrize("cents", [5, 6, 10, 15, 20, 33, 50, 80, 100, 137])
def test_no_look_costs_more_than_it_may(cents: int, burning: bool) -> None:
    fake = FakeX([tweet(at_minute(minute / 10), author_id=str(minute)) for minute in range(1, 400)])
    allowance = Decimal(cents) / 100
    pull = fake.look(state(allowance_usd=allowance, burning=burning))
    assert pull.usd == fake.usd <= allowance
    assert len(pull.posts) >= 10
    if pull.total is not None:
        assert pull.total == 399
        assert "only a sample was read: the rest would cost more than this look may" in pull.warnings
    assert not pull.again


def test_a_sample_moves_on_to_what_is_new() -> None:
    fake = FakeX([tweet(at_minute(minute / 10)) for minute in range(1, 100)])
    pull = fake.look(state(allowance_usd=Decimal("0.10")))
    assert (len(pull.posts), pull.total, pull.again) == (19, 99, False)
    later = fake.look(state(cursor=pull.cursor, allowance_usd=Decimal("0.10")), NOW + timedelta(minutes=5))
    assert later.total is None
    assert fake.web.asked[-1].query["since_id"] == str(id_at(NOW - timedelta(seconds=66)))


def test_less_than_the_smallest_look_is_no_look() -> None:
    fake = FakeX([])
    with pytest.raises(FetchError, match=r"10 posts for \$0\.05; \$0\.04 is left") as error:
        fake.look(state(allowance_usd=Decimal("0.04")))
    assert (error.value.trouble, fake.web.asked) == (Trouble.BUDGET, [])


def test_a_storm_is_read_over_several_looks_without_a_gap() -> None:
    fake = FakeX([tweet(at_minute(minute / 10)) for minute in range(1, 800)])
    heard: set[str] = set()
    pull = fake.look(state())
    heard |= {post.id for post in pull.posts}
    assert (len(heard), pull.again) == (500, True)
    pull = fake.look(state(cursor=pull.cursor), NOW + timedelta(minutes=1))
    heard |= {post.id for post in pull.posts}
    assert (len(heard), pull.again) == (799, False)
    assert fake.usd == 799 * PRICES.post


def test_a_page_that_x_forgot_is_asked_anew() -> None:
    fake = FakeX([tweet(at_minute(5))])

    def forgetful(asked: Asked) -> HttpReply:
        if "next_token" in asked.query:
            return reply({"errors": [{"message": "bad next_token"}], "title": "Invalid Request"}, 400)
        return fake.answer(asked)

    fake.web.answer = forgetful
    window = {"since_id": str(at_minute(60))}
    cursor = json.dumps({"window": window, "top": "1", "i": 0, "next": "gone"})
    pull = fake.look(state(cursor=cursor))
    assert [post.id for post in pull.posts] == [f"x:{at_minute(5)}"]


def test_own_queries_are_asked_as_they_stand() -> None:
    source = XSource(kind="x", budget=Budget(usd=Decimal(5)), queries=("acme OR bolt lang:uk",))
    fake = FakeX([])
    fake.look(state(), unit=next(iter(source.units((BRAND,)))))
    assert fake.web.asked[0].query["query"] == "(acme OR bolt lang:uk) -is:retweet"


SAID_TO = BRAND.model_copy(update={"official": ("https://x.com/Acme", "twitter.com/acme_help/", "@elsewhere")})
PAID = Budget(usd=Decimal(5))


def asked_of(*units: SourceUnit) -> list[str]:
    fake = FakeX([])
    for unit in units:
        fake.look(state(), unit=unit)
    return [asked.query["query"] for asked in fake.web.asked]


def test_answers_to_the_brands_accounts_are_asked_for_in_the_same_query_and_its_own_posts_are_not_paid() -> None:
    assert asked_of(*XSource(kind="x", budget=PAID).units((SAID_TO,))) == [
        '(to:acme OR to:acme_help OR "acme" OR "acme foods") -from:acme -from:acme_help -is:retweet'
    ]


def test_who_writes_queries_of_his_own_hears_the_answers_as_well() -> None:
    units = XSource(kind="x", budget=PAID, queries=("acme lang:uk",)).units(
        (SAID_TO, Brand(name="Bolt", terms=("bolt",)))
    )
    assert asked_of(*units) == [
        "(acme lang:uk) -is:retweet",
        "(to:acme OR to:acme_help) -from:acme -from:acme_help -is:retweet",
    ]


@pytest.mark.parametrize("queries", [(), ("acme lang:uk",)])
def test_answers_may_be_left_unasked(queries: tuple[str, ...]) -> None:
    units = list(XSource(kind="x", budget=PAID, queries=queries, answers=False).units((SAID_TO,)))
    assert len(units) == 1
    assert not [query for query in asked_of(*units) if "to:" in query or "from:" in query]


@settings(max_examples=60)
@given(
    terms=st.lists(st.text(st.characters(categories=("Ll", "Lu")), min_size=2, max_size=120), min_size=1, max_size=40),
    handles=st.lists(st.from_regex(r"[a-z0-9_]{1,15}", fullmatch=True), max_size=9),
)
def test_no_query_is_longer_than_x_takes_and_every_term_and_account_is_in_one(
    terms: list[str], handles: list[str]
) -> None:
    brand = Brand(name="Acme", terms=tuple(terms), official=tuple(f"x.com/{handle}" for handle in handles))
    [unit] = XSource(kind="x", budget=PAID).units((brand,))
    queries = _queries(unit)
    assert max(map(len, queries)) <= 512
    whole = " OR ".join(queries)
    assert all(f'"{term}"' in whole for term in terms)
    assert all(f"to:{handle}" in queries[0] for handle in unit.accounts)
    assert set(unit.accounts) == set(tuple(dict.fromkeys(handles))[:5])


def test_an_answer_counts_though_it_names_nobody_and_a_strangers_talk_does_not() -> None:
    [unit] = XSource(kind="x", budget=PAID).units((SAID_TO,))
    posts = FakeX(
        [
            tweet(at_minute(1), text="@Acme_Help where is my order?"),
            tweet(at_minute(2), text="@acme_fan where is my order?"),
        ]
    ).look(state(), unit=unit)
    speechless = SAID_TO.model_copy(update={"terms": ("акме",)})
    found = concerning(posts.posts, posts.posts, unit, (speechless,), {"Acme": TermMatcher(speechless)})
    assert [(mention.brand, mention.text) for mention in found] == [("Acme", "@Acme_Help where is my order?")]


@pytest.mark.parametrize(
    ("answer", "trouble", "retry_after", "said"),
    [
        (reply({"title": "Unauthorized", "status": 401}, 401), Trouble.AUTH, None, "Unauthorized"),
        (
            reply({"title": "Forbidden", "reason": "client-not-enrolled"}, 403),
            Trouble.POLICY,
            None,
            "client-not-enrolled",
        ),
        (reply({"title": "CreditsDepleted", "detail": "no credits"}, 402), Trouble.QUOTA, None, "no credits"),
        (reply({"title": "UsageCapExceeded", "detail": "monthly"}, 429), Trouble.QUOTA, None, "monthly"),
        (
            reply({"title": "Too Many Requests"}, 429, x_rate_limit_reset=str(int(NOW.timestamp()) + 300)),
            Trouble.THROTTLED,
            300.0,
            "slow down",
        ),
        (reply({"title": "Invalid Request", "errors": [{"message": "no"}]}, 400), Trouble.FORMAT, None, "no"),
        (reply({"title": "Error", "detail": "odd"}), Trouble.FORMAT, None, "odd"),
        (reply(b"<html>over capacity</html>", 503), Trouble.DOWN, None, "503"),
    ],
)
def test_refusals_are_told_apart(answer: HttpReply, trouble: Trouble, retry_after: float | None, said: str) -> None:
    web = ScriptedWeb(lambda _: answer)
    with pytest.raises(FetchError) as error:
        Connector(web, SECRETS).pull(UNIT, state(), NOW, timedelta(seconds=20))  # type: ignore[arg-type]
    assert (error.value.trouble, error.value.retry_after) == (trouble, retry_after)
    assert said in str(error.value)
    assert "s3cret" not in str(error.value)


def test_a_secret_without_its_field_is_named() -> None:
    with pytest.raises(SecretError, match="bearer_token"):
        Connector(ScriptedWeb(lambda _: reply({})), MemorySecrets(x={})).pull(  # type: ignore[arg-type]
            UNIT, state(), NOW, timedelta(seconds=20)
        )


def test_no_secret_is_in_what_a_look_leaves() -> None:
    fake = FakeX([tweet(at_minute(5))])
    pull = fake.look(state())
    left = (pull.cursor or "") + "".join(f"{each.url}{each.body!r}" for each in pull.evidence)
    assert "s3cret" not in left
    assert pull.fields == frozenset({"id", "text"})
