"""Protects: what a page asks for is done by watch, once, step by step; a drill of a page ends with its report, and
never stays behind."""

from datetime import timedelta
from typing import Any

import pytest

from tests.unit.services.test_drill import BRAND, TEXTS, Drilled
from tocsin.adapters.memory_drills import MemoryDrillStore
from tocsin.domain.desk_asks import Ask, AskKind
from tocsin.domain.drill_run import NoDrill
from tocsin.domain.drills import drill_brand
from tocsin.domain.levels import Level
from tocsin.domain.links import Link, Purpose, link_to
from tocsin.services.desk_asks import GIVEN_UP, STALE, DeskAsks
from tocsin.services.drill import Drill
from tocsin.services.logged import LeftUndoneError
from tocsin.services.verdicts import Verdicts, note_ask

DUTY, DEPUTY = "duty@agency.example", "deputy@agency.example"
KEY = "l" * 40


class Looking:
    def __init__(self) -> None:
        self.looked = 0
        self.trouble: Exception | None = None

    def run(self) -> None:
        self.looked += 1
        if self.trouble is not None:
            raise self.trouble


class Desk(Drilled):
    """A house with its watch, and pages that ask."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.store = MemoryDrillStore({scenario: texts["uk"] for scenario, texts in TEXTS.items()})
        self.looking = Looking()
        house = self.house
        self.asks = DeskAsks(
            cases=house.cases, clock=house.clock, store=self.store, look=lambda: self.looking, drill=self.drill
        )
        self.verdicts = Verdicts(cases=house.cases, controls=house.controls, clock=house.clock, asks=self.asks.take)

    def drill(self) -> Drill:
        house = self.house
        return Drill(
            clients=house.clients, cases=house.cases, controls=house.controls, queue=self.queue,
            traces=house.mentions, clock=house.clock,
        )  # fmt: skip

    def link(self, person: str = DUTY) -> Link:
        made = link_to(Purpose.DECLARE, "aurora", person, client="aurora", key=KEY, now=self.house.clock.now())
        kept = self.house.cases.link(made.code)
        if kept is None:
            self.house.cases.save_link(made)
        return kept or made

    def ask(self, kind: AskKind = AskKind.DRILL, person: str = DUTY, **more: Any) -> bool:
        fields = {"brand": BRAND, "scenario": "product_harm", "minutes": 20} | more if kind is AskKind.DRILL else {}
        return note_ask(self.house.cases, self.link(person), Ask(kind=kind, at=self.house.clock.now(), **fields))

    def minute(self, count: int = 1) -> None:
        """Each minute of watch: what was queued is read, then it watches, then it takes up what was asked for."""
        for _ in range(count):
            self.verdicts.run()
            for _ in range(3):
                self._wait(0)


def test_a_drill_of_a_page_rings_is_timed_and_leaves_nothing_behind() -> None:
    # GIVEN somebody who asks for a drill, and a duty who takes it and answers
    desk = Desk(answers={4: "take", 8: "answer"})
    assert desk.ask()
    # WHEN minutes pass
    desk.minute(3)
    book = desk.store.book()
    assert book.going is not None
    assert book.going.by == DUTY
    assert desk.house.cases.brand_state(drill_brand(BRAND)).incident_id is not None
    desk.minute(10)
    # THEN its report stands in the book, under the name of who began it, and nothing waits any more
    book = desk.store.book()
    assert book.going is None
    [held] = book.held
    assert held.by == DUTY
    assert held.report.acknowledged_by == DUTY
    assert held.report.responded_at is not None
    assert held.report.level is not None
    assert held.report.level >= Level.ISSUE
    assert desk.link().waiting_since is None
    # AND of the drill's brand nothing is kept but who was reached
    state = desk.house.cases.brand_state(drill_brand(BRAND))
    assert (state.incident_id, state.level) == (None, Level.CALM)
    now = desk.house.clock.now()
    assert desk.house.mentions.counts(drill_brand(BRAND), now - timedelta(days=1), now) == ()
    assert desk.house.cases.incident(held.report.incident_id or "") is not None


def test_nobody_answers_and_it_ends_with_its_time() -> None:
    desk = Desk()
    desk.ask(minutes=10)
    desk.minute(15)
    [held] = desk.store.book().held
    assert held.report.acknowledged_at is None
    assert held.report.alerted_at is not None


def test_while_one_goes_on_another_is_refused_and_the_first_goes_on() -> None:
    desk = Desk(answers={7: "take", 9: "answer"})
    desk.ask()
    desk.minute(2)
    # GIVEN the same person with another wish, and another person
    assert not desk.ask(scenario="data_leak")
    assert desk.ask()
    assert desk.ask(person=DEPUTY, scenario="data_leak")
    # WHEN the minutes go on
    desk.minute(12)
    # THEN the other hears why, and the first is reported alone
    book = desk.store.book()
    assert book.refused is not None
    assert (book.refused.by, book.refused.why) == (DEPUTY, NoDrill.GOES_ON)
    assert [one.report.scenario for one in book.held] == ["product_harm"]


def test_what_was_asked_for_long_ago_is_not_begun() -> None:
    desk = Desk()
    desk.ask()
    desk.house.clock.forward(minutes=STALE.total_seconds() / 60 + 1)
    desk.minute()
    assert desk.store.book().going is None
    assert desk.link().waiting_since is None
    # AND whoever asked reads why there was none
    refused = desk.store.book().refused
    assert refused is not None
    assert (refused.by, refused.why) == (DUTY, NoDrill.TOO_LATE)


def test_a_drill_of_hours_ago_is_told_too_and_one_that_was_held_is_not() -> None:
    desk = Desk()
    desk.ask()
    desk.house.clock.forward(minutes=GIVEN_UP.total_seconds() / 60 + 1)
    desk.minute()
    assert desk.store.book().refused is not None
    # GIVEN one that was held, and whose link could not be marked as done with
    held = Desk(answers={4: "take", 8: "answer"})
    held.ask()
    held.minute(12)
    assert held.store.book().held
    link = held.link()
    held.house.cases.save_link(link.model_copy(update={"applied_at": None}))
    held.house.clock.forward(minutes=GIVEN_UP.total_seconds() / 60 + 1)
    held.minute()
    assert held.store.book().refused is None


def test_a_drill_that_nobody_goes_on_with_is_ended_by_the_next_one() -> None:
    # GIVEN one whose link was forgotten in the middle
    desk = Desk()
    desk.ask(minutes=10)
    desk.minute(2)
    forgotten = desk.link()
    desk.house.cases.save_link(forgotten.model_copy(update={"applied_at": desk.house.clock.now()}))
    desk.house.clock.forward(minutes=40)
    # WHEN somebody drills again
    desk.ask(person=DEPUTY)
    desk.minute(2)
    # THEN the first is over, with its report, and the second goes on
    book = desk.store.book()
    assert [one.by for one in book.held] == [DUTY]
    assert book.going is not None
    assert book.going.by == DEPUTY


def test_a_wish_that_came_twice_into_one_minute_is_the_drill_that_goes_on() -> None:
    # GIVEN a second tap that was written just after watch had begun the first
    desk = Desk(answers={7: "take", 9: "answer"})
    desk.ask()
    desk.minute(2)
    link = desk.link()
    assert link.ask is not None
    assert desk.store.book().going is not None
    later = link.ask.model_copy(update={"at": desk.house.clock.now()})
    desk.house.cases.save_link(link.model_copy(update={"ask": later}))
    # WHEN minutes pass THEN it is refused to nobody, and comes to its report
    desk.minute(13)
    book = desk.store.book()
    assert book.refused is None
    assert book.going is None
    assert [one.by for one in book.held] == [DUTY]


def test_what_a_link_asked_for_that_was_taken_back_since_is_not_begun() -> None:
    desk = Desk()
    desk.ask()
    desk.house.cases.save_link(desk.link().model_copy(update={"revoked_at": desk.house.clock.now()}))
    desk.minute(2)
    assert desk.store.book().going is None
    assert desk.queue.mentions == []
    assert desk.link().waiting_since is None
    # AND no look is taken either
    other = desk.link(DEPUTY)
    desk.ask(AskKind.LOOK, DEPUTY)
    asked = desk.link(DEPUTY)
    assert asked.ask != other.ask
    desk.house.cases.save_link(asked.model_copy(update={"revoked_at": desk.house.clock.now()}))
    desk.minute()
    assert desk.looking.looked == 0


def test_in_a_pause_nobody_drills_and_the_page_hears_why() -> None:
    desk = Desk()
    controls = desk.house.controls.load()
    now = desk.house.clock.now()
    desk.house.controls.save(controls.paused(until=now + timedelta(hours=2), by="desk", reason="Великдень", at=now))
    desk.ask()
    desk.minute(2)
    book = desk.store.book()
    assert book.refused is not None
    assert book.refused.why is NoDrill.PAUSED


def test_without_texts_nothing_is_said() -> None:
    desk = Desk()
    desk.store.save_texts({})
    desk.ask()
    desk.minute(2)
    refused = desk.store.book().refused
    assert refused is not None
    assert refused.why is NoDrill.NO_TEXTS
    assert desk.queue.mentions == []


def test_a_look_is_taken_once_though_it_breaks() -> None:
    desk = Desk()
    assert desk.ask(AskKind.LOOK)
    desk.minute(3)
    assert desk.looking.looked == 1
    desk.looking.trouble = OSError("no such host")
    assert desk.ask(AskKind.LOOK)
    with pytest.raises(LeftUndoneError):
        desk.minute(2)
    desk.minute(2)
    assert desk.looking.looked == 2
    assert desk.link().waiting_since is None


def test_a_drill_that_cannot_be_ended_is_left_at_last() -> None:
    desk = Desk()
    desk.ask()
    desk.minute(2)
    desk.house.clock.forward(minutes=GIVEN_UP.total_seconds() / 60 + 1)
    desk.verdicts.run()
    assert desk.link().waiting_since is None
    # AND it is over, swept and reported
    book = desk.store.book()
    assert book.going is None
    assert [one.by for one in book.held] == [DUTY]
    assert desk.house.cases.brand_state(drill_brand(BRAND)).incident_id is None
