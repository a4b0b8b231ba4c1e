"""The same scoring and detection over recorded mentions in their own time, without AWS.

A mention is heard when it was fetched, as the deployed alarm hears it: what it says counts in its minute of
publication, and no level can change before. What was fetched more than a day after publication (an export, a history)
is heard as it was published: the recording does not say when it would have been.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tocsin.domain.assessment import decide, unmoved
from tocsin.domain.brand import Brand
from tocsin.domain.brand_baseline import HOUR, hour_of
from tocsin.domain.brand_state import BrandState
from tocsin.domain.client import Client
from tocsin.domain.counters import Counts, MinuteCounts, Tally, counted_minute
from tocsin.domain.detector import Detector
from tocsin.domain.judgement import Judgement
from tocsin.domain.levels import Level
from tocsin.domain.mention import Mention
from tocsin.domain.model import Frozen, UtcDatetime
from tocsin.domain.official import Voices
from tocsin.domain.reasons import Reason
from tocsin.domain.recent import Recent
from tocsin.domain.signal import Signal
from tocsin.domain.windows import LONGEST, RunningWindows
from tocsin.ports import Analyzer
from tocsin.services.score import scored_of

if TYPE_CHECKING:
    from tocsin.domain.incident import Incident

NAMED = 10
COOLING_STEP = timedelta(minutes=10)
"""Between mentions a burning brand is looked at this often; a level takes hours to fall."""
LOOK_AGAIN = timedelta(seconds=10)
"""A brand is not judged twice within this; what came meanwhile is judged then."""
LATEST = timedelta(hours=24)
"""A mention that was fetched later than this after publication is no arrival but history."""
NAMEABLE = timedelta(hours=8)
_NEVER = datetime.max.replace(tzinfo=UTC)
KNOWN = 20_000
"""Ids remembered: a source says the same again soon or never."""


class LevelLine(Frozen):
    """One change of level. ``mentions``: ids of the gravest of the last hours, worst first."""

    at: UtcDatetime
    brand: str
    level: Level
    index: float
    reasons: tuple[Reason, ...]
    mentions: tuple[str, ...]


class Glance(Frozen):
    """One assessment, changed level or not: what nearly rang is seen here. ``asked``: the level before hysteresis."""

    at: UtcDatetime
    brand: str
    level: Level
    asked: Level
    index: float
    reasons: tuple[Reason, ...]
    negative: int
    total: int
    judgement: Judgement
    incident_id: str | None = None


def heard_at(mention: Mention) -> datetime:
    """When the alarm could first know of it."""
    return heard_between(mention.published_at, mention.fetched_at)


def heard_between(published_at: datetime, fetched_at: datetime) -> datetime:
    return fetched_at if fetched_at - published_at <= LATEST else published_at


def in_order(mentions: Iterable[Mention]) -> list[Mention]:
    """In the order in which they were heard, for `replay`."""
    return sorted(mentions, key=lambda mention: (heard_at(mention), mention.id))


def replay(
    client: Client,
    mentions: Iterable[Mention],
    analyzer: Analyzer,
    detector: Detector,
    trace: Callable[[Glance], None] | None = None,
) -> Iterator[LevelLine]:
    """Mentions in order of `heard_at` (see `in_order`); one out of order is heard with the one before it. Those of
    brands that the client does not have are passed over. ``trace`` is shown every assessment on the way. Memory does
    not grow with the number of mentions."""
    desks = {brand.name: _Desk(client, brand, detector, trace) for brand in client.brands}
    now: datetime | None = None
    for mention in mentions:
        heard = heard_at(mention)
        now = heard if now is None or heard > now else now
        for desk in desks.values():
            if desk.due < now:
                yield from desk.wait(now)
        desk_of = desks.get(mention.brand)
        if desk_of is not None:
            yield from desk_of.hear(mention, analyzer, now)
    if now is not None:
        for desk in desks.values():
            yield from desk.wait(now + LOOK_AGAIN)


class _Desk:
    """One brand's memory: a day by the minute and by the hour and its signals; what is older is in the baseline."""

    def __init__(
        self, client: Client, brand: Brand, detector: Detector, trace: Callable[[Glance], None] | None = None
    ) -> None:
        self._client = client
        self._trace = trace
        self._detector = detector
        self._state = BrandState(brand=brand.name)
        self._incident: Incident | None = None
        self._voices = Voices(brand, None)
        self._known: dict[str, None] = {}
        self._windows = RunningWindows()
        self._open: dict[datetime, Tally] = {}
        self._signals = Recent(most=detector.signals)
        self._gravest: deque[tuple[float, datetime, str]] = deque(maxlen=2_000)
        self._looked_at: datetime | None = None
        self._dirty = False
        self.due = _NEVER
        """When it is looked at next, whatever comes."""
        self._fold_at: datetime | None = None

    def hear(self, mention: Mention, analyzer: Analyzer, now: datetime) -> Iterator[LevelLine]:
        if mention.id in self._known or self._voices.own(mention):
            return
        self._known[mention.id] = None
        if len(self._known) > KNOWN:
            del self._known[next(iter(self._known))]
        scored = scored_of(analyzer, mention, self._client)
        tally, minute = Tally.of(scored), counted_minute(mention)
        self._windows.advance(now)
        self._windows.add(minute, tally)
        hour = hour_of(minute)
        before = self._open.get(hour)
        self._open[hour] = tally if before is None else before.plus(tally)
        if not scored.matters:
            return
        self._signals.add(Signal.of(scored))
        self._gravest.append((scored.gravity, mention.published_at, mention.id))
        if self._looked_at is None or now - self._looked_at >= LOOK_AGAIN:
            yield from self._look(now)
        elif not self._dirty:
            self._dirty, self.due = True, self._looked_at + LOOK_AGAIN

    def wait(self, until: datetime) -> Iterator[LevelLine]:
        """What is due before the next mention: a look that was put off, and the cooling of what burns."""
        while self.due < until:
            yield from self._look(self.due)

    def _look(self, now: datetime) -> Iterator[LevelLine]:
        self._looked_at, self._dirty = now, False
        self._windows.advance(now)
        self._fold(now)
        if self._trace is not None or not self._unmoved(now):
            yield from self._judge(now)
        self.due = _NEVER if self._state.level is Level.CALM else now + COOLING_STEP

    def _unmoved(self, now: datetime) -> bool:
        """Most looks change nothing: then nobody asks why."""
        asked = self._detector.asked(
            self._client, self._state.baseline, self._windows.windows(), self._signals, now, shift=self._state.shift
        )
        after = unmoved(self._client, self._state, self._incident, asked.level, asked.always_at, now)
        if after is None:
            return False
        self._state = after
        return True

    def _judge(self, now: datetime) -> Iterator[LevelLine]:
        judgement = self._detector.judge(
            self._client,
            self._state.baseline,
            self._windows.windows(),
            self._signals,
            now,
            shift=self._state.shift,
        )
        outcome = decide(self._client, self._state, self._incident, judgement, seq=0, now=now)
        self._state = outcome.state
        self._incident = outcome.incident or self._incident
        if self._trace is not None:
            self._trace(
                Glance(
                    at=now,
                    brand=self._state.brand,
                    level=self._state.level,
                    asked=judgement.level,
                    index=judgement.index,
                    reasons=judgement.reasons,
                    negative=judgement.negative,
                    total=judgement.total,
                    judgement=judgement,
                    incident_id=self._state.incident_id,
                )
            )
        if outcome.changed:
            near = (each for each in self._gravest if each[1] > now - NAMEABLE)
            yield LevelLine(
                at=now,
                brand=self._state.brand,
                level=self._state.level,
                index=self._state.index,
                reasons=judgement.reasons,
                mentions=tuple(each[2] for each in sorted(near, reverse=True)[:NAMED]),
            )

    def _fold(self, now: datetime) -> None:
        """Once an hour: hours that are a day old are settled, and signals that old say nothing more."""
        if self._fold_at is not None and now < self._fold_at:
            return
        self._fold_at = hour_of(now) + HOUR
        closed = hour_of(now - LONGEST)
        old = [
            MinuteCounts(minute=hour, counts=Counts(**tally._asdict()))
            for hour, tally in self._open.items()
            if hour < closed
        ]
        baseline = self._detector.fold(self._client, self._state.baseline, old, closed)
        for entry in old:
            del self._open[entry.minute]
        self._state = self._state.model_copy(update={"baseline": baseline})
        self._signals.forget(now - LONGEST - HOUR)
