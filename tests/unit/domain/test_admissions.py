"""Protects: an apology for the matter is one whoever calls it what, and the small courtesies of service are none."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.admissions import apologises, denies
from tocsin.domain.lint_lists import WORDS
from tocsin.domain.text_kinds import Kind

APOLOGIES = (
    "We apologise to everyone who fell ill.",
    "We sincerely apologize for what you went through.",
    "Please accept our deepest apologies for the ruined evening.",
    "Our apologies to the family.",
    "We owe you an apology.",
    "We are sorry: this was our own mistake.",
    "That is our fault and nobody else's.",
    "The mistake was ours.",
    "We got this wrong.",
    "We failed you on Saturday.",
    "We are sorry that we let you down.",
    "I am so sorry for our mistake.",
    "Forgive us.",
    "We made a serious mistake.",
    "The kitchen did not close in time, and that was our mistake.",
    "Let me apologise on behalf of the whole team.",
    "We should have told you sooner.",
    "The blame lies with us.",
    "We apologise for the delay of your flight.",
    "Sorry for the wait, and for the glass in your soup we apologise.",
    "We apologise for the wait and for the glass in your soup.",
    "Просимо вибачення в кожного, хто захворів.",
    "Перепрошуємо всіх, хто постраждав.",
    "Щиро просимо у вас пробачення за цей вечір.",
    "Приносимо наші щирі вибачення родині.",
    "Прийміть, будь ласка, наші вибачення.",
    "Вибачте нам за цей випадок.",
    "Пробачте за скло в супі.",
    "Це наша помилка.",
    "Помилка була нашою.",
    "Ми помилилися й виправляємо це.",
    "Ми вас підвели.",
    "Визнаємо свою помилку.",
    "Шкодуємо, що допустили таке.",
    "Хочемо вибачитися перед усіма гостями.",
    "Вибачте, що зіпсували вам свято.",
    "Беремо провину на себе.",
    "Перепрошуємо за затримку вашого рейсу.",
    "Перепрошуємо за очікування і за скло в супі.",
    "Pedimos perdón a quienes enfermaron.",
    "Les pedimos sinceras disculpas por lo ocurrido.",
    "Nuestras más sinceras disculpas a la familia.",
    "Le ruego que acepte nuestras disculpas.",
    "Nos disculpamos por lo que pasó el sábado.",
    "Perdónennos.",
    "Ha sido un error nuestro.",
    "La culpa es nuestra.",
    "Nos hemos equivocado.",
    "Le hemos fallado.",
    "Sentimos haberles fallado.",
    "Lamentamos nuestro error.",
    "Disculpe por el cristal de la sopa.",
    "Queremos pedir perdón a todos los clientes.",
    "Rogamos a las familias que nos perdonen.",
    "Metimos la pata.",
    "Pedimos disculpas por el retraso de su vuelo.",
    "Perdón por la espera y por el cristal de la sopa.",
)
CONCERN = (
    "We are sorry for everybody who was hurt; we are in touch with them.",
    "We are sorry that this happened to you.",
    "We are very sorry to hear that, and take it seriously.",
    "We do not know yet whether this was our mistake.",
    "If the mistake is ours, we will say so.",
    "We have not apologised for anything yet: the facts come first.",
    "We are sorry that we cannot say more yet.",
    "Thank you for accepting a call from us.",
    "Nobody can say today that it is not our mistake; we are finding out.",
    "Their apology was read out in court.",
    "That is hardly our doing.",
    "We are looking into what we should have for you by noon.",
    "Нам дуже шкода кожного, хто захворів.",
    "Нам прикро, що так сталося з вами.",
    "Ще з’ясовуємо, чи це наша помилка.",
    "Якщо ми помилилися, скажемо про це самі.",
    "Не просимо вибачення, доки не знаємо, що сталося.",
    "Шкодуємо, що поки не можемо сказати більше.",
    "Розуміємо, чому люди чекають вибачень.",
    "Це не наша помилка, і ось доказ.",
    "Дехто пише, що це наша помилка; перевіряємо.",
    "Sentimos mucho lo ocurrido a las personas afectadas.",
    "Lamentamos que le haya pasado esto.",
    "Todavía no sabemos si ha sido un error nuestro.",
    "Si nos hemos equivocado, lo diremos.",
    "No pedimos disculpas antes de conocer los hechos.",
    "Esto no fue un error nuestro.",
    "Sentimos no poder decir más por ahora.",
)
COURTESIES = (
    "Sorry for the wait! Please write to us when it was.",
    "We apologise for the delay in answering.",
    "Apologies for the late reply, and thank you for your patience.",
    "We apologise for keeping you waiting.",
    "Sorry for the inconvenience; please send us your order number.",
    "Sorry for asking again: which shop was it?",
    "Sorry, which shop was it?",
    "Перепрошуємо за затримку.",
    "Вибачте за довге очікування, будь ласка, напишіть нам у приватні.",
    "Перепрошуємо за пізню відповідь і дякуємо за терпіння.",
    "Просимо вибачення за незручності, пов’язані з чергою.",
    "Вибачте, що відповідаємо не одразу.",
    "Вибачте, що турбуємо: потрібен номер чека.",
    "Перепрошуємо, що змусили вас чекати.",
    "Sentimos la espera y gracias por su paciencia.",
    "Disculpe la demora.",
    "Pedimos disculpas por la tardanza en responder.",
    "Disculpen las molestias, escríbannos su número de pedido.",
    "Perdón por tardar en contestar.",
    "Le pedimos disculpas por hacerle esperar.",
)


@pytest.mark.parametrize("text", APOLOGIES)
@pytest.mark.parametrize("kind", [Kind.REPLY, Kind.HOLDING])
def test_an_apology_for_the_matter_is_heard_in_any_text(text: str, kind: Kind) -> None:
    assert apologises(text, kind)
    assert apologises(f"Дякуємо. {text} Thank you.", kind)


@pytest.mark.parametrize("text", CONCERN)
@pytest.mark.parametrize("kind", Kind)
def test_concern_and_what_is_not_known_yet_are_no_apology(text: str, kind: Kind) -> None:
    assert not apologises(text, kind)


@pytest.mark.parametrize("text", COURTESIES)
def test_a_courtesy_is_none_in_a_reply(text: str) -> None:
    assert not apologises(text, Kind.REPLY)


@pytest.mark.parametrize(
    "text", ["We apologise for the delay.", "Перепрошуємо за незручності.", "Pedimos disculpas por las molestias."]
)
@pytest.mark.parametrize("kind", [Kind.HOLDING, Kind.NOTICE])
def test_in_a_statement_the_delay_is_the_matter(text: str, kind: Kind) -> None:
    assert apologises(text, kind)


DENIALS = (
    "The rumour is false.",
    "That's not true.",
    "It’s a lie.",
    "This isn't true, and we have the report.",
    "Thank you for writing. Not true.",
    "That is simply not the case.",
    "Ця новина — неправда.",
    "Неправда, що в нас отруїлися.",
    "Дякуємо за допис. Брехня!",
    "Це не так.",
    "El rumor es falso.",
    "Es falso que alguien enfermara.",
    "Gracias, pero es mentira.",
    "No son ciertas.",
)
UNDECIDED = (
    "We do not know yet whether that's true.",
    "If it isn't true, we will say so.",
    "If that’s not true, we will say so.",
    "We check whether it's a fake.",
    "Перевіряємо, чи це неправда.",
    "Якщо це не так, скажемо.",
    "Фейк чи ні, ми перевіряємо.",
    "No sabemos si es falso.",
    "Comprobamos si son ciertas.",
    "¿Es falso?",
)


@pytest.mark.parametrize("text", DENIALS)
def test_a_denial_is_one_in_whatever_language(text: str) -> None:
    assert denies(text)


@pytest.mark.parametrize("text", UNDECIDED)
def test_who_does_not_know_yet_denies_nothing(text: str) -> None:
    assert not denies(text)


@given(st.text(max_size=300), st.sampled_from(Kind))
def test_no_text_can_choke_it(text: str, kind: Kind) -> None:
    assert apologises(text, kind) in {True, False}
    assert denies(text) in {True, False}


@pytest.mark.parametrize("language", ["en", "uk", "es"])
@pytest.mark.parametrize("folder", ["statement_words", "reply_words"])
def test_no_first_words_of_a_template_apologise_but_of_a_correction(folder: str, language: str) -> None:
    templates = json.loads((WORDS.parent / folder / f"{language}.json").read_text(encoding="utf-8"))
    said = [one for name, part in templates.items() if name != "correction" for one in _sentences(part)]
    assert len(said) > 10
    assert [one for one in said if apologises(one, Kind.HOLDING) or denies(one)] == []


def _sentences(part: Any) -> list[str]:
    if isinstance(part, str):
        return [part]
    return [one for each in (part.values() if isinstance(part, dict) else part) for one in _sentences(each)]
