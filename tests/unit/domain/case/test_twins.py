"""Protects: that two open cases are one is proposed with its reason, both ways alike, and decided by people alone."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.plans import NOW, case, incident
from tocsin.domain.case.cause import Cause
from tocsin.domain.case.file import CaseFile, CaseStatus, What
from tocsin.domain.case.status import keep_apart
from tocsin.domain.case.twins import Matter, twins
from tocsin.domain.errors import TransitionError

CAKE = "Отруїлися тортом, дитина в лікарні"
ALSO = "Знову отруєння тортом, лікарня"
WAIT = "Довго чекали кур’єра, хамство"
STORY = ("Аврора", "s-1")


def matter(number: int = 1, *texts: str, scenario: str | None = None, **facts: Any) -> Matter:
    of = incident(number, at=NOW + timedelta(days=number))
    stories = facts.pop("stories", {})
    file = CaseFile.opened(of).with_(cause=Cause(scenario=scenario), **facts)
    return Matter(of, file, stories, texts)


def test_one_story_or_the_same_words_and_nothing_that_speaks_against_it() -> None:
    mine = matter(1, CAKE, scenario="product_harm", stories={STORY: "m-1"})
    same_story = matter(2, WAIT, scenario="rumour", stories={STORY: "m-9"})
    same_words = matter(3, ALSO, scenario="product_harm")
    unknown = matter(4, ALSO)
    another = matter(5, ALSO, scenario="boycott")
    other_words = matter(6, WAIT, scenario="product_harm")
    found = twins(mine, (same_story, same_words, unknown, another, other_words, mine))
    assert [(one.incident_id[-1], one.story, one.scenario, one.words) for one in found] == [
        ("4", None, None, True),
        ("3", None, "product_harm", True),
        ("2", "m-1", None, False),
    ]


@pytest.mark.parametrize(
    "facts",
    [{"status": status} for status in CaseStatus if status is not CaseStatus.OPEN]
    + [{"drill": "a drill"}, {"apart": ("aurora-Аврора-1",)}],
)
def test_what_is_over_a_drill_or_told_apart_is_not_proposed(facts: dict[str, Any]) -> None:
    mine, other = matter(1, CAKE), matter(2, ALSO, **facts)
    assert twins(mine, (other,)) == twins(other, (mine,)) == ()


drawn = st.builds(
    lambda number, texts, scenario, told: matter(
        number, *texts, scenario=scenario, stories={STORY: f"m-{number}"} if told else {}
    ),
    st.integers(1, 9),
    st.lists(st.sampled_from([CAKE, ALSO, WAIT]), max_size=3),
    st.sampled_from([None, "rumour", "boycott"]),
    st.booleans(),
)


@given(drawn, drawn)
def test_it_is_found_from_either_side_and_never_without_a_reason(one: Matter, other: Matter) -> None:
    forth, back = twins(one, (other,)), twins(other, (one,))
    assert [(twin.words, twin.scenario, twin.story is None) for twin in forth] == [
        (twin.words, twin.scenario, twin.story is None) for twin in back
    ]
    assert all(twin.words or twin.story is not None for twin in forth)


def test_a_person_tells_them_apart_once_and_it_stands_in_the_history() -> None:
    work = case()._replace(by="duty@agency.example")
    done = keep_apart(work, "aurora-9")
    assert done.file.apart == ("aurora-9",)
    assert [(event.what, event.of) for event in done.events] == [(What.APART, "aurora-9")]
    assert keep_apart(work._replace(file=done.file), "aurora-9").events == ()
    with pytest.raises(TransitionError):
        keep_apart(work, work.incident.id)
