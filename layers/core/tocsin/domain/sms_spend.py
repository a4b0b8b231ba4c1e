"""What SMS and calls may cost in a month: an issue leaves the last third to a crisis, and a crisis is never silenced.

SNS drops an SMS over the account's limit without a word (User Guide, "Setting SMS spending preferences"), so that we
count by ourselves; and since our count is an estimate, at crisis and above it is sent all the same, and another way is
taken beside it.
"""

from decimal import Decimal
from enum import StrEnum

from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind

SCOPE = "sms"
"""Of the budget that is used up."""
TOLD_AT = (80, 100)
"""Percent of the limit at which the operator is told, once a month each."""
_THIRD = Decimal(3)


class Spend(StrEnum):
    """Of one message. The value is what the timeline says."""

    FREE = "within the month's limit"
    KEPT = "what is left of the month's limit is kept for a crisis"
    OVER = "the month's limit is reached"


def grave(level: Level, kind: AlertKind) -> bool:
    """Is it worth the last cent? That something is over is not."""
    return level >= Level.CRISIS and kind is not AlertKind.RESOLVED


def sends(spend: Spend, *, grave: bool) -> bool:
    return spend is Spend.FREE or grave


def room(limit: Decimal, *, grave: bool) -> Decimal:
    """Up to where it may be spent for this without a second way."""
    return limit if grave else limit - limit / _THIRD


def without_room(used: Decimal, price: Decimal, limit: Decimal, *, grave: bool) -> Spend:
    """Why there is no room for this price."""
    return Spend.OVER if grave or used + price > limit else Spend.KEPT


def crossed(used: Decimal, limit: Decimal) -> tuple[int, ...]:
    """The percentages of ``TOLD_AT`` that are reached."""
    return tuple(percent for percent in TOLD_AT if used * 100 >= limit * percent)
