"""Who is behind a case, and why: read on demand from what is kept of its mentions, and gone with them.

It is for the agency's own people: no text that leaves is made of it.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tocsin.domain.author_record import AuthorRecord, author_key
from tocsin.domain.books import Books
from tocsin.domain.brand import Brand
from tocsin.domain.case.cause import Quotation
from tocsin.domain.case.dossier import dossiers_of
from tocsin.domain.case.insight import Insight
from tocsin.domain.case.origin import origin_of
from tocsin.domain.case.proposals import Proposal, proposed, quotable
from tocsin.domain.case.spread import (
    STORIES,
    Origin,
    Spread,
    StoryCurve,
    amplifiers,
    curve,
    media,
    of_case,
    path,
    risen,
    told_in,
)
from tocsin.domain.case.together import together
from tocsin.domain.client import Client
from tocsin.domain.incident import Incident
from tocsin.domain.matching import TermMatcher
from tocsin.domain.mention import Medium
from tocsin.domain.official import Voices
from tocsin.domain.outlets import host_of, is_everybodys
from tocsin.domain.reading import ScoredMention
from tocsin.domain.story import Story, moment_of, title_of
from tocsin.ports import CaseStore, Clock, MentionStore, StoryStore
from tocsin.services.stories import Stories

BEFORE, WITHOUT_STORY, LEADING, AFTER = (timedelta(hours=hours) for hours in (72, 24, 3, 1))
"""How long before the first alarm a case may have begun; the same where no story tells; before its stories rose; and
after its end."""
LONGEST = timedelta(hours=120)
"""Of a longer case its first days are looked at: its hours are asked for one by one."""
LOOKED_AT = 300
"""Mentions."""


class _Looked(NamedTuple):
    """``heard``: all against the brand in that time; ``told``: of these what the case is about; oldest first."""

    brand: Brand
    books: Books
    stories: tuple[Story, ...]
    since: datetime
    until: datetime
    heard: tuple[ScoredMention, ...]
    told: tuple[ScoredMention, ...]
    gone: bool


class Insights:
    def __init__(self, *, mentions: MentionStore, stories: StoryStore, cases: CaseStore, clock: Clock) -> None:
        self._mentions = mentions
        self._stories = Stories(stories, clock)
        self._cases = cases
        self._clock = clock

    def of(self, client: Client, incident: Incident) -> Insight:
        """Raise ThrottledError. Of an incident declared by hand that nobody wrote of it is empty."""
        seen = self._looked(client, incident)
        own = _own_hosts(seen.brand)
        records = _records(seen.books, seen.heard)
        found = together(seen.heard, records, own)
        carried = amplifiers(seen.told, own)
        return Insight(
            brand=incident.brand,
            since=seen.since,
            until=seen.until,
            looked_at=len(seen.heard),
            of=max(len(seen.told), sum(story.size for story in seen.stories)),
            spread=Spread(self._origin(seen), path(seen.told), carried, media(seen.told), self._curves(seen)),
            crowd=found.crowd,
            voices=dossiers_of(seen.told, brand=seen.brand, records=records, together=found.voices, amplifiers=carried),
            proposals=proposed(seen.told, seen.brand, ZoneInfo(client.timezone)),
            quotable=quotable(seen.told),
        )

    def hints(self, client: Client, incident: Incident) -> tuple[tuple[Proposal, ...], tuple[Quotation, ...]]:
        """What the cause card might say and quote, alone. Raise ThrottledError."""
        seen = self._looked(client, incident)
        return proposed(seen.told, seen.brand, ZoneInfo(client.timezone)), quotable(seen.told)

    def _looked(self, client: Client, incident: Incident) -> _Looked:
        name = incident.brand
        brand = next((one for one in client.brands if one.name == name), None) or Brand(name=name, terms=(name,))
        books = self._stories.read(brand)
        now = self._clock.now()
        last = min(now, incident.updated_at + AFTER) if incident.closed else now
        first = incident.opened_at - BEFORE
        stories = of_case(books.stories.stories.values(), first, last)
        since = incident.opened_at - WITHOUT_STORY
        if stories:
            since = max(first, min(incident.opened_at, *(risen(story) for story in stories)) - LEADING)
        until = min(last + timedelta(minutes=1), since + LONGEST)
        heard = {one.mention.id: one for one in self._mentions.course(name, since, until, LOOKED_AT)}
        gone = False
        for place, story in enumerate(stories[:STORIES]):
            if story.origin_id not in heard:
                began = self._mentions.scored(name, story.origin_id)
                gone |= began is None and not place
                if began is not None:
                    heard[began.mention.id] = began
        ordered = tuple(sorted(heard.values(), key=lambda one: (moment_of(one), one.mention.id)))
        told = told_in(stories, ordered, books.stories.story_of)
        return _Looked(brand, books, stories, since, until, ordered, told or ordered, gone)

    def _origin(self, seen: _Looked) -> Origin | None:
        root, own = self._root(seen)
        first = seen.told[0] if seen.told else None
        answers = first is not None and root is None and _answers_ours(first, seen.brand)
        return origin_of(
            seen.told,
            root,
            own_root=own,
            answers_ours=answers,
            gone=seen.gone,
            listening_since=self._cases.brand_state(seen.brand.name).first_assessed_at,
        )

    def _root(self, seen: _Looked) -> tuple[ScoredMention | None, bool]:
        """The post that most of it stands under, or that the first of it answers, where it is kept; and whether it is
        the brand's own."""
        threads = Counter(one.mention.thread for one in seen.told if one.mention.thread)
        common = next((name for name, count in threads.most_common(1) if 2 * count >= len(seen.told)), None)
        first = seen.told[0].mention if seen.told else None
        wanted = (common, first.thread if first else None, first.in_reply_to if first else None)
        for name in dict.fromkeys(each for each in wanted if each):
            root = self._mentions.scored(seen.brand.name, name)
            if root is not None and (first is None or moment_of(root) < moment_of(seen.told[0])):
                return root, Voices(seen.brand, None).own(root.mention)
        return None, False

    def _curves(self, seen: _Looked) -> tuple[StoryCurve, ...]:
        """The case's own stories first, then what else was told of then."""
        names = {story.id for story in seen.stories}
        others = [
            story
            for story in seen.books.stories.largest(STORIES * 4, seen.since)
            if story.id not in names and story.size > 1 and story.origin_at <= seen.until
        ]
        shown = (*seen.stories, *others)[:STORIES]
        known = {one.mention.id: one for one in seen.heard}
        return tuple(
            curve(story, self._title(seen.brand.name, story, known), main=not place and bool(seen.stories))
            for place, story in enumerate(shown)
        )

    def _title(self, brand: str, story: Story, known: dict[str, ScoredMention]) -> str:
        best = known.get(story.title_id) or self._mentions.scored(brand, story.title_id)
        return title_of(best) if best is not None and best.mention.medium is not Medium.PRIVATE else ""


def _records(books: Books, heard: Sequence[ScoredMention]) -> dict[str, AuthorRecord]:
    found = {}
    for one in heard:
        key, record = author_key(one.mention), books.authors.of(one.mention)
        if key is not None and record is not None:
            found[key] = record
    return found


def _answers_ours(first: ScoredMention, brand: Brand) -> bool:
    """Whoever names no brand in an answer was heard because they answer one of the brand's own posts."""
    mention = first.mention
    return bool(mention.in_reply_to or mention.thread) and not TermMatcher(brand).matches(mention.words)


def _own_hosts(brand: Brand) -> frozenset[str]:
    hosts = (host_of(name) for name in brand.official if "." in name and not name.startswith("@"))
    return frozenset(host for host in hosts if host and not is_everybodys(host))
