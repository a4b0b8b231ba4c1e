"""A story: mentions that tell of one event, folded one by one into a value of bounded size.

Which mentions those are is the book's matter (`domain.story_book`). The order of folding changes nothing but which
wordings and places are kept once there are too many.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from tocsin.domain.distinct import NOBODY, Distinct, count, hashed, joined, united
from tocsin.domain.mention import Medium
from tocsin.domain.reach import Reach, reach_of
from tocsin.domain.reading import ScoredMention
from tocsin.domain.story_terms import Told
from tocsin.domain.text import clip

HOURS = 48
"""Hours before the latest mention that are counted one by one; what is older is counted by the day."""
DAYS = 32
SIGNATURES, LINKS, TERMS, PLACES, LANGUAGES = 4, 6, 40, 12, 8
TITLE = 120
UNTITLED = (-1e9, 0.0, "")
_HOUR = 3_600
_Key = TypeVar("_Key", int, str)


@dataclass(frozen=True, slots=True)
class Story:
    """``origin_*``: its earliest mention that we know. ``hours``, ``days``: mentions by hour and, before that, by day
    since 1970. ``title`` is taken from the gravest mention, of equally grave ones the widest heard. ``places`` are
    the sources by name, as many as PLACES; ``people`` and ``sites`` count authors and hosts, about. ``reach``: the
    largest known number of followers or views. ``against``: mentions that matter (negative, grave, a complaint).
    ``terms``: in how many mentions each stood."""

    id: str
    origin_id: str
    origin_url: str | None
    origin_at: datetime
    last_at: datetime
    size: int = 0
    against: int = 0
    severity: float = 0.0
    title: str = ""
    title_rank: tuple[float, float, str] = UNTITLED
    reach: int | None = None
    tier: int | None = None
    people: Distinct = NOBODY
    sites: Distinct = NOBODY
    hours: Mapping[int, int] = field(default_factory=dict)
    days: Mapping[int, int] = field(default_factory=dict)
    media: Mapping[str, int] = field(default_factory=dict)
    languages: Mapping[str, int] = field(default_factory=dict)
    places: Mapping[str, int] = field(default_factory=dict)
    scenarios: Mapping[str, int] = field(default_factory=dict)
    signatures: tuple[int, ...] = ()
    links: tuple[int, ...] = ()
    terms: Mapping[int, int] = field(default_factory=dict)

    @property
    def authors(self) -> int:
        """About how many different people; within 9 % of it when they are many. Unknown people are not counted."""
        return count(self.people)

    @property
    def outlets(self) -> int:
        """About on how many different hosts it stands: one story in many outlets is syndication, not many stories."""
        return count(self.sites)

    @property
    def title_id(self) -> str:
        """The mention that the title is taken from: a store that keeps no words reads it there."""
        return self.title_rank[2]

    @property
    def scenario(self) -> str | None:
        """What most of its mentions tell of."""
        return max(self.scenarios, key=lambda name: (self.scenarios[name], name), default=None)

    def within(self, hours: int, now: datetime) -> int:
        """Mentions of the last hours, the one that runs now included; at most HOURS."""
        end = int(now.timestamp()) // _HOUR
        return sum(counted for hour, counted in self.hours.items() if end - hours < hour <= end)

    def after(self, scored: ScoredMention, told: Told) -> "Story":
        mention, reading = scored.mention, scored.reading
        at = moment_of(scored)
        earlier = (at, mention.id) < (self.origin_at, self.origin_id)
        reach = reach_of(mention)
        rank = _rank(scored, reach)
        hours, days = _counted(self.hours, self.days, int(at.timestamp()) // _HOUR)
        author = mention.author
        who = author.id or author.handle or author.url or author.name
        return replace(
            self,
            origin_id=mention.id if earlier else self.origin_id,
            origin_url=mention.url if earlier else self.origin_url,
            origin_at=at if earlier else self.origin_at,
            last_at=max(at, self.last_at),
            size=self.size + 1,
            against=self.against + scored.matters,
            severity=max(self.severity, round(reading.severity, 4)),
            title=title_of(scored) if rank > self.title_rank else self.title,
            title_rank=max(rank, self.title_rank),
            reach=max((known for known in (self.reach, reach.value) if known is not None), default=None),
            tier=min((known for known in (self.tier, reach.tier) if known is not None), default=None),
            people=joined(self.people, hashed(f"{mention.source}\x00{who}")) if who else self.people,
            sites=joined(self.sites, hashed(reach.host)) if reach.host else self.sites,
            hours=hours,
            days=days,
            media=_plus(self.media, mention.medium or "", len(Medium) + 1),
            languages=_plus(self.languages, reading.language, LANGUAGES),
            places=_plus(self.places, mention.source, PLACES),
            scenarios=_plus(self.scenarios, reading.scenario, LANGUAGES) if reading.scenario else self.scenarios,
            signatures=_with(self.signatures, told.signature, SIGNATURES),
            links=_with_all(self.links, told.links),
            terms=_words(self.terms, told),
        )

    def united(self, other: "Story") -> "Story":
        """Two stories that prove to be one; its id stays."""
        first = min((self, other), key=lambda story: (story.origin_at, story.origin_id))
        hours, days = _put_together(self.hours, other.hours), _put_together(self.days, other.days)
        oldest = max(hours) - HOURS
        for hour in [hour for hour in hours if hour <= oldest]:
            days[hour // 24] = days.get(hour // 24, 0) + hours.pop(hour)
        titled = max((self, other), key=lambda story: story.title_rank)
        return replace(
            self,
            origin_id=first.origin_id,
            origin_url=first.origin_url,
            origin_at=first.origin_at,
            last_at=max(self.last_at, other.last_at),
            size=self.size + other.size,
            against=self.against + other.against,
            severity=max(self.severity, other.severity),
            title=titled.title,
            title_rank=titled.title_rank,
            reach=max((known for known in (self.reach, other.reach) if known is not None), default=None),
            tier=min((known for known in (self.tier, other.tier) if known is not None), default=None),
            people=united(self.people, other.people),
            sites=united(self.sites, other.sites),
            hours=hours,
            days=dict(sorted(days.items())[-DAYS:]),
            media=_put_together(self.media, other.media, len(Medium) + 1),
            languages=_put_together(self.languages, other.languages, LANGUAGES),
            places=_put_together(self.places, other.places, PLACES),
            scenarios=_put_together(self.scenarios, other.scenarios, LANGUAGES),
            signatures=tuple(dict.fromkeys((*self.signatures, *other.signatures)))[:SIGNATURES],
            links=_with_all(self.links, other.links),
            terms=_put_together(self.terms, other.terms, TERMS),
        )

    def without(self, mentions: frozenset[str]) -> "Story":
        """Without what it took from these mentions: its title and its origin's address."""
        titled = self.title_rank[2] in mentions
        if not titled and self.origin_id not in mentions:
            return self
        return replace(
            self,
            title="" if titled else self.title,
            title_rank=UNTITLED if titled else self.title_rank,
            origin_url=None if self.origin_id in mentions else self.origin_url,
        )

    @classmethod
    def begun(cls, scored: ScoredMention, told: Told) -> "Story":
        mention, at = scored.mention, moment_of(scored)
        empty = cls(
            id=f"{hashed(mention.id):08x}",
            origin_id=mention.id,
            origin_url=mention.url,
            origin_at=at,
            last_at=at,
            title_rank=UNTITLED,
        )
        return empty.after(scored, told)


def moment_of(scored: ScoredMention) -> datetime:
    """When it was published, or seen where the source's clock is ahead."""
    return min(scored.mention.published_at, scored.mention.fetched_at)


def title_of(scored: ScoredMention) -> str:
    mention = scored.mention
    return clip(" ".join((mention.title or mention.text[:1_000]).split()), TITLE)


def since(hour: int) -> datetime:
    """The beginning of an hour that was counted."""
    return datetime.fromtimestamp(0, UTC) + timedelta(hours=hour)


def _rank(scored: ScoredMention, reach: Reach) -> tuple[float, float, str]:
    """Gravest, then most negative, then widest heard; of equals the earliest, last by id: the order changes nothing."""
    reading = scored.reading
    gravity = round(reading.severity * 100 - reading.score * 10 + min(reach.points or 0.0, 9.0), 3)
    return gravity, -moment_of(scored).timestamp(), scored.mention.id


def _counted(hours: Mapping[int, int], days: Mapping[int, int], hour: int) -> tuple[dict[int, int], Mapping[int, int]]:
    grown = dict(hours)
    grown[hour] = grown.get(hour, 0) + 1
    oldest = max(grown) - HOURS
    gone = [each for each in grown if each <= oldest]
    if not gone:
        return grown, days
    longer = dict(days)
    for each in gone:
        longer[each // 24] = longer.get(each // 24, 0) + grown.pop(each)
    for day in sorted(longer)[:-DAYS]:
        del longer[day]
    return grown, longer


def _put_together(counts: Mapping[_Key, int], more: Mapping[_Key, int], most: int | None = None) -> dict[_Key, int]:
    """The most frequent of both, as many as ``most``."""
    grown = dict(counts)
    for key, number in more.items():
        grown[key] = grown.get(key, 0) + number
    if most is None or len(grown) <= most:
        return grown
    return dict(sorted(grown.items(), key=lambda pair: -pair[1])[:most])


def _plus(counts: Mapping[str, int], name: str, most: int) -> Mapping[str, int]:
    if name not in counts and len(counts) >= most:
        return counts
    return {**counts, name: counts.get(name, 0) + 1}


def _with(kept: tuple[int, ...], value: int, most: int) -> tuple[int, ...]:
    return kept if not value or value in kept or len(kept) >= most else (*kept, value)


def _with_all(links: tuple[int, ...], more: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(dict.fromkeys((*links, *more)))[:LINKS]


def _words(terms: Mapping[int, int], told: Told) -> Mapping[int, int]:
    """Those that stand in most of the mentions; a term must come again soon or give its place to others."""
    grown = dict(terms)
    for key in told.terms:
        grown[key] = grown.get(key, 0) + 1
    if len(grown) <= TERMS:
        return grown
    weight = told.terms
    kept = sorted(
        grown.items(), key=lambda pair: (-pair[1], -weight[pair[0]].weight if pair[0] in weight else 0.0, pair[0])
    )
    return dict(kept[:TERMS])
