"""One look at a source that speaks JSON: its requests within their time, what they used up, what comes of them."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tocsin.adapters.sources import values
from tocsin.adapters.sources.answers import json_of, refused
from tocsin.adapters.sources.found import own_words
from tocsin.domain.errors import FetchError, ParseError, SecretError, Trouble
from tocsin.domain.source_state import Evidence, Pull

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from tocsin.adapters.http_guard import GuardedHttp, HttpReply
    from tocsin.adapters.sources.values import Parsed
    from tocsin.domain.sources import SourceUnit
    from tocsin.ports import SecretStore

_JSON = {"Accept": "application/json"}
_SPARE = 1.5
"""Seconds that must be left for another request to be worth beginning."""
_MAX_WAIT = 86_400.0
_MAX_CURSOR = 4_000
MAX_TERMS = 12


class Look:
    """``get`` and ``post`` answer with status 200 or raise FetchError with the source's own words."""

    def __init__(
        self, http: GuardedHttp, now: datetime, budget: timedelta, *, timer: Callable[[], float] = time.monotonic
    ) -> None:
        self._http, self._now, self._timer = http, now, timer
        self._end = timer() + budget.total_seconds()
        self._evidence: list[Evidence] = []
        self._bytes = 0
        self.calls = 0

    @property
    def in_time(self) -> bool:
        return self._end - self._timer() > _SPARE

    def get(self, url: str, *, private: Mapping[str, str] | None = None, keep: bool = True) -> HttpReply:
        """``keep``: the bytes are evidence; not those of a login or of a server's description of itself."""
        reply = self._http.get(url, _JSON, self._left(), private=private, accept_throttle=True)
        return self._taken(reply, keep=keep)

    def post(
        self, url: str, data: bytes, *, kind: str = "application/json", private: Mapping[str, str] | None = None
    ) -> HttpReply:
        """What is sent may be a secret, and so may be the answer: it is never evidence."""
        reply = self._http.post(url, {**_JSON, "Content-Type": kind}, self._left(), data=data, private=private)
        return self._taken(reply, keep=False)

    def _left(self) -> timedelta:
        left = self._end - self._timer()
        if left <= 0:
            raise FetchError("the time for this look is used up", trouble=Trouble.DOWN)
        return timedelta(seconds=left)

    def _taken(self, reply: HttpReply, *, keep: bool) -> HttpReply:
        self.calls += 1
        self._bytes += reply.bytes_read
        if reply.status != 200:
            error = refused(reply, said=said_by(reply) or "")
            if error.retry_after is None and reply.status == 429:
                error.retry_after = wait_of(reply, self._now)
            raise error
        if keep:
            content_type = reply.headers.get("content-type")
            self._evidence.append(Evidence(url=reply.url, body=reply.body, content_type=content_type))
        return reply

    def pull(
        self, found: Iterable[Parsed], *, cursor: str | None = None, again: bool = False, warnings: Iterable[str] = ()
    ) -> Pull:
        pages = tuple(found)
        posts = {post.id: post for page in reversed(pages) for post in reversed(page.posts)}
        fields = [page.fields for page in pages if page.fields is not None]
        lines = dict.fromkeys(
            line
            for line in (*warnings, *(line for page in pages for line in page.warnings))
            if not line.startswith("no posts")  # an empty page is no news to the operator
        )
        return Pull(
            posts=tuple(reversed(posts.values())),
            warnings=tuple(lines),
            bytes_read=self._bytes,
            cursor=cursor,
            calls=self.calls,
            again=again,
            fields=frozenset.intersection(*fields) if fields else None,
            evidence=tuple(self._evidence),
        )


def said_by(reply: HttpReply) -> str | None:
    """The source's own words in an answer that is no 200."""
    try:
        return own_words(json_of(reply.body))
    except ParseError:
        return None


def wait_of(reply: HttpReply, now: datetime) -> float | None:
    """Seconds until the limit is lifted: from x-ratelimit-reset or ratelimit-reset, which some sources give as a
    number of seconds, some as a time since 1970, some as ISO 8601."""
    said = reply.headers.get("x-ratelimit-reset") or reply.headers.get("ratelimit-reset") or ""
    try:
        number = float(said)
    except ValueError:
        moment = values.moment(said)
        wait = (moment - now).total_seconds() if moment else None
    else:
        wait = number - now.timestamp() if number > 1e9 else number
    return min(max(wait, 1.0), _MAX_WAIT) if wait is not None and wait == wait else None  # noqa: PLR0124 NaN


def secret_of(secrets: SecretStore, kind: str, *fields: str) -> Mapping[str, str]:
    """The kind's secret with at least these fields. Raise FetchError that names what is missing, never a value."""
    try:
        kept = secrets.secret(kind)
    except SecretError as error:
        raise FetchError(str(error), trouble=Trouble.AUTH) from None
    for field in fields:
        if not values.words(kept.get(field)).strip():
            raise FetchError(f"the secret of {kind} has no field {field!r}", trouble=Trouble.AUTH)
    return kept


def queries_of(unit: SourceUnit) -> tuple[list[str], list[str]]:
    """What to search for: the file's own query as it stands, or the brand's terms as words and phrases; and a warning
    where there are more terms than can be asked for."""
    if unit.target:
        return [unit.target], []
    over = len(unit.terms) - MAX_TERMS
    lines = (
        [f"{over} of {len(unit.terms)} terms are not searched for here: the first {MAX_TERMS} are"] if over > 0 else []
    )
    return [phrase(term) for term in unit.terms[:MAX_TERMS]], lines


def phrase(term: str) -> str:
    """A word as it is; what has spaces or signs in quotation marks, or signs would be taken for operators."""
    return term if term.isalnum() else f'"{" ".join(term.replace(chr(34), " ").split())}"'


def base_of(server: str) -> str:
    """The address of a server that a client's file names by its host."""
    return server.rstrip("/") if "://" in server else f"https://{server}"


def remembered(cursor: str | None) -> dict[str, Any]:
    """What this connector wrote last, or nothing: a cursor of another version is no reason to fail."""
    try:
        kept = json.loads(cursor or "{}")
    except (ValueError, RecursionError):
        return {}
    return kept if isinstance(kept, dict) else {}


def to_remember(kept: Mapping[str, Any]) -> str | None:
    text = json.dumps(kept, separators=(",", ":"))
    return text if len(text) <= _MAX_CURSOR else None
