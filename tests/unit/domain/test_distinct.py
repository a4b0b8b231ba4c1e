from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.distinct import EXACT, NOBODY, REGISTERS, Distinct, count, hashed, joined

HASHES = st.lists(st.integers(0, 2**32 - 1), max_size=80)


def all_of(values: list[int]) -> Distinct:
    seen = NOBODY
    for value in values:
        seen = joined(seen, value)
    return seen


@given(HASHES, st.randoms())
def test_order_and_repetition_change_nothing(values: list[int], random) -> None:
    shuffled = [*values, *values]
    random.shuffle(shuffled)

    assert all_of(shuffled) == all_of(values)


@given(st.sets(st.integers(0, 2**32 - 1), max_size=EXACT))
def test_few_are_counted_exactly(values: set[int]) -> None:
    assert count(all_of(list(values))) == len(values)


def test_many_are_counted_within_a_quarter_and_in_few_bytes() -> None:
    seen: Distinct = NOBODY
    for number in range(20_000):
        seen = joined(seen, hashed(f"author {number}"))
        if number + 1 in {30, 100, 1_000, 20_000}:
            assert abs(count(seen) - number - 1) < 0.25 * (number + 1)

    assert isinstance(seen, bytes)
    assert len(seen) == REGISTERS
