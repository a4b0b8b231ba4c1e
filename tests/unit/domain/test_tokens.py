"""Protects: one form for all ways of writing the same, so that no trick of writing changes what is read."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.tokens import SPACES, TOKEN, clean, heard, plain, raw_tokens


def words(text: str) -> list[str]:
    return [part for raw in raw_tokens(clean(text)) for parts in heard(raw) for part in parts]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Don’t buy!!!!", ["don't", "buy", "!!!"]),
        ("sooooo BAD", ["soo", "<drawl>", "bad", "<caps>"]),
        ("#NeverAgain @brand https://a.example/x", ["never", "again", "<tag>", "<user>", "<url>"]),
        ("ну :-( 😡👍🏽", ["ну", ":(", "😡", "👍"]),
        ("नहीं अच्छा", ["नहीं", "अच्छा"]),
        ("أحمد مُمتاز", ["احمد", "ممتاز"]),
        ("wait... 12 %", ["wait", "…", "<num>", "%"]),
    ],
)
def test_what_is_heard(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@given(st.text())
def test_any_text_gives_words(text: str) -> None:
    assert all(words(text)) or not words(text)


@given(st.text(alphabet="aáñüїйёé कि😡!#@ ", max_size=60))
def test_composed_and_decomposed_letters_are_the_same(text: str) -> None:
    assert words(unicodedata.normalize("NFD", text)) == words(unicodedata.normalize("NFC", text))


@given(st.text(alphabet="aбñ! ", max_size=40), st.sampled_from("\u200b\u200d\u2060\ufeff\u00ad\u202e"))
def test_what_cannot_be_seen_changes_nothing(text: str, hidden: str) -> None:
    assert words(hidden.join(text)) == words(text)


@given(st.text(alphabet="hHwW#@'_3tps:/.URLaZ-!?()[]{}<>=;^*$%\"~ \n", max_size=80))
def test_ascii_is_cut_the_short_way_as_the_long_one(text: str) -> None:
    assert raw_tokens(text) == TOKEN.findall(text)


@given(st.text())
def test_a_plain_text_is_clean_already(text: str) -> None:
    once = plain(text)
    assert (clean(once), plain(once)) == (once, once)
    assert once == SPACES.sub(" ", clean(text))


@given(st.text(max_size=200))
def test_what_was_made_plain_is_clean(text: str) -> None:
    assert clean(plain(text)) == plain(text)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Kavun\nis\nthe\nworst", "Kavun is the worst"),
        ("Ніколи\n\nбільше\n\nне\nприйду", "Ніколи більше не прийду"),
        ("Bad day\nKavun was great", "Bad day\nKavun was great"),
        ("First line of it\nand a second\nand a third", "First line of it\nand a second\nand a third"),
        ("Жах\nKavun", "Жах\nKavun"),
        ("このサービスは最悪でした二度と行きません\n" * 4, "このサービスは最悪でした二度と行きません\n" * 4),
    ],
)
def test_a_word_a_line_is_one_line_and_lines_are_lines(text: str, read: str) -> None:
    assert plain(text) == read
