"""Tables out of the files that other tools export: CSV in any of its dialects, JSON, JSON Lines, XLSX.

Files come from strangers: sizes, rows, columns and nesting are bounded, XML is read without entities (defusedxml).
"""

import csv
import io
import json
import re
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from typing import Any

from tocsin_cli.errors import BadInputError

Cell = str | int | float | bool | datetime | date | time | None

MOST_ROWS = 1_048_576
"""As many as a sheet of Excel has."""
MOST_COLUMNS = 500
LARGEST_CELL = 1_000_000
LARGEST_SHEETS = 100 * 1024 * 1024
"""Bytes of a workbook after decompression; an export of a year has about ten."""
_MOST_PARTS = 5_000
_LONGEST_QUOTE = 500
"""Lines of one cell; more are a quote that was never closed."""
_DEEPEST = 5
_HEADER_WITHIN = 20
_DELIMITERS = ";,\t|"
_BOMS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_HIGH_LETTERS = re.compile(rb"[\xc0-\xff\xa1\xa2\xaf\xb2\xb3\xb4\xb8\xba\xbf\xa5\xaa]+")


@dataclass(frozen=True)
class Row:
    """``number`` as a spreadsheet counts it, the first is 1."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """``how`` it was read, in words. ``broken``: rows that could not be read, with why. ``from_1904``: Excel's serial
    dates count from there."""

    headers: tuple[str, ...]
    rows: tuple[Row, ...]
    how: str
    broken: tuple[tuple[int, str], ...] = ()
    from_1904: bool = False


def read_table(
    data: bytes,
    *,
    knows: Callable[[str], bool],
    encoding: str | None = None,
    sheet: str | None = None,
    header: int | None = None,
) -> Table:
    """``knows``: whether a heading is a known one, to find the row of headings below a title. ``header``: that row's
    number, 0 when there is none. Raise BadInputError that says what is wrong and the way out."""
    if data.startswith(_OLD_EXCEL):
        raise BadInputError("an old Excel file (.xls) or one with a password: save it as .xlsx or .csv")
    if data.startswith(b"PK"):
        rows, how, from_1904 = _workbook(data, sheet)
        return _headed(rows, how, knows, header, from_1904=from_1904)
    text, spoken = decode(data, encoding)
    start = text.lstrip()[:1]
    if not start:
        raise BadInputError("the file is empty")
    if start == "<":
        raise BadInputError("a web page or XML, not a table: export it as CSV, XLSX or JSON")
    if start in {"[", "{"} and (table := _json(text, spoken)) is not None:
        return table
    rows, how = _csv(text, spoken)
    return _headed(rows, how, knows, header)


def decode(data: bytes, encoding: str | None = None) -> tuple[str, str]:
    """The text, and the encoding it was in: what was said, what a byte order mark says, or what the bytes look like."""
    if encoding is None:
        encoding = next((name for bom, name in _BOMS if data.startswith(bom)), None) or _looks_like(data)
    try:
        text = data.decode(encoding, "strict" if encoding.startswith("utf") else "replace")
    except LookupError:
        raise BadInputError(f"--encoding {encoding}: unknown; known are utf-8, utf-16, windows-1251, ...") from None
    except UnicodeDecodeError as error:
        raise BadInputError(
            f"not {encoding} (byte {error.start + 1}): say which it is, like --encoding windows-1251"
        ) from None
    except UnicodeError:
        raise BadInputError(
            f"--encoding {encoding}: no encoding of a table; known are utf-8, windows-1251, ..."
        ) from None
    return text.replace("\0", "").lstrip("\ufeff"), encoding


def _looks_like(data: bytes) -> str:
    head = data[:8_192]
    for name, upper in (("utf-16-le", head[1::2]), ("utf-16-be", head[0::2])):
        if upper.count(0) + upper.count(4) > len(upper) * 0.8:  # Latin and Cyrillic, which no other encoding looks like
            return name
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        runs = [len(run) for run in _HIGH_LETTERS.findall(data[:1_000_000])]
        in_words = sum(length for length in runs if length > 1)
        return "windows-1251" if in_words > sum(runs) / 2 else "windows-1252"
    return "utf-8"


def _headed(
    rows: Iterator[Row] | Sequence[Row],
    how: str,
    knows: Callable[[str], bool],
    header: int | None,
    *,
    from_1904: bool = False,
) -> Table:
    """The row of headings: the one said, else the first with two known ones, else the first that is not empty."""
    every = [row for row in rows if any(cell not in {None, ""} for cell in row.cells)]
    if not every:
        raise BadInputError("the table is empty")
    if header == 0:
        width = max(len(row.cells) for row in every)
        return Table(tuple(str(n) for n in range(1, width + 1)), tuple(every), how, from_1904=from_1904)
    if header is not None:
        at = next((at for at, row in enumerate(every) if row.number == header), None)
        if at is None:
            raise BadInputError(f"--header {header}: that row is empty or not there")
    else:
        known = (
            at
            for at, row in enumerate(every[:_HEADER_WITHIN])
            if sum(isinstance(cell, str) and knows(cell) for cell in row.cells) >= 2
        )
        at = next(known, 0)
    headers = tuple("" if cell is None else " ".join(str(cell).split())[:200] for cell in every[at].cells)
    return Table(headers, tuple(every[at + 1 :]), how, from_1904=from_1904)


def _csv(text: str, encoding: str) -> tuple[list[Row], str]:
    said = re.match(r'sep=([^\r\n"\\])\r?\n', text, re.IGNORECASE)
    skipped = 1 if said else 0
    body = text[said.end() :] if said else text
    delimiter = said[1] if said else _delimiter(body)
    csv.field_size_limit(LARGEST_CELL)
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter, escapechar=_escape(body))
    rows: list[Row] = []
    line = 0
    try:
        for number, cells in enumerate(reader, start=1 + skipped):
            if reader.line_num - line > _LONGEST_QUOTE:
                raise BadInputError(f"row {number}: a quote is opened there and not closed for {_LONGEST_QUOTE} lines")
            line = reader.line_num
            _bounded(number, len(cells))
            rows.append(Row(number, tuple(cells)))
    except csv.Error as error:
        raise BadInputError(f"row {len(rows) + 1 + skipped}: {error}") from None
    name = "tab" if delimiter == "\t" else delimiter
    return rows, f"CSV in {encoding}, {name} between cells"


def _bounded(number: int, columns: int) -> None:
    if number > MOST_ROWS:
        raise BadInputError(f"more than {MOST_ROWS:,} rows: split the file")
    if columns > MOST_COLUMNS:
        raise BadInputError(f"row {number}: more than {MOST_COLUMNS} columns")


def _escape(text: str) -> str | None:
    """Some tools write a quote within quotes as \\" instead of as two."""
    return "\\" if re.search(r'\\"(?!\s*[;,\t|\r\n])', text) and not re.search(r'[^;,\t|\r\n]""', text) else None


def _delimiter(text: str) -> str:
    """The one that gives most rows the same number of cells, more than one; of equals, the most cells."""

    def merit(delimiter: str) -> tuple[float, int]:
        try:
            rows = [row for row in islice(csv.reader(io.StringIO(text[:100_000]), delimiter=delimiter), 100) if row]
        except csv.Error:
            return (0.0, 0)
        if len(rows) > 1 and len(text) > 100_000:
            rows.pop()
        width, count = Counter(map(len, rows)).most_common(1)[0] if rows else (0, 0)
        return (count / len(rows), width) if width > 1 else (0.0, 0)

    return max(_DELIMITERS, key=merit) if any(merit(each)[1] for each in _DELIMITERS) else ","


def _workbook(data: bytes, sheet: str | None) -> tuple[list[Row], str, bool]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise BadInputError(f"a broken workbook or zip: {error}") from None
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_SHEETS:
        raise BadInputError(f"over {LARGEST_SHEETS // 1024 // 1024} MB when unpacked: export fewer rows, or CSV")
    if not any(part.filename.startswith("xl/") for part in parts):
        raise BadInputError("a zip without a workbook in it: unpack it first")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _sheet(data, sheet)
    except BadInputError:
        raise
    except Exception as error:  # noqa: BLE001 openpyxl raises whatever a broken part leads to
        raise BadInputError(f"a broken workbook: {type(error).__name__}") from None


def _sheet(data: bytes, wanted: str | None) -> tuple[list[Row], str, bool]:
    from openpyxl import DEFUSEDXML, load_workbook

    if not DEFUSEDXML:
        raise BadInputError("XLSX needs the library defusedxml beside openpyxl: run make setup")
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        sheets = {each.title: each for each in book.worksheets}
        if wanted is not None and wanted not in sheets:
            raise BadInputError(f"--sheet {wanted!r}: there is none; there are {', '.join(map(repr, sheets))}")
        visible = [each for each in sheets.values() if getattr(each, "sheet_state", "visible") == "visible"]
        chosen: Any = sheets[wanted] if wanted is not None else (visible or [*sheets.values()])[0]
        chosen.reset_dimensions()
        rows = []
        for number, cells in enumerate(chosen.iter_rows(values_only=True), start=1):
            width = max((at for at, cell in enumerate(cells, start=1) if cell is not None), default=0)
            _bounded(number, width)
            if width:
                rows.append(Row(number, tuple(_plain(cell) for cell in cells[:width])))
        return rows, f"sheet {chosen.title!r} of a workbook", book.epoch.year == 1904
    finally:
        book.close()


def _plain(cell: Any) -> Cell:
    return cell if isinstance(cell, str | int | float | bool | datetime | date | time) or cell is None else str(cell)


def _json(text: str, encoding: str) -> Table | None:
    """A list of objects, alone or within an object; or a line for each. None when it is no JSON at all."""
    broken: list[tuple[int, str]] = []
    try:
        items = _items(json.loads(text))
        how = f"JSON in {encoding}"
    except (ValueError, RecursionError):
        items, how = [], f"JSON Lines in {encoding}"
        for number, line in enumerate(text.split("\n"), start=1):
            if line.strip():
                try:
                    items.append((number, json.loads(line)))
                except (ValueError, RecursionError):
                    broken.append((number, "not JSON"))
        if not items:
            return None
    rows: list[tuple[int, dict[str, Cell]]] = []
    headers: dict[str, None] = {}
    for number, item in items:
        _bounded(number, 0)
        if not isinstance(item, dict):
            broken.append((number, "not an object"))
            continue
        flat = dict(islice(_flat(item), MOST_COLUMNS))
        rows.append((number, flat))
        headers |= dict.fromkeys(flat)
    if not rows:
        raise BadInputError("JSON without a list of objects in it")
    names = tuple(islice(headers, MOST_COLUMNS))
    table = tuple(Row(number, tuple(flat.get(name) for name in names)) for number, flat in rows)
    return Table(names, table, how, tuple(broken))


def _items(value: Any) -> list[tuple[int, Any]]:
    """The longest list of objects within, or the one object."""
    level: list[Any] = [value]
    longest: list[Any] = []
    for _ in range(_DEEPEST):
        for each in level:
            if isinstance(each, list) and len(each) > len(longest) and any(isinstance(item, dict) for item in each):
                longest = each
        if longest:
            break
        level = [inner for each in level if isinstance(each, dict) for inner in each.values()]
    return list(enumerate(longest or [value], start=1))


def _flat(item: dict[str, Any], prefix: str = "", depth: int = 0) -> Iterator[tuple[str, Cell]]:
    """author: {name: x} becomes author.name; a list of plain values one text."""
    for key, value in item.items():
        name = f"{prefix}{key}"[:200]
        if isinstance(value, dict) and depth < _DEEPEST:
            yield from _flat(value, f"{name}.", depth + 1)
        elif isinstance(value, list):
            yield name, ", ".join(str(each) for each in value if isinstance(each, str | int | float))[:LARGEST_CELL]
        elif value is None or isinstance(value, str | int | float | bool):
            yield name, value
