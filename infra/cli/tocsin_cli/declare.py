"""`tocsin declare`: a crisis that reached the agency by telephone, with no mention at all."""

from functools import partial
from typing import Annotated

import typer

from tocsin_cli.case_work import As, SettableLevel, asked, casework_of, responder_of
from tocsin_cli.errors import BadInputError
from tocsin_cli.files import load_client
from tocsin_cli.incident_case import ClientFile, Json, Region
from tocsin_cli.output import COLOURS, Screen, short

LONGEST_WHY = 300
Why = Annotated[str, typer.Option(help="Why, in a line; it is kept, and stands in the alarm.")]


def declare(
    client_file: ClientFile,
    level: SettableLevel,
    why: Why,
    person: As,
    brand: Annotated[str | None, typer.Option(help="Which brand; the file's first, without it.")] = None,
    json: Json = False,
    region: Region = None,
) -> None:
    """Declare an incident: people are told as of an alarm, in shadow too, and the level is yours until you release it.
    What is said of the brand later joins it. A storm that burns already is raised to it, and held."""
    given = load_client(client_file)
    casework, desk = casework_of(given, region)
    client = desk.client(given)
    by, said = responder_of(client, person), checked_line(why, "--why")
    done = asked(partial(casework.declare, brand or client.brands[0].name, level, said, by))
    screen, of = Screen(json_lines=json), done.incident
    if json:
        screen.data({"incident": of.id, "level": of.level.value, "joined": done.joined, "messages": len(done.outbox)})
        return
    what = "it burns already: its level is held" if done.joined else "declared"
    screen.say(f"{of.id}: {what} at {of.level.value}; {len(done.outbox)} messages", COLOURS[of.level])
    if done.joined and of.level > level:
        screen.say(f"it was at {of.level.value} and stays there: nothing is lowered by declaring it", "yellow")
    screen.say(f"to end it: tocsin incident release {short(client_file)} {of.id} --as {by}")


def checked_line(said: str, option: str, most: int = LONGEST_WHY) -> str:
    """Raise BadInputError that names the option."""
    if not said.strip() or len(said.strip()) > most:
        raise BadInputError(f"{option}: write 1 to {most} characters")
    return said.strip()
