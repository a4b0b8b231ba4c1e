"""Protects: the alarm on old alerts watches exactly the metric that watch writes, and log lines are one JSON each."""

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.template.transform import Template, load
from tocsin.services.second_opinion import USED_UP
from tocsin.services.watch import OLDEST_UNDELIVERED

CODE = """
import logging
from tocsin.entry.observability import EmfMetrics, logger
EmfMetrics("acme").gauge("{metric}", 301.0)
logger.info("from the entry point", mentions=3)
logging.getLogger("tocsin.services.fetch").warning("from a use-case", extra={{"source": "rss-1"}})
"""


@pytest.fixture(scope="module")
def lines() -> list[Any]:
    """What a cold function with watch's environment writes."""
    done = subprocess.run(
        [sys.executable, "-c", CODE.format(metric=OLDEST_UNDELIVERED)],
        env={"POWERTOOLS_SERVICE_NAME": watch(load())["POWERTOOLS_SERVICE_NAME"], "PATH": "/usr/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return [json.loads(line) for line in done.stdout.splitlines()]


def watch(template: Template) -> Any:
    return template["Resources"]["Watch"]["Properties"]["Environment"]["Variables"]


def test_the_alarm_watches_the_metric_that_is_written(lines: list[Any]) -> None:
    metric = next(line for line in lines if "_aws" in line)
    [written] = metric["_aws"]["CloudWatchMetrics"]
    alarm = load()["Resources"]["AlertsAgeAlarm"]["Properties"]

    assert written["Namespace"] == alarm["Namespace"]
    assert [entry["Name"] for entry in written["Metrics"]] == [alarm["MetricName"]]
    [dimensions] = written["Dimensions"]
    wanted = {entry["Name"]: entry["Value"] for entry in alarm["Dimensions"]}
    assert set(dimensions) == set(wanted)
    assert metric["service"] == wanted["service"]
    assert wanted["client"] == {"Ref": "ClientSlug"}
    assert metric["client"] == "acme"


def test_the_alarm_of_the_readers_budget_watches_what_scoring_writes() -> None:
    resources = load()["Resources"]
    alarm = resources["ReaderBudgetAlarm"]["Properties"]
    service = resources["ScoreMentions"]["Properties"]["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"]
    done = subprocess.run(
        [sys.executable, "-c", CODE.format(metric=USED_UP)],
        env={"POWERTOOLS_SERVICE_NAME": service, "PATH": "/usr/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    metric = next(line for line in map(json.loads, done.stdout.splitlines()) if "_aws" in line)
    [written] = metric["_aws"]["CloudWatchMetrics"]
    assert (written["Namespace"], written["Metrics"][0]["Name"]) == (alarm["Namespace"], alarm["MetricName"])
    wanted = {entry["Name"]: entry["Value"] for entry in alarm["Dimensions"]}
    assert set(written["Dimensions"][0]) == set(wanted)
    assert metric["service"] == wanted["service"] == service


def test_lines_of_entry_and_of_use_cases_have_one_form_and_come_once(lines: list[Any]) -> None:
    logged = [line for line in lines if "_aws" not in line]
    assert [line["message"] for line in logged] == ["from the entry point", "from a use-case"]
    assert logged[0]["mentions"] == 3
    assert logged[1]["source"] == "rss-1"
    assert {line["service"] for line in logged} == {"watch"}
