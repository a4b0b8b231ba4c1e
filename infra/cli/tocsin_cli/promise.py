"""`tocsin promise`: what was promised in a case, to whom, and who keeps it by when."""

from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from tocsin.domain.case import promising
from tocsin.domain.case.promises import PromiseState
from tocsin_cli.case_work import As, casework_of, do, view_of
from tocsin_cli.desk import moment_of
from tocsin_cli.files import load_client
from tocsin_cli.incident_case import ClientFile, IncidentId, Json, Region
from tocsin_cli.output import Screen, short

app = typer.Typer(help="Promises: made, handed on, kept, released.", no_args_is_help=True, rich_markup_mode=None)
PromiseId = Annotated[str, typer.Argument(metavar="PROMISE", help="Its id in the case, like promise-2.")]


@app.command("list")
def list_promises(
    client_file: ClientFile,
    incident: IncidentId,
    open_only: Annotated[bool, typer.Option("--open", help="Those that are still owed.")] = False,
    json: Json = False,
    region: Region = None,
) -> None:
    """What was promised, and what is still owed."""
    casework, _ = casework_of(load_client(client_file), region)
    view = view_of(casework, incident)
    screen, zone = Screen(json_lines=json), ZoneInfo(view.client.timezone)
    for one in view.file.promises:
        if open_only and one.state is not PromiseState.OPEN:
            continue
        if json:
            screen.data(one.model_dump(mode="json"))
            continue
        late = one.state is PromiseState.OPEN and one.due_at <= datetime.now(UTC)
        screen.say(
            f"{one.id}  {one.state.value}{', late' if late else ''}: {short(one.what, 300)} — to {short(one.to)},"
            f" by {one.due_at.astimezone(zone):%Y-%m-%d %H:%M}, {one.owner} keeps it",
            "red" if late else "",
        )
        if one.note:
            screen.say(f"    {short(one.note, 300)}")


@app.command("make")
def make(
    client_file: ClientFile,
    incident: IncidentId,
    what: Annotated[str, typer.Argument(metavar="WHAT", help="What is promised, in a line.")],
    person: As,
    to: Annotated[str, typer.Option(help="To whom.")],
    owner: Annotated[str, typer.Option(metavar="EMAIL", help="The responder who keeps it.")],
    by: Annotated[str, typer.Option(metavar="TIME", help="By when: 18:00, 3d, 2026-03-02T18:00.")],
    text: Annotated[str | None, typer.Option(metavar="TEXT", help="The text of the case that makes it.")] = None,
    region: Region = None,
) -> None:
    """Note a promise with who keeps it and by when; the case cannot close before it is kept or released."""
    given = load_client(client_file)
    due = moment_of(by, given, datetime.now(UTC), "--by", ahead=True)
    do(given, region, incident, person, lambda work: promising.make(work, what, to, owner, due, text))


@app.command("kept")
def kept(
    client_file: ClientFile,
    incident: IncidentId,
    promise: PromiseId,
    person: As,
    note: Annotated[str | None, typer.Option(help="What was done, in a line.")] = None,
    region: Region = None,
) -> None:
    """It is done."""
    do(load_client(client_file), region, incident, person, lambda work: promising.keep(work, promise, note))


@app.command("release")
def release(
    client_file: ClientFile,
    incident: IncidentId,
    promise: PromiseId,
    person: As,
    note: Annotated[str, typer.Option(help="Who said that it is no longer wanted, and when.")],
    region: Region = None,
) -> None:
    """Those to whom it was made no longer want it."""
    do(load_client(client_file), region, incident, person, lambda work: promising.release(work, promise, note))


@app.command("hand")
def hand(
    client_file: ClientFile,
    incident: IncidentId,
    promise: PromiseId,
    person: As,
    owner: Annotated[str, typer.Option("--to", metavar="EMAIL", help="The responder who keeps it from now on.")],
    region: Region = None,
) -> None:
    """Somebody else keeps it from now on."""
    do(load_client(client_file), region, incident, person, lambda work: promising.hand(work, promise, owner))
