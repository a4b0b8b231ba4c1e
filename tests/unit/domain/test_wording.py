"""Protects: words are the same whichever way a text is cut."""

import re
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tocsin.domain import wording
from tocsin.domain.wording import cut


def character_by_character(text: str, monkeypatch: pytest.MonkeyPatch) -> list[wording.Word]:
    with monkeypatch.context() as patch:
        patch.setattr(wording, "_SIMPLE", re.compile("(?!)"))
        return list(cut(text))


@given(st.text(alphabet="aZñßéЇґыя09_'’‘`#@.,!?«»—… \n\t×÷€🔥😂", max_size=80))
def test_a_simple_text_is_cut_at_once_as_character_by_character(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        assert list(cut(text)) == character_by_character(text, patch)


@given(st.text())
@example("\ufe77")
def test_words_stand_where_they_say_and_in_order(text: str) -> None:
    words = cut(text)
    assert [words[at] for at in range(len(words))] == list(words) == list(words[:])
    assert all(0 <= word.start < word.end <= len(text) and word.keys[0] for word in words)
    assert all(one.end <= other.start for one, other in pairwise(words))


def test_what_is_too_long_is_no_word() -> None:
    assert [word.keys[0] for word in cut(f"short {'x' * 161} end")] == ["short", "end"]
