"""Protects: a replay judges as the deployed functions do, in the mentions' own time."""

from datetime import timedelta

from tests.support.samples import NOON, client, mention
from tests.unit.services.support import House
from tocsin.adapters.analyzers.interim import InterimAnalyzer
from tocsin.domain.index import InterimDetector
from tocsin.domain.levels import Level
from tocsin.domain.mention import Mention
from tocsin.services.replay import LevelLine, replay

PRAISE = "В Аврорі найкращий хліб, дякую"


def lines(*mentions: Mention) -> list[LevelLine]:
    return list(replay(client(), mentions, InterimAnalyzer(), InterimDetector()))


def storm(start: int = 100, count: int = 12, **shift: float) -> list[Mention]:
    begin = NOON + timedelta(**shift)
    return [mention(start + n, at=begin + timedelta(seconds=40 * n)) for n in range(count)]


def ordinary(days: int = 2) -> list[Mention]:
    return [
        mention(1_000 + n, at=NOON - timedelta(days=days) + timedelta(hours=n), text=PRAISE) for n in range(days * 24)
    ]


def test_quiet_days_have_no_lines() -> None:
    assert lines(*ordinary()) == []


def test_a_storm_rises_within_its_first_minutes_and_names_its_mentions() -> None:
    found = lines(*ordinary(), *storm())
    assert found[0].level >= Level.WATCH
    crisis = next(line for line in found if line.level >= Level.CRISIS)
    assert crisis.at - NOON <= timedelta(minutes=10)
    assert crisis.reasons
    assert set(crisis.mentions) <= {m.id for m in storm()}


def test_order_and_repetition_of_the_input_do_not_matter() -> None:
    mixed = [*storm(), *ordinary()]
    assert lines(*mixed) == lines(*reversed(mixed), *mixed)


def test_it_falls_again_when_time_has_passed() -> None:
    later = [mention(1, at=NOON + timedelta(days=4), text=PRAISE)]
    assert [line.level for line in lines(*storm(), *later)][-1] is Level.CALM


def test_a_replay_reaches_the_level_that_the_live_house_reaches() -> None:
    at = House()
    for one in storm():
        at.clock.at = one.published_at
        at.hear(one)
        at.watch.run()
    assert at.cases.brand_state("Аврора").level is max(line.level for line in lines(*storm()))


def test_mentions_of_other_brands_are_passed_over() -> None:
    assert lines(*(m.model_copy(update={"brand": "Other"}) for m in storm())) == []
