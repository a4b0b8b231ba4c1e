"""A mention: the one shape that every part passes on. Unknown is None, never a made-up zero."""

import hashlib
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from tocsin.domain.model import Frozen, UtcDatetime

MAX_TEXT = 16_000
"""Characters of text kept inline; 16 KB compressed is the store's share of a mention."""

Count = Annotated[int, Field(ge=0)]
Short = Annotated[str, StringConstraints(max_length=2_000)]


class Medium(StrEnum):
    NEWS = "news"
    BLOG = "blog"
    SOCIAL = "social"
    FORUM = "forum"
    VIDEO = "video"
    REVIEW = "review"
    CHAT = "chat"
    PRIVATE = "private"


class Author(Frozen):
    id: Short | None = None
    handle: Short | None = None
    name: Short | None = None
    url: Short | None = None
    followers: Count | None = None
    created_at: UtcDatetime | None = None
    verified: bool | None = None
    bare: bool | None = None
    """Has the account neither a picture nor a word about itself? None where the source does not tell."""


class Engagement(Frozen):
    likes: Count | None = None
    replies: Count | None = None
    shares: Count | None = None
    views: Count | None = None


class Post(Frozen):
    """What a source said, before we know which brand it concerns.

    ``id`` is stable across fetches and retries (source + the source's own id).
    """

    id: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    source: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    url: Short | None = None
    title: Short | None = None
    text: Annotated[str, StringConstraints(max_length=MAX_TEXT)] = ""
    language: Annotated[str, StringConstraints(max_length=35)] | None = None
    published_at: UtcDatetime
    fetched_at: UtcDatetime
    author: Author = Author()
    engagement: Engagement = Engagement()
    rating: Annotated[int, Field(ge=1, le=5)] | None = None
    in_reply_to: Short | None = None
    thread: Short | None = None
    media: tuple[Short, ...] = ()
    medium: Medium | None = None
    raw: Short | None = None

    @property
    def words(self) -> str:
        """All that was said, title first."""
        return f"{self.title}\n{self.text}" if self.title else self.text


class Mention(Post):
    """A post in which a brand is named. One post may be two mentions, so a mention is known by (brand, id)."""

    brand: Annotated[str, StringConstraints(min_length=1, max_length=200)]

    @classmethod
    def of(cls, post: Post, brand: str) -> "Mention":
        return cls(brand=brand, **{name: getattr(post, name) for name in Post.model_fields})


def stable_id(source: str, native: str) -> str:
    """The same item of the same source always gets the same id; 128 bits of SHA-256, hex."""
    digest = hashlib.sha256(f"{source}\x00{native}".encode("utf-8", "surrogatepass")).hexdigest()
    return f"{source}:{digest[:32]}"
