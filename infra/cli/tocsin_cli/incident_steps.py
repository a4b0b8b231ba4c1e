"""`tocsin incident level|release|assign|hand-over|note|link|apart|merge|dismiss|reopen|close`: whose case it is,
how grave, and whether it goes on."""

from functools import partial
from typing import Annotated

import typer

from tocsin.domain.case import level as levels
from tocsin.domain.case import status
from tocsin_cli.case_work import As, SettableLevel, asked, casework_of, do, responder_of, view_of
from tocsin_cli.declare import Why, checked_line
from tocsin_cli.files import load_client
from tocsin_cli.incident_case import ClientFile, IncidentId, Region
from tocsin_cli.output import COLOURS, Screen

app = typer.Typer()
To = Annotated[str, typer.Option("--to", metavar="EMAIL", help="A responder of the client's file.")]
Other = Annotated[str, typer.Argument(metavar="OTHER", help="The other case's id.")]


@app.command("level")
def level(
    client_file: ClientFile,
    incident: IncidentId,
    to: SettableLevel,
    why: Why,
    person: As,
    region: Region = None,
) -> None:
    """Raise, lower or keep its level: it is yours until it is released, whatever is measured."""
    said = checked_line(why, "--why")
    worked = do(load_client(client_file), region, incident, person, partial(levels.hold, level=to, why=said))
    of = worked.incident
    Screen().say(f"held at {of.level.value}; {len(worked.outbox)} messages", COLOURS[of.level])


@app.command("release")
def release(client_file: ClientFile, incident: IncidentId, person: As, region: Region = None) -> None:
    """Nobody holds its level any more: it goes to what is measured by now, and calm ends it."""
    worked = do(load_client(client_file), region, incident, person, levels.release)
    Screen().say(f"{worked.incident.level.value}, {worked.incident.state.value}", COLOURS[worked.incident.level])


@app.command("assign")
def assign(client_file: ClientFile, incident: IncidentId, to: To, person: As, region: Region = None) -> None:
    """Somebody leads the case; who has its alarm stays as it is."""
    do(load_client(client_file), region, incident, person, partial(status.assign, to=to))


@app.command("hand-over")
def hand_over(
    client_file: ClientFile,
    incident: IncidentId,
    to: To,
    person: As,
    why: Annotated[str | None, typer.Option(help="What they should know, in a line.")] = None,
    region: Region = None,
) -> None:
    """Somebody else leads the case and has its alarm from now on."""
    said = checked_line(why, "--why") if why is not None else None
    do(load_client(client_file), region, incident, person, partial(status.hand_over, to=to, why=said))


@app.command("note")
def note(
    client_file: ClientFile,
    incident: IncidentId,
    words: Annotated[str, typer.Argument(metavar="WORDS", help="In a line or two.")],
    person: As,
    region: Region = None,
) -> None:
    """Write something down in the case's history, also when it is over."""
    said = checked_line(words, "WORDS", status.LONGEST_NOTE)
    do(load_client(client_file), region, incident, person, partial(status.note, words=said))


@app.command("link")
def link(client_file: ClientFile, incident: IncidentId, other: Other, person: As, region: Region = None) -> None:
    """Two cases have to do with each other; each names the other from now on."""
    casework, _ = casework_of(load_client(client_file), region)
    by = responder_of(view_of(casework, incident).client, person)
    view_of(casework, other)
    asked(partial(casework.link, incident, other, by))
    Screen().say(f"{incident} and {other} are linked", "green")


@app.command("apart")
def apart(client_file: ClientFile, incident: IncidentId, other: Other, person: As, region: Region = None) -> None:
    """They are two matters: nobody is asked any more whether they are one."""
    casework, _ = casework_of(load_client(client_file), region)
    by = responder_of(view_of(casework, incident).client, person)
    view_of(casework, other)
    asked(partial(casework.keep_apart, incident, other, by))
    Screen().say(f"{incident} is another matter than {other}", "green")


@app.command("merge")
def merge(
    client_file: ClientFile,
    incident: IncidentId,
    into: Annotated[str, typer.Option("--into", metavar="OTHER", help="The case in which it goes on.")],
    why: Why,
    person: As,
    region: Region = None,
) -> None:
    """Two cases are one: promises, tasks, enquiries, texts and briefs go on in the other one."""
    casework, _ = casework_of(load_client(client_file), region)
    by = responder_of(view_of(casework, incident).client, person)
    view_of(casework, into)
    done = asked(partial(casework.merge, incident, into, checked_line(why, "--why"), by))
    moved = len(done.one.file.moved)
    Screen().say(f"{incident} goes on in {into}, with {moved} things; {done.into.incident.level.value}", "green")


@app.command("dismiss")
def dismiss(client_file: ClientFile, incident: IncidentId, why: Why, person: As, region: Region = None) -> None:
    """It is no crisis: its alarm ends, and what follows needs a little more to ring."""
    said = checked_line(why, "--why")
    do(load_client(client_file), region, incident, person, partial(status.dismiss, why=said))


@app.command("reopen")
def reopen(client_file: ClientFile, incident: IncidentId, why: Why, person: As, region: Region = None) -> None:
    """A closed or dismissed case goes on; tocsin incident level makes it burn again."""
    said = checked_line(why, "--why")
    do(load_client(client_file), region, incident, person, partial(status.reopen, why=said))


@app.command("close")
def close(
    client_file: ClientFile,
    incident: IncidentId,
    person: As,
    why: Annotated[str | None, typer.Option(help="Of a crisis without a finished review: why there is none.")] = None,
    region: Region = None,
) -> None:
    """All is done and nothing is owed."""
    said = checked_line(why, "--why") if why is not None else None
    do(load_client(client_file), region, incident, person, partial(status.close, why=said))
