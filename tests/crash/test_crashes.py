"""Protects: whatever dies, wherever, is repaired by the next run. Nothing is lost, nothing counts twice.

The same story is played with the process killed at every write and send (before it, and after it), with AWS refusing
each of those once (a write by a conflict, a send by a throttle) and every fourth read, with the table's stream and
without it; with TOCSIN_EVERY_STRIKE=1 at every single call.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.world import STORY, Faults, World, telling, world
from tests.support.feed import Feed
from tocsin.domain.case.file import What
from tocsin.domain.outbox import DeliveryStatus

SHARES = 2
MUST_REACH = {
    ("email", "duty@agency.example"),
    ("sms", "+380441234567"),
    ("topic", "topic"),
}


@pytest.fixture(scope="module")
def feed() -> Iterator[Feed]:
    made = Feed()
    yield made
    made.close()


def wrongs(at: World) -> list[str]:
    """What the story's end must never show."""
    found = []
    if (distinct := at.distinct_mentions()) != len(STORY):
        found.append(f"{distinct} mentions of {len(STORY)} are there")
    if (counted := at.counted()) != len(STORY):
        found.append(f"counters say {counted}, not {len(STORY)}")
    signalled, matter = at.signals()
    if signalled != matter or not matter:
        found.append(f"{len(signalled)} signals of {len(matter)} mentions that matter, or others")
    read, written = at.assessed()
    if read != written:
        found.append(f"assessed up to {read} of {written}")
    if at.level() not in {"crisis", "severe"}:
        found.append(f"the storm was left at {at.level()}")
    file, events = at.case()
    told = [event.what for event in events]
    if (told.count(What.OPENED), told.count(What.PLANNED)) != (1, 1) or told[0] is not What.OPENED:
        found.append(f"a case that is not opened and planned once: {[what.value for what in told]}")
    steps = [task.step for task in file.tasks] if file is not None and file.plan is not None else []
    if len(set(steps)) != len(steps) or not steps:
        found.append(f"tasks of its plan are missing or double: {steps}")
    if not at.outbox() or any(item.status is not DeliveryStatus.SENT for item in at.outbox()):
        found.append(f"alerts unsent: {[(i.id, i.status.value, i.last_error) for i in at.outbox()]}")
    if missed := MUST_REACH - set(at.delivered()):
        found.append(f"nobody told {missed}")
    if any(at.left_over().values()):
        found.append(f"left in the queues: {at.left_over()}")
    return found


def test_the_story_itself_ends_well_and_tells_everybody_once_an_alert(feed: Feed, tmp_path: Path) -> None:
    for stream in (True, False):
        with world(Faults(), tmp_path, feed, stream=stream) as at:
            at.play(lambda played: not wrongs(played))
            assert wrongs(at) == []
            expected = {(item.channel.value, item.address) for item in at.outbox()}
            assert set(at.delivered()) == expected
            assert at.delivered().total() == len(at.outbox())


def targets(count: Faults, strike: str, stream: bool) -> list[int]:
    """Without the stream only watch does anything differently."""
    found = telling(count, strike, place=int(stream))
    return [number for number in found if stream or count.within[number - 1] == "watch"]


@pytest.mark.parametrize("share", range(SHARES))
@pytest.mark.parametrize("stream", [True, False], ids=["stream", "no-stream"])
@pytest.mark.parametrize("strike", ["before", "after", "refuse"])
def test_every_call_may_be_the_last(feed: Feed, tmp_path: Path, strike: str, stream: bool, share: int) -> None:
    count = Faults()
    with world(count, tmp_path, feed, stream=stream) as at:
        at.play(lambda played: not wrongs(played))
    for number in targets(count, strike, stream)[share::SHARES]:
        faults = Faults(at=number, strike=strike)
        with world(faults, tmp_path, feed, stream=stream) as at:
            at.play(lambda played: not wrongs(played))
            assert faults.struck
            assert wrongs(at) == [], f"{strike} call {number}, {count.calls[number - 1]}"
