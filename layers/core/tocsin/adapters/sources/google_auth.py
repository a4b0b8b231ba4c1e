"""An access token for Google's APIs, from a service account (RFC 7523) or a refresh token (RFC 6749, 6).

Secrets, by kind of source:
  googleplay      ``service_account``: the JSON file of a service account's key, as text (2.4 KB; a parameter takes 4).
  googlebusiness  ``client_id``, ``client_secret``, ``refresh_token`` of an OAuth client with scope business.manage.
The token is kept as the kind's session until shortly before it ends. The address that the key file names
(``token_uri``) is not used: the assertion goes to Google and nowhere else.
"""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from tocsin.adapters.sources.answers import json_of, refused
from tocsin.adapters.sources.found import error_said
from tocsin.adapters.sources.google_rs256 import PrivateKey
from tocsin.adapters.sources.values import at, count, moment, words
from tocsin.domain.errors import ParseError, SecretError, Trouble

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tocsin.adapters.http_guard import GuardedHttp, HttpReply
    from tocsin.ports import SecretStore

TOKEN_URL = "https://oauth2.googleapis.com/token"  # noqa: S105 an address
_LIFE = timedelta(hours=1)
_SPARE = timedelta(minutes=2)
_REFUSED = frozenset({"invalid_grant", "invalid_client", "unauthorized_client", "invalid_scope", "access_denied"})


class GoogleLogin:
    """``scope``: of the service account's assertion; a refresh token has its own."""

    def __init__(self, http: GuardedHttp, secrets: SecretStore, kind: str, scope: str) -> None:
        self._http, self._secrets, self._kind, self._scope = http, secrets, kind, scope

    def get(self, url: str, now: datetime, budget: timedelta) -> HttpReply:
        """The answer, whatever its status. A token that Google ended early is replaced once. Raise SecretError when
        the secret is of no use, FetchError when Google does not accept it."""
        headers = {"Accept": "application/json"}
        reply = self._http.get(url, headers, budget, private=self._header(now, budget), accept_throttle=True)
        if reply.status != 401:
            return reply
        private = self._header(now, budget, anew=True)
        return self._http.get(url, headers, budget, private=private, accept_throttle=True)

    def _header(self, now: datetime, budget: timedelta, *, anew: bool = False) -> dict[str, str]:
        kept = self._secrets.session(self._kind)
        ends = moment(kept.get("ends", ""))
        token = kept.get("access_token", "")
        if anew or not token or ends is None or ends < now + _SPARE:
            token = self._new_token(now, budget)
        return {"Authorization": f"Bearer {token}"}

    def _new_token(self, now: datetime, budget: timedelta) -> str:
        form = self._form(self._secrets.secret(self._kind), now)
        reply = self._http.post(
            TOKEN_URL,
            {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
            budget,
            data=urlencode(form).encode(),
        )
        token, life = _token_of(reply, self._kind)
        ends = (now + timedelta(seconds=life)).astimezone(UTC).isoformat()
        self._secrets.keep_session(self._kind, {"access_token": token, "ends": ends})
        return token

    def _form(self, secret: Mapping[str, str], now: datetime) -> dict[str, str]:
        if secret.get("service_account"):
            assertion = _assertion(secret["service_account"], self._kind, self._scope, now)
            return {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion}
        names = ("client_id", "client_secret", "refresh_token")
        if missing := [name for name in names if not secret.get(name)]:
            wanted = "service_account" if self._kind == "googleplay" else ", ".join(missing)
            raise SecretError(f"the secret of {self._kind} lacks {wanted} (docs/sources.md says what goes there)")
        return {"grant_type": "refresh_token"} | {name: secret[name] for name in names}


def _assertion(key_file: str, kind: str, scope: str, now: datetime) -> str:
    """A signed JWT that asks for a token of an hour."""
    place = f"the secret of {kind}, service_account"
    try:
        value = json_of(key_file.encode("utf-8", "replace"))
    except ParseError:
        raise SecretError(f"{place}: it is not the JSON of a service account's key") from None
    mail, pem = words(at(value, "client_email")), words(at(value, "private_key"))
    if not mail or not pem:
        raise SecretError(f"{place}: it has no client_email or private_key; create a key of type JSON")
    issued = int(now.timestamp())
    claims = {"iss": mail, "scope": scope, "aud": TOKEN_URL, "iat": issued, "exp": issued + int(_LIFE.total_seconds())}
    header = {"alg": "RS256", "typ": "JWT", "kid": words(at(value, "private_key_id"))}
    signed = f"{_part(json.dumps(header).encode())}.{_part(json.dumps(claims).encode())}"
    try:
        signature = PrivateKey.of_pem(pem).sign(signed.encode())
    except ValueError as error:
        raise SecretError(f"{place}: its private_key cannot be used: {error}") from None
    return f"{signed}.{_part(signature)}"


def _part(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _token_of(reply: HttpReply, kind: str) -> tuple[str, int]:
    """The token and its seconds. Raise FetchError: a refused login is AUTH, with the way out."""
    try:
        value = json_of(reply.body)
    except ParseError:
        raise refused(reply, trouble=None if reply.status != 200 else Trouble.FORMAT) from None
    token = words(at(value, "access_token"))
    if reply.status == 200 and token and token.isascii() and token.isprintable():
        return token, min(count(at(value, "expires_in")) or 3_600, 86_400)
    said = error_said(value) or ""
    if words(at(value, "error")) in _REFUSED:
        said = f"{said}; log in again and store the new secret of {kind}"
        raise refused(reply, said=said, trouble=Trouble.AUTH)
    raise refused(reply, said=said)
