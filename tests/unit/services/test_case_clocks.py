"""Protects: a case opens with its alarm and no earlier; each minute its clocks are looked at, one that fails stops no
other, and in shadow or a pause nobody is reminded."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from tests.support.samples import NOON, client, mention
from tests.unit.services.support import House
from tocsin.domain.case import enquiries, promising, task_clock, tasking
from tocsin.domain.case.approving import approve, sent
from tocsin.domain.case.cause import Quotation
from tocsin.domain.case.causes import fill, quote
from tocsin.domain.case.enquiries import enquire
from tocsin.domain.case.file import MOST_LINKS, CaseFile, CaseStatus, What, Work, Worked
from tocsin.domain.case.level import hold, release
from tocsin.domain.case.proposals import Part
from tocsin.domain.case.seen import Seen
from tocsin.domain.case.status import close, dismiss, note, reopen
from tocsin.domain.case.texts import ResultKind
from tocsin.domain.case.wording import draft
from tocsin.domain.client import Client
from tocsin.domain.errors import ConflictError
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.linter import Kind
from tocsin.domain.outbox import AlertKind, OutboxItem
from tocsin.services.answer import AnswerError
from tocsin.services.case_clocks import AT_LEAST, FAILED, MUTED, WHILE_IT_BURNS, CaseClocks, Clockwork, clockworks
from tocsin.services.casework import Casework
from tocsin.services.fetch_due import burning_brands
from tocsin.services.logged import LeftUndoneError
from tocsin.services.seen import SeenNow
from tocsin.services.verdicts import Verdicts

BRAND, DUTY, DEPUTY = "Аврора", "duty@agency.example", "deputy@agency.example"
ENQUIRIES = Clockwork("enquiries", enquiries.due, enquiries.next_at)


class Desk(House):
    def __init__(self, of: Client | None = None, works: tuple[Clockwork, ...] = (ENQUIRIES,)) -> None:
        super().__init__(of, ticking=False)
        self.heard = 0
        self.work = Casework(clients=self.clients, cases=self.cases, clock=self.clock)
        self.clocks = CaseClocks(
            clients=self.clients, cases=self.cases, mentions=self.mentions, clock=self.clock, controls=self.controls,
            verdicts=Verdicts(cases=self.cases, controls=self.controls, clock=self.clock), works=lambda: works,
        )  # fmt: skip

    def storm(self, count: int = 10) -> str:
        at, first = self.clock.at, self.heard
        self.heard += count
        self.hear(*(mention(first + n, at=at - timedelta(minutes=n), text="Аврора: жах") for n in range(count)))
        state = self.cases.brand_state(BRAND)
        assert state.incident_id is not None
        return state.incident_id

    def file(self, case: str) -> CaseFile:
        found = self.cases.case_file(case)
        assert found is not None
        return found

    def incident(self, case: str) -> Incident:
        found = self.cases.incident(case)
        assert found is not None
        return found

    def events(self, case: str) -> list[What]:
        return [event.what for event in self.cases.case_events(case)]

    def reminders(self, case: str) -> list[OutboxItem]:
        return [item for item in self.cases.outbox_of(case) if item.kind is AlertKind.DUE]


def test_an_alarm_opens_its_case_at_once_and_a_calm_brand_has_none() -> None:
    at = Desk()
    at.hear(mention(100, text="Аврора відкрилася"))
    assert at.cases.brand_state(BRAND).incident_id is None

    at.clock.forward(minutes=1)
    case = at.storm()

    assert at.file(case).version == 1
    assert at.file(case).next_at == at.incident(case).opened_at
    assert at.events(case) == [What.OPENED]


@pytest.mark.parametrize("shadow", [True, False])
def test_in_shadow_too_a_case_is_opened(shadow: bool) -> None:
    at = Desk(client(shadow=shadow))
    assert at.file(at.storm()).live


def test_a_storm_that_ends_wakes_its_case_and_a_relapse_reopens_what_was_closed() -> None:
    # GIVEN a storm whose case was looked at
    at = Desk()
    case = at.storm(4)
    at.clocks.run()
    assert at.file(case).next_at == NOON + WHILE_IT_BURNS

    # WHEN it is over
    while not at.incident(case).closed:
        at.clock.forward(hours=7)
        at.watch.run()

    # THEN the case is looked at in the same minute, and stays open
    assert at.file(case).next_at == at.clock.at
    assert at.file(case).live

    # AND closed, it goes on when the storm returns
    at.work.do(case, DUTY, lambda work: close(work, "nothing to learn"))
    at.clock.forward(hours=1)
    again = at.storm(12)
    assert again == case
    assert at.file(case).status is CaseStatus.OPEN
    assert at.events(case)[-2:] == [What.CLOSED, What.REOPENED]


def test_whoever_holds_less_than_is_asked_for_hears_of_it_once_and_nobody_is_rung() -> None:
    at = Desk()
    case = at.storm(4)
    at.work.do(case, DUTY, lambda work: hold(work, Level.WATCH, "an old photo"))
    sent = len(at.cases.outbox_of(case))

    for more in (9, 16, 16):
        at.clock.forward(minutes=1)
        at.storm(more)

    new = at.cases.outbox_of(case)[sent:]
    assert {(item.kind, item.recipient, item.about) for item in new} == {(AlertKind.DUE, DUTY, ("level",))}
    assert len(new) == 2
    assert at.incident(case).level is Level.WATCH
    assert at.incident(case).asked is Level.SEVERE
    assert at.events(case)[-2:] == [What.LEVEL_ASKED, What.LEVEL_ASKED]

    # AND released it rings as what it is, once
    at.work.do(case, DUTY, release)
    assert at.incident(case).level is Level.SEVERE
    raised = len(at.cases.outbox_of(case))
    at.clock.forward(minutes=1)
    at.storm(16)
    assert len(at.cases.outbox_of(case)) == raised


def test_mentions_join_what_was_declared_by_hand() -> None:
    at = Desk()
    done = at.work.declare(BRAND, Level.ISSUE, "the plant manager called", DUTY)
    at.clock.forward(minutes=5)

    assert at.storm(12) == done.incident.id
    assert at.incident(done.incident.id).level is Level.ISSUE
    assert at.incident(done.incident.id).asked is Level.CRISIS
    assert at.work.declare(BRAND, Level.SEVERE, "now the ministry", DEPUTY).joined
    assert at.incident(done.incident.id).level is Level.SEVERE


def test_a_persons_level_sets_the_pace_at_which_sources_are_looked_at() -> None:
    # GIVEN a calm brand
    at = Desk()
    given = at.clients.load()
    assert given is not None
    assert burning_brands(at.cases, given) == frozenset()

    # WHEN a crisis is declared, it burns, though nobody has said a word
    case = at.work.declare(BRAND, Level.CRISIS, "the plant manager called", DUTY).incident.id
    assert burning_brands(at.cases, given) == {BRAND}
    assert at.cases.brand_state(BRAND).level is Level.CALM

    # AND lowered, or released, it does no more
    at.work.do(case, DUTY, lambda work: hold(work, Level.WATCH, "a small fire"))
    assert burning_brands(at.cases, given) == frozenset()
    at.work.do(case, DUTY, lambda work: hold(work, Level.SEVERE, "a large one"))
    assert burning_brands(at.cases, given) == {BRAND}
    at.work.do(case, DUTY, release)
    assert burning_brands(at.cases, given) == frozenset()


def test_who_is_reminded_is_reminded_in_the_minute_and_the_next_moment_is_planned() -> None:
    at = Desk()
    case = at.storm()
    at.work.do(case, DUTY, lambda work: enquire(work, "BBC", "Is it true?", owner=DEPUTY, deadline=NOON + 4 * _HOUR))
    assert at.file(case).next_at == NOON
    before = len(at.reminders(case))

    assert at.clocks.run() == 1
    assert at.file(case).next_at == NOON + 3 * _HOUR
    assert at.clocks.run() == 0
    at.clock.forward(hours=3)
    assert at.clocks.run() == 1

    new = at.reminders(case)[before:]
    assert {item.recipient for item in new} == {DEPUTY}
    assert at.file(case).enquiries[0].told == 1
    assert at.events(case)[-1] is What.REMINDED


_HOUR = timedelta(hours=1)


def test_in_a_pause_nobody_is_reminded_and_nothing_is_forgotten() -> None:
    at = Desk()
    case = at.storm()
    at.work.do(case, DUTY, lambda work: enquire(work, "BBC", "?", owner=DUTY, deadline=NOON + 2 * _HOUR))
    at.controls.save(at.controls.load().paused(NOON + 9 * _HOUR, by="desk", at=NOON))
    at.clock.forward(hours=3)
    at.clocks.run()
    assert at.reminders(case) == []
    assert at.file(case).next_at == at.clock.at + MUTED

    at.clock.forward(hours=7)
    at.clocks.run()
    assert [item.about for item in at.reminders(case)] != []


def test_one_clock_that_fails_stops_no_other_and_is_tried_again() -> None:
    def broken(work: Work, seen: Seen) -> Worked:
        raise ZeroDivisionError

    at = Desk(works=(Clockwork("broken", broken, lambda *_: None), ENQUIRIES))
    case = at.storm()
    at.work.do(case, DUTY, lambda work: enquire(work, "BBC", "?", owner=DEPUTY, deadline=NOON + timedelta(minutes=2)))
    told = len(at.reminders(case))
    at.clock.forward(minutes=1)

    with pytest.raises(LeftUndoneError):
        at.clocks.run()

    assert len(at.reminders(case)) > told
    assert at.file(case).next_at == at.clock.at + FAILED


def test_a_clock_that_is_always_due_is_looked_at_once_a_minute() -> None:
    at = Desk(works=(Clockwork("eager", lambda work, seen: Worked(work.incident, work.file), lambda *_: NOON),))
    case = at.storm()
    at.clocks.run()
    assert at.file(case).next_at == NOON + AT_LEAST


def test_a_clock_that_cannot_move_for_days_is_looked_at_ever_more_rarely() -> None:
    at = Desk(works=(Clockwork("eager", lambda work, seen: Worked(work.incident, work.file), lambda *_: NOON),))
    case = at.storm()
    looks = 0
    for _ in range(24 * 60):
        looks += at.clocks.run()
        at.clock.forward(minutes=1)
    assert at.file(case).next_at is not None
    assert 90 < looks < 140


def test_however_much_is_late_after_a_pause_it_fits_into_transactions_and_all_of_it_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # GIVEN a case full of promises and tasks, all of which fall due in a pause
    works = tuple(Clockwork(each.__name__, each.due, each.next_at) for each in (task_clock, promising))
    at = Desk(works=works)
    case = at.storm()
    for number in range(60):
        step = partial(promising.make, what=f"promise {number}", to="x", owner=DEPUTY, due_at=NOON + _HOUR)
        at.work.do(case, DUTY, step)
    for number in range(60):
        at.work.do(case, DEPUTY, partial(tasking.add, words=f"task {number}", due_at=NOON + _HOUR, owner=DEPUTY))
    at.clock.forward(hours=30)

    # WHEN the clocks run THEN none of their writes is larger than the table takes
    save, sizes = at.cases.save_case, []

    def weighed(files: Any, **facts: Any) -> None:
        puts = (*files, *facts["incidents"], *facts["outbox"], *facts["events"][case])
        sizes.append(len(puts))
        save(files, **facts)

    monkeypatch.setattr(at.cases, "save_case", weighed)
    for _ in range(5):
        at.clocks.run()
        at.clock.forward(minutes=1)
    assert max(sizes) <= 100

    # AND all of it was told within minutes
    assert all(one.told for one in at.file(case).promises)
    assert all(one.told for one in at.file(case).tasks)


def test_a_storm_that_rises_wakes_its_case_in_the_same_minute() -> None:
    at = Desk()
    case = at.storm(4)
    at.clocks.run()
    assert at.file(case).next_at == NOON + WHILE_IT_BURNS
    before = at.incident(case).level

    at.clock.forward(minutes=2)
    at.storm(16)

    assert at.incident(case).level > before
    assert at.file(case).next_at == at.clock.at


def test_a_clock_that_asks_for_more_than_can_be_kept_is_left_out() -> None:
    def greedy(work: Work, seen: Seen) -> Worked:
        return Worked(work.incident, work.file.with_(links=tuple(f"x-{n}" for n in range(MOST_LINKS + 1))))

    at = Desk(works=(Clockwork("greedy", greedy, lambda *_: None), ENQUIRIES))
    case = at.storm()
    with pytest.raises(LeftUndoneError):
        at.clocks.run()
    assert at.file(case).links == ()


def test_the_loser_of_a_race_takes_the_winners_case(monkeypatch: pytest.MonkeyPatch) -> None:
    at = Desk()
    case = at.storm()
    save = at.cases.save_case
    lost: list[int] = []

    def beaten_once(*args: Any, **facts: Any) -> None:
        if not lost:
            lost.append(1)
            save((at.file(case).with_(version=2, owner=DEPUTY),))
            raise ConflictError("somebody was quicker")
        save(*args, **facts)

    monkeypatch.setattr(at.cases, "save_case", beaten_once)
    assert at.clocks.run() == 1
    assert at.file(case).owner == DEPUTY
    assert at.file(case).version == 3


def test_what_was_no_crisis_weighs_in_the_index_until_it_is_reopened() -> None:
    at = Desk()
    case = at.storm()
    at.work.do(case, DEPUTY, lambda work: dismiss(work, "a stunt"))
    at.clocks.run()

    shift = at.cases.brand_state(BRAND).shift
    assert shift is not None
    assert (shift.points < 0, shift.by) == (True, DEPUTY)
    assert at.file(case).next_at is None

    at.work.do(case, DUTY, lambda work: reopen(work, "it is true"))
    at.clocks.run()
    assert at.cases.brand_state(BRAND).shift is None
    assert not at.file(case).judged


def test_a_step_of_a_case_that_is_over_says_so_and_keeps_the_reason() -> None:
    at = Desk()
    case = at.storm()
    at.work.do(case, DUTY, lambda work: dismiss(work, "a stunt"))
    with pytest.raises(AnswerError, match="reopen it first") as refused:
        at.work.do(case, DUTY, lambda work: hold(work, Level.CRISIS, "x"))
    assert refused.value.why.value == "closed"
    assert refused.value.__cause__ is not None


def test_what_came_of_a_statement_is_measured_also_in_a_case_that_is_closed_by_then() -> None:
    # GIVEN a statement that went out, and a case that is closed an hour later
    at = Desk(works=clockworks())
    case = at.storm(4)
    at.clock.forward(hours=1)
    said = "Ми перевіряємо повідомлення про отруєння. Оновлення о 18:00."
    at.work.do(case, DUTY, lambda work: draft(work, Kind.HOLDING, "uk", said))
    at.work.do(case, DUTY, lambda work: approve(work, "text-1", "checked"))
    at.work.do(case, DUTY, lambda work: sent(work, "text-1", "https://aurora.example/news"))
    while not at.incident(case).closed:
        at.clock.forward(hours=2)
        at.watch.run()
    at.work.do(case, DUTY, partial(close, why="small"))

    # WHEN a day has passed
    for _ in range(30):
        at.clock.forward(hours=1)
        at.clocks.run()

    # THEN it is measured all the same, and nothing else of the case wakes anybody
    result = at.file(case).texts[0].result
    assert result is not None
    assert result.kind is ResultKind.TOO_FEW
    assert at.file(case).status is CaseStatus.CLOSED


def test_what_is_no_text_is_kept_in_part_or_refused_with_a_sentence() -> None:
    at = Desk()
    case = at.storm()
    half = "half a letter \ud83d"
    at.work.do(case, DUTY, lambda work: note(work, half))
    assert at.cases.case_events(case)[-1].words == "half a letter ?"
    for step in (lambda work: fill(work, Part.PRODUCT, half), lambda work: quote(work, Quotation(words="x" * 301))):
        with pytest.raises(AnswerError, match="cannot hold this"):
            at.work.do(case, DUTY, step)


def test_things_of_a_merged_case_are_found_where_they_went() -> None:
    at = Desk(client(brands=[{"name": BRAND, "terms": [BRAND]}, {"name": "Borealis", "terms": ["Borealis"]}]))
    case = at.storm()
    other = at.work.declare("Borealis", Level.CRISIS, "the same kitchen", DUTY).incident.id
    at.work.do(other, DUTY, lambda work: enquire(work, "BBC", "?"))

    at.work.merge(other, case, "one kitchen", DUTY)

    assert at.work.place(other, "enquiry-1") == (case, at.file(case).enquiries[0].id)
    assert at.work.place(case, "enquiry-1") == (case, "enquiry-1")
    at.work.link(case, other, DUTY)
    assert other in at.file(case).links


def test_all_registered_clocks_are_there_and_wait_for_nothing_in_a_case_of_nothing() -> None:
    at = Desk(works=clockworks())
    case = at.storm()
    at.clocks.run()
    assert at.file(case).version == 2
    assert {one.name for one in clockworks()} >= {"plan_clock", "task_clock", "promising", "outcome", "tail"}


def test_what_the_clocks_see_is_read_once_and_only_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    at = Desk()
    first = at.storm()
    while not at.incident(first).closed:
        at.clock.forward(hours=13)
        at.watch.run()
    at.clock.forward(days=3)
    second = at.storm(12)
    reads: list[Any] = []
    gravest = at.mentions.gravest

    def counted(*args: Any) -> Any:
        reads.append(args)
        return gravest(*args)

    monkeypatch.setattr(at.mentions, "gravest", counted)
    seen = SeenNow(
        at.incident(second), at.clock.at, cases=at.cases, mentions=at.mentions, library=lambda: None, health=at.health
    )
    assert reads == []
    assert [one.id for one in seen.history] == [first]
    assert [one.incident_id for one in seen.former] == [first]
    assert seen.mentions == seen.mentions
    assert len(reads) == 1
    assert seen.share(at.clock.at - timedelta(hours=1), at.clock.at + timedelta(minutes=1)).negative == 12
    assert seen.outbox == at.cases.outbox_of(second)
    assert seen.silent_sources == ()
    assert seen.term_lessons == ()
