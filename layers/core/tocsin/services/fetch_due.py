"""Whose turn it is to be looked at, and in which order."""

import logging
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from tocsin.domain.client import Client
from tocsin.domain.counters import minute_of
from tocsin.domain.errors import Trouble
from tocsin.domain.levels import Level
from tocsin.domain.source_state import SourceState
from tocsin.domain.sources import SourceUnit
from tocsin.ports import CaseStore
from tocsin.services.fetch_purse import Purse

logger = logging.getLogger(__name__)

EVER = datetime.min.replace(tzinfo=UTC)


def burning_brands(cases: CaseStore | None, client: Client) -> frozenset[str]:
    """The brands whose incident is open. What cannot be read burns nothing: the looks go on."""
    if cases is None:
        return frozenset()
    try:
        return frozenset(brand.name for brand in client.brands if cases.brand_state(brand.name).stands >= Level.ISSUE)
    except Exception:
        logger.exception("the brands' levels could not be read")
        return frozenset()


def burns(unit: SourceUnit, burning: frozenset[str]) -> bool:
    """Whether what it finds is about a brand that burns; of a query of the client's own nobody knows which it is."""
    about = unit.brand or unit.searches
    return about in burning if about else bool(burning)


def in_turn(
    units: Iterable[SourceUnit], states: Mapping[str, SourceState], purse: Purse, now: datetime, *, burning: bool
) -> list[tuple[SourceUnit, SourceState]]:
    """Those that are due. Who has waited longest goes first, so that slow sources starve nobody for ever."""
    known = [(unit, states.get(unit.id, SourceState(source_id=unit.id))) for unit in units]
    due = [(unit, state) for unit, state in known if _is_due(unit, state, purse, now, burning=burning)]
    return sorted(due, key=lambda pair: _turn(pair[0], pair[1], purse, burning=burning))


def _is_due(unit: SourceUnit, state: SourceState, purse: Purse, now: datetime, *, burning: bool) -> bool:
    """By its turn; while an incident is open also before it, but never before a source that asked for patience."""
    if state.due(now):
        return True
    if not burning or (state.lease_until is not None and state.lease_until > now):
        return False
    if state.trouble is Trouble.BUDGET:
        return purse.lasting(unit, state) is not None
    if state.failures or state.looked_at is None or now < minute_of(state.looked_at) + purse.wanted(unit):
        return False
    every = purse.lasting(unit, state)
    return every is not None and now >= minute_of(state.looked_at) + every


def _turn(unit: SourceUnit, state: SourceState, purse: Purse, *, burning: bool) -> datetime:
    """When it fell due; while an incident is open that is earlier than what was planned in calm."""
    planned = state.next_due_at or EVER
    if not burning or state.failures or state.looked_at is None:
        return planned
    return min(planned, minute_of(state.looked_at) + purse.wanted(unit))
