"""Which other open cases of the client may be the same matter: looked for when somebody looks, and nothing is kept."""

import logging
from collections.abc import Iterator
from datetime import timedelta

from tocsin.domain.brand import Brand
from tocsin.domain.case.file import CaseFile
from tocsin.domain.case.spread import of_case
from tocsin.domain.case.twins import Matter, Twin, comparable, twins
from tocsin.domain.client import Client
from tocsin.domain.incident import Incident
from tocsin.domain.story import title_of
from tocsin.ports import CaseStore, Clock, MentionStore, StoryStore
from tocsin.services.logged import logged
from tocsin.services.stories import Stories

logger = logging.getLogger(__name__)

BACK = 10
"""Of the case's own brand so many of the latest incidents are looked at; of each other brand the latest."""
MOST_BRANDS = 20
BEFORE = timedelta(hours=24)
LONGEST = timedelta(days=7)
MENTIONS = 50


class Twins:
    def __init__(self, *, cases: CaseStore, mentions: MentionStore, stories: StoryStore, clock: Clock) -> None:
        self._cases = cases
        self._mentions = mentions
        self._stories = Stories(stories, clock)
        self._clock = clock

    def of(self, client: Client, incident: Incident, file: CaseFile) -> tuple[Twin, ...]:
        """None where it cannot be read just now: a page without it beats no page."""
        if not file.live:
            return ()
        try:
            others = [one for one in self._open(client, incident) if comparable(file, one[1])]
            if not others:
                return ()
            found = twins(self._matter(client, incident, file), [self._matter(client, *one) for one in others])
            return tuple(self._titled(incident.brand, one) for one in found)
        except Exception as error:
            logger.error("nobody looked whether two cases are one", extra=logged(error))
            return ()

    def _open(self, client: Client, incident: Incident) -> Iterator[tuple[Incident, CaseFile]]:
        names = [incident.brand, *(one.name for one in client.brands if one.name != incident.brand)]
        for name in names[:MOST_BRANDS]:
            latest = self._cases.brand_state(name).incident_id
            stem, _, number = (latest or "").rpartition("-")
            if not number.isdigit():
                continue
            back = BACK if name == incident.brand else 1
            for place in range(int(number), max(0, int(number) - back), -1):
                found = self._cases.incident(f"{stem}-{place}")
                file = self._cases.case_file(found.id) if found is not None else None
                if found is not None and file is not None:
                    yield found, file

    def _matter(self, client: Client, incident: Incident, file: CaseFile) -> Matter:
        until = incident.over_since if incident.closed else self._clock.now()
        since = max(incident.opened_at - BEFORE, until - LONGEST)
        brand = next((one for one in client.brands if one.name == incident.brand), None)
        stories = self._told(brand, incident) if brand is not None else {}
        texts = tuple(one.words for one in file.cause.quotations)
        if not texts:
            heard = self._mentions.gravest(incident.brand, since, until + timedelta(minutes=1), MENTIONS)
            texts = tuple(one.mention.words for one in heard)
        if not texts and incident.held is not None:
            texts = (incident.held.why,)
        return Matter(incident, file, stories, texts)

    def _told(self, brand: Brand, incident: Incident) -> dict[tuple[str, str], str]:
        until = incident.over_since if incident.closed else self._clock.now()
        books = self._stories.read(brand)
        found = of_case(books.stories.stories.values(), incident.opened_at - BEFORE, until)
        return {(brand.name, one.id): one.origin_id for one in found}

    def _titled(self, brand: str, twin: Twin) -> Twin:
        """With the title of the story in place of its first mention; empty where that is gone."""
        if twin.story is None:
            return twin
        began = self._mentions.scored(brand, twin.story)
        return twin._replace(story=title_of(began) if began is not None else "")
