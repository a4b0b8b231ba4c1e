"""Videos and comments out of any answer of the YouTube Data API v3. No network, no clock.

A video has one id in a search, a list, a playlist and a channel's activities; a comment in a thread, alone, and among
a thread's replies. A comment's ``thread`` is the top comment; ``in_reply_to`` of the top comment is the video.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tocsin.adapters.sources.answers import json_of
from tocsin.adapters.sources.found import Found, SkippedError, items_in, post_id
from tocsin.adapters.sources.values import (
    Parsed,
    address,
    addresses,
    at,
    count,
    items,
    moment,
    name,
    plain,
    short,
    tag,
    text,
    title,
    words,
)
from tocsin.domain.mention import Author, Engagement, Medium, Post

if TYPE_CHECKING:
    from datetime import datetime

SOURCE = "youtube"
_LISTS = frozenset({"items"})
_VIDEO_ID = re.compile(r"[\w-]{5,20}", re.ASCII)
_CHANNEL_ID = re.compile(r"UC[\w-]{22}", re.ASCII)
_ASKED_VIDEO = re.compile(r"[?&]videoId=([\w-]{5,20})(?:&|$)", re.ASCII)
_SIZES = ("maxres", "standard", "high", "medium", "default")
_GONE = frozenset({"Private video", "Deleted video"})
_KIND = "youtube#"


def parse(body: bytes, *, fetched_at: datetime, url: str | None = None, medium: str | None = None) -> Parsed:
    """As registry.Parser. ``url``: the request's; a ``videoId`` in it is the video of comments that name none."""
    asked = _ASKED_VIDEO.search(url or "")
    return posts_of(json_of(body), fetched_at=fetched_at, medium=medium, video=asked[1] if asked else None)


def posts_of(value: Any, *, fetched_at: datetime, medium: str | None = None, video: str | None = None) -> Parsed:
    """``video``: the id of the one that comments without any belong to."""
    found = Found(fetched_at)
    found.read(items_in(value, _is_one, lists=_LISTS), _Context(found, Medium(medium or Medium.VIDEO), video).read)
    return found.parsed(_what, value)


def _what(value: Any) -> str | None:
    kind = words(at(value, "kind")).removeprefix(_KIND)[:60]
    return f"{kind} without items" if kind and not at(value, "items") else None


def _is_one(value: dict[str, Any]) -> bool:
    kind = words(value.get("kind"))
    if kind.startswith(_KIND):
        return not kind.endswith("Response")
    return isinstance(value.get("snippet"), dict)


def kind_of(record: dict[str, Any]) -> str:
    """«video», «searchResult», «comment»…; inferred where the answer leaves ``kind`` out."""
    kind = words(record.get("kind")).removeprefix(_KIND)
    if kind:
        return kind[:60]
    snippet = record.get("snippet")
    if isinstance(record.get("id"), dict):
        return "searchResult"
    if at(snippet, "topLevelComment") is not None:
        return "commentThread"
    if at(snippet, "textDisplay") is not None or at(snippet, "textOriginal") is not None:
        return "comment"
    if at(snippet, "resourceId", "videoId") is not None:
        return "playlistItem"
    native = words(record.get("id"))
    return "channel" if _CHANNEL_ID.fullmatch(native) else "video" if len(native) == 11 else "item"


def video_of(record: dict[str, Any]) -> str | None:
    """The id of the video that a search result, a playlist's item, an activity or a video is about."""
    found = {
        "video": record.get("id"),
        "searchResult": at(record, "id", "videoId"),
        "playlistItem": at(record, "snippet", "resourceId", "videoId") or at(record, "contentDetails", "videoId"),
        "activity": at(record, "contentDetails", "upload", "videoId"),
    }.get(kind_of(record))
    native = short(found)
    return native if native and _VIDEO_ID.fullmatch(native) else None


class _Context:
    def __init__(self, found: Found, medium: Medium, video: str | None) -> None:
        self._found, self._medium, self._video = found, medium, video

    def read(self, record: dict[str, Any]) -> list[Post]:
        kind = kind_of(record)
        if kind == "commentThread":
            return self._thread(record)
        if kind == "comment":
            return [self._comment(record, self._video, None)]
        native = video_of(record)
        if native is None:
            raise SkippedError(_no_post(record, kind))
        return [self._of_video(record, native)]

    def _of_video(self, record: dict[str, Any], native: str) -> Post:
        snippet, numbers = record.get("snippet"), record.get("statistics")
        if not isinstance(snippet, dict):
            raise SkippedError(f"the video {native} has no snippet")
        if words(snippet.get("title")) in _GONE and at(record, "contentDetails", "videoPublishedAt") is None:
            raise SkippedError(f"the video {native} is private or deleted")
        when = moment(at(record, "contentDetails", "videoPublishedAt")) or moment(snippet.get("publishedAt"))
        owner = short(snippet.get("videoOwnerChannelId")) or short(snippet.get("channelId"))
        return Post(
            id=post_id(SOURCE, native),
            source=SOURCE,
            url=address(f"https://www.youtube.com/watch?v={native}"),
            title=title(snippet.get("title")),
            text=plain(snippet.get("description")),
            language=tag(snippet.get("defaultLanguage")) or tag(snippet.get("defaultAudioLanguage")),
            published_at=self._found.when(when),
            fetched_at=self._found.fetched_at,
            author=Author(
                id=owner,
                name=name(snippet.get("videoOwnerChannelTitle")) or name(snippet.get("channelTitle")),
                url=_channel(owner),
            ),
            engagement=Engagement(
                likes=count(at(numbers, "likeCount")),
                replies=count(at(numbers, "commentCount")),
                views=count(at(numbers, "viewCount")),
            ),
            media=addresses([at(snippet, "thumbnails", size, "url") for size in _SIZES])[:1],
            medium=self._medium,
        )

    def _thread(self, record: dict[str, Any]) -> list[Post]:
        snippet = record.get("snippet")
        top, native = at(snippet, "topLevelComment"), short(record.get("id"))
        replies = [each for each in items(at(record, "replies", "comments")) if isinstance(each.get("snippet"), dict)]
        if not isinstance(top, dict) and not replies:
            raise SkippedError("a thread without its first comment")
        video = short(at(snippet, "videoId")) or self._video
        channel = short(at(snippet, "channelId"))
        total = count(at(snippet, "totalReplyCount"))
        found = [self._comment(top, video, channel, replies=total, native=native)] if isinstance(top, dict) else []
        return found + [self._comment(each, video, channel) for each in replies]

    def _comment(
        self,
        record: dict[str, Any],
        video: str | None,
        channel: str | None,
        *,
        replies: int | None = None,
        native: str | None = None,
    ) -> Post:
        snippet = record.get("snippet")
        native = short(record.get("id")) or native
        if native is None or not isinstance(snippet, dict):
            raise SkippedError("a comment without an id or a snippet")
        video = short(snippet.get("videoId")) or video
        top = short(snippet.get("parentId")) or (native.partition(".")[0] if "." in native else None)
        when = moment(snippet.get("publishedAt"))
        parent = top or video
        return Post(
            id=post_id(SOURCE, native),
            source=SOURCE,
            url=_comment_url(native, video, short(snippet.get("channelId")) or channel),
            text=plain(snippet.get("textOriginal")) or text(snippet.get("textDisplay")),
            published_at=self._found.when(when),
            fetched_at=self._found.fetched_at,
            author=_writer(snippet),
            engagement=Engagement(likes=count(snippet.get("likeCount")), replies=replies),
            in_reply_to=post_id(SOURCE, parent) if parent else None,
            thread=post_id(SOURCE, top or native),
            medium=self._medium,
        )


def _writer(snippet: dict[str, Any]) -> Author:
    shown = name(snippet.get("authorDisplayName"))
    native = short(at(snippet, "authorChannelId", "value")) or short(snippet.get("authorChannelId"))
    return Author(
        id=native,
        handle=shown[1:] if shown and shown.startswith("@") and len(shown) > 1 else None,
        name=shown,
        url=_channel(native) or address(snippet.get("authorChannelUrl")),
    )


def _channel(native: str | None) -> str | None:
    good = native and _CHANNEL_ID.fullmatch(native)
    return f"https://www.youtube.com/channel/{native}" if good else None


def _comment_url(native: str, video: str | None, channel: str | None) -> str | None:
    if video and _VIDEO_ID.fullmatch(video):
        return address(f"https://www.youtube.com/watch?v={video}&lc={native}")
    home = _channel(channel)
    return address(f"{home}/discussion?lc={native}") if home else None


def _no_post(record: dict[str, Any], kind: str) -> str:
    what = words(at(record, "id", "kind")).removeprefix(_KIND)[:60] if kind == "searchResult" else kind
    called = title(at(record, "snippet", "title"))
    return f"{what or kind}{f' «{called[:60]}»' if called else ''} is no video or comment"
