"""Private complaints: taking one in, its thread, and who may read and write there."""

import hashlib
import logging
import secrets as random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cached_property

from tocsin.domain.client import Client, Language
from tocsin.domain.complaint import (
    MAX_MESSAGE,
    MAX_MESSAGES,
    Complaint,
    Fault,
    Message,
    Statement,
    Status,
    mention_of,
    moved,
    read_form,
    tidy,
    wrote,
)
from tocsin.domain.errors import ConflictError, SecretError, TocsinError
from tocsin.domain.intake_settings import Intake as IntakeSettings
from tocsin.domain.model import Frozen, UtcDatetime
from tocsin.domain.signed_link import FormToken, Pass, Role, admit, admit_form, issue, issue_form, pseudonym
from tocsin.ports import ClientStore, Clock, ComplaintStore, MentionQueue, RateLimits, SecretStore
from tocsin.services.intake_words import check_words
from tocsin.services.logged import logged

logger = logging.getLogger(__name__)

SECRET = "intake"  # noqa: S105 - the name under which it is kept
SHORTEST_KEY = 32
TOO_QUICK = timedelta(seconds=2)
"""A person needs longer than this to say what happened."""
NUMBERS_TRIED = 8
OWN_EVERY, OWN_BURST = timedelta(minutes=2), 5
ALL_EVERY, ALL_BURST = timedelta(seconds=2), 200
"""One source may send five complaints at once and then one in two minutes; all together 200, and then 30 a minute."""
WRITE_EVERY, WRITE_BURST = timedelta(seconds=20), 10
DESK_RESERVE = 50
"""Messages that the desk may still write when the author has filled the thread: nobody can keep it from answering."""


class ClosedError(TocsinError):
    """This client takes no private complaints."""


class RefusedError(TocsinError):
    """The link opens nothing: forged, expired, withdrawn, of another client, or its complaint is deleted."""


class BusyError(TocsinError):
    """Too many at once; what was typed is not lost, it may be sent again in a while."""


class NotTakenError(TocsinError):
    """The form's content needs a change by the person. ``faults``: by field; ``stale``: the form is too old or new."""

    def __init__(self, faults: Mapping[str, Fault], *, stale: bool = False) -> None:
        super().__init__("the form was not taken")
        self.faults = dict(faults)
        self.stale = stale


class ChangedError(TocsinError):
    """Somebody wrote or decided in the meantime: look again, then send again."""


class Thread(Frozen):
    """A complaint as the holder of a link sees it. ``author_token`` is there for staff alone; ``their_language`` is the
    one in which the holder wrote, unknown of staff."""

    role: Role
    complaint: Complaint
    messages: tuple[Message, ...]
    link_ends: UtcDatetime
    author_token: str | None = None
    their_language: Language | None = None


class Intake:
    """``links_to``: makes a whole address of a token. ``dice``: a number below its argument."""

    def __init__(
        self,
        *,
        clients: ClientStore,
        complaints: ComplaintStore,
        limits: RateLimits,
        queue: MentionQueue,
        secrets: SecretStore,
        clock: Clock,
        dice: Callable[[int], int] = random.randbelow,
    ) -> None:
        self._clients = clients
        self._complaints = complaints
        self._limits = limits
        self._queue = queue
        self._secrets = secrets
        self._clock = clock
        self._dice = dice

    @cached_property
    def _loaded(self) -> Client | None:
        """Read once an invocation."""
        return self._clients.load()

    def client(self) -> tuple[Client, IntakeSettings]:
        """Raise ClosedError."""
        client = self._loaded
        if client is None or client.intake is None:
            raise ClosedError("this client takes no private complaints")
        return client, client.intake

    def form_token(self) -> str:
        client, _ = self.client()
        form = FormToken(nonce=f"{self._dice(1 << 128):032x}", issued_at=self._clock.now())
        return issue_form(form, client=client.client, key=self._keys()[0])

    def submit(
        self,
        fields: Mapping[str, str],
        *,
        token: str,
        source_ip: str,
        language: Language,
        links_to: Callable[[str], str],
    ) -> str:
        """Take a complaint in and return the author's token. The same form with the same words is one complaint.

        Raise NotTakenError, BusyError, ClosedError.
        """
        client, intake = self.client()
        keys, now = self._keys(), self._clock.now()
        statement, faults = read_form(fields)
        form = admit_form(token, client=client.client, keys=keys, now=now)
        stale = form is None or now - form.issued_at < TOO_QUICK
        if statement is None or form is None or stale:
            raise NotTakenError(faults, stale=stale)
        self._take("complaint", source_ip, keys[0], now)
        complaint = self._create(client, intake, statement, form, language, now, links_to)
        if complaint.heard_at is None:
            self._hear(complaint, now)
        return self._token(client, complaint, Role.AUTHOR)

    def thread(self, token: str) -> Thread:
        """Raise RefusedError, ClosedError."""
        client, _ = self.client()
        claim, complaint = self._open(client, token)
        return self._seen(client, claim, complaint)

    def write(self, token: str, text: str, *, seen: int, anyway: bool = False) -> None:
        """Add a message to what the writer saw (``seen`` messages). ``anyway``: the desk has read what the linter has
        found, and sends it as it is. Raise NotTakenError, WordsError, ChangedError, BusyError."""
        client, intake = self.client()
        claim, complaint = self._open(client, token)
        now, text = self._clock.now(), tidy(text)
        if not text:
            raise NotTakenError({"text": Fault.EMPTY})
        if len(text) > MAX_MESSAGE:
            raise NotTakenError({"text": Fault.LONG})
        if self._written_already(complaint, claim.role, text, seen):
            return
        if claim.role is Role.DESK:
            check_words(client, complaint, text, anyway=anyway)
        if complaint.messages >= (MAX_MESSAGES if claim.role is Role.AUTHOR else MAX_MESSAGES + DESK_RESERVE):
            raise BusyError("this thread is full")
        if not self._limits.take(
            f"thread/{complaint.number}/{claim.role.value}", every=WRITE_EVERY, burst=WRITE_BURST, now=now
        ):
            raise BusyError("too many messages at once")
        if complaint.messages != seen:
            raise ChangedError("somebody wrote in the meantime")
        after = wrote(complaint, claim.role, now, intake)
        self._save(after, Message(number=after.messages, role=claim.role, text=text, at=now))

    def set_status(self, token: str, status: Status, *, version: int) -> None:
        """For staff alone. Raise RefusedError, ChangedError."""
        client, intake = self.client()
        claim, complaint = self._open(client, token)
        if claim.role is not Role.DESK:
            raise RefusedError
        if complaint.status is status:
            return
        if complaint.version != version:
            raise ChangedError("somebody decided in the meantime")
        self._save(moved(complaint, status, self._clock.now(), intake))

    def renew_links(self, token: str, *, version: int, links_to: Callable[[str], str]) -> str:
        """Withdraw all links of the complaint and return staff's new token. For staff alone."""
        client, _ = self.client()
        claim, complaint = self._open(client, token)
        if claim.role is not Role.DESK:
            raise RefusedError
        if complaint.version != version:
            raise ChangedError("somebody decided in the meantime")
        after = complaint.changed(generation=complaint.generation + 1)
        desk = self._token(client, after, Role.DESK)
        self._save(after.model_copy(update={"desk_link": links_to(desk)}))
        return desk

    def _create(
        self,
        client: Client,
        intake: IntakeSettings,
        statement: Statement,
        form: FormToken,
        language: Language,
        now: datetime,
        links_to: Callable[[str], str],
    ) -> Complaint:
        receipt = hashlib.sha256(f"{form.nonce}\x00{statement.model_dump_json()}".encode()).hexdigest()
        for _ in range(NUMBERS_TRIED):
            complaint = Complaint(
                number=str(100_000 + self._dice(900_000)),
                brand=intake.brand or client.brands[0].name,
                language=language,
                statement=statement,
                created_at=now,
                clock_from=now,
                answer_due_at=now + timedelta(hours=intake.answer_hours),
                keep_until=now + timedelta(days=intake.keep_days),
                desk_link="",
            )
            desk_link = links_to(self._token(client, complaint, Role.DESK))
            try:
                return self._complaints.create(complaint.model_copy(update={"desk_link": desk_link}), receipt)
            except ConflictError:
                continue
        raise BusyError("no free number was found")

    def _hear(self, complaint: Complaint, now: datetime) -> None:
        """The complaint is safe by now: what fails here is done by watch, a minute later."""
        try:
            self._queue.send([mention_of(complaint)])
            self._complaints.save(complaint.changed(heard_at=now))
        except Exception as error:
            logger.error("a complaint's mention is left to watch", extra=logged(error))

    def _open(self, client: Client, token: str) -> tuple[Pass, Complaint]:
        """The signature is checked before anything is read: a stranger's guesses cost nothing."""
        now = self._clock.now()
        claim = admit(token, client=client.client, keys=self._keys(), now=now)
        complaint = self._complaints.complaint(claim.number) if claim else None
        if (
            claim is None
            or complaint is None
            or complaint.generation != claim.generation
            or now >= complaint.keep_until
        ):
            raise RefusedError("the link opens nothing")
        return claim, complaint

    def _seen(self, client: Client, claim: Pass, complaint: Complaint) -> Thread:
        desk = claim.role is Role.DESK
        return Thread(
            role=claim.role,
            complaint=complaint,
            messages=self._complaints.messages(complaint.number),
            link_ends=claim.expires_at,
            author_token=self._token(client, complaint, Role.AUTHOR) if desk else None,
            their_language=None if desk else complaint.language,
        )

    def _written_already(self, complaint: Complaint, role: Role, text: str, seen: int) -> bool:
        """A second click: the same words by the same person, right after what this page showed."""
        if complaint.messages <= seen:
            return False
        after = self._complaints.messages(complaint.number)[seen:]
        return any(message.role is role and message.text == text for message in after)

    def _save(self, complaint: Complaint, message: Message | None = None) -> None:
        try:
            self._complaints.save(complaint, message)
        except ConflictError:
            raise ChangedError("somebody wrote or decided in the meantime") from None

    def _take(self, purpose: str, source_ip: str, key: str, now: datetime) -> None:
        """The address is counted under a name that changes each day and is nowhere kept itself."""
        who = pseudonym(key, "source", f"{now:%Y-%m-%d}", source_ip)
        if not self._limits.take(f"{purpose}/{who}", every=OWN_EVERY, burst=OWN_BURST, now=now):
            raise BusyError("too many from one place")
        if not self._limits.take(purpose, every=ALL_EVERY, burst=ALL_BURST, now=now):
            raise BusyError("too many at once")

    def _token(self, client: Client, complaint: Complaint, role: Role) -> str:
        """Of the same complaint and role it is always the same one: a second click leads to the same address."""
        _, intake = self.client()
        expires_at = min(complaint.created_at + timedelta(days=intake.link_days), complaint.keep_until)
        claim = Pass(number=complaint.number, role=role, generation=complaint.generation, expires_at=expires_at)
        return issue(claim, client=client.client, key=self._keys()[0])

    def _keys(self) -> tuple[str, ...]:
        """The key that signs, and the one before it, whose links still open. Raise SecretError."""
        fields = self._secrets.secret(SECRET)
        keys = [fields.get(name, "") for name in ("link_key", "link_key_previous")]
        if len(keys[0]) < SHORTEST_KEY:
            raise SecretError(f"the secret {SECRET} needs link_key: {SHORTEST_KEY} or more random characters")
        return tuple(key for key in keys if len(key) >= SHORTEST_KEY)
