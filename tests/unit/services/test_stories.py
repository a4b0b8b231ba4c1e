"""Protects: stories are kept beside the mentions, survive races, hold nobody's words, and stop nothing."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.samples import NOON, client, scored
from tests.unit.services.support import HandClock, House
from tocsin.adapters.memory_stories import MemoryStoryStore
from tocsin.domain.errors import ConflictError, ThrottledError
from tocsin.domain.mention import Medium
from tocsin.domain.outbox import Channel
from tocsin.domain.reading import ScoredMention
from tocsin.services.stories import Stories, largest_of

[BRAND] = client().brands
LEAK = "Витік даних карток покупців: база клієнтів лежить у відкритому доступі, номер {n}"
TORTE = "Отруєння тортом «Київський» на Подолі, троє дітей у лікарні, поліція працює, {n}"


def heard(*numbers: int, text: str = LEAK, **changes: Any) -> list[ScoredMention]:
    return [scored(n, at=NOON + timedelta(minutes=n), title=None, text=text.format(n=n), **changes) for n in numbers]


def test_what_matters_is_told_and_kept_for_the_next_function() -> None:
    store = MemoryStoryStore()
    Stories(store, HandClock()).tell(BRAND, heard(1, 2, 3))
    Stories(store, HandClock()).tell(BRAND, [*heard(4), *heard(5, 6, text=TORTE), *heard(7, negative=False)])

    found = Stories(store, HandClock()).read(BRAND).stories.largest(10, NOON)

    assert [story.size for story in found] == [4, 2]


def test_what_comes_again_changes_and_writes_nothing() -> None:
    store = MemoryStoryStore()
    for _ in range(2):
        Stories(store, HandClock()).tell(BRAND, heard(1, 2))
    warm = Stories(store, HandClock())
    warm.tell(BRAND, heard(2))
    warm.tell(BRAND, heard(1))

    assert store.load(BRAND.name)[0] == 1


def test_nothing_is_read_or_written_for_what_does_not_matter() -> None:
    store = MemoryStoryStore()
    past = [one.model_copy(update={"history": True}) for one in heard(2)]
    Stories(store, HandClock()).tell(BRAND, [*heard(1, negative=False), *past])
    assert store.load(BRAND.name) == (0, b"")


def test_the_loser_of_a_race_reads_again_and_tells_again() -> None:
    # GIVEN two warm functions, each with the book as the first of them wrote it
    store = MemoryStoryStore()
    one, other = Stories(store, HandClock()), Stories(store, HandClock())
    one.tell(BRAND, heard(1))
    other.tell(BRAND, heard(2))
    # WHEN both go on
    one.tell(BRAND, heard(3))
    other.tell(BRAND, heard(4))
    # THEN nothing of either is lost
    assert [story.size for story in one.read(BRAND).stories.largest(9, NOON)] == [4]


def test_who_loses_every_race_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    store, calls = MemoryStoryStore(), []

    def lost(*_: object, **__: object) -> None:
        calls.append(1)
        raise ConflictError("somebody else was quicker")

    monkeypatch.setattr(store, "save", lost)
    Stories(store, HandClock()).tell(BRAND, heard(1))
    assert 1 < len(calls) <= 5


def test_the_book_holds_nobodys_words() -> None:
    """Protects: words of a mention that is erased stay nowhere else."""
    store = MemoryStoryStore()
    Stories(store, HandClock()).tell(BRAND, heard(1, 2))
    [story] = Stories(store, HandClock()).read(BRAND).stories.largest(9, NOON)
    assert (story.title, story.origin_url) == ("", None)
    assert story.title_rank[2] in {one.mention.id for one in heard(1, 2)}


def test_a_book_of_another_version_is_begun_anew() -> None:
    store = MemoryStoryStore()
    store.save(BRAND.name, b"\xff of the future", version=1, until=NOON)
    Stories(store, HandClock()).tell(BRAND, heard(1))
    assert store.load(BRAND.name)[0] == 2
    assert len(Stories(store, HandClock()).read(BRAND).stories.largest(9, NOON)) == 1


def test_trouble_with_the_stories_brings_no_mention_again_and_stops_no_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    at = House()
    store = MemoryStoryStore()

    def throttled(_: str) -> tuple[int, bytes]:
        raise ThrottledError("storm")

    monkeypatch.setattr(store, "load", throttled)
    at.score._stories = Stories(store, at.clock)
    ones = [one.mention for one in heard(*range(12))]
    at.clock.forward(minutes=15)

    report = at.hear(*ones)

    assert (report.recorded, report.failed) == (12, ())
    assert at.cases.brand_state(BRAND.name).incident_id is not None


def test_an_alert_names_the_largest_story() -> None:
    # GIVEN five mentions of one matter and two of another, recorded and told
    at = House()
    at.notify.alert_of.stories = at.score._stories = Stories(MemoryStoryStore(), at.clock)
    at.clock.forward(minutes=20)
    ones = [*heard(1, 2, 3, 4, 5), *heard(6, 7, text=TORTE), *heard(8, 9, 10, text="Погано і дорого {n}")]
    at.hear(*(one.mention for one in ones))
    # WHEN the alarm is delivered
    at.clock.forward(minutes=2)
    at.watch.run()
    # THEN it names the larger story, with words that are read from the mention
    (_, alert), *_ = at.channels[Channel.EMAIL].sent
    assert alert.story is not None
    assert (alert.story.size, alert.story.since) == (5, NOON + timedelta(minutes=1))
    assert alert.story.title.startswith("Витік даних карток")


@pytest.mark.parametrize("gone", ["erased", "private"])
def test_a_story_whose_words_nobody_may_read_is_not_named(gone: str) -> None:
    at = House()
    stories = Stories(MemoryStoryStore(), at.clock)
    ones = heard(1, 2, 3, **({"medium": Medium.PRIVATE} if gone == "private" else {}))
    stories.tell(BRAND, ones)
    if gone == "private":
        at.mentions.record(BRAND.name, ones)
    assert largest_of(stories.read(BRAND), BRAND.name, at.mentions, NOON + timedelta(minutes=5)) is None


def test_without_its_story_an_alert_goes_out_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    at = House()
    store = MemoryStoryStore()

    def throttled(_: str) -> tuple[int, bytes]:
        raise ThrottledError("storm")

    monkeypatch.setattr(store, "load", throttled)
    at.notify.alert_of.stories = Stories(store, at.clock)
    at.clock.forward(minutes=15)
    at.hear(*(one.mention for one in heard(*range(12))))
    at.clock.forward(minutes=2)
    at.watch.run()
    (_, alert), *_ = at.channels[Channel.EMAIL].sent
    assert (alert.story, len(alert.mentions)) == (None, 3)
