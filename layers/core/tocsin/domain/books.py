"""A brand's stories and those who told them, as one value of a store, without anybody's words."""

import struct
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from tocsin.domain.author_book import AuthorBook
from tocsin.domain.reading import ScoredMention
from tocsin.domain.story_book import StoryBook
from tocsin.domain.story_form import packed, unpacked

LARGEST_STORIES = 20_000
"""Bytes, about 100 stories; with the authors about 25 KB: it is written with each batch that matters, at a write unit a
kilobyte."""
_LENGTH = struct.Struct("<I")


class Books:
    """``names``: what the brand is called."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.stories = StoryBook(names)
        self.authors = AuthorBook()

    def add(self, heard: Iterable[ScoredMention]) -> bool:
        """Whether anything was new."""
        new = False
        for scored in heard:
            new |= not self.stories.add(scored).again
            self.authors.add(scored)
        return new

    def packed(self, now: datetime) -> bytes:
        """Titles and addresses stay with their mentions, and go with them."""
        for story in [story for story in self.stories.stories.values() if story.title or story.origin_url]:
            self.stories.stories[story.id] = replace(story, title="", origin_url=None)
        stories = packed(self.stories, now, LARGEST_STORIES)
        return _LENGTH.pack(len(stories)) + stories + self.authors.packed(now)

    @classmethod
    def unpacked(cls, form: bytes, names: Iterable[str] = ()) -> "Books":
        """ValueError when it is of another version: begin anew."""
        if len(form) < _LENGTH.size:
            raise ValueError("no books")
        end = _LENGTH.size + _LENGTH.unpack_from(form)[0]
        books = cls()
        books.stories = unpacked(form[_LENGTH.size : end], names)
        books.authors = AuthorBook.unpacked(form[end:])
        return books
