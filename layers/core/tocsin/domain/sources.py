"""Which sources a client's file asks us to look at: one unit per address, each with its own lease and cursor."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta

from tocsin.domain.client import Client
from tocsin.domain.model import Frozen


class SourceUnit(Frozen):
    """One address of one kind. ``every`` is its cadence while calm."""

    id: str
    kind: str
    url: str
    every: timedelta
    medium: str


def units_of(client: Client) -> Iterator[SourceUnit]:
    known: set[str] = set()
    for source in client.sources:
        for url in source.urls:
            unit_id = f"{source.kind}-{hashlib.sha256(url.encode()).hexdigest()[:16]}"
            if unit_id in known:
                continue
            known.add(unit_id)
            yield SourceUnit(
                id=unit_id, kind=source.kind, url=url, every=timedelta(minutes=source.every), medium=source.medium
            )
