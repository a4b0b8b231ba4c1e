"""Several people at one matter or in one conversation: rarer than as many who complain of this and that.

On ordinary days complaints scatter over many matters. What is usual for one is its own share of the day before, so
that what a brand always hears of (deliveries) needs many more. Where all are against the brand at once (a price rise),
the share is taken of those who are there.
"""

import math
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from operator import itemgetter
from typing import NamedTuple

from tocsin.domain.brand_baseline import Outlook, beyond_share, rarity_of_few
from tocsin.domain.counters import minute_of
from tocsin.domain.crowd import LATELY, STORY_MINUTES
from tocsin.domain.gaps import Gap
from tocsin.domain.recent import GRAVE_BYTE, THREAD, Recent, after, keys_of, on_several, recent_of
from tocsin.domain.signal import Mark, Signal, matters_of
from tocsin.domain.surprise import often
from tocsin.domain.windows import BACK, SPANS, Span, Windows

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
    outlets = _outlets(recent, newest)
    keys = _met_again(recent, newest - BACK[LOOKED_AT[-1]])
    if not outlook.known or not (keys or outlets):
        return NONE
    share_of = _Shares(recent, newest - BACK[STORY_MINUTES])
    rarest = _Rarest()
    for span in windows:
        if span.minutes in LOOKED_AT and span.mentions:
            expected = outlook.negatives * outlook.weight(now, span.minutes, gaps)
            _look(recent, keys, span, newest - BACK[span.minutes], expected, outlook, share_of, rarest)
    large = _rarest_outlets(outlets, share_of, outlook, now, gaps)
    return rarest.at_all._replace(many=rarest.many, grave=rarest.grave, outlets=large)


class _Rarest:
    def __init__(self) -> None:
        self.at_all, self.many, self.grave = NONE, 0.0, 0.0

    def beaten_by(self, rare: float, most: int) -> bool:
        """Could so many mentions, were each somebody else's, be rarer than what was found?"""
        return rare > 0 and (
            rare > self.at_all.rare or (rare > self.many and most >= MANY) or (rare > self.grave and most > GRAVE_ONES)
        )


def _look(
    recent: Recent,
    keys: Sequence[int],
    span: Span,
    since: datetime,
    expected: float,
    outlook: Outlook,
    share_of: "_Shares",
    rarest: _Rarest,
) -> None:
    """``expected``: people against the brand in the span; ``keys``: where several may be at."""
    found = [key for key in keys if recent.again[key] > since]
    if not found:
        return
    counted = after(recent.counted, since)
    everybody = _people(counted) if len(counted) >= MOSTLY * span.mentions or len(counted) > expected + FEWEST else 0
    excess = beyond_share(span.negative, span.mentions, outlook.share)
    sure = outlook.known * (1.0 if everybody and everybody >= MOSTLY * span.mentions else min(1.0, excess))
    if sure <= 0:
        return
    shape, once = outlook.shape(span.minutes), often(span.minutes)
    for key in found:
        there = after(recent.told[key], since)
        share, chosen = share_of(key), _OF_MATTERS if key < THREAD else 0.0
        most = len(there)
        usual = share * max(expected, everybody - most)
        rare = sure * (once + rarity_of_few(most, usual, shape) - chosen)
        if not rarest.beaten_by(rare, most):
            continue
        people = _people(there)
        if people < FEWEST:
            continue
        if people < most:
            usual = share * max(expected, everybody - people)
            rare = sure * (once + rarity_of_few(people, usual, shape) - chosen)
        if not rarest.beaten_by(rare, people):
            continue
        if rare > rarest.many and people >= MANY and on_several(there, PLACES):
            rarest.many = rare
        if rare > rarest.grave and people > GRAVE_ONES and _people(list(filter(_grave, there))) >= GRAVE_ONES:
            rarest.grave = rare
        if rare > rarest.at_all.rare:
            rarest.at_all = Gathering(rare, people, usual, excess, span, key >= THREAD)


def _met_again(recent: Recent, edge: datetime) -> list[int]:
    """Where several stand of those since ``edge``, in order."""
    late = after(recent.counted, edge)
    if len(late) < FEWEST:
        return []
    again = recent.again
    if len(again) <= len(late) << 2:
        return sorted([key for key, at in again.items() if at > edge])
    return sorted({key for one in late for key in keys_of(one) if key in again and again[key] > edge})


def _outlets(recent: Recent, newest: datetime) -> dict[int, set[int]]:
    """Large outlets by matter, where there are several."""
    found: dict[int, set[int]] = {}
    for one in after(recent.large, newest - BACK[LATELY]):
        for key in matters_of(one):
            found.setdefault(key, set()).add(one.author)
    return {key: outlets for key, outlets in found.items() if len(outlets) >= LARGE_OUTLETS}


def _rarest_outlets(
    outlets: dict[int, set[int]], share_of: "_Shares", outlook: Outlook, now: datetime, gaps: Sequence[Gap]
) -> float:
    usual = LARGE_PART * outlook.negatives * outlook.weight(now, LATELY, gaps) if outlets else 0.0
    once, shape = often(LATELY), outlook.shape(LATELY)
    return max(
        (
            outlook.known * (once + rarity_of_few(len(ones), share_of(key) * usual, shape))
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


_BLAMES = int(Mark.BLAMES)
_AUTHOR = itemgetter(Signal._fields.index("author"))
_OF_MATTERS = math.log10(MATTERS)


def _grave(one: Signal) -> bool:
    return one.severity >= GRAVE_BYTE and bool(one.marks & _BLAMES)


def _people(ones: Collection[Signal]) -> int:
    """Who is not known by anything is somebody else each time."""
    authors = [*map(_AUTHOR, ones)]
    nameless = authors.count(0)
    return len({*authors}) + nameless - (nameless > 0)
