"""The use-cases on twins in memory, with a clock and a feed that a test moves by hand."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from tests.support.samples import NOON, client
from tests.unit.services.counting import CountingDetector
from tocsin.adapters import memory
from tocsin.adapters.analyzers.reader import Reader
from tocsin.adapters.memory_cases import MemoryCaseStore
from tocsin.adapters.memory_desk import MemoryControlStore
from tocsin.domain.alert import Alert
from tocsin.domain.client import Client
from tocsin.domain.detector import Detector
from tocsin.domain.errors import DeliveryError
from tocsin.domain.mention import Medium, Mention, Post
from tocsin.domain.outbox import Channel
from tocsin.domain.source_state import Pull, SourceState
from tocsin.domain.sources import SourceUnit
from tocsin.services.answer import Answers
from tocsin.services.assess import Assess
from tocsin.services.escalate import Escalate
from tocsin.services.fetch import Fetch
from tocsin.services.notify import Notify
from tocsin.services.score import QueuedMention, Score, ScoreReport
from tocsin.services.watch import Watch


class HandClock:
    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        return self.at

    def forward(self, **amount: float) -> None:
        self.at += timedelta(**amount)


class ScriptedSource:
    """Answers by unit's url; an exception in the script is raised."""

    def __init__(self) -> None:
        self.answers: dict[str, Pull | Exception] = {}
        self.states: list[SourceState] = []
        self.during: Callable[[], None] = lambda: None

    def pull(self, unit: SourceUnit, state: SourceState, now: datetime, budget: timedelta) -> Pull:
        self.states.append(state)
        self.during()
        answer = self.answers.get(unit.url, Pull())
        if isinstance(answer, Exception):
            raise answer
        return answer


class RecordingChannel:
    def __init__(self) -> None:
        self.sent: list[tuple[str, Alert]] = []
        self.refuse: list[DeliveryError] = []

    def send(self, alert: Alert, address: str) -> str:
        if self.refuse:
            raise self.refuse.pop(0)
        self.sent.append((address, alert))
        return f"id-{len(self.sent)}"


class Gauges:
    def __init__(self) -> None:
        self.values: dict[str, float] = {}

    def gauge(self, name: str, value: float) -> None:
        self.values[name] = value


class House:
    """``detector``: the counting one, whose levels a test can foretell, or the shipped one. ``ticking``: do people's
    clocks run? Nobody answers by themselves here."""

    def __init__(self, of: Client | None = None, detector: Detector | None = None, *, ticking: bool = True) -> None:
        self.clock = HandClock()
        self.clients = memory.MemoryClientStore(of or client())
        self.sources = memory.MemorySourceStore()
        self.mentions = memory.MemoryMentionStore()
        self.cases = MemoryCaseStore()
        self.health = memory.MemoryHealth()
        self.controls = MemoryControlStore()
        self.queue = memory.MemoryQueue()
        self.quarantine = memory.MemoryQuarantine()
        self.connector = ScriptedSource()
        self.channels = {channel: RecordingChannel() for channel in Channel}
        self.gauges = Gauges()
        self.elapsed = 0.0
        self.assess = Assess(
            mentions=self.mentions,
            cases=self.cases,
            detector=detector or CountingDetector(),
            clock=self.clock,
            controls=self.controls,
        )
        self.fetch = Fetch(
            clients=self.clients,
            sources=self.sources,
            connectors={"rss": self.connector},
            queue=self.queue,
            clock=self.clock,
            timer=lambda: self.elapsed,
        )
        self.score = Score(
            clients=self.clients,
            mentions=self.mentions,
            quarantine=self.quarantine,
            analyzer=Reader(),
            assess=self.assess,
        )
        self.notify = Notify(
            clients=self.clients,
            mentions=self.mentions,
            cases=self.cases,
            channels=self.channels,
            clock=self.clock,
            health=self.health,
            controls=self.controls,
        )
        self.escalate = Escalate(clients=self.clients, cases=self.cases, clock=self.clock, controls=self.controls)
        self.answers = Answers(clients=self.clients, cases=self.cases, clock=self.clock)
        self.watch = Watch(
            clients=self.clients,
            cases=self.cases,
            assess=self.assess,
            notify=self.notify,
            escalate=self.escalate if ticking else None,
            clock=self.clock,
            metrics=self.gauges,
            timer=lambda: self.elapsed,
        )

    def hear(self, *mentions: Mention) -> ScoreReport:
        return self.score.run(
            [QueuedMention(message_id=m.id, body=m.model_dump_json(exclude_none=True)) for m in mentions]
        )


def post(number: int, text: str = "Пекарня Аврора відкрилася", **changes: Any) -> Post:
    facts: dict[str, Any] = {
        "id": f"rss:{number}",
        "source": "rss",
        "url": f"https://news.example/{number}",
        "title": text,
        "published_at": NOON,
        "fetched_at": NOON + timedelta(minutes=1),
        "medium": Medium.NEWS,
    }
    return Post(**facts | changes)


def texts(sent: Sequence[tuple[str, Alert]]) -> list[str]:
    return [address for address, _ in sent]
