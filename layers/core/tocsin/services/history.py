"""A client's own history, as its stack has kept it: what was said, and how it was read or corrected since."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from tocsin.domain.brand import Brand
from tocsin.domain.brand_baseline import HOUR, hour_of
from tocsin.domain.marks import Verdict, corrected
from tocsin.domain.mention import Mention
from tocsin.domain.reading import Reading, ScoredMention
from tocsin.ports import MentionStore
from tocsin.services.replay import LATEST

KEPT = timedelta(days=90)
"""Mentions are kept that long, some sources' for less."""
DAY = timedelta(days=1)
MOST_AN_HOUR = 100_000


def history(store: MentionStore, brand: str, since: datetime, until: datetime) -> Iterator[ScoredMention]:
    """All that is kept of what was published in [since, until), the oldest hours first. Hours in which nothing was said
    are not asked for."""
    day = since
    while day < until:
        end = min(day + DAY, until)
        for hour in sorted({hour_of(each.minute) for each in store.counts(brand, day, end)}):
            yield from store.written(brand, max(hour, day), min(hour + HOUR, end), MOST_AN_HOUR)
        day = end


class AsKept:
    """An analyzer that reads nothing anew. What pages nobody (an old story that came up again, as a person said, or
    what was there at a source's first look) is against nobody here, but where it lies so far back that it is heard as
    it was published."""

    def __init__(self, kept: Iterable[ScoredMention]) -> None:
        self._readings = {(one.mention.brand, one.mention.id): _reading(one) for one in kept}

    def read(self, mention: Mention, brand: Brand | None = None) -> Reading:  # noqa: ARG002
        return self._readings[mention.brand, mention.id]


def _reading(one: ScoredMention) -> Reading:
    if one.history and one.mention.fetched_at - one.mention.published_at <= LATEST:
        return corrected(one, Verdict.NOT_NEGATIVE).reading
    return one.reading
