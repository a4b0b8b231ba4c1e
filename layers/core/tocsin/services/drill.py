"""A drill: an invented storm through the deployed queue, reading, alarm and channels, timed and cleaned up after."""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from tocsin.domain.brand_state import BrandState
from tocsin.domain.case.drill_end import end
from tocsin.domain.client import Client
from tocsin.domain.drill_report import DrillReport, report_of
from tocsin.domain.drill_storm import storm
from tocsin.domain.drills import LONGEST, drill_brand
from tocsin.domain.errors import ConflictError, TocsinError
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.mention import Mention
from tocsin.ports import CaseStore, ClientStore, Clock, ControlStore, DrillTraces, MentionQueue
from tocsin.services.casework import Casework

POLL = 2.0
"""Seconds of real time between two looks."""
AGAIN_AFTER = timedelta(seconds=45)
"""Without an incident by then it is said once more: another assessment may have been just before."""
MOST_WAVES = 3
LAST_WAIT = 30.0
"""Seconds that what was said last has to be heard, at the end of a drill."""
RACES = 5


class DrillError(TocsinError):
    """No drill now. The message says why and what would help."""


class Drill:
    """``wait``: sleeps for so many seconds of real time. ``say``: hears what happens, in English."""

    def __init__(
        self,
        *,
        clients: ClientStore,
        cases: CaseStore,
        controls: ControlStore,
        queue: MentionQueue,
        traces: DrillTraces,
        clock: Clock,
        wait: Callable[[float], None],
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._clients = clients
        self._cases = cases
        self._controls = controls
        self._queue = queue
        self._traces = traces
        self._clock = clock
        self._wait = wait
        self._say = say
        self._work = Casework(clients=clients, cases=cases, clock=clock)

    def run(
        self, brand: str, scenario: str, texts: Sequence[str], *, lasts: timedelta, by: str | None = None
    ) -> DrillReport:
        """Until somebody has answered in public, or its time is over. Whatever happens, it is ended and its traces are
        swept. Raise DrillError where a drill would be in the way of something real."""
        client = self._clients.load()
        if client is None:
            raise DrillError("no client is deployed here: tocsin client deploy comes first")
        self._make_sure(client, brand)
        name, began = secrets.token_hex(4), self._clock.now()
        sent: list[Mention] = []
        try:
            self._speak(storm(brand, texts, name, began), sent)
            until = began + min(lasts, LONGEST)
            self._follow(brand, texts, name, until, sent)
        finally:
            self._await(brand, sent)
            last = self._end(brand, by)
            self._sweep(brand, sent)
        outbox = self._cases.outbox_of(last.id) if last is not None else ()
        return report_of(client, scenario, brand, last, outbox, began, self._clock.now())

    def _make_sure(self, client: Client, brand: str) -> None:
        now = self._clock.now()
        if self._controls.load().pausing(now):
            raise DrillError(f"{client.client} is paused, so that nobody would be told: end the pause first")
        for real in client.brands:
            burning = self._incident(real.name)
            if burning is not None and not burning.closed and burning.level >= Level.ISSUE:
                raise DrillError(f"{burning.id} burns: people have a real case in hand, so drill when it is over")
        if client.brand(brand) is None:
            raise DrillError(f"{brand!r} is none of the brands of {client.client}")
        going = self._incident(drill_brand(brand))
        if going is not None and not going.closed and now - going.opened_at < LONGEST:
            raise DrillError(
                f"a drill goes on since {going.opened_at:%Y-%m-%d %H:%M} UTC ({going.id}): wait for its end, at the"
                f" latest {LONGEST.total_seconds() / 3600:.0f} hours after that"
            )
        if going is not None:
            self._end(brand, None)
            self._sweep(brand, [])

    def _follow(self, brand: str, texts: Sequence[str], name: str, until: datetime, sent: list[Mention]) -> None:
        said = dict.fromkeys(("alert", "taken", "answered"), False)
        waves, spoken = 1, self._clock.now()
        while (now := self._clock.now()) < until:
            incident = self._incident(drill_brand(brand))
            if incident is None:
                if now - spoken >= AGAIN_AFTER and waves < MOST_WAVES:
                    self._speak(storm(brand, texts, name, now, wave=waves), sent)
                    waves, spoken = waves + 1, now
            elif self._answered(incident, said):
                return
            self._wait(POLL)

    def _answered(self, incident: Incident, said: dict[str, bool]) -> bool:
        paging = incident.paging
        if not said["alert"]:
            self._say(f"the alarm rose to {incident.level.value}: {incident.id}")
            said["alert"] = True
        taken = next((page for page in paging.people if page.acknowledged_at), None) if paging else None
        if taken is not None and not said["taken"]:
            self._say(f"{taken.person} has taken it")
            said["taken"] = True
        return paging is not None and taken is not None and paging.responded_at is not None

    def _speak(self, mentions: Sequence[Mention], sent: list[Mention]) -> None:
        sent.extend(mentions)
        self._queue.send(mentions)

    def _incident(self, brand: str) -> Incident | None:
        found = self._cases.brand_state(brand).incident_id
        return self._cases.incident(found) if found else None

    def _await(self, brand: str, sent: Sequence[Mention]) -> None:
        """What is still on its way would be counted after the sweep."""
        name, waited = drill_brand(brand), 0.0
        while waited < LAST_WAIT and self._traces.missing(name, sent):
            self._wait(POLL)
            waited += POLL
        self._wait(POLL)  # the assessment follows what was recorded

    def _end(self, brand: str, by: str | None) -> Incident | None:
        incident = self._incident(drill_brand(brand))
        if incident is None:
            return None
        return self._work.do(incident.id, by, end).incident

    def _sweep(self, brand: str, sent: Sequence[Mention]) -> None:
        """The incident stays, as the record of who was reached; the next drill begins another one.

        What was counted goes before the state: an assessment that is late finds nothing to judge any more."""
        name = drill_brand(brand)
        self._traces.sweep(name, sent)
        for _ in range(RACES):
            state = self._cases.brand_state(name)
            fresh = BrandState(brand=name, version=state.version + 1, incident_no=state.incident_no)
            try:
                self._cases.save_assessment(fresh)
            except ConflictError:
                continue
            return
