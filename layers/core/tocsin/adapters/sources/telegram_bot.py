"""The Bot API's updates (getUpdates and webhook), old and new, as posts.

A message that a person forwards to the bot in their private chat is a mention by hand: it keeps the author and date of
the original, and its id where the original is a channel's, so that it is one with what the channel's page shows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tocsin.adapters.sources import values
from tocsin.adapters.sources.telegram_values import KIND, post_id, url_of, with_links
from tocsin.adapters.sources.values import at, items
from tocsin.domain.mention import Author, Engagement, Medium, Post
from tocsin.domain.model import Frozen, UtcDatetime

if TYPE_CHECKING:
    from tocsin.adapters.sources.found import Found

MESSAGES = (
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "business_message",
    "edited_business_message",
)
_SERVICE = (
    "new_chat_members new_chat_member left_chat_member new_chat_title new_chat_photo delete_chat_photo "
    "group_chat_created supergroup_chat_created channel_chat_created message_auto_delete_timer_changed "
    "migrate_to_chat_id migrate_from_chat_id pinned_message invoice successful_payment refunded_payment users_shared "
    "user_shared chat_shared connected_website write_access_allowed passport_data proximity_alert_triggered "
    "boost_added chat_background_set forum_topic_created forum_topic_edited forum_topic_closed forum_topic_reopened "
    "general_forum_topic_hidden general_forum_topic_unhidden giveaway_created giveaway giveaway_winners "
    "giveaway_completed video_chat_scheduled video_chat_started video_chat_ended video_chat_participants_invited "
    "voice_chat_started voice_chat_ended voice_chat_scheduled web_app_data"
).split()
_WORDLESS = "photo video animation audio document voice video_note sticker location contact dice game story".split()
_NAMES = (
    ("checklist", "title"),
    ("document", "file_name"),
    ("audio", "performer"),
    ("audio", "title"),
    ("venue", "title"),
    ("venue", "address"),
)
_SUPERGROUPS = 10**12
"""Bot API ids of channels and supergroups are minus (this plus their own number)."""


class _Origin(Frozen):
    """Where a forwarded message comes from. ``native``: the message itself, where a channel says so."""

    author: Author = Author()
    at: UtcDatetime | None = None
    native: str | None = None


def is_message(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("chat"), dict) and "message_id" in value


def is_update(value: Any) -> bool:
    return isinstance(value, dict) and "update_id" in value


def read_update(update: dict[str, Any], found: Found, medium: Medium) -> None:
    name = next((name for name in MESSAGES if is_message(update.get(name))), None)
    if name is None:
        kinds = ", ".join(sorted(key for key in update if key != "update_id")) or "nothing"
        found.skip(f"update {values.short(update.get('update_id')) or '?'}", f"it is no message ({kinds})")
        return
    read_message(update[name], found, medium)


def read_message(message: dict[str, Any], found: Found, medium: Medium) -> None:
    chat = message["chat"]
    native = native_in(chat, message.get("message_id"))
    if native is None:
        found.skip("a message", "its chat or message id cannot be read")
        return
    words = _words(message)
    private = chat.get("type") == "private" or (_is_number(chat.get("id")) and chat["id"] > 0)
    if not words or (private and _is_command(message)):
        found.skip(f"message {native}", _why_wordless(message))
        return
    origin = _origin(message)
    if private and origin:  # forwarded by hand
        native = origin.native or native
        author, when = origin.author, origin.at
        parent = thread = None
    else:
        author, when = _sender(message), values.moment(message.get("date"))
        parent, thread = _parents(message, origin)
    found.update(
        Post(
            id=post_id(native),
            source=KIND,
            url=url_of(native),
            text=words,
            published_at=found.when(when),
            fetched_at=found.fetched_at,
            author=author,
            engagement=Engagement(),
            in_reply_to=post_id(parent) if parent else None,
            thread=post_id(thread) if thread else None,
            medium=medium,
        ),
        fields=sorted(key for key in ("message_id", "date", "chat", "from", "sender_chat") if key in message),
    )


def native_in(chat: Any, message_id: Any) -> str | None:
    """As the message's public address has it, so that all ways of hearing it agree; else by the chat's number."""
    number, mid = at(chat, "id"), message_id
    if not _is_number(mid) or mid < 0:
        return None
    name = values.short(at(chat, "username"), 64)
    public = name and name.isascii() and name.replace("_", "").isalnum() and at(chat, "type") != "private"
    if public and name and not (_is_number(number) and number > 0):  # people's numbers are positive
        return f"{name.lower()}/{mid}"
    if not _is_number(number):
        return None
    own = -number - _SUPERGROUPS
    return f"c/{own}/{mid}" if own > 0 else f"{number}/{mid}"


def _is_command(message: dict[str, Any]) -> bool:
    return any(one.get("type") == "bot_command" and one.get("offset") == 0 for one in items(message.get("entities")))


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63


def _words(message: dict[str, Any]) -> str:
    said = [values.words(message.get("text")) or values.words(message.get("caption"))]
    poll = message.get("poll")
    if isinstance(poll, dict):
        said += [
            values.words(poll.get("question")),
            *(values.words(option.get("text")) for option in items(poll.get("options"))),
        ]
    said += [values.words(at(message, *path)) for path in _NAMES]
    said += [values.words(task.get("text")) for task in items(at(message, "checklist", "tasks"))]
    text = values.plain("\n".join(part for part in said if part.strip()))
    entities = [*items(message.get("entities")), *items(message.get("caption_entities"))]
    return with_links(text, [entity.get("url") for entity in entities if entity.get("type") == "text_link"])


def _why_wordless(message: dict[str, Any]) -> str:
    service = next((name for name in _SERVICE if name in message), None)
    if service:
        return f"a service message ({service})"
    if _words(message):
        return "a command to the bot"
    return f"it has no words ({', '.join(name for name in _WORDLESS if name in message) or 'unknown content'})"


def _sender(message: dict[str, Any]) -> Author:
    chat = message["chat"]
    if isinstance(message.get("sender_chat"), dict):
        return _of_chat(message["sender_chat"])
    if isinstance(message.get("from"), dict):
        return _of_user(message["from"])
    return _of_chat(chat) if chat.get("type") == "channel" else Author()


def _of_user(user: Any) -> Author:
    handle = values.short(at(user, "username"), 64)
    names = (values.words(at(user, key)) for key in ("first_name", "last_name"))
    return Author(
        id=values.short(at(user, "id"), 64),
        handle=handle,
        name=values.name(" ".join(name for name in names if name)),
        url=values.address(f"https://t.me/{handle}") if handle else None,
    )


def _of_chat(chat: Any) -> Author:
    handle = values.short(at(chat, "username"), 64)
    return Author(
        id=values.short(at(chat, "id"), 64),
        handle=handle,
        name=values.name(at(chat, "title")) or _of_user(chat).name,
        url=values.address(f"https://t.me/{handle}") if handle else None,
    )


def _origin(message: dict[str, Any]) -> _Origin | None:
    said = message.get("forward_origin")
    if isinstance(said, dict):  # since Bot API 7.0
        chat = said.get("chat") or said.get("sender_chat")
        author = (
            _of_chat(chat)
            if isinstance(chat, dict)
            else _of_user(said.get("sender_user"))
            if isinstance(said.get("sender_user"), dict)
            else Author(name=values.name(said.get("sender_user_name")))
        )
        return _Origin(
            author=author,
            at=values.moment(said.get("date")),
            native=native_in(said.get("chat"), said.get("message_id")),
        )
    chat, user = message.get("forward_from_chat"), message.get("forward_from")
    if not any(key in message for key in ("forward_from_chat", "forward_from", "forward_sender_name", "forward_date")):
        return None
    return _Origin(
        author=_of_chat(chat)
        if isinstance(chat, dict)
        else _of_user(user)
        if isinstance(user, dict)
        else Author(name=values.name(message.get("forward_sender_name"))),
        at=values.moment(message.get("forward_date")),
        native=native_in(chat, message.get("forward_from_message_id")),
    )


def _parents(message: dict[str, Any], origin: _Origin | None) -> tuple[str | None, str | None]:
    """The message answered, and the root of the talk: the forwarded original, the channel's post that a discussion
    group talks about, the topic, or the message answered."""
    reply = message.get("reply_to_message")
    if not isinstance(reply, dict):
        reply = message.get("external_reply")
    parent = None
    if isinstance(reply, dict):
        parent = native_in(reply.get("chat") or message["chat"], reply.get("message_id"))
    topic = native_in(message["chat"], message.get("message_thread_id"))
    discussed = None
    if isinstance(reply, dict) and reply.get("is_automatic_forward"):
        answered = _origin(reply)
        discussed = answered.native if answered else None
    return parent, (origin.native if origin else None) or discussed or topic or parent
