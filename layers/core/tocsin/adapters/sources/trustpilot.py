"""Trustpilot: reviews of a company (api.trustpilot.com v1, business-units/{id}/reviews), with a paid plan's key.

Its secret: ``api_key``, sent as the header ``apikey``. Edits do not move a review up (order is by creation), so what
is edited on the first page of 100 is seen, older edits are not. Trustpilot's ``isVerified`` says that the writer was
a customer; it is the author's ``verified``.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tocsin.adapters.sources.answers import json_in, json_of, refused
from tocsin.adapters.sources.found import Found, SkippedError, error_said, items_in, own_words, post_id
from tocsin.adapters.sources.look import secret_of
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
from tocsin.domain.errors import FetchError, Trouble
from tocsin.domain.mention import Author, Engagement, Medium, Post

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tocsin.adapters.http_guard import GuardedHttp, HttpReply
    from tocsin.domain.recheck import Gone
    from tocsin.domain.source_state import Pull, SourceState
    from tocsin.domain.sources import SourceUnit
    from tocsin.ports import SecretStore

SOURCE = "trustpilot"
_API = "https://api.trustpilot.com/v1/business-units"
_PER_PAGE = 100
_OVERLAP = timedelta(days=1)
_LISTS = frozenset({"reviews", "productReviews", "events"})
_CLEAN_ID = re.compile(r"[\w-]{1,140}", re.ASCII)
_SAID = ("text", "content", "body")
_CREATED = (("createdAt",), ("dates", "publishedDate"), ("publishedDate",), ("created_at",), ("date",))


def parse(body: bytes, *, fetched_at: datetime, url: str | None = None, medium: str | None = None) -> Parsed:  # noqa: ARG001
    """As registry.Parser: service, private and product reviews, one review, webhook events."""
    return _parsed(json_of(body), fetched_at, medium)


def _parsed(value: Any, fetched_at: datetime, medium: str | None) -> Parsed:
    found, place = Found(fetched_at), Medium(medium or Medium.REVIEW)
    found.read(items_in(value, _is_review, lists=_LISTS), lambda record: _post(record, found, place))
    return found.parsed(_what, value)


def _is_review(value: dict[str, Any]) -> bool:
    rated = "stars" in value or "rating" in value
    return rated and any(key in value for key in ("consumer", "text", "content", "createdAt", "dates"))


def _what(value: Any) -> str | None:
    if at(value, "score", "trustScore") is not None or at(value, "trustScore") is not None:
        return "a company's profile"
    if said := own_words(value):
        return f"a message: «{said}»"
    empty = any(at(value, name) == [] for name in ("reviews", "productReviews"))
    return "an empty list" if empty else None


def _post(record: dict[str, Any], found: Found, medium: Medium) -> Post:
    native = short(record.get("id")) or short(record.get("reviewId"))
    if native is None:
        raise SkippedError("it has no id")
    if "stars" not in record and "rating" not in record:
        raise SkippedError("it has no stars")
    when = _created(record)
    consumer = record.get("consumer")
    writer = short(at(consumer, "id"))
    genuine = _flag(record.get("isVerified"), at(record, "labels", "verification", "isVerified"))
    replied = any(isinstance(record.get(key), dict) for key in ("companyReply", "reply"))
    clean = _CLEAN_ID.fullmatch(native) is not None
    return Post(
        id=post_id(SOURCE, native),
        source=SOURCE,
        url=address(f"https://www.trustpilot.com/reviews/{native}") if clean and "product" not in record else None,
        title=title(record.get("title")),
        text=plain(next((said for key in _SAID if (said := words(record.get(key)))), "")),
        language=tag(record.get("language")),
        published_at=found.when(when),
        fetched_at=found.fetched_at,
        author=Author(
            id=writer,
            name=name(at(consumer, "displayName")) or name(at(consumer, "name")),
            url=address(f"https://www.trustpilot.com/users/{quote(writer, safe='')}") if writer else None,
            verified=genuine,
        ),
        engagement=Engagement(
            likes=count(record["numberOfLikes"] if "numberOfLikes" in record else record.get("likes")),
            replies=1 if replied else None,
        ),
        rating=stars(record["stars"] if "stars" in record else record["rating"]),
        medium=medium,
    )


def _created(record: dict[str, Any]) -> datetime | None:
    return next((when for path in _CREATED if (when := moment(at(record, *path)))), None)


def _flag(*values: Any) -> bool | None:
    return next((value for value in values if isinstance(value, bool)), None)


class Connector:
    """Implements ports.MentionSource; ``unit.target`` is the business unit's id."""

    def __init__(self, http: GuardedHttp, secrets: SecretStore) -> None:
        self._http, self._secrets = http, secrets

    def gone(self, unit: SourceUnit, ids: Sequence[str], now: datetime, budget: timedelta) -> Gone:  # noqa: ARG002
        """ports.DeletionSource."""
        from tocsin.adapters.sources.trustpilot_gone import gone

        return gone(self._http, secret_of(self._secrets, SOURCE, "api_key")["api_key"], ids, now, budget)

    def pull(self, unit: SourceUnit, state: SourceState, now: datetime, budget: timedelta) -> Pull:
        """Reviews written since the last look, newest first; the newest hundred always."""
        key = secret_of(self._secrets, SOURCE, "api_key")["api_key"]

        def ask(token: str | None, left: timedelta) -> Page:
            number = int(token) if token and token.isdigit() else 1
            query = f"perPage={_PER_PAGE}&page={number}&orderBy=createdat.desc"
            address = f"{_API}/{quote(unit.target, safe='')}/reviews?{query}"
            reply = self._http.get(
                address, {"Accept": "application/json"}, left, private={"apikey": key}, accept_throttle=True
            )
            value = _value_of(reply)
            listed = items(value.get("reviews"))
            parsed = _parsed(value, now, unit.medium)
            stamps = [Stamp(words(each.get("id")), _created(each)) for each in listed]
            return Page(parsed, stamps, str(number + 1) if len(value["reviews"]) >= _PER_PAGE else None, reply)

        return read_down(ask, state.cursor, budget=budget, now=now, overlap=_OVERLAP)


def _value_of(reply: HttpReply) -> dict[str, Any]:
    """A list of reviews. Raise FetchError for a refusal in any form; Apigee, their gateway, has its own."""
    value = json_in(reply)
    said = error_said(value)
    if reply.status != 200 or said is not None:
        words_said = said or own_words(value)
        wrong_key = "apikey" in words_said.lower().replace(" ", "")
        raise refused(reply, said=words_said, trouble=Trouble.AUTH if wrong_key else None)
    if not isinstance(value, dict) or not isinstance(value.get("reviews"), list):
        raise FetchError("Trustpilot answers with something else than a list of reviews", trouble=Trouble.FORMAT)
    return value
