"""The review of a case: its figures, and what people accept of it put into the file and the playbooks."""

import logging
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from tocsin.domain.case import keeping, reviewing
from tocsin.domain.case.figures import ReviewView, figures
from tocsin.domain.case.file import CaseFile, Work, Worked, timeline_of, whole
from tocsin.domain.case.review import ChangeKind, PlanChange
from tocsin.domain.errors import ConflictError, TransitionError
from tocsin.domain.playbook_changes import accepted
from tocsin.domain.refusals import Refused
from tocsin.ports import CaseStore, ClientStore, Clock, MarkStore, MentionStore, PlanStore
from tocsin.services.answer import AnswerError
from tocsin.services.casework import CaseView, Casework
from tocsin.services.logged import logged
from tocsin.services.seen import SeenNow
from tocsin.services.term_lessons import term_lessons

if TYPE_CHECKING:
    from tocsin.domain.case.lessons import TermLesson
    from tocsin.domain.client import Client
    from tocsin.domain.playbook import Library

logger = logging.getLogger(__name__)

RACES = 5


class Reviews:
    def __init__(
        self,
        *,
        clients: ClientStore,
        cases: CaseStore,
        clock: Clock,
        mentions: MentionStore | None = None,
        plans: PlanStore | None = None,
        marks: MarkStore | None = None,
    ) -> None:
        self._clients = clients
        self._cases = cases
        self._clock = clock
        self._mentions = mentions
        self._plans = plans
        self._marks = marks
        self._work = Casework(clients=clients, cases=cases, clock=clock)

    def look(self, incident_id: str) -> ReviewView:
        """Raise AnswerError (gone)."""
        case = self._work.view(incident_id)
        seen = self._seen(case)
        heard, days = (seen.course, seen.days) if seen is not None else ((), ())
        storm = whole(case.incident, timeline_of(case.incident, case.events))
        told = figures(case.client, storm, case.file, case.outbox, heard, days)
        return ReviewView(told, reviewing.QUESTIONS)

    def begin(self, incident_id: str, by: str | None) -> Worked:
        """Before the clock does, or once more, with what the marks of people ask for beside the rest. Raise
        AnswerError."""
        case = self._work.view(incident_id)
        seen = self._seen(case)
        if seen is None:
            raise ValueError("a review begins where mentions can be read")
        return self._work.do(incident_id, by, partial(reviewing.begin, seen=seen))

    def apply(self, file: CaseFile) -> int:
        """Write what was accepted, or taken back, and is not so yet, and mark it; return how many. For watch, and for
        the desk. What no longer fits is refused, with the reason in the case's history."""
        done: list[str] = []
        for change in file.waiting:
            of = keeping if change.kind is ChangeKind.TEXT else reviewing
            try:
                self._write(change.undone if change.goes else change.model_copy(update={"incident": file.incident_id}))
            except TransitionError as error:
                self._work.do(file.incident_id, None, partial(of.unfit, change_id=change.id, why=str(error)))
            else:
                done.append(change.id)
        if done:
            self._work.do(file.incident_id, None, partial(_applied, change_ids=tuple(done)))
        return len(done)

    def take_back(self, place: str) -> PlanChange | None:
        """The latest accepted change there, which is so no more; None where there is none. Raise TransitionError."""
        known = (*self._clients.changes(), *(self._plans.changes().changes if self._plans is not None else ()))
        found = next((one for one in reversed(known) if one.place == place), None)
        if found is None:
            return None
        self._write(found.undone)
        if found.incident is not None:
            with suppress(AnswerError):  # its case is gone
                of = keeping if found.kind is ChangeKind.TEXT else reviewing
                self._work.do(found.incident, None, partial(of.gone, change_id=found.id))
        return found

    def term_lessons(self, client: "Client", brand: str) -> "tuple[TermLesson, ...]":
        """What people's «not us» asks of the terms; a review without them beats none."""
        found = client.brand(brand)
        if self._marks is None or self._mentions is None or found is None:
            return ()
        try:
            return term_lessons(self._marks, self._mentions, self._clock, found)
        except Exception as error:
            logger.error("a review without what marks ask for", extra=logged(error))
            return ()

    def _write(self, change: PlanChange) -> None:
        if change.kind is not ChangeKind.PLAYBOOK:
            self._clients.accept(self._text(change) if change.kind is ChangeKind.TEXT else change)
            return
        for _ in range(RACES):
            base = self._plans.deployed() if self._plans is not None else None
            if base is None or self._plans is None:
                raise TransitionError("no playbooks are deployed here: deploy the client again", Refused.UNDEPLOYED)
            known = self._plans.changes()
            grown = accepted(base, known, change)
            if grown == known:
                return
            try:
                self._plans.save_changes(grown)
            except ConflictError:
                continue
            return
        raise ConflictError("others change the playbooks all the time: try again")

    def _text(self, change: PlanChange) -> PlanChange:
        """Of a text that is kept, or no more: with what stands, or stood, in its place. Kept anew, what it was kept as
        before goes, and does not come back when it is taken back."""
        known = self._clients.changes()
        if change.after is None or change.before is not None:
            told = (one for one in known if (one.place, one.after) == (change.place, change.before))
            return next((one.undone for one in told), change)
        mine = [one for one in known if (one.kind, one.incident, one.id) == (change.kind, change.incident, change.id)]
        for former in mine:
            if former.after is not None and (former.place, former.after) != (change.place, change.after):
                with suppress(TransitionError):  # another stands over it by now
                    self._clients.accept(former.undone)
        return keeping.over_the_last(self._clients.load(), change)

    def _seen(self, case: CaseView) -> SeenNow | None:
        if self._mentions is None:
            return None
        return SeenNow(
            case.incident, self._clock.now(), cases=self._cases, mentions=self._mentions, library=self._library,
            lessons=partial(self.term_lessons, case.client, case.incident.brand),
        )  # fmt: skip

    def _library(self) -> "Library | None":
        return self._plans.library() if self._plans is not None else None


def _applied(work: Work, change_ids: tuple[str, ...]) -> Worked:
    reviewed = reviewing.applied(work, change_ids)
    return reviewed.then(keeping.applied(work._replace(file=reviewed.file), change_ids))
