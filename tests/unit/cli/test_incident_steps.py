"""Protects: everything that the pages of a case do is done from the desk too, and wrong use is named and changes
nothing."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import boto3
import pytest
import yaml
from moto import mock_aws

from tests.support.tables import create_tables
from tests.unit.cli.conftest import CLIENT
from tests.unit.cli.test_incident import DEPUTY, DUTY, ID, NOW, PEOPLE, ClientFile, Stack, Tocsin
from tocsin.adapters.dynamodb.clients import DynamoClientStore
from tocsin.domain.alert import Alert
from tocsin.domain.case.cause import Quotation
from tocsin.domain.case.file import CaseFile, CaseStatus, What
from tocsin.domain.case.texts import CaseText, Source, TextState
from tocsin.domain.client_file import parse_client
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, Channel
from tocsin.domain.text_kinds import Kind
from tocsin_cli import desk, freeze_everywhere, incident_desk

STAKEHOLDERS = {
    "stakeholders": [
        {"name": "Kitchen", "circle": "employees", "email": "kitchen@acme.example"},
        {"name": "Shops", "circle": "employees"},
    ]
}


class Case(Stack):
    def file(self, case: str = ID) -> CaseFile:
        found = self.cases.case_file(case)
        assert found is not None
        return found

    def what(self, case: str = ID) -> list[What]:
        return [event.what for event in self.cases.case_events(case)]


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Case]:
    with mock_aws():
        made = Case()
        monkeypatch.setattr(desk, "find_stack", lambda *_: SimpleNamespace(outputs=made.outputs))
        yield made


@pytest.fixture
def file(stack: Case, client_file: ClientFile) -> Path:
    stack.clients.save(parse_client(CLIENT | PEOPLE | STAKEHOLDERS))
    return client_file(**PEOPLE, **STAKEHOLDERS)


@pytest.fixture
def burning(stack: Case, file: Path) -> Path:
    stack.burn(parse_client(CLIENT | PEOPLE | STAKEHOLDERS))
    return file


def test_a_crisis_by_telephone_is_declared_raised_and_released(tocsin: Tocsin, stack: Case, file: Path) -> None:
    declared = tocsin("declare", file, "crisis", "--why", "the plant manager called", "--as", DUTY.upper(), "--json")
    assert declared.exit_code == 0, declared.stderr
    [said] = [json.loads(line) for line in declared.stdout.splitlines()]
    case = said["incident"]
    assert (said["level"], said["joined"]) == ("crisis", False)
    assert stack.file(case).declared_by == DUTY
    assert {item.kind for item in stack.cases.outbox_of(case)} == {AlertKind.RAISED}

    again = tocsin("declare", file, "issue", "--why", "again", "--as", DEPUTY)
    assert "it burns already" in again.stdout
    assert "stays there" in again.stdout
    raised = tocsin("incident", "level", file, case, "severe", "--why", "the ministry", "--as", DUTY)
    assert raised.exit_code == 0, raised.stderr
    assert "held at severe" in raised.stdout
    shown = tocsin("incident", "show", file, case)
    assert "held at severe by Duty desk" in shown.stdout
    assert "declared crisis by Duty desk «the plant manager called»" in shown.stdout
    assert tocsin("incident", "release", file, case, "--as", DUTY).exit_code == 0
    assert (found := stack.cases.incident(case)) is not None
    assert found.closed


def test_it_is_assigned_noted_handed_over_and_frozen(tocsin: Tocsin, stack: Case, burning: Path) -> None:
    for step in (
        ["assign", ID, "--to", DUTY, "--as", DEPUTY],
        ["note", ID, "Talked to the lab", "--as", DUTY],
        ["hand-over", ID, "--to", DEPUTY, "--why", "on a plane", "--as", DUTY],
        ["freeze", ID, "--as", DEPUTY],
        ["enquiry", ID, "Kyiv Post", "Is it true?", "--deadline", "3h", "--owner", DEPUTY, "--as", DEPUTY],
        ["answered", ID, "enquiry-2", "We look into it", "--as", DEPUTY],
    ):
        done = tocsin("incident", step[0], burning, *step[1:])
        assert done.exit_code == 0, done.stderr
    assert stack.what() == [
        What.ASSIGNED, What.NOTED, What.HANDED_OVER, What.FREEZE, What.ENQUIRY, What.ANSWERED,
    ]  # fmt: skip
    assert stack.file().owner == DEPUTY
    assert [task.id for task in stack.file().tasks] == ["task-1"]
    due = [item for item in stack.cases.outbox_of(ID) if item.kind is AlertKind.DUE]
    assert {item.about for item in due} == {("owner",), ("task-1",)}
    data = [json.loads(line) for line in tocsin("incident", "show", burning, ID, "--json").stdout.splitlines()]
    assert (data[0]["case"], data[0]["owner"], data[0]["tasks_open"]) == ("open", DEPUTY, ["task-1"])
    assert {line["what"] for line in data if "what" in line} == {what.value for what in stack.what()}


def test_dismissed_it_is_over_and_reopened_it_goes_on(tocsin: Tocsin, stack: Case, burning: Path) -> None:
    assert tocsin("incident", "dismiss", burning, ID, "--why", "a stunt", "--as", DUTY).exit_code == 0
    assert stack.file().status is CaseStatus.DISMISSED
    refused = tocsin("incident", "level", burning, ID, "crisis", "--why", "x", "--as", DUTY)
    assert refused.exit_code == 2
    assert "reopen it first" in refused.stderr
    assert tocsin("incident", "reopen", burning, ID, "--why", "it is true", "--as", DUTY).exit_code == 0
    unreviewed = tocsin("incident", "close", burning, ID, "--as", DUTY)
    assert unreviewed.exit_code == 2
    assert "finish its review" in unreviewed.stderr
    assert tocsin("incident", "close", burning, ID, "--why", "a stunt after all", "--as", DUTY).exit_code == 0
    assert stack.file().status is CaseStatus.CLOSED


def test_two_cases_are_linked_and_merged(tocsin: Tocsin, stack: Case, burning: Path) -> None:
    over = tocsin("incident", "dismiss", burning, ID, "--why", "x", "--as", DUTY)
    assert over.exit_code == 0, over.stderr
    tocsin("incident", "reopen", burning, ID, "--why", "y", "--as", DUTY)
    declared = tocsin("declare", burning, "issue", "--why", "the same again", "--as", DUTY, "--json")
    other = json.loads(declared.stdout)["incident"]
    linked = tocsin("incident", "link", burning, ID, other, "--as", DUTY)
    assert linked.exit_code == 0, linked.stderr
    assert (stack.file().links, stack.file(other).links) == ((other,), (ID,))
    merged = tocsin("incident", "merge", burning, other, "--into", ID, "--why", "one matter", "--as", DUTY)
    assert merged.exit_code == 0, merged.stderr
    assert stack.file(other).into == ID
    assert stack.cases.brand_state("Acme").incident_id == ID
    assert stack.storm().level is Level.ISSUE


def test_that_two_cases_may_be_one_is_told_with_the_reason_until_somebody_says_no(
    tocsin: Tocsin, stack: Case, burning: Path
) -> None:
    tocsin("incident", "dismiss", burning, ID, "--why", "x", "--as", DUTY)
    tocsin("incident", "reopen", burning, ID, "--why", "y", "--as", DUTY)
    file = stack.file()
    cause = file.cause.model_copy(update={"quotations": (Quotation(words="the cake poisoned my child, hospital"),)})
    stack.cases.save_case((file.with_(cause=cause, version=file.version + 1),))
    declared = tocsin("declare", burning, "issue", "--why", "a poisoned cake again, hospital", "--as", DUTY, "--json")
    other = json.loads(declared.stdout)["incident"]

    shown = tocsin("incident", "show", burning, other)
    assert f"may be one matter with {ID}: They are told of in the same words." in " ".join(shown.stdout.split())
    [first, *_] = [json.loads(line) for line in tocsin("incident", "show", burning, ID, "--json").stdout.splitlines()]
    assert first["maybe_one_with"] == [other]

    told = tocsin("incident", "apart", burning, other, ID, "--as", DUTY)
    assert told.exit_code == 0, told.stderr
    assert "may be one matter" not in tocsin("incident", "show", burning, ID).stdout
    assert tocsin("incident", "apart", burning, other, "acme-9", "--as", DUTY).exit_code == 2


def test_a_brief_is_shown_confirmed_and_sent_to_a_circle(tocsin: Tocsin, stack: Case, burning: Path) -> None:
    text = CaseText(
        id="text-1", kind=Kind.STAFF, language="en", text="We look into it.", source=Source.PERSON, author=DUTY, at=NOW,
        state=TextState.APPROVED, approved_by="deputy@agency.example",
    )  # fmt: skip
    stack.cases.save_case((CaseFile.opened(stack.storm(), version=1, texts=(text,)),))
    refused = tocsin("incident", "brief", burning, ID, "text-1", "--to", "Kitchen", "--as", DUTY, stdin="n\n")
    assert refused.exit_code == 1
    assert "We look into it." in refused.stdout
    assert stack.file().briefs == ()

    sent = tocsin("incident", "brief", burning, ID, "text-1", "--circle", "employees", "--as", DUTY, stdin="y\n")
    assert sent.exit_code == 0, sent.stderr
    assert "Shops: no address: tell them yourself" in sent.stdout
    assert [brief.name for brief in stack.file().briefs] == ["Kitchen"]
    told = tocsin("incident", "brief", burning, ID, "text-1", "--to", "Shops", "--as", DUTY, "--yes")
    assert "noted as told by other ways" in told.stdout
    assert [brief.name for brief in stack.file().briefs] == ["Kitchen", "Shops"]
    [item] = [item for item in stack.cases.outbox_of(ID) if item.kind is AlertKind.BRIEF]
    assert (item.address, item.text, item.approved_by) == ("kitchen@acme.example", "We look into it.", DUTY)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["note", "acme-9", "x", "--as", DUTY], "INCIDENT 'acme-9'"),
        (["note", ID, "x", "--as", "stranger@x.example"], "--as 'stranger@x.example'"),
        (["note", ID, " ", "--as", DUTY], "WORDS"),
        (["level", ID, "calm", "--why", "x", "--as", DUTY], "release its level, or dismiss it"),
        (["level", ID, "worse", "--why", "x", "--as", DUTY], "worse"),
        (["level", ID, "crisis", "--why", "x" * 301, "--as", DUTY], "--why"),
        (["assign", ID, "--to", "stranger@x.example", "--as", DUTY], "none of the responders"),
        (["merge", ID, "--into", ID, "--why", "x", "--as", DUTY], "into itself"),
        (["merge", ID, "--into", "acme-9", "--why", "x", "--as", DUTY], "INCIDENT 'acme-9'"),
        (["link", ID, "acme-9", "--as", DUTY], "INCIDENT 'acme-9'"),
        (["close", ID, "--as", DUTY], "the storm lasts"),
        (["enquiry", ID, "BBC", "?", "--deadline", "soon", "--as", DUTY], "--deadline 'soon'"),
        (["answered", ID, "enquiry-9", "x", "--as", DUTY], "no enquiry enquiry-9"),
        (["brief", ID, "text-9", "--to", "Kitchen", "--as", DUTY, "--yes"], "TEXT 'text-9'"),
        (["brief", ID, "text-9", "--as", DUTY, "--yes"], "--to NAME or --circle"),
        (["brief", ID, "text-9", "--circle", "media", "--as", DUTY, "--yes"], "none of the stakeholders"),
        (["answer-question", ID, "brief-1", "1", "x", "--as", DUTY], "no brief brief-1"),
    ],
)
def test_wrong_use_is_named_and_changes_nothing(
    tocsin: Tocsin, stack: Case, burning: Path, arguments: list[str], named: str
) -> None:
    command, *rest = arguments
    before = stack.storm()
    result = tocsin("incident", command, burning, *rest)
    assert result.exit_code == 2, result.stdout + result.stderr
    assert named in result.stderr
    assert stack.storm() == before
    assert stack.cases.case_file(ID) is None


def test_an_enquiry_is_given_to_another_who_hears_of_it(tocsin: Tocsin, stack: Case, burning: Path) -> None:
    asked = ["enquiry", ID, "BBC", "Is it true?", "--deadline", "3h", "--owner", DUTY, "--as", DUTY]
    for step in (asked, ["give-enquiry", ID, "enquiry-1", "--to", DEPUTY, "--as", DUTY]):
        done = tocsin("incident", step[0], burning, *step[1:])
        assert done.exit_code == 0, done.stderr
    assert stack.file().enquiries[0].owner == DEPUTY
    told = [item for item in stack.cases.outbox_of(ID) if item.kind is AlertKind.DUE]
    assert {(item.recipient, item.about) for item in told} == {(DEPUTY, ("enquiry-1",))}


@pytest.mark.parametrize("level", ["calm", "nonsense", ""])
def test_a_level_that_nobody_can_hold_is_refused_before_anything_is_asked(
    tocsin: Tocsin, file: Path, level: str
) -> None:
    for command in (("declare", file, level), ("incident", "level", file, "any-1", level)):
        result = tocsin(*command, "--why", "x", "--as", DUTY)
        assert (result.exit_code, result.stdout) == (2, "")
        assert "say watch, issue, crisis or severe" in result.stderr


def test_nothing_is_declared_of_a_stranger(tocsin: Tocsin, stack: Case, file: Path) -> None:
    result = tocsin("declare", file, "crisis", "--why", "x", "--as", DUTY, "--brand", "Nobody")
    assert result.exit_code == 2
    assert "Nobody is none of the brands" in result.stderr


class Sent:
    def __init__(self) -> None:
        self.to: list[tuple[str, Alert]] = []

    def send(self, alert: Alert, address: str) -> str:
        self.to.append((address, alert))
        return "id"


def test_posts_are_frozen_at_every_client_where_nothing_burns_by_a_message(
    tocsin: Tocsin, stack: Case, burning: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # GIVEN an agency with this client, one whose stack stands and is calm, and one that was never deployed
    folder, sent = tmp_path / "clients", Sent()
    folder.mkdir()
    for name in ("acme", "beta", "gamma"):
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(CLIENT | PEOPLE | {"client": name}), encoding="utf-8")
    dynamodb = boto3.client("dynamodb")
    mentions, cases = create_tables(dynamodb, "-beta")
    DynamoClientStore(dynamodb, cases).save(parse_client(CLIENT | PEOPLE | {"client": "beta"}))
    stacks = {"acme": stack.outputs, "beta": {"MentionsTableName": mentions, "CasesTableName": cases}}

    def find(client: str, *_: object) -> SimpleNamespace | None:
        return SimpleNamespace(outputs=stacks[client]) if client in stacks else None

    monkeypatch.setattr(desk, "find_stack", find)
    monkeypatch.setattr(freeze_everywhere, "find_stack", find)
    monkeypatch.setattr(freeze_everywhere, "FOLDER", folder)
    monkeypatch.setattr(freeze_everywhere, "deployed_channels", lambda *_: {Channel.EMAIL: sent})

    # WHEN posts are frozen everywhere
    done = tocsin("incident", "freeze", burning, ID, "--everywhere", "--as", DUTY)

    # THEN it is a task here, a mail to who answers there, and word of the one that is not there
    assert done.exit_code == 0, done.stderr
    assert [task.step for task in stack.file().tasks] == ["freeze_all"]
    assert [address for address, _ in sent.to] == [DUTY]
    assert sent.to[0][1].kind is AlertKind.DUE
    assert sent.to[0][1].due[0].words
    assert "not deployed" in done.stdout


def test_a_drill_freezes_nothing_at_other_clients(
    tocsin: Tocsin, stack: Case, burning: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(incident_desk, "freeze_elsewhere", lambda *given: asked.append(given))
    tocsin("incident", "note", burning, ID, "a drill of the night shift", "--as", DUTY)
    file = stack.file()
    stack.cases.save_case((file.with_(drill="Acme", version=file.version + 1),))

    done = tocsin("incident", "freeze", burning, ID, "--everywhere", "--as", DUTY)

    assert done.exit_code == 1
    assert "drill" in done.stderr
    assert asked == []
