"""A login at Bluesky, kept and renewed: logins are few (30 in 5 minutes, 300 a day), so tokens are used as long as
they live. Secret: {"identifier", "password", "service"?}: the account, an app password, and its server if it is not
https://bsky.social."""

from __future__ import annotations

import json
import re
import threading
from typing import TYPE_CHECKING

from tocsin.adapters.sources import values
from tocsin.adapters.sources.answers import json_of
from tocsin.adapters.sources.look import secret_of
from tocsin.domain.errors import FetchError, SecretError, Trouble

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tocsin.adapters.http_guard import HttpReply
    from tocsin.adapters.sources.look import Look
    from tocsin.ports import SecretStore

_KIND = "bluesky"
_OWN_MACHINE = re.compile(r"http://127\.0\.0\.1(?::\d+)?(?:/|$)")
_SERVICE = "https://bsky.social"
_EXPIRED = ("ExpiredToken", "InvalidToken")


class Session:
    """One for all units: a token renewed in one thread serves the others."""

    def __init__(self, secrets: SecretStore) -> None:
        self._secrets = secrets
        self._lock = threading.Lock()
        self._tokens: Mapping[str, str] = {}

    def get(self, look: Look, path: str, server: str = "") -> HttpReply:
        """GET as the client's account. A token that expired, be it in mid-page, is renewed once."""
        secret = secret_of(self._secrets, _KIND, "identifier", "password")
        base = (server or _service(secret)).rstrip("/")
        tokens = self._valid(look, base, secret, worn=None)
        try:
            return look.get(f"{base}{path}", private=_bearer(tokens["accessJwt"]))
        except FetchError as error:
            if error.trouble is not Trouble.AUTH and not any(mark in error.reason for mark in _EXPIRED):
                raise
        tokens = self._valid(look, base, secret, worn=tokens["accessJwt"])
        return look.get(f"{base}{path}", private=_bearer(tokens["accessJwt"]))

    def _valid(self, look: Look, base: str, secret: Mapping[str, str], *, worn: str | None) -> Mapping[str, str]:
        with self._lock:
            whose = f"{base} {secret['identifier']}"
            tokens = self._tokens or self._secrets.session(_KIND)
            if tokens.get("whose") != whose:
                tokens = {}
            if not tokens.get("accessJwt") or tokens["accessJwt"] == worn:
                tokens = self._renewed(look, base, tokens) or self._login(look, base, secret)
                tokens = {**tokens, "whose": whose}
                self._secrets.keep_session(_KIND, tokens)
            self._tokens = tokens
            return tokens

    def _renewed(self, look: Look, base: str, tokens: Mapping[str, str]) -> Mapping[str, str] | None:
        if not tokens.get("refreshJwt"):
            return None
        try:
            reply = look.post(
                f"{base}/xrpc/com.atproto.server.refreshSession", b"", private=_bearer(tokens["refreshJwt"])
            )
        except FetchError as error:
            if error.trouble in {Trouble.AUTH, Trouble.FORMAT, Trouble.POLICY}:
                return None
            raise
        return _tokens(reply)

    def _login(self, look: Look, base: str, secret: Mapping[str, str]) -> Mapping[str, str]:
        asked = {"identifier": secret["identifier"].strip().removeprefix("@"), "password": secret["password"].strip()}
        reply = look.post(f"{base}/xrpc/com.atproto.server.createSession", json.dumps(asked).encode())
        return _tokens(reply)


def _service(secret: Mapping[str, str]) -> str:
    """The password and the tokens go there, so that nobody on the way may read them. This machine's own address needs
    no cipher, and the guard lets nobody call it who was not told to."""
    service = values.words(secret.get("service")).strip() or _SERVICE
    if not service.lower().startswith("https://") and not _OWN_MACHINE.match(service):
        raise SecretError("the secret of bluesky has a service without https: write it like https://bsky.social")
    return service


def _tokens(reply: HttpReply) -> Mapping[str, str]:
    value = json_of(reply.body, what="the login's answer")
    found = {name: said for name in ("accessJwt", "refreshJwt") if (said := values.words(values.at(value, name)))}
    if len(found) != 2 or not all(said.isascii() and said.isprintable() for said in found.values()):
        raise FetchError("Bluesky's login answered without tokens", trouble=Trouble.FORMAT)
    return found


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
