"""Why, and why not: a judgement with all its parts, from what the stack has kept."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from tocsin.domain.assessment import settle
from tocsin.domain.brand_baseline import BaselineState
from tocsin.domain.brand_state import BrandState
from tocsin.domain.calendar import CalendarEvent, lasting
from tocsin.domain.client import Client
from tocsin.domain.controls import Mute, muted
from tocsin.domain.counters import MINUTE, minute_of
from tocsin.domain.detector import RULE_VERSION, Detector
from tocsin.domain.incident import Incident
from tocsin.domain.inputs import Inputs, Without
from tocsin.domain.judged import Judged
from tocsin.domain.judgement import Judgement, Shift
from tocsin.domain.levels import Level
from tocsin.domain.model import Frozen, UtcDatetime
from tocsin.domain.unheard import PAST, cuts_of, gaps_of
from tocsin.domain.verdicts import shift_at
from tocsin.domain.windows import windows_of
from tocsin.ports import CaseStore, ControlStore, HealthStore, MentionStore

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
    """The stored inputs, judged again by today's rule. ``same``: level and index are those of then, and so is the level
    that then stood. ``level``: what is asked for; ``stands``: what cool-down makes of it, None where that was not kept
    yet."""

    same: bool
    level: Level
    index: float
    rule_version: str
    stands: Level | None = None


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
    decisive: tuple[Without, ...] = ()
    """Of settings that are named: which level would have been asked for without each."""
    counts_only: bool = False
    """The signals of that moment are forgotten: people, places and stories are not known any more."""


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

    def moment(self, client: Client, brand: str, at: datetime, now: datetime) -> tuple[Explanation, ...]:
        """The last change of level before it, where one is kept; and the moment itself, judged anew. What a source
        brought later that was ill then counts as said then; what is still unheard, or lost, does not."""
        judged = self._cases.judged(brand, at)
        stored = self._stored(client, judged) if judged is not None else None
        anew = self._recomputed(client, brand, at, judged, now)
        return (stored, anew) if stored is not None else (anew,)

    def _stored(self, client: Client, judged: Judged) -> Explanation:
        inputs = Inputs(
            judged.settings.over(client),
            judged.baseline,
            judged.windows,
            judged.heard(),
            judged.at,
            judged.shift,
            judged.gaps,
        )
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
            check=self._check(inputs, judged),
            decisive=tuple(inputs.decisive(self._detector, judged.judgement)),
        )

    def _check(self, inputs: Inputs, judged: Judged) -> Check:
        again = inputs.judged(self._detector)
        same = again.level is judged.judgement.level and again.index == judged.judgement.index
        stands = None
        if judged.rises is not None:
            before = BrandState(
                brand=judged.brand, level=judged.before, below_since=judged.below_since, rises=judged.rises
            )
            stands, _ = settle(before, again.level, judged.at)
        return Check(
            same=same and stands in {None, judged.level},
            level=again.level,
            index=again.index,
            rule_version=RULE_VERSION,
            stands=stands,
        )

    def _recomputed(
        self, client: Client, brand: str, at: datetime, judged: Judged | None, now: datetime
    ) -> Explanation:
        settled = minute_of(at - self._detector.horizon)
        controls, book = self._controls.load(), self._health.load()
        baseline = judged.baseline if judged is not None else BaselineState()
        since = baseline.folded_to or at - HISTORY
        counts = self._mentions.counts(brand, min(since, settled), at + MINUTE)
        old = [entry.whole for entry in counts if since <= entry.minute < settled]
        if settled > since:
            baseline = self._detector.fold(client, baseline, old, settled, gaps_of(book, at, 1))
        signals = self._mentions.signals(brand, settled, at + MINUTE, self._detector.signals)
        shift = shift_at(controls.verdicts, brand, at)
        gaps = (*gaps_of(book, at), *cuts_of(book, at))
        inputs = Inputs(client, baseline, windows_of(counts, at), signals, at, shift, gaps)
        judgement = inputs.judged(self._detector)
        level = judged.level if judged is not None else Level.CALM
        return Explanation(
            brand=brand,
            at=at,
            basis=Basis.RECOMPUTED,
            level=level,
            judgement=judgement,
            incident_id=judged.incident_id if judged is not None and level > Level.CALM else None,
            mute=muted(client, controls.as_of(at, client.shadow), at),
            shift=shift,
            events=lasting(client.events, at),
            decisive=tuple(inputs.decisive(self._detector, judgement)),
            counts_only=settled < now - PAST,
        )


def gravest(explanations: Sequence[Explanation]) -> Explanation | None:
    """Of an incident: the first at its worst level."""
    return max(explanations, key=lambda each: (each.level.rank, -each.at.timestamp()), default=None)
