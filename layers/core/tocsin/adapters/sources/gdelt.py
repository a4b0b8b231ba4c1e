"""GDELT DOC 2.0 (blog.gdeltproject.org/gdelt-doc-2-0-api-debuts): the world's news by headline, free and best effort.

One call in 5 seconds and address, for all units together; since 2026 it sheds load with 429 whatever one does, so it is
left alone for minutes then. An answer holds 250 articles at most and no cursor: the window walks down. An empty body
means «nothing found». ``seendate`` is when GDELT saw an article, not when it was published. Cite GDELT.
"""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from tocsin.adapters.sources.answers import json_of, refused
from tocsin.adapters.sources.found import Found, SkippedError, items_in
from tocsin.adapters.sources.gdelt_text import articles_of, mended, name_of, repaired, tag_of
from tocsin.adapters.sources.values import Parsed, address, addresses, at, moment, title, words
from tocsin.adapters.sources.walking import Page, quoted, walk
from tocsin.domain.errors import FetchError, ParseError, Trouble
from tocsin.domain.mention import Author, Medium, Post, stable_id
from tocsin.domain.source_state import Pull
from tocsin.domain.text import clip, html_to_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from tocsin.adapters.http_guard import GuardedHttp, HttpReply
    from tocsin.domain.source_state import SourceState
    from tocsin.domain.sources import SourceUnit
    from tocsin.ports import SecretStore

SOURCE = "gdelt"
SEARCH = "https://api.gdeltproject.org/api/v2/doc/doc"
PER_CALL = 250
PACE = 5.5
"""Seconds between two calls."""
BACK_OFF = 300.0
"""Seconds to leave it alone when it sheds load and names no time."""
MAX_QUERY = 200
LEFT_FOR_IT = timedelta(seconds=8)
"""What the call itself may need, once its turn has come."""
SHORTEST_TERM = 3
"""GDELT refuses a whole query for one shorter phrase."""
OVERLAP = timedelta(hours=2)
BACKFILL = timedelta(days=3)
_SLOWER = ("limit requests", "too many requests", "rate limit", "high traffic", "bulk", "try again later")
_LISTS = frozenset({"articles"})


def parse(body: bytes, *, fetched_at: datetime, url: str | None = None, medium: str | None = None) -> Parsed:  # noqa: ARG001
    """registry.Parser. An article is known by its address. Raise ParseError for a notice in plain text or HTML
    (``trouble`` THROTTLED where it asks for patience)."""
    if not body.strip():
        return Parsed(warnings=("no posts: an empty answer, by which GDELT says that it found nothing",))
    value, broken = _read(body)
    found = Found(fetched_at)
    if broken:
        found.warn(f"{broken:,} articles cannot be read: GDELT wrote broken JSON")
    articles = items_in(value, _is_article, lists=_LISTS)
    as_medium = Medium(medium) if medium else Medium.NEWS
    found.read(articles, lambda article: _post(article, as_medium, found))
    return found.parsed(_what, value)


def _read(body: bytes) -> tuple[Any, int]:
    """The answer's value, and how many articles of it are beyond repair."""
    try:
        return json_of(body), 0
    except ParseError as error:
        text = body.decode("utf-8-sig", "replace").strip()
        if not text.startswith(("{", "[")):
            said = clip(" ".join(html_to_text(text[:20_000]).split()), 200)
            slower = any(sign in said.lower() for sign in _SLOWER)
            raise ParseError(
                f"GDELT says in plain words: «{said}»", trouble=Trouble.THROTTLED if slower else Trouble.FORMAT
            ) from None
        try:
            return json_of(repaired(text).encode()), 0
        except ParseError:
            good, broken = articles_of(text)
            if not good:
                raise error from None
            return good, broken


def _is_article(value: dict[str, Any]) -> bool:
    return isinstance(value.get("url"), str) and any(key in value for key in ("seendate", "sourcecountry", "domain"))


def _post(article: dict[str, Any], medium: Medium, found: Found) -> Post:
    link = address(article.get("url")) or address(article.get("url_mobile"))
    heading = title(mended(words(article.get("title"))[:10_000]))
    if link is None or heading is None:
        raise SkippedError("it has no address" if link is None else "it has no title, and GDELT gives no text")
    when = moment(article.get("seendate"))
    host = words(article.get("domain")) or urlsplit(link).hostname or ""
    return Post(
        id=stable_id(SOURCE, link),
        source=SOURCE,
        url=link,
        title=heading,
        language=tag_of(words(article.get("language"))),
        published_at=found.when(when, article.get("seendate")),
        fetched_at=found.fetched_at,
        author=Author(name=title(host[:300]), url=address(f"https://{host}/")),
        media=addresses([article.get("socialimage")]),
        medium=medium,
    )


def _what(value: Any) -> str | None:
    if value == {} or at(value, "articles") == []:
        return "a search without results"
    if at(value, "timeline") is not None:
        return "a timeline of how much was published"
    return None


class Connector:
    """Implements ports.MentionSource for units in mode ``search``. One instance keeps GDELT's pace for all of them."""

    def __init__(
        self,
        http: GuardedHttp,
        secrets: SecretStore,  # noqa: ARG002 needs none
        *,
        pace: float = PACE,
        sleep: Callable[[float], None] = time.sleep,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._http, self._pace, self._sleep, self._timer = http, pace, sleep, timer
        self._lock = threading.Lock()
        self._free_at = timer()

    def pull(self, unit: SourceUnit, state: SourceState, now: datetime, budget: timedelta) -> Pull:
        """One call a look. Where other units have taken the turns of this look, nothing is asked and ``again`` set."""
        wait = self._take_turn(budget - LEFT_FOR_IT)
        if wait is None:
            return Pull(calls=0, cursor=state.cursor, again=True)
        self._sleep(wait)

        def ask(query: str, since: datetime, until: datetime, left: timedelta) -> Page:
            asked = {
                "query": query,
                "mode": "artlist",
                "format": "json",
                "maxrecords": str(PER_CALL),
                "sort": "datedesc",
                "startdatetime": _stamp(since),
                "enddatetime": _stamp(until),
            }
            return self._ask(f"{SEARCH}?{urlencode(asked)}", left, unit.medium, now)

        return walk(
            state,
            now,
            budget - timedelta(seconds=wait),
            queries=_queries(unit),
            ask=ask,
            overlap=OVERLAP,
            backfill=BACKFILL,
            most_calls=1,
        )

    def _take_turn(self, patience: timedelta) -> float | None:
        """Seconds until our turn, which is taken with this; None when that is too long."""
        with self._lock:
            moment_now = self._timer()
            wait = max(0.0, self._free_at - moment_now)
            if wait > patience.total_seconds():
                return None
            self._free_at = moment_now + wait + self._pace
            return wait

    def _ask(self, url: str, left: timedelta, medium: str, now: datetime) -> Page:
        reply = self._http.get(url, {"Accept": "application/json"}, left, accept_throttle=True)
        parsed = _parsed(reply, now, medium)
        oldest = min((post.published_at for post in parsed.posts), default=None)
        return Page(
            parsed,
            reply,
            full=len(parsed.posts) + len(parsed.warnings) >= PER_CALL,
            oldest=oldest,
        )


def _parsed(reply: HttpReply, now: datetime, medium: str) -> Parsed:
    """Raise FetchError for what is no answer: GDELT says the same with status 200 and 429."""
    try:
        if reply.status == 200:
            return parse(reply.body, fetched_at=now, medium=medium)
        said = clip(" ".join(html_to_text(reply.body[:20_000].decode("utf-8", "replace")).split()), 200)
        error = refused(reply, said=said)
    except ParseError as problem:
        error = FetchError(problem.reason, trouble=problem.trouble)
    if error.trouble is Trouble.THROTTLED and error.retry_after is None:
        error.retry_after = BACK_OFF
    raise error


def _queries(unit: SourceUnit) -> tuple[str, ...]:
    language = name_of(unit.locale) if unit.locale else None
    narrowed = f" sourcelang:{language or unit.locale}" if unit.locale else ""
    if unit.target:
        return (f"{unit.target}{narrowed}",)
    phrases = quoted((term for term in unit.terms if len(term) >= SHORTEST_TERM), limit=MAX_QUERY - len(narrowed) - 2)
    return tuple(f"({phrase}){narrowed}" if " OR " in phrase else f"{phrase}{narrowed}" for phrase in phrases)


def _stamp(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y%m%d%H%M%S")
