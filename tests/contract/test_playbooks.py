"""Protects: each playbook says what the catalogue of scenarios asks for: how people see the brand, from which level
it is treated, which answers fit, what the first hour holds, what is never done, in three languages."""

import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tocsin.domain.levels import Level
from tocsin.domain.people import Circle, Role
from tocsin.domain.playbook import Playbook, Way
from tocsin.domain.posture import POSTURE_OF, Cluster, Outrage, Posture, Situation, Strategy, Truth, advised, objections
from tocsin.domain.scenarios import SCENARIOS
from tocsin_cli.playbooks import load_library

LIBRARY = load_library()
FIRST_HOUR = 60
CATALOGUE_FILE = Path(__file__).resolve().parents[3] / "shared" / "design" / "crisis-practice.md"
BASE, DENY, DIMINISH, REBUILD = Posture.BASE, Posture.DENY, Posture.DIMINISH, Posture.REBUILD
BOLSTER, PARACRISIS = Posture.BOLSTER, Posture.PARACRISIS


class Line(NamedTuple):
    """One scenario of the catalogue. ``postures``: just these, the base apart, which is always there; ``named``:
    strategies that it names itself; ``first``: the tasks of the first hour; ``never``: what must be ruled out, as it is
    said in English."""

    cluster: str
    floor: str
    postures: set[Posture]
    named: set[Strategy]
    first: set[str]
    never: str
    outraged: bool = False


CATALOGUE = {
    "product_defect": Line("accidental", "issue", {DIMINISH}, set(), {"stop_use", "batch"}, "isolated case"),
    "product_harm": Line("preventable", "crisis", {REBUILD}, set(), {"recall", "victims", "authority"}, "no excuse"),
    "product_tampering": Line(
        "victim", "crisis", {BOLSTER}, {Strategy.VICTIMAGE}, {"police", "withdraw"}, "no silence"
    ),
    "data_leak": Line("preventable", "crisis", {REBUILD}, set(), {"contain", "controller"}, "numbers smaller"),
    "service_outage": Line(
        "accidental", "issue", {DIMINISH}, set(), {"status_page", "next_update"}, "no time of repair"
    ),
    "bad_review_wave": Line(
        "challenge", "watch", {PARACRISIS}, {Strategy.REVISE}, {"sort", "reply"}, "pay nobody to delete"
    ),
    "viral_complaint": Line(
        "challenge", "issue", {PARACRISIS}, {Strategy.REFORM}, {"human_reply"}, "no template alone"
    ),
    "employee_misconduct": Line(
        "preventable", "crisis", {REBUILD}, set(), {"safety", "holding", "lawyer"}, "never name the employee"
    ),
    "management_misconduct": Line(
        "preventable", "severe", {REBUILD}, set(), {"board"}, "no denial and no attack", outraged=True
    ),
    "offensive_content": Line(
        "preventable", "crisis", {REBUILD}, {Strategy.APOLOGISE}, {"pull", "plain_apology"}, "no joke|half apology",
        outraged=True,
    ),
    "executive_statement": Line(
        "preventable", "crisis", {REBUILD}, set(), {"retract", "quiet"}, "not delete it quietly"
    ),
    "rumour": Line(
        "victim", "issue", {DENY}, {Strategy.DENIAL}, {"facts_page", "report"}, "not repeat the rumour in a headline"
    ),
    "impersonation": Line("victim", "issue", {DENY}, set(), {"takedown", "warn_customers"}, "not threaten critics"),
    "coordinated_attack": Line(
        "victim", "issue", set(), set(), {"map", "real_people"}, "never accuse a competitor in public"
    ),
    "boycott": Line(
        "challenge", "crisis", {PARACRISIS}, {Strategy.REFORM, Strategy.REFUTE}, {"meet"}, "no legal threat"
    ),
    "labour_conflict": Line(
        "challenge", "issue", {PARACRISIS}, {Strategy.REFORM}, {"employees_first"}, "not talk to the press alone"
    ),
    "supplier_scandal": Line("accidental", "issue", set(), set(), {"suspend"}, "no scapegoat"),
    "disaster": Line("victim", "crisis", set(), set(), {"safety", "families"}, "no advertising"),
    "agency_mistake": Line("preventable", "issue", {REBUILD}, set(), {"correct", "tell_client"}, "never hide it"),
    "extortion": Line("victim", "issue", set(), set(), {"keep_proof", "police"}, "not pay.*not negotiate in public"),
    "whistle_blower": Line(
        "preventable", "crisis", {REBUILD}, set(), {"protect_source", "independent"}, "never hunt for the author"
    ),
    "war_ties": Line(
        "preventable", "crisis", {REBUILD}, set(), {"dates", "act_first", "apology"}, "point at others|until monday",
        outraged=True,
    ),
}  # fmt: skip
EVERY = [pytest.param(playbook, id=playbook.scenario) for playbook in LIBRARY.playbooks]
REACHED_BY = {
    Circle.VICTIMS: {Way.VOICE},
    Circle.EMPLOYEES: {Way.STAFF},
    Circle.CUSTOMERS: {Way.DIRECT, Way.SITE, Way.SOCIAL, Way.COUNTER, Way.ORIGIN},
    Circle.REGULATOR: {Way.FORM},
    Circle.PARTNERS: {Way.DIRECT, Way.VOICE},
    Circle.BOARD: {Way.VOICE},
    Circle.MEDIA: {Way.PRESS},
    Circle.PUBLIC: {Way.SITE, Way.SOCIAL},
}


def test_every_scenario_of_the_catalogue_has_its_plan() -> None:
    assert LIBRARY.missing == ()
    assert {one.scenario for one in LIBRARY.playbooks} == set(SCENARIOS) == set(CATALOGUE)


@pytest.mark.skipif(not CATALOGUE_FILE.is_file(), reason="the catalogue itself is not beside this checkout")
def test_the_catalogue_says_the_same_of_each() -> None:
    row = re.compile(r"^\| ([a-z_]+) ?(?:\([^|]*\))? \| ([^|]+) \| (\w+) \| ([^|]+) \|", re.MULTILINE)
    rows = row.findall(CATALOGUE_FILE.read_text("utf-8"))
    written = {scenario: rest for scenario, *rest in rows if scenario in SCENARIOS}
    assert set(written) == set(CATALOGUE)
    for scenario, (clusters, floor, postures) in written.items():
        line = CATALOGUE[scenario]
        assert line.cluster in clusters, scenario
        assert line.outraged == ("outrage" in clusters), scenario
        assert line.floor == floor.strip(), scenario
        said = {posture for posture in (DENY, DIMINISH, REBUILD, PARACRISIS) if posture.value in postures}
        assert line.postures - {BOLSTER} == said, scenario
        assert (BOLSTER in line.postures) == ("victimage" in postures), scenario


@pytest.mark.parametrize("playbook", EVERY)
class TestEachPlaybook:
    def test_stands_where_the_catalogue_puts_it(self, playbook: Playbook) -> None:
        line = CATALOGUE[playbook.scenario]
        assert (playbook.cluster.value, playbook.floor.value) == (line.cluster, line.floor)
        assert (playbook.outrage is Outrage.EXTREME) == line.outraged

    def test_allows_just_the_answers_that_the_catalogue_names(self, playbook: Playbook) -> None:
        line = CATALOGUE[playbook.scenario]
        postures = {POSTURE_OF[one] for one in playbook.allowed}
        assert postures == {BASE, *line.postures}
        assert line.named <= set(playbook.allowed)

    def test_forbids_nothing_that_it_allows_and_nothing_that_the_theory_asks_for(self, playbook: Playbook) -> None:
        forbidden = set(playbook.forbidden)
        assert not forbidden & {POSTURE_OF[one] for one in playbook.allowed}
        asked = advised(Situation(cluster=playbook.cluster, truth=Truth.TRUE, outrage=playbook.outrage))
        if playbook.cluster is Cluster.PREVENTABLE:
            assert not forbidden & {POSTURE_OF[one] for one in asked}
            assert DIMINISH in forbidden

    def test_each_answer_that_it_allows_can_be_given(self, playbook: Playbook) -> None:
        for one in playbook.allowed:
            found = {
                truth: objections(
                    Situation(cluster=playbook.cluster, truth=truth),
                    (Strategy.INSTRUCT, Strategy.ADJUST, one),
                    proof=True,
                    signed=True,
                    forbidden=playbook.forbidden,
                )
                for truth in (Truth.TRUE, Truth.FALSE)
            }
            assert () in found.values(), (one, found)

    def test_holds_the_steps_of_the_first_hour(self, playbook: Playbook) -> None:
        first = {task.id for task in playbook.tasks if task.within <= FIRST_HOUR and task.when.history is False}
        assert CATALOGUE[playbook.scenario].first <= first
        assert "verify" in first

    def test_every_step_has_an_owner_and_a_deadline(self, playbook: Playbook) -> None:
        for task in playbook.tasks:
            assert task.owner in set(Role)
            assert task.within >= 1

    def test_from_crisis_up_it_follows_the_timeline_of_the_levels(self, playbook: Playbook) -> None:
        within = {task.id: task.within for task in playbook.tasks}
        if playbook.floor < Level.CRISIS:
            return
        assert within["freeze"] <= 15
        assert within["evidence"] <= 15
        assert within["holding"] <= 15
        approvers = [task for task in playbook.tasks if task.id in {"approve", "lawyer"}]
        assert any(task.owner is Role.DEPUTY and task.within <= FIRST_HOUR for task in approvers) or any(
            task.needs_sign_off for task in playbook.tasks
        )

    def test_rules_out_what_makes_this_one_worse(self, playbook: Playbook) -> None:
        said = " ".join(one.en for one in playbook.never).lower()
        for pattern in CATALOGUE[playbook.scenario].never.split("|"):
            assert re.search(pattern, said), pattern

    def test_reaches_everybody_whom_it_informs(self, playbook: Playbook) -> None:
        for circle in playbook.stakeholders:
            assert REACHED_BY[circle] & set(playbook.channels), circle

    def test_informs_the_victims_first_and_the_employees_always(self, playbook: Playbook) -> None:
        assert Circle.EMPLOYEES in playbook.stakeholders
        assert Circle.VICTIMS not in playbook.stakeholders[1:]

    def test_criticism_is_never_advised_away(self, playbook: Playbook) -> None:
        """Our own advertisement may be pulled; what others wrote may not."""
        for task in playbook.tasks:
            words = task.words.en.lower()
            assert not any(word in words for word in ("delete the", "remove the comment", "block the", "hide the"))

    def test_its_worst_case_has_an_answer_that_nothing_speaks_against(self, playbook: Playbook) -> None:
        situation = Situation(cluster=playbook.cluster, truth=Truth.UNKNOWN, outrage=Outrage.EXTREME, injuries=True)
        base = [one for one in playbook.allowed if POSTURE_OF[one] is BASE]
        assert base
        assert objections(situation, base, forbidden=playbook.forbidden) == ()

    def test_is_whole_in_three_languages(self, playbook: Playbook) -> None:
        for words in (playbook.title, playbook.closing, *playbook.never, *(task.words for task in playbook.tasks)):
            _whole(words)


def test_the_laws_clocks_are_whole_dated_and_named() -> None:
    ids = [clock.id for law in LIBRARY.laws for clock in law.clocks]
    assert {"gdpr_authority", "es_rectification", "ua_refutation"} <= set(ids)
    assert len(ids) == len(set(ids))
    for law in LIBRARY.laws:
        _whole(law.name)
        for clock in law.clocks:
            _whole(clock.words)
            _whole(clock.runs_from)
            assert clock.source.startswith("https://")
            assert clock.as_of.year >= 2026


def test_a_case_without_a_scenario_has_the_first_steps_too() -> None:
    assert {"verify", "freeze", "evidence", "holding"} <= {task.id for task in LIBRARY.general}


def _whole(words: Any) -> None:
    assert len({words.en, words.uk, words.es}) == 3
    assert any("а" <= letter.lower() <= "я" or letter.lower() in "іїєґ" for letter in words.uk)
    assert not set("ыэъё") & set(words.uk.lower())
