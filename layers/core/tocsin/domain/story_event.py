"""How much likelier a mention is told of a story's event than of anything else: a log-likelihood ratio, word by word.

A story is a bag of what its mentions named. Each word of a mention is met there by its stem, its sense, a sense akin,
its matter or its name, whichever tells most; a word that is not met speaks a little against. To that comes how hot the
story is: who complains while others complain of one thing mostly complains of it too.
"""

import math
from collections.abc import Callable, Container, Mapping
from datetime import datetime
from typing import NamedTuple

from tocsin.domain.story import Story
from tocsin.domain.story_senses import akin_to, weight_of
from tocsin.domain.story_terms import APART, CONCEPT, KIND, SENSE, TAG, WORD, Term, Told, prior_of

TOLD = 0.6
"""Share of a mention's words that are of its event, and not of its teller."""
FRESH = 0.6
"""Mentions that a story is smoothed with: what one said need not be what the next says."""
TRUST = {WORD: 1.0, APART: 1.0, TAG: 0.6, CONCEPT: 0.88, SENSE: 0.88}
"""What a meeting counts for: a sense is a hint."""
AKIN = 0.6
"""The same for a sense that is only akin, times how like it is."""
OF_STEM = 1.2
"""A word tells at most so much more than its sense: «third» is a rare word, but numbers are not."""
COMMON = 2.6
"""A word of less weight than this tells nothing."""
TELLING, MISSED = 2.3, 0.36
"""A word of such a weight that is not met takes so much away."""
ENOUGH = 6.0
"""Nats that one word gives at most."""
COOLING = 8.0
"""Hours in which a story's heat is halved."""
HOTTEST = 3.5
OTHERS = 20.0
"""Stories told of lately from which it becomes harder to be told together by chance."""

NEEDED = 4.5
"""Nats that make it the same event, where both complain."""
UNMOVED = 2.7
"""More is needed where one of them does not complain."""
LEAST = 2.5
"""Nats that the words alone must give."""
MET, MET_HOT, HOT = 2, 1, 0.7
"""Different words that must be met; the same for a story of so much heat or more."""

Rarity = Callable[[int, float], float]
"""Of a key and its prior weight: ln(1 / share) less one, 0 for what is everywhere."""


def enough(nats: float, met: int, warmth: float, moved: bool) -> bool:
    """``moved``: both complain."""
    if nats < LEAST or met < (MET_HOT if warmth >= HOT else MET):
        return False
    return nats + warmth >= NEEDED + (0.0 if moved else UNMOVED)


def heat(story: Story, at: datetime, others: int) -> float:
    """Nats for a story that is told of again and again just now; less the more ``others`` are told of too."""
    hour = at.timestamp() / 3_600
    lately = sum(count * 0.5 ** (abs(hour - each - 0.5) / COOLING) for each, count in story.hours.items())
    return min(HOTTEST, math.log(max(lately, 0.05))) - math.log(1 + others / OTHERS)


class Way(NamedTuple):
    """A key by which a word may be met, what the meeting counts for, and 1 / share of texts of the rarer of both."""

    key: int
    trust: float
    odds: float


class Asked(NamedTuple):
    """A word: its own keys, the ways to meet it, and what it takes away when it is not met."""

    keys: tuple[int, ...]
    ways: tuple[Way, ...]
    missed: float


def asked(heard: Told, weights: Mapping[int, float], rarity: Rarity, held: Container[int]) -> tuple[Asked, ...]:
    """What a mention's words ask of any story: made once, since it is put to many. ``weights``: of its terms, by
    ``rarity``; ``held``: keys that some story holds."""
    found = []
    for word in heard.words:
        keys = [key for key in word if key in weights]
        most, telling = math.inf, 0.0
        for key in keys:
            telling = max(telling, weights[key])
            if key & KIND == SENSE:
                most = weights[key] + OF_STEM
        if min(most, telling) < COMMON:
            continue
        telling, ways = min(most, telling), []
        for key in keys:
            rare = min(weights[key], most)
            if rare < COMMON:
                continue
            if key in held:
                ways.append(Way(key, TRUST[key & KIND], math.exp(rare + 1)))
            if key & KIND == SENSE:
                for sense, likeness in akin_to(key >> 3):
                    other = sense << 3 | SENSE
                    if other in held:
                        both = min(rare, rarity(other, weight_of(sense)))
                        ways.append(Way(other, AKIN * likeness, math.exp(both + 1)))
        found.append(Asked(word, tuple(ways), MISSED if telling > TELLING else 0.0))
    return tuple(found)


def ratio(story: Story, words: tuple[Asked, ...]) -> tuple[float, int]:
    """(nats for the same event, words met)."""
    terms, size, used = story.terms, story.size + FRESH, set[int]()
    total, met = 0.0, 0
    for word in words:
        best, chosen = 0.0, 0
        for key, trust, odds in word.ways:
            if key in terms and key not in used:
                nats = trust * math.log(1 - TOLD + TOLD * terms[key] / size * odds)
                if nats > best:
                    best, chosen = nats, key
        if best > 0:
            used.update(word.keys)  # one matter in two words is one matter
            used.add(chosen)
            total += min(ENOUGH, best)
            met += best > 1
        else:
            total -= word.missed
    return total, met


def heard_of(story: Story) -> Told:
    """A story as if one mention told it: may it be part of a larger one? A word of a known sense is in it twice, by
    its stem too, so that stems are left out."""
    often = 1 if story.size < 3 else 2
    keys = [key for key, count in story.terms.items() if key & KIND != WORD and count >= often]
    terms = {key: Term(key, prior_of(key)) for key in keys}
    return Told(0, terms, story.links, False, tuple((key,) for key in keys))
