"""Protects: the severity head reads any text, hears what no rule knows, quotes what weighed, yields to the trade."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.brand import Brand
from tocsin.domain.matter_words import TOKEN, cleaned, fold
from tocsin.domain.reading import GRAVE, Aim
from tocsin.domain.severity import explain, judge
from tocsin.domain.severity_head import HEARD, SCENARIOS, WINDOW, Head, head

UNRULED = "Four guests carried out on stretchers last night, the boiler flue in the Halden annexe was never connected"


def tokens_of(text: str) -> list[str]:
    return TOKEN.findall(fold(cleaned(text)))


@given(st.text(max_size=300), st.lists(st.text(max_size=8), max_size=5))
def test_any_text_is_heard(text: str, concepts: list[str]) -> None:
    heard = head().hear(tokens_of(text), concepts)
    assert len(heard.figures) == len(HEARD)
    assert heard.scenario in SCENARIOS


@given(st.text(max_size=300))
def test_evidence_is_a_stretch_of_the_text(text: str) -> None:
    tokens = tokens_of(text)
    if tokens:
        first, end = head().evidence(tokens)
        assert 0 <= first < end <= len(tokens)
        assert end - first <= WINDOW


def test_a_long_text_weighs_no_more_than_what_it_says() -> None:
    once, often = head().hear(tokens_of(UNRULED), []), head().hear(tokens_of(UNRULED) * 400, [])
    assert often.figures[0] == pytest.approx(once.figures[0], abs=1.0)


def test_what_no_rule_knows_is_heard_with_its_words() -> None:
    judged = judge(UNRULED, "en", negative=True, tone=-0.5)
    assert judged.severity >= GRAVE
    assert judged.evidence
    assert judged.evidence in UNRULED
    assert explain(UNRULED, "en", tone=-0.5)["weighed"]


def test_an_everyday_topic_of_the_trade_weighs_less_for_the_head_too() -> None:
    judged = judge(UNRULED, "en", tone=-0.5)
    trade = Brand(name="Halden", terms=("Halden",), ordinary_topics=judged.topics)
    assert judge(UNRULED, "en", trade, tone=-0.5).severity < GRAVE


def test_another_file_is_refused() -> None:
    with pytest.raises(ValueError, match="not a severity head"):
        Head(b"TOCSENT1" + bytes(100))


def test_a_post_is_brief_by_its_words_however_many_marks_it_has() -> None:
    """GIVEN a grave matter told in eleven words and ten marks, in which the head hears little WHEN judged THEN the
    rules stand as they do in eleven plain words."""
    cries = "¡Cuidado! ¡Vergüenza! Sopa de «Kavun»: ¡intoxicación! ¡Hospital! ¡No! ¡Nunca! ¡Jamás! ¡Asco!"
    assert judge(cries, "es", negative=True, tone=-0.5).severity >= GRAVE


def test_what_is_another_s_needs_a_brand_to_be_another_than() -> None:
    """GIVEN a post that the head takes for another's WHEN no brand is known THEN it is nobody's but the one meant."""
    said = "The dairy across the road poisoned forty toddlers, so glad we only ever bought from Halden"
    assert judge(said, "en", negative=True, tone=-0.5).aim is not Aim.OTHER


def test_a_network_that_is_dead_for_everybody_is_grave_and_one_kitchen_s_is_not() -> None:
    halden = Brand(name="Halden", terms=("Halden",))
    whole = judge("Halden network outage leaves the entire north without phones", "en", halden, tone=-0.5)
    assert (whole.severity >= GRAVE, whole.scenario) == (True, "service_outage")
    assert judge("Halden wifi is patchy in my kitchen, fine by the window", "en", halden, tone=-0.3).severity < GRAVE


@pytest.mark.parametrize("by_whom", ["Hackers stole", "Criminals broke in and stole"])
def test_stolen_data_is_grave_whoever_stole_it(by_whom: str) -> None:
    halden = Brand(name="Halden", terms=("Halden",))
    told = judge(f"{by_whom} the passports and accounts of two million Halden customers", "en", halden, tone=-0.5)
    assert (told.severity >= GRAVE, told.scenario) == (True, "data_leak")
