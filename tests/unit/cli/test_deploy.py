"""client deploy: what sam is told, and that the client's file is stored only beside a stack that stands."""

from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.support.tables import create_tables
from tocsin.adapters.dynamodb.clients import DynamoClientStore
from tocsin_cli import client_deploy
from tocsin_cli.aws import Stack

ARGUMENTS = ("--yes", "--sender-email", "alerts@agency.example", "--region", "eu-central-1")


@pytest.fixture
def account(monkeypatch):
    """A stack in an account; its status may be set."""
    told: dict[str, Any] = {"sam": [], "status": "CREATE_COMPLETE"}
    with mock_aws():
        dynamodb = boto3.client("dynamodb", region_name="eu-central-1")
        _, cases = create_tables(dynamodb, "acme")
        told["store"] = DynamoClientStore(dynamodb, cases)
        outputs = {"CasesTableName": cases}
        monkeypatch.setattr(client_deploy, "require_account", lambda _: "123456789012")
        monkeypatch.setattr(client_deploy, "_sam", lambda arguments, _: told["sam"].append(arguments))
        monkeypatch.setattr(client_deploy, "find_stack", lambda *_: Stack("tocsin-acme", told["status"], outputs, {}))
        yield told


def test_the_file_is_stored_beside_the_stack(tocsin, client_file, account):
    result = tocsin("client", "deploy", client_file(), *ARGUMENTS)

    assert result.exit_code == 0
    build, deploy = account["sam"]
    assert build[0] == "build"
    assert "--no-confirm-changeset" in deploy
    assert 'ParameterKey=ClientSlug,ParameterValue="acme"' in deploy
    assert 'ParameterKey=SmsSenderId,ParameterValue=""' in deploy, "a value that was taken away is cleared"
    assert 'client="acme"' in deploy
    stored = account["store"].load()
    assert stored is not None
    assert stored.client == "acme"


def test_a_stack_that_rolled_back_gets_no_file(tocsin, client_file, account):
    account["status"] = "UPDATE_ROLLBACK_COMPLETE"
    result = tocsin("client", "deploy", client_file(), *ARGUMENTS)

    assert result.exit_code == 1
    assert "UPDATE_ROLLBACK_COMPLETE" in result.stderr
    assert account["store"].load() is None
