"""Move what waits for people: whose clock is due, and what a provider's receipt says of a page."""

import logging
from datetime import datetime, timedelta

from tocsin.domain import escalation
from tocsin.domain.client import Client
from tocsin.domain.controls import Controls, Mute, Pause, muted
from tocsin.domain.errors import ConflictError
from tocsin.domain.escalation import Moved
from tocsin.domain.escalation_pause import after_pause
from tocsin.domain.incident import Incident, Step
from tocsin.domain.outbox import AlertKind, Delivery, DeliveryState, DeliveryStatus, OutboxItem
from tocsin.ports import CaseStore, ClientStore, Clock, ControlStore
from tocsin.services.fall_back import FallBack
from tocsin.services.logged import LeftUndoneError, logged

logger = logging.getLogger(__name__)

AT_ONCE = 50
"""Incidents a minute; a client has at most one open for each of its brands."""
RACES = 5
MOMENT = timedelta(microseconds=1)


class Escalate:
    def __init__(
        self, *, clients: ClientStore, cases: CaseStore, clock: Clock, controls: ControlStore | None = None
    ) -> None:
        self._clients = clients
        self._cases = cases
        self._clock = clock
        self._controls = controls
        self._fall_back = FallBack(cases=cases, clock=clock)

    def run(self) -> int:
        """Return how many incidents moved. Raise LeftUndoneError when all have had their turn and some failed."""
        now = self._clock.now()
        due = self._cases.due_incidents(now + MOMENT, AT_ONCE)
        client = self._clients.load() if due else None
        if client is None:
            return 0
        controls = self._controls.load() if self._controls is not None else Controls()
        mute = muted(client, controls, now)
        raids = self._raids()
        moved, trouble = 0, 0
        for incident_id in due:
            try:
                moved += self._move(client, incident_id, raids, mute, controls.pause)
            except Exception as error:
                logger.error("an escalation is left to the next minute", extra=logged(error))
                trouble += 1
        if trouble:
            raise LeftUndoneError(f"{trouble} escalations are left to the next minute")
        return moved

    def _move(
        self, client: Client, incident_id: str, raids: frozenset[str], mute: Mute | None, pause: Pause | None
    ) -> bool:
        for _ in range(RACES):
            incident = self._cases.incident(incident_id)
            if incident is None or incident.client != client.client:
                return False
            now = self._clock.now()
            if client.brand(incident.brand) is None and not incident.closed:
                moved = _abandoned(client, incident, now)
            else:
                awake = after_pause(incident, pause, now)
                moved = escalation.tick(client, awake, now, raids, mute)
                if moved.incident is awake and not moved.outbox:
                    return False
            try:
                self._cases.save_incident(moved.incident, moved.outbox)
            except ConflictError:
                continue  # somebody answered, or the level changed
            logger.info("escalated", extra={"incident": incident_id, "messages": len(moved.outbox)})
            return True
        raise ConflictError("lost every race for the incident")

    def _raids(self) -> frozenset[str]:
        """People are asked as if there were none rather than not at all."""
        try:
            return self._cases.raids().active(self._clock.now())
        except Exception as error:
            logger.error("asked without knowing of air raids", extra=logged(error))
            return escalation.NO_RAIDS

    def receipt(self, item_id: str, delivery: Delivery) -> bool:
        """What the provider told of a message; a page that was lost takes another way. False for an unknown one."""
        client = self._clients.load()
        for _ in range(RACES):
            item = self._cases.outbox_item(item_id)
            if client is None or item is None:
                return False
            if not _news(item, delivery):
                return True
            marked = item.model_copy(update={"delivery": delivery, "version": item.version + 1})
            try:
                if delivery.state.lost:
                    self._fall_back.write(client, marked, delivery.reason or delivery.state.value)
                else:
                    self._cases.update_outbox(marked)
            except ConflictError:
                continue
            return True
        raise ConflictError("lost every race for the message")


def _abandoned(client: Client, incident: Incident, now: datetime) -> Moved:
    """Nobody listens for this brand any more: who was paged hears that it is over."""
    ended = incident.take(Step.RESOLVE, at=now)
    return escalation.alarm(client, ended, AlertKind.RESOLVED, now, paged_only=True)


def _news(item: OutboxItem, delivery: Delivery) -> bool:
    """Receipts come twice and in any order: what was lost stays lost, and a complaint follows a delivery."""
    kept = item.delivery
    if item.status is DeliveryStatus.CANCELLED:
        return False
    if kept is None:
        return True
    return kept.state is DeliveryState.DELIVERED and delivery.state is not DeliveryState.DELIVERED
