"""The stories of one brand, clustered on line: each mention joins the story that it tells, or begins one.

Single-pass clustering (Allan, Papka and Lavrenko, SIGIR 1998) in three steps, the surest first: the same link, a copy
(similarity hash and shared words), the same event in other words or another language (`story_event`). Stories that
prove to be one as they grow are united. Words weigh by how rare they are in this brand's own stream, so its name and
its everyday trouble soon tell nothing.
"""

import math
from array import array
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from heapq import nsmallest
from typing import NamedTuple

from tocsin.domain.mention import Medium
from tocsin.domain.outlets import host_of, is_everybodys
from tocsin.domain.reading import GRAVE, ScoredMention
from tocsin.domain.signature import is_long
from tocsin.domain.story import Story, moment_of
from tocsin.domain.story_copy import copied_from
from tocsin.domain.story_event import COOLING, NEEDED, Asked, asked, enough, heard_of, heat, ratio
from tocsin.domain.story_links import key_of
from tocsin.domain.story_terms import APART, Term, Told, keys_of, prior_of, term_key, told

MOST = 400
"""Stories kept; the least of them goes first."""
RECENT = 2_048
"""Mentions whose story is remembered, so that one that comes again counts once."""
SLOTS = 8_192
MEMORY = 2_000
"""Mentions after which word counts are halved: what is everyday is so for weeks, not for ever."""
PRIOR = 1_000
"""Texts that the prior share of a word counts as."""
SINGLE, LASTING = timedelta(days=3), timedelta(days=21)
"""How long a story of one mention, and one of many, is kept after its last mention."""
EVENT = timedelta(hours=72)
"""After so long a silence other words tell another event; only a copy or a link still joins."""

_CANDIDATES = 8
GROWN = frozenset((*range(2, 33), 48, 64, 96, 128))
"""Sizes at which a story looks for others that tell the same, as many as MOST_UNITED, of SMALL mentions at most."""
MOST_UNITED, SMALL = 12, 12
_SHARED_PAGES = frozenset({Medium.REVIEW, Medium.CHAT, Medium.PRIVATE})
"""Many mentions stand at one address there."""


class Joined(StrEnum):
    """What made a mention one of a story."""

    FIRST = "first"
    AGAIN = "again"
    """It was there already and changed nothing."""
    LINK = "link"
    COPY = "copy"
    EVENT = "event"
    """What its words name and mean."""


class Added(NamedTuple):
    """``likeness``: above 1 for a copy, up to 1 for the same event, 0 where nothing was compared."""

    story: Story
    by: Joined
    likeness: float = 0.0

    @property
    def begun(self) -> bool:
        """It is the story's first mention."""
        return self.by is Joined.FIRST

    @property
    def again(self) -> bool:
        return self.by is Joined.AGAIN


_ANOTHER = 0.0, Joined.FIRST


class StoryBook:
    """A working object over frozen stories; `story_form` packs it. ``names``: what the brand is called, and its own
    addresses."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.stories: dict[str, Story] = {}
        self.recent: dict[int, str] = {}
        self.seen = 0
        self.counts = array("H", bytes(2 * SLOTS))
        called = tuple(names)
        self._known = keys_of(name for name in called if "." not in name)
        hosts = (host_of(name) for name in called if "." in name and not name.startswith("@"))
        self._own = frozenset(host for host in hosts if host and not is_everybodys(host))
        self._by_term: dict[int, set[str]] = {}
        self._by_link: dict[int, str] = {}
        self._alone: Counter[int] = Counter()
        self._by_signature: dict[int, str] = {}

    def add(self, scored: ScoredMention) -> Added:
        """Fold a mention in; one that comes again, by its id, changes nothing while it is among the last RECENT."""
        mark = key_of(scored.mention.id, 5)
        before = self.recent.get(mark)
        if before is not None and before in self.stories:
            return Added(self.stories[before], Joined.AGAIN)
        heard = told(
            scored.mention.words,
            None if scored.mention.medium in _SHARED_PAGES else scored.mention.url,
            extra=_read_terms(scored),
            known=self._known,
            own=self._own,
        )
        found, likeness, by = self._find(heard, scored)
        story = Story.begun(scored, heard) if found is None else found.after(scored, heard)
        if found is None and story.id in self.stories:  # two ids of one hash: the older story takes it
            story = self.stories[story.id].after(scored, heard)
            found, by = story, Joined.COPY
        self._put(story, found)
        if found is None:
            self._learn(heard.terms)
        elif likeness > 1:
            self._learn(heard.terms.keys() - found.terms.keys(), texts=0)
        self._remember(mark, story.id)
        if story.size in GROWN and story.against > 1:
            story = self._unite(story, moment_of(scored))
        if len(self.stories) > MOST:
            self._forget(story)
        return Added(story, by, likeness)

    def restore(self, stories: Iterable[Story], recent: dict[int, str], seen: int, counts: array[int]) -> None:
        """Take up what was packed."""
        self.recent, self.seen, self.counts = recent, seen, counts
        for story in stories:
            self._put(story, None)

    def largest(self, limit: int, since: datetime | None = None) -> tuple[Story, ...]:
        """Largest first, of those that were told of since then."""
        live = (story for story in self.stories.values() if since is None or story.last_at >= since)
        return tuple(sorted(live, key=lambda story: (-story.size, -story.last_at.timestamp(), story.id))[:limit])

    def story_of(self, mention: str) -> str | None:
        """The story that holds one of the last RECENT mentions now, by the mention's id; it may have been united."""
        return self.recent.get(key_of(mention, 5))

    def erase(self, mentions: Iterable[str]) -> bool:
        """Take out the words and addresses of mentions that are to be forgotten, by id; whether there were any. Counts
        and hashes stay; the next mention of the story gives it a title again."""
        gone, changed = frozenset(mentions), False
        for story in list(self.stories.values()):
            without = story.without(gone)
            if without != story:
                self.stories[story.id] = without
                changed = True
        return changed

    def let_go(self, now: datetime) -> None:
        """Forget what nobody tells of any more."""
        for story in [story for story in self.stories.values() if now - story.last_at > _kept_for(story)]:
            self._drop(story)

    def drop_least(self, now: datetime) -> Story | None:
        """Forget the oldest and smallest, and say which; None when nothing is left."""
        least = min(self.stories.values(), key=lambda story: _worth(story, now), default=None)
        if least is not None:
            self._drop(least)
        return least

    def _find(self, heard: Told, scored: ScoredMention) -> tuple[Story | None, float, Joined]:
        """The story that it tells and how like it is, above 1 where it is a copy."""
        for link in heard.links:
            name = self._by_link.get(link)
            if name is not None and _near(self.stories[name], scored):
                return self.stories[name], 1.0, Joined.LINK
        same = self._by_signature.get(heard.signature) if heard.signature else None
        if same is not None and (is_long(heard.signature) or _near(self.stories[same], scored)):
            return self.stories[same], 2.0, Joined.COPY
        weights = {key: self._rarity(key, term.weight) for key, term in heard.terms.items()}
        words = asked(heard, weights, self._rarity, self._by_term)
        best, found, by = 0.0, None, Joined.FIRST
        for name in self._candidates(weights):
            story = self.stories[name]
            likeness, step = self._likeness(story, heard, words, weights, scored)
            if likeness > best:
                best, found, by = likeness, story, step
        return found, best, by

    def _candidates(self, weights: dict[int, float], most: int = _CANDIDATES) -> list[str]:
        """Stories that share most weight; a word that stands in every third story leads nowhere."""
        shared: dict[str, float] = {}
        for key, weight in weights.items():
            holders = self._by_term.get(key, ())
            if weight > 0.5 and len(holders) <= max(40, len(self.stories) // 3):
                for name in holders:
                    shared[name] = shared.get(name, 0.0) + weight * weight
        for name in shared:
            if (size := self.stories[name].size) > 1:
                shared[name] *= math.log2(1 + size)
        return nsmallest(most, shared, key=lambda name: (-shared[name], name))

    def _likeness(
        self,
        story: Story,
        heard: Told,
        words: tuple[Asked, ...],
        weights: dict[int, float],
        scored: ScoredMention,
    ) -> tuple[float, Joined]:
        """0 when it is another story; else how like it is: a copy above 1, the same event below."""
        copied = copied_from(story, heard, weights, self._rarity)
        if copied:
            return 1.0 + copied, Joined.COPY
        if not _near(story, scored):
            return _ANOTHER
        nats, met = ratio(story, words)
        if nats <= 0:
            return _ANOTHER
        at = moment_of(scored)
        warmth = heat(story, at, self._others(at))
        if not enough(nats, met, warmth, moved=scored.matters and story.against > 0):
            return _ANOTHER
        return nats / (nats + NEEDED), Joined.EVENT

    def _others(self, at: datetime) -> int:
        """Stories of one that were told of lately: how likely it is that two are alike by chance."""
        hour, around = int(at.timestamp()) // 3_600, int(COOLING)
        return sum(self._alone.get(each, 0) for each in range(hour - around, hour + around + 1))

    def _unite(self, story: Story, at: datetime) -> Story:
        """A story that grew may prove to be one with others, begun before it was plain that they tell the same."""
        for name in self._candidates({key: self._rarity(key, prior_of(key)) for key in story.terms}, MOST_UNITED):
            other = self.stories.get(name)
            if other is None:  # it is the story itself, by the name that it had before a larger one took it up
                continue
            less, more = sorted((story, other), key=lambda each: (each.size, -each.origin_at.timestamp(), each.id))
            if name == story.id or less.size > SMALL or not other.against or abs(other.last_at - at) > EVENT:
                continue
            nats, met = ratio(more, self._asked_of(less))
            if not enough(nats, met, heat(more, at, self._others(at)), moved=True):
                continue
            self._drop(less)
            grown = more.united(less)
            self._put(grown, more)
            for mark, told_of in self.recent.items():
                if told_of == less.id:
                    self.recent[mark] = more.id
            story = grown
        return story

    def _asked_of(self, story: Story) -> tuple[Asked, ...]:
        heard = heard_of(story)
        weights = {key: self._rarity(key, term.weight) for key, term in heard.terms.items()}
        return asked(heard, weights, self._rarity, self._by_term)

    def _rarity(self, key: int, prior: float) -> float:
        """Its rareness where the prior knowledge and what was seen here are put together; 0 for what is everywhere."""
        expected = PRIOR * math.exp(-prior)
        share = (self.counts[key % SLOTS] + expected) / (self.seen + PRIOR)
        return max(0.0, min(prior, -math.log(share)) - 1.0)

    def _learn(self, keys: Iterable[int], texts: int = 1) -> None:
        """Words are counted by story: what one storm repeats stays rare. What copies add to it is counted too: a
        footer, a fashion of hashtags."""
        self.seen += texts
        for key in keys:
            self.counts[key % SLOTS] = min(self.counts[key % SLOTS] + 1, 65_535)
        if self.seen >= MEMORY:
            self.seen //= 2
            self.counts = array("H", [count // 2 for count in self.counts])

    def _put(self, story: Story, before: Story | None) -> None:
        self.stories[story.id] = story
        self._count_alone(before, -1)
        self._count_alone(story, 1)
        if before is not None:
            for key in before.terms.keys() - story.terms.keys():
                self._unlist(key, story.id)
        for key in story.terms if before is None else story.terms.keys() - before.terms.keys():
            self._by_term.setdefault(key, set()).add(story.id)
        for link in story.links:
            self._by_link.setdefault(link, story.id)
        for each in story.signatures:
            self._by_signature.setdefault(each, story.id)

    def _remember(self, mark: int, name: str) -> None:
        if len(self.recent) >= RECENT:
            del self.recent[next(iter(self.recent))]
        self.recent[mark] = name

    def _forget(self, newest: Story) -> None:
        """Down to nine tenths of MOST, so that it need not be done again at once."""
        now = max(story.last_at for story in self.stories.values())
        self.let_go(now)
        others = (story for story in self.stories.values() if story.id != newest.id)
        for story in sorted(others, key=lambda story: _worth(story, now))[: max(0, len(self.stories) - MOST * 9 // 10)]:
            self._drop(story)

    def _count_alone(self, story: Story | None, by: int) -> None:
        if story is not None and story.size == 1:
            hour = int(story.last_at.timestamp()) // 3_600
            self._alone[hour] += by
            if not self._alone[hour]:
                del self._alone[hour]

    def _drop(self, story: Story) -> None:
        del self.stories[story.id]
        self._count_alone(story, -1)
        for key in story.terms:
            self._unlist(key, story.id)
        for link in story.links:
            if self._by_link.get(link) == story.id:
                del self._by_link[link]
        for each in story.signatures:
            if self._by_signature.get(each) == story.id:
                del self._by_signature[each]

    def _unlist(self, key: int, name: str) -> None:
        holders = self._by_term.get(key)
        if holders is not None:
            holders.discard(name)
            if not holders:
                del self._by_term[key]


def _near(story: Story, scored: ScoredMention) -> bool:
    return abs(moment_of(scored) - story.last_at) <= EVENT


def _worth(story: Story, now: datetime) -> tuple[float, str]:
    """A story is worth its age in hours less a day for each doubling of its size and each grade of its gravity."""
    hours = (now - story.last_at).total_seconds() / 3_600
    return 24 * math.log2(1 + story.size) + 48 * story.severity - hours, story.id


def _kept_for(story: Story) -> timedelta:
    return SINGLE if story.size == 1 and story.severity < GRAVE else LASTING


def _read_terms(scored: ScoredMention) -> tuple[Term, ...]:
    """What was read in it, as terms: mentions of one matter on one day mostly tell one event."""
    reading = scored.reading
    if reading.scenario is None:
        return ()
    return (Term(term_key(f"§§{reading.scenario}", APART), 5.0),)
