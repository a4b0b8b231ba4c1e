"""Posts of X (API v2) in whatever was recorded of it: searches, timelines, lookups, streams, academic exports.

Shapes: docs.x.com/x-api/fundamentals/data-dictionary. Without ``tweet.fields`` an answer holds id and text alone; the
moment is then in the id itself (a snowflake: milliseconds since 1288834974657 in all but its last 22 bits).
A pure retweet is a share of somebody else's post and counted there, so it is no post of its own; a quote or a reply is.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from tocsin.adapters.sources.answers import json_of
from tocsin.adapters.sources.finding import Notes, common_fields, found, keys_of, line_of, strays
from tocsin.adapters.sources.values import (
    Parsed,
    address,
    addresses,
    at,
    count,
    items,
    moment,
    name,
    published,
    short,
    tag,
    text,
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
_MAX_LINES = 100_000
_V1 = "it is in the shape of X's API v1.1, which ended in 2023; ask API v2"
_OTHERS = (
    ({"tweet_count", "start"}, "counts of posts"),
    ({"username", "name"}, "user profiles"),
    ({"value", "tag"}, "rules of a stream"),
    ({"media_key"}, "media"),
    ({"id", "state"}, "spaces"),
    ({"screen_name", "id_str"}, "user profiles of API v1.1, which ended in 2023"),
    ({"statuses", "search_metadata"}, "an empty search of API v1.1, which ended in 2023"),
)
_LISTS = frozenset({"data", "tweets"})


def parse(body: bytes, *, fetched_at: datetime, url: str | None = None, medium: str | None = None) -> Parsed:  # noqa: ARG001
    """registry.Parser. Ids of posts are x:<id>, whatever the response's shape."""
    value = _document(body)
    if value is None:
        return Parsed(warnings=("a search's query and its time range, as academic exports keep it: no posts",))
    notes = Notes()
    for problem in problems(value):
        notes.say(f"X says: «{problem}»")
    users = {words(user["id"]): user for user in found(value, _is_user)}
    media = {
        words(item["media_key"]): item for item in found(value, lambda item: isinstance(item.get("media_key"), str))
    }
    tweets = list(found(value, _is_tweet))
    for line in strays(value, _is_tweet, _LISTS):
        notes.say(line)
    posts: dict[str, Post] = {}
    for number, tweet in enumerate(tweets, start=1):
        post = _post(tweet, number, users, media, Medium(medium) if medium else Medium.SOCIAL, fetched_at, notes)
        if post is not None and post.id in posts:
            notes.skip(number, f"it repeats an earlier one ({post.id})")
        elif post is not None:
            posts[post.id] = post
    if not tweets and not notes.lines():
        notes.say(_what(value, users))
    return Parsed(posts=tuple(posts.values()), warnings=notes.lines(), fields=common_fields(tweets))


def id_at(when: datetime) -> int:
    """The least id that a post of this moment can have."""
    return max(0, int(when.timestamp() * 1_000) - EPOCH_MS) << 22


def moment_of(native: str) -> datetime | None:
    """When a post with this id was written; None for the plain numbers from before November 2010."""
    number = int(native)
    return moment(((number >> 22) + EPOCH_MS) / 1_000) if number > _FIRST_SNOWFLAKE else None


def problems(value: Any) -> list[str]:
    """X's own words about what went wrong: the whole answer, or parts of it beside the posts."""
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
        lines = body.decode("utf-8-sig", "replace").strip().splitlines()[:_MAX_LINES]
        if len(lines) in {2, 3} and all(moment(line) for line in lines[-2:]) and lines[-1].strip().endswith("Z"):
            return None
        rows = [row for line in lines if line.startswith("{") and (row := _row(line)) is not None]
        if len(rows) < 2:
            raise
        return json_of(json.dumps(rows).encode())


def _row(line: str) -> Any:
    try:
        return json.loads(line, strict=False)
    except (ValueError, RecursionError):
        return None


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
    number: int,
    users: dict[str, dict[str, Any]],
    media: dict[str, dict[str, Any]],
    medium: Medium,
    fetched_at: datetime,
    notes: Notes,
) -> Post | None:
    native = words(tweet.get("id")).strip()
    references = {words(item.get("type")): words(item.get("id")) for item in items(tweet.get("referenced_tweets"))}
    if why := _refused(tweet, native, references):
        notes.skip(number, why)
        return None
    said = moment(tweet.get("created_at")) or moment_of(native)
    if said is None:
        notes.undated(words(tweet.get("created_at")))
    metrics = tweet.get("public_metrics")
    keys = at(tweet, "attachments", "media_keys")
    return Post(
        id=f"{SOURCE}:{native}",
        source=SOURCE,
        url=f"https://x.com/i/web/status/{native}",
        text=text(at(tweet, "note_tweet", "text")) or text(tweet.get("text")),
        language=tag(tweet.get("lang")),
        published_at=published(said, fetched_at),
        fetched_at=fetched_at,
        author=_author(words(tweet.get("author_id")), users),
        engagement=Engagement(
            likes=count(at(metrics, "like_count")),
            replies=count(at(metrics, "reply_count")),
            shares=_sum(count(at(metrics, "retweet_count")), count(at(metrics, "quote_count"))),
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


def _sum(*counts: int | None) -> int | None:
    known = [number for number in counts if number is not None]
    return sum(known) if known else None


def _what(value: Any, users: dict[str, dict[str, Any]]) -> str:
    if at(value, "meta", "result_count") == 0:
        return "a search or list without results: no posts"
    if users:
        return f"{len(users):,} user profile{'s' if len(users) > 1 else ''}: no posts"
    for item in found(value, lambda item: any(names <= item.keys() for names, _ in _OTHERS)):
        return next(f"{what}: no posts" for names, what in _OTHERS if names <= item.keys())
    return f"no posts in it: {keys_of(value)}"
