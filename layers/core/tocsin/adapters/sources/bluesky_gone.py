"""Whether posts of Bluesky are still there: 25 at once, and each that is missing once more by itself, since only then
does Bluesky say why."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from tocsin.adapters.sources.answers import json_of
from tocsin.adapters.sources.lookup import Lookup, Word, native_of
from tocsin.adapters.sources.values import at, items, words
from tocsin.domain.errors import FetchError, ParseError, Trouble

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta

    from tocsin.adapters.http_guard import GuardedHttp, HttpReply
    from tocsin.adapters.sources.bluesky_session import Session
    from tocsin.domain.recheck import Gone
    from tocsin.domain.sources import SourceUnit

_PUBLIC = "https://public.api.bsky.app"
_AT_ONCE = 25


def gone(
    http: GuardedHttp, session: Session, unit: SourceUnit, ids: Sequence[str], now: datetime, budget: timedelta
) -> Gone:
    """As the client's account where it has one: its own server is asked then."""
    look = Lookup(http, ids, now, budget)
    asking = _Asking(look)

    def ask(path: str) -> HttpReply:
        return session.get(asking, path) if unit.keyed else asking.get(f"{_PUBLIC}{path}")  # type: ignore[arg-type]

    def several(posts: Sequence[str]) -> None:
        known = [post for post in posts if native_of(post).startswith("at://")]
        for post in set(posts) - set(known):
            look.cannot(post)
        if not known:
            return
        asked = urlencode({"uris": [native_of(post) for post in known]}, doseq=True)
        found = at(json_of(ask(f"/xrpc/app.bsky.feed.getPosts?{asked}").body), "posts")
        if not isinstance(found, list):
            raise FetchError("Bluesky answers without «posts»", trouble=Trouble.FORMAT)
        there = {words(post.get("uri")) for post in items(found)}
        for post in known:
            if native_of(post) in there:
                look.says(post, Word.THERE)
        look.one_by_one([post for post in known if native_of(post) not in there], one)

    def one(post: str) -> Word:
        asked = urlencode({"uri": native_of(post), "depth": "0", "parentHeight": "0"})
        value = json_of(ask(f"/xrpc/app.bsky.feed.getPostThread?{asked}").body)
        kind = words(at(value, "thread", "$type")).rpartition("#")[2]
        if words(at(value, "error")) == "NotFound" or kind == "notFoundPost":
            return Word.GONE
        return Word.THERE if kind == "threadViewPost" else Word.UNSAID

    look.in_batches(ids, _AT_ONCE, several)
    return look.result()


class _Asking:
    """As look.Look to a session. That a post is not found is an answer, under status 400."""

    def __init__(self, look: Lookup) -> None:
        self._look = look
        self.post = look.post

    def get(self, url: str, *, private: Mapping[str, str] | None = None) -> HttpReply:
        reply = self._look.get(url, private=private, takes=(200, 400))
        if reply.status == 400 and not _not_found(reply):
            raise self._look.refusal(reply)
        return reply


def _not_found(reply: HttpReply) -> bool:
    try:
        return words(at(json_of(reply.body), "error")) == "NotFound"
    except ParseError:
        return False
