"""Protects: the language of short posts, Ukrainian told from Russian, mixtures marked, 'und' where nobody can know."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.reading_language import base, counted, language_of
from tocsin.domain.sentiment import model
from tocsin_cli.bench_labelled import right

LABELLED = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "data" / "language.jsonl").read_text(encoding="utf-8").splitlines()
]


def told(text: str, declared: str | None = None):
    return language_of(text, model().hear(text).profiles, model(), declared)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I waited for an hour and nobody came", "en"),
        ("Сьогодні знову немає світла", "uk"),
        ("Объявили что завтра закроют", "ru"),
        ("Hola ¿qué tal? Todo muy bien", "es"),
        ("Das Essen war leider nicht so gut", "de"),
        ("Je ne comprends pas pourquoi c'est fermé", "fr"),
        ("Non ho capito perché è chiuso", "it"),
        ("Não entendi por que está fechado", "pt"),
        ("Nie polecam, jedzenie było okropne", "pl"),
        ("الخدمة سيئة جدا", "ar"),
        ("खाना बहुत अच्छा था", "hi"),
        ("bhai yeh kya bakwas hai", "hi"),
        ("Το φαγητό ήταν κακό", "el"),
    ],
)
def test_languages_are_told_apart(text: str, expected: str) -> None:
    found = told(text)
    assert (found.tag, found.confidence > 0.5) == (expected, True)


@pytest.mark.parametrize("text", ["", "12345 !!!", "😡😡😡", "Aurora kauhea paikka", "yemek çok kötüydü", "Аврора"])
def test_nobody_can_know(text: str) -> None:
    assert told(text).tag == "und"


@pytest.mark.parametrize(
    ("text", "declared", "expected"),
    [
        ("Аврора", "ru", "ru"),
        ("pan", "es-ES", "es"),
        ("Объявили что завтра закроют", "uk", "ru"),
        ("Сьогодні знову немає світла", "en", "uk"),
        ("I waited for an hour and nobody came", "fr", "en"),
        ("Aurora kauhea paikka", "fi", "fi"),
        ("", "uk", "uk"),
        ("Това е ужасно", "bg", "bg"),
        ("Лошо обслужване, никога повече", "bg-BG", "bg"),
        ("Это просто ужас какой-то, опять всё сломалось", "bg", "ru"),
        ("Сьогодні знову немає світла", "be", "uk"),
    ],
)
def test_the_source_decides_only_where_the_text_leaves_a_doubt(text: str, declared: str, expected: str) -> None:
    assert told(text, declared).tag == expected


def test_surzhyk_and_code_mixing_are_marked() -> None:
    assert told("То є повний жах, он вообще не понимает шо робити").mixed
    assert not told("Сьогодні знову немає світла").mixed


@pytest.mark.parametrize(
    "text",
    [
        "Канєшно, світла знову нема",
        "Мені всьо понравилось!",
        "Тоже хочу знати, коли привезуть",
        "Мені сказали зайти в слідуючий понеділок",
        "Звонила тричі, ніхто не відповів",
    ],
)
def test_surzhyk_in_ukrainian_spelling_is_marked(text: str) -> None:
    found = told(text)
    assert (found.tag, found.mixed) == ("uk", True)


@pytest.mark.parametrize(
    "text",
    [
        "Іще й досі нікого нема, а обіцяли о дев'ятій",
        "Навіть дітям сподобалося, дуже смачно",
        "Отримала замовлення, дякую, усе чудово",
        "Жду на зупинці вже годину, автобуса нема",
        "Продавці тут завжди привітні",
        "Поїли, а потому ще довго гуляли в парку",
        "На храмовий празник усе було зачинено",
        "Дощ періщить дедалі сильніше",
    ],
)
def test_plain_and_colloquial_ukrainian_is_no_mixture(text: str) -> None:
    assert not told(text).mixed


def test_the_labelled_posts_are_told_as_often_right_as_was_measured() -> None:
    """209 short posts; `tocsin bench reading` shows the figures by kind."""
    wrong = [row["text"] for row in LABELLED if not right(row, told(row["text"]))]
    assert len(wrong) <= 0.12 * len(LABELLED)


def test_hardly_a_post_of_one_language_is_called_a_mixture() -> None:
    plain = [row for row in LABELLED if row["kind"] in {"plain", "short", "noown", "tag"}]
    assert sum(told(row["text"]).mixed for row in plain) <= 0.02 * len(plain)


@pytest.mark.parametrize(
    "text", ["цей customer support просто useless, why so slow", "мой order опять cancelled, what is wrong"]
)
def test_two_alphabets_are_a_mixture(text: str) -> None:
    assert told(text).mixed


def test_a_name_in_latin_letters_makes_no_mixture() -> None:
    assert not told("Купив iPhone у магазині Rozetka, все добре").mixed


def test_a_tag_is_brought_to_its_base() -> None:
    assert [base(tag) for tag in ("pt-BR", "zh_Hant", "und", None, "")] == ["pt", "zh", "", "", ""]


@given(st.text(), st.one_of(st.none(), st.text(max_size=8)))
def test_any_text_gets_a_language(text: str, declared: str | None) -> None:
    found = told(text, declared)
    assert found.tag
    assert 0 <= found.confidence <= 1


@given(
    st.text(max_size=60)
    | st.text(
        alphabet="aZ\u00e9\u00c0\u00d6\u00d7\u00f7\u0141\u017f\u1e9e\u212a\u212b\u0436\u04ff\u0628\u06cc\u0900\u097f"
    )
)
def test_letters_are_counted_by_the_bytes_that_begin_them(text: str) -> None:
    classes = ("\u0400-\u04ff", "A-Za-z\u00c0-\u00d6\u00d8-\u017f\u1e9e\u212a\u212b", "\u0600-\u06ff", "\u0900-\u097f")
    found = counted(text.encode("utf-8", "surrogatepass"))
    assert found == tuple(len(re.findall(f"[{letters}]", text)) for letters in classes)
