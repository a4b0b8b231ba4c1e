"""Protects: the interim reader hears complaint, praise and grave matters in the languages of the first clients."""

from typing import Any

import pytest

from tests.support.samples import mention
from tocsin.adapters.analyzers.interim import InterimAnalyzer, language_of
from tocsin.domain.reading import Reading, Sentiment

READER = InterimAnalyzer()


def read(text: str, **facts: Any) -> Reading:
    return READER.read(mention(1, title=None, text=text, **facts))


@pytest.mark.parametrize(
    ("text", "language", "sentiment"),
    [
        ("Aurora is terrible, they ruined my birthday and refuse a refund", "en", Sentiment.NEGATIVE),
        ("I love the bread at Aurora, best bakery in town", "en", Sentiment.POSITIVE),
        ("Aurora opens at nine", "en", Sentiment.NEUTRAL),
        ("Аврора це жах, хамство і бруд", "uk", Sentiment.NEGATIVE),
        ("В Аврорі найкращий хліб, дякую", "uk", Sentiment.POSITIVE),
        ("Тістечка в Аврорі не смачні", "uk", Sentiment.NEGATIVE),
        ("Аврора это ужас, обман покупателей", "ru", Sentiment.NEGATIVE),
        ("Qué asco de pastel en la Aurora, no lo recomiendo", "es", Sentiment.NEGATIVE),
        ("El pan de la Aurora es delicioso, gracias", "es", Sentiment.POSITIVE),
        ("", "und", Sentiment.NEUTRAL),
        ("12345 !!!", "und", Sentiment.NEUTRAL),
    ],
)
def test_what_it_hears(text: str, language: str, sentiment: Sentiment) -> None:
    reading = read(text, language=None)
    assert (reading.language, reading.sentiment) == (language, sentiment)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Two children in hospital after the Aurora cake, it is awful", "harm"),
        ("Отруєння тортом з Аврори, двоє у лікарні", "harm"),
        ("Dos niños en urgencias por el pastel de la Aurora", "harm"),
        ("Aurora leaked my passport and the whole data breach is online", "leak"),
        ("Аврора злив базу клієнтів у телеграм", "leak"),
        ("The Aurora ad is racist and disgusting", "discrimination"),
    ],
)
def test_a_grave_matter_is_grave_in_every_language(text: str, topic: str) -> None:
    reading = read(text, language=None)
    assert reading.grave
    assert reading.negative
    assert topic in reading.topics
    assert reading.scenario


def test_praise_that_names_a_grave_matter_is_no_charge() -> None:
    reading = read("Thank you Aurora, wonderful people: free bread for everyone in hospital, love it")
    assert not reading.grave


def test_stars_decide_over_words() -> None:
    assert read("Норм", rating=1).sentiment is Sentiment.NEGATIVE
    assert read("Не погано!", rating=5).sentiment is Sentiment.POSITIVE


def test_an_unknown_language_gets_low_confidence_not_a_guess() -> None:
    assert read("Aurora kauhea paikka", language=None).confidence <= 0.1


@pytest.mark.parametrize(
    ("text", "declared", "expected"),
    [
        ("Сьогодні", None, "uk"),
        ("Объявили", None, "ru"),
        ("Аврора", "ru", "ru"),
        ("Аврора", "en", "uk"),
        ("Hola ¿qué tal?", "en", "es"),
        ("pan", "es-ES", "es"),
    ],
)
def test_letters_decide_before_what_a_source_declares(text: str, declared: str | None, expected: str) -> None:
    assert language_of(text, declared) == expected


def test_a_hostile_text_takes_no_time() -> None:
    read("а" * 16_000)
    read("не " * 5_000)
    read("a" * 16_000)
