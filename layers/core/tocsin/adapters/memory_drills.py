"""The twin of the drills' store."""

import threading
from collections.abc import Mapping, Sequence

from tocsin.domain.drill_run import DrillBook
from tocsin.domain.errors import ConflictError


class MemoryDrillStore:
    def __init__(self, texts: Mapping[str, Sequence[str]] | None = None) -> None:
        self._book = DrillBook()
        self._texts: Mapping[str, Sequence[str]] = texts or {}
        self._lock = threading.Lock()

    def book(self) -> DrillBook:
        return self._book

    def save_book(self, book: DrillBook) -> None:
        with self._lock:
            if book.version != self._book.version + 1:
                raise ConflictError(f"version {book.version - 1} was expected, {self._book.version} is there")
            self._book = book

    def texts(self, scenario: str) -> tuple[str, ...]:
        return tuple(self._texts.get(scenario, ()))

    def save_texts(self, texts: Mapping[str, Sequence[str]]) -> None:
        self._texts = texts
