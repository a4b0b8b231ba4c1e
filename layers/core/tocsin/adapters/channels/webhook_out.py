"""An alert to any other system: the document of the topic, posted and signed as the hooks that come in are."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tocsin.adapters.channels.room_post import Poster, RoomPost, encoded
from tocsin.adapters.channels.topic_sns import document
from tocsin.domain.alert import Alert
from tocsin.domain.rooms import URL_FIELD, Room, RoomKind
from tocsin.domain.webhook import sign
from tocsin.web.clean import one_line

if TYPE_CHECKING:
    from tocsin.ports import Clock, SecretStore


class WebhookOutChannel(RoomPost):
    """The receiver checks ``X-Tocsin-Signature`` over the time, a full stop and the body (domain/webhook.py), and
    ``X-Tocsin-Alert`` is the same when one message comes twice."""

    kind = RoomKind.WEBHOOK
    service = "webhook"

    def __init__(
        self, web: Poster, rooms: Callable[[], Sequence[Room]], secrets: "SecretStore", clock: "Clock"
    ) -> None:
        super().__init__(web, rooms, secrets)
        self._clock = clock

    def send(self, alert: Alert, address: str) -> str:
        """``address``: the room's name. Raise DeliveryError."""
        room = self.room(address)
        url = room.url or self.secret(f"{room.name}{URL_FIELD}")
        body, at = encoded(document(alert)), str(int(self._clock.now().timestamp()))
        headers = {
            "X-Tocsin-Timestamp": at,
            "X-Tocsin-Signature": sign(self.secret(room.name), at, body),
            "X-Tocsin-Alert": one_line(alert.id, 400).encode("ascii", "replace").decode(),
        }
        self.hand_over_bytes(url, body, headers)
        return f"{room.name}: taken"
