"""What a parser finds in an answer: its posts, each once, and a line for each item that is none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tocsin.adapters.sources import values
from tocsin.adapters.sources.values import Parsed
from tocsin.domain.mention import stable_id
from tocsin.domain.text import clip

if TYPE_CHECKING:
    from datetime import datetime

    from tocsin.domain.mention import Post

_READABLE = re.compile(r"[A-Za-z0-9_.:/@~+-]{1,140}")
_MAX_WARNINGS = 1_000


def post_id(source: str, native: str) -> str:
    """Readable where the source's own id is short and clean; hashed where it is not."""
    return f"{source}:{native}" if _READABLE.fullmatch(native) else stable_id(source, native)


class Found:
    """Collects what one answer holds. ``fetched_at``: the time of posts whose own is not known."""

    def __init__(self, fetched_at: datetime) -> None:
        self.fetched_at = fetched_at
        self.posts: dict[str, Post] = {}
        self._warnings: list[str] = []
        self._items = 0
        self._undated = 0
        self._fields: set[str] | None = None

    def item(self, raw: dict[str, Any]) -> int:
        """Count one item of the answer and note which fields it has; its number, from 1."""
        self._items += 1
        self._fields = set(raw) if self._fields is None else self._fields & set(raw)
        return self._items

    def when(self, said: datetime | None) -> datetime:
        taken = values.published(said, self.fetched_at)
        if said is None or abs((said - taken).total_seconds()) > 600:
            self._undated += 1
        return taken

    def add(self, number: int, post: Post) -> None:
        if post.id in self.posts:
            self.skip(number, f"it repeats an earlier one ({post.id})")
        else:
            self.posts[post.id] = post

    def also(self, post: Post) -> None:
        """A post that another item brought along; it may be there already."""
        self.posts.setdefault(post.id, post)

    def skip(self, number: int, why: str) -> None:
        self.warn(f"item {number} is skipped: {why}")

    def warn(self, line: str) -> None:
        if len(self._warnings) < _MAX_WARNINGS:
            self._warnings.append(line)

    def parsed(self, nothing: str) -> Parsed:
        """``nothing``: what the answer is, for one that holds neither post nor warning."""
        said = list(self._warnings)
        if not self.posts and not said:
            said.append(f"no posts: {nothing}")
        if self._undated:
            said.append(f"{self._undated} items: date not readable or absent, taken as of now")
        return Parsed(
            posts=tuple(self.posts.values()),
            warnings=tuple(said),
            fields=frozenset(sorted(self._fields)[:200]) if self._fields and self.posts else None,
        )


def own_words(value: Any) -> str | None:
    """What a source itself says went wrong, in any of the ways that sources have of saying it."""
    if not isinstance(value, dict):
        return None
    first = values.at(value, "errors", 0)
    said = [values.at(first, "message") if isinstance(first, dict) else first]
    said += [value.get(key) for key in ("error", "error_description", "message", "reason", "error_type")]
    inner = value.get("error")
    if isinstance(inner, dict):
        said += [inner.get("message"), inner.get("code")]
    lines = dict.fromkeys(line for part in said if (line := values.name(part)))
    return clip(", ".join(lines), 200) or None


def is_error(value: Any) -> bool:
    return isinstance(value, dict) and bool(value.get("error") or value.get("errors")) and own_words(value) is not None
