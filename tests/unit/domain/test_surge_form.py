"""Protects: a kept state of another version, cut off or spoilt is refused in words instead of alarming by nonsense."""

import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.surge import SurgeState
from tocsin.domain.surge_form import packed, unpacked


def test_an_empty_state_comes_back():
    assert unpacked(packed(SurgeState())) == SurgeState()


@given(st.binary(max_size=1_200))
def test_bytes_of_a_stranger_are_refused(form):
    with pytest.raises(ValueError, match="surge state"):
        unpacked(form)


def test_another_version_is_refused():
    with pytest.raises(ValueError, match="version 1"):
        unpacked(b"\x02" + packed(SurgeState())[1:])


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_numbers_that_are_none_are_refused(number):
    spoilt = packed(SurgeState())[:-8] + struct.pack("<d", number)

    with pytest.raises(ValueError, match="numbers that are none"):
        unpacked(spoilt)
