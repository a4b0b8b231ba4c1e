"""Reading a series of counts, `timestamp,value`, line by line as it comes. Every error names the line."""

import csv
import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple

from tocsin_cli.errors import BadInputError
from tocsin_cli.files import STDIN, named

COLUMNS = ("timestamp", "value")
LONGEST_LINE = 4096
MISSING = {"", "nan", "null", "none", "na", "n/a", "-"}


class Row(NamedTuple):
    """``timestamp`` and ``value`` as they stood there; ``mentions`` is None where none is given."""

    line: int
    timestamp: str
    value: str
    at: datetime
    mentions: float | None


def rows(path: str) -> Iterator[Row]:
    """A time without a zone is taken as UTC. Further columns and empty lines are passed over."""
    with _opened(path) as stream:
        places: tuple[int, int] | None = None
        line = 0
        while raw := stream.readline(LONGEST_LINE):
            line += 1
            place = f"{named(path)}, line {line}"
            cells = _cells(raw, place)
            if not any(cells):
                continue
            if places is None:
                places = _places(cells, place)
            else:
                yield _row(cells, places, line, place)
        if places is None:
            raise BadInputError(f"{named(path)}: empty; it must begin with the line {','.join(COLUMNS)}")


@contextmanager
def _opened(path: str) -> Iterator[BinaryIO]:
    if path == STDIN:
        yield sys.stdin.buffer
        return
    try:
        stream = Path(path).open("rb")  # noqa: SIM115 - closed below
    except OSError as error:
        raise BadInputError(f"{path}: {error.strerror or error}") from None
    with stream:
        yield stream


def _cells(raw: bytes, place: str) -> list[str]:
    if len(raw) >= LONGEST_LINE:
        raise BadInputError(f"{place}: over {LONGEST_LINE} bytes")
    try:
        parsed = list(csv.reader([raw.decode("utf-8-sig").rstrip("\r\n")], strict=True))
    except UnicodeDecodeError:
        raise BadInputError(f"{place}: not UTF-8") from None
    except csv.Error as error:
        raise BadInputError(f"{place}: not CSV: {error}") from None
    return [cell.strip() for cell in parsed[0]] if parsed else []


def _places(cells: list[str], place: str) -> tuple[int, int]:
    names = [cell.lower() for cell in cells]
    for column in COLUMNS:
        if names.count(column) != 1:
            raise BadInputError(
                f"{place}: the first line must be {','.join(COLUMNS)}, each once; it is {','.join(cells)[:80]!r}"
            )
    return names.index(COLUMNS[0]), names.index(COLUMNS[1])


def _row(cells: list[str], places: tuple[int, int], line: int, place: str) -> Row:
    if len(cells) <= max(places):
        raise BadInputError(f"{place}: a row needs {' and '.join(COLUMNS)}")
    timestamp, value = cells[places[0]], cells[places[1]]
    try:
        at = datetime.fromisoformat(timestamp)
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadInputError(f"{place}: timestamp must be like 2026-03-31 17:05:00") from None
    return Row(line, timestamp, value, at, _count(value, place))


def _count(value: str, place: str) -> float | None:
    if value.lower() in MISSING:
        return None
    try:
        count = math.nan if "_" in value else float(value)
    except ValueError:
        count = math.nan
    if math.isnan(count):
        raise BadInputError(f"{place}: value must be a number, or empty where it is missing")
    return count
