"""Protects: a client's history is whole, in the order it was said, and read as people left it."""

from datetime import timedelta

from tests.support.samples import NOON, scored
from tocsin.adapters.memory import MemoryMentionStore
from tocsin.domain.reading import Sentiment
from tocsin.services.history import AsKept, history

BRAND, HOUR = "Аврора", timedelta(hours=1)


def test_all_that_was_said_in_the_time_comes_once_by_hours() -> None:
    store = MemoryMentionStore()
    said = [scored(n, at=NOON - timedelta(minutes=31 * n)) for n in range(200)]
    for start in range(0, 200, 40):
        store.record(BRAND, said[start : start + 40])

    found = list(history(store, BRAND, NOON - timedelta(days=3), NOON + HOUR))
    wanted = [one for one in reversed(said) if one.mention.published_at >= NOON - timedelta(days=3)]
    assert [one.mention.id for one in found] == [one.mention.id for one in wanted]
    assert list(history(store, BRAND, NOON + HOUR, NOON + 2 * HOUR)) == []


def test_what_pages_nobody_is_against_nobody_but_where_it_is_a_past_of_its_own() -> None:
    ordinary, first_look = scored(1), scored(2).model_copy(update={"history": True})
    export = scored(3, at=NOON - timedelta(days=9), fetched_at=NOON).model_copy(update={"history": True})
    reader = AsKept([ordinary, first_look, export])
    assert [reader.read(one.mention).sentiment for one in (ordinary, first_look, export)] == [
        Sentiment.NEGATIVE, Sentiment.NEUTRAL, Sentiment.NEGATIVE,
    ]  # fmt: skip
