"""The whole fetch use-case against fakes of platforms over loopback, on a clock that a test moves."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from tests.support.loopback import WAIT, Answer, Call, Fault, Loopback, LoopbackHttp, answer
from tests.support.platforms.world import BRAND, Family, Item, World, marks_in
from tests.support.samples import NOON, client
from tocsin.adapters import memory
from tocsin.adapters.memory_cases import MemoryCaseStore
from tocsin.adapters.sources.gdelt import Connector as Gdelt
from tocsin.adapters.sources.registry import Connectors
from tocsin.domain.source_facts import scope_of
from tocsin.domain.source_state import SourceState
from tocsin.domain.sources import SourceUnit, units_of
from tocsin.ports import MentionSource
from tocsin.services.fetch import Fetch

Plan = Callable[[Call], Fault | None]
SECRET = "s3cret"
LONGEST = timedelta(hours=14)
"""Far more than the longest pause after a failure, and than a cadence that a budget stretches."""


def storm(faults: Sequence[Fault], *, odds: float = 0.5, seed: int = 0) -> Plan:
    """The first request fails in any case."""
    dice, first = Random(seed), iter([True])
    return lambda _: dice.choice(faults) if next(first, False) or dice.random() < odds else None


class Stage:
    """``plan`` says which request fails how; None while all is well. ``sources``: other entries of the client's file
    than the families' own."""

    def __init__(
        self,
        loopback: Loopback,
        families: Iterable[type[Family]],
        *,
        sources: Sequence[dict[str, Any]] | None = None,
        seed: int = 0,
        late: timedelta | None = None,
        skew: timedelta = timedelta(),
        patience: timedelta | None = None,
    ) -> None:
        kinds = tuple(families)
        self.at = NOON
        self.plan: Plan = lambda _: None
        self.impatient: list[str] = []
        self._patience: dict[str, tuple[datetime, datetime]] = {}
        self.world = World(
            lambda: self.at,
            seed=seed,
            late=min((family.late for family in kinds), default=timedelta()) if late is None else late,
            skew=skew,
        )
        self.families = [family(self.world) for family in kinds]
        self._by_host = {host: family for family in self.families for host in family.hosts}
        official = [name for family in self.families for name in family.official]
        brands = [{"name": BRAND, "terms": [BRAND], "official": official}]
        entries = list(sources) if sources is not None else [family.source for family in self.families]
        self.client = client(brands=brands, sources=entries)
        self.units = {unit.id: unit for unit in units_of(self.client)}
        self.sources, self.queue = memory.MemorySourceStore(), memory.MemoryQueue()
        self.cases, self.budgets = MemoryCaseStore(), memory.MemoryBudgets()
        self.evidence, self.clients = memory.MemoryEvidence(), memory.MemoryClientStore(self.client)
        self.secrets = memory.MemorySecrets(**{family.kind: family.secret for family in self.families})
        self.http = LoopbackHttp(loopback.port, clock=self.now, patience=patience)
        self.connectors = self._connectors()
        self.loopback = loopback
        loopback.calls.clear()
        loopback.site = self
        self.fetch = self.function()

    def _connectors(self) -> Mapping[str, MentionSource]:
        every = Connectors(self.http, self.secrets)
        kinds = {unit.kind for unit in self.units.values()}
        # GDELT's pace is real time between two calls; nothing here waits.
        return {kind: Gdelt(self.http, self.secrets, pace=0.0) if kind == "gdelt" else every[kind] for kind in kinds}

    def use(self, http: LoopbackHttp) -> None:
        self.http = http
        self.connectors = self._connectors()
        self.fetch = self.function()

    def function(self, **other: Any) -> Fetch:
        ports: dict[str, Any] = {
            "clients": self.clients,
            "sources": self.sources,
            "connectors": self.connectors,
            "queue": self.queue,
            "clock": self,
            "timer": time.monotonic,
            "cases": self.cases,
            "budgets": self.budgets,
            "evidence": self.evidence,
        }
        return Fetch(**ports | other)

    def now(self) -> datetime:
        return self.at

    # ------------------------------------------------------------------------------------------------ loopback.Site

    def fault(self, call: Call) -> Fault | None:
        asked, until = self._patience.get(call.host, (self.at, self.at))
        if asked < self.at < until and len(self.units) == 1:
            self.impatient.append(f"{call.host} at {self.at:%H:%M}, asked to wait from {asked:%H:%M} to {until:%H:%M}")
        fault = self.plan(call)
        if fault is Fault.THROTTLED_FOR:
            self._patience[call.host] = (self.at, self.at + timedelta(seconds=WAIT))
        return fault

    def answer(self, call: Call) -> Answer:
        family = self._by_host.get(call.host)
        if family is None:
            return answer({"error": f"nobody lives at {call.host}"}, 404)
        return family.expired(call) if call.fault is Fault.EXPIRED else family.answer(call)

    # ------------------------------------------------------------------------------------------------ the story

    def begin(self, history: int = 4) -> None:
        """Some posts were there before; then the first look."""
        for hours in range(history):
            self.world.add(at=self.at - timedelta(hours=history - hours))
        self.fetch.run()

    def minutes(self, number: int, *, rate: float = 0.0) -> None:
        for _ in range(number):
            self.at += timedelta(minutes=1)
            self.world.tick(rate)
            self.fetch.run()

    def burst(self, number: int) -> None:
        for position in range(number):
            self.world.add(at=self.at - timedelta(seconds=(number - position) % 50))

    def calm(self, looks: int = 4) -> None:
        """All is well and nothing more is posted, until each source was looked at so many times with success."""
        self.plan = lambda _: None
        end, since = self.at + LONGEST, self.at
        seen: dict[str, set[datetime]] = {unit: set() for unit in self.units}
        while any(len(times) < looks for times in seen.values()):
            states = self.sources.states()
            assert self.at < end, {key: state.reason for key, state in states.items()}
            due = [state.next_due_at for state in states.values() if state.next_due_at]
            self.at = max(self.at + timedelta(minutes=1), min(due, default=self.at))
            self.fetch.run()
            for key, state in self.sources.states().items():
                if key in seen and state.last_success_at and state.last_success_at > since and not state.failures:
                    seen[key].add(state.looked_at or self.at)

    # ------------------------------------------------------------------------------------------------ what came of it

    def state(self, kind: str) -> SourceState:
        return next(state for key, state in self.sources.states().items() if self.units[key].kind == kind)

    def unit(self, kind: str) -> SourceUnit:
        return next(unit for unit in self.units.values() if unit.kind == kind)

    def heard(self, family: Family) -> list[str]:
        return marks_in(mention.words for mention in self.queue.mentions if mention.source == family.kind)

    def lost(self, family: Family) -> list[str]:
        """What is still there, concerns the brand and was not heard."""
        heard = set(self.heard(family))
        return [item.mark for item in self.world.live() if self.concerns(family, item) and item.mark not in heard]

    def concerns(self, family: Family, item: Item) -> bool:
        return family.concerns(item)

    def check(self, *, but: Mapping[str, int] | None = None) -> None:
        """Nothing lost, nothing twice, nothing invented, nothing beyond the budget, nobody else asked, no secret told.
        ``but``: how many a kind may have lost."""
        ids = [(mention.brand, mention.id) for mention in self.queue.mentions]
        assert len(ids) == len(set(ids)), "sent twice"
        known = {item.mark: item for item in self.world.everything()}
        for family in self.families:
            heard = self.heard(family)
            assert len(heard) == len(set(heard)), f"{family.kind}: one post under two ids"
            strange = [mark for mark in heard if not self.concerns(family, known[mark])]
            assert not strange, f"{family.kind}: {strange} do not concern the brand"
            lost = self.lost(family)
            assert len(lost) <= (but or {}).get(family.kind, 0), f"{family.kind} lost {lost}"
            assert not family.wrong, family.wrong
        assert not self.impatient, self.impatient
        self.check_history(known)
        self.check_budgets()
        hosts = frozenset[str]().union(*(family.hosts for family in self.families))
        assert {call.host for call in self.loopback.calls} <= hosts
        self.check_secrets()

    def check_history(self, known: Mapping[str, Item]) -> None:
        """What was written after the first look began is no history, however late that look succeeded."""
        began = {state.source_id: state.first_looked_at for state in self.sources.states().values()}
        first = max(moment for moment in began.values() if moment)
        said = [known[mark] for mark in marks_in(mention.words for mention in self.queue.history)]
        assert all(item.at <= first for item in said), "what is new was taken for history"

    def check_budgets(self) -> None:
        for unit in self.units.values():
            if unit.budget is None:
                continue
            used = self.budgets.used(scope_of(unit), f"{NOON:%Y-%m}")
            share = (100 - unit.budget.reserve) / 100
            assert unit.budget.calls is None or used.calls <= unit.budget.calls * share
            assert unit.budget.usd is None or float(used.usd) <= float(unit.budget.usd) * share

    def check_secrets(self) -> None:
        kept = [repr(state) for state in self.sources.states().values()]
        kept += [mention.model_dump_json() for mention in self.queue.mentions]
        kept += [f"{evidence.url} {evidence.body!r}" for evidence in self.evidence.kept.values()]
        assert not [text for text in kept if SECRET in text or "PRIVATE KEY" in text]
