"""Why the index moved, in sentences a sleepy person understands."""

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
        ("en", "47 negative mentions in 60 minutes; about 3 is usual."),
        ("uk", "47 негативних згадок за 60 хвилин; зазвичай — близько 3."),
        ("es", "47 menciones negativas en 60 minutos; lo habitual es en torno a 3."),
    ],
)
def test_a_surge_is_set_beside_what_is_usual(language: Language, sentence: str) -> None:
    # GIVEN 47 where 2.6 are usual WHEN said THEN both numbers, whole
    assert said(language, ReasonName.SURGE, usual=2.6) == sentence


def test_what_is_usual_is_never_made_up() -> None:
    # GIVEN a surge with nothing, or next to nothing, known as usual WHEN said THEN no invented zero
    assert said("en", ReasonName.SURGE, count=1) == "1 negative mention in 60 minutes."
    assert (
        said("en", ReasonName.SURGE, usual=0.2) == "47 negative mentions in 60 minutes; usually there are next to none."
    )


@pytest.mark.parametrize(
    ("count", "start"), [(1, "1 згадка"), (3, "3 згадки"), (5, "5 згадок"), (11, "11 згадок"), (22, "22 згадки")]
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
        assert "%" not in sentence.replace("62%", "").replace("62 %", "")
        assert "None" not in sentence


def test_the_key_fact_is_the_weightiest_reason() -> None:
    # GIVEN reasons of different weight, or none WHEN one fact is asked for THEN the weightiest, the count, the index
    reader = Reader("en", "UTC")
    assert key_fact(reader, alert()) == "47 negative mentions in 60 minutes"
    reach = Reason(name=ReasonName.REACH, points=50, count=90_000, minutes=60)
    assert key_fact(reader, alert(reasons=(*alert().reasons, reach))) == "critics with 90,000 followers in all"
    assert key_fact(reader, alert(reasons=(), negative=3)) == "3 negative mentions in 60 minutes"
    assert key_fact(reader, alert(reasons=(), negative=0)) == "index 78 of 100"
