"""Protects: every mention counts exactly once, whatever is repeated, and reads see what was written."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from tests.contract.conftest import Stores
from tests.support.samples import NOON, scored
from tocsin.domain.counters import total
from tocsin.domain.reading import ScoredMention
from tocsin.domain.signal import Mark, Signal

BRAND = "Аврора"
HOUR = timedelta(hours=1)


def with_reading(one: ScoredMention, **facts: Any) -> ScoredMention:
    return one.model_copy(update={"reading": one.reading.model_copy(update=facts)})


def test_a_recorded_mention_is_counted_in_its_minute_of_publication(stores: Stores) -> None:
    # GIVEN two mentions of one minute and one of the next
    chunk = [
        scored(1),
        scored(2, at=NOON + timedelta(seconds=20), followers=500),
        scored(3, at=NOON + timedelta(minutes=1), negative=False),
    ]

    # WHEN they are recorded
    new = stores.mentions.record(BRAND, chunk)

    # THEN each minute has its own
    assert new == 3
    first, second = stores.mentions.counts(BRAND, NOON, NOON + HOUR)
    assert (first.minute, first.counts.mentions, first.counts.negative, first.counts.reach) == (NOON, 2, 2, 500)
    assert (second.minute, second.counts.positive) == (NOON + timedelta(minutes=1), 1)


def test_the_history_of_a_new_source_is_counted_apart(stores: Stores) -> None:
    # GIVEN in one minute what was heard as it came, and what a new source had said before
    old = [scored(n).model_copy(update={"history": True}) for n in (1, 2)]

    # WHEN both are recorded, together and one by one
    assert stores.mentions.record(BRAND, [*old, scored(3)]) == 3
    assert stores.mentions.record(BRAND, [scored(4).model_copy(update={"history": True})]) == 1

    # THEN the alarm can tell them apart, and the baseline has all of them
    [entry] = stores.mentions.counts(BRAND, NOON, NOON + HOUR)
    assert (entry.counts.negative, entry.history.negative) == (1, 3)
    assert entry.whole.counts.mentions == 4


def test_what_comes_again_counts_once(stores: Stores) -> None:
    stores.mentions.record(BRAND, [scored(1), scored(2)])

    # WHEN a later chunk brings one of them again, twice, beside a new one
    new = stores.mentions.record(BRAND, [scored(2), scored(2), scored(3)])

    # THEN only the new one counts
    assert new == 1
    assert total(stores.mentions.counts(BRAND, NOON, NOON + HOUR)).mentions == 3


def test_a_chunk_of_duplicates_changes_nothing(stores: Stores) -> None:
    stores.mentions.record(BRAND, [scored(1)])
    before = stores.mentions.dirty_seq(BRAND)

    assert stores.mentions.record(BRAND, [scored(1)]) == 0

    assert stores.mentions.dirty_seq(BRAND) == before


def test_dirty_seq_grows_with_each_write_and_belongs_to_one_brand(stores: Stores) -> None:
    assert stores.mentions.dirty_seq(BRAND) == 0
    stores.mentions.record(BRAND, [scored(1)])
    once = stores.mentions.dirty_seq(BRAND)
    stores.mentions.record(BRAND, [scored(2)])

    assert 0 < once < stores.mentions.dirty_seq(BRAND)
    assert stores.mentions.dirty_seq("Other") == 0


def test_one_post_may_count_for_two_brands(stores: Stores) -> None:
    assert stores.mentions.record("One", [scored(1, brand="One")]) == 1
    assert stores.mentions.record("Two", [scored(1, brand="Two")]) == 1


@pytest.mark.parametrize("name", ["A#1 Foods", "100% Juice", "Bäckerei / Süd", "Аврора"])
def test_any_name_of_a_brand_is_kept_apart_from_its_neighbours(stores: Stores, name: str) -> None:
    """A '#' or '%' in a name must not break out of its key."""
    stores.mentions.record(name, [scored(1, brand=name)])
    stores.mentions.record(name + "#", [scored(2, brand=name + "#")])

    assert total(stores.mentions.counts(name, NOON, NOON + HOUR)).mentions == 1


def test_counts_reach_over_midnight_and_stop_before_their_end(stores: Stores) -> None:
    midnight = NOON.replace(hour=0) + timedelta(days=1)
    times = [midnight - timedelta(minutes=1), midnight, midnight + timedelta(minutes=1)]
    stores.mentions.record(BRAND, [scored(number, at=at) for number, at in enumerate(times)])

    found = stores.mentions.counts(BRAND, midnight - timedelta(minutes=1), midnight + timedelta(minutes=1))

    assert [entry.minute for entry in found] == times[:2]


def test_a_date_in_the_future_counts_when_it_was_seen(stores: Stores) -> None:
    odd = scored(1, at=NOON, fetched_at=NOON).model_copy(
        update={"mention": scored(1).mention.model_copy(update={"published_at": NOON + timedelta(days=900)})}
    )
    stores.mentions.record(BRAND, [odd])

    assert [entry.minute for entry in stores.mentions.counts(BRAND, NOON, NOON + HOUR)] == [NOON + timedelta(minutes=1)]


def test_the_gravest_come_first_and_praise_never(stores: Stores) -> None:
    stores.mentions.record(
        BRAND,
        [
            scored(1, severity=0.3),
            scored(2, severity=0.9, at=NOON + timedelta(minutes=70)),
            scored(3, negative=False),
            scored(4, severity=0.5, text="Довгий текст " * 900),
            scored(5, severity=1.0, at=NOON - timedelta(hours=3)),
        ],
    )

    found = stores.mentions.gravest(BRAND, NOON, NOON + 2 * HOUR, 2)

    assert [one.reading.severity for one in found] == [0.9, 0.5]
    assert found[1].mention.text.startswith("Довгий")


def test_the_course_tells_how_it_began_and_what_was_gravest(stores: Stores) -> None:
    # GIVEN 260 complaints, more than DynamoDB gives at once, of which the last two are the gravest
    times = [NOON + timedelta(seconds=30 * number) for number in range(260)]
    told = [scored(number, severity=0.9 if number >= 258 else 0.3, at=at) for number, at in enumerate(times)]
    for start in range(0, len(told), 20):
        stores.mentions.record(BRAND, told[start : start + 20])
    stores.mentions.record(BRAND, [scored(900, negative=False)])

    # WHEN all of them, and when few of them are asked for
    every = stores.mentions.course(BRAND, NOON, NOON + 3 * HOUR, 400)
    few = stores.mentions.course(BRAND, NOON, NOON + 3 * HOUR, 4)

    # THEN they come in the order of time, without praise; of few half are the first, the rest the gravest
    assert {one.mention.id for one in every} == {one.mention.id for one in told}
    minutes = [one.mention.published_at.replace(second=0) for one in every]
    assert minutes == sorted(minutes)
    assert {one.mention.id for one in few[2:]} == {told[258].mention.id, told[259].mention.id}
    assert {one.mention.published_at for one in few[:2]} <= set(times[:2])
    assert stores.mentions.course(BRAND, NOON - 2 * HOUR, NOON, 400) == ()


def test_what_was_written_is_told_in_its_order_praise_and_all(stores: Stores) -> None:
    # GIVEN praise and blame within two hours, and something before
    told = [scored(number, negative=number % 2 == 0, at=NOON + timedelta(minutes=40 * number)) for number in range(3)]
    stores.mentions.record(BRAND, [*told, scored(9, at=NOON - HOUR)])

    # WHEN all of it, and the first two are asked for
    every = stores.mentions.written(BRAND, NOON, NOON + 2 * HOUR, 10)
    few = stores.mentions.written(BRAND, NOON, NOON + 2 * HOUR, 2)

    # THEN it comes oldest first
    assert [one.mention.id for one in every] == [one.mention.id for one in told]
    assert [one.mention.id for one in few] == [one.mention.id for one in told[:2]]


def test_the_signals_are_those_of_what_matters(stores: Stores) -> None:
    # GIVEN what is negative, what is grave, what is a complaint, praise, and what is past
    grave = with_reading(scored(2, negative=False), severity=0.8)
    complaint = with_reading(scored(3, negative=False), complaint=0.6)
    past = scored(5, severity=0.9).model_copy(update={"history": True})
    matter = [scored(1, at=NOON + timedelta(minutes=3)), grave, complaint, past]
    stores.mentions.record(BRAND, [*matter, scored(4, negative=False)])

    # WHEN they are read
    found = stores.mentions.signals(BRAND, NOON, NOON + HOUR, 100)

    # THEN praise left none, all else did, oldest first, and what is past bears its mark
    assert found == tuple(sorted(Signal.of(one) for one in matter))
    assert sum(bool(one.marks & Mark.HISTORY) for one in found) == 1
    assert stores.mentions.signals("Other", NOON, NOON + HOUR, 100) == ()


def test_what_comes_again_signals_once(stores: Stores) -> None:
    stores.mentions.record(BRAND, [scored(1), scored(2)])
    stores.mentions.record(BRAND, [scored(2), scored(2), scored(3)])
    stores.mentions.record(BRAND, [scored(1)])

    found = stores.mentions.signals(BRAND, NOON, NOON + HOUR, 100)

    assert found == tuple(sorted(Signal.of(scored(n)) for n in (1, 2, 3)))


def test_what_was_old_when_it_was_fetched_signals_nothing(stores: Stores) -> None:
    fetched = NOON + timedelta(hours=48)
    edge, older = scored(1, fetched_at=fetched), scored(2, at=NOON - timedelta(seconds=1), fetched_at=fetched)
    stores.mentions.record(BRAND, [edge, older])

    assert stores.mentions.signals(BRAND, NOON - HOUR, NOON + HOUR, 100) == (Signal.of(edge),)


def test_signals_reach_over_midnight_and_end_before_their_bound(stores: Stores) -> None:
    midnight = NOON.replace(hour=0) + timedelta(days=1)
    times = [midnight + timedelta(minutes=minute) for minute in (-2, -1, 0, 1, 2)]
    stores.mentions.record(BRAND, [scored(number, at=at) for number, at in enumerate(times)])

    found = stores.mentions.signals(BRAND, times[1], times[4], 100)

    assert [one.at for one in found] == times[1:4]


@pytest.mark.parametrize("limit", [0, 1, 7, 50, 59, 60, 200])
def test_of_too_many_signals_the_newest_are_read(stores: Stores, limit: int) -> None:
    """Chunks that overlap in time, as they come from several sources, over two days."""
    start = NOON.replace(hour=0) - timedelta(minutes=17)
    ones = [scored(n, at=start + timedelta(minutes=(7 * n) % 45)) for n in range(60)]
    for at in range(0, 60, 6):
        stores.mentions.record(BRAND, ones[at : at + 6])

    found = stores.mentions.signals(BRAND, start, start + HOUR, limit)

    assert found == tuple(sorted(Signal.of(one) for one in ones)[60 - min(limit, 60) :])


def test_mentions_of_many_fetches_and_days_signal_on_their_days(stores: Stores) -> None:
    """Messages that lay in the dead letters for days come together: a day's signals are one item."""
    ones = [scored(n, at=NOON - timedelta(days=n)) for n in range(14)]
    stores.mentions.record(BRAND, ones)

    found = stores.mentions.signals(BRAND, NOON - timedelta(days=7), NOON + HOUR, 100)

    assert found == tuple(sorted(Signal.of(one) for one in ones[:8]))


def test_one_mention_is_found_by_its_id(stores: Stores) -> None:
    one = scored(1)
    stores.mentions.record(BRAND, [one, scored(2)])
    assert stores.mentions.scored(BRAND, one.mention.id) == one
    assert stores.mentions.scored("Other", one.mention.id) is None
    assert stores.mentions.scored(BRAND, "rss:nobody") is None


def test_writers_at_the_same_time_lose_nothing(stores: Stores) -> None:
    """Protects the retry of conflicts: eight writers, half of what they bring is the same."""
    if stores.engine == "moto":
        pytest.skip("moto's transactions are not made for concurrency")
    chunks = [[scored(number) for number in range(start, start + 20)] for start in range(0, 80, 10)]

    with ThreadPoolExecutor(max_workers=8) as pool:
        new = sum(pool.map(lambda chunk: stores.mentions.record(BRAND, chunk), chunks))

    assert new == 90
    assert total(stores.mentions.counts(BRAND, NOON, NOON + HOUR)).mentions == 90
    assert stores.mentions.signals(BRAND, NOON, NOON + HOUR, 1_000) == tuple(
        sorted(Signal.of(scored(number)) for number in range(90))
    )
