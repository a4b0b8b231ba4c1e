"""NewsAPI v2 (newsapi.org/docs): articles that name a term.

Secret "newsapi": {"api_key"}. The free plan allows 100 calls a day, shows articles a day late and is for development
only; so where the newest article that we ever saw is old, the window reaches back further. Content is cut by NewsAPI.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

from tocsin.adapters.sources.answers import json_in, json_of, refused
from tocsin.adapters.sources.found import Found, SkippedError, items_in, line_of, named
from tocsin.adapters.sources.look import secret_of
from tocsin.adapters.sources.values import (
    Parsed,
    address,
    addresses,
    at,
    count,
    items,
    moment,
    name,
    tag,
    text,
    title,
    words,
)
from tocsin.adapters.sources.walking import Page, quoted, walk
from tocsin.domain.errors import FetchError, Trouble
from tocsin.domain.mention import MAX_TEXT, Author, Medium, Post, stable_id
from tocsin.domain.text import clip

if TYPE_CHECKING:
    from tocsin.adapters.http_guard import GuardedHttp, HttpReply
    from tocsin.domain.source_state import Pull, SourceState
    from tocsin.domain.sources import SourceUnit
    from tocsin.ports import SecretStore

SOURCE = "newsapi"
SEARCH = "https://newsapi.org/v2/everything"
PER_CALL = 100
MAX_CALLS = 3
MAX_QUERY = 450
"""Of 500 characters, counted after encoding in some accounts."""
LATE = timedelta(hours=20)
OVERLAP, OVERLAP_LATE = timedelta(hours=3), timedelta(hours=30)
BACKFILL = timedelta(days=7)
_CUT = re.compile(r"\s*(?:…|\.\.\.)?\s*\[\+\d{1,9} chars\]\s*$")
_REMOVED = "[Removed]"
_TROUBLES = {
    "apiKeyDisabled": Trouble.AUTH,
    "apiKeyExhausted": Trouble.QUOTA,
    "apiKeyInvalid": Trouble.AUTH,
    "apiKeyMissing": Trouble.AUTH,
    "parameterInvalid": Trouble.FORMAT,
    "parametersMissing": Trouble.FORMAT,
    "sourcesTooMany": Trouble.FORMAT,
    "sourceDoesNotExist": Trouble.FORMAT,
    "maximumResultsReached": Trouble.QUOTA,
    "rateLimited": Trouble.THROTTLED,
    "unexpectedError": Trouble.DOWN,
}
RATE_PAUSE = 3_600.0
"""Its limits are by the day or half a day, and no answer says when they end."""
_LISTS = frozenset({"articles"})


def parse(body: bytes, *, fetched_at: datetime, url: str | None = None, medium: str | None = None) -> Parsed:
    """registry.Parser. An article is known by its address. ``url``: tells the language that was asked for."""
    value = json_of(body)
    found = Found(fetched_at)
    articles = items_in(value, _is_article, lists=_LISTS)
    language = _asked_language(url)
    as_medium = Medium(medium) if medium else Medium.NEWS
    found.read(articles, lambda article: _post(article, language, as_medium, found))
    return found.parsed(_what, value, error=_said)


def _is_article(value: dict[str, Any]) -> bool:
    return "title" in value and "url" in value and ("publishedAt" in value or "urlToImage" in value)


def _post(article: dict[str, Any], language: str | None, medium: Medium, found: Found) -> Post:
    link = address(article.get("url"))
    heading = title(article.get("title"))
    if heading == _REMOVED or link in {"https://removed.com/", "https://removed.com"}:
        raise SkippedError("its publisher has had it removed")
    said = _text(article)
    if link is None or not (heading or said):
        raise SkippedError("it has no address" if link is None else "it has no title and no text")
    outlet = name(at(article, "source", "name"))
    author = _author(article, outlet)
    for ending in dict.fromkeys((outlet, author.name)):
        if heading and ending and heading.endswith(f" - {ending}"):
            heading = heading.removesuffix(f" - {ending}").rstrip() or None
    when = moment(article.get("publishedAt"))
    return Post(
        id=stable_id(SOURCE, link),
        source=SOURCE,
        url=link,
        title=heading,
        text=said,
        language=language,
        published_at=found.when(when, article.get("publishedAt")),
        fetched_at=found.fetched_at,
        author=author,
        media=addresses([article.get("urlToImage")]),
        medium=medium,
    )


def _text(article: dict[str, Any]) -> str:
    """What there is of the text: NewsAPI cuts content after 200 characters, and the summary may say more."""
    summary = text(article.get("description"))
    content = _CUT.sub("", text(article.get("content")))
    if _REMOVED in {summary, content}:
        summary, content = summary.replace(_REMOVED, ""), content.replace(_REMOVED, "")
    if not summary or content.startswith(summary.rstrip("….")[:100]):
        return content or summary
    return clip(f"{summary}\n{content}", MAX_TEXT) if content else summary


def _author(article: dict[str, Any], outlet: str | None) -> Author:
    """The writer, else the outlet; some publishers put an address where the name belongs."""
    said = words(article.get("author")).strip()
    if "://" in said:
        return Author(name=outlet, url=address(said))
    return Author(name=name(title(said)) or outlet)


def _asked_language(url: str | None) -> str | None:
    try:
        return tag(parse_qs(urlsplit(url or "").query, max_num_fields=50).get("language", [""])[0])
    except ValueError:
        return None


def _said(value: Any) -> str:
    parts = (words(at(value, "code")), words(at(value, "message")))
    return line_of(": ".join(part for part in parts if part), 300) if at(value, "status") == "error" else ""


def _what(value: Any) -> str | None:
    if at(value, "articles") == []:
        return "a search without results"
    if isinstance(sources := at(value, "sources"), list):
        return f"{len(sources):,} news sources"
    return None


class Connector:
    """Implements ports.MentionSource for units in mode ``search``."""

    def __init__(self, http: GuardedHttp, secrets: SecretStore) -> None:
        self._http, self._secrets = http, secrets

    def pull(self, unit: SourceUnit, state: SourceState, now: datetime, budget: timedelta) -> Pull:
        key = secret_of(self._secrets, SOURCE, "api_key")["api_key"]

        def ask(query: str, since: datetime, until: datetime, left: timedelta) -> Page:
            asked = {
                "q": query,
                "from": _iso(since),
                "to": _iso(until),
                "sortBy": "publishedAt",
                "pageSize": str(PER_CALL),
                **({"language": unit.locale} if unit.locale else {}),
            }
            return self._ask(f"{SEARCH}?{urlencode(asked)}", key, left, unit.medium, now)

        queries = (unit.target,) if unit.target else quoted(unit.terms, limit=MAX_QUERY)
        late = state.newest_at is None or now - state.newest_at > LATE
        return walk(
            state,
            now,
            budget,
            queries=queries,
            ask=ask,
            overlap=OVERLAP_LATE if late else OVERLAP,
            backfill=BACKFILL,
            most_calls=MAX_CALLS,
        )

    def _ask(self, url: str, key: str, left: timedelta, medium: str, now: datetime) -> Page:
        headers = {"Accept": "application/json"}
        reply = self._http.get(url, headers, left, private={"X-Api-Key": key}, accept_throttle=True)
        value = _answer(reply)
        articles = at(value, "articles")
        parsed = parse(reply.body, fetched_at=now, url=url, medium=medium)
        moments = [when for article in items(articles) if (when := moment(article.get("publishedAt")))]
        return Page(
            parsed,
            reply,
            full=(count(at(value, "totalResults")) or 0) > len(articles) and bool(articles),
            oldest=min(moments, default=None),
        )


def _answer(reply: HttpReply) -> Any:
    """The answer's JSON. Raise FetchError by NewsAPI's own error codes, whatever the status."""
    value = json_in(reply)
    if reply.status == 200 and isinstance(at(value, "articles"), list):
        return value
    said = _said(value)
    if reply.status == 200 and not said:
        raise FetchError(f"NewsAPI: {named(value, _what, _said)}", trouble=Trouble.FORMAT)
    trouble = _TROUBLES.get(words(at(value, "code"))) or (Trouble.POLICY if reply.status == 426 else None)
    raise refused(reply, said=said, trouble=trouble, pause=RATE_PAUSE)


def _iso(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
