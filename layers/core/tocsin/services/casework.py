"""What people do in a case beside answering its alerts: each step in one transaction, whoever else is writing."""

import logging
from collections.abc import Callable
from functools import partial
from typing import NamedTuple, TypeVar

from pydantic import ValidationError

from tocsin.domain.brand_state import BrandState
from tocsin.domain.case.declare import Declared, declare
from tocsin.domain.case.file import CaseEvent, CaseFile, Work, Worked
from tocsin.domain.case.merge import Merged, merge, place_of
from tocsin.domain.case.returned import Returned, returned
from tocsin.domain.case.settled import settled
from tocsin.domain.case.status import keep_apart, link
from tocsin.domain.client import Client
from tocsin.domain.errors import ConflictError, TransitionError
from tocsin.domain.fields import Language
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.outbox import OutboxItem
from tocsin.ports import CaseStore, ClientStore, Clock
from tocsin.services.answer import RACES, AnswerError, Why
from tocsin.services.logged import logged
from tocsin.services.returning import tellable

logger = logging.getLogger(__name__)

LONGEST_CHAIN = 10
Done = TypeVar("Done")


class CaseView(NamedTuple):
    """All there is to see of a case. ``outbox``: every message of it to anybody."""

    client: Client
    incident: Incident
    file: CaseFile
    events: tuple[CaseEvent, ...]
    outbox: tuple[OutboxItem, ...]


class Casework:
    def __init__(self, *, clients: ClientStore, cases: CaseStore, clock: Clock) -> None:
        self._clients = clients
        self._cases = cases
        self._clock = clock

    def view(self, incident_id: str) -> CaseView:
        """Raise AnswerError (gone)."""
        client, incident, file = self._loaded(incident_id)
        return CaseView(
            client, incident, file, self._cases.case_events(incident_id), self._cases.outbox_of(incident_id)
        )

    def before(self, case: CaseView, language: Language) -> Returned | None:
        """The earlier case that this one is much like; nothing is read where there is none. A page without it beats no
        page, and a step is not lost for it."""
        former = case.file.former
        if former is None:
            return None
        try:
            incident, file = self._cases.incident(former), self._cases.case_file(former)
            if incident is None or file is None:
                return None
            return tellable(returned(case.client, incident, file, case.file, language, self._clock.now()), language)
        except Exception as error:
            logger.error("a case is shown without what was before", extra=logged(error))
            return None

    def do(self, incident_id: str, by: str | None, step: Callable[[Work], Worked]) -> Worked:
        """Take a step in a case; a step that changes nothing writes nothing. ``by``: a responder's address, or whom the
        caller has made sure of. A TransitionError of the step becomes an AnswerError (closed, wrong), with it as its
        cause; raise it as well when there is no such case (gone) or too many write it (busy)."""
        for _ in range(RACES):
            work = self._work(incident_id, by)
            done = _taken(work, partial(_stepped, work, step))
            try:
                return self._written(work, done)
            except ConflictError:
                continue
        raise _busy()

    def declare(self, brand: str, level: Level, why: str, by: str) -> Declared:
        """A storm by a person's word; one that burns already is held at that level, or where it is. Raise AnswerError
        as above."""
        for _ in range(RACES):
            client, state, now = self._client(), self._cases.brand_state(brand), self._clock.now()
            latest = self._cases.incident(state.incident_id) if state.incident_id else None
            burning = latest is not None and not latest.closed
            file = self._cases.case_file(latest.id) if latest is not None and burning else None
            try:
                done = declare(client, brand, level, why, by, now, state, latest, file)
            except TransitionError as error:
                raise AnswerError(Why.WRONG, str(error), latest) from error
            try:
                self._cases.save_assessment(
                    done.state, incident=done.incident, outbox=done.outbox, file=done.file, events=done.events
                )
            except ConflictError:
                continue
            return done
        raise _busy()

    def merge(self, incident_id: str, into: str, why: str, by: str) -> Merged:
        """What is owed, done and said in the one case goes on in the other. Raise AnswerError as above."""
        for _ in range(RACES):
            one, other = self._work(incident_id, by), self._work(into, by)
            states = tuple(
                self._cases.brand_state(brand) for brand in dict.fromkeys((one.incident.brand, other.incident.brand))
            )
            done = _taken(one if not one.file.live else other, partial(_merged, one, other, why, states))
            files = [_looked_at(done.one.file, one), _looked_at(done.into.file, other)]
            incidents = [
                after.incident for before, after in ((one, done.one), (other, done.into))
                if after.incident is not before.incident
            ]  # fmt: skip
            try:
                self._cases.save_case(
                    files,
                    incidents=incidents,
                    events={incident_id: done.one.events, into: done.into.events},
                    outbox=(*done.one.outbox, *done.into.outbox),
                    states=done.states,
                )
            except ConflictError:
                continue
            return Merged(done.one._replace(file=files[0]), done.into._replace(file=files[1]), done.states)
        raise _busy()

    def link(self, incident_id: str, other: str, by: str) -> None:
        """Both cases name each other; there must be both. Raise AnswerError as above."""
        for one in (incident_id, other):
            self._loaded(one)
        self.do(incident_id, by, partial(link, other=other))
        self.do(other, by, partial(link, other=incident_id))

    def keep_apart(self, incident_id: str, other: str, by: str) -> None:
        """A person says that they are two matters; there must be both. Raise AnswerError as above."""
        self._loaded(other)
        self.do(incident_id, by, partial(keep_apart, other=other))

    def place(self, incident_id: str, thing: str) -> tuple[str, str]:
        """Where a thing of a case stands by now: there, or in the case that it was merged into."""
        for _ in range(LONGEST_CHAIN):
            file = self._cases.case_file(incident_id)
            moved = place_of(file, thing) if file is not None else None
            if moved is None:
                break
            incident_id, thing = moved
        return incident_id, thing

    def _work(self, incident_id: str, by: str | None) -> Work:
        client, incident, file = self._loaded(incident_id)
        return Work(client, incident, file, self._clock.now(), by)

    def _written(self, work: Work, done: Worked) -> Worked:
        if done.incident is work.incident and done.file is work.file and not done.outbox:
            return done
        file = done.file if done.file is work.file else _looked_at(done.file, work)
        self._cases.save_case(
            () if file is work.file else (file,),
            incidents=() if done.incident is work.incident else (done.incident,),
            events={file.incident_id: done.events},
            outbox=done.outbox,
            states=self._stands(work.incident, done.incident),
        )
        return done._replace(file=file)

    def _stands(self, before: Incident, after: Incident) -> tuple[BrandState, ...]:
        """The brand's state, where a person's level of its latest incident begins, moves or ends: sources are looked
        at by it, too."""
        held = after.held.level if after.held is not None else None
        if held is (before.held.level if before.held is not None else None):
            return ()
        state = self._cases.brand_state(after.brand).holding(after.id, held)
        return (state,) if state is not None else ()

    def _client(self) -> Client:
        client = self._clients.load()
        if client is None:
            raise AnswerError(Why.GONE, "no client is deployed here")
        return client

    def _loaded(self, incident_id: str) -> tuple[Client, Incident, CaseFile]:
        client = self._client()
        incident = self._cases.incident(incident_id)
        if incident is None or incident.client != client.client:
            raise AnswerError(Why.GONE, "there is no such case")
        return client, incident, self._cases.case_file(incident_id) or CaseFile.opened(incident)


def _stepped(work: Work, step: Callable[[Work], Worked]) -> Worked:
    return settled(work, step(work))


def _merged(one: Work, into: Work, why: str, states: tuple[BrandState, ...]) -> Merged:
    done = merge(one, into, why, states)
    return Merged(settled(one, done.one), settled(into, done.into), done.states)


def _taken(work: Work, step: Callable[[], Done]) -> Done:
    try:
        return step()
    except TransitionError as error:
        raise AnswerError(Why.WRONG if work.file.live else Why.CLOSED, str(error), work.incident) from error
    except ValidationError as error:
        problem = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in problem["loc"])
        said = f"the case cannot hold this: {place}: {problem['msg']}"
        raise AnswerError(Why.WRONG, said, work.incident) from error


def _looked_at(file: CaseFile, work: Work) -> CaseFile:
    """Its clocks run anew from what has changed: watch looks at them within the minute."""
    return file.with_(next_at=work.now)


def _busy() -> AnswerError:
    return AnswerError(Why.BUSY, "others are writing this case: try again in a moment")
