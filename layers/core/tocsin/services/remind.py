"""Each minute: tell the responsible person of private complaints, and remind them while the clock runs."""

import logging
from datetime import datetime, timedelta

from tocsin.domain.client import Client, Responder
from tocsin.domain.complaint import Complaint, Notice, NoticeKind, after_notice, mention_of, next_notice, responsible
from tocsin.domain.errors import ConflictError, DeliveryError
from tocsin.domain.intake_settings import Intake
from tocsin.domain.outbox import GIVE_UP_AFTER
from tocsin.ports import ClientStore, Clock, ComplaintStore, MentionQueue, NoticeChannel
from tocsin.services.logged import LeftUndoneError, logged

logger = logging.getLogger(__name__)

AT_ONCE = 25
LEASE = timedelta(seconds=90)
FIRST_RETRY = timedelta(seconds=30)
LONGEST_RETRY = timedelta(minutes=15)


class Remind:
    """At least once, like the outbox: a crash between sending and marking may send twice."""

    def __init__(
        self,
        *,
        clients: ClientStore,
        complaints: ComplaintStore,
        channel: NoticeChannel,
        queue: MentionQueue,
        clock: Clock,
    ) -> None:
        self._clients = clients
        self._complaints = complaints
        self._channel = channel
        self._queue = queue
        self._clock = clock

    def run(self) -> int:
        """Return how many notices went out. Raise LeftUndoneError when all have had their turn and some
        failed."""
        client = self._clients.load()
        if client is None:
            return 0
        intake = client.intake or Intake()  # the page may be closed by now; what came in is still answered
        sent, trouble = 0, 0
        for number in self._complaints.due(self._clock.now() + timedelta(seconds=1), AT_ONCE):
            try:
                sent += self._look(client, intake, number)
            except ConflictError:
                continue  # somebody is at it
            except Exception as error:
                logger.error("a complaint is left to the next minute", extra=logged(error))
                trouble += 1
        if trouble:
            raise LeftUndoneError(f"{trouble} complaints are left to the next minute")
        return sent

    def _look(self, client: Client, intake: Intake, number: str) -> bool:
        complaint = self._complaints.complaint(number)
        now = self._clock.now()
        if complaint is None or (complaint.retry_at or now) > now:
            return False
        if complaint.heard_at is None:
            complaint = self._hear(complaint, now)
        due = next_notice(complaint, now)
        if due is None or due[1] > now:
            return False
        return self._tell(client, intake, complaint, due[0], now)

    def _hear(self, complaint: Complaint, now: datetime) -> Complaint:
        """A mention that comes twice counts once: its id is the complaint's."""
        self._queue.send([mention_of(complaint)])
        heard = complaint.changed(heard_at=now)
        self._complaints.save(heard)
        return heard

    def _tell(self, client: Client, intake: Intake, complaint: Complaint, kind: NoticeKind, now: datetime) -> bool:
        claimed = complaint.changed(
            attempts=complaint.attempts + 1,
            first_attempt_at=complaint.first_attempt_at or now,
            retry_at=now + LEASE,
        )
        self._complaints.save(claimed)
        for person in responsible(client, intake):
            try:
                self._channel.send(_notice(client, claimed, kind, person), person.email)
            except DeliveryError as error:
                logger.warning("notice of a complaint not delivered", extra={"reason": error.reason})
                if error.permanent:
                    continue  # an address that does not exist: the next responder must know instead
                return self._later(claimed, kind, now)
            self._complaints.save(after_notice(claimed, kind))
            return True
        return self._later(claimed, kind, now)

    def _later(self, claimed: Complaint, kind: NoticeKind, now: datetime) -> bool:
        if now - (claimed.first_attempt_at or now) > GIVE_UP_AFTER:
            logger.error("notice of a complaint given up", extra={"complaint": claimed.number, "notice": kind.value})
            self._complaints.save(after_notice(claimed, kind))
            return False
        pause = min(FIRST_RETRY * 2 ** min(claimed.attempts - 1, 10), LONGEST_RETRY)
        self._complaints.save(claimed.changed(retry_at=now + pause))
        return False


def _notice(client: Client, complaint: Complaint, kind: NoticeKind, person: Responder) -> Notice:
    return Notice(
        kind=kind,
        number=complaint.number,
        brand=complaint.brand,
        client_name=client.name,
        recipient=person.name,
        language=client.language_of(person),
        timezone=client.zone_of(person).key,
        at=complaint.unread_since or complaint.created_at if kind is NoticeKind.WROTE else complaint.created_at,
        clock_from=complaint.clock_from,
        answer_due_at=complaint.answer_due_at,
        link=complaint.desk_link,
    )
