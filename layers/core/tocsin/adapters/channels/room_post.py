"""A post into a room of the client's file: where it goes, and what opens it, are secrets of the client."""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

from tocsin.adapters.channels.errors import check_status, posting_errors
from tocsin.domain.errors import DeliveryError, SecretError
from tocsin.domain.rooms import Room, RoomKind

if TYPE_CHECKING:
    from tocsin.adapters.http_guard import HttpReply
    from tocsin.ports import SecretStore

SECRETS = "channels"
"""The kind of secret: a field for each room."""
PATIENCE = timedelta(seconds=8)
JSON = {"Content-Type": "application/json; charset=utf-8"}

# At DEBUG it writes each path, and a path is the secret here.
logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)


class Poster(Protocol):
    def post(self, url: str, headers: Mapping[str, str], budget: timedelta, *, data: bytes) -> "HttpReply": ...


class RoomPost:
    """``rooms``: those of the client's file, asked once an alert is to go there."""

    kind: RoomKind
    service: str

    def __init__(self, web: Poster, rooms: Callable[[], Sequence[Room]], secrets: "SecretStore") -> None:
        self._web = web
        self._rooms = rooms
        self._secrets = secrets

    def room(self, name: str) -> Room:
        """Raise DeliveryError when the file has no such room any more."""
        found = next((room for room in self._rooms() if room.name == name and room.kind is self.kind), None)
        if found is None:
            raise DeliveryError(f"{self.service}: the client's file has no such room", permanent=True)
        return found

    def secret(self, field: str) -> str:
        with posting_errors(self.service):
            value = self._secrets.secret(SECRETS).get(field, "")
            if not value:
                raise SecretError(field)
            return value

    def hand_over(self, url: str, body: object, headers: Mapping[str, str] | None = None) -> "HttpReply":
        """Sent once: the outbox repeats it. Raise DeliveryError."""
        return self.hand_over_bytes(url, encoded(body), headers)

    def hand_over_bytes(self, url: str, data: bytes, headers: Mapping[str, str] | None = None) -> "HttpReply":
        with posting_errors(self.service):
            reply = self._web.post(url, {**JSON, **(headers or {})}, PATIENCE, data=data)
        check_status(self.service, reply.status)
        return reply


def encoded(body: object) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


def answered(reply: "HttpReply") -> Mapping[str, Any]:
    """The JSON object of an answer; empty when it is none."""
    try:
        body = json.loads(reply.body)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
