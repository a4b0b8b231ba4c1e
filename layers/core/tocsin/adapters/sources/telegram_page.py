"""Telegram's web preview: t.me/s/{channel}, and single messages as t.me shows them in other people's pages.

Unofficial markup (seen 2024 to 2026): ``.tgme_widget_message[data-post]``. Counts are rounded by the source. A page
without messages says why: the preview is hidden, the name is a group's or a person's, or nobody has it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tocsin.adapters.sources import values
from tocsin.adapters.sources.telegram_tree import Node, every, first, line, tags, text
from tocsin.adapters.sources.telegram_values import (
    KIND,
    approximate,
    channel_of,
    native_of,
    post_id,
    url_of,
)
from tocsin.domain.errors import Trouble
from tocsin.domain.mention import Author, Engagement, Medium, Post
from tocsin.domain.model import Frozen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from tocsin.adapters.sources.found import Found

_ASIDE = frozenset({"tgme_widget_message_reply", "tgme_widget_message_link_preview", "tgme_widget_message_user"})
"""Other people's words and pictures inside a message."""
_BACKGROUND = re.compile(r"background-image\s*:\s*url\(\s*['\"]?([^'\")]{1,2000})['\"]?\s*\)")
_PICTURES = (
    "tgme_widget_message_photo_wrap",
    "tgme_widget_message_video_thumb",
    "tgme_widget_message_roundvideo_thumb",
)


class Page(Frozen):
    """``oldest`` and ``newest``: message numbers on it. ``trouble`` and ``reason``: why it shows no messages at all."""

    oldest: int | None = None
    newest: int | None = None
    trouble: Trouble | None = None
    reason: str = ""


def is_page(root: Node) -> bool:
    return any(
        first(root, name)
        for name in ("tgme_widget_message", "tgme_channel_history", "tgme_page", "tgme_page_wrap", "tgme_page_title")
    )


def read_page(root: Node, found: Found, medium: Medium) -> Page:
    """Collect all messages of the page."""
    numbers: list[int] = []
    author = _channel(root)
    seen = False
    for message in every(root, "tgme_widget_message"):
        seen = True
        native = _native(message)
        if native is None:
            found.skip("a message without an id", line(message) or "it is empty")
            continue
        numbers.append(int(native.partition("?")[0].rsplit("/", 1)[1]))
        _message(message, native, author, found, medium)
    if numbers:
        return Page(oldest=min(numbers), newest=max(numbers))
    return Page() if seen or first(root, "tgme_channel_history") else _without_messages(root)


def _native(message: Node) -> str | None:
    said = message.attrs.get("data-post", "")
    if said:
        return native_of(f"https://t.me/{said}")
    date = first(message, "tgme_widget_message_date", outside=_ASIDE)  # a comment in a discussion has an address only
    return native_of(date.attrs.get("href")) if date and message.attrs.get("data-post-id") else None


def _message(message: Node, native: str, channel: Author, found: Found, medium: Medium) -> None:
    what = f"message {native}"
    if "service_message" in message.classes:
        found.skip(what, f"a service message («{line(first(message, 'tgme_widget_message_text')) or line(message)}»)")
        return
    words = _words(message)
    preview = first(message, "tgme_widget_message_link_preview")
    heading = values.name(line(first(preview, "link_preview_title"))) if preview else None
    media = values.addresses(list(_media(message)))
    if not words and not media and not heading:
        label = line(first(message, "message_media_not_supported_label"))
        found.skip(what, f"it has no words and no picture that a browser gets ({label or 'a sticker or the like'})")
        return
    said = _time(message)
    forwarded = _forwarded_from(message)
    reply = first(message, "tgme_widget_message_reply")
    parent = native_of(reply.attrs.get("href")) if reply else None
    if parent is None and "?comment=" in native:
        parent = native.partition("?")[0]
    views = approximate(line(first(message, "tgme_widget_message_views", outside=_ASIDE)))
    root = forwarded or parent
    found.update(
        Post(
            id=post_id(native),
            source=KIND,
            url=url_of(native),
            title=heading,
            text=words,
            published_at=found.when(said),
            fetched_at=found.fetched_at,
            author=_author(message, native, channel),
            engagement=Engagement(likes=_reactions(message), views=views),
            in_reply_to=post_id(parent) if parent else None,
            thread=post_id(root) if root else None,
            media=media,
            medium=medium,
        ),
        fields=[
            name for name, had in {"time": said, "views": views, "author": channel.name}.items() if had is not None
        ],
    )


def _words(message: Node) -> str:
    body = first(message, "js-message_text", outside=_ASIDE) or first(
        message, "tgme_widget_message_text", outside=_ASIDE
    )
    parts = [text(body)]
    for name in (
        "tgme_widget_message_poll_question",
        "tgme_widget_message_poll_option_text",
        "tgme_widget_message_document_title",
        "tgme_widget_message_contact_name",
        "tgme_widget_message_location_title",
    ):
        parts += [line(node) for node in every(message, name, outside=_ASIDE)]
    return values.plain("\n".join(part for part in parts if part))


def _media(message: Node) -> Iterator[str]:
    for name in _PICTURES:
        for node in every(message, name, outside=_ASIDE):
            found = _BACKGROUND.search(node.attrs.get("style", ""))
            if found:
                yield _whole(found[1])
    for tag in ("video", "audio"):
        for node in tags(message, tag):
            if node.attrs.get("src"):
                yield _whole(node.attrs["src"])


def _whole(address: str) -> str:
    return f"https:{address}" if address.startswith("//") else address


def _time(message: Node) -> datetime | None:
    date = first(message, "tgme_widget_message_date", outside=_ASIDE)
    for holder in (date, message):
        for node in tags(holder, "time") if holder else ():
            if moment := values.moment(node.attrs.get("datetime")):
                return moment
    return None


def _forwarded_from(message: Node) -> str | None:
    """The message that was forwarded, where its author does not hide it: what is passed on is one story."""
    name = first(message, "tgme_widget_message_forwarded_from_name", outside=_ASIDE)
    return native_of(name.attrs.get("href")) if name else None


def _reactions(message: Node) -> int | None:
    box = first(message, "tgme_widget_message_reactions", outside=_ASIDE)
    if box is None:
        return None
    return values.total(*(approximate(_own_words(reaction)) for reaction in every(box, "tgme_reaction")))


def _own_words(reaction: Node) -> str:
    """Without the emoji, which may be a digit («1️⃣»)."""
    counted = first(reaction, "tgme_reaction_count")
    return line(counted) if counted else "".join(child for child in reaction.children if isinstance(child, str))


def _author(message: Node, native: str, channel: Author) -> Author:
    name = native.partition("/")[0]
    person = first(message, "tgme_widget_message_author_name", outside=_ASIDE)
    if person and "?comment=" in native:
        handle = channel_of(person.attrs.get("href"))
        return Author(handle=handle, name=values.name(line(person)), url=f"https://t.me/{handle}" if handle else None)
    owner = first(message, "tgme_widget_message_owner_name", outside=_ASIDE)
    if name == "c":
        return Author(name=values.name(line(owner)))
    if channel.handle not in {None, name}:
        channel = Author()
    return channel.model_copy(
        update={
            "handle": name,
            "url": f"https://t.me/{name}",
            "name": channel.name or values.name(line(owner)),
        }
    )


def _channel(root: Node) -> Author:
    """What the page's head says of the channel; a page with one message has none."""
    head = first(root, "tgme_channel_info")
    if head is None:
        return Author()
    handle = line(first(head, "tgme_channel_info_header_username")).removeprefix("@").lower()
    followers = None
    for counter in every(head, "tgme_channel_info_counter"):
        if line(first(counter, "counter_type")).lower().startswith(("subscriber", "member")):
            followers = approximate(line(first(counter, "counter_value")))
    title = first(head, "tgme_channel_info_header_title")
    return Author(
        handle=values.short(handle),
        name=values.name(line(title, outside={"verified-icon"})),
        followers=followers,
        verified=True if first(head, "verified-icon") else None,
    )


def _without_messages(root: Node) -> Page:
    name = values.name(line(first(root, "tgme_page_title"), outside={"verified-icon"}))
    extra = " ".join(line(node) for node in every(root, "tgme_page_extra")).lower()
    if not name:
        return Page(trouble=Trouble.GONE, reason="nobody has this name on Telegram, or the channel is private")
    if "subscriber" in extra:
        return Page(
            trouble=Trouble.POLICY, reason=f"the channel «{name}» hides its web preview; only a bot can hear it"
        )
    if "member" in extra or "online" in extra:
        return Page(trouble=Trouble.POLICY, reason=f"«{name}» is a group; Telegram shows groups to members only")
    return Page(trouble=Trouble.POLICY, reason=f"«{name}» is no public channel but a person, a bot or an invitation")
