"""Protects: the store's signals are those of the mentions as they stand, in whatever order they were written and
corrected, and with any limit."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.support.samples import NOON, scored
from tocsin.adapters.dynamodb.signals import amended_puts, days_back, newest, signal_puts
from tocsin.domain.reading import ScoredMention, Sentiment
from tocsin.domain.signal import Signal
from tocsin.domain.signalled import signals_of

BRAND = "Аврора"
DAY = timedelta(days=1)


class Table:
    """The items as DynamoDB would answer: by partition, sort keys backwards."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, str], dict[str, Any]] = {}

    def write(self, puts: Sequence[dict[str, Any]]) -> None:
        for put in puts:
            item = put["Put"]["Item"]
            key = (item["pk"]["S"], item["sk"]["S"])
            assert key not in self.items
            self.items[key] = item

    def read(self, since: Any, until: Any, limit: int) -> tuple[Signal, ...]:
        return newest(
            (
                self.items[key]
                for day, bound in days_back(since, until)
                for key in sorted(self.items, reverse=True)
                if key[0].endswith(f"{day:%Y-%m-%d}") and key[1] >= f"{bound:%H:%M}"
            ),
            since,
            until,
            limit,
        )


CHANGES: dict[str, dict[str, Any]] = {
    "calm": {"sentiment": Sentiment.NEUTRAL, "severity": 0.0},
    "worse": {"severity": 0.95},
}


def corrected(one: ScoredMention, how: str) -> ScoredMention | None:
    """None: it is taken away."""
    if how not in CHANGES:
        return None
    return one.model_copy(update={"reading": one.reading.model_copy(update=CHANGES[how])})


def expected(heard: Sequence[ScoredMention | None]) -> list[Signal]:
    return sorted(signals_of(one for one in heard if one is not None).values())


@given(
    st.lists(st.integers(0, 3 * 24 * 60), min_size=1, max_size=30),
    st.integers(1, 9),
    st.lists(st.tuples(st.integers(0, 29), st.sampled_from([*CHANGES, "gone"])), max_size=8),
    st.integers(0, 35),
    st.integers(0, 4 * 24 * 60),
)
def test_what_is_read_is_what_stands(
    ages: list[int], size: int, corrections: list[tuple[int, str]], limit: int, since: int
) -> None:
    table = Table()
    heard: list[ScoredMention | None] = [scored(n, at=NOON - timedelta(minutes=age)) for n, age in enumerate(ages)]
    for start in range(0, len(heard), size):
        chunk = [one for one in heard[start : start + size] if one is not None]
        table.write(signal_puts("mentions", BRAND, signals_of(chunk)))
    for number, (place, how) in enumerate(corrections):
        before = heard[place % len(heard)]
        if before is not None:
            after = heard[place % len(heard)] = corrected(before, how)
            table.write(amended_puts("mentions", BRAND, expected([before]), expected([after]), f"{number:012x}"))

    start_of = NOON - timedelta(minutes=since)
    within = [one for one in expected(heard) if one.at >= start_of]
    found = table.read(start_of, NOON + timedelta(minutes=1), limit)
    assert list(found) == (within[-limit:] if limit else [])


def test_of_a_busy_day_only_what_is_asked_for_is_read() -> None:
    table = Table()
    for minute in range(600):
        at = NOON - timedelta(minutes=minute)
        table.write(signal_puts("mentions", BRAND, signals_of([scored(minute, at=at)])))
    read = []

    def noted() -> Any:
        for key in sorted(table.items, reverse=True):
            read.append(key)
            yield table.items[key]

    assert len(newest(noted(), NOON - DAY, NOON + DAY, 5)) == 5
    assert len(read) == 6
