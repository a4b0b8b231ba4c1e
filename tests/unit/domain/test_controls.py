"""Protects: nobody arms by accident, no pause lasts for ever, and each step says who took it."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.samples import NOON, client
from tocsin.domain.client import Client
from tocsin.domain.controls import KEPT, LONGEST_PAUSE, Act, ControlError, Controls, Mute, muted

HOUR = timedelta(hours=1)
MOMENTS = st.timedeltas(timedelta(days=-60), timedelta(days=300)).map(lambda ago: NOON + ago)


def shadowed() -> Client:
    return client(shadow={"until": "2026-03-09"})


@given(MOMENTS)
def test_the_day_in_the_file_arms_nobody(now: datetime) -> None:
    # GIVEN a client in shadow until a day WHEN it is asked at any time, also after it THEN it is in shadow still
    assert muted(shadowed(), Controls(), now) is Mute.SHADOW


def test_a_person_arms_and_may_take_it_back() -> None:
    armed = Controls().arm(shadowed(), by="olha", at=NOON, reason="seven good nights")
    assert muted(shadowed(), armed, NOON) is None
    with pytest.raises(ControlError, match="armed already, by olha"):
        armed.arm(shadowed(), by="taras", at=NOON)
    back = armed.disarm(shadowed(), by="taras", at=NOON + HOUR)
    assert muted(shadowed(), back, NOON + HOUR) is Mute.SHADOW
    assert [(change.by, change.act) for change in back.changes] == [("olha", Act.ARM), ("taras", Act.SHADOW)]
    with pytest.raises(ControlError, match="is in shadow"):
        back.disarm(shadowed(), by="taras", at=NOON)


def test_another_shadow_in_the_file_is_a_new_one() -> None:
    armed = Controls().arm(shadowed(), by="olha", at=NOON)
    assert muted(client(shadow={"until": "2026-05-01"}), armed, NOON) is Mute.SHADOW
    assert muted(client(shadow=date(2026, 3, 9)), armed, NOON) is None


def test_a_file_without_shadow_needs_no_arming() -> None:
    assert muted(client(), Controls(), NOON) is None
    with pytest.raises(ControlError, match="asks for no shadow"):
        Controls().arm(client(), by="olha", at=NOON)
    with pytest.raises(ControlError, match="asks for no shadow"):
        Controls().disarm(client(), by="olha", at=NOON)


@given(
    st.timedeltas(min_value=timedelta(seconds=1), max_value=LONGEST_PAUSE),
    st.timedeltas(-LONGEST_PAUSE, 2 * LONGEST_PAUSE),
)
def test_a_pause_holds_exactly_as_long_as_it_says(length: timedelta, later: timedelta) -> None:
    paused = Controls().paused(NOON + length, by="olha", at=NOON)
    asked = NOON + later
    assert (muted(client(), paused, asked) is Mute.PAUSED) == (NOON <= asked < NOON + length)
    assert (paused.ended(asked) is not None) == (asked >= NOON + length)


@given(st.lists(st.tuples(st.timedeltas(timedelta(0), LONGEST_PAUSE), st.booleans()), max_size=80))
def test_no_row_of_steps_pauses_for_longer_than_allowed_from_its_last_one(steps: list[tuple[timedelta, bool]]) -> None:
    controls, now = Controls(), NOON
    for length, resume in steps:
        before = controls
        try:
            controls = controls.resumed(by="a", at=now) if resume else controls.paused(now + length, by="a", at=now)
        except ControlError:
            continue
        assert controls.version == before.version + 1
        now += timedelta(minutes=7)
    assert len(controls.changes) <= KEPT
    assert muted(client(), controls, now + LONGEST_PAUSE) is None


def test_a_pause_must_end_and_soon_enough() -> None:
    for until, said in ((NOON, "in the future"), (NOON + LONGEST_PAUSE + HOUR, "at most 14 days")):
        with pytest.raises(ControlError, match=said):
            Controls().paused(until, by="olha", at=NOON)
    with pytest.raises(ControlError, match="nothing is paused"):
        Controls().resumed(by="olha", at=NOON)


def test_a_second_pause_goes_on_from_the_first_and_the_desk_is_told_once() -> None:
    longer = Controls().paused(NOON + HOUR, by="a", at=NOON).paused(NOON + 5 * HOUR, by="b", at=NOON + HOUR / 2)
    assert longer.pause is not None
    assert (longer.pause.since, longer.pause.until) == (NOON, NOON + 5 * HOUR)
    early = longer.resumed(by="c", at=NOON + HOUR)
    ended = early.ended(NOON + HOUR)
    assert ended is not None
    assert ended.since == NOON
    assert early.told().ended(NOON + 9 * HOUR) is None


def test_a_pause_goes_before_shadow() -> None:
    assert muted(shadowed(), Controls().paused(NOON + HOUR, by="a", at=NOON), NOON) is Mute.PAUSED
