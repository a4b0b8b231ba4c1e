"""The client's own Instagram accounts (media, comments, replies), media that tag them, and hashtags (Graph API).

Secret: ``access_token``. Modes: «media», «tagged» (``target``: the account's id), «hashtag» (``target``: the tag,
``server``: the account that asks; 30 different tags in 7 days; the API hides who posted).
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

KIND = "instagram"
_SITE = "https://www.instagram.com/"
_MEDIA = "id,caption,media_type,media_url,thumbnail_url,permalink,timestamp,like_count,comments_count"
_COMMENT = "id,text,timestamp,username,from,like_count,parent_id"
_ANSWER = f"{_COMMENT},replies.limit(25){{{_COMMENT}}}"
_ASKED: dict[str, dict[str, Any]] = {
    "media": {"fields": f"{_MEDIA},username,comments.limit(50){{{_ANSWER}}}", "limit": 25},
    "tagged": {"fields": f"{_MEDIA},username", "limit": 50},
    "hashtag": {"fields": _MEDIA.replace("thumbnail_url,", ""), "limit": 50},
    "comments": {"fields": _ANSWER, "limit": 50},
    "replies": {"fields": _COMMENT, "limit": 50},
}
_MARKS = ("caption", "text", "timestamp", "media_type", "media_url", "permalink")
_COMMENTS_OF = re.compile(r"/(\d{1,40})/(comments|replies)(?=[/?#]|$)")


def is_item(value: dict[str, Any]) -> bool:
    return any(key in value for key in _MARKS)


def parse(body: bytes, *, fetched_at: datetime, url: str | None = None, medium: str | None = None) -> values.Parsed:
    """See registry.Parser. ``url``: of a list of comments or replies, names what they answer."""
    found, value = Found(fetched_at), answer_of(body)
    of = _COMMENTS_OF.search(url) if url else None
    read(value, found, Medium(medium) if medium else Medium.SOCIAL, parent=of[1] if of else None)
    return found.parsed(what, value, error=error_said)


def read(value: Any, found: Found, medium: Medium, *, parent: str | None = None) -> None:
    """``parent``: what a list of comments or replies answers, where the list does not say so itself."""
    links: dict[str, str] = {}
    for placed in placed_in(value, is_item):
        if parent and not placed.parent:
            placed = placed._replace(parent=parent)  # noqa: PLW2901
        _item(placed, links, found, medium)


def _item(placed: Placed, links: dict[str, str], found: Found, medium: Medium) -> None:
    item, native = placed.item, placed.native
    if native is None:
        found.skip("an item", f"it has no id (only {', '.join(sorted(item)[:8])})")
        return
    text = values.plain(item.get("text") or item.get("caption"))
    media = _media(item)
    link = values.address(item.get("permalink"), _SITE)
    if not text and not media and not link:
        found.skip(f"item {native}", f"it has no words, picture or address (only {', '.join(sorted(item)[:8])})")
        return
    if link:
        links[native] = link
    of_media = values.short(at(item, "media", "id"), 100)
    parent = values.short(item.get("parent_id"), 100) or placed.parent or of_media
    root = placed.root or of_media
    found.update(
        Post(
            id=post_id(KIND, native),
            source=KIND,
            url=link or links.get(root or ""),
            text=text,
            published_at=found.when(values.moment(item.get("timestamp"))),
            fetched_at=found.fetched_at,
            author=_author(item, placed.owner if parent is None else None),
            engagement=Engagement(
                likes=values.count(item.get("like_count")), replies=values.count(item.get("comments_count"))
            ),
            in_reply_to=post_id(KIND, parent) if parent else None,
            thread=post_id(KIND, root) if root else None,
            media=media,
            medium=medium,
        ),
        fields=sorted(item),
    )


def _author(item: dict[str, Any], owner: str | None) -> Author:
    handle = values.short(item.get("username"), 200) or values.short(at(item, "from", "username"), 200) or owner
    return Author(
        id=values.short(at(item, "from", "id") or at(item, "owner", "id"), 100),
        handle=handle,
        url=values.address(f"{_SITE}{quote(handle, safe='')}/") if handle else None,
    )


def _media(item: dict[str, Any]) -> tuple[str, ...]:
    """The pictures of an album are parts of its post."""
    parts = [item, *items(at(item, "children", "data"))]
    return values.addresses([part.get("media_url") or part.get("thumbnail_url") for part in parts])


class Connector:
    """Implements ports.MentionSource."""

    def __init__(self, http: GuardedHttp, secrets: SecretStore) -> None:
        self._http, self._secrets = http, secrets

    def gone(self, unit: SourceUnit, ids: Sequence[str], now: datetime, budget: timedelta) -> Gone:  # noqa: ARG002
        """ports.DeletionSource."""
        from tocsin.adapters.sources.meta_gone import gone

        return gone(self._http, self._secrets, KIND, ids, now, budget)

    def pull(self, unit: SourceUnit, state: SourceState, now: datetime, budget: timedelta) -> Pull:
        if unit.mode not in {"media", "tagged", "hashtag"}:
            raise FetchError(f"instagram knows no mode {unit.mode!r}", trouble=Trouble.INTERNAL)
        memory, until = begin(state, now)
        found, medium = Found(now), Medium(unit.medium)
        graph = Graph(self._http, self._secrets, KIND, budget)
        more: dict[str, Any] = {}
        if unit.mode == "hashtag":
            memory.facts["tag"] = memory.facts.get("tag") or _tag(graph, unit)
            path, more = f"{memory.facts['tag']}/recent_media", {"user_id": unit.server}
        else:
            path = f"{quote(unit.target, safe='')}/{'tags' if unit.mode == 'tagged' else 'media'}"

        def params(job: Job) -> Mapping[str, Any]:
            return _ASKED.get(job.kind, _ASKED["comments"]) | more | ({"after": job.after} if job.after else {})

        def take(value: Any, job: Job) -> None:
            of = job.path.partition("/")[0] if job.kind in {"comments", "replies"} else None
            read(value, found, medium, parent=of)

        return look(graph, memory, [Job(path, unit.mode, until)], params=params, read=take, found=found, now=now)


def _tag(graph: Graph, unit: SourceUnit) -> str:
    """A hashtag's id, the same for ever; asking for it counts among the 30 tags a week."""
    tag = unit.target.removeprefix("#")
    value = graph.get("ig_hashtag_search", {"user_id": unit.server, "q": tag})
    native = values.short(at(value, "data", 0, "id"), 40)
    if not native or not native.isdigit():
        raise FetchError(f"Instagram knows no hashtag «{values.name(tag)}»", trouble=Trouble.GONE)
    return native
