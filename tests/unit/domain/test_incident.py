"""Protects: an incident takes only the steps its state allows, forgets nothing, and numbers each alert once."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.support.samples import NOON
from tocsin.domain.errors import TransitionError
from tocsin.domain.incident import (
    TIMELINE_CAP,
    TRANSITIONS,
    Incident,
    IncidentState,
    Step,
    TimelineEntry,
    parted,
)
from tocsin.domain.levels import Level

BURNING = [level for level in Level if level is not Level.CALM]


def opened(level: Level = Level.ISSUE) -> Incident:
    return Incident.opened(id="a-1", client="a", brand="A", level=level, index=50, reasons=(), at=NOON)


class AnyOrderOfSteps(RuleBasedStateMachine):
    """Whatever comes in whatever order: a refused step changes nothing, a taken one is on the timeline."""

    @initialize(level=st.sampled_from(BURNING))
    def open(self, level: Level) -> None:
        self.incident = opened(level)
        self.taken = 1
        self.alerts = {self.incident.alert_no}
        self.now = NOON

    @rule(step=st.sampled_from(Step), minutes=st.integers(-5, 90), by=st.sampled_from([None, "duty"]))
    def take(self, step: Step, minutes: int, by: str | None) -> None:
        self.now += timedelta(minutes=minutes)
        before = self.incident
        try:
            self.incident = before.take(step, at=self.now, by=by)
        except TransitionError:
            assert (before.state, step) not in TRANSITIONS
            return
        self._check(before, step)

    @rule(level=st.sampled_from(Level))
    def follow_the_assessment(self, level: Level) -> None:
        before = self.incident
        try:
            self.incident = before.releveled(level, index=10, reasons=(), at=self.now)
        except TransitionError:
            assert before.closed or before.level == level
            return
        assert self.incident.level == level
        self._check(before, self.incident.timeline[-1].step)

    def _check(self, before: Incident, step: Step) -> None:
        self.taken += 1
        assert self.incident.state is TRANSITIONS[before.state, step]
        assert self.incident.version == before.version + 1
        if step in {Step.RAISE, Step.REOPEN, Step.RESOLVE}:
            assert self.incident.alert_no not in self.alerts
            self.alerts.add(self.incident.alert_no)
        else:
            assert self.incident.alert_no == before.alert_no

    @invariant()
    def nothing_is_forgotten(self) -> None:
        if hasattr(self, "incident"):
            assert len(self.incident.timeline) == min(self.taken, TIMELINE_CAP)
            assert len(self.incident.left) == self.taken - len(self.incident.timeline)
            assert self.incident.peak >= self.incident.level
            assert self.incident.updated_at >= self.incident.opened_at
            assert Incident.model_validate_json(self.incident.model_dump_json()) == self.incident


TestAnyOrderOfSteps = AnyOrderOfSteps.TestCase


def test_a_graver_level_needs_a_person_again() -> None:
    # GIVEN an issue that somebody acknowledged
    acknowledged = opened(Level.ISSUE).take(Step.ACKNOWLEDGE, at=NOON, by="duty")

    # WHEN it becomes a crisis
    graver = acknowledged.releveled(Level.CRISIS, index=80, reasons=(), at=NOON)

    # THEN nobody has acknowledged that
    assert graver.state is IncidentState.OPEN
    assert graver.alert_no == acknowledged.alert_no + 1


def test_a_relapse_reopens_the_same_incident() -> None:
    resolved = opened(Level.CRISIS).releveled(Level.CALM, index=3, reasons=(), at=NOON)
    assert resolved.state is IncidentState.RESOLVED

    again = resolved.releveled(Level.ISSUE, index=44, reasons=(), at=NOON + timedelta(hours=2))

    assert (again.id, again.state, again.peak) == (resolved.id, IncidentState.OPEN, Level.CRISIS)


def test_what_was_reviewed_is_closed_but_for_whoever_reopens_it() -> None:
    reviewed = opened().take(Step.RESOLVE, at=NOON).take(Step.REVIEW, at=NOON, by="lead")

    for step in set(Step) - {Step.REOPEN}:
        with pytest.raises(TransitionError, match="a-1 is reviewed"):
            reviewed.take(step, at=NOON)


def test_a_long_night_of_pages_pushes_out_nothing_that_people_did() -> None:
    # GIVEN an incident that somebody acted on
    incident = opened().noted(Step.ACT, at=NOON, by="duty", note="called the plant")

    # WHEN more pages follow than its timeline holds
    for _ in range(TIMELINE_CAP + 50):
        incident = incident.noted(Step.PAGE, at=NOON, who="duty", alerts=True)

    # THEN the oldest pages have left it, and are handed over to whoever writes it
    assert len(incident.timeline) == TIMELINE_CAP
    assert [entry.step for entry in incident.timeline[:3]] == [Step.RAISE, Step.ACT, Step.PAGE]
    assert (incident.alert_no, incident.version) == (TIMELINE_CAP + 51, TIMELINE_CAP + 52)
    assert {entry.step for entry in incident.left} == {Step.PAGE}
    assert len(incident.left) == 52


@given(st.lists(st.sampled_from([Step.PAGE, Step.ACT, Step.SKIP]), min_size=TIMELINE_CAP, max_size=TIMELINE_CAP + 40))
def test_whatever_leaves_a_timeline_is_handed_over_in_its_order(steps: list[Step]) -> None:
    entries = tuple(
        TimelineEntry(at=NOON + timedelta(seconds=number), step=step, level=Level.CRISIS)
        for number, step in enumerate(steps)
    )
    stays, leaves = parted(entries)
    assert len(stays) == TIMELINE_CAP
    assert sorted((*stays, *leaves), key=lambda entry: entry.at) == list(entries)
    assert list(stays) == sorted(stays, key=lambda entry: entry.at)
    assert list(leaves) == sorted(leaves, key=lambda entry: entry.at)
    # AND nothing that people did leaves it while a page is left
    assert all(entry.step is Step.PAGE for entry in leaves) or all(entry.step is not Step.PAGE for entry in stays)


def test_calm_opens_nothing() -> None:
    with pytest.raises(TransitionError):
        opened(Level.CALM)


@given(st.sampled_from(Level), st.sampled_from(Level))
def test_levels_are_ordered_by_gravity_not_by_letter(one: Level, other: Level) -> None:
    assert (one < other) == (one.rank < other.rank)
    assert (one >= other) == (one.rank >= other.rank)
    assert (one <= other) == (one.rank <= other.rank)
    assert (one > other) == (one.rank > other.rank)
