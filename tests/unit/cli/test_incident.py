"""Protects: a case is read and answered from the desk as by a link, and wrong use is named and changes nothing."""

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
from tocsin.adapters.dynamodb.cases import DynamoCaseStore
from tocsin.adapters.dynamodb.clients import DynamoClientStore
from tocsin.domain.brand_state import BrandState
from tocsin.domain.client import Client
from tocsin.domain.client_file import parse_client
from tocsin.domain.escalation import alarm
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, Channel, Delivery, DeliveryState, DeliveryStatus
from tocsin_cli import desk

Tocsin = Callable[..., Any]
ClientFile = Callable[..., Path]
NOW = datetime.now(UTC).replace(microsecond=0)
ID = "acme-acme-1"
DUTY, DEPUTY, HEAD = "duty@agency.example", "deputy@agency.example", "head@acme.example"
PEOPLE = {
    "responders": [
        {"name": "Duty desk", "email": DUTY, "phone": "+380441234567", "role": "responsible", "region": "Київ"},
        {"name": "Lucía", "email": DEPUTY, "phone": "+34911234567", "role": "deputy"},
    ],
    "client_contacts": [{"name": "Head of press", "email": HEAD, "phone": "+4930123456"}],
}


class Stack:
    def __init__(self) -> None:
        dynamodb = boto3.client("dynamodb")
        mentions, cases = create_tables(dynamodb)
        self.outputs = {"MentionsTableName": mentions, "CasesTableName": cases}
        self.clients = DynamoClientStore(dynamodb, cases)
        self.cases = DynamoCaseStore(dynamodb, cases)

    def burn(self, of: Client) -> None:
        storm = Incident.opened(
            id=ID, client="acme", brand="Acme", level=Level.CRISIS, index=70, reasons=(), at=NOW - timedelta(minutes=1)
        )
        moved = alarm(of, storm, AlertKind.RAISED, NOW - timedelta(minutes=1))
        state = BrandState(brand="Acme", version=1, level=Level.CRISIS, incident_id=ID, incident_no=1)
        self.cases.save_assessment(state, incident=moved.incident, outbox=moved.outbox)

    def storm(self) -> Incident:
        found = self.cases.incident(ID)
        assert found is not None
        return found


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch, client_file: ClientFile) -> Iterator[Stack]:
    with mock_aws():
        made = Stack()
        monkeypatch.setattr(desk, "find_stack", lambda *_: SimpleNamespace(outputs=made.outputs))
        yield made


@pytest.fixture
def file(stack: Stack, client_file: ClientFile) -> Path:
    from tests.unit.cli.conftest import CLIENT

    deployed = parse_client(CLIENT | PEOPLE)
    stack.clients.save(deployed)
    stack.burn(deployed)
    return client_file(**PEOPLE)


def test_list_says_what_burns_and_who_has_it(tocsin: Tocsin, stack: Stack, file: Path) -> None:
    shown = tocsin("incident", "list", file)
    assert shown.exit_code == 0, shown.stderr
    assert ID in shown.stdout
    assert "nobody has it" in shown.stdout
    assert tocsin("incident", "ack", file, ID, "--as", DUTY).exit_code == 0
    assert "Duty desk has it" in tocsin("incident", "list", file).stdout
    [line] = tocsin("incident", "list", file, "--json").stdout.splitlines()
    assert json.loads(line)["holders"] == [DUTY]


def test_show_tells_every_step_and_what_became_of_every_message(tocsin: Tocsin, stack: Stack, file: Path) -> None:
    items = {(item.channel, item.recipient): item for item in stack.cases.outbox_of(ID)}
    sms = items[Channel.SMS, DUTY]
    stack.cases.update_outbox(
        sms.model_copy(update={"status": DeliveryStatus.CANCELLED, "last_error": "the month's limit", "version": 2})
    )
    mail = items[Channel.EMAIL, DEPUTY]
    bounced = Delivery(state=DeliveryState.BOUNCED, at=NOW, reason="mailbox\x1b[31m full")
    facts = {"status": DeliveryStatus.SENT, "sent_at": NOW, "delivery": bounced, "version": 2}
    stack.cases.update_outbox(mail.model_copy(update=facts))

    shown = tocsin("incident", "show", file, ID)
    assert shown.exit_code == 0, shown.stderr
    assert "sms to Duty desk, +380441234567: raised, cancelled: the month's limit" in shown.stdout
    assert "email to Lucía: raised, bounced at" in shown.stdout
    assert "\x1b" not in shown.stdout
    data = [json.loads(line) for line in tocsin("incident", "show", file, ID, "--json").stdout.splitlines()]
    assert data[0]["incident"] == ID
    assert {line["message"] for line in data if "message" in line} == {item.id for item in stack.cases.outbox_of(ID)}
    assert [line["at"] for line in data[1:]] == sorted(line["at"] for line in data[1:])


def test_a_case_is_taken_acted_on_and_left_unanswered_by_decision(tocsin: Tocsin, stack: Stack, file: Path) -> None:
    assert "taken" in tocsin("incident", "ack", file, ID, "--as", DUTY).stdout
    assert "it was so already" in tocsin("incident", "ack", file, ID, "--as", DUTY).stdout
    acted = tocsin("incident", "act", file, ID, "--as", DUTY, "--note", "called the client", "--responded")
    assert acted.exit_code == 0, acted.stderr
    silent = tocsin("incident", "silence", file, ID, "--as", DUTY, "--reason", "few saw it", "--look-at", "2h")
    assert silent.exit_code == 0, silent.stderr
    paging = stack.storm().paging
    assert paging is not None
    assert paging.responded_at is not None
    assert paging.decision is not None
    assert timedelta(minutes=119) < paging.decision.look_at - datetime.now(UTC) <= timedelta(hours=2)


def test_who_cannot_hands_it_on_at_once(tocsin: Tocsin, stack: Stack, file: Path) -> None:
    before = stack.storm().alert_no
    assert "handed on" in tocsin("incident", "decline", file, ID, "--as", DUTY).stdout
    assert stack.storm().paging is not None
    assert stack.storm().version > 1
    assert stack.storm().alert_no >= before


def test_the_client_is_told_only_what_was_shown_and_confirmed(tocsin: Tocsin, stack: Stack, file: Path) -> None:
    text = file.parent / "text.txt"
    text.write_text("We know of it.\nNext word at 14:00.\n", encoding="utf-8")
    refused = tocsin("incident", "tell", file, ID, HEAD, "--as", DUTY, "--text", text, stdin="n\n")
    assert refused.exit_code == 1
    assert "Next word at 14:00." in refused.stdout
    assert not [item for item in stack.cases.outbox_of(ID) if item.kind is AlertKind.CLIENT]

    told = tocsin("incident", "tell", file, ID, HEAD, "--as", DUTY, "--text", text, stdin="y\n")
    assert told.exit_code == 0, told.stderr
    [item] = [item for item in stack.cases.outbox_of(ID) if item.kind is AlertKind.CLIENT]
    assert (item.text, item.approved_by, item.recipient) == ("We know of it.\nNext word at 14:00.", DUTY, HEAD)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["show", "acme-9"], "INCIDENT 'acme-9'"),
        (["ack", "acme-9", "--as", DUTY], "INCIDENT 'acme-9'"),
        (["ack", ID, "--as", "stranger@x.example"], "--as: "),
        (["act", ID, "--as", DUTY, "--note", " "], "--note"),
        (["silence", ID, "--as", DUTY, "--reason", "x", "--look-at", "soon"], "--look-at 'soon'"),
        (["silence", ID, "--as", DUTY, "--reason", "x" * 301, "--look-at", "2h"], "--reason"),
        (["silence", ID, "--as", DUTY, "--reason", "x", "--look-at", "30d"], "within 7 days"),
        (["tell", ID, HEAD, "--as", DUTY, "--text", "-"], "--yes"),
        (["tell", ID, "who@x.example", "--as", DUTY, "--text", "FILE"], "none of the client_contacts"),
    ],
)
def test_wrong_use_is_named_and_changes_nothing(
    tocsin: Tocsin, stack: Stack, file: Path, arguments: list[str], named: str
) -> None:
    text = file.parent / "text.txt"
    text.write_text("words", encoding="utf-8")
    command, *rest = arguments
    before = stack.storm()
    result = tocsin("incident", command, file, *(text if one == "FILE" else one for one in rest))
    assert result.exit_code == 2, result.stdout + result.stderr
    assert named in result.stderr
    assert stack.storm() == before


def test_an_air_raid_alert_is_told_seen_and_ended(tocsin: Tocsin, stack: Stack, file: Path) -> None:
    assert "no alert is on" in tocsin("raid", file).stdout
    on = tocsin("raid", file, "on", "київ")
    assert on.exit_code == 0, on.stderr
    assert stack.cases.raids().active(datetime.now(UTC)) == {"київ"}
    [line] = tocsin("raid", file, "--json").stdout.splitlines()
    assert json.loads(line)["region"] == "Київ"
    assert "no alert is on" in tocsin("raid", file, "off", "Київ").stdout


@pytest.mark.parametrize(
    ("arguments", "named"),
    [(["on"], "say on or off"), (["on", "Lviv"], "REGION 'Lviv'"), (["maybe", "Київ"], "maybe")],
)
def test_a_wrong_region_or_turn_is_named(
    tocsin: Tocsin, stack: Stack, file: Path, arguments: list[str], named: str
) -> None:
    result = tocsin("raid", file, *arguments)
    assert result.exit_code == 2
    assert named in result.stderr
    assert stack.cases.raids().version == 0
