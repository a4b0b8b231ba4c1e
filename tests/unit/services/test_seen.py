"""Protects: a review sees a storm from its first criticism to its last, however long it was and whenever it is read."""

from datetime import timedelta

import pytest

from tests.support.samples import NOON, scored
from tocsin.adapters.memory import MemoryMentionStore
from tocsin.adapters.memory_cases import MemoryCaseStore
from tocsin.domain.brand_state import BrandState
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.reading import ScoredMention
from tocsin.services.seen import COURSE, LOOKED_BACK, MOST_DAYS, SeenNow

BRAND = "Аврора"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def storm(days: float, number: int = 1, level: Level = Level.CRISIS) -> Incident:
    return Incident.opened(
        id=f"aurora-{number}", client="aurora", brand=BRAND, level=level, index=70, reasons=(), at=NOON
    ).releveled(Level.CALM, index=0, reasons=(), at=NOON + days * DAY)


def seen(incident: Incident, mentions: MemoryMentionStore, after: timedelta = 14 * DAY) -> SeenNow:
    now = incident.over_since + after
    return SeenNow(incident, now, cases=MemoryCaseStore(), mentions=mentions, library=lambda: None)


def said(days: float) -> list[ScoredMention]:
    """One criticism three hours before the alarm, one each six hours, one at the end, and one long after it."""
    begun = [scored(1, at=NOON - 3 * HOUR)]
    middle = [scored(10 + n, at=NOON + n * 6 * HOUR, severity=0.9) for n in range(int(days * 4))]
    return [*begun, *middle, scored(2, at=NOON + days * DAY), scored(3, at=NOON + (days + 2) * DAY)]


@pytest.mark.parametrize("days", [0.5, 6, 10, 40])
def test_the_first_and_the_last_criticism_are_seen_and_nothing_after_the_end(days: float) -> None:
    mentions = MemoryMentionStore()
    mentions.record(BRAND, said(days))

    course = seen(storm(days), mentions).course

    published = {one.mention.published_at for one in course}
    assert NOON - 3 * HOUR in published
    assert NOON + days * DAY in published
    assert max(published) <= NOON + days * DAY
    assert len(course) == len({one.mention.id for one in course}) <= COURSE


@pytest.mark.parametrize("days", [0.5, 1, 10, 40])
def test_each_day_is_counted_once(days: float) -> None:
    mentions = MemoryMentionStore()
    mentions.record(BRAND, said(days))

    counted = seen(storm(days), mentions).days

    assert len(counted) in {-int(-days // 1), -int(-days // 1) + 1}  # the minute of its end may begin another
    assert sum(one.negative for one in counted) == int(days * 4) + 1  # without what came before the alarm
    assert len(seen(storm(200), mentions).days) == MOST_DAYS


def test_earlier_incidents_are_those_that_were_an_issue_and_later_ones_all() -> None:
    cases = MemoryCaseStore()
    levels = [Level.CRISIS, *[Level.WATCH] * 12, Level.ISSUE, Level.CRISIS, Level.WATCH]
    for number, level in enumerate(levels, 1):
        incident = storm(1, number, level).model_copy(update={"version": 1})
        cases.save_assessment(BrandState(brand=BRAND, version=number), incident=incident)

    now = SeenNow(storm(1, 15), NOON, cases=cases, mentions=MemoryMentionStore(), library=lambda: None)

    assert [one.id for one in now.history] == ["aurora-14", "aurora-1"]
    assert [one.id for one in now.later] == ["aurora-16"]
    far = SeenNow(storm(1, LOOKED_BACK + 20), NOON, cases=cases, mentions=MemoryMentionStore(), library=lambda: None)
    assert far.history == ()


def test_nothing_is_read_of_what_nobody_remembers() -> None:
    class Counting(MemoryCaseStore):
        reads = 0

        def incident(self, incident_id: str) -> Incident | None:
            self.reads += 1
            return super().incident(incident_id)

    cases = Counting()
    for number in range(1, 25):
        old = storm(1, number, Level.WATCH).model_copy(
            update={"version": 1, "opened_at": NOON - (25 - number) * timedelta(days=200)}
        )
        cases.save_assessment(BrandState(brand=BRAND, version=number), incident=old)
    now = SeenNow(storm(1, 25), NOON, cases=cases, mentions=MemoryMentionStore(), library=lambda: None)

    assert now.history == ()
    assert cases.reads == 4
    assert now.history == ()
    assert cases.reads == 4
