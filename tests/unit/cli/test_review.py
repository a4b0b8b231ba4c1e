"""Protects: a review from the desk: figures, questions, changes that are in force at once and written into the file."""

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
from tests.unit.cli.conftest import CLIENT
from tocsin.adapters.dynamodb.cases import DynamoCaseStore
from tocsin.adapters.dynamodb.clients import DynamoClientStore
from tocsin.adapters.dynamodb.mentions import DynamoMentionStore
from tocsin.adapters.dynamodb.plans import DynamoPlanStore
from tocsin.domain.brand_state import BrandState
from tocsin.domain.case.file import CaseFile
from tocsin.domain.case.reviewing import QUESTIONS
from tocsin.domain.case.tasks import CaseTask, Plan, TaskState
from tocsin.domain.client_file import parse_client
from tocsin.domain.escalation import acknowledge, alarm
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind
from tocsin.domain.said import Words
from tocsin_cli import desk, playbooks
from tocsin_cli.playbooks import load_library

Tocsin = Callable[..., Any]
ClientFile = Callable[..., Path]
NOW = datetime.now(UTC).replace(microsecond=0)
BEGAN = NOW - timedelta(hours=9)
ID = "acme-acme-1"
DUTY, DEPUTY = "duty@agency.example", "deputy@agency.example"
PEOPLE = {
    "responders": [
        {"name": "Duty desk", "email": DUTY, "phone": "+380441234567", "role": "responsible"},
        {"name": "Lucía", "email": DEPUTY, "phone": "+34911234567", "role": "deputy"},
    ]
}


class Stack:
    """A storm that is over: the deputy took it, one task was an hour late."""

    def __init__(self) -> None:
        dynamodb = boto3.client("dynamodb")
        mentions, cases = create_tables(dynamodb)
        self.outputs = {"MentionsTableName": mentions, "CasesTableName": cases}
        self.clients, self.cases = DynamoClientStore(dynamodb, cases), DynamoCaseStore(dynamodb, cases)
        self.plans, self.mentions = DynamoPlanStore(dynamodb, cases), DynamoMentionStore(dynamodb, mentions)
        deployed = parse_client(CLIENT | PEOPLE)
        self.clients.save(deployed)
        library = load_library()
        self.plans.save_library(library)
        self.mentions.record("Acme", [scored(n, at=BEGAN - timedelta(hours=1), brand="Acme") for n in range(4)])
        storm = Incident.opened(id=ID, client="acme", brand="Acme", level=Level.CRISIS, index=70, reasons=(), at=BEGAN)
        moved = alarm(deployed, storm, AlertKind.RAISED, BEGAN)
        taken = acknowledge(deployed, moved.incident, DEPUTY, BEGAN + timedelta(minutes=4)).incident
        over = taken.releveled(Level.CALM, index=0, reasons=(), at=BEGAN + timedelta(hours=5))
        playbook = library.of("rumour")
        assert playbook is not None
        step = playbook.tasks[0]
        task = CaseTask(
            id=step.id, step=step.id, words=Words(en="Find out", uk="З’ясуйте", es="Averigüe"), role=step.owner,
            due_at=BEGAN + timedelta(minutes=15), state=TaskState.DONE, done_by=DEPUTY,
            done_at=BEGAN + timedelta(minutes=75),
        )  # fmt: skip
        plan = Plan(scenario="rumour", cited=playbook.cited, playbook=playbook, chosen_at=BEGAN)
        file = CaseFile.opened(storm, version=1, plan=plan, tasks=(task,))
        state = BrandState(brand="Acme", version=1, incident_id=ID, incident_no=1)
        final = over.model_copy(update={"version": 1})
        self.cases.save_assessment(state, incident=final, outbox=moved.outbox, file=file)


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    with mock_aws():
        made = Stack()
        monkeypatch.setattr(desk, "find_stack", lambda *_: SimpleNamespace(outputs=made.outputs))
        yield made


@pytest.fixture
def file(stack: Stack, client_file: ClientFile) -> Path:
    return client_file(**PEOPLE)


def changes(tocsin: Tocsin, file: Path) -> dict[str, str]:
    lines = [json.loads(line) for line in tocsin("review", "show", file, ID, "--json").stdout.splitlines()]
    return {one["place"]: one["id"] for one in lines[1]["review"]["changes"]}


def test_a_review_from_figures_to_the_changed_file(
    tocsin: Tocsin, stack: Stack, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # GIVEN a storm that is over
    shown = tocsin("review", "show", file, ID)
    assert shown.exit_code == 0, shown.stderr
    assert "From the first criticism to the first alert: 60 minutes (allowed: 15 minutes)." in shown.stdout
    assert "Duty desk was asked" in shown.stdout
    assert "Done 60 minutes late: Find out" in shown.stdout
    assert "begins when the storm is over" in shown.stdout

    # WHEN its review begins
    begun = tocsin("review", "begin", file, ID, "--as", DEPUTY)
    assert begun.exit_code == 0, begun.stderr
    proposed = changes(tocsin, file)
    task = next(place for place in proposed if place.startswith("playbook."))
    assert set(proposed) == {"responders.first", "thresholds.crisis", task}
    shown = tocsin("review", "show", file, ID).stdout
    assert "before: From 65 points on." in shown
    assert "after:  From 60 points on." in shown
    assert "after:  First Lucía, later Duty desk." in shown

    # AND a person accepts one of the file, one of the plan, and refuses the third
    for place in ("thresholds.crisis", task):
        done = tocsin("review", "accept", file, ID, proposed[place], "--as", DEPUTY)
        assert done.exit_code == 0, done.stderr
        assert "in force" in done.stdout
    refused = tocsin("review", "refuse", file, ID, proposed["responders.first"], "--as", DEPUTY, "--why", "she was ill")
    assert refused.exit_code == 0, refused.stderr

    # THEN they are in force
    loaded, library = stack.clients.load(), stack.plans.library()
    assert loaded is not None
    assert loaded.thresholds.crisis == 60
    assert library is not None
    playbook = library.of("rumour")
    assert playbook is not None
    assert playbook.cited == "rumour v2"
    assert playbook.tasks[0].within == 75

    # AND the desk is told what to write
    told = tocsin("client", "changes", file)
    assert told.exit_code == 0, told.stderr
    assert "The index from which it is CRISIS." in told.stdout
    assert "crisis: 60" in told.stdout
    assert task in told.stdout or "playbooks" in told.stdout
    monkeypatch.setattr(playbooks, "CLIENTS", tmp_path)
    written = tocsin("client", "changes", file, "--write")
    assert written.exit_code == 0, written.stderr
    assert "crisis: 60" in file.read_text(encoding="utf-8")
    assert playbooks.library_of("acme").of("rumour") == playbook
    stack.plans.save_library(playbooks.library_of("acme"))
    assert stack.plans.changes().changes == ()

    # AND it is finished only when all is answered
    early = tocsin("review", "finish", file, ID, "--as", DEPUTY)
    assert early.exit_code == 2
    assert "not answered yet" in early.stderr
    for question in QUESTIONS:
        assert tocsin("review", "answer", file, ID, question, "a bad batch", "--as", DEPUTY).exit_code == 0
    assert tocsin("review", "finish", file, ID, "--as", DEPUTY).exit_code == 0
    incident = stack.cases.incident(ID)
    assert incident is not None
    assert incident.state == "reviewed"


def test_what_proves_wrong_is_taken_back_at_once(tocsin: Tocsin, stack: Stack, file: Path) -> None:
    # GIVEN two changes that somebody has accepted
    tocsin("review", "begin", file, ID, "--as", DEPUTY)
    proposed = changes(tocsin, file)
    task = next(place for place in proposed if place.startswith("playbook."))
    for place in ("thresholds.crisis", task):
        assert tocsin("review", "accept", file, ID, proposed[place], "--as", DEPUTY).exit_code == 0

    # WHEN they are taken back
    for place in ("thresholds.crisis", task):
        back = tocsin("client", "changes", file, "--take-back", place)
        assert back.exit_code == 0, back.stderr

    # THEN all is as before, and the plan's version says that something was
    loaded, library = stack.clients.load(), stack.plans.library()
    assert loaded is not None
    assert loaded.thresholds.crisis == 65
    assert library is not None
    playbook = library.of("rumour")
    assert playbook is not None
    assert (playbook.cited, playbook.tasks[0].within) == ("rumour v3", 15)
    unknown = tocsin("client", "changes", file, "--take-back", "thresholds.crisis")
    assert unknown.exit_code == 2
    assert "no review has changed anything there" in unknown.stderr


def test_nothing_to_write_says_so(tocsin: Tocsin, stack: Stack, file: Path) -> None:
    told = tocsin("client", "changes", file)

    assert told.exit_code == 0
    assert "say everything" in told.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("accept", ID, "change-9", "--as", DEPUTY), "begins when the storm is over"),
        (("answer", ID, "cause", "x", "--as", "stranger@agency.example"), "none of the responders"),
        (("show", "acme-acme-9"), "knows none of this name"),
    ],
)
def test_wrong_use_is_named(tocsin: Tocsin, stack: Stack, file: Path, arguments: tuple[str, ...], said: str) -> None:
    command, *rest = arguments
    result = tocsin("review", command, file, *rest)

    assert result.exit_code == 2
    assert said in result.stderr
