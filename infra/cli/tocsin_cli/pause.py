"""`tocsin pause`: nobody is told for a while; levels go on, and what was held back is told at its end."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from tocsin.domain.controls import ControlError
from tocsin.web.i18n import Reader
from tocsin_cli.desk import desk_of, moment_of, who
from tocsin_cli.errors import BadInputError
from tocsin_cli.files import load_client
from tocsin_cli.output import Screen, short

LONGEST_REASON = 300


def pause(
    client_file: Annotated[str, typer.Argument(metavar="CLIENT.yaml", help="The client's file; - is stdin.")],
    until: Annotated[
        str | None,
        typer.Option(
            metavar="TIME", help="Its end: 2026-03-02T18:00, 18:00 or 2h, by the client's clock; at most 14 days."
        ),
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="End it now.")] = False,
    reason: Annotated[str | None, typer.Option(help="Why; it is kept and reported.")] = None,
    by: Annotated[str | None, typer.Option(help="Who does it; as AWS knows you, without it.")] = None,
    region: Annotated[str | None, typer.Option(help="AWS region of the stack.")] = None,
) -> None:
    """Page nobody of a deployed client until a time. It ends by itself, and the desk is told what was held back."""
    given = load_client(client_file)
    if (until is None) == (not resume):
        raise BadInputError("say either --until TIME or --resume")
    why = checked_reason(reason)
    now = datetime.now(UTC)
    end = moment_of(until, given, now, "--until", ahead=True) if until is not None else now
    if until is not None and end <= now:
        raise BadInputError(f"--until {until!r}: a pause must end in the future")
    desk = desk_of(given, region)
    client, person = desk.client(given), who(by, region)
    controls = desk.controls.load()
    try:
        after = (
            controls.resumed(by=person, at=now, reason=why)
            if resume
            else controls.paused(end, by=person, at=now, reason=why)
        )
    except ControlError as error:
        raise BadInputError(f"--{'resume' if resume else 'until'}: {error}") from None
    desk.controls.save(after)
    screen, reader = Screen(), Reader("en", client.timezone)
    if resume:
        screen.say(
            f"{short(client.name)} is no longer paused: the next minute tells the desk what was held back", "green"
        )
        return
    screen.say(
        f"{short(client.name)} is paused until {reader.date(end)}, {reader.clock(end)} ({reader.zone(end)}):"
        " levels go on, nobody is told",
        "yellow",
    )


def checked_reason(said: str | None) -> str | None:
    if said is None:
        return None
    if not said.strip() or len(said) > LONGEST_REASON:
        raise BadInputError(f"--reason: write 1 to {LONGEST_REASON} characters")
    return said.strip()
