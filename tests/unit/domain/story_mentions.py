"""Scored mentions for the tests of stories and voices."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tocsin.domain.mention import Author, Medium, Mention
from tocsin.domain.reading import Reading, ScoredMention, Sentiment

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)


def said(text: str, number: int = 0, **more: Any) -> ScoredMention:
    """A negative mention, ``minutes`` after NOW, by one of its own where nobody is named."""
    at = NOW + timedelta(minutes=more.pop("minutes", number))
    reading = Reading(
        language=more.pop("language", "en"),
        sentiment=more.pop("sentiment", Sentiment.NEGATIVE),
        score=more.pop("score", -0.5),
        severity=more.pop("severity", 0.2),
        scenario=more.pop("scenario", None),
    )
    given = {
        "id": f"social:{number}",
        "source": "social",
        "brand": "Lumea",
        "text": text,
        "published_at": at,
        "fetched_at": at,
        "author": Author(handle=f"writer{number}"),
        "medium": Medium.SOCIAL,
    }
    return ScoredMention(mention=Mention(**{**given, **more}), reading=reading)
