"""Protects: a storm's case has its plan within a minute, late tasks reach their owners, and a person's word changes the
plan at the next tick."""

from datetime import timedelta

from tests.support.samples import client
from tests.unit.services.support import House
from tests.unit.services.test_notify_and_watch import storm
from tocsin.adapters.memory_plans import MemoryPlanStore
from tocsin.domain.case import plan_clock, task_clock
from tocsin.domain.case.causes import confirm_scenario
from tocsin.domain.case.file import CaseFile
from tocsin.domain.case.tasks import TaskState
from tocsin.domain.client import Client
from tocsin.domain.outbox import AlertKind, Channel
from tocsin.services.case_clocks import CaseClocks, Clockwork
from tocsin.services.casework import Casework
from tocsin_cli.playbooks import load_library

DUTY, DEPUTY = "duty@agency.example", "deputy@agency.example"
PEOPLE = [
    {"name": "Duty desk", "email": DUTY, "phone": "+380441234567", "role": "responsible", "quiet_hours": None},
    {"name": "Deputy", "email": DEPUTY, "role": "deputy", "quiet_hours": None},
    {"name": "Community", "email": "community@agency.example", "role": "community"},
]


class Life:
    def __init__(self, of: Client | None = None) -> None:
        self.at = House(of or client(responders=PEOPLE), ticking=False)
        self.clocks = CaseClocks(
            clients=self.at.clients,
            cases=self.at.cases,
            mentions=self.at.mentions,
            clock=self.at.clock,
            controls=self.at.controls,
            plans=MemoryPlanStore(load_library()),
            works=lambda: tuple(Clockwork(each.__name__, each.due, each.next_at) for each in (plan_clock, task_clock)),
        )
        self.work = Casework(clients=self.at.clients, cases=self.at.cases, clock=self.at.clock)
        self.at.clock.forward(minutes=1)
        self.at.hear(*storm())
        self.id = self.at.cases.brand_state("Аврора").incident_id or ""

    def minutes(self, count: int) -> None:
        for _ in range(count):
            self.clocks.run()
            self.at.clock.forward(minutes=1)

    @property
    def file(self) -> CaseFile:
        found = self.at.cases.case_file(self.id)
        assert found is not None
        return found

    def reminders(self, email: str) -> list[tuple[str, ...]]:
        items = self.at.cases.outbox_of(self.id)
        due = [one for one in items if one.kind is AlertKind.DUE and one.recipient == email]
        return [one.about for one in due if one.channel is Channel.EMAIL]


def test_within_a_minute_there_is_a_plan_and_whoever_is_late_hears_of_all_of_it_in_one_mail() -> None:
    life = Life()
    life.minutes(1)
    assert life.file.plan is not None
    assert life.file.tasks
    assert life.reminders(DUTY) == []
    life.minutes(17)
    [first] = life.reminders(DUTY)
    assert {"verify", "holding"} <= set(first)
    assert life.reminders("community@agency.example") == [("freeze", "evidence")]


def test_a_confirmed_scenario_has_its_plan_at_the_next_tick() -> None:
    life = Life()
    life.minutes(1)
    life.work.do(life.id, DUTY, lambda work: confirm_scenario(work, "data_leak", None))
    life.minutes(1)
    file = life.file
    assert file.plan is not None
    assert (file.plan.scenario, file.plan.chosen_by) == ("data_leak", DUTY)
    contain = next(task for task in file.tasks if task.step == "contain")
    assert timedelta(0) < contain.due_at - life.at.clock.now() <= timedelta(minutes=15)


def test_in_shadow_tasks_are_made_and_nobody_is_reminded() -> None:
    life = Life(client(responders=PEOPLE, shadow=True))
    life.minutes(90)
    assert life.file.plan is not None
    assert any(task.state is TaskState.OPEN for task in life.file.tasks)
    assert life.reminders(DUTY) == []
