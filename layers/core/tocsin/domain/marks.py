"""What a person said of one mention, and what follows for its reading, the counters and the signals."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from tocsin.domain.controls import Who
from tocsin.domain.counters import Counts, MinuteCounts, counted_minute
from tocsin.domain.model import Frozen, UtcDatetime
from tocsin.domain.reading import Aim, Reading, ScoredMention, Sentiment

SURELY_NEGATIVE = -0.6
"""The score of what a person calls negative, where the reader saw nothing in it."""


class Verdict(StrEnum):
    """``value`` is what is said on the command line."""

    NOT_NEGATIVE = "not-negative"
    """It is no criticism: it counts as a neutral mention."""
    NOT_US = "not-us"
    """It is not of this brand: it counts as nothing."""
    OLD = "old"
    """An old story that came up again: it counts as history, which pages nobody."""
    NEGATIVE = "negative"
    """The reader missed a criticism."""


class Correction(Frozen):
    """``reading`` and ``history`` as they were before any mark; ``verdict`` None: it was taken back.

    It quotes nobody: words and author stand in the mention alone, and go with it."""

    brand: str
    mention_id: str
    verdict: Verdict | None
    by: Who
    at: UtcDatetime
    reading: Reading
    history: bool
    version: Annotated[int, Field(ge=1)] = 1


def first(scored: ScoredMention, brand: str, verdict: Verdict | None, *, by: str, at: datetime) -> Correction:
    """The first mark of a mention."""
    return Correction(
        brand=brand,
        mention_id=scored.mention.id,
        verdict=verdict,
        by=by,
        at=at,
        reading=scored.reading.model_copy(update={"evidence": None}),
        history=scored.history,
    )


def original(scored: ScoredMention, correction: Correction) -> ScoredMention:
    """The mention as it was read before any mark."""
    return scored.model_copy(update={"reading": correction.reading, "history": correction.history})


def corrected(scored: ScoredMention, verdict: Verdict | None) -> ScoredMention:
    """The mention as it is read from now on."""
    reading = scored.reading
    match verdict:
        case None:
            return scored
        case Verdict.NOT_NEGATIVE:
            return scored.model_copy(update={"reading": _harmless(reading)})
        case Verdict.NOT_US:
            return scored.model_copy(update={"reading": _harmless(reading).model_copy(update={"aim": Aim.OTHER})})
        case Verdict.OLD:
            return scored.model_copy(update={"history": True})
        case Verdict.NEGATIVE:
            said = {
                "sentiment": Sentiment.NEGATIVE,
                "score": min(reading.score, SURELY_NEGATIVE),
                "confidence": 1.0,
                "aim": Aim.BRAND,
            }
            return scored.model_copy(update={"reading": reading.model_copy(update=said)})


def counted(scored: ScoredMention, verdict: Verdict | None) -> ScoredMention | None:
    """What counters and signals know of it from now on; None: nothing, since it is not of this brand."""
    return None if verdict is Verdict.NOT_US else corrected(scored, verdict)


def changed(before: ScoredMention | None, after: ScoredMention | None) -> tuple[MinuteCounts, ...]:
    """What is to be added to its minute's counters; where less is counted from now on, less than nought."""
    known = after or before
    if known is None:
        return ()
    sums = {False: dict.fromkeys(Counts.model_fields, 0), True: dict.fromkeys(Counts.model_fields, 0)}
    for scored, sign in ((after, 1), (before, -1)):
        if scored is not None:
            for name, count in Counts.of(scored).model_dump().items():
                sums[scored.history][name] += sign * count
    if not any(any(each.values()) for each in sums.values()):
        return ()
    minute = counted_minute(known.mention)
    return (MinuteCounts(minute=minute, counts=Counts(**sums[False]), history=Counts(**sums[True])),)


def _harmless(reading: Reading) -> Reading:
    return reading.model_copy(
        update={
            "sentiment": Sentiment.NEUTRAL,
            "score": max(reading.score, 0.0),
            "severity": 0.0,
            "scenario": None,
            "complaint": 0.0,
            "evidence": None,
        }
    )
