"""What we read in a mention."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from tocsin.domain.mention import Mention
from tocsin.domain.model import Frozen

GRAVE = 0.7
"""Severity from which one mention is grave: harm, death, leak, discrimination, fraud."""
COMPLAINS = 0.5
"""From here on a mention is a complaint, whatever its tone."""

Unit = Annotated[float, Field(ge=0, le=1)]
ReaderKind = Literal["own", "comprehend", "bedrock"]


def rounded(figure: float, parts: int) -> float:
    """To so many parts of one. As ``round`` does it, save that a figure is not written out and read again for it: for
    figures of which nobody knows a last decimal, not for halves of what was rounded before. A nought keeps its sign."""
    return round(figure * parts) / parts or 0.0 * figure


class Sentiment(StrEnum):
    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


class Aim(StrEnum):
    """What the brand has to do with the matter that is told of."""

    BRAND = "brand"
    """It did it, or answers for it."""
    STRUCK = "struck"
    """It happened to the brand: it was hit, robbed, copied."""
    BESIDE = "beside"
    """The brand is the place, the bystander or the helper."""
    WARNS = "warns"
    """The brand itself warns of it."""
    OTHER = "other"
    """It is about somebody else, a competitor or the weather."""


class Claim(StrEnum):
    """How the matter is told."""

    CLAIM = "claim"
    DENIAL = "denial"
    QUESTION = "question"
    QUOTATION = "quotation"
    REPORT = "report"
    FICTION = "fiction"


class Reading(Frozen):
    """``score`` runs from -1 (negative) to 1 (positive), and is about the brand where that is known; ``language`` is
    'und' when unsure (``language_confidence``: how sure), ``mixed`` when two are mixed. ``severity`` is aimed: what
    merely happened beside the brand is not grave. ``evidence``: the words that made it grave. ``complaint``: how
    surely somebody complains, wants something mended, rather than only dislikes. ``said_by``: who gave the sentiment;
    all else is ours."""

    language: str = "und"
    sentiment: Sentiment = Sentiment.NEUTRAL
    score: Annotated[float, Field(ge=-1, le=1)] = 0.0
    confidence: Unit = 0.0
    topics: tuple[str, ...] = ()
    severity: Unit = 0.0
    scenario: str | None = None
    aim: Aim = Aim.BRAND
    claim: Claim = Claim.CLAIM
    complaint: Unit = 0.0
    evidence: Annotated[str, StringConstraints(max_length=200)] | None = None
    mixed: bool = False
    language_confidence: Unit = 0.0
    said_by: ReaderKind = "own"

    @classmethod
    def of(cls, **read: Any) -> "Reading":
        """Our own reading, of figures that are right as they are: all of them but ``said_by``, in the order above. What
        is checked one by one takes as long as finding the text's words."""
        one = cls.__new__(cls)
        put = object.__setattr__
        put(one, "__pydantic_fields_set__", _TOLD)
        put(one, "__pydantic_extra__", None)
        put(one, "__pydantic_private__", None)
        read["said_by"] = "own"
        put(one, "__dict__", read)
        return one

    @property
    def negative(self) -> bool:
        return self.sentiment is Sentiment.NEGATIVE

    @property
    def grave(self) -> bool:
        return self.severity >= GRAVE


_TOLD = set(Reading.model_fields) - {"said_by"}
"""What is told in each of ours: one set for all, since nothing changes in a frozen value, and a copy has its own."""


class ScoredMention(Frozen):
    """``history``: it was there before its source was first heard; it seeds the baseline and pages nobody.
    ``always``: the client's file asks for an alert whenever such a thing is said, or such a one speaks."""

    mention: Mention
    reading: Reading
    history: bool = False
    always: bool = False

    @property
    def matters(self) -> bool:
        """Is it one that the index weighs: negative, grave or a complaint?"""
        return self.reading.negative or self.reading.grave or self.reading.complaint >= COMPLAINS

    @property
    def gravity(self) -> float:
        """Order in which a person should look: grave first, then the most negative, then the widest heard."""
        followers = self.mention.author.followers or 0
        return self.reading.severity * 100 - self.reading.score * 10 + min(len(str(followers)), 9)


def by_gravity(mentions: Iterable[ScoredMention], limit: int) -> tuple[ScoredMention, ...]:
    """Gravest first; of the equally grave the newest, since older ones were shown before."""
    ordered = sorted(mentions, key=lambda scored: (scored.gravity, scored.mention.published_at), reverse=True)
    return tuple(ordered[:limit])
