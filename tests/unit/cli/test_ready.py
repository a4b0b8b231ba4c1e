"""Protects: a test message proves a way only by its receipt; `tocsin ready` ends with 1 when something is wanting."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.support.tables import create_tables
from tests.unit.cli.conftest import CLIENT
from tocsin.adapters.clock import SystemClock
from tocsin.adapters.dynamodb.cases import DynamoCaseStore
from tocsin.adapters.dynamodb.clients import DynamoClientStore
from tocsin.adapters.dynamodb.plans import DynamoPlanStore
from tocsin.adapters.dynamodb.readiness import DynamoReadinessStore
from tocsin.adapters.memory import MemorySecrets
from tocsin.domain.alert import Alert
from tocsin.domain.client_file import parse_client
from tocsin.domain.errors import DeliveryError
from tocsin.domain.outbox import Channel, Delivery, DeliveryState, DeliveryStatus
from tocsin.domain.readiness_report import Check, Found
from tocsin.ports import AlertChannel
from tocsin.services.escalate import Escalate
from tocsin.services.links import Links
from tocsin.services.reached import reached
from tocsin.services.readiness import kept_under
from tocsin_cli import desk, ready
from tocsin_cli.alert_test import _send_all
from tocsin_cli.drill_channels import ways
from tocsin_cli.output import Screen
from tocsin_cli.playbooks import load_library

Tocsin = Callable[..., Any]
DUTY = "duty@agency.example"
OF = parse_client(CLIENT)


class Stack:
    def __init__(self) -> None:
        dynamodb = boto3.client("dynamodb")
        mentions, cases = create_tables(dynamodb)
        self.outputs = {"MentionsTableName": mentions, "CasesTableName": cases}
        self.parameters = {"SmsMonthlyLimit": "20"}
        self.clients, self.cases = DynamoClientStore(dynamodb, cases), DynamoCaseStore(dynamodb, cases)
        self.readiness = DynamoReadinessStore(dynamodb, cases)
        self.clients.save(OF)
        DynamoPlanStore(dynamodb, cases).save_library(load_library())


class Kept:
    """A provider that takes everything but what it is told to refuse."""

    def __init__(self, *, refuse: bool = False) -> None:
        self.refuse = refuse
        self.ids: list[str] = []
        self.links: list[str | None] = []

    def send(self, alert: Alert, address: str) -> str:
        if self.refuse:
            raise DeliveryError("no such number", permanent=True)
        self.ids.append(alert.id)
        self.links.append(alert.answer)
        return "taken"


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    with mock_aws():
        made = Stack()
        found = SimpleNamespace(outputs=made.outputs, parameters=made.parameters)
        monkeypatch.setattr(desk, "find_stack", lambda *_: found)
        monkeypatch.setattr(ready, "find_stack", lambda *_: found)
        yield made


def people(tocsin: Tocsin, file: Path) -> list[dict[str, str]]:
    result = tocsin("ready", file, "--json")
    assert result.exit_code == 1
    found = [json.loads(line) for line in result.stdout.splitlines()]
    return [one for one in found if one["check"] == "people"]


def send_tests(stack: Stack, channels: dict[Channel, AlertChannel], links: Links | None = None) -> None:
    _send_all(OF, list(ways(OF, everything=True)), channels, Screen(json_lines=True), stack.cases, links)


def test_a_test_message_proves_a_way_when_its_receipt_came(
    tocsin: Tocsin, stack: Stack, client_file: Callable[..., Path]
) -> None:
    # GIVEN nobody was ever tried
    assert "never tried" in people(tocsin, client_file())[0]["text"]

    # WHEN a test message has left, it is no proof yet
    sms = Kept()
    send_tests(stack, {Channel.EMAIL: Kept(), Channel.SMS: sms})
    assert "nothing tells that it arrived" in people(tocsin, client_file())[0]["text"]
    # AND it becomes one by the receipt, which finds it as it finds an alert's
    receipt = Delivery(state=DeliveryState.DELIVERED, at=SystemClock().now())
    escalate = Escalate(clients=stack.clients, cases=stack.cases, clock=SystemClock())
    assert escalate.receipt(sms.ids[0], receipt)

    # AND what was found is kept for the page and the mail
    kept = stack.readiness.load()
    assert kept is not None
    assert kept.of_check(Check.PEOPLE)[0].found is Found.WAY_UNPROVEN

    # THEN they are proven
    assert [one["state"] for one in people(tocsin, client_file())] == ["ok"]


def test_one_tap_on_the_link_of_a_test_message_proves_its_way(
    tocsin: Tocsin, stack: Stack, client_file: Callable[..., Path]
) -> None:
    # GIVEN a provider that tells of nothing, and links in the messages
    keys = MemorySecrets(links={"key": "k" * 40})
    links = Links(
        clients=stack.clients, cases=stack.cases, secrets=keys, clock=SystemClock(), public_url="https://a.example"
    )
    mail, sms = Kept(), Kept()
    send_tests(stack, {Channel.EMAIL: mail, Channel.SMS: sms}, links)
    assert "nothing tells that it arrived" in people(tocsin, client_file())[0]["text"]
    assert len({*mail.links, *sms.links}) == len(mail.links) + len(sms.links)
    # WHEN each who got an SMS taps THEN they are proven
    for address in sms.links:
        assert address is not None
        reached(stack.cases, links.opened(address.rpartition("/")[2]), SystemClock())
    assert [one["state"] for one in people(tocsin, client_file())] == ["ok"]


@pytest.mark.parametrize("public_url", ["https://a.example", ""])
def test_links_are_promised_where_messages_have_them_alone(
    stack: Stack, capsys: pytest.CaptureFixture[str], public_url: str
) -> None:
    keys = MemorySecrets(links={"key": "k" * 40})
    links = Links(clients=stack.clients, cases=stack.cases, secrets=keys, clock=SystemClock(), public_url=public_url)
    mail, sms, call = Kept(), Kept(), Kept()
    send_tests(stack, {Channel.EMAIL: mail, Channel.SMS: sms, Channel.CALL: call}, links)
    said = capsys.readouterr().err
    linked = [one for one in (*mail.links, *sms.links, *call.links) if one is not None]
    assert ("one tap on it proves the way" in said) is bool(linked)
    assert ("no message has a link" in said) is not bool(linked)


def test_a_lost_one_is_wanting_and_a_refused_one_is_no_proof(
    tocsin: Tocsin, stack: Stack, client_file: Callable[..., Path]
) -> None:
    mail = Kept()
    send_tests(stack, {Channel.EMAIL: mail, Channel.SMS: Kept(refuse=True)})
    escalate = Escalate(clients=stack.clients, cases=stack.cases, clock=SystemClock())
    escalate.receipt(mail.ids[0], Delivery(state=DeliveryState.BOUNCED, at=SystemClock().now()))

    said = [one["text"] for one in people(tocsin, client_file()) if one["state"] == "wanting"]

    assert any("e-mail" in text and "was lost" in text for text in said)
    refused = [one for one in stack.cases.outbox_of(kept_under(OF)) if one.channel is Channel.SMS]
    assert [one.status for one in refused] == [DeliveryStatus.CANCELLED]


def test_offline_needs_no_stack_and_says_what_it_could_not_see(
    tocsin: Tocsin, client_file: Callable[..., Path]
) -> None:
    result = tocsin("ready", client_file(), "--offline")

    assert result.exit_code == 1
    assert "? people" in result.stdout
    assert "✓ playbooks: A playbook for each of 22 scenarios" in result.stdout
    assert "checks could not look" in result.stdout
    assert "is not ready" in result.stderr
