"""Why, and why not: a judgement with all its parts, from a recording or from what the stack has kept."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from tocsin.domain.brand_baseline import BaselineState
from tocsin.domain.calendar import CalendarEvent, lasting
from tocsin.domain.client import Client
from tocsin.domain.controls import Controls, Mute, muted
from tocsin.domain.counters import MINUTE, minute_of
from tocsin.domain.detector import RULE_VERSION, Detector
from tocsin.domain.incident import Incident
from tocsin.domain.judged import Judged
from tocsin.domain.judgement import Judgement, Shift
from tocsin.domain.levels import Level
from tocsin.domain.mention import Mention
from tocsin.domain.model import Frozen, UtcDatetime
from tocsin.domain.unheard import cuts_of, gaps_of
from tocsin.domain.windows import windows_of
from tocsin.ports import Analyzer, CaseStore, ControlStore, HealthStore, MentionStore
from tocsin.services.replay import Glance, replay

HISTORY = timedelta(days=28)
"""From so much of the counters a baseline is made anew where none was kept."""


class Basis(StrEnum):
    REPLAYED = "replayed"
    """The recorded mentions were read and judged again, up to that moment."""
    STORED = "stored"
    """The change of level as it was judged then."""
    RECOMPUTED = "recomputed"
    """Judged now, from the counters and signals of then."""


class Check(Frozen):
    """The stored inputs, judged again by today's rule. ``same``: level and index are those of then."""

    same: bool
    level: Level
    index: float
    rule_version: str


class Explanation(Frozen):
    """``level``: what stood then; ``judgement.level``: what was asked for. They differ while a level cools down."""

    brand: str
    at: UtcDatetime
    basis: Basis
    level: Level
    judgement: Judgement
    before: Level | None = None
    incident_id: str | None = None
    mute: Mute | None = None
    shift: Shift | None = None
    events: tuple[CalendarEvent, ...] = ()
    check: Check | None = None


def replayed(
    client: Client,
    mentions: Iterable[Mention],
    analyzer: Analyzer,
    wanted: Callable[[Glance], bool],
) -> dict[str, Explanation]:
    """By brand, the last look that is ``wanted``; of equals the one with the gravest level comes from the caller.

    ``mentions``: in the order they were heard."""
    found: dict[str, Explanation] = {}
    before: dict[str, Level] = {}

    def look(glance: Glance) -> None:
        if wanted(glance):
            found[glance.brand] = Explanation(
                brand=glance.brand,
                at=glance.at,
                basis=Basis.REPLAYED,
                level=glance.level,
                judgement=glance.judgement,
                before=before.get(glance.brand, Level.CALM),
                incident_id=glance.incident_id,
                mute=muted(client, Controls(), glance.at),
                events=lasting(client.events, glance.at),
            )
        before[glance.brand] = glance.level

    for _ in replay(client, mentions, analyzer, Detector(), look):
        pass
    return found


class Explain:
    """On the deployed stack."""

    def __init__(
        self, *, mentions: MentionStore, cases: CaseStore, controls: ControlStore, health: HealthStore
    ) -> None:
        self._mentions = mentions
        self._cases = cases
        self._controls = controls
        self._health = health
        self._detector = Detector()

    def incident(self, client: Client, storm: Incident) -> Iterator[Explanation]:
        """Each change of its level that is kept, oldest first."""
        known: set[datetime] = set()
        for entry in storm.timeline:
            judged = self._cases.judged(storm.brand, entry.at)
            if judged is not None and judged.at not in known and judged.incident_id == storm.id:
                known.add(judged.at)
                yield self._stored(client, judged)

    def moment(self, client: Client, brand: str, at: datetime) -> tuple[Explanation, ...]:
        """The last change of level before it, where one is kept; and the moment itself, judged anew. What a source
        brought later that was ill then counts as said then; what is still unheard, or lost, does not."""
        judged = self._cases.judged(brand, at)
        stored = self._stored(client, judged) if judged is not None else None
        now = self._recomputed(client, brand, at, judged)
        return (stored, now) if stored is not None else (now,)

    def _stored(self, client: Client, judged: Judged) -> Explanation:
        return Explanation(
            brand=judged.brand,
            at=judged.at,
            basis=Basis.STORED,
            level=judged.level,
            judgement=judged.judgement,
            before=judged.before,
            incident_id=judged.incident_id,
            mute=judged.mute,
            shift=judged.shift,
            events=lasting(judged.settings.events, judged.at),
            check=self._check(client, judged),
        )

    def _check(self, client: Client, judged: Judged) -> Check:
        again = self._detector.judge(
            judged.settings.over(client),
            judged.baseline,
            judged.windows,
            judged.heard(),
            judged.at,
            shift=judged.shift,
            gaps=judged.gaps,
        )
        return Check(
            same=again.level is judged.judgement.level and again.index == judged.judgement.index,
            level=again.level,
            index=again.index,
            rule_version=RULE_VERSION,
        )

    def _recomputed(self, client: Client, brand: str, at: datetime, judged: Judged | None) -> Explanation:
        settled = minute_of(at - self._detector.horizon)
        state, book = self._cases.brand_state(brand), self._health.load()
        baseline = judged.baseline if judged is not None else BaselineState()
        since = baseline.folded_to or at - HISTORY
        counts = self._mentions.counts(brand, min(since, settled), at + MINUTE)
        old = [entry.whole for entry in counts if since <= entry.minute < settled]
        if settled > since:
            baseline = self._detector.fold(client, baseline, old, settled, gaps_of(book, at, 1))
        signals = self._mentions.signals(brand, settled, at + MINUTE, self._detector.signals)
        shift = state.shift if state.shift is not None and state.shift.lasts(at) else None
        gaps = (*gaps_of(book, at), *cuts_of(book, at))
        judgement = self._detector.judge(client, baseline, windows_of(counts, at), signals, at, shift=shift, gaps=gaps)
        controls = self._controls.load()
        return Explanation(
            brand=brand,
            at=at,
            basis=Basis.RECOMPUTED,
            level=judged.level if judged is not None else Level.CALM,
            judgement=judgement,
            incident_id=judged.incident_id if judged is not None else None,
            mute=muted(client, controls, at),
            shift=shift,
            events=lasting(client.events, at),
        )


def gravest(explanations: Sequence[Explanation]) -> Explanation | None:
    """Of an incident: the first at its worst level."""
    return max(explanations, key=lambda each: (each.level.rank, -each.at.timestamp()), default=None)
