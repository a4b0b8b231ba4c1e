"""Which sources a client's file asks us to look at: one unit per address, each with its own lease and cursor."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from tocsin.domain.model import Frozen

if TYPE_CHECKING:
    from tocsin.domain.client import Client


class Budget(Frozen):
    """What a source may use up in a calendar month (UTC). ``reserve``: the percentage kept for open incidents."""

    calls: Annotated[int, Field(ge=1)] | None = None
    usd: Annotated[Decimal, Field(gt=0, max_digits=9, decimal_places=2)] | None = None
    reserve: Annotated[int, Field(ge=0, le=90)] = 30


class SourceUnit(Frozen):
    """One thing to ask of one source.

    ``kind``: the connector; ``mode``: what is asked of it (a tag, a search, an account's thread); ``target``: the
    tag, query, account, channel or app; ``server``: the base address where a kind has many; ``locale``: country or
    language where it asks for one; ``terms``: words to search for; ``accounts``: the brand's own, where a search asks
    for the answers they get as well. ``brand``: everything found here concerns it, named or not; ``searches``: the
    brand whose terms these are. ``keyed``: needs the client's own secret. ``url``: the address, as far as it can be
    shown. ``every``: the cadence while calm, ``every_in_crisis`` while an incident is open.
    """

    id: str
    kind: str
    url: str
    every: timedelta
    medium: str
    label: str = ""
    mode: str = ""
    target: str = ""
    server: str = ""
    locale: str = ""
    terms: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    brand: str | None = None
    searches: str | None = None
    keyed: bool = False
    every_in_crisis: timedelta = timedelta(minutes=1)
    budget: Budget | None = None

    @property
    def shown(self) -> str:
        """What a person calls it; an address that is itself a secret has a label instead."""
        return self.label or self.url


def unit_id(kind: str, *parts: str) -> str:
    return f"{kind}-{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:16]}"


def units_of(client: "Client") -> Iterator[SourceUnit]:
    known: set[str] = set()
    for source in client.sources:
        for unit in source.units(client.brands):
            if unit.id not in known:
                known.add(unit.id)
                yield unit


def keyed_kinds(client: "Client") -> tuple[str, ...]:
    """The kinds that this client reads with a secret of its own, in name order: each has a function and a role."""
    return tuple(sorted({unit.kind for unit in units_of(client) if unit.keyed}))
