"""Invented alerts, fixed ones and arbitrary ones."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from tocsin.domain.alert import Alert, AlertMention, AlertStory, Also, Due, DueKind, Heard, Told
from tocsin.domain.client import Language
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, Channel
from tocsin.domain.reasons import Reason, ReasonName
from tocsin.domain.voice import Voice

AT = datetime(2026, 11, 22, 1, 14, tzinfo=UTC)
LANGUAGES: tuple[Language, ...] = ("en", "uk", "es")


def mention(**changes: Any) -> AlertMention:
    facts: dict[str, Any] = {
        "title": "Діти в лікарні після тістечок «Аврори»",
        "excerpt": "Троє дітей із температурою.",
        "url": "https://t.me/podil/8841",
        "author": "Поділ сьогодні",
        "followers": 84_300,
        "published_at": AT - timedelta(minutes=37),
        "language": "uk",
    }
    return AlertMention(**facts | changes)


def alert(**changes: Any) -> Alert:
    facts: dict[str, Any] = {
        "id": "aurora-1/1/email/duty@agency.example",
        "incident_id": "aurora-1",
        "kind": AlertKind.RAISED,
        "client_name": "Пекарні «Аврора»",
        "brand": "Аврора",
        "level": Level.CRISIS,
        "index": 78.9,
        "reasons": (
            Reason(name=ReasonName.REACH, points=6, count=138_400, minutes=60),
            Reason(name=ReasonName.SURGE, points=34, count=47, minutes=60, usual=2.6),
        ),
        "opened_at": AT - timedelta(minutes=16),
        "at": AT,
        "recipient": "duty@agency.example",
        "language": "uk",
        "timezone": "Europe/Kyiv",
        "negative": 47,
        "total": 62,
        "window_minutes": 60,
        "mentions": (mention(),),
        "others": (Told(name="Олена Коваль", channels=(Channel.SMS, Channel.EMAIL)),),
    }
    return Alert(**facts | changes)


_LINKS = st.one_of(
    st.none(),
    st.text(max_size=40),
    st.builds("https://{}/{}".format, st.sampled_from(["t.me", "новини.укр", "e.example"]), st.text(max_size=90)),
    st.builds("https://e.example/{}".format, st.text(alphabet="ab[]~^{}|€й%/?=&", max_size=200)),
)
_COUNTS = st.integers(min_value=0, max_value=3_000_000)

MENTIONS = st.builds(
    AlertMention,
    title=st.text(max_size=400),
    excerpt=st.text(max_size=900),
    url=_LINKS,
    author=st.none() | st.text(max_size=200),
    followers=st.none() | _COUNTS,
    published_at=st.just(AT),
    language=st.sampled_from(["uk", "und", "", "ar", '"><script>']),
    voice=st.none() | st.sampled_from(Voice),
    before=st.none() | _COUNTS,
)
REASONS = st.builds(
    Reason,
    name=st.sampled_from(ReasonName),
    points=st.floats(min_value=0, max_value=100),
    count=_COUNTS,
    minutes=st.integers(min_value=1, max_value=10_000),
    usual=st.none() | st.floats(min_value=0, max_value=10_000),
    share=st.none() | st.floats(min_value=0, max_value=1),
)
CODES = st.text("abcXYZ019", min_size=12, max_size=12)
ANSWERS = st.builds(
    "{}/a/{}".format,
    st.sampled_from(["https://t.ua", "https://abc123defg.execute-api.eu-central-1.amazonaws.com"]),
    CODES,
)
"""Addresses of answering pages, as short and as long as they come."""
ALERTS = st.builds(
    Alert,
    id=st.text(max_size=200),
    incident_id=st.text(max_size=200),
    kind=st.sampled_from(AlertKind),
    client_name=st.text(max_size=150),
    brand=st.text(max_size=200) | st.text(alphabet="АВРОРАaurора€^ íéñ'\u202e\n", max_size=200),
    level=st.sampled_from(Level),
    index=st.floats(min_value=0, max_value=100),
    reasons=st.lists(REASONS, max_size=10).map(tuple),
    opened_at=st.datetimes(AT.replace(year=2025, tzinfo=None), AT.replace(tzinfo=None), timezones=st.just(UTC)),
    at=st.just(AT),
    recipient=st.just("duty@agency.example"),
    language=st.sampled_from(LANGUAGES),
    timezone=st.sampled_from(["Europe/Kyiv", "America/St_Johns", "No/Where", "../etc"]),
    negative=_COUNTS,
    total=_COUNTS,
    window_minutes=st.integers(min_value=1, max_value=10_000),
    mentions=st.lists(MENTIONS, max_size=4).map(tuple),
    heard=st.none()
    | st.builds(
        Heard,
        healthy=st.integers(0, 400),
        total=st.integers(0, 400),
        ill=st.lists(st.text(max_size=80), max_size=6).map(tuple),
        sampled=st.integers(0, 9),
    ),
    story=st.none()
    | st.builds(AlertStory, title=st.text(max_size=200), size=_COUNTS, since=st.just(AT - timedelta(hours=5))),
    missed=st.lists(st.text(max_size=150), max_size=5).map(tuple),
    holders=st.lists(st.text(max_size=150), max_size=3).map(tuple),
    yours=st.booleans(),
    also=st.lists(st.builds(Also, brand=st.text(max_size=90), level=st.sampled_from(Level)), max_size=3).map(tuple),
    text=st.none() | st.text(max_size=400),
    declared=st.none() | st.tuples(st.text(max_size=150), st.text(max_size=400)),
    due=st.lists(
        st.builds(
            Due,
            kind=st.sampled_from(DueKind),
            words=st.none() | st.text(max_size=400),
            at=st.none() | st.just(AT - timedelta(hours=30)) | st.just(AT + timedelta(minutes=9)),
        ),
        max_size=10,
    ).map(tuple),
    others=st.lists(
        st.builds(Told, name=st.text(max_size=150), channels=st.lists(st.sampled_from(Channel), max_size=3).map(tuple)),
        max_size=50,
    ).map(tuple),
)
