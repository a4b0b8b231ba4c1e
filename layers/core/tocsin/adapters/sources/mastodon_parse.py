"""Mastodon's statuses (and those of servers that speak its API) to posts, in whatever answer they come.

Ids are each server's own, so a status is known by its ``uri``, which is the same everywhere. A boost is no post; what
it boosts is given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tocsin.adapters.sources import values
from tocsin.adapters.sources.answers import json_of
from tocsin.adapters.sources.found import Found, SkippedError, items_in, post_id
from tocsin.domain.errors import ParseError
from tocsin.domain.mention import MAX_TEXT, Author, Engagement, Medium, Post
from tocsin.domain.text import clip

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from tocsin.adapters.sources.values import Parsed

SOURCE = "mastodon"
_LISTS = frozenset({"statuses", "ancestors", "descendants"})


def parse(body: bytes, *, fetched_at: datetime, url: str | None = None, medium: str | None = None) -> Parsed:
    """As every source's parser (registry.Parser)."""
    return read(json_of(body), fetched_at=fetched_at, url=url, medium=medium)


def read(
    value: Any,
    *,
    fetched_at: datetime,
    url: str | None = None,
    medium: str | None = None,
    roots: Mapping[str, str] | None = None,
    unless: Callable[[dict[str, Any]], str | None] = lambda _: None,
) -> Parsed:
    """``roots``: statuses that are not in the answer but may be answered there: the server's id to Post.id.
    ``unless``: why a status that can be read is not to be kept."""
    if not isinstance(value, dict | list):
        raise ParseError("the answer is JSON, but no answer of Mastodon's")
    as_medium = Medium(medium) if medium else Medium.SOCIAL
    return _Reader(value, fetched_at, url, as_medium, roots or {}, unless).parsed()


class _Reader:
    def __init__(
        self,
        value: Any,
        fetched_at: datetime,
        url: str | None,
        medium: Medium,
        roots: Mapping[str, str],
        unless: Callable[[dict[str, Any]], str | None],
    ) -> None:
        self._value, self._medium, self._roots, self._unless = value, medium, roots, unless
        self._items = items_in(value, _is_item, lists=_LISTS, into=("reblog",))
        self._host = urlsplit(url).netloc if url else ""
        self._found = Found(fetched_at)
        self._by_local_id: dict[str, dict[str, Any]] = {
            local: status for status in self._items if _is_status(status) and (local := values.words(status.get("id")))
        }

    def parsed(self) -> Parsed:
        self._found.read(self._items, self._post)
        return self._found.parsed(_what, self._value)

    def _post(self, raw: dict[str, Any]) -> Post:
        if _is_version(raw):
            raise SkippedError("an earlier version of a post (its history), without an id of its own")
        if not _is_status(raw):
            raise SkippedError(f"no post: a notice of {values.short(raw.get('type'), 60) or 'something'}")
        if isinstance(raw.get("reblog"), dict):
            raise SkippedError("a boost; what it boosts is given instead")
        native = _id(raw)
        if native is None:
            raise SkippedError("it has neither uri nor url to know it by")
        if why := self._unless(raw):
            raise SkippedError(why)
        account = raw["account"]
        media = values.items(raw.get("media_attachments"))
        parent = values.words(raw.get("in_reply_to_id"))
        return Post(
            id=native,
            source=SOURCE,
            url=values.address(raw.get("url")) or values.address(raw.get("uri")),
            title=values.title(values.at(raw, "card", "title")),
            text=_text(raw, media),
            language=values.tag(raw.get("language")),
            published_at=self._found.when(values.moment(raw.get("created_at")), raw.get("created_at")),
            fetched_at=self._found.fetched_at,
            author=_author(account),
            engagement=Engagement(
                likes=values.count(raw.get("favourites_count")),
                replies=values.count(raw.get("replies_count")),
                shares=values.total(values.count(raw.get("reblogs_count")), values.count(raw.get("quotes_count"))),
            ),
            in_reply_to=self._reference(parent) if parent else None,
            thread=self._root(parent) if parent else None,
            media=values.addresses(one.get("url") or one.get("remote_url") for one in media),
            medium=self._medium,
        )

    def _reference(self, local: str) -> str | None:
        """A status that is not in the answer is known by its number on this server alone."""
        if local in self._by_local_id:
            return _id(self._by_local_id[local])
        return self._roots.get(local) or post_id(SOURCE, f"{self._host}/{local}")

    def _root(self, local: str) -> str | None:
        seen: set[str] = set()
        while local not in self._roots:
            status = self._by_local_id.get(local)
            if status is None or local in seen:
                return None
            seen.add(local)
            above = values.words(status.get("in_reply_to_id"))
            if not above:
                return _id(status)
            local = above
        return self._roots[local]


def _is_item(value: dict[str, Any]) -> bool:
    """A status, a version or a notice. Of a status only what it boosts is another: a quoted one is not new."""
    return _is_status(value) or _is_version(value) or (_is_notice(value) and not _is_status(value.get("status")))


def _is_status(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and "content" in value
        and isinstance(value.get("account"), dict)
        and ("uri" in value or "visibility" in value)
    )


def _is_version(value: dict[str, Any]) -> bool:
    return "content" in value and isinstance(value.get("account"), dict) and "uri" not in value


def _is_notice(value: dict[str, Any]) -> bool:
    return isinstance(value.get("type"), str) and isinstance(value.get("account"), dict) and "created_at" in value


def _id(raw: dict[str, Any]) -> str | None:
    native = values.short(raw.get("uri")) or values.short(raw.get("url"))
    return post_id(SOURCE, native) if native else None


def _text(raw: dict[str, Any], media: list[dict[str, Any]]) -> str:
    """What a reader sees: the warning above, the text, the choices of a poll; of a picture alone its description."""
    options = values.items(values.at(raw, "poll", "options"))
    parts = [values.text(raw.get("spoiler_text")), values.text(raw.get("content"))]
    parts += [values.plain(option.get("title")) for option in options]
    said = "\n".join(part for part in parts if part)
    return clip(said or "\n".join(filter(None, (values.plain(one.get("description")) for one in media))), MAX_TEXT)


def _author(account: dict[str, Any]) -> Author:
    url = values.address(account.get("url"))
    handle = values.short(account.get("acct")) or values.short(account.get("username"))
    if handle and "@" not in handle and url:
        handle = f"{handle}@{urlsplit(url).netloc}"  # its own server leaves the server out
    return Author(
        id=values.short(account.get("uri")) or values.short(account.get("url")) or handle,
        handle=handle,
        name=values.name(account.get("display_name")),
        url=url,
        followers=values.count(account.get("followers_count")),
        created_at=values.moment(account.get("created_at")),
        bare=_bare(account),
    )


def _bare(account: dict[str, Any]) -> bool | None:
    """A server shows a picture of its own, missing.png, for who has none."""
    picture, note = values.short(account.get("avatar"), 2_000), account.get("note")
    if not picture or not isinstance(note, str):
        return None
    return picture.endswith("/missing.png") and not values.text(note)


def _what(value: Any) -> str | None:
    first = value[0] if isinstance(value, list) and value else value
    if not first:
        return "an empty answer"
    keys = set(first) if isinstance(first, dict) else set()
    for marks, what in (
        ({"ancestors", "descendants"}, "a thread without answers"),
        ({"acct", "username"}, "accounts"),
        ({"uses", "accounts"}, "hashtags"),
        ({"name", "history"}, "hashtags"),
        ({"provider_name"}, "link previews"),
        ({"url", "history"}, "link previews"),
        ({"notification_groups"}, "notifications without posts"),
        ({"content", "all_day"}, "a server's announcements"),
        ({"statuses"}, "a search without posts"),
        ({"configuration"}, "a server's description of itself"),
        ({"uri", "version"}, "a server's description of itself"),
        ({"following", "followed_by"}, "relationships"),
        ({"options", "voters_count"}, "a poll"),
        ({"scheduled_at"}, "scheduled posts"),
        ({"access_token"}, "a login"),
    ):
        if marks <= keys:
            return what
    return None
