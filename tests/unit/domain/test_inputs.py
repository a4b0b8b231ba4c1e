"""Protects: a setting is said to have decided where it did, and only there."""

from typing import Any

import pytest

from tests.support.samples import client
from tests.unit.domain.test_detector import DAY, NOW, OF, QUIET, heard, said, storm
from tocsin.domain.detector import Detector
from tocsin.domain.inputs import Inputs
from tocsin.domain.judgement import Shift, Why
from tocsin.domain.levels import Level
from tocsin.domain.signal import Signal
from tocsin.domain.windows import windows_of

ONE_GRAVE = [said(5, 1, severity=0.8, reach=60_000)]
LAUNCH = {"name": "Launch", "start": "2026-03-18", "end": "2026-03-18"}


def judged(signals: list[Signal], shift: Shift | None = None, **settings: Any) -> tuple[Level, dict[Why, Level]]:
    inputs = Inputs(client(**settings), QUIET, windows_of(heard(signals), NOW), signals, NOW, shift)
    judgement = inputs.judged(Detector())
    return judgement.level, {one.why: one.level for one in inputs.decisive(Detector(), judgement)}


def test_what_decided_is_told_from_what_was_only_set() -> None:
    strict = {"issue": 61, "crisis": 80, "severe": 90}
    assert judged(ONE_GRAVE) == (Level.ISSUE, {})
    assert judged(ONE_GRAVE, thresholds=strict) == (Level.WATCH, {Why.THRESHOLDS: Level.ISSUE})
    # two that each would have kept it: neither decided alone
    both = judged(ONE_GRAVE, thresholds=strict, sensitivity="calm")
    assert both == (Level.WATCH, {Why.SENSITIVITY: Level.WATCH, Why.THRESHOLDS: Level.ISSUE})
    assert judged(storm(), sensitivity="nervous") == (Level.CRISIS, {Why.SENSITIVITY: Level.CRISIS})


@pytest.mark.parametrize("why", [Why.EVENT, Why.SHIFT])
def test_what_takes_points_away_is_named_with_the_level_without_it(why: Why) -> None:
    # GIVEN six who are an issue by a point WHEN a launch or a verdict takes points away THEN it is said to have decided
    six = [said(8 * number, number + 1, place=number % 2) for number in range(6)]
    index = int(Detector().judge(OF, QUIET, windows_of(heard(six), NOW), six, NOW).index)
    just: dict[str, Any] = {"thresholds": {"issue": index, "crisis": index + 5, "severe": index + 9}}
    shift = Shift(points=-10, since=NOW - DAY, until=NOW + DAY) if why is Why.SHIFT else None
    of = just | ({"events": [LAUNCH]} if why is Why.EVENT else {})

    assert judged(six, None, **just)[0] is Level.ISSUE
    level, without = judged(six, shift, **of)
    assert level is Level.WATCH
    assert without[why] is Level.ISSUE
    # AND where many come it decides nothing
    assert judged(storm(), shift, **of)[1][why] is Level.CRISIS
