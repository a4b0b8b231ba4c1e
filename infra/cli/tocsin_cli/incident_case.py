"""What the commands of a case share: its names on the command line, and the way to it."""

from typing import Annotated

import typer

from tocsin.adapters.clock import SystemClock
from tocsin.adapters.memory import MemoryClientStore
from tocsin.domain.client import Client
from tocsin.services.answer import AnswerError, Answers, Case
from tocsin_cli.desk import desk_of
from tocsin_cli.errors import BadInputError
from tocsin_cli.output import short

ClientFile = Annotated[str, typer.Argument(metavar="CLIENT.yaml", help="The client's file; - is stdin.")]
IncidentId = Annotated[str, typer.Argument(metavar="INCIDENT", help="Its id, as list and the alerts name it.")]
Json = Annotated[bool, typer.Option("--json", help="JSON Lines.")]
Region = Annotated[str | None, typer.Option(help="AWS region of the stack.")]


def answers_of(given: Client, region: str | None) -> Answers:
    desk = desk_of(given, region)
    return Answers(clients=MemoryClientStore(desk.client(given)), cases=desk.cases, clock=SystemClock())


def case_of(answers: Answers, incident_id: str) -> Case:
    """Raise BadInputError when the stack knows none of this name."""
    try:
        return answers.case(incident_id)
    except AnswerError:
        raise BadInputError(
            f"INCIDENT {short(incident_id)!r}: the stack knows none of this name; tocsin incident list names them"
        ) from None
