"""Write a refusal together with what follows from it, so that neither is ever there without the other."""

import logging
from collections.abc import Collection

from tocsin.domain import fallback
from tocsin.domain.client import Client
from tocsin.domain.errors import ConflictError
from tocsin.domain.outbox import Channel, OutboxItem
from tocsin.ports import CaseStore, Clock

logger = logging.getLogger(__name__)

RACES = 5


class FallBack:
    def __init__(self, *, cases: CaseStore, clock: Clock) -> None:
        self._cases = cases
        self._clock = clock

    def write(
        self, client: Client, item: OutboxItem, reason: str, available: Collection[Channel] = fallback.ALL
    ) -> None:
        """``item``: its next version, as the refusal left it. Raise ConflictError when that is not its next version any
        more; whoever loses every race for the incident leaves the item as it was, so that it comes again."""
        for _ in range(RACES):
            incident = self._cases.incident(item.incident_id)
            if incident is None:
                return self._cases.update_outbox(item)
            page = incident.paging.of(item.recipient) if incident.paging else None
            since = min(page.last_no if page else item.alert_no, item.alert_no)
            alerts = [one for one in self._cases.outbox_of(incident.id, since) if one.id != item.id]
            moved = fallback.fall_back(
                client, incident, item, self._clock.now(), reason, alerts=alerts, available=available
            )
            if moved.incident is incident:
                return self._cases.update_outbox(item)
            try:
                self._cases.save_incident(moved.incident, (item, *moved.outbox))
            except ConflictError:
                stored = self._cases.outbox_item(item.id)
                if stored is None or stored.version != item.version - 1:
                    raise
                continue
            return logger.warning(
                "another way is taken",
                extra={"refused": item.channel.value, "instead": [one.channel.value for one in moved.outbox]},
            )
        raise ConflictError("lost every race for the incident")
