"""Keep each brand's stories and those who told them: for people to read; the alarm counts signals.

A mention is in the books before long or never: a batch that lost its races is left out, and nothing comes again for it.
They are kept without words and addresses: those are read from the mention, and go with it.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from tocsin.domain.alert import AlertStory
from tocsin.domain.books import Books
from tocsin.domain.brand import Brand
from tocsin.domain.errors import ConflictError
from tocsin.domain.mention import Medium
from tocsin.domain.reading import ScoredMention
from tocsin.domain.story import title_of
from tocsin.domain.story_book import MOST
from tocsin.ports import Clock, MentionStore, StoryStore

logger = logging.getLogger(__name__)

RACES = 4
LATELY = 2
"""Hours, the one that runs included."""
STANDS_OUT = 3
"""Mentions from which a story is told of in an alert."""
KEPT = timedelta(days=30)
"""After the last mention that mattered."""


class Stories:
    """Remembers each brand's books while nobody else writes them: a warm function need not read them again."""

    def __init__(self, store: StoryStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._warm: dict[str, tuple[int, Books]] = {}

    def tell(self, brand: Brand, heard: Sequence[ScoredMention]) -> None:
        """Fold in what matters of ``heard``; what is there already changes nothing. Raise ThrottledError."""
        telling = [scored for scored in heard if scored.matters and not scored.history]
        if not telling:
            return
        for _ in range(RACES):
            version, books = self._warm.pop(brand.name) if brand.name in self._warm else self._load(brand)
            if not books.add(telling):
                self._warm[brand.name] = (version, books)
                return
            now = self._clock.now()
            try:
                self._store.save(brand.name, books.packed(now), version=version + 1, until=now + KEPT)
            except ConflictError:
                continue
            self._warm[brand.name] = (version + 1, books)
            return
        logger.warning("lost every race for the stories", extra={"brand": brand.name, "left_out": len(telling)})

    def read(self, brand: Brand) -> Books:
        return self._load(brand)[1]

    def _load(self, brand: Brand) -> tuple[int, Books]:
        version, form = self._store.load(brand.name)
        names = (brand.name, *brand.asked_terms, *brand.official)
        if form:
            try:
                return version, Books.unpacked(form, names)
            except ValueError:
                logger.warning("stories of another version are begun anew", extra={"brand": brand.name})
        return version, Books(names)


def largest_of(books: Books, brand: str, mentions: MentionStore, at: datetime) -> AlertStory | None:
    """The largest story of the last hours; None when no story stands out, or it may not be quoted."""
    told = books.stories.largest(MOST, at - timedelta(hours=LATELY))
    story = max(told, key=lambda story: (story.within(LATELY, at), story.size), default=None)
    if story is None or story.size < STANDS_OUT:
        return None
    best = mentions.scored(brand, story.title_rank[2])
    if best is None or best.mention.medium is Medium.PRIVATE:
        return None
    return AlertStory(title=title_of(best), size=story.size, since=story.origin_at)
