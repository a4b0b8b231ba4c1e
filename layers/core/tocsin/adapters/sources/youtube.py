"""YouTube with the client's own key: search for videos that name a brand, comments under them and under its channel.

Its secret: ``api_key`` (of the YouTube Data API v3), sent as the header X-Goog-Api-Key and never in an address.
YouTube's terms want stored data refreshed or deleted within 30 days, and YouTube named as the source. ``Pull.calls`` of
a search counts the searches alone: they are the scarce budget that all searches of a client share.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from tocsin.adapters.sources.found import joined
from tocsin.adapters.sources.google_errors import value_of
from tocsin.adapters.sources.look import Deadline, evidence_of, secret_of
from tocsin.adapters.sources.paging import Page, Place, Stamp, read_down, utc
from tocsin.adapters.sources.values import Parsed, at, items, moment, words
from tocsin.adapters.sources.youtube_cursor import Cursor, Thread, Watched
from tocsin.adapters.sources.youtube_posts import parse, posts_of, video_of
from tocsin.adapters.sources.youtube_quota import used_up
from tocsin.domain.errors import FetchError, ParseError, Trouble
from tocsin.domain.source_state import Pull

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tocsin.adapters.http_guard import GuardedHttp, HttpReply
    from tocsin.domain.mention import Post
    from tocsin.domain.recheck import Gone
    from tocsin.domain.source_state import SourceState
    from tocsin.domain.sources import SourceUnit
    from tocsin.ports import SecretStore

__all__ = ["Connector", "parse"]

SOURCE = "youtube"
_API = "https://www.googleapis.com/youtube/v3"
_BACKFILL = timedelta(days=7)
_OVERLAP = timedelta(hours=12)
"""Search finds a video late, under the time of its publication."""
_WATCHED = 10
_THREAD_PAGES = 2
_REPLY_CALLS = 20
_REPLY_PAGES = 3
_REMEMBERED = 70
_THIS_ALONE = frozenset({Trouble.POLICY, Trouble.GONE})
"""Comments are switched off, or the video or thread is deleted: no trouble with the key or with YouTube."""


class Connector:
    """Implements ports.MentionSource. Modes: ``search`` (terms), ``comments`` (target: the brand's own channel)."""

    def __init__(self, http: GuardedHttp, secrets: SecretStore) -> None:
        self._http, self._secrets = http, secrets

    def gone(self, unit: SourceUnit, ids: Sequence[str], now: datetime, budget: timedelta) -> Gone:  # noqa: ARG002
        """ports.DeletionSource."""
        from tocsin.adapters.sources.youtube_gone import gone

        return gone(self._http, secret_of(self._secrets, SOURCE, "api_key")["api_key"], ids, now, budget)

    def pull(self, unit: SourceUnit, state: SourceState, now: datetime, budget: timedelta) -> Pull:
        """Raise FetchError (QUOTA, with the time to the reset) when the day's budget is used up."""
        key = secret_of(self._secrets, SOURCE, "api_key")["api_key"]
        look = _Look(self._http, key, Cursor.of(state.cursor), unit.medium, now, budget)
        return look.channel(unit.target) if unit.mode == "comments" else look.search(unit.terms or (unit.target,))


class _Look:
    """One look: what it asked, found and used up."""

    def __init__(
        self, http: GuardedHttp, key: str, cursor: Cursor, medium: str, now: datetime, budget: timedelta
    ) -> None:
        self._http, self._key, self._medium, self._now = http, key, medium, now
        self._cursor, self._spent = cursor, cursor.spent.on(now)
        self._end = Deadline(budget)
        self._replies: list[HttpReply] = []
        self._posts: dict[str, Post] = {}
        self._warnings: list[str] = []
        self._counts: dict[str, int] = dict(cursor.replies)
        self._asked_for_replies = 0
        self._rest: datetime | None = None
        self._searching = self._lost = False

    def search(self, terms: Iterable[str]) -> Pull:
        """New videos for the terms, with their numbers; then new comments under those found last."""
        self._searching = True
        since = (self._cursor.place.newest or self._now - _BACKFILL) - _OVERLAP
        query = {
            "part": "snippet",
            "type": "video",
            "order": "date",
            "maxResults": "50",
            "q": "|".join(_quoted(term) for term in terms),
            "publishedAfter": utc(since),
        }

        def ask(token: str | None, _: timedelta) -> Page:
            value, reply = self._ask("search", query | ({"pageToken": token} if token else {}), search=True)
            found = items(at(value, "items"))
            stamps = [Stamp(video_of(each) or "", moment(at(each, "snippet", "publishedAt"))) for each in found]
            return Page(self._parsed(value), stamps, words(at(value, "nextPageToken")) or None, reply)

        place = self._cursor.place.text
        pull = read_down(ask, place, budget=self._end.left, now=self._now, overlap=_OVERLAP, most=2)
        self._posts = {post.id: post for post in pull.posts}
        self._warnings.extend(pull.warnings)
        found = [post.id.partition(":")[2] for post in sorted(pull.posts, key=lambda p: p.published_at, reverse=True)]
        watched = self._watched(found)
        try:
            self._numbers(found)
            watched = tuple(self._under(each) for each in watched)
        except (FetchError, ParseError) as error:
            self._warnings.append(f"videos' numbers or comments are not read: {error}")
            self._heed(error)
        return self._done(Place.of(pull.cursor), watched, pull)

    def channel(self, channel: str) -> Pull:
        """New comments on a channel and all its videos."""
        threads: list[Thread] = []

        def ask(token: str | None, _: timedelta) -> Page:
            page, found = self._threads({"allThreadsRelatedToChannelId": channel}, token)
            threads.extend(found)
            return page

        place = self._cursor.place.text
        pull = read_down(ask, place, budget=self._end.left, now=self._now, overlap=_OVERLAP)
        self._posts = {post.id: post for post in pull.posts}
        self._warnings.extend(pull.warnings)
        try:
            self._more_replies(threads)
        except (FetchError, ParseError) as error:
            self._warnings.append(f"some replies are not read: {error}")
            self._heed(error)
        return self._done(Place.of(pull.cursor), (), pull)

    def _watched(self, found: list[str]) -> tuple[Watched, ...]:
        known = {each.id: each for each in self._cursor.watched}
        ids = dict.fromkeys((*found, *known))
        return tuple(known.get(each) or Watched(id=each) for each in ids)[:_WATCHED]

    def _numbers(self, found: list[str]) -> None:
        """Whole descriptions, views, likes: search has none."""
        for start in range(0, len(found), 50):
            ids = ",".join(found[start : start + 50])
            value, _ = self._ask("videos", {"part": "snippet,statistics", "id": ids, "maxResults": "50"})
            self._keep(self._parsed(value).posts, replace=True)

    def _under(self, watched: Watched) -> Watched:
        """New comments under one video. Raise FetchError when it is not this video alone that cannot be read."""
        if watched.closed or self._end.near:
            return watched
        token: str | None = None
        threads: list[Thread] = []
        for _ in range(_THREAD_PAGES):
            try:
                page, found = self._threads({"videoId": watched.id}, token)
            except FetchError as error:
                if error.trouble not in _THIS_ALONE:
                    raise
                return watched.model_copy(update={"closed": True})
            self._keep(page.parsed.posts)
            self._warnings.extend(joined([page.parsed]).warnings)
            threads.extend(found)
            token = page.next
            oldest = found[-1].published if found else None
            known = watched.newest is not None and oldest is not None and oldest < watched.newest
            if token is None or known or self._end.near:
                break
        else:
            self._lost = self._lost or watched.newest is not None
            self._warnings.append(f"video {watched.id}: only the newest {len(threads)} threads of comments are read")
        self._more_replies(threads)
        newest = max((each.published for each in threads if each.published), default=watched.newest)
        return watched.model_copy(update={"newest": newest})

    def _threads(self, whose: dict[str, str], token: str | None) -> tuple[Page, list[Thread]]:
        query = {"part": "snippet,replies", "order": "time", "maxResults": "100", "textFormat": "plainText"} | whose
        value, reply = self._ask("commentThreads", query | ({"pageToken": token} if token else {}))
        found = [thread for each in items(at(value, "items")) if (thread := Thread.of(each))]
        stamps = [Stamp(each.id, each.published) for each in found]
        return Page(self._parsed(value), stamps, words(at(value, "nextPageToken")) or None, reply), found

    def _more_replies(self, threads: list[Thread]) -> None:
        """A thread shows five replies at most; the rest is asked for when their number has changed."""
        grown = [each for each in threads if each.total > each.shown and self._counts.get(each.mark) != each.total]
        for position, thread in enumerate(grown):
            if self._asked_for_replies >= _REPLY_CALLS or self._end.near:
                self._warnings.append(f"the replies in {len(grown) - position} threads wait for the next look")
                return
            try:
                self._replies_of(thread)
            except FetchError as error:
                if error.trouble not in _THIS_ALONE:
                    raise  # else the thread is gone, and the others are not
            self._counts.pop(thread.mark, None)
            self._counts[thread.mark] = thread.total

    def _replies_of(self, thread: Thread) -> None:
        token: str | None = None
        for _ in range(_REPLY_PAGES):
            self._asked_for_replies += 1
            query = {"part": "snippet", "parentId": thread.id, "maxResults": "100", "textFormat": "plainText"}
            value, _reply = self._ask("comments", query | ({"pageToken": token} if token else {}))
            found = posts_of(value, fetched_at=self._now, medium=self._medium, video=thread.video)
            self._keep(found.posts)
            token = words(at(value, "nextPageToken")) or None
            if token is None:
                return

    def _parsed(self, value: Any) -> Parsed:
        return posts_of(value, fetched_at=self._now, medium=self._medium)

    def _keep(self, posts: Iterable[Post], *, replace: bool = False) -> None:
        for post in posts:
            if replace or post.id not in self._posts:
                self._posts[post.id] = post

    def _ask(self, resource: str, query: dict[str, str], *, search: bool = False) -> tuple[Any, HttpReply]:
        self._spent.check(self._now, search=search)
        self._spent = self._spent.plus(search=search)
        reply = self._http.get(
            f"{_API}/{resource}?{urlencode(query)}",
            {"Accept": "application/json"},
            self._end.left,
            private={"X-Goog-Api-Key": self._key},
            accept_throttle=True,
        )
        self._replies.append(reply)
        try:
            return value_of(reply), reply
        except FetchError as error:
            if error.trouble is not Trouble.QUOTA:
                raise
            self._spent = self._spent.full(search=search)
            raise used_up(f"the quota of this key is used up ({error})", self._now) from None

    def _heed(self, error: FetchError | ParseError) -> None:
        """A quota that is used up has its own account: what else the key may ask does not wait for it."""
        wait = getattr(error, "retry_after", None)
        if wait and error.trouble is Trouble.THROTTLED:
            self._rest = self._now + timedelta(seconds=wait)

    def _done(self, place: Place, watched: tuple[Watched, ...], pull: Pull) -> Pull:
        remembered = dict(list(self._counts.items())[-_REMEMBERED:])
        if self._rest:
            place = place.model_copy(update={"rest": self._rest})
        cursor = Cursor(spent=self._spent, place=place, watched=watched, replies=remembered)
        return Pull(
            posts=tuple(self._posts.values()),
            warnings=tuple(self._warnings),
            cursor=cursor.model_dump_json(exclude_defaults=True),
            calls=pull.calls if self._searching else len(self._replies),
            again=pull.again and self._rest is None,
            halfway=pull.halfway,
            lost=pull.lost or self._lost,
            fields=pull.fields,
            evidence=tuple(evidence_of(reply) for reply in self._replies),
            bytes_read=sum(reply.bytes_read for reply in self._replies),
        )


def _quoted(term: str) -> str:
    """A term as search takes it; «|» is its «or», «-» its «not»."""
    plain = term.replace('"', " ").strip()
    return plain if plain.isalnum() else f'"{plain}"'
