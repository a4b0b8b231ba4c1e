"""How widely a mention is heard: what its source tells, on a log scale, and the outlet it stands in.

Unknown is unknown: a count that no source gave is None, never zero.
"""

import math
from typing import NamedTuple

from tocsin.domain.mention import Mention
from tocsin.domain.outlets import LARGE, LOCAL, NATIONAL, host_of, tier_of

OF_TIER = {NATIONAL: 6.0, LARGE: 5.0, LOCAL: 3.5}
"""Points that an outlet has by its tier where it tells no number: readers by their order of magnitude."""


class Reach(NamedTuple):
    """``value``: people who may have heard it, None when no source tells. ``points``: its logarithm to base 10, from
    the tier where that is more, None when both are unknown. ``evidence``: what it was told by, in English."""

    value: int | None
    points: float | None
    tier: int | None
    host: str | None
    evidence: tuple[str, ...]


def told_of(mention: Mention) -> dict[str, int]:
    """What its source tells: followers, views, and who acted on it (they heard it at the least)."""
    author, engagement = mention.author, mention.engagement
    acted = (engagement.likes or 0) + (engagement.replies or 0) + (engagement.shares or 0)
    told = {"followers": author.followers, "views": engagement.views, "who liked, answered or shared": acted or None}
    return {what: number for what, number in told.items() if number is not None}


def heard_by(mention: Mention) -> int | None:
    """People who may have heard it; None when no source tells."""
    return max(told_of(mention).values(), default=None)


def reach_of(mention: Mention) -> Reach:
    known = told_of(mention)
    value = max(known.values(), default=None)
    tier = tier_of(mention.url) or tier_of(mention.author.url)
    points = [math.log10(1 + value)] if value is not None else []
    points += [OF_TIER[tier]] if tier is not None else []
    evidence = tuple(f"{number:,} {what}" for what, number in known.items())
    host = host_of(mention.url)
    if tier is not None:
        evidence += (f"{host}: tier {tier}",)
    return Reach(value, round(max(points), 2) if points else None, tier, host, evidence)
