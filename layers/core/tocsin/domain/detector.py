"""The index 0-100 of how badly it burns for a brand, from named parts, and the level that it asks for.

Points say how much; evidence says whether. A level needs both: an index of its floor, and what crisis practice asks
for (section 3): people, a rare surge, a grave matter in a large voice, outlets, platforms. So one part alone, however
high, pages nobody, and what is missing can be named. One grave mention in a large voice is enough by itself.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tocsin.domain.brand_baseline import BaselineState, Outlook, fold, hour_of
from tocsin.domain.calendar import lasting
from tocsin.domain.client import Client, Thresholds
from tocsin.domain.counters import MinuteCounts
from tocsin.domain.crowd import FEWEST_YOUNG, LATELY, STORY_MINUTES, Crowd, Untold, outline_of, told, voices_of
from tocsin.domain.evidence import BY_ITSELF, COLD_CRISIS, COLD_CROWD, RARE_WATCH, Evidence, held_of, level_of
from tocsin.domain.gaps import Gap, covered
from tocsin.domain.gathering import FEWEST, NONE, Gathering, gathering_of
from tocsin.domain.index_parts import Points, alone_points, doubling_of, lacking, parts_of, points_of
from tocsin.domain.judgement import Decided, Floors, Held, Judgement, Shift, Want, Why
from tocsin.domain.levels import Level
from tocsin.domain.reasons import ReasonName
from tocsin.domain.recent import Recent, after, recent_of
from tocsin.domain.signal import Signal
from tocsin.domain.surprise import Surge, rarest
from tocsin.domain.windows import BACK, LONGEST, Span, Windows

RULE_VERSION = "index-4"
HORIZON = LONGEST
"""What is younger feeds the alarm; what is older feeds the baseline."""
MOST_SIGNALS = 2_000
"""Read for one look, the newest; of more people than that the counters speak."""

LARGE = 200_000
"""Followers of all who are negative, from which it is asked whether one of them has so many."""

WATCH_FLOOR = 20.0
FAR_BELOW = 6.0
"""An index with a correction, of which there is no need to ask what it were without."""
SENSITIVITY = {"calm": 0.8, "normal": 1.0, "nervous": 1.2}
EVENT_POINTS = {"quieter": -8.0, "watchful": 8.0}


class Asked(NamedTuple):
    """``always_at``: see Judgement."""

    level: Level
    always_at: datetime | None


class _Seen(NamedTuple):
    outlook: Outlook
    windows: Windows
    surge: Surge
    crowd: Crowd
    gathered: Gathering


class _Settings(NamedTuple):
    client: Client
    floors: Floors
    decided: tuple[Decided, ...]
    """What the client's file decides at any time."""


class _Weighed(NamedTuple):
    """``value`` of the index; ``extra`` points of what was ``decided``; ``least``: the index where evidence alone
    makes it."""

    level: Level
    value: float
    points: Points
    evidence: Evidence
    doubling: float | None
    decided: tuple[Decided, ...]
    extra: float
    least: float


class Detector:
    """Pure but for a memory of sums that the baseline gives again: the same arguments, the same judgement."""

    rule_version = RULE_VERSION
    horizon = HORIZON
    signals = MOST_SIGNALS

    def __init__(self) -> None:
        self._outlooks: dict[int, tuple[BaselineState, str, Outlook]] = {}
        self._known: dict[int, _Settings] = {}

    def fold(
        self,
        client: Client,
        state: BaselineState,
        minutes: Sequence[MinuteCounts],
        upto: datetime,
        gaps: Sequence[Gap] = (),
    ) -> BaselineState:
        return fold(state, minutes, upto, ZoneInfo(client.timezone), gaps)

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
        """Judge the open windows up to ``now``. ``gaps``: what could not be heard of them."""
        recent = recent_of(signals)
        judgement = self._judge(client, baseline, windows, recent, now, shift, gaps)
        if not gaps:
            return judgement
        since = now - timedelta(minutes=judgement.window_minutes)
        judgement = judgement.model_copy(update={"heard": round(covered(gaps, since, now), 2)})
        if judgement.level is Level.CALM and judgement.index < FAR_BELOW:
            return judgement
        return _bounded(judgement, self._judge(client, baseline, windows, recent, now, shift, ()))

    def _judge(
        self,
        client: Client,
        baseline: BaselineState,
        windows: Windows,
        recent: Recent,
        now: datetime,
        shift: Shift | None,
        gaps: Sequence[Gap],
    ) -> Judgement:
        seen, untold = self._see(client, baseline, windows, recent, now, gaps)
        if untold is not None:
            seen = seen._replace(crowd=told(seen.crowd, untold))
        return _judgement(client, self._settings(client), seen, now, shift)

    def asked(
        self,
        client: Client,
        baseline: BaselineState,
        windows: Windows,
        recent: Recent,
        now: datetime,
        *,
        shift: Shift | None = None,
    ) -> Asked:
        """The level of `judge` without saying why, which is most of its work. Who tells the same is compared only
        where the level hangs on it."""
        settings = self._settings(client)
        seen, untold = self._see(client, baseline, windows, recent, now, ())
        least = _weighed(client, settings, seen, now, shift)
        level = least.level
        if untold is not None and level is not _at_most(settings, least):
            seen = seen._replace(crowd=told(seen.crowd, untold))
            level = _weighed(client, settings, seen, now, shift).level
        return Asked(level, seen.crowd.always_at)

    def _see(
        self,
        client: Client,
        baseline: BaselineState,
        windows: Windows,
        recent: Recent,
        now: datetime,
        gaps: Sequence[Gap],
    ) -> "tuple[_Seen, Untold | None]":
        outlook = self._outlook(client, baseline, now)
        raw = rarest(outlook, windows, tuple(span.negative for span in windows), now, gaps)
        crowd, untold, surge = _NOBODY, None, raw
        cold = outlook.known < 1 and windows[2].negative >= COLD_CROWD
        lately = _lately(windows)
        surging = cold or raw.rare >= RARE_WATCH / 2 or lately.reach >= LARGE
        gathered = gathering_of(recent, windows, now, outlook, gaps) if lately.negative >= FEWEST else NONE
        surging = surging or gathered.rare >= RARE_WATCH / 2 or _one_text(recent, now)
        if surging or lately.grave:
            crowd, untold = outline_of(recent, now, surging=surging, weigh=alone_points)
        if surging:
            surge = rarest(outlook, windows, _voices(crowd, windows, recent, now), now, gaps)
        elif lately.grave and raw.rare > 0:  # points beside a grave matter may make a level: people's, not mentions'
            people = crowd._replace(voices=voices_of(recent, now))
            surge = rarest(outlook, windows, _voices(people, windows, recent, now), now, gaps)
        return _Seen(outlook, windows, surge, crowd, gathered), untold

    def _settings(self, client: Client) -> "_Settings":
        known = self._known.get(id(client))
        if known is None or known.client is not client:
            if len(self._known) > 40:
                self._known.clear()
            known = self._known[id(client)] = _Settings(client, floors_of(client), tuple(_set_by(client)))
        return known

    def _outlook(self, client: Client, baseline: BaselineState, now: datetime) -> Outlook:
        known = self._outlooks.get(id(baseline))
        if known is not None and known[0] is baseline and known[1] == client.timezone and known[2].hour == hour_of(now):
            return known[2]
        if len(self._outlooks) > 40:
            self._outlooks.clear()
        outlook = Outlook(baseline, now, ZoneInfo(client.timezone))
        self._outlooks[id(baseline)] = (baseline, client.timezone, outlook)
        return outlook


_NOBODY = Crowd()


def _bounded(judgement: Judgement, unaided: Judgement) -> Judgement:
    """What was missed is an estimate. It lifts the level by one step at most, and to none that wakes people: those who
    were heard must ask for that themselves."""
    if judgement.level <= unaided.level:
        # Another window may be the rarest now, of fewer people or fewer negatives: a correction never lowers.
        lower = judgement.level < unaided.level or judgement.index < unaided.index
        return unaided.model_copy(update={"heard": judgement.heard}) if lower else judgement
    most = max(unaided.level, min(_ABOVE[unaided.level], Level.ISSUE))
    changes: dict[str, object] = {"unaided": unaided.level, "index": max(judgement.index, unaided.index)}
    if judgement.level > most:
        held = Held(level=_ABOVE[most], want=Want.HEARD, needed=1.0, found=judgement.heard)
        changes |= {"level": most, "held": (held,)}
    return judgement.model_copy(update=changes)


_ABOVE = dict(pairwise(Level)) | {Level.SEVERE: Level.SEVERE}


def _lately(windows: Windows) -> Span:
    return next(span for span in windows if span.minutes >= LATELY)


def _one_text(recent: Recent, now: datetime) -> bool:
    """Do young accounts write the same now? A flood may be little beside a large brand's day."""
    texts = [one.story for one in after(recent.young, now - BACK[STORY_MINUTES])]
    return len(texts) >= FEWEST_YOUNG and max(Counter(texts).values()) >= FEWEST_YOUNG / 2


def _voices(crowd: Crowd, windows: Windows, recent: Recent, now: datetime) -> tuple[int, ...]:
    """People by window. Where not all signals were read, the counters are taken, at the rate of people to mentions."""
    if len(recent) < MOST_SIGNALS:
        return crowd.voices
    age = (now - recent.ordered[0].at) / timedelta(minutes=1)
    ratio, voices = 1.0, []
    for span, people in zip(windows, crowd.voices, strict=True):
        if span.minutes <= age and span.negative:
            ratio = people / span.negative
            voices.append(people)
        else:
            voices.append(max(people, round(span.negative * min(ratio, 1.0))))
    return tuple(voices)


def _at_one(gathered: Gathering) -> Surge:
    span = gathered.span
    return Surge(gathered.rare, gathered.seen, gathered.usual, span.minutes, gathered.excess, span)


def _weighed(client: Client, settings: _Settings, seen: _Seen, now: datetime, shift: Shift | None) -> _Weighed:
    outlook, windows, surge, crowd, gathered = seen
    doubling = doubling_of(crowd, outlook, now)
    points = points_of(_rarer_of(surge, gathered), crowd, doubling)
    alone = alone_points(*crowd.alone) if crowd.grave else 0.0
    decided, extra = _decided(client, settings.decided, now, shift, crowd)
    floors = settings.floors
    evidence = Evidence(outlook, windows[2], surge, crowd, doubling, alone, now, gathered, _lately(windows).mentions)
    least = max(
        alone,
        floors.issue if crowd.always_at or evidence.flooded or evidence.large_voice or evidence.at_one else 0.0,
        BY_ITSELF if evidence.burning >= COLD_CRISIS or evidence.grave_crowd or evidence.large_news else 0.0,
    )
    index = _index(points, extra, least)
    return _Weighed(level_of(floors, index, evidence), index, points, evidence, doubling, decided, extra, least)


def _index(points: Points, extra: float, least: float) -> float:
    return round(min(100.0, max(sum(points) + extra, least)), 1)


def _at_most(settings: _Settings, found: _Weighed) -> Level:
    """The level that is asked for whatever is told by those who were not compared."""
    evidence = found.evidence
    crowd = evidence.crowd.at_most
    surge = _rarer_of(evidence.surge, evidence.gathered)
    index = _index(points_of(surge, crowd, found.doubling), found.extra, found.least)
    return level_of(settings.floors, index, evidence._replace(crowd=crowd))


def _rarer_of(surge: Surge, gathered: Gathering) -> Surge:
    return _at_one(gathered) if gathered.rare > surge.rare else surge


def _judgement(client: Client, settings: _Settings, seen: _Seen, now: datetime, shift: Shift | None) -> Judgement:
    outlook, _, surge, crowd, gathered = seen
    level, index, points, evidence, doubling, decided, _, _ = _weighed(client, settings, seen, now, shift)
    rarer, of = _rarer_of(surge, gathered), ReasonName.SURGE
    if rarer is not surge:
        of = ReasonName.CONVERSATION if gathered.thread else ReasonName.MATTER
    parts = parts_of(outlook, rarer, crowd, doubling, points, of)
    floors = settings.floors
    held = held_of(level, floors, index, evidence)
    return Judgement(
        index=index,
        level=level,
        reasons=(
            *sorted((part for part in parts if part.points >= 1), key=lambda part: -part.points),
            *lacking(held, evidence.people),
        ),
        negative=rarer.span.negative,
        total=rarer.span.mentions,
        window_minutes=rarer.minutes,
        rule_version=RULE_VERSION,
        parts=parts,
        floors=floors,
        held=held,
        decided=decided,
        always=crowd.always_at is not None,
        always_at=crowd.always_at,
    )


def floors_of(client: Client) -> Floors:
    """In tenths, as the index is: what is lifted to a floor must reach it."""
    return _floors(client.sensitivity, client.thresholds)


@lru_cache(maxsize=64)
def _floors(sensitivity: str, given: Thresholds) -> Floors:
    factor = SENSITIVITY[sensitivity]
    return Floors(
        watch=round(WATCH_FLOOR / factor, 1),
        issue=round(given.issue / factor, 1),
        crisis=round(given.crisis / factor, 1),
        severe=round(given.severe / factor, 1),
    )


def _set_by(client: Client) -> Iterator[Decided]:
    if client.sensitivity != "normal":
        yield Decided(why=Why.SENSITIVITY, name=client.sensitivity)
    if client.thresholds != _USUAL_THRESHOLDS:
        yield Decided(why=Why.THRESHOLDS)


def _decided(
    client: Client, always: Iterable[Decided], now: datetime, shift: Shift | None, crowd: Crowd
) -> tuple[tuple[Decided, ...], float]:
    found = [*always]
    if client.events:
        found += [
            Decided(why=Why.EVENT, name=event.name, points=EVENT_POINTS[event.effect])
            for event in lasting(client.events, now)
        ]
    if shift is not None and shift.lasts(now):
        found.append(Decided(why=Why.SHIFT, points=shift.points))
    if crowd.always_at:
        found.append(Decided(why=Why.ALWAYS))
    extra = sum(each.points for each in found) if found else 0
    return tuple(found), min(10.0, max(-10.0, extra))


_USUAL_THRESHOLDS = Thresholds()
