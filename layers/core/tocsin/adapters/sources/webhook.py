"""What another tool sends to our hook, as posts: by the client's JSON pointers, else by names in common use."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tocsin.adapters.sources import answers, values
from tocsin.domain.errors import ParseError
from tocsin.domain.mention import Author, Post, stable_id
from tocsin.domain.webhook import MAX_ITEMS, HookItems, TooManyItemsError, Unreadable

if TYPE_CHECKING:
    from datetime import datetime

    from tocsin.domain.intake_settings import Webhook

SOURCE = "webhook"
KEPT = 60_000
"""Characters of an unreadable item that are kept; escaped they are at most six bytes each, and a queue takes 256 KB."""
_LISTS = ("items", "data", "mentions", "posts", "results", "entries", "records")
_NAMES = {
    "text": ("text", "content", "body", "message", "caption", "description", "snippet", "summary", "comment"),
    "title": ("title", "headline", "subject"),
    "url": ("url", "link", "permalink", "permalink_url", "href", "source_url", "post_url"),
    "id": ("id", "guid", "uid", "post_id", "mention_id", "item_id"),
    "author": ("author", "author_name", "username", "user", "from", "screen_name", "creator"),
    "published_at": (
        "published_at",
        "publishedAt",
        "published",
        "created_at",
        "createdAt",
        "date",
        "timestamp",
        "time",
    ),
    "language": ("language", "lang"),
    "rating": ("rating", "stars"),
}


def read_items(body: bytes, hook: Webhook, *, fetched_at: datetime) -> HookItems:
    """Raise ParseError when the body is no JSON object or list, TooManyItemsError when it has too many."""
    document = answers.json_of(body, what="the message")
    found = _items(document, hook)
    if len(found) > MAX_ITEMS:
        raise TooManyItemsError(f"over {MAX_ITEMS} items in one message")
    posts: list[Post] = []
    unreadable: list[Unreadable] = []
    for item in found:
        post = _post(item, hook, fetched_at) if isinstance(item, dict) else "not a JSON object"
        if isinstance(post, Post):
            posts.append(post)
        else:
            unreadable.append(_refused(item, post))
    return HookItems(posts=tuple(posts), unreadable=tuple(unreadable))


def pointed(value: Any, pointer: str) -> Any:
    """What a JSON pointer (RFC 6901) points at, or None."""
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        at = int(key) if isinstance(value, list) and key.isascii() and key.isdigit() and len(key) < 7 else key
        value = values.at(value, at)
    return value


def _items(document: Any, hook: Webhook) -> list[Any]:
    if hook.items is not None:
        document = pointed(document, hook.items)
    elif isinstance(document, dict) and _text(document, hook) is None:
        document = next((document[name] for name in _LISTS if isinstance(document.get(name), list)), document)
    if isinstance(document, list):
        return document
    if isinstance(document, dict):
        return [document]
    where = f" at {hook.items}" if hook.items else ""
    raise ParseError(f"the message holds no object or list{where}")


def _post(item: dict[str, Any], hook: Webhook, fetched_at: datetime) -> Post | str:
    """The post, or why there is none."""
    text = _text(item, hook)
    title = values.title(_field(item, hook, "title"))
    url = values.address(_field(item, hook, "url"))
    if not text and not title:
        return f"no text: nothing at {hook.map.text}" if hook.map.text else "no text under any name that we know"
    moment = values.moment(_field(item, hook, "published_at"))
    author = _author(_field(item, hook, "author"))
    native = values.short(_field(item, hook, "id")) or url or json.dumps([title, text, author.name, str(moment)])
    return Post(
        id=stable_id(SOURCE, f"{hook.name}\x00{native}"),
        source=SOURCE,
        url=url,
        title=title,
        text=text or "",
        language=values.tag(_field(item, hook, "language")),
        published_at=values.published(moment, fetched_at),
        fetched_at=fetched_at,
        author=author,
        rating=values.stars(_field(item, hook, "rating")),
        medium=hook.medium,
    )


def _text(item: dict[str, Any], hook: Webhook) -> str | None:
    return values.text(_field(item, hook, "text")) or None


def _field(item: dict[str, Any], hook: Webhook, name: str) -> Any:
    pointer = getattr(hook.map, name)
    if pointer is not None:
        return pointed(item, pointer)
    return next((item[each] for each in _NAMES[name] if item.get(each) not in (None, "")), None)


def _author(said: Any) -> Author:
    if not isinstance(said, dict):
        return Author(name=values.name(said))
    return Author(
        id=values.short(said.get("id")),
        handle=values.short(said.get("handle") or said.get("username") or said.get("screen_name")),
        name=values.name(said.get("name") or said.get("display_name") or said.get("displayName")),
        url=values.address(said.get("url")),
        followers=values.count(said.get("followers") or said.get("followers_count")),
    )


def _refused(item: Any, reason: str) -> Unreadable:
    return Unreadable(body=json.dumps(item)[:KEPT], reason=reason)
