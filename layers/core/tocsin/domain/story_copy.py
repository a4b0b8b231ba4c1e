"""Whether a mention copies what a story holds: similarity hash and shared words, whatever the order, at any time."""

import math
from collections.abc import Mapping

from tocsin.domain.signature import alike
from tocsin.domain.story import Story
from tocsin.domain.story_event import Rarity
from tocsin.domain.story_terms import KIND, SENSE, Told, prior_of

COPY, COPY_HASHED = 0.55, 0.25
"""Cosine or share of shared words that makes a copy, by itself and where the similarity hashes agree."""
EVIDENCE = 11.0
"""Weight of the shared terms below which nothing is said: about two rare words."""
WHOLE, CUT = 0.95, 8.0
"""The same for what ends in dots: nearly all its words are in the story, and they weigh so much."""


def copied_from(story: Story, heard: Told, weights: Mapping[int, float], rarity: Rarity) -> float:
    """How like it is to a copy; 0 when it is none. ``weights``: of its terms, by ``rarity``."""
    both = [key for key in weights if key in story.terms and key & KIND != SENSE]
    hashed = any(alike(heard.signature, each) for each in story.signatures)
    evidence = sum(weights[key] for key in both)
    if not both or not (hashed or evidence >= CUT):
        return 0.0
    weights = {key: weight for key, weight in weights.items() if key & KIND != SENSE}
    total = sum(weight * weight for weight in weights.values())
    share = {key: count / story.size for key, count in story.terms.items() if key & KIND != SENSE}
    squares = {key: (weights.get(key) or rarity(key, prior_of(key))) ** 2 for key in share}
    product = sum(squares[key] * share[key] for key in both)
    length = sum(squares[key] * share[key] ** 2 for key in share)
    cosine = product / math.sqrt(total * length or 1.0)
    held = sum(squares[key] for key in both if share[key] > 0.3) / (total or 1.0)
    holds = sum(squares[key] * share[key] ** 2 for key in both) / (length or 1.0)
    likeness = max(cosine, held, holds) if len(both) > 3 else cosine
    if likeness >= (COPY_HASHED if hashed else COPY) and (hashed or evidence >= EVIDENCE):
        return likeness
    return held if heard.cut and held >= WHOLE and evidence >= CUT else 0.0
