"""`tocsin client deploy`: a client's own stack in the agency's account, and its file beside it."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from tocsin.adapters.dynamodb.clients import DynamoClientStore
from tocsin.adapters.dynamodb.drills import DynamoDrillStore
from tocsin.adapters.dynamodb.pauses import DynamoPauseStore
from tocsin.adapters.dynamodb.plans import DynamoPlanStore
from tocsin.domain.client import Client
from tocsin.domain.errors import ClientFileError
from tocsin.domain.pause_ask import Sibling
from tocsin.domain.playbook import Library
from tocsin.domain.playbook_changes import passed_over
from tocsin_cli.agency import Agency, load_agency
from tocsin_cli.aws import DEFAULT_REGION, aws_client, find_stack, region_of, require_account, stack_name
from tocsin_cli.client_changes import say_kept
from tocsin_cli.client_list import FOLDER
from tocsin_cli.client_secret import make_link_keys, refuse_missing
from tocsin_cli.drill import all_drill_texts
from tocsin_cli.errors import BadInputError, FoundWantingError
from tocsin_cli.files import STDIN, load_client
from tocsin_cli.output import Screen
from tocsin_cli.playbooks import library_of
from tocsin_cli.sms_limit import limit_parameters
from tocsin_local.build import overrides, runtime_of
from tocsin_local.parameters import client_parameters
from tocsin_local.paths import ROOT, template, tool

AGENCY_TOPIC = "tocsin-agency"
NO_SENDER = (
    "say which address alerts come from: --sender-email alerts@agency.example, or sender_email in infra/agency.yaml;"
    " a later deploy remembers it"
)
LONGEST_HOST = 45
"""Of the address that people answer at, as the template has it."""
NEVER_MADE = "REVIEW_IN_PROGRESS"
"""The state of a stack whose first change set was never carried out: it has no former values."""


def deploy(
    file: Annotated[str, typer.Argument(help="The client's file.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before the change set is carried out.")] = False,
    sender_email: Annotated[str | None, typer.Option(help="The address that alerts come from.")] = None,
    sms_sender_id: Annotated[str | None, typer.Option(help="The name that an SMS shows as its sender.")] = None,
    operator_email: Annotated[str | None, typer.Option(help="Who is told when the stack itself is ill.")] = None,
    playbooks: Annotated[
        str | None,
        typer.Option(metavar="FOLDER", help="The client's own playbooks; infra/clients/CLIENT/playbooks without."),
    ] = None,
    region: Annotated[str | None, typer.Option(help=f"AWS region; {DEFAULT_REGION} without.")] = None,
) -> None:
    """Build and deploy a client's stack, then store its file there.

    Settings come from options or infra/agency.yaml; what neither says stays as it was deployed before.
    """
    client = load_client(file)
    library = library_of(client.client, Path(playbooks) if playbooks is not None else None)
    library = library.here(client.countries, client.timezone)
    agency = load_agency(
        sender_email=sender_email, sms_sender_id=sms_sender_id, operator_email=operator_email, region=region
    )
    if not yes and (file == STDIN or not sys.stdin.isatty()):
        raise BadInputError("no terminal to ask on: add --yes to deploy without being asked")
    screen = Screen()
    where = region_of(agency.region)
    account = _account(agency, where)
    before = find_stack(client.client, where)
    known = before.parameters if before and before.status != NEVER_MADE else {}
    if not (agency.sender_email or known.get("SenderEmail")):
        raise BadInputError(NO_SENDER)
    ssm = aws_client("ssm", where)
    refuse_missing(ssm, client, file)
    operator = known.get("OperatorEmail", "") if agency.operator_email is None else agency.operator_email
    if not operator:
        screen.say("no operator e-mail: the stack's own alarms reach nobody; --operator-email says whom", "yellow")
    screen.step(f"deploying {stack_name(client.client)} to account {account}, {where}")
    make_link_keys(ssm, client)
    runtime = {"PythonRuntime": runtime_of("sam")}
    _sam(["build", "--template-file", str(template()), "--parameter-overrides", *overrides(runtime)], where)
    limits = limit_parameters(client, where, screen)
    shared = {"AgencyTopicArn": agency_topic(where)}
    _sam(_deploy_arguments(client, agency, runtime | limits | shared, yes=yes), where)
    stack = find_stack(client.client, where)
    if stack is None or not stack.status.endswith("_COMPLETE") or "ROLLBACK" in stack.status:
        state = stack.status if stack else "not there"
        raise FoundWantingError(f"the stack is {state}: the client's file was not stored")
    dynamodb, table = aws_client("dynamodb", where), stack.outputs["CasesTableName"]
    clients = DynamoClientStore(dynamodb, table)
    clients.save(client)
    say_kept(screen, clients.changes())
    _keep_plans(DynamoPlanStore(dynamodb, table), library, screen)
    DynamoDrillStore(dynamodb, table).save_texts(all_drill_texts(client))
    pauses = DynamoPauseStore(dynamodb, table)
    pauses.save(pauses.load().knows(siblings(client.client), datetime.now(UTC)))
    screen.say(f"{stack.name} is {stack.status}; its file is stored, and the next minute listens by it", "green")
    screen.say(f"try the way to its people: tocsin test-alert {file} --deployed")


def siblings(but: str) -> tuple[Sibling, ...]:
    """The agency's other clients, by its files: who may answer when a pause of posts is asked for everywhere."""
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        try:
            given = load_client(str(path))
        except (BadInputError, ClientFileError):
            continue  # `tocsin client list` names it
        if given.client != but:
            found.append(Sibling(client=given.client, name=given.name))
    return tuple(found)


def agency_topic(region: str | None) -> str:
    """The topic by which the agency's stacks of this account and region ask each other for a pause of posts: made when
    it is not there. Its owner's account alone may use it. Without tags: SNS refuses to find one again by others than
    somebody has given it since."""
    return str(aws_client("sns", region).create_topic(Name=AGENCY_TOPIC)["TopicArn"])


def _keep_plans(plans: DynamoPlanStore, library: Library, screen: Screen) -> None:
    """What reviews have changed since goes on until the agency's own files say the same: it is named until then."""
    plans.save_library(library)
    screen.say(f"{len(library.playbooks)} playbooks and the clocks of {len(library.laws)} laws are stored")
    if library.missing:
        screen.say(f"no playbook for {', '.join(library.missing)}: such a case gets the general plan", "yellow")
    overlay = plans.changes()
    lost = passed_over(library, overlay)
    for change in overlay.changes:
        if change in lost:
            screen.say(f"accepted in a review, and the playbook goes another way by now: {change.place}", "yellow")
        else:
            screen.say(f"in force by a review, and not in the playbook yet: {change.place}", "yellow")


def _account(agency: Agency, region: str) -> str:
    """Without a sender, whether the stack knows one already is to be found out there only."""
    try:
        return require_account(region)
    except FoundWantingError as error:
        if agency.sender_email:
            raise
        raise BadInputError(
            f"{NO_SENDER}\nwhether the client's stack knows one already could not be seen: {error}"
        ) from None


def _inbound_address(client: Client, agency: Agency) -> str | None:
    """Where the desk forwards e-mails to: only for a client whose file names who may. None: the agency takes none."""
    if agency.inbound_domain is None or agency.inbound_rule_set is None:
        return None
    takes = client.intake is not None and bool(client.intake.desk_senders)
    return f"{client.client}@{agency.inbound_domain}" if takes else ""


def _public_url(client: Client, agency: Agency) -> str | None:
    """None: not said, so it stays as it was deployed. Raise BadInputError when an SMS would have no room for it."""
    if not agency.answer_domain:
        return agency.answer_domain
    host = f"{client.client}.{agency.answer_domain}"
    if len(host) > LONGEST_HOST:
        raise BadInputError(
            f"answer_domain: {host} is longer than {LONGEST_HOST} characters, which an SMS has no room for"
        )
    return f"https://{host}"


def _deploy_arguments(client: Client, agency: Agency, runtime: dict[str, str], *, yes: bool) -> list[str]:
    """sam keeps the former value of each parameter that it is not told."""
    said = {
        "SenderEmail": agency.sender_email,
        "SmsSenderId": agency.sms_sender_id,
        "OperatorEmail": agency.operator_email,
        "InboundAddress": _inbound_address(client, agency),
        "InboundRuleSet": agency.inbound_rule_set,
        "PublicUrl": _public_url(client, agency),
        "LogRetentionDays": agency.log_retention_days,
        "PermissionsBoundary": agency.permissions_boundary,
    }
    parameters = (
        runtime | client_parameters(client) | {key: str(value) for key, value in said.items() if value is not None}
    )
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
