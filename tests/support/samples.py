"""Invented people, posts and clients for tests."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tocsin.domain.client import Client
from tocsin.domain.client_file import parse_client
from tocsin.domain.mention import Author, Mention, stable_id
from tocsin.domain.reading import Reading, ScoredMention, Sentiment

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def client(**changes: Any) -> Client:
    data: dict[str, Any] = {
        "client": "aurora",
        "name": "Aurora Bakery",
        "timezone": "Europe/Kyiv",
        "language": "uk",
        "brands": [{"name": "Аврора", "terms": ["Аврора", "Aurora"]}],
        "sources": [{"kind": "rss", "urls": ["https://news.example/feed.xml"]}],
        "responders": [
            {"name": "Duty desk", "email": "duty@agency.example", "phone": "+380441234567", "language": "uk"},
            {"name": "Deputy", "email": "deputy@agency.example", "phone": "+34911234567", "language": "es"},
        ],
    }
    return parse_client(data | changes)


def mention(number: int, *, at: datetime = NOON, brand: str = "Аврора", **changes: Any) -> Mention:
    facts: dict[str, Any] = {
        "id": stable_id("rss", f"https://news.example/{number}"),
        "source": "rss",
        "brand": brand,
        "url": f"https://news.example/{number}",
        "title": f"Post {number}",
        "text": "Аврора: жах, отруїлися всією родиною",
        "published_at": at,
        "fetched_at": at + timedelta(minutes=1),
    }
    return Mention(**facts | changes)


def scored(
    number: int,
    *,
    at: datetime = NOON,
    negative: bool = True,
    severity: float = 0.3,
    followers: int | None = None,
    **changes: Any,
) -> ScoredMention:
    reading = Reading(
        language="uk",
        sentiment=Sentiment.NEGATIVE if negative else Sentiment.POSITIVE,
        score=-0.6 if negative else 0.6,
        confidence=0.5,
        severity=severity if negative else 0.0,
    )
    return ScoredMention(mention=mention(number, at=at, author=Author(followers=followers), **changes), reading=reading)
