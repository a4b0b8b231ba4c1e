"""Protects: the house's words of blame and praise are counted in their own language, and denied praise is blame."""

import pytest

from tocsin.adapters.analyzers.tone_words import ToneWords

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
