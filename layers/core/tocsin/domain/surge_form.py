"""The state of the surge detector as bytes: a kilobyte, exact to the last bit, for one attribute of a small item.

Little-endian IEEE doubles behind a version byte. NaN stands for what is not known yet.
"""

import math
import struct

from tocsin.domain.baseline import BINS, Baseline
from tocsin.domain.surge import GAPS, WINDOWS, SurgeState, Window

VERSION = 1
_HEAD = 4 + GAPS
_WINDOW = len(Window._fields)
_FORM = struct.Struct(f"<B{_HEAD + len(WINDOWS) * _WINDOW + 2 + 2 * BINS}d")


def packed(state: SurgeState) -> bytes:
    absent = (math.nan,) * (GAPS - len(state.gaps))
    return _FORM.pack(
        VERSION,
        *(_or_nan(state.last), state.watched, _or_nan(state.alarm_at), state.alarm_days),
        *(*state.gaps, *absent),
        *(value for window in state.windows for value in window),
        *(state.baseline.counts, state.baseline.hours, *state.baseline.shares, *state.baseline.looks),
    )


def unpacked(form: bytes) -> SurgeState:
    """ValueError when it is no state of this version: begin anew, or fold the history again."""
    if len(form) != _FORM.size or form[0] != VERSION:
        raise ValueError(f"no surge state of version {VERSION}")
    values = _FORM.unpack(form)[1:]
    last, watched, alarm_at, alarm_days = values[:4]
    windows, rest = values[_HEAD : -2 - 2 * BINS], values[-2 - 2 * BINS :]
    if any(math.isinf(value) for value in values) or any(math.isnan(value) for value in (*windows, *rest)):
        raise ValueError("a surge state with numbers that are none")
    return SurgeState(
        baseline=Baseline(counts=rest[0], hours=rest[1], shares=rest[2 : 2 + BINS], looks=rest[2 + BINS :]),
        windows=tuple(Window(*windows[place : place + _WINDOW]) for place in range(0, len(windows), _WINDOW)),
        last=_or_none(last),
        gaps=tuple(gap for gap in values[4:_HEAD] if not math.isnan(gap)),
        watched=watched,
        alarm_at=_or_none(alarm_at),
        alarm_days=alarm_days,
    )


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else value


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else value
