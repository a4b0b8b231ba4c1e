"""Brand24 API Data (api-data.brand24.com, OpenAPI at api-data.brand24.pl/static/js/api-data/apiDocs.json).

Secret "brand24": {"api_key"}. What others saw of it in 2026: rows have date and time (UTC), title, content (250
characters, both null for many posts of X, Facebook and Instagram), source (an address, «Tweet-ID: 1», or null), host
and category, and no id, author or reach. A call covers 31 days at most and gives 500 rows; rows count against the
plan.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from tocsin.adapters.sources.answers import json_in, json_of, refused
from tocsin.adapters.sources.found import Found, SkippedError, items_in, keys_of, line_of
from tocsin.adapters.sources.look import Deadline, heed_pause, remembered, secret_of, to_remember
from tocsin.adapters.sources.values import Parsed, address, at, medium_of, moment, name, text, title, words
from tocsin.adapters.sources.walking import Gathered
from tocsin.domain.errors import FetchError, ParseError, Trouble
from tocsin.domain.mention import Author, Medium, Post, stable_id

if TYPE_CHECKING:
    from tocsin.adapters.http_guard import GuardedHttp, HttpReply
    from tocsin.domain.source_state import Pull, SourceState
    from tocsin.domain.sources import SourceUnit
    from tocsin.ports import SecretStore

SOURCE = "brand24"
API = "https://api-data.brand24.com/api-data/v1/project"
PER_CALL = 100
MAX_CALLS = 8
OVERLAP = timedelta(hours=6)
"""Rows come late: so far back a look reads again, as long as they come newest first."""
BACKFILL = timedelta(days=3)
_TWEET = re.compile(r"\s*Tweet-ID:\s*([0-9]{1,19})\s*", re.IGNORECASE)
_LISTS = frozenset({"results", "mentions", "data"})


def parse(body: bytes, *, fetched_at: datetime, url: str | None = None, medium: str | None = None) -> Parsed:  # noqa: ARG001
    """registry.Parser. A row is known by its address and moment. ``medium`` is for rows of no known category."""
    value = json_of(body)
    found = Found(fetched_at)
    rows = items_in(value, _is_row, lists=_LISTS)
    as_medium = Medium(medium) if medium else None
    found.read(rows, lambda row: _post(row, as_medium, found))
    return found.parsed(_what, value, error=_said)


def _is_row(value: dict[str, Any]) -> bool:
    body = any(key in value for key in ("title", "content", "description"))
    return body and "date" in value and any(key in value for key in ("host", "source", "url", "URL", "category"))


def _post(row: dict[str, Any], medium: Medium | None, found: Found) -> Post:
    heading, said = title(row.get("title")), text(row.get("content") or row.get("description"))
    host = name(row.get("host") or row.get("domain"))
    category = words(row.get("category")).strip().lower()
    if not heading and not said:
        raise SkippedError(f"Brand24 gives neither title nor text for it ({category or host or 'unknown place'})")
    native, link = _native(row)
    when = _moment(row)
    author = name(row.get("author") or row.get("author_name"))
    return Post(
        id=stable_id(SOURCE, native),
        source=SOURCE,
        url=link,
        title=heading,
        text=said,
        published_at=found.when(when, f"{words(row.get('date'))} {words(row.get('time'))}"),
        fetched_at=found.fetched_at,
        author=Author(name=author or (host if category in {"news", "blogs", "blog", "web"} else None)),
        medium=medium_of(category) or medium,
    )


def _native(row: dict[str, Any]) -> tuple[str, str | None]:
    """What tells this row from all others, and its address. Words do: people edit them, and Brand24 cuts them; so
    they count only where there is no address."""
    said = words(row.get("source")) or words(row.get("url")) or words(row.get("URL"))
    if tweet := _TWEET.fullmatch(said[:100]):
        return f"x {tweet[1]}", f"https://x.com/i/web/status/{tweet[1]}"
    link = address(said)
    when = f"{words(row.get('date'))} {words(row.get('time'))}"
    if link:
        return f"{link} {when}", link
    facts = (words(row.get(key)) for key in ("id", "host", "category", "title", "content"))
    return "\n".join((when, *facts)), None


def _moment(row: dict[str, Any]) -> datetime | None:
    date, clock = words(row.get("date")).strip(), words(row.get("time")).strip()
    return moment(f"{date}T{clock}") if clock and len(date) == 10 else moment(date)


def _said(value: Any) -> str:
    if words(at(value, "status")) in {"fail", "error"}:
        return line_of(words(at(value, "message")), 300) or words(at(value, "code")) or "an error without words"
    return ""


def _what(value: Any) -> str | None:
    inner = _inner(value)
    if at(inner, "results") == [] or at(inner, "mentions") == []:
        return "a list without mentions"
    return f"an answer of another kind: {keys_of(inner)}" if isinstance(inner, dict) and inner else None


def _inner(value: Any) -> Any:
    """What the envelope holds: under ``data`` as documented, under ``message`` as it was seen to answer."""
    return next((inner for key in ("data", "message") if isinstance(inner := at(value, key), dict | list)), value)


class Connector:
    """Implements ports.MentionSource for units in mode ``project``."""

    def __init__(self, http: GuardedHttp, secrets: SecretStore) -> None:
        self._http, self._secrets = http, secrets

    def pull(self, unit: SourceUnit, state: SourceState, now: datetime, budget: timedelta) -> Pull:
        """The days since the newest row known, newest first, down to what is known."""
        key = secret_of(self._secrets, SOURCE, "api_key")["api_key"]
        cursor, got, deadline = remembered(state.cursor), Gathered(), Deadline(budget)
        heed_pause(cursor, now)
        pause: float | None = None
        known = moment(cursor.get("known")) or (state.newest_at if state.newest_at and not cursor else None)
        known = max(min(known, now), now - timedelta(days=30)) if known else now - BACKFILL
        following, newest = words(cursor.get("next")), moment(cursor.get("newest")) or known
        while got.calls < MAX_CALLS and not (got.calls and deadline.near):
            asked = {
                "date_from": (known - OVERLAP).date().isoformat(),
                "date_to": now.date().isoformat(),
                "limit": str(PER_CALL),
                **({"cursor": following} if following else {}),
            }
            url = f"{API}/{quote(unit.target, safe='')}/mentions?{urlencode(asked)}"
            try:
                value = self._ask(url, key, deadline, unit.medium, now, got)
            except (FetchError, ParseError) as error:
                if not got.calls:
                    raise
                got.warnings.append(f"stopped early: {error}")
                pause = getattr(error, "retry_after", None)
                break
            moments = [when for row in items_in(value, _is_row) if (when := _moment(row))]
            newest = max(newest, *(min(when, now) for when in moments), known)
            following = _next(value)
            ordered = len(moments) > 1 and moments == sorted(moments, reverse=True)
            if not following or (ordered and moments[-1] < known - OVERLAP):
                return got.pull(to_remember(known=newest.isoformat()))
        until = int(now.timestamp() + pause) if pause else None
        left = to_remember(known=known.isoformat(), newest=newest.isoformat(), next=following or None, pause=until)
        return got.pull(left, again=not pause, halfway=True)

    def _ask(self, url: str, key: str, deadline: Deadline, medium: str, now: datetime, got: Gathered) -> Any:
        reply = self._http.get(url, {"Accept": "application/json"}, deadline.left, private={"X-Api-Key": key})
        value = _answer(reply)
        parsed = parse(reply.body, fetched_at=now, medium=medium)
        got.add(parsed, reply)
        return value


def _next(value: Any) -> str:
    """The next page's cursor. A page may be empty and still have one."""
    inner = _inner(value)
    more = at(inner, "has_more_mentions") is True or at(value, "has_more_mentions") is True
    said = words(at(inner, "cursor")) or words(at(value, "cursor"))
    return said if more and len(said) <= 2_000 else ""


def _answer(reply: HttpReply) -> Any:
    value = json_in(reply)
    said = _said(value)
    if reply.status != 200:
        raise refused(reply, said=said)
    inner = _inner(value)
    if said or not isinstance(inner, dict | list):
        raise FetchError(f"Brand24: «{said or keys_of(value)}»", trouble=Trouble.FORMAT)
    if isinstance(inner, dict) and not any(isinstance(inner.get(key), list) for key in ("results", "mentions")):
        raise FetchError(f"Brand24 gave no list of mentions, but {keys_of(inner)}", trouble=Trouble.FORMAT)
    return value
