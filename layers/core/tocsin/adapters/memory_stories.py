"""The twin of the store of stories."""

from datetime import datetime

from tocsin.domain.errors import ConflictError


class MemoryStoryStore:
    def __init__(self) -> None:
        self._books: dict[str, tuple[int, bytes]] = {}

    def load(self, brand: str) -> tuple[int, bytes]:
        return self._books.get(brand, (0, b""))

    def save(self, brand: str, form: bytes, *, version: int, until: datetime) -> None:  # noqa: ARG002 - never long
        there = self.load(brand)[0]
        if there != version - 1:
            raise ConflictError(f"version {version - 1} was expected, version {there} is there")
        self._books[brand] = (version, form)
