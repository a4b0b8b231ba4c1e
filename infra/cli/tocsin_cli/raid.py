"""`tocsin raid`: an air-raid alert begins or ends in a region; who lives there and does not answer is passed over."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer

from tocsin.domain.client import Client
from tocsin.domain.errors import ConflictError
from tocsin.domain.raids import LASTS
from tocsin_cli.desk import Desk, desk_of
from tocsin_cli.errors import BadInputError, FoundWantingError
from tocsin_cli.files import load_client
from tocsin_cli.output import Screen, short

RACES = 5


class Turn(StrEnum):
    ON = "on"
    OFF = "off"


def raid(
    client_file: Annotated[str, typer.Argument(metavar="CLIENT.yaml", help="The client's file; - is stdin.")],
    turn: Annotated[Turn | None, typer.Argument(help="Without it: where an alert is on.")] = None,
    area: Annotated[
        str | None,
        typer.Argument(metavar="REGION", help="As responders or alarm_regions name it."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON Lines, one a region.")] = False,
    region: Annotated[str | None, typer.Option(help="AWS region of the stack.")] = None,
) -> None:
    """Say that an air-raid alert is on or over. It ends by itself after six hours."""
    given = load_client(client_file)
    if (turn is None) != (area is None):
        raise BadInputError("say on or off with a REGION, or neither to see where an alert is on")
    desk = desk_of(given, region)
    screen, now = Screen(json_lines=json), datetime.now(UTC)
    if turn is not None and area is not None:
        named = _known(desk.client(given), area)
        _tell(desk, named, now, on=turn is Turn.ON)
    known = desk.cases.raids()
    active = [one for one in known.raids if one.region.casefold() in known.active(now)]
    for one in active:
        if json:
            screen.data(
                {"region": one.region, "since": one.since.isoformat(), "until": (one.since + LASTS).isoformat()}
            )
        screen.say(f"{short(one.region)}: an alert is on since {one.since:%H:%M} UTC", "yellow")
    if not active:
        screen.say("no alert is on", "green")


def _known(client: Client, said: str) -> str:
    known = {one.region for one in client.responders if one.region} | set(client.alarm_regions)
    found = next((one for one in sorted(known) if one.casefold() == said.strip().casefold()), None)
    if found is None:
        names = ", ".join(sorted(known)) or "the file names none; give responders a region"
        raise BadInputError(f"REGION {short(said)!r} concerns nobody: {names}")
    return found


def _tell(desk: Desk, named: str, now: datetime, *, on: bool) -> None:
    for _ in range(RACES):
        try:
            desk.cases.save_raids(desk.cases.raids().told(named, now, on=on))
        except ConflictError:
            continue
        return
    raise FoundWantingError("somebody else writes it all the time: try again")
