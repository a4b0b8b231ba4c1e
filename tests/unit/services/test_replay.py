"""Protects: a replay judges as the deployed functions do, in the order in which mentions were heard, and its memory
does not grow with their number."""

from datetime import timedelta

import pytest

from tests.support.samples import NOON, client, mention
from tests.unit.services.support import House
from tocsin.adapters.analyzers.reader import Reader
from tocsin.domain.detector import Detector
from tocsin.domain.levels import Level
from tocsin.domain.mention import Author, Medium, Mention
from tocsin.services import replay as service
from tocsin.services.replay import Glance, LevelLine, _Desk, heard_at, in_order, replay

PRAISE = "В Аврорі найкращий хліб, дякую"


def lines(*mentions: Mention, trace: list[Glance] | None = None) -> list[LevelLine]:
    return list(replay(client(), in_order(mentions), Reader(), Detector(), trace.append if trace is not None else None))


def storm(start: int = 100, count: int = 12, **shift: float) -> list[Mention]:
    """People who were poisoned, on three platforms, forty seconds apart."""
    begin = NOON + timedelta(**shift)
    return [
        mention(
            start + n,
            at=begin + timedelta(seconds=40 * n),
            title=None,
            medium=Medium.SOCIAL,
            source=f"server{n % 3}",
            author=Author(id=f"somebody{n}", followers=300),
        )
        for n in range(count)
    ]


def ordinary(days: int = 4) -> list[Mention]:
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


def test_nothing_is_known_before_it_was_fetched() -> None:
    """Protects: a replay that boasts of minutes in which the deployed alarm had heard nothing."""
    hour = timedelta(hours=1)
    late = [one.model_copy(update={"fetched_at": one.published_at + hour}) for one in storm()]
    found = lines(*ordinary(), *late)
    assert found[0].at >= NOON + hour
    assert heard_at(mention(1, at=NOON, fetched_at=NOON + timedelta(days=90))) == NOON


def test_a_storm_that_waited_in_a_backlog_rings_nobody_hours_later() -> None:
    old = [one.model_copy(update={"fetched_at": NOON + timedelta(hours=20)}) for one in storm()]
    assert max((line.level for line in lines(*ordinary(), *old)), default=Level.CALM) < Level.CRISIS


def test_the_brands_own_post_is_no_mention() -> None:
    of = client(brands=[{"name": "Аврора", "terms": ["Аврора"], "official": ["@aurora"]}])
    own = mention(1, author=Author(handle="aurora", followers=2_000_000))
    assert list(replay(of, in_order([*ordinary(), own]), Reader(), Detector())) == []


def test_it_falls_again_when_time_has_passed() -> None:
    later = [mention(1, at=NOON + timedelta(days=4), text=PRAISE)]
    assert [line.level for line in lines(*ordinary(), *storm(), *later)][-1] is Level.CALM


def test_a_replay_reaches_the_level_that_the_live_house_reaches() -> None:
    at = House(detector=Detector())
    for one in in_order([*ordinary(), *storm()]):
        at.clock.at = heard_at(one)
        at.hear(one)
        at.watch.run()
    assert at.cases.brand_state("Аврора").level is max(line.level for line in lines(*ordinary(), *storm()))


def test_mentions_of_other_brands_are_passed_over() -> None:
    assert lines(*(m.model_copy(update={"brand": "Other"}) for m in storm())) == []


def test_memory_does_not_grow_with_the_number_of_mentions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "KNOWN", 500)
    desk = _Desk(client(), client().brands[0], Detector())
    reader = Reader()
    for n in range(1_500):
        at = NOON + timedelta(minutes=10 * n)
        for _ in desk.hear(mention(n, at=at, text=PRAISE if n % 3 else "Аврора: погано"), reader, at):
            pass
    assert len(desk._known) <= 500
    assert len(desk._open) <= 2 * 144 + 12
    assert len(desk._signals) <= 2 * 144 + 12
