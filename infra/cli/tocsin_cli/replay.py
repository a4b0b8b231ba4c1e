"""`tocsin replay`: the same scoring and detection over recorded mentions, in their own time, without AWS."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from tocsin.adapters.analyzers import reader as ours
from tocsin.domain.client import Client
from tocsin.domain.detector import Detector
from tocsin.domain.matching import TermMatcher
from tocsin.domain.mention import Mention, Post
from tocsin.domain.official import concerning
from tocsin.services import replay as service
from tocsin.web.i18n import Reader
from tocsin.web.reasons import reason_sentence
from tocsin_cli.errors import BadInputError, FoundWantingError
from tocsin_cli.files import first_problem, json_lines, load_client, named
from tocsin_cli.heard import in_hearing_order
from tocsin_cli.output import COLOURS, Screen, short

SHOWN = 10
"""Brands named that the client does not have."""


@dataclass
class _Intake:
    """``read``: lines that are mentions; ``taken``: of the client's brands. ``strangers``: of brands that the client
    does not have. ``skipped``: why."""

    read: int = 0
    taken: int = 0
    strangers: Counter[str] = field(default_factory=Counter)
    skipped: list[str] = field(default_factory=list)


def replay(
    client_file: Annotated[str, typer.Argument(metavar="CLIENT.yaml", help="The client's file.")],
    mentions_file: Annotated[str, typer.Argument(metavar="MENTIONS.jsonl", help="Mentions; - is stdin.")],
    json: Annotated[bool, typer.Option("--json", help="JSON Lines, one a change of level.")] = False,
) -> None:
    """Say when the alarm would have rung, and why. Mentions without a brand are matched against the client's terms."""
    client = load_client(client_file)
    screen = Screen(json_lines=json)
    intake = _Intake()
    rows = in_hearing_order(mentions_file, sys.stdin.buffer)
    reader = Reader(client.language, client.timezone)
    changes = 0
    for line in service.replay(client, _mentions(client, mentions_file, intake, rows), ours.Reader(), Detector()):
        changes += 1
        if json:
            screen.data(_as_data(reader, line))
            continue
        local = reader.local(line.at)
        screen.say(f"{local:%Y-%m-%d %H:%M}  {line.level.value:7} {line.index:5.1f}  {line.brand}", COLOURS[line.level])
        for reason in line.reasons:
            screen.say(f"    {reason_sentence(reader, reason)}")
    _tell_passed_over(intake, named(mentions_file))
    screen.step(f"{intake.taken} mentions, {changes} changes of level")
    if intake.skipped and not intake.read:
        raise FoundWantingError(f"{named(mentions_file)}: not one mention could be read")


def _as_data(reader: Reader, line: service.LevelLine) -> dict[str, Any]:
    return {
        **line.model_dump(mode="json", exclude={"reasons"}),
        "reasons": [
            {"name": reason.name.value, "points": reason.points, "text": reason_sentence(reader, reason)}
            for reason in line.reasons
        ],
    }


def recorded(client: Client, path: str) -> list[Mention]:
    """A file's mentions of the client's brands in the order they were heard; what was passed over is said on stderr.

    Raise FoundWantingError when there is none."""
    intake = _Intake()
    mentions = list(_mentions(client, path, intake, json_lines(path)))
    _tell_passed_over(intake, named(path))
    if not mentions:
        raise FoundWantingError(f"{named(path)}: not one mention of the client's brands")
    return service.in_order(mentions)


def _tell_passed_over(intake: _Intake, origin: str) -> None:
    for warning in intake.skipped:
        typer.echo(f"{warning}; skipped", err=True)
    for brand, count in intake.strangers.most_common(SHOWN):
        typer.echo(f"{origin}: passed over: {count} of {short(brand)!r}, no brand of the client", err=True)
    if len(intake.strangers) > SHOWN:
        typer.echo(f"{origin}: passed over: {len(intake.strangers) - SHOWN} more such brands", err=True)


def _mentions(client: Client, path: str, intake: _Intake, rows: Iterable[tuple[int, Any]]) -> Iterator[Mention]:
    """Mentions of the client's brands; what else was there is noted in ``intake``."""
    matchers = {brand.name: TermMatcher(brand) for brand in client.brands}
    for number, row in rows:
        place = f"{named(path)}, line {number}"
        if not isinstance(row, dict):
            raise BadInputError(f"{place}: must be a mention, an object with id, source, published_at, fetched_at, ...")
        try:
            if row.get("brand") is None:
                post = Post.model_validate({key: value for key, value in row.items() if key != "brand"})
                intake.read += 1
                for mention in concerning([post], [post], None, client.brands, matchers):
                    intake.taken += 1
                    yield mention
                continue
            mention = Mention.model_validate(row)
        except ValidationError as error:
            trouble = f"{place}: {first_problem(error)}"
            if any(problem["type"] != "string_too_long" for problem in error.errors(include_url=False)):
                raise BadInputError(trouble) from None
            intake.skipped.append(trouble)
            continue
        intake.read += 1
        if mention.brand in matchers:
            intake.taken += 1
            yield mention
        else:
            intake.strangers[mention.brand] += 1
