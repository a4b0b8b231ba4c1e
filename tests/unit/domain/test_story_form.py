import random
import zlib
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.domain.story_mentions import NOW, said
from tocsin.domain.story_book import StoryBook
from tocsin.domain.story_form import VERSION, packed, unpacked

TEXTS = st.lists(st.text(st.characters(codec="utf-8"), max_size=120), max_size=15)


@given(TEXTS)
@settings(max_examples=50)
def test_what_is_packed_is_unpacked_the_same_and_goes_on_the_same(texts: list[str]) -> None:
    book = StoryBook(("Lumea",))
    for number, text in enumerate(texts):
        book.add(said(text, number, author={"handle": f"a{number}", "followers": number}, scenario="data_leak"))
    form = packed(book, NOW)

    back = unpacked(form, ("Lumea",))

    assert back.stories == book.stories
    assert list(back.recent.items()) == list(book.recent.items())
    assert (back.seen, back.counts) == (book.seen, book.counts)
    assert packed(back, NOW) == form
    assert back.add(said("Lumea lost my parcel again", 99)) == book.add(said("Lumea lost my parcel again", 99))


def test_a_crowd_is_packed_within_the_limit_and_the_largest_story_stays() -> None:
    book, words = StoryBook(), random.Random(1)
    for number in range(60):
        book.add(said("Ordered a kettle from Lumea two weeks ago, the courier never came", number))
    largest = book.largest(1)[0].id
    for number in range(100, 400):
        book.add(said(" ".join(f"{words.randrange(10**9)}" for _ in range(20)), number))

    form = packed(book, NOW, limit=20_000)

    assert len(form) <= 20_000
    assert largest in unpacked(form).stories


def test_what_is_old_is_not_packed() -> None:
    book = StoryBook()
    book.add(said("Ordered a kettle from Lumea two weeks ago", 1))

    assert not unpacked(packed(book, NOW + timedelta(days=30))).stories


@given(st.binary(max_size=200))
def test_what_is_no_book_is_refused(form: bytes) -> None:
    with pytest.raises(ValueError, match="no stories"):
        unpacked(form)
    with pytest.raises(ValueError, match="no stories"):
        unpacked(bytes((VERSION,)) + zlib.compress(form))


@given(st.data())
@settings(max_examples=50)
def test_a_book_that_was_spoilt_is_refused_or_read_but_never_breaks(data: st.DataObject) -> None:
    book = StoryBook()
    for number in range(3):
        book.add(said(f"story number {number} of a kettle that never came", number))
    form = bytearray(zlib.decompress(packed(book, NOW)[1:]))
    place = data.draw(st.integers(2 * 8_192, len(form) - 1))
    form[place] = data.draw(st.integers(0, 255))
    try:
        unpacked(bytes((VERSION,)) + zlib.compress(bytes(form)))
    except ValueError as error:
        assert "no stories" in str(error)  # noqa: PT017 either is right


def test_a_bomb_is_not_unpacked() -> None:
    with pytest.raises(ValueError, match="no stories"):
        unpacked(bytes((VERSION,)) + zlib.compress(b"\0" * 50_000_000))
