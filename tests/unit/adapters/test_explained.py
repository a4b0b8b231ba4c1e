"""Protects: the words named are those that moved the score, in the way that they moved it."""

from typing import Any

import pytest

from tests.support.samples import mention
from tocsin.adapters.analyzers.explained import SHOWN, explain, without_each
from tocsin.adapters.analyzers.reader import Reader
from tocsin.domain.brand import Brand, Competitor

READER = Reader()
AURORA = Brand(name="Aurora", terms=("Aurora",), competitors=(Competitor(name="Fornetti", terms=("Fornetti",)),))


def pushes(text: str, brand: Brand | None = None, **facts: Any) -> dict[str, float]:
    post = mention(1, title=None, text=text, language="en", **facts)
    return dict(without_each(READER, post, READER.read(post, brand), brand).sentiment)


def test_the_word_that_makes_it_negative_leads() -> None:
    found = pushes("the meeting on Tuesday was horrible")
    assert next(iter(found)) == "horrible"
    assert found["horrible"] < 0


def test_praise_pushes_up_and_blame_down() -> None:
    found = pushes("I love the bread but the queue is terrible")
    assert found["love"] > 0 > found["terrible"]


def test_what_is_about_somebody_else_moves_nothing() -> None:
    found = pushes("Fornetti was horrible and rude. Aurora is great, thank you!", AURORA)
    assert "rude" not in found
    assert found["great"] > 0


def test_stars_and_an_empty_post_have_no_words() -> None:
    assert pushes("horrible", rating=5) == {}
    assert pushes("") == {}


def test_a_long_post_names_a_few() -> None:
    assert len(pushes("love hate horrible great awful lovely " * 200)) <= SHOWN


def behind(text: str, brand: Brand | None = AURORA, **facts: Any) -> dict[str, Any]:
    post = mention(1, title=None, text=text, **{"language": None, **facts})
    return explain(READER, post, READER.read(post, brand), brand)


def test_a_language_is_told_by_its_words_and_a_mixture_by_those_of_the_other() -> None:
    told = behind("Я получив заказ, але він був поламаний", language="uk")["language"]
    assert {"але", "він"} <= {word for word, _ in told["words"]}
    assert "заказ" in told["others"]
    assert told["source"] == "uk"


@pytest.mark.parametrize(
    "text", ["このサービスは最悪です", "😡", "", "1234", "kavun zhah, cherha dvi hodyny, nikhto ne vidpoviv"]
)
def test_any_language_is_explained_without_a_word_of_another(text: str) -> None:
    assert "others" not in behind(text, None).get("language", {})


def test_words_in_latin_letters_are_named_as_they_were_turned_back() -> None:
    words = behind("kavun zhah, cherha dvi hodyny, nikhto ne vidpoviv", None)["language"]["words"]
    assert "ніхто" in [word for word, _ in words]


def test_stars_say_by_themselves_how_somebody_feels() -> None:
    assert behind("the queue was long", rating=1)["sentiment"] == [["1 of 5 stars", -1.0]]


def test_each_topic_has_its_words() -> None:
    told = behind("Aurora leaked our passports, police investigate")
    assert told["topics"]["leak"] == "leaked our passports"
    assert told["topics"]["authority"].endswith("police investigate")
    assert told["severity"] == ["leaked our passports"]
    assert told["scenario"]


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("Aurora warns customers of SMS fraud in its name", "aim"),
        ("In the new series a chef of Aurora poisons the guests", "claim"),
        ("Did Aurora really poison children?", "claim"),
        ("Aurora's warehouse burnt down after the shelling, nobody was hurt", "aim"),
        ("Aurora charged my card twice and nobody answers", "complaint"),
    ],
)
def test_whoever_told_it_rules_or_head_a_figure_has_words(text: str, figure: str) -> None:
    told = behind(text)
    assert told[figure]
    assert all(word.casefold() in text.casefold() for word in told[figure])


def test_what_says_nothing_is_not_explained() -> None:
    told = behind("A lovely morning at Aurora, thank you")
    assert not {"topics", "severity", "scenario", "aim", "claim"} & set(told)
