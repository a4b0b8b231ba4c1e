"""Decide how badly it burns for one brand, and write the step with its alerts in one transaction."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from tocsin.domain.assessment import Outcome, decide
from tocsin.domain.brand_baseline import BaselineState
from tocsin.domain.brand_state import BrandState
from tocsin.domain.client import Client
from tocsin.domain.controls import Controls, muted
from tocsin.domain.counters import MINUTE, MinuteCounts, minute_of
from tocsin.domain.detector import Detector
from tocsin.domain.errors import ConflictError
from tocsin.domain.gaps import Gap
from tocsin.domain.health_news import HealthBook
from tocsin.domain.incident import Incident
from tocsin.domain.judged import Judged, Settings, kept
from tocsin.domain.judgement import Judgement
from tocsin.domain.levels import Level
from tocsin.domain.reasons import Reason, ReasonName
from tocsin.domain.signal import Mark, Signal
from tocsin.domain.unheard import cuts_of, gaps_of
from tocsin.domain.windows import windows_of
from tocsin.ports import CaseStore, Clock, ControlStore, HealthStore, MentionStore
from tocsin.services.logged import logged

if TYPE_CHECKING:
    from tocsin.domain.case.file import CaseEvent, CaseFile

logger = logging.getLogger(__name__)

BACKFILL = timedelta(days=7)
SETTLED = timedelta(hours=24)
"""Minutes younger than this are read anew each time and only then kept in the baseline: what arrives late (a backlog,
the history of a new source in several batches) is still counted in. A new brand keeps nothing for its first day."""
EARLIEST = timedelta(hours=24)
"""How far back it is looked for the beginning of what burned before we listened."""
RACES = 5
NOT_AGAIN_WITHIN = timedelta(seconds=3)


class Assess:
    def __init__(
        self,
        *,
        mentions: MentionStore,
        cases: CaseStore,
        detector: Detector,
        clock: Clock,
        controls: ControlStore | None = None,
        health: HealthStore | None = None,
    ) -> None:
        self._controls = controls
        self._health = health
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
            before = self._cases.incident(state.incident_id) if state.incident_id else None
            outcome, judged = self._decide(client, state, before, seq, now)
            try:
                file, events = self._file(before, outcome.incident, now)
                self._cases.save_assessment(
                    outcome.state,
                    incident=outcome.incident,
                    outbox=outcome.outbox,
                    silent=outcome.silent,
                    judged=judged,
                    file=file,
                    events=events,
                )
            except ConflictError:
                continue
            if outcome.changed:
                logger.info("level changed", extra={"brand": brand, "level": outcome.state.level.value})
            return outcome
        logger.warning("lost every race for the assessment", extra={"brand": brand})
        return None

    def _file(
        self, before: Incident | None, after: Incident | None, now: datetime
    ) -> "tuple[CaseFile | None, tuple[CaseEvent, ...]]":
        """What the step writes of the case file; read only where it opens, raises, ends or reopens an incident, or
        warns who holds its level. An alarm without its case beats no alarm."""
        if after is None or not _touched(before, after):
            return None, ()
        from tocsin.domain.case.following import followed  # noqa: PLC0415 - no case, no models of one

        begun = before is None or before.id != after.id
        try:
            kept = None if begun else self._cases.case_file(after.id)
        except Exception as error:
            logger.error("an incident moves on without its case", extra={"incident": after.id, **logged(error)})
            return None, ()
        return followed(before, after, kept, now)

    def _decide(
        self, client: Client, state: BrandState, incident: Incident | None, seq: int, now: datetime
    ) -> tuple[Outcome, Judged | None]:
        """What follows; and, where the level changes, how it was judged."""
        closed = minute_of(now - self._detector.horizon)
        since = max(state.baseline.folded_to or now - BACKFILL, now - BACKFILL)
        minutes = self._mentions.counts(state.brand, since, now + MINUTE)
        folded_to = state.baseline.folded_to
        if folded_to is not None and folded_to < since:
            # After a long silence: the last day before it was never settled, and lies further back than we look.
            minutes = (*self._mentions.counts(state.brand, folded_to, min(since, folded_to + 2 * SETTLED)), *minutes)
        book = self._book()
        unheard, gaps = gaps_of(book, now, 1), (*gaps_of(book, now), *cuts_of(book, now))
        baseline = self._fold(client, state.baseline, minutes, closed, unheard)
        signals = self._mentions.signals(
            state.brand, now - self._detector.horizon - MINUTE, now + MINUTE, self._detector.signals
        )
        judgement, live = self._judge(client, state, baseline, minutes, signals, now, gaps)
        first = state.first_assessed_at or now
        settled = state.baseline
        if now - first >= SETTLED:
            settled = self._fold(client, settled, minutes, minute_of(now - SETTLED), unheard)
        updated = state.model_copy(update={"baseline": settled, "first_assessed_at": first})
        controls = self._controls.load() if self._controls is not None else Controls()
        outcome = decide(client, updated, incident, judgement, seq=seq, now=now, live=live, controls=controls)
        if not outcome.changed:
            return outcome, None
        whole = any(reason.name is ReasonName.EARLIER for reason in judgement.reasons)
        return outcome, Judged(
            brand=state.brand,
            at=now,
            before=state.level,
            level=outcome.state.level,
            incident_id=outcome.state.incident_id,
            mute=muted(client, controls, now),
            judgement=judgement,
            settings=Settings.of(client),
            baseline=baseline,
            windows=windows_of([entry.whole for entry in minutes] if whole else minutes, now),
            signals=kept(_all_heard(signals) if whole else signals),
            shift=state.shift,
            gaps=gaps,
            rises=state.rises,
            below_since=state.below_since,
        )

    def _book(self) -> HealthBook:
        """Which sources were ill at the last watch; an assessment without it beats none."""
        if self._health is None:
            return HealthBook()
        try:
            return self._health.load()
        except Exception as error:
            logger.error("assessed as if every source were heard", extra=logged(error))
            return HealthBook()

    def _fold(
        self,
        client: Client,
        baseline: BaselineState,
        minutes: Sequence[MinuteCounts],
        upto: datetime,
        gaps: Sequence[Gap],
    ) -> BaselineState:
        before = [entry.whole for entry in minutes if entry.minute < upto]
        return self._detector.fold(client, baseline, before, upto, gaps)

    def _judge(
        self,
        client: Client,
        state: BrandState,
        baseline: BaselineState,
        minutes: Sequence[MinuteCounts],
        signals: Sequence[Signal],
        now: datetime,
        gaps: Sequence[Gap],
    ) -> tuple[Judgement, Level | None]:
        """The judgement of all that was said, and the level without history where there is history in the open day."""
        shift = state.shift
        live = self._detector.judge(client, baseline, windows_of(minutes, now), signals, now, shift=shift, gaps=gaps)
        day = [entry for entry in minutes if entry.minute > now - self._detector.horizon - MINUTE]
        if not any(entry.history.mentions for entry in day):
            return live, None
        whole = [entry.whole for entry in minutes]
        heard = _all_heard(signals)
        both = self._detector.judge(client, baseline, windows_of(whole, now), heard, now, shift=shift, gaps=gaps)
        if both.level <= live.level:
            return live, live.level
        reason = Reason(
            name=ReasonName.EARLIER,
            points=0,
            count=sum(entry.history.negative for entry in day),
            minutes=int(self._detector.horizon / MINUTE),
            since=self._since(client, baseline, whole, heard, now),
        )
        return both.model_copy(update={"reasons": (*both.reasons, reason)}), live.level

    def _since(
        self,
        client: Client,
        baseline: BaselineState,
        minutes: Sequence[MinuteCounts],
        signals: Sequence[Signal],
        now: datetime,
    ) -> datetime:
        """The first moment of the last day at which it would have been at least an issue, had we listened."""
        for at in sorted({signal.at for signal in signals if signal.at > now - EARLIEST}):
            before = [entry for entry in minutes if entry.minute <= at]
            heard = [signal for signal in signals if signal.at <= at]
            if self._detector.judge(client, baseline, windows_of(before, at), heard, at).level >= Level.ISSUE:
                return at
        return now


def _touched(before: Incident | None, after: Incident) -> bool:
    """Does the step concern the case file? What only lowers the level does not; a rise wakes its clocks, since a graver
    case has more to do."""
    if before is None or before.id != after.id:
        return True
    return before.closed is not after.closed or before.warned != after.warned or after.level > before.level


def _all_heard(signals: Sequence[Signal]) -> list[Signal]:
    return [signal._replace(marks=signal.marks & ~Mark.HISTORY) for signal in signals]


class Wanted(Protocol):
    def __call__(self, state: BrandState, dirty: bool, now: datetime, /) -> bool: ...


def _fresh(state: BrandState, dirty: bool, now: datetime) -> bool:
    return dirty and (state.assessed_at is None or now - state.assessed_at >= NOT_AGAIN_WITHIN)


def _alive(state: BrandState, dirty: bool, _now: datetime) -> bool:
    return dirty or state.level > Level.CALM
