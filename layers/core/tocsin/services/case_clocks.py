"""Each minute, for every case with a clock due: the plan is made, people are reminded, outcomes are measured."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cached_property, partial
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from tocsin.domain.case.file import CaseFile, CaseStatus, Work, Worked
from tocsin.domain.case.seen import Seen
from tocsin.domain.case.settled import check_room, settled
from tocsin.domain.client import Client
from tocsin.domain.controls import Controls, Mute, muted
from tocsin.domain.errors import ConflictError
from tocsin.domain.incident import Incident
from tocsin.domain.verdicts import CaseVerdict
from tocsin.ports import CaseStore, ClientStore, Clock, ControlStore, HealthStore, MentionStore, PlanStore
from tocsin.services.logged import LeftUndoneError, logged
from tocsin.services.seen import SeenNow
from tocsin.services.verdicts import UnknownVerdictError, Verdicts

if TYPE_CHECKING:
    from tocsin.domain.case.lessons import TermLesson
    from tocsin.domain.playbook import Library
    from tocsin.services.pass_on import PassOn
    from tocsin.services.reviews import Reviews

logger = logging.getLogger(__name__)

AT_ONCE = 30
RACES = 5
MOMENT = timedelta(microseconds=1)
AT_LEAST = timedelta(minutes=1)
"""A clock that is due and cannot move is not looked at more often than that."""
STUCK = 10
"""The longer it cannot move, the rarer: after a tenth of what it is late by, and at the latest as where it is muted."""
MUTED = timedelta(minutes=15)
"""Where nobody may be told, what is due waits."""
FAILED = timedelta(minutes=2)
"""What failed by a passing trouble (a read that was throttled) is not left for long."""
WHILE_IT_BURNS = timedelta(hours=6)
"""An open incident's case is never left alone for longer, whatever its clocks say."""
REGISTERED = (
    "plan_clock", "task_clock", "promising", "outcome", "enquiries", "briefs", "hearing", "tail", "reviewing",
    "freeze", "drill_end",
)  # fmt: skip
"""Modules of ``domain.case``, each with ``due(work, seen)`` and ``next_at(file, incident)``, in this order."""
WHEN_CLOSED = frozenset({"outcome", "tail"})
"""What follows a text, and what comes back, is looked at in a case that is closed too."""


class Clockwork(NamedTuple):
    name: str
    due: Callable[[Work, Seen], Worked]
    next_at: Callable[[CaseFile, Incident], datetime | None]


def clockworks() -> tuple[Clockwork, ...]:
    """Loaded when a case is due, not before: most minutes have none."""
    found = []
    for name in REGISTERED:
        module = import_module(f"tocsin.domain.case.{name}")
        found.append(Clockwork(name, module.due, module.next_at))
    return tuple(found)


class CaseClocks:
    def __init__(
        self,
        *,
        clients: ClientStore,
        cases: CaseStore,
        mentions: MentionStore,
        clock: Clock,
        controls: ControlStore | None = None,
        plans: PlanStore | None = None,
        health: HealthStore | None = None,
        verdicts: Verdicts | None = None,
        reviews: "Callable[[], Reviews] | None" = None,
        passing: "Callable[[], PassOn] | None" = None,
        works: Callable[[], tuple[Clockwork, ...]] = clockworks,
    ) -> None:
        self._passing = passing
        self._works = works
        self._clients = clients
        self._cases = cases
        self._mentions = mentions
        self._clock = clock
        self._controls = controls
        self._plans = plans
        self._health = health
        self._verdicts = verdicts
        self._make_reviews = reviews

    def run(self) -> int:
        """Return how many cases were written. Raise LeftUndoneError when all have had their turn and some failed."""
        now = self._clock.now()
        due = self._cases.due_cases(now + MOMENT, AT_ONCE)
        client = self._clients.load() if due else None
        if client is None:
            return 0
        controls = self._controls.load() if self._controls is not None else Controls()
        moved, trouble = 0, 0
        for incident_id in due:
            try:
                moved += self._look(client, incident_id, controls)
            except Exception as error:
                logger.error("a case's clocks are left to the next minute", extra=logged(error))
                trouble += 1
        if trouble:
            raise LeftUndoneError(f"the clocks of {trouble} cases are left to the next minute")
        return moved

    def _look(self, client: Client, incident_id: str, controls: Controls) -> bool:
        for _ in range(RACES):
            now = self._clock.now()
            file, incident = self._cases.case_file(incident_id), self._cases.incident(incident_id)
            if file is None or incident is None or file.next_at is None or file.next_at > now:
                return False
            if self._apply(file):
                continue  # it has written the file
            if self._pass_on(file):
                continue
            judged = self._judge(file, incident)
            work = Work(client, incident, file, now, None, _mute(client, controls, incident, file, now))
            done, failed = self._worked(work, judged)
            try:
                self._cases.save_case(
                    (done.file,),
                    incidents=() if done.incident is incident else (done.incident,),
                    events={incident_id: done.events},
                    outbox=done.outbox,
                )
            except ConflictError:
                continue  # a person was quicker
            if failed:
                raise LeftUndoneError(f"{', '.join(failed)}: looked at again in {FAILED}")
            return True
        raise ConflictError("lost every race for the case")

    def _worked(self, work: Work, judged: bool) -> tuple[Worked, tuple[str, ...]]:
        """What all clocks come to, in one write; and the names of those that failed, which stop no other."""
        seen = SeenNow(
            work.incident, work.now, cases=self._cases, mentions=self._mentions,
            library=lambda: self._library, health=self._health,
            lessons=partial(self._lessons, work.client, work.incident.brand),
        )  # fmt: skip
        turned = _turning(work.file, self._clockworks)
        now, failed = Worked(work.incident, work.file), []
        for one in turned:
            try:
                done = one.due(work._replace(incident=now.incident, file=now.file), seen)
                if done.file is not now.file:
                    check_room(done.file)
                one.next_at(done.file, done.incident)
            except Exception as error:
                logger.error("a clock of a case failed", extra={"clock": one.name, **logged(error)})
                failed.append(one.name)
                continue
            now = now.then(done)
        going = [one for one in _turning(now.file, turned) if one.name not in failed]
        at = _next(now, work, going, again=bool(failed))
        file = now.file.with_(next_at=at, judged=judged, version=work.file.version + 1)
        whole = settled(work, now._replace(file=file))
        return whole._replace(file=file), tuple(failed)

    def _apply(self, file: CaseFile) -> bool:
        """Was something of the case written, since people have accepted changes, or kept texts ahead?"""
        if not file.waiting:
            return False
        try:
            return self._reviews is not None and self._reviews.apply(file) > 0
        except Exception as error:
            logger.error("what people have changed is left to the next look", extra=logged(error))
            return False

    def _pass_on(self, file: CaseFile) -> bool:
        """Was the word of a pause passed on to the agency's other clients, and that written?"""
        waits = file.elsewhere is not None and file.elsewhere.waits
        try:
            return waits and self._passing is not None and self._passing().pass_on(file)
        except Exception as error:
            logger.error("a pause of posts is left to the next look", extra=logged(error))
            return False

    def _lessons(self, client: Client, brand: str) -> "tuple[TermLesson, ...]":
        return self._reviews.term_lessons(client, brand) if self._reviews is not None else ()

    def _judge(self, file: CaseFile, incident: Incident) -> bool:
        """What a person said of it weighs in the index, or weighs there no more; drills weigh nothing."""
        wanted = file.status is CaseStatus.DISMISSED and file.drill is None
        if self._verdicts is None or wanted is file.judged:
            return file.judged
        if wanted:
            by = next((one.by for one in reversed(self._cases.case_events(file.incident_id)) if one.by), None)
            self._verdicts.say(incident, CaseVerdict.NOT_A_CRISIS, by=by or "somebody")
        else:
            try:
                self._verdicts.say(incident, None, by="somebody")
            except UnknownVerdictError:
                logger.info("what was said of a case weighs no more", extra={"incident": incident.id})
        return wanted

    @cached_property
    def _reviews(self) -> "Reviews | None":
        return self._make_reviews() if self._make_reviews is not None else None

    @cached_property
    def _library(self) -> "Library | None":
        """Read once an invocation, and only if a clock asks."""
        return self._plans.library() if self._plans is not None else None

    @cached_property
    def _clockworks(self) -> tuple[Clockwork, ...]:
        return self._works()


def _mute(client: Client, controls: Controls, incident: Incident, file: CaseFile, now: datetime) -> Mute | None:
    """A drill, and what rang in shadow, is reminded of in shadow."""
    mute = muted(client, controls, now)
    rang = file.drill is not None or (incident.paging is not None and incident.paging.always)
    return None if mute is Mute.SHADOW and rang else mute


def _turning(file: CaseFile, all_of_them: tuple[Clockwork, ...]) -> tuple[Clockwork, ...]:
    """Of one that was none, or goes on elsewhere, nothing."""
    if file.live:
        return all_of_them
    return tuple(one for one in all_of_them if one.name in WHEN_CLOSED and file.status is CaseStatus.CLOSED)


def _next(now: Worked, work: Work, going: Sequence[Clockwork], *, again: bool) -> datetime | None:
    moments = [at for one in going if (at := one.next_at(now.file, now.incident)) is not None]
    if again:
        moments.append(work.now + FAILED)
    if now.file.waiting:
        moments.append(work.now + FAILED)  # also of a case that has been merged or dismissed since
    if now.file.live and not now.incident.closed:
        moments.append(work.now + WHILE_IT_BURNS)
    if not moments:
        return None
    at = min(moments)
    if work.mute is not None:
        return max(at, work.now + MUTED)
    idle = not again and not now.events and now.file == work.file
    least = min(max(AT_LEAST, (work.now - at) / STUCK), MUTED) if idle else AT_LEAST
    return max(at, work.now + least)
