"""Several people at one matter or in one conversation: rarer than as many who complain of this and that.

On ordinary days complaints scatter over many matters. What is usual for one is its own share of the day before, so
that what a brand always hears of (deliveries) needs many more. Where all are against the brand at once (a price rise),
the share is taken of those who are there.
"""

import math
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from operator import itemgetter
from typing import NamedTuple

from tocsin.domain.brand_baseline import Outlook, beyond_share, rarity_of_few
from tocsin.domain.counters import minute_of
from tocsin.domain.crowd import LATELY, STORY_MINUTES
from tocsin.domain.gaps import Gap
from tocsin.domain.recent import GRAVE_BYTE, THREAD, Recent, after, keys_of, place_of, recent_of
from tocsin.domain.signal import Mark, Signal, matters_of
from tocsin.domain.windows import SPANS, Span, Windows

LOOKED_AT = SPANS[:3]
"""Minutes."""
FEWEST = 2
MANY, PLACES = 6, 3
GRAVE_ONES = 2
LARGE_OUTLETS = 2
SHARE, SHARE_DOUBT = 0.05, 20.0
"""One matter has a twentieth of all complaints, until the day before says otherwise; twenty complaints say as much."""
MATTERS = 70
"""So many are looked at: one of them is always somewhat unusual."""
LARGE_PART = 0.05
"""Of those who complain of one matter, at most that part are outlets that are national or large."""
MOSTLY = 0.5
"""Of all that is said: then those at one thing need no other proof that they are more than misread praise."""


class Gathering(NamedTuple):
    """``rare``: log10 of the days between two such by chance."""

    rare: float = 0.0
    seen: int = 0
    usual: float = 0.0
    excess: float = 0.0
    """See Surge."""
    span: Span = Span(minutes=LOOKED_AT[-1])
    thread: bool = False
    """In one conversation, not at one matter."""
    many: float = 0.0
    """``rare`` of the rarest that MANY people on PLACES platforms are at."""
    grave: float = 0.0
    """The same where GRAVE_ONES or more of them tell it gravely: one bears the other out."""
    outlets: float = 0.0
    """The same of LARGE_OUTLETS or more large outlets against the brand in one matter within LATELY."""


NONE = Gathering()


def gathering_of(
    signals: Recent | Iterable[Signal], windows: Windows, now: datetime, outlook: Outlook, gaps: Sequence[Gap] = ()
) -> Gathering:
    """The rarest; ``signals`` in any order. Accounts younger than a month are not counted: they are coordination's."""
    newest = minute_of(now)
    recent = recent_of(signals).upto(newest)
    edge = newest - timedelta(minutes=LOOKED_AT[-1])
    late = after(recent.counted, edge)
    found = [(key, after(recent.told[key], edge)) for key in _met_again(recent, late, edge)]
    outlets = _outlets(recent, newest)
    if not found and not outlets:
        return NONE
    share_of = _Shares(recent, newest - timedelta(minutes=STORY_MINUTES))
    best, many, grave = NONE, 0.0, 0.0
    for span in windows:
        if span.minutes not in LOOKED_AT or not span.mentions or not found:
            continue
        since = newest - timedelta(minutes=span.minutes)
        everybody = _people(after(late, since))
        expected = outlook.negatives * outlook.weight(now, span.minutes, gaps)
        excess = beyond_share(span.negative, span.mentions, outlook.share)
        sure = outlook.known * (1.0 if everybody >= MOSTLY * span.mentions else min(1.0, excess))
        shape, often = outlook.shape(span.minutes), math.log10(span.minutes / 1440)
        for key, ones in found:
            there = after(ones, since)
            if len(there) < FEWEST:
                continue
            share, chosen = share_of(key), _OF_MATTERS if key < THREAD else 0.0
            most = rarity_of_few(len(there), share * max(expected, everybody - len(there)), shape)
            if often + most <= chosen:
                continue  # not even if each were somebody else
            people = _people(there)
            if people < FEWEST:
                continue
            usual = share * max(expected, everybody - people)
            rare = sure * (often + rarity_of_few(people, usual, shape) - chosen)
            if rare <= 0:
                continue
            if rare > many and people >= MANY and len(set(map(place_of, there))) >= PLACES:
                many = rare
            if rare > grave and people > GRAVE_ONES and _people(list(filter(_grave, there))) >= GRAVE_ONES:
                grave = rare
            if rare > best.rare:
                best = Gathering(rare, people, usual, excess, span, key >= THREAD)
    return best._replace(many=many, grave=grave, outlets=_rarest_outlets(outlets, share_of, outlook, now, gaps))


def _met_again(recent: Recent, late: Sequence[Signal], edge: datetime) -> list[int]:
    """Where several stand of those since ``edge``, in order."""
    if len(late) < FEWEST:
        return []
    told = recent.told
    keys: Collection[int] = told if len(late) > len(told) else {key for one in late for key in keys_of(one)}
    return sorted(key for key in keys if len(told[key]) >= FEWEST and told[key][-FEWEST].at > edge)


def _outlets(recent: Recent, newest: datetime) -> dict[int, set[int]]:
    """Large outlets by matter, where there are several."""
    found: dict[int, set[int]] = {}
    for one in after(recent.news, newest - timedelta(minutes=LATELY)):
        if 1 <= one.tier <= 2 and not one.marks & _YOUNG:
            for key in matters_of(one):
                found.setdefault(key, set()).add(one.author)
    return {key: outlets for key, outlets in found.items() if len(outlets) >= LARGE_OUTLETS}


def _rarest_outlets(
    outlets: dict[int, set[int]], share_of: "_Shares", outlook: Outlook, now: datetime, gaps: Sequence[Gap]
) -> float:
    usual = LARGE_PART * outlook.negatives * outlook.weight(now, LATELY, gaps) if outlets else 0.0
    often, shape = math.log10(LATELY / 1440), outlook.shape(LATELY)
    return max(
        (
            outlook.known * (often + rarity_of_few(len(ones), share_of(key) * usual, shape))
            for key, ones in outlets.items()
        ),
        default=0.0,
    )


class _Shares:
    """What part of all was at each matter earlier; a conversation is compared with the busiest."""

    def __init__(self, recent: Recent, before: datetime) -> None:
        earlier = recent.shares
        earlier.move(before)
        self._all = earlier.told + SHARE_DOUBT
        self._counts = earlier.matters
        self._busiest = max(earlier.threads.values(), default=0)

    def __call__(self, key: int) -> float:
        count = self._counts[key] if key < THREAD else self._busiest
        return (count + SHARE * SHARE_DOUBT) / self._all


_YOUNG, _BLAMES = int(Mark.YOUNG), int(Mark.BLAMES)
_AUTHOR = itemgetter(Signal._fields.index("author"))
_OF_MATTERS = math.log10(MATTERS)


def _grave(one: Signal) -> bool:
    return one.severity >= GRAVE_BYTE and bool(one.marks & _BLAMES)


def _people(ones: Collection[Signal]) -> int:
    """Who is not known by anything is somebody else each time."""
    authors = [*map(_AUTHOR, ones)]
    nameless = authors.count(0)
    return len({*authors}) + nameless - (nameless > 0)
