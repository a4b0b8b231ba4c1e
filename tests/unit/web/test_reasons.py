"""Why the index moved, in sentences a sleepy person understands."""

import re
from typing import Any

import pytest

from tests.unit.web.samples import LANGUAGES, alert
from tocsin.domain.client import Language
from tocsin.domain.reasons import Reason, ReasonName
from tocsin.web.i18n import Reader
from tocsin.web.reasons import key_fact, reason_sentence


def said(language: Language, name: ReasonName, count: int = 47, **facts: float) -> str:
    reason = Reason(name=name, points=10, count=count, minutes=60, **facts)
    return reason_sentence(Reader(language, "UTC"), reason).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "47 people wrote negatively in 60 minutes; about 3 is usual."),
        ("uk", "47 людей негативно висловилися за 60 хвилин; зазвичай — близько 3."),
        ("es", "47 personas han publicado críticas en 60 minutos; lo habitual es en torno a 3."),
    ],
)
def test_a_surge_is_set_beside_what_is_usual(language: Language, sentence: str) -> None:
    # GIVEN 47 where 2.6 are usual WHEN said THEN both numbers, whole
    assert said(language, ReasonName.SURGE, usual=2.6) == sentence


def test_what_is_usual_is_never_made_up() -> None:
    # GIVEN a surge with nothing, or next to nothing, known as usual WHEN said THEN no invented zero
    assert said("en", ReasonName.SURGE, count=1) == "1 person wrote negatively in 60 minutes."
    assert said("en", ReasonName.SURGE, usual=0.2) == (
        "47 people wrote negatively in 60 minutes; usually there are next to none."
    )


@pytest.mark.parametrize(
    ("count", "start"), [(1, "1 людина"), (3, "3 людини"), (5, "5 людей"), (11, "11 людей"), (22, "22 людини")]
)
def test_ukrainian_nouns_follow_the_number(count: int, start: str) -> None:
    # GIVEN counts of each plural form WHEN said THEN in the right one
    assert said("uk", ReasonName.GRAVE, count=count).startswith(start + " за 60 хвилин")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ReasonName)
def test_every_reason_is_one_sentence_in_every_language(language: Language, name: ReasonName) -> None:
    # GIVEN each reason with and without its share WHEN said THEN one whole sentence with its count and no gap
    for facts in ({}, {"share": 0.62, "usual": 1.0}):
        sentence = said(language, name, count=138_400, **facts)
        assert sentence.endswith(".")
        assert "138" in sentence
        assert "%" not in re.sub(r"(62|100) ?%", "", sentence)
        assert "None" not in sentence


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ReasonName)
def test_every_reason_is_a_fact_for_a_subject(language: Language, name: ReasonName) -> None:
    # GIVEN an alert whose one reason it is WHEN its fact is asked for THEN a short one, with a number of its own
    for facts in ({}, {"share": 0.62, "usual": 1.0}):
        reason = Reason(name=name, points=10, count=138, minutes=24 * 60, **facts)
        fact = key_fact(Reader(language, "UTC"), alert(reasons=(reason,)))
        assert re.search(r"\d", fact)
        assert len(fact) <= 80
        assert not fact.endswith(".")


@pytest.mark.parametrize(
    ("name", "facts", "sentence"),
    [
        (ReasonName.NEGATIVITY, {"share": 0.62, "usual": 0.2},
         "62% of the mentions in 60 minutes are negative (47 in all); usually it is 20%."),
        (ReasonName.SPREAD, {"count": 3, "usual": 12},
         "The same story is on 3 platforms in 60 minutes; 12 people tell it."),
        (ReasonName.NEWS, {"count": 1}, "1 news outlet wrote about it in 60 minutes."),
        (ReasonName.ACCELERATION, {"count": 40, "minutes": 12, "usual": 15},
         "The number of critics doubles within about 12 minutes (last 20 minutes: 40, the 20 before: 15)."),
        (ReasonName.VOICES, {"minutes": 24 * 60}, "47 independent critics in 24 hours."),
        (ReasonName.COORDINATION, {"count": 9, "share": 0.4},
         ("9 accounts younger than a month take part in 60 minutes (40% of all critics): "
         "it may be an organised campaign.")),
    ],
)  # fmt: skip
def test_each_reason_says_what_was_counted(name: ReasonName, facts: dict[str, Any], sentence: str) -> None:
    reason = Reason(**{"name": name, "points": 10, "count": 47, "minutes": 60, **facts})
    assert reason_sentence(Reader("en", "UTC"), reason) == sentence


def test_the_key_fact_is_the_weightiest_reason() -> None:
    # GIVEN reasons of different weight, or none WHEN one fact is asked for THEN the weightiest, the count, the index
    reader = Reader("en", "UTC")
    assert key_fact(reader, alert()) == "47 critics in 60 minutes"
    reach = Reason(name=ReasonName.REACH, points=50, count=90_000, minutes=60)
    assert key_fact(reader, alert(reasons=(*alert().reasons, reach))) == "a critic heard by about 90,000 people"
    assert key_fact(reader, alert(reasons=(), negative=3)) == "3 negative mentions in 60 minutes"
    assert key_fact(reader, alert(reasons=(), negative=0)) == "index 78 of 100"
