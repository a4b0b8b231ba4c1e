"""Search on Lemmy servers, without a key.

Lemmy 1.0 brings API v4; v3 is to go. The server's version is read once a day, and what does not work is tried the
other way. Search has no OR and no phrases (spaces match anything), so each term is asked for by itself.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from tocsin.adapters.sources import values
from tocsin.adapters.sources.answers import json_of
from tocsin.adapters.sources.lemmy_parse import SOURCE, parse, read
from tocsin.adapters.sources.look import Look, base_of, remembered, to_remember
from tocsin.adapters.sources.sweep import Page, Sweep
from tocsin.domain.errors import FetchError, ParseError, Trouble

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tocsin.adapters.http_guard import GuardedHttp
    from tocsin.domain.recheck import Gone
    from tocsin.domain.source_state import Pull, SourceState
    from tocsin.domain.sources import SourceUnit
    from tocsin.ports import SecretStore

__all__ = ["SOURCE", "Connector", "parse"]

_LIMIT = 50
_PAGES = 16
_TERMS = 6
_DAY = timedelta(days=1)
_NOT_THERE = frozenset({Trouble.GONE, Trouble.FORMAT})
_LISTS = frozenset({"posts", "comments", "results", "search", "items"})
_PRIVATE = ("instance_is_private", "not_logged_in", "incorrect_login")


class Connector:
    """Implements ports.MentionSource: mode search."""

    def __init__(self, http: GuardedHttp, secrets: SecretStore) -> None:  # noqa: ARG002 it needs none
        self._http = http

    def gone(self, unit: SourceUnit, ids: Sequence[str], now: datetime, budget: timedelta) -> Gone:  # noqa: ARG002
        """ports.DeletionSource."""
        from tocsin.adapters.sources.lemmy_gone import gone

        return gone(self._http, ids, now, budget)

    def pull(self, unit: SourceUnit, state: SourceState, now: datetime, budget: timedelta) -> Pull:
        look = Look(self._http, now, budget)
        kept = remembered(state.cursor)
        base = base_of(unit.server)
        api = _api(look, base, kept.get("api"), now)
        terms = unit.terms[:_TERMS] or (unit.target,)
        over = len(unit.terms) - _TERMS
        lines = [f"{over} of {len(unit.terms)} terms are not searched for here"] if over > 0 else []
        try:
            sweep = _searched(look, unit, now, terms, f"{base}/api/v{api[1]}/search", kept.get("q"))
        except FetchError as error:
            if error.trouble not in _NOT_THERE:
                raise
            api = (api[0], 7 - api[1])  # 3 for 4, 4 for 3
            sweep = _searched(look, unit, now, terms, f"{base}/api/v{api[1]}/search", kept.get("q"))
        return look.pull(
            sweep.found,
            cursor=to_remember(api=api, q=sweep.kept),
            again=sweep.again,
            warnings=(*lines, *sweep.warnings),
            lost=sweep.lost,
        )


def _api(look: Look, base: str, kept: Any, now: datetime) -> tuple[int, int]:
    """When the server was asked, and which API it has."""
    day, version = values.moment(values.at(kept, 0)), values.at(kept, 1)
    if day and timedelta(0) <= now - day < _DAY and version in (3, 4):
        return int(day.timestamp()), version
    asked_at = int(now.timestamp())
    for api in (3, 4):
        try:
            said = values.words(values.at(json_of(look.get(f"{base}/api/v{api}/site", keep=False).body), "version"))
        except (FetchError, ParseError) as error:
            meant = _private(error)
            if meant.trouble not in _NOT_THERE:
                raise meant from None
            continue
        major = said.partition(".")[0]
        return asked_at, 4 if major.isdigit() and int(major) >= 1 else 3
    raise FetchError(f"{base}: does not speak Lemmy's API (v3, v4)", trouble=Trouble.FORMAT)


def _searched(look: Look, unit: SourceUnit, now: datetime, terms: tuple[str, ...], path: str, kept: Any) -> Sweep:
    sweep = Sweep(look, now, kept, pages=_PAGES)
    kinds = ("Posts", "Comments") if "/v3/" in path else ("All",)
    for name in sweep.oldest_first(f"{what} {term}" for term in terms for what in kinds):
        what, _, term = name.partition(" ")
        sweep.query(name, partial(_page, look, unit, now, path, term, what), share=4)
    return sweep


def _page(look: Look, unit: SourceUnit, now: datetime, path: str, term: str, what: str, token: str | None) -> Page:
    asked = {"q": term, "limit": str(_LIMIT)}
    if "/v3/" in path:
        asked |= {"type_": what, "sort": "New", "listing_type": "All", "page": token or "1"}
    else:  # «q» was renamed on the way to 1.0, and so were kinds and orders; by default it gives all, newest first
        asked |= {"search_term": term} | ({"page_cursor": token} if token else {})
    try:
        reply = look.get(f"{path}?{urlencode(asked)}")
    except FetchError as error:
        raise _private(error) from None
    value = json_of(reply.body)
    if not isinstance(value, dict) or not _LISTS & set(value):
        raise FetchError(f"{unit.server}: answers without results", trouble=Trouble.FORMAT)
    parsed = read(value, fetched_at=now, url=reply.url, medium=unit.medium)
    if "/v3/" in path:
        full = len(values.items(value.get(what.lower()))) >= _LIMIT
        return Page(parsed, str(int(token or "1") + 1) if full else None)
    return Page(parsed, values.short(value.get("next_page"), 200))


def _private(error: FetchError | ParseError) -> FetchError | ParseError:
    if isinstance(error, FetchError) and any(mark in error.reason for mark in _PRIVATE):
        return FetchError(f"{error.reason}; the server is closed to us", trouble=Trouble.POLICY)
    return error
