"""A pause of posts that another client's case has asked for: a task in each open case here, else word to who posts."""

import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import NamedTuple

from tocsin.domain.alert import Alert, Due, DueKind
from tocsin.domain.bundling import Rung
from tocsin.domain.case.freeze import WITHIN, WORDS, answered, freeze, whom
from tocsin.domain.client import Client
from tocsin.domain.controls import muted
from tocsin.domain.errors import ConflictError, DeliveryError, TocsinError
from tocsin.domain.fields import Language
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind, Channel
from tocsin.domain.pause_ask import ONCE_IN, HeardPause, PauseAnswer, PauseAsk, PauseBook
from tocsin.ports import AlertChannel, CaseStore, ClientStore, Clock, ControlStore, PauseStore
from tocsin.services.casework import Casework
from tocsin.services.logged import logged

logger = logging.getLogger(__name__)

RACES = 5
TURN = "pause of posts"
"""Under which it is kept when somebody was last asked."""


class Way(NamedTuple):
    """``name``: of a person or a room."""

    name: str
    channel: Channel
    address: str
    language: Language
    timezone: str


class Asked(NamedTuple):
    """Incidents that got a task; or names of those who were written to, and of those whom nothing reached. ``muted``:
    in shadow or paused, so that nobody is told of anything."""

    cases: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    unreached: tuple[str, ...] = ()
    muted: bool = False


class Pauses:
    """``book``: where it is kept who asked, so that they get an answer; None for a command, which sees it itself."""

    def __init__(
        self,
        *,
        clients: ClientStore,
        cases: CaseStore,
        clock: Clock,
        channels: Mapping[Channel, AlertChannel],
        controls: ControlStore,
        book: PauseStore | None = None,
    ) -> None:
        self._controls = controls
        self._book = book
        self._clients = clients
        self._cases = cases
        self._clock = clock
        self._channels = channels
        self._work = Casework(clients=clients, cases=cases, clock=clock)

    def take(self, ask: PauseAsk) -> Asked | None:
        """Of another stack, by the agency's topic, which may bring it twice. None when it was nothing to act on."""
        client, now = self._clients.load(), self._clock.now()
        if client is None or ask.is_of(client.client) or not ask.fresh(now):
            return None
        if not self._turn(now):
            self._heard_as_before(ask, now)
            return None
        try:
            asked = _reaching(self.ask(client, ask.by))
        except Exception:
            self._give_back()  # so that whoever brings it again finds it not done
            raise
        pause = HeardPause(
            origin=ask.origin, at=now, cases=asked.cases, told=len(asked.told), unreached=len(asked.unreached),
            muted=asked.muted,
        )  # fmt: skip
        self._heard(lambda _: pause)
        return asked

    def answered(self, answer: PauseAnswer) -> bool:
        """Of another stack, to what a case of ours has asked for. Whether there is such a case."""
        client = self._clients.load()
        if client is None or answer.client == client.client:
            return False
        for incident_id in self._burning(client):
            file = self._cases.case_file(incident_id)
            asked = file.elsewhere if file is not None else None
            if asked is not None and PauseAsk.of(client.client, asked.by, asked.asked_at).origin == answer.to:
                self._work.do(incident_id, None, partial(answered, answer=answer))
                return True
        return False

    def ask(self, client: Client, by: str) -> Asked:
        """``by``: somebody of the agency. Raise what stood in the way of a case, when all have had their turn."""
        burning, trouble = tuple(self._burning(client)), None
        for incident_id in burning:
            try:
                self._work.do(incident_id, by, freeze)
            except TocsinError as error:
                logger.warning("a case was not asked to pause posts", extra=logged(error))
                trouble = error
        if trouble is not None:
            raise trouble
        mute = muted(client, self._controls.load(), self._clock.now())
        if burning:
            return Asked(cases=burning, muted=mute is not None)
        return Asked(muted=True) if mute is not None else self._write(client)

    def _heard_as_before(self, ask: PauseAsk, now: datetime) -> None:
        """What was asked for a moment ago answers this one, too."""

        def same(book: PauseBook) -> HeardPause | None:
            last = book.heard[0] if book.heard else None
            known = any(one.origin == ask.origin for one in book.heard)
            if last is None or known or now - last.at >= ONCE_IN:
                return None
            return last.model_copy(update={"origin": ask.origin, "answered": None})

        self._heard(same)

    def _heard(self, pause: Callable[[PauseBook], HeardPause | None]) -> None:
        """An answer is worth less than what it answers: without it the word is acted on all the same."""
        for _ in range(RACES if self._book is not None else 0):
            assert self._book is not None  # noqa: S101 - the loop has looked
            try:
                book = self._book.load()
                heard = pause(book)
                if heard is not None:
                    self._book.save(book.heard_of(heard))
            except ConflictError:
                continue
            except TocsinError as error:
                logger.warning("a pause of posts gets no answer", extra=logged(error))
            return

    def _turn(self, now: datetime) -> bool:
        """Whoever might send such words by the hundred reaches nobody more often than once in a while."""
        last = self._cases.rung(TURN)
        if now - last.at < ONCE_IN:
            return False
        try:
            self._cases.save_rung(TURN, Rung(version=last.version + 1, at=now))
        except ConflictError:
            return False
        return True

    def _give_back(self) -> None:
        last = self._cases.rung(TURN)
        try:
            self._cases.save_rung(TURN, Rung(version=last.version + 1))
        except ConflictError:
            logger.info("somebody else has the turn")

    def _burning(self, client: Client) -> Iterator[str]:
        for brand in client.brands:
            found = self._cases.brand_state(brand.name).incident_id
            incident = self._cases.incident(found) if found else None
            file = self._cases.case_file(found) if found else None
            if incident is not None and not incident.closed and (file is None or file.live):
                yield incident.id

    def _write(self, client: Client) -> Asked:
        told, unreached, now = [], [], self._clock.now()
        for way in _ways(client, now):
            try:
                self._channels[way.channel].send(_alert(client, way, now), way.address)
            except (DeliveryError, KeyError) as error:
                logger.warning("somebody was not asked to pause posts", extra=logged(error))
                unreached.append(way.name)
            else:
                told.append(way.name)
        return Asked(told=tuple(told), unreached=tuple(unreached))


def _reaching(asked: Asked) -> Asked:
    """Raise DeliveryError where it reached nobody at all."""
    if asked.unreached and not asked.told:
        raise DeliveryError("nobody could be asked to pause posts")
    return asked


def _ways(client: Client, now: datetime) -> Iterator[Way]:
    for one in whom(client, now):
        yield Way(one.name, Channel.EMAIL, one.email, client.language_of(one), client.zone_of(one).key)
    for room in client.channels:
        yield Way(room.name, Channel(room.kind.value), room.name, client.language, client.timezone)


def _alert(client: Client, way: Way, now: datetime) -> Alert:
    """In the name of the client's first brand, and of no storm."""
    named = f"{client.client}-freeze"
    return Alert(
        id=f"{named}/{now:%Y%m%d%H%M%S}", incident_id=named, kind=AlertKind.DUE, client_name=client.name,
        brand=client.brands[0].name, level=Level.WATCH, index=0.0, reasons=(), opened_at=now, at=now,
        recipient=way.name, language=way.language, timezone=way.timezone, negative=0, total=0, window_minutes=60,
        due=(Due(kind=DueKind.TASK, words=WORDS.in_(way.language), at=now + WITHIN),),
    )  # fmt: skip
