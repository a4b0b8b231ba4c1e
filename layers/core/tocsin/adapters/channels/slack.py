"""A post in Slack, by an incoming webhook."""

from tocsin.adapters.channels.room_post import RoomPost
from tocsin.domain.alert import Alert
from tocsin.domain.rooms import RoomKind
from tocsin.web.chat import Chat, render_chat

HEADER, SECTION, BUTTON, FALLBACK = 150, 3_000, 75, 3_000
"""Characters that Slack takes (Block Kit reference); more refuses the whole post."""
_ESCAPED = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
"""All that Slack reads as control: mentions (``<!channel>``, ``<@U1>``) and links stand in angle brackets."""


class SlackChannel(RoomPost):
    kind = RoomKind.SLACK
    service = "Slack"

    def send(self, alert: Alert, address: str) -> str:
        """``address``: the room's name. Raise DeliveryError."""
        room = self.room(address)
        self.hand_over(self.secret(room.name), post(render_chat(alert)))
        return f"{room.name}: taken"  # Slack gives no id here


def post(chat: Chat) -> dict[str, object]:
    """Every word in plain_text objects, which know no markup; the button alone is a link."""
    blocks: list[dict[str, object]] = [{"type": "header", "text": _plain(chat.title, HEADER)}]
    if chat.lines:
        blocks.append({"type": "section", "text": _plain("\n".join(chat.lines), SECTION)})
    if chat.link is not None:
        button = {"type": "button", "text": _plain(chat.link_words, BUTTON), "url": chat.link.href}
        blocks.append({"type": "actions", "elements": [button]})
    return {
        "text": escaped(chat.title, FALLBACK),
        "mrkdwn": False,
        "unfurl_links": False,
        "unfurl_media": False,
        "blocks": blocks,
    }


def _plain(text: str, limit: int) -> dict[str, object]:
    return {"type": "plain_text", "text": escaped(text, limit), "emoji": False}


def escaped(text: str, limit: int) -> str:
    """At most ``limit`` characters, no entity cut in two."""
    kept, room = [], limit
    for char in text:
        form = _ESCAPED.get(char, char)
        room -= len(form)
        if room < 0:
            break
        kept.append(form)
    return "".join(kept) or "-"
