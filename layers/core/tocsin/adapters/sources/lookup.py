"""Asking a source whether posts are still there: what counts as its word, and what is mere trouble.

Only an answer in the source's own form about the post itself makes it gone. A refusal, a limit, a web page where JSON
is due, an outage, a host that is no more: none of these is a deletion.
"""

from __future__ import annotations

import re
import time
from enum import Enum
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tocsin.adapters.sources.answers import json_of
from tocsin.adapters.sources.look import Deadline, refusal_of, said_by
from tocsin.domain.errors import FetchError, ParseError, Trouble
from tocsin.domain.recheck import Gone

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from datetime import datetime, timedelta
    from decimal import Decimal

    from tocsin.adapters.http_guard import GuardedHttp, HttpReply

_JSON = {"Accept": "application/json"}
_HASH = re.compile(r"[0-9a-f]{32}")
_STOP = frozenset({Trouble.THROTTLED, Trouble.QUOTA, Trouble.BUDGET, Trouble.AUTH, Trouble.DOWN, Trouble.NETWORK})
"""What holds for all that one host is asked now, and not for one post."""


class Word(Enum):
    GONE = "gone"
    THERE = "there"
    UNSAID = "unsaid"
    """It would not say, or not clearly."""


class Lookup:
    """The requests of one look, and what is known of each post."""

    def __init__(
        self,
        http: GuardedHttp,
        ids: Sequence[str],
        now: datetime,
        budget: timedelta,
        *,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._http, self._now, self._deadline = http, now, Deadline(budget, timer)
        self._ids = tuple(ids)
        self._words: dict[str, Word] = {}
        self._warnings: list[str] = []
        self._closed = self._heard = False
        self.calls = 0

    @property
    def in_time(self) -> bool:
        return not self._closed and not self._deadline.near

    @property
    def left(self) -> timedelta:
        return self._deadline.left

    def get(
        self,
        url: str,
        *,
        private: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        takes: Collection[int] = (200,),
    ) -> HttpReply:
        """A reply with one of these statuses. Raise FetchError for any other."""
        self.calls += 1
        reply = self._http.get(url, {**_JSON, **(headers or {})}, self.left, private=private, accept_throttle=True)
        if reply.status not in takes:
            raise self.refusal(reply)
        return reply

    def value_of(self, reply: HttpReply) -> Any:
        """The reply's JSON. Raise ParseError for what is none."""
        return json_of(reply.body)

    def wait(self, seconds: float) -> None:
        """The source wants to be left alone for a while: this look asks no more."""
        self._closed = True
        self.warn(f"asked us to wait {seconds:.0f} s")

    def post(
        self, url: str, data: bytes, *, kind: str = "application/json", private: Mapping[str, str] | None = None
    ) -> HttpReply:
        """As Look.post, for logins."""
        self.calls += 1
        reply = self._http.post(url, {**_JSON, "Content-Type": kind}, self.left, data=data, private=private)
        if reply.status != 200:
            raise self.refusal(reply)
        return reply

    def refusal(self, reply: HttpReply) -> FetchError:
        return refusal_of(reply, self._now, said=said_by(reply) or "")

    def json(
        self, url: str, *, private: Mapping[str, str] | None = None, takes: Collection[int] = (200,)
    ) -> tuple[int, Any]:
        """Status and JSON. Raise ParseError for what is none."""
        reply = self.get(url, private=private, takes=takes)
        return reply.status, json_of(reply.body)

    def says(self, post: str, word: Word) -> None:
        self._words[post] = word
        self._heard = True

    @property
    def any_there(self) -> bool:
        """Whether the source gave one of them: then it is not the right to see them that is missing."""
        return Word.THERE in self._words.values()

    def cannot(self, post: str) -> None:
        """It has no id that its source knows."""
        self._words[post] = Word.UNSAID

    def warn(self, line: str) -> None:
        self._warnings.append(line)

    def one_by_one(
        self, posts: Iterable[str], ask: Callable[[str], Word], *, host: Callable[[str], str] | None = None
    ) -> None:
        """Ask for each by itself. A host in trouble is asked no more: where there are several (``host``), its posts
        are passed over until their next age; where there is one, all that follows is left, and its trouble is raised
        when nothing was heard yet."""
        closed: set[str] = set()
        for post in posts:
            if not self.in_time:
                return
            where = host(post) if host else ""
            try:
                self.says(post, Word.UNSAID if where in closed else ask(post))
            except (FetchError, ParseError) as error:
                stops = isinstance(error, FetchError) and error.trouble in _STOP
                if stops and host is None:
                    if not self._heard:
                        raise
                    self.warn(f"not all was asked: {error}")
                    return
                self.says(post, Word.UNSAID)
                if stops:
                    closed.add(where)
                    self.warn(f"passed over: {error}")

    def in_batches(self, posts: Sequence[str], size: int, ask: Callable[[Sequence[str]], None]) -> None:
        """``ask`` says of each of its posts what is known. Trouble ends it; it is raised when nothing was heard yet."""
        for start in range(0, len(posts), size):
            if not self.in_time:
                return
            try:
                ask(posts[start : start + size])
            except (FetchError, ParseError) as error:
                if not self._heard:
                    raise
                self.warn(f"not all was asked: {error}")
                return

    def result(self, *, usd: Decimal | None = None) -> Gone:
        gone = frozenset(post for post, word in self._words.items() if word is Word.GONE)
        left = frozenset(self._ids) - frozenset(self._words)
        said = {"usd": usd} if usd is not None else {}
        return Gone(gone=gone, left=left, calls=self.calls, warnings=tuple(dict.fromkeys(self._warnings))[:5], **said)


def host_of(post: str) -> str:
    """Of an id that is an address: whose trouble is not the others'."""
    try:
        return urlsplit(native_of(post)).netloc
    except ValueError:
        return ""


def native_of(post: str) -> str:
    """The source's own id in ours; '' where a hash stands for it (found.post_id), which no source knows."""
    native = post.partition(":")[2]
    return "" if _HASH.fullmatch(native) else native
