"""Deliver the outbox: at least once, never lost; a crash between sending and marking may send twice."""

import logging
from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from tocsin.domain import fallback, sms_spend
from tocsin.domain.alert import Alert
from tocsin.domain.as_of_now import as_of_now, responder_of
from tocsin.domain.case.waiting import waiting
from tocsin.domain.client import Client
from tocsin.domain.controls import Controls, Mute, muted
from tocsin.domain.drills import is_drill
from tocsin.domain.errors import ConflictError, DeliveryError
from tocsin.domain.escalation import urgency
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.outbox import GIVE_UP_AFTER, MAX_OWN_ERRORS, AlertKind, Channel, DeliveryStatus, OutboxItem, waking
from tocsin.domain.sms_spend import Spend
from tocsin.ports import (
    AlertChannel,
    CaseStore,
    ClientStore,
    Clock,
    ControlStore,
    HealthStore,
    MentionStore,
    PlanStore,
    SpendGuard,
)
from tocsin.services.alert_of import AlertOf
from tocsin.services.bundle import Bundle
from tocsin.services.fall_back import FallBack
from tocsin.services.links import Links
from tocsin.services.stories import Stories

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=90)
FIRST_RETRY = timedelta(seconds=30)
LONGEST_RETRY = timedelta(minutes=15)
RINGING = frozenset(fallback.RINGING)


class Notify:
    def __init__(
        self,
        *,
        clients: ClientStore,
        mentions: MentionStore,
        cases: CaseStore,
        channels: Mapping[Channel, AlertChannel],
        clock: Clock,
        health: HealthStore | None = None,
        controls: ControlStore | None = None,
        stories: Stories | None = None,
        links: Links | None = None,
        spend: SpendGuard | None = None,
        plans: PlanStore | None = None,
    ) -> None:
        self._clients = clients
        self._cases = cases
        self._channels = channels
        self._clock = clock
        self._controls = controls
        self._spend = spend
        self._fall_back = FallBack(cases=cases, clock=clock)
        self._bundle = Bundle(cases=cases)
        self.alert_of = AlertOf(
            mentions=mentions, cases=cases, health=health, stories=stories, links=links, plans=plans
        )

    @cached_property
    def _client(self) -> Client | None:
        """Read once an invocation: a batch has many alerts of one client."""
        return self._clients.load()

    def deliver(self, item_id: str, *, leads: bool = True) -> DeliveryStatus | None:
        """Send one outbox item if it is its turn; return its new status, or None when there was nothing to do.

        ``leads``: a graver SMS that waits for the same number may go in its place, once."""
        client = self._client
        item = self._cases.outbox_item(item_id)
        now = self._clock.now()
        if client is None or item is None or item.status is not DeliveryStatus.PENDING or item.due_at > now:
            return None
        incident = self._cases.incident(item.incident_id)
        if incident is None:
            return None
        controls = self._controls.load() if self._controls is not None else Controls()
        until = self._not_before(client, item, incident, controls, now)
        if until > now:
            return self._hold(item, until)
        silent = muted(client, controls, now) is Mute.SHADOW and not item.always and item.text is None
        kept_in = is_drill(item.brand) and _outside(client, item)
        present = None if silent or kept_in else self._present(client, item, incident)
        waiting: tuple[OutboxItem, ...] = ()
        # A drill stands in no real alarm's way, nor does it take one along.
        bundled = item.channel is Channel.SMS and item.text is None and not is_drill(item.brand)
        if present is not None and bundled:
            turn = self._bundle.turn(item, now)
            if turn.lead is not None and leads:
                return self.deliver(turn.lead, leads=False)
            if turn.at > now:
                return self._hold(item, turn.at)
            waiting = turn.waiting
        try:
            claimed = self._claim(item)
        except ConflictError:
            return None
        if present is None:
            why = "a drill stays in the house" if kept_in else "the incident had moved on"
            return self._mark(claimed, status=DeliveryStatus.CANCELLED, last_error=why)
        if claimed.attempts - claimed.refusals > MAX_OWN_ERRORS:
            return self._fail(client, claimed, claimed.last_error or "every attempt ended in an error of ours")
        return self._send(client, incident, claimed, present, waiting)

    def _send(
        self,
        client: Client,
        incident: Incident,
        claimed: OutboxItem,
        present: OutboxItem,
        waiting: tuple[OutboxItem, ...],
    ) -> DeliveryStatus:
        """``present``: what may be said now, in the version before the claim."""
        now = self._clock.now()
        alert, code = self.alert_of(client, incident, present, also=self._bundle.also(present, waiting))
        # What a real crisis may spend to the last cent, a drill may not.
        urgent = min(Level.ISSUE, alert.level) if alert.drill else max(alert.level, urgency(incident))
        weighed = alert.model_copy(update={"level": urgent})
        grave = sms_spend.grave(weighed.level, alert.kind)
        spend = self._spent(weighed, claimed, now)
        if not sms_spend.sends(spend, grave=grave):
            return self._without_money(client, claimed, spend)
        try:
            provider_id = self._channels[claimed.channel].send(alert, claimed.address)
        except DeliveryError as error:
            if self._spend is not None and claimed.channel in RINGING:
                self._spend.give_back(weighed, claimed.channel, claimed.address, now)
            return self._undelivered(client, incident, claimed, error, _affordable(claimed, spend))
        facts: dict[str, Any] = {
            "status": DeliveryStatus.SENT,
            "provider_id": provider_id,
            "sent_at": self._clock.now(),
            "code": code,
        }
        if spend is Spend.FREE:
            status = self._mark(claimed, **facts)
        else:  # the provider may drop it without a word
            facts["last_error"] = spend.value
            status = self._mark(claimed, client, spend.value, _affordable(claimed, spend), **facts)
        self._bundle.told(waiting, claimed)
        return status

    def _not_before(
        self, client: Client, item: OutboxItem, incident: Incident, controls: Controls, now: datetime
    ) -> datetime:
        """Quiet hours, by the urgency of now, and a pause. A person chose the moment for what they approved."""
        if item.text is not None:
            return now
        awake, responder = now, responder_of(client, item)
        if item.channel in RINGING and responder is not None:
            awake = waking(responder.quiet_hours, urgency(incident), now, client.zone_of(responder))
        if controls.pause is not None and controls.pausing(now):
            awake = max(awake, min(controls.pause.until, now + LONGEST_RETRY))  # it may be ended early
        return awake

    def _present(self, client: Client, item: OutboxItem, incident: Incident) -> OutboxItem | None:
        if item.kind is AlertKind.DUE and not self._waits(item):
            return None
        later = () if item.alert_no >= incident.alert_no else self._cases.outbox_of(incident.id, item.alert_no + 1)
        return as_of_now(client, item, incident, later)

    def _waits(self, item: OutboxItem) -> bool:
        """Is something still to be done of what this reminder is about? One too many beats none."""
        file = self._cases.case_file(item.incident_id) if item.about else None
        return file is None or bool(waiting(file, item.about, item.language))

    def _hold(self, item: OutboxItem, until: datetime) -> DeliveryStatus:
        """What an outage has carried into quiet hours waits for their end, like what was written in them; what was not
        sent when a pause began, for the end of the pause; and an SMS that follows another, for its turn."""
        held = item.model_copy(update={"planned_at": until, "due_at": until, "version": item.version + 1})
        with suppress(ConflictError):
            self._cases.update_outbox(held)
        return DeliveryStatus.PENDING

    def _claim(self, item: OutboxItem) -> OutboxItem:
        """Should this run die, the item is due again when its lease ends."""
        until = self._clock.now() + LEASE
        claimed = item.model_copy(
            update={"attempts": item.attempts + 1, "lease_until": until, "due_at": until, "version": item.version + 1}
        )
        self._cases.update_outbox(claimed)
        return claimed

    def _spent(self, alert: Alert, item: OutboxItem, now: datetime) -> Spend:
        if self._spend is None or item.channel not in RINGING:
            return Spend.FREE
        return self._spend.take(alert, item.channel, item.address, now)

    def _without_money(self, client: Client, item: OutboxItem, spend: Spend) -> DeliveryStatus:
        return self._mark(
            item,
            client,
            spend.value,
            _affordable(item, spend),
            status=DeliveryStatus.CANCELLED,
            refusals=item.refusals + 1,
            last_error=spend.value,
        )

    def _undelivered(
        self,
        client: Client,
        incident: Incident,
        item: OutboxItem,
        error: DeliveryError,
        available: Collection[Channel],
    ) -> DeliveryStatus:
        logger.warning("alert not delivered", extra={"channel": item.channel.value, "reason": error.reason})
        now = self._clock.now()
        if error.absent:
            return self._mark(
                item, client, error.reason, available, status=DeliveryStatus.CANCELLED, last_error=error.reason
            )
        if error.permanent or now - item.planned_at > GIVE_UP_AFTER:
            return self._fail(client, item, error.reason, available)
        pause = min(FIRST_RETRY * 2 ** min(item.refusals, 10), LONGEST_RETRY)
        return self._mark(
            item,
            client if fallback.at_once(incident, permanent=False) else None,
            error.reason,
            available,
            status=DeliveryStatus.PENDING,
            refusals=item.refusals + 1,
            last_error=error.reason,
            due_at=now + pause,
        )

    def _fail(
        self, client: Client, item: OutboxItem, reason: str, available: Collection[Channel] = fallback.ALL
    ) -> DeliveryStatus:
        """It stays in sight of watch, which tells the operator."""
        logger.error("alert given up", extra={"channel": item.channel.value, "reason": reason})
        return self._mark(
            item,
            client,
            reason,
            available,
            status=DeliveryStatus.FAILED,
            last_error=reason,
            due_at=self._clock.now(),
        )

    def _mark(
        self,
        item: OutboxItem,
        fall_back_for: Client | None = None,
        reason: str = "",
        available: Collection[Channel] = fallback.ALL,
        **facts: Any,
    ) -> DeliveryStatus:
        """``fall_back_for``: another way is taken in the same write. A receipt that was quicker than we is kept."""
        marked = item.model_copy(update={**facts, "lease_until": None, "version": item.version + 1})
        for _ in range(2):
            try:
                if fall_back_for is not None:
                    self._fall_back.write(fall_back_for, marked, reason, available)
                else:
                    self._cases.update_outbox(marked)
            except ConflictError:
                stored = self._cases.outbox_item(item.id)
                if stored is None or stored.lease_until != item.lease_until or stored.attempts != item.attempts:
                    break
                marked = marked.model_copy(update={"version": stored.version + 1, "delivery": stored.delivery})
                continue
            return marked.status
        logger.warning("outbox item was taken over while it was sent", extra={"channel": item.channel.value})
        return marked.status


def _outside(client: Client, item: OutboxItem) -> bool:
    """Is it to a person who is not the agency's own?"""
    personal = item.channel in {Channel.EMAIL, Channel.SMS, Channel.CALL}
    return personal and responder_of(client, item) is None


def _affordable(item: OutboxItem, spend: Spend) -> Collection[Channel]:
    """Where the month's money is gone, no second SMS is tried for it."""
    return fallback.ALL if spend is Spend.FREE else fallback.ALL - {item.channel}
