"""Protects: a look that nobody asks why finds the level that the reasons would give."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.domain.test_detector import NOW, OF, QUIET, heard
from tests.unit.domain.test_heard_in_part import BUSY, VOICES
from tocsin.domain.brand_baseline import BaselineState
from tocsin.domain.detector import Detector
from tocsin.domain.recent import Recent
from tocsin.domain.signal import Signal
from tocsin.domain.windows import windows_of

NEW = BaselineState()


@given(st.lists(VOICES, min_size=1, max_size=3), st.integers(0, 60), st.sampled_from([NEW, QUIET, BUSY]))
@settings(max_examples=200, deadline=None)
def test_the_level_is_the_same_whether_or_not_somebody_asks_why(
    said: list[list[Signal]], others: int, baseline: BaselineState
) -> None:
    signals = [one for part in said for one in part]
    windows = windows_of(heard(signals, others), NOW)
    judgement = Detector().judge(OF, baseline, windows, signals, NOW)

    asked = Detector().asked(OF, baseline, windows, Recent(signals), NOW)

    assert asked.level is judgement.level
    assert asked.always_at == judgement.always_at
