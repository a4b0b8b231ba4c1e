"""Protects: a review's figures come of the timeline, it proposes what the case has taught, and only people decide."""

from collections.abc import Sequence
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.support.samples import NOON, client, scored
from tocsin.domain.case import reviewing
from tocsin.domain.case.figures import Figures, Missed, figures
from tocsin.domain.case.file import CaseEvent, CaseFile, CaseStatus, Hearing, What, Work, Worked, timeline_of, whole
from tocsin.domain.case.lessons import TermLesson, lessons
from tocsin.domain.case.review import ChangeKind, ChangeState, PlanChange
from tocsin.domain.case.tasks import CaseTask, Plan, TaskState
from tocsin.domain.client import Client
from tocsin.domain.counters import Counts
from tocsin.domain.errors import TransitionError
from tocsin.domain.escalation import acknowledge, act, alarm
from tocsin.domain.incident import Incident, IncidentState, Step
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, DeliveryStatus, OutboxItem
from tocsin.domain.playbook import Playbook
from tocsin.domain.reading import ScoredMention
from tocsin.domain.said import Words
from tocsin_cli.playbooks import load_library

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
DUTY, DEPUTY = "duty@agency.example", "deputy@agency.example"
PEOPLE = [
    {"name": "Чергова", "email": DUTY, "phone": "+380441234567", "role": "responsible", "language": "uk"},
    {"name": "Заступник", "email": DEPUTY, "phone": "+380671234567", "role": "deputy", "language": "uk"},
]
RUMOUR = next(one for one in load_library().playbooks if one.scenario == "rumour")


class Storm:
    """A crisis as the alarm makes it, step by step."""

    def __init__(self, **settings: Any) -> None:
        self.client: Client = client(**{"responders": PEOPLE, **settings})
        opened = Incident.opened(
            id="aurora-1", client="aurora", brand="Аврора", level=Level.CRISIS, index=70, reasons=(), at=NOON
        )
        moved = alarm(self.client, opened, AlertKind.RAISED, NOON)
        self.incident = moved.incident
        self.outbox: list[OutboxItem] = [
            item.model_copy(update={"status": DeliveryStatus.SENT, "sent_at": NOON + MINUTE}) for item in moved.outbox
        ]
        self.file = CaseFile.opened(opened, version=1)

    def taken(self, minutes: int, by: str = DUTY) -> "Storm":
        self.incident = acknowledge(self.client, self.incident, by, NOON + minutes * MINUTE).incident
        return self

    def answered(self, minutes: int, by: str = DUTY) -> "Storm":
        self.incident = act(self.client, self.incident, by, NOON + minutes * MINUTE, "said", responded=True).incident
        return self

    def over(self, hours: float = 5) -> "Storm":
        at = NOON + timedelta(hours=hours)
        self.incident = self.incident.releveled(Level.CALM, index=0, reasons=(), at=at)
        return self

    def planned(self, playbook: Playbook = RUMOUR, *tasks: CaseTask) -> "Storm":
        plan = Plan(scenario=playbook.scenario, cited=playbook.cited, playbook=playbook, chosen_at=NOON)
        self.file = self.file.with_(plan=plan, tasks=tasks)
        return self

    def told(self, mentions: Sequence[ScoredMention] = ()) -> Figures:
        return figures(self.client, self.incident, self.file, self.outbox, mentions)

    def work(self, by: str | None = DUTY, **after: float) -> Work:
        return Work(self.client, self.incident, self.file, NOON + timedelta(**(after or {"hours": 6})), by)

    def change(self) -> PlanChange:
        assert self.file.review is not None
        return self.file.review.changes[0]

    def do(self, worked: Worked) -> "Storm":
        self.incident, self.file = worked.incident, worked.file
        return self


def seen(
    storm: Storm,
    mentions: Sequence[ScoredMention] = (),
    history: tuple[Any, ...] = (),
    former: tuple[Any, ...] = (),
    silent: tuple[str, ...] = (),
) -> Any:
    return SimpleNamespace(
        outbox=tuple(storm.outbox), mentions=tuple(mentions), course=tuple(mentions), days=(), measured=(),
        silent_sources=silent, former=former, history=history, steps=storm.incident.timeline,
        term_lessons=(), later=(), share=lambda since, until: Counts(mentions=9, negative=4),
    )  # fmt: skip


def task(name: str, due: int, done: int | None, step: str | None = None, **facts: Any) -> CaseTask:
    said = Words(en=f"Task {name}", uk=f"Завдання {name}", es=f"Tarea {name}")
    state = TaskState.DONE if done is not None else TaskState.OPEN
    done_at = NOON + done * MINUTE if done is not None else None
    return CaseTask(id=name, step=step, words=said, due_at=NOON + due * MINUTE, state=state, done_at=done_at, **facts)


def test_a_storm_of_weeks_is_reviewed_by_its_first_steps_too() -> None:
    # GIVEN a case that was taken and answered at once, and whose level then rose and fell for weeks
    storm = Storm().taken(9).answered(40)
    left: list[CaseEvent] = []
    for hour in range(1, 600):
        level = Level.WATCH if hour % 2 else Level.ISSUE
        at = NOON + timedelta(hours=2 * hour)
        storm.incident = storm.incident.releveled(level, index=40, reasons=(), at=at)
        left += [CaseEvent.of_steps(storm.incident)] if storm.incident.left else []
        storm.incident = storm.incident.model_copy(update={"left": ()})
    assert left
    assert all(entry.step is not Step.ACKNOWLEDGE for entry in storm.incident.timeline)

    # WHEN it is looked at with what has left its timeline
    storm.incident = whole(storm.incident, timeline_of(storm.incident, left))

    # THEN who took and answered it is known, and all that fired
    told = storm.told()
    assert [(took.name, took.minutes) for took in told.took if took.name != "detect"][:2] == [
        ("acknowledge", 8),
        ("respond", 39),
    ]
    assert len(told.fired) > 290


def test_the_times_are_of_the_timeline_against_the_clients_clocks() -> None:
    storm = Storm().taken(9).answered(40)

    told = storm.told([scored(1, at=NOON - 20 * MINUTE, severity=0.9), scored(2, at=NOON - 5 * MINUTE)])

    assert [(one.name, one.minutes, one.goal, one.late) for one in told.took] == [
        ("detect", 21, 15, True),
        ("acknowledge", 8, 10, False),
        ("respond", 39, 60, False),
        ("statement", None, 60, False),
    ]
    assert told.fired == ((NOON, Level.CRISIS),)
    assert Missed(name="grave_before", count=1) in told.missed


def test_what_was_missed_is_named() -> None:
    storm = Storm().taken(4, DEPUTY).planned(RUMOUR, task("a", 15, 55), task("b", 30, None))
    lost = storm.outbox[0].model_copy(update={"status": DeliveryStatus.FAILED})
    storm.outbox.append(lost.model_copy(update={"alert_no": 9}))

    storm.file = storm.file.with_(hearing=Hearing(looked_at=NOON, silent=("News",)))
    missed = storm.over().told().missed

    names = {(one.name, one.of) for one in missed}
    assert ("page_unanswered", DUTY) in names
    assert ("page_lost", lost.recipient) in names
    assert {("task_late", "a"), ("task_undone", "b"), ("source_silent", "News")} <= names


def test_whoever_is_asked_first_and_never_answers_changes_places_with_who_does() -> None:
    storm = Storm().taken(4, DEPUTY).over()

    found = lessons(storm.client, storm.incident, storm.file, storm.told())

    assert [(one.place, one.before, one.after) for one in found] == [("responders.first", f'"{DUTY}"', f'"{DEPUTY}"')]


def test_a_rota_decides_by_itself_who_is_first() -> None:
    rota = [{"name": "week", "people": [DUTY, DEPUTY], "starts": "2026-01-05"}]
    storm = Storm(rota=rota).taken(4, DEPUTY).over()

    assert lessons(storm.client, storm.incident, storm.file, storm.told()) == ()


def test_an_alarm_long_after_enough_was_heard_asks_for_a_lower_threshold() -> None:
    storm = Storm().taken(2).over()
    heard = [scored(number, at=NOON - 60 * MINUTE) for number in range(4)]

    found = lessons(storm.client, storm.incident, storm.file, storm.told(heard), heard)

    assert [(one.kind, one.place, one.before, one.after) for one in found] == [
        (ChangeKind.THRESHOLD, "thresholds.crisis", "65", "60")
    ]


def test_what_was_fetched_late_is_a_matter_of_sources_not_of_thresholds() -> None:
    storm = Storm().taken(2).over()
    heard = [
        scored(number, at=NOON - 60 * MINUTE, fetched_at=NOON - 2 * MINUTE, source="rss:news") for number in range(4)
    ]

    told = storm.told(heard)

    assert Missed(name="heard_late", of="rss:news", count=58) in told.missed
    assert lessons(storm.client, storm.incident, storm.file, told, heard) == ()


def test_a_false_alarm_asks_for_a_higher_one_and_never_beyond_its_neighbour() -> None:
    storm = Storm(thresholds={"crisis": 83, "severe": 85}).taken(2).over()
    storm.file = storm.file.with_(status=CaseStatus.DISMISSED)

    found = lessons(storm.client, storm.incident, storm.file, storm.told())

    assert [(one.place, one.after) for one in found] == [("thresholds.crisis", "84")]


def test_a_task_that_was_late_and_one_that_people_added_change_the_plan() -> None:
    step = RUMOUR.tasks[1]
    late = task("proof", step.within, step.within + 40, step.id)
    added = task("task-4", 44, 30)
    storm = Storm().taken(2).planned(RUMOUR, late, added).over()

    found = lessons(storm.client, storm.incident, storm.file, storm.told())

    assert [one.place for one in found] == [
        f"playbook.rumour.tasks.{step.id}.within",
        "playbook.rumour.tasks.learned_a",
    ]
    assert found[0].before == str(step.within)
    assert int(found[0].after or 0) >= step.within + 40
    assert '"within": 45' in (found[1].after or "")


def test_what_marks_ask_of_the_terms_is_proposed() -> None:
    storm = Storm().taken(2).over()

    found = lessons(storm.client, storm.incident, storm.file, storm.told(), terms=[TermLesson("exclude", "крейсер", 3)])

    assert [(one.place, one.after, one.why) for one in found] == [("brands[Аврора].exclude", '"крейсер"', ("marks=3",))]


def test_a_review_begins_by_itself_when_the_storm_is_over() -> None:
    storm = Storm().taken(4, DEPUTY)
    assert reviewing.next_at(storm.file, storm.incident) is None
    storm.over()
    assert reviewing.next_at(storm.file, storm.incident) == NOON + timedelta(hours=5)

    done = reviewing.due(storm.work(None), seen(storm))

    assert done.file.review is not None
    assert [one.place for one in done.file.review.changes] == ["responders.first"]
    assert [one.what for one in done.events] == [What.REVIEW, What.PROPOSED]


def test_it_is_asked_for_after_a_week_and_after_two_and_then_no_more() -> None:
    storm = Storm().taken(4, DEPUTY).over()
    storm.do(reviewing.due(storm.work(None), seen(storm)))
    told = []
    for day in range(1, 40):
        work = storm.work(None, days=day, hours=5)
        at = reviewing.next_at(storm.file, storm.incident)
        if at is not None and at <= work.now:
            done = reviewing.due(work, seen(storm))
            told += [(day, item.recipient, item.kind) for item in done.outbox]
            storm.do(done)

    assert {day for day, *_ in told} == {7, 14}
    assert {kind for *_, kind in told} == {AlertKind.DUE}
    assert reviewing.next_at(storm.file, storm.incident) is None


def test_people_answer_decide_and_finish() -> None:
    storm = Storm().taken(4, DEPUTY).over()
    with pytest.raises(TransitionError, match="begins"):
        reviewing.answer(storm.work(), "cause", "a bad batch")
    storm.do(reviewing.due(storm.work(None), seen(storm)))
    with pytest.raises(TransitionError, match="not answered yet"):
        reviewing.finish(storm.work())
    for question in reviewing.QUESTIONS:
        storm.do(reviewing.answer(storm.work(), question, "a bad batch"))
    with pytest.raises(TransitionError, match="neither accepted nor refused"):
        reviewing.finish(storm.work())
    change = storm.change()

    storm.do(reviewing.accept(storm.work(), change.id))
    assert storm.change().waits
    assert storm.change().decided_by == DUTY
    assert reviewing.next_at(storm.file, storm.incident) is not None
    storm.do(reviewing.applied(storm.work(None), (change.id,)))
    assert not storm.change().waits
    with pytest.raises(TransitionError, match="so already"):
        reviewing.refuse(storm.work(), change.id)
    storm.do(reviewing.finish(storm.work()))

    assert storm.incident.state is IncidentState.REVIEWED
    assert storm.file.review is not None
    assert storm.file.review.finished_by == DUTY
    with pytest.raises(TransitionError, match="finished"):
        reviewing.answer(storm.work(), "cause", "another")


def test_a_second_look_keeps_what_people_have_decided() -> None:
    storm = Storm().taken(4, DEPUTY).over()
    storm.do(reviewing.begin(storm.work(None), seen(storm)))
    assert storm.file.review is not None
    storm.do(reviewing.refuse(storm.work(), storm.file.review.changes[0].id, "he was ill"))

    again = reviewing.begin(storm.work(None), seen(storm, [scored(n, at=NOON - 60 * MINUTE) for n in range(4)]))

    assert again.file.review is not None
    assert [(one.place, one.state) for one in again.file.review.changes] == [
        ("responders.first", ChangeState.REFUSED),
        ("thresholds.crisis", ChangeState.PROPOSED),
    ]


def test_a_drill_is_not_reviewed() -> None:
    storm = Storm().taken(4).over()
    storm.file = storm.file.with_(drill="rumour")

    assert reviewing.next_at(storm.file, storm.incident) is None
    assert reviewing.due(storm.work(None), seen(storm)).file is storm.file
