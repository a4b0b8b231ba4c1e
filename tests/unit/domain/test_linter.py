"""Protects: what makes a crisis worse is found in each language, a good statement passes, and no text can choke it."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.fields import Language
from tocsin.domain.lint_lists import WORDS, pattern
from tocsin.domain.linter import LONGEST, Draft, Element, Fault, Kind, check, said_in

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
    without = ". ".join(one for one in sentences if not pattern(language, f"has_{element.value}").search(one))
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


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("uk", "Перепрошуємо всіх, хто захворів."),
        ("uk", "Просимо пробачення у всіх, хто постраждав."),
        ("uk", "Просимо вибачення в усіх, кого торкнувся цей збій."),
        ("uk", "Вибачте нам усі, кому довелося це пережити."),
        ("uk", "Нам прикро, що ви побачили волосину в тарілці."),
        ("uk", "Нам прикро, що деякі гості захворіли після вечері."),
        ("en", "We apologise to everyone who fell ill."),
        ("en", "We apologise to everyone who felt unwell after the meal."),
        ("en", "We are sorry that people were hurt."),
        ("en", "We are sorry that you found glass in your salad."),
        ("en", "We apologise to those passengers who waited all night."),
        ("en", "We are sorry and do not yet know the cause."),
        ("es", "Pedimos perdón a todos los que hayan enfermado."),
        ("es", "Pedimos disculpas a quienes se sintieron mal después de comer."),
        ("es", "Lamentamos que algunos clientes enfermaran."),
        ("es", "Lamentamos que usted encontrara un cristal en la sopa."),
    ],
)
def test_a_whole_apology_is_not_called_half(text: str, language: str) -> None:
    assert check(draft(text, language)).findings == ()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("uk", "Перепрошуємо всіх, кого це могло образити."),
        ("uk", "Просимо вибачення у тих, хто почувається ображеним."),
        ("uk", "Нам прикро, що дехто це не так зрозумів."),
        ("en", "We apologise to everyone who felt offended."),
        ("en", "We are sorry that people were offended."),
        ("en", "We are sorry that you found our joke offensive."),
        ("en", "We are sorry that some guests took it badly."),
        ("es", "Pedimos perdón a quienes se hayan sentido ofendidos."),
        ("es", "Lamentamos que algunos lo entendieran mal."),
        ("es", "Sentimos que alguien se haya molestado."),
    ],
)
def test_and_half_of_one_still_is(text: str, language: str) -> None:
    assert Fault.HALF_APOLOGY in {one.fault for one in check(draft(text, language)).findings}


def test_an_address_is_where_to_turn() -> None:
    for language in LANGUAGES:
        assert Element.CONTACT not in check(draft("press@aurora.example", language, kind=Kind.NOTICE)).missing


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Anybody who knows more, please write to us.", "en"),
        ("You were told the wrong date, and that is on our desk now.", "en"),
        ("We did not listen to you in March.", "en"),
        ("You need not call: the refund comes by itself.", "en"),
        ("Everyone stays inside until the all-clear.", "en"),
        ("The wall between us and the clinic is closed off.", "en"),
        ("That is all we know so far.", "en"),
        ("If the rash does not go away by itself, please see a doctor.", "en"),
        ("Even a child could be hurt, so the slide is closed.", "en"),
        ("We have reported the fake account, please do not answer it.", "en"),
        ("Your data is no longer visible to others.", "en"),
        ("If we do not respond within a day, please ring the desk.", "en"),
        ("Please tell us what is the problem with the lock.", "en"),
        ("Oscar from our service desk has your case.", "en"),
        ("Because of the strike the school kitchen stays closed on Monday.", "en"),
        ("Complaints to the bank are answered within fifteen days, as the law says.", "en"),
        ("Чого ще не знаємо: чому спрацювала тривога.", "uk"),
        ("З’ясовуємо, у чому проблема.", "uk"),
        ("Якщо зміните пароль, дані в безпеці.", "uk"),
        ("Дякуємо, що не мовчите; ми теж не мовчимо.", "uk"),
        ("Це не дрібниця.", "uk"),
        ("Вам казали чекати, і так не годиться.", "uk"),
        ("Ми вас не послухали.", "uk"),
        ("Після атаки аптеки відчинені з десятої.", "uk"),
        ("Місто атакували, наші люди цілі.", "uk"),
        ("Кібератака зупинила касу на складі.", "uk"),
        ("Ніхто не питає у вас пароля.", "uk"),
        ("Нічого не замовчуємо: звіт за посиланням.", "uk"),
        ("Розуміємо, чому ви вважаєте це несправедливим.", "uk"),
        ("Diríjase al mostrador cuatro, allí le atienden.", "es"),
        ("Puede reclamar su reembolso en esta página.", "es"),
        ("Se les avisó a las familias a las nueve.", "es"),
        ("Le debemos explicaciones y aquí están.", "es"),
        ("Si el teléfono no atiende, escríbanos.", "es"),
        ("Entendemos que le parezca injusto.", "es"),
        ("Es todo lo que sabemos por ahora.", "es"),
        ("Comprobamos dónde está el problema.", "es"),
        ("Váyase a casa si se encuentra mal.", "es"),
        ("Si cambia su contraseña, los datos están protegidos.", "es"),
        ("Hemos denunciado la cuenta falsa; no le envíe datos.", "es"),
        ("Óscar, del servicio técnico, lleva su caso.", "es"),
        ("Le dejamos sin respuesta en marzo y lo sentimos.", "es"),
    ],
)
def test_no_list_takes_plain_words_of_service_for_a_fault(text: str, language: Language) -> None:
    """The lists alone: the head, which only suspects, is measured by the bench."""
    by_words = tuple(fault for fault in WORSE if fault not in {Fault.PROMISE, Fault.UNVERIFIED, Fault.SHOUTING})
    assert said_in(text, by_words, (language,)) == ()


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
