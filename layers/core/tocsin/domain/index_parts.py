"""The parts of the index, each with its points and facts."""

import math
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from tocsin.domain.brand_baseline import Outlook
from tocsin.domain.crowd import LATELY, STEP, STORY_MINUTES, Crowd, Story
from tocsin.domain.evidence import RARE_WATCH, TOLD
from tocsin.domain.judgement import Held, Want
from tocsin.domain.levels import Level
from tocsin.domain.reasons import Reason, ReasonName
from tocsin.domain.signal import unlogged
from tocsin.domain.surprise import Surge


@lru_cache(maxsize=4_096)
def alone_points(severity: int, reach: int) -> float:
    """Points of one grave voice."""
    return _severity_points(severity) + _reach_points(reach, most=35.0)


@lru_cache(maxsize=256)
def _severity_points(severity: int) -> float:
    """0.7: 30, 1: 42."""
    return 40.0 * severity / 255 + 2.0


@lru_cache(maxsize=512)
def _reach_points(reach: int, most: float) -> float:
    """From a thousand up; a million and more: all."""
    heard = math.log10(1 + (unlogged(reach) or 0.0))
    return most * min(1.0, max(0.0, (heard - 3) / 2.5))


class Points(NamedTuple):
    """Of each part, in the order of ReasonName; in tenths."""

    surge: float
    negativity: float
    grave: float
    reach: float
    spread: float
    news: float
    acceleration: float
    voices: float
    coordination: float


def points_of(surge: Surge, crowd: Crowd, doubling: float | None) -> Points:
    there = min(1.0, surge.rare / RARE_WATCH)
    """Of what only weighs together with a surge: none without one."""
    grave = reach = voices = 0.0
    if crowd.grave:
        grave = _severity_points(crowd.worst) + min(10.0, 4.0 * math.log2(crowd.grave))
        reach = _reach_points(crowd.alone[1], 35.0)
    if there and (people := _voices(surge, crowd)[0]):
        voices = there * min(12.0, 6.0 * math.log10(people))
    return Points(
        _tenths(12.0 * min(surge.rare, 4.0)),
        _tenths(there * min(10.0, 3.0 * surge.excess)),
        _tenths(grave),
        _tenths(max(_reach_points(crowd.reach, 15.0) * there, reach)),
        _tenths(there * _spread(crowd.story)),
        _tenths(min(28.0, max(8.0 * there * crowd.outlets, 14.0 * crowd.grave_outlets))),
        0.0 if doubling is None else _tenths(min(12.0, 4.0 + 240.0 / doubling)),
        _tenths(voices),
        _tenths(min(50.0, 23.0 + 38.0 * crowd.together)) if crowd.young else 0.0,
    )


def _tenths(points: float) -> float:
    return round(max(0.0, points), 1)


def _spread(story: Story) -> float:
    return min(12.0, 4.0 * (story.places - 1) + story.voices - 4) if story.voices >= TOLD else 0.0


def _voices(surge: Surge, crowd: Crowd) -> tuple[int, int]:
    """People, and the minutes in which they spoke."""
    return (surge.seen, surge.minutes) if LATELY >= surge.minutes > 60 else (crowd.voices[2], 60)


def parts_of(
    outlook: Outlook,
    surge: Surge,
    crowd: Crowd,
    doubling: float | None,
    points: Points,
    of: ReasonName = ReasonName.SURGE,
) -> tuple[Reason, ...]:
    """The facts to the points. ``of``: what the surge is of: all who are against the brand, one matter, one
    conversation."""
    span, story = surge.span, crowd.story
    share = span.negative / span.mentions if span.mentions else 0.0
    people, during = _voices(surge, crowd)
    return (
        _part(of, points.surge, count=surge.seen, minutes=surge.minutes, usual=round(surge.usual, 2)),
        _part(
            ReasonName.NEGATIVITY, points.negativity, count=span.mentions, minutes=span.minutes,
            share=round(min(share, 1.0), 3), usual=round(outlook.share, 3),
        ),
        _part(ReasonName.GRAVE, points.grave, count=crowd.grave, minutes=LATELY, share=round(crowd.worst / 255, 2)),
        _part(
            ReasonName.REACH, points.reach,
            count=_two_digits(unlogged(max(crowd.reach, crowd.alone[1])) or 0.0), minutes=LATELY,
        ),
        _part(
            ReasonName.SPREAD, points.spread,
            count=story.places, minutes=STORY_MINUTES, usual=float(story.voices),
        ),
        _part(
            ReasonName.NEWS, points.news,
            count=crowd.outlets if surge.rare else crowd.grave_outlets, minutes=LATELY,
        ),
        _part(
            ReasonName.ACCELERATION, points.acceleration,
            count=crowd.steps[0], minutes=min(10_000, round(doubling or 0)), usual=float(crowd.steps[1]),
        ),
        _part(ReasonName.VOICES, points.voices, count=people, minutes=during),
        _part(
            ReasonName.COORDINATION, points.coordination, count=crowd.young,
            minutes=STORY_MINUTES, share=round(crowd.young_share, 3),
        ),
    )  # fmt: skip


@lru_cache(maxsize=4_096)
def _part(
    name: ReasonName,
    points: float,
    *,
    count: int = 0,
    minutes: int = 0,
    usual: float | None = None,
    share: float | None = None,
) -> Reason:
    return Reason(name=name, points=points, count=count, minutes=minutes, usual=usual, share=share)


def lacking(held: Sequence[Held], people: int) -> tuple[Reason, ...]:
    """What evidence keeps from the next level, whose index is there: in one reason without points."""
    wants = {each.want: each for each in held}
    if not held or Want.INDEX in wants or held[0].level <= Level.WATCH:
        return ()
    if (few := wants.get(Want.VOICES)) is not None:
        return (_part(ReasonName.FEW, 0.0, count=round(few.found), usual=few.needed),)
    if Want.AGREED in wants:
        return (_part(ReasonName.BESIDE, 0.0, count=people),)
    if Want.GRAVEST in wants:
        return (_part(ReasonName.MILD, 0.0, count=people),)
    if (tellers := wants.get(Want.TELLERS)) is not None:
        return (_part(ReasonName.FEW_GRAVE, 0.0, count=round(tellers.found), usual=tellers.needed),)
    return (_part(ReasonName.WEIGHTLESS, 0.0, count=people),) if Want.GRAVITY in wants else ()


def _two_digits(count: float) -> int:
    if count < 100:
        return round(count)
    scale = int(10.0 ** (int(math.log10(count)) - 1))
    return round(count / scale) * scale


def doubling_of(crowd: Crowd, outlook: Outlook, now: datetime) -> float | None:
    """Minutes in which the voices double, where they have grown step by step for an hour; None where not.

    Growth must be there already in the first step: a price that rose at once is loud, and not accelerating."""
    last, middle, first = crowd.steps
    if last < 10 or middle < 1.3 * max(first, 1) or last < 1.3 * middle:
        return None
    if first < 1.5 * (outlook.negatives * outlook.weight(now, STEP)):
        return None
    if last - first < 3 * math.sqrt(last + first):
        return None
    grown = math.log2((last + 0.5) / (first + 0.5)) / 2
    return STEP / grown
