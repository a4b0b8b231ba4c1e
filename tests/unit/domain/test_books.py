"""Protects: stories and authors come back as they were kept, bounded, and without anybody's words or name."""

import zlib
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.samples import NOON, scored
from tocsin.domain.author_book import MOST, AuthorBook
from tocsin.domain.books import LARGEST_STORIES, Books
from tocsin.domain.mention import Author
from tocsin.domain.reading import ScoredMention

WORDS = "Жахливе отруєння еклерами на Подолі, троє дітей у лікарні номер {n}"


def by(author: str | None, number: int, minutes: int = 0, text: str = WORDS) -> ScoredMention:
    one = scored(number, at=NOON + timedelta(minutes=minutes), title=None, text=text.format(n=number))
    mention = one.mention.model_copy(update={"author": Author(handle=author)})
    return one.model_copy(update={"mention": mention})


def test_what_is_kept_comes_back() -> None:
    books = Books(("Аврора",))
    assert books.add([by("olha", 1), by("olha", 2, 5), by("petro", 3, 6), by(None, 4, 7)])
    assert not books.add([by("olha", 2, 5)])

    again = Books.unpacked(books.packed(NOON), ("Аврора",))

    assert [story.size for story in again.stories.largest(9)] == [4]
    record = again.authors.of(by("olha", 9).mention)
    assert record is not None
    assert (record.mentions, record.first_seen) == (2, NOON)
    assert again.authors.of(by("nobody", 9).mention) is None
    assert again.authors.of(by(None, 9).mention) is None


def test_no_word_and_no_name_is_in_it() -> None:
    books = Books()
    books.add([by("olha_podil", n, n) for n in range(4)])
    form = books.packed(NOON)
    plain = form + zlib.decompress(form[5 : 4 + int.from_bytes(form[:4], "little")])
    plain += zlib.decompress(form[4 + int.from_bytes(form[:4], "little") :])
    for word in ("olha_podil", "еклерами", "news.example"):
        assert word.encode() not in plain


def test_a_full_book_of_strangers_stays_small() -> None:
    books = Books()
    for n in range(400):
        books.add([by(f"p{n}", n, n, text=" ".join(f"слово{(n * 7919 + k * 104729) % 9973}" for k in range(12)))])
    assert len(books.packed(NOON + timedelta(minutes=400))) <= LARGEST_STORIES + 14_000
    assert books.authors.of(by("p399", 1).mention) is not None
    assert sum(books.authors.of(by(f"p{n}", 1).mention) is not None for n in range(400)) == MOST


def test_a_storm_of_strangers_does_not_drive_out_who_is_known() -> None:
    book = AuthorBook()
    for n in range(4):
        book.add(by("olha", n))
    for n in range(2 * MOST):
        book.add(by(f"p{n}", 10 + n, n))
    assert book.of(by("olha", 1).mention) is not None
    for n in range(2 * MOST):
        book.add(by(f"q{n}", 1_000 + n, n + 3 * 24 * 60))
    assert book.of(by("olha", 1).mention) is None


def test_authors_are_forgotten_when_their_mentions_are() -> None:
    book = AuthorBook()
    book.add(by("olha", 1))
    assert AuthorBook.unpacked(book.packed(NOON + timedelta(days=89))).of(by("olha", 2).mention) is not None
    assert AuthorBook.unpacked(book.packed(NOON + timedelta(days=91))).of(by("olha", 2).mention) is None


@given(st.binary(max_size=80))
def test_what_is_no_book_is_said_so(form: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        Books.unpacked(form)
