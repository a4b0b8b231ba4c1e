"""Protects: a new client begins in shadow, and check says what shadow and the calendar mean in plain words."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from tocsin_cli.desk import moment_of
from tocsin_cli.errors import BadInputError
from tocsin_cli.files import load_client

Tocsin = Callable[..., Any]
ClientFile = Callable[..., Path]
NOW = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)  # half past midnight in Kyiv, the night of the clocks' change


def test_a_new_client_is_in_shadow_for_seven_days(tocsin: Tocsin, tmp_path: Path) -> None:
    path = tmp_path / "zoria.yaml"
    made = tocsin(
        "client", "new", "zoria", "--name", "Zoria", "--timezone", "Pacific/Auckland", "--responder", "Desk",
        "--email", "duty@agency.example", "--out", path,
    )  # fmt: skip
    assert made.exit_code == 0, made.stderr
    today = datetime.now(ZoneInfo("Pacific/Auckland")).date()
    assert load_client(str(path)).shadow in {today + timedelta(days=7), today + timedelta(days=6)}
    assert "in shadow until" in made.stderr
    checked = tocsin("client", "check", path)
    assert "nobody is told until a person arms it" in checked.stdout


def test_check_tells_what_the_calendar_holds(tocsin: Tocsin, client_file: ClientFile) -> None:
    now = datetime.now(UTC)
    events = [
        {"name": "Launch", "start": now - timedelta(hours=1), "end": now + timedelta(hours=1), "effect": "watchful"},
        {"name": "Sale", "start": "2099-05-01", "end": "2099-05-01"},
        {"name": "For ever", "start": "2098-01-01", "end": "2099-01-01"},
        {"name": "Past", "start": "2020-01-01", "end": "2020-01-02"},
    ]
    said = tocsin("client", "check", client_file(events=events)).stdout
    assert "more watchful now until" in said
    assert "quieter from 1 May 2099, 00:00 until 2 May 2099, 00:00: Sale" in said
    assert "1 events are over" in said
    assert "For ever lasts 366 days: is its end right?" in said


def test_an_event_that_ends_first_is_refused(tocsin: Tocsin, client_file: ClientFile) -> None:
    refused = tocsin("client", "check", client_file(events=[{"name": "X", "start": "2026-05-02", "end": "2026-05-01"}]))
    assert refused.exit_code == 2
    assert "'X' must end after it starts" in refused.stderr


@pytest.mark.parametrize(
    ("said", "ahead", "utc"),
    [
        ("18:00", True, datetime(2026, 3, 29, 15, tzinfo=UTC)),
        ("18:00", False, datetime(2026, 3, 28, 16, tzinfo=UTC)),
        ("00:15", True, datetime(2026, 3, 29, 21, 15, tzinfo=UTC)),
        ("2h", True, NOW + timedelta(hours=2)),
        ("3d", True, NOW + timedelta(days=3)),
        ("2026-03-29T12:00", True, datetime(2026, 3, 29, 9, tzinfo=UTC)),
        ("2026-03-29T12:00+00:00", True, datetime(2026, 3, 29, 12, tzinfo=UTC)),
        ("2026-03-20", False, datetime(2026, 3, 19, 22, tzinfo=UTC)),
    ],
)
def test_a_time_is_read_by_the_clients_clock(client_file: ClientFile, said: str, ahead: bool, utc: datetime) -> None:
    client = load_client(str(client_file()))
    assert moment_of(said, client, NOW, "--until", ahead=ahead) == utc


@pytest.mark.parametrize(
    "said", ["", "soon", "25:00", "2h", "9999-12-31T23:59-12:00", "0001-01-01T00:00+14:00", "\ud800"]
)
def test_what_is_no_time_is_refused(client_file: ClientFile, said: str) -> None:
    with pytest.raises(BadInputError, match="TIME"):
        moment_of(said, load_client(str(client_file())), NOW, "TIME")


def test_the_starters_file_shows_the_calendar(tocsin: Tocsin) -> None:
    made = tocsin(
        "client", "new", "zoria", "--name", "Zoria", "--timezone", "Europe/Kyiv", "--responder", "Desk", "--email",
        "duty@agency.example", "--out", "-",
    )  # fmt: skip
    line = next(line for line in made.stdout.splitlines() if line.startswith("# events:"))
    [event] = yaml.safe_load(line.removeprefix("# "))["events"]
    assert set(event) == {"name", "start", "end", "effect"}
