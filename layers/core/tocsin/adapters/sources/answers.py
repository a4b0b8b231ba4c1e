"""One error table for all sources that speak JSON: what an answer means when it is not what was asked for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tocsin.domain.errors import FetchError, ParseError, Trouble
from tocsin.domain.text import clip, html_to_text

if TYPE_CHECKING:
    from tocsin.adapters.http_guard import HttpReply

_BY_STATUS = {
    400: ("does not understand what we ask (status 400)", Trouble.FORMAT),
    401: ("does not accept the key or login (status 401)", Trouble.AUTH),
    402: ("wants to be paid first (status 402)", Trouble.QUOTA),
    403: ("refuses us (status 403)", Trouble.POLICY),
    404: ("has nothing at this address (status 404)", Trouble.GONE),
    410: ("is gone for good (status 410)", Trouble.GONE),
    451: ("is blocked for legal reasons (status 451)", Trouble.POLICY),
}
_MAX_SAID = 200
_MAX_DEPTH = 60
_MAX_LINES = 100_000


def json_of(body: bytes, *, what: str = "the answer") -> Any:
    """The JSON value in a response's body. Raise ParseError that says what came instead: nothing, a web page, text,
    half of an answer."""
    if not body.strip():
        raise ParseError(f"{what} is empty", trouble=Trouble.EMPTY)
    text = body.decode("utf-8-sig", "replace")
    try:
        return _shallow(json.loads(text, strict=False), what)
    except (ValueError, RecursionError):
        pass
    start = text.lstrip()[:1]
    if start == "<":
        title = clip(html_to_text(text[:20_000]).replace("\n", " "), _MAX_SAID)
        raise ParseError(f"{what} is a web page instead of JSON: «{title}»")
    if start in {"{", "["}:
        raise ParseError(f"{what} is JSON that breaks off or is broken")
    raise ParseError(f"{what} is text instead of JSON: «{clip(' '.join(text.split()), _MAX_SAID)}»")


def json_or_lines_of(body: bytes) -> Any:
    """As json_of; also one JSON object a line, as streams send them and archives keep them: a list of those that are
    whole."""
    try:
        return json_of(body)
    except ParseError:
        lines = body.decode("utf-8-sig", "replace").splitlines()[:_MAX_LINES]
        rows = [row for line in lines if line.lstrip()[:1] == "{" and (row := _row(line)) is not None]
        if len(rows) < 2:
            raise
        return rows


def _row(line: str) -> Any:
    try:
        return json_of(line.encode("utf-8", "replace"))
    except ParseError:
        return None


def json_in(reply: HttpReply, *, what: str = "the answer") -> Any:
    """The JSON of a reply of any status: a refusal may say why. Raise FetchError for one that has none, ParseError for
    a good one that has none."""
    try:
        return json_of(reply.body, what=what)
    except ParseError:
        if reply.status == 200:
            raise
        raise refused(reply) from None


def _shallow(value: Any, what: str) -> Any:
    """A document nested deeper than any source's is an attack on whoever walks through it."""
    level = [value]
    for _ in range(_MAX_DEPTH):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer if isinstance(outer, list) else ())
        ]
        if not level:
            return value
    raise ParseError(f"{what} is nested too deeply")


def checked(reply: HttpReply, *, said: str = "") -> HttpReply:
    """The reply when it is 200; else raise FetchError by the table. ``said``: the source's own words, if any."""
    if reply.status == 200:
        return reply
    raise refused(reply, said=said)


def refused(
    reply: HttpReply, *, said: str = "", trouble: Trouble | None = None, pause: float | None = None
) -> FetchError:
    """The error for a reply that is no answer. Its text names the host and path, never the query. ``pause``: how many
    seconds to leave a source alone that is asked too often and does not say."""
    from tocsin.adapters.http_guard import shown

    if reply.status in _BY_STATUS:
        reason, meant = _BY_STATUS[reply.status]
    elif reply.status == 429:
        reason, meant = "asks us to slow down (status 429)", Trouble.THROTTLED
    elif reply.status >= 500:
        reason, meant = f"is out of order (status {reply.status})", Trouble.DOWN
    else:
        reason, meant = f"answers with status {reply.status}", Trouble.FORMAT
    words = f": «{clip(' '.join(said.split()), _MAX_SAID)}»" if said else ""
    trouble = trouble or meant
    wait = _wait(reply)
    wait = pause if wait is None and trouble is Trouble.THROTTLED else wait
    return FetchError(f"{shown(reply.url)}: {reason}{words}", retry_after=wait, trouble=trouble)


def _wait(reply: HttpReply) -> float | None:
    value = reply.headers.get("retry-after", "").strip()
    return min(float(value[:9]), 86_400.0) if value.isascii() and value.isdigit() else None
