"""RSS 0.9x-2.0, RDF, Atom 0.3 and 1.0 and CDF, read by feedparser."""

import io
import logging
import re
import time
import xml.sax
import xml.sax.handler
import xml.sax.xmlreader
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache, partial
from time import struct_time
from typing import Any

from tocsin.adapters.sources.feeds_decode import harmless, repaired, with_characters
from tocsin.adapters.sources.feeds_item import MAX_ITEMS, FeedItem, ReadFeed, read_date, whole
from tocsin.domain.errors import ParseError
from tocsin.domain.text import clip, html_to_text

_log = logging.getLogger(__name__)
_LOOSE_CAP = 2_000_000
"""Characters that the forgiving parser is given: it takes 150 bytes of memory for each."""
_DEPTH = 200
_ATTRIBUTES = 200
_SECONDS = 10
_DATES = ("published", "updated", "created")
_HTML = re.compile(r"<(?:html|head|body|title|meta|script|div|p|h\d)\b", re.IGNORECASE)
_PAGE_TITLE = re.compile(r"<title[^>]*>([^<]{1,200})", re.IGNORECASE)
_FEED_ROOT = re.compile(r"<(?:\w+:)?(?:rss|feed|rdf|channel)\b", re.IGNORECASE)
_ITEM = re.compile(r"<(?:\w+:)?(?:item|entry)[\s>/]", re.IGNORECASE)


class _EnoughError(Exception):
    """Raised to leave the parser when it has read as much as we take; the message says what that is."""


def read_xml(text: str) -> ReadFeed:
    """All items of a feed that came as ``text``. Raise ParseError when it is none."""
    xml_text = harmless(text)
    parser, reasons = _parsed(xml_text)
    entries = [entry for entry in parser.entries if isinstance(entry, dict)][:MAX_ITEMS]
    if not entries and not parser.version and not _FEED_ROOT.match(xml_text):
        raise ParseError(_no_feed(xml_text))
    items = tuple(_item(entry, parser.feeddata) for entry in entries)
    missed = _count(xml_text) - len(entries)
    if missed > 0:
        reasons.append(f"{missed} of {missed + len(entries)} items could not be read: the XML is broken there")
    return ReadFeed(items=items, warnings=tuple(reasons))


def _no_feed(xml_text: str) -> str:
    if _HTML.match(xml_text):
        title = _PAGE_TITLE.search(xml_text)
        named = f" («{clip(html_to_text(title[1]), 60)}»)" if title else ""
        return f"a web page{named} stands where a feed is due; ask the site for its feed's address"
    root = re.match(r"<([\w:.-]{1,40})", xml_text)
    return f"no feed: the document begins with <{root[1]}>" if root else "no feed: neither XML nor JSON"


def _count(xml_text: str) -> int:
    """Items by an independent count; text that only quotes such tags does not count."""
    return len(_ITEM.findall(repaired(xml_text)))


@cache
def _parsers() -> tuple[type[Any], type[Any]]:
    """feedparser's two parsers, bounded. Imported late: it costs 100 ms that only a fetch needs."""
    from feedparser import api

    class Bounded:
        entries: list[Any]
        depth: int
        stop_at: float

        def unknown_starttag(self, tag: str, attrs: Any) -> None:
            if self.depth > _DEPTH or time.monotonic() > self.stop_at:
                what = f"elements nest over {_DEPTH} deep" if self.depth > _DEPTH else f"it takes over {_SECONDS} s"
                raise _EnoughError(f"reading stopped after {len(self.entries)} items: {what}")
            super().unknown_starttag(tag, attrs)  # type: ignore[misc]

        def _start_item(self, attrs: Any) -> None:
            if len(self.entries) >= MAX_ITEMS:
                raise _EnoughError(f"only the first {MAX_ITEMS:,} items are read")
            super()._start_item(attrs)  # type: ignore[misc]

        _start_entry = _start_item

        def _sync_author_detail(self, key: str = "author") -> None:
            # feedparser's own cuts mail addresses out by an expression that knows no domain beyond four letters
            # (.agency) and takes quadratic time on a long name; feeds.py reads names from «mail (Name)».
            context = self._get_context()  # type: ignore[attr-defined]
            people, said = dict.get(context, f"{key}s"), dict.get(context, key)
            if people and not people[-1] and said:
                people[-1]["name"] = said

    class BoundedAttributes(Bounded):
        def startElementNS(self, name: Any, qname: Any, attrs: Any) -> None:  # noqa: N802 SAX names it so
            if len(attrs) > _ATTRIBUTES:  # looking each up by its name takes quadratic time
                raise _EnoughError(f"reading stopped after {len(self.entries)} items: over {_ATTRIBUTES} attributes")
            super().startElementNS(name, qname, attrs)  # type: ignore[misc]

    strict = type("StrictParser", (BoundedAttributes, api.StrictFeedParser), {})
    loose = type("LooseParser", (Bounded, api.LooseFeedParser), {})
    return strict, loose


def _parsed(xml_text: str) -> tuple[Any, list[str]]:
    """feedparser's parser after its work, and what it could not do. Strictly first, then forgivingly.

    The driver is ours, not feedparser.parse: that keeps entity declarations, opens a file when the body looks like
    a path, and loses what was read before an error.
    """
    strict_class, loose_class = _parsers()
    strict = _new(strict_class)
    try:
        _run_sax(strict, with_characters(xml_text))
    except _EnoughError as enough:
        return strict, [str(enough)]
    except Exception as error:  # noqa: BLE001 not well-formed, or a fault of feedparser's
        _log.debug("the strict parser gave up: %s", type(error).__name__)
    else:
        return strict, []
    loose = _new(loose_class)
    try:
        loose.feed(repaired(xml_text[:_LOOSE_CAP]))
    except _EnoughError as enough:
        return loose, [str(enough)]
    except Exception as error:  # noqa: BLE001
        best = max(strict, loose, key=lambda parser: len(parser.entries))
        return best, [f"reading stopped early ({type(error).__name__}) after {len(best.entries)} items"]
    return loose, []


def _new(parser_class: type[Any]) -> Any:
    parser = parser_class("", None, "utf-8")
    parser.resolve_relative_uris = False
    parser.sanitize_html = False  # everything becomes plain text
    parser.stop_at = time.monotonic() + _SECONDS
    return parser


def _run_sax(parser: Any, xml_text: str) -> None:
    sax = xml.sax.make_parser()  # noqa: S317 no document type is left in it, see feeds_decode.harmless
    sax.setFeature(xml.sax.handler.feature_namespaces, True)
    sax.setFeature(xml.sax.handler.feature_external_ges, False)
    sax.setContentHandler(parser)
    sax.setErrorHandler(parser)
    source = xml.sax.xmlreader.InputSource()
    source.setByteStream(io.BytesIO(xml_text.encode()))
    source.setEncoding("utf-8")
    sax.parse(source)


def _item(entry: Mapping[str, Any], feed: Mapping[str, Any]) -> FeedItem:
    when, date_said = _when(entry)
    authors, author_url = _authors(entry, feed)
    source = _mapping(_get(entry, "source"))
    reply = _mapping(_get(entry, "thr_in-reply-to"))
    return FeedItem(
        guid=_text(entry, "id"),
        link=_link(entry),
        title=_text(entry, "title"),
        text=_body(entry),
        when=when,
        date_said=date_said,
        authors=authors,
        author_url=author_url,
        outlet=_text(source, "title"),
        outlet_url=_text(source, "href"),
        language=_language(entry, feed),
        media=tuple(_media(entry)),
        likes=whole(_get(_mapping(_get(entry, "media_starrating")), "count")),
        replies=_first_count(_get(entry, "slash_comments"), _get(entry, "thr_total")),
        views=whole(_get(_mapping(_get(entry, "media_statistics")), "views")),
        in_reply_to=_text(reply, "ref") or _text(reply, "href"),
        thread=_text(entry, "wfw_commentrss") or _text(entry, "comments") or _text(reply, "href"),
    )


def _get(mapping: Mapping[str, Any], key: str) -> Any:
    # Not mapping.get: feedparser's own turns `updated` into `published` with a DeprecationWarning.
    return dict.get(mapping, key) if isinstance(mapping, dict) else None


def _text(mapping: Mapping[str, Any], key: str) -> str:
    value = _get(mapping, key)
    return value.strip() if isinstance(value, str) else ""


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _first_count(*values: Any) -> int | None:
    return next((count for value in values if (count := whole(value)) is not None), None)


def _body(entry: Mapping[str, Any]) -> str:
    contents = (_text(_mapping(content), "value") for content in _list(_get(entry, "content")))
    return next((content for content in contents if content), "") or _text(entry, "summary")


def _link(entry: Mapping[str, Any]) -> str:
    """Where a person reads it: FeedBurner's original, else an alternate that is a page, else what feedparser chose."""
    links = [_mapping(link) for link in _list(_get(entry, "links"))]
    pages = (
        _text(link, "href") for link in links if _text(link, "rel") == "alternate" and "html" in _text(link, "type")
    )
    chosen = _text(entry, "feedburner_origlink") or next((page for page in pages if page), "") or _text(entry, "link")
    # A guid is a permanent link unless it denies it (RSS 2.0), and many that are not forget to.
    return "" if chosen == _text(entry, "id") and "/" not in chosen else chosen


def _when(entry: Mapping[str, Any]) -> tuple[datetime | None, str]:
    bad = ""
    for key in _DATES:
        said = _text(entry, key)
        parsed = _get(entry, f"{key}_parsed")
        moment = read_date(said, otherwise=partial(_moment, parsed))
        if moment is not None:
            return moment, said
        bad = bad or said
    return None, bad


def _moment(parsed: Any) -> datetime | None:
    """feedparser's reading of a date. Not asked about ISO 8601: it loses the time in 20261101T0945Z."""
    if not isinstance(parsed, (tuple, struct_time)):
        return None
    year, month, day, hour, minute, second = parsed[:6]
    return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)


def _authors(entry: Mapping[str, Any], feed: Mapping[str, Any]) -> tuple[tuple[str, ...], str]:
    for holder in (entry, feed):
        people = [_mapping(person) for person in _list(_get(holder, "authors"))]
        names = [name for person in people if (name := _text(person, "name") or _text(person, "email"))]
        names = names or [said for said in [_text(holder, "author")] if said]
        if names:
            return tuple(dict.fromkeys(names)), next((url for person in people if (url := _text(person, "href"))), "")
    return (), ""


def _language(entry: Mapping[str, Any], feed: Mapping[str, Any]) -> str:
    details = [*_list(_get(entry, "content")), _get(entry, "summary_detail"), _get(entry, "title_detail")]
    said = (_text(_mapping(detail), "language") for detail in details)
    return next((language for language in said if language), "") or _text(feed, "language")


def _media(entry: Mapping[str, Any]) -> Iterator[str]:
    for link in _list(_get(entry, "links")):
        if _text(_mapping(link), "rel") == "enclosure":
            yield _text(_mapping(link), "href") or _text(_mapping(link), "url")
    for content in _list(_get(entry, "media_content")):
        yield _text(_mapping(content), "url")
