"""`tocsin incident ack|decline|act|silence|tell`: answer a case from the desk, as a link in a message does."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated

import typer

from tocsin.domain.client import Client
from tocsin.domain.incident import Incident
from tocsin.domain.outbox import Channel
from tocsin.services.answer import Answered, AnswerError, Answers, Why
from tocsin_cli.desk import moment_of
from tocsin_cli.errors import BadInputError, FoundWantingError
from tocsin_cli.files import STDIN, load_client, read_text
from tocsin_cli.incident_case import ClientFile, IncidentId, Region, answers_of, case_of
from tocsin_cli.output import Screen, short

LONGEST_NOTE = 300
LONGEST_TEXT = 5_000

As = Annotated[str, typer.Option("--as", metavar="EMAIL", help="The responder who does it, by the client's file.")]


def ack(client_file: ClientFile, incident: IncidentId, person: As, region: Region = None) -> None:
    """Take it: nobody else is rung, as long as something is done about it."""
    _answer(load_client(client_file), incident, region, lambda given: given.acknowledge(incident, person), "taken")


def decline(client_file: ClientFile, incident: IncidentId, person: As, region: Region = None) -> None:
    """They cannot: the next one is asked at once."""
    _answer(load_client(client_file), incident, region, lambda given: given.decline(incident, person), "handed on")


def act(
    client_file: ClientFile,
    incident: IncidentId,
    person: As,
    note: Annotated[str | None, typer.Option(help="What was done, in a line.")] = None,
    responded: Annotated[
        bool, typer.Option("--responded", help="It was the public response: that clock stops.")
    ] = False,
    region: Region = None,
) -> None:
    """Say what was done."""
    said = _checked(note, "--note") if note is not None else None
    _answer(
        load_client(client_file),
        incident,
        region,
        lambda given: given.act(incident, person, said, responded=responded),
        "noted",
    )


def silence(
    client_file: ClientFile,
    incident: IncidentId,
    person: As,
    reason: Annotated[str, typer.Option(help="Why; it is kept.")],
    look_at: Annotated[
        str, typer.Option("--look-at", metavar="TIME", help="When it is looked at again: 18:00, 2h, 2026-03-02T18:00.")
    ],
    region: Region = None,
) -> None:
    """Decide not to answer in public, until a time."""
    given = load_client(client_file)
    said = _checked(reason, "--reason")
    at = moment_of(look_at, given, datetime.now(UTC), "--look-at", ahead=True)
    _answer(given, incident, region, lambda of: of.silence(incident, person, said, at), "decided")


def tell(
    client_file: ClientFile,
    incident: IncidentId,
    contact: Annotated[str, typer.Argument(metavar="EMAIL", help="One of the file's client_contacts.")],
    person: As,
    text_file: Annotated[str, typer.Option("--text", metavar="FILE", help="What they read; - is stdin.")],
    sms: Annotated[bool, typer.Option("--sms", help="By SMS rather than e-mail.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="The text was read: send it without asking.")] = False,
    region: Region = None,
) -> None:
    """Tell somebody on the client's side, in words that a person of the agency has seen."""
    given = load_client(client_file)
    if text_file == STDIN and not yes:
        raise BadInputError("--text -: stdin cannot be asked as well; say --yes when the text was read")
    text = read_text(text_file).strip()
    if not text or len(text) > LONGEST_TEXT:
        raise BadInputError(f"--text {short(text_file)!r}: it must hold 1 to {LONGEST_TEXT} characters")
    answers = answers_of(given, region)
    case = case_of(answers, incident)
    to = next((one for one in case.client.client_contacts if one.email == contact), None)
    if to is None:
        known = ", ".join(one.email for one in case.client.client_contacts) or "the file has none"
        raise BadInputError(f"EMAIL {short(contact)!r} is none of the client_contacts: {known}")
    screen = Screen()
    screen.say(f"{short(to.name)} ({'SMS to ' + to.phone if sms and to.phone else to.email}) reads:")
    screen.quote(text)
    if not yes and not typer.confirm("send just this?"):
        raise FoundWantingError("nothing was sent")
    channel = Channel.SMS if sms else Channel.EMAIL
    _say(_done(lambda: answers.tell_client(incident, person, contact, text, channel)), "on its way")


def _answer(
    given: Client, incident_id: str, region: str | None, step: Callable[[Answers], Answered], done: str
) -> None:
    answers = answers_of(given, region)
    case_of(answers, incident_id)
    _say(_done(lambda: step(answers)), done)


def _done(step: Callable[[], Answered]) -> Answered:
    try:
        return step()
    except AnswerError as error:
        if error.why is Why.BUSY:
            raise FoundWantingError(str(error)) from None
        named = "--as: " if error.why is Why.LEFT else ""
        raise BadInputError(f"{named}{error}") from None


def _say(answered: Answered, done: str) -> None:
    of: Incident = answered.incident
    what = done if answered.changed else "it was so already"
    Screen().say(f"{of.id}: {what}; {of.state.value}", "green")


def _checked(said: str, option: str) -> str:
    if not said.strip() or len(said) > LONGEST_NOTE:
        raise BadInputError(f"{option}: write 1 to {LONGEST_NOTE} characters")
    return said.strip()
