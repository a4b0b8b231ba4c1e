"""App Store: reviews of any app in a country, from Apple's feed of customer reviews (JSON or XML), without a key.

Fifty a page, ten pages. Apple throttles by an empty feed, so an empty page never means that reviews are gone. Older
JSON has no dates; XML and newer JSON say when a review was last changed.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from tocsin.adapters.sources.answers import checked, json_of
from tocsin.adapters.sources.feeds_decode import decode, harmless, with_characters
from tocsin.adapters.sources.found import Found, SkippedError, items_in, post_id
from tocsin.adapters.sources.paging import Page, Place, Stamp, read_down
from tocsin.adapters.sources.values import (
    Parsed,
    address,
    at,
    count,
    items,
    moment,
    name,
    plain,
    short,
    stars,
    title,
    words,
)
from tocsin.domain.errors import FetchError, ParseError, Trouble
from tocsin.domain.mention import Author, Engagement, Medium, Post

if TYPE_CHECKING:
    from tocsin.adapters.http_guard import GuardedHttp
    from tocsin.domain.source_state import Pull, SourceState
    from tocsin.domain.sources import SourceUnit
    from tocsin.ports import SecretStore

SOURCE = "appstore"
_HOST = "https://itunes.apple.com"
_LAST_PAGE = 10
_MAX_XML = 2_000_000
_OVERLAP = timedelta(days=1)
_LISTS = frozenset({"entry"})
_TOO_DEEP = re.compile(rb"\s*CustomerReviews RSS page depth is limited[^<{\[]{0,100}", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,40}", re.ASCII)
_PAGE = re.compile(r"/page=(\d{1,2})/")
_WRITER = re.compile(r"/reviews/id(\d{1,20})(?:\?|$)")
_EMPTY = "the feed is empty; Apple answers so where there are none, and also when it throttles"


def parse(body: bytes, *, fetched_at: datetime, url: str | None = None, medium: str | None = None) -> Parsed:  # noqa: ARG001
    """As registry.Parser: the feed as JSON or XML, and what App Store Connect gives an app's owner."""
    if _TOO_DEEP.fullmatch(body):
        return Parsed(warnings=(f"no posts: an error: «{body.decode('ascii', 'replace').strip()}»",))
    return _parsed(_value(body), fetched_at, medium)


def _value(body: bytes) -> Any:
    head = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    return _of_xml(body) if head in {b"<", b"\xff", b"\xfe"} else json_of(body)


def _parsed(value: Any, fetched_at: datetime, medium: str | None) -> Parsed:
    found, place = Found(fetched_at), Medium(medium or Medium.REVIEW)
    found.read(items_in(value, _is_entry, lists=_LISTS), lambda entry: _post(entry, found, place))
    return found.parsed(_what, value)


def _what(value: Any) -> str | None:
    if at(value, "resultCount") is not None:
        return "apps, as a search or lookup gives them"
    return _EMPTY if isinstance(at(value, "feed"), dict) else None


def _is_entry(value: dict[str, Any]) -> bool:
    return "im:rating" in value or "im:name" in value or ("content" in value and "id" in value) or _is_connects(value)


def _is_connects(value: dict[str, Any]) -> bool:
    return value.get("type") == "customerReviews" and isinstance(value.get("attributes"), dict)


def _post(entry: dict[str, Any], found: Found, medium: Medium) -> Post:
    if _is_connects(entry):
        return _of_connect(entry, found, medium)
    if "im:rating" not in entry:
        what = "the app itself, not a review" if "im:name" in entry else "no review"
        raise SkippedError(f"it has no rating: {what}")
    native = short(_label(entry.get("id")))
    if native is None:
        raise SkippedError("it has no id")
    author, changed = entry.get("author"), _changed(entry)
    home = words(_label(at(author, "uri")))
    writer = _WRITER.search(home)
    return Post(
        id=post_id(SOURCE, native),
        source=SOURCE,
        url=_link(entry.get("link")),
        title=title(_label(entry.get("title"))),
        text=plain(_label(entry.get("content"))),
        published_at=found.when(changed),
        fetched_at=found.fetched_at,
        author=Author(
            id=writer[1] if writer else None, name=name(_label(at(author, "name"))), url=address(home) if home else None
        ),
        engagement=Engagement(likes=count(_label(entry.get("im:voteSum")))),
        rating=stars(_label(entry.get("im:rating"))),
        medium=medium,
    )


def _of_connect(entry: dict[str, Any], found: Found, medium: Medium) -> Post:
    """developer.apple.com/documentation/appstoreconnectapi/customerreview; ids are others than the feed's."""
    native, said = short(entry.get("id")), entry["attributes"]
    if native is None:
        raise SkippedError("it has no id")
    return Post(
        id=post_id(SOURCE, native),
        source=SOURCE,
        title=title(said.get("title")),
        text=plain(said.get("body")),
        published_at=found.when(moment(said.get("createdDate")), said.get("createdDate")),
        fetched_at=found.fetched_at,
        author=Author(name=name(said.get("reviewerNickname"))),
        engagement=Engagement(replies=1 if at(entry, "relationships", "response", "data") else None),
        rating=stars(said.get("rating")),
        medium=medium,
    )


def _changed(entry: dict[str, Any]) -> datetime | None:
    return moment(_label(entry.get("updated")))


def _label(value: Any) -> Any:
    """What Apple wraps: {"label": …}, or the plain text of several."""
    if isinstance(value, list):
        plain = (each for each in items(value) if at(each, "attributes", "type") != "html")
        value = next(plain, None) or next(iter(value), None)
    return value.get("label") if isinstance(value, dict) else value


def _link(value: Any) -> str | None:
    links = [value] if isinstance(value, dict) else items(value)
    return next((link for each in links if (link := address(at(each, "attributes", "href")))), None)


def _last_page(value: Any) -> int | None:
    """As the feed's link to its last page says."""
    links = items(at(value, "feed", "link"))
    last = next((at(each, "attributes", "href") for each in links if at(each, "attributes", "rel") == "last"), None)
    page = _PAGE.search(words(last))
    return int(page[1]) if page else None


def _of_xml(body: bytes) -> dict[str, Any]:
    """The feed in the shape of its JSON. Raise ParseError for what is no feed."""
    if len(body) > _MAX_XML:
        raise ParseError("the XML is larger than any page of reviews")
    xml_text = harmless(decode(body, None).lstrip("\ufeff \t\r\n"))
    try:
        root = ET.fromstring(with_characters(xml_text))  # noqa: S314 no document type is left in it
    except (ET.ParseError, ValueError, RecursionError) as error:
        raise ParseError("the answer is broken XML, or a web page instead of a feed of reviews") from error
    if _tag(root) != "feed":
        raise ParseError(f"the answer begins with <{_tag(root)[:40]}>; a feed of reviews is due")
    links = [{"attributes": dict(child.attrib)} for child in root if _tag(child) == "link"]
    return {"feed": {"link": links, "entry": [_entry(child) for child in root if _tag(child) == "entry"]}}


def _entry(element: ET.Element) -> dict[str, Any]:
    entry: dict[str, Any] = {}
    for child in element:
        key = _tag(child)
        if key == "author":
            entry[key] = {_tag(part): {"label": part.text or ""} for part in child}
        elif key == "link":
            entry.setdefault(key, []).append({"attributes": dict(child.attrib)})
        elif key == "content":
            entry.setdefault(key, []).append({"attributes": dict(child.attrib), "label": "".join(child.itertext())})
        else:
            entry.setdefault(key, {"label": child.text or ""})
    return entry


def _tag(element: ET.Element) -> str:
    """Without Atom's namespace; with «im:» for Apple's, as its JSON writes it."""
    space, _, local = str(element.tag).rpartition("}")
    return f"im:{local}" if "itunes.apple.com" in space else local


class Connector:
    """Implements ports.MentionSource; ``unit.target`` is the app's number, ``unit.locale`` the country."""

    def __init__(self, http: GuardedHttp, secrets: SecretStore | None = None) -> None:  # noqa: ARG002 needs none
        self._http = http

    def pull(self, unit: SourceUnit, state: SourceState, now: datetime, budget: timedelta) -> Pull:
        """Reviews changed since the last look, newest first. Raise FetchError when the feed that had some has none."""
        place = Place.of(state.cursor)
        had_some = place.newest is not None or bool(place.marks)

        def ask(token: str | None, left: timedelta) -> Page:
            number = int(token) if token and token.isdigit() else 1
            feed = f"{_HOST}/{unit.locale}/rss/customerreviews/page={number}/id={unit.target}/sortby=mostrecent/json"
            reply = checked(self._http.get(feed, {"Accept": "application/json"}, left))
            if _TOO_DEEP.fullmatch(reply.body):
                return Page(Parsed(), (), None, reply)
            value = _value(reply.body)
            entries = items_in(value, _is_entry)
            if not entries and not isinstance(at(value, "feed"), dict):
                raise FetchError("Apple answers with something else than a feed of reviews", trouble=Trouble.FORMAT)
            if not entries and had_some:
                raise FetchError(
                    f"Apple's feed is empty on page {number}, where reviews were due: so it throttles",
                    trouble=Trouble.THROTTLED if number == 1 else Trouble.EMPTY,
                )
            stamps = [Stamp(words(_label(each.get("id"))), _changed(each)) for each in entries if "im:rating" in each]
            more = bool(entries) and number < min(_last_page(value) or _LAST_PAGE, _LAST_PAGE)
            parsed = _parsed(value, now, unit.medium)
            return Page(parsed, stamps, str(number + 1) if more else None, reply, deepest=number >= _LAST_PAGE)

        return read_down(ask, state.cursor, budget=budget, now=now, overlap=_OVERLAP)
