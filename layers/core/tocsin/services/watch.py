"""Each minute, without waiting for anybody: what nobody assessed, what cools, what is still unsent, who fell silent."""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from tocsin.domain.client import Client
from tocsin.domain.drills import is_drill
from tocsin.domain.errors import ConflictError, TocsinError
from tocsin.domain.health_news import news
from tocsin.domain.model import Frozen
from tocsin.domain.outbox import Channel, DeliveryStatus, OutboxItem
from tocsin.domain.recheck import rechecks_of
from tocsin.domain.source_health import coverage, unchecked
from tocsin.domain.sources import units_of
from tocsin.domain.unheard import past
from tocsin.ports import CaseStore, ClientStore, Clock, HealthStore, Metrics, OperatorChannel, SourceStore
from tocsin.services.assess import Assess
from tocsin.services.case_clocks import CaseClocks
from tocsin.services.escalate import Escalate
from tocsin.services.logged import logged
from tocsin.services.notify import LEASE, LONGEST_RETRY, Notify

logger = logging.getLogger(__name__)

FAST_PATH = timedelta(seconds=60)
"""How long the stream has for a fresh alert before the sweep takes it."""
SWEEP = 50
SWEEP_WITHIN = 25.0
"""Seconds of real time for the sweep: a mail server that hangs must not keep the brands from being assessed."""
LONGEST_WAIT = LEASE + LONGEST_RETRY
SHOW_FAILED = timedelta(hours=6)
"""How long an alert that was given up keeps the operator's alarm ringing."""
OLDEST_UNDELIVERED = "OldestPendingAlertSeconds"
ILL_SOURCES = "IllSources"


class WatchReport(Frozen):
    assessed: int = 0
    swept: int = 0
    sent: int = 0
    ill: int = 0
    """Sources that are not heard."""
    escalated: int = 0
    """Incidents whose clocks were due."""
    cases: int = 0
    """Case files whose clocks were due."""


class WatchError(TocsinError):
    """Part of a minute's work failed; raised at its end, so that the function's error count shows it."""


class Watch:
    def __init__(
        self,
        *,
        clients: ClientStore,
        cases: CaseStore,
        assess: Assess,
        notify: Notify,
        clock: Clock,
        metrics: Metrics,
        timer: Callable[[], float],
        escalate: Escalate | None = None,
        case_clocks: CaseClocks | None = None,
        sources: SourceStore | None = None,
        health: HealthStore | None = None,
        operator: OperatorChannel | None = None,
    ) -> None:
        self._escalate = escalate
        self._case_clocks = case_clocks
        self._clients = clients
        self._cases = cases
        self._assess = assess
        self._notify = notify
        self._clock = clock
        self._metrics = metrics
        self._timer = timer
        self._sources = sources
        self._health = health
        self._operator = operator

    def run(self) -> WatchReport:
        """First who has not answered, then what waits: both are worth more than a new assessment, and nothing may stop
        the rest."""
        client = self._clients.load()
        if client is None:
            return WatchReport()
        troubles: list[Exception] = []
        escalated = self._look_after_people(troubles)
        cases = self._look_after_cases(troubles)
        swept, sent = self._sweep(troubles)
        assessed = 0
        for brand in client.brands:
            try:
                assessed += self._assess.on_watch(client, brand.name) is not None
            except Exception as error:
                logger.error("assessment left to the next minute", extra={"brand": brand.name, **logged(error)})
                troubles.append(error)
        try:
            ill = self._look_after_sources(client)
        except Exception as error:
            logger.error("the sources' health was not looked at", extra=logged(error))
            troubles.append(error)
            ill = 0
        if troubles:
            raise WatchError(f"{len(troubles)} parts of this minute's watch failed; the rest was done") from troubles[0]
        return WatchReport(assessed=assessed, swept=swept, sent=sent, ill=ill, escalated=escalated, cases=cases)

    def _look_after_people(self, troubles: list[Exception]) -> int:
        if self._escalate is None:
            return 0
        try:
            return self._escalate.run()
        except Exception as error:
            logger.error("escalations left to the next minute", extra=logged(error))
            troubles.append(error)
            return 0

    def _look_after_cases(self, troubles: list[Exception]) -> int:
        if self._case_clocks is None:
            return 0
        try:
            return self._case_clocks.run()
        except Exception as error:
            logger.error("cases left to the next minute", extra=logged(error))
            troubles.append(error)
            return 0

    def _look_after_sources(self, client: Client) -> int:
        """How many are ill. The operator is told before the book is kept: rather told twice than never."""
        if self._sources is None or self._health is None or self._operator is None:
            return 0
        now = self._clock.now()
        states, kept = self._sources.states(), self._health.load()
        asked = [unit.id for unit in units_of(client)]
        known = dict(kept.unlooked)
        unlooked = {source_id: known.get(source_id, now) for source_id in asked if source_id not in states}
        seen = coverage(client, states, now, unlooked)
        if seen.ill:
            self._metrics.gauge(ILL_SOURCES, len(seen.ill))
        book = kept.model_copy(update={"past": past(kept, now)})
        book = book.model_copy(update={"unlooked": tuple(unlooked.items())}) if unlooked != known else book
        told_of = {*asked, *(unit.id for unit in rechecks_of(client))}
        unasked = unchecked(client, states)
        after, message = news(book, seen, asked=told_of, client=client.name, now=now, unchecked=unasked)
        try:
            if message is not None:
                self._operator.tell(message.subject, message.text)
        except Exception:
            after = book.model_copy(update={"coverage": seen})  # not told yet: the next minute tries again
            raise
        finally:
            if after != kept:
                with suppress(ConflictError):  # another watch was quicker, and knows the same
                    self._health.save(after.model_copy(update={"version": kept.version + 1}))
        return len(seen.ill)

    def _sweep(self, troubles: list[Exception]) -> tuple[int, int]:
        now = self._clock.now()
        end = self._timer() + SWEEP_WITHIN
        items = self._undelivered(now, troubles)
        waited = max((now - item.planned_at for item in items if not is_drill(item.brand)), default=timedelta())
        if waited > timedelta():
            self._metrics.gauge(OLDEST_UNDELIVERED, waited.total_seconds())
        swept = sent = 0
        ripe = [item for item in items if _ripe(item, now)]
        for item in sorted(ripe, key=lambda item: item.channel is Channel.EMAIL):
            if self._timer() > end:
                logger.warning("alerts left to the next minute")
                break
            swept += 1
            try:
                sent += self._notify.deliver(item.id) is DeliveryStatus.SENT
            except Exception as error:
                logger.error("alert left to the next minute", extra={"channel": item.channel.value, **logged(error)})
                troubles.append(error)
        return swept, sent

    def _undelivered(self, now: datetime, troubles: list[Exception]) -> list[OutboxItem]:
        """What is pending, further attempts included, and what was given up lately; the unreadable is passed over."""
        found: list[OutboxItem] = []
        ids: list[str] = []
        for listing, at in ((self._cases.pending, now + LONGEST_WAIT), (self._cases.failed, now - SHOW_FAILED)):
            try:
                ids += listing(at, SWEEP)
            except Exception as error:
                logger.error("alerts could not be listed", extra=logged(error))
                troubles.append(error)
        for item_id in ids:
            try:
                item = self._cases.outbox_item(item_id)
            except Exception as error:
                logger.error("an alert could not be read", extra={"item": item_id.rsplit("/", 1)[0], **logged(error)})
                troubles.append(error)
                continue
            if item is not None and item.status in {DeliveryStatus.PENDING, DeliveryStatus.FAILED}:
                found.append(item)
        return found


def _ripe(item: OutboxItem, now: datetime) -> bool:
    """The stream has the first minute of a fresh alert; it knows nothing of held ones and of further attempts."""
    if item.status is not DeliveryStatus.PENDING or item.due_at > now:
        return False
    return item.attempts > 0 or item.held or now - item.due_at >= FAST_PATH
