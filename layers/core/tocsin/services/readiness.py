"""Is a client ready? What its file, its playbooks and its stack tell, looked at and put together."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from tocsin.domain import readiness, readiness_law, readiness_people
from tocsin.domain.assessment import incident_id
from tocsin.domain.budget import Span, period
from tocsin.domain.client import Client
from tocsin.domain.controls import Mute, muted
from tocsin.domain.drills import drill_brand
from tocsin.domain.incident import Incident, Step
from tocsin.domain.law import Calendar, Law
from tocsin.domain.playbook import Library
from tocsin.domain.readiness import found
from tocsin.domain.readiness_people import Place, Proof
from tocsin.domain.readiness_report import Check, Finding, Found, ReadinessReport, State, reported
from tocsin.domain.sms_spend import SCOPE
from tocsin.services.policies import PolicyFinding, finding_of

if TYPE_CHECKING:
    from tocsin.domain.outbox import OutboxItem
    from tocsin.ports import BudgetStore, CaseStore, ClientStore, Clock, ControlStore, HealthStore, ReadinessStore

TESTS = "test"
"""Beside the client's name, what test messages are kept under."""
LATEST = 10
"""Cases and drills of a brand that are looked through for who was reached."""
_ANSWERS = frozenset({Step.ACKNOWLEDGE, Step.ACT, Step.RESPOND, Step.DECIDE, Step.DECLINE})


def kept_under(client: Client) -> str:
    """The id that test messages are kept under, as if of an incident."""
    return f"{client.client}-{TESTS}"


class Deployed:
    """What the stack tells. ``limit``: USD a month for SMS and calls, where the client's file says none."""

    def __init__(
        self,
        *,
        cases: "CaseStore",
        health: "HealthStore",
        controls: "ControlStore",
        budgets: "BudgetStore",
        limit: Decimal | None,
    ) -> None:
        self.cases = cases
        self.health = health
        self.controls = controls
        self.budgets = budgets
        self.limit = limit


class Readiness:
    """``deployed``: None to look at the file alone. ``policies``: None where no page may be fetched."""

    def __init__(
        self,
        *,
        library: Library | None,
        deployed: Deployed | None = None,
        policies: Callable[[Client], Sequence[PolicyFinding]] | None = None,
    ) -> None:
        self._library = library
        self._deployed = deployed
        self._policies = policies

    def look(self, client: Client, now: datetime) -> tuple[Finding, ...]:
        stack = self._deployed
        limit = _said(client) if client.sms.monthly_usd is not None or stack is None else stack.limit
        used = stack.budgets.used(SCOPE, period(Span.MONTH, now).key).usd if stack else None
        proven = self._proven(client, now)
        return (
            *readiness.playbooks(self._library),
            *readiness.prepared_texts(client, self._library, now),
            *readiness_people.people(client, proven),
            *readiness_people.rooms(client, proven),
            *readiness_people.clocks(client, now, *self._calendars()),
            *readiness_law.laws(client, self._library, now),
            *readiness_people.deputy(client, now),
            *readiness.budgets(client, limit, used),
            *readiness.model_money(client),
            *readiness.sources(client, stack.health.load().coverage if stack else None),
            *self._published(client),
            *readiness.told(client, readiness.circles_of(self._library)),
            *self._told_at_all(client, now),
        )

    def _calendars(self) -> tuple[tuple[Law, ...], tuple[Calendar, ...]]:
        return (self._library.laws, self._library.calendars) if self._library is not None else ((), ())

    def _proven(self, client: Client, now: datetime) -> dict[Place, Proof] | None:
        if self._deployed is None:
            return None
        messages: list[OutboxItem] = list(self._deployed.cases.outbox_of(kept_under(client)))
        answered: dict[str, datetime] = {}
        for incident in self._incidents(client):
            messages += self._deployed.cases.outbox_of(incident.id)
            for entry in incident.timeline:
                if entry.by is not None and entry.step in _ANSWERS:
                    answered[entry.by] = max(entry.at, answered.get(entry.by, entry.at))
        return readiness_people.proofs(client, messages, answered, now)

    def _incidents(self, client: Client) -> Iterator[Incident]:
        """Real ones, and drills: the latest of each brand. They are numbered from one."""
        if self._deployed is None:
            return
        cases = self._deployed.cases
        for brand in client.brands:
            for name in (brand.name, drill_brand(brand.name)):
                number = cases.brand_state(name).incident_no
                stem = _stem(client, name)
                for one in range(number, max(0, number - LATEST), -1):
                    found = cases.incident(f"{stem}-{one}")
                    if found is not None:
                        yield found

    def _published(self, client: Client) -> Iterator[Finding]:
        if self._policies is None:
            yield found(Check.POLICIES, State.UNSEEN, Found.POLICIES_UNSEEN)
            return
        yield from (finding_of(one) for one in self._policies(client))

    def _told_at_all(self, client: Client, now: datetime) -> Iterator[Finding]:
        if self._deployed is None:
            if client.shadow is not False:
                yield found(Check.SHADOW, State.UNSEEN, Found.ARMING_UNSEEN)
            return
        mute = muted(client, self._deployed.controls.load(), now)
        if mute is Mute.SHADOW:
            yield found(Check.SHADOW, State.WANTING, Found.IN_SHADOW)
        elif mute is Mute.PAUSED:
            yield found(Check.SHADOW, State.WANTING, Found.PAUSED)
        else:
            yield found(Check.SHADOW, State.OK, Found.ARMED)


class Look:
    """A look that is kept, so that a page can show it and a mail can tell what has become worse since."""

    def __init__(
        self,
        *,
        clients: "ClientStore",
        store: "ReadinessStore",
        clock: "Clock",
        readiness: Callable[[], Readiness],
    ) -> None:
        self._clients = clients
        self._store = store
        self._clock = clock
        self._readiness = readiness

    def last(self) -> ReadinessReport | None:
        return self._store.load()

    def run(self) -> ReadinessReport | None:
        """Look now, and keep what was found; None without a client."""
        client = self._clients.load()
        if client is None:
            return None
        now = self._clock.now()
        report = reported(self._readiness().look(client, now), self._store.load(), now)
        self._store.save(report)
        return report


def _said(client: Client) -> Decimal | None:
    return Decimal(client.sms.monthly_usd) if client.sms.monthly_usd is not None else None


def _stem(client: Client, brand: str) -> str:
    return incident_id(client, brand, 0).rpartition("-")[0]
