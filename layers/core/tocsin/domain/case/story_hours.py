"""How the stories of a case grew, hour by hour, on one axis: what was quiet is there as well."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from tocsin.domain.case.spread import StoryCurve

HOUR = timedelta(hours=1)


class Hourly(NamedTuple):
    """``since``: the beginning of the first hour; ``counts``: mentions in each hour from it on; ``before``: mentions
    that are older than that."""

    since: datetime
    counts: tuple[int, ...]
    before: int

    @property
    def peak(self) -> tuple[datetime, int]:
        """The fullest hour, the first of several."""
        most = max(self.counts)
        return self.since + HOUR * self.counts.index(most), most


def hourly(stories: Sequence[StoryCurve], most: int) -> tuple[Hourly, ...]:
    """One for each story, in their order; all of the same hours: from the first that any of them was told in to the
    last one, the last ``most`` of these."""
    moments = [hour for story in stories for hour, _ in story.hours]
    if not moments:
        return tuple(Hourly(story.began_at, (0,), story.before) for story in stories)
    end = max(moments)
    number = min((end - min(moments)) // HOUR + 1, most)
    since = end - HOUR * (number - 1)
    found = []
    for story in stories:
        told = dict(story.hours)
        counts = tuple(told.get(since + HOUR * place, 0) for place in range(number))
        found.append(Hourly(since, counts, story.before + sum(told.values()) - sum(counts)))
    return tuple(found)
