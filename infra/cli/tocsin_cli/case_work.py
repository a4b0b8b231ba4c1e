"""What the commands of a case file share: the way to it, who does a step, and how a refusal is said."""

from collections.abc import Callable
from typing import Annotated, TypeVar

import typer

from tocsin.adapters.clock import SystemClock
from tocsin.adapters.memory import MemoryClientStore
from tocsin.domain.case.file import Work, Worked
from tocsin.domain.client import Client
from tocsin.domain.levels import Level
from tocsin.services.answer import AnswerError, Why
from tocsin.services.casework import CaseView, Casework
from tocsin_cli.desk import Desk, desk_of
from tocsin_cli.errors import BadInputError, FoundWantingError
from tocsin_cli.output import Screen, short

As = Annotated[str, typer.Option("--as", metavar="EMAIL", help="The responder who does it, by the client's file.")]
Result = TypeVar("Result")


def settable(said: str) -> Level:
    """A level that a person may hold. Raise BadInputError."""
    found = next((one for one in Level if one.value == said.strip().casefold() and one is not Level.CALM), None)
    if found is None:
        end = "; to end a case, release its level, or dismiss it" if said == Level.CALM else ""
        raise BadInputError(f"LEVEL {short(said)!r}: say watch, issue, crisis or severe{end}")
    return found


SettableLevel = Annotated[
    Level, typer.Argument(metavar="LEVEL", help="watch, issue, crisis or severe.", parser=settable)
]


def casework_of(given: Client, region: str | None) -> tuple[Casework, Desk]:
    """Of the client's deployed stack. Raise FoundWantingError when there is none."""
    desk = desk_of(given, region)
    client = desk.client(given)
    return Casework(clients=MemoryClientStore(client), cases=desk.cases, clock=SystemClock()), desk


def view_of(casework: Casework, incident_id: str) -> CaseView:
    """Raise BadInputError when the stack knows none of this name."""
    try:
        return casework.view(incident_id)
    except AnswerError:
        raise BadInputError(
            f"INCIDENT {short(incident_id)!r}: the stack knows none of this name; tocsin incident list names them"
        ) from None


def responder_of(client: Client, email: str) -> str:
    """As the file writes it. Raise BadInputError."""
    found = next((one.email for one in client.responders if one.email.casefold() == email.casefold()), None)
    if found is None:
        known = ", ".join(one.email for one in client.responders)
        raise BadInputError(f"--as {short(email)!r} is none of the responders: {known}")
    return found


def asked(step: Callable[[], Result]) -> Result:
    """The step's result. Raise FoundWantingError with the reason why it was refused."""
    try:
        return step()
    except AnswerError as error:
        raise (FoundWantingError if error.why is Why.BUSY else BadInputError)(str(error)) from None


def do(given: Client, region: str | None, incident_id: str, person: str, step: Callable[[Work], Worked]) -> Worked:
    """Take a step as a responder and say what came of it."""
    casework, _ = casework_of(given, region)
    by = responder_of(view_of(casework, incident_id).client, person)
    worked = asked(lambda: casework.do(incident_id, by, step))
    said = "; ".join(f"{event.what}{f' {event.of}' if event.of else ''}" for event in worked.events)
    Screen().say(f"{incident_id}: {said or 'it was so already'}", "green")
    return worked
