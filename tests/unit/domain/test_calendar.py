"""Protects: a date in the file means the client's own day, and an event has a beginning before its end."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.samples import NOON, client
from tocsin.domain.calendar import between, lasting
from tocsin.domain.client import Client
from tocsin.domain.errors import ClientFileError


def event(**changes: Any) -> dict[str, Any]:
    return {"name": "Launch", "start": "2026-03-02", "end": "2026-03-02"} | changes


def test_a_day_is_the_clients_whole_day() -> None:
    [launch] = client(events=[event()]).events
    assert (launch.start, launch.end) == (
        datetime(2026, 3, 1, 22, tzinfo=UTC), datetime(2026, 3, 2, 22, tzinfo=UTC)
    )  # fmt: skip
    assert launch.lasts(NOON)


def test_a_day_of_summer_time_has_its_own_length() -> None:
    [day] = client(events=[event(start="2026-03-29", end="2026-03-29")]).events
    assert (day.end - day.start).total_seconds() == 23 * 3600


@pytest.mark.parametrize(
    ("start", "utc"),
    [
        ("2026-03-02T14:00", 12),
        ("2026-03-02T14:00:00+00:00", 14),
        ("2026-03-02T14:00:00-05:00", 19),
        (datetime(2026, 3, 2, 14), 12),  # noqa: DTZ001 - as YAML gives it
    ],
)
def test_a_time_without_a_zone_is_the_clients(start: Any, utc: int) -> None:
    [launch] = client(events=[event(start=start, end="2026-03-09")]).events
    assert launch.start == datetime(2026, 3, 2, utc, tzinfo=UTC)


def test_the_stored_file_reads_back_the_same() -> None:
    file = client(events=[event()], shadow={"until": "2026-03-09"})
    assert Client.model_validate_json(file.model_dump_json()) == file


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"start": "2026-03-03"}, "events: 'Launch' must end after it starts"),
        ({"start": "2026-03-02T10:00", "end": "2026-03-02T10:00"}, "events: 'Launch' must end after it starts"),
        ({"start": "soon"}, "events[1].start:"),
        ({"end": "2026-02-30"}, "events[1].end:"),
        ({"effect": "loud"}, "events[1].effect: must be quieter or watchful"),
    ],
)
def test_what_is_no_event_is_named(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ClientFileError) as refused:
        client(events=[event(**changes)])
    assert said in str(refused.value)


def test_events_are_found_by_time() -> None:
    events = client(
        events=[event(name="B", start="2026-03-05", end="2026-03-06"), event(name="A", end="2026-03-05")]
    ).events
    assert [each.name for each in lasting(events, NOON)] == ["A"]
    assert [each.name for each in between(events, NOON, datetime(2026, 4, 1, tzinfo=UTC))] == ["A", "B"]
    assert between(events, datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)) == ()
