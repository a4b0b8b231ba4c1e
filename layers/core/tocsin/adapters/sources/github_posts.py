"""Posts in what GitHub's REST API, its webhooks and its GraphQL API say of issues, pull requests and discussions.

What a thing is stands in its address, which is the same in all of them: .../owner/name/issues/12#issuecomment-34.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tocsin.adapters.sources.answers import json_of
from tocsin.adapters.sources.found import Found, SkippedError, items_in, line_of, post_id
from tocsin.adapters.sources.values import (
    Parsed,
    address,
    at,
    count,
    items,
    moment,
    short,
    text,
    title,
    words,
)
from tocsin.domain.mention import Author, Engagement, Medium, Post

if TYPE_CHECKING:
    from datetime import datetime

SOURCE = "github"
_ADDRESS = re.compile(
    r"https?://[^/\s]+/(?P<repo>[\w.-]+/[\w.-]+)/(?:(?:issues|pull|discussions)/|commit/(?=\w+#commitcomment-))"
    r"(?P<number>[0-9]{1,12}|(?<=commit/)[0-9a-f]{7,64})(?:/files|/changes)?"
    r"(?:#(?P<part>[\w-]{1,80}))?"
)
_API_ADDRESS = re.compile(
    r"https?://[^/\s]+(?:/api/v3)?/repos/(?P<repo>[\w.-]+/[\w.-]+)/(?P<kind>issues|pulls)/(?P<number>[0-9]{1,12})"
)
_WORDS = ("title", "body", "bodyText", "body_text", "bodyHTML", "body_html")
_NO_LIKES = ("-1", "confused")
_LISTS = frozenset({"items", "nodes"})


def parse(body: bytes, *, fetched_at: datetime, url: str | None = None, medium: str | None = None) -> Parsed:  # noqa: ARG001
    """registry.Parser. Ids are github:<owner>/<name>#<number>, with /<part> for a comment or review."""
    value = json_of(body)
    found = Found(fetched_at)
    if any(
        answer["incomplete_results"] is True for answer in items_in(value, lambda item: "incomplete_results" in item)
    ):
        found.warn("GitHub says that its results are incomplete: the search took it too long")
    rows = items_in(value, _is_item, lists=_LISTS, into=("comments", "replies", "reviews", "answer"))
    as_medium = Medium(medium) if medium else Medium.FORUM
    found.read(rows, lambda row: _post(row, as_medium, found))
    return found.parsed(_what, value, error=problem)


def created(row: dict[str, Any]) -> datetime | None:
    said = (row.get(key) for key in ("created_at", "createdAt", "submitted_at", "submittedAt"))
    return next((when for value in said if (when := moment(value))), None)


def updated(row: dict[str, Any]) -> datetime | None:
    return moment(row.get("updated_at")) or created(row)


def problem(value: Any) -> str:
    """GitHub's own words about what went wrong; '' where it says nothing of the kind."""
    parts = [words(at(value, "message"))]
    parts.extend(
        words(error.get("message")) or " ".join(words(error.get(key)) for key in ("field", "code"))
        for error in items(at(value, "errors"))
    )
    return line_of("; ".join(dict.fromkeys(part.strip() for part in parts if part.strip())), 300)


def _link(row: dict[str, Any]) -> re.Match[str] | None:
    said = words(row.get("html_url")) or words(row.get("url"))
    return _ADDRESS.fullmatch(said) or _ADDRESS.fullmatch(_of_the_api(row)) if len(said) <= 2_000 else None


def _of_the_api(row: dict[str, Any]) -> str:
    """The page of something that was recorded without it, from its addresses in the API."""
    if "html_url" in row:
        return ""
    above, native = words(row.get("issue_url")), count(row.get("id"))
    link = _API_ADDRESS.fullmatch((above or words(row.get("url")))[:2_000])
    if link is None or (above and native is None):
        return ""
    kind = "pull" if link["kind"] == "pulls" else "issues"
    part = f"#issuecomment-{native}" if above else ""
    return f"https://github.com/{link['repo']}/{kind}/{link['number']}{part}"


def _is_item(value: dict[str, Any]) -> bool:
    notice = "latest_comment_url" in value  # the subject of a notification: a title alone
    return not notice and any(key in value for key in _WORDS) and _link(value) is not None


def _post(row: dict[str, Any], medium: Medium, found: Found) -> Post:
    link = _link(row)
    assert link is not None  # noqa: S101 _is_item saw it
    repo, native, part = link["repo"].lower(), link["number"], link["part"]
    heading = None if part else title(row.get("title"))
    said = text(next((row[key] for key in _WORDS[1:] if row.get(key)), ""))
    if not heading and not said:
        raise SkippedError("it has no title and no text" if not part else "it is a comment or review without words")
    when = created(row)
    root = _id(repo, native, None)
    above = count(row.get("in_reply_to_id"))
    return Post(
        id=_id(repo, native, part),
        source=SOURCE,
        url=_url(link),
        title=heading,
        text=said,
        published_at=found.when(when, row.get("created_at")),
        fetched_at=found.fetched_at,
        author=_author(row),
        engagement=Engagement(likes=_likes(row.get("reactions")), replies=None if part else _replies(row)),
        in_reply_to=(_id(repo, native, f"discussion_r{above}") if above is not None else root) if part else None,
        thread=root,
        medium=medium,
    )


def _url(link: re.Match[str]) -> str | None:
    """With the comment's place in the page: that fragment is the comment's address."""
    whole = link.group().partition("#")
    page = address(whole[0])
    return f"{page}#{whole[2]}" if page and whole[2] else page


def _id(repo: str, native: str, part: str | None) -> str:
    return post_id(SOURCE, f"{repo}#{native}" + (f"/{part}" if part else ""))


def _author(row: dict[str, Any]) -> Author:
    """An account that is gone is null."""
    user = row.get("user") or row.get("author")
    handle = short(at(user, "login"), 100)
    number = count(at(user, "id"))
    return Author(
        id=str(number) if number is not None else None,
        handle=handle,
        name=title(at(user, "name")),
        url=address(at(user, "html_url")) or (address(f"https://github.com/{handle}") if handle else None),
    )


def _likes(reactions: Any) -> int | None:
    total = count(at(reactions, "total_count"))
    total = total if total is not None else count(at(reactions, "totalCount"))
    return None if total is None else max(0, total - sum(count(at(reactions, name)) or 0 for name in _NO_LIKES))


def _replies(row: dict[str, Any]) -> int | None:
    said = row.get("comments")
    return count(at(said, "totalCount")) if isinstance(said, dict) else count(said)


def _what(value: Any) -> str | None:
    if at(value, "total_count") == 0:
        return "a search without results"
    if (
        at(value, "login") is not None
        or at(value, 0, "login") is not None
        or at(value, "items", 0, "login") is not None
    ):
        return "user profiles"
    if at(value, "full_name") is not None or at(value, 0, "full_name") or at(value, "items", 0, "full_name"):
        return "repositories"
    return None
