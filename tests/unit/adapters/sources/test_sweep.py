"""Protects: of a source that shows the newest first no post is lost, however long the storm, the outage or the list."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.support.web import ScriptedWeb, reply
from tocsin.adapters.sources.look import Look, remembered, to_remember, wait_of
from tocsin.adapters.sources.sweep import BASELINE, OVERLAP, Page, Reach, Sweep
from tocsin.adapters.sources.values import Parsed
from tocsin.domain.errors import FetchError, ParseError, Trouble
from tocsin.domain.mention import Post

START = datetime(2026, 11, 1, 12, tzinfo=UTC)
BUDGET = timedelta(seconds=20)
SIZE = 5


class Source:
    """Posts with a number each; the token is the number of the last one shown, as with max_id."""

    def __init__(self) -> None:
        self.posts: dict[int, datetime] = {}
        self.now = START
        self.fails_after: int | None = None

    def publish(self, count: int) -> None:
        for _ in range(count):
            self.posts[len(self.posts) + 1] = self.now - timedelta(seconds=30)

    def page(self, token: str | None) -> Page:
        if self.fails_after is not None:
            self.fails_after -= 1
            if self.fails_after < 0:
                raise FetchError("asks us to slow down", trouble=Trouble.THROTTLED)
        below = int(token) if token else len(self.posts) + 1
        shown = [number for number in sorted(self.posts, reverse=True) if number < below][:SIZE]
        posts = tuple(
            Post(id=f"x:{number}", source="x", published_at=self.posts[number], fetched_at=self.now) for number in shown
        )
        return Page(Parsed(posts=posts), str(shown[-1]) if len(shown) == SIZE else None)

    def look(self, cursor: str | None, pages: int = 3) -> tuple[set[str], str | None, Sweep]:
        sweep = Sweep(
            Look(ScriptedWeb(lambda _: reply()), self.now, BUDGET),  # type: ignore[arg-type]
            self.now,
            remembered(cursor).get("q"),
            pages=pages,
        )
        sweep.query("acme", self.page)
        return {post.id for page in sweep.found for post in page.posts}, to_remember(q=sweep.kept), sweep


@settings(max_examples=60, deadline=None)
@given(
    minutes=st.lists(st.tuples(st.integers(0, 40), st.integers(1, 500)), max_size=12),
    failures=st.sets(st.integers(1, 12)),
)
@example(minutes=[(0, 1)] * 6 + [(16, 1), (11, 429), (3, 500), (0, 500)], failures={9})
def test_whatever_the_storm_all_is_read_at_last(minutes: list[tuple[int, int]], failures: set[int]) -> None:
    # given a source that we know, and a story of posts and pauses
    source = Source()
    seen, cursor, _ = source.look(None)
    # when looks are few and short, and some are throttled halfway
    for turn, (posts, pause) in enumerate(minutes):
        source.now += timedelta(minutes=pause)
        source.publish(posts)
        source.fails_after = 2 if turn in failures else None
        found, cursor, _ = source.look(cursor)
        seen |= found
    # then, once it is calm, nothing is missing
    source.fails_after = None
    again = True
    for _ in range(300):
        if not again:
            break
        source.now += timedelta(minutes=1)
        found, cursor, sweep = source.look(cursor)
        seen, again = seen | found, sweep.again
    assert not again
    assert seen == {f"x:{number}" for number in source.posts}


def test_a_quiet_source_costs_one_page() -> None:
    source = Source()
    source.posts = {number: START - timedelta(hours=41 - number) for number in range(1, 41)}
    _, cursor, _ = source.look(None)
    source.now += timedelta(hours=5)
    source.publish(2)
    found, _, sweep = source.look(cursor)
    assert {"x:41", "x:42"} <= found
    assert len(sweep.found) == 1
    assert not sweep.again


def test_first_contact_reads_a_baseline_and_leaves_no_gap() -> None:
    source = Source()
    source.publish(500)
    found, _, sweep = source.look(None)
    assert len(found) == 3 * SIZE
    assert not sweep.again
    source.posts = {number: START - BASELINE - timedelta(days=1) for number in range(1, 500)}
    assert len(source.look(None)[2].found) == 1


def test_where_time_is_short_it_is_not_always_for_the_same_query() -> None:
    # given more queries than a look has pages
    source = Source()
    source.publish(1)
    names, cursor, read = ["a", "b", "c"], None, []

    def look() -> None:
        nonlocal cursor
        source.now += timedelta(minutes=5)
        asked = Look(ScriptedWeb(lambda _: reply()), source.now, BUDGET)  # type: ignore[arg-type]
        sweep = Sweep(asked, source.now, remembered(cursor).get("q"), pages=1)
        for name in sweep.oldest_first(names):
            before = len(sweep.found)
            sweep.query(name, source.page)
            read.extend([name] * (len(sweep.found) - before))
        cursor = to_remember(q=sweep.kept)
        assert sweep.again

    # when it is looked at again and again, then each has its turn
    for _ in range(6):
        look()
    assert sorted(read) == ["a", "a", "b", "b", "c", "c"]


def test_late_arrivals_within_the_overlap_are_read() -> None:
    source = Source()
    source.publish(3)
    _, cursor, _ = source.look(None)
    source.now += timedelta(minutes=10)
    source.posts[4] = source.now - OVERLAP / 2
    assert "x:4" in source.look(cursor)[0]


def test_a_cursor_that_is_nonsense_is_a_first_contact() -> None:
    for kept in (None, "x", [], [None], ["x", "y"], [1, 2], [10**30], [5, ["a"]], {"a": 1}, [1e400]):
        assert Reach.of(kept).gaps == ()
    for cursor in (None, "", "null", "[]", "{", '{"q":[1]}', "x" * 5_000, "[" * 100_000):
        assert isinstance(remembered(cursor), dict)
        assert Source().look(cursor)[1]


def test_what_fails_first_is_raised_and_what_fails_later_is_said() -> None:
    source = Source()
    source.publish(30)
    _, cursor, _ = source.look(None)
    source.now += timedelta(minutes=10)
    source.publish(30)
    source.fails_after = 1
    found, after, sweep = source.look(cursor)
    assert len(found) == SIZE
    assert sweep.again
    assert any("slow down" in line for line in sweep.warnings)
    source.fails_after = 0
    with pytest.raises(FetchError) as error:
        source.look(after)
    assert error.value.trouble is Trouble.THROTTLED


def test_a_query_whose_first_page_fails_is_not_taken_for_read() -> None:
    # given two queries that were read, and a storm
    source = Source()
    _, cursor, sweep = source.look(None)
    source.now += timedelta(minutes=10)
    source.publish(4)

    def broken(_: str | None) -> Page:
        raise ParseError("half of an answer")

    # when the second fails after the first was read
    look = Look(ScriptedWeb(lambda _: reply()), source.now, BUDGET)  # type: ignore[arg-type]
    sweep = Sweep(look, source.now, remembered(cursor).get("q"), pages=10)
    sweep.query("bolt", source.page)
    sweep.query("acme", broken)
    assert any("half of an answer" in line for line in sweep.warnings)
    # then the next look begins where the one before began
    source.now += timedelta(hours=3)
    source.posts |= {number: source.now - timedelta(hours=2) for number in range(5, 30)}
    found, _, _ = source.look(to_remember(q=sweep.kept), pages=10)
    assert found == {f"x:{number}" for number in range(1, 30)}


def test_a_gap_that_cannot_be_read_is_tried_again_and_given_up_at_last() -> None:
    gap = ["5", int((START - timedelta(hours=1)).timestamp())]
    before = {sweep_key("acme"): [int(START.timestamp()), gap]}
    source = Source()

    def broken(token: str | None) -> Page:
        if token:
            raise FetchError("bad cursor", trouble=Trouble.FORMAT)
        return source.page(None)

    for age, kept in ((timedelta(0), 1), (timedelta(days=2), 0)):
        now = START + age
        look = Look(ScriptedWeb(lambda _: reply()), now, BUDGET)  # type: ignore[arg-type]
        sweep = Sweep(look, now, before, pages=5)
        sweep.query("acme", broken)
        before = sweep.kept
        assert len(Reach.of(sweep.kept[sweep_key("acme")]).gaps) == kept
        assert not sweep.again  # another minute would not mend it
        assert any("may be missing" in line for line in sweep.warnings) == sweep.lost == (kept == 0)


def sweep_key(name: str) -> str:
    source = Source()
    sweep = Sweep(Look(ScriptedWeb(lambda _: reply()), START, BUDGET), START, {}, pages=1)  # type: ignore[arg-type]
    sweep.query(name, source.page)
    (key,) = sweep.kept
    return key


def test_when_time_is_up_the_rest_waits_for_the_next_look() -> None:
    # given a source that we know, and a clock of which a request takes eight seconds
    source = Source()
    _, cursor, _ = source.look(None)
    source.now += timedelta(minutes=10)
    source.publish(40)
    seconds = 0.0

    def slow(token: str | None) -> Page:
        nonlocal seconds
        seconds += 8
        return source.page(token)

    web = ScriptedWeb(lambda _: reply())
    look = Look(web, source.now, BUDGET, timer=lambda: seconds)  # type: ignore[arg-type]
    sweep = Sweep(look, source.now, remembered(cursor).get("q"), pages=10)
    # when it is looked at
    sweep.query("acme", slow)
    # then it stops in time and knows where to go on
    assert len(sweep.found) == 3
    assert sweep.again
    assert len(Reach.of(next(iter(sweep.kept.values()))).gaps) == 1
    with pytest.raises(FetchError, match="time"):
        look.get("https://x.example/")


def test_the_wait_is_read_in_each_of_its_forms() -> None:
    soon = START + timedelta(seconds=90)
    assert wait_of(reply(x_ratelimit_reset="2026-11-01T12:01:30.000Z"), START) == 90  # Mastodon
    assert wait_of(reply(ratelimit_reset=str(int(soon.timestamp()))), START) == 90  # Bluesky
    assert wait_of(reply(x_ratelimit_reset="90"), START) == 90  # Reddit
    assert wait_of(reply(x_ratelimit_reset="nan"), START) is None
    assert wait_of(reply(x_ratelimit_reset="soon"), START) is None
    assert wait_of(reply(), START) is None
