"""A web that answers by script, in place of GuardedHttp."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tocsin.adapters.http_guard import HttpReply
from tocsin.domain.errors import FetchError, Trouble


@dataclass(frozen=True)
class Asked:
    """One request as a connector made it."""

    method: str
    url: str
    headers: Mapping[str, str]
    private: Mapping[str, str]
    data: bytes | None = None

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.url).query, keep_blank_values=True))


@dataclass
class ScriptedWeb:
    """``answer`` gets each request and gives a reply (see ``reply``) or raises; ``asked`` remembers them all."""

    answer: Callable[[Asked], HttpReply]
    asked: list[Asked] = field(default_factory=list)

    def get(
        self,
        url: str,
        headers: Mapping[str, str],
        budget: timedelta,
        *,
        private: Mapping[str, str] | None = None,
        accept_throttle: bool = False,
    ) -> HttpReply:
        return self._ask(Asked("GET", url, dict(headers), dict(private or {})), accept_throttle)

    def post(
        self,
        url: str,
        headers: Mapping[str, str],
        budget: timedelta,
        *,
        data: bytes,
        private: Mapping[str, str] | None = None,
    ) -> HttpReply:
        return self._ask(Asked("POST", url, dict(headers), dict(private or {}), data), False)

    def _ask(self, asked: Asked, accept_throttle: bool) -> HttpReply:
        self.asked.append(asked)
        found = self.answer(asked).model_copy(update={"url": asked.url})
        if found.status == 429 and not accept_throttle:  # as GuardedHttp does
            wait = found.headers.get("retry-after")
            raise FetchError(
                "asks us to slow down (status 429)",
                retry_after=float(wait) if wait else None,
                trouble=Trouble.THROTTLED,
            )
        return found


def reply(body: Any = b"", status: int = 200, **headers: str) -> HttpReply:
    """``body``: bytes, or a value to be sent as JSON. Headers by keyword, with _ for -."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return HttpReply(
        status=status,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        body=data,
        url="https://unknown.example/",
        bytes_read=len(data),
    )
