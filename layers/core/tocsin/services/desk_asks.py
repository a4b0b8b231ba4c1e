"""What was asked for on a client's page, done by who has the rights for it: a look at readiness, a drill.

The public page notes it under the visitor's own link and can do no more; a minute's watch takes it up from there.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from tocsin.domain.desk_asks import Ask, AskKind
from tocsin.domain.drill_run import DrillBook, DrillRun, NoDrill, Refusal
from tocsin.domain.drills import LONGEST
from tocsin.domain.errors import ConflictError
from tocsin.domain.links import Link, Purpose
from tocsin.ports import CaseStore, Clock, DrillStore
from tocsin.services.drill import Drill, DrillError

logger = logging.getLogger(__name__)

STALE = timedelta(minutes=15)
"""What could not be begun for so long is not begun any more: nobody waits at the page for it, which says so."""
GIVEN_UP = LONGEST + STALE
"""What cannot be brought to an end for so long after it was asked for is left: a drill's case ends by its own clock."""


class Looks(Protocol):
    def run(self) -> object: ...


class DeskAsks:
    """``look`` and ``drill`` are made when they are asked for: most minutes nobody asks."""

    def __init__(
        self,
        *,
        cases: CaseStore,
        clock: Clock,
        store: DrillStore,
        look: Callable[[], Looks],
        drill: Callable[[], Drill],
    ) -> None:
        self._cases = cases
        self._clock = clock
        self._store = store
        self._look = look
        self._drill = drill

    def take(self, link: Link) -> bool:
        """Do it, or the next step of it. Return whether it is done with. Raise what stands in its way: the next minute
        tries again. What was asked for by a link that was taken back since is not begun."""
        ask = link.ask
        if ask is None or link.purpose is not Purpose.DECLARE:
            return self._done(link)
        waits = self._clock.now() - ask.at
        if waits > (STALE if ask.kind is AskKind.LOOK else GIVEN_UP):
            logger.error("what a page asked for was given up", extra={"ask": ask.kind.value})
            done = self._done(link)  # once at most, like a look
            book = self._store.book()
            if book.going is not None and book.code == link.code:
                self._end_left(book, book.going)
            elif ask.kind is AskKind.DRILL and not _held_since(book, link, ask):
                self._refuse(book, link, ask, NoDrill.TOO_LATE)
            return done
        if link.revoked_at is not None and not self._begun_by(link, ask):
            return self._done(link)
        if ask.kind is AskKind.LOOK:
            self._done(link)  # once at most: a look that hangs would take every minute's time
            self._look().run()
            return True
        return self._drilled(link, ask) and self._done(link)

    def _begun_by(self, link: Link, ask: Ask) -> bool:
        book = self._store.book()
        return book.going is not None and book.code == link.code and book.going.began_at >= ask.at

    def _drilled(self, link: Link, ask: Ask) -> bool:
        book, now = self._store.book(), self._clock.now()
        if book.code == link.code and book.goes_on(now):
            return self._goes_on(book)
        try:
            return self._begun(book, link, ask, now)
        except DrillError as error:
            self._refuse(self._store.book(), link, ask, error.why)
            return True

    def _refuse(self, book: DrillBook, link: Link, ask: Ask, why: NoDrill) -> None:
        """Whoever asked for it reads on the page why there was none."""
        refusal = Refusal(at=self._clock.now(), by=link.person, scenario=ask.scenario, why=why)
        self._store.save_book(book.refuses(refusal))

    def _begun(self, book: DrillBook, link: Link, ask: Ask, now: datetime) -> bool:
        if book.goes_on(now):
            raise DrillError(NoDrill.GOES_ON, "another drill goes on")
        if book.going is not None:  # whoever asked for it can go on with it no more
            book = self._end_left(book, book.going)
        if _held_since(book, link, ask):
            return True
        if now - ask.at > STALE:
            raise DrillError(NoDrill.TOO_LATE, "what was asked for could not be begun in time")
        drill, texts = self._drill(), self._store.texts(ask.scenario)
        run = drill.begin(ask.brand, ask.scenario, texts, lasts=timedelta(minutes=ask.minutes), by=link.person)
        begun = book.begun(run, link.code)
        self._store.save_book(begun)
        self._store.save_book(begun.went_on(drill.step(run)))
        return False

    def _end_left(self, book: DrillBook, run: DrillRun) -> DrillBook:
        drill = self._drill()
        ended = drill.stop(run) if run.ended_at is None else run
        book = book.reported(ended.by, drill.report(ended))
        self._store.save_book(book)
        return book

    def _goes_on(self, book: DrillBook) -> bool:
        run, drill = book.going, self._drill()
        if run is None:
            return True
        if run.ended_at is not None:
            self._store.save_book(book.reported(run.by, drill.report(run)))
            return True
        after = drill.step(run)
        if after is not run:
            self._store.save_book(book.went_on(after))
        return False

    def _done(self, link: Link) -> bool:
        """Unless they have asked for something else since."""
        latest = self._cases.link(link.code)
        if latest is None or latest.ask != link.ask:
            return False
        try:
            self._cases.save_link(latest.model_copy(update={"applied_at": self._clock.now()}))
        except ConflictError:
            logger.info("a link was taken back while what it asked for was done")
        return True


def _held_since(book: DrillBook, link: Link, ask: Ask) -> bool:
    return any(one.report.began_at >= ask.at and one.by == link.person for one in book.held)
