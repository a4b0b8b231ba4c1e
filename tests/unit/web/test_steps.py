"""The plan says first things first, with the clocks of crisis practice, and never advises to delete criticism."""

import pytest

from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind
from tocsin.web.steps import steps_for


@pytest.mark.parametrize(
    ("level", "clocks"),
    [(Level.WATCH, [240]), (Level.ISSUE, [30, 60]), (Level.CRISIS, [10, 15, 60]), (Level.SEVERE, [5, 15, 60])],
)
def test_the_clocks_are_those_of_the_practice(level: Level, clocks: list[int]) -> None:
    # GIVEN a level WHEN its steps are read THEN its clocks stand in order and the first is the acknowledgement
    assert [step.within for step in steps_for(AlertKind.RAISED, level) if step.within] == clocks


@pytest.mark.parametrize("level", [Level.CRISIS, Level.SEVERE])
def test_a_crisis_is_verified_before_anything_is_written(level: Level) -> None:
    # GIVEN a crisis WHEN its steps are read THEN verify, command, freeze, evidence come before a statement is drafted
    titles = [step.title for step in steps_for(AlertKind.RAISED, level)]
    order = [
        "Verify",
        "Freeze scheduled posts and ads",
        "Keep the evidence, delete nothing",
        "Draft a holding statement",
    ]
    assert [title for title in titles if title in order] == order
    assert any("approves is not the author" in step.detail for step in steps_for(AlertKind.RAISED, level))


@pytest.mark.parametrize("level", [level for level in Level if level is not Level.CALM])
def test_nobody_is_told_to_delete(level: Level) -> None:
    # GIVEN any alarm WHEN its steps are read THEN deleting criticism is named, and only to be refused
    words = " ".join(f"{step.title} {step.detail}" for step in steps_for(AlertKind.RAISED, level))
    assert "delete nothing" in words or "Do not delete" in words


@pytest.mark.parametrize("kind", [AlertKind.TEST, AlertKind.RESOLVED])
def test_drills_and_good_news_set_no_clock(kind: AlertKind) -> None:
    # GIVEN a drill or a resolution WHEN its steps are read THEN nothing ticks, whatever the level
    assert all(step.within is None for level in Level for step in steps_for(kind, level))
