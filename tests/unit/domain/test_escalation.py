"""Protects: the right person is rung, the next one when they do not answer, and nobody for what they have taken."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

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
    tell_client,
    tick,
    unreached,
    urgency,
)
from tocsin.domain.incident import Incident, IncidentState, Step
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, Channel, OutboxItem

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NIGHT = datetime(2026, 3, 2, 21, 40, tzinfo=UTC)
"""23:40 in Kyiv."""
NINA, DORA, BOSS, MAX = (f"{name}@agency.example" for name in ("nina", "dora", "boss", "max"))
EVERYBODY = [
    {"name": "Nina", "email": NINA, "phone": "+380441111111", "second_phone": "+380442222222", "role": "responsible",
     "region": "Kyiv"},
    {"name": "Dora", "email": DORA, "phone": "+34911111111", "role": "deputy", "timezone": "Europe/Madrid"},
    {"name": "Boss", "email": BOSS, "phone": "+34922222222", "role": "director"},
    {"name": "Max", "email": MAX, "phone": "+380443333333", "role": "community"},
]  # fmt: skip
CALLS = {"provider": "eum", "voice": "+34944444444"}


class Case:
    """One incident, followed minute by minute as watch does it."""

    def __init__(self, level: Level, at: datetime = NOON, of: Client | None = None, **changes: Any) -> None:
        self.client = of or client(**{"responders": EVERYBODY, "sms": CALLS, **changes})
        self.now = at
        self.raids: frozenset[str] = frozenset()
        self.sent: list[OutboxItem] = []
        opened = Incident.opened(id="a-1", client="a", brand="A", level=level, index=50, reasons=(), at=at)
        self.incident = opened
        self.keep(alarm(self.client, opened, AlertKind.RAISED, at))

    def keep(self, moved: Moved) -> tuple[OutboxItem, ...]:
        self.incident = moved.incident
        self.sent += moved.outbox
        return moved.outbox

    def after(self, minutes: int) -> list[OutboxItem]:
        """What is planned in these minutes."""
        before = len(self.sent)
        for _ in range(minutes):
            self.now += MINUTE
            due = self.incident.paging and self.incident.paging.next_at
            if due and due <= self.now:
                self.keep(tick(self.client, self.incident, self.now, self.raids))
        return self.sent[before:]

    def rises(self, level: Level) -> tuple[OutboxItem, ...]:
        storm = self.incident.releveled(level, index=70, reasons=(), at=self.now)
        return self.keep(alarm(self.client, storm, AlertKind.RAISED, self.now))

    def falls(self, level: Level) -> None:
        storm = self.incident.releveled(level, index=20, reasons=(), at=self.now)
        self.incident = lowered(self.client, storm, self.now)

    def ends(self) -> tuple[OutboxItem, ...]:
        storm = self.incident.releveled(Level.CALM, index=1, reasons=(), at=self.now)
        return self.keep(alarm(self.client, storm, AlertKind.RESOLVED, self.now))

    def taken(self, who: str) -> None:
        self.keep(acknowledge(self.client, self.incident, who, self.now))

    @property
    def steps(self) -> list[tuple[Step, str | None]]:
        return [(entry.step, entry.who or entry.by) for entry in self.incident.timeline]


def told(items: Any) -> set[tuple[str, str]]:
    return {(item.recipient.partition("@")[0], item.channel.value) for item in items}


def rung(items: Any) -> set[str]:
    return {who for who, channel in told(items) if channel in {"sms", "call"}}


def test_a_watch_pages_nobody() -> None:
    case = Case(Level.WATCH)
    assert case.incident.paging is None
    assert told(case.sent) == {("nina", "email"), ("max", "email"), ("machines", "topic")}
    assert case.after(120) == []


def test_an_issue_rings_the_responsible_one_and_writes_to_the_rest() -> None:
    case = Case(Level.ISSUE)
    assert rung(case.sent) == {"nina"}
    assert {item.kind for item in case.sent} == {AlertKind.RAISED}
    assert [page.person for page in case.incident.paging.people] == [NINA]  # type: ignore[union-attr]


def test_an_issue_that_nobody_takes_is_paged_like_a_crisis() -> None:
    case = Case(Level.ISSUE)

    assert told(case.after(10)) == {("nina", "sms")}
    assert case.after(19) == []
    late = case.after(1)

    # THEN at the half hour its people are asked as in a crisis, and told who did not answer
    assert urgency(case.incident) is Level.CRISIS
    assert case.incident.level is Level.ISSUE
    assert rung(late) == {"nina", "dora"}
    assert {item.missed for item in late if item.recipient == DORA} == {("Nina",)}
    assert {item.missed for item in late if item.recipient == NINA} == {()}
    assert {item.level for item in late} == {Level.ISSUE}


def test_a_crisis_goes_from_sms_to_calls_and_from_one_to_the_next() -> None:
    case = Case(Level.CRISIS, NIGHT)
    assert rung(case.sent) == {"nina", "dora", "max"}
    assert {item.due_at for item in case.sent} == {NIGHT}

    third = case.after(3)
    assert {("nina", "call"), ("dora", "call"), ("boss", "sms"), ("boss", "email")} <= told(third)
    sixth = case.after(3)
    assert {item.address for item in sixth if item.recipient == NINA} == {"+380442222222"}
    ninth = case.after(3)
    assert {(item.channel, item.address) for item in ninth if item.recipient == NINA} == {
        (Channel.CALL, "+380442222222")
    }


def test_where_nothing_can_call_an_sms_and_a_mail_stand_in_its_place() -> None:
    case = Case(Level.CRISIS, sms={})
    assert {("nina", "sms"), ("nina", "email")} <= told(case.after(3))
    assert Channel.CALL not in {item.channel for item in case.sent}


def test_a_crisis_that_nobody_takes_rings_all_night_but_less_and_less_often() -> None:
    case = Case(Level.CRISIS, NIGHT)
    case.after(9 * 60)
    calls = [item for item in case.sent if item.recipient == NINA and item.channel is not Channel.EMAIL]
    assert 9 * 60 / 15 <= len(calls) <= 9 * 60 / 15 + 8
    assert calls[-1].created_at > case.now - 16 * MINUTE


def test_at_night_an_issue_waits_for_the_morning_and_its_clock_with_it() -> None:
    case = Case(Level.ISSUE, NIGHT, responders=EVERYBODY[:1])
    morning = datetime(2026, 3, 3, 5, 0, tzinfo=UTC)
    assert {item.due_at for item in case.sent if item.channel is Channel.SMS} == {morning}

    assert case.after(int((morning - NIGHT) / MINUTE)) == []
    assert rung(case.after(10)) == {"nina"}
    assert urgency(case.incident) is Level.ISSUE
    case.after(20)
    assert urgency(case.incident) is Level.CRISIS


def test_at_night_somebody_who_is_awake_is_asked_instead() -> None:
    abroad = {**EVERYBODY[1], "timezone": "America/New_York"}
    case = Case(Level.ISSUE, NIGHT, responders=[EVERYBODY[0], abroad])
    now = {item.recipient for item in case.sent if item.channel is Channel.SMS and item.due_at == NIGHT}
    assert now == {DORA}


def test_who_has_taken_it_sleeps_and_so_do_the_others() -> None:
    case = Case(Level.CRISIS)
    case.after(1)
    case.taken(DORA)

    assert case.incident.state is IncidentState.ACKNOWLEDGED
    assert holders(case.client, case.incident) == (DORA,)
    assert case.after(28) == []

    # AND a second click is none
    again = acknowledge(case.client, case.incident, DORA, case.now)
    assert again.incident is case.incident


def test_taken_and_forgotten_is_asked_again_with_the_next_one() -> None:
    case = Case(Level.CRISIS)
    case.taken(NINA)
    case.after(29)
    expired = case.after(1)

    assert {(item.recipient, item.kind) for item in expired if item.channel is Channel.SMS} == {
        (NINA, AlertKind.EXPIRED),
        (BOSS, AlertKind.ESCALATED),
    }
    assert {item.missed for item in expired if item.recipient == BOSS} == {("Nina",)}
    assert case.incident.state is IncidentState.OPEN
    assert (Step.EXPIRE, NINA) in case.steps
    page = case.incident.paging.of(NINA)  # type: ignore[union-attr]
    assert page is not None
    assert page.expired == 1


def test_an_action_keeps_it_and_the_owner_alone_is_reminded_of_the_next_update() -> None:
    case = Case(Level.CRISIS)
    case.taken(NINA)
    case.after(20)
    case.keep(act(case.client, case.incident, NINA, case.now, "statement is out", responded=True))
    assert case.incident.state is IncidentState.RESPONDING

    assert case.after(119) == []
    due = case.after(1)
    assert {(item.recipient, item.channel, item.kind) for item in due} == {
        (NINA, Channel.EMAIL, AlertKind.REMINDED),
        (NINA, Channel.SMS, AlertKind.REMINDED),
    }
    assert case.after(119) == []


def test_a_response_that_is_late_needs_one_more_person() -> None:
    case = Case(Level.CRISIS)
    case.taken(NINA)
    case.keep(act(case.client, case.incident, NINA, case.now, "called the plant"))
    case.after(59)
    late = case.after(1)

    assert urgency(case.incident) is Level.SEVERE
    assert {item.kind for item in late if item.recipient == NINA} == {AlertKind.REMINDED}
    assert "boss" in rung(late)
    assert not held(case.client, case.incident)
    case.taken(BOSS)
    assert held(case.client, case.incident)
    assert case.after(15) == []


def test_a_decision_not_to_answer_stops_the_clock_until_its_next_look() -> None:
    case = Case(Level.CRISIS)
    case.after(2)
    case.keep(decide_silence(case.client, case.incident, NINA, case.now, "forty people saw it", case.now + 3 * HOUR))
    assert case.after(179) == []

    look = case.after(1)
    assert {(item.recipient, item.kind) for item in look} == {(NINA, AlertKind.REMINDED)}
    case.after(59)
    assert (Step.OVERDUE, None) not in case.steps
    case.after(1)
    assert (Step.OVERDUE, None) in case.steps


def test_who_cannot_passes_it_on_at_once() -> None:
    case = Case(Level.ISSUE)
    case.after(1)
    on = case.keep(decline(case.client, case.incident, NINA, case.now))
    assert {(item.recipient, item.kind, item.missed) for item in on} == {(DORA, AlertKind.ESCALATED, ("Nina",))}
    assert NINA not in {item.recipient for item in case.after(25)}


def test_who_gives_it_back_starts_the_clocks_anew() -> None:
    case = Case(Level.ISSUE)
    case.taken(NINA)
    case.keep(act(case.client, case.incident, NINA, case.now, "asked the plant", responded=True))
    case.after(200)
    on = case.keep(decline(case.client, case.incident, NINA, case.now))
    assert rung(on) == {"dora"}
    case.after(29)
    assert urgency(case.incident) is Level.ISSUE
    case.after(1)
    assert urgency(case.incident) is Level.CRISIS


def test_who_was_refused_by_every_way_is_passed_over_once_a_round() -> None:
    case = Case(Level.ISSUE)
    on = case.keep(unreached(case.client, case.incident, NINA, case.now))
    assert rung(on) == {"dora"}
    assert unreached(case.client, case.incident, NINA, case.now).incident is case.incident


def test_under_an_air_raid_who_does_not_answer_is_passed_over_after_one_clock() -> None:
    case = Case(Level.CRISIS)
    case.raids = frozenset({"kyiv"})
    third = case.after(3)

    assert (Step.SKIP, NINA) in case.steps
    assert "nina" not in rung(third)
    assert "boss" in rung(third)
    assert "nina" not in rung(case.after(60))

    # AND is back in turn when it is over
    case.raids = frozenset()
    assert "nina" in rung(case.after(5))


def test_under_an_air_raid_over_everybody_they_are_asked_all_the_same() -> None:
    case = Case(Level.CRISIS, responders=EVERYBODY[:1])
    case.raids = frozenset({"kyiv"})
    assert 3 <= len([item for item in case.after(60) if item.channel is not Channel.EMAIL]) <= 5


def test_a_graver_level_asks_who_took_the_lesser_one() -> None:
    case = Case(Level.ISSUE)
    case.taken(NINA)
    graver = case.rises(Level.CRISIS)
    assert {"nina", "dora"} <= rung(graver)
    assert case.incident.state is IncidentState.OPEN
    assert not held(case.client, case.incident)


def test_what_is_told_again_at_the_same_level_is_written_to_who_has_it() -> None:
    case = Case(Level.CRISIS)
    case.taken(NINA)
    storm = case.incident.take(Step.RAISE, at=case.now)
    items = case.keep(alarm(case.client, storm, AlertKind.RAISED, case.now))
    assert rung(items) == set()
    assert ("nina", "email") in told(items)
    assert case.incident.state is IncidentState.ACKNOWLEDGED


def test_after_a_fall_a_rise_is_new() -> None:
    case = Case(Level.CRISIS)
    case.taken(NINA)
    case.falls(Level.ISSUE)
    assert held(case.client, case.incident)
    assert "nina" in rung(case.rises(Level.CRISIS))


def test_a_second_rise_days_later_has_clocks_of_its_own() -> None:
    # GIVEN an issue that was taken, answered, and has fallen
    case = Case(Level.ISSUE)
    case.taken(NINA)
    case.keep(act(case.client, case.incident, NINA, case.now, "answered", responded=True))
    case.falls(Level.WATCH)
    # WHEN it is one again two days later, deep in the night
    case.now = NIGHT + 2 * 24 * HOUR
    case.rises(Level.ISSUE)
    # THEN it waits for the morning like a first one: nobody is urged
    assert not case.after(60)
    assert urgency(case.incident) is Level.ISSUE


def test_a_second_crisis_wakes_the_director_no_sooner_than_the_first() -> None:
    case = Case(Level.CRISIS)
    case.taken(NINA)
    case.keep(act(case.client, case.incident, NINA, case.now, "answered", responded=True))
    case.falls(Level.ISSUE)
    case.now += 48 * HOUR
    case.rises(Level.CRISIS)
    assert not case.after(2)
    assert "boss" in rung(case.after(1))


def test_who_covers_the_week_is_rung_whatever_they_are_told_by_otherwise() -> None:
    # GIVEN a director, told by SMS from severe up, who covers a week
    rota = [
        {
            "name": "week",
            "people": [NINA],
            "starts": "2026-02-02",
            "overrides": [{"from": "2026-03-01", "until": "2026-03-20", "who": BOSS}],
        }
    ]
    for level in (Level.ISSUE, Level.CRISIS):
        # WHEN it burns THEN they are rung at once, with an e-mail, and who is off duty is not
        case = Case(level, rota=rota)
        assert {("boss", "sms"), ("boss", "email")} <= told(case.sent)
        assert "nina" not in rung(case.sent)
        assert case.incident.paging is not None
        assert case.incident.paging.of(BOSS) is not None


def test_who_covers_the_week_is_asked_anew_by_a_second_rise() -> None:
    # GIVEN a director who covers the week and had an issue that has fallen since
    cover = {"from": "2026-03-01", "until": "2026-03-20", "who": BOSS}
    rota = [{"name": "week", "people": [NINA], "starts": "2026-02-02", "overrides": [cover]}]
    case = Case(Level.ISSUE, rota=rota)
    case.taken(BOSS)
    case.falls(Level.WATCH)
    case.now += 48 * HOUR
    # WHEN it is one again THEN they are in their first round, and nobody else is asked within a minute
    assert "boss" in rung(case.rises(Level.ISSUE))
    page = case.incident.paging.of(BOSS) if case.incident.paging else None
    assert page is not None
    assert (page.rounds, page.since) == (1, case.now)
    assert not case.after(5)


def test_as_many_must_take_it_as_the_file_says() -> None:
    case = Case(Level.CRISIS, escalation={"crisis": {"needed": 2}})
    states = [case.incident.state]
    for who in (NINA, DORA):
        case.taken(who)
        states.append(case.incident.state)
        later = rung(case.after(5))
        assert who.partition("@")[0] not in later
        assert ("boss" in later) == (who == NINA)
    assert states == [IncidentState.OPEN, IncidentState.OPEN, IncidentState.ACKNOWLEDGED]


def test_everybody_who_was_paged_hears_of_the_end_once() -> None:
    """By mail; by SMS who was paged so and never by mail."""
    case = Case(Level.CRISIS, responders=[EVERYBODY[0], {**EVERYBODY[1], "email_from": "severe"}, *EVERYBODY[2:]])
    case.after(7)
    assert rung(case.sent) == {"nina", "dora", "boss", "max"}
    paged = {item.recipient for item in case.sent if item.channel in {Channel.SMS, Channel.CALL}}

    end = case.ends()

    people = [item.recipient for item in end if item.channel is not Channel.TOPIC]
    assert paged <= set(people)
    assert len(people) == len(set(people))
    assert {item.channel for item in end if item.recipient == DORA} == {Channel.SMS}
    assert {item.channel for item in end if item.recipient != DORA} == {Channel.EMAIL, Channel.TOPIC}
    assert case.after(300) == []


def test_a_relapse_begins_anew() -> None:
    case = Case(Level.CRISIS)
    case.taken(NINA)
    case.ends()
    assert {"nina", "dora"} <= rung(case.rises(Level.CRISIS))
    assert not held(case.client, case.incident)


def test_while_it_is_paused_nothing_moves_and_then_it_goes_on() -> None:
    case = Case(Level.CRISIS)
    case.now += 20 * MINUTE
    assert tick(case.client, case.incident, case.now, mute=Mute.PAUSED).incident is case.incident
    assert tick(case.client, case.incident, case.now, mute=Mute.SHADOW).incident is case.incident
    assert rung(case.after(1))


def test_what_always_alerts_goes_on_in_shadow() -> None:
    case = Case(Level.CRISIS)
    storm = case.incident.take(Step.RAISE, at=case.now)
    case.keep(alarm(case.client, storm, AlertKind.RAISED, case.now, always=True))
    moved = tick(case.client, case.incident, case.now + 3 * MINUTE, mute=Mute.SHADOW)
    assert moved.outbox
    assert all(item.always for item in moved.outbox)


def test_who_has_left_the_file_is_not_paged_and_has_nothing() -> None:
    case = Case(Level.CRISIS)
    case.taken(NINA)
    case.client = client(responders=EVERYBODY[1:], sms=CALLS)
    assert holders(case.client, case.incident) == ()
    assert "nina" not in rung(case.after(40))
    assert "dora" in rung(case.sent)
    with pytest.raises(LeftError):
        acknowledge(case.client, case.incident, NINA, case.now)


def test_who_leaves_the_file_with_it_is_missed_within_a_quarter_of_an_hour() -> None:
    case = Case(Level.CRISIS)
    case.keep(act(case.client, case.incident, NINA, case.now, "on it"))
    assert case.after(20) == []
    case.client = client(responders=EVERYBODY[1:], sms=CALLS)
    assert rung(case.after(15))


def test_what_forty_people_are_sent_fits_into_one_write() -> None:
    people = [{"name": f"P{n}", "email": f"p{n}@a.example", "phone": f"+3804400000{n:02}"} for n in range(40)]
    rooms = [{"kind": "slack", "name": f"room-{n}"} for n in range(8)]
    case = Case(Level.CRISIS, responders=people, channels=rooms)
    assert len(case.sent) == 89
    for _ in range(60):
        assert len(case.after(1)) <= 93


def test_what_is_over_takes_no_answer() -> None:
    case = Case(Level.CRISIS)
    case.ends()
    for answer in (acknowledge, decline, act):
        with pytest.raises(ClosedError, match="a-1 is resolved"):
            answer(case.client, case.incident, NINA, case.now)


@pytest.mark.parametrize("hours", [-1, 0, 24 * 7 + 1])
def test_a_next_look_is_ahead_and_within_a_week(hours: int) -> None:
    case = Case(Level.ISSUE)
    with pytest.raises(TransitionError, match="next look"):
        decide_silence(case.client, case.incident, NINA, case.now, "why", case.now + hours * HOUR)


class TestWhatIsStillWanted:
    def test_an_sms_that_waited_is_not_sent_to_who_has_answered(self) -> None:
        case = Case(Level.CRISIS)
        sms = next(item for item in case.sent if item.recipient == NINA and item.channel is Channel.SMS)
        mail = next(item for item in case.sent if item.recipient == NINA and item.channel is Channel.EMAIL)
        case.after(1)
        assert still_wanted(case.client, case.incident, sms)
        case.taken(NINA)
        assert not still_wanted(case.client, case.incident, sms)
        assert still_wanted(case.client, case.incident, mail)

    def test_nor_to_the_others_nor_after_a_later_one(self) -> None:
        case = Case(Level.CRISIS)
        first = [item for item in case.sent if item.channel is Channel.SMS]
        case.after(3)
        assert not any(still_wanted(case.client, case.incident, item) for item in first)
        last = case.sent[-1]
        assert still_wanted(case.client, case.incident, last)
        case.taken(MAX)
        assert not still_wanted(case.client, case.incident, last)

    def test_a_reminder_is_for_who_has_it(self) -> None:
        case = Case(Level.CRISIS)
        case.keep(decide_silence(case.client, case.incident, NINA, case.now, "few saw it", case.now + HOUR))
        reminder = case.after(60)[0]
        assert still_wanted(case.client, case.incident, reminder)
        case.now += MINUTE
        case.keep(act(case.client, case.incident, NINA, case.now, "looked"))
        assert not still_wanted(case.client, case.incident, reminder)


CONTACTS = [
    {"name": "Head", "email": "head@brand.example", "phone": "+34933333333", "language": "es"},
    {"name": "Lawyer", "email": "law@brand.example"},
]


class TestTheClientsSide:
    """Nobody there is told without one tap by a person of the agency, unless the file says so."""

    @pytest.mark.parametrize("level", [Level.WATCH, Level.ISSUE, Level.CRISIS, Level.SEVERE])
    def test_nobody_is_told_by_the_machine(self, level: Level) -> None:
        case = Case(level, client_contacts=CONTACTS)
        case.after(300)
        case.ends()
        contacts = {one["email"] for one in CONTACTS}
        assert not contacts & {item.recipient for item in case.sent}
        assert not contacts & {item.address for item in case.sent}
        assert AlertKind.CLIENT not in {item.kind for item in case.sent}

    def test_where_the_file_says_so_they_hear_of_a_crisis_and_of_its_end(self) -> None:
        case = Case(Level.ISSUE, client_contacts=CONTACTS, client_auto_page=True)
        assert AlertKind.CLIENT not in {item.kind for item in case.sent}
        raised = case.rises(Level.CRISIS)
        assert told(item for item in raised if item.kind is AlertKind.CLIENT) == {
            ("head", "sms"),
            ("head", "email"),
            ("law", "email"),
        }
        assert {("head", "email"), ("law", "email")} <= told(case.ends())

    def test_one_tap_sends_exactly_what_was_seen(self) -> None:
        case = Case(Level.CRISIS, client_contacts=CONTACTS)
        text = "We see criticism of the new bread. " * 20
        items = case.keep(tell_client(case.client, case.incident, NINA, "head@brand.example", text, case.now))

        assert [(item.kind, item.channel, item.text, item.approved_by, item.language) for item in items] == [
            (AlertKind.CLIENT, Channel.EMAIL, text, NINA, "es")
        ]
        assert case.steps[-1] == (Step.TELL_CLIENT, "head@brand.example")
        assert len(case.incident.timeline[-1].note or "") <= 300

        # AND a second tap is none, while another text is
        again = tell_client(case.client, case.incident, NINA, "head@brand.example", text, case.now + MINUTE)
        assert again == Moved(case.incident)
        other = tell_client(case.client, case.incident, NINA, "head@brand.example", text + "And more.", case.now)
        assert other.outbox

    def test_the_same_words_by_another_way_are_no_second_tap(self) -> None:
        case = Case(Level.CRISIS, client_contacts=CONTACTS)
        for channel in (Channel.EMAIL, Channel.SMS):
            [item] = case.keep(
                tell_client(case.client, case.incident, NINA, "head@brand.example", "Call me.", case.now, channel)
            )
            assert item.channel is channel

    @pytest.mark.parametrize(
        ("contact", "channel", "why"),
        [
            ("stranger@brand.example", Channel.EMAIL, "none of the client_contacts"),
            (DORA, Channel.EMAIL, "none of the client_contacts"),
            ("law@brand.example", Channel.SMS, "has no phone"),
            ("head@brand.example", Channel.CALL, "has no call"),
        ],
    )
    def test_only_who_stands_in_the_file_is_told(self, contact: str, channel: Channel, why: str) -> None:
        case = Case(Level.CRISIS, client_contacts=CONTACTS)
        with pytest.raises(TransitionError, match=why):
            tell_client(case.client, case.incident, NINA, contact, "a text", case.now, channel)
        with pytest.raises(TransitionError, match="nothing to say"):
            tell_client(case.client, case.incident, NINA, "head@brand.example", " ", case.now)
        with pytest.raises(LeftError):
            tell_client(case.client, case.incident, "x@agency.example", "head@brand.example", "a", case.now)


def test_rooms_hear_from_their_level_up() -> None:
    rooms = [
        {"kind": "slack", "name": "desk"},
        {"kind": "telegram", "name": "heads", "chat": "-100123", "from": "severe"},
    ]
    case = Case(Level.ISSUE, channels=rooms)
    assert {item.recipient for item in case.sent if item.channel is Channel.SLACK} == {"desk"}
    assert Channel.TELEGRAM not in {item.channel for item in case.sent}
    assert Channel.TELEGRAM in {item.channel for item in case.rises(Level.SEVERE)}


def test_who_is_off_duty_is_written_to_and_rung_by_the_escalation_only() -> None:
    people = [*EVERYBODY[:2], {**EVERYBODY[0], "name": "Olga", "email": "olga@agency.example"}]
    rota = [{"name": "week", "people": [NINA, "olga@agency.example"], "starts": "2026-03-02"}]
    case = Case(Level.CRISIS, responders=people, rota=rota)
    assert rung(case.sent) == {"nina", "dora"}
    assert ("olga", "email") in told(case.sent)
    assert "olga" in rung(case.after(3))
