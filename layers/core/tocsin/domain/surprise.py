"""Which window of people against the brand is the rarest, and how rare it is by the brand's own normal."""

import math
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import NamedTuple

from tocsin.domain.brand_baseline import Outlook, beyond_share, rarity
from tocsin.domain.gaps import Gap
from tocsin.domain.windows import Span, Windows


class Surge(NamedTuple):
    """The rarest window: ``rare``: log10 of the days between two such by chance, weighed by the share of negatives."""

    rare: float = 0.0
    seen: int = 0
    usual: float = 0.0
    minutes: int = 60
    excess: float = 0.0
    """log10 of the chance that the share of negatives is the usual one."""
    span: Span = Span(minutes=60)


@cache
def often(minutes: int) -> float:
    """Decimal powers of days in which a window of so many minutes comes once."""
    return math.log10(minutes / 1440)


def rarest(outlook: Outlook, windows: Windows, counts: Sequence[int], now: datetime, gaps: Sequence[Gap]) -> Surge:
    best = Surge(minutes=windows[2].minutes, span=windows[2], seen=counts[2])
    for span, seen in zip(windows, counts, strict=True):
        if not seen:
            continue
        usual = outlook.negatives * outlook.weight(now, span.minutes, gaps)
        if seen <= usual:
            continue
        rare = often(span.minutes) + rarity(seen, usual, outlook.shape(span.minutes))
        if rare <= best.rare:
            continue
        excess = beyond_share(span.negative, span.mentions, outlook.share)
        rare *= outlook.known * min(1.0, excess)
        if rare > best.rare:
            best = Surge(rare, seen, usual, span.minutes, excess, span)
    return best
