"""Ask the cloud's reader about what ours has read, within the client's money and a bounded time.

Ours has read every text by then, so that whatever happens here nothing is lost: no answer leaves our reading.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal
from threading import Lock
from typing import NamedTuple

from tocsin.domain.budget import Limits, Span, Usage, period
from tocsin.domain.client import Client
from tocsin.domain.drills import is_drill
from tocsin.domain.errors import CloudReaderError
from tocsin.domain.reader_settings import ReaderSettings
from tocsin.domain.reading import Aim, ScoredMention
from tocsin.domain.second_opinion import Asked, Opinion, better, may_be_shown, unnamed
from tocsin.ports import BudgetStore, Clock, CloudReader, CloudReaders, Metrics
from tocsin.services.logged import logged
from tocsin.web.clean import one_line

logger = logging.getLogger(__name__)

PATIENCE = 8.0
"""Seconds after which no further call is begun; one that is under way has the adapter's own time limit."""
REST = timedelta(minutes=1)
"""Nobody is asked for so long after a service was away, so that its outage delays one batch and not each."""
CALLS_AT_ONCE = 4
MOST = 500
"""Characters of a text that are sent: where the cloud's own reader stops (Comprehend), and enough for a tone."""
LEAST = 3
TERMS = 8
USED_UP = "ReaderBudgetUsedUp"


class Memory:
    """What a warm function keeps between its runs."""

    def __init__(self) -> None:
        self.rest_until: datetime | None = None


class _Purse(NamedTuple):
    scope: str
    month: str
    limits: Limits


class SecondOpinion:
    def __init__(
        self,
        *,
        readers: CloudReaders,
        budgets: BudgetStore,
        clock: Clock,
        timer: Callable[[], float],
        memory: Memory,
        metrics: Metrics | None = None,
    ) -> None:
        self._readers = readers
        self._budgets = budgets
        self._clock = clock
        self._timer = timer
        self._memory = memory
        self._metrics = metrics

    def refine(self, client: Client, scored: Sequence[ScoredMention]) -> list[ScoredMention]:
        """As many as came, in their order, each with its own or with a better sentiment. Never raises."""
        kept = list(scored)
        if client.reader.kind == "own":
            return kept
        try:
            for place, opinion in self._opinions(client, scored):
                one = scored[place]
                kept[place] = one.model_copy(update={"reading": better(one.reading, opinion, client.reader.kind)})
        except Exception as error:
            logger.error("what the cloud's reader has not answered yet is left to ours", extra=logged(error))
        return kept

    def _opinions(self, client: Client, scored: Sequence[ScoredMention]) -> Iterator[tuple[int, Opinion]]:
        now = self._clock.now()
        if self._memory.rest_until is not None and now < self._memory.rest_until:
            return
        reader = self._readers(client.reader)
        if reader is None:
            return
        batches = _batches(reader, _asked(client, scored))
        purse = _Purse(
            f"reader-{client.reader.kind}", period(Span.MONTH, now).key, Limits(usd=client.reader.monthly_usd)
        )
        run = _Run(reader, self._budgets, purse, timer=self._timer, until=self._timer() + PATIENCE)
        with ThreadPoolExecutor(max_workers=CALLS_AT_ONCE) as pool:
            answers = list(pool.map(run.ask, [[asked for _, asked in batch] for batch in batches]))
        if run.away:
            self._memory.rest_until = now + REST
        for batch, opinions in zip(batches, answers, strict=True):
            for at, opinion in opinions.items():
                if 0 <= at < len(batch):
                    yield batch[at][0], opinion
        self._say(run, purse, client.reader)

    def _say(self, run: "_Run", purse: _Purse, settings: ReaderSettings) -> None:
        if run.missed.total():
            logger.warning("texts left to our own reader", extra={"reader": purse.scope, "reasons": dict(+run.missed)})
        if not run.used_up:
            return
        told = self._budgets.take(f"{purse.scope}-told", purse.month, Usage(calls=1), Limits(calls=1))
        if told:  # the first to find it so this month
            logger.warning(
                "the reader's budget is used up; ours reads alone until the month is over",
                extra={"reader": purse.scope, "month": purse.month, "monthly_usd": str(settings.monthly_usd)},
            )
            if self._metrics is not None:
                self._metrics.gauge(USED_UP, 1)


class _Run:
    """One batch of the queue: what its calls, each in a thread, share."""

    def __init__(
        self, reader: CloudReader, budgets: BudgetStore, purse: _Purse, *, timer: Callable[[], float], until: float
    ) -> None:
        self._reader = reader
        self._budgets = budgets
        self._purse = purse
        self._timer = timer
        self._until = until
        self._lock = Lock()
        self.missed: Counter[str] = Counter()
        self.away = False
        self.used_up = False

    def ask(self, asked: Sequence[Asked]) -> dict[int, Opinion]:
        try:
            return self._ask(asked)
        except CloudReaderError as error:
            self.away = self.away or error.away
            self._miss(error.reason, len(asked))
        except Exception as error:
            logger.error("a call of the cloud's reader failed", extra=logged(error))
            self._miss(type(error).__name__, len(asked))
        return {}

    def _ask(self, asked: Sequence[Asked]) -> dict[int, Opinion]:
        if self.away or self.used_up or self._timer() >= self._until:
            self._miss("budget" if self.used_up else "away" if self.away else "time", len(asked))
            return {}
        most = self._reader.cost(asked)
        scope, month, limits = self._purse
        if not self._budgets.take(scope, month, Usage(calls=1, usd=most), limits):
            self.used_up = True
            self._miss("budget", len(asked))
            return {}
        try:
            opinions, usd = self._reader.read(asked)
        except CloudReaderError as error:
            if error.usd is not None:
                self._give_back(most - error.usd)
            raise
        if usd != most:
            self._give_back(most - usd)
        self._miss("no answer", max(0, len(asked) - len(opinions)))
        return dict(opinions)

    def _miss(self, reason: str, texts: int) -> None:
        with self._lock:
            self.missed[reason] += texts

    def _give_back(self, usd: Decimal) -> None:
        self._budgets.correct(self._purse.scope, self._purse.month, Usage(usd=-usd))


def _asked(client: Client, scored: Sequence[ScoredMention]) -> Iterator[tuple[int, Asked]]:
    only = client.reader.languages
    for place, one in enumerate(scored):
        if not may_be_shown(one) or is_drill(one.mention.brand):
            continue
        language = one.reading.language.partition("-")[0]
        if only and language not in only:
            continue
        brand = client.brand(one.mention.brand)
        text = one_line(unnamed(one.mention, brand), MOST, "")
        if len(text) < LEAST:
            continue
        yield (
            place,
            Asked(
                text=text,
                language="und" if one.reading.mixed else language,
                brand=one.mention.brand,
                terms=brand.terms[:TERMS] if brand else (),
                aimed=one.reading.aim is Aim.BRAND,
            ),
        )


def _batches(reader: CloudReader, asked: Iterator[tuple[int, Asked]]) -> list[list[tuple[int, Asked]]]:
    groups: dict[str, list[tuple[int, Asked]]] = {}
    for place, one in asked:
        group = reader.group(one)
        if group is not None:
            groups.setdefault(group, []).append((place, one))
    return [group[at : at + reader.most] for group in groups.values() for at in range(0, len(group), reader.most)]
