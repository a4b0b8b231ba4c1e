"""`tocsin client list`: the clients' files and how their stacks stand."""

from pathlib import Path
from typing import Annotated

import typer

from tocsin.domain.errors import ClientFileError
from tocsin_cli.agency import load_agency
from tocsin_cli.aws import find_stack, require_account
from tocsin_cli.errors import BadInputError, FoundWantingError
from tocsin_cli.files import load_client
from tocsin_cli.output import Screen, short
from tocsin_local.paths import ROOT, shown

FOLDER = ROOT / "infra" / "clients"


def list_clients(
    json: Annotated[bool, typer.Option("--json", help="One JSON line a client.")] = False,
    region: Annotated[str | None, typer.Option(help="AWS region of the stacks.")] = None,
) -> None:
    """List infra/clients/*.yaml with the state of each client's stack, as far as AWS lets us look."""
    screen = Screen(json_lines=json)
    where = load_agency(region=region).region
    paths = sorted(FOLDER.glob("*.yaml"))
    if not paths:
        screen.say("no clients yet: tocsin client new writes the first one's file")
        return
    trouble = _trouble(where)
    rows = [_row(path, where, trouble) for path in paths]
    if json:
        for row in rows:
            screen.data(row)
    else:
        screen.table(["client", "name", "file", "stack"], [[str(value) for value in row.values()] for row in rows])
    if trouble:
        screen.say(f"stacks not looked at: {trouble}", "yellow")


def _trouble(region: str | None) -> str | None:
    try:
        require_account(region)
    except FoundWantingError as error:
        return str(error)
    return None


def _row(path: Path, region: str | None, trouble: str | None) -> dict[str, str | None]:
    try:
        client = load_client(str(path))
    except (BadInputError, ClientFileError) as error:
        return {"client": path.stem, "name": None, "file": f"wrong: {short(str(error), 200)}", "stack": "unknown"}
    state = "unknown"
    if trouble is None:
        stack = find_stack(client.client, region)
        state = stack.status if stack else "not deployed"
    return {"client": client.client, "name": short(client.name), "file": shown(path), "stack": state}
