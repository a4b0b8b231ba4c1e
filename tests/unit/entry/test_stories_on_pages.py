"""Protects: the page of who is behind a case draws how each story grew, and says the same in words and in figures; the
history keeps every step of a long storm."""

import re
from datetime import timedelta

import pytest

from tests.support.answering import BRAND, OLENA, World
from tests.unit.domain.case.test_story_hours import curve
from tests.unit.entry.test_answer_site import HOSTILE, text_of
from tests.unit.entry.test_case_site import at_part
from tests.unit.entry.test_case_site import world as world  # noqa: PLC0414 - a fixture
from tocsin.domain.case.insight import Insight
from tocsin.domain.case.spread import Spread, StoryCurve
from tocsin.domain.case.together import Coordinated
from tocsin.domain.incident import TIMELINE_CAP, Step
from tocsin.services.insight import Insights
from tocsin.web.i18n import LANGUAGES


def shown(world: World, monkeypatch: pytest.MonkeyPatch, *stories: StoryCurve) -> None:
    now = world.clock.now()
    at = now - timedelta(hours=20)
    moved = tuple(
        one._replace(
            began_at=at, hours=tuple((at + timedelta(hours=n), count) for n, (_, count) in enumerate(one.hours))
        )
        for one in stories
    )
    seen = Insight(BRAND, at, now, 9, 9, Spread(None, (), (), (), moved), Coordinated(0.0, ()), (), (), ())
    monkeypatch.setattr(Insights, "of", lambda *_: seen)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_story_has_a_chart_that_says_itself(world: World, monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    shown(world, monkeypatch, curve({0: 1, 1: 12, 2: 4}, before=3)._replace(title=HOSTILE), curve({0: 2}))
    page = at_part(world, "who", lang=language)
    assert page.html.count("<svg ") == 2
    assert "<img" not in page.html
    bars = re.findall(r'<rect x="[\d.]+" y="([\d.]+)" width="[\d.]+" height="([\d.]+)"/>', page.html)
    # the fullest hour fills the chart, a third of it a third
    assert [float(height) for _, height in bars] == pytest.approx([6, 72, 24, 72])
    assert all(float(top) + float(height) == pytest.approx(72) for top, height in bars)
    # AND whoever sees no chart is told
    labels = re.findall(r'role="img" aria-label="([^"]+)"', page.html)
    assert "12" in labels[0]
    said = text_of(page.html)
    assert re.search(r": 12 .*: 4 ", said)
    assert re.search(r"(before that|до того|antes): 3", said)


def test_what_was_told_in_one_hour_alone_needs_no_chart(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    shown(world, monkeypatch, curve({0: 5}))
    assert "<svg" not in at_part(world, "who").html


def test_all_that_happened_is_there_however_long_it_was(world: World) -> None:
    # GIVEN a storm with more steps than its timeline holds, and than one page shows
    storm, at = world.incident, world.clock.now()
    for number in range(TIMELINE_CAP + 20):
        storm = storm.noted(Step.ACT, at=at + timedelta(seconds=number), by=OLENA, note=f"крок-{number:03}.")
    world.cases.save_incident(storm.model_copy(update={"version": world.incident.version + 1}))
    # WHEN somebody goes from page to page
    found: set[str] = set()
    query: dict[str, str] = {}
    for _ in range(10):
        page = at_part(world, "history", **query)
        found |= set(re.findall(r"крок-\d{3}\.", page.html))
        older = re.search(r"part=history&amp;from=(\d+)", page.html.replace("&amp;lang", "&lang"))
        if older is None:
            break
        query = {"from": older[1]}
    # THEN every step was on one of them
    assert len(found) == TIMELINE_CAP + 20
    for odd in ("-1", "x", "9999999", "²"):
        assert at_part(world, "history", **{"from": odd}).status == 200
