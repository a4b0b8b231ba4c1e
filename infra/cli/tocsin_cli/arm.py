"""`tocsin arm`: from now on people are told."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from tocsin.domain.controls import ControlError
from tocsin_cli.desk import desk_of, who
from tocsin_cli.errors import BadInputError
from tocsin_cli.files import load_client
from tocsin_cli.output import Screen, short
from tocsin_cli.pause import checked_reason


def arm(
    client_file: Annotated[str, typer.Argument(metavar="CLIENT.yaml", help="The client's file; - is stdin.")],
    undo: Annotated[bool, typer.Option("--undo", help="Back into the shadow that the file asks for.")] = False,
    reason: Annotated[str | None, typer.Option(help="Why; it is kept.")] = None,
    by: Annotated[str | None, typer.Option(help="Who does it; as AWS knows you, without it.")] = None,
    region: Annotated[str | None, typer.Option(help="AWS region of the stack.")] = None,
) -> None:
    """End a deployed client's time in shadow. It never ends by itself."""
    given = load_client(client_file)
    why = checked_reason(reason)
    desk = desk_of(given, region)
    client, now, person = desk.client(given), datetime.now(UTC), who(by, region)
    controls = desk.controls.load()
    try:
        step = controls.disarm if undo else controls.arm
        after = step(client, by=person, at=now, reason=why)
    except ControlError as error:
        raise BadInputError(str(error)) from None
    desk.controls.save(after)
    screen = Screen()
    if undo:
        screen.say(f"{short(client.name)} is in shadow again: everything is judged and nobody is told", "yellow")
        return
    screen.say(f"{short(client.name)} is armed: the next minute tells people", "green")
    for brand in client.brands:
        state = desk.cases.brand_state(brand.name)
        if state.level > state.told:
            screen.say(f"{short(brand.name)} stands at {state.level.value}: they hear of it now", "yellow")
    if client.sources and not any(responder.phone for responder in client.responders):
        screen.say("nobody has a phone, so nobody is woken by SMS", "yellow")
