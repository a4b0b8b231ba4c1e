"""`tocsin tune`: what each threshold would have cost and brought on the client's own history."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from tocsin.domain.calendar import between
from tocsin.domain.client import Client
from tocsin.domain.detector import Detector
from tocsin.domain.mention import Mention
from tocsin.ports import Analyzer
from tocsin.services.history import KEPT, AsKept, history
from tocsin.services.replay import in_order
from tocsin.services.tune import Row, traced
from tocsin.services.tune import tune as rows_of
from tocsin.web.i18n import Reader
from tocsin_cli.desk import desk_of
from tocsin_cli.errors import BadInputError, FoundWantingError
from tocsin_cli.files import STDIN, load_client
from tocsin_cli.output import Screen, short
from tocsin_cli.replay import recorded
from tocsin_cli.tune_chart import chart as drawn

ENDINGS = (".svg", ".html")


def tune(
    client_file: Annotated[str, typer.Argument(metavar="CLIENT.yaml", help="The client's file.")],
    mentions_file: Annotated[
        str | None,
        typer.Argument(
            metavar="[MENTIONS.jsonl]",
            help="The history: months of mentions; - is stdin. Without it, what the deployed stack has kept.",
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON Lines, one a threshold.")] = False,
    chart: Annotated[
        str | None, typer.Option(metavar="FILE.svg|FILE.html", help="Draw alarms a month against delay as well.")
    ] = None,
    region: Annotated[str | None, typer.Option(help="AWS region of the stack.")] = None,
) -> None:
    """Show alarms and pages a month against delay for a range of thresholds of issue.

    The delay is counted from the moment at which the most watchful of these thresholds rang for the same storm.
    """
    if client_file == STDIN and mentions_file == STDIN:
        raise BadInputError("only one of the two can come from stdin")
    if chart is not None and not chart.endswith(ENDINGS):
        raise BadInputError(f"--chart {chart!r}: name a file that ends in .svg or .html")
    client = load_client(client_file)
    heard, analyzer = _kept(client, region) if mentions_file is None else _read(client, mentions_file)
    trace = traced(client, heard, analyzer, Detector())
    rows = rows_of(trace)
    screen, reader = Screen(json_lines=json), Reader("en", client.timezone)
    if json:
        for row in rows:
            screen.data(row.model_dump(mode="json"))
    else:
        headings = ["issue from", "alarms", "a month", "pages a month", "delay, min", ""]
        screen.table(headings, [_cells(row) for row in rows])
    days = (trace.until - trace.since).total_seconds() / 86_400
    screen.step(f"{len(heard)} mentions of {days:.0f} days, {reader.date(trace.since)} to {reader.date(trace.until)}")
    if days < 28:
        screen.say("under four weeks: a month's figures are a guess", "yellow")
    for event in between(client.events, trace.since, trace.until):
        screen.say(
            f"{event.effect} from {reader.date(event.start)}, {reader.clock(event.start)} until"
            f" {reader.date(event.end)}, {reader.clock(event.end)}: {short(event.name)}"
        )
    if chart is not None:
        _write(chart, drawn(client, rows, trace.since, trace.until), client.name)
        screen.step(f"drawn: {chart}")


def _read(client: Client, path: str) -> tuple[Sequence[Mention], Analyzer]:
    heard = recorded(client, path)
    from tocsin.adapters.analyzers.reader import Reader as Ours  # half a second that a wrong use need not pay

    return heard, Ours()


def _kept(client: Client, region: str | None) -> tuple[Sequence[Mention], Analyzer]:
    """By the thresholds of the file at hand, deployed or not. Nothing of it is written down here."""
    desk, until = desk_of(client, region), datetime.now(UTC)
    kept = [one for brand in client.brands for one in history(desk.mentions, brand.name, until - KEPT, until)]
    if not kept:
        raise FoundWantingError(f"{client.client}: the stack has kept no mention of its brands")
    return in_order(one.mention for one in kept), AsKept(kept)


def _cells(row: Row) -> list[str]:
    delay = "" if row.median_delay_minutes is None else f"{row.median_delay_minutes:.0f}"
    own = "← the client's own" if row.shipped else ""
    return [str(row.issue), str(row.alarms), f"{row.alarms_a_month:.1f}", f"{row.pages_a_month:.1f}", delay, own]


def _write(path: str, svg: str, name: str) -> None:
    page = svg
    if path.endswith(".html"):
        from html import escape

        page = (
            f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(short(name, 80))}</title>'
            '<meta name="viewport" content="width=device-width,initial-scale=1">'
            "<style>:root{color-scheme:light dark}body{margin:0}svg{width:100%;max-width:1000px;height:auto}</style>"
            f"</head><body>\n{svg}</body></html>\n"
        )
    try:
        Path(path).write_text(page, encoding="utf-8")
    except (OSError, ValueError) as error:
        raise BadInputError(f"--chart {path}: {getattr(error, 'strerror', None) or error}") from None
