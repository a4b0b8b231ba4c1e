"""Protects: right and wrong, said by a link of the morning mail, count once, and through watch alone."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.support.samples import NOON, client
from tests.unit.services.support import HandClock
from tests.unit.services.test_report import SHADOW, Desk
from tocsin.adapters.memory import MemorySecrets
from tocsin.adapters.memory_cases import MemoryCaseStore
from tocsin.adapters.memory_desk import MemoryControlStore
from tocsin.domain.brand_state import BrandState
from tocsin.domain.errors import ConflictError
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.links import Link, Purpose, link_to
from tocsin.domain.verdicts import CaseVerdict
from tocsin.services.links import Links
from tocsin.services.logged import LeftUndoneError
from tocsin.services.report import Reports
from tocsin.services.verdicts import UnknownVerdictError, Verdicts, note_verdict
from tocsin.web.report import render_report

BRAND = "Аврора"
KEY = "l" * 40


class World:
    def __init__(self) -> None:
        self.clock, self.cases, self.controls = HandClock(), MemoryCaseStore(), MemoryControlStore()
        self.storm = Incident.opened(
            id="aurora-1", client="aurora", brand=BRAND, level=Level.CRISIS, index=70, reasons=(), at=NOON
        )
        self.cases.save_assessment(BrandState(brand=BRAND, version=1), incident=self.storm)
        self.verdicts = Verdicts(cases=self.cases, controls=self.controls, clock=self.clock)

    def link(self, person: str = "duty@agency.example") -> Link:
        made = link_to(Purpose.VERDICT, "aurora-1", person, client="aurora", key=KEY, now=self.clock.now())
        return self.cases.link(made.code) or made

    def say(self, verdict: CaseVerdict, person: str = "duty@agency.example") -> None:
        note_verdict(self.cases, self.link(person), verdict, self.clock.now())
        self.clock.at += timedelta(minutes=1)

    @property
    def points(self) -> float:
        shift = self.cases.brand_state(BRAND).shift
        return shift.points if shift else 0.0


def test_what_was_said_counts_with_the_next_minute_and_once() -> None:
    world = World()
    # GIVEN a verdict under a link
    world.say(CaseVerdict.NOT_A_CRISIS)
    assert world.points == 0
    # WHEN watch runs, twice
    assert (world.verdicts.run(), world.verdicts.run()) == (1, 0)
    # THEN it counts once, in the name of the link's person
    assert world.points == -5
    [mark] = world.controls.load().verdicts
    assert (mark.verdict, mark.by) == (CaseVerdict.NOT_A_CRISIS, "duty@agency.example")


def test_said_again_it_changes_nothing_and_otherwise_it_is_replaced() -> None:
    world = World()
    world.say(CaseVerdict.NOT_A_CRISIS)
    world.verdicts.run()
    world.say(CaseVerdict.NOT_A_CRISIS)
    assert world.verdicts.run() == 0
    world.say(CaseVerdict.WAS_A_CRISIS)
    assert world.verdicts.run() == 1
    assert world.points == 0  # it had risen to a crisis: it was right
    world.say(CaseVerdict.NOT_A_CRISIS, "deputy@agency.example")
    world.verdicts.run()
    assert world.points == -5


def test_whoever_thinks_better_of_it_while_it_is_counted_is_heard_too(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    world.say(CaseVerdict.NOT_A_CRISIS)
    counted = world.verdicts.say

    def meanwhile(*args: Any, **more: Any) -> Any:
        shift = counted(*args, **more)
        monkeypatch.undo()
        world.say(CaseVerdict.WAS_A_CRISIS)
        return shift

    monkeypatch.setattr(world.verdicts, "say", meanwhile)
    world.verdicts.run()
    world.verdicts.run()
    assert [mark.verdict for mark in world.controls.load().verdicts] == [CaseVerdict.WAS_A_CRISIS]


def test_a_race_with_the_assessment_is_tried_again_and_a_failure_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    world.say(CaseVerdict.NOT_A_CRISIS)
    save, left = world.cases.save_assessment, [1]

    def once(*args: Any, **more: Any) -> None:
        if left.pop() if left else 0:
            raise ConflictError("somebody was quicker")
        save(*args, **more)

    monkeypatch.setattr(world.cases, "save_assessment", once)
    assert world.verdicts.run() == 1
    assert world.points == -5
    # AND what fails all the time stays, and ends the run as an error
    world.say(CaseVerdict.WAS_A_CRISIS)
    monkeypatch.setattr(world.controls, "load", lambda: 1 / 0)
    with pytest.raises(LeftUndoneError):
        world.verdicts.run()
    monkeypatch.undo()
    assert world.verdicts.run() == 1


def test_a_link_that_was_taken_back_says_nothing() -> None:
    world = World()
    world.say(CaseVerdict.NOT_A_CRISIS)
    opened = world.link()
    world.cases.save_link(opened.model_copy(update={"revoked_at": NOON}))
    with pytest.raises(ConflictError):
        note_verdict(world.cases, opened, CaseVerdict.WAS_A_CRISIS, world.clock.now())


def test_a_verdict_on_what_is_gone_is_put_away() -> None:
    world = World()
    lost = link_to(Purpose.VERDICT, "gone-1", "duty@agency.example", client="aurora", key=KEY, now=NOON)
    note_verdict(world.cases, lost, CaseVerdict.NOT_A_CRISIS, NOON)
    world.clock.at = NOON + timedelta(minutes=1)
    world.verdicts.run()
    assert world.cases.due_links(datetime.max.replace(tzinfo=NOON.tzinfo), 9) == ()


def test_what_nobody_said_cannot_be_taken_back() -> None:
    world = World()
    with pytest.raises(UnknownVerdictError):
        world.verdicts.say(world.storm, None, by="duty")


def test_the_morning_mail_brings_each_person_a_link_of_their_own() -> None:
    # GIVEN a morning of shadow with one silent alarm
    desk = Desk(client(**SHADOW))
    desk.silent(NOON)
    links = Links(
        clients=desk.clients, cases=desk.cases, secrets=MemorySecrets(links={"key": KEY}), clock=desk.clock,
        public_url="https://t.agency.example",
    )  # fmt: skip
    desk.reports = Reports(
        clients=desk.clients, controls=desk.controls, cases=desk.cases, mentions=desk.mentions,
        health=desk.reports._health, channel=desk.box, clock=desk.clock, links=links,
    )  # fmt: skip
    # WHEN it is written
    desk.reports.morning()
    # THEN each reads a link that opens for them alone, for a verdict, in place of the commands
    mails = {address: render_report(report) for address, report in desk.box.sent}
    codes = {address: mail.text.partition("https://t.agency.example/a/")[2][:12] for address, mail in mails.items()}
    assert len(set(codes.values())) == len(codes) == 2
    for address, code in codes.items():
        link = desk.cases.link(code)
        assert link is not None
        assert (link.person, link.purpose, link.subject) == (address, Purpose.VERDICT, "aurora-1")
        assert f"https://t.agency.example/a/{code}" in mails[address].html
        assert "tocsin mark" not in mails[address].text


def test_without_links_the_commands_stand_there() -> None:
    desk = Desk(client(**SHADOW))
    desk.silent(NOON)
    desk.reports.morning()
    assert "tocsin mark" in render_report(desk.box.sent[0][1]).text
