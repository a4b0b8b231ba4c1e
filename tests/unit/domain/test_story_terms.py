import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.story_links import link_key
from tocsin.domain.story_terms import (
    APART,
    CONCEPT,
    LINKS,
    TERMS,
    WORDS,
    concepts,
    keys_of,
    stem,
    told,
    without_footer,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("I want a refund", "quiero un reembolso"),
        ("поверніть кошти, ви їх вкрали", "you thieves"),
        ("mouldy bread", "хліб з пліснявою"),
        ("meine Daten sind geleakt, ein Datenleck", "витік даних"),
        ("курьер не пришел", "кур'єр не прийшов"),
    ],
)
def test_two_languages_complain_of_one_matter(one: str, other: str) -> None:
    assert set(concepts(one)) & set(concepts(other))


def test_matters_come_rarest_first() -> None:
    assert concepts("my child found a worm, call the police: allergy!")[0] == "allergy"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://www.news.example/a/b?utm_source=tg#top", "http://news.example/a/b/"),
        ("https://m.news.example/a?id=7&fbclid=x", "https://news.example/a?id=7"),
        ("https://twitter.com/ann/status/7?s=20", "https://x.com/ann/status/7"),
        ("https://t.me/s/city_news/77", "https://telegram.me/city_news/77?single"),
        ("www.news.example/a/b).", "https://news.example/a/b"),
    ],
)
def test_an_address_is_one_however_it_is_shared(one: str, other: str) -> None:
    assert told(one).links == told(other).links != ()
    assert link_key(one) == link_key(other)


@pytest.mark.parametrize(
    "url", ["https://lumea.example", "https://lumea.example/", "https://", "not an address", "http://["]
)
def test_a_front_page_and_no_address_have_no_key(url: str) -> None:
    assert link_key(url) is None


def test_names_are_known_across_alphabets() -> None:
    ukrainian, english = told("черга під магазином у Харкові"), told("crowds outside the shop in Kharkiv")

    assert {key for key in ukrainian.terms if key & CONCEPT == APART} & set(english.terms)


def test_the_brands_own_name_tells_nothing() -> None:
    known = keys_of(("Lumea", "Нова Пошта"))

    terms = told("Lumea і Нова Пошта #НоваПошта #lumea", known=known).terms

    assert not {key for key in terms if key in known}
    assert len(terms) <= 1


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("Fire at the plant\n\nSubscribe to our channel", "Fire at the plant\n"),
        ("Пожежа на складі\nПідписатись | Надіслати новину\n\n", "Пожежа на складі"),
        ("Subscribe to our channel", "Subscribe to our channel"),
        ("Fire\nat the plant", "Fire\nat the plant"),
    ],
)
def test_a_channels_footer_goes_and_a_text_stays(text: str, body: str) -> None:
    assert without_footer(text).rstrip("\n") == body.rstrip("\n")


@given(st.text())
def test_any_text_gives_bounded_terms(text: str) -> None:
    found = told(text)

    assert len(found.terms) <= TERMS
    assert len(found.links) <= LINKS
    assert all(0 <= key < 2**24 and term.weight > 0 for key, term in found.terms.items())


@given(st.text())
def test_composed_and_decomposed_letters_give_the_same(text: str) -> None:
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))

    assert told(composed).terms == told(decomposed).terms


@pytest.mark.parametrize("piece", ["_", "#", "a.", "1.", "http", "www.", "«", "@", "я ", "#Aa", "\n", "a" * 500 + " "])
def test_a_hundred_thousand_characters_of_anything_are_taken(piece: str) -> None:
    assert len(told((piece * 100_000)[:100_000]).terms) <= WORDS


@pytest.mark.parametrize(
    ("one", "other"), [("списали", "списання"), ("charged", "charges"), ("reembolsar", "reembolso")]
)
def test_inflected_words_have_one_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)
