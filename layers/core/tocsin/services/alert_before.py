"""What an alert tells of an earlier case that the present one is much like."""

import logging

from tocsin.domain.case.file import CaseFile
from tocsin.domain.case.returned import Returned, returned
from tocsin.domain.client import Client
from tocsin.domain.drills import is_drill
from tocsin.domain.fallback import PAGES
from tocsin.domain.incident import Incident
from tocsin.domain.outbox import Channel, OutboxItem
from tocsin.ports import CaseStore, MentionStore, PlanStore
from tocsin.services.logged import logged
from tocsin.services.returning import tellable
from tocsin.services.seen import SeenNow

logger = logging.getLogger(__name__)

DUMB = frozenset({Channel.TOPIC, Channel.CALL, Channel.WEBHOOK})
"""Ways that tell nothing of what was before."""


class Before:
    """One of these an invocation: what is looked at of a case is read once for all who are told."""

    def __init__(self, *, mentions: MentionStore, cases: CaseStore, plans: PlanStore | None) -> None:
        self._mentions = mentions
        self._cases = cases
        self._plans = plans
        self._looks: dict[str, SeenNow] = {}
        self._found: dict[tuple[str, str], Returned | None] = {}

    def seen(self, incident: Incident, item: OutboxItem) -> SeenNow:
        if incident.id not in self._looks:
            self._looks[incident.id] = SeenNow(
                incident, item.created_at, cases=self._cases, mentions=self._mentions,
                library=self._plans.library if self._plans is not None else lambda: None,
            )  # fmt: skip
        return self._looks[incident.id]

    def of(self, client: Client, incident: Incident, item: OutboxItem, planned: CaseFile | None) -> Returned | None:
        """``planned``: its case file where that was read already. An alert without it beats no alert."""
        if item.kind not in PAGES or item.channel in DUMB or is_drill(item.brand):
            return None
        place = incident.id, item.language
        if place not in self._found:
            try:
                self._found[place] = self._returned(client, incident, item, planned)
            except Exception as error:
                logger.error("alert goes out without what was before", extra={"incident": incident.id, **logged(error)})
                self._found[place] = None
        return self._found[place]

    def _returned(
        self, client: Client, incident: Incident, item: OutboxItem, planned: CaseFile | None
    ) -> Returned | None:
        """The first alert goes out before the case's clocks have turned: then it is the case that they will find."""
        file = planned or self._cases.case_file(incident.id) or CaseFile.opened(incident)
        former = file.former or self._compared(incident, item, file)
        found = self._cases.incident(former) if former is not None else None
        known = self._cases.case_file(former) if former is not None else None
        if found is None or known is None:
            return None
        return tellable(returned(client, found, known, file, item.language, item.created_at), item.language)

    def _compared(self, incident: Incident, item: OutboxItem, file: CaseFile) -> str | None:
        """For as long as the clocks compare: after that they have found it, or it is none, and an alarm of a long
        storm does not wait for a week of its mentions."""
        seen = self.seen(incident, item)
        if not seen.history:
            return None
        from tocsin.domain.case.tail import asks, found_before  # noqa: PLC0415 - most brands have no past

        return found_before(file, seen, item.created_at) if asks(file, incident, item.created_at) else None
