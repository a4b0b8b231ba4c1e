"""Forums that run Discourse, without a key: search for the brand's terms, or all new posts of a forum of its own.

Search shows some 200 characters of a post, and of each topic one post a query; the whole text is fetched, new ones
first, while time and calls last. A forum may ask for a login or limit strangers: each has its own rules.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from tocsin.adapters.sources import values
from tocsin.adapters.sources.answers import json_of
from tocsin.adapters.sources.discourse_parse import SOURCE, parse, read
from tocsin.adapters.sources.look import Look, base_of, queries_of, remembered, to_remember
from tocsin.adapters.sources.sweep import Page, Sweep
from tocsin.domain.errors import FetchError, ParseError, Trouble

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from tocsin.adapters.http_guard import GuardedHttp, HttpReply
    from tocsin.adapters.sources.values import Parsed
    from tocsin.domain.recheck import Gone
    from tocsin.domain.source_state import Pull, SourceState
    from tocsin.domain.sources import SourceUnit
    from tocsin.ports import SecretStore

__all__ = ["SOURCE", "Connector", "parse"]

_PAGES = 16
_WHOLE = 12
"""Posts whose whole text is fetched in one look."""
_SHORTEST = 3
"""Letters that a search needs."""


class Connector:
    """Implements ports.MentionSource: modes search, latest."""

    def __init__(self, http: GuardedHttp, secrets: SecretStore) -> None:  # noqa: ARG002 it needs none
        self._http = http

    def gone(self, unit: SourceUnit, ids: Sequence[str], now: datetime, budget: timedelta) -> Gone:  # noqa: ARG002
        """ports.DeletionSource."""
        from tocsin.adapters.sources.discourse_gone import gone

        return gone(self._http, ids, now, budget)

    def pull(self, unit: SourceUnit, state: SourceState, now: datetime, budget: timedelta) -> Pull:
        look = Look(self._http, now, budget)
        kept = remembered(state.cursor)
        sweep = Sweep(look, now, kept.get("q"), pages=_PAGES)
        if unit.mode == "latest":
            sweep.query("latest", partial(_latest, look, unit, now))
            return look.pull(
                sweep.found,
                cursor=to_remember(q=sweep.kept),
                again=sweep.again,
                warnings=sweep.warnings,
                lost=sweep.lost,
            )
        queries, lines = queries_of(unit)
        long = [query for query in queries if len(query) >= _SHORTEST]
        if not long:
            raise FetchError(f"{unit.server}: Discourse searches for 3 letters at least", trouble=Trouble.FORMAT)
        blurbs: dict[str, int] = {}
        for query in sweep.oldest_first(long):
            sweep.query(query, partial(_search, look, unit, now, query, blurbs))
        known = [values.words(one) for one in kept["w"]] if isinstance(kept.get("w"), list) else []
        whole, cut = _whole(look, unit, now, sweep, blurbs, set(known))
        fetched = [str(blurbs[post.id]) for page in whole for post in page.posts]
        return look.pull(
            [*whole, *sweep.found],
            cursor=to_remember(q=sweep.kept, w=[*fetched, *known][:100]),
            again=sweep.again,
            warnings=(*lines, *sweep.warnings, *cut),
            lost=sweep.lost,
        )


def _search(look: Look, unit: SourceUnit, now: datetime, query: str, blurbs: dict[str, int], token: str | None) -> Page:
    asked = {"q": f"{query} order:latest", "page": token or "1"}
    reply = _get(look, f"{base_of(unit.server)}/search.json?{urlencode(asked)}")
    value = json_of(reply.body)
    result = values.at(value, "grouped_search_result")
    if said := values.name(values.at(result, "error")):
        raise FetchError(f"{unit.server}: refuses the search: {said}", trouble=Trouble.FORMAT)
    if not isinstance(value, dict) or ("posts" not in value and not isinstance(result, dict)):
        raise FetchError(f"{unit.server}: answers without a search's result", trouble=Trouble.FORMAT)
    parsed = read(value, fetched_at=now, url=reply.url, medium=unit.medium)
    for raw in values.items(value.get("posts")):
        native = values.count(raw.get("id"))
        one = read({"posts": [raw]}, fetched_at=now, url=reply.url).posts
        if native is not None and one and not raw.get("cooked"):
            blurbs[one[0].id] = native
    more = values.at(result, "more_full_page_results") is True
    return Page(parsed, str(int(token or "1") + 1) if more and parsed.posts else None)


def _latest(look: Look, unit: SourceUnit, now: datetime, token: str | None) -> Page:
    before = f"?{urlencode({'before': token})}" if token else ""
    reply = _get(look, f"{base_of(unit.server)}/posts.json{before}")
    value = json_of(reply.body)
    posts = values.at(value, "latest_posts")
    if not isinstance(posts, list):
        raise FetchError(f"{unit.server}: answers without its newest posts", trouble=Trouble.FORMAT)
    numbers = [number for raw in values.items(posts) if (number := values.count(raw.get("id"))) is not None]
    older = str(min(numbers) - 1) if numbers and min(numbers) > 1 else None
    return Page(read(value, fetched_at=now, url=reply.url, medium=unit.medium), older)


def _whole(
    look: Look, unit: SourceUnit, now: datetime, sweep: Sweep, blurbs: dict[str, int], known: set[str]
) -> tuple[list[Parsed], list[str]]:
    """The whole text of posts of which search shows the beginning, newest first. ``known``: fetched before."""
    posts = sorted(
        (post for page in sweep.found for post in page.posts), key=lambda post: post.published_at, reverse=True
    )
    cut = list(dict.fromkeys(post.id for post in posts if str(blurbs.get(post.id, "")) not in known | {""}))
    found: list[Parsed] = []
    for number, post in enumerate(cut):
        if number >= _WHOLE or not look.in_time or sweep.waiting:
            return found, [f"of {len(cut) - number} posts the forum's excerpt alone was read"]
        try:
            reply = _get(look, f"{base_of(unit.server)}/posts/{blurbs[post]}.json")
            page = read(json_of(reply.body), fetched_at=now, url=reply.url, medium=unit.medium)
        except (FetchError, ParseError) as error:
            if sweep.wait(error) or error.trouble is Trouble.THROTTLED:
                return found, [f"of {len(cut) - number} posts the forum's excerpt alone was read: {error}"]
            continue
        found.append(_titled(page, post, posts))
    return found, []


def _titled(page: Parsed, wanted: str, posts: list[Any]) -> Parsed:
    """A single post does not say its topic's title; the search did."""
    title = next((post.title for post in posts if post.id == wanted), None)
    same = [post.model_copy(update={"title": post.title or title}) for post in page.posts if post.id == wanted]
    return page.model_copy(update={"posts": tuple(same), "fields": None})


def _get(look: Look, url: str) -> HttpReply:
    reply = look.get(url)
    if "/login" in urlsplit(reply.url).path or reply.body.lstrip()[:1] == b"<":
        asks = "asks for a login" if b"login" in reply.body[:20_000].lower() or "/login" in reply.url else ""
        if asks:
            raise FetchError(f"{urlsplit(url).netloc}: the forum {asks}", trouble=Trouble.POLICY)
    return reply
