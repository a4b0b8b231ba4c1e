"""Reddit's API with the client's own approved application: search, a subreddit's new posts, its new comments.

Secret: {"client_id", "client_secret"} (OAuth2 client credentials); the token of a day is kept as the session. Limits:
100 calls a minute or what x-ratelimit-remaining says, which is obeyed. There is no search of comments. Without an
application Reddit's feeds are read by the connector of feeds. Terms: what users delete must be deleted.
"""

from __future__ import annotations

import threading
from base64 import b64encode
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from tocsin.adapters.sources import values
from tocsin.adapters.sources.answers import json_of
from tocsin.adapters.sources.look import Look, base_of, remembered, secret_of, to_remember
from tocsin.adapters.sources.reddit_parse import SOURCE, parse, read
from tocsin.adapters.sources.sweep import Page, Sweep
from tocsin.domain.errors import FetchError, Trouble

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from tocsin.adapters.http_guard import GuardedHttp, HttpReply
    from tocsin.domain.recheck import Gone
    from tocsin.domain.source_state import Pull, SourceState
    from tocsin.domain.sources import SourceUnit
    from tocsin.ports import SecretStore

__all__ = ["Connector", "parse"]

_API = "https://oauth.reddit.com"
_LOGIN = "https://www.reddit.com"
_PAGES = 10
_ANCHORS = 3
_QUERY = 480
"""Characters of a search that Reddit takes: 512, less some."""
_SPARE_CALLS = 3.0
_EARLY = timedelta(minutes=5)


class Connector:
    """Implements ports.MentionSource: modes search, subreddit, comments. ``unit.server``: another address than
    Reddit's own."""

    def __init__(self, http: GuardedHttp, secrets: SecretStore) -> None:
        self._http, self._secrets = http, secrets
        self._lock = threading.Lock()

    def gone(self, unit: SourceUnit, ids: Sequence[str], now: datetime, budget: timedelta) -> Gone:
        """ports.DeletionSource."""
        from tocsin.adapters.sources.reddit_gone import gone

        look = Look(self._http, now, budget)
        return gone(self._http, lambda path: self._get(look, unit, now, path), ids, now, budget)

    def pull(self, unit: SourceUnit, state: SourceState, now: datetime, budget: timedelta) -> Pull:
        look = Look(self._http, now, budget)
        sweep = Sweep(look, now, remembered(state.cursor).get("q"), pages=_PAGES)
        for path, asked in _questions(unit):
            sweep.query(f"{path} {asked.get('q', '')}", partial(self._page, look, sweep, unit, now, path, asked))
        return look.pull(
            sweep.found,
            cursor=to_remember(q=sweep.kept),
            again=sweep.again,
            warnings=sweep.warnings,
            lost=sweep.lost,
        )

    def _page(
        self,
        look: Look,
        sweep: Sweep,
        unit: SourceUnit,
        now: datetime,
        path: str,
        asked: Mapping[str, str],
        token: str | None,
    ) -> Page:
        """``token``: the last posts of the page before, oldest first. An anchor that was deleted gives an empty page:
        the next one is tried."""
        anchor, *others = token.split(",") if token else [""]
        query = {**asked, "limit": "100", "raw_json": "1"} | ({"after": anchor} if anchor else {})
        reply = self._get(look, unit, now, f"{path}?{urlencode(query)}")
        value = json_of(reply.body)
        if not isinstance(values.at(value, "data", "children"), list):
            raise FetchError("Reddit answers without a listing", trouble=Trouble.FORMAT)
        if not value["data"]["children"] and others:
            return self._page(look, sweep, unit, now, path, asked, ",".join(others))
        left = values.count(_number(reply.headers.get("x-ratelimit-remaining")))
        if left is not None and left <= _SPARE_CALLS:
            sweep.stop("Reddit's limit of calls is nearly reached")
        return Page(read(value, fetched_at=now, medium=unit.medium), _older(value["data"]))

    def _get(self, look: Look, unit: SourceUnit, now: datetime, path: str) -> HttpReply:
        base = base_of(unit.server) if unit.server else _API
        token = self._token(look, unit, now, worn=None)
        try:
            return look.get(f"{base}{path}", private={"Authorization": f"Bearer {token}"})
        except FetchError as error:
            if error.trouble is not Trouble.AUTH:
                raise
        token = self._token(look, unit, now, worn=token)
        return look.get(f"{base}{path}", private={"Authorization": f"Bearer {token}"})

    def _token(self, look: Look, unit: SourceUnit, now: datetime, *, worn: str | None) -> str:
        secret = secret_of(self._secrets, SOURCE, "client_id", "client_secret")
        whose = secret["client_id"].strip()
        with self._lock:
            kept = self._secrets.session(SOURCE)
            until = values.moment(kept.get("until"))
            token = kept.get("token", "")
            if token and token != worn and kept.get("whose") == whose and until and until - _EARLY > now:
                return token
            basic = b64encode(f"{whose}:{secret['client_secret'].strip()}".encode()).decode()
            reply = look.post(
                f"{base_of(unit.server) if unit.server else _LOGIN}/api/v1/access_token",
                b"grant_type=client_credentials",
                kind="application/x-www-form-urlencoded",
                private={"Authorization": f"Basic {basic}"},
            )
            value = json_of(reply.body, what="the login's answer")
            token = values.words(values.at(value, "access_token"))
            if not token or not token.isascii() or not token.isprintable():
                # Reddit refuses an application with status 200 and «error».
                said = values.name(values.at(value, "error")) or "no token"
                raise FetchError(f"Reddit does not accept the application: {said}", trouble=Trouble.AUTH)
            lives = timedelta(seconds=min(values.count(values.at(value, "expires_in")) or 3_600, 86_400))
            self._secrets.keep_session(SOURCE, {"token": token, "until": (now + lives).isoformat(), "whose": whose})
            return token


def _questions(unit: SourceUnit) -> Iterator[tuple[str, dict[str, str]]]:
    if unit.mode in {"subreddit", "comments"}:
        name = quote(unit.target.removeprefix("r/").strip("/"), safe="+")
        yield f"/r/{name}/{'new' if unit.mode == 'subreddit' else 'comments'}", {}
        return
    for query in [unit.target] if unit.target else _queries(unit.terms):
        yield "/search", {"q": query, "sort": "new", "t": "week", "type": "link"}


def _queries(terms: tuple[str, ...]) -> Iterator[str]:
    """As few as there can be: terms joined by OR, up to the length that Reddit takes."""
    joined = ""
    for term in terms:
        quoted = f'"{term.replace(chr(34), " ").strip()}"'
        if joined and len(joined) + len(quoted) + 4 > _QUERY:
            yield joined
            joined = ""
        joined = f"{joined} OR {quoted}" if joined else quoted
    if joined:
        yield joined


def _older(data: dict[str, Any]) -> str | None:
    if not values.short(data.get("after"), 40):
        return None
    names = [values.short(values.at(child, "data", "name"), 20) for child in values.items(data["children"])]
    return ",".join(name for name in reversed(names[-_ANCHORS:]) if name) or None


def _number(said: str | None) -> float | None:
    try:
        return float(said) if said else None
    except ValueError:
        return None
