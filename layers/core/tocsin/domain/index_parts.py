"""The parts of the index, each with its points and facts."""

import math
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from tocsin.domain.brand_baseline import Outlook
from tocsin.domain.crowd import LATELY, STEP, STORY_MINUTES, Crowd
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


def _severity_points(severity: int) -> float:
    """0.7: 30, 1: 42."""
    return 40.0 * severity / 255 + 2.0


def _reach_points(reach: int, most: float) -> float:
    """From a thousand up; a million and more: all."""
    heard = math.log10(1 + (unlogged(reach) or 0.0))
    return most * min(1.0, max(0.0, (heard - 3) / 2.5))


def parts_of(
    outlook: Outlook, surge: Surge, crowd: Crowd, doubling: float | None, of: ReasonName = ReasonName.SURGE
) -> tuple[Reason, ...]:
    """``of``: what the surge is of: all who are against the brand, one matter, one conversation."""
    span = surge.span
    share = span.negative / span.mentions if span.mentions else 0.0
    there = min(1.0, surge.rare / RARE_WATCH)
    """Of what only weighs together with a surge: none without one."""
    story = crowd.story
    grave = _severity_points(crowd.worst) + min(10.0, 4.0 * math.log2(crowd.grave)) if crowd.grave else 0.0
    spread = min(12.0, 4.0 * (story.places - 1) + story.voices - 4) if story.voices >= TOLD else 0.0
    long = LATELY >= surge.minutes > 60
    people, during = (surge.seen, surge.minutes) if long else (crowd.voices[2], 60)
    news = max(8.0 * there * crowd.outlets, 14.0 * crowd.grave_outlets)
    return (
        _part(
            of, 12.0 * min(surge.rare, 4.0), count=surge.seen, minutes=surge.minutes,
            usual=round(surge.usual, 2),
        ),
        _part(
            ReasonName.NEGATIVITY, there * min(10.0, 3.0 * surge.excess), count=span.mentions, minutes=span.minutes,
            share=round(min(share, 1.0), 3), usual=round(outlook.share, 3),
        ),
        _part(
            ReasonName.GRAVE, grave,
            count=crowd.grave, minutes=LATELY, share=round(crowd.worst / 255, 2),
        ),
        _part(
            ReasonName.REACH,
            max(_reach_points(crowd.reach, 15.0) * there, _reach_points(crowd.alone[1], 35.0) if crowd.grave else 0.0),
            count=_two_digits(unlogged(max(crowd.reach, crowd.alone[1])) or 0.0), minutes=LATELY,
        ),
        _part(
            ReasonName.SPREAD, there * spread,
            count=story.places, minutes=STORY_MINUTES, usual=float(story.voices),
        ),
        _part(ReasonName.NEWS, min(28.0, news), count=crowd.outlets if there else crowd.grave_outlets, minutes=LATELY),
        _part(
            ReasonName.ACCELERATION, 0.0 if doubling is None else min(12.0, 4.0 + 240.0 / doubling),
            count=crowd.steps[0], minutes=min(10_000, round(doubling or 0)), usual=float(crowd.steps[1]),
        ),
        _part(
            ReasonName.VOICES, there * min(12.0, 6.0 * math.log10(people) if people else 0.0),
            count=people, minutes=during,
        ),
        _part(
            ReasonName.COORDINATION, min(50.0, 23.0 + 38.0 * crowd.together) if crowd.young else 0.0, count=crowd.young,
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
    return Reason(name=name, points=round(max(0.0, points), 1), count=count, minutes=minutes, usual=usual, share=share)


def lacking(held: Sequence[Held], people: int) -> tuple[Reason, ...]:
    """What evidence keeps from the next level, whose index is there: in one reason without points."""
    wants = {each.want: each for each in held}
    few = wants.get(Want.VOICES)
    if not held or Want.INDEX in wants or held[0].level <= Level.WATCH:
        return ()
    if few is not None:
        return (_part(ReasonName.FEW, 0.0, count=round(few.found), usual=few.needed),)
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
    usual = outlook.negatives * outlook.weight(now, STEP)
    if last < 10 or middle < 1.3 * max(first, 1) or last < 1.3 * middle or first < 1.5 * usual:
        return None
    if last - first < 3 * math.sqrt(last + first):
        return None
    grown = math.log2((last + 0.5) / (first + 0.5)) / 2
    return STEP / grown
