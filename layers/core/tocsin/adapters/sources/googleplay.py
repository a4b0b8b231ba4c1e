"""Google Play: reviews of the client's own apps (androidpublisher v3, reviews.list).

It gives reviews with text that were written or changed in the last seven days, 200 calls an hour. Its secret is a
service account (google_auth.py) with «View app information» and «Reply to reviews» in the Play console.
Also reads what google-play-scraper (Python and Node) writes, so that an archive can be replayed.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from tocsin.adapters.sources.answers import json_of
from tocsin.adapters.sources.found import Found, SkippedError, items_in, post_id
from tocsin.adapters.sources.google_auth import GoogleLogin
from tocsin.adapters.sources.google_errors import value_of
from tocsin.adapters.sources.googleplay_literal import literal_of
from tocsin.adapters.sources.paging import Page, Stamp, read_down
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
    tag,
    title,
    words,
)
from tocsin.domain.errors import FetchError, ParseError, Trouble
from tocsin.domain.mention import Author, Engagement, Medium, Post, stable_id

if TYPE_CHECKING:
    from tocsin.adapters.http_guard import GuardedHttp
    from tocsin.domain.source_state import Pull, SourceState
    from tocsin.domain.sources import SourceUnit
    from tocsin.ports import SecretStore

SOURCE = "googleplay"
SCOPE = "https://www.googleapis.com/auth/androidpublisher"
_API = "https://androidpublisher.googleapis.com/androidpublisher/v3/applications"
_OVERLAP = timedelta(days=1)
_LISTS = frozenset({"reviews", "data"})
_OF_A_LIST = {"pageInfo", "tokenPagination", "reviews"}
_PACKAGE = re.compile(r"/applications/([A-Za-z][\w.]{1,199})/reviews|[?&]id=([A-Za-z][\w.]{1,199})", re.ASCII)


def parse(body: bytes, *, fetched_at: datetime, url: str | None = None, medium: str | None = None) -> Parsed:
    """As registry.Parser. ``url``: the request's; the app's package in it makes the reviews' addresses."""
    package = _PACKAGE.search(url or "")
    return _parsed(_value(body), (package[1] or package[2]) if package else None, fetched_at, medium)


def _value(body: bytes) -> Any:
    try:
        return json_of(body)
    except ParseError:
        if body.lstrip()[:1] not in {b"[", b"{"}:
            raise
        try:
            return literal_of(body)
        except (ValueError, TypeError, OverflowError, ParseError):
            pass
        raise


def _parsed(value: Any, package: str | None, fetched_at: datetime, medium: str | None) -> Parsed:
    found, place = Found(fetched_at), Medium(medium or Medium.REVIEW)
    read = {True: _of_api, False: _of_scraper}
    found.read(
        items_in(value, _is_review, lists=_LISTS),
        lambda record: read["comments" in record](record, package, found, place),
    )
    return found.parsed(_what, value)


def _is_review(value: dict[str, Any]) -> bool:
    return isinstance(value.get("comments"), list) or ("score" in value and ("content" in value or "text" in value))


def _what(value: Any) -> str | None:
    if at(value, "result", "replyText") is not None:
        return "an answer to a reply"
    empty = isinstance(value, dict) and not value.get("reviews") and set(value) <= _OF_A_LIST
    return "an empty list; it gives the reviews of the last seven days" if empty else None


def _of_api(record: dict[str, Any], package: str | None, found: Found, medium: Medium) -> Post:
    said, native = _comment(record), short(record.get("reviewId"))
    if said is None:
        raise SkippedError("it has no comment of a user")
    if native is None:
        raise SkippedError("it has no reviewId")
    head, body = _head_and_body(said.get("originalText") or said.get("text"))
    when = _when(said)
    replied = any(isinstance(each.get("developerComment"), dict) for each in items(record["comments"]))
    return Post(
        id=post_id(SOURCE, native),
        source=SOURCE,
        url=_address(package, native),
        title=head,
        text=body,
        language=tag(said.get("reviewerLanguage")),
        published_at=found.when(when),
        fetched_at=found.fetched_at,
        author=Author(name=name(record.get("authorName"))),
        engagement=Engagement(likes=count(said.get("thumbsUpCount")), replies=1 if replied else None),
        rating=stars(said.get("starRating")),
        medium=medium,
    )


def _comment(record: dict[str, Any]) -> dict[str, Any] | None:
    """The user's newest words: a review that was changed may stand there as it was, too."""
    said = [each["userComment"] for each in items(record.get("comments")) if isinstance(each.get("userComment"), dict)]
    return max(said, key=lambda each: _when(each) or datetime.min.replace(tzinfo=UTC), default=None)


def _head_and_body(value: Any) -> tuple[str | None, str]:
    """Play joins a title and a text by a tab; most reviews have no title, and some begin with the tab."""
    head, tab, body = words(value).partition("\t")
    return (title(head), plain(body)) if tab and body.strip() else (None, plain(head))


def _when(said: dict[str, Any]) -> datetime | None:
    return moment(at(said, "lastModified", "seconds"))


def _of_scraper(record: dict[str, Any], package: str | None, found: Found, medium: Medium) -> Post:
    said = words(record.get("content")) or words(record.get("text"))
    when = moment(record.get("at")) or moment(record.get("date"))
    writer = words(record.get("userName"))
    native = short(record.get("reviewId")) or short(record.get("id"))
    if not said and not writer:
        raise SkippedError("it has neither a text nor a user")
    # Without an id, a person with a picture stands for the review: each writes one of an app, and may change it.
    picture = words(record.get("userImage"))
    stand_in = "\x00".join((writer, picture) if writer and picture else (writer, said, str(when)))
    replied = record.get("replyContent") or record.get("replyText")
    return Post(
        id=post_id(SOURCE, native) if native else stable_id(SOURCE, stand_in),
        source=SOURCE,
        url=address(record.get("url")) or (_address(package, native) if native else None),
        title=title(record.get("title")),
        text=plain(said),
        published_at=found.when(when),
        fetched_at=found.fetched_at,
        author=Author(name=name(writer), url=None),
        engagement=Engagement(
            likes=_first(count(record.get("thumbsUpCount")), count(record.get("thumbsUp"))),
            replies=1 if replied else None,
        ),
        rating=stars(record.get("score")),
        medium=medium,
    )


def _first(*values: int | None) -> int | None:
    return next((value for value in values if value is not None), None)


def _address(package: str | None, native: str) -> str | None:
    if package is None:
        return None
    query = urlencode({"id": package, "reviewId": native})
    return address(f"https://play.google.com/store/apps/details?{query}")


class Connector:
    """Implements ports.MentionSource; ``unit.target`` is the app's package."""

    def __init__(self, http: GuardedHttp, secrets: SecretStore) -> None:
        self._login = GoogleLogin(http, secrets, SOURCE, SCOPE)

    def pull(self, unit: SourceUnit, state: SourceState, now: datetime, budget: timedelta) -> Pull:
        """Reviews changed since the last look, newest first."""

        def ask(token: str | None, left: timedelta) -> Page:
            query = {"maxResults": "100"} | ({"token": token} if token else {})
            address = f"{_API}/{unit.target}/reviews?{urlencode(query)}"
            reply = self._login.get(address, now, left)
            value = value_of(reply)
            if not isinstance(value, dict):
                raise FetchError("Google Play answers with something else than a list", trouble=Trouble.FORMAT)
            following = words(at(value, "tokenPagination", "nextPageToken")) or None
            parsed = _parsed(value, unit.target, now, unit.medium)
            stamps = [
                Stamp(words(each.get("reviewId")), _when(_comment(each) or {})) for each in items(value.get("reviews"))
            ]
            return Page(parsed, stamps, following, reply)

        return read_down(ask, state.cursor, budget=budget, now=now, overlap=_OVERLAP)
