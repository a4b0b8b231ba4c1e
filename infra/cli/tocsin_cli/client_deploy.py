"""`tocsin client deploy`: a client's own stack in the agency's account, and its file beside it."""

import os
import subprocess
import sys
from typing import Annotated

import typer

from tocsin.adapters.dynamodb.clients import DynamoClientStore
from tocsin.domain.client import Client
from tocsin_cli.agency import Agency, load_agency
from tocsin_cli.aws import DEFAULT_REGION, aws_client, find_stack, require_account, stack_name
from tocsin_cli.errors import BadInputError, FoundWantingError
from tocsin_cli.files import STDIN, load_client
from tocsin_cli.output import Screen
from tocsin_local.build import overrides
from tocsin_local.paths import ROOT, template, tool


def deploy(
    file: Annotated[str, typer.Argument(help="The client's file.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before the change set is carried out.")] = False,
    sender_email: Annotated[str | None, typer.Option(help="The address that alerts come from.")] = None,
    sms_sender_id: Annotated[str | None, typer.Option(help="The name that an SMS shows as its sender.")] = None,
    operator_email: Annotated[str | None, typer.Option(help="Who is told when the stack itself is ill.")] = None,
    region: Annotated[str | None, typer.Option(help=f"AWS region; {DEFAULT_REGION} without.")] = None,
) -> None:
    """Build and deploy a client's stack, then store its file there. Settings come from infra/agency.yaml or options."""
    client = load_client(file)
    agency = load_agency(
        sender_email=sender_email, sms_sender_id=sms_sender_id, operator_email=operator_email, region=region
    )
    if agency.sender_email is None:
        raise BadInputError("say which address alerts come from: --sender-email, or sender_email in infra/agency.yaml")
    if not yes and (file == STDIN or not sys.stdin.isatty()):
        raise BadInputError("no terminal to ask on: add --yes to deploy without being asked")
    screen = Screen()
    where = agency.region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or DEFAULT_REGION
    account = require_account(where)
    screen.step(f"deploying {stack_name(client.client)} to account {account}, {where}")
    _sam(["build", "--template-file", str(template())], where)
    _sam(_deploy_arguments(client, agency, yes=yes), where)
    stack = find_stack(client.client, where)
    if stack is None or not stack.status.endswith("_COMPLETE") or "ROLLBACK" in stack.status:
        state = stack.status if stack else "not there"
        raise FoundWantingError(f"the stack is {state}: the client's file was not stored")
    DynamoClientStore(aws_client("dynamodb", where), stack.outputs["CasesTableName"]).save(client)
    screen.say(f"{stack.name} is {stack.status}; its file is stored, and the next minute listens by it", "green")
    screen.say(f"try the way to its people: tocsin test-alert {file} --deployed")


def _deploy_arguments(client: Client, agency: Agency, *, yes: bool) -> list[str]:
    parameters = {
        "ClientSlug": client.client,
        "SenderEmail": agency.sender_email or "",
        "SmsSenderId": agency.sms_sender_id,
        "OperatorEmail": agency.operator_email or "",
        "LogRetentionDays": str(agency.log_retention_days),
        "PermissionsBoundary": agency.permissions_boundary,
    }
    tags = {"product": "tocsin", "client": client.client, **agency.tags}
    return [
        "deploy",
        "--stack-name",
        stack_name(client.client),
        "--no-confirm-changeset" if yes else "--confirm-changeset",
        "--parameter-overrides",
        *overrides(parameters),
        "--tags",
        *(f'{key}="{value}"' for key, value in tags.items()),
    ]


def _sam(arguments: list[str], region: str) -> None:
    """Its output is the person's to read: the change set stands in it. Raise FoundWantingError when it fails."""
    program = tool("sam", "sam")
    path = f"{program.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    env = {**os.environ, "PATH": path, "AWS_DEFAULT_REGION": region, "SAM_CLI_TELEMETRY": "0"}
    done = subprocess.run([str(program), *arguments, "--region", region], env=env, cwd=ROOT, check=False)
    if done.returncode:
        raise FoundWantingError(f"sam {arguments[0]} failed; what it said stands above")
