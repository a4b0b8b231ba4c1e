"""Protects: the brand is heard in every form and script, and no other word is taken for it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.client import Brand
from tocsin.domain.matching import NEAR_WORDS, TermMatcher


def matcher(*terms: str, exclude: tuple[str, ...] = (), near: tuple[str, ...] = ()) -> TermMatcher:
    return TermMatcher(Brand(name="x", terms=terms, exclude=exclude, require_near=near))


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("acme", "#Acme"),
        ("acme", "@acme"),
        ("acme", "ＡＣＭＥ"),
        ("acme", "(Acme)!"),
        ("acme", "Acme🔥"),
        ("acme", "我的Acme手机"),
        ("acme", "acme_ua"),
        ("acme", "#BoycottAcme"),
        ("acme", "Ac\u00adme"),
        ("acme", "l’Acme"),
        ("acme", "Acme's"),
        ("acme", "Acme’s"),
        ("acme", "Acme'у"),
        ("acme", "Acme-ом"),
        ("acme", "Acmeом"),
        ("@acme", "ask @acme now"),
        ("小米", "我的小米手机"),
        ("ソニー", "ソニーミュージック"),
        ("شركة", "وشركة"),
        ("삼성", "삼성이"),
        ("straße", "STRASSE"),
        ("İstanbul", "istanbul"),
        ("АТБ", "в АТБ"),
        ("Йогурт", "И\u0306огурт"),
        ("Аврора", "Авро\u0301ра"),
        ("Кам'янець", "Камʼянець"),
        ("Кам'янець", "у Кам’янці"),
        ("Кам'янець", "Камянець"),
        ("AT&T", "at & t"),
        ("C++", "I write C++!"),
        ("Yahoo!", "yahoo"),
        ("🍎🍏", "x🍎🍏y"),
        ("McDonald's", "McDonalds"),
        ("Telefónica", "telefonica"),
        ("Coca-Cola", "coca\u00a0cola"),
        ("Coca-Cola", "coca‑cola"),
        ("Coca-Cola", "#CocaCola"),
        ("Нова Пошта", "нова-пошта"),
        ("Нова Пошта", "@НоваПошта"),
    ],
)
def test_the_brand_is_heard_in_any_script_and_spelling(term: str, text: str) -> None:
    assert matcher(term).matches(text)


@pytest.mark.parametrize(
    ("term", "forms"),
    [
        ("Аврора", "Аврора Аврори Аврорі Аврору Авророю Авроро Авроры Авроре Авророй"),
        ("ПриватБанк", "ПриватБанку Приватбанком ПРИВАТБАНКА приватбанкові Приват-Банк"),
        ("Мрія", "Мрії Мрію Мрією"),
        ("Розетка", "Розетки Розетці Розетку Розеткою"),
        ("Укрпошта", "Укрпошти Укрпошті Укрпоштою"),
        ("Київ", "Києва Києву Києвом Києві"),
        ("Тернопіль", "Тернополя Тернополем Тернополі"),
        ("Рівне", "Рівного Рівному Рівним"),
        ("Надійність", "Надійності Надійністю"),
        ("Зеленський", "Зеленського Зеленському Зеленським"),
        ("Толстой", "Толстого Толстому Толстым"),
        ("Ковальов", "Ковальова Ковальову Ковальовим"),
        ("Петрова", "Петрової Петровой Петрову Петровою"),
        ("Шевченко", "Шевченка Шевченкові Шевченком"),
        ("Продукты", "Продуктов Продуктам Продуктами"),
        ("aurora", "aurora auroras"),
        ("unión", "uniones"),
        ("luz", "luz"),
    ],
)
def test_a_name_is_heard_in_its_inflected_forms(term: str, forms: str) -> None:
    heard = matcher(term)
    assert [form for form in forms.split() if not heard.matches(f"Про {form}, кажуть.")] == []


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("Рога і Копита", "без Рогів і Копит"),
        ("Рога і Копита", "рогами і копитами"),
        ("Нова Пошта", "Новою Поштою"),
        ("Нова Пошта", "у Новій\nПошті"),
        ("Мир Книг", "в Мире Книг"),
        ("Banco Azul", "bancos azules"),
        ("Ольга Ковальова", "Ольгою Ковальовою"),
    ],
)
def test_all_words_of_a_phrase_are_inflected(term: str, text: str) -> None:
    assert matcher(term).matches(text)


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("acme", "acmeology"),
        ("acme", "placme"),
        ("acme", "acme2"),
        ("acme", "acmeология"),
        ("@acme", "acme"),
        ("C++", "vitamin C"),
        ("Аврора", "авроральний"),
        ("Аврора", "аврорист"),
        ("Мир", "миру"),
        ("Мир", "мирний"),
        ("АТБ", "атбу"),
        ("Метро", "два метри"),
        ("Кам", "Кам'янець"),
        ("янець", "Кам'янець"),
        ("Зеленський", "Зеленська"),
        ("Нова Пошта", "Вона нова. Пошта прийшла"),
        ("Нова Пошта", "новапошта"),
        ("24/7", "247"),
    ],
)
def test_another_word_is_not_taken_for_the_brand(term: str, text: str) -> None:
    assert not matcher(term).matches(text)


def test_an_exclusion_unmakes_only_the_matches_it_covers() -> None:
    heard = matcher("acme", exclude=("acme cartoons",))
    assert not heard.matches("I love Acme Cartoons")
    assert heard.spans("Acme Cartoons and Acme") == ((18, 22),)


def test_an_exclusion_is_inflected_too() -> None:
    assert not matcher("Аврора", exclude=("крейсер Аврора",)).matches("на крейсері Аврора")


def test_an_ambiguous_term_needs_a_word_beside_it() -> None:
    heard = matcher("Мир", near=("банк",))
    assert not heard.matches("Мир у світі")
    assert heard.matches("Мир " + "а " * (NEAR_WORDS - 1) + "банком")
    assert heard.matches("банки " + "а " * (NEAR_WORDS - 1) + "Мир")
    assert not heard.matches("Мир " + "а " * NEAR_WORDS + "банк")


def test_spans_are_places_in_the_original_text() -> None:
    text = "Ｆａｎｓ of Ａｃｍｅ and «Acme’s» 👩‍👩‍👧 acme"
    assert [text[start:end] for start, end in matcher("acme").spans(text)] == ["Ａｃｍｅ", "Acme’s", "acme"]


words = st.text(alphabet=st.characters(categories=("L", "Nd")), min_size=2, max_size=12).filter(
    lambda word: word.strip() == word and len(word.strip()) > 1
)


@given(term=words, before=st.sampled_from(["", " ", "(", "#", "\n", "«"]), after=st.sampled_from(["", ".", " ", ")"]))
def test_a_term_is_always_found_as_itself(term: str, before: str, after: str) -> None:
    assert matcher(term).matches(f"{before}{term}{after}")


@given(term=words, tail=st.text(alphabet="qwxz", min_size=6, max_size=9))
def test_a_latin_word_grown_longer_is_another_word(term: str, tail: str) -> None:
    latin = "brand"
    assert not matcher(latin).matches(latin + tail)


@given(text=st.text(max_size=300), term=words)
def test_any_text_is_survived_and_spans_lie_inside_it(text: str, term: str) -> None:
    spans = matcher(term, "acme", near=()).spans(text)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert list(spans) == sorted(spans)


@pytest.mark.parametrize(
    "unit",
    [
        "a ",
        "acme ",
        "a",
        "'",
        "a'",
        "\u0301",
        "a\u0301",
        "нова ",
        "acme x ",
        "小",
        "+",
        "#aA",
        "a\u200d",
        "-",
        "\u200d",
    ],
)
def test_a_hostile_megabyte_costs_seconds_at_most(unit: str) -> None:
    heard = matcher("acme", "Нова Пошта", "a a a a b", "++", exclude=("acme x",), near=("foo",))
    text = unit * (1_000_000 // len(unit))
    started = time.process_time()
    heard.matches(text)
    assert time.process_time() - started < 10
