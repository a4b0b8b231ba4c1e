"""`tocsin import`: mentions out of the exports of other tools."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from tocsin.adapters.queue_sqs import SqsMentionQueue
from tocsin.domain.client import Client
from tocsin.domain.detector import HORIZON
from tocsin.domain.mention import Mention
from tocsin_cli.agency import load_agency
from tocsin_cli.aws import aws_client, find_stack, require_account
from tocsin_cli.errors import BadInputError, FoundWantingError
from tocsin_cli.files import STDIN, load_client, named, read_bytes
from tocsin_cli.import_columns import Columns, choose, known
from tocsin_cli.import_mentions import Intake, Options, facts, take
from tocsin_cli.import_readers import Row, Table, read_table
from tocsin_cli.import_values import like_a_formula
from tocsin_cli.output import Screen, short

TOLD = 20
"""Rows told one by one; all of them go to --rejects."""


def import_(
    client_file: Annotated[str, typer.Argument(metavar="CLIENT.yaml", help="The client's file.")],
    file: Annotated[str, typer.Argument(metavar="FILE", help="CSV, JSON, JSON Lines or XLSX; - is stdin.")],
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="FIELD=COLUMN", help="Which column is what, by name or number; the rest is guessed."
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be read.")] = False,
    json: Annotated[
        bool, typer.Option("--json", help="With --dry-run or --deployed: the summary as a JSON line.")
    ] = False,
    deployed: Annotated[
        bool, typer.Option("--deployed", help="Put the mentions into the queue of the client's stack.")
    ] = False,
    rejects: Annotated[
        str | None, typer.Option(metavar="FILE", help="Keep rows that are no mentions here, as CSV, with the reason.")
    ] = None,
    brand: Annotated[str | None, typer.Option(help="All of it concerns this brand; else its terms decide.")] = None,
    date_format: Annotated[str | None, typer.Option(help="dmy, mdy, ymd, or a pattern like %d.%m.%Y %H:%M.")] = None,
    timezone: Annotated[str | None, typer.Option(help="Of dates that name none; the client's without.")] = None,
    encoding: Annotated[str | None, typer.Option(help="Like windows-1251; found out without.")] = None,
    sheet: Annotated[str | None, typer.Option(help="Which sheet of a workbook; the first without.")] = None,
    header: Annotated[int | None, typer.Option(min=0, help="The row of headings; 0 when there is none.")] = None,
    region: Annotated[str | None, typer.Option(help="AWS region of the stack.")] = None,
) -> None:
    """Read another tool's export as mentions, printed as JSON Lines; the columns are guessed, and the guess is told."""
    if file == STDIN == client_file:
        raise BadInputError("only one of the two files can be stdin")
    client = load_client(client_file)
    if brand is not None and client.brand(brand) is None:
        raise BadInputError(f"--brand {brand!r}: the client has none of that name")
    screen = Screen(json_lines=True)
    now = datetime.now(UTC)
    options = Options(zone=timezone or client.timezone, now=now, date_format=date_format, brand=brand)
    try:
        table = read_table(read_bytes(file), knows=known, encoding=encoding, sheet=sheet, header=header)
        columns = choose(table.headers, mapping or ())
        _tell_columns(screen, table, columns)
        intake = take(table, columns, client, options)
    except BadInputError as error:
        text = str(error)
        raise BadInputError(text if text.startswith(named(file)) else f"{named(file)}: {text}") from None
    _tell_rejected(intake, named(file))
    if rejects is not None and not dry_run:
        _keep(Path(rejects), table, intake)
    if deployed and not dry_run:
        _queue(client, intake.mentions, region)
    elif not dry_run:
        for mention in intake.mentions:
            screen.data(mention.model_dump(mode="json"))
    summary = facts(intake, now, HORIZON)
    if json and (dry_run or deployed):
        screen.data({**summary, "columns": {name: table.headers[at] for name, at in columns.at.items()}})
    _tell(screen, summary, dry_run=dry_run, deployed=deployed)
    if not intake.mentions:
        raise FoundWantingError(f"{named(file)}: not one mention in it")


def _tell_columns(screen: Screen, table: Table, columns: Columns) -> None:
    screen.step(f"{table.how}, {len(table.rows)} rows")
    for name, at in columns.at.items():
        screen.step(f"{name} = column {at + 1}, {short(table.headers[at])!r}")
    unused = [short(header, 40) for at, header in enumerate(table.headers) if at not in columns.at.values() and header]
    if unused:
        screen.step(f"not used: {', '.join(unused[:40])}")


def _tell_rejected(intake: Intake, origin: str) -> None:
    for row, why in intake.rejected[:TOLD]:
        typer.echo(f"{origin}, row {row.number}: {short(why, 200)}; skipped", err=True)
    if len(intake.rejected) > TOLD:
        typer.echo(
            f"{origin}: {len(intake.rejected) - TOLD} more rows skipped; --rejects FILE keeps them all", err=True
        )
    for warning in intake.warnings:
        typer.echo(f"{origin}: {short(warning, 200)}", err=True)


def _tell(screen: Screen, summary: dict[str, Any], *, dry_run: bool, deployed: bool) -> None:
    done = "would be read" if dry_run else "queued" if deployed else "read"
    screen.step(
        f"{summary['mentions']} mentions {done}, {summary['history']} of them history that rings for nobody;"
        f" {summary['rejected']} rows skipped, {summary['repeated']} repeated"
    )


def _keep(path: Path, table: Table, intake: Intake) -> None:
    """Rows as they came, to be mended and read again; a spreadsheet that opens them obeys no formula in them."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([*map(_harmless, table.headers), "row", "why"])
    for row, why in intake.rejected:
        writer.writerow([*_cells(row, len(table.headers)), row.number, _harmless(why)])
    path.write_bytes(out.getvalue().encode("utf-8-sig", "replace"))


def _cells(row: Row, width: int) -> Sequence[str]:
    cells = [_harmless("" if cell is None else str(cell)) for cell in row.cells[:width]]
    return [*cells, *[""] * (width - len(cells))]


def _harmless(cell: str) -> str:
    return f"'{cell}" if like_a_formula(cell) or cell[:1] in {"\t", "\r", "\n"} else cell


def _queue(client: Client, mentions: Sequence[Mention], region: str | None) -> None:
    """The stack counts them by the minute of publication: what is older than its horizon feeds the baseline only."""
    where = load_agency(region=region).region
    require_account(where)
    stack = find_stack(client.client, where)
    url = stack.outputs.get("MentionsQueueUrl") if stack else None
    if url is None:
        raise FoundWantingError(f"{client.client} is not deployed: tocsin client deploy comes first")
    SqsMentionQueue(aws_client("sqs", where), url).send(mentions)
