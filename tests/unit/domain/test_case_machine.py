"""Protects: in any order of people's steps, assessments, clocks, lost writes and crashes a person's level wins until it
is released, no promise is lost, nothing that is owed is closed, and the history only grows."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from unittest.mock import patch

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.support.samples import NOON, client
from tocsin.adapters import memory
from tocsin.adapters.memory_cases import MemoryCaseStore
from tocsin.adapters.memory_desk import MemoryControlStore
from tocsin.domain.brand_baseline import BaselineState
from tocsin.domain.case import briefs, enquiries, promising
from tocsin.domain.case.file import CaseEvent, CaseFile, CaseStatus, Work, Worked, timeline_of
from tocsin.domain.case.freeze import freeze
from tocsin.domain.case.level import hold, release
from tocsin.domain.case.promises import PromiseState
from tocsin.domain.case.status import assign, close, dismiss, hand_over, note, reopen
from tocsin.domain.client import Client
from tocsin.domain.detector import Detector
from tocsin.domain.errors import ConflictError
from tocsin.domain.escalation import acknowledge
from tocsin.domain.incident import Incident, TimelineEntry
from tocsin.domain.judgement import Judgement
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind
from tocsin.services.answer import AnswerError
from tocsin.services.assess import Assess
from tocsin.services.case_clocks import CaseClocks, Clockwork
from tocsin.services.casework import Casework
from tocsin.services.verdicts import Verdicts

BRANDS = ("Аврора", "Borealis")
PEOPLE = ("duty@agency.example", "deputy@agency.example")
BURNS = [Level.WATCH, Level.ISSUE, Level.CRISIS, Level.SEVERE]
levels = st.sampled_from(list(Level))
people = st.sampled_from(PEOPLE)
brands = st.sampled_from(BRANDS)
places = st.integers(0, 30)
SHORT = 8
"""Entries of a timeline here, so that some leave it."""


class Crash(BaseException):
    """The process died at a write."""


class FaultyStore(MemoryCaseStore):
    """The next write is lost, or done just before the process dies; or somebody else is quicker."""

    fault: str | None = None

    def save_case(self, *args: Any, **facts: Any) -> None:
        self._struck(partial(super().save_case, *args, **facts))

    def save_assessment(self, *args: Any, **facts: Any) -> None:
        self._struck(partial(super().save_assessment, *args, **facts))

    def _struck(self, write: Callable[[], None]) -> None:
        fault, self.fault = self.fault, None
        if fault == "race":
            raise ConflictError("somebody was quicker")
        if fault == "before":
            raise Crash
        write()
        if fault == "after":
            raise Crash

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(self._incidents)


class Clock:
    at = NOON

    def now(self) -> datetime:
        return self.at


class Asking(Detector):
    """Asks for what the test says."""

    def __init__(self) -> None:
        super().__init__()
        self.level = Level.CALM

    def fold(self, client: Client, baseline: BaselineState, *_: Any) -> BaselineState:
        return baseline

    def judge(self, *_: Any, **__: Any) -> Judgement:
        return Judgement(index=float(self.level.rank * 20), level=self.level, reasons=(), negative=9, total=10)


class AnyOrderOfSteps(RuleBasedStateMachine):
    @initialize(armed=st.booleans())
    def begin(self, armed: bool) -> None:
        self.client = client(
            brands=[{"name": name, "terms": [name]} for name in BRANDS],
            stakeholders=[{"name": "Staff", "circle": "employees", "email": "staff@brand.example"}],
            channels=[{"kind": "slack", "name": "desk", "from": "crisis"}],
            shadow=not armed,
        )
        clients, controls = memory.MemoryClientStore(), MemoryControlStore()
        clients.save(self.client)
        self.clock, self.cases, self.detector = Clock(), FaultyStore(), Asking()
        mentions = memory.MemoryMentionStore()
        self.assess_ = Assess(
            mentions=mentions, cases=self.cases, detector=self.detector, clock=self.clock, controls=controls
        )
        self.work = Casework(clients=clients, cases=self.cases, clock=self.clock)
        self.clocks = CaseClocks(
            clients=clients, cases=self.cases, mentions=mentions, clock=self.clock, controls=controls,
            verdicts=Verdicts(cases=self.cases, controls=controls, clock=self.clock),
            works=lambda: tuple(
                Clockwork(each.__name__, each.due, each.next_at) for each in (promising, enquiries, briefs)
            ),
        )  # fmt: skip
        self.held: dict[str, Level] = {}
        self.promised: dict[str, PromiseState] = {}
        self.events: dict[str, tuple[CaseEvent, ...]] = {}
        self.versions: dict[str, tuple[int, int]] = {}
        self.sent: set[str] = set()
        self.steps: dict[str, Counter[TimelineEntry]] = {}
        self.short = patch("tocsin.domain.incident.TIMELINE_CAP", SHORT)
        self.short.start()

    def teardown(self) -> None:
        self.short.stop()

    # the world

    @rule(brand=brands, level=levels)
    def the_assessment_asks(self, brand: str, level: Level) -> None:
        self._asked(brand, level)

    @rule(brand=brands, level=levels, hours=st.sampled_from([7, 25, 60]))
    def and_goes_on_asking(self, brand: str, level: Level, hours: int) -> None:
        """So long that a level falls."""
        for _ in range(3):
            self.clock.at += timedelta(hours=hours)
            self._asked(brand, level)

    @rule(minutes=st.sampled_from([1, 20, 70, 600, 3_000]))
    def time_passes(self, minutes: int) -> None:
        self.clock.at += timedelta(minutes=minutes)
        self._run(self.clocks.run)

    @rule(fault=st.sampled_from(["race", "before", "after"]))
    def the_next_write_fails(self, fault: str) -> None:
        self.cases.fault = fault

    # people

    @rule(brand=brands, level=levels, by=people)
    def declare(self, brand: str, level: Level, by: str) -> None:
        before = self.cases.brand_state(brand).incident_id
        done = self._run(partial(self.work.declare, brand, level, "a call", by))
        found = self._latest(brand)
        if found is not None and found.held is not None and found.held.at == self.clock.at:
            self.held[found.id] = found.held.level
        if done is not None:
            assert done.joined is (done.incident.id == before)
            assert done.incident.level >= level
            assert done.incident.level < Level.ISSUE or done.incident.live_paging is not None

    @rule(place=places, level=levels, by=people)
    def hold(self, place: int, level: Level, by: str) -> None:
        self._step(place, partial(hold, level=level, why="I know more"), by)

    @rule(place=places, by=people)
    def release(self, place: int, by: str) -> None:
        self._step(place, release, by)

    @rule(place=places, by=people)
    def acknowledge(self, place: int, by: str) -> None:
        def step(work: Work) -> Worked:
            return Worked(acknowledge(work.client, work.incident, by, work.now).incident, work.file)

        self._step(place, step, by)

    @rule(place=places, by=people, to=people)
    def hand_over(self, place: int, by: str, to: str) -> None:
        done = self._step(place, partial(hand_over, to=to), by)
        if done is not None:
            assert done.file.owner == to

    @rule(place=places, by=people, to=people)
    def assign(self, place: int, by: str, to: str) -> None:
        self._step(place, partial(assign, to=to), by)

    @rule(place=places, by=people, words=st.text(max_size=700))
    def note(self, place: int, by: str, words: str) -> None:
        self._step(place, partial(note, words=words), by)

    @rule(place=places, by=people)
    def freeze(self, place: int, by: str) -> None:
        self._step(place, freeze, by)

    @rule(place=places, by=people, hours=st.integers(1, 90), owner=people)
    def promise(self, place: int, by: str, hours: int, owner: str) -> None:
        what = f"promise number {len(self.promised) + 1}"
        due = self.clock.at + timedelta(hours=hours)
        self._step(place, lambda work: promising.make(work, what, "a customer", owner, due), by)
        if any(one.what == what for file in self._files() for one in file.promises):
            self.promised[what] = PromiseState.OPEN

    @rule(place=places, by=people, number=places, kept=st.booleans())
    def keep(self, place: int, by: str, number: int, kept: bool) -> None:
        file = self._chosen(place)
        if file is None or not file.promises:
            return
        one = file.promises[number % len(file.promises)]
        step = partial(promising.keep, promise_id=one.id) if kept else None
        self._step(place, step or partial(promising.release, promise_id=one.id, note="they said so"), by)
        after = self.cases.case_file(file.incident_id)
        assert after is not None
        self.promised[one.what] = next(each.state for each in after.promises if each.id == one.id)

    @rule(place=places, by=people, hours=st.one_of(st.none(), st.integers(-2, 40)))
    def enquire(self, place: int, by: str, hours: int | None) -> None:
        deadline = None if hours is None else self.clock.at + timedelta(hours=hours)
        self._step(place, lambda work: enquiries.enquire(work, "Kyiv Post", "Is it true?", deadline=deadline), by)

    @rule(place=places, by=people, number=places)
    def answered(self, place: int, by: str, number: int) -> None:
        file = self._chosen(place)
        if file is not None and file.enquiries:
            one = file.enquiries[number % len(file.enquiries)]
            self._step(place, partial(enquiries.answered, enquiry_id=one.id, words="We look into it"), by)

    @rule(place=places, into=places, by=people)
    def merge(self, place: int, into: int, by: str) -> None:
        one, other = self._chosen(place), self._chosen(into)
        if one is None or other is None:
            return
        before = {each.incident_id: self._incident(each) for each in (one, other)}
        self._run(partial(self.work.merge, one.incident_id, other.incident_id, "the same matter", by))
        after, gone = self._incident(other), self._incident(one)
        if self.cases.case_file(one.incident_id) == one:
            return
        assert gone.closed
        assert after.closed is all(each.closed for each in before.values())
        assert after.level == max(each.level for each in before.values()) or after.held is not None
        self._forget(gone)
        if after.held is not None:
            self.held[after.id] = after.held.level

    @rule(place=places, other=places, by=people)
    def link(self, place: int, other: int, by: str) -> None:
        one, two = self._chosen(place), self._chosen(other)
        if one is not None and two is not None:
            self._run(partial(self.work.link, one.incident_id, two.incident_id, by))

    @rule(place=places, other=places, by=people)
    def keep_apart(self, place: int, other: int, by: str) -> None:
        one, two = self._chosen(place), self._chosen(other)
        if one is not None and two is not None:
            self._run(partial(self.work.keep_apart, one.incident_id, two.incident_id, by))

    @rule(place=places, by=people)
    def dismiss(self, place: int, by: str) -> None:
        self._step(place, partial(dismiss, why="a joke"), by)

    @rule(place=places, by=people, why=st.sampled_from([None, "nothing to learn"]))
    def close(self, place: int, by: str, why: str | None) -> None:
        before = self._chosen(place)
        done = self._step(place, partial(close, why=why), by)
        if done is not None and before is not None:
            assert done.incident.closed
            assert done.incident.peak < Level.CRISIS or why

    @rule(place=places, by=people)
    def reopen(self, place: int, by: str) -> None:
        self._step(place, partial(reopen, why="it is back"), by)

    # what must hold

    @invariant()
    def a_persons_level_wins_until_it_is_released(self) -> None:
        for case, level in self.held.items():
            incident = self.cases.incident(case)
            assert incident is not None
            assert not incident.closed
            assert (incident.level, incident.held and incident.held.level) == (level, level)

    @invariant()
    def no_promise_is_lost(self) -> None:
        owed = [one for file in self._files() for one in file.promises]
        assert {one.what: one.state for one in owed} == self.promised
        assert len(owed) == len(self.promised)
        for file in self._files():
            if not file.live:
                assert not file.owed
            assert len({one.id for one in file.promises}) == len(file.promises)

    @invariant()
    def a_case_is_over_only_with_its_storm(self) -> None:
        for file in self._files():
            incident = self._incident(file)
            assert file.live or incident.closed
            assert file.status is not CaseStatus.MERGED or not (file.promises or file.enquiries)

    @invariant()
    def the_history_only_grows(self) -> None:
        for file in self._files():
            events = self.cases.case_events(file.incident_id)
            known = self.events.get(file.incident_id, ())
            assert events[: len(known)] == known
            assert events
            self.events[file.incident_id] = events

    @invariant()
    def no_step_of_the_alarm_is_lost(self) -> None:
        """However many there are: ``SHORT`` entries stand in the timeline, the others in the history."""
        for case in self.cases.ids:
            incident = self.cases.incident(case)
            assert incident is not None
            assert len(incident.timeline) <= SHORT
            steps = timeline_of(incident, self.cases.case_events(case))
            assert [entry.at for entry in steps] == sorted(entry.at for entry in steps)
            counted = Counter(steps)
            assert not self.steps.get(case, Counter()) - counted
            self.steps[case] = counted

    @invariant()
    def the_brand_stands_where_a_person_holds_it(self) -> None:
        for brand in BRANDS:
            state, latest = self.cases.brand_state(brand), self._latest(brand)
            if latest is not None and latest.held is not None:
                assert state.stands is latest.level

    @invariant()
    def what_is_kept_can_be_read_again(self) -> None:
        for file in self._files():
            assert CaseFile.model_validate_json(file.model_dump_json()) == file
            incident = self._incident(file)
            assert Incident.model_validate_json(incident.model_dump_json()) == incident
            if file.live and not incident.closed:
                assert file.next_at is not None

    @invariant()
    def nothing_is_written_twice(self) -> None:
        for case in self.cases.ids:
            numbers = [item.alert_no for item in self.cases.outbox_of(case)]
            incident = self.cases.incident(case)
            assert incident is not None
            assert max(numbers, default=0) <= incident.alert_no

    # how

    def _asked(self, brand: str, level: Level) -> None:
        self.detector.level = level
        latest = self._latest(brand)
        held = latest is not None and latest.id in self.held
        before = {item.id for item in self.cases.outbox_of(latest.id)} if latest is not None else set()
        known = latest.held.warned if latest is not None and latest.held is not None else None
        done = self._run(partial(self.assess_._run, self.client, brand, lambda *_: True))
        now = self._latest(brand)
        if done is not None and now is not None and not now.closed and now.held is None:
            assert now.level is self.cases.brand_state(brand).level
        if done is not None and now is not None and now.held is not None and not now.closed:
            assert now.asked is self.cases.brand_state(brand).level
        if held and latest is not None:
            new = [item for item in self.cases.outbox_of(latest.id) if item.id not in before]
            assert all(item.kind is AlertKind.DUE and item.about == ("level",) for item in new)
            assert len(new) <= 1
            asked = self.cases.brand_state(brand).level
            assert not new or asked > max(latest.level, known or Level.CALM)

    def _step(self, place: int, step: Callable[..., Worked], by: str) -> Worked | None:
        file = self._chosen(place)
        if file is None:
            return None
        before = self._incident(file)
        done = self._run(partial(self.work.do, file.incident_id, by, step))
        after = self._incident(file)
        kept = self.cases.case_file(file.incident_id)
        assert kept is not None
        assert after.version - before.version in {0, 1}
        assert kept.version - file.version in {0, 1}
        if after.held is not None and not after.closed:
            self.held[after.id] = after.held.level
        else:
            self._forget(after)
        return done

    def _run(self, step: Callable[[], Any]) -> Any:
        try:
            return step()
        except (AnswerError, Crash):
            return None

    def _forget(self, incident: Incident) -> None:
        if incident.held is None or incident.closed:
            self.held.pop(incident.id, None)

    def _files(self) -> Sequence[CaseFile]:
        found = (self.cases.case_file(case) for case in self.cases.ids)
        return [file for file in found if file is not None]

    def _chosen(self, place: int) -> CaseFile | None:
        files = self._files()
        return files[place % len(files)] if files else None

    def _incident(self, file: CaseFile) -> Incident:
        incident = self.cases.incident(file.incident_id)
        assert incident is not None
        return incident

    def _latest(self, brand: str) -> Incident | None:
        state = self.cases.brand_state(brand)
        return self.cases.incident(state.incident_id) if state.incident_id else None


TestAnyOrderOfSteps = AnyOrderOfSteps.TestCase
TestAnyOrderOfSteps.settings = settings(
    max_examples=100, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
