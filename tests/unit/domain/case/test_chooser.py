"""Protects: the plan is chosen by severity, and by what people remember and how outraged they were found to be, never
lighter for either; and the choice says which of them moved it."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.plans import NOW, SCENARIOS, Seen, case, incident, told
from tocsin.domain.case import plan_clock
from tocsin.domain.case.cause import Cause
from tocsin.domain.case.causes import appraise, confirm_scenario
from tocsin.domain.case.chooser import Remembered, choose, remembered
from tocsin.domain.case.file import CaseFile, CaseStatus, Work
from tocsin.domain.case.plan import settle
from tocsin.domain.case.tasking import begin
from tocsin.domain.case.tasks import TaskState
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.playbook import GENERAL, Playbook
from tocsin.domain.posture import Outrage, Strategy
from tocsin.domain.reading import ScoredMention
from tocsin_cli.playbooks import load_library

LIBRARY = load_library()
DUTY = "duty@agency.example"
HARM = LIBRARY.of("product_harm")
heard = st.lists(st.tuples(st.sampled_from(SCENARIOS), st.floats(0.1, 1)), max_size=10).map(
    lambda drawn: tuple(told(one, number, severity=severity) for number, (one, severity) in enumerate(drawn))
)
memories = st.builds(
    Remembered, crises=st.integers(0, 4), scenarios=st.lists(st.sampled_from(SCENARIOS), max_size=4).map(tuple)
)
outrages = st.sampled_from(Outrage)


def gravity(playbook: Playbook | None) -> tuple[int, int]:
    """The general plan knows of nothing to be kept up to."""
    return (list(Level).index(playbook.floor), playbook.outrage.rank) if playbook is not None else (-1, -1)


def crisis(number: int, scenario: str, *, days: int = 200, level: Level = Level.CRISIS) -> tuple[Incident, CaseFile]:
    """An earlier case of the brand that is over, of which a person said what it was."""
    old = incident(number, level, at=NOW - timedelta(days=days))
    return old, CaseFile.opened(old).with_(status=CaseStatus.CLOSED, cause=Cause(scenario=scenario, confirmed_by=DUTY))


def mix(**severities: float) -> tuple[ScoredMention, ...]:
    return tuple(
        told(scenario, number, severity=severity) for number, (scenario, severity) in enumerate(severities.items())
    )


class TestWhatPeopleRemember:
    @given(heard, memories, memories, outrages)
    def test_more_history_never_chooses_a_lighter_plan(
        self,
        mentions: tuple[ScoredMention, ...],
        less: Remembered,
        more: Remembered,
        felt: Outrage,
    ) -> None:
        both = Remembered(less.crises + more.crises, (*less.scenarios, *more.scenarios))
        cause = Cause(outrage=felt)
        first = choose(incident(), cause, mentions, less, LIBRARY).playbook
        assert gravity(choose(incident(), cause, mentions, both, LIBRARY).playbook) >= gravity(first)

    def test_a_crisis_like_the_last_one_is_planned_for_though_few_tell_of_it_yet(self) -> None:
        # GIVEN many matters, of which a quarter tells of what burned last year
        mentions = mix(product_harm=0.9, rumour=0.9, service_outage=0.9, viral_complaint=0.9)
        assert choose(incident(), Cause(), mentions, Remembered(), LIBRARY).playbook is None
        chosen = choose(incident(), Cause(), mentions, Remembered(1, ("product_harm",)), LIBRARY)
        assert chosen.playbook == HARM
        assert {"moved_by=history", f"instead={GENERAL}"} <= {*chosen.why}

    def test_what_nobody_tells_of_is_not_planned_for_whatever_burned_before(self) -> None:
        chosen = choose(incident(), Cause(), mix(rumour=0.9), Remembered(3, ("product_harm",)), LIBRARY)
        assert chosen.playbook == LIBRARY.of("rumour")
        assert not any(fact.startswith(("moved_by", "instead")) for fact in chosen.why)

    def test_of_plans_as_grave_the_one_that_the_brand_has_needed_before(self) -> None:
        mentions = mix(rumour=0.9, coordinated_attack=0.89)
        alike = {LIBRARY.of(one) for one in ("rumour", "coordinated_attack")}
        assert len({gravity(one) for one in alike}) == 1
        assert choose(incident(), Cause(), mentions, Remembered(), LIBRARY).playbook == LIBRARY.of("rumour")
        chosen = choose(incident(), Cause(), mentions, Remembered(0, ("coordinated_attack",)), LIBRARY)
        assert chosen.playbook == LIBRARY.of("coordinated_attack")
        assert "instead=rumour" in chosen.why

    def test_two_years_back_and_only_what_was_a_case_of_its_own(self) -> None:
        known = [
            crisis(1, "product_harm"),
            crisis(2, "rumour", level=Level.ISSUE),
            crisis(3, "data_leak", days=800),
            crisis(4, "boycott"),
        ]
        files = tuple(file for _, file in known[:3])
        gone = known[3][1].with_(status=CaseStatus.DISMISSED)
        found = remembered(incident(5), tuple(one for one, _ in known), (*files, gone))
        assert found == Remembered(1, ("product_harm", "rumour"))


class TestOutrageThatAPersonFound:
    @given(heard, memories, outrages, outrages)
    def test_more_outrage_never_chooses_a_lighter_plan(
        self,
        mentions: tuple[ScoredMention, ...],
        before: Remembered,
        one: Outrage,
        other: Outrage,
    ) -> None:
        less, more = sorted((one, other), key=lambda felt: felt.rank)
        calmer = choose(incident(), Cause(outrage=less), mentions, before, LIBRARY).playbook
        assert gravity(choose(incident(), Cause(outrage=more), mentions, before, LIBRARY).playbook) >= gravity(calmer)

    @given(heard, memories, outrages)
    def test_the_same_facts_choose_the_same_plan_whatever_their_order(
        self,
        mentions: tuple[ScoredMention, ...],
        before: Remembered,
        felt: Outrage,
    ) -> None:
        again = Remembered(before.crises, before.scenarios[::-1])
        one = choose(incident(), Cause(outrage=felt), mentions, before, LIBRARY)
        other = choose(incident(), Cause(outrage=felt), mentions[::-1], again, LIBRARY)
        assert (one.playbook, one.why) == (other.playbook, other.why)

    def test_the_graver_plan_although_less_is_told_of_it(self) -> None:
        mentions = mix(product_defect=0.9, product_harm=0.6)
        assert choose(incident(), Cause(), mentions, Remembered(), LIBRARY).playbook == LIBRARY.of("product_defect")
        chosen = choose(incident(), Cause(outrage=Outrage.MODERATE), mentions, Remembered(), LIBRARY)
        assert chosen.playbook == HARM
        assert {"moved_by=outrage", "instead=product_defect"} <= {*chosen.why}

    def test_each_that_was_needed_is_named(self) -> None:
        mentions = mix(product_defect=1.0, product_harm=0.55)
        before, felt = Remembered(1), Cause(outrage=Outrage.MODERATE)
        for cause, history in ((felt, Remembered()), (Cause(), before)):
            assert choose(incident(), cause, mentions, history, LIBRARY).playbook == LIBRARY.of("product_defect")
        chosen = choose(incident(), felt, mentions, before, LIBRARY)
        assert chosen.playbook == HARM
        assert {"moved_by=history", "moved_by=outrage"} <= {*chosen.why}

    def test_a_persons_word_for_the_scenario_wins_over_both(self) -> None:
        cause = Cause(scenario="rumour", confirmed_by=DUTY, outrage=Outrage.EXTREME)
        chosen = choose(incident(), cause, mix(product_harm=1.0), Remembered(4, ("product_harm",)), LIBRARY)
        assert chosen.playbook == LIBRARY.of("rumour")
        assert not any(fact.startswith("moved_by") for fact in chosen.why)


class TestWhatAPersonFindsLater:
    """A guess gives way to a person's finding, and only to a graver plan; what people did stays."""

    MENTIONS = mix(product_defect=0.9, product_harm=0.6)

    def guessed(self) -> Work:
        work = case()._replace(by=DUTY)
        file = plan_clock.due(work, Seen(LIBRARY, self.MENTIONS)).file
        assert file.plan is not None
        assert file.plan.scenario == "product_defect"
        return work._replace(file=file, now=NOW + timedelta(minutes=10))

    @pytest.mark.parametrize("found", [{"outrage": Outrage.MODERATE}, {"injuries": True}])
    def test_the_plan_becomes_graver_and_what_was_begun_stays(self, found: dict[str, Any]) -> None:
        work = self.guessed()
        work = work._replace(file=begin(work, "verify").file)
        work = work._replace(file=appraise(work, **found).file)
        assert plan_clock.next_at(work.file, work.incident) is not None
        done = plan_clock.due(work._replace(by=None), Seen(LIBRARY, self.MENTIONS))
        assert done.file.plan is not None
        assert (done.file.plan.scenario, done.file.plan.guessed) == ("product_harm", True)
        assert next(one for one in done.file.tasks if one.id == "verify").state is TaskState.OPEN

    def test_it_is_weighed_once_and_never_to_a_lighter_plan(self) -> None:
        work = self.guessed()
        graver = plan_clock.due(
            work._replace(file=appraise(work, outrage=Outrage.MODERATE).file), Seen(LIBRARY, self.MENTIONS)
        ).file
        work = work._replace(file=graver)
        calmer = appraise(work, outrage=Outrage.NONE).file
        done = plan_clock.due(work._replace(file=calmer), Seen(LIBRARY, self.MENTIONS))
        assert done.file.plan is not None
        assert done.file.plan.scenario == "product_harm"
        assert plan_clock.next_at(done.file, work.incident) is None

    def test_how_the_public_is_answered_is_not_taken_away_by_a_guess(self) -> None:
        work = self.guessed()
        work = work._replace(file=settle(work, (Strategy.INSTRUCT, Strategy.ADJUST)).file)
        work = work._replace(file=appraise(work, outrage=Outrage.MODERATE).file)
        done = plan_clock.due(work, Seen(LIBRARY, self.MENTIONS))
        assert done.file.plan is not None
        assert (done.file.plan.scenario, done.file.plan.settled_by) == ("product_defect", DUTY)
        assert plan_clock.next_at(done.file, work.incident) is None

    def test_what_a_person_has_confirmed_stays(self) -> None:
        work = self.guessed()
        said = confirm_scenario(work, "product_defect", None).file
        said = plan_clock.due(work._replace(file=said), Seen(LIBRARY, self.MENTIONS)).file
        felt = appraise(work._replace(file=said), outrage=Outrage.EXTREME).file
        done = plan_clock.due(work._replace(file=felt), Seen(LIBRARY, self.MENTIONS))
        assert done.file.plan is not None
        assert done.file.plan.scenario == "product_defect"

    def test_the_clock_looks_at_what_burned_before(self) -> None:
        old, file = crisis(1, "product_harm")
        work = case()._replace(incident=incident(2))
        seen = Seen(
            LIBRARY, mix(product_harm=0.9, rumour=0.9, service_outage=0.9, viral_complaint=0.9), (old,), (file,)
        )
        done = plan_clock.due(work, seen)
        assert done.file.plan is not None
        assert (done.file.plan.scenario, done.file.plan.history) == ("product_harm", 1)
