"""What people say of an incident afterwards, or ask for on a client's page: noted under their link by anybody's page,
made to count, or done, by watch alone."""

import logging
from collections.abc import Callable
from datetime import datetime

from tocsin.domain.desk_asks import Ask
from tocsin.domain.drills import is_drill
from tocsin.domain.errors import ConflictError, TocsinError
from tocsin.domain.incident import Incident
from tocsin.domain.judgement import Shift
from tocsin.domain.links import Link
from tocsin.domain.verdicts import CaseMark, CaseVerdict, marked, points_of, shift_of, unmarked
from tocsin.ports import CaseStore, Clock, ControlStore
from tocsin.services.logged import LeftUndoneError, logged

logger = logging.getLogger(__name__)

RACES = 5
AT_ONCE = 20


class UnknownVerdictError(TocsinError):
    """Nothing was said of this incident that could be taken back."""


def note_verdict(cases: CaseStore, link: Link, verdict: CaseVerdict, now: datetime) -> None:
    """Under the link that it was said by; said once more, nothing changes. Raise ConflictError when it is revoked."""
    if link.said is verdict:
        return
    cases.save_link(link.model_copy(update={"said": verdict, "said_at": now, "applied_at": None}))


def note_ask(cases: CaseStore, link: Link, ask: Ask) -> bool:
    """Under the link that it was asked by. False, and nothing changes, while something else that was asked for by it is
    not done. Raise ConflictError when the link is revoked."""
    if link.waiting_since is not None:
        return link.ask is not None and link.ask.model_copy(update={"at": ask.at}) == ask
    cases.save_link(link.model_copy(update={"ask": ask, "applied_at": None}))
    return True


class Verdicts:
    """``asks``: does what was asked for on a client's page; True when that is done."""

    def __init__(
        self,
        *,
        cases: CaseStore,
        controls: ControlStore,
        clock: Clock,
        asks: Callable[[Link], bool] | None = None,
    ) -> None:
        self._asks = asks
        self._cases = cases
        self._controls = controls
        self._clock = clock

    def run(self) -> int:
        """Make what was said by links count; return of how many. Raise LeftUndoneError when some are left."""
        done = left = 0
        for code in self._cases.due_links(self._clock.now(), AT_ONCE):
            try:
                done += self._apply(code)
            except Exception as error:
                logger.error("a verdict is left to the next minute", extra=logged(error))
                left += 1
        if left:
            raise LeftUndoneError(f"{left} verdicts do not count yet")
        return done

    def say(self, incident: Incident, verdict: CaseVerdict | None, *, by: str) -> Shift | None:
        """None takes back what was said. Return what all verdicts on the brand come to now. Raise UnknownVerdictError,
        ConflictError. What is said of a drill counts for nothing."""
        if is_drill(incident.brand):
            return None
        for _ in range(RACES):
            try:
                return self._say(incident, verdict, by)
            except ConflictError:
                continue
        raise ConflictError("somebody else writes it all the time: try again")

    def _say(self, incident: Incident, verdict: CaseVerdict | None, by: str) -> Shift | None:
        now, controls = self._clock.now(), self._controls.load()
        known = next((each for each in controls.verdicts if each.incident_id == incident.id), None)
        if verdict is None and known is None:
            raise UnknownVerdictError(f"{incident.id}: nothing was said of it lately")
        if verdict is None:
            verdicts = unmarked(controls.verdicts, incident.id, now)
        elif known is not None and known.verdict is verdict:
            verdicts = controls.verdicts
        else:
            points = points_of(verdict, incident.peak)
            said = CaseMark(
                incident_id=incident.id, brand=incident.brand, verdict=verdict, points=points, by=by, at=now
            )
            verdicts = marked(controls.verdicts, said, now)
        if verdicts != controls.verdicts:
            self._controls.save(controls.judged(verdicts))
        shift = shift_of(verdicts, incident.brand, now)
        state = self._cases.brand_state(incident.brand)
        if state.shift != shift:
            self._cases.save_assessment(state.model_copy(update={"shift": shift, "version": state.version + 1}))
        return shift

    def _apply(self, code: str) -> bool:
        link = self._cases.link(code)
        if link is None or link.waiting_since is None:
            return False
        if link.ask is not None:
            return self._asks is not None and self._asks(link)
        incident = self._cases.incident(link.subject)
        if incident is not None:
            self.say(incident, link.said, by=link.person)
        latest = self._cases.link(code)
        if latest is None or latest.said is not link.said:
            return False  # they have thought better of it: the next minute hears that
        self._cases.save_link(latest.model_copy(update={"applied_at": self._clock.now()}))
        return True
