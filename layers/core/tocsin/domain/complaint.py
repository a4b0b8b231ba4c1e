"""A private complaint: what was said, the answer promised, the thread, and whom to tell of it when."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

from pydantic import StringConstraints

from tocsin.domain.client import Client, Language, Responder
from tocsin.domain.intake_settings import Intake
from tocsin.domain.mention import Medium, Mention
from tocsin.domain.model import Frozen, UtcDatetime
from tocsin.domain.signed_link import Role

SOURCE = "intake"
MAX_MESSAGES = 200
LIMITS = {"happened": 8_000, "when": 300, "where": 300, "product": 300, "name": 200, "contact": 254}
"""Characters of each field of the form."""
MAX_MESSAGE = LIMITS["happened"]
_PHONE = re.compile(r"\+?[0-9(][0-9 ().\-/]{4,38}")
_EMAIL = re.compile(r"[^\s@<>\"(),;:\\]{1,64}@[^\s@<>\"(),;:\\]+\.[^\s@<>\"(),;:\\.]{2,}")


class Fault(StrEnum):
    """What is wrong with one field."""

    EMPTY = "empty"
    LONG = "long"
    CONTACT = "contact"
    TRAP = "trap"


class Status(StrEnum):
    RECEIVED = "received"
    IN_WORK = "in_work"
    ANSWERED = "answered"
    CLOSED = "closed"


WAITING = frozenset({Status.RECEIVED, Status.IN_WORK})


class NoticeKind(StrEnum):
    """Why the responsible person gets a mail."""

    NEW = "new"
    WROTE = "wrote"
    HALF = "half"
    OVERDUE = "overdue"


class Notice(Frozen):
    """A mail to the responsible person, in their language and time zone. It never quotes the complaint."""

    kind: NoticeKind
    number: str
    brand: str
    client_name: str
    recipient: str
    language: Language
    timezone: str
    at: UtcDatetime
    clock_from: UtcDatetime
    answer_due_at: UtcDatetime
    link: str

    @property
    def spoken(self) -> str:
        return spoken(self.number)


class Statement(Frozen):
    """What the form asks. Only ``happened`` must be told."""

    happened: Annotated[str, StringConstraints(min_length=1, max_length=8_000)]
    when: Annotated[str, StringConstraints(max_length=300)] = ""
    where: Annotated[str, StringConstraints(max_length=300)] = ""
    product: Annotated[str, StringConstraints(max_length=300)] = ""
    name: Annotated[str, StringConstraints(max_length=200)] = ""
    contact: Annotated[str, StringConstraints(max_length=254)] = ""


class Message(Frozen):
    """One line of the thread, written once and never changed. ``number`` counts from 1."""

    number: int
    role: Role
    text: Annotated[str, StringConstraints(min_length=1, max_length=8_000)]
    at: UtcDatetime


class Complaint(Frozen):
    """``heard_at``: when the queue took its mention. ``told``: notices sent since the clock began at ``clock_from``.

    ``retry_at`` holds back the next notice; ``attempts`` counts those for it. ``desk_link`` opens the thread for staff.
    """

    number: Annotated[str, StringConstraints(pattern=r"^\d{6}$")]
    brand: str
    language: Language
    statement: Statement
    created_at: UtcDatetime
    clock_from: UtcDatetime
    answer_due_at: UtcDatetime
    keep_until: UtcDatetime
    desk_link: str
    status: Status = Status.RECEIVED
    messages: int = 0
    generation: int = 1
    heard_at: UtcDatetime | None = None
    unread_since: UtcDatetime | None = None
    told: tuple[NoticeKind, ...] = ()
    attempts: int = 0
    first_attempt_at: UtcDatetime | None = None
    retry_at: UtcDatetime | None = None
    version: int = 1

    @property
    def waiting(self) -> bool:
        return self.status in WAITING

    @property
    def spoken(self) -> str:
        return spoken(self.number)

    def changed(self, **facts: Any) -> "Complaint":
        return self.model_copy(update={**facts, "version": self.version + 1})


def spoken(number: str) -> str:
    """A number as it is read out: 482-913."""
    return f"{number[:3]}-{number[3:]}"


def tidy(text: str) -> str:
    """Line ends as one kind, and nothing that no eye sees: what people typed stays otherwise as it is."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join("".join(map(_seen, line)) for line in lines).strip()


def _seen(char: str) -> str:
    if char.isprintable() or char in "\u200c\u200d":  # Persian words and families of emoji need the joiners
        return char
    return " " if char.isspace() else ""


def read_form(fields: Mapping[str, str]) -> tuple[Statement | None, dict[str, Fault]]:
    """The statement, or what is wrong, by field. ``trap`` is a field that no person sees, so nobody fills it in."""
    said = {name: tidy(fields.get(name, "")) for name in LIMITS}
    faults = {name: Fault.LONG for name, limit in LIMITS.items() if len(said[name]) > limit}
    if not said["happened"]:
        faults["happened"] = Fault.EMPTY
    if said["contact"] and "contact" not in faults and not _reachable(said["contact"]):
        faults["contact"] = Fault.CONTACT
    if fields.get("trap", ""):
        faults["trap"] = Fault.TRAP
    return (None, faults) if faults else (Statement(**said), {})


def _reachable(contact: str) -> bool:
    return bool(_EMAIL.fullmatch(contact) or _PHONE.fullmatch(contact))


def mention_of(complaint: Complaint) -> Mention:
    """It counts like anything said in public, and names neither its author nor a public address."""
    said = complaint.statement
    return Mention(
        id=f"{SOURCE}:{complaint.number}",
        source=SOURCE,
        brand=complaint.brand,
        text="\n".join(filter(None, (said.happened, said.product, said.where))),
        published_at=complaint.created_at,
        fetched_at=complaint.created_at,
        medium=Medium.PRIVATE,
    )


def private_number(mention_id: str) -> str:
    """The complaint's number as it is read out, from its mention's id; '' for private words of another source."""
    number = mention_id.rpartition(":")[2]
    return spoken(number) if re.fullmatch(r"\d{6}", number) else ""


def responsible(client: Client, intake: Intake) -> tuple[Responder, ...]:
    """Whom to tell: the one named in the file first, then the others, should that address not exist."""
    return tuple(sorted(client.responders, key=lambda one: one.email != (intake.responsible or one.email)))


def wrote(complaint: Complaint, role: Role, at: datetime, intake: Intake) -> Complaint:
    """After one more message. An answer stops the clock; a question after it starts a new one."""
    facts: dict[str, Any] = {"messages": complaint.messages + 1}
    if role is Role.DESK:
        status = complaint.status if complaint.status is Status.CLOSED else Status.ANSWERED
        return complaint.changed(**facts, status=status, unread_since=None)
    facts |= {"unread_since": complaint.unread_since or at}
    if not complaint.waiting:
        due = at + timedelta(hours=intake.answer_hours)
        facts |= {"status": Status.RECEIVED, "clock_from": at, "answer_due_at": due, "told": (NoticeKind.NEW,)}
    return complaint.changed(**facts)


def moved(complaint: Complaint, status: Status, at: datetime, intake: Intake) -> Complaint:
    """The desk says where it stands. Taking an answered one up again starts the clock anew."""
    facts: dict[str, Any] = {"status": status}
    if status in WAITING and not complaint.waiting:
        due = at + timedelta(hours=intake.answer_hours)
        facts |= {"clock_from": at, "answer_due_at": due, "told": (NoticeKind.NEW,)}
    return complaint.changed(**facts)


def next_notice(complaint: Complaint, now: datetime) -> tuple[NoticeKind, datetime] | None:
    """The next mail to the responsible person and when it is due; after an outage the graver of two stands alone."""
    if not complaint.waiting:
        return None
    told = complaint.told
    if NoticeKind.NEW not in told:
        return NoticeKind.NEW, complaint.created_at
    if NoticeKind.OVERDUE not in told and now >= complaint.answer_due_at:
        return NoticeKind.OVERDUE, complaint.answer_due_at
    if complaint.unread_since is not None:
        return NoticeKind.WROTE, complaint.unread_since
    if NoticeKind.HALF not in told and NoticeKind.OVERDUE not in told:
        return NoticeKind.HALF, complaint.clock_from + (complaint.answer_due_at - complaint.clock_from) / 2
    if NoticeKind.OVERDUE not in told:
        return NoticeKind.OVERDUE, complaint.answer_due_at
    return None


def after_notice(complaint: Complaint, kind: NoticeKind) -> Complaint:
    """Told, or given up: this notice is done. What was just told is no news again."""
    told = (*complaint.told, *(() if kind is NoticeKind.WROTE else (kind,)))
    unread = None if kind in {NoticeKind.WROTE, NoticeKind.NEW, NoticeKind.OVERDUE} else complaint.unread_since
    return complaint.changed(told=told, unread_since=unread, attempts=0, first_attempt_at=None, retry_at=None)


def wakes_at(complaint: Complaint) -> datetime | None:
    """When somebody must look at it again, from what stands in it alone; None: when nothing is left to do."""
    if complaint.heard_at is None:
        return complaint.retry_at or complaint.created_at
    due = next_notice(complaint, complaint.clock_from)
    if due is None:
        return None
    return max(due[1], complaint.retry_at) if complaint.retry_at else due[1]
