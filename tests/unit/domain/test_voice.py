from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.domain.story_mentions import NOW, said
from tocsin.domain.author_record import AuthorRecord
from tocsin.domain.brand import Brand, Competitor
from tocsin.domain.mention import Author, Medium
from tocsin.domain.voice import Hypothesis, Voice, voices_of

BRAND = Brand(name="Lumea", terms=("Lumea", "Люмея"), competitors=(Competitor(name="Zorro", terms=("Zorro Kettles",)),))


def heard(
    text: str, *, brand: Brand | None = BRAND, record: AuthorRecord | None = None, **more: Any
) -> dict[Voice, Hypothesis]:
    return {found.voice: found for found in voices_of(said(text, **more), record, brand)}


@pytest.mark.parametrize(
    "text",
    [
        "I work at Lumea and we were told to say nothing",
        "As a cashier at Lumea I see it every night",
        "Працюю в Люмеї другий рік, так завжди",
        "Я співробітниця Люмеї, це правда",
        "Trabajo en Lumea y es verdad",
        "Я работаю в Люмее, подтверждаю",
        "Ich arbeite bei Lumea, das stimmt leider",
        "I've been a driver for Lumea since spring",
        "Працюю касиркою в Люмеї, нам не платять",
        "Я працюю водієм у Lumea",
        "Работаю курьером в Люмее уже год",
        "Trabajo de camarera en Lumea y estoy harta",
        "Ich arbeite seit zwei Jahren als Köchin bei Lumea",
        "I work at Lumea near the station, the freezer is broken",
        "Працюю в Люмеї біля метро, холодильник не працює",
        "Я работаю в Люмее около пяти лет",
        "Работаю около пяти лет в Люмее",
        "Trabajo en Lumea junto a mi hermana",
        "Ich arbeite bei Lumea neben dem Bahnhof",
        "I work at this shop opposite the church",
    ],
)
def test_who_says_that_they_work_there_is_an_employee(text: str) -> None:
    found = heard(text)

    assert found[Voice.EMPLOYEE].needs_human
    assert "says so" in found[Voice.EMPLOYEE].evidence


@pytest.mark.parametrize(
    "text",
    [
        "I used to work for Lumea, they hid it from everyone",
        "Працював у Люмеї п'ять років, знаю цю кухню",
        "Я сама колись працювала в Люмеї",
        "Trabajé en Lumea cinco años y lo vi",
        "Я работала в Люмее, всё так и есть",
        "Ich habe drei Jahre bei Lumea gearbeitet",
        "I was fired from Lumea for saying this",
        "As a former driver of Lumea I can confirm",
        "Звільнилася з Люмеї торік, тож скажу як є",
        "Мене звільнили з Люмеї за це",
        "Уволился из Люмеи месяц назад",
        "Проработала кассиром в Люмее три года",
        "Trabajé de cajera en Lumea",
        "Habe bis März bei Lumea gearbeitet, nie wieder",
    ],
)
def test_who_says_that_they_worked_there_is_a_former_employee(text: str) -> None:
    found = heard(text)

    assert Voice.FORMER_EMPLOYEE in found
    assert Voice.EMPLOYEE not in found


@pytest.mark.parametrize(
    "text",
    [
        "I don't work at Lumea, thank god",
        "I work at a hospital and Lumea ruined our lunch",
        "My brother works at Lumea",
        "Мій брат працював у Люмеї",
        "Не працюю в Люмеї",
        "El trabajo en Lumea es duro",
        "Працюю на вулиці біля Люмеї, бачу черги",
        "I work at the library next to Lumea",
        "I work near Lumea",
        "I work near here, by the river",
        "As a nurse at St Mary I bought a kettle of Lumea",
        "Касирка в Люмеї нахамила мені",
        "Директор звільнився з Люмеї",
        "Мой брат уволился из Люмеи",
        "I've been a customer at Lumea for years",
        "Ich arbeite gern mit Kesseln von Lumea",
        "The driver at Lumea shouted at me",
        "Un camarero de Lumea me gritó",
        "Mir wurde bei Lumea das Konto gekündigt",
        "Lumea's staff told me that the warehouse floor is wet, and their schedule is known to me in detail",
    ],
)
def test_who_does_not_say_so_is_never_taken_for_an_employee(text: str) -> None:
    assert not {Voice.EMPLOYEE, Voice.FORMER_EMPLOYEE} & set(heard(text))


@given(st.text(max_size=300))
def test_any_text_gives_hypotheses_with_evidence(text: str) -> None:
    found = voices_of(said(text), None, BRAND)

    assert all(0 < each.confidence < 1 and each.evidence for each in found)
    assert list(found) == sorted(found, key=lambda each: (-each.confidence, each.voice))
    assert len({each.voice for each in found}) == len(found)


@pytest.mark.parametrize(
    "text", ["my order never came", "мені не повернули гроші", "в мене списали двічі", "compré dos y ninguno va",
             "я заказала и жду", "meine Bestellung ist weg", "hice un pedido", "зробила замовлення тиждень тому"]
)  # fmt: skip
def test_who_bought_is_a_customer(text: str) -> None:
    assert Voice.CUSTOMER in heard(text)


def test_a_review_is_mostly_a_customers() -> None:
    assert heard("", rating=1, medium=Medium.REVIEW)[Voice.CUSTOMER].evidence == "it is a review"


@pytest.mark.parametrize(
    "text",
    [
        "I am a reporter, who was there?",
        "Готую сюжет про Люмею",
        "Пишу статью о Люмее",
        "Preparo un reportaje sobre Lumea",
        "Ich recherchiere für einen Bericht über Lumea",
    ],
)
def test_who_is_at_work_on_a_story_is_a_journalist(text: str) -> None:
    assert Voice.JOURNALIST in heard(text)


@pytest.mark.parametrize("medium", list(Medium))
def test_who_writes_under_an_article_is_no_outlet(medium: Medium) -> None:
    found = heard("Shame", medium=medium, url="https://www.pravda.com.ua/news/1")

    assert (Voice.OUTLET in found) is (medium is Medium.NEWS)


def test_a_page_of_an_outlet_is_its_own_where_the_source_tells_no_medium() -> None:
    found = heard("Lumea recalls kettles", medium=None, url="https://www.pravda.com.ua/news/1")

    assert found[Voice.OUTLET].confidence > 0.9


def test_an_outlet_is_known_by_its_address() -> None:
    found = heard("Lumea recalls kettles", medium=Medium.NEWS, url="https://www.pravda.com.ua/news/1")

    assert found[Voice.OUTLET].confidence > 0.9
    assert heard("x", medium=Medium.NEWS, url="https://unlisted.example/1")[Voice.OUTLET].confidence < 0.8


def test_anybody_may_call_themselves_an_authority_but_few_write_from_its_address() -> None:
    named = heard("x", author=Author(name="Держпродспоживслужба"))[Voice.REGULATOR]
    sure = heard("x", author=Author(name="Office", url="https://dpss.gov.ua/a"))[Voice.REGULATOR]

    assert named.confidence < 0.5 < sure.confidence


def test_a_competitor_is_for_a_person_to_judge() -> None:
    assert heard("bad kettle", author=Author(name="Zorro Kettles"))[Voice.COMPETITOR].needs_human
    assert Voice.COMPETITOR not in heard("Zorro Kettles are better", author=Author(name="Ann"))


def test_an_author_whom_the_source_does_not_name_is_anonymous() -> None:
    assert heard("x", author=Author())[Voice.ANONYMOUS].confidence == 0.9
    assert Voice.ANONYMOUS in heard("x", author=Author(handle="user8812345"))
    assert Voice.ANONYMOUS not in heard("x", author=Author(handle="ann_k", name="Ann"))


def test_a_large_account_is_an_influencer_and_an_unknown_one_is_not() -> None:
    assert heard("x", author=Author(handle="a", followers=150_000))[Voice.INFLUENCER].evidence == "150,000 followers"
    assert Voice.INFLUENCER not in heard("x", author=Author(handle="a"))


def test_who_repeats_one_text_may_be_coordinated_and_a_person_has_to_look() -> None:
    record = AuthorRecord(first_seen=NOW, last_seen=NOW, created_at=NOW, mentions=9, negative=9, repeated=8)

    found = heard("Lumea idiots", record=record)

    assert found[Voice.COORDINATED].needs_human
    assert found[Voice.TROLL].needs_human
    assert found[Voice.TROLL].confidence < 0.7


def test_nothing_is_inferred_about_health_faith_politics_or_origin() -> None:
    """Neither a class nor a field of an author's record could hold it."""
    held = {*AuthorRecord.model_fields, *(voice.value for voice in Voice)}

    assert not [name for name in held if any(word in name for word in
                ("health", "faith", "relig", "politic", "party", "origin", "nation", "ethnic", "gender"))]  # fmt: skip
