"""What the use-cases need of the outside world. Every adapter implements one of these."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from tocsin.domain.alert import Alert
from tocsin.domain.brand_state import BrandState
from tocsin.domain.client import Client
from tocsin.domain.counters import MinuteCounts
from tocsin.domain.incident import Incident
from tocsin.domain.mention import Mention
from tocsin.domain.outbox import OutboxItem
from tocsin.domain.reading import Reading, ScoredMention
from tocsin.domain.source_state import Pull, SeenSet, SourceState
from tocsin.domain.sources import SourceUnit


class Clock(Protocol):
    def now(self) -> datetime:
        """The present moment, UTC."""
        ...


class ClientStore(Protocol):
    def load(self) -> Client | None:
        """The client's file as last deployed; None before the first deploy. Raise ClientFileError when it is broken."""
        ...

    def save(self, client: Client) -> None: ...


class MentionSource(Protocol):
    """A kind of source. One instance serves all units of its kind and may be called from several threads."""

    def pull(self, unit: SourceUnit, state: SourceState, now: datetime, budget: timedelta) -> Pull:
        """Look once, within ``budget`` of real time. Raise FetchError (with retry_after when named) or ParseError."""
        ...


class SecretStore(Protocol):
    """The client's own credentials, by kind of source. One function's role reaches those of its kind alone."""

    def secret(self, kind: str) -> Mapping[str, str]:
        """The fields of the kind's secret. Raise SecretError when it is not there or not readable."""
        ...

    def session(self, kind: str) -> Mapping[str, str]:
        """What ``keep_session`` kept last (tokens that a login gave), or nothing."""
        ...

    def keep_session(self, kind: str, fields: Mapping[str, str]) -> None: ...


class SourceStore(Protocol):
    def states(self) -> dict[str, SourceState]:
        """All known sources by id."""
        ...

    def acquire(self, state: SourceState, *, owner: str, until: datetime, next_due_at: datetime) -> SourceState:
        """Take the lease on the version read. Raise LeaseLostError when another run was quicker."""
        ...

    def seen(self, source_id: str) -> SeenSet: ...

    def commit(self, state: SourceState, seen: SeenSet | None) -> SourceState:
        """Move the cursor and release the lease, fenced by the version that the lease gave. Raise LeaseLostError."""
        ...


class MentionQueue(Protocol):
    def send(self, mentions: Sequence[Mention]) -> None:
        """Return only when the queue has every one of them; else raise."""
        ...


class Quarantine(Protocol):
    def put(self, body: str, reason: str) -> None:
        """Keep what nobody could read, with the reason, for a person."""
        ...


class Analyzer(Protocol):
    def read(self, mention: Mention) -> Reading: ...


class MentionStore(Protocol):
    def record(self, brand: str, chunk: Sequence[ScoredMention]) -> int:
        """Write the mentions, their minute counters and the brand's dirty_seq in one transaction.

        Return how many were new. Duplicates are dropped; conflicts and throttles are retried, then raise
        ConflictError or ThrottledError. Raise RejectedItemError when the store will never take the chunk.
        """
        ...

    def dirty_seq(self, brand: str) -> int:
        """Grows with every transaction that wrote a mention of the brand."""
        ...

    def counts(self, brand: str, since: datetime, until: datetime) -> tuple[MinuteCounts, ...]:
        """Minutes with mentions in [since, until), oldest first."""
        ...

    def gravest(self, brand: str, since: datetime, until: datetime, limit: int) -> tuple[ScoredMention, ...]:
        """The negative or grave mentions published in [since, until), gravest first, of equals the newest."""
        ...


class CaseStore(Protocol):
    def brand_state(self, brand: str) -> BrandState: ...

    def incident(self, incident_id: str) -> Incident | None: ...

    def save_assessment(
        self, state: BrandState, *, incident: Incident | None = None, outbox: Sequence[OutboxItem] = ()
    ) -> None:
        """One transaction: the brand's state, the incident's step and its alerts. Raise ConflictError when
        either was written by somebody else since it was read (state.version and incident.version are the new ones)."""
        ...

    def outbox_item(self, item_id: str) -> OutboxItem | None: ...

    def outbox_of(self, incident_id: str) -> tuple[OutboxItem, ...]: ...

    def pending(self, due_before: datetime, limit: int) -> tuple[str, ...]:
        """Ids of outbox items still pending that were due before this moment, oldest first."""
        ...

    def failed(self, since: datetime, limit: int) -> tuple[str, ...]:
        """Ids of outbox items given up since this moment, oldest first."""
        ...

    def update_outbox(self, item: OutboxItem) -> None:
        """Write on version (item.version is the new one). Raise ConflictError."""
        ...


class AlertChannel(Protocol):
    def send(self, alert: Alert, address: str) -> str:
        """Hand the alert over and return the provider's id. Raise DeliveryError."""
        ...


class Metrics(Protocol):
    def gauge(self, name: str, value: float) -> None: ...
