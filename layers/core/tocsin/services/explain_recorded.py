"""Why, and why not, from a recording: a moment that was asked for, or a look that was."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import takewhile

from tocsin.domain.brand import Brand
from tocsin.domain.brand_baseline import HOUR, BaselineState
from tocsin.domain.calendar import lasting
from tocsin.domain.client import Client
from tocsin.domain.controls import Controls, muted
from tocsin.domain.counters import Counts, MinuteCounts, counted_minute, minute_of
from tocsin.domain.detector import Detector
from tocsin.domain.gaps import Gap
from tocsin.domain.inputs import Inputs
from tocsin.domain.judgement import Judgement, Shift
from tocsin.domain.levels import Level
from tocsin.domain.mention import Mention
from tocsin.domain.reading import Reading, ScoredMention
from tocsin.domain.recent import Recent
from tocsin.domain.signal import Signal
from tocsin.domain.windows import Windows, windows_of
from tocsin.ports import Analyzer
from tocsin.services.explain import Basis, Explanation
from tocsin.services.replay import Glance, heard_at, replay
from tocsin.services.score import scored_of


class _Heard:
    """Remembers what was read: all that the alarm heard, without own posts and without repetitions."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self.readings: list[tuple[Mention, Reading]] = []

    def read(self, mention: Mention, brand: Brand | None = None) -> Reading:
        reading = self._analyzer.read(mention, brand)
        self.readings.append((mention, reading))
        return reading


class _Noting(Detector):
    """Remembers what the last look was judged by."""

    inputs: Inputs | None = None

    def judge(
        self,
        client: Client,
        baseline: BaselineState,
        windows: Windows,
        signals: Recent | Sequence[Signal],
        now: datetime,
        *,
        shift: Shift | None = None,
        gaps: Sequence[Gap] = (),
    ) -> Judgement:
        self.inputs = Inputs(client, baseline, windows, signals, now, shift, gaps)
        return super().judge(client, baseline, windows, signals, now, shift=shift, gaps=gaps)


class _Read:
    """Answers with what was read already."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def read(self, mention: Mention, brand: Brand | None = None) -> Reading:  # noqa: ARG002
        return self._reading


def at_moment(client: Client, mentions: Iterable[Mention], analyzer: Analyzer, at: datetime) -> dict[str, Explanation]:
    """The moment itself, by brand, from all that was heard until then; beside it the level that stood. Brands of which
    nothing was heard are left out. ``mentions``: in the order they were heard."""
    until = list(takewhile(lambda mention: heard_at(mention) <= at, mentions))
    heard, stood = _Heard(analyzer), dict[str, Glance]()

    def look(glance: Glance) -> None:
        if glance.at <= at:
            stood[glance.brand] = glance

    # Of no brand, so that it is passed over: time goes on to that moment, and what burned may cool.
    clock = [one.model_copy(update={"brand": "", "published_at": at, "fetched_at": at}) for one in until[-1:]]
    for _ in replay(client, [*until, *clock], heard, Detector(), look):
        pass
    by_brand: dict[str, list[ScoredMention]] = {}
    for mention, reading in heard.readings:
        by_brand.setdefault(mention.brand, []).append(scored_of(_Read(reading), mention, client))
    return {brand: _then(client, brand, scored, at, stood.get(brand)) for brand, scored in by_brand.items()}


def _then(
    client: Client, brand: str, heard: Sequence[ScoredMention], at: datetime, stood: Glance | None
) -> Explanation:
    detector = Detector()
    minutes = [MinuteCounts(minute=counted_minute(one.mention), counts=Counts.of(one)) for one in heard]
    settled = minute_of(at - detector.horizon)
    baseline = detector.fold(client, BaselineState(), [each for each in minutes if each.minute < settled], settled)
    signals = Recent(most=detector.signals)
    for one in heard:
        if one.matters:
            signals.add(Signal.of(one))
    signals.forget(at - detector.horizon - HOUR)  # as the looks do: a matter of last week makes none of today usual
    inputs = Inputs(client, baseline, windows_of(minutes, at), signals, at)
    judgement = inputs.judged(detector)
    level = stood.level if stood is not None else Level.CALM
    return Explanation(
        brand=brand,
        at=at,
        basis=Basis.REPLAYED,
        level=level,
        judgement=judgement,
        decisive=tuple(inputs.decisive(detector, judgement)),
        incident_id=stood.incident_id if stood is not None and level > Level.CALM else None,
        mute=muted(client, Controls(), at),
        events=lasting(client.events, at),
    )


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
    detector = _Noting()

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
                decisive=tuple(detector.inputs.decisive(Detector(), glance.judgement)) if detector.inputs else (),
            )
        before[glance.brand] = glance.level

    for _ in replay(client, mentions, analyzer, detector, look):
        pass
    return found
