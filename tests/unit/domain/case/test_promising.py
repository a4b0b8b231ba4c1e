"""Protects: a promise is kept or released by those to whom it was made, and nothing else ends it; nobody forgets it."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.support.casefile import ANNA, BOHDAN, DIRECTOR, after, agency, work
from tests.support.samples import NOON
from tocsin.domain.case.file import CaseStatus, What, Work, Worked
from tocsin.domain.case.promises import PromiseState
from tocsin.domain.case.promising import due, hand, keep, make, next_at, release
from tocsin.domain.case.wording import draft, withdraw
from tocsin.domain.errors import TransitionError
from tocsin.domain.levels import Level
from tocsin.domain.linter import Kind
from tocsin.domain.outbox import AlertKind, Channel

HOUR = timedelta(hours=1)
PEOPLE = (ANNA, BOHDAN, DIRECTOR)


def promised(within: timedelta = 10 * HOUR, *, level: Level = Level.ISSUE, owner: str = ANNA) -> Work:
    before = work(level)
    return after(before, make(before, "повернути гроші", "родина Коваль", owner, NOON + within))


def test_a_promise_has_a_person_and_a_day() -> None:
    made = promised()
    [promise] = made.file.promises
    assert (promise.id, promise.owner, promise.due_at, promise.made_by) == ("promise-1", ANNA, NOON + 10 * HOUR, ANNA)
    assert made.file.owed


@pytest.mark.parametrize(
    ("what", "owner", "at"),
    [
        ("x", "stranger@x.example", NOON + HOUR),
        ("x", ANNA, NOON),
        ("x", ANNA, NOON + timedelta(days=401)),
        ("  ", ANNA, NOON + HOUR),
        ("x" * 301, ANNA, NOON + HOUR),
    ],
)
def test_what_nobody_can_keep_is_no_promise(what: str, owner: str, at: datetime) -> None:
    with pytest.raises(TransitionError):
        make(work(), what, "somebody", owner, at)


def test_a_promise_of_a_text_counts_for_the_linter_and_holds_the_text() -> None:
    # GIVEN a text that promises
    now = work()
    now = after(now, draft(now, Kind.REPLY, "uk", "Нам прикро. Ми повернемо гроші.", mention_id="rss:1"))
    from tocsin.domain.case.wording import linted, text_of

    assert [one.fault.value for one in linted(now.file, text_of(now.file, "text-1")).findings] == ["promise"]

    # WHEN the promise is noted with who keeps it
    now = after(now, make(now, "повернути гроші", "Олена", BOHDAN, NOON + HOUR, "text-1"))

    # THEN the linter is content, and the text cannot go before the promise has
    assert linted(now.file, text_of(now.file, "text-1")).clean
    with pytest.raises(TransitionError, match="promise-2"):
        withdraw(now, "text-1")


def test_a_promise_is_released_only_with_who_said_so() -> None:
    with pytest.raises(TransitionError, match="who said so"):
        release(promised(), "promise-1", "  ")
    done = release(promised(), "promise-1", "Mrs Koval by phone, 14:05")
    assert done.file.promises[0].state is PromiseState.RELEASED
    assert not done.file.owed


def test_what_ended_one_way_does_not_end_another() -> None:
    now = promised()
    now = after(now, keep(now, "promise-1", "paid"))
    assert keep(now, "promise-1").file is now.file
    with pytest.raises(TransitionError, match="kept already"):
        release(now, "promise-1", "they said so")


def test_its_owner_hears_of_it_before_when_due_and_after_then_others_too_until_it_is_kept() -> None:
    # GIVEN a promise of ten hours, of the community manager's, made at noon
    now = promised()

    # WHEN the clock is looked at each ten minutes for four days
    told: list[tuple[datetime, tuple[str, ...]]] = []
    for step in range(1, 6 * 24 * 4):
        at = NOON + timedelta(minutes=10 * step)
        soon = next_at(now.file, now.incident)
        assert soon is not None
        done = due(now._replace(now=at))
        assert bool(done.outbox) == (soon <= at)
        if done.outbox:
            told.append((at, tuple(sorted({item.recipient for item in done.outbox}))))
            assert {item.kind for item in done.outbox} == {AlertKind.DUE}
            assert {item.about for item in done.outbox} == {("promise-1",)}
            assert {item.channel for item in done.outbox} >= {Channel.EMAIL, Channel.SMS}
        now = after(now, done, at=at)

    # THEN the owner heard alone at first, then somebody above as well, at last once a day
    assert [at - NOON for at, _ in told[:4]] == [9 * HOUR, 10 * HOUR, 11 * HOUR, 14 * HOUR]
    assert [people for _, people in told[:3]] == [(ANNA,)] * 3
    assert all(len(people) == 2 and ANNA in people for _, people in told[3:])
    assert [later - earlier for (earlier, _), (later, _) in pairwise(told[3:])] == [24 * HOUR] * 3
    # AND once it is kept nobody hears more
    now = after(now, keep(now, "promise-1"))
    assert next_at(now.file, now.incident) is None
    assert due(now._replace(now=now.now + 48 * HOUR)).outbox == ()


def test_what_a_pause_has_left_out_is_said_once() -> None:
    now = promised()
    done = due(now._replace(now=NOON + 20 * HOUR))
    assert {item.recipient for item in done.outbox} == {ANNA}
    assert done.file.promises[0].told == 4
    again = due(after(now, done, at=NOON + 20 * HOUR))
    assert again.outbox == ()


def test_while_nobody_may_be_told_it_waits() -> None:
    from tocsin.domain.controls import Mute

    muted = promised()._replace(now=NOON + 20 * HOUR, mute=next(iter(Mute)))
    done = due(muted)
    assert done.outbox == ()
    assert done.file.promises[0].told == 0


def test_who_takes_it_over_is_reminded_from_the_start() -> None:
    now = promised(2 * HOUR)
    now = after(now, due(now._replace(now=NOON + 2 * HOUR)), at=NOON + 2 * HOUR)
    handed = hand(now, "promise-1", DIRECTOR)
    assert handed.events[0].whom == DIRECTOR
    done = due(after(now, handed, at=NOON + 2 * HOUR + timedelta(minutes=1)))
    assert {item.recipient for item in done.outbox} == {DIRECTOR}


def heard(now: Work, hours: float, *, every: int = 5) -> list[tuple[timedelta, str, Channel, str]]:
    """All that is sent of its promise while the clock is looked at: how long after it was due, to whom, by which way,
    to which address."""
    due_at = now.file.promises[0].due_at
    told = []
    for _ in range(int(hours * 60 / every)):
        at = now.now + timedelta(minutes=every)
        done = due(now._replace(now=at))
        told += [(at - due_at, one.recipient, one.channel, one.address) for one in done.outbox]
        now = after(now, done, at=at)
    return told


CALLING = agency(
    responders=[
        {"name": "Anna", "email": ANNA, "phone": "+380441234567", "second_phone": "+380501234567", "role": "community"},
        {"name": "Bohdan", "email": BOHDAN, "phone": "+380441234568", "role": "responsible"},
        {"name": "Director", "email": DIRECTOR, "phone": "+380441234569", "role": "director"},
    ],
    sms={"provider": "eum", "voice": "+34910000000"},
)


def test_in_a_crisis_one_that_is_due_calls_its_owner_then_the_second_number_then_the_next_in_turn() -> None:
    # GIVEN a promise of two hours in a crisis, of somebody with two numbers
    before = work(Level.CRISIS, of=CALLING)
    now = after(before, make(before, "повернути гроші", "родина Коваль", ANNA, NOON + 2 * HOUR))

    told = heard(now, 7)

    # THEN an SMS comes an hour before, and when it is due a call
    rung = [(at, who, channel, to) for at, who, channel, to in told if channel is not Channel.EMAIL]
    minutes = timedelta(minutes=1)
    assert rung[:4] == [
        (-60 * minutes, ANNA, Channel.SMS, "+380441234567"),
        (0 * minutes, ANNA, Channel.CALL, "+380441234567"),
        (15 * minutes, ANNA, Channel.SMS, "+380501234567"),
        (30 * minutes, BOHDAN, Channel.CALL, "+380441234568"),
    ]
    # AND the next one in turn after that; the owner goes on being asked
    assert (60 * minutes, DIRECTOR, Channel.CALL, "+380441234569") in rung
    assert {at for at, who, _, _ in rung if who == ANNA} >= {30 * minutes, 60 * minutes, 120 * minutes}
    # AND with each there is a mail that says what it is about
    assert {(at, who) for at, who, channel, _ in told if channel is Channel.EMAIL} == {
        (at, who) for at, who, *_ in rung
    }


def test_a_broken_one_of_a_lesser_case_calls_by_day_and_waits_for_the_morning_by_night() -> None:
    before = work(of=CALLING)
    by_day = after(before, make(before, "перетелефонувати", "пані Коваль", ANNA, NOON + 2 * HOUR))
    calls = [(at, who) for at, who, channel, _ in heard(by_day, 7) if channel is Channel.CALL]
    assert calls[0] == (HOUR, ANNA)
    assert {who for _, who in calls} == {ANNA, BOHDAN}

    # GIVEN it is broken at night, at a level that may wake nobody
    evening = before._replace(now=NOON + 8 * HOUR)
    by_night = after(evening, make(evening, "перетелефонувати", "пані Коваль", ANNA, NOON + 9 * HOUR))
    asked = [due(by_night._replace(now=NOON + 10 * HOUR + timedelta(minutes=1)))]
    rung = [one for done in asked for one in done.outbox if one.channel is not Channel.EMAIL]
    woken = after(by_night, asked[0], at=NOON + 10 * HOUR + timedelta(minutes=1))
    rung += [one for one in due(woken._replace(now=NOON + 13 * HOUR)).outbox if one.channel is not Channel.EMAIL]

    # THEN what rings waits until the quiet hours are over
    assert any(one.channel is Channel.CALL for one in rung)
    kyiv = ZoneInfo("Europe/Kyiv")
    assert all(one.due_at.astimezone(kyiv).hour >= 7 or one.created_at.astimezone(kyiv).hour < 22 for one in rung)
    late = [
        one for one in rung if one.created_at.astimezone(kyiv).hour >= 22 or one.created_at.astimezone(kyiv).hour < 7
    ]
    assert late
    assert {one.due_at.astimezone(kyiv).hour for one in late} == {7}


def test_a_night_of_rounds_becomes_one_ring_in_the_morning() -> None:
    # GIVEN a crisis that may wake nobody, and a promise that breaks an hour before midnight
    sleeping = [
        {**one.model_dump(mode="json"), "quiet_hours": {"start": "22:00", "end": "07:00", "unless": "severe"}}
        for one in CALLING.responders
    ]
    evening = work(Level.CRISIS, of=agency(responders=sleeping, sms={"provider": "eum", "voice": "+34910000000"}))
    evening = evening._replace(now=NOON + 7 * HOUR)
    now = after(evening, make(evening, "повернути гроші", "родина Коваль", ANNA, NOON + 11 * HOUR))

    # WHEN it is looked at until five in the morning
    waits = []
    for _ in range(12 * 9):
        at = now.now + timedelta(minutes=5)
        done = due(now._replace(now=at))
        waits += [one for one in done.outbox if one.due_at > at]
        now = after(now, done, at=at)

    # THEN what waits for the end of their sleep is one call each, not all the rounds at once
    assert {one.due_at.astimezone(ZoneInfo("Europe/Kyiv")).hour for one in waits} == {7}
    calls = [one.recipient for one in waits if one.channel is Channel.CALL]
    assert ANNA in calls
    assert len([one for one in waits if one.recipient == ANNA]) <= 2
    assert len(set(calls)) == len(calls)


@given(minutes=st.integers(1, 400 * 24 * 60), level=st.sampled_from([Level.ISSUE, Level.CRISIS, Level.SEVERE]))
def test_there_is_always_a_next_time_while_it_is_open(minutes: int, level: Level) -> None:
    now = promised(timedelta(minutes=minutes), level=level)
    for _ in range(8):
        soon = next_at(now.file, now.incident)
        assert soon is not None
        assert soon > now.now or soon == now.now
        now = after(now, due(now._replace(now=soon)), at=soon)
        later = next_at(now.file, now.incident)
        assert later is not None
        assert later > soon


class Promises(RuleBasedStateMachine):
    """Anything that may be done to promises and to what holds them, in any order, and the clock."""

    def __init__(self) -> None:
        super().__init__()
        self.now = work()
        self.made: dict[str, tuple[str, str]] = {}
        self.ended: set[str] = set()

    def _do(self, step: Any) -> Worked | None:
        try:
            done: Worked = step(self.now)
        except TransitionError:
            return None
        self.now = after(self.now, done, at=self.now.now + timedelta(minutes=7))
        return done

    @rule(owner=st.sampled_from((*PEOPLE, "stranger@x.example")), hours=st.integers(-1, 90), text=st.booleans())
    def promise(self, owner: str, hours: int, text: bool) -> None:
        names = [one.id for one in self.now.file.texts]
        of_text = names[-1] if text and names else None
        done = self._do(lambda of: make(of, "щось", "хтось", owner, of.now + hours * HOUR, of_text))
        if done is not None:
            new = done.file.promises[-1]
            assert new.id not in self.made
            self.made[new.id] = (new.what, new.to)

    @rule(which=st.integers(1, 40), note=st.sampled_from(["", "said Mrs Koval"]), kept=st.booleans())
    def end(self, which: int, note: str, kept: bool) -> None:
        name = f"promise-{which}"
        done = self._do(lambda of: keep(of, name, note) if kept else release(of, name, note))
        if done is not None:
            self.ended.add(name)

    @rule(which=st.integers(1, 40), owner=st.sampled_from(PEOPLE))
    def hand_on(self, which: int, owner: str) -> None:
        self._do(lambda of: hand(of, f"promise-{which}", owner))

    @rule()
    def write(self) -> None:
        if len(self.now.file.texts) < 4:
            self._do(lambda of: draft(of, Kind.REPLY, "uk", "Нам прикро.", mention_id="rss:1"))

    @rule(which=st.integers(1, 40))
    def take_back(self, which: int) -> None:
        self._do(lambda of: withdraw(of, f"text-{which}"))

    @rule(hours=st.integers(1, 60))
    def wait(self, hours: int) -> None:
        self.now = self.now._replace(now=self.now.now + hours * HOUR)
        self._do(due)

    @rule(status=st.sampled_from(list(CaseStatus)))
    def status(self, status: CaseStatus) -> None:
        """Whatever becomes of the case; other rules say when it may."""
        self.now = self.now._replace(file=self.now.file.with_(status=status))

    @invariant()
    def none_is_lost_and_none_ends_by_itself(self) -> None:
        found = {one.id: one for one in self.now.file.promises}
        assert set(found) == set(self.made)
        for name, one in found.items():
            assert (one.what, one.to) == self.made[name]
            assert (one.state is PromiseState.OPEN) == (name not in self.ended)
            assert one.state is PromiseState.OPEN or one.ended_by is not None
            assert one.state is not PromiseState.RELEASED or one.note

    @invariant()
    def an_open_one_always_wakes_somebody(self) -> None:
        if self.now.file.owed:
            assert next_at(self.now.file, self.now.incident) is not None


TestPromises = Promises.TestCase
TestPromises.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


def test_events_tell_who_promised_what() -> None:
    before = work()
    [event] = make(before, "повернути гроші", "родина Коваль", BOHDAN, NOON + HOUR).events
    assert (event.what, event.of, event.whom, event.by) == (What.PROMISED, "promise-1", BOHDAN, ANNA)
