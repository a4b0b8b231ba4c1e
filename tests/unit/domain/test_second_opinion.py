"""Protects privacy (what may leave the stack) and the alarm (what an answer from outside may change)."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.support.samples import client, mention
from tocsin.domain.mention import Author, Medium
from tocsin.domain.reading import COMPLAINS, GRAVE, Reading, ScoredMention, Sentiment
from tocsin.domain.second_opinion import Opinion, better, may_be_shown, unnamed

BRAND = client(
    brands=[{"name": "Аврора", "terms": ["Аврора", "Aurora"], "official": ["@aurora_bakery"]}]
).brands[0]  # fmt: skip
UNIT = st.floats(0, 1)
READINGS = st.builds(
    Reading,
    sentiment=st.sampled_from(Sentiment),
    score=st.floats(-1, 1),
    confidence=UNIT,
    severity=UNIT,
    complaint=UNIT,
)


def said(text: str, **author: Any) -> str:
    return unnamed(mention(1, title=None, text=text, author=Author(**author)), BRAND)


@pytest.mark.parametrize(
    ("changes", "history", "shown"),
    [
        ({}, False, True),
        ({"medium": Medium.SOCIAL}, False, True),
        ({"medium": Medium.PRIVATE}, False, False),
        ({"rating": 1}, False, False),
        ({}, True, False),
    ],
)
def test_what_may_be_shown(changes: dict[str, Any], history: bool, shown: bool) -> None:
    scored = ScoredMention(mention=mention(1, **changes), reading=Reading(), history=history)
    assert may_be_shown(scored) is shown


@pytest.mark.parametrize(
    ("text", "author", "left"),
    [
        ("Olena Koval: Aurora is bad", {"name": "Olena Koval"}, "[author]: Aurora is bad"),
        ("RT @olena_k: жах", {"handle": "olena_k"}, "RT [author]: жах"),
        ("RT @OLENA_K: жах", {"handle": "@olena_k"}, "RT [author]: жах"),
        ("ask @petro and @aurora_bakery", {}, "ask [account] and @aurora_bakery"),
        ("@me@mastodon.example said", {}, "[account] said"),
        ("write to a.b-c+d@mail.example.co or +380 (44) 123-45-67!", {}, "write to [e-mail] or [number]!"),
        ("see https://x.example/u/petro?id=1 now", {}, "see [link] now"),
        ("Aurora sold 1500 loaves in 2026 for 12.50", {}, "Aurora sold 1500 loaves in 2026 for 12.50"),
        ("Аврора пече", {"name": "Аврора"}, "Аврора пече"),
        ("I am anna.", {"name": "Ann"}, "I am anna."),
        ("https://x.example/" + "a" * 3_960 + " b olena.koval@mail.example", {}, "[link] b"),
    ],
)
def test_names_and_addresses_stay_here(text: str, author: dict[str, str], left: str) -> None:
    assert said(text, **author) == left


@given(
    name=st.text(st.characters(categories=["L", "P", "Zs"]), min_size=3, max_size=40).map(lambda name: f"x{name}y"),
    around=st.text(" .,!?\n", max_size=20),
)
@example(name="(.*)+", around="")
@example(name="@Olena Koval", around=".")
def test_an_authors_name_never_leaves(name: str, around: str) -> None:
    assert name.lstrip("@") not in said(f"{around} {name} {around}", name=name)


@given(st.text(max_size=3_000))
@example("@" * 3_000)
@example("1 " * 1_500)
@example("a.a." * 700 + "@")
@example("http://" * 400)
def test_any_text_is_taken(text: str) -> None:
    assert isinstance(said(text, name="Olena"), str)


@given(READINGS, st.sampled_from(Sentiment), st.floats(0, 1), UNIT)
def test_an_opinion_changes_the_sentiment_alone_and_the_result_is_whole(
    reading: Reading, label: Sentiment, size: float, confidence: float
) -> None:
    score = {Sentiment.NEGATIVE: -size, Sentiment.POSITIVE: size, Sentiment.NEUTRAL: 0.0}[label]
    result = better(reading, Opinion(sentiment=label, score=score, confidence=confidence), "comprehend")
    assert Reading.model_validate(result.model_dump()) == result
    mine = {"sentiment", "score", "confidence", "said_by"}
    assert result.model_dump(exclude=mine) == reading.model_dump(exclude=mine)
    # AND nobody outside makes a grave matter quiet, or a complaint that is told as a plain fact
    complains = reading.negative and reading.complaint >= COMPLAINS and label is Sentiment.NEUTRAL
    if complains or (reading.severity >= GRAVE and label is not Sentiment.NEGATIVE):
        assert result == reading
    else:
        assert (result.sentiment, result.said_by) == (label, "comprehend")


@pytest.mark.parametrize(
    "wrong",
    [
        {"sentiment": "negative", "score": 0.9, "confidence": 1.0},
        {"sentiment": "positive", "score": -0.9, "confidence": 1.0},
        {"sentiment": "neutral", "score": 1.1, "confidence": 1.0},
        {"sentiment": "neutral", "score": float("nan"), "confidence": 1.0},
        {"sentiment": "neutral", "score": 0.0, "confidence": float("nan")},
        {"sentiment": "mixed", "score": 0.0, "confidence": 0.5},
    ],
)
def test_an_opinion_that_contradicts_itself_is_none(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        Opinion.model_validate(wrong)
