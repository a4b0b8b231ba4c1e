"""A case with everything in memory: its answering pages are asked as API Gateway would."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from tests.support.intake import HOST, Clock, Page, event, page_of
from tests.support.samples import NOON, client
from tocsin.adapters.memory import MemoryBudgets, MemoryClientStore, MemoryMentionStore, MemorySecrets
from tocsin.adapters.memory_cases import MemoryCaseStore
from tocsin.adapters.memory_drills import MemoryDrillStore
from tocsin.adapters.memory_intake import MemoryLimits
from tocsin.adapters.memory_plans import MemoryPlanStore
from tocsin.adapters.memory_readiness import MemoryReadinessStore
from tocsin.adapters.memory_stories import MemoryStoryStore
from tocsin.domain import escalation
from tocsin.domain.brand_state import BrandState
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.links import Purpose
from tocsin.domain.outbox import AlertKind, OutboxItem
from tocsin.domain.reasons import Reason, ReasonName
from tocsin.entry.answer_site import AnswerSite
from tocsin.ports import Writers
from tocsin.services.answer import Answers
from tocsin.services.links import Links

KEY = "l" * 40
BRAND = "Аврора"
OLENA, PETRO, LUCIA = "olena@agency.example", "petro@agency.example", "lucia@agency.example"
PEOPLE: list[dict[str, Any]] = [
    {"name": "Олена Коваль", "email": OLENA, "phone": "+380441234567", "role": "responsible", "quiet_hours": None},
    {"name": "Петро Сич", "email": PETRO, "phone": "+380671234567", "role": "deputy", "quiet_hours": None},
    {"name": "Lucía Herrero", "email": LUCIA, "phone": "+34600123456", "role": "director", "language": "es"},
]
CONTACTS: list[dict[str, Any]] = [
    {"name": "Ірина Власниця", "email": "iryna@aurora.example", "phone": "+380501234567", "role": "власниця"},
    {"name": "Press Office", "email": "press@aurora.example", "language": "en"},
]


@dataclass
class World:
    settings: dict[str, Any] = field(default_factory=dict)
    level: Level = Level.CRISIS
    now: datetime = NOON

    def __post_init__(self) -> None:
        file = {"responders": PEOPLE, "client_contacts": CONTACTS, **self.settings}
        self.clients = MemoryClientStore(client(**file))
        self.clock, self.cases, self.limits = Clock(self.now), MemoryCaseStore(), MemoryLimits()
        self.mentions, self.stories, self.plans = MemoryMentionStore(), MemoryStoryStore(), MemoryPlanStore()
        self.budgets = MemoryBudgets()
        self.readiness, self.drills = MemoryReadinessStore(), MemoryDrillStore()
        self.writers: Writers | None = None
        self.secrets = MemorySecrets(links={"key": KEY})
        self.public_url = f"https://{HOST}"
        self.incident_id = "aurora-3fb83f-1"
        self.burn()

    def burn(self) -> None:
        """An incident with all that an alarm writes."""
        reasons = (Reason(name=ReasonName.SURGE, points=34, count=47, minutes=60, usual=2.6),)
        storm = Incident.opened(
            id=self.incident_id, client=self.client.client, brand=BRAND, level=self.level, index=78, reasons=reasons,
            at=self.clock.now(),
        )  # fmt: skip
        moved = escalation.alarm(self.client, storm, AlertKind.RAISED, self.clock.now())
        state = BrandState(brand=BRAND, version=1, level=self.level, incident_id=storm.id, incident_no=1)
        self.cases.save_assessment(state, incident=moved.incident, outbox=moved.outbox)

    def resolve(self) -> None:
        calm = self.incident.releveled(Level.CALM, index=3, reasons=(), at=self.clock.now())
        moved = escalation.alarm(self.client, calm, AlertKind.RESOLVED, self.clock.now())
        self.cases.save_incident(moved.incident, moved.outbox)

    @property
    def client(self) -> Any:
        return self.clients.load()

    @property
    def incident(self) -> Incident:
        found = self.cases.incident(self.incident_id)
        assert found is not None
        return found

    @property
    def outbox(self) -> tuple[OutboxItem, ...]:
        return self.cases.outbox_of(self.incident_id)

    @property
    def links(self) -> Links:
        """As each invocation makes it anew."""
        return Links(
            clients=self.clients, cases=self.cases, secrets=self.secrets, clock=self.clock, public_url=self.public_url
        )

    @property
    def site(self) -> AnswerSite:
        return AnswerSite(
            clients=self.clients, cases=self.cases, mentions=self.mentions, limits=self.limits,
            secrets=self.secrets, links=self.links,
            answers=Answers(clients=self.clients, cases=self.cases, clock=self.clock), clock=self.clock,
            plans=self.plans, stories=self.stories, writers=self.writers, budgets=self.budgets,
            readiness=lambda: self.readiness, drills=lambda: self.drills,
        )  # fmt: skip

    def link(self, person: str = OLENA, purpose: Purpose = Purpose.ANSWER) -> str:
        issued = self.links.issue(self.incident_id, person, purpose)
        assert issued is not None
        return issued[0]

    def code(self, person: str = OLENA, purpose: Purpose = Purpose.ANSWER) -> str:
        return self.link(person, purpose).rpartition("/")[2]

    def get(self, path: str, method: str = "GET", **more: Any) -> Page:
        return page_of(self.site.answer(event(method, path.removeprefix(f"https://{HOST}"), **more)))

    def post(self, path: str, fields: dict[str, str], **more: Any) -> Page:
        return page_of(self.site.answer(event("POST", path.removeprefix(f"https://{HOST}"), urlencode(fields), **more)))
