"""`tocsin incident enquiry|answered|give-enquiry|brief|answer-question|freeze`: who asks, who is told, and what must
not go out beside a crisis."""

from datetime import UTC, datetime
from functools import partial
from typing import Annotated

import typer

from tocsin.domain.case import briefs, enquiries
from tocsin.domain.case.freeze import freeze as freeze_step
from tocsin.domain.people import Circle, Stakeholder
from tocsin_cli.case_work import As, asked, casework_of, do, responder_of, view_of
from tocsin_cli.declare import checked_line
from tocsin_cli.desk import moment_of
from tocsin_cli.errors import BadInputError, FoundWantingError
from tocsin_cli.files import load_client
from tocsin_cli.freeze_everywhere import freeze_elsewhere
from tocsin_cli.incident_case import ClientFile, IncidentId, Region
from tocsin_cli.output import Screen, short

app = typer.Typer()
EnquiryId = Annotated[str, typer.Argument(metavar="ENQUIRY", help="Its id in the case, like enquiry-2.")]


@app.command("enquiry")
def enquiry(
    client_file: ClientFile,
    incident: IncidentId,
    outlet: Annotated[str, typer.Argument(metavar="OUTLET", help="Who asks.")],
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="What they ask, in a line.")],
    person: As,
    journalist: Annotated[str | None, typer.Option(help="The journalist's name.")] = None,
    deadline: Annotated[
        str | None, typer.Option(metavar="TIME", help="By when they need it: 18:00, 3h, 2026-03-02T18:00.")
    ] = None,
    owner: Annotated[
        str | None, typer.Option(metavar="EMAIL", help="Who answers; else whoever leads the case.")
    ] = None,
    region: Region = None,
) -> None:
    """Note what the media ask: who answers is reminded before the deadline."""
    given = load_client(client_file)
    at = moment_of(deadline, given, datetime.now(UTC), "--deadline", ahead=True) if deadline is not None else None
    outlet, question = checked_line(outlet, "OUTLET"), checked_line(question, "QUESTION")
    named = checked_line(journalist, "--journalist") if journalist is not None else None
    step = partial(enquiries.enquire, outlet=outlet, question=question, owner=owner, person=named, deadline=at)
    do(given, region, incident, person, step)


@app.command("answered")
def answered(
    client_file: ClientFile,
    incident: IncidentId,
    enquiry: EnquiryId,
    words: Annotated[str, typer.Argument(metavar="WORDS", help="What was answered, in a line.")],
    person: As,
    region: Region = None,
) -> None:
    """An enquiry was answered."""
    step = partial(enquiries.answered, enquiry_id=enquiry, words=checked_line(words, "WORDS"))
    do(load_client(client_file), region, incident, person, step)


@app.command("give-enquiry")
def give_enquiry(
    client_file: ClientFile,
    incident: IncidentId,
    enquiry: EnquiryId,
    person: As,
    to: Annotated[str, typer.Option("--to", metavar="EMAIL", help="A responder of the client's file.")],
    region: Region = None,
) -> None:
    """Somebody else answers an enquiry."""
    step = partial(enquiries.give_enquiry, enquiry_id=enquiry, to=to)
    do(load_client(client_file), region, incident, person, step)


@app.command("brief")
def brief(
    client_file: ClientFile,
    incident: IncidentId,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="An approved text of the case, like text-3.")],
    person: As,
    to: Annotated[str | None, typer.Option(metavar="NAME", help="One of the file's stakeholders.")] = None,
    circle: Annotated[Circle | None, typer.Option(help="Or all of a circle.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="The text was read: send it without asking.")] = False,
    region: Region = None,
) -> None:
    """Send stakeholders a brief, in an approved text's very words; their page tells when it was opened and read."""
    given = load_client(client_file)
    casework, _ = casework_of(given, region)
    view = view_of(casework, incident)
    by, told = responder_of(view.client, person), _told(view.client.stakeholders, to, circle)
    found = next((one for one in view.file.texts if one.id == text), None)
    if found is None:
        raise BadInputError(f"TEXT {short(text)!r}: the case has none of this name; tocsin words list names them")
    screen = Screen()
    screen.say(", ".join(f"{short(one.name)} ({one.email or 'without an address'})" for one in told) + " read:")
    screen.quote(found.text)
    if not yes and not typer.confirm("send just this?"):
        raise FoundWantingError("nothing was sent")
    for one in told:
        if circle is not None and one.email is None:
            screen.say(f"{short(one.name)}: no address: tell them yourself, then say so with --to", "yellow")
            continue
        step = partial(briefs.send_brief, circle=one.circle, stakeholder=one.name, text_id=text)
        done = asked(partial(casework.do, incident, by, step))
        screen.say(f"{short(one.name)}: {_became(one, sent=bool(done.events))}", "green")


def _told(known: tuple[Stakeholder, ...], to: str | None, circle: Circle | None) -> tuple[Stakeholder, ...]:
    if (to is None) is (circle is None):
        raise BadInputError("say --to NAME or --circle, one of the two")
    told = tuple(one for one in known if one.name == to or (to is None and one.circle is circle))
    if not told:
        names = ", ".join(f"{short(one.name)} ({one.circle})" for one in known) or "the file has none"
        raise BadInputError(f"{'--to' if to else '--circle'}: none of the stakeholders: {names}")
    return told


def _became(one: Stakeholder, *, sent: bool) -> str:
    if not sent:
        return "they had it already"
    return "on its way" if one.email else "noted as told by other ways"


@app.command("answer-question")
def answer_question(
    client_file: ClientFile,
    incident: IncidentId,
    brief: Annotated[str, typer.Argument(metavar="BRIEF", help="Its id in the case, like brief-4.")],
    number: Annotated[int, typer.Argument(metavar="NUMBER", min=1, help="Which of its questions, from 1.")],
    words: Annotated[str, typer.Argument(metavar="WORDS", help="The answer, as they read it on their page.")],
    person: As,
    region: Region = None,
) -> None:
    """Answer what somebody asked about their brief."""
    said = checked_line(words, "WORDS")
    step = partial(briefs.answer_question, brief_id=brief, number=number, words=said)
    do(load_client(client_file), region, incident, person, step)


@app.command("freeze")
def freeze(
    client_file: ClientFile,
    incident: IncidentId,
    person: As,
    everywhere: Annotated[
        bool, typer.Option("--everywhere", help="Ask in every deployed stack of infra/clients, too.")
    ] = False,
    region: Region = None,
) -> None:
    """Ask for a pause of all scheduled posts and ads: a task with a clock of 15 minutes, told at once."""
    given = load_client(client_file)
    worked = do(given, region, incident, person, freeze_step)
    screen = Screen()
    screen.say(f"{len(worked.outbox)} messages")
    if everywhere and worked.file.drill is not None:
        raise FoundWantingError("this is a drill: nobody at another client is asked for anything")
    if everywhere and freeze_elsewhere(given.client, person, region, screen):
        raise FoundWantingError("not everybody could be asked")
