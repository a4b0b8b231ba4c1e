"""What a level asks for beyond points (crisis practice, section 3), and what is missing for the next."""

import math
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from tocsin.domain.brand_baseline import Outlook, rarity
from tocsin.domain.crowd import LATELY, Crowd
from tocsin.domain.gathering import NONE, Gathering
from tocsin.domain.judgement import Floors, Held, Want
from tocsin.domain.levels import Level
from tocsin.domain.signal import logged
from tocsin.domain.surprise import Surge
from tocsin.domain.windows import SPANS, Span

RARE_WATCH, RARE_ISSUE, RARE_CRISIS = 1.3, 3.0, 4.0
"""Decimal powers of days: a surge that chance brings once in 20 days, in 1,000, in 10,000."""
RARE_AT_ONE = 2.0
"""At one matter or in one conversation once in 100 days is an issue: half as often as what practice asks for (once in
1,000 of the brand's hours), and less chance than in a surge of all, since misread tone seldom agrees on one thing."""
VOICES_WATCH, VOICES_ISSUE, VOICES_CRISIS = 3, 5, 8
MID_REACH, TOP_REACH = logged(50_000), logged(200_000)
TOLD = 4
"""People who say the same on three platforms: a story is going round."""
ECHOED = 0.2
"""The same of several wordings together: that share of all who were negative says what another said before."""
MOSTLY = 0.57
"""Of those who came, so many must be against the brand where a crowd is all that makes a crisis, no common matter."""
RARE_BEYOND_DOUBT = 40.0
"""Decimal powers: of a surge that is a crisis whatever else is said; a storm of which the reader hears a third."""
NEWS_PART = 0.2
"""Of those who usually tell of grave matters, at most that part are outlets."""
COLD_ISSUE, COLD_CRISIS, COLD_SHARE = 5, 10, 0.3
"""Without history: so many people who tell of a grave matter, and that share of the hour."""
COLD_CROWD, COLD_MOST = 15, 0.6
BY_ITSELF = 65.0
"""Points of severity and reach from which one voice is a crisis."""
SEVERE_FROM, SEVERE_VOICES, SEVERE_OUTLETS = 0.85, 10, 3
"""A crisis is severe by how grave the worst is, told by so many people or in so many outlets."""


class Evidence(NamedTuple):
    outlook: Outlook
    hour: Span
    surge: Surge
    crowd: Crowd
    doubling: float | None
    alone: float
    now: datetime
    gathered: Gathering = NONE
    talk: int = 0
    """All that was said within LATELY."""

    @property
    def voices(self) -> int:
        return self.surge.seen if self.surge.rare > 0 else 0

    @property
    def people(self) -> int:
        """Against the brand at all, at one thing or with a grave matter, whichever are more."""
        return max(self.voices, self.gathered.seen, self.crowd.grave)

    @property
    def watch(self) -> bool:
        crowd = self.crowd
        surging = self.surge.rare >= RARE_WATCH and self.voices >= VOICES_WATCH
        surging = surging or self.gathered.rare >= RARE_WATCH
        return surging or self.large_voice or crowd.grave > 0 or crowd.young > 0 or crowd.always_at is not None

    @property
    def issue(self) -> bool:
        crowd, rare = self.crowd, self.surge.rare
        sure = crowd.places >= 2 or crowd.new >= 2 or rare >= RARE_CRISIS
        few = VOICES_WATCH if sure else VOICES_ISSUE - (crowd.thread >= VOICES_WATCH)
        surging = (rare >= RARE_ISSUE and self.voices >= few) or self.at_one
        surging = surging or self.large_news
        grave = crowd.grave > 0 and (
            crowd.alone[1] >= MID_REACH
            or crowd.weighty_outlets > 0
            or (crowd.grave_outlets >= 2 and self.outlet_surge >= RARE_WATCH)
            or (crowd.grave >= 3 and self.grave_surge >= RARE_ISSUE)
            or self.burning >= COLD_ISSUE
        )
        return surging or grave or self.large_voice or self.flooded or crowd.young > 0 or crowd.always_at is not None

    @property
    def crisis(self) -> bool:
        crowd, story = self.crowd, self.crowd.story
        if (
            self.alone >= BY_ITSELF
            or crowd.weighty_outlets > 0
            or (crowd.grave_outlets >= 2 and self.outlet_surge >= RARE_WATCH)
        ):
            return True
        if self.burning >= COLD_CRISIS or self.grave_crowd:
            return True
        if crowd.grave >= 3 and max(self.surge.rare, self.gathered.rare) >= RARE_ISSUE and self.grave_surge >= 4:
            return True
        if self.gathered.many >= RARE_CRISIS or self.gathered.grave >= RARE_ISSUE or self.large_news:
            return True
        if self.surge.rare < RARE_CRISIS or self.voices < VOICES_CRISIS:
            return False
        large = crowd.reach >= TOP_REACH and max(story.voices, crowd.thread) >= VOICES_ISSUE
        return large or (self.agreed and self.crowded)

    @property
    def agreed(self) -> bool:
        """Are those who came against the brand, and not only beside something else that is talked of?"""
        beyond_doubt = self.gathered.rare >= RARE_CRISIS or self.surge.rare >= RARE_BEYOND_DOUBT
        return beyond_doubt or self.mostly >= MOSTLY

    @property
    def crowded(self) -> bool:
        """One text on three platforms, a flood, or growth."""
        crowd, story = self.crowd, self.crowd.story
        told = story.places >= 3 and story.voices >= min(max(TOLD, ECHOED * crowd.voices[3]), 1.5 * TOLD)
        echoed = story.echoes >= TOLD and story.echoes >= ECHOED * crowd.voices[3] and story.echo_places >= 3
        flood = crowd.voices[2] >= 40 and crowd.voices[2] >= 15 * self.usual_hour
        return told or echoed or flood or (self.doubling is not None and crowd.voices[2] >= 20)

    @property
    def severe(self) -> bool:
        crowd = self.crowd
        many = crowd.grave_outlets >= SEVERE_OUTLETS or crowd.grave >= SEVERE_VOICES
        return crowd.worst >= SEVERE_FROM * 255 and many and self.crisis

    @property
    def mostly(self) -> float:
        """Of those who came beyond the usual, the part that is against the brand. Where others speak of something else
        in which it stands (a collection, a sale, somebody's outage) that is what is misread: less than half."""
        span, share = self.surge.span, self.outlook.share
        usual = min(self.surge.usual, span.negative)
        beyond = span.mentions - usual / share
        return (span.negative - usual) / beyond if beyond > 0 else 1.0

    @property
    def grave_surge(self) -> float:
        """log10 of the days between two times with so many grave voices, by the brand's own normal."""
        return self._days(self.crowd.grave, self._usual_grave)

    @property
    def outlet_surge(self) -> float:
        """The same of outlets on a grave matter, a part of all who tell of such."""
        return self._days(self.crowd.grave_outlets, NEWS_PART * self._usual_grave)

    @property
    def _usual_grave(self) -> float:
        """By the hours, by how many are against the brand and by how much is said at all: what is read as grave by
        mistake comes with them."""
        outlook, baseline = self.outlook, self.outlook.baseline
        voices = self.crowd.voices[SPANS.index(LATELY)]
        by_hour = outlook.grave * outlook.weight(self.now, LATELY)
        return max(by_hour, baseline.grave_share * voices, baseline.grave_of_all * self.talk)

    def _days(self, seen: int, usual: float) -> float:
        outlook = self.outlook
        return outlook.known * (math.log10(LATELY / 1440) + rarity(seen, usual, outlook.shape(LATELY)))

    @property
    def grave_crowd(self) -> bool:
        """Several people of their own tell of a grave matter within the hour, where that is rare."""
        return self.crowd.grave_hour >= COLD_ISSUE and self.grave_surge >= RARE_ISSUE

    @property
    def at_one(self) -> bool:
        return self.gathered.rare >= RARE_AT_ONE

    @property
    def large_news(self) -> bool:
        """Several large outlets are against the brand in one matter, where that is rare."""
        return self.gathered.outlets >= RARE_ISSUE

    @property
    def large_voice(self) -> bool:
        """One that very many hear is against the brand: an issue by itself, whatever it is about."""
        return self.crowd.reach >= TOP_REACH

    @property
    def burning(self) -> int:
        """Before a brand's normal is known: people who tell of a grave matter within the hour, where they are a good
        part of all that is said."""
        many = self.crowd.grave_hour
        return many if self.outlook.known < 1 and many >= COLD_SHARE * self.hour.mentions else 0

    @property
    def flooded(self) -> bool:
        """The same of people who are only negative: a crowd, and most of the hour."""
        many = self.crowd.voices[2]
        return self.outlook.known < 1 and many >= COLD_CROWD and many >= COLD_MOST * self.hour.mentions

    @property
    def usual_hour(self) -> float:
        return self.outlook.negatives


def level_of(floors: Floors, index: float, evidence: Evidence) -> Level:
    """The highest whose floor is reached and whose evidence is there."""
    if index >= floors.severe and evidence.severe:
        return Level.SEVERE
    if index >= floors.crisis and evidence.crisis:
        return Level.CRISIS
    if index >= floors.issue and evidence.issue:
        return Level.ISSUE
    return Level.WATCH if index >= floors.watch and evidence.watch else Level.CALM


def held_of(level: Level, floors: Floors, index: float, evidence: Evidence) -> tuple[Held, ...]:
    """What the level above this one lacks."""
    return () if level is Level.SEVERE else _held(_ABOVE[level], floors, index, evidence)


_ABOVE = dict(pairwise(Level))


def _held(level: Level, floors: Floors, index: float, evidence: Evidence) -> tuple[Held, ...]:
    found: list[Held] = []
    if index < floors.of(level):
        found.append(Held(level=level, want=Want.INDEX, needed=floors.of(level), found=index))
    if level is Level.SEVERE and not evidence.severe:  # all else it asks for a crisis has
        if evidence.crowd.worst < SEVERE_FROM * 255:
            worst = round(evidence.crowd.worst / 255, 2) if evidence.crowd.grave else 0.0
            found.append(Held(level=level, want=Want.GRAVEST, needed=SEVERE_FROM, found=worst))
        if evidence.crowd.grave < SEVERE_VOICES and evidence.crowd.grave_outlets < SEVERE_OUTLETS:
            found.append(Held(level=level, want=Want.TELLERS, needed=SEVERE_VOICES, found=evidence.crowd.grave))
    elif not getattr(evidence, level.value):
        rare, voices = {
            Level.WATCH: (RARE_WATCH, VOICES_WATCH),
            Level.ISSUE: (RARE_ISSUE, VOICES_ISSUE),
        }.get(level, (RARE_CRISIS, VOICES_CRISIS))
        if evidence.outlook.known < 1:
            found.append(Held(level=level, want=Want.WATCHED, needed=24.0, found=evidence.outlook.baseline.watched))
        rarer = max(evidence.surge.rare, evidence.gathered.rare)
        if rarer < rare:
            days = round(10**rarer, 1)
            found.append(Held(level=level, want=Want.RARE, needed=round(10**rare), found=days))
        if evidence.people < voices:
            found.append(Held(level=level, want=Want.VOICES, needed=voices, found=evidence.people))
        if level is Level.CRISIS and evidence.crowded:
            if not evidence.agreed:
                found.append(Held(level=level, want=Want.AGREED, needed=MOSTLY, found=round(evidence.mostly, 2)))
        elif level is Level.CRISIS:
            found.append(Held(level=level, want=Want.GRAVITY, needed=BY_ITSELF, found=round(evidence.alone, 1)))
    return tuple(found)
