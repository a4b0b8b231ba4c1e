"""Protects: the house's words of blame and praise are counted in their own language, and denied praise is blame."""

import re
from functools import reduce
from operator import or_

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.adapters.analyzers.tone_words import ToneWords, _either
from tocsin.domain.pieces import pieces
from tocsin.domain.tokens import plain

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
def test_pieces_spare_only_searches_that_find_nothing(parts: list[str]) -> None:
    text = plain("".join(parts))
    languages = ("uk", "ru", "es", "en")
    beginning = reduce(or_, map(WORDS.beginning, pieces(text)), 0)
    assert WORDS.hits(text, languages, beginning) == WORDS.hits(text, languages)


STEMS = st.lists(st.text("abа .", min_size=1, max_size=4), min_size=1, max_size=8, unique=True)


@given(STEMS, st.text("abа .", max_size=12))
def test_stems_are_found_as_one_after_another(stems: list[str], text: str) -> None:
    either = re.compile(_either(stems)).match(text)
    each = re.compile("|".join(map(re.escape, stems))).match(text)
    assert (either and either[0]) == (each and each[0])
