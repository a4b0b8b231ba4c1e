"""Twins in memory of what the intake keeps. The contract suite holds them against the real engines."""

from datetime import datetime, timedelta

from tocsin.domain.complaint import Complaint, Message, wakes_at
from tocsin.domain.errors import ConflictError, MailboxError


class MemoryComplaintStore:
    def __init__(self) -> None:
        self._complaints: dict[str, Complaint] = {}
        self._messages: dict[str, list[Message]] = {}
        self._receipts: dict[str, str] = {}

    def create(self, complaint: Complaint, receipt: str) -> Complaint:
        if receipt in self._receipts:
            return self._complaints[self._receipts[receipt]]
        self._write(complaint)
        self._receipts[receipt] = complaint.number
        return complaint

    def complaint(self, number: str) -> Complaint | None:
        return self._complaints.get(number)

    def messages(self, number: str) -> tuple[Message, ...]:
        return tuple(self._messages.get(number, ()))

    def save(self, complaint: Complaint, message: Message | None = None) -> None:
        thread = self._messages.setdefault(complaint.number, [])
        if message is not None and any(one.number == message.number for one in thread):
            raise ConflictError("this message is there already")
        self._write(complaint)
        if message is not None:
            thread.append(message)

    def due(self, before: datetime, limit: int) -> tuple[str, ...]:
        found = sorted(
            (at, number)
            for number, one in self._complaints.items()
            if (at := wakes_at(one)) is not None and at < before
        )
        return tuple(number for _, number in found[:limit])

    def _write(self, complaint: Complaint) -> None:
        stored = self._complaints.get(complaint.number)
        if (stored.version if stored else 0) != complaint.version - 1:
            raise ConflictError(f"version {complaint.version - 1} was expected")
        self._complaints[complaint.number] = complaint


class MemoryLimits:
    def __init__(self) -> None:
        self._full_at: dict[str, datetime] = {}
        self._known: dict[tuple[str, str], datetime] = {}

    def take(self, name: str, *, every: timedelta, burst: int, now: datetime) -> bool:
        full_at = max(self._full_at.get(name, now), now)
        if full_at > now + every * (burst - 1):
            return False
        self._full_at[name] = full_at + every
        return True

    def known(self, hook: str, fingerprint: str) -> bool:
        return (hook, fingerprint) in self._known

    def remember(self, hook: str, fingerprint: str, until: datetime) -> None:
        self._known[hook, fingerprint] = until


class MemoryMailBox:
    def __init__(self, **mails: bytes) -> None:
        self._mails = mails

    def read(self, message_id: str) -> bytes:
        try:
            return self._mails[message_id]
        except KeyError:
            raise MailboxError(f"no message {message_id}") from None
