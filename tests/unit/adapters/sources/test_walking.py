"""Protects: a search that gives its newest first is read without a gap, over as many looks as it takes."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.adapters.sources.look import heed_pause, remembered, to_remember
from tocsin.adapters.sources.values import Parsed
from tocsin.adapters.sources.walking import Page, quoted, walk
from tocsin.domain.errors import FetchError, ParseError, Trouble
from tocsin.domain.mention import Post
from tocsin.domain.source_state import Pull, SourceState

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
OVERLAP, BACKFILL = timedelta(minutes=10), timedelta(days=2)


def post(number: int, when: datetime) -> Post:
    return Post(id=f"s:{number}", source="s", published_at=when, fetched_at=NOW)


class Source:
    """A search over ``posts`` that gives ``most`` at once."""

    def __init__(self, posts: list[Post], most: int = 3) -> None:
        self.posts, self.most = posts, most
        self.asked: list[tuple[str, datetime, datetime]] = []
        self.trouble: dict[str, Exception] = {}
        self.wait: float | None = None

    def ask(self, query: str, since: datetime, until: datetime, left: timedelta) -> Page:
        self.asked.append((query, since, until))
        assert left > timedelta(0)
        if query in self.trouble:
            raise self.trouble[query]
        inside = [each for each in self.posts if since <= each.published_at <= until]
        inside.sort(key=lambda each: each.published_at, reverse=True)
        given_now = inside[: self.most]
        return Page(
            Parsed(posts=tuple(given_now)),
            full=len(inside) > self.most,
            oldest=min((each.published_at for each in given_now), default=None),
            wait=self.wait,
        )

    def look(self, state: SourceState, now: datetime = NOW, queries: tuple[str, ...] = ("q",), calls: int = 2) -> Pull:
        return walk(
            state,
            now,
            timedelta(seconds=20),
            queries=queries,
            ask=self.ask,
            overlap=OVERLAP,
            backfill=BACKFILL,
            most_calls=calls,
        )


def after(pull: Pull) -> SourceState:
    return SourceState(source_id="s", cursor=pull.cursor)


NEW = SourceState(source_id="s")


@settings(max_examples=60, deadline=None)
@given(ages=st.lists(st.integers(0, 3_000), max_size=40), most=st.integers(1, 5), calls=st.integers(1, 3))
def test_every_post_of_the_window_is_heard_whatever_the_pages_and_looks(ages: list[int], most: int, calls: int) -> None:
    # At most ``most`` a second: what is more within one second cannot be told apart by time.
    ages = [age for age in ages if ages.count(age) < most] if most > 1 else sorted(set(ages))
    source = Source([post(number, NOW - age * SECOND) for number, age in enumerate(ages)], most)
    heard: set[str] = set()
    state, again = NEW, True
    for _ in range(300):
        if not again:
            break
        pull = source.look(state, calls=calls)
        heard |= {each.id for each in pull.posts}
        state, again = after(pull), pull.again
    assert not again
    if most > 1:
        assert heard == {each.id for each in source.posts}


def test_the_next_round_begins_an_overlap_before_the_last_one_did() -> None:
    source = Source([])
    pull = source.look(NEW)
    assert source.asked == [("q", NOW - BACKFILL, NOW)]
    later = NOW + timedelta(minutes=30)
    source.look(after(pull), later)
    assert source.asked[-1] == ("q", NOW - OVERLAP, later)


def test_a_round_that_a_look_cannot_finish_goes_on_where_it_stopped() -> None:
    source = Source([post(number, NOW - number * SECOND) for number in range(20)])
    first = source.look(NEW)
    assert first.again
    second = source.look(after(first), NOW + timedelta(minutes=1))
    uppers = [until for _, _, until in source.asked]
    assert uppers[0] == NOW
    assert all(later < earlier for earlier, later in pairwise(uppers))
    assert not {each.id for each in first.posts[:-1]} & {each.id for each in second.posts[1:]}


def test_more_than_one_answer_within_a_second_is_said_and_passed() -> None:
    source = Source([post(number, NOW - SECOND) for number in range(5)] + [post(9, NOW - 9 * SECOND)])
    pull = source.look(NEW, calls=9)
    assert not pull.again
    assert "s:9" in {each.id for each in pull.posts}
    assert any("the rest of that is not heard" in line for line in pull.warnings)
    assert pull.lost
    assert not source.look(NEW, NOW - 2 * SECOND, calls=9).lost


def test_one_query_that_is_not_understood_does_not_silence_the_others() -> None:
    source = Source([post(1, NOW - SECOND)])
    source.trouble["bad"] = FetchError("no such word", trouble=Trouble.FORMAT)
    pull = source.look(NEW, queries=("bad", "good"))
    assert [each.id for each in pull.posts] == ["s:1"]
    assert pull.warnings == ("not asked in full: no such word",)
    source.trouble["good"] = ParseError("torn")
    with pytest.raises(FetchError, match="no such word"):
        source.look(NEW, queries=("bad", "good"))


def test_trouble_after_the_first_answer_keeps_what_was_heard_and_the_place() -> None:
    source = Source([post(1, NOW - SECOND)])
    source.trouble["two"] = FetchError("slow down", trouble=Trouble.THROTTLED, retry_after=90)
    pull = source.look(NEW, queries=("one", "two"))
    assert (len(pull.posts), pull.again) == (1, False)
    with pytest.raises(FetchError, match="asked us to wait") as error:
        source.look(after(pull), NOW + timedelta(minutes=1))
    assert error.value.retry_after == 30
    source.trouble.clear()
    source.look(after(pull), NOW + timedelta(minutes=2), queries=("one", "two"))
    assert source.asked[-1][0] == "two"


def test_trouble_at_once_is_an_error() -> None:
    source = Source([])
    source.trouble["q"] = FetchError("down", trouble=Trouble.DOWN)
    with pytest.raises(FetchError, match="down"):
        source.look(NEW)


def test_a_source_that_asks_for_a_pause_is_left_alone() -> None:
    source = Source([post(number, NOW - number * SECOND) for number in range(9)])
    source.wait = 40.0
    pull = source.look(NEW)
    assert (len(source.asked), pull.again) == (1, False)
    with pytest.raises(FetchError) as error:
        source.look(after(pull), NOW + timedelta(seconds=10))
    assert (error.value.trouble, error.value.retry_after) == (Trouble.THROTTLED, 30.0)


@pytest.mark.parametrize(
    "cursor",
    ["", "[]", "nonsense", "null", '{"since":"x","i":-1}', '{"since":99999999999,"top":true}', '{"i":7,"until":1}'],
)
def test_a_broken_cursor_is_a_first_contact(cursor: str) -> None:
    source = Source([])
    source.look(SourceState(source_id="s", cursor=cursor))
    query, since, until = source.asked[0]
    assert (query, NOW - BACKFILL <= since <= until <= NOW) == ("q", True)


def test_a_cursor_too_long_to_keep_is_none() -> None:
    assert to_remember(a="x" * 5_000) is None
    assert remembered(to_remember(a=1, b=None)) == {"a": 1}
    heed_pause({"pause": "never"}, NOW)


def test_terms_become_phrases_within_the_limits() -> None:
    assert quoted(["acme", 'a"b', "acme", " "], limit=100) == ('"acme" OR "a b"',)
    assert quoted(["aa", "bb", "cc"], limit=100, most=2) == ('"aa" OR "bb"', '"cc"')
    assert quoted(["a" * 50, "b" * 50, "c" * 500], limit=60) == (f'"{"a" * 50}"', f'"{"b" * 50}"')
    with pytest.raises(FetchError, match="no term"):
        Source([]).look(NEW, queries=())


def test_a_gap_longer_than_a_look_reaches_back_is_said() -> None:
    source = Source([])
    pull = source.look(after(source.look(NEW)), NOW + timedelta(days=9))
    assert pull.warnings == ("not heard: what was published from 2026-11-01 11:50 to 2026-11-08 12:00 UTC",)
    assert source.look(after(pull), NOW + timedelta(days=9, minutes=1)).warnings == ()
