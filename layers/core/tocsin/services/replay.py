"""The same scoring and detection over recorded mentions in their own time, without AWS."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tocsin.domain.assessment import decide
from tocsin.domain.brand_state import BrandState
from tocsin.domain.client import Client
from tocsin.domain.counters import Counts, MinuteCounts, minute_of
from tocsin.domain.levels import Level
from tocsin.domain.mention import Mention
from tocsin.domain.model import Frozen, UtcDatetime
from tocsin.domain.reading import ScoredMention, by_gravity
from tocsin.domain.reasons import Reason
from tocsin.ports import Analyzer
from tocsin.services.assess import Detector
from tocsin.services.score import read

if TYPE_CHECKING:
    from tocsin.domain.incident import Incident

NAMED = 10
COOLING_STEP = timedelta(minutes=10)
"""Between mentions a burning brand is looked at this often; a level takes hours to fall."""


class LevelLine(Frozen):
    """One change of level. ``mentions``: ids of the gravest in the window, worst first."""

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


def replay(
    client: Client,
    mentions: Iterable[Mention],
    analyzer: Analyzer,
    detector: Detector,
    trace: Callable[[Glance], None] | None = None,
) -> Iterator[LevelLine]:
    """Mentions in any order; those of brands that the client does not have are passed over. ``trace`` is shown every
    assessment on the way."""
    ordered = sorted(mentions, key=lambda mention: (mention.published_at, mention.id))
    desks = {brand.name: _Desk(client, brand.name, detector, trace) for brand in client.brands}
    for mention in ordered:
        for desk in desks.values():
            yield from desk.cool(mention.published_at)
        desk_of = desks.get(mention.brand)
        if desk_of is not None:
            reading = read(analyzer, mention, client)
            yield from desk_of.hear(ScoredMention(mention=mention, reading=reading))


class _Desk:
    """One brand's memory: the open hour by minute, everything older folded into the baseline."""

    def __init__(
        self, client: Client, brand: str, detector: Detector, trace: Callable[[Glance], None] | None = None
    ) -> None:
        self._client = client
        self._trace = trace
        self._detector = detector
        self._state = BrandState(brand=brand)
        self._incident: Incident | None = None
        self._known: set[str] = set()
        self._minutes: dict[datetime, Counts] = {}
        self._recent: deque[ScoredMention] = deque()
        self._looked_at: datetime | None = None

    def hear(self, scored: ScoredMention) -> Iterator[LevelLine]:
        if scored.mention.id in self._known:
            return
        self._known.add(scored.mention.id)
        minute = minute_of(scored.mention.published_at)
        self._minutes[minute] = self._minutes.get(minute, Counts()) + Counts.of(scored)
        self._recent.append(scored)
        yield from self._look(scored.mention.published_at)

    def cool(self, until: datetime) -> Iterator[LevelLine]:
        while self._state.level > Level.CALM and self._looked_at is not None and self._looked_at + COOLING_STEP < until:
            yield from self._look(self._looked_at + COOLING_STEP)

    def _look(self, now: datetime) -> Iterator[LevelLine]:
        self._looked_at = now
        closed = minute_of(now - self._detector.horizon)
        minutes = [MinuteCounts(minute=minute, counts=counts) for minute, counts in self._minutes.items()]
        old = [entry for entry in minutes if entry.minute < closed]
        baseline = self._detector.fold(self._state.baseline, old, closed)
        for entry in old:
            del self._minutes[entry.minute]
        while self._recent and self._recent[0].mention.published_at < closed:
            self._recent.popleft()
        judgement = self._detector.judge(self._client, baseline, minutes, now)
        state = self._state.model_copy(update={"baseline": baseline})
        outcome = decide(self._client, state, self._incident, judgement, seq=0, now=now)
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
                )
            )
        if outcome.changed:
            gravest = by_gravity((s for s in self._recent if s.matters), NAMED)
            yield LevelLine(
                at=now,
                brand=self._state.brand,
                level=self._state.level,
                index=self._state.index,
                reasons=judgement.reasons,
                mentions=tuple(s.mention.id for s in gravest),
            )
