"""Protects: under any order of clicks, clocks, duplicates and lost writes nobody is forgotten, nobody is paged for what
they have taken, and everybody who was paged hears of the end."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.support.samples import NOON, client
from tocsin.domain.client import Client
from tocsin.domain.controls import Mute
from tocsin.domain.errors import TransitionError
from tocsin.domain.escalation import (
    ClosedError,
    LeftError,
    Moved,
    acknowledge,
    act,
    alarm,
    decide_silence,
    decline,
    held,
    holders,
    lowered,
    still_wanted,
    tick,
    unreached,
)
from tocsin.domain.incident import TIMELINE_CAP, Incident, Step, TimelineEntry
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, Channel, OutboxItem

MINUTE = timedelta(minutes=1)
ASKING = frozenset({AlertKind.REMINDED, AlertKind.ESCALATED, AlertKind.EXPIRED})
LONGEST_QUIET = 31 * MINUTE
"""Of an open crisis that nobody has: half an hour until who could not come is asked again, and watch's minute."""
LONGEST_WITHOUT_SMS = 65 * MINUTE


def person(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name.title(), "email": f"{name}@agency.example", **more}


PEOPLE = [
    person("nina", phone="+380441111111", second_phone="+380442222222", role="responsible", region="Kyiv"),
    person("oleh", phone="+380443333333", role="responsible", region="Lviv"),
    person("dora", phone="+34911111111", role="deputy", region="Madrid", quiet_hours=None),
    person("boss", phone="+34922222222", role="director", email_from="severe"),
    person("comm", phone="+380445555555", role="community", region="Kyiv"),
    person("mail", role="deputy"),
]
ADDRESSES = [one["email"] for one in PEOPLE]
ROTA = {"name": "week", "people": ADDRESSES[:2], "starts": "2026-02-02"}
CONTACT = {"name": "Head", "email": "head@brand.example", "phone": "+34933333333"}
anybody = st.sampled_from([*ADDRESSES, "stranger@agency.example"])


CALLS = {"provider": "eum", "voice": "+34944444444"}


def file(without: frozenset[str], needed: int, *, calls: bool) -> Client:
    people = [one for one in PEOPLE if one["email"] not in without]
    return client(
        responders=people,
        rota=[ROTA] if not without & set(ADDRESSES[:2]) else [],
        client_contacts=[CONTACT],
        channels=[{"kind": "slack", "name": "desk", "from": "crisis"}],
        escalation={"crisis": {"needed": needed}},
        sms=CALLS if calls else {},
    )


class AnyOrderOfAnswers(RuleBasedStateMachine):
    """A store that may lose a write, a watch that may stand still, people who click what they like, when they like."""

    @initialize(
        level=st.sampled_from([Level.WATCH, Level.ISSUE, Level.CRISIS, Level.SEVERE]),
        hour=st.integers(0, 23),
        needed=st.sampled_from([1, 2]),
        apart=st.sets(st.sampled_from(ADDRESSES), max_size=4),
        calls=st.booleans(),
    )
    def open(self, level: Level, hour: int, needed: int, apart: set[str], calls: bool) -> None:
        self.now = NOON + timedelta(hours=hour)
        self.needed = needed
        self.away = frozenset(apart)
        self.calls = calls
        self.client = file(self.away, needed, calls=calls)
        self.raids: frozenset[str] = frozenset()
        self.mute: Mute | None = None
        self.loses = False
        self.done = 0
        self.sent: dict[str, OutboxItem] = {}
        self.taken: dict[str, Level] = {}
        self.paged: set[str] = set()
        self.unheld_since: datetime | None = None
        self.last_page = self.last_but_sms = self.now
        new = Incident.opened(id="a-1", client="a", brand="A", level=level, index=50, reasons=(), at=self.now)
        self.incident = new
        self._store(alarm(self.client, new, AlertKind.RAISED, self.now), before=None)

    # time

    @rule(minutes=st.integers(1, 90))
    def time_passes(self, minutes: int) -> None:
        """Watch looks each minute; a minute in which nothing is due changes nothing."""
        end = self.now + minutes * MINUTE
        while True:
            due = self.incident.paging.next_at if self.incident.paging else None
            waits = -(-(due - self.now) // MINUTE) if due is not None and due > self.now else 1
            if due is None or self.mute is not None or self.now + waits * MINUTE > end:
                break
            self.now += waits * MINUTE
            self._tick()
        self.now = end
        self._tick()

    @rule(minutes=st.integers(1, 300))
    def watch_stands_still(self, minutes: int) -> None:
        self.now += minutes * MINUTE
        self.last_page = self.last_but_sms = self.now
        self.unheld_since = self.now if self.unheld_since else None
        self._tick()

    @rule(hours=st.sampled_from([6, 10]))
    def a_night_passes(self, hours: int) -> None:
        self.time_passes(hours * 60)

    @rule()
    def the_next_write_is_lost(self) -> None:
        self.loses = True

    @rule()
    def nothing_is_due_twice_in_a_minute(self) -> None:
        self.loses = False
        self._store(tick(self.client, self.incident, self.now, self.raids, self.mute), before=self.incident)
        moved = tick(self.client, self.incident, self.now, self.raids, self.mute)
        assert moved.incident is self.incident
        assert not moved.outbox

    def _tick(self) -> None:
        before = self.incident
        due = before.paging.next_at if before.paging else None
        if due is None or due > self.now:
            return
        lost = self.loses
        self._store(tick(self.client, before, self.now, self.raids, self.mute), before=before)
        if lost or self.mute is not None:
            return
        assert self.incident.paging is not None
        assert self.incident.paging.next_at is None or self.incident.paging.next_at > self.now

    # people

    @rule(who=anybody, again=st.booleans())
    def somebody_takes_it(self, who: str, again: bool) -> None:
        moved = self._answer(who, lambda: acknowledge(self.client, self.incident, who, self.now))
        if moved is not None and self.incident is moved.incident:
            self.taken[who] = self.incident.level
            if again:
                assert acknowledge(self.client, self.incident, who, self.now) == Moved(self.incident)

    @rule(who=anybody)
    def somebody_cannot(self, who: str) -> None:
        moved = self._answer(who, lambda: decline(self.client, self.incident, who, self.now))
        if moved is not None and self.incident is moved.incident:
            self.taken.pop(who, None)
            assert decline(self.client, self.incident, who, self.now) == Moved(self.incident)

    @rule(who=anybody, note=st.sampled_from([None, "called the press office"]), responded=st.booleans())
    def somebody_acts(self, who: str, note: str | None, responded: bool) -> None:
        moved = self._answer(who, lambda: act(self.client, self.incident, who, self.now, note, responded=responded))
        self._has(who, moved)

    @rule(who=anybody, hours=st.sampled_from([-1, 1, 30, 400]))
    def somebody_decides_not_to_answer(self, who: str, hours: int) -> None:
        look = self.now + timedelta(hours=hours)
        moved = self._answer(
            who, lambda: decide_silence(self.client, self.incident, who, self.now, "nobody has seen it", look)
        )
        self._has(who, moved)

    @rule()
    def nobody_can(self) -> None:
        for one in self.client.responders:
            self.somebody_cannot(one.email)

    @rule()
    def the_whole_country_is_under_alert(self) -> None:
        self.raids = frozenset({"kyiv", "lviv", "madrid"})

    @rule(who=anybody)
    def every_way_to_somebody_is_refused(self, who: str) -> None:
        self._store(unreached(self.client, self.incident, who, self.now), before=self.incident)

    def _has(self, who: str, moved: Moved | None) -> None:
        changed = moved is not None and self.incident is moved.incident
        if changed and self.incident.timeline[-1].at == self.now and who in holders(self.client, self.incident):
            self.taken[who] = self.incident.level

    def _answer(self, who: str, answer: Any) -> Moved | None:
        try:
            moved = answer()
        except ClosedError:
            assert self.incident.closed
            return None
        except LeftError:
            assert who not in {one.email for one in self.client.responders}
            return None
        except TransitionError:
            return None
        assert not self.incident.closed
        self._store(moved, before=self.incident)
        return moved

    # the storm

    @rule(level=st.sampled_from(Level))
    def the_assessment_moves(self, level: Level) -> None:
        """As ``decide`` does it: the level, its alerts and the paging in one write."""
        if level == self.incident.level or (level is Level.CALM and self.incident.closed) or self.mute is not None:
            return
        before = self.incident
        storm = before.releveled(level, index=60, reasons=(), at=self.now)
        if level is Level.CALM:
            self._store(alarm(self.client, storm, AlertKind.RESOLVED, self.now), before=before)
        elif level > before.level or before.closed:
            self._store(alarm(self.client, storm, AlertKind.RAISED, self.now), before=before)
        else:
            self._store(Moved(lowered(self.client, storm, self.now)), before=before)

    @rule(always=st.booleans())
    def it_is_told_again(self, always: bool) -> None:
        if self.incident.closed or self.mute is not None:
            return
        before = self.incident
        storm = before.take(Step.RAISE, at=self.now, index=61)
        self._store(alarm(self.client, storm, AlertKind.RAISED, self.now, always=always), before=before)

    # the world

    @rule(regions=st.sets(st.sampled_from(["kyiv", "Lviv", "Madrid"])))
    def air_raids(self, regions: set[str]) -> None:
        self.raids = frozenset(regions)

    @rule(who=st.sampled_from(ADDRESSES))
    def somebody_leaves_the_file_or_is_back(self, who: str) -> None:
        away = self.away ^ {who}
        if len(away) == len(ADDRESSES):
            return
        self.away, self.client = away, file(away, self.needed, calls=self.calls)
        self.unheld_since = None
        self._look_at_the_clock()

    @rule(mute=st.sampled_from([None, None, Mute.PAUSED, Mute.SHADOW]))
    def it_is_paused(self, mute: Mute | None) -> None:
        self.mute = mute
        self.last_page = self.last_but_sms = self.now
        self._look_at_the_clock()

    # what is checked of every write

    def _store(self, moved: Moved, *, before: Incident | None) -> None:
        if moved.incident is before:
            assert not moved.outbox
            return
        if before is not None:
            assert moved.incident.version == before.version + 1
        self._check(moved, before)
        if self.loses:
            self.loses = False
            return
        for item in moved.outbox:
            assert item.id not in self.sent
            self.sent[item.id] = item
        self.incident = moved.incident
        if len(moved.incident.timeline) < TIMELINE_CAP:
            self.done = sum(entry.step is not Step.PAGE for entry in moved.incident.timeline)
        self._remember(moved, before)
        self._look_at_the_clock()

    def _check(self, moved: Moved, before: Incident | None) -> None:
        assert len(moved.outbox) <= 93
        people = {one.email for one in self.client.responders}
        entries = _new(moved.incident, before)
        expired = {entry.who for entry in entries if entry.step is Step.EXPIRE}
        for item in moved.outbox:
            assert item.recipient in people | {"machines", "desk"}
            assert item.kind is not AlertKind.CLIENT
            if item.kind is AlertKind.RESOLVED or item.recipient not in people:
                continue
            if self.mute is not None and not (self.mute is Mute.SHADOW and item.always):
                assert item.kind is AlertKind.ESCALATED  # of somebody who said so themselves; sending holds it
            page = moved.incident.paging.of(item.recipient) if moved.incident.paging else None
            if item.kind in ASKING or item.channel in {Channel.SMS, Channel.CALL}:
                self._may_be_paged(item, moved, entries, expired)
                assert page is not None
                assert page.last_no == item.alert_no
            assert still_wanted(self.client, moved.incident, item) or moved.incident.closed

    def _may_be_paged(
        self, item: OutboxItem, moved: Moved, entries: list[TimelineEntry], expired: set[str | None]
    ) -> None:
        """Nobody for what they have taken, but by the clocks of who has it."""
        paging = moved.incident.paging
        assert paging is not None
        assert moved.incident.level >= Level.ISSUE or item.kind is AlertKind.REMINDED
        if self.taken.get(item.recipient, Level.CALM) < paging.level or item.recipient in expired:
            return
        assert item.kind is AlertKind.REMINDED
        assert item.channel in {Channel.EMAIL, Channel.SMS}
        late = any(entry.step is Step.OVERDUE for entry in entries)
        looks = paging.decision is not None and paging.decision.look_at <= self.now
        answers = [page.acknowledged_at for page in paging.people if page.acknowledged_at]
        update = min(answers) + self.client.escalation.of(paging.level).after("update") <= self.now
        assert late or looks or update

    def _remember(self, moved: Moved, before: Incident | None) -> None:
        level = moved.incident.paging.level if moved.incident.paging else moved.incident.level
        self.taken = {who: min(taken, level) for who, taken in self.taken.items()}
        for entry in _new(moved.incident, before):
            if entry.step is Step.EXPIRE and entry.who:
                self.taken.pop(entry.who, None)
        people = {one.email for one in self.client.responders}
        pages = [
            item
            for item in moved.outbox
            if item.recipient in people and item.kind is not AlertKind.RESOLVED
            and (item.kind in ASKING or item.channel in {Channel.SMS, Channel.CALL})
        ]  # fmt: skip
        if pages:
            self.last_page = self.now
        if any(item.channel is not Channel.SMS for item in pages):
            self.last_but_sms = self.now
        if moved.incident.closed:
            resolved = [item.recipient for item in moved.outbox if item.recipient in people]
            assert self.paged & people <= set(resolved)
            assert len(resolved) == len(set(resolved))
            self.paged, self.taken = set(), {}
        elif before is not None and before.closed:
            self.paged, self.taken = set(), {}
        self.paged |= {item.recipient for item in pages}

    def _burns_unheld(self) -> bool:
        paging = self.incident.paging
        return (
            not self.incident.closed
            and paging is not None
            and paging.ended_at is None
            and paging.level >= Level.CRISIS
            and not held(self.client, self.incident)
            and self.mute is None
            and any(one.phone for one in self.client.responders)
        )

    def _look_at_the_clock(self) -> None:
        if not self._burns_unheld():
            self.unheld_since = None
        elif self.unheld_since is None:
            self.unheld_since = self.last_page = self.last_but_sms = self.now

    # what is always so

    @invariant()
    def nobody_is_forgotten(self) -> None:
        if not self._burns_unheld():
            return
        assert self.incident.paging is not None
        assert self.incident.paging.next_at is not None
        assert self.now - self.last_page <= LONGEST_QUIET
        assert self.now - self.last_but_sms <= LONGEST_WITHOUT_SMS, "a spend guard that refuses SMS would silence it"

    @invariant()
    def everybody_with_a_phone_is_asked_in_the_end(self) -> None:
        if self.unheld_since is None or self.now - self.unheld_since < timedelta(minutes=60):
            return
        paging = self.incident.paging
        assert paging is not None
        for one in self.client.responders:
            page = paging.of(one.email)
            assert one.phone is None or one.email in self.taken or (page is not None and page.rounds > 0)

    @invariant()
    def urgency_is_at_most_one_above_the_level(self) -> None:
        paging = self.incident.live_paging
        assert paging is None or paging.level.rank <= paging.urgency.rank <= paging.level.rank + 1

    @invariant()
    def what_people_did_is_kept(self) -> None:
        assert sum(entry.step is not Step.PAGE for entry in self.incident.timeline) >= self.done

    @invariant()
    def it_reads_back(self) -> None:
        written = self.incident.model_copy(update={"left": ()})  # which go into the case's history with it
        assert Incident.model_validate_json(self.incident.model_dump_json()) == written

    @invariant()
    def who_has_it_is_who_said_so(self) -> None:
        for who in holders(self.client, self.incident):
            assert who in self.taken
            assert who in {one.email for one in self.client.responders}

    @invariant()
    def an_issue_rings_nobody_more_than_twice(self) -> None:
        paging = self.incident.paging
        if paging is not None and paging.ended_at is None and paging.urgency is Level.ISSUE:
            rung: dict[str, int] = {}
            for item in self.sent.values():
                if item.channel is Channel.CALL and item.level is Level.ISSUE and item.created_at >= paging.since:
                    rung[item.recipient] = rung.get(item.recipient, 0) + 1
            assert all(count <= 2 for count in rung.values())

    def teardown(self) -> None:
        """However it went, it ends, and whoever was paged hears of it."""
        if hasattr(self, "incident") and not self.incident.closed:
            self.loses, self.mute = False, None
            self.the_assessment_moves(Level.CALM)
            assert self.incident.live_paging is None
            assert tick(self.client, self.incident, self.now + timedelta(days=1)).incident is self.incident


def _new(incident: Incident, before: Incident | None) -> list[TimelineEntry]:
    """What this step wrote; the cap takes pages from before it."""
    known = {id(entry) for entry in before.timeline} if before else set()
    return [entry for entry in incident.timeline if id(entry) not in known]


TestAnyOrderOfAnswers = AnyOrderOfAnswers.TestCase
TestAnyOrderOfAnswers.settings = settings(
    max_examples=80, stateful_step_count=30, suppress_health_check=list(HealthCheck)
)
