"""What a look at YouTube remembers for the next one."""

from __future__ import annotations

from typing import Any

from pydantic import Field, ValidationError

from tocsin.adapters.sources.paging import Place, Stamp
from tocsin.adapters.sources.values import at, count, items, moment, short
from tocsin.adapters.sources.youtube_quota import Spent
from tocsin.domain.model import Frozen, UtcDatetime


class Watched(Frozen):
    """A found video whose comments are read. ``newest``: the newest thread seen; ``closed``: it has none to read."""

    id: str
    newest: UtcDatetime | None = None
    closed: bool = False


class Cursor(Frozen):
    """``place``: see paging.Place; ``replies``: how many a thread had, by its mark, so that only new ones are asked."""

    spent: Spent = Spent()
    place: Place = Place()
    watched: tuple[Watched, ...] = ()
    replies: dict[str, int] = Field(default_factory=dict)

    @classmethod
    def of(cls, text: str | None) -> Cursor:
        try:
            return cls.model_validate_json(text) if text else cls()
        except ValidationError:
            return cls()


class Thread(Frozen):
    """A thread of comments as a list shows it: ``total`` replies, of which ``shown`` stand there."""

    id: str
    video: str | None
    total: int
    shown: int
    published: UtcDatetime | None

    @property
    def mark(self) -> str:
        return Stamp(self.id, None).mark

    @classmethod
    def of(cls, record: dict[str, Any]) -> Thread | None:
        native = short(record.get("id"))
        if native is None:
            return None
        snippet = record.get("snippet")
        return cls(
            id=native,
            video=short(at(snippet, "videoId")),
            total=count(at(snippet, "totalReplyCount")) or 0,
            shown=len(items(at(record, "replies", "comments"))),
            published=moment(at(snippet, "topLevelComment", "snippet", "publishedAt")),
        )
