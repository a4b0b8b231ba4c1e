"""What is kept is looked at again: what its author deleted, or showed to fewer people, is erased here too.

A post is looked at when it has been kept for a day, a week, a month and two months. Only a source's definite word about
the post itself counts; trouble of any kind is no deletion.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from tocsin.domain.edited import first_of
from tocsin.domain.model import Frozen
from tocsin.domain.source_facts import FACTS, RECHECK
from tocsin.domain.sources import Budget, SourceUnit, units_of

if TYPE_CHECKING:
    from tocsin.domain.client import Client

REST = timedelta(hours=1)
"""Until the next look when nothing more is due."""
LONGEST_KEPT = timedelta(days=90)
SHARE = Decimal("0.2")
"""The part of a month's money that may go into looking again."""


class Rule(NamedTuple):
    """``days``: how long a post has been kept when it is looked at again; ``at_once``: posts of one look; ``keyed``:
    only with the client's own secret; ``pace``: until the next look while more is due."""

    at_once: int
    keyed: bool = False
    days: tuple[int, ...] = (1, 7, 30, 60)
    pace: timedelta = timedelta(minutes=5)


RULES = {
    "mastodon": Rule(40),
    "bluesky": Rule(200),
    "reddit": Rule(100, keyed=True),
    "lemmy": Rule(40),
    # Each look at a post is billed as a post read: what the share of the money cannot pay waits.
    "x": Rule(100, keyed=True, days=(7, 30)),
    "facebook": Rule(40, keyed=True),
    "instagram": Rule(40, keyed=True),
    "hackernews": Rule(40),
    "stackexchange": Rule(100),
    "github": Rule(5, pace=timedelta(minutes=15)),  # 60 calls an hour without a token, for listening too
    "discourse": Rule(30),
    "googlebusiness": Rule(40, keyed=True),
    "trustpilot": Rule(40, keyed=True),
    "youtube": Rule(100, keyed=True, days=(1, 7, 21)),
    "telegram": Rule(20),
}
"""By kind; of the others no source tells whether a post is still there."""


class Kept(NamedTuple):
    """A mention that is kept. ``place``: sorts by the second it was fetched, and tells no post and no person."""

    brand: str
    id: str
    place: str


class Gone(Frozen):
    """What a source says of posts, by their ids. ``gone``: it says that they are deleted, or no longer for everybody.
    ``left``: not asked, for want of time or since the source wants no more. All others are there, or it does not say.
    """

    gone: frozenset[str] = frozenset()
    left: frozenset[str] = frozenset()
    calls: int = 1
    usd: Decimal = Decimal(0)
    warnings: tuple[str, ...] = ()


def rechecks_of(client: "Client") -> tuple[SourceUnit, ...]:
    """One unit for each kind of the client's file whose source tells deletions; it runs where the kind is read with the
    client's secret, if it is. ``terms``: what the kind's own units are about."""
    found: dict[str, list[SourceUnit]] = {}
    for unit in units_of(client):
        if unit.kind in RULES:
            found.setdefault(unit.kind, []).append(unit)
    return tuple(
        _unit(kind, units)
        for kind, units in sorted(found.items())
        if not RULES[kind].keyed or any(unit.keyed for unit in units)
    )


def _unit(kind: str, units: Sequence[SourceUnit]) -> SourceUnit:
    money = [unit.budget.usd for unit in units if unit.budget is not None and unit.budget.usd is not None]
    cent = Decimal("0.01")
    share = Budget(usd=max((min(money) * SHARE).quantize(cent), cent), reserve=0) if money else None
    return SourceUnit(
        id=f"{RECHECK}-{kind}",
        kind=kind,
        url="",
        label=f"{FACTS[kind].name}: is it still there",
        every=RULES[kind].pace,
        every_in_crisis=RULES[kind].pace,
        medium="",
        mode=RECHECK,
        terms=tuple(dict.fromkeys(unit.target for unit in units if unit.target)),
        keyed=any(unit.keyed for unit in units),
        budget=share,
    )


def bound(moment: datetime) -> str:
    """Sorts before the place of everything that was fetched in this second."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}"


class Walk(NamedTuple):
    """Up to which place everything of an age (in days) has been looked at."""

    places: dict[int, str]

    @classmethod
    def of(cls, cursor: str | None, days: Sequence[int], now: datetime) -> "Walk":
        """What is remembered; where nothing is, all that is kept is looked at once, each at the age that it has."""
        said = _remembered(cursor)
        first = [*(timedelta(days=later) for later in days[1:]), LONGEST_KEPT]
        return cls(
            {day: said.get(str(day)) or bound(now - until) for day, until in zip(days, first, strict=True)},
        )

    def after(self, day: int, until: datetime, found: Sequence[Kept], left: frozenset[str], *, whole: bool) -> "Walk":
        """``found``: what was due and asked for, in order; ``whole``: all of it until ``until``. It goes no further
        than what was not asked."""
        place = bound(until) if whole else found[-1].place
        unasked = next((at for at, one in enumerate(found) if one.id in left), None)
        if unasked is not None:
            place = found[unasked - 1].place if unasked else self.places[day]
        return Walk(self.places | {day: max(place, self.places[day])})

    @property
    def text(self) -> str:
        return json.dumps({str(day): place for day, place in self.places.items()}, separators=(",", ":"))


def _remembered(cursor: str | None) -> dict[str, str]:
    try:
        said = json.loads(cursor or "{}")
    except ValueError:
        return {}
    return {day: place for day, place in said.items() if isinstance(place, str)} if isinstance(said, dict) else {}


def ids_of(found: Iterable[Kept]) -> tuple[str, ...]:
    """As their sources know them, each once: a post may be a mention of several brands, or its rating was changed."""
    return tuple(dict.fromkeys(first_of(one.id) for one in found))
