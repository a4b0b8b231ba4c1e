"""Counts of mentions by the minute of publication."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

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
        return Counts(
            mentions=self.mentions + other.mentions,
            negative=self.negative + other.negative,
            positive=self.positive + other.positive,
            grave=self.grave + other.grave,
            reach=self.reach + other.reach,
        )

    @classmethod
    def of(cls, scored: ScoredMention) -> "Counts":
        return cls(**Tally.of(scored)._asdict())


class Tally(NamedTuple):
    """The same while it is added up."""

    mentions: int
    negative: int
    positive: int
    grave: int
    reach: int

    @classmethod
    def of(cls, scored: ScoredMention) -> "Tally":
        reading = scored.reading
        sentiment = reading.sentiment
        if sentiment is Sentiment.NEGATIVE:
            return cls(1, 1, 0, int(reading.grave), scored.mention.author.followers or 0)
        return cls(1, 0, int(sentiment is Sentiment.POSITIVE), int(reading.grave), 0)

    def plus(self, other: "Tally") -> "Tally":
        return Tally(*map(int.__add__, self, other))


class MinuteCounts(Frozen):
    """``counts`` of what was heard as it came, ``history`` of what a source had said before it was first heard."""

    minute: UtcDatetime
    counts: Counts
    history: Counts = Counts()

    @property
    def whole(self) -> "MinuteCounts":
        """All of it as one, for the baseline and for what burned already."""
        return MinuteCounts(minute=self.minute, counts=self.counts + self.history)


def minute_of(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def counted_minute(mention: Mention) -> datetime:
    """The minute of publication; a date in the future is somebody's wrong clock and counts when we saw it."""
    return minute_of(min(mention.published_at, mention.fetched_at))


def aggregate(mentions: Iterable[ScoredMention]) -> tuple[MinuteCounts, ...]:
    """One entry a minute: a transaction must not touch the same counter twice."""
    minutes: dict[tuple[datetime, bool], Counts] = {}
    for scored in mentions:
        place = (counted_minute(scored.mention), scored.history)
        minutes[place] = minutes.get(place, Counts()) + Counts.of(scored)
    return joined(minutes)


def joined(found: Mapping[tuple[datetime, bool], Counts]) -> tuple[MinuteCounts, ...]:
    """From counts by minute and whether they are history; oldest first."""
    return tuple(
        MinuteCounts(
            minute=minute, counts=found.get((minute, False), Counts()), history=found.get((minute, True), Counts())
        )
        for minute in sorted({minute for minute, _ in found})
    )


def total(minutes: Iterable[MinuteCounts]) -> Counts:
    return sum((entry.counts for entry in minutes), Counts())
