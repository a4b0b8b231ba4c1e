"""Twins in memory, for tests and a look without AWS. The contract suite holds them against the real engines."""

import threading
from collections.abc import Mapping, Sequence
from datetime import datetime

from tocsin.adapters.memory_erasing import MemoryErasing
from tocsin.domain.budget import Limits, Usage
from tocsin.domain.case.changes import left_over, over_client, with_change
from tocsin.domain.case.review import PlanChange
from tocsin.domain.client import Client
from tocsin.domain.counters import Counts, MinuteCounts, aggregate, counted_minute, joined, minute_of
from tocsin.domain.drills import is_drill
from tocsin.domain.errors import ClientFileError, ConflictError, LeaseLostError, SecretError
from tocsin.domain.health_news import HealthBook
from tocsin.domain.marks import changed
from tocsin.domain.mention import Mention
from tocsin.domain.reading import ScoredMention, by_gravity
from tocsin.domain.signal import Signal
from tocsin.domain.signalled import newest_of, signals_of
from tocsin.domain.source_state import Evidence, SeenSet, SourceState


class MemoryClientStore:
    def __init__(self, client: Client | None = None) -> None:
        self._client = client
        self._changes: tuple[PlanChange, ...] = ()

    def load(self) -> Client | None:
        return over_client(self._client, self._changes) if self._client is not None else None

    def save(self, client: Client) -> None:
        self._client, self._changes = client, left_over(client, self._changes)

    def deployed(self) -> Client | None:
        return self._client

    def changes(self) -> tuple[PlanChange, ...]:
        return self._changes

    def accept(self, change: PlanChange) -> None:
        if self._client is None:
            raise ClientFileError("no client is deployed here")
        self._changes = with_change(self._client, self._changes, change)


class MemorySourceStore:
    def __init__(self) -> None:
        self._states: dict[str, SourceState] = {}
        self._seen: dict[str, SeenSet] = {}
        self._lock = threading.Lock()

    def states(self) -> dict[str, SourceState]:
        with self._lock:
            return dict(self._states)

    def acquire(self, state: SourceState, *, owner: str, until: datetime, next_due_at: datetime) -> SourceState:
        return self._put(
            state.model_copy(
                update={
                    "version": state.version + 1,
                    "lease_owner": owner,
                    "lease_until": until,
                    "next_due_at": next_due_at,
                }
            )
        )

    def seen(self, source_id: str) -> SeenSet:
        return self._seen.get(source_id, SeenSet())

    def commit(self, state: SourceState, seen: SeenSet | None) -> SourceState:
        if seen is not None:
            self._seen[state.source_id] = seen
        return self._put(
            state.model_copy(update={"version": state.version + 1, "lease_owner": None, "lease_until": None})
        )

    def _put(self, state: SourceState) -> SourceState:
        with self._lock:
            stored = self._states.get(state.source_id)
            if (stored.version if stored else 0) != state.version - 1:
                raise LeaseLostError(f"{state.source_id} was taken over by another run")
            self._states[state.source_id] = state
            return state


class MemoryMentionStore(MemoryErasing):
    def __init__(self) -> None:
        self._erased: set[tuple[str, str]] = set()
        self._mentions: dict[tuple[str, str], ScoredMention] = {}
        self._counts: dict[tuple[str, datetime, bool], Counts] = {}
        self._dirty: dict[str, int] = {}
        self._signals: dict[str, list[Signal]] = {}
        self._lock = threading.Lock()

    def record(self, brand: str, chunk: Sequence[ScoredMention]) -> int:
        with self._lock:
            known = (self._mentions, self._erased)
            fresh = {
                scored.mention.id: scored
                for scored in chunk
                if not any((brand, scored.mention.id) in those for those in known)
            }
            if not fresh:
                return 0
            for mention_id, scored in fresh.items():
                self._mentions[brand, mention_id] = scored
            for entry in aggregate(fresh.values()):
                for history, counts in ((False, entry.counts), (True, entry.history)):
                    if counts != Counts():
                        place = (brand, entry.minute, history)
                        self._counts[place] = self._counts.get(place, Counts()) + counts
            self._dirty[brand] = self._dirty.get(brand, 0) + 1
            self._signals.setdefault(brand, []).extend(signals_of(fresh.values()).values())
            return len(fresh)

    def amend(self, brand: str, before: ScoredMention | None, after: ScoredMention | None) -> None:
        """A person corrected one mention; None: it counts as nothing, before or from now on."""
        with self._lock:
            signals = self._signals.setdefault(brand, [])
            if before is not None:
                for one in signals_of([before]).values():
                    signals.remove(one)
            if after is not None:
                signals += signals_of([after]).values()
            for entry in changed(before, after):
                for history, counts in ((False, entry.counts), (True, entry.history)):
                    place = (brand, entry.minute, history)
                    self._counts[place] = self._counts.get(place, Counts()) + counts
            self._dirty[brand] = self._dirty.get(brand, 0) + 1

    def missing(self, brand: str, mentions: Sequence[Mention]) -> int:
        return sum((brand, mention.id) not in self._mentions for mention in mentions)

    def sweep(self, brand: str, mentions: Sequence[Mention]) -> None:
        """The twin of DynamoDrillTraces."""
        if not is_drill(brand):
            raise ValueError(f"{brand!r} is no drill's")
        for mention in mentions:
            self._mentions.pop((brand, mention.id), None)
        self._counts = {place: counts for place, counts in self._counts.items() if place[0] != brand}
        self._dirty.pop(brand, None)
        self._signals.pop(brand, None)

    def scored(self, brand: str, mention_id: str) -> ScoredMention | None:
        return self._mentions.get((brand, mention_id))

    def show(self, brand: str, scored: ScoredMention) -> None:
        """Keep it to be read, whatever it counts."""
        self._mentions[brand, scored.mention.id] = scored

    def dirty_seq(self, brand: str) -> int:
        return self._dirty.get(brand, 0)

    def counts(self, brand: str, since: datetime, until: datetime) -> tuple[MinuteCounts, ...]:
        start = minute_of(since)
        with self._lock:
            return joined(
                {
                    (minute, history): counts
                    for (name, minute, history), counts in self._counts.items()
                    if name == brand and start <= minute < until
                }
            )

    def signals(self, brand: str, since: datetime, until: datetime, limit: int) -> tuple[Signal, ...]:
        start = minute_of(since)
        with self._lock:
            return tuple(newest_of([one for one in self._signals.get(brand, ()) if start <= one.at < until], limit))

    def gravest(self, brand: str, since: datetime, until: datetime, limit: int) -> tuple[ScoredMention, ...]:
        return by_gravity(self._against(brand, since, until), limit)

    def course(self, brand: str, since: datetime, until: datetime, limit: int) -> tuple[ScoredMention, ...]:
        def moment(one: ScoredMention) -> tuple[datetime, str]:
            return counted_minute(one.mention), one.mention.id

        found = sorted(self._against(brand, since, until), key=moment)
        early = found[: limit // 2]
        return tuple(sorted([*early, *by_gravity(found[limit // 2 :], limit - len(early))], key=moment))

    def _against(self, brand: str, since: datetime, until: datetime) -> list[ScoredMention]:
        return [
            scored
            for (name, _), scored in self._mentions.items()
            if name == brand
            and (scored.reading.negative or scored.reading.grave)
            and since <= counted_minute(scored.mention) < until
        ]

    def written(self, brand: str, since: datetime, until: datetime, limit: int) -> tuple[ScoredMention, ...]:
        found = [
            scored
            for (name, _), scored in self._mentions.items()
            if name == brand and since <= counted_minute(scored.mention) < until
        ]
        return tuple(sorted(found, key=lambda one: (counted_minute(one.mention), one.mention.id))[:limit])


class MemoryQueue:
    """``history``: those of ``mentions`` that were there before we began to listen."""

    def __init__(self) -> None:
        self.mentions: list[Mention] = []
        self.history: list[Mention] = []

    def send(self, mentions: Sequence[Mention], *, history: bool = False) -> None:
        self.mentions.extend(mentions)
        if history:
            self.history.extend(mentions)


class MemoryBudgets:
    def __init__(self) -> None:
        self._used: dict[tuple[str, str], Usage] = {}
        self._lock = threading.Lock()

    def used(self, scope: str, period: str) -> Usage:
        return self._used.get((scope, period), Usage())

    def take(self, scope: str, period: str, ask: Usage, limits: Limits) -> bool:
        with self._lock:
            after = self._sum(scope, period, ask)
            if limits.calls is not None and after.calls > limits.calls:
                return False
            if limits.usd is not None and after.usd > limits.usd:
                return False
            self._used[scope, period] = after
            return True

    def correct(self, scope: str, period: str, by: Usage) -> None:
        with self._lock:
            self._used[scope, period] = self._sum(scope, period, by)

    def _sum(self, scope: str, period: str, more: Usage) -> Usage:
        used = self.used(scope, period)
        return Usage(calls=used.calls + more.calls, usd=used.usd + more.usd)


class MemoryDispatcher:
    def __init__(self) -> None:
        self.started: list[str] = []

    def start(self, kind: str) -> None:
        self.started.append(kind)


class MemoryEvidence:
    def __init__(self) -> None:
        self.kept: dict[str, Evidence] = {}

    def keep(self, source_id: str, at: datetime, evidence: Evidence) -> str:
        key = f"sources/{source_id}/{at:%Y%m%dT%H%M%S}-{len(self.kept)}"
        self.kept[key] = evidence
        return key


class MemoryHealth:
    def __init__(self) -> None:
        self._book = HealthBook()

    def load(self) -> HealthBook:
        return self._book

    def save(self, book: HealthBook) -> None:
        if book.version != self._book.version + 1:
            raise ConflictError(f"version {book.version - 1} was expected, version {self._book.version} is there")
        self._book = book


class MemoryOperator:
    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    def tell(self, subject: str, text: str) -> None:
        self.told.append((subject, text))


class MemoryQuarantine:
    def __init__(self) -> None:
        self.kept: list[tuple[str, str]] = []

    def put(self, body: str, reason: str) -> None:
        self.kept.append((body, reason))


class MemorySecrets:
    def __init__(self, **secrets: Mapping[str, str]) -> None:
        self._secrets = dict(secrets)
        self.sessions: dict[str, Mapping[str, str]] = {}

    def secret(self, kind: str) -> Mapping[str, str]:
        try:
            return self._secrets[kind]
        except KeyError:
            raise SecretError(f"no secret is kept for {kind}") from None

    def session(self, kind: str) -> Mapping[str, str]:
        return self.sessions.get(kind, {})

    def keep_session(self, kind: str, fields: Mapping[str, str]) -> None:
        self.sessions[kind] = dict(fields)
