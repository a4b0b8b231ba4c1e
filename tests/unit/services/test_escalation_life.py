"""Protects, whatever comes in whatever order (clicks, clocks, receipts, outages, an empty purse, runs that die at a
write): nobody is forgotten, nobody is rung for what they have taken, everybody who was rung hears of the end, and no
guard and no refusal silences a crisis."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.support.samples import NOON, client
from tests.unit.services.support import House
from tocsin.domain.alert import Alert
from tocsin.domain.client import Client
from tocsin.domain.errors import DeliveryError
from tocsin.domain.escalation import alarm, held
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, Channel, Delivery, DeliveryState, DeliveryStatus
from tocsin.domain.sms_spend import Spend
from tocsin.services.answer import AnswerError
from tocsin.services.notify import Notify
from tocsin.services.watch import WatchError

PEOPLE: list[dict[str, Any]] = [
    {"name": "Duty", "email": "duty@agency.example", "phone": "+380441234567", "role": "responsible"},
    {
        "name": "Deputy",
        "email": "deputy@agency.example",
        "phone": "+34911234567",
        "second_phone": "+34911234568",
        "role": "deputy",
    },
    {"name": "Boss", "email": "boss@agency.example", "phone": "+34922345678", "role": "director"},
    {"name": "Mail only", "email": "mail@agency.example"},
]
EMAILS = [person["email"] for person in PEOPLE]
OWNERS = {person["phone"]: person["email"] for person in PEOPLE if "phone" in person} | {
    "+34911234568": "deputy@agency.example"
}
RINGING = (Channel.SMS, Channel.CALL)
ID = "aurora-1"
WRITES = ("save_incident", "update_outbox", "save_link", "save_rung")


class Died(BaseException):
    """The process is gone: no except clause of ours may catch it."""


class Purse:
    def __init__(self) -> None:
        self.spend = Spend.FREE

    def take(self, *_: object) -> Spend:
        return self.spend

    def give_back(self, *_: object) -> None:
        pass


class Life(RuleBasedStateMachine):
    @initialize(level=st.sampled_from([Level.ISSUE, Level.CRISIS, Level.SEVERE]))
    def burn(self, level: Level) -> None:
        people = [person | {"quiet_hours": None} for person in PEOPLE]
        self.at = House(client(responders=people, sms={"provider": "eum", "voice": "+34910000000"}))
        self.purse = Purse()
        self.out: dict[Channel, DeliveryError] = {}
        self.rung: list[tuple[Any, str]] = []
        self.wrong: list[str] = []
        self.strike: str | None = None
        at = self.at
        at.notify = Notify(
            clients=at.clients, mentions=at.mentions, cases=at.cases, channels=at.channels, clock=at.clock,
            controls=at.controls, spend=self.purse,
        )  # fmt: skip
        at.watch._notify = at.notify
        for channel in Channel:
            self._listen(channel)
        storm = Incident.opened(
            id=ID, client="aurora", brand="Аврора", level=level, index=70, reasons=(), at=at.clock.at
        )
        moved = alarm(self.client, storm, AlertKind.RAISED, at.clock.at)
        at.cases.save_incident(moved.incident, moved.outbox)
        for name in WRITES:
            setattr(at.cases, name, self._mortal(getattr(at.cases, name)))

    def _listen(self, channel: Channel) -> None:
        take = self.at.channels[channel].send

        def send(alert: Alert, address: str) -> str:
            if channel in self.out:
                raise self.out[channel]
            if channel in RINGING and alert.kind is not AlertKind.RESOLVED:
                self.rung.append((self.at.clock.at, OWNERS[address]))
                page = self.storm.paging.of(OWNERS[address]) if self.storm.paging else None
                if page and self.storm.paging and page.has_taken(self.storm.paging.level):
                    asked = alert.kind in {AlertKind.REMINDED, AlertKind.EXPIRED}
                    self.wrong += [] if asked else [f"{alert.id}: rung for what they have taken"]
            return take(alert, address)

        self.at.channels[channel].send = send  # type: ignore[method-assign]

    def _mortal(self, write: Callable[..., None]) -> Callable[..., None]:
        def mortal(*args: Any, **more: Any) -> None:
            strike, self.strike = self.strike, None
            if strike == "before":
                raise Died
            write(*args, **more)
            if strike == "after":
                raise Died

        return mortal

    @property
    def client(self) -> Client:
        found = self.at.clients.load()
        assert found is not None
        return found

    @property
    def storm(self) -> Incident:
        found = self.at.cases.incident(ID)
        assert found is not None
        return found

    def _minute(self) -> None:
        self.at.clock.forward(minutes=1)
        with suppress(Died, WatchError):
            self.at.watch.run()
        for item in list(self.at.cases._outbox.values()):
            if item.status is DeliveryStatus.PENDING and item.due_at <= self.at.clock.at:
                with suppress(Died):
                    self.at.notify.deliver(item.id)

    @rule(count=st.integers(1, 6))
    def time_passes(self, count: int) -> None:
        for _ in range(count):
            self._minute()

    @rule(how=st.sampled_from(["before", "after"]))
    def the_next_write_is_the_last_of_its_run(self, how: str) -> None:
        self.strike = how

    @rule(channel=st.sampled_from([Channel.SMS, Channel.CALL, Channel.EMAIL]), permanent=st.booleans())
    def a_provider_is_out(self, channel: Channel, permanent: bool) -> None:
        if len(self.out) < 2:
            self.out[channel] = DeliveryError("out", permanent=permanent)

    @rule()
    def the_providers_are_well(self) -> None:
        self.out.clear()

    @rule(spend=st.sampled_from(list(Spend)))
    def the_purse_changes(self, spend: Spend) -> None:
        self.purse.spend = spend

    @rule(
        person=st.sampled_from(EMAILS),
        what=st.sampled_from(["acknowledge", "decline", "act"]),
        times=st.integers(1, 2),
    )
    def somebody_clicks(self, person: str, what: str, times: int) -> None:
        for _ in range(times):
            with suppress(AnswerError, Died):
                getattr(self.at.answers, what)(ID, person)

    @rule(number=st.integers(0, 50), state=st.sampled_from(list(DeliveryState)))
    def a_receipt_comes(self, number: int, state: DeliveryState) -> None:
        sent = [item for item in self.at.cases._outbox.values() if item.status is DeliveryStatus.SENT]
        if sent:
            with suppress(Died):
                self.at.escalate.receipt(sent[number % len(sent)].id, Delivery(state=state, at=self.at.clock.at))

    @precondition(lambda self: self.storm.level < Level.SEVERE)
    @rule()
    def it_grows_worse(self) -> None:
        worse = Level.CRISIS if self.storm.level < Level.CRISIS else Level.SEVERE
        storm = self.storm.releveled(worse, index=90, reasons=(), at=self.at.clock.at)
        moved = alarm(self.client, storm, AlertKind.RAISED, self.at.clock.at)
        with suppress(Died):
            self.at.cases.save_incident(moved.incident, moved.outbox)

    @invariant()
    def nothing_wrong_was_sent(self) -> None:
        assert getattr(self, "wrong", []) == []

    @invariant()
    def nobody_is_forgotten(self) -> None:
        if not hasattr(self, "at"):
            return
        storm = self.storm
        if not held(self.client, storm):
            assert storm.paging is not None
            waits = any(item.status is DeliveryStatus.PENDING for item in self.at.cases._outbox.values())
            assert storm.paging.next_at is not None or waits

    def teardown(self) -> None:
        if not hasattr(self, "at"):
            return
        # WHEN all is well again THEN a crisis that nobody has rings everybody with a phone within the slowest pace
        self.strike, self.purse.spend = None, Spend.OVER
        self.out.clear()
        since = self.at.clock.at
        if self.storm.level >= Level.CRISIS and not held(self.client, self.storm):
            for _ in range(40):
                self._minute()
            rung = {person for at, person in self.rung if at > since}
            assert held(self.client, self.storm) or rung == set(OWNERS.values()), f"not rung: {rung}"
        # AND the end is told to everybody who was ever asked
        asked = {page.person for page in self.storm.paging.people if page.rounds} if self.storm.paging else set()
        storm = self.storm.releveled(Level.CALM, index=0, reasons=(), at=self.at.clock.at)
        moved = alarm(self.client, storm, AlertKind.RESOLVED, self.at.clock.at)
        self.at.cases.save_incident(moved.incident, moved.outbox)
        count = len(self.rung)
        for _ in range(4):
            self._minute()
        ends = [
            OWNERS.get(to, to)
            for channel in (Channel.EMAIL, Channel.SMS)
            for to, alert in self.at.channels[channel].sent
            if alert.kind is AlertKind.RESOLVED
        ]
        assert asked <= set(ends)
        assert len(ends) == len(set(ends))
        assert len(self.rung) == count, "rung after the end"
        assert self.at.cases.due_incidents(NOON + timedelta(days=99), 9) == ()


Life.TestCase.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
TestLife = Life.TestCase
