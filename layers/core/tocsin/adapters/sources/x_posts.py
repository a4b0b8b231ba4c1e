"""Posts of X (API v2) in whatever was recorded of it: searches, timelines, lookups, streams, academic exports.

Shapes: docs.x.com/x-api/fundamentals/data-dictionary. Without ``tweet.fields`` an answer holds id and text alone; the
moment is then in the id itself (a snowflake: milliseconds since 1288834974657 in all but its last 22 bits).
A pure retweet is a share of somebody else's post and counted there, so it is no post of its own; a quote or a reply is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tocsin.adapters.sources.answers import json_of, json_or_lines_of
from tocsin.adapters.sources.found import Found, SkippedError, items_in, line_of
from tocsin.adapters.sources.values import (
    Parsed,
    address,
    addresses,
    at,
    count,
    items,
    moment,
    name,
    short,
    tag,
    text,
    total,
    words,
)
from tocsin.domain.errors import ParseError
from tocsin.domain.mention import Author, Engagement, Medium, Post

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

SOURCE = "x"
EPOCH_MS = 1_288_834_974_657
_FIRST_SNOWFLAKE = 30_000_000_000
_ID = re.compile(r"[0-9]{1,19}")
_OLD_DATE = re.compile(r"[A-Z][a-z]{2} [A-Z][a-z]{2} [0-9]{2} ")
_V1 = "it is in the shape of X's API v1.1, which ended in 2023; ask API v2"
_OTHERS = (
    ({"tweet_count", "start"}, "counts of posts"),
    ({"username", "name"}, "user profiles"),
    ({"value", "tag"}, "rules of a stream"),
    ({"media_key"}, "media"),
    ({"event_at"}, "events of compliance"),
    ({"action", "reason"}, "results of a compliance job"),
    ({"id", "type", "status"}, "a compliance job"),
    ({"id", "state"}, "spaces"),
    ({"screen_name", "id_str"}, "user profiles of API v1.1, which ended in 2023"),
    ({"statuses", "search_metadata"}, "an empty search of API v1.1, which ended in 2023"),
)
_LISTS = frozenset({"data", "tweets"})


def parse(body: bytes, *, fetched_at: datetime, url: str | None = None, medium: str | None = None) -> Parsed:  # noqa: ARG001
    """registry.Parser. Ids of posts are x:<id>, whatever the response's shape."""
    value = _document(body)
    if value is None:
        return Parsed(warnings=("no posts: a search's query and its time range, as academic exports keep it",))
    found = Found(fetched_at)
    users = {words(user["id"]): user for user in items_in(value, _is_user)}
    media = {
        words(item["media_key"]): item for item in items_in(value, lambda item: isinstance(item.get("media_key"), str))
    }
    tweets = items_in(value, _is_tweet, lists=_LISTS)
    for problem in problems(value) if tweets else ():
        found.warn(f"X says: «{problem}»")
    as_medium = Medium(medium) if medium else Medium.SOCIAL
    found.read(tweets, lambda tweet: _post(tweet, users, media, as_medium, found))
    return found.parsed(_what, value, error=lambda value: "; ".join(problems(value)))


def id_at(when: datetime) -> int:
    """The least id that a post of this moment can have."""
    return max(0, int(when.timestamp() * 1_000) - EPOCH_MS) << 22


def moment_of(native: str) -> datetime | None:
    """When a post with this id was written; None for the plain numbers from before November 2010."""
    number = int(native)
    return moment(((number >> 22) + EPOCH_MS) / 1_000) if number > _FIRST_SNOWFLAKE else None


def problems(value: Any) -> list[str]:
    """X's own words about what went wrong: the whole answer, or parts of it beside the posts."""
    if isinstance(value, list):  # lines of a stream
        return list(dict.fromkeys(line for each in items(value) for line in problems(each)))
    if not isinstance(value, dict):
        return []
    whole = [value] if "title" in value and "data" not in value and "id" not in value else []
    said = []
    for problem in (*items(value.get("errors")), *whole):
        parts = dict.fromkeys(words(problem.get(key)) for key in ("title", "detail", "message", "reason"))
        said.append(line_of(": ".join(part[:200] for part in parts if part), 400))
    return [line for line in dict.fromkeys(said) if line]


def _document(body: bytes) -> Any:
    """JSON, or one JSON value a line (streams, twarc); None for the text file with a search's query."""
    try:
        return json_of(body)
    except ParseError:
        lines = body.decode("utf-8-sig", "replace").strip().splitlines()[:4]
        if len(lines) in {2, 3} and all(moment(line) for line in lines[-2:]) and lines[-1].strip().endswith("Z"):
            return None
        return json_or_lines_of(body)


def _is_user(value: dict[str, Any]) -> bool:
    return isinstance(value.get("username"), str) and bool(words(value.get("id"))) and "text" not in value


def _is_tweet(value: dict[str, Any]) -> bool:
    if _is_old(value):
        return True
    return bool(words(value.get("id"))) and isinstance(value.get("text"), str) and not _is_user(value)


def _is_old(value: dict[str, Any]) -> bool:
    said = isinstance(value.get("text"), str) or isinstance(value.get("full_text"), str)
    return said and ("id_str" in value or bool(_OLD_DATE.match(words(value.get("created_at")))))


def _post(
    tweet: dict[str, Any],
    users: dict[str, dict[str, Any]],
    media: dict[str, dict[str, Any]],
    medium: Medium,
    found: Found,
) -> Post:
    native = words(tweet.get("id")).strip()
    references = {words(item.get("type")): words(item.get("id")) for item in items(tweet.get("referenced_tweets"))}
    if why := _refused(tweet, native, references):
        raise SkippedError(why)
    said = moment(tweet.get("created_at")) or moment_of(native)
    metrics = tweet.get("public_metrics")
    keys = at(tweet, "attachments", "media_keys")
    return Post(
        id=f"{SOURCE}:{native}",
        source=SOURCE,
        url=f"https://x.com/i/web/status/{native}",
        text=text(at(tweet, "note_tweet", "text")) or text(tweet.get("text")),
        language=tag(tweet.get("lang")),
        published_at=found.when(said, tweet.get("created_at")),
        fetched_at=found.fetched_at,
        author=_author(words(tweet.get("author_id")), users),
        engagement=Engagement(
            likes=count(at(metrics, "like_count")),
            replies=count(at(metrics, "reply_count")),
            shares=total(count(at(metrics, "retweet_count")), count(at(metrics, "quote_count"))),
            # Posts from before December 2022 carry a 0 that means «not counted then».
            views=count(at(metrics, "impression_count")) or None,
        ),
        in_reply_to=_reference(references.get("replied_to")),
        thread=_reference(words(tweet.get("conversation_id"))),
        media=addresses(_pictures(keys, media)),
        medium=medium,
    )


def _refused(tweet: dict[str, Any], native: str, references: dict[str, str]) -> str | None:
    if _is_old(tweet):
        return _V1
    if "dm_conversation_id" in tweet or tweet.get("event_type") == "MessageCreate":
        return "it is a private message"
    if not _ID.fullmatch(native):
        return "its id is no number"
    if "retweeted" in references:
        return f"it is a retweet, a share of post {references['retweeted'][:20] or 'unknown'} and counted there"
    return None


def _author(native: str, users: dict[str, dict[str, Any]]) -> Author:
    user = users.get(native, {})
    handle = short(user.get("username"), 100)
    verified = user.get("verified")
    return Author(
        id=native if _ID.fullmatch(native) else None,
        handle=handle,
        name=name(user.get("name")),
        url=address(f"https://x.com/{handle}") if handle else None,
        followers=count(at(user, "public_metrics", "followers_count")),
        created_at=moment(user.get("created_at")),
        verified=verified if isinstance(verified, bool) else None,
    )


def _pictures(keys: Any, media: dict[str, dict[str, Any]]) -> Iterator[str]:
    for key in keys if isinstance(keys, list) else []:
        item = media.get(words(key), {})
        yield words(item.get("url")) or words(item.get("preview_image_url"))


def _reference(native: str | None) -> str | None:
    return f"{SOURCE}:{native}" if native and _ID.fullmatch(native) else None


def _what(value: Any) -> str | None:
    if at(value, "meta", "result_count") == 0:
        return "a search or list without results"
    if users := items_in(value, _is_user):
        return f"{len(users):,} user profile{'s' if len(users) > 1 else ''}"
    for item in items_in(value, lambda item: any(names <= item.keys() for names, _ in _OTHERS)):
        return next(what for names, what in _OTHERS if names <= item.keys())
    return None
