"""How a case spread: where it began, where it came next, who carried it, which media took it up, and its stories.

From the mentions that are kept and the stories folded of all of them; nothing is stored but what a person quotes.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from tocsin.domain.author_record import author_key
from tocsin.domain.clues import Clue
from tocsin.domain.mention import Medium, Mention
from tocsin.domain.outlets import host_of, is_everybodys
from tocsin.domain.reach import OF_TIER, heard_by, reach_of
from tocsin.domain.reading import GRAVE, ScoredMention
from tocsin.domain.signature import alike, is_long, signature
from tocsin.domain.story import HOURS, Story, moment_of, since
from tocsin.domain.story_links import link_key
from tocsin.domain.story_terms import told
from tocsin.domain.text import clip

STOPS, AMPLIFIERS, OUTLETS, STORIES = 20, 8, 20, 8
WORDS = 280
BAD = 2
"""Stars."""
PAUSE, LEAD = 12, 2
"""Hours: after such a pause a story begins anew; so long before another it may rise with it."""
FEWEST = 3
"""Mentions of a story that rose with another."""


class Spot(NamedTuple):
    """One mention as a page of the agency shows it. ``voice``: the key of its author's dossier, None where the source
    names nobody. Of private words nothing is shown: ``words`` is empty."""

    mention_id: str
    at: datetime
    source: str
    host: str | None
    url: str | None
    author: str | None
    voice: str | None
    words: str
    followers: int | None
    views: int | None
    shares: int | None


class Origin(NamedTuple):
    """``confidence`` 0-1 that nothing of this case stands before it; ``clues``: what speaks against that."""

    spot: Spot
    confidence: float
    clues: tuple[Clue, ...]
    ours: bool = False
    """It is a post of the brand's own that others answered."""


class Stop(NamedTuple):
    """A platform or outlet that the case reached, with its first mention there and how many came since."""

    place: str
    medium: Medium | None
    first: Spot
    mentions: int


class Amplifier(NamedTuple):
    """``gained``: people who may have heard it by this mention, as the source tells; ``led``: later mentions that
    answer it, pass it on or lead to it."""

    spot: Spot
    gained: int
    share: float
    """Of all that the case's mentions gained, 0-1."""
    led: int


class Outlet(NamedTuple):
    """``tier``: 1 national, broadcast or wire; 2 large; 3 local; None unlisted."""

    host: str
    tier: int | None
    first: Spot
    mentions: int


class StoryCurve(NamedTuple):
    """A cluster of mentions that tell one thing. ``hours``: (beginning of the hour, mentions), oldest first, with its
    last 48 hours one by one; ``before``: mentions before those hours."""

    id: str
    title: str
    size: int
    against: int
    authors: int
    began_at: datetime
    last_at: datetime
    scenario: str | None
    hours: tuple[tuple[datetime, int], ...]
    before: int
    main: bool = False
    """The story that the case is about."""


class Spread(NamedTuple):
    origin: Origin | None
    path: tuple[Stop, ...]
    amplifiers: tuple[Amplifier, ...]
    media: tuple[Outlet, ...]
    stories: tuple[StoryCurve, ...]


def of_case(stories: Iterable[Story], start: datetime, end: datetime) -> tuple[Story, ...]:
    """The stories that the case is about, the main one first: the one that weighs most of those told in [start, end],
    and those that rose with it: one matter is told in many words, and what burns at once is one case."""
    told_then = [story for story in stories if story.against and story.last_at >= start and story.origin_at <= end]
    main = max(told_then, key=lambda story: (_weight(story, start, end), story.id), default=None)
    if main is None:
        return ()
    rise = risen(main)
    kin = [story for story in told_then if story is not main and _rose_with(story, rise)]
    return (main, *sorted(kin, key=lambda story: (-story.size, story.id)))


def risen(story: Story) -> datetime:
    """Since when it is told without a pause of half a day: what was before is another matter, or a mistake."""
    hours = sorted(story.hours)
    peak = max(hours, key=lambda hour: (story.hours[hour], -hour))
    begun = peak
    for hour in reversed([hour for hour in hours if hour < peak]):
        if begun - hour > PAUSE:
            break
        begun = hour
    return max(since(begun), story.origin_at)


def told_in(
    stories: Sequence[Story], heard: Sequence[ScoredMention], story_of: Callable[[str], str | None]
) -> tuple[ScoredMention, ...]:
    """Of all that was ``heard`` what the case is about, in the same order: what tells one of its stories since they
    rose, or says the very same before; with most of that in one conversation, or bad ratings, all the like.
    ``story_of``: by a mention's id, as far as the book remembers."""
    if not stories:
        return ()
    names = {story.id for story in stories}
    rise = min(risen(story) for story in stories)
    known = {one.mention.id: story_of(one.mention.id) for one in heard}
    since_then = [one for one in heard if known[one.mention.id] in names and moment_of(one) >= rise]
    texts = {signature(one.mention.words) for one in since_then}
    texts = {said for said in texts if is_long(said)}

    def copies(scored: ScoredMention) -> bool:
        said = signature(scored.mention.words)
        return said in texts or any(alike(said, each) for each in texts)

    rest = {None, *names}
    kept = {one.mention.id for one in since_then}
    told = [one for one in heard if one.mention.id in kept or (known[one.mention.id] in rest and copies(one))]
    if not told:
        return ()
    kept = {one.mention.id for one in told}
    threads = Counter(one.mention.thread for one in told if one.mention.thread)
    thread = next((name for name, count in threads.most_common(1) if 3 * count >= len(told)), None)
    rated = 2 * sum(one.mention.rating is not None for one in told) >= len(told)
    return tuple(
        one
        for one in heard
        if one.mention.id in kept
        or (thread is not None and one.mention.thread == thread)
        or (rated and (one.mention.rating or BAD + 1) <= BAD and moment_of(one) >= rise - timedelta(hours=LEAD))
    )


def curve(story: Story, title: str, *, main: bool = False) -> StoryCurve:
    return StoryCurve(
        id=story.id,
        title=title,
        size=story.size,
        against=story.against,
        authors=story.authors,
        began_at=story.origin_at,
        last_at=story.last_at,
        scenario=story.scenario,
        hours=tuple((since(hour), count) for hour, count in sorted(story.hours.items())[-HOURS:]),
        before=sum(story.days.values()),
        main=main,
    )


def spot(scored: ScoredMention) -> Spot:
    mention = scored.mention
    author = mention.author
    private = mention.medium is Medium.PRIVATE
    return Spot(
        mention_id=mention.id,
        at=moment_of(scored),
        source=mention.source,
        host=host_of(mention.url),
        url=None if private else mention.url,
        author=None if private else author.name or author.handle,
        voice=None if private else author_key(mention),
        words="" if private else clip(" ".join(mention.words[:2_000].split()), WORDS),
        followers=None if private else author.followers,
        views=mention.engagement.views,
        shares=mention.engagement.shares,
    )


def path(heard: Sequence[ScoredMention]) -> tuple[Stop, ...]:
    """``heard``: of the case, oldest first. Where it came, in the order of time."""
    first: dict[str, ScoredMention] = {}
    counts: Counter[str] = Counter()
    for scored in heard:
        place = place_of(scored.mention)
        first.setdefault(place, scored)
        counts[place] += 1
    return tuple(Stop(place, one.mention.medium, spot(one), counts[place]) for place, one in first.items())[:STOPS]


def place_of(mention: Mention) -> str:
    """The platform; of news and blogs the outlet."""
    host = host_of(mention.url)
    if mention.medium in {Medium.NEWS, Medium.BLOG} and host and not is_everybodys(host):
        return host
    return mention.source.partition(":")[0]


def media(heard: Sequence[ScoredMention]) -> tuple[Outlet, ...]:
    """The weightiest first, of equals the earliest."""
    found: dict[str, Outlet] = {}
    for scored in heard:
        reach = reach_of(scored.mention)
        if reach.host is None or (reach.tier is None and scored.mention.medium is not Medium.NEWS):
            continue
        before = found.get(reach.host)
        if before is None:
            found[reach.host] = Outlet(reach.host, reach.tier, spot(scored), 1)
        else:
            tier = min((tier for tier in (before.tier, reach.tier) if tier is not None), default=None)
            found[reach.host] = before._replace(tier=tier, mentions=before.mentions + 1)
    return tuple(sorted(found.values(), key=lambda one: (one.tier or 9, one.first.at, one.host))[:OUTLETS])


def amplifiers(heard: Sequence[ScoredMention], own: frozenset[str] = frozenset()) -> tuple[Amplifier, ...]:
    """Those by whom most may have heard it, then those whom most followed. ``heard``: oldest first; of one author the
    widest heard counts."""
    led = _led(heard, own)
    gained = [_gained(scored.mention) for scored in heard]
    whole = sum(gained) or 1
    best: dict[str, Amplifier] = {}
    for scored, gain in zip(heard, gained, strict=True):
        if scored.mention.medium is Medium.PRIVATE or not (gain or led[scored.mention.id]):
            continue
        who = author_key(scored.mention) or scored.mention.id
        found = Amplifier(spot(scored), gain, round(gain / whole, 4), led[scored.mention.id])
        if who not in best or (found.gained, found.led) > (best[who].gained, best[who].led):
            best[who] = found
    ranked = sorted(best.values(), key=lambda one: (-one.gained, -one.led, one.spot.at, one.spot.mention_id))
    return tuple(ranked[:AMPLIFIERS])


def _gained(mention: Mention) -> int:
    tier = reach_of(mention).tier
    return max(heard_by(mention) or 0, round(10 ** OF_TIER[tier]) if tier is not None else 0)


def _led(heard: Sequence[ScoredMention], own: frozenset[str]) -> Mapping[str, int]:
    """How many later mentions answer each, lead to it, or say its very words after it."""
    by_id = {scored.mention.id: scored.mention.id for scored in heard}
    by_link: dict[int, str] = {}
    texts: list[tuple[int, str]] = []
    led: Counter[str] = Counter()
    for scored in heard:
        mention, said = scored.mention, signature(scored.mention.words)
        before = by_id.get(mention.in_reply_to or "") or by_id.get(mention.thread or "")
        if before is None and ("http" in mention.words or "www." in mention.words):
            before = next((by_link[link] for link in told(mention.words, own=own).links if link in by_link), None)
        if before is None and is_long(said):
            before = next((first for each, first in texts if alike(each, said)), None)
        if before is not None and before != mention.id:
            led[before] += 1
        elif is_long(said):
            texts.append((said, mention.id))
        key = link_key(mention.url) if mention.url else None
        if key is not None:
            by_link.setdefault(key, mention.id)
    return led


def _weight(story: Story, start: datetime, end: datetime) -> float:
    """Mentions against the brand in that time, more for a grave matter and for who may have heard of it."""
    first, last = int(start.timestamp()) // 3_600, int(end.timestamp()) // 3_600
    within = sum(count for hour, count in story.hours.items() if first <= hour <= last) or 1
    heard = len(str(story.reach)) if story.reach else 0
    grave = 8.0 if story.severity >= GRAVE else 0.0
    return within * story.against / story.size + grave + heard


def _rose_with(story: Story, rise: datetime) -> bool:
    begun = int(rise.timestamp()) // 3_600 - LEAD
    within = sum(count for hour, count in story.hours.items() if hour >= begun)
    return within >= FEWEST and 2 * story.against >= story.size and within >= 0.7 * story.size
