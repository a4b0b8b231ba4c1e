"""SMS to one number: the first at once, what follows within two minutes later and in one."""

import logging
from datetime import datetime
from typing import NamedTuple

from tocsin.domain.alert import Also
from tocsin.domain.bundling import Rung
from tocsin.domain.drills import is_drill
from tocsin.domain.errors import ConflictError
from tocsin.domain.fallback import PAGES
from tocsin.domain.outbox import Channel, DeliveryStatus, OutboxItem
from tocsin.ports import CaseStore
from tocsin.services.logged import logged

logger = logging.getLogger(__name__)

LOOKED_AT = 50
RACES = 3


class Turn(NamedTuple):
    """When an SMS may go. ``lead``: a graver one that waits for the same number, and takes this one along. ``waiting``:
    what this one takes along."""

    at: datetime
    lead: str | None = None
    waiting: tuple[OutboxItem, ...] = ()


class Bundle:
    def __init__(self, *, cases: CaseStore) -> None:
        self._cases = cases

    def turn(self, item: OutboxItem, now: datetime) -> Turn:
        """Take the turn of this number if it is free. An SMS out of turn beats none."""
        try:
            waiting = self._waiting(item, now)
            lead = max(waiting, key=lambda one: one.level, default=item)
            if lead.level > item.level:
                return Turn(now, lead.id)
            rung = self._cases.rung(item.address)
            free = rung.free_at(item.id, item.level, now)
            if free <= now and rung.by != item.id:
                free = self._rung(item, rung, now)
        except Exception as error:
            logger.error("an SMS goes out without looking at others", extra=logged(error))
            return Turn(now)
        return Turn(free, waiting=waiting)

    def _rung(self, item: OutboxItem, rung: Rung, now: datetime) -> datetime:
        """Another run may just have rung the number: with this very SMS, whose claim decides who sends it, or with
        another, which a crisis does not wait for."""
        for _ in range(RACES):
            try:
                self._cases.save_rung(item.address, rung.again(item.id, item.level, now))
            except ConflictError:
                rung = self._cases.rung(item.address)
                free = rung.free_at(item.id, item.level, now)
                if free > now or rung.by == item.id:
                    return free
                continue
            return now
        return now

    def _waiting(self, item: OutboxItem, now: datetime) -> tuple[OutboxItem, ...]:
        """Others for the same number that were held back, and whose time has come. Only what was held back itself
        takes others along: before it, nothing can be waiting."""
        if not item.held:
            return ()
        found = (
            self._cases.outbox_item(item_id)
            for item_id in self._cases.pending(now, LOOKED_AT)
            if f"/{Channel.SMS.value}/" in item_id and item_id != item.id
        )
        waiting = (one for one in found if one is not None and _waits(one, item, now))
        return tuple(one for one in waiting if self._burns(one))

    def _burns(self, item: OutboxItem) -> bool:
        incident = self._cases.incident(item.incident_id)
        return incident is not None and not incident.closed

    @staticmethod
    def also(item: OutboxItem, waiting: tuple[OutboxItem, ...]) -> tuple[Also, ...]:
        """Other brands' alarms, the gravest first."""
        worst = {one.brand: one.level for one in sorted(waiting, key=lambda one: one.level) if one.brand != item.brand}
        return tuple(
            Also(brand=brand, level=level)
            for brand, level in sorted(worst.items(), key=lambda each: each[1], reverse=True)
        )

    def told(self, waiting: tuple[OutboxItem, ...], by: OutboxItem) -> None:
        for one in waiting:
            facts = {"status": DeliveryStatus.CANCELLED, "last_error": f"told together with {by.id.rpartition('/')[0]}"}
            try:
                self._cases.update_outbox(one.model_copy(update={**facts, "version": one.version + 1}))
            except ConflictError:
                logger.info("an SMS was sent by itself meanwhile")


def _waits(one: OutboxItem, item: OutboxItem, now: datetime) -> bool:
    same = one.channel is Channel.SMS and one.address == item.address and one.text is None
    ready = one.status is DeliveryStatus.PENDING and one.due_at <= now and one.lease_until is None
    return same and ready and one.held and one.kind in PAGES and item.kind in PAGES and not is_drill(one.brand)
