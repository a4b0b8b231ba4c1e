"""Decide how badly it burns for one brand, and write the step with its alerts in one transaction."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from tocsin.domain.assessment import Outcome, decide
from tocsin.domain.brand_state import BaselineState, BrandState
from tocsin.domain.client import Client
from tocsin.domain.counters import MINUTE, MinuteCounts, minute_of
from tocsin.domain.errors import ConflictError
from tocsin.domain.index import Judgement
from tocsin.domain.levels import Level
from tocsin.domain.reasons import Reason, ReasonName
from tocsin.ports import CaseStore, Clock, MentionStore

logger = logging.getLogger(__name__)

BACKFILL = timedelta(days=7)
SETTLED = timedelta(hours=24)
"""Minutes younger than this are read anew each time and only then kept in the baseline: what arrives late (a backlog,
the history of a new source in several batches) is still counted in. A new brand keeps nothing for its first day."""
EARLIEST = timedelta(hours=24)
"""How far back it is looked for the beginning of what burned before we listened."""
RACES = 5
NOT_AGAIN_WITHIN = timedelta(seconds=3)


class Detector(Protocol):
    rule_version: str
    horizon: timedelta

    def fold(self, state: BaselineState, minutes: Sequence[MinuteCounts], upto: datetime) -> BaselineState: ...

    def judge(
        self, client: Client, baseline: BaselineState, minutes: Sequence[MinuteCounts], now: datetime
    ) -> Judgement: ...


class Assess:
    def __init__(self, *, mentions: MentionStore, cases: CaseStore, detector: Detector, clock: Clock) -> None:
        self._mentions = mentions
        self._cases = cases
        self._detector = detector
        self._clock = clock

    def after_mentions(self, client: Client, brand: str) -> Outcome | None:
        """Assess unless it was done moments ago; what is skipped stays dirty, and watch takes it up."""
        return self._run(client, brand, _fresh)

    def on_watch(self, client: Client, brand: str) -> Outcome | None:
        """Assess what is dirty, and what burns or cools without a new mention."""
        return self._run(client, brand, _alive)

    def _run(self, client: Client, brand: str, wanted: "Wanted") -> Outcome | None:
        """The loser of a race reads again and decides again; whoever loses each time leaves it to the next watch."""
        for _ in range(RACES):
            seq = self._mentions.dirty_seq(brand)
            state = self._cases.brand_state(brand)
            now = self._clock.now()
            if not wanted(state, seq != state.assessed_seq, now):
                return None
            outcome = self._decide(client, state, seq, now)
            try:
                self._cases.save_assessment(outcome.state, incident=outcome.incident, outbox=outcome.outbox)
            except ConflictError:
                continue
            if outcome.changed:
                logger.info("level changed", extra={"brand": brand, "level": outcome.state.level.value})
            return outcome
        logger.warning("lost every race for the assessment", extra={"brand": brand})
        return None

    def _decide(self, client: Client, state: BrandState, seq: int, now: datetime) -> Outcome:
        closed = minute_of(now - self._detector.horizon)
        since = max(state.baseline.folded_to or now - BACKFILL, now - BACKFILL)
        minutes = self._mentions.counts(state.brand, since, now + MINUTE)
        folded_to = state.baseline.folded_to
        if folded_to is not None and folded_to < since:
            # After a long silence: the last day before it was never settled, and lies further back than we look.
            minutes = (*self._mentions.counts(state.brand, folded_to, min(since, folded_to + 2 * SETTLED)), *minutes)
        baseline = self._fold(state.baseline, minutes, closed)
        judgement, live = self._judge(client, baseline, minutes, now)
        incident = self._cases.incident(state.incident_id) if state.incident_id else None
        first = state.first_assessed_at or now
        kept = state.baseline
        if now - first >= SETTLED:
            kept = self._fold(kept, minutes, minute_of(now - SETTLED))
        updated = state.model_copy(update={"baseline": kept, "first_assessed_at": first})
        return decide(client, updated, incident, judgement, seq=seq, now=now, live=live)

    def _fold(self, baseline: BaselineState, minutes: Sequence[MinuteCounts], upto: datetime) -> BaselineState:
        return self._detector.fold(baseline, [entry.whole for entry in minutes if entry.minute < upto], upto)

    def _judge(
        self, client: Client, baseline: BaselineState, minutes: Sequence[MinuteCounts], now: datetime
    ) -> tuple[Judgement, Level | None]:
        """The judgement of all that was said, and the level without history where there is history in the hour."""
        open_hour = [entry for entry in minutes if entry.minute > now - self._detector.horizon - MINUTE]
        if not any(entry.history.mentions for entry in open_hour):
            return self._detector.judge(client, baseline, minutes, now), None
        live = self._detector.judge(client, baseline, minutes, now)
        both = self._detector.judge(client, baseline, [entry.whole for entry in minutes], now)
        if both.level <= live.level:
            return live, live.level
        reason = Reason(
            name=ReasonName.EARLIER,
            points=0,
            count=sum(entry.history.negative for entry in open_hour),
            minutes=60,
            since=self._since(client, minutes, now),
        )
        return both.model_copy(update={"reasons": (*both.reasons, reason)}), live.level

    def _since(self, client: Client, minutes: Sequence[MinuteCounts], now: datetime) -> datetime:
        """The first moment of the last day at which it would have been at least an issue, had we listened."""
        day = [entry.whole for entry in minutes if entry.minute > now - EARLIEST]
        for entry in day:
            if not entry.counts.negative:
                continue
            before = [
                other.whole for other in minutes if other.minute < minute_of(entry.minute - self._detector.horizon)
            ]
            baseline = self._detector.fold(BaselineState(), before, minute_of(entry.minute - self._detector.horizon))
            heard = [other for other in day if other.minute <= entry.minute]
            if self._detector.judge(client, baseline, heard, entry.minute).level >= Level.ISSUE:
                return entry.minute
        return now


class Wanted(Protocol):
    def __call__(self, state: BrandState, dirty: bool, now: datetime, /) -> bool: ...


def _fresh(state: BrandState, dirty: bool, now: datetime) -> bool:
    return dirty and (state.assessed_at is None or now - state.assessed_at >= NOT_AGAIN_WITHIN)


def _alive(state: BrandState, dirty: bool, _now: datetime) -> bool:
    return dirty or state.level > Level.CALM
