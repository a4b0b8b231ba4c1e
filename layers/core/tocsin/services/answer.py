"""What people may do about an incident, from whichever side they come: a link in a message, or the desk's command."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from tocsin.domain import escalation
from tocsin.domain.client import Client
from tocsin.domain.errors import ConflictError, TocsinError, TransitionError
from tocsin.domain.escalation import Moved
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.outbox import Channel, OutboxItem
from tocsin.domain.people import Responder
from tocsin.ports import CaseStore, ClientStore, Clock

RACES = 5


class Why(StrEnum):
    GONE = "gone"
    """The client has no such incident."""
    LEFT = "left"
    """The person stands no longer in the client's file."""
    CLOSED = "closed"
    """It is resolved."""
    WRONG = "wrong"
    """Anything else that makes no sense now; the message says what."""
    BUSY = "busy"
    """Others write it all the time: again in a moment."""


class AnswerError(TocsinError):
    """The message is for people."""

    def __init__(self, why: Why, message: str, incident: Incident | None = None) -> None:
        super().__init__(message)
        self.why = why
        self.incident = incident


class Case(NamedTuple):
    """All there is to see of an incident. ``outbox``: every message of it to anybody."""

    client: Client
    incident: Incident
    outbox: tuple[OutboxItem, ...]


class Answered(NamedTuple):
    """``changed``: False when it was so already."""

    incident: Incident
    changed: bool


class Answers:
    def __init__(self, *, clients: ClientStore, cases: CaseStore, clock: Clock) -> None:
        self._clients = clients
        self._cases = cases
        self._clock = clock

    def case(self, incident_id: str) -> Case:
        """Raise AnswerError (gone)."""
        client = self._client()
        return Case(client, self._incident(client, incident_id), self._cases.outbox_of(incident_id))

    def acknowledge(self, incident_id: str, person: str, *, seen: Level | None = None) -> Answered:
        """Raise AnswerError, as all that follow. ``seen``: the level they were shown: nobody takes a graver one."""
        return self._do(incident_id, person, escalation.acknowledge, seen)

    def decline(self, incident_id: str, person: str) -> Answered:
        return self._do(incident_id, person, escalation.decline)

    def act(
        self,
        incident_id: str,
        person: str,
        note: str | None = None,
        *,
        responded: bool = False,
        seen: Level | None = None,
    ) -> Answered:
        def step(client: Client, incident: Incident, by: str, at: datetime) -> Moved:
            return escalation.act(client, incident, by, at, note, responded=responded)

        return self._do(incident_id, person, step, seen)

    def silence(
        self, incident_id: str, person: str, reason: str, look_at: datetime, *, seen: Level | None = None
    ) -> Answered:
        """A decision not to answer in public until then."""

        def step(client: Client, incident: Incident, by: str, at: datetime) -> Moved:
            return escalation.decide_silence(client, incident, by, at, reason, look_at)

        return self._do(incident_id, person, step, seen)

    def tell_client(
        self, incident_id: str, person: str, contact: str, text: str, channel: Channel = Channel.EMAIL
    ) -> Answered:
        """Send somebody on the client's side just this text, which ``person`` has seen."""

        def step(client: Client, incident: Incident, by: str, at: datetime) -> Moved:
            return escalation.tell_client(client, incident, by, contact, text, at, channel)

        return self._do(incident_id, person, step)

    def _do(
        self,
        incident_id: str,
        person: str,
        step: Callable[[Client, Incident, str, datetime], Moved],
        seen: Level | None = None,
    ) -> Answered:
        client = self._client()
        by = self._responder(client, person)
        for _ in range(RACES):
            incident = self._incident(client, incident_id)
            if seen is not None and incident.level > seen:
                raise AnswerError(Why.WRONG, f"it has become {incident.level} meanwhile: look at it again", incident)
            try:
                moved = step(client, incident, by.email, self._clock.now())
            except TransitionError as error:
                raise AnswerError(Why.CLOSED if incident.closed else Why.WRONG, str(error), incident) from error
            if moved.incident is incident and not moved.outbox:
                return Answered(incident, changed=False)
            try:
                self._cases.save_incident(moved.incident, moved.outbox)
            except ConflictError:
                continue
            return Answered(moved.incident, changed=True)
        raise AnswerError(Why.BUSY, "others are writing this case: try again in a moment")

    def _client(self) -> Client:
        client = self._clients.load()
        if client is None:
            raise AnswerError(Why.GONE, "no client is deployed here")
        return client

    def _incident(self, client: Client, incident_id: str) -> Incident:
        incident = self._cases.incident(incident_id)
        if incident is None or incident.client != client.client:
            raise AnswerError(Why.GONE, "there is no such case")
        return incident

    @staticmethod
    def _responder(client: Client, person: str) -> Responder:
        found = next((one for one in client.responders if one.email.casefold() == person.casefold()), None)
        if found is None:
            raise AnswerError(Why.LEFT, "this person is none of the client's responders any more")
        return found
