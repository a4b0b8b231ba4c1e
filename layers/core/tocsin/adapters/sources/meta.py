"""What Facebook, Instagram and Threads have in common: answers of Meta's Graph API, old and new.

Posts stand in {"data": [...]}, alone, under their id, in a profile's edge, in a batch or in a webhook's notice, with
their comments inside. Errors are {"error": {message, type, code, error_subcode}}. Addresses of further pages carry the
access token; ``scrubbed`` takes it out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from tocsin.adapters.sources import values
from tocsin.adapters.sources.answers import json_of
from tocsin.adapters.sources.values import at
from tocsin.domain.errors import ParseError, Trouble
from tocsin.domain.text import clip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_POSTS = (
    "data feed posts published_posts visitor_posts ads_posts tagged tags media stories live_media recent_media "
    "top_media photos videos threads business_discovery mentioned_media"
).split()
_BODIES = ("body", "response", "string", "interactions", "http_interactions")
_ANSWERS = ("comments", "replies", "mentioned_comment", "conversation")
_ID = re.compile(r"\d{1,30}(?:_\d{1,30}){0,2}")
_SECRET = re.compile(
    rb"((?:access_token|appsecret_proof|client_secret)(?:=|%3D|\\u003[dD]|\"\s*:\s*\"))[^&\"\\\s<>]+", re.IGNORECASE
)
_PLACEHOLDER = rb"\1SCRUBBED"

_THROTTLED = frozenset({4, 17, 32, 341, 613, *range(80_000, 80_020)})
_LOGIN = frozenset({102, 190, 458, 459, 460, 463, 464, 467, 492})
_DENIED = frozenset({3, 10, 368, *range(200, 300)})
_GONE = frozenset({24, 803})
_NO_OBJECT = 33
"""Subcode of 100: «does not exist, cannot be loaded due to missing permissions»."""
_HASHTAGS_USED_UP = 18


class Placed(NamedTuple):
    """One object that is, or should be, a post or a comment. ``parent`` and ``root``: native ids of what it answers.

    ``owner``: the user name of the profile in which it stands."""

    item: dict[str, Any]
    parent: str | None = None
    root: str | None = None
    owner: str | None = None

    @property
    def native(self) -> str | None:
        return values.short(self.item.get("id"), 100)


class GraphFault(NamedTuple):
    said: str
    code: int | None
    subcode: int | None
    trouble: Trouble


def fault_of(value: Any) -> GraphFault | None:
    """The error that stands where an answer is due."""
    error = at(value, "error")
    if error is None and at(value, "error_message") is not None:
        error = {"message": value["error_message"], "code": value.get("code")}
    if isinstance(error, str):
        error = {"message": at(value, "error_description") or error}
    if not isinstance(error, dict):
        return None
    code, subcode = values.count(error.get("code")), values.count(error.get("error_subcode"))
    said = clip(" ".join(values.plain(error.get("message")).split()), 300) or "an error without words"
    said = re.sub(r"(?i)(access_token=)[^&\s]+", r"\1…", said)
    return GraphFault(said, code, subcode, _trouble(said.lower(), code, subcode, values.words(error.get("type"))))


def _trouble(said: str, code: int | None, subcode: int | None, kind: str) -> Trouble:
    if code in _LOGIN:
        return Trouble.AUTH
    if code in _THROTTLED:
        return Trouble.THROTTLED
    if code in _DENIED:
        return Trouble.POLICY
    if code in _GONE or (code == 100 and subcode == _NO_OBJECT and "permission" not in said):
        return Trouble.GONE
    if code == _HASHTAGS_USED_UP:
        return Trouble.QUOTA
    if code in {1, 2}:
        return Trouble.DOWN
    if code == 100 and any(word in said for word in ("permission", "access' feature", "content access", "app review")):
        return Trouble.POLICY
    return Trouble.AUTH if code is None and kind == "OAuthException" else Trouble.FORMAT


def scrubbed(body: bytes, token: str = "") -> bytes:
    """The answer without access tokens, neither ours nor a page's own."""
    body = _SECRET.sub(_PLACEHOLDER, body)
    for form in {token, quote(token, safe="")} - {""}:
        body = body.replace(form.encode(), b"SCRUBBED")
    return body


def placed_in(value: Any, is_item: Callable[[dict[str, Any]], bool]) -> Iterator[Placed]:
    """Everything in the answer that is a post or a comment, in its order, each before what answers it."""
    yield from _walk(value, Placed({}), is_item, listed=False)


def _walk(value: Any, place: Placed, is_item: Callable[[dict[str, Any]], bool], *, listed: bool) -> Iterator[Placed]:
    if isinstance(value, list):
        for entry in value:
            yield from _walk(entry, place, is_item, listed=True)
        return
    if not isinstance(value, dict):
        return
    if is_item(value) or (listed and value.keys() == {"id"}):
        here = place._replace(item=value)
        yield here
        inside = Placed({}, here.native or place.parent, place.root or here.native)
        for edge in _ANSWERS:
            yield from _walk(value.get(edge), inside, is_item, listed=False)
        return
    for body in _BODIES:  # one answer of a batch, or a recorder's
        inner = value.get(body)
        yield from _walk(_json(inner) if isinstance(inner, str) else inner, place, is_item, listed=False)
    yield from _edges(value, place, is_item)
    yield from _notices(value, place, is_item)


def _edges(value: dict[str, Any], place: Placed, is_item: Callable[[dict[str, Any]], bool]) -> Iterator[Placed]:
    place = place._replace(owner=values.short(value.get("username"), 100) or place.owner)
    native = values.short(value.get("id"), 100)
    for key, inner in value.items():
        if key in {"comments", "replies"} and native:  # of an object of which nothing else was asked
            answered = place._replace(parent=native, root=place.root or (native if key == "comments" else None))
            yield from _walk(inner, answered, is_item, listed=False)
        elif key in _POSTS or key in _ANSWERS or _ID.fullmatch(key):
            yield from _walk(inner, place, is_item, listed=False)


def _notices(value: dict[str, Any], place: Placed, is_item: Callable[[dict[str, Any]], bool]) -> Iterator[Placed]:
    """What webhooks send: of Facebook and Instagram by entries, of Threads by a topic."""
    for notice in values.items(value.get("entry")):
        for change in (*values.items(notice.get("changes")), *([notice] if "field" in notice else [])):
            yield from _notice(change, notice, place)
    if "topic" in value:
        told = value.get("values")
        for change in values.items(told if isinstance(told, list) else [told]):
            yield from _walk(change.get("value"), place, is_item, listed=False)


def _notice(change: dict[str, Any], notice: dict[str, Any], place: Placed) -> Iterator[Placed]:
    """What a webhook sends: the object with other names for its id, and its time beside it."""
    told = change.get("value")
    if not isinstance(told, dict) or told.get("verb") in ("remove", "hide", "unlike"):
        return
    native = told.get("comment_id") if told.get("item") == "comment" else told.get("post_id") or told.get("id")
    item = {"timestamp": notice.get("time"), **told, "id": native or told.get("id")}
    root = values.short(told.get("post_id") if told.get("item") == "comment" else at(told, "media", "id"), 100)
    yield place._replace(item=item, parent=values.short(told.get("parent_id"), 100) or root, root=root)


def _json(text: str) -> Any:
    try:
        return json_of(text.encode("utf-8", "replace"))
    except ParseError:
        return None


def answer_of(body: bytes) -> Any:
    return json_of(body, what="the Graph API's answer")


def error_said(value: Any) -> str | None:
    """The source's own words when its answer is an error."""
    fault = fault_of(value)
    return fault and fault.said + (f" (code {fault.code})" if fault.code is not None else "")


def what(value: Any) -> str | None:
    """What an answer without posts is, in words."""
    inner = at(value, "data")
    if inner == [] or value == []:
        return "an empty list"
    one = inner[0] if isinstance(inner, list) else inner if isinstance(inner, dict) else value
    one = at(one, "business_discovery") or one
    if isinstance(one, dict):
        one = next((each for key, each in one.items() if _ID.fullmatch(key) and isinstance(each, dict)), one)
        if "is_valid" in one or "access_token" in one:
            return "facts about a token"
        if any(key in one for key in ("biography", "followers_count", "fan_count", "media_count", "about", "username")):
            return "a profile"
        if "period" in one or "values" in one:
            return "insights (counts)"
        if "name" in one and "id" in one:
            return (
                "a list of people" if isinstance(inner, list) else "a name with its id (a hashtag, a page or a person)"
            )
    return None
