"""Protects: who stands where to the brand's name is told by signs, for any text, in time that grows with it."""

from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.matter_words import TOKEN, Span, fold
from tocsin.domain.severity_stands import places_of, stands

TEXT = "The bank Kavun warns its customers: a caller who asks for the code is a thief. Not Kavun."


def _signs(text: str, name: str, **spans: list[Span]) -> list[str]:
    tokens = TOKEN.findall(fold(text))
    return stands(tokens, spans, places_of(tokens, (name,)))


def test_what_stands_before_and_behind_the_name_is_told() -> None:
    signs = _signs(TEXT, "Kavun", warn=[Span(3, 4)], no=[Span(17, 18)])
    assert {"@<bank", "@>warns", "@<not", "warn>@", "@many", "@last"} <= set(signs)
    assert "warn<@" not in signs


def test_a_name_is_found_in_its_cases_and_not_within_other_words() -> None:
    tokens = TOKEN.findall(fold("У Калинці, біля Калинки. Калинопільщина далеко."))
    assert [tokens[at] for at in places_of(tokens, ("Калинка",))] == ["калинці", "калинки"]


def test_a_short_word_of_a_longer_name_is_no_name() -> None:
    tokens = TOKEN.findall(fold("del mercado al Hospital del Río"))
    assert [tokens[at] for at in places_of(tokens, ("Hospital del Río",))] == ["hospital"]


def test_where_the_name_is_missing_that_is_said() -> None:
    assert _signs("they never answer", "Kavun") == ["@0"]


@given(st.text(max_size=200), st.text(min_size=1, max_size=20))
def test_every_sign_is_marked_and_any_text_is_read(text: str, name: str) -> None:
    assert all("@" in sign for sign in _signs(text, name))
