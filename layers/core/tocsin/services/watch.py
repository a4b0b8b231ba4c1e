"""Each minute, without waiting for anybody: what nobody assessed, what cools, and alerts that are still unsent."""

import logging
from datetime import timedelta

from tocsin.domain.errors import TocsinError
from tocsin.domain.model import Frozen
from tocsin.domain.outbox import DeliveryStatus
from tocsin.ports import CaseStore, ClientStore, Clock, Metrics
from tocsin.services.assess import Assess
from tocsin.services.notify import Notify

logger = logging.getLogger(__name__)

FAST_PATH = timedelta(seconds=60)
"""How long the stream has for a fresh alert before the sweep takes it."""
SWEEP = 50
OLDEST_PENDING = "OldestPendingAlertSeconds"


class WatchReport(Frozen):
    assessed: int = 0
    swept: int = 0
    sent: int = 0


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
    ) -> None:
        self._clients = clients
        self._cases = cases
        self._assess = assess
        self._notify = notify
        self._clock = clock
        self._metrics = metrics

    def run(self) -> WatchReport:
        """Sweep first: an alert that waits is worth more than a new assessment, and neither may stop the other."""
        client = self._clients.load()
        if client is None:
            return WatchReport()
        troubles: list[Exception] = []
        swept, sent = self._sweep(troubles)
        assessed = 0
        for brand in client.brands:
            try:
                assessed += self._assess.on_watch(client, brand.name) is not None
            except Exception as error:
                logger.exception("assessment left to the next minute", extra={"brand": brand.name})
                troubles.append(error)
        if troubles:
            raise WatchError(f"{len(troubles)} parts of this minute's watch failed; the rest was done") from troubles[0]
        return WatchReport(assessed=assessed, swept=swept, sent=sent)

    def _sweep(self, troubles: list[Exception]) -> tuple[int, int]:
        now = self._clock.now()
        swept = sent = 0
        oldest = 0.0
        for item_id in self._cases.pending(now, SWEEP):
            item = self._cases.outbox_item(item_id)
            if item is None or item.status is not DeliveryStatus.PENDING:
                continue
            waited = now - (item.created_at if item.attempts else item.due_at)
            oldest = max(oldest, waited.total_seconds())
            if item.attempts == 0 and now - item.due_at < FAST_PATH:
                continue
            swept += 1
            try:
                sent += self._notify.deliver(item_id) is DeliveryStatus.SENT
            except Exception as error:
                logger.exception("alert left to the next minute", extra={"channel": item.channel.value})
                troubles.append(error)
        if oldest:
            self._metrics.gauge(OLDEST_PENDING, oldest)
        return swept, sent
