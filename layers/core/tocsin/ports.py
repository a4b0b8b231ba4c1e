"""What the use-cases need of the outside world. Every adapter implements one of these."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # a function loads only what it uses
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta
    from decimal import Decimal

    from tocsin.domain.alert import Alert
    from tocsin.domain.brand import Brand
    from tocsin.domain.brand_state import BrandState
    from tocsin.domain.budget import Limits, Usage
    from tocsin.domain.bundling import Rung
    from tocsin.domain.case.file import CaseEvent, CaseFile
    from tocsin.domain.case.review import PlanChange
    from tocsin.domain.client import Client
    from tocsin.domain.complaint import Complaint, Message, Notice
    from tocsin.domain.controls import Controls
    from tocsin.domain.counters import MinuteCounts
    from tocsin.domain.drill_run import DrillBook
    from tocsin.domain.health_news import HealthBook
    from tocsin.domain.incident import Incident
    from tocsin.domain.intake_settings import Webhook
    from tocsin.domain.judged import Judged
    from tocsin.domain.links import Link
    from tocsin.domain.marks import Correction, Verdict
    from tocsin.domain.mention import Mention
    from tocsin.domain.outbox import Channel, OutboxItem
    from tocsin.domain.pause_ask import PauseAnswer, PauseAsk, PauseBook
    from tocsin.domain.playbook import Library
    from tocsin.domain.playbook_changes import PlaybookOverlay
    from tocsin.domain.raids import Raids
    from tocsin.domain.reader_settings import ReaderSettings
    from tocsin.domain.readiness_report import ReadinessReport
    from tocsin.domain.reading import Reading, ScoredMention
    from tocsin.domain.recheck import Gone, Kept
    from tocsin.domain.report import Report, ReportBook
    from tocsin.domain.second_opinion import Asked, Opinion
    from tocsin.domain.signal import Signal
    from tocsin.domain.silent import Silent
    from tocsin.domain.sms_spend import Spend
    from tocsin.domain.source_state import Evidence, Pull, SeenSet, SourceState
    from tocsin.domain.sources import SourceUnit
    from tocsin.domain.webhook import HookItems
    from tocsin.domain.word_settings import WordSettings
    from tocsin.domain.writing import Order


class Clock(Protocol):
    def now(self) -> datetime:
        """The present moment, UTC."""
        ...


class ClientStore(Protocol):
    def load(self) -> Client | None:
        """The client's file as last deployed, with what people have accepted in reviews since; None before the first
        deploy. Raise ClientFileError when it is broken."""
        ...

    def save(self, client: Client) -> None:
        """Of a deploy. What was accepted goes on until the file itself says the same."""
        ...

    def deployed(self) -> Client | None:
        """As deployed, without those changes."""
        ...

    def changes(self) -> tuple[PlanChange, ...]:
        """What was accepted and the file does not say yet, in the order of accepting."""
        ...

    def accept(self, change: PlanChange) -> None:
        """Lay one change more over the file; the same one twice is one. Raise TransitionError when it does not fit the
        file, ConflictError."""
        ...


class MentionSource(Protocol):
    """A kind of source. One instance serves all units of its kind and may be called from several threads."""

    def pull(self, unit: SourceUnit, state: SourceState, now: datetime, budget: timedelta) -> Pull:
        """Look once, within ``budget`` of real time. Raise FetchError (with retry_after when named) or ParseError."""
        ...


class DeletionSource(Protocol):
    """A kind of source that tells whether posts are still there."""

    def gone(self, unit: SourceUnit, ids: Sequence[str], now: datetime, budget: timedelta) -> Gone:
        """Ask for posts by our ids, within ``budget`` of real time. Only a definite word about the post itself makes
        it gone. Raise FetchError or ParseError when nothing could be asked at all."""
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


class CloudReader(Protocol):
    """Somebody else's model of sentiment: it costs money, and may be away. Called from several threads."""

    @property
    def most(self) -> int:
        """Texts a call."""
        ...

    def group(self, asked: Asked) -> str | None:
        """Texts of one group may go in one call; None: it cannot read this one."""
        ...

    def cost(self, asked: Sequence[Asked]) -> Decimal:
        """The most that one call over these can cost, in USD."""
        ...

    def read(self, asked: Sequence[Asked]) -> tuple[Mapping[int, Opinion], Decimal]:
        """Opinions by place, without those that it did not give or gave wrongly, and what the call cost in USD.

        Raise CloudReaderError when there is no answer.
        """
        ...


class SecondReader(Protocol):
    def __call__(self, client: Client, scored: Sequence[ScoredMention]) -> Sequence[ScoredMention]:
        """As many, in the same order, with a better sentiment where the client pays for one. Never raises."""
        ...


class CloudReaders(Protocol):
    def __call__(self, settings: ReaderSettings) -> CloudReader | None:
        """The one that a client's file asks for; None for our own alone."""
        ...


class Writer(Protocol):
    """Somebody else's model that words a draft: it costs money, and may be away."""

    def cost(self, order: Order) -> Decimal:
        """The most that one draft can cost, in USD."""
        ...

    def write(self, order: Order) -> tuple[str, Decimal]:
        """The text as it came, and what it cost in USD. Raise CloudReaderError when there is none."""
        ...


class Writers(Protocol):
    def __call__(self, settings: WordSettings) -> Writer | None:
        """The one that a client's file asks for; None for templates alone."""
        ...


class MentionStore(Protocol):
    def record(self, brand: str, chunk: Sequence[ScoredMention]) -> int:
        """Write the mentions, their minute counters, the signals of those that matter and the brand's dirty_seq in
        one transaction.

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

    def signals(self, brand: str, since: datetime, until: datetime, limit: int) -> tuple[Signal, ...]:
        """Of mentions that matter and were published in [since, until), oldest first; of more than ``limit`` the
        newest. What was older than two days when it was fetched left none, and each is forgotten after eight days."""
        ...

    def scored(self, brand: str, mention_id: str) -> ScoredMention | None:
        """One mention as it was read; None when it is not there any more."""
        ...

    def gravest(self, brand: str, since: datetime, until: datetime, limit: int) -> tuple[ScoredMention, ...]:
        """The negative or grave mentions published in [since, until), gravest first, of equals the newest."""
        ...

    def course(self, brand: str, since: datetime, until: datetime, limit: int) -> tuple[ScoredMention, ...]:
        """The negative or grave mentions published in [since, until), oldest first; of more than ``limit`` half of it
        the earliest, to tell how it began, and else the gravest."""
        ...

    def written(self, brand: str, since: datetime, until: datetime, limit: int) -> tuple[ScoredMention, ...]:
        """All mentions published in the minutes of [since, until), oldest first; of more than ``limit`` the oldest."""
        ...


class KeptStore(Protocol):
    """The mentions that are kept, as far as their sources can be asked whether they are still there."""

    def kept(self, kind: str, after: str, until: datetime, limit: int) -> tuple[Kept, ...]:
        """Those of this kind after a place and fetched before ``until``, in the order of their places."""
        ...

    def erase(self, brand: str, mention_id: str, at: datetime) -> bool:
        """Text, author, address and all else go; what stays is that it was counted, so that it never counts again.
        False when nothing of it was kept."""
        ...


class StoryStore(Protocol):
    def load(self, brand: str) -> tuple[int, bytes]:
        """The version, and the brand's stories as they were packed; 0 and nothing before the first."""
        ...

    def save(self, brand: str, form: bytes, *, version: int, until: datetime) -> None:
        """Write on version (``version`` is the new one); it is forgotten at ``until``. Raise ConflictError."""
        ...


class CaseStore(Protocol):
    def brand_state(self, brand: str) -> BrandState: ...

    def incident(self, incident_id: str) -> Incident | None: ...

    def save_assessment(
        self,
        state: BrandState,
        *,
        incident: Incident | None = None,
        outbox: Sequence[OutboxItem] = (),
        silent: Silent | None = None,
        judged: Judged | None = None,
        file: CaseFile | None = None,
        events: Sequence[CaseEvent] = (),
    ) -> None:
        """One transaction: the brand's state, the incident's step, its alerts or the one that nobody heard, how it
        was judged, and the case file of an incident that has begun, ended or begun again, with ``events`` of it. Raise
        ConflictError when one of them was written by somebody else since it was read (each version is the new one)."""
        ...

    def save_incident(self, incident: Incident, outbox: Sequence[OutboxItem] = ()) -> None:
        """One transaction, on the incident's version. Raise ConflictError."""
        ...

    def case_file(self, incident_id: str) -> CaseFile | None: ...

    def save_case(
        self,
        files: Sequence[CaseFile] = (),
        *,
        incidents: Sequence[Incident] = (),
        events: Mapping[str, Sequence[CaseEvent]] | None = None,
        outbox: Sequence[OutboxItem] = (),
        states: Sequence[BrandState] = (),
    ) -> None:
        """One transaction, each file and incident on its version (file.version is the new one, 1 for the first), and
        each brand's state; ``events`` by incident id, of those files, kept under the file's new version and never
        written again. Raise ConflictError."""
        ...

    def case_events(self, incident_id: str) -> tuple[CaseEvent, ...]:
        """All of them, oldest first."""
        ...

    def due_cases(self, before: datetime, limit: int) -> tuple[str, ...]:
        """Ids of incidents whose case file has a clock that was due before this moment, oldest first."""
        ...

    def due_incidents(self, before: datetime, limit: int) -> tuple[str, ...]:
        """Ids of incidents whose paging wanted to be looked at before this moment, oldest first."""
        ...

    def link(self, code: str) -> Link | None: ...

    def save_link(self, link: Link) -> None:
        """Over what is kept under its code; forgotten some time after it has expired. Raise ConflictError when that was
        taken back and this is not: nothing opens it again."""
        ...

    def due_links(self, before: datetime, limit: int) -> tuple[str, ...]:
        """Codes of links under which a verdict was noted before this moment and does not count yet, oldest first."""
        ...

    def rung(self, address: str) -> Rung:
        """When an SMS last went to a number; forgotten after a day."""
        ...

    def save_rung(self, address: str, rung: Rung) -> None:
        """Write on version (rung.version is the new one). Raise ConflictError."""
        ...

    def raids(self) -> Raids: ...

    def save_raids(self, raids: Raids) -> None:
        """Write on version (raids.version is the new one). Raise ConflictError."""
        ...

    def silent(self, since: datetime, until: datetime, limit: int) -> tuple[Silent, ...]:
        """Alarms in [since, until) of which nobody was told, oldest first; of more than ``limit`` the newest."""
        ...

    def judged(self, brand: str, at: datetime) -> Judged | None:
        """The last change of the brand's level at or before this moment; forgotten after 400 days."""
        ...

    def changes(self, brand: str, since: datetime, until: datetime, limit: int) -> tuple[Judged, ...]:
        """Changes of the brand's level in [since, until], oldest first; of more than ``limit`` the newest."""
        ...

    def outbox_item(self, item_id: str) -> OutboxItem | None: ...

    def outbox_of(self, incident_id: str, since: int = 0) -> tuple[OutboxItem, ...]:
        """All messages of an incident from an alert's number on."""
        ...

    def pending(self, due_before: datetime, limit: int) -> tuple[str, ...]:
        """Ids of outbox items still pending that were due before this moment, oldest first."""
        ...

    def failed(self, since: datetime, limit: int) -> tuple[str, ...]:
        """Ids of outbox items given up since this moment, oldest first."""
        ...

    def update_outbox(self, item: OutboxItem) -> None:
        """Write on version (item.version is the new one). Raise ConflictError."""
        ...


class PlanStore(Protocol):
    def library(self) -> Library | None:
        """The playbooks as last deployed, with the changes that people have accepted since; None before the first."""
        ...

    def save_library(self, library: Library) -> None:
        """Of a deploy. What was accepted since the last one goes on until the agency's own files say the same."""
        ...

    def deployed(self) -> Library | None:
        """As deployed, without those changes."""
        ...

    def changes(self) -> PlaybookOverlay: ...

    def save_changes(self, changes: PlaybookOverlay) -> None:
        """Write on version (changes.version is the new one). Raise ConflictError."""
        ...


class ReadinessStore(Protocol):
    """How ready the client was at the last look."""

    def load(self) -> ReadinessReport | None:
        """None before the first look, and where another version wrote what this one cannot read."""
        ...

    def save(self, report: ReadinessReport) -> None:
        """Over the one before."""
        ...


class PauseStore(Protocol):
    """Pauses of posts that other stacks have asked for, and which clients the agency has."""

    def load(self) -> PauseBook: ...

    def save(self, book: PauseBook) -> None:
        """Write on version (book.version is the new one). Raise ConflictError."""
        ...


class DrillStore(Protocol):
    """The drill that goes on, how the last ones went, and what is said in drills."""

    def book(self) -> DrillBook: ...

    def save_book(self, book: DrillBook) -> None:
        """Write on version (book.version is the new one). Raise ConflictError."""
        ...

    def texts(self, scenario: str) -> tuple[str, ...]:
        """In the client's language, as last deployed; nothing where there are none."""
        ...

    def save_texts(self, texts: Mapping[str, Sequence[str]]) -> None:
        """Of a deploy, by scenario."""
        ...


class DrillTraces(Protocol):
    def missing(self, brand: str, mentions: Sequence[Mention]) -> int:
        """How many of them are not recorded yet."""
        ...

    def sweep(self, brand: str, mentions: Sequence[Mention]) -> None:
        """Forget all that was kept of what was said in a drill; the incident and its messages stay. ``brand``: the
        name that it burned under. Raise ValueError for a real brand's."""
        ...


class ControlStore(Protocol):
    """What the desk has set, and which reports it got."""

    def load(self) -> Controls: ...

    def save(self, controls: Controls) -> None:
        """Write on version (controls.version is the new one). Raise ConflictError."""
        ...

    def book(self) -> ReportBook: ...

    def save_book(self, book: ReportBook) -> None:
        """Write on version. Raise ConflictError."""
        ...


class MarkStore(Protocol):
    """What people said of single mentions."""

    def scored(self, brand: str, mention_id: str) -> ScoredMention | None: ...

    def correction(self, brand: str, mention_id: str) -> Correction | None: ...

    def corrections(self, brand: str, limit: int) -> tuple[Correction, ...]: ...

    def save(self, correction: Correction, original: ScoredMention, before: Verdict | None) -> None:
        """One transaction: the mention's reading, its minute's counters, its signal, the brand's dirty_seq and the
        correction on its version. ``original``: as it was before any mark; ``before``: what was said of it until now.
        Raise ConflictError when the mention or the correction was written by somebody else, or is gone."""
        ...


class ReportChannel(Protocol):
    def send(self, report: Report, address: str) -> str:
        """Hand a report over and return the provider's id. Raise DeliveryError."""
        ...


class AlertChannel(Protocol):
    def send(self, alert: Alert, address: str) -> str:
        """Hand the alert over and return the provider's id. Raise DeliveryError."""
        ...


class AgencyChannel(Protocol):
    def ask_pause(self, ask: PauseAsk) -> None:
        """Pass it on to the agency's other stacks. Raise DeliveryError, absent where this one stands alone."""
        ...

    def answer_pause(self, answer: PauseAnswer) -> None:
        """Tell the one that asked what became of it. Raise DeliveryError, absent as above."""
        ...


class SpendGuard(Protocol):
    def take(self, alert: Alert, channel: Channel, address: str, now: datetime) -> Spend:
        """Ask just before an SMS or a call goes out: what will be sent (``sms_spend.sends``) is noted as spent. Never
        raises: what it cannot count is free."""
        ...

    def give_back(self, alert: Alert, channel: Channel, address: str, now: datetime) -> None:
        """The provider refused what was noted as spent. Never raises."""
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
