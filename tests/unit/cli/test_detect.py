"""Protects: a row out for every row in, at once, from that row and earlier ones only; whatever is odd is said in words,
and what is wrong names its line."""

import csv
import io
import os
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tocsin.domain.surge import Surprise
from tocsin_cli.detect import in_words

START = datetime(2026, 3, 2)  # noqa: DTZ001
HEADER = "timestamp,value\n"


def series(counts, *, start=START) -> str:
    return HEADER + "".join(f"{start + number * timedelta(minutes=5)},{count}\n" for number, count in enumerate(counts))


def rows(result) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(result.stdout)))


CALM_THEN_STORM = [number % 5 for number in range(1_200)] + [80] * 12


def test_each_row_gets_a_score_and_a_storm_one_alarm(tocsin, tmp_path):
    path = tmp_path / "acme.csv"
    path.write_text(series(CALM_THEN_STORM))

    result = tocsin("detect", path)

    found = rows(result)
    assert result.exit_code == 0
    assert result.stderr == ""
    assert result.stdout.startswith("timestamp,value,anomaly_score,alarm\n")
    assert [row["value"] for row in found] == [str(count) for count in CALM_THEN_STORM]
    assert all(0 <= float(row["anomaly_score"]) <= 1 for row in found)
    alarms = [number for number, row in enumerate(found) if row["alarm"] == "1"]
    assert len(alarms) == 1
    assert 1_200 <= alarms[0] <= 1_203


def test_the_beginning_of_a_series_is_judged_as_the_whole(tocsin):
    whole = rows(tocsin("detect", "-", stdin=series(CALM_THEN_STORM)))
    part = rows(tocsin("detect", "-", stdin=series(CALM_THEN_STORM[:700])))

    assert whole[:700] == part


def test_the_reason_of_an_alarm_is_told_on_request(tocsin):
    result = tocsin("detect", "-", "--why", stdin=series(CALM_THEN_STORM))

    assert len(result.stderr.splitlines()) == 1
    assert "are usual: once in" in result.stderr


def test_the_reason_names_what_was_seen_and_what_is_usual():
    surprise = Surprise(
        score=0.99,
        alarm=True,
        days=123.4,
        probability=1e-4,
        window_hours=0.25,
        seen=5_385.2,
        expected=75.12,
        warming_up=False,
    )

    assert in_words(surprise) == "5,385 in about 15 min where 75.1 are usual: once in 123.4 days by chance"
    assert "in about 4 h where" in in_words(replace(surprise, window_hours=4.0))


def test_times_and_values_are_given_back_as_they_stood(tocsin):
    text = HEADER + "2026-03-02T00:00:00+02:00,1.50\n2026-03-02T00:05:00+02:00, 2e1\n"

    found = rows(tocsin("detect", "-", stdin="﻿" + text.replace("\n", "\r\n")))

    assert [(row["timestamp"], row["value"]) for row in found] == [
        ("2026-03-02T00:00:00+02:00", "1.50"),
        ("2026-03-02T00:05:00+02:00", "2e1"),
    ]


def test_other_columns_another_order_and_empty_lines_are_passed_over(tocsin):
    result = tocsin("detect", "-", stdin="id,Value,Timestamp\n\nx,3,2026-03-02\n\ny,4,2026-03-03\n")

    assert result.exit_code == 0
    assert [row["value"] for row in rows(result)] == ["3", "4"]


@pytest.mark.parametrize("missing", ["", "NaN", "null", "n/a"])
def test_a_missing_value_is_time_not_watched_and_said_so(tocsin, missing):
    text = series([4, missing, 4, missing, 4])

    result = tocsin("detect", "-", stdin=text)

    assert result.exit_code == 0
    assert len(rows(result)) == 5
    assert rows(result)[1]["alarm"] == "0"
    assert "stdin, line 3: has no value" in result.stderr
    assert "stdin: 2 rows in all" in result.stderr


def test_times_that_repeat_or_go_back_are_said_so_and_lose_nothing(tocsin):
    lines = ["2026-03-02 00:00,1", "2026-03-02 00:05,1", "2026-03-02 00:05,1", "2026-03-01 23:00,1"]

    result = tocsin("detect", "-", stdin=HEADER + "\n".join(lines))

    assert result.exit_code == 0
    assert len(rows(result)) == 4
    assert "line 4: has the time of the row before" in result.stderr
    assert "line 5: is earlier" in result.stderr


def test_a_gap_is_no_calm_and_raises_no_alarm(tocsin):
    later = START + timedelta(days=9)
    text = series([10] * 1_000) + series([10] * 300, start=later).removeprefix(HEADER)

    result = tocsin("detect", "-", stdin=text)

    assert {row["alarm"] for row in rows(result)} == {"0"}


@pytest.mark.parametrize(
    ("line", "named"),
    [
        (b"2026-03-02", "line 3: a row needs timestamp and value"),
        (b"yesterday,1", "line 3: timestamp must be like 2026-03-31 17:05:00"),
        (b"0001-01-01T00:00:00+23:59,1", "line 3: timestamp"),
        (b"2026-03-02,many", "line 3: value must be a number, or empty where it is missing"),
        (b"2026-03-02,1_000", "line 3: value must be a number"),
        (b"2026-03-02,-4", "line 3: a count must be a number from 0 to 1,000,000,000,000, not -4"),
        (b"2026-03-02,inf", "line 3: a count must be a number"),
        (b"2026-03-02,1e300", "line 3: a count must be a number"),
        (b"2026-03-02,\xff", "line 3: not UTF-8"),
        (b'2026-03-02,"1', "line 3: not CSV"),
        (b"2026-03-02," + b"1" * 5_000, "line 3: over 4096 bytes"),
    ],
)
def test_a_bad_row_is_named_and_those_before_it_are_kept(tocsin, line, named):
    result = tocsin("detect", "-", stdin=b"timestamp,value\n2026-03-01,5\n" + line + b"\n2026-03-03,5\n")

    assert result.exit_code == 2
    assert f"stdin, {named}" in result.stderr
    assert len(rows(result)) == 1


@pytest.mark.parametrize("text", ["", "\n\n", "2026-03-02,5\n", "timestamp\n", "timestamp,value,value\n"])
def test_a_file_without_its_first_line_is_refused(tocsin, text):
    result = tocsin("detect", "-", stdin=text)

    assert result.exit_code == 2
    assert "timestamp,value" in result.stderr


@pytest.mark.parametrize("path", ["/nowhere/at/all.csv", "/"])
def test_a_file_that_cannot_be_read_is_named(tocsin, path):
    result = tocsin("detect", path)

    assert result.exit_code == 2
    assert path in result.stderr


def test_a_row_is_answered_before_the_next_one_comes():
    program = [sys.executable, "-c", "from tocsin_cli.main import main; main()", "detect", "-"]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=dict(os.environ)) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"timestamp,value\n2026-03-02 00:00,5\n")
        process.stdin.flush()
        assert process.stdout.readline() == b"timestamp,value,anomaly_score,alarm\n"
        assert process.stdout.readline().startswith(b"2026-03-02 00:00,5,0")
        process.stdin.close()
        assert process.wait() == 0
