"""Protects: a case's plan fits what is told of it and says why, a person's word wins, and no answer that makes it worse
is settled on."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.plans import NOW, SCENARIOS, Seen, case, incident, told
from tocsin.domain.case import plan_clock
from tocsin.domain.case.cause import Cause
from tocsin.domain.case.causes import confirm_scenario
from tocsin.domain.case.chooser import Remembered, choose, remembered
from tocsin.domain.case.file import CaseFile, CaseStatus, What, Work
from tocsin.domain.case.plan import PostureError, RemovalError, against, pick, remove, settle, sign, situation
from tocsin.domain.case.tasks import TaskState
from tocsin.domain.errors import TransitionError
from tocsin.domain.incident import Step
from tocsin.domain.levels import Level
from tocsin.domain.playbook import GENERAL, Library
from tocsin.domain.posture import (
    OPEN,
    POSTURE_OF,
    Cluster,
    Objection,
    Obstacle,
    Outrage,
    Posture,
    Removal,
    Strategy,
    Truth,
    objections,
)
from tocsin.domain.reading import Claim
from tocsin_cli.playbooks import load_library

LIBRARY = load_library()
PLACE = "https://x.example/1"
DUTY, DEPUTY = "duty@agency.example", "deputy@agency.example"
BASE = (Strategy.INSTRUCT, Strategy.ADJUST)
scenarios = st.sampled_from(SCENARIOS)
answers = st.frozensets(st.sampled_from(Strategy), min_size=1)
causes = st.builds(
    Cause,
    truth=st.sampled_from(Truth),
    injuries=st.booleans(),
    outrage=st.sampled_from(Outrage),
    proof=st.none() | st.just("https://brand.example/proof.pdf"),
)


def planned(scenario: str, cause: Cause = Cause(), history: int = 0) -> Work:  # noqa: B008 - frozen
    """A case of which a person has said which one it is."""
    work = pick(case()._replace(by=DUTY), LIBRARY, scenario)
    file = work.file
    assert file.plan is not None
    known = cause.model_copy(update={"scenario": scenario, "confirmed_by": DUTY})
    plan = file.plan.model_copy(update={"history": history})
    return case()._replace(file=file.with_(cause=known, plan=plan), by=DUTY)


class TestWhichPlan:
    def test_what_weighs_most_by_severity_and_reach(self) -> None:
        mentions = (
            told("rumour", 1, severity=0.4, followers=90),
            told("rumour", 2, severity=0.4, followers=90),
            told("data_leak", 3, severity=0.9, followers=900_000),
        )
        chosen = choose(incident(), Cause(), mentions, Remembered(), LIBRARY)
        assert chosen.playbook == LIBRARY.of("data_leak")
        assert "scenario=data_leak" in chosen.why
        assert "heard=900000" in chosen.why
        assert any(fact.startswith("share=") for fact in chosen.why)

    def test_of_two_that_weigh_the_same_the_graver(self) -> None:
        mentions = (told("product_defect", 1), told("product_harm", 2))
        chosen = choose(incident(), Cause(), mentions, Remembered(), LIBRARY)
        assert chosen.playbook == LIBRARY.of("product_harm")
        assert "beside=product_defect" in chosen.why

    def test_one_author_is_one_voice(self) -> None:
        loud = [told("rumour", 1).model_copy(update={"mention": told("rumour", 1).mention}) for _ in range(20)]
        chosen = choose(incident(), Cause(), (*loud, told("data_leak", 2, severity=1.0)), Remembered(), LIBRARY)
        assert chosen.playbook == LIBRARY.of("data_leak")

    def test_who_denies_or_invents_does_not_tell_of_it(self) -> None:
        mentions = (told("data_leak", 1, claim=Claim.DENIAL), told("data_leak", 2, claim=Claim.FICTION))
        assert choose(incident(), Cause(), mentions, Remembered(), LIBRARY).playbook is None

    def test_where_nothing_or_everything_is_told_the_general_one(self) -> None:
        nothing = choose(incident(), Cause(), (told(None),), Remembered(), LIBRARY)
        assert (nothing.playbook, "reason=nothing_told" in nothing.why) == (None, True)
        many = tuple(told(scenario, number) for number, scenario in enumerate(SCENARIOS))
        assert "reason=many_matters" in choose(incident(), Cause(), many, Remembered(), LIBRARY).why

    @given(scenarios, st.lists(st.tuples(scenarios, st.floats(0, 1)), max_size=12))
    def test_a_persons_word_wins_over_all_that_is_told(self, said: str, mentions: list[tuple[str, float]]) -> None:
        cause = Cause(scenario=said, confirmed_by=DUTY)
        heard = tuple(told(one, number, severity=severity) for number, (one, severity) in enumerate(mentions))
        assert choose(incident(), cause, heard, Remembered(), LIBRARY).playbook == LIBRARY.of(said)

    def test_somebody_hurt_makes_a_defect_harm(self) -> None:
        chosen = choose(incident(), Cause(injuries=True), (told("product_defect"),), Remembered(), LIBRARY)
        assert chosen.playbook == LIBRARY.of("product_harm")
        assert "injuries=yes" in chosen.why

    def test_the_crises_that_people_remember_are_counted(self) -> None:
        before = (
            incident(1, Level.CRISIS, at=NOW - timedelta(days=300)),
            incident(2, Level.ISSUE, at=NOW - timedelta(days=200)),
            incident(3, Level.SEVERE, at=NOW - timedelta(days=900)),
        )
        told_of = (told("product_defect"),)
        chosen = choose(incident(4), Cause(), told_of, remembered(incident(4), before, ()), LIBRARY)
        assert chosen.history == 1
        assert "history=1" in chosen.why


class TestThePlansClock:
    def test_what_was_no_crisis_after_all_is_not_remembered(self) -> None:
        old = incident(1, Level.SEVERE, at=NOW - timedelta(days=30))
        for status, crises in ((CaseStatus.CLOSED, 1), (CaseStatus.DISMISSED, 0)):
            file = CaseFile.opened(old).with_(status=status)
            work = case()._replace(incident=incident(2))
            done = plan_clock.due(work, Seen(LIBRARY, (told("rumour"),), history=(old,), former=(file,)))
            assert done.file.plan is not None
            assert done.file.plan.history == crises

    def test_a_new_case_gets_its_plan_with_tasks_and_the_reason(self) -> None:
        work = case()
        done = plan_clock.due(work, Seen(LIBRARY, (told("data_leak"),)))
        assert done.file.plan is not None
        assert done.file.plan.cited == "data_leak v1"
        assert done.file.plan.guessed
        tasks = {task.step: task for task in done.file.tasks}
        assert tasks["contain"].due_at == NOW + timedelta(minutes=15)
        assert [event.what for event in done.events] == [What.PLANNED]

    def test_a_guess_is_kept_whatever_is_told_later_and_the_general_plan_is_not(self) -> None:
        work = case()
        general = plan_clock.due(work, Seen(LIBRARY)).file
        assert general.plan is not None
        assert general.plan.scenario == GENERAL
        later = work._replace(file=general, now=NOW + timedelta(minutes=3))
        rumour = plan_clock.due(later, Seen(LIBRARY, (told("rumour"),))).file
        assert rumour.plan is not None
        assert rumour.plan.scenario == "rumour"
        last = work._replace(file=rumour, now=NOW + timedelta(minutes=6))
        kept = plan_clock.due(last, Seen(LIBRARY, (told("data_leak", severity=1),))).file
        assert kept.plan is not None
        assert kept.plan.scenario == "rumour"

    def test_what_was_guessed_of_a_watch_is_guessed_once_more_when_it_rises(self) -> None:
        # GIVEN something watched, of which one post told of a rumour
        work = case(Level.WATCH)
        file = plan_clock.due(work, Seen(LIBRARY, (told("rumour", severity=0.2),))).file
        assert file.plan is not None
        assert (file.plan.scenario, file.plan.since) == ("rumour", None)

        # WHEN it rises, and by now most tell of a leak
        at = NOW + timedelta(hours=3)
        risen = work.incident.releveled(Level.CRISIS, index=70, reasons=(), at=at)
        now = work._replace(incident=risen, file=file, now=at)
        heard = Seen(LIBRARY, tuple(told("data_leak", number, severity=0.9) for number in range(5)))
        grave = plan_clock.due(now, heard).file

        # THEN the plan is that of the leak, with its clocks from now; and stays it
        assert grave.plan is not None
        assert (grave.plan.scenario, grave.plan.since) == ("data_leak", at)
        contain = next(task for task in grave.tasks if task.step == "contain")
        assert contain.due_at == at + timedelta(minutes=15)
        kept = plan_clock.due(now._replace(file=grave, now=at + timedelta(minutes=5)), Seen(LIBRARY, (told("rumour"),)))
        assert kept.file.plan is not None
        assert kept.file.plan.scenario == "data_leak"

    @pytest.mark.parametrize("how", ["begun", "settled", "nothing else told"])
    def test_a_guess_that_people_have_worked_by_or_that_nothing_contradicts_stays(self, how: str) -> None:
        from tocsin.domain.case.tasking import begin

        work = case(Level.WATCH)._replace(by=DUTY)
        file = plan_clock.due(work, Seen(LIBRARY, (told("rumour"),))).file
        if how == "begun":
            file = begin(work._replace(file=file), next(iter(file.tasks)).id).file
        if how == "settled":
            file = settle(work._replace(file=file), BASE).file
        at = NOW + timedelta(hours=3)
        risen = work.incident.releveled(Level.CRISIS, index=70, reasons=(), at=at)
        heard = () if how == "nothing else told" else tuple(told("data_leak", n, severity=0.9) for n in range(5))

        grave = plan_clock.due(work._replace(incident=risen, file=file, now=at), Seen(LIBRARY, heard)).file

        assert grave.plan is not None
        assert (grave.plan.scenario, grave.plan.since) == ("rumour", at)

    def test_a_confirmed_scenario_brings_its_plan_and_keeps_what_was_done(self) -> None:
        work = case()._replace(by=DUTY)
        guess = plan_clock.due(work, Seen(LIBRARY, (told("rumour"),))).file
        from tocsin.domain.case.tasking import begin, done

        at_work = done(work._replace(file=guess), "verify", "the plant says no").file
        at_work = begin(work._replace(file=at_work), "facts_page").file
        said = confirm_scenario(work._replace(file=at_work), "data_leak", None)
        then = plan_clock.due(work._replace(file=said.file, by=None), Seen(LIBRARY)).file
        states = {task.id: task.state for task in then.tasks}
        assert then.plan is not None
        assert (then.plan.scenario, then.plan.chosen_by) == ("data_leak", DUTY)
        assert states["verify"] is TaskState.DONE
        assert states["facts_page"] is TaskState.OPEN
        assert states["proof"] is TaskState.DROPPED
        assert states["contain"] is TaskState.OPEN
        assert [task.step for task in then.tasks].count("verify") == 1
        dropped = next(task for task in then.tasks if task.id == "proof")
        assert dropped.note == "→ data_leak v1"

    def test_a_confirmed_guess_is_no_guess_any_more_and_its_tasks_stay(self) -> None:
        work = case()
        guess = plan_clock.due(work, Seen(LIBRARY, (told("rumour"),))).file
        said = confirm_scenario(work._replace(file=guess, by=DUTY), "rumour", None).file
        then = plan_clock.due(work._replace(file=said, now=NOW + timedelta(minutes=2)), Seen(LIBRARY)).file
        assert then.plan is not None
        assert not then.plan.guessed
        assert then.tasks == guess.tasks
        assert plan_clock.next_at(then, work.incident) is None

    def test_the_same_person_may_think_again(self) -> None:
        work = case()._replace(by=DUTY)
        file = work.file
        for scenario in ("rumour", "data_leak", "nosuch_plan", "rumour"):
            if scenario == "nosuch_plan":
                library = Library(playbooks=(), general=LIBRARY.general)
                said = confirm_scenario(work._replace(file=file), "boycott", None).file
                file = plan_clock.due(work._replace(file=said, by=None), Seen(library)).file
                assert file.plan is not None
                assert (file.plan.scenario, "reason=no_playbook" in file.plan.why) == (GENERAL, True)
                assert plan_clock.next_at(file, work.incident) is None
                continue
            said = confirm_scenario(work._replace(file=file), scenario, None).file
            file = plan_clock.due(work._replace(file=said, by=None), Seen(LIBRARY)).file
            assert file.plan is not None
            assert file.plan.scenario == scenario

    def test_what_the_graver_case_needs_joins(self) -> None:
        work = case(level=Level.ISSUE)
        file = plan_clock.due(work, Seen(LIBRARY, (told("rumour"),))).file
        assert "inside_update" not in {task.step for task in file.tasks}
        severe = work._replace(
            file=file, now=NOW + timedelta(hours=1), incident=work.incident.model_copy(update={"level": Level.SEVERE})
        )
        assert plan_clock.next_at(file, severe.incident) is not None
        joined = plan_clock.due(severe, Seen(LIBRARY)).file
        due = {task.step: task.due_at for task in joined.tasks}
        assert due["hourly_update"] == severe.now + timedelta(hours=1)
        assert plan_clock.next_at(joined, severe.incident) is None

    @pytest.mark.parametrize("level", [Level.WATCH, Level.CRISIS])
    def test_a_case_without_a_scenario_is_looked_at_for_some_hours_and_not_for_days(self, level: Level) -> None:
        work = case(level=level)
        file, looks = plan_clock.due(work, Seen(LIBRARY)).file, 1
        while (at := plan_clock.next_at(file, work.incident)) is not None and looks < 100:
            assert at - NOW <= timedelta(hours=9)
            file, looks = plan_clock.due(work._replace(file=file, now=at), Seen(LIBRARY)).file, looks + 1
        assert 10 < looks < 40

        # AND risen again, days later, it is looked at anew: more is told of it
        later = NOW + timedelta(days=4)
        risen = work.incident.take(Step.RAISE, at=later, level=Level.SEVERE)
        assert plan_clock.next_at(file, risen) is not None
        then = plan_clock.due(work._replace(file=file, incident=risen, now=later), Seen(LIBRARY, (told("rumour"),)))
        assert then.file.plan is not None
        assert then.file.plan.scenario == "rumour"

    def test_what_was_watched_and_burns_has_its_minutes_also_where_no_playbook_can_be_read(self) -> None:
        work = case(level=Level.WATCH)
        file = plan_clock.due(work, Seen(LIBRARY)).file
        burning = work._replace(file=file, incident=work.incident.model_copy(update={"level": Level.CRISIS}))
        after = plan_clock.due(burning, Seen(None)).file
        assert after.plan is not None
        assert after.plan.since == burning.now

    def test_a_scenario_confirmed_when_it_has_begun_to_burn_takes_the_slow_clocks_away(self) -> None:
        # GIVEN a plan of a case that was only watched
        work = case(level=Level.WATCH)
        file = plan_clock.due(work, Seen(LIBRARY, (told("product_harm"),))).file
        assert min(task.due_at for task in file.tasks) >= NOW + timedelta(hours=4)
        # WHEN it burns, and a person confirms the very scenario before the clock's next look
        burning = work._replace(
            file=file, incident=work.incident.model_copy(update={"level": Level.CRISIS}), by="duty@agency.example"
        )
        after = pick(burning, LIBRARY, "product_harm").file
        # THEN every step has its own minutes
        playbook = LIBRARY.of("product_harm")
        assert playbook is not None
        minutes = {step.id: step.within for step in playbook.tasks}
        for task in after.tasks:
            if task.step in minutes:
                assert task.due_at <= NOW + timedelta(minutes=minutes[task.step]), task.id

    def test_without_playbooks_nothing_happens(self) -> None:
        work = case()
        assert plan_clock.due(work, Seen(None)).file is work.file

    def test_what_is_over_is_not_planned(self) -> None:
        work = case()
        over = work._replace(incident=work.incident.model_copy(update={"state": "resolved"}))
        assert plan_clock.due(over, Seen(LIBRARY, (told("rumour"),))).file.plan is None


class TestTheAnswer:
    @given(scenarios, causes, answers, st.booleans(), st.integers(0, 2))
    def test_only_what_nothing_speaks_against_is_settled(
        self, scenario: str, cause: Cause, chosen: frozenset[Strategy], proven: bool, history: int
    ) -> None:
        work = planned(scenario, cause, history)
        playbook = LIBRARY.of(scenario)
        assert playbook is not None
        expected = objections(
            situation(work.file),
            chosen,
            proof=proven or cause.proof is not None,
            signed=True,
            forbidden=playbook.forbidden,
        )
        proof = "https://brand.example/facts" if proven else None
        if expected:
            with pytest.raises(PostureError) as refused:
                settle(work, chosen, proof)
            assert refused.value.objections == expected
            return
        plan = settle(work, chosen, proof).file.plan
        assert plan is not None
        assert set(plan.strategies) == chosen
        assert plan.signed_by is None

    @given(scenarios, causes, answers)
    def test_until_it_is_verified_nothing_but_the_base_is_settled(
        self, scenario: str, cause: Cause, chosen: frozenset[Strategy]
    ) -> None:
        work = planned(scenario, cause.model_copy(update={"truth": Truth.UNKNOWN}))
        if chosen <= OPEN:
            return
        with pytest.raises(PostureError) as refused:
            settle(work, chosen, "https://brand.example/facts")
        assert Objection.UNVERIFIED in refused.value.objections

    @given(scenarios, causes, answers)
    def test_what_is_settled_with_an_apology_is_signed_by_somebody_else(
        self, scenario: str, cause: Cause, chosen: frozenset[Strategy]
    ) -> None:
        work = planned(scenario, cause)
        try:
            file = settle(work, chosen | {Strategy.APOLOGISE}, "https://brand.example/facts").file
        except PostureError:
            return
        assert file.plan is not None
        assert Objection.UNSIGNED in against(file, file.plan.strategies)
        with pytest.raises(TransitionError, match="somebody else signs"):
            sign(work._replace(file=file))
        signed = sign(work._replace(file=file, by=DEPUTY)).file
        assert against(signed, file.plan.strategies) == ()

    def test_a_new_answer_needs_a_new_signature(self) -> None:
        work = planned("product_harm", Cause(truth=Truth.TRUE))
        file = settle(work, (*BASE, Strategy.APOLOGISE)).file
        file = sign(work._replace(file=file, by=DEPUTY)).file
        file = settle(work._replace(file=file), (*BASE, Strategy.COMPENSATE)).file
        assert Objection.UNSIGNED in against(file, (Strategy.COMPENSATE, *BASE))

    def test_what_was_settled_for_one_scenario_does_not_hold_for_another(self) -> None:
        work = planned("product_harm", Cause(truth=Truth.TRUE))
        file = settle(work, (*BASE, Strategy.APOLOGISE)).file
        file = sign(work._replace(file=file, by=DEPUTY)).file
        other = pick(work._replace(file=file), LIBRARY, "data_leak").file.plan
        assert other is not None
        assert (other.strategies, other.signed_by) == ((), None)
        again = pick(work._replace(file=file), LIBRARY, "product_harm").file.plan
        assert again == file.plan

    def test_what_the_playbook_forbids_is_refused_until_the_scenario_is_another(self) -> None:
        cause = Cause(truth=Truth.FALSE, proof="https://brand.example/lab.pdf")
        with pytest.raises(PostureError) as refused:
            settle(planned("product_harm", cause), (*BASE, Strategy.DENIAL))
        assert refused.value.objections == (Objection.PLAN_FORBIDS,)
        assert settle(planned("rumour", cause), (*BASE, Strategy.DENIAL)).file.plan is not None

    def test_tampering_lets_the_victim_say_so_beside_the_base(self) -> None:
        work = planned("product_tampering", Cause(truth=Truth.TRUE))
        assert settle(work, (*BASE, Strategy.VICTIMAGE)).file.plan is not None
        with pytest.raises(PostureError):
            settle(work, (*BASE, Strategy.THANK))

    def test_without_a_plan_it_counts_as_what_could_have_been_prevented(self) -> None:
        assert situation(case().file).cluster is Cluster.PREVENTABLE

    @given(scenarios, causes)
    def test_a_history_weighs_as_people_see_it(self, scenario: str, cause: Cause) -> None:
        order = [Cluster.VICTIM, Cluster.CHALLENGE, Cluster.ACCIDENTAL, Cluster.PREVENTABLE]
        clean, marked = (situation(planned(scenario, cause, history).file) for history in (0, 2))
        assert order.index(marked.weighed) >= order.index(clean.weighed)
        assert marked.history

    @pytest.mark.parametrize("facts", [{"by": None}, {"strategies": ()}])
    def test_a_person_settles_and_settles_on_something(self, facts: dict[str, Any]) -> None:
        work = planned("rumour")._replace(by=facts.get("by", DUTY))
        with pytest.raises(TransitionError):
            settle(work, facts.get("strategies", BASE))


class TestWhatOthersWrote:
    @given(st.booleans(), st.booleans())
    def test_criticism_always_stays(self, published: bool, kept: bool) -> None:
        with pytest.raises(RemovalError) as refused:
            remove(
                planned("rumour"),
                Removal.CRITICISM,
                PLACE,
                policy_published=published,
                evidence_kept=kept,
            )
        assert refused.value.obstacles == (Obstacle.CRITICISM,)

    @given(st.sampled_from([one for one in Removal if one is not Removal.CRITICISM]), st.booleans(), st.booleans())
    def test_the_rest_goes_by_a_published_policy_with_the_evidence_and_a_signature(
        self, why: Removal, published: bool, kept: bool
    ) -> None:
        work = planned("rumour")
        if not (published and kept):
            with pytest.raises(RemovalError) as refused:
                remove(work, why, PLACE, policy_published=published, evidence_kept=kept)
            missing = {Obstacle.NO_POLICY: published, Obstacle.NO_EVIDENCE: kept}
            assert set(refused.value.obstacles) == {one for one, there in missing.items() if not there}
            return
        file = remove(work, why, PLACE, policy_published=True, evidence_kept=True).file
        assert file.tasks[-1].needs_sign_off
        assert file.tasks[-1].words.en.endswith(PLACE)

    def test_where_a_look_found_no_policy_its_address_is_wanted_and_kept(self) -> None:
        work = planned("rumour")
        facts: dict[str, Any] = {"policy_published": True, "evidence_kept": True, "policy_found": False}
        with pytest.raises(RemovalError) as refused:
            remove(work, Removal.SPAM, PLACE, **facts)
        assert refused.value.obstacles == (Obstacle.POLICY_NOT_FOUND,)
        # AND without the tick it is the policy itself that is missing
        with pytest.raises(RemovalError) as unsaid:
            remove(work, Removal.SPAM, PLACE, **{**facts, "policy_published": False})
        assert unsaid.value.obstacles == (Obstacle.NO_POLICY,)
        # AND what is no address is none
        with pytest.raises(TransitionError):
            remove(work, Removal.SPAM, PLACE, policy_url="our site", **facts)
        done = remove(work, Removal.SPAM, PLACE, policy_url="https://aurora.example/rules", **facts)
        assert done.file.tasks[-1].needs_sign_off
        assert "https://aurora.example/rules" in str(done.events[-1].words)

    def test_criticism_stays_with_any_address(self) -> None:
        with pytest.raises(RemovalError) as refused:
            remove(
                planned("rumour"), Removal.CRITICISM, PLACE, policy_published=True, evidence_kept=True,
                policy_found=False, policy_url="https://aurora.example/rules",
            )  # fmt: skip
        assert refused.value.obstacles == (Obstacle.CRITICISM,)


def test_a_person_holds_the_case_at_its_floor() -> None:
    work = case(level=Level.ISSUE)._replace(by=DUTY)
    done = pick(work, LIBRARY, "management_misconduct")
    assert done.incident.level is Level.SEVERE
    assert done.incident.held is not None
    assert done.incident.held.by == DUTY


def test_a_scenario_without_a_playbook_cannot_be_picked() -> None:
    with pytest.raises(TransitionError, match="no playbook 'rumour'"):
        pick(case()._replace(by=DUTY), Library(playbooks=()), "rumour")


def test_every_allowed_answer_has_a_posture_that_its_plan_does_not_forbid() -> None:
    for playbook in LIBRARY.playbooks:
        assert not {POSTURE_OF[one] for one in playbook.allowed} & set(playbook.forbidden)
        assert Posture.BASE in {POSTURE_OF[one] for one in playbook.allowed}
