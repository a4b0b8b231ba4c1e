"""Protects: links to answer are listed without being shown, and taken back for one person, one case, or all."""

import json
from datetime import timedelta

import boto3
import pytest

from tests.unit.cli.test_desk_commands import NOW, ClientFile, Stack, Tocsin, stack
from tocsin.adapters.clock import SystemClock
from tocsin.adapters.memory import MemorySecrets
from tocsin.domain.brand_state import BrandState
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, plan_alerts
from tocsin.services.links import LinkRefusedError, Links

__all__ = ["stack"]

KEY = "l" * 40
DUTY = "duty@agency.example"
PEOPLE = {
    "responders": [{"name": "Duty desk", "email": DUTY}, {"name": "Deputy", "email": "deputy@agency.example"}],
}


def links_of(stack: Stack, key: str = KEY) -> Links:
    return Links(
        clients=stack.clients, cases=stack.cases, secrets=MemorySecrets(links={"key": key}), clock=SystemClock(),
        public_url="https://t.example",
    )  # fmt: skip


def burn(stack: Stack) -> dict[str, str]:
    """An open incident of which each responder was sent a link: code by address."""
    stack.deploy(**PEOPLE)
    client = stack.clients.load()
    assert client is not None
    storm = Incident.opened(
        id="acme-1", client="acme", brand="Acme", level=Level.CRISIS, index=70, reasons=(), at=NOW - timedelta(hours=1)
    )
    issued = {one.email: links_of(stack).issue("acme-1", one.email) for one in client.responders}
    codes = {email: made[1] for email, made in issued.items() if made is not None}
    items = tuple(
        item.model_copy(update={"code": codes.get(item.recipient)})
        for item in plan_alerts(client, storm, AlertKind.RAISED, NOW)
    )
    state = BrandState(brand="Acme", version=1, level=Level.CRISIS, incident_id="acme-1")
    stack.cases.save_assessment(state, incident=storm, outbox=items)
    boto3.client("ssm").put_parameter(
        Name="/tocsin/acme/links/secret", Value=json.dumps({"key": KEY}), Type="SecureString"
    )
    return codes


def opens(stack: Stack, code: str, key: str = KEY) -> bool:
    try:
        return bool(links_of(stack, key).opened(code))
    except LinkRefusedError:
        return False


def test_who_may_answer_is_listed_and_no_link_is_shown(tocsin: Tocsin, client_file: ClientFile, stack: Stack) -> None:
    codes = burn(stack)
    done = tocsin("links", client_file(**PEOPLE))
    assert done.exit_code == 0, done.stderr
    assert done.stdout.count("open") == 2
    assert DUTY in done.stdout
    assert not [code for code in codes.values() if code in done.output]


def test_one_persons_links_are_taken_back(tocsin: Tocsin, client_file: ClientFile, stack: Stack) -> None:
    codes = burn(stack)
    done = tocsin("links", client_file(**PEOPLE), "--revoke", "--person", DUTY)
    assert done.exit_code == 0, done.stderr
    assert "1 links taken back" in done.stdout
    assert {email: opens(stack, code) for email, code in codes.items()} == {DUTY: False, "deputy@agency.example": True}
    assert "taken back" in tocsin("links", client_file(**PEOPLE), "--person", DUTY).stdout


def test_a_cases_links_are_taken_back_for_everybody(tocsin: Tocsin, client_file: ClientFile, stack: Stack) -> None:
    codes = burn(stack)
    assert tocsin("links", client_file(**PEOPLE), "--revoke", "--incident", "acme-1").exit_code == 0
    assert not [code for code in codes.values() if opens(stack, code)]


def test_a_new_key_takes_back_every_link_at_once(tocsin: Tocsin, client_file: ClientFile, stack: Stack) -> None:
    codes = burn(stack)
    assert tocsin("links", client_file(**PEOPLE), "--revoke", "--all").exit_code == 0
    kept = boto3.client("ssm").get_parameter(Name="/tocsin/acme/links/secret", WithDecryption=True)["Parameter"]
    key = json.loads(kept["Value"])["key"]
    assert len(key) >= 40
    assert key != KEY
    assert not [code for code in codes.values() if opens(stack, code, key)]


def test_while_nothing_burns_there_is_nothing_to_list(tocsin: Tocsin, client_file: ClientFile, stack: Stack) -> None:
    stack.deploy()
    done = tocsin("links", client_file())
    assert (done.exit_code, "nothing burns" in done.stdout) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--all"], "--all goes with --revoke"),
        (["--all", "--revoke", "--person", DUTY], "--all goes with --revoke"),
        (["--person", "eve@agency.example"], "--person 'eve@agency.example'"),
        (["--incident", "acme-9"], "--incident 'acme-9'"),
    ],
)
def test_wrong_use_is_named_and_takes_nothing_back(
    tocsin: Tocsin, client_file: ClientFile, stack: Stack, arguments: list[str], named: str
) -> None:
    codes = burn(stack)
    done = tocsin("links", client_file(**PEOPLE), *arguments)
    assert (done.exit_code, named in done.stderr) == (2, True)
    assert all(opens(stack, code) for code in codes.values())
