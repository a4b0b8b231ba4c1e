"""Protects: the page of a case proposes, with the reason, that another open case is the same matter; one tap links
them, merges them, or says that they are two; and where nobody can look the page stands."""

from datetime import timedelta

import pytest

from tests.support.answering import BRAND, World
from tests.unit.entry.test_answer_site import HOSTILE, text_of
from tests.unit.entry.test_case_site import at_part, done, file_of, planned, send
from tests.unit.entry.test_case_site import world as world  # noqa: PLC0414 - a fixture
from tocsin.domain.brand_state import BrandState
from tocsin.domain.case.cause import Cause, Quotation
from tocsin.domain.case.file import CaseFile, CaseStatus, What
from tocsin.domain.errors import ThrottledError
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.web.i18n import LANGUAGES

OTHER = "aurora-3fb83f-2"
CAKE, ALSO = "Отруїлися тортом, дитина в лікарні", "Знову отруєння тортом, лікарня"


def another(world: World, words: str = ALSO, brand: str = BRAND) -> None:
    """A case of the brand that began two days after this one, whose storm is over."""
    at = world.clock.now() + timedelta(days=2)
    storm = Incident.opened(
        id=OTHER, client="aurora", brand=brand, level=Level.ISSUE, index=50, reasons=(), at=at
    ).releveled(Level.CALM, index=0, reasons=(), at=at + timedelta(hours=3))
    file = CaseFile.opened(storm, version=1, cause=Cause(scenario="product_harm", quotations=(Quotation(words=words),)))
    state = world.cases.brand_state(brand)
    world.cases.save_assessment(
        BrandState(brand=brand, version=state.version + 1, incident_id=OTHER, incident_no=2),
        incident=storm.model_copy(update={"version": 1}), file=file,
    )  # fmt: skip
    mine = planned(world)
    cause = mine.cause.model_copy(update={"quotations": (Quotation(words=CAKE),)})
    world.cases.save_case((mine.with_(cause=cause, version=mine.version + 1),))
    world.clock.at += timedelta(days=3)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_proposed_with_its_reason(world: World, language: str) -> None:
    another(world)
    page = at_part(world, "level", lang=language)
    said = text_of(page.html)
    assert OTHER in said
    reason = {
        "en": "They are told of in the same words. Both have one scenario: people hurt by a product.",
        "uk": "Про них розповідають тими самими словами.",
        "es": "Se habla de ellos con las mismas palabras.",
    }
    assert reason[language] in said
    # AND only proposed: nothing is written by looking
    assert file_of(world).links == ()


def test_one_tap_links_them_and_another_says_that_they_are_two(world: World) -> None:
    another(world)
    assert done(world, "link_twin", part="level", id=OTHER).links == (OTHER,)
    assert 'value="link_twin"' not in at_part(world, "level").html
    file = done(world, "link_apart", part="level", id=OTHER)
    assert file.apart == (OTHER,)
    assert 'class="card twin"' not in at_part(world, "level").html
    assert [event.what for event in world.cases.case_events(world.incident_id)][-1] is What.APART
    assert f"Інша справа, ніж: {OTHER}" in text_of(at_part(world, "history").html)


def test_one_tap_merges_them_with_the_reason_that_stands_there(world: World) -> None:
    another(world)
    file = done(world, "merge", part="level", id=OTHER, into=OTHER, why="Про них розповідають тими самими словами.")
    assert (file.status, file.into) == (CaseStatus.MERGED, OTHER)


def test_other_words_are_no_twin_and_hostile_ones_do_no_harm(world: World) -> None:
    another(world, HOSTILE)
    page = at_part(world, "level")
    assert 'class="card twin"' not in page.html
    assert "<img" not in page.html
    assert send(world, "link_apart", part="level", id="aurora-nowhere-9").status in {404, 409}
    assert send(world, "link_twin", part="level", id="").status in {404, 409, 422}


def test_a_page_stands_where_nobody_can_look(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    another(world)
    monkeypatch.setattr(world.stories, "load", lambda *_: (_ for _ in ()).throw(ThrottledError("too much")))
    page = at_part(world, "level")
    assert page.status == 200
    assert 'class="card twin"' not in page.html
