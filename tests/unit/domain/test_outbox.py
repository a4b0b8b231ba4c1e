"""Protects: nobody is woken without need, nobody is forgotten, over midnight and over the change of the clocks."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.samples import NOON, client
from tocsin.domain.client import QuietHours
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, Channel, plan_alerts, waking

KYIV = ZoneInfo("Europe/Kyiv")
NIGHT = QuietHours(start=time(22), end=time(7))
YEAR = datetime(2026, 1, 1)  # noqa: DTZ001 - hypothesis wants it naive and adds the zone below
times = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))


def incident(level: Level) -> Incident:
    return Incident.opened(id="a-1", client="a", brand="Аврора", level=level, index=50, reasons=(), at=NOON)


def test_at_night_an_issue_waits_for_the_morning_by_sms_and_is_mailed_at_once() -> None:
    # GIVEN half past two at night in Kyiv
    night = datetime(2026, 3, 3, 0, 30, tzinfo=UTC)

    items = plan_alerts(client(), incident(Level.ISSUE), AlertKind.RAISED, night)

    due = {(item.channel, item.recipient): item.due_at for item in items}
    assert due[Channel.SMS, "duty@agency.example"] == datetime(2026, 3, 3, 5, 0, tzinfo=UTC)
    assert due[Channel.EMAIL, "duty@agency.example"] == night


def test_a_crisis_rings_at_any_hour() -> None:
    night = datetime(2026, 3, 3, 0, 30, tzinfo=UTC)
    assert {item.due_at for item in plan_alerts(client(), incident(Level.CRISIS), AlertKind.RAISED, night)} == {night}


def test_a_watch_is_mail_only() -> None:
    channels = {item.channel for item in plan_alerts(client(), incident(Level.WATCH), AlertKind.RAISED, NOON)}
    assert channels == {Channel.TOPIC, Channel.EMAIL}


def test_levels_of_a_responder_decide_what_reaches_him() -> None:
    boss = {
        "name": "Boss",
        "email": "boss@agency.example",
        "phone": "+34911234567",
        "email_from": "severe",
        "sms_from": "severe",
    }
    items = plan_alerts(client(responders=[boss]), incident(Level.CRISIS), AlertKind.RAISED, NOON)
    assert {item.channel for item in items} == {Channel.TOPIC}


def test_each_reads_it_in_his_own_language() -> None:
    items = plan_alerts(client(), incident(Level.CRISIS), AlertKind.RAISED, NOON)
    assert {(item.recipient, item.language) for item in items if item.channel is Channel.SMS} == {
        ("duty@agency.example", "uk"),
        ("deputy@agency.example", "es"),
    }


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        # the night in which Kyiv's clocks go forward (03:00 -> 04:00 on 29 March 2026)
        (datetime(2026, 3, 28, 23, 0, tzinfo=UTC), datetime(2026, 3, 29, 4, 0, tzinfo=UTC)),
        # the night in which they go back (04:00 -> 03:00 on 25 October 2026)
        (datetime(2026, 10, 24, 23, 0, tzinfo=UTC), datetime(2026, 10, 25, 5, 0, tzinfo=UTC)),
        # before midnight
        (datetime(2026, 6, 1, 20, 0, tzinfo=UTC), datetime(2026, 6, 2, 4, 0, tzinfo=UTC)),
    ],
)
def test_quiet_hours_end_by_the_clock_on_the_wall(at: datetime, expected: datetime) -> None:
    assert waking(NIGHT, Level.ISSUE, at, KYIV) == expected


@given(
    times,
    times,
    st.datetimes(YEAR, YEAR + timedelta(days=365)),
    st.sampled_from(["Europe/Kyiv", "America/New_York", "Asia/Kolkata"]),
)
def test_a_delayed_message_is_due_outside_quiet_hours_and_within_a_day(
    start: time, end: time, at: datetime, zone: str
) -> None:
    if start == end:
        return
    quiet, moment = QuietHours(start=start, end=end), at.replace(tzinfo=UTC)

    due = waking(quiet, Level.ISSUE, moment, ZoneInfo(zone))

    assert moment <= due <= moment + timedelta(hours=26)
    if due != moment:
        local = due.astimezone(ZoneInfo(zone))
        assert (local.hour, local.minute) == (end.hour, end.minute) or local.utcoffset() != moment.astimezone(
            ZoneInfo(zone)
        ).utcoffset()
    assert waking(quiet, quiet.unless, moment, ZoneInfo(zone)) == moment


def test_in_the_hour_that_comes_twice_quiet_hours_end_the_second_time() -> None:
    # GIVEN quiet hours up to half past three, which the clock in Kyiv shows twice that night WHEN it shows ten past
    # three for the second time THEN the end is still ahead
    quiet = QuietHours(start=time(22), end=time(3, 30))
    second = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)
    assert waking(quiet, Level.ISSUE, second, KYIV) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
