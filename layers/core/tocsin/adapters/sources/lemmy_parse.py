"""Lemmy's posts and comments to ours: search, listings, single posts, inbox listings; API v3 (0.18 and 0.19, with and
without a zone in ``published``) and v4 (1.0: ``published_at``, counts within the post, one list of results).

The same post is on many servers with another number each, so it is known by its ``ap_id``.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tocsin.adapters.sources import values
from tocsin.adapters.sources.answers import json_of
from tocsin.adapters.sources.found import Found, SkippedError, items_in, post_id
from tocsin.domain.errors import ParseError
from tocsin.domain.mention import MAX_TEXT, Author, Engagement, Medium, Post
from tocsin.domain.text import clip

if TYPE_CHECKING:
    from datetime import datetime

    from tocsin.adapters.sources.values import Parsed

SOURCE = "lemmy"


def parse(body: bytes, *, fetched_at: datetime, url: str | None = None, medium: str | None = None) -> Parsed:
    """As every source's parser (registry.Parser)."""
    return read(json_of(body), fetched_at=fetched_at, url=url, medium=medium)


def read(value: Any, *, fetched_at: datetime, url: str | None = None, medium: str | None = None) -> Parsed:
    if not isinstance(value, dict | list):
        raise ParseError("the answer is JSON, but no answer of Lemmy's")
    found = Found(fetched_at)
    views = [_view(item) for item in items_in(value, _is_item)]
    numbers = {
        values.words(view["comment"].get("id")): values.words(view["comment"].get("ap_id"))
        for view in views
        if isinstance(view.get("comment"), dict)
    }
    host = urlsplit(url).netloc if url else ""
    as_medium = Medium(medium) if medium else Medium.FORUM
    found.read(views, lambda view: _post(view, found, as_medium, numbers, host))
    return found.parsed(_what, value)


def _is_item(value: dict[str, Any]) -> bool:
    """A view (a post or comment with its author) or a bare one. A post within a comment's view is context."""
    comment, post = value.get("comment"), value.get("post")
    whole = isinstance(comment, dict) and "content" in comment
    return whole or (isinstance(post, dict) and "name" in post and "comment" not in value) or _view(value) is not value


def _view(item: dict[str, Any]) -> dict[str, Any]:
    if "ap_id" in item and "content" in item and "path" in item:
        return {"comment": item}
    return {"post": item} if "ap_id" in item and "name" in item and "community_id" in item else item


def _post(view: dict[str, Any], found: Found, medium: Medium, numbers: dict[str, str], host: str) -> Post:
    what = "comment" if isinstance(view.get("comment"), dict) else "post"
    thing = view[what]
    native = values.short(thing.get("ap_id"))
    if native is None:
        raise SkippedError(f"the {what} has no ap_id to know it by")
    if thing.get("deleted") is True or thing.get("removed") is True:
        raise SkippedError(f"the {what} was {'deleted' if thing.get('deleted') is True else 'removed'}")
    counts = view.get("counts") if isinstance(view.get("counts"), dict) else thing
    is_post = what == "post"
    body = values.plain(html.unescape(values.words(thing.get("body" if is_post else "content"))))
    shared = values.address(thing.get("url")) if is_post else None
    root = None if is_post else values.short(values.at(view, "post", "ap_id"))
    return Post(
        id=post_id(SOURCE, native),
        source=SOURCE,
        url=values.address(native),
        title=values.name(html.unescape(values.words(thing.get("name")))) if is_post else None,
        text=clip("\n".join(filter(None, (body, shared))), MAX_TEXT),
        published_at=found.when(values.moment(thing.get("published_at") or thing.get("published"))),
        fetched_at=found.fetched_at,
        author=_author(view.get(f"{what}_creator") or view.get("creator")),  # of a report, the reporter is the creator
        engagement=Engagement(
            likes=values.count(values.at(counts, "upvotes")),
            replies=values.count(values.at(counts, "comments" if is_post else "child_count")),
        ),
        in_reply_to=None if is_post else _parent(thing, root, numbers, host),
        thread=post_id(SOURCE, root) if root else None,
        media=values.addresses([thing.get("thumbnail_url")]),
        medium=medium,
    )


def _parent(comment: dict[str, Any], root: str | None, numbers: dict[str, str], host: str) -> str | None:
    """``path`` is «0.<ancestor>.….<itself>», numbers of this server; directly under the post it is «0.<itself>»."""
    steps = values.words(comment.get("path")).split(".")
    if len(steps) > 2:
        return post_id(SOURCE, numbers.get(steps[-2]) or f"{host}/comment/{steps[-2]}"[:140])
    return post_id(SOURCE, root) if root else None


def _author(creator: Any) -> Author:
    actor = values.short(values.at(creator, "actor_id")) or values.short(values.at(creator, "ap_id"))
    name = values.short(values.at(creator, "name"), 200)
    home = urlsplit(actor).netloc if actor and values.address(actor) else ""
    return Author(
        id=actor,
        handle=f"{name}@{home}" if name and home else name,
        name=values.name(values.at(creator, "display_name")),
        url=values.address(actor),
        created_at=values.moment(values.at(creator, "published_at") or values.at(creator, "published")),
    )


def _what(value: Any) -> str | None:
    keys = set(value) if isinstance(value, dict) else set()
    if "site_view" in keys:
        return "a server's description of itself"
    if keys & {"posts", "comments", "results", "items", "search"}:
        return "a search without posts"
    if keys & {"private_messages", "private_message_view"}:
        return "private messages, no public posts"
    if keys & {"community_view", "communities"}:
        return "communities"
    if keys & {"person_view", "users"}:
        return "a profile"
    return None
