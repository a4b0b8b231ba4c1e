"""GitHub REST API (docs.github.com/rest): issues and pull requests that name a term, or all that a repository gets.

Secret "github", only where the client's file says ``token: true``: {"token"}. 30 searches a minute with it, 10 without;
60 other calls an hour without it. A search shows 1,000 results at most and must ask for issues or for pull requests.
Secondary limits come as 403 with Retry-After: they mean «slower», not «never».
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from tocsin.adapters.sources.answers import json_of
from tocsin.adapters.sources.github_posts import created, parse, problem, updated
from tocsin.adapters.sources.look import Deadline, heed_pause, refusal_of, remembered, to_remember
from tocsin.adapters.sources.values import at, count, items, moment
from tocsin.adapters.sources.walking import Gathered, Page, quoted, walk
from tocsin.domain.errors import FetchError, ParseError, Trouble

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tocsin.adapters.http_guard import GuardedHttp, HttpReply
    from tocsin.domain.recheck import Gone
    from tocsin.domain.source_state import Pull, SourceState
    from tocsin.domain.sources import SourceUnit
    from tocsin.ports import SecretStore

__all__ = ["Connector", "parse"]

API = "https://api.github.com"
PER_CALL = 100
MAX_CALLS = 6
MAX_QUERY = 250
MAX_TERMS = 6
"""A query may hold five operators and 256 characters."""
OVERLAP = timedelta(hours=1)
BACKFILL = timedelta(days=7)
SLOWLY = 60.0
"""Seconds to wait after a limit that names no time."""
_PARTS = ("issues", "issues/comments")


class Connector:
    """Implements ports.MentionSource for units in mode ``search`` and ``repo``."""

    def __init__(self, http: GuardedHttp, secrets: SecretStore) -> None:
        self._http, self._secrets = http, secrets

    def gone(self, unit: SourceUnit, ids: Sequence[str], now: datetime, budget: timedelta) -> Gone:
        """ports.DeletionSource."""
        from tocsin.adapters.sources.github_gone import gone

        return gone(self._http, self._private(unit), lambda reply: _refusal(reply, now), ids, now, budget)

    def _private(self, unit: SourceUnit) -> dict[str, str]:
        token = self._secrets.secret("github").get("token", "") if unit.keyed else ""
        return {"Authorization": f"Bearer {token}"} if token else {}

    def pull(self, unit: SourceUnit, state: SourceState, now: datetime, budget: timedelta) -> Pull:
        private = self._private(unit)
        if unit.mode == "repo":
            return self._repository(unit, state, now, Deadline(budget), private)

        def ask(query: str, since: datetime, until: datetime, left: timedelta) -> Page:
            asked = {
                "q": f"{query} created:{_iso(since)}..{_iso(until)}",
                "sort": "created",
                "order": "desc",
                "per_page": str(PER_CALL),
                "advanced_search": "true",
            }
            return self._search(f"{API}/search/issues?{urlencode(asked)}", left, private, unit.medium, now)

        phrases = (unit.target,) if unit.target else quoted(unit.terms, limit=MAX_QUERY, most=MAX_TERMS)
        queries = tuple(f"({phrase}) is:{what}" for phrase in phrases for what in ("issue", "pr"))
        return walk(
            state, now, budget, queries=queries, ask=ask, overlap=OVERLAP, backfill=BACKFILL, most_calls=MAX_CALLS
        )

    def _search(self, url: str, left: timedelta, private: dict[str, str], medium: str, now: datetime) -> Page:
        reply, value = self._get(url, left, private, now)
        rows = at(value, "items")
        if not isinstance(rows, list):
            raise FetchError(f"GitHub: «{problem(value) or 'an answer without items'}»", trouble=Trouble.FORMAT)
        return Page(
            parse(reply.body, fetched_at=now, medium=medium),
            reply,
            full=(count(at(value, "total_count")) or 0) > len(rows) and bool(rows),
            oldest=min((when for row in items(rows) if (when := created(row))), default=None),
        )

    def _repository(
        self, unit: SourceUnit, state: SourceState, now: datetime, deadline: Deadline, private: dict[str, str]
    ) -> Pull:
        """Issues, then comments, oldest change first: what changed last is where the next call goes on, so nothing is
        missed and what was edited comes again."""
        cursor, got = remembered(state.cursor), Gathered()
        heed_pause(cursor, now)
        since = [_since(cursor.get(part), now) for part in _PARTS]
        part, calls = 0, 0
        while part < len(_PARTS) and calls < MAX_CALLS and not (calls and deadline.near):
            asked = {
                "sort": "updated",
                "direction": "asc",
                "since": _iso(since[part]),
                "per_page": str(PER_CALL),
                **({"state": "all"} if part == 0 else {}),
            }
            url = f"{API}/repos/{unit.target}/{_PARTS[part]}?{urlencode(asked)}"
            calls += 1
            try:
                reply, value = self._get(url, deadline.left, private, now)
            except (FetchError, ParseError) as error:
                if not got.calls:
                    raise
                got.warnings.append(f"stopped early: {error}")
                wait = getattr(error, "retry_after", None)
                pause = int(now.timestamp() + wait) if wait else None
                return got.pull(_repo_cursor(since, pause=pause), again=not wait)
            if not isinstance(value, list):
                raise FetchError(f"GitHub: «{problem(value) or 'an answer that is no list'}»", trouble=Trouble.FORMAT)
            got.add(parse(reply.body, fetched_at=now, medium=unit.medium), reply)
            newest = max((when for row in items(value) if (when := updated(row))), default=since[part])
            if len(value) >= PER_CALL and newest > since[part]:
                since[part] = newest
            elif len(value) >= PER_CALL:
                got.lost = True
                got.warnings.append(f"more than {PER_CALL} changes within a second: the rest of them is not heard")
                since[part] += timedelta(seconds=1)
            else:
                since[part] = max(since[part], min(newest, now))
                part += 1
        return got.pull(_repo_cursor(since), again=part < len(_PARTS))

    def _get(self, url: str, left: timedelta, private: dict[str, str], now: datetime) -> tuple[HttpReply, Any]:
        headers = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
        reply = self._http.get(url, headers, left, private=private, accept_throttle=True)
        if reply.status == 200:
            return reply, json_of(reply.body)
        raise _refusal(reply, now)


def _refusal(reply: HttpReply, now: datetime) -> FetchError:
    try:
        said = problem(json_of(reply.body))
    except ParseError:
        said = ""
    limited = reply.status == 429 or (
        reply.status == 403
        and (
            "retry-after" in reply.headers
            or reply.headers.get("x-ratelimit-remaining", "").strip() == "0"
            or "rate limit" in said.lower()
            or "abuse" in said.lower()
        )
    )
    trouble = Trouble.THROTTLED if limited else Trouble.FORMAT if reply.status == 422 else None
    return refusal_of(reply, now, said=said, trouble=trouble, pause=SLOWLY)


def _since(value: Any, now: datetime) -> datetime:
    said = moment(value)
    return said if said and now - timedelta(days=60) <= said <= now else now - BACKFILL


def _repo_cursor(since: list[datetime], *, pause: int | None = None) -> str | None:
    return to_remember(**{part: _iso(when) for part, when in zip(_PARTS, since, strict=True)}, pause=pause)


def _iso(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
