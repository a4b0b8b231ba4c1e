"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from tocsin.adapters.sources.feeds_item import MAX_ITEMS, FeedItem, ReadFeed, read_date
from tocsin.domain.errors import ParseError
from tocsin.domain.text import clip


def read_json(text: str) -> ReadFeed:
    """All items of a JSON Feed. Raise ParseError when it is JSON of another kind, or none."""
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as error:
        place = f" at line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise ParseError(f"begins like JSON and is none{place}") from None
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise ParseError(f"JSON, but no JSON Feed: it has no list of items ({_excerpt(text)})")
    if "jsonfeed.org" not in str(feed.get("version", "")) and not _looks_like_items(feed["items"]):
        raise ParseError(f"JSON, but no JSON Feed: its version names none ({_excerpt(text)})")
    warnings, items = [], []
    for number, item in enumerate(feed["items"][:MAX_ITEMS], start=1):
        if isinstance(item, dict):
            items.append(_item(item, feed))
        else:
            warnings.append(f"item {number} is skipped: no JSON object")
    if len(feed["items"]) > MAX_ITEMS:
        warnings.append(f"only the first {MAX_ITEMS:,} items are read")
    return ReadFeed(items=tuple(items), warnings=tuple(warnings))


def _excerpt(text: str) -> str:
    return clip(" ".join(text[:200].split()), 80)


def _looks_like_items(items: list[Any]) -> bool:
    known = {"content_html", "content_text", "date_published"}
    return any(isinstance(item, dict) and known & item.keys() for item in items)


def _item(item: Mapping[str, Any], feed: Mapping[str, Any]) -> FeedItem:
    when, date_said = _when(item)
    authors, author_url = _authors(item, feed)
    return FeedItem(
        guid=_text(item, "id"),
        link=_text(item, "url") or _text(item, "external_url"),
        title=_text(item, "title"),
        text=_text(item, "content_html") or _text(item, "content_text") or _text(item, "summary"),
        when=when,
        date_said=date_said,
        authors=authors,
        author_url=author_url,
        language=_text(item, "language") or _text(feed, "language"),
        media=tuple(_media(item)),
    )


def _text(mapping: Mapping[str, Any], key: str) -> str:
    value = mapping.get(key)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    return str(value).strip()


def _when(item: Mapping[str, Any]) -> tuple[datetime | None, str]:
    bad = ""
    for key in ("date_published", "date_modified"):
        said = _text(item, key)
        moment = read_date(said)
        if moment is not None:
            return moment, said
        bad = bad or said
    return None, bad


def _authors(item: Mapping[str, Any], feed: Mapping[str, Any]) -> tuple[tuple[str, ...], str]:
    for holder in (item, feed):
        people = holder.get("authors") if isinstance(holder.get("authors"), list) else [holder.get("author")]
        known = [person for person in people or [] if isinstance(person, dict)]
        names = tuple(dict.fromkeys(name for person in known if (name := _text(person, "name"))))
        if names:
            return names, next((url for person in known if (url := _text(person, "url"))), "")
    return (), ""


def _media(item: Mapping[str, Any]) -> Iterator[str]:
    attachments = item.get("attachments")
    for attachment in attachments if isinstance(attachments, list) else []:
        if isinstance(attachment, dict):
            yield _text(attachment, "url")
    yield _text(item, "image")
