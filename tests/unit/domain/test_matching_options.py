"""Protects: each way that a client allows a term finds what it promises, and finds nothing where it is not allowed."""

import time
import unicodedata

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from tocsin.domain.brand import Brand
from tocsin.domain.inflection import forms
from tocsin.domain.keyboard import _RU, _UK, _US, _US_SHIFTED
from tocsin.domain.matching import TermMatcher
from tocsin.domain.typos import common_words, slips

OPTIONS = ("transliterate", "typos", "layout")


def strict(*terms: str, **more: tuple[str, ...]) -> TermMatcher:
    return TermMatcher(Brand(name="x", terms=terms, **more))


def loose(term: str, *options: str, **more: tuple[str, ...]) -> TermMatcher:
    entry = {"term": term, **dict.fromkeys(options, True)}
    return TermMatcher(Brand.model_validate({"name": "x", "terms": [entry], **more}))


@pytest.mark.parametrize(
    ("term", "spellings"),
    [
        ("Аврора", "Avrora avrora AVRORA Avrori Avroroy Avroroiu Avrory #Avrora @avrora"),
        ("Київстар", "Kyivstar Kievstar Kijivstar Kyivstaru Kyivstarom"),
        ("Запоріжжя", "Zaporizhzhia Zaporizhzhya Zaporizhzhja"),
        ("Згурівка", "Zghurivka Zhurivka"),
        ("Гринько", "Hrynko Grinko Hrinko Grynko"),
        ("Хрещатик", "Khreshchatyk Hreshchatik Khreschatyk Khreshchatyka"),
        ("Юшин", "Yushin Yushyn Iushyn Jushin"),
        ("Щастя", "Shchastia Schastya Shchastya"),
        ("Зеленський", "Zelenskyi Zelenskyy Zelensky Zelenskiy"),
        ("Кам'янець", "Kamianets Kamyanets"),
        ("Сільпо", "Silpo"),
        ("Вкусвилл", "Vkusvill"),
        ("Нова Пошта", "Nova-Poshta NovaPoshta @novaposhta Nova\u00a0Poshta"),
        ("ПриватБанк", "PryvatBank PrivatBank Privatbanku Privat-Bank"),
        ("Avrora", "Аврора Авророю Аврорі"),
        ("Kyivstar", "Київстар Київстару Киівстар"),
        ("Zelensky", "Зеленський Зеленського Зеленский"),
        ("Chernihiv", "Чернігів Чернігова"),
        ("Nova Poshta", "Нова-Пошта НоваПошта"),
    ],
)
def test_a_name_is_heard_in_the_other_alphabet_when_allowed(term: str, spellings: str) -> None:
    heard, deaf = loose(term, "transliterate"), strict(term)
    assert [each for each in spellings.split(" ") if not heard.matches(f"про {each}, кажуть")] == []
    assert [each for each in spellings.split(" ") if deaf.matches(f"про {each}, кажуть")] == []


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("Аврора", "avroral"),
        ("Аврора", "avrorashop"),
        ("Аврора", "aurora"),
        ("Рута", "brutal"),
        ("АТБ", "atbu"),
        ("Київстар", "kyiv star"),
        ("Kyivstar", "Київ"),
        ("Acme", "акмеїзм"),
    ],
)
def test_transliteration_takes_no_other_word(term: str, text: str) -> None:
    assert not loose(term, "transliterate").matches(text)


@pytest.mark.parametrize(
    ("term", "slipped"),
    [
        ("Аврора", "Авроа Аврроа Авроора Ауврора Арвора Аврара Авроою"),
        ("Розетка", "Розтека Розеткка рзетка Розетнка Розектою"),
        ("Kyivstar", "Kyvstar Kyiwstar Kyivsatr Kiyvstar Kyivstra"),
        ("ПриватБанк", "Прватбнк Приваатбнк Провотбанк"),
        ("Нова Пошта", "Нова-Пошат Нова-Пшта"),
    ],
)
def test_a_slip_is_heard_when_allowed(term: str, slipped: str) -> None:
    heard, deaf = loose(term, "typos"), strict(term)
    assert [each for each in slipped.split() if not heard.matches(f"у {each} знову")] == []
    assert [each for each in slipped.split() if deaf.matches(f"у {each} знову")] == []


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("Аврора", "автора автору автором автори авторів авторові"),
        ("Metro", "retro metre meter metric"),
        ("Розетка", "газетка розетковий"),
        ("Orange", "range ranger arrange"),
        ("Пошта", "пошла почта почти поштар"),
        ("Мрія", "мірія мрая мря"),
        ("ПриватБанк", "приватбанкір приватбанкіра"),
        ("Boots", "books roots boats"),
        ("Ford", "fort fork fjord"),
    ],
)
def test_another_word_is_no_slip(term: str, text: str) -> None:
    heard = loose(term, "typos")
    assert [word for word in text.split() if heard.matches(word)] == []


@pytest.mark.parametrize(
    ("term", "typed"),
    [
        ("Аврора", "Fdhjhf FDHJHF fdhjhe Fdhjhs"),
        ("Жовтень", ";jdntym :jdntym"),
        ("Сбербанк", "C,th,fyr C,th,fyrf"),
        ("Їжакіно", "];frsyj };frsyj"),
        ("Kyivstar", "Лншмыефк ЛНШМЫЕФК"),
        ("Розетка", "Hjptnrf hjptnrb"),
    ],
)
def test_the_wrong_layout_is_heard_when_allowed(term: str, typed: str) -> None:
    heard, deaf = loose(term, "layout"), strict(term)
    assert [each for each in typed.split() if not heard.matches(f"у {each} знову")] == []
    assert [each for each in typed.split() if deaf.matches(f"у {each} знову")] == []


def test_a_name_too_short_for_the_wrong_layout_is_not_searched_for() -> None:
    assert not loose("Мир", "layout").matches("vbh")


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("acme.com", "see https://www.acme.com/news?id=1"),
        ("acme.com", "acme.com"),
        ("acme", "https://acme.example/path"),
        ("acme", "https://shop.acme.example"),
        ("acme", "https://news.example/acme-scandal"),
        ("acme", "mail boss@acme.example"),
        ("Аврора", "#АврораПекарня"),
        ("Аврора", "#ПекарняАврора"),
        ("Аврора", "Aвpopa"),
        ("Київстар", "Київcтар"),
        ("Nestle", "Nestlé"),
        ("Loreal", "Loréal"),
    ],
)
def test_hashtags_links_accents_and_lookalikes(term: str, text: str) -> None:
    assert strict(term).matches(text)


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("acme.com", "https://notacme.com/"),
        ("acme.com", "acme dot com"),
        ("acme", "https://acmeology.example/"),
        ("acme", "https://news.example/placme"),
        ("acme", "@acmeteria"),
        ("Аврора", "#аврораль"),
        ("ano", "el año"),
        ("papa", "papá dijo"),
    ],
)
def test_a_name_inside_another_is_none(term: str, text: str) -> None:
    assert not strict(term).matches(text)


def test_an_exclusion_covers_the_same_thing_in_every_allowed_spelling() -> None:
    heard = loose("Аврора", *OPTIONS, exclude=("крейсер Аврора",))
    assert not heard.matches("крейсер Аврора")
    assert not heard.matches("kreiser Avrora")
    assert not heard.matches("крейсер Аврроа")
    assert heard.matches("kreiser Avrora та пекарня Avrora")


def test_a_word_that_must_stand_near_may_be_spelt_the_same_ways() -> None:
    heard = loose("Аврора", "transliterate", require_near=("пекарня",))
    assert heard.matches("pekarnya Avrora")
    assert not heard.matches("Avrora")


names = st.text(alphabet="абвгдезиклмнопрстуфхц", min_size=5, max_size=14)
latin_names = st.text(alphabet="abcdefghiklmnoprstuvxyz", min_size=5, max_size=14)


@given(name=names | latin_names, option=st.sampled_from(OPTIONS))
@example(name="аврора", option="typos")
def test_every_way_still_finds_the_name_as_written(name: str, option: str) -> None:
    text = f"({name})"
    assert loose(name, option).spans(text) == strict(name).spans(text) == ((1, 1 + len(name)),)


@given(name=names, tail=st.text(alphabet="йцукенгшщз", min_size=7, max_size=9), option=st.sampled_from(OPTIONS))
def test_no_way_finds_a_name_inside_a_longer_word(name: str, tail: str, option: str) -> None:
    heard = loose(name, option)
    typed = str.maketrans(dict(zip(_UK, _US, strict=True)))
    for inside in (name + tail, tail + name, (name + tail).translate(typed).replace(" ", "")):
        assume(inside.isalpha())
        assert not heard.matches(inside)


@given(name=names | latin_names, data=st.data())
def test_one_slip_within_a_name_is_heard_unless_it_makes_a_common_word(name: str, data: st.DataObject) -> None:
    letters = "абвгдезиклмнопрст" if name[0] > "z" else "abcdeghiklmnoprst"
    at = data.draw(st.integers(1, len(name) - 2))
    kind = data.draw(st.sampled_from(["miss", "add", "change", "swap"]))
    letter = data.draw(st.sampled_from(letters))
    slipped = {
        "miss": name[:at] + name[at + 1 :],
        "add": name[:at] + letter + name[at:],
        "change": name[:at] + letter + name[at + 1 :],
        "swap": name[:at] + name[at + 1] + name[at] + name[at + 2 :],
    }[kind]
    heard = loose(name, "typos")
    assume(not strict(name).matches(slipped))
    assume(slipped[-1] == name[-1] or kind == "swap")
    assert slips(slipped, name, 2) <= 1
    near = [word for word in common_words() if word[:2] == slipped[:2]]
    common = any(slipped in forms(word) for word in near)
    assert heard.matches(slipped) or common


@given(name=names, upper=st.booleans())
def test_the_wrong_layout_is_undone_for_any_name(name: str, upper: bool) -> None:
    written = name.capitalize() if upper else name
    for layout in (_UK, _RU):
        keys = dict(zip(layout, _US, strict=True)) | dict(zip(layout.upper(), _US_SHIFTED, strict=True))
        assume(all(char in keys for char in written))
        typed = "".join(keys[char] for char in written)
        assume(sum(char.isalpha() for char in typed) >= 4 and typed.casefold() not in common_words())
        assert loose(name, "layout").matches(typed)


@given(word=st.text(alphabet="абвгдеж", max_size=9), other=st.text(alphabet="абвгдеж", max_size=9))
def test_slips_count_alike_both_ways_and_nothing_for_the_same(word: str, other: str) -> None:
    assert slips(word, other, 9) == slips(other, word, 9)
    assert (slips(word, other, 9) == 0) == (word == other)
    assert slips(word, other, 1) == min(slips(word, other, 9), 2)


@given(text=st.text(max_size=300), term=st.text(min_size=2, max_size=30).filter(lambda term: len(term.strip()) > 1))
def test_any_text_and_term_are_survived(text: str, term: str) -> None:
    heard = loose(term, *OPTIONS)
    assert all(0 <= start < end <= len(text) for start, end in heard.spans(text))
    found = heard.spans(text)
    assert all(any(a <= start and end <= b for a, b in found) for start, end in strict(term).spans(text))


around = st.lists(
    st.sampled_from("у світі знову порт стріляв . , ! авто #ні @хтось https://x.example/a".split()), max_size=6
)


@given(before=around, after=around, option=st.sampled_from(OPTIONS))
def test_a_homonym_is_excluded_wherever_it_stands_and_the_name_beside_it_is_not(
    before: list[str], after: list[str], option: str
) -> None:
    heard = loose("Аврора", option, exclude=("крейсер Аврора", "полярна Аврора"))
    homonym = " ".join([*before, "крейсера", "«Аврора»", *after, "; полярній Аврорі"])
    assert not heard.matches(homonym)
    both = f"{homonym}. Пекарня Аврора"
    assert heard.spans(both) == ((len(both) - 6, len(both)),)


@given(name=names | latin_names, option=st.sampled_from(["", *OPTIONS]))
def test_hashtags_handles_and_links_name_it(name: str, option: str) -> None:
    heard = loose(name, option) if option else strict(name)
    host = f"https://{name}.example/a?b=1"
    assert all(
        heard.matches(text) for text in (f"#{name}", f"@{name}", f"(#{name}!)", host, f"see //{name}/x", f"{name}_ua")
    )
    assert not any(heard.matches(text) for text in (f"#{name}qqqqq", f"@qqqqq{name}", f"https://qqqqq{name}.example"))


@given(name=latin_names, accents=st.lists(st.sampled_from("\u0301\u0300\u0308\u0302\u030c"), min_size=1, max_size=3))
def test_accents_are_heard_with_and_without(name: str, accents: list[str]) -> None:
    accented = unicodedata.normalize("NFC", name[0] + "".join(name[1:]).replace(name[1], name[1] + accents[0]))
    assume(all(len(char) == 1 and not unicodedata.combining(char) for char in accented))
    assume(all(ord(char) <= 0x24F for char in accented))
    assert strict(name).matches(accented)
    assert strict(accented).matches(name)
    assert strict(accented).matches(unicodedata.normalize("NFD", accented))


@pytest.mark.parametrize("unit", ["авроаа ", "аврора", "авр ора ", "avrora ", "fdhjhf;", "приватбанккккккк "])
def test_a_hostile_megabyte_costs_seconds_at_most(unit: str) -> None:
    heard = loose("Приватбанкаврора", *OPTIONS, exclude=("крейсер аврора",))
    text = unit * (1_000_000 // len(unit))
    started = time.process_time()
    heard.matches(text)
    assert time.process_time() - started < 10


def test_a_brand_is_compiled_once() -> None:
    brand = Brand.model_validate({"name": "x", "terms": [{"term": "Аврора", "typos": True}]})
    first, again = TermMatcher(brand), TermMatcher(brand.model_copy())
    assert first._rules is again._rules
