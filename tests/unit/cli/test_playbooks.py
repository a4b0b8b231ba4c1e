"""Protects: every scenario has a plan, it says what the catalogue asks for, and a wrong file names its place."""

from pathlib import Path

import pytest
import yaml

from tocsin.domain.levels import Level
from tocsin.domain.people import Role
from tocsin.domain.posture import POSTURE_OF, Cluster, Outrage, Posture, Situation, Strategy, Truth, objections
from tocsin.domain.scenarios import SCENARIOS
from tocsin_cli.errors import BadInputError
from tocsin_cli.playbooks import STARTER, load_library

LIBRARY = load_library()
CATALOGUE = {
    "product_defect": ("accidental", "issue"),
    "product_harm": ("preventable", "crisis"),
    "product_tampering": ("victim", "crisis"),
    "data_leak": ("preventable", "crisis"),
    "service_outage": ("accidental", "issue"),
    "bad_review_wave": ("challenge", "watch"),
    "viral_complaint": ("challenge", "issue"),
    "employee_misconduct": ("preventable", "crisis"),
    "management_misconduct": ("preventable", "severe"),
    "offensive_content": ("preventable", "crisis"),
    "executive_statement": ("preventable", "crisis"),
    "rumour": ("victim", "issue"),
    "impersonation": ("victim", "issue"),
    "coordinated_attack": ("victim", "issue"),
    "boycott": ("challenge", "crisis"),
    "labour_conflict": ("challenge", "issue"),
    "supplier_scandal": ("accidental", "issue"),
    "disaster": ("victim", "crisis"),
    "agency_mistake": ("preventable", "issue"),
    "extortion": ("victim", "issue"),
    "whistle_blower": ("preventable", "crisis"),
    "war_ties": ("preventable", "crisis"),
}
FIRST_HOUR = 60


def test_every_scenario_has_its_plan() -> None:
    assert LIBRARY.missing == ()
    assert {one.scenario for one in LIBRARY.playbooks} == set(SCENARIOS) == set(CATALOGUE)


@pytest.mark.parametrize("playbook", LIBRARY.playbooks, ids=lambda one: one.scenario)
class TestEachPlaybook:
    def test_stands_where_the_catalogue_puts_it(self, playbook) -> None:
        assert (playbook.cluster.value, playbook.floor.value) == CATALOGUE[playbook.scenario]

    def test_somebody_verifies_or_protects_before_anything_is_said(self, playbook) -> None:
        first = {task.id for task in playbook.tasks if task.within <= FIRST_HOUR}
        assert "verify" in first or playbook.scenario in {
            "product_tampering",
            "agency_mistake",
            "extortion",
            "data_leak",
        }

    def test_criticism_is_never_advised_away(self, playbook) -> None:
        """Our own advertisement may be pulled; what others wrote may not."""
        for task in playbook.tasks:
            words = task.words.en.lower()
            assert not any(word in words for word in ("delete the", "remove the comment", "block the", "hide the"))

    def test_from_crisis_up_somebody_else_than_the_author_approves(self, playbook) -> None:
        approvers = {task.owner for task in playbook.tasks if task.id in {"approve", "lawyer"}}
        signed = any(task.needs_sign_off for task in playbook.tasks)
        assert playbook.floor < Level.CRISIS or Role.DEPUTY in approvers or signed

    def test_its_worst_case_has_an_answer_that_nothing_speaks_against(self, playbook) -> None:
        situation = Situation(cluster=playbook.cluster, truth=Truth.UNKNOWN, outrage=Outrage.EXTREME)
        base = [one for one in playbook.allowed if POSTURE_OF[one] is Posture.BASE]
        assert base
        assert objections(situation, base) == ()

    def test_tampering_apart_nobody_who_is_responsible_plays_the_victim(self, playbook) -> None:
        assert Strategy.VICTIMAGE not in playbook.allowed or playbook.cluster is Cluster.VICTIM

    def test_its_sentences_differ_by_language(self, playbook) -> None:
        for words in (playbook.title, playbook.closing, *playbook.never, *(task.words for task in playbook.tasks)):
            assert len({words.en, words.uk, words.es}) == 3
            assert any("а" <= letter.lower() <= "я" for letter in words.uk)
            assert not set("ыэъё") & set(words.uk.lower())


def _write(folder: Path, name: str, **changes: object) -> Path:
    data = yaml.safe_load((STARTER / "rumour.yaml").read_text("utf-8"))
    (folder / "common.yaml").write_text((STARTER / "common.yaml").read_text("utf-8"), "utf-8")
    (folder / name).write_text(yaml.safe_dump({**data, **changes}, allow_unicode=True), "utf-8")
    return folder


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"allowed": ["denial", "apologise"], "forbidden": []}, "a denial cannot stand beside an excuse or an apology"),
        ({"allowed": ["remind"]}, "praise of oneself is no answer by itself"),
        ({"forbidden": ["deny"]}, "deny stands among the allowed as well"),
        ({"cluster": "preventable", "allowed": ["instruct", "excuse"], "forbidden": []}, "not made small"),
        ({"cluster": "accidental", "allowed": ["instruct", "victimage"]}, "only where the brand is the victim"),
        ({"tasks": ["verify", "nosuch", "freeze"]}, "'nosuch' is none of the shared ones"),
        ({"tasks": ["verify", "verify", "freeze"]}, "verify stands there twice"),
        ({"stakeholders": ["media", "victims"]}, "inform them in this order"),
        ({"title": {"en": "A rumour", "uk": "Чутка"}}, "title.es: is required"),
        ({"scenario": "gossip"}, "is no scenario"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_file_says_where_and_why(tmp_path: Path, changes: dict, said: str) -> None:
    folder = _write(tmp_path, "rumour.yaml", **changes)
    with pytest.raises(BadInputError) as refused:
        load_library(folder)
    assert said in str(refused.value)
    assert "rumour.yaml" in str(refused.value)


def test_a_clients_own_plan_goes_before_the_agencys(tmp_path: Path) -> None:
    _write(tmp_path, "rumour.yaml", version=7)
    found = load_library(STARTER, tmp_path).of("rumour")
    assert found is not None
    assert found.cited == "rumour v7"
    assert load_library(STARTER, tmp_path).missing == ()


def test_a_file_is_named_after_its_scenario(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"name the file rumour\.yaml"):
        load_library(_write(tmp_path, "gossip.yaml"))
