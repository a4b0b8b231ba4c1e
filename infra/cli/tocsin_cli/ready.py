"""`tocsin ready`: is this client ready for the night on which it burns?"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated

import typer

from tocsin.adapters.dynamodb.budgets import DynamoBudgetStore
from tocsin.adapters.dynamodb.health import DynamoHealthStore
from tocsin.adapters.dynamodb.plans import DynamoPlanStore
from tocsin.adapters.dynamodb.readiness import DynamoReadinessStore
from tocsin.adapters.page_text import page_text
from tocsin.domain.client import Client
from tocsin.domain.readiness_report import State, reported
from tocsin.services.policies import published
from tocsin.services.readiness import Deployed, Readiness
from tocsin.web.i18n import Reader
from tocsin.web.readiness_words import finding_words
from tocsin_cli.agency import load_agency
from tocsin_cli.aws import find_stack, region_of
from tocsin_cli.desk import Desk, desk_of
from tocsin_cli.errors import FoundWantingError
from tocsin_cli.files import load_client
from tocsin_cli.output import Screen, short
from tocsin_cli.playbooks import library_of
from tocsin_cli.sms_limit import PARAMETER

MARKS = {State.OK: ("✓", "green"), State.NOTE: ("·", ""), State.WANTING: ("✗", "red"), State.UNSEEN: ("?", "yellow")}


def ready(
    client_file: Annotated[str, typer.Argument(metavar="CLIENT.yaml", help="The client's file; - is stdin.")],
    offline: Annotated[
        bool, typer.Option("--offline", help="Look at the file and the playbooks alone; the rest is said to be unseen.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON line a finding.")] = False,
    region: Annotated[str | None, typer.Option(help="AWS region of the stack.")] = None,
) -> None:
    """Look at plans, texts approved ahead, people and rooms and the proof that they are reached, clocks and public
    holidays, budgets, sources, published policies and whom to inform. Ends with 1 when something is wanting."""
    given = load_client(client_file)
    now = datetime.now(UTC)
    store = None
    if offline:
        client = given
        readiness = Readiness(library=library_of(given.client).here(given.countries, given.timezone))
    else:
        desk = desk_of(given, region)
        client = desk.client(given)
        store = DynamoReadinessStore(desk.dynamodb, desk.cases_table)
        readiness = Readiness(
            library=DynamoPlanStore(desk.dynamodb, desk.cases_table).library(),
            deployed=_deployed(desk, client, region),
            policies=lambda of: published(of, page_text),
        )
    screen, reader = Screen(json_lines=json), Reader("en", client.timezone)
    found = readiness.look(client, now)
    if store is not None:  # what the page shows, and the morning's mail tells
        store.save(reported(found, store.load(), now))
    for one in found:
        mark, colour = MARKS[one.state]
        text = finding_words(reader, one)
        if json:
            screen.data({**one.model_dump(mode="json"), "text": text})
        else:
            screen.say(f"{mark} {one.check}: {short(text, 500)}", colour)
    wanting = sum(one.state is State.WANTING for one in found)
    unseen = sum(one.state is State.UNSEEN for one in found)
    if unseen:
        screen.say(f"{unseen} checks could not look", "yellow")
    if wanting:
        raise FoundWantingError(f"{client.client} is not ready: {wanting} things are wanting")
    screen.say(f"{client.client} is ready, as far as was looked at" if unseen else f"{client.client} is ready", "green")


def _deployed(desk: Desk, client: Client, region: str | None) -> Deployed:
    stack = find_stack(client.client, region_of(load_agency(region=region).region))
    limit = Decimal((stack.parameters.get(PARAMETER) if stack else None) or "1")
    return Deployed(
        cases=desk.cases,
        health=DynamoHealthStore(desk.dynamodb, desk.cases_table),
        controls=desk.controls,
        budgets=DynamoBudgetStore(desk.dynamodb, desk.mentions_table),
        limit=limit,
    )
