"""Protects: the agency is told of a source that fell silent, once, and nothing else waits for it."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.samples import client
from tests.unit.services.support import House, post
from tocsin.adapters import memory
from tocsin.domain.errors import DeliveryError, FetchError, Trouble
from tocsin.domain.source_state import Pull, SourceState
from tocsin.services.watch import ILL_SOURCES, Watch, WatchError

URLS = [f"https://{n}.example/feed" for n in range(8)]


class Desk(House):
    def __init__(self, every: int = 5, *more: dict[str, Any]) -> None:
        super().__init__(client(sources=[{"kind": "rss", "urls": URLS, "every": every}, *more]))
        self.health, self.operator = memory.MemoryHealth(), memory.MemoryOperator()
        self.watch = Watch(
            clients=self.clients,
            cases=self.cases,
            assess=self.assess,
            notify=self.notify,
            clock=self.clock,
            metrics=self.gauges,
            timer=lambda: self.elapsed,
            sources=self.sources,
            health=self.health,
            operator=self.operator,
        )
        for number, url in enumerate(URLS):
            self.connector.answers[url] = Pull(posts=(post(number),))

    def minutes(self, number: int) -> None:
        for _ in range(number):
            self.fetch.run()
            self.watch.run()
            self.clock.forward(minutes=1)


def test_a_source_that_fails_is_told_once_and_its_recovery_too() -> None:
    at = Desk()
    at.minutes(30)
    assert at.operator.told == []
    assert at.health.load().coverage.healthy == 8

    at.connector.answers[URLS[2]] = FetchError("HTTP 503", trouble=Trouble.DOWN)
    at.minutes(120)
    [(subject, text)] = at.operator.told
    assert "7 of 8 sources healthy" in subject
    assert f"{URLS[2]}: HTTP 503" in text
    assert at.gauges.values[ILL_SOURCES] == 1
    assert at.health.load().coverage.ill[0].name == URLS[2]

    at.connector.answers[URLS[2]] = Pull(posts=(post(2),))
    at.minutes(120)
    assert len(at.operator.told) == 2
    assert "well again" in at.operator.told[1][0]


def test_a_key_that_is_refused_is_told_at_once() -> None:
    at = Desk()
    at.connector.answers[URLS[0]] = FetchError("does not accept the key", trouble=Trouble.AUTH)
    at.minutes(1)
    assert "does not accept the key" in at.operator.told[0][1]


def test_deletions_that_are_not_learned_for_days_are_told_once_and_no_alert_calls_the_source_unheard() -> None:
    at = Desk(5, {"kind": "reddit", "api": True})
    days = timedelta(days=3)
    failing = SourceState(
        source_id="recheck-reddit",
        failures=7,
        reason="HTTP 503",
        trouble=Trouble.DOWN,
        looked_at=at.clock.now(),
        last_success_at=at.clock.now() - days,
    )
    at.sources.acquire(failing, owner="r", until=at.clock.now(), next_due_at=at.clock.now() + days)
    at.minutes(20)
    [(subject, text)] = at.operator.told
    assert "deletions are not learned from 1 source" in subject
    assert "is it still there: HTTP 503" in text
    assert at.health.load().coverage.ill == ()


def test_an_outage_of_our_own_is_one_message() -> None:
    at = Desk()
    at.minutes(10)
    for url in URLS:
        at.connector.answers[url] = FetchError("it cannot be reached")
    at.minutes(180)
    assert [subject for subject, _ in at.operator.told] == ["Tocsin Aurora Bakery: deaf, no source can be heard"]


def test_fetching_that_stands_still_is_told() -> None:
    """Protects: looks that die leave no failure behind, only a success that grows old."""
    at = Desk()
    at.minutes(10)
    at.clock.forward(minutes=90)
    at.watch.run()
    assert "deaf" in at.operator.told[0][0]


def test_sources_that_only_say_unchanged_are_well() -> None:
    at = Desk()
    at.minutes(6)
    for url in URLS:
        at.connector.answers[url] = Pull(unchanged=True)
    at.minutes(300)
    assert at.operator.told == []


def test_an_operator_out_of_reach_is_told_later_and_stops_no_alert(monkeypatch: pytest.MonkeyPatch) -> None:
    at = Desk()
    at.connector.answers[URLS[0]] = FetchError("no", trouble=Trouble.AUTH)

    def refuse(*_: Any) -> None:
        raise DeliveryError("SNS: InternalError")

    with monkeypatch.context() as patched:
        patched.setattr(at.operator, "tell", refuse)
        at.fetch.run()
        with pytest.raises(WatchError):
            at.watch.run()
    assert at.health.load().coverage.ill, "alerts say it all the same"
    at.clock.forward(minutes=1)
    at.watch.run()
    assert len(at.operator.told) == 1


def test_a_quiet_minute_writes_nothing() -> None:
    at = Desk()
    at.minutes(20)
    version = at.health.load().version
    at.minutes(60)
    assert at.health.load().version == version


def test_a_source_that_died_is_noticed_and_a_rare_one_is_let_be() -> None:
    at = Desk(every=60)
    for hour in range(24 * 21):
        at.connector.answers[URLS[0]] = Pull(posts=(post(1_000 + hour),))
        if hour % 200 == 0:
            at.connector.answers[URLS[1]] = Pull(posts=(post(9_000 + hour),))
        at.fetch.run()
        at.clock.forward(hours=1)
    at.watch.run()
    assert at.operator.told == []

    died = at.clock.at
    while not at.operator.told and at.clock.at < died + timedelta(days=5):
        at.fetch.run()
        at.watch.run()
        at.clock.forward(minutes=30)
    assert timedelta(hours=8) < at.clock.at - died < timedelta(hours=24)
    assert URLS[0] in at.operator.told[0][1]
    assert URLS[1] not in at.operator.told[0][1]


def test_a_source_that_nobody_ever_looks_at_is_told() -> None:
    """A function of its own that dies before it takes the lease leaves no word but that there is none."""
    at = Desk()
    for _ in range(90):
        at.watch.run()
        at.clock.forward(minutes=1)
    [(subject, text)] = at.operator.told
    assert "deaf" in subject
    assert f"{URLS[0]}: it was never looked at" in text
    at.minutes(30)
    assert at.health.load().unlooked == ()
    assert "well again" in at.operator.told[-1][0]
