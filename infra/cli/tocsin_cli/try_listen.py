"""Asks the free sources about a brand, once, without a client's file, an account or AWS."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tocsin.adapters.http_guard import GuardedHttp
from tocsin.adapters.memory import MemorySecrets
from tocsin.adapters.sources.registry import Connectors
from tocsin.domain.client import Client
from tocsin.domain.client_file import parse_client
from tocsin.domain.errors import FetchError, ParseError, SecretError
from tocsin.domain.matching import TermMatcher
from tocsin.domain.mention import Mention, Post
from tocsin.domain.official import concerning
from tocsin.domain.source_state import SourceState
from tocsin.domain.sources import SourceUnit, units_of
from tocsin.ports import MentionSource

LOOK = timedelta(seconds=30)
"""A first look reaches back for days: it may take longer than one of each minute."""
MOST_LOOKS = 4
WORKERS = 8

EDITIONS = {"uk": ["uk-UA", "ru-UA"], "es": ["es-ES", "es-419-MX"], "en": ["en-US", "en-GB"]}
ZONES = {"uk": "Europe/Kyiv", "es": "Europe/Madrid", "en": "Europe/London"}


@dataclass(frozen=True)
class Heard:
    """What one source gave. ``undated``: posts left out, since nothing says when they were written."""

    source: str
    posts: int = 0
    mentions: tuple[Mention, ...] = ()
    undated: int = 0
    reason: str | None = None
    """Why it could not be read, or None."""


def imagined(
    brand: str, terms: Sequence[str], lang: str, zone: str | None, feeds: Sequence[str], *, ask: bool
) -> Client:
    """A client in memory with every source that needs no key. Raise ClientFileError. ``ask``: search the web too."""
    sources: list[dict[str, Any]] = [{"kind": "rss", "urls": list(feeds)}] if feeds else []
    if ask:
        sources += [
            {"kind": "googlenews", "editions": EDITIONS.get(lang, EDITIONS["en"])},
            {"kind": "gdelt", "languages": [lang] if lang in EDITIONS else []},
            {"kind": "reddit"},
            {"kind": "mastodon"},
        ]
        if lang == "en":
            sources.append({"kind": "hackernews"})
    return parse_client(
        {
            "client": "try",
            "name": brand,
            "timezone": zone or ZONES.get(lang, "UTC"),
            "language": lang,
            "brands": [{"name": brand, "terms": list(dict.fromkeys(terms or [brand]))}],
            "sources": sources,
            "responders": [{"name": "Nobody", "email": "nobody@try.example"}],
        },
        origin="tocsin try",
    )


def connectors(allow_hosts: Iterable[str]) -> Mapping[str, MentionSource]:
    return Connectors(GuardedHttp(allow_hosts=frozenset(allow_hosts)), MemorySecrets())


def listen(client: Client, sources: Mapping[str, MentionSource], days: int, now: datetime) -> tuple[Heard, ...]:
    """Every source at once; one that fails says why and keeps no other from being heard."""
    units = [_reaching_back(unit, days) for unit in units_of(client) if not unit.keyed]
    if not units:
        return ()
    matchers = {brand.name: TermMatcher(brand) for brand in client.brands}
    with ThreadPoolExecutor(max_workers=min(WORKERS, len(units))) as pool:
        return tuple(pool.map(lambda unit: _heard(client, unit, sources, matchers, days, now), units))


def _reaching_back(unit: SourceUnit, days: int) -> SourceUnit:
    """Google News is asked for a day when it is asked every quarter of an hour."""
    return unit.model_copy(update={"url": unit.url.replace("when%3A1d", f"when%3A{days}d")})


def _heard(
    client: Client,
    unit: SourceUnit,
    sources: Mapping[str, MentionSource],
    matchers: Mapping[str, TermMatcher],
    days: int,
    now: datetime,
) -> Heard:
    posts: dict[str, Post] = {}
    since = now - timedelta(days=days)
    state = SourceState(source_id=unit.id, newest_at=since)
    reason = None
    try:
        for _ in range(MOST_LOOKS):
            pull = sources[unit.kind].pull(unit, state, now, LOOK)
            posts |= {post.id: post for post in pull.posts}
            if not pull.again:
                break
            state = state.model_copy(update={"cursor": pull.cursor})
    except (FetchError, ParseError, SecretError) as error:
        reason = None if posts else str(error)
    except Exception as error:  # noqa: BLE001 one source's fault is told, and the others are heard
        reason = None if posts else f"internal error: {type(error).__name__}"
    dated = [post for post in posts.values() if post.published_at < post.fetched_at]
    recent = [post for post in dated if post.published_at >= since]
    mentions = tuple(concerning(recent, dated, unit, client.brands, matchers))
    return Heard(unit.shown, len(posts), mentions, len(posts) - len(dated), reason)


def distinct(heard: Iterable[Heard]) -> Iterator[Mention]:
    known: set[tuple[str, str]] = set()
    for each in heard:
        for mention in each.mentions:
            if (mention.brand, mention.id) not in known:
                known.add((mention.brand, mention.id))
                yield mention
