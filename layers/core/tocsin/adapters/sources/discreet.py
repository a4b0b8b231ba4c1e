"""A connector's web and its secrets, seen together: what a source says back of a secret is blotted out before anybody
reads, keeps or quotes it. Many an error answer repeats the whole request, address and headers."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

from tocsin.domain.errors import FetchError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

    from tocsin.adapters.http_guard import GuardedHttp, HttpReply
    from tocsin.ports import SecretStore

BLOT = "[secret]"
_SECRET = re.compile(r"token|key|secret|password|jwt", re.IGNORECASE)
"""Names of fields that are secret; an account's name and the like may stand in any post."""
_SHORTEST = 8


class Discreet:
    """Stands for GuardedHttp and for SecretStore; only what the connector has asked for is looked for."""

    def __init__(self, http: GuardedHttp, secrets: SecretStore) -> None:
        self._http, self._secrets = http, secrets
        self._known: dict[str, None] = {}
        self._given: dict[str, None] = {}
        """What logins gave: their own answers hold it rightly."""

    def secret(self, kind: str) -> Mapping[str, str]:
        fields = self._secrets.secret(kind)
        self._known.update(_spellings(fields))
        return fields

    def session(self, kind: str) -> Mapping[str, str]:
        fields = self._secrets.session(kind)
        self._given.update(_spellings(fields))
        return fields

    def keep_session(self, kind: str, fields: Mapping[str, str]) -> None:
        self._given.update(_spellings(fields))
        self._secrets.keep_session(kind, fields)

    def get(
        self,
        url: str,
        headers: Mapping[str, str],
        budget: timedelta,
        *,
        private: Mapping[str, str] | None = None,
        accept_throttle: bool = False,
    ) -> HttpReply:
        try:
            reply = self._http.get(url, headers, budget, private=private, accept_throttle=accept_throttle)
        except FetchError as error:
            raise self._quiet(error) from None
        return _blotted(reply, (*self._known, *self._given))

    def post(
        self,
        url: str,
        headers: Mapping[str, str],
        budget: timedelta,
        *,
        data: bytes,
        private: Mapping[str, str] | None = None,
    ) -> HttpReply:
        try:
            reply = self._http.post(url, headers, budget, data=data, private=private)
        except FetchError as error:
            raise self._quiet(error) from None
        return _blotted(reply, (*self._known, *(() if reply.status == 200 else self._given)))

    def _quiet(self, error: FetchError) -> FetchError:
        """An address may have a secret in its path."""
        for spelling in (*self._known, *self._given):
            error.reason = error.reason.replace(spelling, BLOT)
        error.args = (error.reason,)
        return error


def _blotted(reply: HttpReply, spellings: tuple[str, ...]) -> HttpReply:
    body = reply.body
    for spelling in spellings:
        body = body.replace(spelling.encode(), BLOT.encode())
    return reply if body is reply.body else reply.model_copy(update={"body": body})


def _spellings(fields: Mapping[str, str]) -> dict[str, None]:
    """Each secret as it stands in an address, a header, a form and in JSON."""
    found: dict[str, None] = {}
    for name, value in fields.items():
        said = value.strip()
        if len(said) < _SHORTEST or not _SECRET.search(name):
            continue
        once = quote(said, safe="")
        basic = b64encode(f"{fields.get('client_id', '').strip()}:{said}".encode()).decode()
        found |= dict.fromkeys((said, once, quote(said), quote_plus(said), quote(once), json.dumps(said)[1:-1], basic))
        found |= dict.fromkeys((said.replace("/", "\\/"), re.sub("%..", lambda match: match[0].lower(), once)))
    return found
