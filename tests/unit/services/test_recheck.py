"""Protects: what is deleted at its source is erased here, in time, once, within the budget, and never by mistake."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.support.samples import NOON, client, scored
from tests.unit.services.support import HandClock
from tocsin.adapters import memory
from tocsin.adapters.memory_cases import MemoryCaseStore
from tocsin.domain.budget import Usage, period
from tocsin.domain.counters import total
from tocsin.domain.errors import FetchError, Trouble
from tocsin.domain.reading import ScoredMention
from tocsin.domain.recheck import RULES, Gone, bound, rechecks_of
from tocsin.domain.source_facts import FACTS
from tocsin.domain.source_health import unchecked
from tocsin.domain.source_state import Pull, SourceState
from tocsin.domain.sources import SourceUnit
from tocsin.services.fetch import Fetch
from tocsin.services.recheck import PATIENCE, Recheck

BRAND = "Аврора"
DAY = timedelta(days=1)
MASTODON = [{"kind": "mastodon", "tags": ["aurora"], "every": 60}]


class Platform:
    """Posts by our id: ``deleted`` ones are told as gone; ``trouble`` is raised instead of any answer."""

    def __init__(self) -> None:
        self.deleted: set[str] = set()
        self.unasked: set[str] = set()
        self.trouble: Exception | None = None
        self.asked: list[tuple[str, ...]] = []
        self.price = Decimal(0)

    def pull(self, unit: SourceUnit, state: SourceState, now: datetime, budget: timedelta) -> Pull:
        return Pull()

    def gone(self, unit: SourceUnit, ids: Sequence[str], now: datetime, budget: timedelta) -> Gone:
        if self.trouble is not None:
            raise self.trouble
        left = self.unasked.intersection(ids)
        self.asked.append(tuple(one for one in ids if one not in left))
        return Gone(
            gone=frozenset(self.deleted.intersection(ids) - left),
            left=frozenset(left),
            usd=self.price * len(self.asked[-1]),
        )


class House:
    def __init__(self, sources: list[dict[str, Any]] | None = None, **other: Any) -> None:
        self.clock = HandClock()
        self.client = client(sources=sources or MASTODON)
        self.mentions = memory.MemoryMentionStore()
        self.sources = memory.MemorySourceStore()
        self.budgets = memory.MemoryBudgets()
        self.cases = MemoryCaseStore()
        self.queue = memory.MemoryQueue()
        self.dispatcher = memory.MemoryDispatcher()
        self.platform = Platform()
        self.elapsed = 0.0
        kinds = dict.fromkeys(FACTS, self.platform)
        recheck = Recheck(kept=self.mentions, sources=self.sources, connectors=kinds, timer=lambda: self.elapsed)
        self.fetch = Fetch(
            clients=memory.MemoryClientStore(self.client),
            sources=self.sources,
            connectors=kinds,
            queue=self.queue,
            clock=self.clock,
            timer=lambda: self.elapsed,
            cases=self.cases,
            budgets=self.budgets,
            recheck=recheck,
            **other,
        )

    def keep(self, number: int, kind: str = "mastodon", **changes: Any) -> str:
        one = kept(number, kind=kind, **{"at": self.clock.at, "fetched_at": self.clock.at} | changes)
        self.mentions.record(BRAND, [one])
        return one.mention.id

    def days(self, number: float, *, minutes: int = 60) -> None:
        end = self.clock.at + timedelta(days=number)
        while self.clock.at < end:
            self.clock.forward(minutes=minutes)
            self.fetch.run()

    @property
    def shown(self) -> set[str]:
        found = self.mentions.gravest(BRAND, NOON - 400 * DAY, NOON + 400 * DAY, 10_000)
        return {one.mention.id for one in found}

    @property
    def asked(self) -> list[str]:
        return [one for some in self.platform.asked for one in some]

    def state(self, kind: str = "mastodon") -> SourceState:
        return self.sources.states()[f"recheck-{kind}"]


def kept(number: int, *, kind: str = "mastodon", **changes: Any) -> ScoredMention:
    return scored(number, **{"id": f"{kind}:{number}", "source": kind} | changes)


def test_what_is_deleted_is_erased_and_what_was_counted_stays() -> None:
    house = House()
    gone, there = house.keep(1), house.keep(2)
    before = house.mentions.counts(BRAND, NOON - DAY, NOON + DAY)
    house.platform.deleted = {gone}

    house.days(0.9)
    assert house.shown == {gone, there}
    house.days(0.3)

    assert house.shown == {there}
    assert house.mentions.counts(BRAND, NOON - DAY, NOON + DAY) == before


def test_a_rating_that_was_changed_is_asked_for_under_its_first_id_and_goes_with_it() -> None:
    house = House()
    first = house.keep(1)
    again = house.keep(1, id=f"{first}~14")
    house.platform.deleted = {first}

    house.days(1.2)

    assert set(house.asked) == {first}
    assert house.shown.isdisjoint({first, again})


def test_each_post_is_asked_for_at_each_age_once() -> None:
    """Also what was kept before this began, and what is published long before it is fetched."""
    house = House()
    house.keep(1, at=NOON - 300 * DAY)
    house.days(62, minutes=240)
    assert house.asked == ["mastodon:1"] * len(RULES["mastodon"].days)


def test_what_was_kept_before_is_asked_for_once_and_then_by_its_age() -> None:
    house = House()
    ages = {1: 2.0, 2: 10.0, 3: 40.0, 4: 80.0}
    for number, days in ages.items():
        house.keep(number, at=NOON - days * DAY, fetched_at=NOON - days * DAY)
    house.days(0.5)
    assert sorted(house.asked) == [f"mastodon:{number}" for number in ages]
    house.days(70, minutes=240)
    assert {one: house.asked.count(one) for one in house.asked} == {
        "mastodon:1": 4,
        "mastodon:2": 3,
        "mastodon:3": 2,
        "mastodon:4": 1,
    }


def test_many_are_asked_for_in_several_looks_and_none_is_passed_over() -> None:
    house = House()
    ids = {house.keep(number) for number in range(137)}
    house.days(1)
    house.days(0.2, minutes=1)
    assert sorted(house.asked) == sorted(ids)
    assert max(len(some) for some in house.platform.asked) <= RULES["mastodon"].at_once


def test_what_was_left_is_asked_for_next_time() -> None:
    house = House()
    ids = [house.keep(number) for number in range(4)]
    house.platform.deleted = set(ids)
    house.platform.unasked = {ids[1]}
    house.days(1.1)
    assert ids[1] in house.shown
    house.platform.unasked = set()
    house.days(0.2)
    assert house.shown == set()


def test_trouble_erases_nothing_and_is_noted() -> None:
    house = House()
    house.keep(1)
    house.platform.deleted = {"mastodon:1"}
    house.platform.trouble = FetchError("no answer", trouble=Trouble.THROTTLED, retry_after=60)

    house.days(3)

    assert house.shown == {"mastodon:1"}
    assert house.state().trouble is Trouble.THROTTLED
    assert house.state().failures > PATIENCE

    house.platform.trouble = None
    house.days(1)
    assert house.shown == set()
    assert house.state().reason is None


def test_one_post_that_its_source_chokes_on_does_not_stop_the_others() -> None:
    house = House()
    for number in range(45):
        house.keep(number)
    last = house.keep(99, fetched_at=NOON + DAY)
    house.platform.deleted = {last}
    house.platform.trouble = FetchError("breaks off", trouble=Trouble.DOWN)
    house.days(2.2)
    house.platform.trouble = None
    house.days(0.5)
    assert last not in house.shown


def test_a_look_at_nothing_mends_no_failure() -> None:
    house = House()
    house.keep(1)
    house.platform.trouble = FetchError("breaks off", trouble=Trouble.DOWN)
    house.days(6)
    assert house.state().failures >= PATIENCE, "passed over, and still said"
    assert [one.reason for one in unchecked(house.client, house.sources.states())] == ["breaks off"]

    house.platform.trouble = None
    house.keep(2)
    house.days(1.5)
    assert house.state().failures == 0
    assert unchecked(house.client, house.sources.states()) == ()


def test_a_store_that_fails_moves_no_cursor() -> None:
    house = House()
    gone = house.keep(1)
    house.platform.deleted = {gone}
    erase = house.mentions.erase
    house.mentions.erase = lambda *_: (_ for _ in ()).throw(RuntimeError("the store hangs"))  # type: ignore[method-assign]
    house.days(1.2)
    assert house.shown == {gone}
    house.mentions.erase = erase  # type: ignore[method-assign]
    house.days(0.2)
    assert house.shown == set()


def test_listening_comes_first() -> None:
    """In a minute that has no time left, nothing is asked whether it is still there."""
    house = House()
    house.keep(1)
    house.clock.forward(days=1, hours=1)
    house.platform.pull = lambda *_: _late(house)  # type: ignore[method-assign]
    house.fetch.run()
    assert house.asked == []


def _late(house: House) -> Pull:
    house.elapsed += 30.0
    return Pull()


def test_while_an_incident_is_open_what_has_a_budget_is_left_to_listening() -> None:
    keyed = {"kind": "youtube", "queries": ["aurora bakery"]}
    assert _limited_while_burning([keyed], "youtube") == set()
    assert _limited_while_burning(MASTODON, "mastodon") == {"mastodon:1"}


def _limited_while_burning(sources: list[dict[str, Any]], kind: str) -> set[str]:
    from tocsin.domain.brand_state import BrandState
    from tocsin.domain.levels import Level

    house = House(sources)
    house.keep(1, kind=kind)
    house.cases.save_assessment(BrandState(brand=BRAND, version=1, level=Level.CRISIS))
    house.days(1.2)
    return set(house.asked)


def test_the_money_for_looking_again_is_a_part_of_the_whole_and_ends() -> None:
    """X bills each look at a post. The share is kept, and so is the month's limit of the client's file."""
    house = House([{"kind": "x", "budget": {"usd": 5}, "every": 1440}])
    for number in range(600):
        house.keep(number, kind="x")
    house.platform.price = Decimal("0.005")
    house.days(20)
    month = period(FACTS["x"].limits[0][2].span, NOON).key
    own, whole = house.budgets.used("x-recheck", month), house.budgets.used("x", month)
    assert Decimal("0.5") < own.usd <= Decimal("1.00")
    assert own.usd <= whole.usd <= Decimal(5)
    assert own.usd == len(house.asked) * house.platform.price


def test_it_runs_where_the_kind_is_read() -> None:
    """With a secret in its function, else in that of all others; never in both."""
    search = [{"kind": "mastodon", "tags": ["aurora"], "search": True}]
    open_one = House(search, dispatcher=memory.MemoryDispatcher())
    keyed = House(search, own="mastodon")
    for house in (open_one, keyed):
        house.keep(1)
        house.days(1.2)
    assert open_one.asked == []
    assert keyed.asked == ["mastodon:1"]


def test_kinds_whose_source_tells_nothing_are_not_asked() -> None:
    [only] = rechecks_of(client(sources=[*MASTODON, {"kind": "rss", "urls": ["https://news.example/feed.xml"]}]))
    assert only.kind == "mastodon"
    assert rechecks_of(client(sources=[{"kind": "reddit", "subreddits": ["kyiv"]}])) == ()
    assert [unit.keyed for unit in rechecks_of(client(sources=[{"kind": "reddit", "api": True}]))] == [True]


def test_nothing_due_costs_no_call() -> None:
    house = House([{"kind": "stackexchange", "queries": ["aurora bakery"]}])
    house.days(3)
    assert house.asked == []
    assert (
        house.budgets.used("stackexchange-recheck-open", period(FACTS["stackexchange"].limits[0][2].span, NOON).key)
        == Usage()
    )


@pytest.mark.parametrize("kind", RULES)
def test_every_kind_is_asked_within_what_it_is_kept(kind: str) -> None:
    days = RULES[kind].days
    assert list(days) == sorted(set(days))
    assert days[-1] < (FACTS[kind].retention_days or 90)
    if RULES[kind].keyed:
        assert FACTS[kind].secret


def test_whose_terms_ask_for_it_is_asked_or_named_in_the_docs() -> None:
    """Threads tells nothing by an id; docs/sources.md says so."""
    assert {kind for kind, facts in FACTS.items() if facts.deletions} - set(RULES) == {"threads"}


class Life(RuleBasedStateMachine):
    """Posts come, are deleted, come again, are asked for; sources and stores fail. Whatever the order: what was erased
    stays erased, nothing counts twice, nothing that is there is ever erased."""

    def __init__(self) -> None:
        super().__init__()
        self.house = House()
        self.ever: set[int] = set()
        self.deleted: set[int] = set()

    @rule(number=st.integers(0, 8), late=st.integers(0, 50))
    def comes(self, number: int, late: int) -> None:
        """New, or again: from the queue, the source, or another day's look at it."""
        self.house.keep(number, at=NOON, fetched_at=self.house.clock.at + timedelta(minutes=late))
        self.ever.add(number)

    @precondition(lambda self: self.ever)
    @rule(data=st.data())
    def is_deleted(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.ever)))
        self.deleted.add(number)
        self.house.platform.deleted.add(f"mastodon:{number}")

    @precondition(lambda self: self.deleted)
    @rule(data=st.data())
    def comes_back(self, data: st.DataObject) -> None:
        """The source shows it again, and tells of it as of any other."""
        number = data.draw(st.sampled_from(sorted(self.deleted)))
        self.house.platform.deleted.discard(f"mastodon:{number}")
        self.house.keep(number, at=NOON, fetched_at=self.house.clock.at)

    @rule(trouble=st.sampled_from([None, *Trouble]))
    def the_source_is(self, trouble: Trouble | None) -> None:
        self.house.platform.trouble = FetchError("trouble", trouble=trouble) if trouble else None

    @rule(numbers=st.sets(st.integers(0, 8)))
    def has_no_time_for(self, numbers: set[int]) -> None:
        self.house.platform.unasked = {f"mastodon:{number}" for number in numbers}

    @rule(hours=st.sampled_from([1, 5, 24, 200]))
    def time_passes(self, hours: int) -> None:
        self.house.clock.forward(hours=hours)
        self.house.fetch.run()

    @rule()
    def an_hour_of_minutes(self) -> None:
        self.house.days(1 / 24, minutes=5)

    @invariant()
    def each_counts_once(self) -> None:
        counts = self.house.mentions.counts(BRAND, NOON - DAY, NOON + 900 * DAY)
        assert total(counts).mentions == len(self.ever)

    @invariant()
    def only_what_was_deleted_is_gone(self) -> None:
        shown = {int(one.partition(":")[2]) for one in self.house.shown}
        assert self.ever - self.deleted <= shown <= self.ever

    @invariant()
    def what_was_erased_stays_erased(self) -> None:
        erased = self.house.mentions._erased
        assert not {(BRAND, one) for one in self.house.shown} & erased

    @invariant()
    def the_cursor_names_nobody(self) -> None:
        state = self.house.sources.states().get("recheck-mastodon")
        assert state is None or "mastodon:" not in (state.cursor or "")


Life.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestLife = Life.TestCase


def test_a_bound_sorts_before_everything_of_its_second() -> None:
    assert bound(NOON) < f"{bound(NOON)}#0" < bound(NOON + timedelta(seconds=1))
