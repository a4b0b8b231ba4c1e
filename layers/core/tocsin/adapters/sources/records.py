"""Where the records of a stranger's JSON are: in a list, alone, or wrapped by whoever recorded them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tocsin.adapters.sources.values import Parsed, words
from tocsin.domain.text import clip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tocsin.domain.mention import Post

MAX_RECORDS = 5_000
_MAX_WARNINGS = 200
_SAID = ("message", "error_description", "faultstring", "error", "detail", "title", "code")
_WRAPS = ("error", "fault", "errors")


class SkippedError(Exception):
    """This record becomes no post. The message says why."""


def records(value: Any, *, lists: frozenset[str], is_one: Callable[[dict[str, Any]], bool]) -> Iterator[Any]:
    """Each value that is a record by ``is_one``, and each that stands where one is due (in a list of such a name, in
    a list that is the whole answer) and is none. What is inside a record is its own."""
    yield from _records(value, lists, is_one, due=isinstance(value, list))


def _records(
    value: Any, lists: frozenset[str], is_one: Callable[[dict[str, Any]], bool], *, due: bool
) -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            yield from _records(item, lists, is_one, due=due)
        return
    if isinstance(value, dict):
        if is_one(value):
            yield value
            return
        inside = [
            record
            for key, inner in value.items()
            if isinstance(inner, dict | list)
            for record in _records(inner, lists, is_one, due=key in lists)
        ]
        yield from inside
        due = due and not inside
    if due:
        yield value


def read_each(
    found: Iterable[Any], read: Callable[[dict[str, Any]], Iterable[tuple[Post, bool]]], *, noun: str
) -> Parsed:
    """The posts of all records; ``read`` gives a record's with whether its date is known, or raises SkippedError."""
    posts: dict[str, Post] = {}
    warnings: list[str] = []
    undated = repeated = 0
    fields: frozenset[str] | None = None
    for number, record in enumerate(found, start=1):
        if number > MAX_RECORDS:
            warnings.append(f"only the first {MAX_RECORDS:,} {noun}s are read")
            break
        try:
            if not isinstance(record, dict):
                raise SkippedError(f"no JSON object, but {_shape(record)}")  # noqa: TRY301 one way out for all reasons
            for post, dated in read(record):
                undated += not dated
                repeated += post.id in posts
                posts.setdefault(post.id, post)
        except SkippedError as reason:
            warnings.append(f"{noun} {number} is skipped: {reason}")
            continue
        fields = frozenset(record) if fields is None else fields & frozenset(record)
    if len(warnings) > _MAX_WARNINGS:
        warnings = [*warnings[:_MAX_WARNINGS], f"and {len(warnings) - _MAX_WARNINGS} more"]
    if repeated:
        warnings.append(f"{repeated} of the {noun}s stand there twice; each is taken once")
    if undated:
        items = "1 item" if undated == 1 else f"{undated:,} items"
        warnings.append(f"{items}: date not readable or absent, taken as of now")
    return Parsed(posts=tuple(posts.values()), warnings=tuple(warnings), fields=fields)


def error_said(value: Any) -> str | None:
    """A source's own words when its answer is an error; None for what is none."""
    if isinstance(value, list):
        value = value[0] if len(value) == 1 else None
    if not isinstance(value, dict):
        return None
    wrapped = next((value[key] for key in _WRAPS if value.get(key)), None)
    if wrapped is None:
        code = value.get("errorCode") or value.get("error_code")
        return _words_of(value) if code else None
    if isinstance(wrapped, list):
        wrapped = next(iter(wrapped), "")
    return _words_of(wrapped if isinstance(wrapped, dict) else value) or "an error without words"


def _words_of(error: dict[str, Any]) -> str:
    said = (" ".join(words(error.get(key)).split()) for key in _SAID)
    return clip(next((line for line in said if line), "an error without words"), 300)


def _shape(value: Any) -> str:
    return "null" if value is None else {list: "a list", str: "text", bool: "a flag"}.get(type(value), "a number")
