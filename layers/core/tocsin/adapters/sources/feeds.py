"""RSS, RDF, Atom and JSON feeds as a source of mentions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tocsin.adapters.inflate import BrokenStreamError, TooLargeError, gunzip_if_bare
from tocsin.adapters.sources.answers import refused
from tocsin.adapters.sources.feeds_decode import decode
from tocsin.adapters.sources.feeds_ids import native_ids
from tocsin.adapters.sources.feeds_item import published_at
from tocsin.adapters.sources.feeds_json import read_json
from tocsin.adapters.sources.feeds_places import body_without_secret, place_of, public_address, without_secret
from tocsin.adapters.sources.feeds_xml import read_xml
from tocsin.adapters.sources.values import Parsed
from tocsin.domain.errors import FetchError, ParseError
from tocsin.domain.mention import MAX_TEXT, Author, Engagement, Medium, Post, stable_id
from tocsin.domain.source_state import Evidence, Pull
from tocsin.domain.text import clip, html_to_text
from tocsin.domain.urls import canonical_url

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from tocsin.adapters.http_guard import GuardedHttp, HttpReply
    from tocsin.adapters.sources.feeds_item import FeedItem
    from tocsin.domain.source_state import SourceState
    from tocsin.domain.sources import SourceUnit
    from tocsin.ports import SecretStore

SOURCE = "rss"

_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"
)
_MAX_PLAIN = 20_000_000
_MAX_SHORT = 2_000
_MAX_TITLE = 1_000
_MAX_NAME = 300
_MAX_MEDIA = 20
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
_QUERY = re.compile(r"(?<=\w)\?subject=.*")
_END = re.compile(rb"</(?:[\w-]{1,40}:)?(?:rss|feed|rdf|channel)\s*>", re.IGNORECASE)
_MAIL_AND_NAME = re.compile(r"\s*(?:mailto:)?[^\s@()<>]{1,100}@[^\s@()<>]{1,200}\s*\(([^()]{1,300})\)\s*")
_NAME_AND_MAIL = re.compile(r"\s*([^<>@()]{1,300}?)\s*[<(]\s*(?:mailto:)?[^\s@()<>]{1,100}@[^\s@()<>]{1,200}\s*[>)]\s*")
_GOOGLE_NEWS = "https://news.google.com/"
_REASONS = {
    401: "asks for a login (status 401)",
    403: "refuses us (status 403); it may block data centres or this kind of reader",
    404: "has no feed at this address (status 404)",
    410: "is gone for good (status 410); take it out of the client's file",
}


def parse_feed(
    body: bytes, *, url: str, content_type: str | None, medium: str | Medium | None, fetched_at: datetime
) -> tuple[tuple[Post, ...], tuple[str, ...]]:
    """All posts of a feed (RSS 0.9x-2.0, RDF, Atom 0.3 and 1.0, JSON Feed 1.x), and a warning for each item skipped.

    ``url`` is the feed's own address, the base of relative links; ``content_type`` as HTTP said it. Raise ParseError
    when it is no feed: an empty body, a web page, other JSON, junk.
    """
    url = public_address(url)
    try:
        body = gunzip_if_bare(body, _MAX_PLAIN)
    except (TooLargeError, BrokenStreamError) as error:
        raise ParseError(f"gzip that cannot be unpacked: {error}") from None
    if not body.strip():
        raise ParseError("an empty body; the site answered, but said nothing")
    text = decode(body, content_type).lstrip("\ufeff \t\r\n")
    feed = read_json(text) if text.startswith(("{", "[")) else read_xml(text)
    warnings = list(feed.warnings)
    posts: list[Post] = []
    for number, (item, native) in enumerate(zip(feed.items, native_ids(feed.items, url), strict=True), start=1):
        if not (item.title or item.text or item.link or item.media):
            warnings.append(f"item {number} is skipped: it has no title, text, link or media")
        elif native is None:
            warnings.append(
                f"item {number} is skipped: it repeats an earlier one ({clip(item.title or item.link, 80)})"
            )
        else:
            posts.append(_post(item, native, url, Medium(medium) if medium else None, fetched_at))
    return tuple(posts), (*warnings, *_about_dates(feed.items))


def _about_dates(items: Sequence[FeedItem]) -> list[str]:
    undated = [item for item in items if item.when is None]
    bad = [item.date_said for item in undated if item.date_said]
    said = []
    if bad:
        said.append(
            f"{_items(len(bad))}: date not readable, taken as of now (first: «{clip(' '.join(bad[0].split()), 60)}»)"
        )
    if len(undated) > len(bad):
        said.append(f"{_items(len(undated) - len(bad))}: no date, taken as of now")
    return said


def _items(count: int) -> str:
    return "1 item" if count == 1 else f"{count:,} items"


def _post(item: FeedItem, native: str, url: str, medium: Medium | None, fetched_at: datetime) -> Post:
    link = _short(canonical_url(item.link, url) if item.link else None)
    title = html_to_text(item.title).replace("\n", " ")
    text = html_to_text(item.text)
    outlet = clip(html_to_text(item.outlet), _MAX_NAME)
    if outlet and title.endswith(f" - {outlet}"):
        title = title.removesuffix(f" - {outlet}").rstrip()
    if url.startswith(_GOOGLE_NEWS) or (link or "").startswith(_GOOGLE_NEWS):
        text = ""  # not the article's words: a list of links to it and to others
    people = ", ".join(dict.fromkeys(name for said in item.authors if (name := _name(said))))
    place = place_of(SOURCE, item, url)
    people = people or _name(place.name or "")
    author_url = place.author_url or (item.author_url if people else item.outlet_url)
    return Post(
        id=stable_id(SOURCE, native),
        source=SOURCE,
        url=link,
        title=clip(title, _MAX_TITLE) or None,
        text=clip(text, MAX_TEXT),
        language=_language(item.language),
        published_at=published_at(item, fetched_at),
        fetched_at=fetched_at,
        author=Author(
            handle=place.handle,
            name=clip(people or outlet, _MAX_NAME) or None,
            url=_short(canonical_url(author_url, url) if author_url else None),
        ),
        engagement=Engagement(likes=item.likes, replies=item.replies, views=item.views),
        in_reply_to=_reference(item.in_reply_to, url) or place.in_reply_to,
        thread=_reference(item.thread, url) or place.thread,
        media=_media(item, url),
        medium=medium,
    )


def _short(text: str | None) -> str | None:
    """An address too long to keep is not cut: half an address leads nowhere."""
    return text if text and len(text) <= _MAX_SHORT else None


def _reference(said: str, url: str) -> str | None:
    if not said:
        return None
    return _short((canonical_url(said, url) if "://" in said or said.startswith("/") else None) or html_to_text(said))


def _name(said: str) -> str:
    """«Name» from «mail (Name)» and «Name <mail>»; a bare address only where there is nothing else."""
    said = html_to_text(said[:_MAX_SHORT]).replace("\n", " ")
    named = _MAIL_AND_NAME.fullmatch(said) or _NAME_AND_MAIL.fullmatch(said)
    said = named[1].strip() if named else _QUERY.sub("", said.removeprefix("mailto:"))
    return clip(said, _MAX_NAME)


def _language(said: str) -> str | None:
    """A BCP 47 tag as far as we use them, or None; what the feed claims, often wrong."""
    tag = said.strip().replace("_", "-")
    return tag if _LANGUAGE.fullmatch(tag) else None


def _media(item: FeedItem, url: str) -> tuple[str, ...]:
    found = (canonical_url(address, url) for address in item.media if address)
    return tuple(dict.fromkeys(address for address in found if _short(address) and address))[:_MAX_MEDIA]


class Connector:
    """Pulls feeds by conditional GET. Implements ports.MentionSource."""

    def __init__(self, http: GuardedHttp, secrets: SecretStore | None = None) -> None:  # noqa: ARG002 feeds need none
        self._http = http

    def pull(self, unit: SourceUnit, state: SourceState, now: datetime, budget: timedelta) -> Pull:
        """Everything the feed shows now, or ``unchanged``. Raise FetchError or ParseError with a reason to show."""
        headers = {"Accept": _ACCEPT}
        if etag := _kept(state.etag):
            headers["If-None-Match"] = etag
        if last_modified := _kept(state.last_modified):
            headers["If-Modified-Since"] = last_modified
        reply = self._ask(unit.url, headers, budget)
        if reply.status == 304:
            return Pull(
                unchanged=True,
                etag=_kept(reply.headers.get("etag", state.etag)),
                last_modified=_kept(reply.headers.get("last-modified", state.last_modified)),
                moved_to=reply.moved_permanently_to,
                bytes_read=reply.bytes_read,
            )
        if reply.status != 200:
            meant = refused(reply)
            reason = without_secret(_refusal(reply), unit.url)
            raise FetchError(reason, retry_after=meant.retry_after, trouble=meant.trouble)
        try:
            posts, warnings = parse_feed(
                reply.body,
                url=reply.url,
                content_type=reply.headers.get("content-type"),
                medium=unit.medium,
                fetched_at=now,
            )
        except ParseError as error:
            error.body = body_without_secret(reply.body, unit.url)
            raise
        whole = not _breaks_off(reply.body)
        if not whole:
            posts, warnings = posts[:-1], (*warnings, "the feed breaks off: its last item waits for a whole answer")
        return Pull(
            posts=posts,
            warnings=warnings,
            etag=_kept(reply.headers.get("etag")) if whole else None,
            last_modified=_kept(reply.headers.get("last-modified")) if whole else None,
            moved_to=reply.moved_permanently_to,
            bytes_read=reply.bytes_read,
            evidence=(
                Evidence(
                    url=public_address(reply.url),
                    body=body_without_secret(reply.body, unit.url),
                    content_type=reply.headers.get("content-type"),
                ),
            ),
        )

    def _ask(self, url: str, headers: dict[str, str], budget: timedelta) -> HttpReply:
        """An address that is a secret must not be in what goes wrong, nor in where it leads."""
        if public_address(url) == url:
            return self._http.get(url, headers, budget)
        said: FetchError | HttpReply
        try:
            said = self._http.get(url, headers, budget)
        except FetchError as error:
            reason = without_secret(error.reason, url)
            said = FetchError(reason, retry_after=error.retry_after, trouble=error.trouble)
        if isinstance(said, FetchError):  # raised out here, so that the first error does not travel along
            raise said
        moved = said.moved_permanently_to
        return said.model_copy(update={"moved_permanently_to": public_address(moved) if moved else None})


def _breaks_off(body: bytes) -> bool:
    """Whether XML ends before its end: half of the last item would count as seen, and the rest as unchanged."""
    return body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<" and not _END.search(body[-5_000:].replace(b"\0", b""))


def _kept(value: str | None) -> str | None:
    """A cursor that may be stored and sent back; None for one that is too long or no header's text."""
    return value if value and len(value) <= 1_000 and value.isascii() and value.isprintable() else None


def _refusal(reply: HttpReply) -> str:
    from tocsin.adapters.http_guard import shown

    if reply.status in _REASONS:
        reason = _REASONS[reply.status]
    elif reply.status >= 500:
        reason = f"is out of order (status {reply.status})"
    else:
        reason = f"answers with status {reply.status} instead of a feed"
    return f"{shown(reply.url)}: {reason}"


def parse(body: bytes, *, fetched_at: datetime, url: str | None = None, medium: str | None = None) -> Parsed:
    """As every source's parser (registry.Parser): ``parse_feed`` without a header."""
    posts, warnings = parse_feed(
        body, url=url or "https://unknown.example/", content_type=None, medium=medium, fetched_at=fetched_at
    )
    return Parsed(posts=posts, warnings=warnings if posts or warnings else ("no posts: a feed without items",))
