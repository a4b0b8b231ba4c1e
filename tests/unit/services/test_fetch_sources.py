"""Protects: secrets stay with their own function, budgets hold under any order, an incident makes us listen faster,
and what a look learned is kept."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.samples import client
from tests.unit.services.support import House, ScriptedSource, post
from tocsin.adapters import memory
from tocsin.domain.brand import Brand
from tocsin.domain.brand_state import BrandState
from tocsin.domain.budget import Usage
from tocsin.domain.errors import FetchError, ParseError, SecretError, Trouble
from tocsin.domain.levels import Level
from tocsin.domain.mention import Author
from tocsin.domain.source_state import Evidence, Pull, SourceState
from tocsin.domain.sources import SourceUnit, units_of
from tocsin.services.fetch import Fetch

FEED = "https://one.example/feed"
RSS = {"kind": "rss", "urls": [FEED], "every": 60}
NEWSAPI = {"kind": "newsapi", "every": 30}
X = {"kind": "x", "every": 30, "budget": {"usd": 31, "reserve": 20}}


class World(House):
    """The use-case with everything that a stack gives it."""

    def __init__(self, *sources: dict[str, Any], more: Sequence[dict[str, Any]] = (), **brand: Any) -> None:
        self.brands = [{"name": "Аврора", "terms": ["Аврора", "Aurora"]} | brand, *more]
        super().__init__(client(sources=list(sources), brands=self.brands))
        self.keyed = ScriptedSource()
        self.budgets = memory.MemoryBudgets()
        self.evidence: Any = memory.MemoryEvidence()
        self.dispatcher: Any = memory.MemoryDispatcher()
        self.fetch = self.function(None)

    def function(self, own: str | None) -> Fetch:
        return Fetch(
            clients=self.clients,
            sources=self.sources,
            connectors={"rss": self.connector, "newsapi": self.keyed, "x": self.keyed, "bluesky": self.keyed},
            queue=self.queue,
            clock=self.clock,
            timer=lambda: self.elapsed,
            cases=self.cases,
            budgets=self.budgets,
            evidence=self.evidence,
            dispatcher=None if own else self.dispatcher,
            own=own,
        )

    def unit(self, kind: str) -> SourceUnit:
        loaded = self.clients.load()
        assert loaded is not None
        return next(unit for unit in units_of(loaded) if unit.kind == kind)

    def state(self, kind: str) -> SourceState:
        return self.sources.states()[self.unit(kind).id]

    def burn(self, level: Level = Level.ISSUE) -> None:
        state = self.cases.brand_state("Аврора")
        self.cases.save_assessment(BrandState(brand="Аврора", version=state.version + 1, level=level))

    def answer(self, kind: str, pull: Pull | Exception) -> None:
        (self.connector if kind == "rss" else self.keyed).answers[self.unit(kind).url] = pull


# ---------------------------------------------------------------------------------------------- functions of their own


def test_a_source_with_a_secret_is_looked_at_by_its_own_function_alone() -> None:
    at = World(RSS, NEWSAPI)
    report = at.fetch.run()

    # THEN the main function started it, and itself touched only what needs no key
    assert (report.dispatched, at.dispatcher.started) == (("newsapi",), ["newsapi"])
    assert len(at.connector.states) == 1
    assert at.keyed.states == []

    at.answer("newsapi", Pull(posts=(post(1),)))
    own = at.function("newsapi").run()
    assert [look.mentions for look in own.looks] == [1]
    assert len(at.connector.states) == 1

    # AND nothing is started while nothing is due
    at.clock.forward(minutes=5)
    at.fetch.run()
    assert at.dispatcher.started == ["newsapi"]


def test_a_function_that_cannot_be_started_is_a_failure_of_its_source_alone() -> None:
    at = World(RSS, NEWSAPI, {"kind": "bluesky"})

    def broken(kind: str) -> None:
        if kind == "newsapi":
            raise FetchError("it has no function of its own in the stack", trouble=Trouble.INTERNAL)
        at.dispatcher.started.append(kind)

    at.dispatcher = type("Broken", (), {"start": staticmethod(broken), "started": []})()
    at.fetch = at.function(None)
    at.answer("rss", Pull(posts=(post(1),)))

    report = at.fetch.run()

    assert report.dispatched == ("bluesky",)
    assert len(at.queue.mentions) == 1
    state = at.state("newsapi")
    assert (state.failures, state.trouble) == (1, Trouble.INTERNAL)
    assert "no function" in (state.reason or "")


# ------------------------------------------------------------------------------------------------------------- cursors


def test_a_source_gets_back_what_it_gave_and_keeps_it_through_failures() -> None:
    at = World(RSS)
    at.answer("rss", Pull(posts=(post(1),), cursor='{"page":2}', again=True))
    at.fetch.run()
    assert at.state("rss").next_due_at == at.clock.at + timedelta(minutes=1)

    at.clock.forward(minutes=1)
    at.answer("rss", FetchError("HTTP 503", trouble=Trouble.DOWN))
    at.fetch.run()
    assert at.connector.states[-1].cursor == '{"page":2}'
    assert at.state("rss").cursor == '{"page":2}'
    assert at.state("rss").trouble is Trouble.DOWN


def test_a_cursor_that_is_too_long_is_said_and_not_kept() -> None:
    at = World(RSS)
    at.answer("rss", Pull(posts=(post(1),), cursor="x" * 4_001))
    [look] = at.fetch.run().looks
    assert look.warnings == ("its cursor is too long and was not kept",)
    assert at.state("rss").cursor is None
    assert len(at.queue.mentions) == 1


def test_newest_is_never_in_the_future() -> None:
    at = World(RSS)
    at.answer("rss", Pull(posts=(post(1, published_at=at.clock.at + timedelta(days=400)),)))
    at.fetch.run()
    assert at.state("rss").newest_at == at.clock.at


def test_a_missing_secret_is_told_as_one() -> None:
    at = World(NEWSAPI)
    at.answer("newsapi", SecretError("the secret /tocsin/aurora/newsapi/secret is not there"))
    at.function("newsapi").run()
    assert at.state("newsapi").trouble is Trouble.AUTH


# ---------------------------------------------------------------------------------------------------------- own voices


def test_own_posts_are_no_mentions_and_answers_to_them_are() -> None:
    at = World(RSS, official=["@aurora"])
    own = post(1, "Аврора: ми відкрилися", author=Author(handle="@Aurora"))
    answer = post(2, "ганьба, отруїлися", in_reply_to="rss:1")
    spoken_to = post(3, "@aurora де мій хліб?")
    stranger = post(4, "сьогодні дощ")
    at.answer("rss", Pull(posts=(own, answer, spoken_to, stranger)))
    at.fetch.run()
    assert [mention.id for mention in at.queue.mentions] == ["rss:2", "rss:3"]


# ------------------------------------------------------------------------------------------------------------ incidents


def test_an_incident_makes_us_look_faster_and_its_end_slower() -> None:
    at = World(RSS)
    at.answer("rss", Pull(posts=(post(1),)))
    at.fetch.run()
    at.clock.forward(minutes=5)
    assert at.fetch.run().looks == ()

    at.burn()
    assert len(at.fetch.run().looks) == 1
    assert at.connector.states[-1].burning
    assert at.state("rss").next_due_at == at.clock.at + timedelta(minutes=5)
    at.burn(Level.WATCH)
    at.clock.forward(minutes=5)
    at.fetch.run()
    at.clock.forward(minutes=5)
    assert at.fetch.run().looks == ()
    assert not at.sources.states()[at.unit("rss").id].burning


def test_what_costs_more_in_an_incident_is_bought_for_the_burning_brand_alone() -> None:
    calm = {"name": "Зоря", "terms": ["Зоря"]}
    asked = {**X, "queries": ["pizza"]}
    at = World(X, asked, more=[calm])
    at.burn()
    at.function("x").run()

    # THEN of the two brands one is told to burn, and a query of the client's own might be about it
    told = {state.source_id: state.burning for state in at.keyed.states}
    units = units_of(client(sources=[X, asked], brands=at.brands))
    assert {unit.label.rpartition(": ")[2]: told[unit.id] for unit in units} == {
        "Аврора": True,
        "Зоря": False,
        "pizza": True,
    }


def test_a_source_that_asked_for_patience_has_it_in_an_incident_too() -> None:
    at = World(RSS)
    at.answer("rss", FetchError("HTTP 429", retry_after=3_600, trouble=Trouble.THROTTLED))
    at.fetch.run()
    at.burn(Level.SEVERE)
    at.clock.forward(minutes=59)
    assert at.fetch.run().looks == ()


# -------------------------------------------------------------------------------------------------------------- budgets


def run_for(at: World, fetch: Fetch, days: float, every: timedelta = timedelta(minutes=10)) -> Iterable[datetime]:
    end = at.clock.at + timedelta(days=days)
    while at.clock.at < end:
        if fetch.run().looks:
            yield at.clock.at
        at.clock.at += every


def test_a_budget_of_calls_lasts_for_its_month_with_the_reserve_untouched() -> None:
    at = World({"kind": "newsapi", "every": 30, "budget": {"calls": 500, "reserve": 40}})
    at.clock.at = datetime(2026, 4, 1, tzinfo=UTC)
    fetch = at.function("newsapi")
    looked = list(run_for(at, fetch, 30))

    used = at.budgets.used("newsapi", "2026-04")
    assert 290 <= used.calls <= 300
    assert len(looked) == used.calls
    # THEN it was looked at until the last day, and said that it is a sample
    assert looked[-1] >= datetime(2026, 4, 29, tzinfo=UTC)
    assert at.state("newsapi").sampling is not None
    assert "instead of 30 min" in (at.state("newsapi").sampling or "")


def test_money_is_never_overspent_and_the_reserve_opens_in_an_incident() -> None:
    at = World(X)
    at.clock.at = datetime(2026, 4, 1, tzinfo=UTC)
    fetch = at.function("x")

    def spend() -> None:
        allowance = at.keyed.states[-1].allowance_usd
        assert allowance is not None
        assert allowance >= Decimal("0.05")
        at.answer("x", Pull(posts=(post(len(at.keyed.states)),), usd=allowance, total=1_000))

    at.keyed.during = spend
    list(run_for(at, fetch, 20, timedelta(minutes=30)))
    calm = at.budgets.used("x", "2026-04").usd
    assert Decimal(10) < calm <= Decimal("24.80")
    assert "of about 1,000 read" in (at.state("x").sampling or "")

    at.burn(Level.CRISIS)
    list(run_for(at, fetch, 9, timedelta(minutes=5)))
    burnt = at.budgets.used("x", "2026-04").usd
    assert Decimal("24.80") < burnt <= Decimal(31)


def test_a_budget_that_is_used_up_sleeps_until_its_month_turns_or_an_incident_opens() -> None:
    at = World({"kind": "newsapi", "every": 30, "budget": {"calls": 10, "reserve": 50}})
    at.clock.at = datetime(2026, 4, 29, 12, tzinfo=UTC)
    at.budgets.correct("newsapi", "2026-04", Usage(calls=5))
    fetch = at.function("newsapi")
    fetch.run()
    state = at.state("newsapi")
    assert state.trouble is Trouble.BUDGET
    assert "10 calls a month is used up until 2026-05-01; 50% of it is kept for incidents" in (state.reason or "")

    at.clock.forward(minutes=30)
    assert fetch.run().looks == ()
    at.burn()
    assert [look.reason for look in fetch.run().looks] == [None]

    at.burn(Level.CALM)
    assert len(list(run_for(at, fetch, 1.4))) >= 1  # noted again as used up
    at.clock.at = datetime(2026, 5, 1, 0, 1, tzinfo=UTC)
    assert [look.reason for look in fetch.run().looks] == [None]


def test_what_a_look_did_not_use_is_given_back_and_what_crashed_is_not() -> None:
    at = World(X)
    at.clock.at = datetime(2026, 4, 1, tzinfo=UTC)
    fetch = at.function("x")
    at.answer("x", Pull(usd=Decimal("0.05")))
    fetch.run()
    assert at.budgets.used("x", "2026-04").usd == Decimal("0.05")

    at.clock.forward(minutes=30)
    at.answer("x", FetchError("HTTP 503", trouble=Trouble.DOWN))
    fetch.run()
    assert at.budgets.used("x", "2026-04").usd == Decimal("0.05")

    class Died(BaseException):
        pass

    def die() -> None:
        raise Died

    at.keyed.during = die
    at.clock.forward(hours=2)
    with pytest.raises(Died):
        fetch.run()
    assert at.budgets.used("x", "2026-04").usd > Decimal("0.05")


def test_a_source_without_a_limit_costs_no_book_keeping() -> None:
    at = World(RSS)
    at.fetch.run()
    assert at.budgets._used == {}


# ------------------------------------------------------------------------------------------------------------- evidence


def test_bytes_are_kept_when_something_was_new_and_posts_point_to_them() -> None:
    at = World(RSS)
    bytes_ = Evidence(url=FEED, body=b"<rss/>")
    at.answer("rss", Pull(posts=(post(1),), evidence=(bytes_,)))
    at.fetch.run()
    at.clock.forward(minutes=60)
    at.fetch.run()

    assert list(at.evidence.kept.values()) == [bytes_]
    assert at.queue.mentions[0].raw in at.evidence.kept


def test_bytes_that_could_not_be_read_are_kept_too() -> None:
    at = World(RSS)
    error = ParseError("HTML where a feed is due")
    error.body = b"<html>"
    at.answer("rss", error)
    at.fetch.run()
    assert [kept.body for kept in at.evidence.kept.values()] == [b"<html>"]


def test_a_store_of_evidence_that_is_down_stops_nothing() -> None:
    at = World(RSS)

    def broken(*_: object) -> str:
        raise OSError("no route")

    at.evidence.keep = broken
    at.answer("rss", Pull(posts=(post(1),), evidence=(Evidence(url=FEED, body=b"<rss/>"),)))
    at.fetch.run()
    assert len(at.queue.mentions) == 1
    assert at.state("rss").failures == 0


# ------------------------------------------------------------------------------------------------------------- learning


def test_a_field_that_was_always_there_and_is_gone_is_noticed() -> None:
    at = World({"kind": "rss", "urls": [FEED], "every": 5})
    usual = frozenset({"title", "author"})

    def look(number: int, fields: frozenset[str]) -> None:
        at.answer("rss", Pull(posts=tuple(post(number * 10 + n) for n in range(6)), fields=fields))
        at.fetch.run()
        at.clock.forward(minutes=5)

    for number in range(20):
        look(number, usual)
    for number in range(20, 25):
        assert at.state("rss").missing == ()
        look(number, frozenset({"title"}))
    assert at.state("rss").missing == ("author",)
    look(30, usual)
    assert at.state("rss").missing == ()


def test_empty_answers_after_a_week_of_full_ones_are_noticed_and_those_of_a_search_are_not() -> None:
    at = World({"kind": "rss", "urls": [FEED], "every": 60})
    for number in range(24 * 8):
        at.answer("rss", Pull(posts=(post(number),)))
        at.fetch.run()
        at.clock.forward(hours=1)
    at.answer("rss", Pull())
    for _ in range(3):
        at.fetch.run()
        at.clock.forward(hours=1)
    assert at.state("rss").empties == 3

    search = World({"kind": "rss", "urls": [FEED], "every": 60})
    for number in range(24 * 8):
        search.answer("rss", Pull(posts=(post(number),) if number % 40 else ()))
        search.fetch.run()
        search.clock.forward(hours=1)
    assert search.state("rss").empties == 0


@pytest.mark.parametrize("nothing", [Pull(cursor="since noon"), Pull(calls=0)])
def test_a_source_that_is_asked_for_what_is_new_may_have_nothing_to_say(nothing: Pull) -> None:
    at = World({"kind": "rss", "urls": [FEED], "every": 60})
    for number in range(24 * 8):
        at.answer("rss", Pull(posts=(post(number),), cursor="since noon"))
        at.fetch.run()
        at.clock.forward(hours=1)
    at.answer("rss", nothing)
    for _ in range(9):
        at.fetch.run()
        at.clock.forward(hours=1)
    assert at.state("rss").empties == 0


def test_a_search_of_youtube_counts_once_whatever_else_it_reads() -> None:
    """Its 100 searches a day are one budget, the videos and comments that they lead to another."""
    at = World({"kind": "youtube", "search": True, "every": 60})
    fetch = Fetch(
        clients=at.clients,
        sources=at.sources,
        connectors={"youtube": at.keyed},
        queue=at.queue,
        clock=at.clock,
        timer=lambda: at.elapsed,
        budgets=at.budgets,
        own="youtube",
    )
    at.answer("youtube", Pull(calls=14))
    for _ in range(5):
        fetch.run()
        at.clock.forward(hours=1)
    assert at.budgets.used("youtube-search", "2026-03-02").calls == 5
    assert at.state("youtube").sampling is None


def test_a_storm_that_begins_after_a_first_look_that_failed_is_no_history() -> None:
    """Protects: a source that was down when the client was deployed still wakes people when it is back."""
    at = World({"kind": "rss", "urls": [FEED], "every": 1})
    at.answer("rss", FetchError("HTTP 503", trouble=Trouble.DOWN))
    at.fetch.run()
    began = at.clock.at
    at.clock.forward(minutes=2)
    before = post(1, published_at=began - timedelta(minutes=1), fetched_at=at.clock.at)
    since = post(2, published_at=began + timedelta(minutes=1), fetched_at=at.clock.at)
    undated = post(3, published_at=at.clock.at, fetched_at=at.clock.at)
    at.answer("rss", Pull(posts=(before, since, undated)))
    at.fetch.run()

    assert {mention.id for mention in at.queue.history} == {"rss:1", "rss:3"}
    assert {mention.id for mention in at.queue.mentions} == {"rss:1", "rss:2", "rss:3"}


class _Died(BaseException):
    pass


windows = st.lists(st.integers(0, 25), max_size=12)
faults = st.sampled_from(["", "", "source", "form", "queue", "die", "unchanged"])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(windows, faults), max_size=12))
def test_nothing_shown_is_lost_and_nothing_is_sent_twice_without_a_crash(steps: list[tuple[list[int], str]]) -> None:
    """Any order, overlap, repetition and deletion, with faults at every place where a look may end."""
    at = World({"kind": "rss", "urls": [FEED], "every": 1})
    send, commit = at.queue.send, at.sources.commit
    taken: set[int] = set()
    crashed = False
    for shown, fault in steps:
        posts = tuple(post(number) for number in shown)
        answers: dict[str, Pull | Exception] = {
            "source": FetchError("HTTP 503", trouble=Trouble.DOWN, retry_after=1),
            "form": ParseError("HTML where a feed is due"),
            "unchanged": Pull(unchanged=True),
        }
        at.answer("rss", answers.get(fault, Pull(posts=posts, cursor=str(shown))))

        def refuse(*_: object, **__: object) -> None:
            raise OSError("no route")

        def die(*_: object) -> SourceState:
            raise _Died

        with pytest.MonkeyPatch.context() as patched:
            if fault == "queue":
                patched.setattr(at.queue, "send", refuse)
            if fault == "die":
                patched.setattr(at.sources, "commit", die)
            try:
                looks = at.fetch.run().looks
            except (OSError, _Died):
                looks = ()
                crashed |= fault == "die"
        if looks and not fault:
            taken |= set(shown)
        at.clock.forward(minutes=61)
    assert (at.queue.send, at.sources.commit) == (send, commit)

    heard = [int(mention.id.partition(":")[2]) for mention in at.queue.mentions]
    assert taken <= set(heard)
    assert crashed or len(heard) == len(set(heard))


def test_more_to_read_does_not_break_a_budget_that_would_not_last() -> None:
    at = World(RSS | {"every": 5, "budget": {"calls": 300}})
    at.answer("rss", Pull(posts=(post(1),), again=True))
    at.fetch.run()
    assert at.state("rss").next_due_at == at.clock.at.replace(second=0) + (at.state("rss").every or timedelta())
    assert at.state("rss").every is not None


def test_in_an_incident_no_source_waits_for_those_that_are_looked_at_each_minute() -> None:
    """Three hundred channels and a feed, more than a minute can read: who waited longest is first."""
    channels = {"kind": "telegram", "channels": [f"channel_{n}" for n in range(40)], "accept_terms": True}
    at = World(channels, RSS | {"every": 30})
    at.burn()

    def slow() -> None:
        at.elapsed += 1

    at.connector.during = slow
    at.fetch = Fetch(
        clients=at.clients,
        sources=at.sources,
        connectors={"rss": at.connector, "telegram": at.connector},
        queue=at.queue,
        clock=at.clock,
        timer=lambda: at.elapsed,
        cases=at.cases,
        workers=1,
    )
    looks = []
    for minute in range(30):
        looks += [(look.source_id, minute) for look in at.fetch.run().looks]
        at.clock.forward(minutes=1)
    for source_id in at.sources.states():
        minutes = [minute for found, minute in looks if found == source_id]
        assert max(b - a for a, b in pairwise(minutes)) <= 8


def test_a_brand_that_is_added_later_hears_what_is_still_shown_as_history() -> None:
    at = World(RSS)
    posts = (post(1, "Zeta отруїла людей"), post(2, "Аврора прострочена"))
    at.answer("rss", Pull(posts=posts))
    at.fetch.run()
    assert [mention.brand for mention in at.queue.mentions] == ["Аврора"]

    loaded = at.clients.load()
    assert loaded is not None
    more = Brand(name="Zeta", terms=("Zeta",))
    at.clients.save(loaded.model_copy(update={"brands": (*loaded.brands, more)}))
    for _ in range(3):
        at.clock.forward(minutes=60)
        at.fetch.run()
    assert [mention.id for mention in at.queue.history if mention.brand == "Zeta"] == [posts[0].id]
    assert [mention.id for mention in at.queue.mentions if mention.brand == "Zeta"] == [posts[0].id]


def test_a_source_that_always_has_more_is_not_met_for_the_first_time_for_ever() -> None:
    at = World(RSS | {"every": 5})
    for number in range(26):
        undated = post(number, "Аврора", published_at=at.clock.at, fetched_at=at.clock.at)
        at.answer("rss", Pull(posts=(undated,), again=True))
        at.fetch.run()
        at.clock.forward(hours=1)
    assert at.queue.history != []
    assert at.queue.mentions[-1] not in at.queue.history


@pytest.mark.parametrize("first", [{"again": True}, {"halfway": True}])
def test_a_reading_of_several_looks_is_sent_once_and_forgotten_later(first: dict[str, bool]) -> None:
    at = World(RSS)
    long, short = [post(n) for n in range(300)], [post(n) for n in range(300, 310)]
    later = [post(n) for n in range(310, 320)]

    def look(pull: Pull | Exception) -> None:
        at.answer("rss", pull)
        at.clock.forward(hours=2)
        at.fetch.run()

    look(Pull())
    look(Pull(posts=tuple(long), **first))
    look(FetchError("down", trouble=Trouble.DOWN))  # it does not end the reading
    look(Pull(posts=tuple(short)))
    look(Pull(posts=(*long, *short)))  # the overlap of the next one
    assert len(at.queue.mentions) == 310
    assert not at.state("rss").reading
    look(Pull(posts=tuple(later)))
    assert len(at.sources.seen(at.unit("rss").id).fingerprints) <= 220
