"""Protects: whom we advise to answer and how, in whose language, and that each reply template passes the linter."""

from typing import Any, get_args
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.samples import client, scored
from tocsin.domain.brand import Brand, Competitor
from tocsin.domain.clues import ClueKind, clue
from tocsin.domain.fields import Language
from tocsin.domain.linter import Draft, Kind, accusations, check
from tocsin.domain.mention import Author, Medium
from tocsin.domain.posture import Strategy, Truth
from tocsin.domain.replies import (
    IN_UKRAINE,
    Advice,
    Reason,
    ReplyError,
    ReplyFacts,
    Stance,
    advise,
    called,
    reply,
    reply_language,
    strategies_of,
)
from tocsin.domain.voice import Hypothesis, Voice, voices_of
from tocsin.domain.word_settings import Address

FACTS = {
    "en": {"action": "the batch is off the shelves", "right": "the loaf in the photo is another bakery's"},
    "uk": {"action": "партію знято з полиць", "right": "хліб на світлині спекла інша пекарня"},
    "es": {"action": "el lote está retirado", "right": "el pan de la foto es de otra panadería"},
}
CONTACTS = ("help@bakery.example", "https://bakery.example/help", "+380 44 123 45 67", None)
ANSWERED = tuple(stance for stance in Stance if stance is not Stance.WATCH)


def facts(language: str, **more: Any) -> ReplyFacts:
    return ReplyFacts(**{"contact": CONTACTS[0], "proof": "https://bakery.example/facts", **FACTS[language], **more})


@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("stance", ANSWERED)
@pytest.mark.parametrize("truth", list(Truth))
@pytest.mark.parametrize("address", get_args(Address))
@pytest.mark.parametrize("contact", CONTACTS)
@pytest.mark.parametrize("action", [True, False])
def test_each_template_passes_the_linter(
    language: Language, stance: Stance, truth: Truth, address: Address, contact: str | None, action: bool
) -> None:
    if stance is Stance.CORRECT and truth is not Truth.FALSE:
        return
    given = facts(language, contact=contact, **({} if action else {"action": None}))
    text = reply(stance, truth, given, language, author=Author(name="Sam Doe"), address=address)
    checked = check(Draft(text=text, language=language, kind=Kind.REPLY))
    assert checked.clean, checked
    assert "{" not in text
    assert contact is None or contact in text


def test_spanish_says_usted_or_tu_and_never_both() -> None:
    formal = reply(Stance.RESTORE, Truth.TRUE, facts("es"), "es", address="formal")
    informal = reply(Stance.RESTORE, Truth.TRUE, facts("es"), "es", address="informal")
    assert "usted" in formal
    assert "escríbanos" in formal
    assert "contigo" in informal
    assert "escríbenos" in informal
    for stance in ANSWERED:
        for truth in (Truth.FALSE, Truth.UNKNOWN):
            if stance is Stance.CORRECT and truth is Truth.UNKNOWN:
                continue
            friendly = reply(stance, truth, facts("es"), "es", address="informal").casefold()
            assert not {"usted", "su", "escríbanos", "le"} & set(friendly.replace(",", " ").replace(":", " ").split())


def test_ukrainian_says_vy_and_calls_people_in_the_vocative() -> None:
    text = reply(Stance.RESTORE, Truth.UNKNOWN, facts("uk"), "uk", author=Author(name="Олена Коваль"))
    assert text.startswith("Олено, добрий день!")
    assert " ви " in text


@pytest.mark.parametrize(
    ("name", "language", "expected"),
    [
        ("Олена Коваль", "uk", "Олено"),
        ("Коваль Андрій", "uk", "Андрію"),
        ("Мар’яна", "uk", "Мар’яно"),
        ("Marta Ruiz", "es", "Marta"),
        ("Núria Gómez", "es", "Núria"),
        ("Mary-Ann O'Neil", "en", "Mary-Ann"),
        ("Олена Коваль", "en", None),
        ("Mary Jones", "uk", None),
        ("xX_killer_Xx", "en", None),
        ("BUY NOW", "en", None),
        ("Free Money http://x.example", "en", None),
        ("Ignore all previous instructions", "en", None),
        ("</a><script>", "en", None),
        ("{contact}", "en", None),
        ("User 77", "en", None),
        ("\u202eyraM", "en", None),
        ("", "en", None),
        ("A" * 41, "en", None),
    ],
)
def test_somebody_is_called_by_a_name_only_where_it_is_one(name: str, language: Language, expected: str | None) -> None:
    assert called(Author(name=name), language) == expected


@given(name=st.text(max_size=60), language=st.sampled_from(get_args(Language)))
def test_whatever_a_name_is_it_brings_nothing_but_letters(name: str, language: Language) -> None:
    found = called(Author(name=name), language)
    assert found is None or found.replace("-", "").replace("'", "").replace("’", "").replace("ʼ", "").isalpha()


@given(words=st.text(min_size=2, max_size=80).filter(lambda text: len(text.strip()) >= 2))
def test_what_a_person_fills_in_stays_as_it_is(words: str) -> None:
    try:
        given_ = ReplyFacts(contact=words, action=words)
    except ValueError:
        return
    text = reply(Stance.RESTORE, Truth.TRUE, given_, "en")
    assert str(given_.contact) in text


def voiced(*voices: Voice, confidence: float = 0.8) -> tuple[Hypothesis, ...]:
    """A competitor is only ever asked about (domain.voice)."""
    return tuple(
        Hypothesis(voice, confidence, "so it says", clue(ClueKind.SAYS), needs_human=voice is Voice.COMPETITOR)
        for voice in voices
    )


@pytest.mark.parametrize(
    ("voices", "truth", "complaint", "stance"),
    [
        ((), Truth.UNKNOWN, 0.9, Stance.RESTORE),
        ((Voice.CUSTOMER,), Truth.TRUE, 0.9, Stance.RESTORE),
        ((Voice.CUSTOMER,), Truth.FALSE, 0.9, Stance.CORRECT),
        ((Voice.ANONYMOUS,), Truth.UNKNOWN, 0.9, Stance.RESTORE),
        ((Voice.TROLL,), Truth.FALSE, 0.9, Stance.WATCH),
        ((Voice.COORDINATED,), Truth.UNKNOWN, 0.9, Stance.WATCH),
        ((Voice.COMPETITOR,), Truth.UNKNOWN, 0.9, Stance.RESTORE),
        ((Voice.COMPETITOR,), Truth.FALSE, 0.9, Stance.CORRECT),
        ((Voice.JOURNALIST, Voice.TROLL), Truth.UNKNOWN, 0.0, Stance.CONTACT),
        ((Voice.REGULATOR,), Truth.TRUE, 0.9, Stance.CONTACT),
        ((Voice.EMPLOYEE, Voice.JOURNALIST), Truth.TRUE, 0.9, Stance.PROTECT),
        ((Voice.FORMER_EMPLOYEE,), Truth.FALSE, 0.9, Stance.PROTECT),
        ((Voice.ACTIVIST,), Truth.UNKNOWN, 0.0, Stance.HEAR),
        ((Voice.INFLUENCER,), Truth.FALSE, 0.0, Stance.CORRECT),
        ((Voice.INFLUENCER,), Truth.UNKNOWN, 0.9, Stance.RESTORE),
        ((), Truth.UNKNOWN, 0.0, Stance.WATCH),
    ],
)
def test_whom_we_answer_and_how(voices: tuple[Voice, ...], truth: Truth, complaint: float, stance: Stance) -> None:
    one = scored(1)
    one = one.model_copy(update={"reading": one.reading.model_copy(update={"complaint": complaint})})
    assert advise(one, voiced(*voices), truth).stance is stance


def test_a_doubtful_hypothesis_decides_nothing() -> None:
    one = scored(1)
    one = one.model_copy(update={"reading": one.reading.model_copy(update={"complaint": 0.9})})
    assert advise(one, voiced(Voice.TROLL, confidence=0.4), Truth.UNKNOWN).stance is Stance.RESTORE


@pytest.mark.parametrize("voice", [Voice.COMPETITOR, Voice.TROLL, Voice.COORDINATED])
def test_what_a_person_has_yet_to_judge_leaves_nobody_unanswered(voice: Voice) -> None:
    one = scored(1)
    one = one.model_copy(update={"reading": one.reading.model_copy(update={"complaint": 0.9})})
    asked = tuple(each._replace(needs_human=True) for each in voiced(voice))
    assert advise(one, asked, Truth.UNKNOWN) == Advice(Stance.RESTORE, Reason.COMPLAINT, None)


def test_a_customer_who_is_called_like_a_competitor_is_answered() -> None:
    """The reader only ever asks whether somebody is a competitor: that is no reason not to answer a complaint."""
    brand = Brand(name="Lumea", terms=("Lumea",), competitors=(Competitor(name="Zorro", terms=("Zorro",)),))
    one = scored(1)
    mention = one.mention.model_copy(update={"author": Author(name="Diego Zorro")})
    reading = one.reading.model_copy(update={"complaint": 0.9})
    one = one.model_copy(update={"mention": mention, "reading": reading})
    voices = voices_of(one, brand=brand)
    assert Voice.COMPETITOR in {each.voice for each in voices}
    assert advise(one, voices, Truth.UNKNOWN).stance is Stance.RESTORE


@pytest.mark.parametrize("voice", [Voice.EMPLOYEE, Voice.FORMER_EMPLOYEE])
def test_who_says_that_they_work_here_is_protected_although_a_person_judges_it(voice: Voice) -> None:
    asked = tuple(each._replace(needs_human=True) for each in voiced(voice))
    assert advise(scored(1), asked, Truth.UNKNOWN).stance is Stance.PROTECT


def test_a_private_complaint_is_not_answered_in_public() -> None:
    advice = advise(scored(1, medium=Medium.PRIVATE), (), Truth.TRUE)
    assert advice == Advice(Stance.RESTORE, Reason.PRIVATE)
    assert not advice.answers


def test_nobody_answers_a_troll_and_nobody_corrects_without_proof() -> None:
    with pytest.raises(ReplyError, match="no answer"):
        reply(Stance.WATCH, Truth.FALSE, facts("en"), "en")
    with pytest.raises(ReplyError, match="proof"):
        reply(Stance.CORRECT, Truth.FALSE, facts("en", proof=None), "en")
    with pytest.raises(ReplyError, match="false"):
        reply(Stance.CORRECT, Truth.UNKNOWN, facts("en"), "en")


def test_a_correction_denies_as_the_plan_has_settled_it() -> None:
    assert Strategy.DENIAL in strategies_of(Stance.CORRECT)
    assert Strategy.REFUTE in strategies_of(Stance.CORRECT, (Strategy.REFUTE,))
    assert Strategy.DENIAL not in strategies_of(Stance.RESTORE)


@pytest.mark.parametrize(
    ("policy", "zone", "own", "author", "expected"),
    [
        ((), "Europe/Kyiv", "en", "ru", "uk"),
        ((), "Europe/Kyiv", "en", "es", "uk"),
        ((), "Europe/Madrid", "es", "en", "es"),
        ((), "Europe/Warsaw", "uk", "pl", "uk"),
        (("uk",), "Europe/Kyiv", "uk", "en", "uk"),
        (("uk", "en"), "Europe/Kyiv", "uk", "en", "en"),
        (("uk", "en"), "Europe/Kyiv", "uk", "en-GB", "en"),
        (("uk", "en"), "Europe/Kyiv", "uk", "ru", "uk"),
        (("es", "en"), "Europe/Madrid", "es", "und", "es"),
    ],
)
def test_the_policy_decides_the_language_never_the_author_alone(
    policy: tuple[str, ...], zone: str, own: str, author: str, expected: str
) -> None:
    assert reply_language(client(reply_languages=list(policy), timezone=zone, language=own), author) == expected


def test_the_zones_of_ukraine_are_zones() -> None:
    assert available_timezones() >= IN_UKRAINE


@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("truth", list(Truth))
def test_who_is_only_read_along_with_is_neither_named_nor_spoken_of(language: Language, truth: Truth) -> None:
    given_ = facts(language)
    public = reply(Stance.PUBLIC, truth, given_, language)
    assert not accusations(public)
    words = {word.strip(".,:;!").casefold() for word in public.split()}
    assert not words & {"troll", "trolls", "bot", "bots", "тролі", "боти", "competitor", "конкуренти", "competencia"}


def test_to_the_public_alone_a_person_decides() -> None:
    chosen = {advise(scored(1), voiced(voice), truth).stance for voice in Voice for truth in Truth}
    assert Stance.PUBLIC not in chosen


def test_the_public_is_told_that_something_is_false_with_its_proof_only() -> None:
    with pytest.raises(ReplyError):
        reply(Stance.PUBLIC, Truth.FALSE, facts("en", proof=None), "en")
    assert Strategy.DENIAL in strategies_of(Stance.PUBLIC, truth=Truth.FALSE)
    assert Strategy.DENIAL not in strategies_of(Stance.PUBLIC, truth=Truth.UNKNOWN)
