"""Protects: the card's proposals are what people wrote, with the place where it stands; nobody is named or guessed.

The posts are our own writing, about brands that no bench knows."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.domain.story_mentions import NOW, said
from tocsin.domain.brand import Brand
from tocsin.domain.case.proposals import MOST, Part, Proposal, proposed, quotable
from tocsin.domain.mention import Author, Medium
from tocsin.domain.reading import ScoredMention

BRAND = Brand(name="Tarpan", terms=("Tarpan", "Тарпан"))
ZONE = ZoneInfo("Europe/Kyiv")


def found(*heard: ScoredMention) -> dict[Part, list[str]]:
    told: dict[Part, list[str]] = {}
    for one in proposed(heard, BRAND, ZONE):
        told.setdefault(one.part, []).append(one.words)
    return told


def first(text: str, language: str) -> dict[Part, str]:
    return {part: words[0] for part, words in found(said(text, language=language)).items()}


P, L, D, W, C = Part.DEMANDED, Part.PLACE, Part.DATE, Part.PRODUCT, Part.CONDUCT


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "en",
            "Yesterday I bought a Tarpan baby monitor in Leeds and it caught fire next to the cot. I demand a refund.",
            {W: "baby monitor", L: "Leeds", D: "2026-03-02", P: "I demand a refund."},
        ),
        ("en", "The courier from Tarpan spat at my mother on Monday. Fire him.", {C: "courier", D: "2026-03-02"}),
        ("en", "Just found a dead mouse in the frozen spinach!!! @tarpan explain this", {W: "frozen spinach"}),
        ("en", "So the CEO of Tarpan laughs at widows. He must resign.", {C: "ceo", P: "He must resign."}),
        (
            "uk",
            "Учора купила в Тарпані дитячу суміш, а в ній черв'яки. Вимагаю повернути гроші!",
            {W: "дитячу суміш", D: "2026-03-02", P: "Вимагаю повернути гроші!"},
        ),
        (
            "uk",
            "Охоронець Тарпана у Вінниці вигнав жінку з дитиною. Де вибачення?",
            {C: "охоронець", L: "Вінниця", P: "Де вибачення?"},
        ),
        ("uk", "Праска від Тарпана загорілася в руках, ледь квартиру не спалили", {W: "Праска"}),
        (
            "es",
            "Compré un calentador de Tarpan en Zaragoza el viernes y explotó. Exijo que me devuelvan el dinero.",
            {W: "calentador", L: "Zaragoza", D: "2026-02-27", P: "Exijo que me devuelvan el dinero."},
        ),
        (
            "es",
            "El repartidor de Tarpan tiró mi paquete. Quiero una disculpa.",
            {C: "repartidor", P: "Quiero una disculpa."},
        ),
        ("es", "Mi hija se intoxicó con las albóndigas de Tarpan.", {W: "albóndigas"}),
    ],
)
def test_what_a_post_tells_is_proposed(language: str, text: str, expected: dict[Part, str]) -> None:
    told = first(text, language)

    assert {part: told.get(part) for part in expected} == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "I hate Tarpan so much"),
        ("en", "Tarpan leaked my passport scan and now someone took a loan in my name"),
        ("en", "I am a courier and I like Tarpan"),
        ("en", "I don't want a refund from Tarpan"),
        ("uk", "Ніколи більше не піду в цей Тарпан, ганьба"),
        ("uk", "Мій чоловік працює водієм у Тарпані"),
        ("uk", "Не вимагаю вибачень, Тарпан"),
        ("es", "Vaya vergüenza de empresa, Tarpan"),
    ],
)
def test_a_post_that_tells_nothing_proposes_nothing(language: str, text: str) -> None:
    assert first(text, language) == {}


def test_no_person_is_ever_proposed_by_name() -> None:
    told = found(said("The manager Olena Kravchuk of Tarpan hit a child. Fire Olena Kravchuk!"))

    assert told[Part.CONDUCT] == ["manager"]


def test_what_is_said_in_most_wordings_comes_first_and_copies_weigh_as_one() -> None:
    # GIVEN two who tell of the kettle in their own words, and twenty copies of one text about the toaster
    own = [
        said("My Tarpan kettle exploded this morning on the table", 1),
        said("another kettle by Tarpan melted while we slept, unbelievable", 2),
    ]
    copies = [said("I bought the Tarpan toaster and it burnt, share this now everybody", 10 + n) for n in range(20)]

    told = [one for one in proposed([*copies, *own], BRAND, ZONE) if one.part is Part.PRODUCT]

    assert [(one.words, one.voices) for one in told] == [("kettle", 2), ("toaster", 20)]


def test_a_proposal_says_where_it_stands() -> None:
    one: Proposal = next(
        each
        for each in proposed(
            [said("Bad. The Tarpan oven exploded. So sad.", 7, url="https://a.example/7")], BRAND, ZONE
        )
        if each.part is Part.PRODUCT
    )

    assert one.quotation.words == "The Tarpan oven exploded."
    assert (one.quotation.mention_id, one.quotation.url) == ("social:7", "https://a.example/7")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("it happened on 27 February", "2026-02-27"),
        ("сталося 1 березня", "2026-03-01"),
        ("fue el 28 de diciembre", "2025-12-28"),
        ("on 02.03.2026 at Tarpan", "2026-03-02"),
        ("2026-02-30 is no day", None),
        ("refund me by 14 March", None),
        ("12 May 2025 was the day", "2025-05-12"),
        ("three days later, 3 days ago", "2026-02-28"),
        ("позавчора", "2026-03-01"),
        ("the day before yesterday", "2026-03-01"),
        ("у понеділок", "2026-03-02"),
        ("last Tuesday", "2026-02-24"),
    ],
)
def test_a_day_is_told_by_the_clients_clock_and_never_one_to_come(text: str, day: str | None) -> None:
    assert found(said(text)).get(Part.DATE, [None])[0] == day


def test_late_in_the_evening_today_is_the_readers_day() -> None:
    late = said("today Tarpan poisoned us", minutes=(22 - NOW.hour) * 60 + 30)

    assert found(late)[Part.DATE] == ["2026-03-04"]


def test_private_words_are_neither_proposed_nor_quoted() -> None:
    private = said("I bought a Tarpan kettle and it exploded. I demand a refund.", medium=Medium.PRIVATE)

    assert proposed([private], BRAND, ZONE) == ()
    assert quotable([private]) == ()


def test_the_gravest_words_are_quotable_once_each() -> None:
    grave = said("The Tarpan lift fell with people inside it yesterday evening", 1, severity=0.9)
    copy = said("RT The Tarpan lift fell with people inside it yesterday evening!!", 2, severity=0.9)
    mild = said("Tarpan, your queue is long as ever and nobody cares", 3)

    words = [one.words for one in quotable([mild, copy, grave])]

    assert len(words) == 2
    assert "lift fell" in words[0]


HOSTILE = st.text(max_size=400) | st.lists(
    st.sampled_from(
        ["Tarpan", "bought", "a", "kettle", "in", "Kyiv", "купила", "в", "de", "la", "12.05", "■", "«", "\n"]
    ),
    max_size=60,
).map(" ".join)


@given(st.lists(HOSTILE, max_size=4))
def test_any_text_gives_bounded_proposals(texts: list[str]) -> None:
    heard: list[Any] = [said(text, number, author=Author(handle="x")) for number, text in enumerate(texts)]

    told = proposed(heard, BRAND, ZONE)

    assert all(0 < len(one.words) <= 300 and 0 < len(one.quotation.words) <= 300 for one in told)
    assert all(one.voices == 1 for one in told)
    assert all([one.part for one in told].count(part) <= MOST for part in Part)
