"""Protects: what a review has changed in a playbook is in force in its next version, once, until the agency's own file
says the same, and what no longer fits is named and changes nothing."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.domain.case.review import ChangeKind, PlanChange
from tocsin.domain.errors import TransitionError
from tocsin.domain.people import Role
from tocsin.domain.playbook import Library, Playbook
from tocsin.domain.playbook_changes import PlaybookOverlay, accepted, applied, left, passed_over
from tocsin.domain.scenarios import SCENARIOS
from tocsin_cli.playbooks import load_library

BASE = load_library()
NOTHING = PlaybookOverlay()
NEW_TASK = {
    "owner": "responsible",
    "within": 45,
    "words": {"en": "Call the plant.", "uk": "Зателефонуйте на завод.", "es": "Llame a la fábrica."},
}


def change(place: str, before: object, after: object, **facts: object) -> PlanChange:
    written = {
        name: None if value is None else json.dumps(value) for name, value in {"before": before, "after": after}.items()
    }
    return PlanChange.model_validate(
        {"id": "change-1", "kind": ChangeKind.PLAYBOOK, "place": place, **written, **facts}
    )


def playbook(of: Library, scenario: str) -> Playbook:
    found = of.of(scenario)
    assert found is not None
    return found


@given(
    st.lists(st.tuples(st.sampled_from(SCENARIOS), st.integers(1, 500), st.sampled_from(Role)), min_size=1, max_size=8)
)
def test_each_accepted_change_is_one_version_and_holds(wishes: list[tuple[str, int, Role]]) -> None:
    overlay, versions = NOTHING, {one.scenario: one.version for one in BASE.playbooks}
    for scenario, within, owner in wishes:
        now = playbook(applied(BASE, overlay), scenario)
        task = now.tasks[0]
        for name, before, after in (("within", task.within, within), ("owner", task.owner.value, owner.value)):
            overlay_before = overlay
            overlay = accepted(BASE, overlay, change(f"playbook.{scenario}.tasks.{task.id}.{name}", before, after))
            versions[scenario] += int(before != after)
            assert (overlay is overlay_before) == (before == after)
        then = playbook(applied(BASE, overlay), scenario)
        assert (then.tasks[0].within, then.tasks[0].owner) == (within, owner)
        assert then.cited == f"{scenario} v{versions[scenario]}"
    assert left(BASE, overlay) is overlay or len(left(BASE, overlay).changes) < len(overlay.changes)


def test_a_task_joins_and_goes_again() -> None:
    joins = change("playbook.rumour.tasks.plant", None, NEW_TASK)
    overlay = accepted(BASE, NOTHING, joins)
    then = playbook(applied(BASE, overlay), "rumour")
    assert (then.tasks[-1].id, then.tasks[-1].within, then.version) == ("plant", 45, 2)
    full = then.tasks[-1].model_dump(mode="json")
    overlay = accepted(BASE, overlay, change("playbook.rumour.tasks.plant", full, None, id="change-2"))
    gone = playbook(applied(BASE, overlay), "rumour")
    assert (gone.tasks, gone.version) == (playbook(BASE, "rumour").tasks, 3)


def test_when_the_agencys_file_says_the_same_nothing_is_laid_over_it_and_the_version_goes_on() -> None:
    overlay = accepted(BASE, NOTHING, change("playbook.rumour.tasks.proof.within", 60, 30))
    own = applied(BASE, overlay).model_copy()
    same_file = Library(playbooks=tuple(one.model_copy(update={"version": 1}) for one in own.playbooks), laws=own.laws)
    rest = left(same_file, overlay)
    assert rest.changes == ()
    assert playbook(applied(same_file, rest), "rumour").version == 2
    next_one = accepted(same_file, rest, change("playbook.rumour.tasks.proof.within", 30, 20))
    assert playbook(applied(same_file, next_one), "rumour").version == 3


def test_what_is_taken_back_is_as_it_was_in_a_version_of_its_own() -> None:
    made = change("playbook.rumour.tasks.proof.within", 60, 30)
    overlay = accepted(BASE, accepted(BASE, NOTHING, made), made.undone)
    then = playbook(applied(BASE, overlay), "rumour")
    assert overlay.changes == ()
    assert then.cited == "rumour v3"
    assert then.model_copy(update={"version": 1}) == playbook(BASE, "rumour")


def test_what_no_longer_fits_is_named_and_changes_nothing() -> None:
    overlay = accepted(BASE, NOTHING, change("playbook.rumour.tasks.proof.within", 60, 30))
    rumour = playbook(BASE, "rumour")
    tasks = tuple(one.model_copy(update={"within": 5}) if one.id == "proof" else one for one in rumour.tasks)
    gone_on = Library(playbooks=(rumour.model_copy(update={"tasks": tasks, "version": 9}),))
    assert [one.place for one in passed_over(gone_on, overlay)] == ["playbook.rumour.tasks.proof.within"]
    assert playbook(applied(gone_on, overlay), "rumour").cited == "rumour v9"


def test_a_scenario_without_a_plan_may_get_one() -> None:
    bare = Library(playbooks=tuple(one for one in BASE.playbooks if one.scenario != "rumour"))
    whole = playbook(BASE, "rumour").model_dump(mode="json")
    overlay = accepted(bare, NOTHING, change("playbook.rumour", None, whole))
    assert playbook(applied(bare, overlay), "rumour").tasks == playbook(BASE, "rumour").tasks


@pytest.mark.parametrize(
    ("place", "before", "after"),
    [
        ("playbook.rumour.tasks.proof.within", 61, 30),
        ("playbook.rumour.tasks.proof.within", 60, -3),
        ("playbook.rumour.tasks.nosuch.within", 60, 30),
        ("playbook.rumour.cluster", "victim", "accidental"),
        ("playbook.nosuch.floor", "issue", "crisis"),
        ("playbook.rumour.stakeholders", ["employees", "customers", "partners", "media"], ["media", "victims"]),
        ("thresholds.crisis", 65, 60),
    ],
)
def test_what_makes_no_valid_playbook_is_refused(place: str, before: object, after: object) -> None:
    with pytest.raises(TransitionError):
        accepted(BASE, NOTHING, change(place, before, after))


def test_what_is_no_json_is_refused() -> None:
    written = change("playbook.rumour.floor", "issue", "severe").model_copy(update={"after": "severe"})
    with pytest.raises(TransitionError, match="no JSON"):
        accepted(BASE, NOTHING, written)
