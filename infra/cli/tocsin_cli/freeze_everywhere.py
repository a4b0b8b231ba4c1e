"""A pause of scheduled posts at an agency's other clients: a task in their open cases, else word to who posts there."""

from tocsin.adapters.clock import SystemClock
from tocsin.adapters.dynamodb.clients import DynamoClientStore
from tocsin.domain.client import Client
from tocsin.domain.errors import ClientFileError, TocsinError
from tocsin.services.pauses import Pauses
from tocsin_cli.agency import load_agency
from tocsin_cli.aws import find_stack
from tocsin_cli.client_list import FOLDER
from tocsin_cli.desk import desk_of
from tocsin_cli.drill_channels import deployed_channels
from tocsin_cli.errors import BadInputError, FoundWantingError
from tocsin_cli.files import load_client
from tocsin_cli.output import Screen, short
from tocsin_local.paths import shown


def freeze_elsewhere(but: str, person: str, region: str | None, screen: Screen) -> int:
    """Return how many clients could not be asked; those that are not deployed are named and passed over."""
    failures = 0
    for path in sorted(FOLDER.glob("*.yaml")):
        try:
            given = load_client(str(path))
            if given.client == but:
                continue
            screen.say(f"{short(given.name)}: {_ask(given, person, region)}", "green")
        except (BadInputError, ClientFileError, FoundWantingError, TocsinError) as error:
            undeployed = isinstance(error, FoundWantingError) and "not deployed" in str(error)
            failures += not undeployed
            screen.say(f"{shown(path)}: {short(str(error), 200)}", "yellow" if undeployed else "red")
    return failures


def _ask(given: Client, person: str, region: str | None) -> str:
    desk, where = desk_of(given, region), load_agency(region=region).region
    client, stack = desk.client(given), find_stack(given.client, where)
    if stack is None:
        raise FoundWantingError(f"{given.client} is not deployed")
    asked = Pauses(
        clients=DynamoClientStore(desk.dynamodb, desk.cases_table),
        cases=desk.cases,
        clock=SystemClock(),
        channels=deployed_channels(client, stack, where),
        controls=desk.controls,
    ).ask(client, person)
    if asked.cases:
        muted = " (in shadow or paused: nobody was told of it)" if asked.muted else ""
        return f"a task in {', '.join(asked.cases)}{muted}"
    if asked.muted:
        return "in shadow or paused: nobody was told, so tell them yourself"
    if asked.unreached:
        raise FoundWantingError(f"not reached: {', '.join(short(one) for one in asked.unreached)}")
    return f"no case is open there: {', '.join(short(one) for one in asked.told)} were written to"
