"""One look at a source that speaks JSON: its requests within their time, what they used up, what comes of them."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tocsin.adapters.sources import values
from tocsin.adapters.sources.answers import json_of, refused
from tocsin.adapters.sources.found import joined, own_words
from tocsin.domain.errors import FetchError, ParseError, SecretError, Trouble
from tocsin.domain.source_state import MAX_CURSOR, Evidence, Pull

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
_RESETS = ("x-ratelimit-reset", "ratelimit-reset", "x-rate-limit-reset")
MAX_TERMS = 12


class Deadline:
    """The real time that a look may take."""

    def __init__(self, budget: timedelta, timer: Callable[[], float] = time.monotonic) -> None:
        self._timer, self._end = timer, timer() + budget.total_seconds()

    @property
    def left(self) -> timedelta:
        return timedelta(seconds=max(0.0, self._end - self._timer()))

    @property
    def near(self) -> bool:
        """Not enough is left to ask once more."""
        return self.left.total_seconds() < _SPARE


class Look:
    """``get`` and ``post`` answer with status 200 or raise FetchError with the source's own words."""

    def __init__(
        self, http: GuardedHttp, now: datetime, budget: timedelta, *, timer: Callable[[], float] = time.monotonic
    ) -> None:
        self._http, self._now, self._deadline = http, now, Deadline(budget, timer)
        self._evidence: list[Evidence] = []
        self._bytes = 0
        self.calls = 0

    @property
    def in_time(self) -> bool:
        return not self._deadline.near

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
        left = self._deadline.left
        if not left:
            raise FetchError("the time for this look is used up", trouble=Trouble.DOWN)
        return left

    def _taken(self, reply: HttpReply, *, keep: bool) -> HttpReply:
        self.calls += 1
        self._bytes += reply.bytes_read
        if reply.status != 200:
            raise refusal_of(reply, self._now, said=said_by(reply) or "")
        if keep:
            self._evidence.append(evidence_of(reply))
        return reply

    def pull(
        self,
        found: Iterable[Parsed],
        *,
        cursor: str | None = None,
        again: bool = False,
        warnings: Iterable[str] = (),
        lost: bool = False,
    ) -> Pull:
        read = joined(found, warnings)
        return Pull(
            posts=read.posts,
            warnings=read.warnings,
            bytes_read=self._bytes,
            cursor=cursor,
            calls=self.calls,
            again=again,
            fields=read.fields,
            evidence=tuple(self._evidence),
            lost=lost,
        )


def said_by(reply: HttpReply) -> str | None:
    """The source's own words in an answer that is no 200."""
    try:
        return own_words(json_of(reply.body)) or None
    except ParseError:
        return None


def refusal_of(
    reply: HttpReply, now: datetime, *, said: str = "", trouble: Trouble | None = None, pause: float | None = None
) -> FetchError:
    """As answers.refused, with the time that a source tells in headers of its own. ``pause``: where it tells none."""
    return refused(reply, said=said, trouble=trouble, pause=wait_of(reply, now) or pause)


def wait_of(reply: HttpReply, now: datetime) -> float | None:
    """Seconds until the limit is lifted: some sources give a number of seconds, some a time since 1970, some ISO
    8601."""
    said = next((reply.headers[name] for name in _RESETS if reply.headers.get(name)), "")
    try:
        number = float(said)
    except ValueError:
        moment = values.moment(said)
        wait = (moment - now).total_seconds() if moment else None
    else:
        wait = number - now.timestamp() if number > 1e9 else number
    return min(max(wait, 1.0), _MAX_WAIT) if wait is not None and wait == wait else None  # noqa: PLR0124 NaN


def secret_of(secrets: SecretStore, kind: str, *fields: str) -> Mapping[str, str]:
    """The kind's secret with at least these fields. Raise SecretError that names what is missing, never a value."""
    kept = secrets.secret(kind)
    for field in fields:
        if not values.words(kept.get(field)).strip():
            raise SecretError(f"the secret of {kind} has no field {field!r}")
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


def to_remember(**facts: Any) -> str | None:
    """The cursor's text, without what is None; None when it would be longer than may be kept."""
    text = json.dumps({name: value for name, value in facts.items() if value is not None}, separators=(",", ":"))
    return text if len(text) <= MAX_CURSOR else None


def heed_pause(kept: Mapping[str, Any], now: datetime) -> None:
    """Raise FetchError while the source has asked us to wait."""
    pause = values.moment(kept.get("pause"))
    if pause is not None and now < pause <= now + timedelta(days=1):
        raise FetchError(
            f"asked us to wait until {pause:%H:%M:%S} UTC",
            retry_after=(pause - now).total_seconds(),
            trouble=Trouble.THROTTLED,
        )


def evidence_of(reply: HttpReply, url: str | None = None) -> Evidence:
    """``url``: the address to be kept, where the reply's own has a secret in it."""
    return Evidence(url=url or reply.url, body=reply.body, content_type=reply.headers.get("content-type"))
