"""What a cause card might say, found in what people wrote: a proposal with its quotation, never set by itself.

A person reads the quotation and sets what is so. Whose conduct is told of is a part («the courier»), never a name:
whoever is accused by strangers is a person with rights. Private words are never quoted.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tocsin.domain.author_record import author_key
from tocsin.domain.brand import Brand
from tocsin.domain.case.cause import Quotation
from tocsin.domain.case.findings import BRAND, Found, days, demands, parts, places, things
from tocsin.domain.matching import TermMatcher
from tocsin.domain.mention import Medium
from tocsin.domain.reading import Aim, ScoredMention
from tocsin.domain.signature import alike, signature
from tocsin.domain.story import moment_of
from tocsin.domain.text import clip
from tocsin.domain.tokens import clean

MOST = 3
"""Proposals of one part."""
SENTENCES, LONGEST, QUOTED = 12, 400, 300
"""Of a mention: sentences looked at, their characters, and of these how many are quoted."""
_LOOKED_AT = 4_000
_ENDS = re.compile(r"(?<=[.!?…])\s+|\n+")
_URL = re.compile(r"https?://\S+|www\.\S+")


class Part(StrEnum):
    """The fields of the card that can be found in texts; by the names of `Cause`."""

    PRODUCT = "product"
    PLACE = "place"
    DATE = "date"
    CONDUCT = "conduct"
    DEMANDED = "demanded"


class Proposal(NamedTuple):
    """``words``: what the card would say; of a date an ISO day by the client's clock. ``quotation``: where it stands.
    ``voices``: how many different authors say it, at least 1."""

    part: Part
    words: str
    quotation: Quotation
    voices: int


@dataclass
class _Said:
    """One thing, as several said it. Copies of one text weigh as one."""

    words: str
    quotation: Quotation
    gravity: float
    vague: bool
    voices: set[str] = field(default_factory=set)
    wordings: set[int] = field(default_factory=set)

    @property
    def rank(self) -> tuple[bool, int, int, float, str]:
        return self.vague, -len(self.wordings), -len(self.voices), -self.gravity, self.words


def proposed(heard: Iterable[ScoredMention], brand: Brand, zone: ZoneInfo) -> tuple[Proposal, ...]:
    """For each part the likeliest few, said in most wordings first."""
    told: dict[tuple[Part, str], _Said] = {}
    matcher = TermMatcher(brand)
    for scored in heard:
        if not _counts(scored):
            continue
        mention = scored.mention
        who, wording = author_key(mention) or mention.id, signature(mention.words)
        for sentence in _sentences(mention.words):
            for part, found in _found(sentence, matcher, scored, zone):
                quotation = _quotation(sentence, scored)
                said = told.setdefault(
                    (part, found.key), _Said(found.words, quotation, scored.gravity, vague=found.vague)
                )
                if scored.gravity > said.gravity:
                    said.words, said.quotation, said.gravity = found.words, quotation, scored.gravity
                said.voices.add(who)
                said.wordings.add(wording)
    return tuple(
        Proposal(part, clip(said.words, QUOTED), said.quotation, len(said.voices))
        for part in Part
        for said in sorted((said for (of, _), said in told.items() if of is part), key=lambda said: said.rank)[:MOST]
    )


def quotable(heard: Iterable[ScoredMention], limit: int = 5) -> tuple[Quotation, ...]:
    """The gravest sentences, each of another wording; none from private words."""
    quoted: list[Quotation] = []
    seen: list[int] = []
    for scored in sorted(heard, key=lambda each: (-each.gravity, moment_of(each))):
        if len(quoted) == limit:
            break
        sentences = _sentences(scored.mention.words) if _counts(scored) else []
        said = signature(scored.mention.words)
        if not sentences or any(alike(said, each) for each in seen):
            continue
        seen.append(said)
        evidence = (scored.reading.evidence or "").casefold()
        best = next((each for each in sentences if evidence and evidence in each.casefold()), sentences[0])
        quoted.append(_quotation(best, scored))
    return tuple(quoted)


def _counts(scored: ScoredMention) -> bool:
    private = scored.mention.medium is Medium.PRIVATE
    return scored.matters and not private and scored.reading.aim not in {Aim.OTHER, Aim.WARNS}


def _sentences(text: str) -> list[str]:
    plain = _URL.sub(" ", clean(text[:_LOOKED_AT]))
    pieces = (" ".join(piece.split())[:LONGEST] for piece in _ENDS.split(plain))
    return [piece for piece in pieces if any(char.isalpha() for char in piece)][:SENTENCES]


def _found(sentence: str, matcher: TermMatcher, scored: ScoredMention, zone: ZoneInfo) -> Iterator[tuple[Part, Found]]:
    masked = sentence
    for start, end in reversed(matcher.spans(sentence)):
        masked = masked[:start] + BRAND + masked[end:]
    lower = masked.casefold()
    written = moment_of(scored).astimezone(zone).date()
    yield from ((Part.PRODUCT, one) for one in things(masked))
    yield from ((Part.PLACE, one) for one in places(masked, scored.reading.language))
    yield from ((Part.DATE, one) for one in days(lower, written))
    yield from ((Part.CONDUCT, one) for one in parts(lower))
    yield from ((Part.DEMANDED, one) for one in demands(sentence))


def _quotation(sentence: str, scored: ScoredMention) -> Quotation:
    url = scored.mention.url
    short = url if url and len(url) <= QUOTED else None
    return Quotation(words=clip(sentence, QUOTED), mention_id=scored.mention.id, url=short)
