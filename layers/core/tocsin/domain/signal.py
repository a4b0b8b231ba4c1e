"""What the alarm keeps of a mention that matters: 32 bytes, no text, nobody's name.

A signal says when, who (a hash), where, which story (a similarity hash of the text) and how grave. The index counts
people, places and stories with it, which counters by the minute cannot.
"""

import math
import struct
from datetime import UTC, datetime
from enum import IntFlag
from functools import cache, lru_cache
from hashlib import blake2b
from typing import NamedTuple
from urllib.parse import urlsplit

from tocsin.domain.counters import counted_minute
from tocsin.domain.mention import Medium
from tocsin.domain.outlets import tier_of
from tocsin.domain.reach import heard_by
from tocsin.domain.reading import Aim, Claim, ScoredMention
from tocsin.domain.scenarios import SCENARIOS
from tocsin.domain.signature import signature
from tocsin.domain.story_terms import concept_names, concepts

MEDIA = tuple(Medium)
YOUNG_DAYS = 30
UNKNOWN_REACH = 255
MOST_MATTERS = 4
_FORM = struct.Struct("<IIQHHBBBBBBHI")
SIZE = _FORM.size


class Mark(IntFlag):
    NEGATIVE = 1
    HISTORY = 2
    YOUNG = 4
    """The account is younger than a month."""
    WORDLESS = 8
    """A rating without a text."""
    IN_THREAD = 16
    """An answer in a conversation."""
    VERIFIED = 32
    BLAMES = 64
    """It is told as a fact of which the brand is guilty."""
    RATED = 128
    ALWAYS = 256
    """The client wants to hear of such a mention in any case."""
    TIER_LOW = 512
    TIER_HIGH = 1024
    """Two bits: the outlet's tier, 1 national, 2 large, 3 local, 0 unknown."""
    BESIDE = 2048
    """What is told befell the brand or others: it blames nobody here."""


TIER = int(Mark.TIER_LOW)
_TIERS = int(Mark.TIER_LOW | Mark.TIER_HIGH)


class Signal(NamedTuple):
    """``author``: 32 bits of a hash, 0 when unknown (of news the outlet); ``story``: see signature; ``place``: 16 bits
    of a hash of the source; ``thread``: 16 bits, 0 for none; ``severity`` and ``complaint``: 0-255 for 0-1; ``marks``:
    of Mark, as a plain number; ``reach`` (see `heard_by`) and ``shares``: `logged`, 255 when unknown;
    ``scenario``: place in SCENARIOS + 1, 0 for none; ``matters``: see matters_of."""

    at: datetime
    author: int
    story: int
    place: int
    thread: int
    medium: int
    severity: int
    complaint: int
    reach: int
    shares: int
    scenario: int
    marks: int
    matters: int = 0

    @property
    def tier(self) -> int:
        """Of the outlet, 1 the widest heard; 0 when it is none or unknown."""
        return (self.marks & _TIERS) // TIER

    @classmethod
    def of(cls, scored: ScoredMention) -> "Signal":
        mention, reading = scored.mention, scored.reading
        author, medium, words, url = mention.author, mention.medium, mention.words, mention.url
        marks = TIER * (tier_of(url) or 0)
        if reading.negative:
            marks |= _NEGATIVE
        if scored.history:
            marks |= _HISTORY
        if author.created_at is not None and (mention.published_at - author.created_at).days < YOUNG_DAYS:
            marks |= _YOUNG
        if mention.rating is not None:
            marks |= _RATED if words.strip() else _RATED | _WORDLESS
        if mention.in_reply_to:
            marks |= _IN_THREAD
        if author.verified:
            marks |= _VERIFIED
        if reading.aim is Aim.BRAND or reading.grave:  # what befell it may be grave: poisoned goods
            if reading.claim in _BLAMING:
                marks |= _BLAMES
        else:
            marks |= _BESIDE
        if scored.always:
            marks |= _ALWAYS
        story, matters = _told(words, mention.brand)
        who = author.id or (_host(url) if medium is Medium.NEWS else None)
        who = who or author.handle or author.url or author.name
        return cls(
            at=counted_minute(mention),
            author=_hash(f"{mention.source}\x00{who}", 4) or 1 if who else 0,
            story=story,
            place=_place(mention.source),
            thread=_hash(mention.thread, 2) or 1 if mention.thread else 0,
            medium=_NUMBERS[medium],
            severity=round(reading.severity * 255),
            complaint=round(reading.complaint * 255),
            reach=logged(heard_by(mention)),
            shares=logged(mention.engagement.shares),
            scenario=_SCENARIO_NUMBERS.get(reading.scenario, 0),
            marks=marks,
            matters=matters,
        )


_NEGATIVE, _HISTORY, _YOUNG, _WORDLESS, _IN_THREAD, _VERIFIED, _BLAMES, _RATED, _ALWAYS, _, _, _BESIDE = map(int, Mark)
"""Flags as plain numbers: to join two as flags takes as long as all else that a signal is made of."""
_BLAMING = frozenset({Claim.CLAIM, Claim.REPORT, Claim.QUOTATION})
_NUMBERS: dict[Medium | None, int] = {None: 0} | {medium: number for number, medium in enumerate(MEDIA, start=1)}
_SCENARIO_NUMBERS: dict[str | None, int] = {scenario: number for number, scenario in enumerate(SCENARIOS, start=1)}


@lru_cache(maxsize=256)
def _place(source: str) -> int:
    return _hash(source, 2)


def matters_of(signal: Signal) -> tuple[int, ...]:
    """The places (from 1) of what it complains of in `concept_names`: at most four, the rarest first."""
    return _unpacked(signal.matters)


@lru_cache(maxsize=4_096)
def _unpacked(matters: int) -> tuple[int, ...]:
    found = []
    while matters:
        found.append(matters & 255)
        matters >>= 8
    return tuple(found)


@lru_cache(maxsize=512)
def _told(text: str, brand: str) -> tuple[int, int]:
    """(story, matters), remembered: the same is said by many in a storm."""
    return signature(text), _matters(text, brand)


def _matters(text: str, brand: str) -> int:
    """A brand's name is no matter: «Kavun Foods» is not complained of for its food."""
    numbers, own = _numbers(), _named(brand)
    found = [numbers[name] for name in concepts(text) if name not in own][:MOST_MATTERS]
    return sum(number << 8 * place for place, number in enumerate(found))


@lru_cache(maxsize=64)
def _named(brand: str) -> tuple[str, ...]:
    return concepts(brand)


@cache
def _numbers() -> dict[str, int]:
    return {name: number for number, name in enumerate(concept_names()[:255], start=1)}


def logged(count: int | None) -> int:
    """A count on a log scale in one byte: 20 steps a power of ten, up to 10 to the 12th."""
    return UNKNOWN_REACH if count is None else min(UNKNOWN_REACH - 1, round(20 * math.log10(1 + count)))


def unlogged(value: int) -> float | None:
    """About the count that was logged; None when it was unknown."""
    return None if value == UNKNOWN_REACH else float(10 ** (value / 20) - 1)


def packed(signals: tuple[Signal, ...]) -> bytes:
    return b"".join(
        _FORM.pack(
            int(signal.at.timestamp()) // 60,
            signal.author,
            signal.story,
            signal.place,
            signal.thread,
            signal.medium,
            signal.severity,
            signal.complaint,
            signal.reach,
            signal.shares,
            signal.scenario,
            signal.marks,
            signal.matters,
        )
        for signal in signals
    )


def unpacked(form: bytes) -> tuple[Signal, ...]:
    """ValueError when it is no whole number of signals."""
    if len(form) % SIZE:
        raise ValueError("no whole number of signals")
    return tuple(
        Signal._make((datetime.fromtimestamp(minute * 60, UTC), *values)) for minute, *values in _FORM.iter_unpack(form)
    )


def _host(url: str | None) -> str | None:
    """An outlet is known by its address: its writers are one voice."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.") or None if url else None
    except ValueError:
        return None


def _hash(text: str, size: int) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).digest(), "little")
