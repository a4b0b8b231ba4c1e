"""What a parser collects on its way through a response: each post once, and a warning for each item that is none."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tocsin.adapters.sources import values
from tocsin.domain.mention import stable_id
from tocsin.domain.text import clip

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from tocsin.domain.mention import Post

_CLEAN_ID = 150
_MAX_SAID = 200
_BELIEVED = timedelta(minutes=10)


class Gathering:
    """One response's harvest; not for several threads."""

    def __init__(self, fetched_at: datetime) -> None:
        self.fetched_at = fetched_at
        self.posts: dict[str, Post] = {}
        self.warnings: list[str] = []
        self._undated = self._changed = 0
        self._fields: frozenset[str] | None = None

    def published(self, said: datetime | None) -> datetime:
        """As values.published; remembers the items whose date nobody knows."""
        when = values.published(said, self.fetched_at)
        if said is None or abs(said - when) > _BELIEVED:
            self._undated += 1
        return when

    def add(self, post: Post, fields: Iterable[str] = ()) -> None:
        """Of two states of one post (an edit after the original) the later one is kept."""
        self._changed += self.posts.get(post.id, post) != post
        self.posts[post.id] = post
        had = frozenset(fields)
        self._fields = had if self._fields is None else self._fields & had

    def skip(self, what: str, why: str) -> None:
        self.warnings.append(f"{what} is skipped: {clip(' '.join(why.split()), _MAX_SAID)}")

    def parsed(self) -> values.Parsed:
        told = list(self.warnings)
        if self._changed:
            told.append(f"{_items(self._changed)} stood here more than once; what came last is kept")
        if self._undated:
            told.append(f"{_items(self._undated)}: date not readable or absent, taken as of now")
        return values.Parsed(posts=tuple(self.posts.values()), warnings=tuple(told), fields=self._fields)


def _items(count: int) -> str:
    return "1 item" if count == 1 else f"{count:,} items"


def readable_id(kind: str, native: str) -> str:
    """``kind:native`` where that is short and clean, else its hash."""
    clean = len(native) <= _CLEAN_ID and native.isascii() and native.isprintable() and " " not in native
    return f"{kind}:{native}" if native and clean else stable_id(kind, native)
