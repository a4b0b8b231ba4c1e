"""Who of a case may act together: a score of each voice from 0 to 1, with what it rests on.

A hypothesis for a person, never an accusation. What a crowd does by itself, one text passed on, one link, all at once,
counts once and never suffices: something must be arranged besides, accounts made for it, ratings without words, a
clock's pauses, authors who know one topic alone. Where the source tells no age of accounts, less can be found.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import fmean, pstdev
from typing import NamedTuple

from tocsin.domain.author_record import AuthorRecord, author_key
from tocsin.domain.clues import Clue, ClueKind, clue
from tocsin.domain.coordination import ALONE, BURST, FEWEST
from tocsin.domain.mention import Medium
from tocsin.domain.reading import ScoredMention
from tocsin.domain.signature import alike, is_long, signature
from tocsin.domain.story import moment_of
from tocsin.domain.story_terms import told

SUSPECT = 0.5
"""From here on a person should look."""
YOUNG = timedelta(days=60)
"""Accounts made for an attack are often kept for some weeks first."""
COMPARED = 10
"""Authors outside of a strand whose age is known: so many tell how young accounts are there anyway."""
FEW_WORDS = 4
"""A rating of fewer words is one without words."""
BYSTANDER = 0.5
"""What is left of a strand's score for one of it who bears no sign of their own."""
WHOLE_CASE = 0.2
"""The share of a case's authors from which a strand speaks for the whole case."""
_MOST_STRANDS = 400
_WEIGHTS = {"young": 0.7, "wordless": 0.5, "even": 0.3, "single_topic": 0.35}


class Coordinated(NamedTuple):
    """``score`` 0-1; from `SUSPECT` a person should look."""

    score: float
    clues: tuple[Clue, ...] = ()


class Together(NamedTuple):
    """``crowd``: of all who write. ``voices``: by `author_key`, those with a score above nothing."""

    crowd: Coordinated
    voices: Mapping[str, Coordinated]


@dataclass(frozen=True, slots=True)
class _Post:
    author: str
    at: datetime
    said: int
    links: tuple[int, ...]
    age: timedelta | None
    rated: bool
    wordless: bool

    @property
    def young(self) -> bool:
        return self.age is not None and self.age < YOUNG


class _Strand(NamedTuple):
    """What some have in common, and how much it speaks for coordination. ``arranged``: the features of it that a crowd
    does not have by itself, with their strength."""

    score: float
    posts: tuple[_Post, ...]
    arranged: Mapping[str, float]
    clues: tuple[Clue, ...]
    kind: ClueKind


def together(
    heard: Iterable[ScoredMention],
    records: Mapping[str, AuthorRecord] | None = None,
    own: frozenset[str] = frozenset(),
) -> Together:
    """``heard``: of one case, in any order; news do not count, their syndication is no plot, nor do authors whom the
    source does not name. ``records`` by `author_key`; ``own``: the brand's hosts, to which everybody links."""
    posts = sorted((_post(one, own) for one in heard if _counts(one)), key=lambda post: (post.at, post.author))
    authors = {post.author for post in posts}
    weighed = (_weighed(kind, members, posts, records or {}) for kind, members in _strands(posts))
    strands = [strand for strand in weighed if strand.score > 0]
    best: dict[str, Coordinated] = {}
    for strand in strands:
        for author in {post.author for post in strand.posts}:
            found = _of_one(author, strand, records or {})
            if found.score > best.get(author, Coordinated(0.0)).score:
                best[author] = found
    return Together(_crowd(strands, len(authors)), best)


def _counts(scored: ScoredMention) -> bool:
    mention = scored.mention
    return mention.medium not in {Medium.NEWS, Medium.PRIVATE} and author_key(mention) is not None


def _post(scored: ScoredMention, own: frozenset[str]) -> _Post:
    mention, at = scored.mention, moment_of(scored)
    created = mention.author.created_at
    rated = mention.rating is not None
    return _Post(
        author=author_key(mention) or "",
        at=at,
        said=signature(mention.words),
        links=told(mention.words, own=own).links if "http" in mention.words or "www." in mention.words else (),
        age=at - created if created is not None else None,
        rated=rated,
        wordless=rated and len(mention.words.split()) < FEW_WORDS,
    )


def _strands(posts: Sequence[_Post]) -> Iterable[tuple[ClueKind, list[_Post]]]:
    """By text, by link, and the ratings: each what at least FEWEST authors have in common."""
    leaders: list[tuple[int, list[_Post]]] = []
    for post in posts:
        if not post.said or not is_long(post.said):
            continue
        for said, members in leaders:
            if alike(said, post.said):
                members.append(post)
                break
        else:
            if len(leaders) < _MOST_STRANDS:
                leaders.append((post.said, [post]))
    by_link: defaultdict[int, list[_Post]] = defaultdict(list)
    for post in posts:
        for link in post.links:
            by_link[link].append(post)
    found = [(ClueKind.SAME_TEXT_AMONG, members) for _, members in leaders]
    found += [(ClueKind.SAME_LINK_AMONG, members) for members in by_link.values()]
    found.append((ClueKind.WORDLESS, [post for post in posts if post.rated]))
    return [(kind, members) for kind, members in found if len({post.author for post in members}) >= FEWEST]


def _weighed(
    kind: ClueKind, posts: list[_Post], every: Sequence[_Post], records: Mapping[str, AuthorRecord]
) -> _Strand:
    authors = {post.author for post in posts}
    clues: list[Clue] = []
    crowd = 0.0
    if kind is not ClueKind.WORDLESS:
        crowd = 0.5 * _between(len(authors), 3, 12)
        clues.append(clue(kind, len(authors)))
    densest = len(_densest(posts))
    if len(posts) >= 2 * FEWEST and posts[-1].at - posts[0].at >= timedelta(hours=1):
        share = densest / len(posts)
        if (strength := _between(share, 0.4, 0.9)) > 0:
            crowd = 1 - (1 - crowd) * (1 - 0.25 * strength)
            clues.append(clue(ClueKind.BURST, densest, len(posts)))
    arranged: dict[str, float] = {}
    for name, strength, found in _arranged(posts, every, authors, records):
        if strength > 0:
            arranged[name] = strength
            clues.append(found)
    left = 1.0
    for name, strength in arranged.items():
        left *= 1 - _WEIGHTS[name] * strength
    crowd = min(crowd, ALONE)
    score = 1 - (1 - crowd) * left
    strong = sum(strength >= 0.3 for strength in arranged.values())
    if not strong or (strong == 1 and crowd < 0.15):
        score = min(score, ALONE)
    return _Strand(score, tuple(posts), arranged, tuple(clues), kind)


def _arranged(
    posts: Sequence[_Post], every: Sequence[_Post], authors: set[str], records: Mapping[str, AuthorRecord]
) -> Iterable[tuple[str, float, Clue]]:
    aged = {post.author: post.young for post in posts if post.age is not None}
    if len(aged) >= FEWEST:
        young = sum(aged.values())
        # Of those whose age is not told nothing is known: they count as old.
        share = young / len(authors)
        usual = _usual_young(every, authors)
        more = max(0.0, (share - usual) / (1 - usual)) if usual < 1 else 0.0
        yield "young", _between(more, 0.15, 0.6), clue(ClueKind.YOUNG_AMONG, young, len(authors))
    rated = [post for post in posts if post.rated]
    if len(rated) >= FEWEST:
        bare = sum(post.wordless for post in rated)
        yield "wordless", _between(bare / len(rated), 0.5, 0.95), clue(ClueKind.WORDLESS, bare, len(rated))
    pauses = [(later.at - earlier.at).total_seconds() for earlier, later in pairwise(posts)]
    if len(pauses) >= 3 * FEWEST and (mean := fmean(pauses)) >= 30:
        evenness = 1 - pstdev(pauses) / mean
        yield "even", _between(evenness, 0.5, 0.9), clue(ClueKind.EVEN, max(1, round(mean / 60)))
    known = [records[author] for author in authors if author in records]
    if len(known) >= FEWEST:
        single = sum(record.single_topic for record in known)
        yield (
            "single_topic",
            _between(single / len(known), 0.2, 0.8),
            clue(ClueKind.SINGLE_TOPIC_AMONG, single, len(known)),
        )


def _usual_young(every: Sequence[_Post], authors: set[str]) -> float:
    """How many of the others are young: where everybody has just come to a platform, that tells nothing."""
    others = {post.author: post.young for post in every if post.age is not None and post.author not in authors}
    return sum(others.values()) / len(others) if len(others) >= COMPARED else 0.0


def _of_one(author: str, strand: _Strand, records: Mapping[str, AuthorRecord]) -> Coordinated:
    mine = [post for post in strand.posts if post.author == author]
    others = len({post.author for post in strand.posts}) - 1
    clues: list[Clue] = []
    signs = "even" in strand.arranged
    if "young" in strand.arranged and any(post.young for post in mine):
        signs = True
        age = min(post.age for post in mine if post.age is not None)
        clues.append(clue(ClueKind.YOUNG, max(0, age.days)))
    if strand.kind is ClueKind.SAME_TEXT_AMONG:
        clues.append(clue(ClueKind.SAME_TEXT, others))
    if strand.kind is ClueKind.SAME_LINK_AMONG:
        clues.append(clue(ClueKind.SAME_LINK, others))
    if "wordless" in strand.arranged and any(post.wordless for post in mine):
        signs = True
        clues.append(clue(ClueKind.WORDLESS, sum(post.wordless for post in mine), len(mine)))
    record = records.get(author)
    if "single_topic" in strand.arranged and record is not None and record.single_topic:
        signs = True
        clues.append(clue(ClueKind.SINGLE_TOPIC, record.mentions))
    clues += [one for one in strand.clues if one.kind in {ClueKind.EVEN, ClueKind.BURST}]
    if not clues:
        return Coordinated(0.0)
    return Coordinated(round(strand.score * (1.0 if signs else BYSTANDER), 3), tuple(clues))


def _crowd(strands: Sequence[_Strand], authors: int) -> Coordinated:
    """The strongest strand, less where it is but a small part of all who write."""
    best = Coordinated(0.0)
    for strand in strands:
        share = len({post.author for post in strand.posts}) / authors
        score = round(strand.score * min(1.0, share / WHOLE_CASE), 3)
        if score > best.score:
            best = Coordinated(score, strand.clues)
    return best


def _densest(posts: Sequence[_Post]) -> Sequence[_Post]:
    start, best = 0, (0, 0)
    for end, post in enumerate(posts):
        while post.at - posts[start].at >= BURST:
            start += 1
        best = max(best, (start, end + 1), key=lambda span: span[1] - span[0])
    return posts[best[0] : best[1]]


def _between(value: float, low: float, high: float) -> float:
    return min(1.0, max(0.0, (value - low) / (high - low)))
