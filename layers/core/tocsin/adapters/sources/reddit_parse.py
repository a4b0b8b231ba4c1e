"""Reddit's submissions and comments to posts, in whatever answer they come: listings, single submissions with their
comments, searches, inbox listings of answers and mentions.

Text is Markdown as written; where raw_json=1 was not asked for, «&», «<» and «>» come escaped. A link post's text is
its address. Private messages are no posts and are left out.
"""

from __future__ import annotations

import html
import re
from functools import partial
from typing import TYPE_CHECKING, Any

from tocsin.adapters.sources import values
from tocsin.adapters.sources.answers import json_of
from tocsin.adapters.sources.found import Found, SkippedError, line_of, post_id
from tocsin.domain.errors import ParseError
from tocsin.domain.mention import MAX_TEXT, Author, Engagement, Medium, Post
from tocsin.domain.text import clip

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from tocsin.adapters.sources.values import Parsed

SOURCE = "reddit"
_SITE = "https://www.reddit.com"
_FULLNAME = re.compile(r"t[13]_[0-9a-z]{1,20}")
_THREAD = re.compile(r"/comments/([0-9a-z]{1,20})(?:/|$)")
_GONE = frozenset({"[deleted]", "[removed]", "[ removed by reddit ]", "[ removed by moderator ]", "[deleted by user]"})
_OWN_HOSTS = re.compile(r"https?://(?:[a-z]+\.)?(?:reddit\.com|redd\.it)/", re.IGNORECASE)
_PICTURE = re.compile(r"https?://i\.redd\.it/|\.(?:jpe?g|png|gif|webp|mp4)(?:\?|$)", re.IGNORECASE)
_KINDS = {"t2": "an account", "t4": "a private message", "t5": "a subreddit", "t6": "an award"}


def parse(body: bytes, *, fetched_at: datetime, url: str | None = None, medium: str | None = None) -> Parsed:  # noqa: ARG001
    """As every source's parser (registry.Parser)."""
    return read(json_of(body), fetched_at=fetched_at, medium=medium)


def read(value: Any, *, fetched_at: datetime, medium: str | None = None) -> Parsed:
    if not isinstance(value, dict | list):
        raise ParseError("the answer is JSON, but no answer of Reddit's")
    found = Found(fetched_at)
    as_medium = Medium(medium) if medium else Medium.FORUM
    for kind, raw in _walk(value):
        if kind == "more":
            hidden = values.count(raw.get("count"))
            found.warn(f"{hidden or 'some'} more comments are not in this answer")
            continue
        found.take(raw, partial(_post, kind=kind, found=found, medium=as_medium))
    return found.parsed(_what, value)


def _post(raw: dict[str, Any], *, kind: str, found: Found, medium: Medium) -> Post:
    if kind not in {"t1", "t3"}:
        raise SkippedError(f"it is {_KINDS.get(kind) or clip(kind, 40) or 'something else'}, no public post")
    name = _fullname(kind, raw)
    if name is None:
        raise SkippedError("it has no id")
    if kind == "t3":
        if _gone(raw.get("title")) and (_gone(raw.get("selftext")) or not raw.get("selftext")):
            raise SkippedError(f"the submission was taken back ({values.short(raw.get('title'), 40)})")
        return _submission(name, raw, found, medium)
    if _gone(raw.get("body")):
        raise SkippedError(f"the comment was taken back ({values.short(raw.get('body'), 40)})")
    return _comment(name, raw, found, medium)


def _walk(value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """(kind, data) of each thing; of a comment also the answers under it. What a submission shares is not new."""
    if isinstance(value, list):
        for inner in value:
            yield from _walk(inner)
    elif isinstance(value, dict):
        kind, data = value.get("kind"), value.get("data")
        listed = isinstance(values.at(data, "children"), list) and kind != "more"
        if isinstance(kind, str) and isinstance(data, dict) and not listed:
            yield kind, data
            yield from _walk(data.get("replies"))
        elif bare := _bare(value):
            yield bare, value
            yield from _walk(value.get("replies"))
        else:
            for inner in value.values():
                if isinstance(inner, dict | list):
                    yield from _walk(inner)


def _bare(value: dict[str, Any]) -> str | None:
    """A thing without its wrapper, as archives give it."""
    if "created_utc" not in value or "author" not in value:
        return None
    if isinstance(value.get("title"), str) and ("permalink" in value or "num_comments" in value):
        return "t3"
    return "t1" if isinstance(value.get("body"), str) and ("link_id" in value or "parent_id" in value) else None


def _fullname(kind: str, raw: dict[str, Any]) -> str | None:
    for said in (values.words(raw.get("name")), f"{kind}_{values.words(raw.get('id'))}"):
        if _FULLNAME.fullmatch(said):
            return said
    return None


def _submission(name: str, raw: dict[str, Any], found: Found, medium: Medium) -> Post:
    link = values.words(raw.get("url_overridden_by_dest")) or values.words(raw.get("url"))
    link = html.unescape(link)
    shared = None if _OWN_HOSTS.match(link) or raw.get("is_self") is True else values.address(link)
    said = [] if _gone(raw.get("selftext")) else [_markdown(raw.get("selftext"))]
    said += [values.plain(option.get("text")) for option in values.items(values.at(raw, "poll_data", "options"))]
    return Post(
        id=post_id(SOURCE, name),
        source=SOURCE,
        url=_address(raw.get("permalink")) or f"{_SITE}/comments/{name[3:]}/",
        title=values.name(html.unescape(values.words(raw.get("title")))[:1_000]),
        text=clip("\n".join(filter(None, (*said, shared))), MAX_TEXT),
        published_at=found.when(values.moment(raw.get("created_utc"))),
        fetched_at=found.fetched_at,
        author=_author(raw),
        engagement=Engagement(
            likes=values.count(raw.get("ups", raw.get("score"))),
            replies=values.count(raw.get("num_comments")),
            shares=values.count(raw.get("num_crossposts")),
            views=values.count(raw.get("view_count")),
        ),
        media=_media(raw, link),
        medium=medium,
    )


def _comment(name: str, raw: dict[str, Any], found: Found, medium: Medium) -> Post:
    context = values.words(raw.get("context")).partition("?")[0]
    where = values.words(raw.get("permalink")) or context
    in_path = _THREAD.search(where)
    thread = values.words(raw.get("link_id")) or (f"t3_{in_path[1]}" if in_path else "")
    bare = f"{_SITE}/comments/{thread[3:]}/_/{name[3:]}/" if _FULLNAME.fullmatch(thread) else None
    hidden = raw.get("score_hidden") is True
    return Post(
        id=post_id(SOURCE, name),
        source=SOURCE,
        url=_address(where) or bare,
        text=_markdown(raw.get("body")),
        published_at=found.when(values.moment(raw.get("created_utc"))),
        fetched_at=found.fetched_at,
        author=_author(raw),
        engagement=Engagement(likes=None if hidden else values.count(raw.get("ups", raw.get("score")))),
        in_reply_to=_reference(values.words(raw.get("parent_id"))),
        thread=_reference(thread),
        media=values.addresses(_gallery(raw)),
        medium=medium,
    )


def _gone(said: Any) -> bool:
    return isinstance(said, str) and said.strip().lower() in _GONE


def _markdown(said: Any) -> str:
    """Escaped once by the API (not with raw_json=1), and once by writers: the editor puts «&#x200B;» into texts."""
    return values.plain(html.unescape(html.unescape(values.words(said))))


def _address(path: Any) -> str | None:
    said = values.words(path)
    return values.address(said, _SITE) if said else None


def _reference(name: str) -> str | None:
    return post_id(SOURCE, name) if _FULLNAME.fullmatch(name) else None


def _author(raw: dict[str, Any]) -> Author:
    name = values.name(raw.get("author"))
    if name is None or name in {"[deleted]", "[removed]"}:
        return Author()
    return Author(
        id=values.short(raw.get("author_fullname"), 100),
        handle=name,
        url=values.address(f"{_SITE}/user/{name}"),
    )


def _media(raw: dict[str, Any], link: str) -> tuple[str, ...]:
    found = [link] if _PICTURE.search(link) else []
    found += [
        html.unescape(values.words(values.at(raw, field, "reddit_video", "fallback_url")))
        for field in ("secure_media", "media")
    ]
    return values.addresses([*found, *_gallery(raw)])


def _gallery(raw: dict[str, Any]) -> list[str]:
    """The pictures of a gallery in its order; those not processed yet have no address."""
    metadata = raw.get("media_metadata")
    if not isinstance(metadata, dict):
        return []
    ordered = [values.words(item.get("media_id")) for item in values.items(values.at(raw, "gallery_data", "items"))]
    keys = dict.fromkeys((*(key for key in ordered if key in metadata), *metadata))
    found = (values.at(metadata[key], "s", size) for key in keys for size in ("u", "gif", "mp4"))
    return [html.unescape(address) for address in found if isinstance(address, str)]


def _what(value: Any) -> str | None:
    refused = values.at(value, "json", "errors", 0) or (
        [values.at(value, "explanation")] if values.at(value, "explanation") else None
    )
    if isinstance(refused, list):
        return f"an error: «{line_of(': '.join(words for said in refused if (words := values.words(said))))}»"
    if (
        values.at(value, "kind") == "Listing"
        or isinstance(value, list)
        or values.at(value, "json", "data", "things") == []
    ):
        return "an empty listing"
    if values.at(value, "access_token"):
        return "a login"
    first = next(iter(value.values()), None) if isinstance(value, dict) else None
    if (isinstance(first, dict) and "link_karma" in first) or "link_karma" in value:
        return "accounts"
    return None
