"""An adaptive card in Microsoft Teams, by a workflow's webhook."""

from tocsin.adapters.channels.room_post import RoomPost
from tocsin.domain.alert import Alert
from tocsin.domain.rooms import RoomKind
from tocsin.web.chat import Chat, render_chat
from tocsin.web.clean import clip

MOST = 4_000
"""Characters of one text; a card may have 28 KB in all."""


class TeamsChannel(RoomPost):
    kind = RoomKind.TEAMS
    service = "Teams"

    def send(self, alert: Alert, address: str) -> str:
        """``address``: the room's name. Raise DeliveryError."""
        room = self.room(address)
        self.hand_over(self.secret(room.name), post(render_chat(alert)))
        return f"{room.name}: taken"  # a workflow gives no id


def post(chat: Chat) -> dict[str, object]:
    """Words stand in TextRuns, which know no Markdown (a TextBlock does); the button alone is a link, and nobody can
    be mentioned without ``entities``, of which there are none."""
    card: dict[str, object] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": [_text(chat.title, size="Large", weight="Bolder"), *(_text(line) for line in chat.lines)],
    }
    if chat.link is not None:
        card["actions"] = [{"type": "Action.OpenUrl", "title": clip(chat.link_words, 80), "url": chat.link.href}]
    return {
        "type": "message",
        "attachments": [
            {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
        ],
    }


def _text(words: str, **looks: str) -> dict[str, object]:
    """``{{DATE(...)}}`` is a function wherever text stands in a card, and ``${...}`` in a template."""
    harmless = clip(words, MOST).replace("{{", "{ {").replace("${", "$ {")
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": harmless or "-", **looks}]}
