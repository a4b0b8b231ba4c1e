"""Protects: shadow and pause tell nobody and forget nothing; what always alerts gets through shadow."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.samples import NOON, client
from tocsin.domain.assessment import Outcome, decide
from tocsin.domain.brand_state import BrandState
from tocsin.domain.client import Client
from tocsin.domain.controls import Controls, Mute
from tocsin.domain.incident import Incident
from tocsin.domain.judgement import Judgement
from tocsin.domain.levels import Level

HOUR = timedelta(hours=1)
PAUSED = Controls().paused(NOON + 10 * HOUR, by="olha", at=NOON)


class Desk:
    def __init__(self, of: Client, controls: Controls) -> None:
        self.client, self.controls = of, controls
        self.state = BrandState(brand="Аврора")
        self.incident: Incident | None = None

    def assess(self, level: Level, after: timedelta, *, always: bool = False) -> Outcome:
        at = NOON + after if always else None
        asked = Judgement(index=50, level=level, always=always, always_at=at)
        outcome = decide(self.client, self.state, self.incident, asked, seq=1, now=NOON + after, controls=self.controls)
        self.state, self.incident = outcome.state, outcome.incident or self.incident
        return outcome


def test_in_shadow_the_alarm_is_kept_with_whom_it_would_have_woken() -> None:
    outcome = Desk(client(shadow=True), Controls()).assess(Level.CRISIS, HOUR)
    assert outcome.outbox == ()
    assert outcome.silent is not None
    assert (outcome.silent.mute, outcome.silent.level) == (Mute.SHADOW, Level.CRISIS)
    assert outcome.silent.woken == ("duty@agency.example", "deputy@agency.example")


def test_by_night_a_lesser_alarm_would_have_been_written_only() -> None:
    outcome = Desk(client(shadow=True), Controls()).assess(Level.ISSUE, 9 * HOUR)  # 23:00 in Kyiv
    assert outcome.silent is not None
    assert (outcome.silent.woken, len(outcome.silent.written)) == ((), 2)


def test_what_always_alerts_pages_in_shadow() -> None:
    outcome = Desk(client(shadow=True), Controls()).assess(Level.ISSUE, HOUR, always=True)
    assert outcome.silent is None
    assert outcome.outbox
    assert all(item.always for item in outcome.outbox)


def test_a_pause_holds_back_even_what_always_alerts() -> None:
    outcome = Desk(client(), PAUSED).assess(Level.CRISIS, HOUR, always=True)
    assert outcome.outbox == ()
    assert outcome.silent is not None
    assert outcome.silent.mute is Mute.PAUSED


def test_what_burns_when_a_pause_ends_is_told_then_and_once() -> None:
    desk = Desk(client(), PAUSED)
    desk.assess(Level.CRISIS, HOUR)
    assert desk.assess(Level.CRISIS, 9 * HOUR).outbox == ()
    assert desk.assess(Level.CRISIS, 10 * HOUR).outbox
    assert desk.assess(Level.CRISIS, 11 * HOUR).outbox == ()


def test_a_storm_that_nobody_heard_of_ends_in_silence_and_the_next_one_is_told() -> None:
    desk = Desk(client(), Controls().paused(NOON + 300 * HOUR, by="olha", at=NOON))
    desk.assess(Level.WATCH, HOUR)
    ends = [desk.assess(Level.CALM, hour * HOUR) for hour in range(2, 20)]
    assert desk.state.level is Level.CALM
    assert not any(outcome.outbox or outcome.silent for outcome in ends)
    assert desk.assess(Level.WATCH, 400 * HOUR).outbox


def test_people_who_were_told_before_a_pause_are_not_told_the_old_level_again() -> None:
    desk = Desk(client(), Controls())
    desk.assess(Level.CRISIS, timedelta())
    desk.controls = PAUSED
    for hour in range(1, 10):
        assert desk.assess(Level.CRISIS, hour * HOUR).outbox == ()
    assert desk.assess(Level.CRISIS, 11 * HOUR).outbox == ()


@pytest.mark.parametrize(("of", "controls"), [(client(shadow=True), Controls()), (client(), PAUSED)])
@given(levels=st.lists(st.sampled_from(Level), max_size=30))
def test_a_muted_client_takes_the_same_levels_and_tells_nobody(
    of: Client, controls: Controls, levels: list[Level]
) -> None:
    muted, loud = Desk(of, controls), Desk(client(), Controls())
    for step, level in enumerate(levels):
        at = timedelta(minutes=step)
        outcome = muted.assess(level, at)
        assert outcome.outbox == ()
        assert outcome.state.level is loud.assess(level, at).state.level


def test_a_storm_that_came_back_in_a_pause_is_told_when_it_ends() -> None:
    # GIVEN a crisis that was told, and fell while the client was paused
    desk = Desk(client(), Controls())
    desk.assess(Level.CRISIS, 0 * HOUR)
    desk.controls = Controls().paused(NOON + 80 * HOUR, by="olha", at=NOON + HOUR)
    for hour in (2, 27, 40):
        desk.assess(Level.WATCH, hour * HOUR)
    assert desk.state.level < Level.CRISIS
    # WHEN it rises again before the pause ends, and burns on after it
    assert desk.assess(Level.CRISIS, 60 * HOUR).silent is not None
    after = desk.assess(Level.CRISIS, 81 * HOUR)
    # THEN people are told, once
    assert after.outbox
    assert desk.assess(Level.CRISIS, 82 * HOUR).outbox == ()


def test_a_muted_rise_does_not_make_a_waiting_page_out_of_date() -> None:
    # GIVEN a page that waits for the morning
    desk = Desk(client(shadow=True), Controls())
    waiting = desk.assess(Level.ISSUE, 0 * HOUR, always=True).outbox
    # WHEN an ordinary rise is muted
    desk.assess(Level.CRISIS, HOUR)
    # THEN the page is still the newest that was written
    assert desk.incident is not None
    assert {item.alert_no for item in waiting} == {desk.incident.alert_no}
    # AND the next one has a number of its own
    louder = desk.assess(Level.SEVERE, 2 * HOUR, always=True).outbox
    assert {item.alert_no for item in louder} == {desk.incident.alert_no}
    assert {item.alert_no for item in louder}.isdisjoint(item.alert_no for item in waiting)


@pytest.mark.parametrize("of", [client(), client(shadow=True)])
def test_what_always_alerts_is_told_each_time_while_the_level_stands(of: Client) -> None:
    # GIVEN an issue, told because of something that is always told of
    desk = Desk(of, Controls())
    assert desk.assess(Level.ISSUE, 0 * HOUR, always=True).outbox
    # WHEN nothing new comes, and then something of that kind again
    assert desk.assess(Level.ISSUE, HOUR / 6, always=True).outbox == ()
    again = desk.assess(Level.ISSUE, 5 * HOUR, always=True)
    # THEN it is told again
    assert again.outbox
    assert again.state.level is Level.ISSUE


def test_what_always_alerts_is_told_beside_an_ordinary_issue() -> None:
    desk = Desk(client(), Controls())
    assert desk.assess(Level.ISSUE, 0 * HOUR).outbox
    assert desk.assess(Level.ISSUE, HOUR, always=True).outbox
