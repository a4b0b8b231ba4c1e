"""The twin of the store of pauses."""

import threading

from tocsin.domain.errors import ConflictError
from tocsin.domain.pause_ask import PauseBook


class MemoryPauseStore:
    def __init__(self) -> None:
        self._book = PauseBook()
        self._lock = threading.Lock()

    def load(self) -> PauseBook:
        return self._book

    def save(self, book: PauseBook) -> None:
        with self._lock:
            if book.version != self._book.version + 1:
                raise ConflictError(f"version {book.version - 1} was expected, {self._book.version} is there")
            self._book = book
