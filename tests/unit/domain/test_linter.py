"""Protects: what makes a crisis worse is found in each language, a good statement passes, and no text can choke it."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.fields import Language
from tocsin.domain.linter import LONGEST, WORDS, Draft, Element, Fault, Kind, _pattern, check

WORSE = {
    Fault.SPECULATION: (
        "It was probably a faulty sensor.",
        "Мабуть, причина в датчику.",
        "Probablemente fue un sensor defectuoso.",
    ),
    Fault.BLAME: (
        "The customer should have read the label.",
        "Клієнт сам мав прочитати етикетку.",
        "La culpa es del proveedor: error del proveedor.",
    ),
    Fault.ACCUSATION: (
        "The post was written by a competitor.",
        "Цей допис замовили конкуренти.",
        "Detrás de esto está la competencia.",
    ),
    Fault.HALF_APOLOGY: (
        "We apologise if anyone was offended.",
        "Вибачте, якщо ми когось образили.",
        "Pedimos disculpas si alguien se ha sentido ofendido.",
    ),
    Fault.DEFENSIVE: (
        "The quote was taken out of context.",
        "Ці слова вирвано з контексту.",
        "La frase está sacada de contexto.",
    ),
    Fault.SARCASM: ("Nice try, dear experts.", "Гарна спроба, шановні.", "Buen intento, queridos."),
    Fault.AGGRESSION: (
        "Only haters and liars write so.",
        "Так пишуть лише хейтери.",
        "Solo los mentirosos escriben eso.",
    ),
    Fault.LEGAL_THREAT: (
        "Our lawyers will look at this review.",
        "Наші юристи вже готують позов.",
        "Emprenderemos acciones legales.",
    ),
    Fault.LIABILITY: ("This is our fault.", "Це наша провина.", "Es culpa nuestra."),
    Fault.MINIMISING: ("This is an isolated case.", "Це поодинокий випадок.", "Es un caso aislado."),
    Fault.DELETION: (
        "Please delete your review.",
        "Будь ласка, видаліть свій відгук.",
        "Por favor, elimine su reseña.",
    ),
    Fault.HUMOUR: ("Well, that went well 😂", "Ну буває 😂", "Vaya día 😂"),
    Fault.NO_COMMENT: ("No comment.", "Без коментарів.", "Sin comentarios."),
    Fault.ABSOLUTE: (
        "It will never happen again.",
        "Це ніколи більше не повториться.",
        "Esto no volverá a pasar.",
    ),
    Fault.STRIKE: (
        "A drone hit our warehouse in Mill Street.",
        "Уламки дрона пошкодили дах нашого складу.",
        "Un misil ha alcanzado la nave de la calle Mayor.",
    ),
    Fault.PROMISE: ("We will refund everybody.", "Повернемо гроші всім.", "Devolveremos el dinero a todos."),
    Fault.UNVERIFIED: ("There are 14 people in hospital.", "У лікарні 14 людей.", "Hay 14 personas en el hospital."),
    Fault.SHOUTING: ("THIS IS SIMPLY FALSE.", "ЦЕ ВСЕ СУЦІЛЬНА НЕПРАВДА.", "ESTO ES TODO FALSO."),
}
GOOD = {
    "en": "This morning we learned that people fell ill after eating our cake. We are sorry."
    " We take this seriously."
    " We have stopped the sale and asked the authority to examine it. Please do not eat the cake; bring it back to any"
    " shop. We do not yet know the cause. Questions: help@bakery.example, +44 20 7946 0000."
    " The next update comes by 18:00.",
    "uk": "Сьогодні вранці ми дізналися, що людям стало зле після нашого торта. Нам дуже шкода, і ми серйозно ставимося"
    " до кожного звернення. Ми зупинили продаж і запросили перевірку. Будь ласка, не вживайте торт, його приймуть у"
    " кожній крамниці. Причини ми ще не знаємо. Запитання: help@bakery.example, +380 44 123 45 67."
    " Наступне повідомлення — до 18:00.",
    "es": "Esta mañana hemos sabido que varias personas enfermaron tras comer nuestra tarta."
    " Lo sentimos y nos lo tomamos"
    " muy en serio. Hemos retirado la tarta y hemos pedido una inspección. Por favor, no coma la tarta; la aceptan en"
    " cualquier tienda. Todavía no sabemos la causa. Preguntas: help@bakery.example, +34 91 123 45 67. La próxima"
    " actualización, antes de las 18:00.",
}
LANGUAGES = ("en", "uk", "es")


def draft(text: str, language: str, **facts: object) -> Draft:
    return Draft.model_validate({"text": text, "language": language, "kind": Kind.REPLY, **facts})


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize(("place", "language"), list(enumerate(LANGUAGES)))
def test_what_makes_it_worse_is_found_with_its_words(fault: Fault, place: int, language: str) -> None:
    text = WORSE[fault][place]
    found = {one.fault: one for one in check(draft(text, language)).findings}
    assert fault in found
    assert found[fault].quote in text
    assert text[found[fault].start : found[fault].end].strip() == found[fault].quote


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_good_holding_statement_passes(language: str) -> None:
    checked = check(draft(GOOD[language], language, kind=Kind.HOLDING))
    assert checked.missing == ()
    assert checked.findings == ()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("element", list(Element))
def test_what_a_holding_statement_leaves_out_is_named(language: str, element: Element) -> None:
    sentences = GOOD[language].replace("; ", ". ").split(". ")
    without = ". ".join(one for one in sentences if not _pattern(language, f"has_{element.value}").search(one))
    assert element in check(draft(without, language, kind=Kind.HOLDING)).missing


def test_a_confirmed_number_may_be_said_and_an_owned_promise_given() -> None:
    text = "14 people are in hospital. We will refund everybody."
    assert check(draft(text, "en", verified=("hospital: 14 people at 10:00",), promised=1)).findings == ()


def test_a_signed_admission_is_let_through_and_an_unsigned_is_not() -> None:
    assert check(draft("This is our fault.", "en", signed=True)).findings == ()
    assert check(draft("This is our fault.", "en")).findings != ()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The mobile shop has a trolley and a liaison desk.", "en"),
        ("Call +44 20 7946 0000 before 18:00 on 23.11.2026.", "en"),
        ("Тролейбус зупиняється біля крамниці.", "uk"),
        ("La tienda histórica abre a las 10:00.", "es"),
        ("During the air raid the shops are closed; staff and guests are in shelters.", "en"),
        ("Під час повітряної тривоги крамниці зачинено, люди в укриттях.", "uk"),
    ],
)
def test_harmless_words_that_look_alike_are_left_alone(text: str, language: str) -> None:
    assert check(draft(text, language)).findings == ()


@given(st.text(max_size=400), st.sampled_from(LANGUAGES), st.sampled_from(Kind))
def test_it_is_total_and_quotes_only_what_stands_there(text: str, language: str, kind: Kind) -> None:
    whole = unicodedata.normalize("NFC", text)
    for one in check(draft(text, language, kind=kind)).findings:
        assert 0 <= one.start < one.end <= len(whole)
        assert one.quote in whole


@given(st.sampled_from(LANGUAGES))
def test_a_very_long_text_is_read_up_to_its_bound(language: str) -> None:
    assert check(draft("a " * LONGEST, language)).findings == ()


@pytest.mark.parametrize(
    ("language", "text", "fault"),
    [
        ("es", "Perdón si alguien se ofendió.", Fault.HALF_APOLOGY),
        ("es", "Lo sentimos si hemos molestado a alguien.", Fault.HALF_APOLOGY),
        ("es", "Lamentamos que se haya sentido así.", Fault.HALF_APOLOGY),
        ("es", "Sentimos que algunas personas se lo hayan tomado a mal.", Fault.HALF_APOLOGY),
        ("es", "Prometemos que no volverá a ocurrir.", Fault.PROMISE),
        ("es", "Vamos a cambiar todos los hornos.", Fault.PROMISE),
        ("en", "It was human error by the driver.", Fault.BLAME),
        ("en", "You will regret posting this.", Fault.LEGAL_THREAT),
    ],
)
def test_a_word_that_is_followed_by_another_is_found(language: Language, text: str, fault: Fault) -> None:
    """A pattern must end where a word ends: one that ended with a space never matched."""
    assert fault in {one.fault for one in check(Draft(text=text, language=language, kind=Kind.REPLY)).findings}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_pattern_ends_between_two_words(language: Language) -> None:
    lists = json.loads((WORDS / f"{language}.json").read_text(encoding="utf-8"))
    assert [(name, part) for name, parts in lists.items() for part in parts if part.endswith(" ")] == []
