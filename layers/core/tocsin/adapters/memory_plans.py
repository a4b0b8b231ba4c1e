"""The twin of the plans' store."""

import threading

from tocsin.domain.errors import ConflictError
from tocsin.domain.playbook import Library
from tocsin.domain.playbook_changes import PlaybookOverlay, applied, left


class MemoryPlanStore:
    def __init__(self, library: Library | None = None) -> None:
        self._library = library
        self._changes = PlaybookOverlay()
        self._lock = threading.Lock()

    def library(self) -> Library | None:
        return applied(self._library, self._changes) if self._library is not None else None

    def deployed(self) -> Library | None:
        return self._library

    def save_library(self, library: Library) -> None:
        with self._lock:
            self._library = library
            self._changes = left(library, self._changes)

    def changes(self) -> PlaybookOverlay:
        return self._changes

    def save_changes(self, changes: PlaybookOverlay) -> None:
        with self._lock:
            if changes.version != self._changes.version + 1:
                raise ConflictError(f"version {changes.version - 1} was expected, {self._changes.version} is there")
            self._changes = changes
