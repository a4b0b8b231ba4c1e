"""Finding the items in what somebody recorded of an API, whatever wraps them, and saying what was not taken."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tocsin.domain.text import clip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_BODIES = frozenset({"body", "string", "response", "payload"})
"""Where recorders (VCR, nock, HAR and the like) keep a response's body, often as text."""
_MAX_INNER = 20_000_000


def found(
    value: Any, wanted: Callable[[dict[str, Any]], bool], *, into: tuple[str, ...] = ()
) -> Iterator[dict[str, Any]]:
    """Every object that is wanted, in the document's order, at any depth; of what lies inside one of them only what is
    under the keys ``into`` (answers, comments).

    ``value``: as answers.json_of gave it, so not nested deeper than that allows.
    """
    pending = [value]
    while pending:
        current = pending.pop()
        if isinstance(current, dict):
            if wanted(current):
                yield current
                pending.extend(current[key] for key in reversed(into) if key in current)
                continue
            pending.extend(_inner(key, inner) for key, inner in reversed(current.items()))
        elif isinstance(current, list):
            pending.extend(reversed(current))


def strays(value: Any, wanted: Callable[[dict[str, Any]], bool], lists: frozenset[str]) -> Iterator[str]:
    """A line for each entry of a list with wanted objects (the document itself, or one under a name of ``lists``) that
    is none of them."""
    pending: list[tuple[str, Any]] = [("the list", value)]
    while pending:
        place, current = pending.pop()
        if isinstance(current, dict):
            pending.extend((key, inner) for key, inner in reversed(current.items()) if isinstance(inner, dict | list))
        elif isinstance(current, list):
            other = [not (isinstance(entry, dict) and wanted(entry)) for entry in current]
            if (place in lists or place == "the list") and not all(other):
                for number, entry in enumerate(current, start=1):
                    if other[number - 1]:
                        yield f"entry {number:,} of {place} is skipped: it is {keys_of(entry)}"
            else:
                pending.extend(("", entry) for entry in current if isinstance(entry, dict | list))


def _inner(key: str, value: Any) -> Any:
    if key in _BODIES and isinstance(value, str) and value.lstrip()[:1] in {"{", "["} and len(value) < _MAX_INNER:
        try:
            return json.loads(value, strict=False)
        except (ValueError, RecursionError):
            return None
    return value


def common_fields(items: Iterable[dict[str, Any]]) -> frozenset[str] | None:
    """The names that every item has with a value, so that a field which is gone is noticed; None without items."""
    common: frozenset[str] | None = None
    for item in items:
        names = frozenset(name for name, value in item.items() if value is not None and len(name) <= 60)
        common = names if common is None else common & names
    return common


def keys_of(value: Any) -> str:
    """What a document without posts is made of, for people: its first keys."""
    if isinstance(value, dict):
        names = [clip(key, 40) + (f" ({len(of):,})" if isinstance(of, list) else "") for key, of in value.items()]
        return "an object with " + (", ".join(names[:8]) or "nothing in it")
    if isinstance(value, list):
        return f"a list of {len(value):,} items" if value else "an empty list"
    return f"only {clip(json.dumps(value), 60)}"


def line_of(said: str, limit: int = 200) -> str:
    """A stranger's words as one line that can be printed anywhere."""
    return clip(" ".join("".join(char if char.isprintable() else " " for char in said[:10_000]).split()), limit)


class Notes:
    """What is to be said of a response beside its posts."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._undated = 0
        self._unreadable: list[str] = []

    def say(self, line: str) -> None:
        self._lines.append(line_of(line, 600))

    def skip(self, number: int, why: str) -> None:
        self.say(f"item {number:,} is skipped: {why}")

    def undated(self, said: str) -> None:
        """``said``: the date that could not be read; '' where there was none."""
        if said:
            self._unreadable.append(line_of(said, 60))
        else:
            self._undated += 1

    def lines(self) -> tuple[str, ...]:
        lines = list(self._lines)
        if self._unreadable:
            lines.append(
                f"{_items(len(self._unreadable))}: date not readable, taken as of now (first: «{self._unreadable[0]}»)"
            )
        if self._undated:
            lines.append(f"{_items(self._undated)}: no date, taken as of now")
        return tuple(lines)


def _items(number: int) -> str:
    return "1 item" if number == 1 else f"{number:,} items"
