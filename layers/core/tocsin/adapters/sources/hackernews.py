"""Hacker News through Algolia's search (hn.algolia.com/api): no key, 10,000 calls an hour and address.

A search shows 1,000 hits at most, so windows of time are walked down. Typos are «tolerated» unless told not to («gitub»
finds github), and there is no OR: a call for each term. Also read: Algolia's /items, Firebase's /v0/item.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from tocsin.adapters.sources.answers import checked, json_of
from tocsin.adapters.sources.found import Found, SkippedError, items_in, line_of, named
from tocsin.adapters.sources.values import (
    Parsed,
    address,
    at,
    count,
    items,
    moment,
    short,
    text,
    title,
    words,
)
from tocsin.adapters.sources.walking import Page, quoted, walk
from tocsin.domain.errors import FetchError, Trouble
from tocsin.domain.mention import Author, Engagement, Medium, Post

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tocsin.adapters.http_guard import GuardedHttp
    from tocsin.domain.recheck import Gone
    from tocsin.domain.source_state import Pull, SourceState
    from tocsin.domain.sources import SourceUnit
    from tocsin.ports import SecretStore

SOURCE = "hackernews"
SEARCH = "https://hn.algolia.com/api/v1/search_by_date"
ITEM = "https://news.ycombinator.com/item?id="
PER_CALL = 200
MAX_CALLS = 8
OVERLAP = timedelta(hours=1)
BACKFILL = timedelta(days=7)
_TYPES = frozenset({"story", "comment", "poll", "pollopt", "job"})
_LISTS = frozenset({"hits", "children"})


def parse(body: bytes, *, fetched_at: datetime, url: str | None = None, medium: str | None = None) -> Parsed:  # noqa: ARG001
    """registry.Parser. Ids are hackernews:<item>."""
    value = json_of(body)
    found = Found(fetched_at)
    hits = items_in(value, _is_item, lists=_LISTS, into=("children",))
    as_medium = Medium(medium) if medium else Medium.FORUM
    found.read(hits, lambda hit: _post(hit, as_medium, found))
    return found.parsed(_what, value, error=_said)


def _is_item(value: dict[str, Any]) -> bool:
    if "objectID" in value:
        return "created_at_i" in value or "author" in value or "_tags" in value
    return words(value.get("type")) in _TYPES and bool(words(value.get("id")))


def _post(hit: dict[str, Any], medium: Medium, found: Found) -> Post:
    native = _native(hit.get("objectID", hit.get("id")))
    heading = title(hit.get("title"))
    said = text(hit.get("story_text") or hit.get("comment_text") or hit.get("text"))
    if native is None:
        raise SkippedError("its id is no number")
    if not heading and not said:
        gone = hit.get("deleted") or hit.get("dead") or not (hit.get("author") or hit.get("by"))
        raise SkippedError(f"item {native} is deleted" if gone else f"item {native} has no title and no text")
    when = moment(hit.get("created_at_i")) or moment(hit.get("time")) or moment(hit.get("created_at"))
    author = short(hit.get("author") or hit.get("by"), 100)
    parent = _native(hit.get("parent_id", hit.get("parent", hit.get("poll"))))
    story = _native(hit.get("story_id")) or (native if parent is None else None)
    replies = count(hit.get("num_comments"))
    return Post(
        id=f"{SOURCE}:{native}",
        source=SOURCE,
        url=f"{ITEM}{native}",
        title=heading,
        text=said,
        published_at=found.when(when, hit.get("created_at")),
        fetched_at=found.fetched_at,
        author=Author(
            handle=author,
            url=address(f"https://news.ycombinator.com/user?{urlencode({'id': author})}") if author else None,
        ),
        engagement=Engagement(
            likes=count(hit.get("points", hit.get("score"))),
            replies=replies if replies is not None else count(hit.get("descendants")),
        ),
        in_reply_to=f"{SOURCE}:{parent}" if parent else None,
        thread=f"{SOURCE}:{story}" if story else None,
        medium=medium,
    )


def _native(value: Any) -> str | None:
    said = words(value)
    return said if said.isascii() and said.isdigit() and len(said) <= 18 else None


def _said(value: Any) -> str:
    return line_of(words(at(value, "message")) or words(at(value, "error")))


def _what(value: Any) -> str | None:
    if at(value, "hits") == []:
        return "a search without results"
    if isinstance(value, dict) and (said := words(value.get("message")) or words(value.get("error"))):
        return f"an error of Hacker News' search: «{line_of(said)}»"
    if isinstance(value, dict) and "karma" in value:
        return "a user's profile"
    if isinstance(value, list) and value and all(isinstance(item, int) for item in value):
        return f"a list of {len(value):,} item numbers"
    return "an item that there is not" if value is None else None


class Connector:
    """Implements ports.MentionSource for units in mode ``search``."""

    def __init__(self, http: GuardedHttp, secrets: SecretStore) -> None:  # noqa: ARG002 needs none
        self._http = http

    def gone(self, unit: SourceUnit, ids: Sequence[str], now: datetime, budget: timedelta) -> Gone:  # noqa: ARG002
        """ports.DeletionSource."""
        from tocsin.adapters.sources.hackernews_gone import gone

        return gone(self._http, ids, now, budget)

    def pull(self, unit: SourceUnit, state: SourceState, now: datetime, budget: timedelta) -> Pull:
        def ask(query: str, since: datetime, until: datetime, left: timedelta) -> Page:
            return self._ask(query, since, until, left, unit.medium, now)

        queries = (unit.target,) if unit.target else quoted(unit.terms, limit=300, most=1)
        return walk(
            state, now, budget, queries=queries, ask=ask, overlap=OVERLAP, backfill=BACKFILL, most_calls=MAX_CALLS
        )

    def _ask(self, query: str, since: datetime, until: datetime, left: timedelta, medium: str, now: datetime) -> Page:
        asked = {
            "query": query,
            "tags": "(story,comment,poll,job)",
            "numericFilters": f"created_at_i>={int(since.timestamp())},created_at_i<={int(until.timestamp())}",
            "hitsPerPage": str(PER_CALL),
            "typoTolerance": "false",
            "advancedSyntax": "true",
            "attributesToHighlight": "[]",
        }
        reply = self._http.get(f"{SEARCH}?{urlencode(asked)}", {"Accept": "application/json"}, left)
        value = json_of(checked(reply).body)
        hits = at(value, "hits")
        if not isinstance(hits, list):
            raise FetchError(f"Hacker News' search: {named(value, _what, _said)}", trouble=Trouble.FORMAT)
        parsed = parse(reply.body, fetched_at=now, medium=medium)
        moments = [when for hit in items(hits) if (when := moment(hit.get("created_at_i")))]
        return Page(
            parsed,
            reply,
            full=(count(at(value, "nbPages")) or 0) > 1 or len(hits) >= PER_CALL,
            oldest=min(moments, default=None),
        )
