"""Protects: the baseline knows what was heard, in whatever order and however late it came."""

import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from tests.support.samples import NOON, mention
from tests.unit.services.counting import CountingDetector
from tests.unit.services.support import House
from tocsin.domain.brand_state import BrandState
from tocsin.domain.detector import Detector
from tocsin.domain.errors import ThrottledError
from tocsin.domain.gaps import Gap
from tocsin.domain.health_news import HealthBook
from tocsin.domain.judgement import Judgement
from tocsin.domain.levels import Level
from tocsin.domain.mention import Mention
from tocsin.domain.source_health import Ailment, Coverage, Ill


def history() -> list[Mention]:
    """A week in which nine negatives an hour are ordinary."""
    hours = [NOON - timedelta(hours=h) for h in range(2, 7 * 24)]
    return [
        mention(1_000 * n + k, at=hour + timedelta(minutes=6 * k), text="Аврора: знову погано")
        for n, hour in enumerate(hours)
        for k in range(9)
    ]


def ordinary_hour() -> list[Mention]:
    return [mention(9_000_000 + k, at=NOON - timedelta(minutes=6 * k), text="Аврора: погано") for k in range(9)]


def level_after(batches: int) -> Level:
    at = House(detector=Detector())
    old = history()
    random.Random(3).shuffle(old)
    for n in range(batches):
        at.hear(*old[n::batches])
        at.clock.forward(seconds=10)
    at.hear(*ordinary_hour())
    return at.cases.brand_state("Аврора").level


def test_a_history_in_one_batch_or_in_many_gives_the_same_baseline() -> None:
    """Protects: a first deployment whose history comes in several batches, and then pages for an ordinary hour."""
    assert level_after(1) is Level.CALM
    assert level_after(10) is Level.CALM


def test_a_backlog_of_hours_is_in_the_baseline_when_its_minutes_settle() -> None:
    at = House()
    at.hear(mention(1, text="Аврора відкрилася"))
    at.clock.forward(days=2)
    at.watch.run()
    late = [mention(10 + n, at=at.clock.at - timedelta(hours=20, minutes=n), text="Аврора: погано") for n in range(50)]
    at.hear(*(m.model_copy(update={"fetched_at": at.clock.at}) for m in late))
    assert at.cases.brand_state("Аврора").level is Level.CALM

    at.clock.forward(days=2)
    at.hear(mention(2, at=at.clock.at, fetched_at=at.clock.at, text="Аврора відкрилася"))
    assert at.cases.brand_state("Аврора").baseline.negatives > 25


def test_the_loser_of_a_race_reads_again_and_decides_again(monkeypatch: pytest.MonkeyPatch) -> None:
    # GIVEN another run that writes its assessment between our reading and our writing
    at = House()
    save = at.cases.save_assessment
    seen: list[int] = []

    def beaten_once(state: BrandState, **facts: Any) -> None:
        seen.append(state.version)
        if len(seen) == 1:
            save(state.model_copy(update={"index": 1.0, "assessed_seq": 0, "assessed_at": None}))
        save(state, **facts)

    monkeypatch.setattr(at.cases, "save_assessment", beaten_once)

    at.hear(*(mention(n) for n in range(12)))

    # THEN ours stands on top of it, in the same run
    assert seen == [1, 2]
    assert at.cases.brand_state("Аврора").level >= Level.CRISIS


def down(*, total: int) -> HealthBook:
    ill = Ill(source_id="a", name="a", ailment=Ailment.FAILING, reason="down", since=NOON - timedelta(hours=5))
    return HealthBook(version=1, coverage=Coverage(healthy=total - 1, total=total, ill=(ill,)))


class Noting(CountingDetector):
    """Remembers what was said to be unheard."""

    def __init__(self) -> None:
        super().__init__()
        self.gaps: list[Sequence[Gap]] = []

    def judge(self, *args: Any, gaps: Sequence[Gap] = (), **more: Any) -> Judgement:
        self.gaps.append(gaps)
        return super().judge(*args, **more)


def test_what_ill_sources_leave_unheard_is_told_to_the_detector_and_kept_with_the_judgement() -> None:
    at = House(detector=(detector := Noting()))
    at.health.save(down(total=4))
    at.assess._health = at.health
    at.hear(*(mention(n) for n in range(6)))
    [gap] = detector.gaps[-1]
    assert (gap.since, gap.until, gap.heard) == (NOON - timedelta(hours=5), at.clock.at, 0.75)
    judged = at.cases.judged("Аврора", at.clock.at)
    assert judged is not None
    assert judged.gaps == (gap,)


def test_a_book_of_health_that_cannot_be_read_stops_no_assessment(monkeypatch: pytest.MonkeyPatch) -> None:
    at = House()

    def broken() -> HealthBook:
        raise ThrottledError("storm")

    monkeypatch.setattr(at.health, "load", broken)
    at.assess._health = at.health
    at.hear(*(mention(n) for n in range(12)))
    assert at.cases.brand_state("Аврора").level >= Level.CRISIS
