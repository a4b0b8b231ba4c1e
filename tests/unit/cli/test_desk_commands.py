"""Protects: arm, pause, mark and explain keep who did what on a deployed stack, and wrong use changes nothing."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.support.samples import scored
from tests.support.tables import create_tables
from tocsin.adapters.dynamodb.cases import DynamoCaseStore
from tocsin.adapters.dynamodb.clients import DynamoClientStore
from tocsin.adapters.dynamodb.controls import DynamoControlStore
from tocsin.adapters.dynamodb.health import DynamoHealthStore
from tocsin.adapters.dynamodb.marks import DynamoMarkStore
from tocsin.adapters.dynamodb.mentions import DynamoMentionStore
from tocsin.domain.brand_state import BrandState
from tocsin.domain.client_file import parse_client
from tocsin.domain.controls import LONGEST_PAUSE, Act
from tocsin.domain.counters import total
from tocsin.domain.detector import Detector
from tocsin.domain.gaps import Gap
from tocsin.domain.health_news import HealthBook
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.marks import Verdict
from tocsin.domain.mention import Author
from tocsin.domain.reading import ScoredMention
from tocsin.domain.source_health import Coverage
from tocsin.services.assess import Assess
from tocsin.services.mark import Mark
from tocsin_cli import desk

CLIENT: dict[str, Any] = {
    "client": "acme",
    "name": "Acme GmbH",
    "timezone": "Europe/Kyiv",
    "language": "uk",
    "brands": [{"name": "Acme", "terms": ["acme"]}],
    "sources": [{"kind": "rss", "urls": ["https://news.example/feed.xml"]}],
    "responders": [{"name": "Duty desk", "email": "duty@agency.example", "phone": "+380441234567"}],
}

Tocsin = Callable[..., Any]
ClientFile = Callable[..., Path]
BRAND = "Acme"
NOW = datetime.now(UTC).replace(second=0, microsecond=0)
SHADOW = {"shadow": {"until": "2026-03-09"}}


class StoppedClock:
    def now(self) -> datetime:
        return NOW


class Stack:
    def __init__(self) -> None:
        dynamodb = boto3.client("dynamodb")
        mentions, cases = create_tables(dynamodb)
        self.outputs = {"MentionsTableName": mentions, "CasesTableName": cases}
        self.clients = DynamoClientStore(dynamodb, cases)
        self.cases = DynamoCaseStore(dynamodb, cases)
        self.controls = DynamoControlStore(dynamodb, cases)
        self.mentions = DynamoMentionStore(dynamodb, mentions)
        self.health = DynamoHealthStore(dynamodb, cases)
        self.marks = DynamoMarkStore(dynamodb, mentions)

    def deploy(self, **changes: Any) -> None:
        self.clients.save(parse_client(CLIENT | changes))

    def negative(self) -> int:
        return total(self.mentions.counts(BRAND, NOW - timedelta(hours=2), NOW + timedelta(hours=1))).negative


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    with mock_aws():
        made = Stack()
        monkeypatch.setattr(desk, "find_stack", lambda *_: SimpleNamespace(outputs=made.outputs))
        yield made


def test_a_person_arms_and_takes_it_back(tocsin: Tocsin, client_file: ClientFile, stack: Stack) -> None:
    stack.deploy(**SHADOW)
    file = client_file(**SHADOW)
    done = tocsin("arm", file, "--by", "olha", "--reason", "seven good nights")
    assert done.exit_code == 0, done.stderr
    assert "armed" in done.stdout
    again = tocsin("arm", file, "--by", "taras")
    assert (again.exit_code, "armed already, by olha" in again.stderr) == (2, True)
    assert tocsin("arm", file, "--undo", "--by", "taras").exit_code == 0
    assert [(each.by, each.act, each.reason) for each in stack.controls.load().changes] == [
        ("olha", Act.ARM, "seven good nights"), ("taras", Act.SHADOW, None),
    ]  # fmt: skip


def test_who_arms_is_known_by_aws(tocsin: Tocsin, client_file: ClientFile, stack: Stack) -> None:
    stack.deploy(**SHADOW)
    assert tocsin("arm", client_file(**SHADOW)).exit_code == 0
    [change] = stack.controls.load().changes
    assert change.by


def test_a_pause_is_bounded_and_can_be_ended(tocsin: Tocsin, client_file: ClientFile, stack: Stack) -> None:
    stack.deploy()
    file = client_file()
    done = tocsin("pause", file, "--until", "2h", "--by", "olha", "--reason", "launch")
    assert done.exit_code == 0, done.stderr
    pause = stack.controls.load().pause
    assert pause is not None
    assert timedelta(minutes=119) < pause.until - datetime.now(UTC) <= timedelta(hours=2)
    too_long = tocsin("pause", file, "--until", f"{LONGEST_PAUSE.days + 1}d")
    assert (too_long.exit_code, "at most 14 days" in too_long.stderr) == (2, True)
    assert tocsin("pause", file, "--resume").exit_code == 0
    over = tocsin("pause", file, "--resume")
    assert (over.exit_code, "nothing is paused" in over.stderr) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["pause"], "--until TIME or --resume"),
        (["pause", "--until", "soon"], "--until 'soon'"),
        (["pause", "--until", "2001-01-01"], "in the future"),
        (["pause", "--until", "99:99"], "--until '99:99'"),
        (["pause", "--until", "2h", "--resume"], "--until TIME or --resume"),
        (["pause", "--until", "2h", "--reason", " "], "--reason"),
        (["pause", "--until", "2h", "--by", ""], "--by"),
        (["arm"], "asks for no shadow"),
        (["mark", "a-mention"], "say of a mention its id"),
        (["mark", "a-mention", "awful"], "'awful' is no verdict: say not-negative, not-us, old, negative"),
        (["mark", "a-mention", "old"], "Acme has no such mention"),
        (["mark", "a-mention", "--undo"], "Acme has no such mention"),
        (["mark", "a-mention", "old", "--brand", "Bolt"], "--brand 'Bolt'"),
        (["mark", "--incident", "acme-1", "old"], "'old' is no verdict: say not-a-crisis, was-a-crisis"),
        (["mark", "--incident", "acme-1", "not-a-crisis"], "knows none of this name"),
        (["explain", "acme-acme-1"], "knows none of this name"),
        (["explain", "2026-99-01"], "TIME '2026-99-01'"),
        (["explain", "2999-01-01"], "in the future"),
        (["explain", "12:00", "--brand", "Bolt"], "--brand 'Bolt'"),
    ],
)
def test_wrong_use_is_named_and_changes_nothing(
    tocsin: Tocsin, client_file: ClientFile, stack: Stack, arguments: list[str], named: str
) -> None:
    stack.deploy()
    command, *rest = arguments
    result = tocsin(command, client_file(), *rest)
    assert result.exit_code == 2, result.stderr
    assert named in result.stderr
    assert result.stdout == ""
    assert stack.controls.load().version == 0


def test_a_pause_in_the_past_is_refused_before_anybody_signs_in(
    tocsin: Tocsin, client_file: ClientFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(*_: object) -> None:
        raise AssertionError("the stack was asked")

    monkeypatch.setattr("tocsin_cli.pause.desk_of", nobody)
    done = tocsin("pause", client_file(), "--until", "2001-01-01")
    assert (done.exit_code, "--until '2001-01-01': a pause must end in the future" in done.stderr) == (2, True)


@pytest.mark.parametrize("arguments", [["arm"], ["pause", "--until", "2h"], ["mark", "x", "old"], ["explain", "12:00"]])
def test_a_client_that_is_not_deployed_is_said(
    tocsin: Tocsin, client_file: ClientFile, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    with mock_aws():
        monkeypatch.setattr(desk, "find_stack", lambda *_: None)
        result = tocsin(arguments[0], client_file(), *arguments[1:])
    assert result.exit_code == 1
    assert "is not deployed" in result.stderr


def test_a_mark_corrects_the_counters_and_is_taken_back(tocsin: Tocsin, client_file: ClientFile, stack: Stack) -> None:
    stack.deploy()
    heard = [scored(number, at=NOW - timedelta(minutes=5), brand=BRAND) for number in range(3)]
    stack.mentions.record(BRAND, heard)
    one = heard[0].mention.id
    done = tocsin("mark", client_file(), one, "not-negative", "--json", "--by", "olha")
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout) == {
        "mention": one, "brand": BRAND, "before": "unmarked", "after": "not-negative", "by": "olha",
    }  # fmt: skip
    assert stack.negative() == 2
    assert tocsin("mark", client_file(), one, "--undo").exit_code == 0
    assert stack.negative() == 3


def test_what_is_not_us_proposes_what_to_exclude(tocsin: Tocsin, client_file: ClientFile, stack: Stack) -> None:
    stack.deploy()
    words = ["Acme cartoons are silly", "I hate Acme cartoons", "My Acme drill broke, awful"]
    heard = [
        scored(number, at=NOW - timedelta(minutes=5), brand=BRAND, title=None, text=text)
        for number, text in enumerate(words)
    ]
    stack.mentions.record(BRAND, heard)
    tocsin("mark", client_file(), heard[0].mention.id, "not-us")
    done = tocsin("mark", client_file(), heard[1].mention.id, "not-us", "--json")
    changes = [json.loads(line) for line in done.stdout.splitlines()[1:]]
    assert [(each["kind"], each["value"]) for each in changes] == [("add exclude", "acme cartoons")]
    assert stack.negative() == 1


def test_what_was_no_crisis_shifts_what_follows_for_a_time(
    tocsin: Tocsin, client_file: ClientFile, stack: Stack
) -> None:
    stack.deploy()
    storms = [
        Incident.opened(
            id=f"acme-acme-{number}", client="acme", brand=BRAND, level=Level.CRISIS, index=70, reasons=(), at=NOW
        )
        for number in (1, 2, 3)
    ]
    for version, storm in enumerate(storms, start=1):
        stack.cases.save_assessment(BrandState(brand=BRAND, version=version), incident=storm)

    def say(number: int, *said: str) -> float:
        done = tocsin("mark", client_file(), "--incident", f"acme-acme-{number}", *said, "--json", "--by", "olha")
        assert done.exit_code == 0, done.stderr
        shift = stack.cases.brand_state(BRAND).shift
        points = shift.points if shift else 0.0
        assert json.loads(done.stdout)["points"] == points
        return points

    # one verdict an incident, however often it is said; ten points at most; each can be taken back
    assert say(1, "not-a-crisis") == -5
    assert say(1, "not-a-crisis") == -5
    assert say(2, "not-a-crisis") == -10
    assert say(3, "not-a-crisis") == -10
    assert say(3, "was-a-crisis") == -10
    assert say(2, "--undo") == -5
    assert say(1, "was-a-crisis") == 0


def said_by(number: int, one: ScoredMention) -> ScoredMention:
    author = Author(id=f"author-{number}", followers=100)
    return one.model_copy(update={"mention": one.mention.model_copy(update={"author": author})})


def test_explain_says_why_and_that_the_same_inputs_give_the_same_level(
    tocsin: Tocsin, client_file: ClientFile, stack: Stack
) -> None:
    # GIVEN a storm that the deployed alarm has judged
    stack.deploy(**SHADOW)
    calm = [scored(1_000 + hour, at=NOW - timedelta(hours=hour), brand=BRAND, negative=False) for hour in range(4, 140)]
    storm = [
        said_by(
            number, scored(number, at=NOW - timedelta(minutes=number % 20), brand=BRAND, text=f"Acme {number} awful")
        )
        for number in range(40)
    ]
    for start in range(0, 140, 20):
        stack.mentions.record(BRAND, calm[start : start + 20])
    stack.mentions.record(BRAND, storm)
    cut = Gap(since=NOW - timedelta(days=1), until=NOW, heard=0.8)
    stack.health.save(HealthBook(version=1, coverage=Coverage(healthy=2, total=2, cut=(cut,))))
    assess = Assess(
        mentions=stack.mentions,
        cases=stack.cases,
        detector=Detector(),
        clock=StoppedClock(),
        controls=stack.controls,
        health=stack.health,
    )
    client = parse_client(CLIENT | SHADOW)
    outcome = assess.on_watch(client, BRAND)
    assert outcome is not None
    assert outcome.incident is not None
    assert outcome.outbox == ()
    # WHEN it is asked why
    done = tocsin("explain", client_file(**SHADOW), outcome.incident.id, "--json")
    # THEN all parts stand there, and today's rule comes to the same
    assert done.exit_code == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[0])
    assert said["check"]["same"] is True
    assert said["level"] == outcome.state.level.value
    assert said["mute"] == "shadow"
    assert said["heard"] == 0.8
    assert sum(part["points"] for part in said["parts"]) > 20
    # AND at a moment before it, why not
    quiet = tocsin("explain", client_file(**SHADOW), f"{NOW - timedelta(hours=3):%Y-%m-%dT%H:%M+00:00}", "--json")
    before = json.loads(quiet.stdout)
    assert (before["basis"], before["level"]) == ("recomputed", "calm")
    assert before["held"]
    assert before["heard"] == 0.8, "what was lost of that time is known for a quiet moment, too"
    # AND in words
    shown = tocsin("explain", client_file(**SHADOW), outcome.incident.id)
    assert "the same inputs give the same level and index again" in shown.stdout
    assert "the client was in shadow" in shown.stdout
    assert "coverage: about 80% of what is usual" in shown.stdout
    # AND the alarm that nobody heard is kept for the morning
    [silent] = stack.cases.silent(NOW - timedelta(hours=1), NOW + timedelta(hours=1), 5)
    assert silent.incident_id == outcome.incident.id


def test_tune_compares_thresholds_on_what_the_stack_has_kept(
    tocsin: Tocsin, client_file: ClientFile, stack: Stack
) -> None:
    # GIVEN a stack with a month of ordinary mentions and a storm among them, of which one was marked
    begin = NOW - timedelta(days=30)
    calm = [scored(1_000 + n, at=begin + timedelta(hours=14 * n), brand=BRAND, negative=False) for n in range(50)]
    storm = [
        said_by(n, scored(n, at=NOW - timedelta(days=3, minutes=20 - n), brand=BRAND, text=f"Acme {n * 7919} awful"))
        for n in range(20)
    ]
    stack.deploy()
    for start in range(0, 50, 10):
        stack.mentions.record(BRAND, calm[start : start + 10])
    stack.mentions.record(BRAND, storm)

    def rows() -> list[dict[str, Any]]:
        done = tocsin("tune", client_file(), "--json")
        assert done.exit_code == 0, done.stderr
        assert "70 mentions of 2" in done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    # WHEN thresholds are compared without a file THEN the storm is one alarm
    assert [row["alarms"] for row in rows() if row["shipped"]] == [1]
    # AND what people said of the mentions since counts: nobody was against the brand, or it was an old story
    marks = Mark(marks=stack.marks, clock=StoppedClock())
    for number, one in enumerate(storm):
        marks.mark(BRAND, one.mention.id, Verdict.NOT_NEGATIVE if number % 2 else Verdict.OLD, by="olha")
    assert [row["alarms"] for row in rows() if row["shipped"]] == [0]


def test_tune_of_a_stack_that_has_heard_nothing(tocsin: Tocsin, client_file: ClientFile, stack: Stack) -> None:
    stack.deploy()
    done = tocsin("tune", client_file())
    assert (done.exit_code, "has kept no mention" in done.stderr) == (1, True)
