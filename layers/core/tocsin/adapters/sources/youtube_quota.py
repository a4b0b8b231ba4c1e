"""YouTube's two budgets of a day: 100 calls of search.list, 10,000 units for everything else (one a call).

A day is Google's: it begins at midnight in California. The figures are the default of every project; all of a
client's searches share them, and each unit counts its own, so YouTube's own «quotaExceeded» stays the last word.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tocsin.domain.errors import FetchError, Trouble
from tocsin.domain.model import Frozen

SEARCHES = 100
UNITS = 10_000
_PACIFIC = ZoneInfo("America/Los_Angeles")


class Spent(Frozen):
    """What was used on ``day`` (ISO, Pacific)."""

    day: str = ""
    searches: int = 0
    units: int = 0

    def on(self, now: datetime) -> Spent:
        today = now.astimezone(_PACIFIC).date().isoformat()
        return self if self.day == today else Spent(day=today)

    def plus(self, *, search: bool) -> Spent:
        return self.model_copy(update={"searches": self.searches + 1} if search else {"units": self.units + 1})

    def full(self, *, search: bool) -> Spent:
        return self.model_copy(update={"searches": SEARCHES} if search else {"units": UNITS})

    def check(self, now: datetime, *, search: bool) -> None:
        """Raise FetchError until the next reset when nothing is left."""
        if search and self.searches >= SEARCHES:
            raise used_up(f"today's {SEARCHES} searches are used up", now)
        if not search and self.units >= UNITS:
            raise used_up(f"today's {UNITS:,} units are used up", now)


def used_up(reason: str, now: datetime) -> FetchError:
    return FetchError(
        f"YouTube: {reason}; it goes on at midnight in California",
        retry_after=until_reset(now).total_seconds(),
        trouble=Trouble.QUOTA,
    )


def until_reset(now: datetime) -> timedelta:
    """To the next midnight there; 23 to 25 hours at most, as their clocks change."""
    there = now.astimezone(_PACIFIC)
    midnight = datetime.combine(there.date() + timedelta(days=1), datetime.min.time(), tzinfo=_PACIFIC)
    return midnight.astimezone(now.tzinfo) - now
