"""Protects: a list that ran over, a sample and an end of what is shown are noticed and count, and a list that does not
run over never does."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.samples import NOON, client
from tests.unit.services.support import House
from tocsin.domain.health_news import HealthBook
from tocsin.domain.mention import Post
from tocsin.domain.source_health import coverage
from tocsin.domain.source_state import Pull, SourceState
from tocsin.domain.sources import units_of
from tocsin.domain.unheard import cuts_of, gaps_of
from tocsin.services.fetch import Look
from tocsin.services.fetch_loss import UNKNOWN, last_look, lost_since, with_loss

FEED = "https://one.example/feed"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
OF = client(sources=[{"kind": "rss", "urls": [FEED], "every": 5}])
UNIT = next(iter(units_of(OF)))


def told(number: int, at: datetime, seen: datetime) -> Post:
    return Post(
        id=f"rss:{number}", source="rss", url=f"https://n.example/{number}", text=f"Аврора {number}", published_at=at,
        fetched_at=seen,
    )  # fmt: skip


class Feed:
    """A feed of the newest ``room`` posts, looked at every five minutes."""

    def __init__(self, room: int = 10) -> None:
        self.at = House(OF)
        self.room = room
        self.posts: list[tuple[int, datetime]] = []
        self.at.clock.at = NOON - 3 * DAY
        self.publish([self.now - 40 * MINUTE * number for number in range(room, 0, -1)])
        self.look()
        self.at.clock.at = NOON
        self.publish([NOON - 30 * MINUTE])
        self.look()

    @property
    def now(self) -> datetime:
        return self.at.clock.at

    @property
    def state(self) -> SourceState:
        return self.at.sources.states()[UNIT.id]

    def publish(self, times: Sequence[datetime]) -> None:
        self.posts += [(len(self.posts) + place, when) for place, when in enumerate(sorted(times))]

    def look(self, **more: int) -> Look:
        shown = [told(number, when, self.now) for number, when in self.posts[-self.room :]]
        self.at.connector.answers[FEED] = Pull(posts=tuple(shown), **more)
        return self.at.fetch.run().looks[0]

    def wait(self, minutes: int = 5) -> None:
        self.at.clock.forward(minutes=minutes)


def test_a_storm_that_runs_over_a_feed_is_noted_with_the_time_that_is_lost() -> None:
    # GIVEN a feed of ten posts WHEN sixty are published between two looks
    feed = Feed()
    feed.wait()
    feed.publish([NOON + 5 * second * timedelta(seconds=1) for second in range(1, 60)])
    look = feed.look()

    # THEN what lies before the oldest that still stands there is lost, and the operator hears of it
    [cut] = feed.state.losses.cuts
    assert (cut.since, cut.heard) == (NOON, 0.0)
    assert cut.until == NOON + 250 * timedelta(seconds=1)
    assert any("is lost" in line for line in look.warnings)

    # AND coverage names it, weighs it and leaves the baseline alone
    seen = coverage(OF, feed.at.sources.states(), feed.now)
    assert (seen.healthy, seen.partly) == (1, (UNIT.shown,))
    book = HealthBook(coverage=seen)
    [gap] = cuts_of(book, feed.now)
    assert (gap.since, gap.until, gap.heard) == (cut.since, cut.until, 0.0)
    assert gaps_of(book, feed.now, 1) == ()
    assert coverage(OF, feed.at.sources.states(), feed.now + 2 * HOUR).partly == ()


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(5, 90)), max_size=8), st.booleans())
@settings(max_examples=40, deadline=None)
def test_a_feed_that_still_shows_what_was_known_never_loses(looks: list[tuple[int, int]], pinned: bool) -> None:
    feed = Feed(room=10)
    if pinned:
        feed.posts[0] = (feed.posts[0][0], NOON - 400 * DAY)
    for number, pause in looks:
        feed.wait(pause)
        feed.publish([feed.now - MINUTE * (place % 4) for place in range(number)])
        feed.look()
    assert feed.state.losses.cuts == ()


def test_first_contact_loses_nothing() -> None:
    feed = Feed()
    state = feed.state.model_copy(update={"first_success_at": None})
    pull = Pull(posts=(told(1, NOON, NOON),), total=100, lost=True)
    assert lost_since(NOON - HOUR, state, pull, pull.posts, NOON) is None
    backfilling = feed.state.model_copy(update={"backfilling": True})
    assert lost_since(NOON - HOUR, backfilling, pull, pull.posts, NOON) is None
    assert lost_since(None, feed.state, pull, pull.posts, NOON) is None


KNOWN = SourceState(
    source_id=UNIT.id, first_success_at=NOON - 9 * DAY, last_success_at=NOON - HOUR, newest_at=NOON - 2 * HOUR
)


@pytest.mark.parametrize(("total", "heard"), [(100, 0.05), (6, 0.833), (5, None), (3, None), (None, None)])
def test_a_sample_is_heard_by_the_share_that_was_read(total: int | None, heard: float | None) -> None:
    posts = tuple(told(number, NOON - number * MINUTE, NOON) for number in range(5))
    found = lost_since(NOON - HOUR, KNOWN, Pull(posts=posts, cursor="7", total=total), posts, NOON)
    assert (found.heard if found else None) == heard
    if found:
        assert (found.since, found.until) == (NOON - HOUR, NOON)


def test_where_nobody_says_how_much_there_was_half_is_taken_to_be_heard() -> None:
    posts = tuple(told(number, NOON - number * MINUTE, NOON) for number in range(5))
    found = lost_since(NOON - HOUR, KNOWN, Pull(posts=posts, cursor="7", lost=True), posts, NOON)
    assert found is not None
    assert found.heard == UNKNOWN
    undated = tuple(told(number, NOON, NOON) for number in range(5))
    found = lost_since(NOON - HOUR, KNOWN, Pull(posts=undated), undated, NOON)
    assert found is not None
    assert found.heard == UNKNOWN


def test_a_list_that_is_only_short_reordered_or_read_from_a_place_is_not_full() -> None:
    posts = tuple(told(number, NOON - number * MINUTE, NOON) for number in range(6))
    assert lost_since(NOON - HOUR, KNOWN, Pull(posts=posts, cursor="7"), posts, NOON) is None
    assert lost_since(NOON - HOUR, KNOWN, Pull(posts=posts[:2]), posts[:2], NOON) is None
    assert lost_since(NOON - HOUR, KNOWN, Pull(posts=posts), posts[:3], NOON) is None
    assert lost_since(NOON - HOUR, KNOWN, Pull(posts=()), (), NOON) is None
    reaching_back = (*posts, told(9, NOON - 3 * HOUR, NOON))
    assert lost_since(NOON - HOUR, KNOWN, Pull(posts=reaching_back), reaching_back, NOON) is None


def test_what_is_pinned_above_a_list_does_not_hide_that_it_ran_over() -> None:
    posts = tuple(told(number, NOON - number * MINUTE, NOON) for number in range(6))
    found = lost_since(NOON - HOUR, KNOWN, Pull(posts=(told(9, NOON - 90 * DAY, NOON), *posts)), posts, NOON)
    assert found is not None
    assert (found.since, found.until, found.heard) == (NOON - HOUR, NOON - 5 * MINUTE, 0.0)


def test_a_source_that_is_sampled_from_its_first_day_on_is_so_for_good() -> None:
    young = KNOWN.model_copy(update={"first_success_at": NOON - 6 * HOUR})
    posts = tuple(told(number, NOON - number * MINUTE, NOON) for number in range(5))
    lost = lost_since(NOON - HOUR, young, Pull(posts=posts, cursor="7", total=50), posts, NOON)
    after = with_loss(young, young, lost)
    assert after.losses.cuts == ()
    assert after.losses.missed == 0.9
    assert with_loss(KNOWN, KNOWN, lost).losses.cuts != ()
    assert with_loss(KNOWN, KNOWN, None) is KNOWN


@pytest.mark.parametrize(
    ("looked", "good", "failures", "expected"),
    [(5, 5, 0, 5), (5, 20, 0, 5), (5, 20, 2, 20), (5, 120, 0, 120), (None, 20, 0, 20), (5, None, 0, None)],
)
def test_a_look_that_failed_or_died_is_no_last_look(
    looked: int | None, good: int | None, failures: int, expected: int | None
) -> None:
    at = [None if ago is None else NOON - ago * MINUTE for ago in (looked, good, expected)]
    state = SourceState(source_id="a", looked_at=at[0], last_success_at=at[1], failures=failures)
    assert last_look(state) == at[2]


def test_what_a_budget_makes_slow_is_late_since_its_last_look() -> None:
    slow = KNOWN.model_copy(update={"every": 3 * HOUR, "brought": 300.0, "brought_at": NOON})
    book = HealthBook(coverage=coverage(OF, {UNIT.id: slow}, NOON))
    [gap] = gaps_of(book, NOON)
    assert (gap.since, gap.until, gap.heard) == (NOON - HOUR, NOON, 0.5)
    assert book.coverage.ill == ()
