"""Protects: what people delete on a platform is erased here, and nothing else is, whatever goes wrong on the way.

The whole use-case, listening and asking again, with the real connectors and the real GuardedHttp, against fakes over
loopback.
"""

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.support.loopback import Fault, Loopback
from tests.support.platforms import FAMILIES
from tests.support.platforms.stage import Stage, storm
from tests.support.platforms.world import marks_in
from tests.support.samples import NOON
from tocsin.adapters.memory import MemoryMentionStore
from tocsin.domain.counters import total
from tocsin.domain.reading import Reading, ScoredMention, Sentiment
from tocsin.domain.recheck import RULES
from tocsin.services.recheck import Recheck

TOLD = (
    "Mastodon",
    "Bluesky",
    "X",
    "Telegram",
    "Facebook",
    "Instagram",
    "Reddit",
    "HackerNews",
    "Youtube",
    "YoutubeComments",
)
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def loopback() -> Iterator[Loopback]:
    server = Loopback()
    yield server
    server.close()


class Desk:
    """A stage whose mentions are kept as score keeps them, each as a grave one, so that all are shown."""

    def __init__(self, loopback: Loopback, name: str, seed: int) -> None:
        family = next(each for each in FAMILIES.values() if each.__name__ == name)
        self.stage = Stage(loopback, [family], seed=seed)
        self.mentions = MemoryMentionStore()
        self.recheck = Recheck(
            kept=self.mentions,
            sources=self.stage.sources,
            connectors=self.stage.connectors,
            timer=time.monotonic,
        )
        self.stage.fetch = self.stage.function(recheck=self.recheck)

    def keep(self) -> None:
        """All that the queue has, what it was given before included: score may see it again."""
        reading = Reading(sentiment=Sentiment.NEGATIVE, severity=0.9)
        for mention in self.stage.queue.mentions:
            self.mentions.record(mention.brand, [ScoredMention(mention=mention, reading=reading)])

    @property
    def shown(self) -> set[str]:
        [brand] = self.stage.client.brands
        found = self.mentions.gravest(brand.name, NOON - 9 * DAY, NOON + 99 * DAY, 10_000)
        return set(marks_in(one.mention.words for one in found))

    @property
    def counted(self) -> int:
        [brand] = self.stage.client.brands
        return total(self.mentions.counts(brand.name, NOON - 9 * DAY, NOON + 99 * DAY)).mentions

    @property
    def there(self) -> set[str]:
        return {item.mark for item in self.stage.world.live()}

    def hours(self, number: int) -> None:
        for _ in range(number):
            self.stage.at += timedelta(hours=1)
            self.stage.fetch.run()


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", TOLD)
def test_what_is_deleted_is_erased_and_nothing_else(loopback: Loopback, name: str, seed: int) -> None:
    # GIVEN a platform with posts that were heard and kept
    desk = Desk(loopback, name, seed)
    stage = desk.stage
    stage.begin(history=8)
    stage.minutes(20, rate=0.4)
    stage.calm()
    desk.keep()
    heard, counted = desk.shown, desk.counted
    assert len(heard) >= 4

    # WHEN some of them are deleted
    for item in stage.world.everything()[::3]:
        stage.world.delete(item)
    gone = heard - desk.there
    assert gone

    # AND for a day everything goes wrong that can, right when they are asked for
    desk.hours(18)
    stage.plan = storm([fault for fault in Fault if fault not in {Fault.DRIP, Fault.NOTHING, Fault.ANCHOR}], seed=seed)
    desk.hours(12)
    assert desk.there & heard <= desk.shown, "something was erased that is there"

    # THEN, when all is well again, what was deleted is gone at the latest at its next age, and the counts are as before
    stage.plan = lambda _: None
    desk.hours(24 * (32 if name == "X" else 9))
    desk.keep()
    assert desk.shown == heard - gone
    assert desk.counted == counted
    stage.check_secrets()
    assert not stage.families[0].wrong
    hosts = stage.families[0].hosts
    assert {call.host for call in loopback.calls} <= hosts


def test_every_family_here_is_one_that_tells(loopback: Loopback) -> None:
    assert {next(f.kind for f in FAMILIES.values() if f.__name__ == name) for name in TOLD} <= set(RULES)
