"""Bluesky: search with an app password of the client's own account, and what is said under and about the brand's own
posts, which needs none.

Search knows no OR (words are joined by AND), so each term is asked for by itself. 3,000 calls in 5 minutes. Bluesky
says that search is not meant for bulk monitoring; a brand's terms every few minutes are not bulk.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from tocsin.adapters.sources import values
from tocsin.adapters.sources.answers import json_of
from tocsin.adapters.sources.bluesky_parse import SOURCE, parse, read
from tocsin.adapters.sources.bluesky_session import Session
from tocsin.adapters.sources.look import Look, base_of, heed_pause, queries_of, remembered, to_remember
from tocsin.adapters.sources.rounds import Rounds
from tocsin.adapters.sources.sweep import Page, Sweep
from tocsin.domain.errors import FetchError, ParseError, Trouble

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from tocsin.adapters.http_guard import GuardedHttp
    from tocsin.adapters.sources.values import Parsed
    from tocsin.domain.recheck import Gone
    from tocsin.domain.source_state import Pull, SourceState
    from tocsin.domain.sources import SourceUnit
    from tocsin.ports import SecretStore

__all__ = ["SOURCE", "Connector", "parse"]

_PUBLIC = "https://public.api.bsky.app"
_PAGES = 16


class Connector:
    """Implements ports.MentionSource: modes search, account. ``unit.server``: another address than Bluesky's own."""

    def __init__(self, http: GuardedHttp, secrets: SecretStore) -> None:
        self._http = http
        self._session = Session(secrets)

    def gone(self, unit: SourceUnit, ids: Sequence[str], now: datetime, budget: timedelta) -> Gone:
        """ports.DeletionSource."""
        from tocsin.adapters.sources.bluesky_gone import gone

        return gone(self._http, self._session, unit, ids, now, budget)

    def pull(self, unit: SourceUnit, state: SourceState, now: datetime, budget: timedelta) -> Pull:
        look = Look(self._http, now, budget)
        kept = remembered(state.cursor)
        if unit.mode == "account":
            return _account(look, unit, kept, now)
        sweep = Sweep(look, now, kept.get("q"), pages=_PAGES)
        queries, lines = queries_of(unit)
        for query in sweep.oldest_first(queries):
            sweep.query(query, partial(self._page, look, unit, now, query), share=max(_PAGES // len(queries), 3))
        return look.pull(
            sweep.found,
            cursor=to_remember(q=sweep.kept),
            again=sweep.again,
            warnings=(*lines, *sweep.warnings),
            lost=sweep.lost,
        )

    def _page(self, look: Look, unit: SourceUnit, now: datetime, query: str, token: str | None) -> Page:
        asked = {"q": query, "sort": "latest", "limit": "100", **({"cursor": token} if token else {})}
        server = base_of(unit.server) if unit.server else ""
        reply = self._session.get(look, f"/xrpc/app.bsky.feed.searchPosts?{urlencode(asked)}", server)
        value = _answer(reply.body, "posts")
        return Page(read(value, fetched_at=now, medium=unit.medium), values.short(value.get("cursor"), 1_000))


def _answer(body: bytes, key: str) -> dict[str, Any]:
    value = json_of(body)
    if not isinstance(value, dict) or not isinstance(value.get(key), list | dict):
        raise FetchError(f"Bluesky answers without «{key}»", trouble=Trouble.FORMAT)
    return value


def _account(look: Look, unit: SourceUnit, kept: dict[str, Any], now: datetime) -> Pull:
    """Answers to the brand's posts and posts that quote them, by others. Its own words are not mentions."""
    heed_pause(kept, now)
    base = base_of(unit.server) if unit.server else _PUBLIC
    asked = urlencode({"actor": unit.target, "limit": "50", "filter": "posts_with_replies"})
    feed = _answer(look.get(f"{base}/xrpc/app.bsky.feed.getAuthorFeed?{asked}", keep=False).body, "feed")["feed"]
    own = values.items([entry.get("post") for entry in values.items(feed) if "reason" not in entry])
    addresses = {_key(post): values.words(post.get("uri")) for post in own}
    rounds = Rounds(kept.get("read"), now)
    due = rounds.due(
        (f"{mark}{_key(post)}", values.count(post.get(field)), values.moment(post.get("indexedAt")))
        for post in own
        for mark, field in (("r", "replyCount"), ("q", "quoteCount"))
    )
    dids = {values.words(values.at(post, "author", "did")) for post in own}
    found: list[Parsed] = []
    warnings = []
    for key, count in due:
        if not look.in_time:
            rounds.left_over()
            break
        try:
            page = _about(look, base, key[0], addresses[key[1:]], unit, now)
            found.append(page.model_copy(update={"posts": tuple(p for p in page.posts if p.author.id not in dids)}))
        except (FetchError, ParseError) as error:
            warnings.append(f"what is said of one post is not read: {error}")
            if rounds.ended_by(error):
                break
        rounds.was_read(key, count)
    return look.pull(
        found, cursor=to_remember(read=rounds.kept, pause=rounds.pause), again=rounds.again, warnings=warnings
    )


def _signed_in_only(raw: dict[str, Any]) -> str | None:
    """Here we read without a login; where the client's account reads, such posts are kept."""
    labels = [*values.items(raw.get("labels")), *values.items(values.at(raw, "author", "labels"))]
    if any(label.get("val") == "!no-unauthenticated" and label.get("neg") is not True for label in labels):
        return "its author asks not to be shown to those without a login (!no-unauthenticated)"
    return None


def _key(post: dict[str, Any]) -> str:
    return values.words(post.get("uri")).rpartition("/")[2][:40]


def _about(look: Look, base: str, mark: str, uri: str, unit: SourceUnit, now: datetime) -> Parsed:
    if mark == "r":
        asked = urlencode({"uri": uri, "depth": "20", "parentHeight": "0"})
        reply = look.get(f"{base}/xrpc/app.bsky.feed.getPostThread?{asked}")
        value = _answer(reply.body, "thread")
    else:
        reply = look.get(f"{base}/xrpc/app.bsky.feed.getQuotes?{urlencode({'uri': uri, 'limit': '100'})}")
        value = _answer(reply.body, "posts")
    return read(value, fetched_at=now, medium=unit.medium, unless=_signed_in_only)
