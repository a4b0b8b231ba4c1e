"""Which sources are ill, why, and what is not heard at all: a monitor that goes blind must say so."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated

from pydantic import Field

from tocsin.domain.client import Client
from tocsin.domain.errors import Trouble
from tocsin.domain.gaps import Gap
from tocsin.domain.model import Frozen, UtcDatetime
from tocsin.domain.recheck import rechecks_of
from tocsin.domain.source_facts import FACTS
from tocsin.domain.source_state import SourceState
from tocsin.domain.sources import SourceUnit, units_of

PERMANENT = frozenset({Trouble.AUTH, Trouble.POLICY, Trouble.GONE, Trouble.BUDGET})
"""Troubles that no waiting mends: told at once."""
FAILURES = 3
UNHEARD = timedelta(minutes=30)
HEARTBEAT = timedelta(minutes=30)
"""How old the note of the last success may be: an unchanged look writes it no more often."""
FILLED = timedelta(days=7)
"""A source whose every answer held something for so long has no empty ones."""
EMPTIES = 3
UNCHECKED_FOR = timedelta(days=3)
"""Deletions are asked for a day after a post came, at the soonest: an outage of hours harms nobody's right."""
PARTLY = timedelta(hours=1)
MOST_CUTS = 60
SHARE_DOUBT = 20.0
"""A source brings as much as any other, until twenty mentions say otherwise."""
NEVER_HEARD = ("closed_groups", "tiktok", "viber", "facebook_strangers", "instagram_strangers")


class Ailment(StrEnum):
    FAILING = "failing"
    REFUSED = "refused"
    """Somebody must do something: a key, a permission, an address, a budget."""
    STUCK = "stuck"
    """Not looked at any more: our own fault."""
    SILENT = "silent"
    EMPTY = "empty"
    CHANGED = "changed"
    """It answers in another form."""
    UNCHECKED = "unchecked"
    """It is heard, but does not say what was deleted there."""


class Ill(Frozen):
    source_id: str
    name: str
    ailment: Ailment
    reason: str
    since: UtcDatetime | None = None
    share: Annotated[float, Field(ge=0, le=1)] | None = None
    """Of all mentions of the brands, what it usually brings; None: not known."""


class Coverage(Frozen):
    """What is heard now. ``waiting``: not looked at yet. ``not_heard``: keys, «off:KIND» for what the client has not
    switched on. ``sampled``: what a budget leaves out, in words. ``cut``: times of the last day at which sources gave
    less than they usually do of what was said there, weighed by what they bring; ``partly``: those of the last hour, by
    name. ``late``: since their last look those are not heard that a budget makes slow."""

    healthy: Annotated[int, Field(ge=0)] = 0
    total: Annotated[int, Field(ge=0)] = 0
    waiting: Annotated[int, Field(ge=0)] = 0
    ill: tuple[Ill, ...] = ()
    sampled: tuple[str, ...] = ()
    not_heard: tuple[str, ...] = ()
    cut: tuple[Gap, ...] = ()
    partly: tuple[str, ...] = ()
    late: tuple[Gap, ...] = ()


def coverage(
    client: Client,
    states: Mapping[str, SourceState],
    now: datetime,
    unlooked: Mapping[str, datetime] = MappingProxyType({}),
) -> Coverage:
    """Of every unit that the client's file asks for. ``unlooked``: since when it is known of those without a state."""
    ill: list[Ill] = []
    sampled: list[str] = []
    cut: list[Gap] = []
    partly: list[str] = []
    late: list[Gap] = []
    total = waiting = 0
    units = tuple(units_of(client))
    brought = {unit.id: state.brought_by(now) for unit in units if (state := states.get(unit.id)) is not None}
    doubt, everything = SHARE_DOUBT / max(len(units), 1), sum(brought.values()) + SHARE_DOUBT
    for unit in units:
        total += 1
        state = states.get(unit.id)
        share = (brought.get(unit.id, 0.0) + doubt) / everything
        if (found := ailing(unit, state, now) or _never_begun(unit, state, unlooked.get(unit.id), now)) is not None:
            ill.append(found.model_copy(update={"share": round(share, 2)}))
        elif state is None or state.first_success_at is None:
            waiting += 1
        elif state.every is not None and state.last_success_at is not None and state.last_success_at < now:
            late.append(Gap(since=state.last_success_at, until=now, heard=round(1 - share, 3)))
        for lost in () if state is None else state.losses.recent(now):
            cut.append(lost.model_copy(update={"heard": round(1 - share * (1 - lost.heard), 3)}))
            if lost.until > now - PARTLY and unit.shown not in partly:
                partly.append(unit.shown)
        if state is not None and state.sampling:
            sampled.append(f"{unit.shown}: {state.sampling}")
    return Coverage(
        healthy=total - len(ill) - waiting,
        total=total,
        waiting=waiting,
        ill=tuple(ill),
        sampled=tuple(sampled),
        not_heard=(*NEVER_HEARD, *(f"off:{kind}" for kind in _off(client))),
        cut=weightiest(cut),
        partly=tuple(partly),
        late=tuple(late),
    )


def weightiest(cuts: Sequence[Gap]) -> tuple[Gap, ...]:
    """As many as one small item bears; those that are left out miss the least."""
    kept = sorted(cuts, key=lambda cut: ((cut.heard - 1) * (cut.until - cut.since).total_seconds(), cut.since))
    return tuple(sorted(kept[:MOST_CUTS], key=lambda cut: (cut.since, cut.until, cut.heard)))


def ailing(unit: SourceUnit, state: SourceState | None, now: datetime) -> Ill | None:
    """What ails this source, the gravest first; None when it is well or was never looked at."""
    if state is None:
        return None
    found = _failing(unit, state, now) or _stuck(unit, state, now) or _strange(state, now)
    if found is None:
        return None
    ailment, reason, since = found
    return Ill(source_id=unit.id, name=unit.shown, ailment=ailment, reason=reason[:300], since=since)


def unchecked(client: Client, states: Mapping[str, SourceState]) -> tuple[Ill, ...]:
    """Kinds whose deletions could not be asked for in days. A budget that is used up is no illness: the file set it."""
    found = []
    for unit in rechecks_of(client):
        state = states.get(unit.id)
        if state is None or state.failures < FAILURES or state.trouble is Trouble.BUDGET or state.looked_at is None:
            continue
        since = state.last_success_at or state.first_looked_at
        if since is not None and state.looked_at - since >= UNCHECKED_FOR:
            reason = (state.reason or "no reason is known")[:300]
            ill = Ill(source_id=unit.id, name=unit.shown, ailment=Ailment.UNCHECKED, reason=reason, since=since)
            found.append(ill)
    return tuple(found)


def _never_begun(unit: SourceUnit, state: SourceState | None, since: datetime | None, now: datetime) -> Ill | None:
    """A function of its own that dies before its first look leaves no word at all."""
    if state is not None or since is None or now - since <= max(UNHEARD + HEARTBEAT, 3 * unit.every):
        return None
    reason = "it was never looked at: its function does not begin; see the log of the function that fetches it"
    return Ill(source_id=unit.id, name=unit.shown, ailment=Ailment.STUCK, reason=reason, since=since)


_Found = tuple[Ailment, str, datetime | None]


def _failing(unit: SourceUnit, state: SourceState, now: datetime) -> _Found | None:
    if not state.failures:
        return None
    reason = state.reason or "no reason is known"
    if state.trouble in PERMANENT:
        return Ailment.REFUSED, reason, state.last_success_at
    heard = state.last_success_at or state.first_looked_at
    overdue = heard is not None and now - heard > max(UNHEARD + HEARTBEAT, 2 * _every(unit, state))
    if state.failures >= FAILURES or overdue:
        return Ailment.FAILING, reason, state.last_success_at
    return None


def _stuck(unit: SourceUnit, state: SourceState, now: datetime) -> _Found | None:
    """A look that dies leaves no word but the time of its beginning."""
    if state.failures or state.looked_at is None:
        return None
    last = state.last_success_at or state.first_success_at
    patience = max(UNHEARD + HEARTBEAT, 3 * _every(unit, state))
    if now - (last or state.first_looked_at or state.looked_at) <= patience:
        return None
    return Ailment.STUCK, "its looks do not come to an end, or fetching stands still: see the function's log", last


def _strange(state: SourceState, now: datetime) -> _Found | None:
    if state.empties >= EMPTIES and state.filled_since is not None:
        return Ailment.EMPTY, "it answers with nothing, and always held something before", state.last_new_at
    if state.missing:
        return (
            Ailment.CHANGED,
            f"every item had {', '.join(state.missing)}, and none has any more: its form has changed",
            None,
        )
    if state.silence_from is not None and state.last_success_at is not None and now > state.silence_from:
        if state.last_success_at < state.silence_from - HEARTBEAT:
            return None  # we did not look lately: its silence is ours
        return (
            Ailment.SILENT,
            "it answers, but has held nothing new for longer than it ever explains",
            state.last_new_at,
        )
    return None


def _every(unit: SourceUnit, state: SourceState) -> timedelta:
    return max(unit.every, state.every or timedelta())


def _off(client: Client) -> Sequence[str]:
    """Kinds that the client's file leaves out; those for developers' brands are missed by nobody else."""
    on = {source.kind for source in client.sources}
    return [kind for kind, facts in FACTS.items() if kind not in on and facts.preset is None]
