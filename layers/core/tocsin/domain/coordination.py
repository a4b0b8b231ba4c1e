"""Whether those who write now act together: features over signals, a score from 0 to 1, each with what it rests on.

It is a hypothesis for a person, never an accusation: a real crowd also comes at once and shares one text. So no
feature alone makes the score high, and few authors make none at all.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import pairwise
from statistics import fmean, pstdev
from typing import NamedTuple

from tocsin.domain.author_record import AuthorRecord
from tocsin.domain.mention import Medium
from tocsin.domain.signal import MEDIA, Mark, Signal
from tocsin.domain.signature import alike, is_long

FEWEST = 5
"""Authors of whom something can be said."""
MOST_COMPARED = 300
ALONE = 0.45
"""The score that one feature by itself may reach."""
BURST = timedelta(minutes=10)
_NEWS = MEDIA.index(Medium.NEWS) + 1


class Feature(NamedTuple):
    """``share``: what was measured, 0-1; ``strength``: how much it speaks for coordination, 0-1; ``evidence``: in
    English, in numbers."""

    name: str
    share: float
    strength: float
    evidence: str


class Coordination(NamedTuple):
    """``score`` 0-1; the features that spoke for it, strongest first."""

    score: float
    features: tuple[Feature, ...]


_WEIGHT = {
    "young": 0.6,
    "identical": 0.5,
    "wordless": 0.5,
    "single_topic": 0.35,
    "links": 0.3,
    "burst": 0.25,
    "even": 0.3,
}


def coordination(
    signals: Sequence[Signal],
    *,
    links: Iterable[Sequence[int]] = (),
    records: Mapping[int, AuthorRecord] | None = None,
) -> Coordination:
    """``signals`` of one brand and a few hours, in any order; news do not count, their syndication is no plot.

    ``links``: what each mention leads to, by its hash (`story_links.link_key`), where that is known. ``records``: of
    authors, by the signal's hash."""
    heard = sorted(each for each in signals if each.medium != _NEWS)
    authors = {each.author for each in heard if each.author}
    if len(authors) < FEWEST and len(heard) < 2 * FEWEST:
        return Coordination(0.0, ())
    found = [
        feature
        for feature in (
            _young(heard),
            _identical(heard),
            _wordless(heard),
            _burst(heard),
            _even(heard),
            _links([each for each in links if each]),
            _single_topic(authors, records or {}),
        )
        if feature is not None and feature.strength > 0
    ]
    left = 1.0
    for feature in found:
        left *= 1 - _WEIGHT[feature.name] * feature.strength
    score = 1 - left
    if len([feature for feature in found if feature.strength >= 0.3]) < 2:
        score = min(score, ALONE)
    found.sort(key=lambda feature: (-feature.strength * _WEIGHT[feature.name], feature.name))
    return Coordination(round(score, 3), tuple(found))


def _young(heard: Sequence[Signal]) -> Feature | None:
    """Accounts younger than a month. Of an ordinary crowd they are a few in a hundred."""
    authors = {each.author: bool(each.marks & Mark.YOUNG) for each in heard if each.author}
    if len(authors) < FEWEST:
        return None
    young = sum(authors.values())
    share = young / len(authors)
    return Feature(
        "young", share, _between(share, 0.1, 0.6), f"{young} of {len(authors)} accounts are younger than a month"
    )


def _identical(heard: Sequence[Signal]) -> Feature | None:
    """Texts that another author wrote almost the same; those too short to tell do not count."""
    texts = [each for each in heard if each.story and is_long(each.story)][-MOST_COMPARED:]
    if len(texts) < FEWEST:
        return None
    leaders: list[tuple[int, set[int], int]] = []
    for each in texts:
        for place, (story, writers, size) in enumerate(leaders):
            if alike(story, each.story):
                leaders[place] = (story, writers | {each.author}, size + 1)
                break
        else:
            leaders.append((each.story, {each.author}, 1))
    same = sum(size for _, writers, size in leaders if len(writers) > 1 or (size > 2 and 0 in writers))
    share = same / len(texts)
    return Feature("identical", share, _between(share, 0.2, 0.8), f"{same} of {len(texts)} texts are almost the same")


def _wordless(heard: Sequence[Signal]) -> Feature | None:
    """Ratings without a word among the ratings."""
    rated = [each for each in heard if each.marks & Mark.RATED]
    if len(rated) < FEWEST:
        return None
    bare = sum(bool(each.marks & Mark.WORDLESS) for each in rated)
    share = bare / len(rated)
    return Feature("wordless", share, _between(share, 0.5, 0.95), f"{bare} of {len(rated)} ratings have no words")


def _burst(heard: Sequence[Signal]) -> Feature | None:
    """The densest ten minutes of all that was said, when it was said over an hour or more."""
    if len(heard) < 2 * FEWEST or heard[-1].at - heard[0].at < timedelta(hours=1):
        return None
    start = densest = 0
    for end, each in enumerate(heard):
        while each.at - heard[start].at >= BURST:
            start += 1
        densest = max(densest, end - start + 1)
    share = densest / len(heard)
    return Feature("burst", share, _between(share, 0.4, 0.9), f"{densest} of {len(heard)} within ten minutes")


def _even(heard: Sequence[Signal]) -> Feature | None:
    """People write in fits, clocks evenly: the variation of the pauses against their mean is 1 where nothing is
    arranged (a Poisson process) and small where a program sends."""
    pauses = [(later.at - earlier.at).total_seconds() for earlier, later in pairwise(heard)]
    mean = fmean(pauses) if pauses else 0.0
    if len(pauses) < 3 * FEWEST or mean < 120:  # signals tell the minute only: shorter pauses look even by rounding
        return None
    variation = pstdev(pauses) / mean
    return Feature(
        "even", max(0.0, 1 - variation), _between(1 - variation, 0.5, 0.9), f"pauses of {mean / 60:.0f} minutes, evenly"
    )


def _links(links: Sequence[Sequence[int]]) -> Feature | None:
    if len(links) < FEWEST:
        return None
    counts = Counter(link for each in links for link in set(each))
    most = max(counts.values())
    share = most / len(links)
    return Feature("links", share, _between(share, 0.3, 0.9), f"{most} of {len(links)} lead to one address")


def _single_topic(authors: set[int], records: Mapping[int, AuthorRecord]) -> Feature | None:
    """Authors whose whole history with the brand is one thing said several times."""
    known = [records[author] for author in authors if author in records]
    if len(known) < FEWEST:
        return None
    single = sum(record.single_topic for record in known)
    share = single / len(known)
    return Feature(
        "single_topic", share, _between(share, 0.2, 0.8), f"{single} of {len(known)} authors only ever say one thing"
    )


def _between(value: float, low: float, high: float) -> float:
    return round(min(1.0, max(0.0, (value - low) / (high - low))), 3)
