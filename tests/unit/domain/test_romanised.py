"""Protects: Ukrainian and Russian in Latin letters are recognised, with a low confidence, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.samples import mention
from tocsin.adapters.analyzers.reader import Reader
from tocsin.domain.reading import Sentiment
from tocsin.domain.romanised import TRUST, back, romanised
from tocsin.domain.sentiment import model


@pytest.mark.parametrize(
    ("text", "tag", "cyrillic"),
    [
        ("chomu nichoho ne pratsiuie", "uk", "чому нічого не працює"),
        ("duzhe diakuiu za dopomohu", "uk", "дуже дякую за допомогу"),
        ("pochemu nichego ne rabotaet", "ru", "почему ничего не работает"),
        ("eto prosto uzhas, bolshe nikogda", "ru", "это просто ужас, больше никогда"),
    ],
)
def test_it_is_turned_back(text: str, tag: str, cyrillic: str) -> None:
    found = romanised(text, model())
    assert found is not None
    assert (found.tag, found.cyrillic) == (tag, cyrillic)
    assert found.confidence <= TRUST


@pytest.mark.parametrize(
    "text",
    ["", "ok", "the bread was mouldy again and again", "el pan estaba duro otra vez", "palvelu oli todella huonoa"],
)
def test_other_languages_are_left_alone(text: str) -> None:
    assert romanised(text, model()) is None


def test_names_and_links_stay_as_they_are() -> None:
    found = romanised("@aurora chomu nichoho ne pratsiuie https://a.example/chomu", model())
    assert found is not None
    assert found.cyrillic == "@aurora чому нічого не працює https://a.example/chomu"


def test_its_sentiment_is_read_with_less_confidence() -> None:
    reading = Reader().read(mention(1, title=None, text="tse prosto zhakh, nikoly bilshe, hanba", language=None))
    assert (reading.language, reading.sentiment) == ("uk", Sentiment.NEGATIVE)
    assert reading.confidence <= TRUST


@given(st.text(alphabet="abcehikostuyz' ", max_size=80))
def test_any_letters_are_turned(text: str) -> None:
    assert romanised(text, model()) is None or all(back(word, "uk") for word in text.replace("'", "").split())
