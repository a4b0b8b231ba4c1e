"""What the use-cases need of the outside world. Every adapter implements one of these."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # a function loads only what it uses
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta

    from tocsin.domain.alert import Alert
    from tocsin.domain.brand import Brand
    from tocsin.domain.brand_state import BrandState
    from tocsin.domain.budget import Limits, Usage
    from tocsin.domain.client import Client
    from tocsin.domain.complaint import Complaint, Message, Notice
    from tocsin.domain.counters import MinuteCounts
    from tocsin.domain.health_news import HealthBook
    from tocsin.domain.incident import Incident
    from tocsin.domain.intake_settings import Webhook
    from tocsin.domain.mention import Mention
    from tocsin.domain.outbox import OutboxItem
    from tocsin.domain.reading import Reading, ScoredMention
    from tocsin.domain.source_state import Evidence, Pull, SeenSet, SourceState
    from tocsin.domain.sources import SourceUnit
    from tocsin.domain.webhook import HookItems


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


class BudgetStore(Protocol):
    """What has been used up, by scope (a kind of source, or one of its modes) and period (2026-11, 2026-11-22)."""

    def used(self, scope: str, period: str) -> Usage: ...

    def take(self, scope: str, period: str, ask: Usage, limits: Limits) -> bool:
        """Note ``ask`` as used before it is: at once, and only when what is used then stays within ``limits``."""
        ...

    def correct(self, scope: str, period: str, by: Usage) -> None:
        """Add what was used beyond what was taken; negative: give back what was not."""
        ...


class Dispatcher(Protocol):
    def start(self, kind: str) -> None:
        """Let the function of this kind of source run now, without waiting for it. Raise FetchError."""
        ...


class EvidenceStore(Protocol):
    def keep(self, source_id: str, at: datetime, evidence: Evidence) -> str:
        """Keep the bytes for a short time and return the key they are found by."""
        ...


class HealthStore(Protocol):
    def load(self) -> HealthBook: ...

    def save(self, book: HealthBook) -> None:
        """Write on version (book.version is the new one). Raise ConflictError."""
        ...


class OperatorChannel(Protocol):
    def tell(self, subject: str, text: str) -> None:
        """A message to the agency's operator, never to the client's responders. Raise DeliveryError."""
        ...


class MentionQueue(Protocol):
    def send(self, mentions: Sequence[Mention], *, history: bool = False) -> None:
        """Return only when the queue has every one of them; else raise. ``history``: they were there before we began
        to listen, so they page nobody."""
        ...


class Quarantine(Protocol):
    def put(self, body: str, reason: str) -> None:
        """Keep what nobody could read, with the reason, for a person."""
        ...


class Analyzer(Protocol):
    def read(self, mention: Mention, brand: Brand | None = None) -> Reading:
        """``brand``: of whom it speaks, so that what is said of somebody else is not held against it."""
        ...


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


class ComplaintStore(Protocol):
    """Private complaints and their threads. Both are deleted after ``Complaint.keep_until``."""

    def create(self, complaint: Complaint, receipt: str) -> Complaint:
        """Write a new complaint; or return the one that this receipt (one sending of one form) has made already.

        Raise ConflictError when the number is taken.
        """
        ...

    def complaint(self, number: str) -> Complaint | None: ...

    def messages(self, number: str) -> tuple[Message, ...]:
        """The thread, oldest first."""
        ...

    def save(self, complaint: Complaint, message: Message | None = None) -> None:
        """One transaction, on version (complaint.version is the new one). Raise ConflictError."""
        ...

    def due(self, before: datetime, limit: int) -> tuple[str, ...]:
        """Numbers of complaints at which somebody must look (``wakes_at``) before this moment, oldest first."""
        ...


class RateLimits(Protocol):
    """What strangers may use, and what they have sent already. All of it is forgotten within a day."""

    def take(self, name: str, *, every: timedelta, burst: int, now: datetime) -> bool:
        """Take a token of a bucket that holds ``burst`` and gets one ``every`` so often; False when it is empty."""
        ...

    def known(self, hook: str, fingerprint: str) -> bool: ...

    def remember(self, hook: str, fingerprint: str, until: datetime) -> None: ...


class NoticeChannel(Protocol):
    def send(self, notice: Notice, address: str) -> str:
        """Hand a notice over and return the provider's id. Raise DeliveryError."""
        ...


class ItemReader(Protocol):
    """A message of another tool to posts."""

    def __call__(self, body: bytes, hook: Webhook, *, fetched_at: datetime) -> HookItems:
        """Raise ParseError when it is no JSON object or list."""
        ...


class MailBox(Protocol):
    def read(self, message_id: str) -> bytes:
        """The raw message as it came. Raise MailboxError when it is not there or too large."""
        ...
