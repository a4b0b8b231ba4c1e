"""Protects: the plan of a case is read and followed from the desk, what makes it worse is refused in sentences, and
wrong use is named and changes nothing."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.support.tables import create_tables
from tests.unit.cli.conftest import CLIENT
from tocsin.adapters.dynamodb.cases import DynamoCaseStore
from tocsin.adapters.dynamodb.clients import DynamoClientStore
from tocsin.adapters.dynamodb.plans import DynamoPlanStore
from tocsin.domain.brand_state import BrandState
from tocsin.domain.case.file import CaseFile
from tocsin.domain.case.tasks import CaseTask, TaskState
from tocsin.domain.client_file import parse_client
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin_cli import desk, plan
from tocsin_cli.playbooks import load_library

Tocsin = Callable[..., Any]
ID = "acme-acme-1"
DUTY, DEPUTY = "duty@agency.example", "deputy@agency.example"
PEOPLE = {
    "responders": [
        {"name": "Duty desk", "email": DUTY, "phone": "+380441234567", "role": "responsible"},
        {"name": "Lucía", "email": DEPUTY, "role": "deputy"},
    ],
}
NOW = datetime.now(UTC).replace(microsecond=0)


class Stack:
    def __init__(self) -> None:
        dynamodb = boto3.client("dynamodb")
        mentions, cases = create_tables(dynamodb)
        self.outputs = {"MentionsTableName": mentions, "CasesTableName": cases}
        self.plans = DynamoPlanStore(dynamodb, cases)
        self.cases = DynamoCaseStore(dynamodb, cases)
        DynamoClientStore(dynamodb, cases).save(parse_client(CLIENT | PEOPLE))
        self.plans.save_library(load_library())
        storm = Incident.opened(
            id=ID, client="acme", brand="Acme", level=Level.CRISIS, index=70, reasons=(), at=NOW - timedelta(minutes=5)
        )
        state = BrandState(brand="Acme", version=1, level=Level.CRISIS, incident_id=ID, incident_no=1)
        self.cases.save_assessment(state, incident=storm, file=CaseFile.opened(storm).with_(version=1))

    @property
    def file(self) -> CaseFile:
        found = self.cases.case_file(ID)
        assert found is not None
        return found

    def task(self, task_id: str) -> CaseTask:
        return next(one for one in self.file.tasks if one.id == task_id)


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    with mock_aws():
        made = Stack()
        monkeypatch.setattr(desk, "find_stack", lambda *_: SimpleNamespace(outputs=made.outputs))
        yield made


@pytest.fixture
def file(client_file: Callable[..., Path]) -> Path:
    return client_file(**PEOPLE)


def test_a_chosen_scenario_brings_its_plan_and_show_tells_all_of_it(tocsin: Tocsin, stack: Stack, file: Path) -> None:
    assert "no plan yet" in tocsin("plan", "show", file, ID).stdout
    chosen = tocsin("plan", "choose", file, ID, "data_leak", "--as", DUTY)
    assert chosen.exit_code == 0, chosen.stderr
    shown = tocsin("plan", "show", file, ID).stdout
    for said in ("data_leak v1", "Duty desk", "contain", "never: Do not make the numbers", "base information alone"):
        assert said in shown, said
    lines = [json.loads(line) for line in tocsin("plan", "show", file, ID, "--json").stdout.splitlines()]
    assert lines[0]["plan"]["cited"] == "data_leak v1"
    assert {line["task"]["id"] for line in lines if "task" in line} == {one.id for one in stack.file.tasks}


def test_tasks_are_taken_done_dropped_given_and_added(tocsin: Tocsin, stack: Stack, file: Path) -> None:
    tocsin("plan", "choose", file, ID, "rumour", "--as", DUTY)
    for arguments in (
        ("begin", "verify", "--as", DEPUTY),
        ("done", "verify", "--as", DEPUTY, "--note", "the plant says no"),
        ("drop", "report", "--as", DUTY, "--reason", "nothing forged"),
        ("give", "facts_page", DEPUTY, "--as", DUTY),
    ):
        task, *rest = arguments
        done = tocsin("plan", "task", task, file, ID, *rest)
        assert done.exit_code == 0, done.stderr
    added = tocsin("plan", "task", "add", file, ID, "Call the plant", "--as", DUTY, "--by", "2h", "--owner", DEPUTY)
    assert added.exit_code == 0, added.stderr
    assert (stack.task("verify").state, stack.task("verify").note) == (TaskState.DONE, "the plant says no")
    assert stack.task("report").state is TaskState.DROPPED
    assert stack.task("facts_page").owner == DEPUTY
    assert stack.file.tasks[-1].words.en == "Call the plant"
    again = tocsin("plan", "task", "done", file, ID, "verify", "--as", DUTY)
    assert again.exit_code == 2
    assert "verify is done already" in again.stderr


def test_an_answer_that_makes_it_worse_is_refused_in_sentences(tocsin: Tocsin, stack: Stack, file: Path) -> None:
    tocsin("plan", "choose", file, ID, "rumour", "--as", DUTY)
    refused = tocsin("plan", "posture", file, ID, "denial", "instruct", "--as", DUTY)
    assert refused.exit_code == 1
    assert "Nobody has found out yet whether it is true." in refused.stderr
    assert "A denial needs its proof" in refused.stderr
    assert stack.file.plan is not None
    assert stack.file.plan.strategies == ()
    settled = tocsin("plan", "posture", file, ID, "instruct", "adjust", "--as", DUTY)
    assert settled.exit_code == 0, settled.stderr
    unsigned = tocsin("plan", "sign", file, ID, "--as", DEPUTY)
    assert unsigned.exit_code == 2
    assert "nothing to sign" in unsigned.stderr


def test_a_clock_of_the_law_is_started_and_stopped(tocsin: Tocsin, stack: Stack, file: Path) -> None:
    tocsin("plan", "choose", file, ID, "data_leak", "--as", DUTY)
    since = (NOW - timedelta(hours=1)).isoformat()
    started = tocsin("plan", "clock", "start", file, ID, "gdpr_authority", "--as", DUTY, "--since", since)
    assert started.exit_code == 0, started.stderr
    assert stack.task("authority_in_time").due_at == NOW + timedelta(hours=71)
    assert "clock gdpr_authority runs until" in tocsin("plan", "show", file, ID).stdout
    stopped = tocsin("plan", "clock", "stop", file, ID, "gdpr_authority", "--as", DUTY, "--note", "told the authority")
    assert stopped.exit_code == 0, stopped.stderr
    assert stack.task("authority_in_time").state is TaskState.DONE


def test_criticism_stays_where_it_is(tocsin: Tocsin, stack: Stack, file: Path) -> None:
    url = "https://forum.example/1"
    kept = tocsin("plan", "remove", file, ID, url, "--as", DUTY, "--why", "criticism", "--evidence-kept")
    assert kept.exit_code == 1
    assert "Criticism is answered, never deleted or hidden" in kept.stderr
    unpublished = tocsin("plan", "remove", file, ID, url, "--as", DUTY, "--why", "spam")
    assert unpublished.exit_code == 1
    assert "No moderation policy of yours is published" in unpublished.stderr


def test_a_policy_that_the_file_does_not_name_is_looked_at_where_it_is_said_to_stand(
    tocsin: Tocsin, stack: Stack, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = (
        "We remove threats of violence, spam and advertising, personal data of others and what is against the law."
        " Criticism always stays, even where it is harsh or wrong: we answer it. " * 3
    )
    pages = {"https://acme.example/rules": rules, "https://acme.example/about": "We bake."}
    monkeypatch.setattr("tocsin_cli.plan.page_text", pages.__getitem__)
    url, asked = "https://forum.example/1", ("--as", DUTY, "--why", "spam", "--evidence-kept", "--policy")
    tocsin("plan", "choose", file, ID, "rumour", "--as", DUTY)
    refused = tocsin("plan", "remove", file, ID, url, *asked, "https://acme.example/about")
    assert refused.exit_code == 1
    assert "No moderation policy" in refused.stderr
    done = tocsin("plan", "remove", file, ID, url, *asked, "https://acme.example/rules")
    assert done.exit_code == 0, done.stderr
    wrong = tocsin("plan", "remove", file, ID, url, *asked, "our site")
    assert wrong.exit_code == 2
    assert "no http(s) address" in wrong.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("choose", "gossip", "--as", DUTY), "SCENARIO 'gossip'"),
        (("choose", "rumour", "--as", "nobody@agency.example"), "none of the responders"),
        (("posture", "shout", "--as", DUTY), "shout"),
    ],
)
def test_wrong_use_is_named_and_changes_nothing(
    tocsin: Tocsin, stack: Stack, file: Path, arguments: tuple[str, ...], said: str
) -> None:
    command, *rest = arguments
    refused = tocsin("plan", command, file, ID, *rest)
    assert refused.exit_code == 2
    assert said in refused.stderr
    assert stack.file.version == 1


def test_without_playbooks_it_says_how_they_come(tocsin: Tocsin, stack: Stack, file: Path) -> None:
    boto3.client("dynamodb").delete_item(
        TableName=stack.outputs["CasesTableName"], Key={"pk": {"S": "PLAN"}, "sk": {"S": "LIBRARY"}}
    )
    refused = tocsin("plan", "choose", file, ID, "rumour", "--as", DUTY)
    assert refused.exit_code == 1
    assert "tocsin client deploy brings them" in refused.stderr


def test_the_library_of_a_client_is_checked_and_listed(tocsin: Tocsin, client_file: Callable[..., Path]) -> None:
    listed = tocsin("plan", "library", client_file())
    assert listed.exit_code == 0
    assert "rumour v1: A rumour; victim, from issue up" in listed.stdout
    wrong = tocsin("plan", "library", client_file(), "--playbooks", "/nowhere")
    assert wrong.exit_code == 2
    assert "/nowhere: no such folder of playbooks" in wrong.stderr


class TestPolicies:
    def test_what_is_not_published_is_found_wanting(
        self, tocsin: Tocsin, client_file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pages = {"https://acme.example/help": "Write to help@acme.example: we answer within 4 hours. " * 10}
        monkeypatch.setattr(plan, "page_text", lambda url: pages[url])
        path = client_file(policies=[{"kind": "communication", "url": "https://acme.example/help"}])
        found = tocsin("plan", "policies", path)
        assert found.exit_code == 1
        assert "Communication policy (https://acme.example/help) is published" in found.stdout
        assert "Moderation policy: the client's file names none" in found.stdout
        lines = [json.loads(line) for line in tocsin("plan", "policies", path, "--json").stdout.splitlines()]
        assert [(line["kind"], line["published"]) for line in lines] == [("communication", True), ("moderation", False)]

    def test_a_template_comes_in_the_clients_language_with_its_name(
        self, tocsin: Tocsin, client_file: Callable[..., Path]
    ) -> None:
        printed = tocsin("plan", "policies", client_file(), "--template", "moderation")
        assert printed.exit_code == 0
        assert "Критика залишається" in printed.stdout
        english = tocsin("plan", "policies", client_file(), "--template", "communication", "--language", "en").stdout
        assert english.startswith("# How to reach Acme")
        wrong = tocsin("plan", "policies", client_file(), "--template", "communication", "--language", "../../x")
        assert wrong.exit_code == 2
