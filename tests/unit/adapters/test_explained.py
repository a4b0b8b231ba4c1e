"""Protects: the words named are those that moved the score, in the way that they moved it."""

from typing import Any

from tests.support.samples import mention
from tocsin.adapters.analyzers.explained import SHOWN, explain_sentiment
from tocsin.adapters.analyzers.reader import Reader
from tocsin.domain.brand import Brand, Competitor

READER = Reader()
AURORA = Brand(name="Aurora", terms=("Aurora",), competitors=(Competitor(name="Fornetti", terms=("Fornetti",)),))


def pushes(text: str, brand: Brand | None = None, **facts: Any) -> dict[str, float]:
    post = mention(1, title=None, text=text, language="en", **facts)
    return dict(explain_sentiment(READER, post, brand))


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
