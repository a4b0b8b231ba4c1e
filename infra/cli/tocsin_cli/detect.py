"""`tocsin detect`: how surprising each row of a series of counts is, from that row and earlier ones only."""

import csv
import sys
from collections import Counter
from datetime import datetime
from typing import Annotated

import typer

from tocsin.domain.surge import UNKNOWN, SurgeState, Surprise, step
from tocsin_cli.errors import BadInputError
from tocsin_cli.files import STDIN, named
from tocsin_cli.series import Row, rows

NOTES = {
    "missing": "has no value: taken as not watched, not as calm",
    "repeated": "has the time of the row before: taken as the next interval",
    "backward": "is earlier than the row before: rows are taken in the order in which they come",
}


def detect(
    file: Annotated[str, typer.Argument(help="CSV of timestamp,value; - is stdin.", metavar="FILE")] = STDIN,
    why: Annotated[bool, typer.Option("--why", help="Give the reason of each alarm on stderr.")] = False,
) -> None:
    """Print timestamp,value,anomaly_score,alarm: score 0 to 1, alarm 1 where somebody is to be woken."""
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["timestamp", "value", "anomaly_score", "alarm"])
    state = SurgeState()
    notes: Counter[str] = Counter()
    before: datetime | None = None
    for row in rows(file):
        if note := _oddity(row, before):
            notes[note] += 1
            if notes[note] == 1:
                typer.echo(f"{named(file)}, line {row.line}: {NOTES[note]}", err=True)
        before = row.at
        state, surprise = _judged(state, row, file)
        out.writerow([row.timestamp, row.value, f"{surprise.score:.9f}", int(surprise.alarm)])
        sys.stdout.flush()
        if why and surprise.alarm:
            typer.echo(f"{row.timestamp}: {in_words(surprise)}", err=True)
    for note, times in notes.items():
        if times > 1:
            typer.echo(f"{named(file)}: {times} rows in all of which each {NOTES[note]}", err=True)


def in_words(surprise: Surprise) -> str:
    """Why this row is what it is."""
    hours = surprise.window_hours
    window = f"{hours:g} h" if hours >= 1 else f"{60 * hours:.0f} min"
    return (
        f"{surprise.seen:,.0f} in about {window} where {surprise.expected:,.3g} are usual:"
        f" once in {surprise.days:,.1f} days by chance"
    )


def _judged(state: SurgeState, row: Row, file: str) -> tuple[SurgeState, Surprise]:
    if row.mentions is None:
        return state, UNKNOWN
    try:
        return step(state, row.at, row.mentions)
    except ValueError as error:
        raise BadInputError(f"{named(file)}, line {row.line}: {error}") from None


def _oddity(row: Row, before: datetime | None) -> str | None:
    if row.mentions is None:
        return "missing"
    if before is None or row.at > before:
        return None
    return "repeated" if row.at == before else "backward"
