"""Search of public posts on Threads by keyword (Threads API), after Meta's review of the client's app; before it only
the client's own posts are found.

Secret: ``access_token``. Mode «search»: a call for each term (2,200 in 24 hours for a user, those without result free).
"""

from __future__ import annotations

import re
from datetime import timedelta
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
    from collections.abc import Mapping
    from datetime import datetime

    from tocsin.adapters.http_guard import GuardedHttp
    from tocsin.domain.source_state import Pull, SourceState
    from tocsin.domain.sources import SourceUnit
    from tocsin.ports import SecretStore

KIND = "threads"
API = "https://graph.threads.com/v1.0"
"""The Threads API has had no other version since it began (developers.facebook.com/documentation/threads, 2026)."""
MAX_TERMS = 8
_SITE = "https://www.threads.com/"
_FIELDS = (
    "id,text,media_type,media_url,thumbnail_url,permalink,timestamp,username,is_reply,root_post,replied_to,"
    "is_quote_post,has_replies,link_attachment_url,alt_text"
)
_MARKS = ("text", "timestamp", "media_type", "media_url", "permalink", "shortcode")
_ANSWERS_OF = re.compile(r"/(\d{1,40})/(?:replies|conversation)(?=[/?#]|$)")


def is_item(value: dict[str, Any]) -> bool:
    return any(key in value for key in _MARKS)


def parse(body: bytes, *, fetched_at: datetime, url: str | None = None, medium: str | None = None) -> values.Parsed:
    """See registry.Parser. ``url``: of a list of replies, names the post they answer."""
    found, value = Found(fetched_at), answer_of(body)
    of = _ANSWERS_OF.search(url) if url else None
    read(value, found, Medium(medium) if medium else Medium.SOCIAL, root=of[1] if of else None)
    return found.parsed(what, value, error=error_said)


def read(value: Any, found: Found, medium: Medium, *, root: str | None = None) -> None:
    for placed in placed_in(value, is_item):
        _item(placed._replace(root=placed.root or root, parent=placed.parent or root), found, medium)


def _item(placed: Placed, found: Found, medium: Medium) -> None:
    item, native = placed.item, placed.native
    if native is None:
        found.skip("an item", f"it has no id (only {', '.join(sorted(item)[:8])})")
        return
    text = values.plain(item.get("text") or item.get("alt_text"))
    parts = [item, *items(at(item, "children", "data"))]
    media = values.addresses([part.get("media_url") or part.get("thumbnail_url") for part in parts])
    handle = values.short(item.get("username"), 200) or placed.owner
    link = values.address(item.get("permalink"), _SITE)
    if not text and not media:
        kind = values.short(item.get("media_type"), 50) or f"only {', '.join(sorted(item)[:8])}"
        found.skip(f"item {native}", f"it has no words and no picture ({kind})")
        return
    parent = values.short(at(item, "replied_to", "id"), 100) or placed.parent
    root = values.short(at(item, "root_post", "id"), 100) or placed.root or parent
    found.update(
        Post(
            id=post_id(KIND, native),
            source=KIND,
            url=link,
            text=text,
            published_at=found.when(values.moment(item.get("timestamp"))),
            fetched_at=found.fetched_at,
            author=Author(
                id=values.short(at(item, "owner", "id"), 100),
                handle=handle,
                url=values.address(f"{_SITE}@{quote(handle, safe='')}") if handle else None,
                verified=item.get("is_verified") if isinstance(item.get("is_verified"), bool) else None,
            ),
            engagement=Engagement(),
            in_reply_to=post_id(KIND, parent) if parent and parent != native else None,
            thread=post_id(KIND, root) if root and root != native else None,
            media=media,
            medium=medium,
        ),
        fields=sorted(item),
    )


class Connector:
    """Implements ports.MentionSource."""

    def __init__(self, http: GuardedHttp, secrets: SecretStore) -> None:
        self._http, self._secrets = http, secrets

    def pull(self, unit: SourceUnit, state: SourceState, now: datetime, budget: timedelta) -> Pull:
        if unit.mode != "search":
            raise FetchError(f"threads knows no mode {unit.mode!r}", trouble=Trouble.INTERNAL)
        memory, until = begin(state, now)
        found, medium = Found(now), Medium(unit.medium)
        terms = unit.terms or (unit.target,)
        if len(terms) > MAX_TERMS:
            found.warn(f"only the first {MAX_TERMS} of {len(terms)} terms are searched on Threads")
        words = {str(place): term for place, term in enumerate(terms[:MAX_TERMS])}

        def params(job: Job) -> Mapping[str, Any]:
            asked = {"q": words.get(job.kind, ""), "search_type": "RECENT", "fields": _FIELDS, "limit": 100}
            asked |= {"since": int(job.until.timestamp()), "until": int((now + timedelta(minutes=1)).timestamp())}
            return asked | ({"after": job.after} if job.after else {})

        return look(
            Graph(self._http, self._secrets, KIND, budget, API),
            memory,
            [Job("keyword_search", place, until) for place in words],
            params=params,
            read=lambda value, job: read(value, found, medium),  # noqa: ARG005
            found=found,
            now=now,
        )
