"""What Google's APIs say when they refuse: one shape of error for YouTube, Play and Business Profile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tocsin.adapters.sources.answers import json_in, refused
from tocsin.adapters.sources.found import error_said
from tocsin.adapters.sources.values import at, items, words
from tocsin.domain.errors import FetchError, Trouble

if TYPE_CHECKING:
    from tocsin.adapters.http_guard import HttpReply

_REASONS = {
    "quotaExceeded": Trouble.QUOTA,
    "dailyLimitExceeded": Trouble.QUOTA,
    "rateLimitExceeded": Trouble.THROTTLED,
    "userRateLimitExceeded": Trouble.THROTTLED,
    "RATE_LIMIT_EXCEEDED": Trouble.THROTTLED,
    "RESOURCE_EXHAUSTED": Trouble.THROTTLED,
    "keyInvalid": Trouble.AUTH,
    "keyExpired": Trouble.AUTH,
    "API_KEY_INVALID": Trouble.AUTH,
    "API_KEY_SERVICE_BLOCKED": Trouble.AUTH,
    "ipRefererBlocked": Trouble.AUTH,
    "accessNotConfigured": Trouble.AUTH,
    "SERVICE_DISABLED": Trouble.AUTH,
    "authError": Trouble.AUTH,
    "permissionDenied": Trouble.AUTH,
    "insufficientPermissions": Trouble.AUTH,
    "commentsDisabled": Trouble.POLICY,
    "forbidden": Trouble.POLICY,
    "backendError": Trouble.DOWN,
    "PERMISSION_DENIED": Trouble.AUTH,
    "UNAUTHENTICATED": Trouble.AUTH,
    "UNAVAILABLE": Trouble.DOWN,
    "NOT_FOUND": Trouble.GONE,
}


def reasons(value: Any) -> tuple[str, ...]:
    """The machine's names of what is wrong, the most exact one first."""
    error = at(value, "error")
    exact = (words(detail.get("reason")) for detail in (*items(at(error, "details")), *items(at(error, "errors"))))
    return tuple(name for name in (*exact, words(at(error, "status"))) if name)


def value_of(reply: HttpReply) -> Any:
    """The JSON of a good reply. Raise FetchError with the right Trouble for a refusal, also for one with status 200,
    and ParseError for what is no JSON."""
    value = json_in(reply)
    said = error_said(value)
    if reply.status == 200 and said is None:
        return value
    raise refusal(reply, value, said or "")


def refusal(reply: HttpReply, value: Any, said: str) -> FetchError:
    known = (_REASONS[name] for name in reasons(value) if name in _REASONS)
    trouble = next(known, None) if reply.status != 429 else Trouble.THROTTLED
    if "api key not valid" in said.lower():
        trouble = Trouble.AUTH
    return refused(reply, said=said, trouble=trouble)
