"""A message in a Telegram chat, by a bot of the client's: level and link, and nothing else that Telegram could read."""

from tocsin.adapters.channels.errors import check_status
from tocsin.adapters.channels.room_post import RoomPost, answered
from tocsin.domain.alert import Alert
from tocsin.domain.errors import DeliveryError
from tocsin.domain.outbox import AlertKind
from tocsin.domain.rooms import RoomKind
from tocsin.web.chat import render_chat
from tocsin.web.words import level_word, reader_of

API = "https://api.telegram.org"


class TelegramRoomChannel(RoomPost):
    kind = RoomKind.TELEGRAM
    service = "Telegram"

    def send(self, alert: Alert, address: str) -> str:
        """``address``: the room's name. Return the message's number. Raise DeliveryError."""
        room = self.room(address)
        # No parse_mode: then nothing in the text is markup (Bot API, sendMessage).
        body = {"chat_id": room.chat, "text": words(alert), "link_preview_options": {"is_disabled": True}}
        said = answered(self.hand_over(f"{API}/bot{self.secret(room.name)}/sendMessage", body))
        result = said.get("result")
        if said.get("ok") is not True or not isinstance(result, dict):
            check_status(self.service, _code(said))
            raise DeliveryError("Telegram: it answers in another form than it promised")
        return f"{room.name}: {result.get('message_id')}"


def words(alert: Alert) -> str:
    reader = reader_of(alert)
    level = level_word(reader, alert)
    head = f"{reader.gettext('TEST')} · {level}" if alert.kind is AlertKind.TEST else level
    link = render_chat(alert, brief=True).link
    return f"{head}\n{link.href}" if link else head


def _code(said: object) -> int:
    code = said.get("error_code") if isinstance(said, dict) else None
    return code if isinstance(code, int) and 400 <= code < 600 else 200
