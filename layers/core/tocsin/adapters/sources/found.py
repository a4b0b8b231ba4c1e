"""What a parser finds in an answer, whoever recorded it: its posts, each once, and a line for each other item."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from tocsin.adapters.sources import values
from tocsin.adapters.sources.answers import json_of
from tocsin.adapters.sources.values import Parsed
from tocsin.domain.errors import ParseError
from tocsin.domain.mention import stable_id
from tocsin.domain.text import clip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from tocsin.domain.mention import Post

_READABLE = re.compile(r"[A-Za-z0-9_.:/@~+?=&#%-]{1,140}")
_BODIES = frozenset({"body", "string", "response", "payload"})
"""Where recorders (VCR, nock, HAR and the like) and streams keep a response's body, often as text."""
_MAX_INNER = 20_000_000
_MAX_LAYERS = 3
MAX_ITEMS = 50_000
_MAX_WARNINGS = 1_000
_MAX_FIELDS = 200
_FLAT = ("error", "error_name", "message", "error_message", "error_description", "reason", "error_type")
_WITHIN = (*_FLAT, "faultstring", "detail", "title", "code")
_WRAPS = ("error", "errors", "fault")
_NEWS = re.compile(r"no posts: an (?:error|answer of another kind)\b")
_TOKEN = re.compile(r"(access_token=)[^&\s]+", re.IGNORECASE)


def post_id(source: str, native: str) -> str:
    """Readable where the source's own id is short and clean; hashed where it is not."""
    return f"{source}:{native}" if _READABLE.fullmatch(native) else stable_id(source, native)


class Stray(NamedTuple):
    """What stands in a list of items and is none."""

    value: Any


def items_in(
    value: Any,
    is_one: Callable[[dict[str, Any]], bool],
    *,
    lists: frozenset[str] = frozenset(),
    into: tuple[str, ...] = (),
) -> list[Any]:
    """Every object that ``is_one``, in the document's order, at any depth; of what lies inside one only what is under
    the keys ``into`` (answers, comments). Where ``lists`` are named, nothing is passed over in silence: each other
    entry of a list that holds such objects (under such a name, or the whole answer) is there as a Stray.

    ``value``: as answers.json_of gave it, so not nested deeper than that allows.
    """

    def within(value: Any, layers: int, *, due: bool) -> list[Any]:
        if isinstance(value, list):
            strays = due and any(isinstance(entry, dict) and is_one(entry) for entry in value)
            return [
                item
                for entry in value
                for item in within(entry, layers, due=False) or ([Stray(entry)] if strays else [])
            ]
        if not isinstance(value, dict):
            return []
        if is_one(value):
            return [value, *(item for key in into for item in within(value.get(key), layers, due=key in lists))]
        found: list[Any] = []
        for key, inner in value.items():
            if isinstance(inner, dict | list):
                found += within(inner, layers, due=key in lists)
            elif key in _BODIES and isinstance(inner, str) and layers:
                found += within(_unwrapped(inner), layers - 1, due=bool(lists))
        return found

    return within(value, _MAX_LAYERS, due=bool(lists))


def _unwrapped(said: str) -> Any:
    if said.lstrip()[:1] not in {"{", "["} or len(said) > _MAX_INNER:
        return None
    try:
        return json_of(said.encode("utf-8", "replace"))
    except ParseError:
        return None


class SkippedError(Exception):
    """This item becomes no post. The message says why."""


class Found:
    """Collects what one answer, or one look's answers, hold. ``fetched_at``: the time of posts whose own is unknown."""

    def __init__(self, fetched_at: datetime) -> None:
        self.fetched_at = fetched_at
        self.posts: dict[str, Post] = {}
        self._warnings: list[str] = []
        self._items = self._undated = self._changed = self._untold = 0
        self._unreadable = ""
        self._fields: frozenset[str] | None = None

    def read(self, items: Iterable[Any], read: Callable[[dict[str, Any]], Post | list[Post]]) -> None:
        """``read`` gives the posts of one item, or raises SkippedError."""
        for raw in items:
            if self._items >= MAX_ITEMS:
                self._warnings.insert(0, f"only the first {MAX_ITEMS:,} items are read")
                return
            self.take(raw, read)

    def take(self, raw: Any, read: Callable[[dict[str, Any]], Post | list[Post]]) -> None:
        self._items += 1
        try:
            if isinstance(raw, Stray):
                raise SkippedError(f"it is {keys_of(raw.value)}")  # noqa: TRY301 one way out for all reasons
            posts = read(raw)
        except SkippedError as reason:
            self.skip(f"item {self._items:,}", str(reason))
            return
        self._note(name for name, value in raw.items() if value is not None)
        for post in posts if isinstance(posts, list) else [posts]:
            if self.posts.setdefault(post.id, post) is not post:
                self.skip(f"item {self._items:,}", f"it repeats an earlier one ({post.url or post.id})")

    def update(self, post: Post, fields: Iterable[str] = ()) -> None:
        """Where a source gives a post anew when it is edited, the later state is kept."""
        self._changed += self.posts.get(post.id, post) != post
        self.posts[post.id] = post
        self._note(fields)

    def _note(self, names: Iterable[str]) -> None:
        """What every item has, so that a field which is gone is noticed."""
        had = frozenset(name for name in names if len(name) <= 60)
        self._fields = had if self._fields is None else self._fields & had

    def when(self, said: datetime | None, raw: Any = None) -> datetime:
        """As values.published; counts the items whose date nobody knows. ``raw``: what could not be read as one."""
        taken = values.published(said, self.fetched_at)
        if said is None or abs((said - taken).total_seconds()) > 600:
            self._undated += 1
            self._unreadable = self._unreadable or line_of(values.words(raw), 60)
        return taken

    def skip(self, what: str, why: str) -> None:
        self.warn(f"{what} is skipped: {why}")

    def warn(self, line: str) -> None:
        if len(self._warnings) < _MAX_WARNINGS:
            self._warnings.append(line_of(line, 600))
        else:
            self._untold += 1

    def parsed(
        self,
        what: Callable[[Any], str | None] | None = None,
        value: Any = None,
        *,
        error: Callable[[Any], str | None] | None = None,
    ) -> Parsed:
        """``what`` names an answer ``value`` that held neither post nor warning, ``error`` the source's own words in
        it when it is a refusal."""
        told = list(self._warnings)
        if what and not self.posts and not told:
            told.append(f"no posts: {named(value, what, error)}")
        if self._untold:
            told.append(f"and {self._untold:,} more")
        if self._changed:
            told.append(f"{_items(self._changed)} stood here more than once; what came last is kept")
        if self._undated:
            first = f" (first: «{self._unreadable}»)" if self._unreadable else ""
            told.append(f"{_items(self._undated)}: date not readable or absent, taken as of now{first}")
        fields = frozenset(sorted(self._fields)[:_MAX_FIELDS]) if self._fields is not None and self.posts else None
        return Parsed(posts=tuple(self.posts.values()), warnings=tuple(told), fields=fields)


def joined(pages: Iterable[Parsed], warnings: Iterable[str] = ()) -> Parsed:
    """What the answers of one look hold together, each post as it stood in the first. That an answer held nothing is no
    news to an operator, unless it was an error or something unknown."""
    posts: dict[str, Post] = {}
    lines = dict.fromkeys(warnings)
    fields: frozenset[str] | None = None
    for page in pages:
        for post in page.posts:
            posts.setdefault(post.id, post)
        lines |= dict.fromkeys(line for line in page.warnings if not line.startswith("no posts") or _NEWS.match(line))
        if page.fields is not None:
            fields = page.fields if fields is None else fields & page.fields
    return Parsed(posts=tuple(posts.values()), warnings=tuple(lines), fields=fields)


def _items(count: int) -> str:
    return "1 item" if count == 1 else f"{count:,} items"


def named(value: Any, what: Callable[[Any], str | None], error: Callable[[Any], str | None] | None = None) -> str:
    """What an answer without posts is. ``what`` and ``error``: as of Found.parsed."""
    if said := (error or error_said)(value):
        return f"an error: «{line_of(said, 400)}»"
    if said := what(value):
        return said
    empty = "an empty list" if value == [] else "an empty answer"
    return f"an answer of another kind: {keys_of(value)}" if value else empty


def keys_of(value: Any) -> str:
    """What a document without posts is made of, for people: its first keys."""
    if isinstance(value, dict):
        names = [clip(key, 40) + (f" ({len(of):,})" if isinstance(of, list) else "") for key, of in value.items()]
        return "an object with " + (", ".join(names[:8]) or "nothing in it")
    if isinstance(value, list):
        return f"a list of {len(value):,} items" if value else "an empty list"
    return f"only {clip(json.dumps(value), 60)}"


def line_of(said: str, limit: int = 200) -> str:
    """A stranger's words as one line that can be printed anywhere."""
    line = " ".join("".join(char if char.isprintable() else " " for char in said[:10_000]).split())
    return clip(_TOKEN.sub(r"\1…", line), limit)


def error_said(value: Any) -> str | None:
    """A source's own words when its answer is an error, in any of the ways that sources have; None for what is none."""
    if isinstance(value, list):
        value = value[0] if len(value) == 1 else None
    if not isinstance(value, dict):
        return None
    if any(value.get(key) for key in (*_WRAPS, "errorCode", "error_code", "error_id", "error_message")):
        return own_words(value) or "an error without words"
    return None


def own_words(value: Any) -> str:
    """What a source says went wrong; '' where it says nothing."""
    if not isinstance(value, dict):
        return ""
    wrapped = next((value[key] for key in _WRAPS if isinstance(value.get(key), dict | list) and value[key]), None)
    first = wrapped[0] if isinstance(wrapped, list) else wrapped
    if isinstance(first, dict):
        said = [next((line for key in _WITHIN if (line := values.name(first.get(key)))), None), *_flat(value)]
    else:
        said = [values.name(first), *_flat(value)]
    return line_of(": ".join(dict.fromkeys(line for line in said if line)), 300)


def _flat(value: dict[str, Any]) -> list[str | None]:
    return [values.name(value.get(key)) for key in _FLAT]
