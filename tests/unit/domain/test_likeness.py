"""Protects: which texts are alike is remembered, and never remembered wrongly."""

from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain import likeness
from tocsin.domain.likeness import Likeness
from tocsin.domain.signature import alike

SIGNATURES = st.builds(
    lambda base, flips: base ^ flips, st.sampled_from([7, 2**63 + 3, 2**40 + 3]), st.integers(0, 2**20)
)


@given(st.lists(st.lists(SIGNATURES, max_size=8), max_size=8), st.integers(1, 12))
def test_each_look_finds_what_comparing_all_would(looks: list[list[int]], kept: int) -> None:
    memory = Likeness()
    likeness.KEPT, before = kept, likeness.KEPT
    try:
        for texts in looks:
            near = memory.of(texts)
            for text in texts:
                found = {other for other in near[text] if other in texts}
                assert found == {other for other in texts if other != text and alike(other, text)}
    finally:
        likeness.KEPT = before
