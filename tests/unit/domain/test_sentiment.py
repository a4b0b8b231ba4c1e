"""Protects: the shipped model reads every text in linear time, the same however it is written, and keeps its word."""

import math
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.sentiment import Heard, Model, Verdict, model, sequence_keys, word_key
from tocsin.domain.tokens import clean, heard, raw_tokens


def judged(text: str, language: str = "en") -> Verdict:
    return model().judge(model().hear(text), language)


def label(verdict: Verdict) -> str:
    return max(("negative", "neutral", "positive"), key=lambda name: getattr(verdict, name))


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Worst service ever, I hate this company", "en", "negative"),
        ("I love it, thank you so much!", "en", "positive"),
        ("The meeting starts at 9 on Tuesday", "en", "neutral"),
        ("Дуже дякую, все чудово!", "uk", "positive"),
        ("Это ужасно, отвратительный сервис", "ru", "negative"),
        ("Me encanta, muchas gracias", "es", "positive"),
        ("Das ist einfach nur schrecklich und traurig", "de", "negative"),
        ("C'est magnifique, merci beaucoup", "fr", "positive"),
    ],
)
def test_plain_praise_and_plain_complaint(text: str, language: str, expected: str) -> None:
    assert label(judged(text, language)) == expected


def test_a_denial_turns_it() -> None:
    assert judged("not good").negative > judged("good").negative


@given(st.text())
def test_any_text_gets_chances_that_add_up(text: str) -> None:
    verdict = judged(text, "und")
    assert math.isclose(verdict.negative + verdict.neutral + verdict.positive, 1)
    assert 0 <= verdict.known <= 1


@pytest.mark.parametrize("text", ["", "\ud800", "😡", "a" * 100_000, "#" * 1_000, "@", "_", "\u0301", "' ' '"])
def test_odd_texts_are_read(text: str) -> None:
    assert all(math.isfinite(value) for value in judged(text))


@given(st.text(alphabet="good bad не áéñ üїй!", max_size=60))
def test_the_way_of_writing_changes_nothing(text: str) -> None:
    assert judged(unicodedata.normalize("NFD", text)) == judged(unicodedata.normalize("NFC", text))
    assert judged("\u200b".join(text)) == judged(text)


@pytest.mark.parametrize("piece", ["a", "bad ", "аб1", "😡", "!", "#aB", "(", ":-", "@@", "नि", "'a"])
def test_the_time_is_linear_in_the_length(piece: str) -> None:
    start = time.process_time()
    judged(piece * (100_000 // len(piece)))
    assert time.process_time() - start < 5


def test_what_is_cached_says_the_same() -> None:
    texts = ["Worst service ever", "чудово", "zxqwv brrrt", "#NeverAgain :-("]
    fresh = [judged(text) for text in texts]
    assert [judged(text) for text in texts] == fresh


def test_training_and_reading_hash_alike() -> None:
    """The trainer names sequences by ``sequence_keys``; if reading did otherwise, they would never be found."""
    text = "I love it so much"
    keys = [word_key(word) for raw in raw_tokens(clean(text)) for word in heard(raw)[0]]
    alone: list[Heard] = [model().hear(word) for word in text.split()]
    assert len(sequence_keys(keys)) == 3 * len(keys)
    assert model().hear(text).positive != pytest.approx(sum(said.positive for said in alone))


@pytest.mark.parametrize("words", [1, 2, 3, 40, 300])
def test_sequences_of_a_whole_text_are_those_of_its_words(words: int) -> None:
    """They are hashed together, as lanes of large numbers; a lane must not touch its neighbours."""
    said = ("so gut, aber nicht wieder! I love it so much; не раджу нікому, it was the worst of all " * words).split()
    keys = [word_key(word) for raw in said[:words] for word in heard(raw_tokens(raw)[0])[0]]
    negatives, positives = 0, 0
    table, against, praise = (model()._tables[f"pair_{part}"] for part in ("keys", "neg", "pos"))
    for key in sequence_keys(keys):
        at = key % len(table)
        while table[at] and table[at] != (key >> 16 or 1):
            at = (at + 1) % len(table)
        if table[at]:
            negatives, positives = negatives + against[at], positives + praise[at]
    scale = model()._scales["pairs"]
    together = model()._of_sequences(b"".join(key.to_bytes(8, "little") for key in keys))
    assert together == (negatives * scale, positives * scale)


def test_another_file_is_refused() -> None:
    with pytest.raises(ValueError, match="not a sentiment model"):
        Model(b"something else entirely")
