"""Protects: what tune promises of a threshold is what the alarm does with it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from tests.support.samples import NOON, client
from tocsin.domain.brand import Brand
from tocsin.domain.detector import Detector
from tocsin.domain.levels import Level
from tocsin.domain.mention import Author, Mention, stable_id
from tocsin.domain.reading import Reading, Sentiment
from tocsin.services.replay import in_order, replay
from tocsin.services.tune import COMPARED, Look, Trace, traced, tune

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


class Words:
    """Reads what a test wrote: 'bad' is negative."""

    def read(self, mention: Mention, brand: Brand | None = None) -> Reading:
        if "bad" in mention.text:
            return Reading(sentiment=Sentiment.NEGATIVE, score=-0.6, severity=0.3, complaint=0.6)
        return Reading(sentiment=Sentiment.NEUTRAL)


def said(number: int, at: datetime, text: str) -> Mention:
    return Mention(
        id=stable_id("rss", str(number)),
        source=f"rss{number % 4}",
        brand="Аврора",
        text=f"Аврора {text} {number}",
        published_at=at,
        fetched_at=at,
        author=Author(id=f"author-{number}", followers=200),
    )


def history(storms: tuple[int, ...] = (30, 12, 6), days: int = 30) -> list[Mention]:
    """A neutral mention an hour, and storms of these sizes within an hour, a week apart."""
    calm = [said(hour, NOON + hour * 60 * MINUTE, "fine") for hour in range(days * 24)]
    loud = [
        said(10_000 + 1_000 * week + n, NOON + (8 + 7 * week) * DAY + n * (60 / size) * MINUTE, f"bad {n * 7919}")
        for week, size in enumerate(storms)
        for n in range(size)
    ]
    return in_order([*calm, *loud])


@pytest.mark.parametrize("issue", [25, 40, 60])
def test_the_shipped_row_is_what_replay_does(issue: int) -> None:
    # GIVEN a month with three storms and a client with this threshold
    of = client(thresholds={"issue": issue, "crisis": 65, "severe": 85})
    heard = history()
    # WHEN it is tuned and replayed
    [row] = [row for row in tune(traced(of, heard, Words(), Detector())) if row.shipped]
    levels = [Level.CALM, *(line.level for line in replay(of, heard, Words(), Detector()))]
    rises = sum(before < Level.ISSUE <= after for before, after in pairwise(levels))
    # THEN both tell of the same alarms
    assert row.issue == issue
    assert row.alarms == rises > 0


def test_a_higher_threshold_rings_no_earlier_and_no_oftener() -> None:
    rows = tune(traced(client(), history(), Words(), Detector()))
    assert [row.issue for row in rows] == sorted({*COMPARED, 40})
    assert all(a.alarms >= b.alarms for a, b in pairwise(rows))
    assert rows[0].median_delay_minutes == 0
    assert all((row.median_delay_minutes is None) == (row.alarms == 0) for row in rows)


def test_the_clients_own_threshold_is_compared_whatever_it_is() -> None:
    rows = tune(traced(client(thresholds={"issue": 47, "crisis": 65, "severe": 85}), history(), Words(), Detector()))
    assert [row.issue for row in rows if row.shipped] == [47]


def test_a_quiet_history_has_no_alarm_and_no_delay() -> None:
    rows = tune(traced(client(), history(storms=()), Words(), Detector()))
    assert {(row.alarms, row.median_delay_minutes) for row in rows} == {(0, None)}


def look(minutes: int, points: float, evidence: Level = Level.SEVERE) -> Look:
    return Look(NOON + minutes * MINUTE, points, evidence)


def traces(make: Callable[[], list[Look]]) -> Trace:
    return Trace(client(), NOON, NOON + 30 * DAY, {"Аврора": make()})


def test_the_delay_is_counted_from_the_most_watchful_threshold() -> None:
    rows = {row.issue: row for row in tune(traces(lambda: [look(0, 22), look(13, 41), look(50, 66)]))}
    assert [rows[issue].median_delay_minutes for issue in (20, 40, 65, 80)] == [0, 13, 50, None]
    assert rows[40].rises == (NOON + 13 * MINUTE,)
    assert rows[40].pages_a_month == 1.0


def test_points_without_evidence_raise_nothing() -> None:
    rows = tune(traces(lambda: [look(0, 90, Level.WATCH), look(20, 95, Level.WATCH)]))
    assert {row.alarms for row in rows} == {0}


def test_a_level_that_flickers_is_one_alarm() -> None:
    rows = tune(traces(lambda: [look(10 * n, 50 if n % 2 else 5) for n in range(40)]))
    assert {row.alarms for row in rows if row.issue <= 50} == {1}
