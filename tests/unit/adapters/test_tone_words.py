"""Protects: the house's words of blame and praise are counted in their own language, and denied praise is blame."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.adapters.analyzers.tone_words import ToneWords
from tocsin.domain.tokens import plain, raw_tokens

WORDS = ToneWords()


@pytest.mark.parametrize(
    ("text", "languages", "hits"),
    [
        ("Це жах і хамство", ("uk",), (2, 0)),
        ("Це жах і хамство", ("en",), (0, 0)),
        ("Найкращий хліб, дякую", ("uk",), (0, 2)),
        ("Тістечка не смачні", ("uk",), (1, 0)),
        ("El pan es delicioso, gracias", ("es",), (0, 2)),
        ("", ("uk", "ru", "es", "en"), (0, 0)),
    ],
)
def test_words_are_counted(text: str, languages: tuple[str, ...], hits: tuple[int, int]) -> None:
    assert WORDS.hits(text, languages) == hits


PIECES = [
    "жах",
    "не",
    "раджу",
    "Rip-off",
    "rico",
    "не смачн",
    "#Gracias",
    "https://x.example/жах",
    ":D",
    "no",
    "don't",
    *" _-'/@3ıа́",
]


@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_tokens_spare_only_searches_that_find_nothing(pieces: list[str]) -> None:
    text = plain("".join(pieces))
    languages = ("uk", "ru", "es", "en")
    assert WORDS.hits(text, languages, raw_tokens(text)) == WORDS.hits(text, languages)
