"""In which order people are asked: by duty, by role, by the order of the client's file."""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tocsin.domain.client import Client
from tocsin.domain.levels import Level
from tocsin.domain.people import Responder, Role

TIERS = (Role.RESPONSIBLE, Role.DEPUTY, Role.DIRECTOR)
"""Who is asked as such. The community manager reads mail; as everybody else, they are rung after these."""
AT_ONCE = {Level.ISSUE: TIERS[:1], Level.CRISIS: TIERS[:2], Level.SEVERE: TIERS}


class Turn(NamedTuple):
    person: Responder
    role: Role | None
    off: bool
    """Is it somebody else's week?"""


def roster(client: Client, at: datetime) -> tuple[Turn, ...]:
    """Everybody, in the order in which the escalation comes to them. Whoever is off duty is last.

    Without roles the first of the file is the responsible one, and the others are deputies.
    """
    zone = ZoneInfo(client.timezone)
    duties: dict[str, Role] = {}
    kept: set[str] = set()
    for rota in client.rota:
        turn = rota.on_duty(at, zone)
        if turn is None:
            continue
        kept |= {*rota.people, turn}
        if turn not in duties or TIERS.index(rota.role) < TIERS.index(duties[turn]):
            duties[turn] = rota.role
    turns = [
        Turn(one, duties.get(one.email, one.role), one.email in kept and one.email not in duties)
        for one in client.responders
    ]
    return tuple(sorted(_with_a_responsible(turns), key=_place))


def _with_a_responsible(turns: list[Turn]) -> list[Turn]:
    """Somebody must be asked first, and in a file without roles everybody has one."""
    plain = [turn for turn in turns if turn.role is None and not turn.off]
    bare = all(turn.person.role is None for turn in turns)
    named = any(turn.role is Role.RESPONSIBLE and not turn.off for turn in turns)

    def role(turn: Turn) -> Role | None:
        if turn not in plain:
            return turn.role
        if turn is plain[0] and not named:
            return Role.RESPONSIBLE
        return Role.DEPUTY if bare else None

    return [turn._replace(role=role(turn)) for turn in turns]


def _place(turn: Turn) -> int:
    if turn.off:
        return len(TIERS) + 1
    return TIERS.index(turn.role) if turn.role in TIERS else len(TIERS)


def at_once(client: Client, level: Level, at: datetime) -> tuple[Responder, ...]:
    """Whom this level asks first; never nobody."""
    turns = roster(client, at)
    asked = AT_ONCE.get(level, ())
    return tuple(turn.person for turn in turns if turn.role in asked and not turn.off) or (turns[0].person,)


def in_turn(client: Client, at: datetime) -> tuple[Responder, ...]:
    """Whom the escalation comes to, in order: the tiers, then everybody with a phone; all where nobody has one."""
    turns = roster(client, at)
    asked = [turn.person for turn in turns if turn.person.phone or (turn.role in TIERS and not turn.off)]
    return tuple(asked if any(one.phone for one in asked) else (turn.person for turn in turns))


def on_duty(client: Client, at: datetime) -> frozenset[str]:
    """Addresses of those whose week it is by a rota."""
    zone = ZoneInfo(client.timezone)
    return frozenset(turn for rota in client.rota if (turn := rota.on_duty(at, zone)) is not None)


def off_duty(client: Client, at: datetime) -> frozenset[str]:
    """Addresses of those whose week it is not: they are written to, and rung only by the escalation."""
    return frozenset(turn.person.email for turn in roster(client, at) if turn.off)
