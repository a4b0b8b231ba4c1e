"""Protects: nothing heard is lost, nothing is sent twice without need, and one sick source harms no other."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.samples import NOON, client
from tests.unit.services.support import House, post
from tocsin.domain.errors import FetchError, ParseError, ThrottledError
from tocsin.domain.source_state import Pull, SourceState

ONE, TWO = "https://one.example/feed", "https://two.example/feed"


def house() -> House:
    return House(client(sources=[{"kind": "rss", "urls": [ONE, TWO], "every": 5}]))


def state_of(at: House, url: str) -> SourceState:
    from tocsin.domain.sources import units_of

    loaded = at.clients.load()
    assert loaded is not None
    unit = next(unit for unit in units_of(loaded) if unit.url == url)
    return at.sources.states()[unit.id]


def test_what_names_the_brand_goes_to_the_queue_once() -> None:
    at = house()
    at.connector.answers[ONE] = Pull(posts=(post(1), post(2, "Нічого про нас")), etag='"a"')

    at.fetch.run()
    at.clock.forward(minutes=5)
    report = at.fetch.run()

    assert [mention.id for mention in at.queue.mentions] == ["rss:1"]
    assert report.mentions == 0
    assert state_of(at, ONE).etag == '"a"'


def test_a_source_is_not_looked_at_before_it_is_due() -> None:
    at = house()
    at.fetch.run()
    at.clock.forward(minutes=4)
    assert at.fetch.run().looks == ()
    at.clock.forward(minutes=1)
    assert len(at.fetch.run().looks) == 2


def test_a_cursor_does_not_move_past_what_the_queue_refused() -> None:
    """Protects: at least once from the source to the queue."""
    at = house()
    at.connector.answers[ONE] = Pull(posts=(post(1),), etag='"a"')
    refusing = pytest.MonkeyPatch()

    def refuse(mentions: object, **_: object) -> None:
        if mentions:
            raise ThrottledError("no")

    refusing.setattr(at.queue, "send", refuse)
    with pytest.raises(ThrottledError):
        at.fetch.run()
    refusing.undo()

    # THEN the etag is still unset, and the next look in its turn finds the item
    assert state_of(at, ONE).etag is None
    at.clock.forward(minutes=5)
    at.fetch.run()
    assert [mention.id for mention in at.queue.mentions] == ["rss:1"]


@pytest.mark.parametrize(
    "error", [FetchError("HTTP 503"), ParseError("HTML where a feed is due"), ZeroDivisionError("bug")]
)
def test_one_sick_source_harms_no_other_and_its_reason_is_kept(error: Exception) -> None:
    at = house()
    at.connector.answers |= {ONE: error, TWO: Pull(posts=(post(1),))}

    report = at.fetch.run()

    assert len(at.queue.mentions) == 1
    sick = next(look for look in report.looks if look.url == ONE)
    assert sick.reason
    assert (state_of(at, ONE).failures, state_of(at, ONE).reason) == (1, sick.reason)


def test_a_sick_source_is_asked_less_and_less_and_forgiven_at_once() -> None:
    at = house()
    at.connector.answers[ONE] = FetchError("HTTP 500")
    pauses = []
    for _ in range(7):
        at.fetch.run()
        state = state_of(at, ONE)
        assert state.next_due_at is not None
        pauses.append(state.next_due_at - at.clock.at)
        at.clock.at = state.next_due_at

    assert pauses == [timedelta(minutes=n) for n in (5, 10, 20, 40, 60, 60, 60)]

    at.connector.answers[ONE] = Pull(unchanged=True)
    at.fetch.run()
    assert (state_of(at, ONE).failures, state_of(at, ONE).reason) == (0, None)


def test_retry_after_is_honoured() -> None:
    at = house()
    at.connector.answers[ONE] = FetchError("HTTP 429", retry_after=7_200)
    at.fetch.run()
    assert state_of(at, ONE).next_due_at == at.clock.at + timedelta(hours=2)


def test_a_run_that_was_overtaken_moves_nothing() -> None:
    """Protects the fence: the slow run's cursor must not replace the quick one's."""
    at = House(client(sources=[{"kind": "rss", "urls": [ONE], "every": 1}]))
    at.connector.answers[ONE] = Pull(posts=(post(1),), etag='"slow"')

    def another_run() -> None:
        at.connector.during = lambda: None
        at.connector.answers[ONE] = Pull(posts=(post(1), post(2)), etag='"quick"')
        at.clock.forward(minutes=3)
        at.fetch.run()
        at.connector.answers[ONE] = Pull(posts=(post(1),), etag='"slow"')

    at.connector.during = another_run
    report = at.fetch.run()

    assert state_of(at, ONE).etag == '"quick"'
    assert report.looks[0].reason is not None
    assert {mention.id for mention in at.queue.mentions} == {"rss:1", "rss:2"}


def test_what_a_first_contact_finds_is_history_and_what_comes_later_is_news() -> None:
    """Protects: adding a source wakes nobody for what lay there already, dated or not, and no date is made up."""
    at = House(client(sources=[{"kind": "rss", "urls": [ONE], "every": 1}]))
    at.connector.answers[ONE] = Pull(posts=(post(1, published_at=NOON, fetched_at=NOON),), again=True)
    at.fetch.run()
    at.clock.forward(minutes=1)
    at.connector.answers[ONE] = Pull(posts=(post(2),))
    at.fetch.run()
    at.clock.forward(minutes=1)
    at.connector.answers[ONE] = Pull(posts=(post(1), post(3, published_at=at.clock.at, fetched_at=at.clock.at)))
    at.fetch.run()

    # THEN the first contact lasts until the source has told all that it had
    assert [mention.id for mention in at.queue.history] == ["rss:1", "rss:2"]
    assert [mention.id for mention in at.queue.mentions] == ["rss:1", "rss:2", "rss:3"]
    assert at.queue.mentions[0].published_at == NOON


def test_an_unchanged_source_costs_one_write() -> None:
    at = house()
    at.connector.answers[ONE] = Pull(unchanged=True)
    at.fetch.run()
    for minutes, version in ((5, 3), (5, 4), (25, 6)):
        at.clock.forward(minutes=minutes)
        at.fetch.run()
        assert state_of(at, ONE).version == version


def test_an_unchanged_source_is_noted_as_heard_each_half_hour() -> None:
    """Protects: without the note a source that only ever says "unchanged" would look deaf."""
    at = house()
    at.connector.answers[ONE] = Pull(unchanged=True)
    for _ in range(24):
        at.fetch.run()
        heard = state_of(at, ONE).last_success_at
        assert heard is not None
        assert at.clock.at - heard < timedelta(minutes=30)
        at.clock.forward(minutes=5)


def test_without_a_client_file_nothing_is_done() -> None:
    at = house()
    at.clients = at.clients.__class__(None)
    at.fetch._clients = at.clients
    assert at.fetch.run().looks == ()


def test_slow_sources_do_not_starve_the_others() -> None:
    """Protects: a function that is cut off at its time limit, each minute at the same place of the same list."""
    urls = [f"https://{n}.example/feed" for n in range(6)]
    at = House(client(sources=[{"kind": "rss", "urls": urls, "every": 1}]))
    at.fetch._workers = 1

    def slow() -> None:
        at.elapsed += 20

    at.connector.during = slow
    looked: list[str] = []
    for _ in range(3):
        looked += [look.url for look in at.fetch.run().looks]
        at.clock.forward(minutes=1)

    assert looked == urls


def test_a_feed_that_moved_for_good_says_where_to() -> None:
    at = house()
    at.connector.answers[ONE] = Pull(posts=(post(1),), moved_to="https://new.example/feed")
    [look] = [look for look in at.fetch.run().looks if look.url == ONE]
    assert look.warnings == ("moved for good to https://new.example/feed: change it in the client's file",)


def test_a_feed_of_every_minute_is_looked_at_every_minute() -> None:
    """Protects: the lease of an unchanged look, which nobody releases, ends before the next minute's run."""
    at = House(client(sources=[{"kind": "rss", "urls": [ONE], "every": 1}]))
    at.connector.answers[ONE] = Pull(unchanged=True)
    for _ in range(5):
        assert len(at.fetch.run().looks) == 1
        at.clock.forward(minutes=1)


def test_a_daily_source_whose_look_died_is_looked_at_again_within_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    at = House(client(sources=[{"kind": "rss", "urls": [ONE], "every": 1440}]))
    at.connector.answers[ONE] = Pull(posts=(post(1),))

    class Died(BaseException):
        pass

    def die() -> None:
        raise Died

    at.connector.during = die
    with pytest.raises(Died):
        at.fetch.run()
    at.connector.during = lambda: None
    at.clock.forward(minutes=5)
    at.fetch.run()
    assert len(at.queue.mentions) == 1

    # AND what ended well waits for its day
    at.clock.forward(hours=23)
    assert at.fetch.run().looks == ()


def test_what_the_queue_refused_is_tried_again_in_the_next_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    at = house()
    at.connector.answers[ONE] = Pull(posts=(post(1),))

    def refuse(_: object, **__: object) -> None:
        raise ThrottledError("no")

    with monkeypatch.context() as patched:
        patched.setattr(at.queue, "send", refuse)
        with pytest.raises(ThrottledError):
            at.fetch.run()
    at.clock.forward(minutes=1)
    at.fetch.run()
    assert len(at.queue.mentions) == 1


def test_one_look_that_raises_cancels_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    urls = [f"https://{n}.example/feed" for n in range(40)]
    at = House(client(sources=[{"kind": "rss", "urls": urls, "every": 1}]))
    acquire = at.sources.acquire
    calls: list[str] = []

    def sick(state: SourceState, **facts: Any) -> SourceState:
        calls.append(state.source_id)
        if len(calls) == 1:
            raise ThrottledError("busy")
        return acquire(state, **facts)

    monkeypatch.setattr(at.sources, "acquire", sick)
    with pytest.raises(ThrottledError):
        at.fetch.run()
    assert len(at.connector.states) == 39


def test_a_run_that_begins_late_costs_the_next_one_nothing() -> None:
    """Protects: EventBridge Scheduler is exact to the minute, not to the second."""
    at = House(client(sources=[{"kind": "rss", "urls": [ONE], "every": 1}]))
    at.connector.answers[ONE] = Pull(unchanged=True)
    for late in (0.4, 59.0, 0.2, 30.0, 0.1, 58.0):
        at.clock.at = (at.clock.at + timedelta(minutes=1)).replace(second=0, microsecond=0) + timedelta(seconds=late)
        assert len(at.fetch.run().looks) == 1


def test_an_error_of_ours_costs_a_source_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Protects: the queue is out of reach once, and a daily source sleeps for a day with the blame."""
    at = House(client(sources=[{"kind": "rss", "urls": [ONE], "every": 1440}]))
    at.connector.answers[ONE] = Pull(posts=(post(1),))

    def unreachable(_: object, **__: object) -> None:
        raise OSError("no route")

    with monkeypatch.context() as patched:
        patched.setattr(at.queue, "send", unreachable)
        with pytest.raises(OSError, match="no route"):
            at.fetch.run()
    assert (state_of(at, ONE).failures, state_of(at, ONE).reason) == (0, None)
    at.clock.forward(minutes=1)
    at.fetch.run()
    assert len(at.queue.mentions) == 1


def test_a_daily_source_that_failed_is_asked_again_within_the_hour() -> None:
    at = House(client(sources=[{"kind": "rss", "urls": [ONE], "every": 1440}]))
    at.connector.answers[ONE] = FetchError("HTTP 503")
    at.fetch.run()
    assert state_of(at, ONE).next_due_at == at.clock.at + timedelta(hours=1)


def test_a_rating_that_was_changed_in_place_is_a_mention_of_its_own_once() -> None:
    # GIVEN a review that was heard with one star
    at = house()
    at.connector.answers[ONE] = Pull(posts=(post(1, rating=1),))
    at.fetch.run()

    # WHEN its author makes four of it, and the source goes on showing that
    at.connector.answers[ONE] = Pull(posts=(post(1, rating=4),))
    for _ in range(3):
        at.clock.forward(minutes=5)
        at.fetch.run()

    # THEN it is heard once more, as said now, and leads to the first
    first, again = at.queue.mentions
    assert (again.id, again.rating, again.in_reply_to) == (f"{first.id}~14", 4, first.id)
    assert again.published_at > first.published_at
    assert again not in at.queue.history
