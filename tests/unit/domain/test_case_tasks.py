"""Protects: in any order of people's steps, scenarios and clocks no task of a case is lost or done twice, what was done
stays done, and a plan has one task for each of its steps."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.support.plans import NOW, SCENARIOS, Seen, case, told
from tocsin.domain.case import legal, plan_clock, task_clock, tasking
from tocsin.domain.case.file import What, Work, Worked
from tocsin.domain.case.plan import pick
from tocsin.domain.case.planning import lacking
from tocsin.domain.case.reminding import TWICE
from tocsin.domain.case.settled import settled
from tocsin.domain.case.tasks import TaskState
from tocsin.domain.controls import Mute
from tocsin.domain.errors import TransitionError
from tocsin.domain.incident import Step, TimelineEntry
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind
from tocsin_cli.playbooks import load_library

LIBRARY = load_library()
CLOCKS = [clock.id for law in LIBRARY.laws for clock in law.clocks]
people = st.sampled_from(["duty@agency.example", "deputy@agency.example", "stranger@elsewhere.example"])
places = st.integers(0, 90)


class AnyOrderOfTasks(RuleBasedStateMachine):
    @initialize(level=st.sampled_from([Level.WATCH, Level.ISSUE, Level.CRISIS, Level.SEVERE]))
    def begin_case(self, level: Level) -> None:
        self.work = case(level=level)
        self.seen = Seen(LIBRARY)
        self.ids: tuple[str, ...] = ()
        self.used: set[str] = set()
        self.coming_again: set[str] = set()
        self.over: dict[str, TaskState] = {}
        self.done_events: list[str] = []
        self.reminded: dict[str, int] = {}
        self.gravest = level
        self.confirmed: str | None = None

    # what happens

    @rule(minutes=st.integers(1, 400), mute=st.sampled_from([None, None, Mute.SHADOW]))
    def time_passes(self, minutes: int, mute: Mute | None) -> None:
        self.work = self.work._replace(now=self.work.now + timedelta(minutes=minutes), mute=mute, by=None)
        for clockwork in (plan_clock.due, task_clock.due):
            self._take(clockwork(self.work, self.seen))
        self.work = self.work._replace(mute=None)

    @rule(level=st.sampled_from([Level.WATCH, Level.ISSUE, Level.CRISIS, Level.SEVERE]))
    def the_level_changes(self, level: Level) -> None:
        self._stands_at(level)
        incident = self.work.incident
        step = Step.RAISE if level > incident.level else Step.LOWER
        timeline = (*incident.timeline, TimelineEntry(at=self.work.now, step=step, level=level))
        self.work = self.work._replace(incident=incident.model_copy(update={"level": level, "timeline": timeline}))

    @rule(scenario=st.sampled_from(SCENARIOS), severity=st.floats(0.2, 1))
    def more_is_told(self, scenario: str, severity: float) -> None:
        self.seen.mentions = (*self.seen.mentions, told(scenario, len(self.seen.mentions), severity=severity))[-50:]

    @rule(rounds=st.integers(1, 8))
    def what_comes_again_is_done_again(self, rounds: int) -> None:
        for _ in range(rounds):
            coming = [one for one in self.work.file.tasks if one.every is not None and one.state is TaskState.OPEN]
            for task in coming:
                self._step(partial(tasking.done, task_id=task.id), "duty@agency.example")

    # what people do

    @rule(by=people, scenario=st.sampled_from(SCENARIOS))
    def somebody_says_which_it_is(self, by: str, scenario: str) -> None:
        if self._step(lambda work: pick(work, LIBRARY, scenario), by):
            self.confirmed = scenario

    @rule(by=people, place=places)
    def somebody_takes_one(self, by: str, place: int) -> None:
        self._step(lambda work: tasking.begin(work, self._task(place)), by)

    @rule(by=people, place=places, note=st.sampled_from([None, "", "called the plant"]))
    def somebody_does_one(self, by: str, place: int, note: str | None) -> None:
        self._step(lambda work: tasking.done(work, self._task(place), note), by)

    @rule(by=people, place=places, reason=st.sampled_from(["", "not needed here", "x" * 400]))
    def somebody_drops_one(self, by: str, place: int, reason: str) -> None:
        self._step(lambda work: tasking.drop(work, self._task(place), reason), by)

    @rule(by=people, place=places, to=people)
    def somebody_gives_one_away(self, by: str, place: int, to: str) -> None:
        self._step(lambda work: tasking.give(work, self._task(place), to), by)

    @rule(by=people, place=places)
    def somebody_signs_one(self, by: str, place: int) -> None:
        self._step(lambda work: tasking.sign_task(work, self._task(place)), by)

    @rule(by=people, hours=st.integers(-2, 48), owner=st.none() | people)
    def somebody_adds_one(self, by: str, hours: int, owner: str | None) -> None:
        due = self.work.now + timedelta(hours=hours)
        self._step(lambda work: tasking.add(work, "Call the plant in Lviv", due, owner), by)

    @rule(by=people, clock=st.sampled_from(CLOCKS), hours=st.integers(-1, 30))
    def somebody_starts_a_clock_of_the_law(self, by: str, clock: str, hours: int) -> None:
        since = self.work.now - timedelta(hours=hours)
        self._step(lambda work: legal.start(work, LIBRARY, clock, since), by)

    @rule(by=people, clock=st.sampled_from(CLOCKS))
    def somebody_stops_a_clock_of_the_law(self, by: str, clock: str) -> None:
        self._step(lambda work: legal.stop(work, clock, "told the authority"), by)

    # what holds

    @invariant()
    def no_task_is_lost(self) -> None:
        """But earlier ones of what comes again: that they were done stands among the events."""
        ids = tuple(task.id for task in self.work.file.tasks)
        assert len(set(ids)) == len(ids)
        gone = set(self.ids) - set(ids)
        assert gone <= self.coming_again & set(self.done_events)
        assert tuple(one for one in self.ids if one not in gone) == ids[: len(self.ids) - len(gone)]
        assert not (set(ids) - set(self.ids)) & self.used
        self.ids, self.used = ids, self.used | set(ids)
        self.coming_again |= {task.id for task in self.work.file.tasks if task.every is not None}

    @invariant()
    def what_is_over_stays_as_it_ended(self) -> None:
        over = [task for task in self.work.file.tasks if task.state is not TaskState.OPEN]
        now: dict[str, TaskState] = {task.id: task.state for task in over}
        still = {task.id for task in self.work.file.tasks}
        assert {one: state for one, state in self.over.items() if one in still}.items() <= now.items()
        self.over = now

    @invariant()
    def nothing_is_done_twice(self) -> None:
        assert len(set(self.done_events)) == len(self.done_events)
        asked = [one for one in self.work.file.tasks if one.step and one.every is None]
        alive = [(one.step, one.words.en) for one in asked if one.state is not TaskState.DROPPED]
        assert len(set(alive)) == len(alive)

    @invariant()
    def each_step_of_the_plan_has_one_open_task_at_the_most(self) -> None:
        steps = [task.step for task in self.work.file.tasks if task.state is TaskState.OPEN and task.step]
        words = [
            (task.step, task.words.en) for task in self.work.file.tasks if task.state is TaskState.OPEN and task.step
        ]
        assert len(set(words)) == len(words), steps

    @invariant()
    def a_plan_that_a_person_chose_stays_theirs(self) -> None:
        if self.confirmed is not None:
            assert self.work.file.plan is not None
            assert self.work.file.plan.scenario == self.confirmed

    @invariant()
    def nobody_is_reminded_without_end(self) -> None:
        assert all(count <= TWICE + 1 for count in self.reminded.values())

    @precondition(lambda self: self.work.file.plan is not None)
    @rule()
    def after_a_tick_the_plan_lacks_nothing(self) -> None:
        self.work = self.work._replace(now=self.work.now + timedelta(minutes=1), by=None)
        self._take(plan_clock.due(self.work, self.seen))
        if len(self.work.file.tasks) < tasking.MOST:
            assert lacking(self.work.file, self.work.incident) == ()

    # how

    def _task(self, place: int) -> str:
        tasks = self.work.file.tasks
        return tasks[place % len(tasks)].id if tasks else "nothing"

    def _step(self, step: Any, by: str) -> bool:
        self.work = self.work._replace(by=by)
        try:
            done: Worked = step(self.work)
        except TransitionError:
            return False
        self._take(done)
        return True

    def _stands_at(self, level: Level) -> None:
        """In a case that was never so grave, what was spoken of before is spoken of anew."""
        if level > self.gravest:
            self.reminded.clear()
        self.gravest = max(self.gravest, level)

    def _take(self, done: Worked) -> None:
        self._stands_at(done.incident.level)  # a scenario that somebody confirms holds it at the floor of its plan
        muted = self.work.mute is not None
        assert not (muted and done.outbox)
        for event in done.events:
            if event.what is What.TASK_DONE:
                self.done_events.append(event.of or "")
            if event.what is What.REMINDED:
                self.reminded[event.of or ""] = self.reminded.get(event.of or "", 0) + 1
            if event.what is What.TASK_GIVEN:
                self.reminded.pop(event.of or "", None)
            if event.what is What.CLOCK:
                of = next((one.id for one in done.file.tasks if one.clock == event.of), None)
                self.reminded.pop(of or "", None)
        assert all(item.kind is AlertKind.DUE or item.kind is not AlertKind.TEST for item in done.outbox)
        kept = settled(self.work, done)
        self.work = Work(self.work.client, kept.incident, kept.file, self.work.now, self.work.by, self.work.mute)


TestAnyOrderOfTasks = AnyOrderOfTasks.TestCase
TestAnyOrderOfTasks.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


def test_what_comes_again_is_there_again_while_it_burns() -> None:
    work = _planned(Level.CRISIS)
    done = tasking.done(work._replace(by="duty@agency.example"), "inside_update")
    [first, second] = [task for task in done.file.tasks if task.step == "inside_update"]
    assert (first.state, second.state) == (TaskState.DONE, TaskState.OPEN)
    assert second.due_at == work.now + timedelta(hours=2)


def test_what_is_only_watched_has_four_hours_and_what_burns_its_minutes() -> None:
    work = case(level=Level.WATCH)
    work = work._replace(file=plan_clock.due(work, Seen(LIBRARY)).file)
    assert {task.due_at - NOW for task in work.file.tasks} == {timedelta(hours=4)}
    later = work._replace(
        now=NOW + timedelta(hours=1), incident=work.incident.model_copy(update={"level": Level.ISSUE})
    )
    burning = plan_clock.due(later, Seen(LIBRARY)).file
    due = {task.step: task.due_at for task in burning.tasks}
    assert due["verify"] == later.now + timedelta(minutes=15)
    assert due["holding"] == later.now + timedelta(minutes=15)


def test_whoever_is_late_is_reminded_twice_and_then_who_leads_the_case() -> None:
    work = _planned(Level.ISSUE)
    work = work._replace(file=work.file.with_(owner="deputy@agency.example"))
    told_of: list[str] = []
    for hour in range(1, 24):
        work = work._replace(now=NOW + timedelta(hours=hour))
        done = task_clock.due(work)
        told_of += [event.whom or "" for event in done.events if event.of == "verify"]
        work = work._replace(file=done.file, incident=done.incident)
    assert told_of == ["duty@agency.example", "duty@agency.example", "deputy@agency.example"]


def test_somebody_else_signs_what_needs_a_sign_off() -> None:
    work = pick(_planned(Level.CRISIS)._replace(by="duty@agency.example"), LIBRARY, "offensive_content")
    mine = case(level=Level.CRISIS)._replace(file=work.file, by="duty@agency.example")
    with pytest.raises(TransitionError, match="needs a sign-off"):
        tasking.done(mine, "plain_apology")
    with pytest.raises(TransitionError, match="somebody else signs it"):
        tasking.sign_task(mine, "plain_apology")
    signed = tasking.sign_task(mine._replace(by="deputy@agency.example"), "plain_apology")
    done = tasking.done(mine._replace(file=signed.file), "plain_apology", "published")
    assert next(task for task in done.file.tasks if task.id == "plain_apology").state is TaskState.DONE


def _planned(level: Level) -> Work:
    work = case(level=level)
    return work._replace(file=plan_clock.due(work, Seen(LIBRARY)).file)
