"""Google Business Profile: reviews of the client's own places (My Business v4, accounts.locations.reviews).

Its secret is an OAuth client with the refresh token of an owner or manager (google_auth.py); Google grants access to
this API by application only. An edited review keeps its id and moves to the top (``orderBy=updateTime desc``).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from tocsin.adapters.sources.answers import json_of
from tocsin.adapters.sources.found import Found, SkippedError, items_in, post_id
from tocsin.adapters.sources.google_auth import GoogleLogin
from tocsin.adapters.sources.google_errors import value_of
from tocsin.adapters.sources.paging import Page, Stamp, read_down
from tocsin.adapters.sources.values import (
    Parsed,
    addresses,
    at,
    items,
    moment,
    name,
    plain,
    short,
    stars,
    words,
)
from tocsin.domain.errors import FetchError, Trouble
from tocsin.domain.mention import Author, Engagement, Medium, Post

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tocsin.adapters.http_guard import GuardedHttp
    from tocsin.domain.recheck import Gone
    from tocsin.domain.source_state import Pull, SourceState
    from tocsin.domain.sources import SourceUnit
    from tocsin.ports import SecretStore

SOURCE = "googlebusiness"
SCOPE = "https://www.googleapis.com/auth/business.manage"
_API = "https://mybusiness.googleapis.com/v4"
_OVERLAP = timedelta(days=1)
_LISTS = frozenset({"reviews", "locationReviews"})
_OF_A_LIST = {"averageRating", "totalReviewCount", "nextPageToken", "reviews"}
_STARS = {"ONE": 1, "TWO": 2, "THREE": 3, "FOUR": 4, "FIVE": 5}
_UNRATED = "STAR_RATING_UNSPECIFIED"
_TRANSLATED = "(Translated by Google)"
_ORIGINAL = "(Original)"


def parse(body: bytes, *, fetched_at: datetime, url: str | None = None, medium: str | None = None) -> Parsed:  # noqa: ARG001
    """As registry.Parser: a list, a batch over several places (batchGetReviews), or one review."""
    return _parsed(json_of(body), fetched_at, medium)


def _parsed(value: Any, fetched_at: datetime, medium: str | None) -> Parsed:
    found, place = Found(fetched_at), Medium(medium or Medium.REVIEW)
    found.read(items_in(value, _is_review, lists=_LISTS), lambda record: _post(record, found, place))
    return found.parsed(_what, value)


def _is_review(value: dict[str, Any]) -> bool:
    return "starRating" in value or ("reviewId" in value and ("comment" in value or "reviewer" in value))


def _what(value: Any) -> str | None:
    if not isinstance(value, dict):
        return None
    if "comment" in value and "updateTime" in value:
        return "an owner's reply"
    return "an empty list" if not value.get("reviews") and set(value) <= _OF_A_LIST else None


def _post(record: dict[str, Any], found: Found, medium: Medium) -> Post:
    created, changed = moment(record.get("createTime")), moment(record.get("updateTime"))
    rating = _rating(record.get("starRating"))
    native = short(record.get("reviewId")) or short(words(record.get("name")).rpartition("/reviews/")[2])
    if _is_schema(record, native, dated=bool(created or changed)):
        raise SkippedError("it describes the format (a page of the documentation); nobody wrote it")
    if native is None:
        raise SkippedError("it has no reviewId")
    if "starRating" not in record and "comment" not in record:
        raise SkippedError("it has neither stars nor a comment")
    reviewer = record.get("reviewer")
    known = at(reviewer, "isAnonymous") is not True
    when = created or changed
    return Post(
        id=post_id(SOURCE, native),
        source=SOURCE,
        text=plain(original(words(record.get("comment")))),
        published_at=found.when(when),
        fetched_at=found.fetched_at,
        author=Author(name=name(at(reviewer, "displayName")) if known else None),
        engagement=Engagement(replies=1 if isinstance(record.get("reviewReply"), dict) else None),
        rating=rating,
        media=_media(record),
        medium=medium,
    )


def _rating(value: Any) -> int | None:
    return _STARS.get(value.strip().upper()) if isinstance(value, str) and not value.isdigit() else stars(value)


def _is_schema(record: dict[str, Any], native: str | None, *, dated: bool) -> bool:
    """Names of types stand where values are due."""
    rated = record.get("starRating")
    odd = isinstance(rated, str) and _rating(rated) is None and rated != _UNRATED
    return not dated and (native in {"string", "String"} or odd)


def _media(record: dict[str, Any]) -> tuple[str, ...]:
    return addresses(
        said
        for item in items(record.get("reviewMediaItems"))
        for key, said in item.items()
        if key in {"thumbnailUrl", "videoUrl", "googleUrl", "sourceUrl"}
    )


def original(comment: str) -> str:
    """The reviewer's own words where Google put its translation before or after them."""
    if _TRANSLATED not in comment:
        return comment
    before, _, after = comment.partition(_TRANSLATED)
    _, marked, own = after.partition(_ORIGINAL)
    if marked and own.strip():
        return own.strip()
    return before.strip() or after.replace(_ORIGINAL, "").strip()


class Connector:
    """Implements ports.MentionSource; ``unit.target`` is accounts/…/locations/…"""

    def __init__(self, http: GuardedHttp, secrets: SecretStore) -> None:
        self._http = http
        self._login = GoogleLogin(http, secrets, SOURCE, SCOPE)

    def gone(self, unit: SourceUnit, ids: Sequence[str], now: datetime, budget: timedelta) -> Gone:
        """ports.DeletionSource; ``unit.terms`` are the places."""
        from tocsin.adapters.sources.googlebusiness_gone import gone

        return gone(self._http, self._login, unit.terms, ids, now, budget)

    def pull(self, unit: SourceUnit, state: SourceState, now: datetime, budget: timedelta) -> Pull:
        """Reviews written or changed since the last look, newest first."""

        def ask(token: str | None, left: timedelta) -> Page:
            query = {"pageSize": "50", "orderBy": "updateTime desc"} | ({"pageToken": token} if token else {})
            address = f"{_API}/{unit.target}/reviews?{urlencode(query)}"
            reply = self._login.get(address, now, left)
            value = value_of(reply)
            if not isinstance(value, dict):
                raise FetchError("Google Business answers with something else than a list", trouble=Trouble.FORMAT)
            listed = items(value.get("reviews"))
            parsed = _parsed(value, now, unit.medium)
            stamps = [Stamp(words(each.get("reviewId")), moment(each.get("updateTime"))) for each in listed]
            return Page(parsed, stamps, words(value.get("nextPageToken")) or None, reply)

        return read_down(ask, state.cursor, budget=budget, now=now, overlap=_OVERLAP)
