"""Recorded responses of real sources, beside the repository; tests that need them skip where they are not."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tocsin.adapters.sources.registry import parser
from tocsin.adapters.sources.values import Parsed

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus"


def files(folder: str) -> list[Any]:
    """A parameter for each recording of a folder; one that skips where there is none."""
    found = sorted(path for path in (CORPUS / folder).glob("*") if not path.name.startswith("_"))
    absent = pytest.param(
        None, marks=pytest.mark.skip(reason=f"../shared/corpus/{folder} is not beside this repository")
    )
    return [pytest.param(path, id=path.name) for path in found] or [absent]


def read(kind: str, path: Path, url: str | None = None) -> Parsed:
    return parser(kind)(path.read_bytes(), fetched_at=NOW, url=url)


def raw(path: Path) -> Any:
    """The recording as JSON; None when it is none."""
    try:
        return json.loads(path.read_bytes())
    except ValueError:
        return None


def pick(
    value: Any, wanted: Callable[[dict[str, Any]], bool], *, outside: frozenset[str] = frozenset()
) -> Iterator[Any]:
    """Objects that are wanted, wherever they stand, but not under these keys. By a stack: not as the parsers walk."""
    stack = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, dict):
            if wanted(one):
                yield one
            stack += [inner for key, inner in one.items() if key not in outside]
        elif isinstance(one, list):
            stack += one


def bare(text: str) -> str:
    """Letters and digits alone: what must be the same however it is written down."""
    return "".join(char for char in text if char.isalnum())
