"""Protects: a shadowed client's desk hears each morning what would have rung; nobody gets a report twice or never."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any
from unittest.mock import Mock

import pytest

from tests.support.samples import NOON, client, scored
from tests.unit.services.support import HandClock
from tocsin.adapters import memory
from tocsin.adapters.memory_cases import MemoryCaseStore
from tocsin.adapters.memory_desk import MemoryControlStore
from tocsin.adapters.memory_readiness import MemoryReadinessStore
from tocsin.domain.brand_baseline import BaselineState
from tocsin.domain.brand_state import BrandState
from tocsin.domain.case.file import CaseFile
from tocsin.domain.case.level import hold, release
from tocsin.domain.client import Client
from tocsin.domain.controls import Controls, Mute
from tocsin.domain.errors import DeliveryError, ThrottledError
from tocsin.domain.incident import Incident
from tocsin.domain.judged import Judged, Settings, kept
from tocsin.domain.judgement import Judgement
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, plan_alerts
from tocsin.domain.readiness_report import ReadinessReport
from tocsin.domain.report import Report, ReportKind
from tocsin.domain.silent import Silent
from tocsin.domain.windows import windows_of
from tocsin.services.casework import Casework
from tocsin.services.logged import LeftUndoneError
from tocsin.services.report import SHOWN, Reports

BRAND = "Аврора"
DAY = timedelta(days=1)
SHADOW: dict[str, Any] = {"shadow": {"until": "2026-03-09"}}


class Letterbox:
    def __init__(self) -> None:
        self.sent: list[tuple[str, Report]] = []
        self.refuse: dict[str, DeliveryError] = {}

    def send(self, report: Report, address: str) -> str:
        if address in self.refuse:
            raise self.refuse[address]
        self.sent.append((address, report))
        return "id"


class Desk:
    def __init__(self, of: Client) -> None:
        self.client = of
        self.clock = HandClock()
        self.clock.at = datetime(2026, 3, 3, 6, 0, tzinfo=NOON.tzinfo)  # Tuesday, 08:00 in Kyiv
        self.clients = memory.MemoryClientStore(of)
        self.controls = MemoryControlStore()
        self.cases = MemoryCaseStore()
        self.mentions = memory.MemoryMentionStore()
        self.box = Letterbox()
        self.readiness = MemoryReadinessStore()
        self.reports = Reports(
            clients=self.clients,
            controls=self.controls,
            cases=self.cases,
            mentions=self.mentions,
            health=memory.MemoryHealth(),
            channel=self.box,
            clock=self.clock,
            readiness=self.readiness,
        )
        self._version = 0

    def silent(self, at: datetime, *, mute: Mute = Mute.SHADOW, level: Level = Level.CRISIS) -> None:
        self._version += 1
        storm = Incident.opened(
            id=f"aurora-{self._version}", client="aurora", brand=BRAND, level=level, index=70, reasons=(), at=at
        )
        alarm = Silent.of(storm, plan_alerts(self.client, storm, AlertKind.RAISED, at), mute, at)
        self.cases.save_assessment(BrandState(brand=BRAND, version=self._version), silent=alarm)


def test_each_morning_of_shadow_says_who_would_have_been_woken() -> None:
    # GIVEN a shadowed client with an alarm of the night and its mention
    desk = Desk(client(**SHADOW))
    desk.mentions.record(BRAND, [scored(1, at=NOON)])
    desk.silent(NOON)
    # WHEN the morning comes
    assert desk.reports.morning().kind is ReportKind.SHADOW
    # THEN each responder reads it in their own language
    assert [(address, report.language) for address, report in desk.box.sent] == [
        ("duty@agency.example", "uk"), ("deputy@agency.example", "es"),
    ]  # fmt: skip
    [alarm] = desk.box.sent[0][1].alarms
    assert alarm.woken == ("Duty desk", "Deputy")
    assert alarm.gravest is not None
    assert alarm.gravest.title == "Post 1"
    assert desk.box.sent[0][1].brands[0].negative == 1


def test_a_second_run_of_the_morning_writes_to_nobody() -> None:
    desk = Desk(client(**SHADOW))
    desk.reports.morning()
    desk.clock.forward(minutes=5)
    desk.reports.morning()
    assert len(desk.box.sent) == 2


def test_a_quiet_night_is_reported_too_for_a_person_is_to_arm_it() -> None:
    desk = Desk(client(**SHADOW))
    for _ in range(9):
        desk.reports.morning()
        desk.clock.forward(days=1)
    assert len(desk.box.sent) == 18
    assert desk.box.sent[-1][1].arm_on == datetime(2026, 3, 9).date()  # noqa: DTZ001


def test_who_was_not_reached_is_tried_again_and_the_others_are_not() -> None:
    desk = Desk(client(**SHADOW))
    desk.silent(NOON)
    desk.box.refuse["deputy@agency.example"] = DeliveryError("throttled")
    with pytest.raises(LeftUndoneError, match="1 people"):
        desk.reports.morning()
    desk.box.refuse.clear()
    desk.reports.morning()
    assert [address for address, _ in desk.box.sent] == ["duty@agency.example", "deputy@agency.example"]


def test_what_reached_not_everybody_is_told_again_tomorrow() -> None:
    desk = Desk(client(**SHADOW))
    desk.silent(NOON)
    desk.box.refuse["deputy@agency.example"] = DeliveryError("out of order")
    with pytest.raises(LeftUndoneError):
        desk.reports.morning()
    desk.box.refuse.clear()
    desk.clock.forward(days=1)
    desk.reports.morning()
    assert [len(report.alarms) for _, report in desk.box.sent] == [1, 1, 1]


def test_an_address_that_does_not_exist_keeps_nobody_from_tomorrow() -> None:
    desk = Desk(client(**SHADOW))
    desk.box.refuse["deputy@agency.example"] = DeliveryError("no such address", permanent=True)
    assert desk.reports.morning().sent == 1
    assert desk.controls.book().done


def test_each_alarm_stands_in_one_report() -> None:
    desk = Desk(client(**SHADOW))
    desk.silent(NOON)
    desk.reports.morning()
    desk.clock.forward(days=1)
    desk.silent(desk.clock.at - timedelta(hours=3))
    desk.reports.morning()
    assert [report.alarms[0].silent.incident_id for _, report in desk.box.sent[::2]] == ["aurora-1", "aurora-2"]


def test_a_wild_night_is_cut_and_says_so() -> None:
    desk = Desk(client(**SHADOW))
    for minute in range(SHOWN + 3):
        desk.silent(NOON + timedelta(minutes=minute))
    desk.reports.morning()
    report = desk.box.sent[0][1]
    assert (len(report.alarms), report.more) == (SHOWN, 3)
    assert report.alarms[-1].silent.incident_id == f"aurora-{SHOWN + 3}"


def test_an_armed_client_hears_on_mondays_only() -> None:
    desk = Desk(client(**SHADOW))
    desk.controls.save(Controls().arm(desk.client, by="olha", at=NOON))
    kinds = []
    for _ in range(7):
        kinds.append(desk.reports.morning().kind)
        desk.clock.forward(days=1)
    assert kinds == [None] * 6 + [ReportKind.WEEK]


def test_a_week_is_told_with_the_storms_that_people_were_told_of() -> None:
    # GIVEN an armed client, a storm that rose to a crisis and ended, and one that burns
    desk = Desk(client())
    desk.clock.at = datetime(2026, 3, 9, 6, 0, tzinfo=NOON.tzinfo)
    steps = [
        (1, Level.CALM, Level.WATCH), (1, Level.WATCH, Level.ISSUE), (1, Level.ISSUE, Level.CRISIS),
        (1, Level.CRISIS, Level.ISSUE), (1, Level.ISSUE, Level.CALM), (2, Level.CALM, Level.WATCH),
        (2, Level.WATCH, Level.CALM), (3, Level.CALM, Level.ISSUE),
    ]  # fmt: skip
    for hour, (number, before, after) in enumerate(steps):
        judged = Judged(
            brand=BRAND, at=desk.clock.at - timedelta(hours=20 - hour), before=before, level=after,
            incident_id=f"aurora-{number}", mute=None, judgement=Judgement(index=50, level=after),
            settings=Settings.of(desk.client), baseline=BaselineState(), windows=windows_of((), NOON), signals=kept(()),
        )  # fmt: skip
        desk.cases.save_assessment(BrandState(brand=BRAND, version=hour + 1), judged=judged)
    # WHEN Monday comes
    assert desk.reports.morning().kind is ReportKind.WEEK
    # THEN both stand there at their worst, and what only was watched does not
    storms = desk.box.sent[0][1].storms
    assert [(storm.incident_id, storm.level, storm.until is None) for storm in storms] == [
        ("aurora-1", Level.CRISIS, False), ("aurora-3", Level.ISSUE, True),
    ]  # fmt: skip


def test_what_a_person_declared_stands_in_the_week_too(monkeypatch: pytest.MonkeyPatch) -> None:
    # GIVEN an armed client, a case declared by hand of which nothing was measured, and a watch that a person raised
    desk = Desk(client())
    work = Casework(clients=desk.clients, cases=desk.cases, clock=desk.clock)
    desk.clock.at = datetime(2026, 3, 8, 7, 0, tzinfo=NOON.tzinfo)
    work.declare(BRAND, Level.CRISIS, "the plant manager called: a fire", "duty@agency.example")
    first = desk.cases.brand_state(BRAND).incident_id or ""
    desk.clock.forward(hours=5)
    work.do(first, "deputy@agency.example", release)
    desk.clock.forward(hours=5)
    state = desk.cases.brand_state(BRAND)
    watched = Incident.opened(
        id=f"{first[:-1]}2", client="aurora", brand=BRAND, level=Level.WATCH, index=20, reasons=(), at=desk.clock.at
    )
    desk.cases.save_assessment(
        state.model_copy(update={"version": state.version + 1, "incident_id": watched.id, "incident_no": 2}),
        incident=watched, file=CaseFile.opened(watched, version=1),
    )  # fmt: skip
    work.do(watched.id, "deputy@agency.example", partial(hold, level=Level.ISSUE, why="the ministry called"))

    # WHEN Monday comes
    desk.clock.at = datetime(2026, 3, 9, 6, 0, tzinfo=NOON.tzinfo)
    desk.reports.morning()

    # THEN both stand there, with whose word it was
    storms = desk.box.sent[0][1].storms
    assert [(one.incident_id, one.level, one.declared, one.until is None) for one in storms] == [
        (first, Level.CRISIS, ("Duty desk", "the plant manager called: a fire"), False),
        (watched.id, Level.ISSUE, ("Deputy", "the ministry called"), True),
    ]
    # AND the week after, only what still burns
    desk.box.sent.clear()
    desk.clock.forward(days=7)
    desk.reports.morning()
    assert [one.incident_id for one in desk.box.sent[0][1].storms] == [watched.id]
    # AND without them where they cannot be read
    desk.box.sent.clear()
    desk.clock.forward(days=7)
    monkeypatch.setattr(desk.cases, "case_events", Mock(side_effect=ThrottledError("no")))
    assert desk.reports.morning().sent == 2
    assert desk.box.sent[0][1].storms == ()


def test_a_morning_tells_of_the_last_look_at_how_ready_the_client_is(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(client(**SHADOW))
    looked = ReadinessReport(at=desk.clock.at - timedelta(minutes=1))
    desk.readiness.save(looked)

    def morning() -> ReadinessReport | None:
        desk.box.sent.clear()
        desk.reports.morning()
        return desk.box.sent[0][1].ready

    assert morning() == looked
    # AND of none that is old, or cannot be read
    desk.clock.forward(days=3)
    assert morning() is None
    desk.clock.forward(days=1)
    monkeypatch.setattr(desk.readiness, "load", Mock(side_effect=ThrottledError("no")))
    assert morning() is None


def test_the_end_of_a_pause_is_told_once_with_what_it_held_back() -> None:
    desk = Desk(client())
    start = desk.clock.at
    desk.controls.save(Controls().paused(start + timedelta(hours=4), by="olha", at=start, reason="launch"))
    desk.silent(start + timedelta(hours=1), mute=Mute.PAUSED)
    assert desk.reports.resumed().kind is None
    assert desk.reports.morning().kind is ReportKind.PAUSED
    desk.box.sent.clear()
    desk.clock.forward(hours=4)
    assert desk.reports.resumed().sent == 2
    assert [len(report.alarms) for _, report in desk.box.sent] == [1, 1]
    assert desk.box.sent[0][1].pause is not None
    assert desk.reports.resumed().sent == 0


def test_the_end_of_a_pause_that_could_not_be_described_is_told_in_the_next_minute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = Desk(client())
    desk.controls.save(Controls().paused(desk.clock.at + timedelta(hours=1), by="olha", at=desk.clock.at))
    desk.clock.forward(hours=1)

    def busy(*_: object) -> None:
        raise ThrottledError("busy")

    with monkeypatch.context() as patched:
        patched.setattr(desk.cases, "silent", busy)
        with pytest.raises(ThrottledError):
            desk.reports.resumed()
    assert desk.reports.resumed().sent == 2


def test_the_end_of_a_pause_that_reached_nobody_is_told_in_the_next_minute() -> None:
    desk = Desk(client())
    desk.controls.save(Controls().paused(desk.clock.at + timedelta(hours=1), by="olha", at=desk.clock.at))
    desk.clock.forward(hours=1)
    for responder in desk.client.responders:
        desk.box.refuse[responder.email] = DeliveryError("out of order")
    with pytest.raises(LeftUndoneError):
        desk.reports.resumed()
    desk.box.refuse.clear()
    assert desk.reports.resumed().sent == 2


def test_a_mention_that_cannot_be_read_stops_no_report(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(client(**SHADOW))
    desk.silent(NOON)

    def broken(*_: Any) -> Any:
        raise RuntimeError("throttled")

    monkeypatch.setattr(desk.mentions, "gravest", broken)
    assert desk.reports.morning().sent == 2
    assert desk.box.sent[0][1].alarms[0].gravest is None
