"""Files that Telegram Desktop writes: result.json of a chat or of a whole account, and the pages messages.html.

A file names no public address of its chat: with ``--url https://t.me/name`` the ids are those of the channel's page.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tocsin.adapters.sources import values
from tocsin.adapters.sources.telegram_tree import Node, every, first, line, tags, text
from tocsin.adapters.sources.telegram_values import KIND, approximate, channel_of, post_id, url_of, with_links
from tocsin.adapters.sources.values import at, items
from tocsin.domain.mention import Author, Engagement, Medium, Post, stable_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tocsin.adapters.sources.found import Found

_WITH_ADDRESS = ("public_channel", "private_channel", "public_supergroup", "private_supergroup")
_DATE = re.compile(
    r"(\d{1,2})\.(\d{1,2})\.(\d{4}) (\d{1,2}):(\d{2})(?::(\d{2}))?(?: UTC([+-]\d{2}):?(\d{2}))?", re.ASCII
)
_NUMBER = re.compile(r"message(-?\d{1,15})")
_ANSWERED = re.compile(r"go_to_message(-?\d{1,15})")
_ZONELESS = "its times have no zone and are taken as UTC; export as JSON with a newer Telegram Desktop for exact ones"
_NAMELESS = "the file names no public chat; say --url https://t.me/name for ids that match the channel's page"


def chats_of(value: Any) -> list[dict[str, Any]]:
    """The chats of a result.json; empty for any other JSON."""
    if isinstance(value, dict) and isinstance(value.get("messages"), list) and ("type" in value or "name" in value):
        return [value]
    found = [*items(at(value, "chats", "list")), *items(at(value, "left_chats", "list"))]
    return [chat for chat in found if isinstance(chat.get("messages"), list)]


def read_chat(chat: dict[str, Any], url: str | None, found: Found, medium: Medium) -> None:
    base = channel_of(url) if url else None
    base = base or _base(chat)
    zoneless = False
    for message in chat["messages"]:
        if not isinstance(message, dict):
            found.skip("an entry of the export", "it is no message")
            continue
        zoneless = zoneless or "date_unixtime" not in message
        _exported(message, base, chat, found, medium)
    if zoneless and chat["messages"]:
        found.warn(_ZONELESS)


def _base(chat: dict[str, Any]) -> str:
    number = values.short(chat.get("id"), 30) or ""
    kind = chat.get("type")
    if number.isascii() and number.isdigit():
        return f"c/{number}" if kind in _WITH_ADDRESS else f"-{number}" if kind == "private_group" else number
    return stable_id("chat", values.words(chat.get("name"))).replace(":", "-")


def _exported(message: dict[str, Any], base: str, chat: dict[str, Any], found: Found, medium: Medium) -> None:
    number = values.count(message.get("id"))
    if number is None and not isinstance(message.get("id"), int):
        found.skip("a message of the export", "it has no id")
        return
    native = f"{base}/{message['id'] if number is None else number}"
    if message.get("type", "message") != "message":
        found.skip(f"message {native}", f"a service message ({values.short(message.get('action'), 100) or '?'})")
        return
    words = _words(message)
    if not words:
        kind = next((key for key in ("media_type", "photo", "file", "location_information") if message.get(key)), None)
        found.skip(
            f"message {native}", f"it has no words ({values.short(message.get('media_type')) or kind or 'empty'})"
        )
        return
    answered = values.count(message.get("reply_to_message_id"))
    elsewhere = message.get("reply_to_peer_id") is not None
    parent = f"{base}/{answered}" if answered is not None and not elsewhere else None
    sender = values.short(message.get("from_id"), 64)
    found.update(
        Post(
            id=post_id(native),
            source=KIND,
            url=_address(native),
            text=words,
            published_at=found.when(values.moment(message.get("date_unixtime") or message.get("date"))),
            fetched_at=found.fetched_at,
            author=Author(
                id=sender.removeprefix("user").removeprefix("channel") if sender else None,
                name=values.name(message.get("from")) or values.name(chat.get("name") if not sender else None),
                handle=base if _is_named(base) and (sender or "channel").startswith("channel") else None,
            ),
            engagement=Engagement(
                likes=values.total(*(values.count(one.get("count")) for one in items(message.get("reactions"))))
            ),
            in_reply_to=post_id(parent) if parent else None,
            thread=post_id(parent) if parent else None,
            medium=medium,
        ),
        fields=sorted(key for key in ("id", "date", "from", "from_id", "text") if key in message),
    )


def _address(native: str) -> str | None:
    base, _, number = native.rpartition("/")
    return url_of(native) if number.isdigit() and (_is_named(base) or base.startswith("c/")) else None


def _is_named(base: str) -> bool:
    return base[:1].isalpha() and "/" not in base and "-" not in base


def _words(message: dict[str, Any]) -> str:
    told = message.get("text")
    pieces: list[Any] = told if isinstance(told, list) else [told]
    if not any(pieces):
        pieces = list(items(message.get("text_entities")))
    said = "".join(
        values.words(at(piece, "text")) if isinstance(piece, dict) else values.words(piece) for piece in pieces
    )
    poll = message.get("poll")
    options = [values.words(answer.get("text")) for answer in items(at(poll, "answers"))]
    parts = [said, values.words(at(poll, "question")), *options, values.words(message.get("file_name"))]
    links = [at(piece, "href") for piece in pieces if at(piece, "type") == "text_link"]
    return with_links(values.plain("\n".join(part for part in parts if part.strip())), links)


def is_exported_page(root: Node) -> bool:
    return any(_NUMBER.fullmatch(node.attrs.get("id", "")) for node in every(root, "message"))


def read_exported_page(root: Node, url: str | None, found: Found, medium: Medium) -> None:
    head = first(root, "page_header")
    title = line(first(head, "text") if head else None)
    named = channel_of(url) if url else None
    base = named or stable_id("chat", title).replace(":", "-")
    sender, zoneless = "", False
    for message in every(root, "message"):
        number = _NUMBER.fullmatch(message.attrs.get("id", ""))
        native = f"{base}/{number[1]}" if number else None
        if native is None:
            found.skip("a message of the export", "it has no id")
        elif "service" in message.classes:
            found.skip(f"message {native}", f"a service message («{line(message)}»)")
        else:
            name = line(first(message, "from_name", outside={"forwarded", "reply_to"}), outside={"date"})
            sender = name or sender  # the next messages of the same person are «joined» and leave the name out
            zoneless = _on_page(message, native, sender, found, medium) or zoneless
    if zoneless:
        found.warn(_ZONELESS)
    if not named:
        found.warn(_NAMELESS)


def _on_page(message: Node, native: str, sender: str, found: Found, medium: Medium) -> bool:
    """Whether the message's time lacks its zone."""
    parts = [text(node) for node in every(message, "text", outside={"reply_to"})]
    for name in ("question", "answer"):
        parts += [
            line(node, outside={"details"}) for poll in every(message, "media_poll") for node in every(poll, name)
        ]
    links = [
        link.attrs.get("href") for node in every(message, "text", outside={"reply_to"}) for link in tags(node, "a")
    ]
    words = with_links(values.plain("\n".join(part for part in parts if part)), links)
    if not words:
        found.skip(f"message {native}", f"it has no words ({line(first(message, 'media')) or 'empty'})")
        return False
    stamp = next((node.attrs.get("title", "") for node in every(message, "date", outside={"forwarded"})), "")
    answered = _answered(message)
    parent = post_id(f"{native.rpartition('/')[0]}/{answered}") if answered else None
    found.update(
        Post(
            id=post_id(native),
            source=KIND,
            url=_address(native),
            text=words,
            published_at=found.when(_moment(stamp)),
            fetched_at=found.fetched_at,
            author=Author(name=values.name(sender)),
            engagement=Engagement(
                likes=values.total(*(approximate(line(first(one, "count"))) for one in every(message, "reaction")))
            ),
            in_reply_to=parent,
            thread=parent,
            medium=medium,
        )
    )
    return bool(stamp) and "UTC" not in stamp


def _answered(message: Node) -> str | None:
    box = first(message, "reply_to")
    found: Iterator[re.Match[str] | None] = (
        _ANSWERED.search(link.attrs.get("href", "")) for link in (tags(box, "a") if box else ())
    )
    return next((match[1] for match in found if match), None)


def _moment(stamp: str) -> datetime | None:
    found = _DATE.match(stamp.strip())
    if not found:
        return None
    day, month, year, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    zone = f"{found[7]}:{found[8]}" if found[7] else "+00:00"
    try:
        said = datetime.fromisoformat(f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{zone}")
        return said.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
