"""Several people at one matter or in one conversation: rarer than as many who complain of this and that.

On ordinary days complaints scatter over many matters. What is usual for one is its own share of the day before, so
that what a brand always hears of (deliveries) needs many more. Where all are against the brand at once (a price rise),
the share is taken of those who are there.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from tocsin.domain.brand_baseline import Gap, Outlook, beyond_share, rarity
from tocsin.domain.counters import minute_of
from tocsin.domain.crowd import STORY_MINUTES, against, place_of
from tocsin.domain.signal import Mark, Signal, matters_of
from tocsin.domain.windows import SPANS, Span, Windows

LOOKED_AT = SPANS[1:3]
"""Minutes."""
FEWEST = 3
MANY, PLACES = 8, 3
SHARE, SHARE_DOUBT = 0.05, 20.0
"""One matter has a twentieth of all complaints, until the day before says otherwise; twenty complaints say as much."""
MATTERS = 70
"""So many are looked at: one of them is always somewhat unusual."""
MOSTLY = 0.5
"""Of all that is said: then answers in one conversation need no other proof that they are more than misread praise."""
THREAD = 1 << 8
"""Above the numbers of matters."""


class Gathering(NamedTuple):
    """``rare``: log10 of the days between two such by chance."""

    rare: float = 0.0
    seen: int = 0
    usual: float = 0.0
    excess: float = 0.0
    """See Surge."""
    span: Span = Span(minutes=LOOKED_AT[-1])
    many: float = 0.0
    """``rare`` of the rarest that MANY people on PLACES platforms are at."""


NONE = Gathering()


def gathering_of(
    signals: Sequence[Signal], windows: Windows, now: datetime, outlook: Outlook, gaps: Sequence[Gap] = ()
) -> Gathering:
    """The rarest; ``signals`` in any order. Accounts younger than a month are not counted: they are coordination's."""
    newest = minute_of(now)
    edge = newest - timedelta(minutes=LOOKED_AT[-1])
    late = [one for one in signals if edge < one.at <= newest and _counts(one)]
    if len(late) < FEWEST:
        return NONE
    told: dict[int, list[Signal]] = {}
    for one in late:
        for key in _keys(one):
            told.setdefault(key, []).append(one)
    found = {key: ones for key, ones in sorted(told.items()) if _people(ones) >= FEWEST}
    if not found:
        return NONE
    before = newest - timedelta(minutes=STORY_MINUTES)
    shares = _shares([one for one in signals if one.at <= before and _counts(one)], found)
    best, many = NONE, 0.0
    for span in windows:
        if span.minutes not in LOOKED_AT or not span.mentions:
            continue
        since = newest - timedelta(minutes=span.minutes)
        everybody = _people([one for one in late if one.at > since])
        expected = outlook.negatives * outlook.weight(now, span.minutes, gaps)
        excess = beyond_share(span.negative, span.mentions, outlook.share)
        for key, ones in found.items():
            there = [one for one in ones if one.at > since]
            people = _people(there)
            usual = shares[key] * max(expected, everybody - people)
            mostly = key >= THREAD and everybody >= MOSTLY * span.mentions
            rare = math.log10(span.minutes / 1440) + rarity(people, usual, outlook.shape(span.minutes))
            rare -= math.log10(MATTERS) if key < THREAD else 0.0
            rare *= outlook.known * (1.0 if mostly else min(1.0, excess))
            if people < FEWEST or rare <= 0:
                continue
            if people >= MANY and len({place_of(one) for one in there}) >= PLACES:
                many = max(many, rare)
            if rare > best.rare:
                best = Gathering(rare, people, usual, excess, span)
    return best._replace(many=many)


def _shares(earlier: Sequence[Signal], keys: Iterable[int]) -> dict[int, float]:
    """What part of all was at each of these; a conversation is compared with the busiest."""
    counts = Counter(key for one in earlier for key in _keys(one))
    busiest = max((count for key, count in counts.items() if key >= THREAD), default=0)
    return {
        key: ((counts[key] if key < THREAD else busiest) + SHARE * SHARE_DOUBT) / (len(earlier) + SHARE_DOUBT)
        for key in keys
    }


_PASSED = int(Mark.HISTORY | Mark.YOUNG)
_IN_THREAD = int(Mark.IN_THREAD)


def _counts(one: Signal) -> bool:
    return not one.marks & _PASSED and against(one)


def _keys(one: Signal) -> tuple[int, ...]:
    keys = matters_of(one)
    return (*keys, THREAD + one.thread) if one.thread and one.marks & _IN_THREAD else keys


def _people(ones: Sequence[Signal]) -> int:
    """Who is not known by anything is somebody else each time."""
    return len({one.author for one in ones} - {0}) + sum(not one.author for one in ones)
