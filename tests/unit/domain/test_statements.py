"""Protects: each template says what its kind must say, passes the linter in each language, and invents nothing."""

from datetime import UTC, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.fields import Language
from tocsin.domain.linter import Draft, Kind, check
from tocsin.domain.statements import KINDS, Facts, FactsMissingError, statement

KNOWN = datetime(2026, 3, 2, 7, 40, tzinfo=UTC)
KYIV = ZoneInfo("Europe/Kyiv")
FACTS = {
    "en": {
        "what": "people fell ill after eating the walnut cake", "whom": "families who bought it",
        "action": "the sale is stopped and the authority has been asked to examine the cake",
        "advice": "do not eat the cake and bring it back to any shop", "unknown": "the cause of the illness",
        "contact": "help@bakery.example, +44 20 7946 0000", "spread": "local news and two channels",
        "decision": "who speaks to the press", "right": "the cake is sold in Kyiv only",
    },
    "uk": {
        "what": "людям стало зле після горіхового торта", "whom": "родин, які його купили",
        "action": "продаж зупинено, перевірку запрошено", "advice": "не вживайте торт і поверніть його до крамниці",
        "unknown": "причина нездужання", "contact": "help@bakery.example, +380 44 123 45 67",
        "spread": "місцеві новини та два канали", "decision": "хто говорить із пресою",
        "right": "торт продається лише в Києві",
    },
    "es": {
        "what": "varias personas enfermaron tras comer la tarta de nuez", "whom": "las familias que la compraron",
        "action": "la venta está parada y se ha pedido una inspección", "advice": "no coma la tarta y devuélvala",
        "unknown": "la causa de la enfermedad", "contact": "help@bakery.example, +34 91 123 45 67",
        "spread": "prensa local y dos canales", "decision": "quién habla con la prensa",
        "right": "la tarta solo se vende en Kyiv",
    },
}  # fmt: skip


def facts(language: str, **more: object) -> Facts:
    given = {**FACTS[language], "known_at": KNOWN, "next_at": KNOWN + timedelta(hours=3), **more}
    return Facts.model_validate(given)


@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("hurt", [False, True])
def test_every_template_passes_the_linter(language: Language, kind: Kind, hurt: bool) -> None:
    text = statement(kind, facts(language, hurt=hurt), language, KYIV)
    checked = check(Draft(text=text, language=language, kind=kind))
    assert checked.findings == ()
    assert checked.missing == ()


@pytest.mark.parametrize("kind", KINDS)
def test_times_are_the_clients(kind: Kind) -> None:
    text = statement(kind, facts("en"), "en", KYIV)
    assert "02.03.2026" in text
    assert kind is Kind.CORRECTION or "09:40" in text


def test_what_nobody_filled_in_is_named() -> None:
    with pytest.raises(FactsMissingError, match="action, unknown"):
        statement(Kind.HOLDING, facts("en", action=None, unknown=None), "en", KYIV)


@given(st.text(alphabet=st.characters(codec="utf-8"), min_size=2, max_size=60))
def test_what_people_write_is_put_in_as_it_is(what: str) -> None:
    """A brace or a slot's name in somebody's words is no slot."""
    kept = what.strip()
    if len(kept) < 2:
        return
    text = statement(Kind.CLIENT, facts("en", what=kept), "en", KYIV)
    assert kept.rstrip(" .!?…") in text


def test_a_slot_in_somebodys_words_stays_words() -> None:
    assert "{contact}" in statement(Kind.CLIENT, facts("en", what="they wrote {contact} on the wall"), "en", KYIV)
