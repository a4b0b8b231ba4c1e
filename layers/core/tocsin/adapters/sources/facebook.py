"""Posts and comments of the client's own Facebook pages, and posts of others that tag them (Graph API).

Secret: ``access_token``, a page's own token: without it the API hides who wrote. Modes: «feed», «tagged», «ratings»
(recommendations of the page); ``target``: the page's id. Comments are heard under the newest 25 posts of the page, the
latest comments of each first.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tocsin.adapters.sources import values
from tocsin.adapters.sources.found import Found, post_id
from tocsin.adapters.sources.meta import Placed, answer_of, error_said, placed_in, what
from tocsin.adapters.sources.meta_graph import Graph, Job, begin, look
from tocsin.adapters.sources.values import at, items
from tocsin.domain.errors import FetchError, Trouble
from tocsin.domain.mention import Author, Engagement, Medium, Post

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta

    from tocsin.adapters.http_guard import GuardedHttp
    from tocsin.domain.recheck import Gone
    from tocsin.domain.source_state import Pull, SourceState
    from tocsin.domain.sources import SourceUnit
    from tocsin.ports import SecretStore

KIND = "facebook"
_SITE = "https://www.facebook.com/"
_COMMENT = "id,message,created_time,from,permalink_url,like_count,comment_count,parent{id},attachment"
_FIELDS = (
    "id,message,story,created_time,from,permalink_url,full_picture,shares,reactions.limit(0).summary(total_count),"
    "attachments{title,description,url,media,subattachments}"
)
_WITH_COMMENTS = (
    f"{_FIELDS},comments.order(reverse_chronological).filter(stream).limit(25).summary(total_count){{{_COMMENT}}}"
)
_ASKED: dict[str, dict[str, Any]] = {
    "feed": {"fields": _WITH_COMMENTS, "limit": 25},
    "tagged": {"fields": _FIELDS, "limit": 50},
    "ratings": {
        "fields": "created_time,reviewer,review_text,recommendation_type,rating,open_graph_story{id}",
        "limit": 50,
    },
    "comments": {"fields": _COMMENT, "order": "reverse_chronological", "filter": "stream", "limit": 100},
    "replies": {"fields": _COMMENT, "limit": 100},
}
_MARKS = (
    "message",
    "story",
    "created_time",
    "permalink_url",
    "full_picture",
    "attachments",
    "status_type",
    "review_text",
)
_COMMENT_LINK = re.compile(r"/(\d{1,30})/posts/(\d{1,30})/?\?(?:[^#]*&)?comment_id=")
_PRIVATE = re.compile(r"(?:m|t|mid)[_.:].*", re.DOTALL)
_COMMENTS_OF = re.compile(r"/(\d[\d_]{1,60})/(?:comments|replies)(?=[/?#]|$)")


def is_item(value: dict[str, Any]) -> bool:
    return any(key in value for key in _MARKS) or {"description", "updated_time"} <= value.keys()  # a video, unasked


def parse(body: bytes, *, fetched_at: datetime, url: str | None = None, medium: str | None = None) -> values.Parsed:
    """See registry.Parser. ``url``: of a list of comments, names what they answer."""
    found, value = Found(fetched_at), answer_of(body)
    of = _COMMENTS_OF.search(url) if url else None
    read(value, found, Medium(medium) if medium else Medium.SOCIAL, parent=of[1] if of else None)
    return found.parsed(what, value, error=error_said)


def read(value: Any, found: Found, medium: Medium, *, parent: str | None = None) -> None:
    """``parent``: what a list of comments answers, where the list does not say so itself."""
    for placed in placed_in(value, is_item):
        if parent and not placed.parent:
            placed = placed._replace(parent=parent, root=parent)  # noqa: PLW2901
        _item(placed, found, medium)


def _item(placed: Placed, found: Found, medium: Medium) -> None:
    item = placed.item
    native = placed.native or values.short(at(item, "open_graph_story", "id"), 100)  # a rating has no id of its own
    native = native or values.short(item.get("open_graph_story_id"), 100)
    if native and _PRIVATE.fullmatch(native):
        found.skip("an item", "it is a private message, no public post")
        return
    if native is None:
        found.skip("an item", f"it has no id (only {', '.join(sorted(item)[:8])})")
        return
    attachments = _attachments(item)
    text = values.plain(item.get("message") or item.get("review_text")) or _said_otherwise(item, attachments)
    heading = next((title for each in (*attachments, item) if (title := values.name(each.get("title")))), None)
    media = _media(item, attachments)
    if not text and not heading and not media:
        found.skip(f"item {native}", f"it has no words and no picture (only {', '.join(sorted(item)[:8])})")
        return
    link = values.address(item.get("permalink_url"), _SITE)
    times = ("created_time", "tagged_time", "timestamp", "updated_time")
    said = values.moment(next((item[key] for key in times if item.get(key)), None))
    parent, root = _answered(placed, link)
    is_comment = parent is not None or "comment_id=" in (link or "")
    found.update(
        Post(
            id=post_id(KIND, native),
            source=KIND,
            url=link or (None if is_comment else values.address(f"{_SITE}{quote(native, safe='')}")),
            title=heading if heading != text else None,
            text=text,
            published_at=found.when(said),
            fetched_at=found.fetched_at,
            author=_author(item.get("from") or item.get("reviewer") or _told(item)),
            engagement=Engagement(
                likes=_likes(item),
                replies=_first(at(item, "comments", "summary", "total_count"), item.get("comment_count")),
                shares=_first(at(item, "shares", "count"), item.get("shares")),
            ),
            rating=values.stars(item.get("rating")),
            in_reply_to=post_id(KIND, parent) if parent else None,
            thread=post_id(KIND, root) if root else None,
            media=media,
            medium=medium,
        ),
        fields=sorted(item),
    )


def _answered(placed: Placed, link: str | None) -> tuple[str | None, str | None]:
    """What a comment answers (a comment or the post), and the post."""
    linked = _COMMENT_LINK.search(link or "")
    root = placed.root or (f"{linked[1]}_{linked[2]}" if linked else None)
    return values.short(at(placed.item, "parent", "id"), 100) or placed.parent or root, root


def _told(item: dict[str, Any]) -> dict[str, Any]:
    """The person in a webhook's notice of a rating or a mention."""
    keys = ("reviewer", "sender")
    return {part: item.get(f"{key}_{part}") for key in keys if item.get(f"{key}_id") for part in ("id", "name")}


def _author(person: Any) -> Author:
    native = values.short(at(person, "id"), 100)
    return Author(
        id=native,
        handle=values.short(at(person, "username"), 200),
        name=values.name(at(person, "name")),
        url=values.address(f"{_SITE}{quote(native, safe='')}") if native else None,
    )


def _first(*counts: Any) -> int | None:
    return next((number for number in map(values.count, counts) if number is not None), None)


def _likes(item: dict[str, Any]) -> int | None:
    return _first(
        at(item, "reactions", "summary", "total_count"),
        item.get("like_count"),
        at(item, "likes", "summary", "total_count"),
        at(item, "like", "summary", "total_count"),
        at(item, "likes", "count"),
        item.get("likes"),
    )


def _attachments(item: dict[str, Any]) -> list[dict[str, Any]]:
    own = items(at(item, "attachments", "data"))
    one = item.get("attachment")
    own += [one] if isinstance(one, dict) else []
    return own + [inner for each in own for inner in items(at(each, "subattachments", "data"))]


def _said_otherwise(item: dict[str, Any], attachments: list[dict[str, Any]]) -> str:
    """Of a post without words of its own: those of what it shares, or what Facebook says that it does."""
    shared = next((text for each in attachments if (text := values.plain(each.get("description")))), "")
    return shared or values.plain(item.get("story")) or values.plain(item.get("name") or item.get("description"))


def _media(item: dict[str, Any], attachments: list[dict[str, Any]]) -> tuple[str, ...]:
    said = [item.get("full_picture"), item.get("picture"), item.get("source"), at(item, "images", 0, "source")]
    return values.addresses([*said, *(at(each, "media", "image", "src") for each in attachments)])


class Connector:
    """Implements ports.MentionSource."""

    def __init__(self, http: GuardedHttp, secrets: SecretStore) -> None:
        self._http, self._secrets = http, secrets

    def gone(self, unit: SourceUnit, ids: Sequence[str], now: datetime, budget: timedelta) -> Gone:  # noqa: ARG002
        """ports.DeletionSource."""
        from tocsin.adapters.sources.meta_gone import gone

        return gone(self._http, self._secrets, KIND, ids, now, budget)

    def pull(self, unit: SourceUnit, state: SourceState, now: datetime, budget: timedelta) -> Pull:
        if unit.mode not in {"feed", "tagged", "ratings"}:
            raise FetchError(f"facebook knows no mode {unit.mode!r}", trouble=Trouble.INTERNAL)
        memory, until = begin(state, now)
        found, medium = Found(now), Medium(unit.medium)
        return look(
            Graph(self._http, self._secrets, KIND, budget),
            memory,
            [Job(f"{quote(unit.target, safe='')}/{unit.mode}", unit.mode, until)],
            params=_params,
            read=lambda value, job: read(value, found, medium, parent=_parent(job)),
            found=found,
            now=now,
        )


def _params(job: Job) -> Mapping[str, Any]:
    return _ASKED.get(job.kind, _ASKED["comments"]) | ({"after": job.after} if job.after else {})


def _parent(job: Job) -> str | None:
    return job.path.partition("/")[0] if job.kind in {"comments", "replies"} else None
