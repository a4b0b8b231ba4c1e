"""Counts of mentions by the minute of publication."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from tocsin.domain.mention import Mention
from tocsin.domain.model import Frozen, UtcDatetime
from tocsin.domain.reading import ScoredMention, Sentiment

MINUTE = timedelta(minutes=1)


class Counts(Frozen):
    """``reach`` adds the known followers of those who were negative; unknown adds nothing."""

    mentions: int = 0
    negative: int = 0
    positive: int = 0
    grave: int = 0
    reach: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(**{name: getattr(self, name) + getattr(other, name) for name in Counts.model_fields})

    @classmethod
    def of(cls, scored: ScoredMention) -> "Counts":
        reading = scored.reading
        return cls(
            mentions=1,
            negative=int(reading.negative),
            positive=int(reading.sentiment is Sentiment.POSITIVE),
            grave=int(reading.grave),
            reach=(scored.mention.author.followers or 0) if reading.negative else 0,
        )


class MinuteCounts(Frozen):
    minute: UtcDatetime
    counts: Counts


def minute_of(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def counted_minute(mention: Mention) -> datetime:
    """The minute of publication; a date in the future is somebody's wrong clock and counts when we saw it."""
    return minute_of(min(mention.published_at, mention.fetched_at))


def aggregate(mentions: Iterable[ScoredMention]) -> tuple[MinuteCounts, ...]:
    """One entry a minute: a transaction must not touch the same counter twice."""
    minutes: dict[datetime, Counts] = {}
    for scored in mentions:
        minute = counted_minute(scored.mention)
        minutes[minute] = minutes.get(minute, Counts()) + Counts.of(scored)
    return tuple(MinuteCounts(minute=minute, counts=minutes[minute]) for minute in sorted(minutes))


def total(minutes: Iterable[MinuteCounts]) -> Counts:
    return sum((entry.counts for entry in minutes), Counts())
