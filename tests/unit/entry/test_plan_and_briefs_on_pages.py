"""Protects: the plan's page says by which ways and whom a playbook informs; a brief goes to a whole circle by one tap,
and whoever has no address is named, never taken for told."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.answering import BRAND, OLENA, PETRO, World
from tests.support.intake import Page
from tests.support.samples import scored
from tests.unit.entry.test_answer_site import text_of
from tests.unit.entry.test_case_site import at_part, done, drafted, file_of, mark, planned, send
from tocsin.adapters.memory_plans import MemoryPlanStore
from tocsin.domain.case.desk import Brief
from tocsin.domain.outbox import AlertKind
from tocsin.domain.people import Circle
from tocsin.domain.playbook import Way
from tocsin.web.answer_words import CIRCLES
from tocsin.web.i18n import LANGUAGES, Reader
from tocsin.web.plan_words import way_words
from tocsin_cli.playbooks import load_library

STAKEHOLDERS = [
    {"name": "Рада", "circle": "board", "email": "board@aurora.example"},
    {"name": "Кухня", "circle": "employees", "email": "kitchen@aurora.example"},
    {"name": "Зміна на Подолі", "circle": "employees"},
    {"name": "Каса", "circle": "employees", "email": "till@aurora.example"},
    {"name": "Родини", "circle": "victims"},
]


@pytest.fixture
def world() -> World:
    at = World({"stakeholders": STAKEHOLDERS})
    at.plans = MemoryPlanStore(load_library())
    at.mentions.record(BRAND, [scored(n, severity=0.9 - n / 10, followers=84_300) for n in range(3)])
    return at


def approved(world: World) -> str:
    text_id = parse_qs(urlsplit(drafted(world).location or "").query)["text"][0]
    page = at_part(world, "words", text=text_id)
    done(world, "text_approve", PETRO, "words", id=text_id, mark=mark(page), note="Так")
    return text_id


def briefs(world: World) -> dict[str, Brief]:
    return {one.name: one for one in file_of(world).briefs}


def order_of(page: Page, *words: str) -> list[int]:
    return [text_of(page.html).index(one) for one in words]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_plan_says_by_which_ways_and_whom_it_informs(world: World, language: str) -> None:
    planned(world)
    reader = Reader(language, "Europe/Kyiv")  # type: ignore[arg-type]
    said = text_of(at_part(world, "plan", lang=language).html)
    book = load_library().of("product_harm")
    assert book is not None
    for way in book.channels:
        assert way_words(language, way) in said  # type: ignore[arg-type]
    places = [said.index(reader.gettext(CIRCLES[one])) for one in book.stakeholders]
    assert places == sorted(places)
    # AND of the client's own people in each circle their names
    assert "Кухня, Зміна на Подолі, Каса" in said


def test_the_general_plan_names_no_ways_that_nobody_has_chosen(world: World) -> None:
    assert way_words("uk", Way.STAFF) not in text_of(at_part(world, "plan").html)


def test_those_whom_the_plan_informs_come_first_and_in_its_order(world: World) -> None:
    planned(world)
    book = load_library().of("product_harm")
    assert book is not None
    assert Circle.BOARD not in book.stakeholders
    page = at_part(world, "briefs", lang="en")
    places = order_of(page, "Victims and their families", "Employees", "The board")
    assert places == sorted(places)
    assert "The plan informs them, in this order" in text_of(page.html)
    # AND a circle of the plan for which the file names nobody is said so
    assert re.search(r"Customers concerned The client's file names nobody here", text_of(page.html))


def test_one_tap_sends_a_brief_to_all_of_a_circle_and_names_who_has_no_address(world: World) -> None:
    planned(world)
    text_id = approved(world)
    before = at_part(world, "briefs", lang="en")
    assert "Send to all 2" in text_of(before.html)
    assert "Without an address: Зміна на Подолі" in text_of(before.html)

    done(world, "brief_circle", part="briefs", id="employees", text=text_id)

    assert set(briefs(world)) == {"Кухня", "Каса"}
    assert sorted(one.recipient for one in world.outbox if one.kind is AlertKind.BRIEF) == [
        "kitchen@aurora.example",
        "till@aurora.example",
    ]
    after = text_of(at_part(world, "briefs", lang="en").html)
    assert "Send to all" not in after
    assert "Without an address: Зміна на Подолі" in after
    # AND the same tap again sends nothing twice
    done(world, "brief_circle", part="briefs", id="employees", text=text_id)
    assert len(file_of(world).briefs) == 2
    # AND once somebody has told them, that is noted and they are named no more
    done(world, "brief_send", part="briefs", id="2", name="Зміна на Подолі", text=text_id)
    assert briefs(world)["Зміна на Подолі"].to is None
    assert "Without an address: Зміна" not in text_of(at_part(world, "briefs", lang="en").html)


@pytest.mark.parametrize("circle", ["media", "victims", "nobody", ""])
def test_a_circle_without_anybody_to_write_to_is_refused(world: World, circle: str) -> None:
    planned(world)
    text_id = approved(world)
    assert send(world, "brief_circle", part="briefs", id=circle, text=text_id).status in {409, 422}
    assert not file_of(world).briefs


def test_that_a_scanner_may_have_opened_it_is_said_beside(world: World) -> None:
    planned(world)
    done(world, "brief_circle", part="briefs", id="employees", text=approved(world))
    said = "a scanner of mail opens links as well"
    assert said not in text_of(at_part(world, "briefs", OLENA, lang="en").html)
    file = file_of(world)
    opened = tuple(one.model_copy(update={"opened_at": world.clock.now()}) for one in file.briefs)
    world.cases.save_case((file.with_(briefs=opened, version=file.version + 1),))
    assert said in text_of(at_part(world, "briefs", OLENA, lang="en").html)
