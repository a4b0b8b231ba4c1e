"""`tocsin plan task`: take, do, drop, give, sign and add the tasks of a case."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from tocsin.domain.case import tasking
from tocsin_cli.case_work import As, do
from tocsin_cli.desk import moment_of
from tocsin_cli.files import load_client
from tocsin_cli.incident_case import ClientFile, IncidentId, Region

app = typer.Typer(help="Tasks of a case.", no_args_is_help=True, rich_markup_mode=None)
TaskId = Annotated[str, typer.Argument(metavar="TASK", help="Its id, as `plan show` lists it.")]


@app.command("begin")
def begin(client_file: ClientFile, incident: IncidentId, task: TaskId, person: As, region: Region = None) -> None:
    """Take it."""
    do(load_client(client_file), region, incident, person, lambda work: tasking.begin(work, task))


@app.command("done")
def done(
    client_file: ClientFile,
    incident: IncidentId,
    task: TaskId,
    person: As,
    note: Annotated[str | None, typer.Option(help="What came of it, in a line.")] = None,
    region: Region = None,
) -> None:
    """It is done."""
    do(load_client(client_file), region, incident, person, lambda work: tasking.done(work, task, note))


@app.command("drop")
def drop(
    client_file: ClientFile,
    incident: IncidentId,
    task: TaskId,
    person: As,
    reason: Annotated[str, typer.Option(help="Why it will not be done; it is kept.")],
    region: Region = None,
) -> None:
    """It will not be done."""
    do(load_client(client_file), region, incident, person, lambda work: tasking.drop(work, task, reason))


@app.command("give")
def give(
    client_file: ClientFile,
    incident: IncidentId,
    task: TaskId,
    to: Annotated[str, typer.Argument(metavar="EMAIL", help="The responder who does it from now on.")],
    person: As,
    region: Region = None,
) -> None:
    """Give it to somebody, who is told."""
    do(load_client(client_file), region, incident, person, lambda work: tasking.give(work, task, to))


@app.command("sign")
def sign(client_file: ClientFile, incident: IncidentId, task: TaskId, person: As, region: Region = None) -> None:
    """Sign it off, as somebody else than who does it."""
    do(load_client(client_file), region, incident, person, lambda work: tasking.sign_task(work, task))


@app.command("add")
def add(
    client_file: ClientFile,
    incident: IncidentId,
    words: Annotated[str, typer.Argument(metavar="WHAT", help="What is to be done, in a line.")],
    person: As,
    by: Annotated[str, typer.Option(metavar="TIME", help="By when: 18:00, 2h, 2026-03-02T18:00.")],
    owner: Annotated[str | None, typer.Option(metavar="EMAIL", help="The responder who does it.")] = None,
    needs_sign_off: Annotated[bool, typer.Option("--needs-sign-off", help="Somebody else signs it first.")] = False,
    region: Region = None,
) -> None:
    """Add a task of your own."""
    given = load_client(client_file)
    due = moment_of(by, given, datetime.now(UTC), "--by", ahead=True)
    do(
        given,
        region,
        incident,
        person,
        lambda work: tasking.add(work, words, due, owner, needs_sign_off=needs_sign_off),
    )
