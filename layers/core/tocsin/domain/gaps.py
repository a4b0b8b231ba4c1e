"""Times that were heard only in part, and how much of a time they leave."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from tocsin.domain.model import Frozen, UtcDatetime


class Gap(Frozen):
    """A time of which only ``heard`` (0 to 1) was covered: a source was down, or gave a part of what was said there."""

    since: UtcDatetime
    until: UtcDatetime
    heard: float = 0.0


def covered(gaps: Iterable[Gap], since: datetime, until: datetime) -> float:
    """The part of this time that was heard, 0 to 1."""
    lost = 0.0
    for gap in gaps:
        overlap = min(gap.until, until) - max(gap.since, since)
        if overlap > timedelta():
            lost += (1 - gap.heard) * (overlap / (until - since))
    return max(0.0, 1 - lost)
