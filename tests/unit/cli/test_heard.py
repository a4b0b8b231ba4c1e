"""Protects: a replay that hears in order whatever the order of the file, names the bad line, and does not grow."""

import io
import json
import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.samples import NOON
from tocsin_cli.errors import BadInputError
from tocsin_cli.heard import in_hearing_order


def row(number: int, late: float = 1) -> dict[str, Any]:
    at = NOON + timedelta(minutes=number)
    return {"id": str(number), "published_at": at.isoformat(), "fetched_at": (at + timedelta(minutes=late)).isoformat()}


def written(folder: Path, rows: list[dict[str, Any]]) -> str:
    path = folder / "mentions.jsonl"
    path.write_text("\n".join(json.dumps(each) for each in rows), encoding="utf-8")
    return str(path)


def ids(path: str, stdin: bytes = b"") -> list[str]:
    return [value["id"] for _, value in in_hearing_order(path, io.BytesIO(stdin))]


def test_any_order_of_the_file_is_heard_in_one(tmp_path: Path) -> None:
    rows = [row(number) for number in range(50)]
    mixed = rows[:]
    random.Random(1).shuffle(mixed)
    assert ids(written(tmp_path, rows)) == ids(written(tmp_path, mixed)) == [each["id"] for each in rows]


def test_what_comes_late_is_heard_late_and_an_export_as_it_was_published(tmp_path: Path) -> None:
    late, export = row(1, late=60), row(3, late=60 * 24 * 30)
    assert ids(written(tmp_path, [row(2), late, export])) == ["2", "3", "1"]


def test_stdin_is_read_alike() -> None:
    said = "\n".join(json.dumps(row(number)) for number in (3, 1, 2)).encode()
    assert ids("-", said) == ["1", "2", "3"]


def test_a_bad_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "mentions.jsonl"
    path.write_text(json.dumps(row(1)) + "\n\n{oops\n", encoding="utf-8")
    with pytest.raises(BadInputError, match="line 3: not JSON"):
        ids(str(path))
    with pytest.raises(BadInputError, match=r"missing\.jsonl"):
        ids(str(tmp_path / "missing.jsonl"))


def test_rows_without_times_stay_where_they_are(tmp_path: Path) -> None:
    odd = {"id": "odd", "published_at": 7}
    assert ids(written(tmp_path, [row(1), odd, row(2)])) == ["1", "odd", "2"]
