"""What is remembered of one author's history with one brand: counts and dates, no words, and nothing about the person.

A record is a small value that is folded mention by mention; the store keeps it by ``author_key`` until ``expires``.
"""

from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Annotated

from pydantic import Field

from tocsin.domain.mention import Count, Mention
from tocsin.domain.model import Frozen, UtcDatetime
from tocsin.domain.reading import ScoredMention
from tocsin.domain.signature import alike, signature

LASTING = timedelta(days=90)
"""After the last mention, as long as a mention itself is kept."""
YOUNG = timedelta(days=30)
SCENARIOS, SOURCES, SIGNATURES, RECENT = 6, 4, 8, 32


class AuthorRecord(Frozen):
    """``first_seen``: their first mention of the brand that we saw. ``repeated``: mentions alike to an earlier one of
    theirs. ``wordless``: ratings without a text. ``recent``: marks of the last mentions, so that one that comes again
    changes nothing. ``followers`` and ``verified`` as last told."""

    first_seen: UtcDatetime
    last_seen: UtcDatetime
    mentions: Count = 0
    negative: Count = 0
    grave: Count = 0
    wordless: Count = 0
    repeated: Count = 0
    followers: Count | None = None
    verified: bool | None = None
    created_at: UtcDatetime | None = None
    scenarios: Annotated[tuple[tuple[str, int], ...], Field(max_length=SCENARIOS)] = ()
    sources: Annotated[tuple[str, ...], Field(max_length=SOURCES)] = ()
    signatures: Annotated[tuple[int, ...], Field(max_length=SIGNATURES)] = ()
    recent: Annotated[tuple[int, ...], Field(max_length=RECENT)] = ()

    @classmethod
    def begun(cls, scored: ScoredMention) -> "AuthorRecord":
        at = min(scored.mention.published_at, scored.mention.fetched_at)
        return cls(first_seen=at, last_seen=at).after(scored)

    def after(self, scored: ScoredMention) -> "AuthorRecord":
        mention, reading, author = scored.mention, scored.reading, scored.mention.author
        mark = _hash(mention.id, 4)
        if mark in self.recent:
            return self
        at = min(mention.published_at, mention.fetched_at)
        said = signature(mention.words)
        again = any(alike(said, each) for each in self.signatures)
        newest = at >= self.last_seen
        return self.model_copy(
            update={
                "first_seen": min(at, self.first_seen),
                "last_seen": max(at, self.last_seen),
                "mentions": self.mentions + 1,
                "negative": self.negative + reading.negative,
                "grave": self.grave + reading.grave,
                "wordless": self.wordless + (mention.rating is not None and not mention.words.strip()),
                "repeated": self.repeated + again,
                "followers": author.followers if newest and author.followers is not None else self.followers,
                "verified": author.verified if newest and author.verified is not None else self.verified,
                "created_at": author.created_at or self.created_at,
                "scenarios": _counted(self.scenarios, reading.scenario),
                "sources": tuple(dict.fromkeys((*self.sources, mention.source)))[:SOURCES],
                "signatures": self.signatures if again or not said else (*self.signatures, said)[-SIGNATURES:],
                "recent": (*self.recent, mark)[-RECENT:],
            }
        )

    @property
    def young(self) -> bool:
        """Whether the account was younger than a month when it last spoke; False when its age is unknown."""
        return self.created_at is not None and self.last_seen - self.created_at < YOUNG

    @property
    def single_topic(self) -> bool:
        """Whether several mentions of theirs all tell one thing."""
        told = sum(count for _, count in self.scenarios)
        return self.mentions >= 3 and (self.repeated + 1 >= self.mentions or (len(self.scenarios) == 1 and told >= 3))

    @property
    def expires(self) -> datetime:
        return self.last_seen + LASTING


def author_key(mention: Mention) -> str | None:
    """16 hex digits by which a store finds the author's record; None when the source names nobody. Not their name."""
    author = mention.author
    who = author.id or author.handle or author.url or author.name
    return f"{_hash(mention.source + chr(0) + who, 8):016x}" if who else None


def _counted(counts: tuple[tuple[str, int], ...], name: str | None) -> tuple[tuple[str, int], ...]:
    if name is None:
        return counts
    grown = dict(counts)
    if name in grown or len(grown) < SCENARIOS:
        grown[name] = grown.get(name, 0) + 1
    return tuple(sorted(grown.items()))


def _hash(text: str, size: int) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).digest(), "little")
