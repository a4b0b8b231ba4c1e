"""Recorded mentions line by line in the order in which they were heard, without holding them.

A file that is in that order already, as every log is, is read twice and never held. One that is not is read by an
index of times and places, 16 bytes a line.
"""

import json
import shutil
import tempfile
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from tocsin.services.replay import heard_between
from tocsin_cli.errors import BadInputError
from tocsin_cli.files import STDIN, named, no_constant

LONGEST_LINE = 4 * 1024 * 1024
BOM = b"\xef\xbb\xbf"


def in_hearing_order(path: str, stdin: IO[bytes]) -> Iterator[tuple[int, Any]]:
    """Each line's number and value; empty lines are passed over. Raise BadInputError, naming file and line."""
    with _opened(path, stdin) as file:
        if _ordered(file, path):
            file.seek(0)
            for number, line in enumerate(_lines(file, path), start=1):
                if line.strip():
                    yield number, _value(line, number, path)
            return
        times, places, numbers = array("d"), array("q"), array("q")
        file.seek(0)
        place = 0
        for number, line in enumerate(_lines(file, path), start=1):
            if line.strip():
                times.append(_heard(_value(line, number, path), times[-1] if times else 0.0))
                places.append(place)
                numbers.append(number)
            place += len(line)
        for each in sorted(range(len(times)), key=times.__getitem__):
            file.seek(places[each])
            yield numbers[each], _value(file.readline(), numbers[each], path)


def _ordered(file: IO[bytes], path: str) -> bool:
    last = 0.0
    for number, line in enumerate(_lines(file, path), start=1):
        if line.strip():
            heard = _heard(_value(line, number, path), last)
            if heard < last:
                return False
            last = heard
    return True


def _heard(row: Any, otherwise: float) -> float:
    """Seconds of the epoch; a row without times goes with the one before it, and is refused when it is read."""
    try:
        published, fetched = (_moment(row[name]) for name in ("published_at", "fetched_at"))
    except (KeyError, TypeError, ValueError, OverflowError):
        return otherwise
    return heard_between(published, fetched).timestamp()


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _lines(file: IO[bytes], path: str) -> Iterator[bytes]:
    while line := file.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            raise BadInputError(f"{named(path)}: a line of over {LONGEST_LINE // 1024 // 1024} MB")
        yield line


def _value(line: bytes, number: int, path: str) -> Any:
    try:
        return json.loads(line.removeprefix(BOM) if number == 1 else line, parse_constant=no_constant)
    except UnicodeDecodeError:
        raise BadInputError(f"{named(path)}, line {number}: not UTF-8") from None
    except (ValueError, RecursionError) as error:
        raise BadInputError(f"{named(path)}, line {number}: not JSON: {error}") from None


@contextmanager
def _opened(path: str, stdin: IO[bytes]) -> Iterator[IO[bytes]]:
    """What cannot be read twice is kept on disk meanwhile."""
    try:
        file = stdin if path == STDIN else Path(path).open("rb")  # noqa: SIM115 - closed below, whichever it is
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise BadInputError(f"{path}: {getattr(error, 'strerror', None) or error}") from None
    with file:
        if path != STDIN and file.seekable():
            yield file
            return
        with tempfile.TemporaryFile() as kept:
            shutil.copyfileobj(file, kept)
            kept.seek(0)
            yield kept
