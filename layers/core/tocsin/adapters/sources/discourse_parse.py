"""Discourse's posts to ours: search, newest posts, topics, single posts, a user's actions, lists of topics.

A post is known by forum, topic and its number there, which is also how answers refer to it. The forum's host is in no
answer: it comes from the address that was asked (``url``).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tocsin.adapters.sources import values
from tocsin.adapters.sources.answers import json_of
from tocsin.adapters.sources.found import Found, SkippedError, own_words, post_id
from tocsin.domain.errors import ParseError
from tocsin.domain.mention import Author, Engagement, Medium, Post

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from tocsin.adapters.sources.values import Parsed

SOURCE = "discourse"
_NOT_SAID = {"3": "no post: what the forum notes of a moderator's deed", "4": "it is a whisper among the forum's staff"}
_TEXTS = ("cooked", "raw", "blurb", "excerpt")


def parse(body: bytes, *, fetched_at: datetime, url: str | None = None, medium: str | None = None) -> Parsed:
    """As every source's parser (registry.Parser)."""
    return read(json_of(body), fetched_at=fetched_at, url=url, medium=medium)


def read(value: Any, *, fetched_at: datetime, url: str | None = None, medium: str | None = None) -> Parsed:
    if not isinstance(value, dict | list):
        raise ParseError("the answer is JSON, but no answer of Discourse's")
    return _Reader(value, fetched_at, url, Medium(medium) if medium else Medium.FORUM).parsed()


class _Reader:
    def __init__(self, value: Any, fetched_at: datetime, url: str | None, medium: Medium) -> None:
        self._value, self._medium = value, medium
        self._found = Found(fetched_at)
        parts = urlsplit(url) if url else None
        self._base = f"{parts.scheme}://{parts.netloc}{_folder(parts.path)}" if parts and parts.netloc else ""
        self._topics = {values.words(topic.get("id")): topic for topic in _topics(value)}
        self._users = {values.words(user.get("id")): user for user in values.items(values.at(value, "users"))}

    def parsed(self) -> Parsed:
        posts = list(_posts(self._value, {}))
        for raw, topic in posts:
            self._found.take(raw, partial(self._one, topic=topic))
        if not posts:
            self._found.read(self._topics.values(), self._first_post)
        self._complaint()
        if self._found.posts and not self._base:
            self._found.warn("the forum's address is not known, so the posts have none: say it with --url")
        return self._found.parsed(_what, self._value)

    def _one(self, raw: dict[str, Any], *, topic: dict[str, Any]) -> Post:
        where, position = values.words(raw.get("topic_id")), values.count(raw.get("post_number"))
        if not where or position is None:
            raise SkippedError("the post does not say which of which topic it is")
        topic = topic or self._topics.get(where, {})
        _check(raw, topic)
        return self._post(raw, topic, where, position)

    def _first_post(self, topic: dict[str, Any]) -> Post:
        """Of a list of topics alone: a topic's first post, as far as the list shows it."""
        _check(topic, topic)
        user = self._users.get(values.words(values.at(topic, "posters", 0, "user_id")), {})
        raw = {"excerpt": topic.get("excerpt"), "created_at": topic.get("created_at"), **_of_user(user)}
        return self._post(raw, topic, values.words(topic.get("id")), 1)

    def _complaint(self) -> None:
        said = own_words({"error": values.at(self._value, "grouped_search_result", "error")})
        if said:
            self._found.warn(f"no posts: the forum refuses the search: «{said}»")

    def _post(self, raw: dict[str, Any], topic: dict[str, Any], where: str, position: int) -> Post:
        slug = values.short(raw.get("topic_slug") or raw.get("slug") or topic.get("slug"), 300) or "-"
        answers = values.count(raw.get("reply_to_post_number"))
        title = topic.get("title") or raw.get("topic_title") or raw.get("title") or topic.get("fancy_title")
        return Post(
            id=self._id(where, position),
            source=SOURCE,
            url=values.address(f"{self._base}/t/{slug}/{where}/{position}") if self._base else None,
            title=values.title(title),
            text=next((said for key in _TEXTS if (said := values.text(raw.get(key)))), ""),
            published_at=self._found.when(values.moment(raw.get("created_at"))),
            fetched_at=self._found.fetched_at,
            author=self._author(raw),
            engagement=Engagement(
                likes=_likes(raw),
                replies=values.count(raw.get("reply_count")),
                views=values.count(raw.get("reads")),
            ),
            in_reply_to=self._id(where, answers or 1) if position > 1 else None,
            thread=self._id(where, 1) if position > 1 else None,
            medium=self._medium,
        )

    def _id(self, where: str, position: int) -> str:
        return post_id(SOURCE, f"{self._base.partition('://')[2]}/{where}/{position}")

    def _author(self, raw: dict[str, Any]) -> Author:
        user = raw.get("user")
        handle = values.short(raw.get("username"), 200) or values.short(values.at(user, "username"), 200)
        return Author(
            id=values.short(raw.get("user_id"), 100) or values.short(values.at(user, "id"), 100),
            handle=handle,
            name=values.name(raw.get("name")) or values.name(values.at(user, "name")),
            url=values.address(f"{self._base}/u/{handle}") if handle and self._base else None,
        )


def _folder(path: str) -> str:
    """A forum may live in a folder of its host: what stands before the first part that is Discourse's own."""
    parts = [part for part in path.split("/") if part]
    own = {"search", "search.json", "posts", "posts.json", "latest.json", "t", "top.json", "u", "c", "tag", "new.json"}
    before = next((parts[:index] for index, part in enumerate(parts) if part in own), [])
    return "".join(f"/{part}" for part in before)


def _topics(value: Any) -> Iterator[dict[str, Any]]:
    for found in (values.at(value, "topics"), values.at(value, "topic_list", "topics")):
        yield from (topic for topic in values.items(found) if "id" in topic and "title" in topic)


def _posts(value: Any, topic: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """(post, its topic if the answer is one)."""
    if isinstance(value, list):
        for inner in value:
            yield from _posts(inner, topic)
    elif isinstance(value, dict):
        if "post_number" in value and "topic_id" in value and ("username" in value or "created_at" in value):
            yield value, topic
        else:
            within = value if "post_stream" in value and "title" in value else topic
            for inner in value.values():
                if isinstance(inner, dict | list):
                    yield from _posts(inner, within)


def _check(raw: dict[str, Any], topic: dict[str, Any]) -> None:
    if "notification_type" in raw:
        raise SkippedError("no post: a notification about one")
    if why := _NOT_SAID.get(values.words(raw.get("post_type"))):
        raise SkippedError(why)
    if "private_message" in (raw.get("archetype"), topic.get("archetype"), raw.get("topic_archetype")):
        raise SkippedError("it is a private message, no public post")
    if raw.get("deleted_at") or raw.get("user_deleted") is True:
        raise SkippedError("the post was deleted")
    if raw.get("hidden") is True:
        raise SkippedError("the forum hides the post (flagged)")


def _likes(raw: dict[str, Any]) -> int | None:
    actions = values.items(raw.get("actions_summary"))
    liked = next((action for action in actions if action.get("id") == 2), None)
    said = values.count(raw.get("like_count"))
    return said if said is not None else values.count(liked.get("count")) if liked else None


def _of_user(user: dict[str, Any]) -> dict[str, Any]:
    return {"username": user.get("username"), "name": user.get("name"), "user_id": user.get("id")}


def _what(value: Any) -> str | None:
    keys = set(value) if isinstance(value, dict) else set()
    for key, what in (
        ("grouped_search_result", "a search without posts"),
        ("latest_posts", "an empty list of posts"),
        ("topic_list", "an empty list of topics"),
        ("user", "a profile"),
        ("category_list", "categories"),
        ("about", "a forum's description of itself"),
        ("login_required", "a forum that asks for a login"),
    ):
        if key in keys:
            return what
    return None
