"""Protects: the reader joins the model, the language, the stars and the house's lexicon into one reading."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.samples import mention
from tocsin.adapters.analyzers.reader import Reader
from tocsin.domain.brand import Brand, Competitor
from tocsin.domain.reading import Aim, Reading, Sentiment

READER = Reader()
AURORA = Brand(
    name="Aurora", terms=("Aurora", "Аврора"), competitors=(Competitor(name="Fornetti", terms=("Fornetti",)),)
)


def read(text: str, **facts: Any) -> Reading:
    return READER.read(mention(1, title=None, text=text, **facts))


@pytest.mark.parametrize(
    ("text", "language", "sentiment"),
    [
        ("Aurora is terrible, they ruined my birthday and refuse a refund", "en", Sentiment.NEGATIVE),
        ("I love the bread at Aurora, best bakery in town", "en", Sentiment.POSITIVE),
        ("Аврора це жах, хамство і бруд", "uk", Sentiment.NEGATIVE),
        ("В Аврорі найкращий хліб, дякую", "uk", Sentiment.POSITIVE),
        ("Усі відписуйтесь від Аврори, це шахраї", "uk", Sentiment.NEGATIVE),
        ("Аврора это ужас, обман покупателей", "ru", Sentiment.NEGATIVE),
        ("Qué asco de pastel en la Aurora, no lo recomiendo", "es", Sentiment.NEGATIVE),
        ("El pan de la Aurora es delicioso, gracias", "es", Sentiment.POSITIVE),
        ("Der Kuchen war furchtbar, nie wieder", "de", Sentiment.NEGATIVE),
        ("", "und", Sentiment.NEUTRAL),
        ("12345", "und", Sentiment.NEUTRAL),
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
        ("Аврора злив базу клієнтів у телеграм", "leak"),
    ],
)
def test_a_grave_matter_is_grave_and_against_the_brand(text: str, topic: str) -> None:
    reading = read(text, language=None)
    assert (reading.grave, reading.sentiment) == (True, Sentiment.NEGATIVE)
    assert topic in reading.topics


def test_praise_that_names_a_grave_matter_is_no_charge() -> None:
    assert not read("Thank you Aurora, wonderful people: free bread for everyone in hospital, love it").grave


def test_stars_decide_over_words() -> None:
    assert read("Норм", rating=1).sentiment is Sentiment.NEGATIVE
    assert read("Не погано!", rating=5).sentiment is Sentiment.POSITIVE


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Never trust Aurora again, they lie to every customer", "en"),
        ("Aurora are crooks and thieves, avoid", "en"),
        ("Don't believe Aurora, they are liars", "en"),
        ("Аврора — брехуни, ніколи їм не довіряйте", "uk"),
        ("Никогда не верьте Авроре, они врут каждому клиенту", "ru"),
        ("Los de Aurora son unos mentirosos", "es"),
        ("Traut Aurora nie wieder, die belügen jeden Kunden", "de"),
        ("Aurora are swindlers: a fake shop in their name cheated hundreds, and they pay nothing back", "en"),
        ("На сайті Аврори в мене вкрали гроші з картки. Аврора винна й мовчить", "uk"),
    ],
)
def test_who_calls_the_brand_a_liar_is_against_it(text: str, language: str) -> None:
    reading = READER.read(mention(1, title=None, text=text, language=language), AURORA)
    assert (reading.sentiment, reading.aim) == (Sentiment.NEGATIVE, Aim.BRAND)


def test_a_brand_that_warns_of_cheats_is_not_called_one() -> None:
    said = mention(1, title=None, text="Aurora warns of liars and thieves who call in its name", language="en")
    assert READER.read(said, AURORA).aim is Aim.WARNS


@given(st.sampled_from(["Fatal", "Never again", "lol", "robbed in the car park", "Хай щастить", "Nie wieder"]))
def test_few_stars_are_given_to_the_brand_whatever_the_words(text: str) -> None:
    for rating in (1, 2):
        reading = READER.read(mention(1, title=None, text=text, language=None, rating=rating), AURORA)
        assert (reading.sentiment, reading.aim) == (Sentiment.NEGATIVE, Aim.BRAND)


def test_few_stars_beside_a_named_rival_who_is_meant_are_not_the_brands() -> None:
    said = mention(1, title=None, text="Fornetti poisoned us, so glad we order from Aurora", language="en", rating=1)
    assert READER.read(said, AURORA).aim is Aim.OTHER


@pytest.mark.parametrize(
    "text",
    [
        "Everyone delete the Aurora app, crooks, awful people, share this and tell everyone",
        "Усі ставте Аврорі одиниці, жахливі шахраї, поширюйте всім",
    ],
)
def test_what_is_grave_stays_negative_though_others_do_it_to_the_brand(text: str) -> None:
    reading = READER.read(mention(1, title=None, text=text, language=None), AURORA)
    assert (reading.grave, reading.sentiment) == (True, Sentiment.NEGATIVE)


@pytest.mark.parametrize("text", ["Aurora kauhea paikka", "yemek çok kötüydü", "Nie polecam, jedzenie było okropne"])
def test_a_language_that_nobody_taught_gets_low_confidence(text: str) -> None:
    assert read(text, language=None).confidence <= 0.2


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    assert -1 <= read(text.encode("utf-8", "ignore").decode(), language=None).score <= 1


@given(
    st.sampled_from(["Never again, Aurora!", "Aurora is better than Fornetti", "Дякую, Авроро"]),
    st.booleans(),
    st.integers(0, 5),
)
def test_what_is_remembered_is_what_would_be_read_anew(text: str, aimed: bool, stars: int) -> None:
    brand = AURORA if aimed else None
    said = mention(1, title=None, text=text, language=None, rating=stars or None)
    assert READER.read(said, brand) == Reader(remembered=0).read(said, brand)


def test_brands_of_one_name_and_other_terms_are_told_apart() -> None:
    said = mention(1, title=None, text="Fornetti is better than Aurora", language="en")
    aimed, elsewhere = (
        READER.read(said, AURORA.model_copy(update={"terms": (term,)})) for term in ("Aurora", "Fornetti")
    )
    assert (aimed.sentiment, elsewhere.sentiment) == (Sentiment.NEGATIVE, Sentiment.POSITIVE)
