"""Bluesky's posts to ours, in whatever answer they come: search, feeds, threads (old and v2), quotes, notifications,
records of a repository.

A post is known by its at:// uri. Text is plain and whole; link addresses that the text shortens or hides behind words
follow it on lines of their own. ``createdAt`` is the author's claim: the earlier sane one of it and ``indexedAt``.
A quoted post is not a new one.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from tocsin.adapters.sources import values
from tocsin.adapters.sources.answers import json_of
from tocsin.adapters.sources.found import Found, SkippedError, post_id
from tocsin.domain.errors import ParseError
from tocsin.domain.mention import MAX_TEXT, Author, Engagement, Medium, Post
from tocsin.domain.text import clip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tocsin.adapters.sources.values import Parsed

SOURCE = "bluesky"
_URI = re.compile(r"at://([a-zA-Z0-9._:%-]{1,256})/([a-zA-Z0-9.-]{1,256})/([a-zA-Z0-9._:~-]{1,512})")
_SCHEME = re.compile(r"https?://(?:www\.)?")
_POST = "app.bsky.feed.post"
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_INVALID = "handle.invalid"
_THREADED = "app.bsky.unspecced.defs#threadItemPost"
_UNSHOWN = {
    "app.bsky.unspecced.defs#threadItemNotFound": "the post is gone",
    "app.bsky.unspecced.defs#threadItemBlocked": "the post is blocked for us",
    "app.bsky.unspecced.defs#threadItemNoUnauthenticated": "the post is not shown to those without a login",
}
_OTHERS = {
    "likes": "likes",
    "repostedBy": "reposts",
    "followers": "followers",
    "follows": "accounts followed",
    "actors": "accounts",
    "profiles": "profiles",
    "feeds": "feed generators",
    "lexicon": "a lexicon (a description of the API), not an answer",
    "count": "a count of notices",
    "accessJwt": "a login",
    "commit": "a commit without a post",
    "did": "a profile or an account's id",
}


def parse(body: bytes, *, fetched_at: datetime, url: str | None = None, medium: str | None = None) -> Parsed:  # noqa: ARG001
    """As every source's parser (registry.Parser)."""
    return read(json_of(body), fetched_at=fetched_at, medium=medium)


def read(
    value: Any,
    *,
    fetched_at: datetime,
    medium: str | None = None,
    unless: Callable[[dict[str, Any]], str | None] = lambda _: None,
) -> Parsed:
    """``unless``: why a post that can be read is not to be kept."""
    if not isinstance(value, dict | list):
        raise ParseError("the answer is JSON, but no answer of Bluesky's")
    found = Found(fetched_at)
    if isinstance(value, dict) and "lexicon" in value:
        return found.parsed(_what, value)
    as_medium = Medium(medium) if medium else Medium.SOCIAL
    for kind, raw in _walk(value, "item"):
        found.take(raw, partial(_item, kind=kind, found=found, medium=as_medium, unless=unless))
    return found.parsed(_what, value)


def _item(
    raw: dict[str, Any],
    *,
    kind: str,
    found: Found,
    medium: Medium,
    unless: Callable[[dict[str, Any]], str | None],
) -> Post | list[Post]:
    uri = values.words(raw.get("uri"))
    if kind == "other":
        raise SkippedError(_why_none(raw))
    if not _URI.fullmatch(uri):
        raise SkippedError(f"it has no at:// address that can be read («{clip(uri, 60)}»)")
    if why := unless(raw):
        raise SkippedError(why)
    return [] if kind == "context" and post_id(SOURCE, uri) in found.posts else _post(raw, found, medium)


def _walk(value: Any, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """(«item», «context» or «other», raw): posts, what a post answers, and what is no post."""
    if isinstance(value, list):
        for inner in value:
            yield from _walk(inner, kind)
    elif isinstance(value, dict):
        if committed := _committed(value):
            yield kind, committed
        elif _is_post(value):
            yield kind, value
        elif _is_other(value):
            yield "other", value
        else:
            for key, inner in value.items():
                if isinstance(inner, dict | list) and key not in {"author", "actor", "embed", "viewer", "subject"}:
                    yield from _walk(inner, "context" if key in {"reply", "parent", "root"} else kind)


def _committed(event: dict[str, Any]) -> dict[str, Any] | None:
    """The post of a Jetstream event, which tells its address in parts."""
    commit, did = event.get("commit"), event.get("did")
    if not isinstance(commit, dict) or commit.get("collection") != _POST or not isinstance(commit.get("record"), dict):
        return None
    uri = f"at://{values.words(did)}/{_POST}/{values.words(commit.get('rkey'))}"
    return {"uri": uri, "record": commit["record"], "author": {"did": did}}


def _record(raw: dict[str, Any]) -> dict[str, Any]:
    """The post as its author wrote it: «record» in a view, «value» in a repository's listing."""
    record = raw.get("record")
    record = raw.get("value") if not isinstance(record, dict) else record
    return record if isinstance(record, dict) else {}


def _is_post(value: dict[str, Any]) -> bool:
    if not isinstance(value.get("uri"), str):
        return False
    record = _record(value)
    if not record:
        return isinstance(value.get("author"), dict) and "cid" in value and "reason" not in value
    kind = record.get("$type")
    return kind == _POST or (kind is None and isinstance(record.get("text"), str))


def _is_other(value: dict[str, Any]) -> bool:
    gone = value.get("notFound") is True or value.get("blocked") is True
    hit = set(value) == {"uri"} and isinstance(value["uri"], str)
    named = set(value) <= {"post", "reason", "feedContext"} and isinstance(value.get("post"), str)
    notice = isinstance(value.get("reason"), str) and isinstance(value.get("author"), dict) and "uri" in value
    kind = _record(value).get("$type")
    other = isinstance(kind, str) and kind != _THREADED and "uri" in value and ("author" in value or "value" in value)
    return gone or hit or named or notice or other


def _why_none(raw: dict[str, Any]) -> str:
    if raw.get("notFound") is True:
        return "the post is gone"
    if raw.get("blocked") is True:
        return "the post is blocked for us"
    if set(raw) == {"uri"} or "post" in raw:
        return "an address alone, without the post"
    kind = values.short(_record(raw).get("$type"), 100) or ""
    if kind in _UNSHOWN:
        return _UNSHOWN[kind]
    return f"no post: a {values.short(raw.get('reason'), 60) or kind or 'notice'}"


def _post(raw: dict[str, Any], found: Found, medium: Medium) -> Post:
    record = _record(raw)
    uri = values.words(raw["uri"])
    author = raw.get("author") if isinstance(raw.get("author"), dict) else {}
    embed = raw.get("embed") if isinstance(raw.get("embed"), dict) else record.get("embed")
    reply = record.get("reply")
    return Post(
        id=post_id(SOURCE, uri),
        source=SOURCE,
        url=_url(uri, author),
        title=values.title(values.at(_media(embed), "external", "title")),
        text=_text(record, embed),
        language=next(filter(None, (values.tag(lang) for lang in _list(record.get("langs")))), None),
        published_at=found.when(_moment(record.get("createdAt"), raw.get("indexedAt"), found.fetched_at)),
        fetched_at=found.fetched_at,
        author=_author(uri, author),
        engagement=Engagement(
            likes=values.count(raw.get("likeCount")),
            replies=values.count(raw.get("replyCount")),
            shares=values.total(values.count(raw.get("repostCount")), values.count(raw.get("quoteCount"))),
        ),
        in_reply_to=_reference(values.at(reply, "parent", "uri")),
        thread=_reference(values.at(reply, "root", "uri")),
        media=_addresses(_media(embed)),
        medium=medium,
    )


def _url(uri: str, author: Any) -> str | None:
    matched = _URI.fullmatch(uri)
    if matched is None:
        return None
    handle = values.short(values.at(author, "handle"), 300)
    who = handle if handle and handle != _INVALID and "/" not in handle else matched[1]
    return values.address(f"https://bsky.app/profile/{who}/post/{matched[3]}")


def _author(uri: str, author: Any) -> Author:
    did = values.short(values.at(author, "did")) or uri.split("/")[2]
    handle = values.short(values.at(author, "handle"), 300)
    known = handle if handle != _INVALID else None
    verified = values.at(author, "verification", "verifiedStatus")
    return Author(
        id=did,
        handle=known,
        name=values.name(values.at(author, "displayName")),
        url=values.address(f"https://bsky.app/profile/{known or did}"),
        followers=values.count(values.at(author, "followersCount")),
        created_at=values.moment(values.at(author, "createdAt")),
        verified={"valid": True, "invalid": False, "none": False}.get(values.words(verified)),
    )


def _text(record: dict[str, Any], embed: Any) -> str:
    said = values.plain(record.get("text"))
    bare = said.casefold()
    links = (
        link
        for facet in values.items(record.get("facets"))
        for feature in values.items(facet.get("features"))
        if (link := values.short(feature.get("uri")))
    )
    lines = [said, *dict.fromkeys(link for link in links if _SCHEME.sub("", link.casefold()).rstrip("/") not in bare)]
    text = "\n".join(line for line in lines if line)
    return clip(text or "\n".join(_described(_media(embed))), MAX_TEXT)


def _described(media: Any) -> list[str]:
    """What the author wrote of pictures, for a post that says nothing else."""
    views = [*_pictures(media), media, values.at(media, "external")]
    said = (values.plain(values.at(view, key)) for view in views for key in ("alt", "description"))
    return [line for line in dict.fromkeys(said) if line]


def _media(embed: Any) -> Any:
    """A quote with pictures holds them one level further down."""
    inner = values.at(embed, "media")
    return inner if isinstance(inner, dict) else embed


def _pictures(media: Any) -> list[dict[str, Any]]:
    """Up to four stand in «images», more in a gallery's «items»."""
    return [*values.items(values.at(media, "images")), *values.items(values.at(media, "items"))]


def _addresses(media: Any) -> tuple[str, ...]:
    found = [image.get("fullsize") or image.get("thumb") or image.get("thumbnail") for image in _pictures(media)]
    found += [values.at(media, "playlist"), values.at(media, "thumbnail"), values.at(media, "external", "thumb")]
    return values.addresses(found)


def _moment(created: Any, indexed: Any, fetched_at: datetime) -> datetime | None:
    said = [moment for moment in (values.moment(created), values.moment(indexed)) if moment]
    sane = [moment for moment in said if _EARLIEST <= moment <= fetched_at]
    return min(sane) if sane else said[0] if said else None


def _reference(uri: Any) -> str | None:
    return post_id(SOURCE, uri) if isinstance(uri, str) and _URI.fullmatch(uri) else None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _what(value: Any) -> str | None:
    if isinstance(value, dict):
        if any(isinstance(value.get(key), list) for key in ("posts", "feed", "notifications", "records", "thread")):
            return "an empty list"
        for key, what in _OTHERS.items():
            if key in value:
                return what
    return None
