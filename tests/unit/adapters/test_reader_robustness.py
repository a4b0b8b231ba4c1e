"""Protects: the whole reader is total on any text, does work in proportion to its length, and no trick of writing
changes what it reads."""

import json
import sys
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.samples import mention
from tocsin.adapters.analyzers.reader import Reader
from tocsin.domain.brand import Brand, Competitor
from tocsin.domain.mention import Mention
from tocsin.domain.reading import Reading
from tocsin.domain.tokens import clean

READER = Reader()
BRAND = Brand(
    name="Aurora",
    terms=("Aurora", "Аврора"),
    competitors=(Competitor(name="Fornetti", terms=("Fornetti", "Форнетті")),),
)
POSTS = [
    json.loads(line)["text"]
    for line in (Path(__file__).parents[2] / "data" / "aimed.jsonl").read_text(encoding="utf-8").splitlines()
]
NOT_SEEN = "\u200b\u2060\ufeff\u00ad\u200d\u202e"
SPACES = "\u00a0\u2009\u3000\u202f\t"


def read(text: str, brand: Brand | None = BRAND) -> Reading:
    """Beyond what a mention holds inline too: the reader must not lean on its limit."""
    whole: Mention = mention(1, title=None, text="", language=None)
    return READER.read(whole.model_copy(update={"text": text}), brand)


def linear(text: Callable[[int], str]) -> None:
    """Ten times the text takes about ten times the work; a square would take a hundred times."""
    spent = []
    for size in (10_000, 99_000):
        start = time.process_time()
        assert -1 <= read(text(size)).score <= 1
        spent.append(time.process_time() - start)
    assert spent[1] < 35 * spent[0] + 1


any_text = st.text(st.characters(exclude_categories=()))
pieces = st.lists(
    st.one_of(
        any_text,
        st.sampled_from("Aurora|Аврори|Fornetti| but |, але |. |!\n|better than |ніж |🙃|не ".split("|")),
    ),
    max_size=40,
).map("".join)


@given(pieces, st.booleans())
def test_any_text_gets_a_reading(text: str, named: bool) -> None:
    reading = read(text, BRAND if named else None)
    assert -1 <= reading.score <= 1
    assert 0 <= reading.confidence <= 1


@given(st.one_of(st.text(), st.sampled_from(POSTS)), st.booleans())
def test_a_reading_made_unchecked_would_pass_every_check(text: str, named: bool) -> None:
    reading = read(text, BRAND if named else None)
    assert Reading.model_validate(reading.model_dump(exclude={"said_by"})) == reading
    assert list(vars(reading)) == list(Reading.model_fields)


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "a ",
        "Aurora ",
        "Аврора, але ",
        "Aurora better than ",
        "not bad. ",
        "thanks for ",
        "Fornetti! ",
        "😡",
        "🙃 ",
        "\n",
        '"',
        "e\u0301",
        "#aB",
        "нi",
        "de la posylka ",
        "\ud800",
        "\U000e0061",
        "switching from ",
        "more more ",
        "a, ",
        ";",
        "клас, ще ",
        ".",
        "?x",
        " but",
        "bad\n",
        "great!",
        ",",
        ")",
        "а ",
        "--",
        "unlike ",
    ],
)
def test_a_hundred_thousand_characters_are_read(piece: str) -> None:
    linear(lambda size: piece * (size // len(piece)))


@pytest.mark.parametrize("start", ["great", "Aurora, but", "Aurora better", "thanks", "ага", "not", "Aurora"])
@pytest.mark.parametrize("tail", ["!", ".", "\n", "😡", ",", "-", "a", " a", "¿"])
def test_a_long_tail_costs_no_square_of_its_length(start: str, tail: str) -> None:
    linear(lambda size: start + tail * (size // len(tail)) + "x")


def calls(text: str) -> int:
    """Lines of our own code that run while a text is read: a count, so that no other work disturbs it."""
    count = 0

    def local(frame: object, event: str, arg: object) -> object:
        nonlocal count
        count += event == "line"
        return local

    def trace(frame: object, event: str, arg: object) -> object:
        name = frame.f_code.co_filename  # type: ignore[attr-defined]
        return local if "tocsin" in name else None

    before = sys.gettrace()
    sys.settrace(trace)  # type: ignore[arg-type]
    try:
        read(text)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize(
    "piece",
    [
        "Aurora sold me bread. ",
        "Fornetti is better than Aurora, but ",
        "знову не привезли ",
        "word ",
        "zq{} ",
        "Аврора! ",
        "не ",
        "a, ",
    ],
)
def test_the_work_grows_with_the_length_and_no_faster(piece: str) -> None:
    """Words that no cache knows yet, where the piece has a place for them."""
    short, long = ("".join(piece.format(f"{size:03}x{at:03}") for at in range(size)) for size in (50, 400))
    assert calls(long) < 8 * 1.5 * calls(short) + 2_000


@pytest.mark.parametrize("post", POSTS[::7])
def test_composed_and_decomposed_letters_read_the_same(post: str) -> None:
    assert read(unicodedata.normalize("NFD", post)) == read(unicodedata.normalize("NFC", post))


@settings(max_examples=60)
@given(st.sampled_from(POSTS), st.lists(st.tuples(st.integers(0, 200), st.sampled_from(NOT_SEEN)), max_size=8))
def test_what_cannot_be_seen_changes_nothing(post: str, hidden: list[tuple[int, str]]) -> None:
    tricked = post
    for at, sign in hidden:
        tricked = tricked[:at] + sign + tricked[at:]
    assert read(tricked) == read(post)


@settings(max_examples=60)
@given(st.sampled_from(POSTS), st.sampled_from(SPACES), st.integers(1, 3))
def test_one_space_is_as_good_as_another(post: str, space: str, times: int) -> None:
    assert read(post.replace(" ", space * times)) == read(post)


@pytest.mark.parametrize("post", [post for post in POSTS[::5] if "\n" not in post and len(post.split()) > 2])
def test_a_line_for_each_word_changes_nothing(post: str) -> None:
    assert read("\n".join(post.split(" "))) == read(post)


@given(any_text)
def test_cleaning_once_is_enough(text: str) -> None:
    assert clean(clean(text)) == clean(text)
