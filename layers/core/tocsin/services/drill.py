"""A drill: an invented storm through the deployed queue, reading, alarm and channels, timed and cleaned up after.

It goes on step by step, so that a command may stay with it and a function may come back to it each minute.
"""

import secrets
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

from tocsin.domain.brand_state import BrandState
from tocsin.domain.case.drill_end import end
from tocsin.domain.client import Client
from tocsin.domain.drill_report import DrillReport, report_of
from tocsin.domain.drill_run import AGAIN_AFTER, LAST_WAIT, MOST_WAVES, DrillRun, NoDrill
from tocsin.domain.drill_storm import storm
from tocsin.domain.drills import LONGEST, drill_brand
from tocsin.domain.errors import ConflictError, TocsinError
from tocsin.domain.incident import Incident
from tocsin.domain.levels import Level
from tocsin.domain.mention import Mention
from tocsin.domain.sources import units_of
from tocsin.ports import (
    CaseStore,
    ClientStore,
    Clock,
    ControlStore,
    DrillTraces,
    HealthStore,
    MentionQueue,
    SourceStore,
)
from tocsin.services.casework import Casework

POLL = 2.0
"""Seconds of real time between two looks of a command."""
RACES = 5


class DrillError(TocsinError):
    """No drill now. The message says why and what would help."""

    def __init__(self, why: NoDrill, message: str) -> None:
        super().__init__(message)
        self.why = why


class Drill:
    """``wait``: sleeps for so many seconds of real time. ``say``: hears what happens, in English. ``health`` and
    ``sources``: which sources are ill, and which answered meanwhile, since a drill begins behind them."""

    def __init__(
        self,
        *,
        clients: ClientStore,
        cases: CaseStore,
        controls: ControlStore,
        queue: MentionQueue,
        traces: DrillTraces,
        clock: Clock,
        wait: Callable[[float], None] = lambda _: None,
        say: Callable[[str], None] = lambda _: None,
        health: HealthStore | None = None,
        sources: SourceStore | None = None,
    ) -> None:
        self._sources = sources
        self._health = health
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
        self,
        brand: str,
        scenario: str,
        texts: Sequence[str],
        *,
        lasts: timedelta,
        by: str | None = None,
        begun: Callable[[DrillRun], None] = lambda _: None,
    ) -> DrillReport:
        """Until somebody has answered in public, or its time is over. Whatever happens, it is ended and its traces are
        swept. ``begun``: hears of it before anything is said. Raise DrillError where a drill would be in the way of
        something real."""
        run, told = self.begin(brand, scenario, texts, lasts=lasts, by=by), dict.fromkeys(("alert", "taken"), False)
        begun(run)
        try:
            while run.ended_at is None:
                run = self.step(run)
                self._tell(run, told)
                self._wait(POLL)
        finally:
            if run.ended_at is None:
                run = self.stop(run)
        return self.report(run)

    def begin(
        self, brand: str, scenario: str, texts: Sequence[str], *, lasts: timedelta, by: str | None = None
    ) -> DrillRun:
        """Nothing is said yet. Raise DrillError."""
        client = self._clients.load()
        if client is None:
            raise DrillError(NoDrill.NO_CLIENT, "no client is deployed here: tocsin client deploy comes first")
        if not texts:
            raise DrillError(NoDrill.NO_TEXTS, f"nothing is there to be said of {scenario}: deploy the client again")
        self._make_sure(client, brand)
        now = self._clock.now()
        return DrillRun(
            name=secrets.token_hex(4), brand=brand, scenario=scenario, texts=tuple(texts), by=by, began_at=now,
            until=now + min(lasts, LONGEST),
        )  # fmt: skip

    def step(self, run: DrillRun) -> DrillRun:
        """What is to be done by now; the very run where that is nothing."""
        now = self._clock.now()
        if run.ended_at is not None:
            return run
        if run.closing_at is not None:
            return self._close(run, now)
        incident = self._incident(drill_brand(run.brand))
        if now >= run.until or (incident is not None and _answered(incident)):
            return run.with_(closing_at=now)
        if incident is None and len(run.said) < MOST_WAVES and (not run.said or now - run.said[-1] >= AGAIN_AFTER):
            self._queue.send(storm(run.brand, run.texts, run.name, now, wave=len(run.said)))
            return run.with_(said=(*run.said, now))
        return run

    def report(self, run: DrillRun) -> DrillReport:
        """Of one that has ended: after a last sweep, of what an assessment may have written meanwhile."""
        client = self._clients.load()
        if client is None or run.ended_at is None:
            raise ValueError("a report is of a drill that has ended")
        if self._cases.brand_state(drill_brand(run.brand)).incident_id is None:
            self._sweep(run.brand, _mentions(run))
        last = self._cases.incident(run.incident_id) if run.incident_id else None
        outbox = self._cases.outbox_of(last.id) if last is not None else ()
        ill = self._health.load().coverage.ill if self._health is not None else ()
        heard, silent = self._answered(client, run.began_at, {one.source_id for one in ill})
        return report_of(
            client, run.scenario, run.brand, last, outbox, run.began_at, run.ended_at, [one.name for one in ill], heard,
            silent,
        )  # fmt: skip

    def _answered(self, client: Client, since: datetime, ill: Collection[str]) -> tuple[list[str], list[str]]:
        """Sources that answered a look of their own since then, and those that were not looked at."""
        states = self._sources.states() if self._sources is not None else None
        heard, silent = [], []
        for unit in units_of(client) if states is not None else ():
            state = states.get(unit.id) if states is not None else None
            if state is not None and state.last_success_at is not None and state.last_success_at >= since:
                heard.append(unit.shown)
            elif unit.id not in ill:
                silent.append(unit.shown)
        return heard, silent

    def _make_sure(self, client: Client, brand: str) -> None:
        now = self._clock.now()
        if self._controls.load().pausing(now):
            text = f"{client.client} is paused, so that nobody would be told: end the pause first"
            raise DrillError(NoDrill.PAUSED, text)
        for real in client.brands:
            burning = self._incident(real.name)
            if burning is not None and not burning.closed and burning.level >= Level.ISSUE:
                text = f"{burning.id} burns: people have a real case in hand, so drill when it is over"
                raise DrillError(NoDrill.BURNS, text)
        if client.brand(brand) is None:
            raise DrillError(NoDrill.NO_BRAND, f"{brand!r} is none of the brands of {client.client}")
        going = self._incident(drill_brand(brand))
        if going is not None and not going.closed and now - going.opened_at < LONGEST:
            text = (
                f"a drill goes on since {going.opened_at:%Y-%m-%d %H:%M} UTC ({going.id}): wait for its end, at the"
                f" latest {LONGEST.total_seconds() / 3600:.0f} hours after that"
            )
            raise DrillError(NoDrill.GOES_ON, text)
        if going is not None:
            self._over(brand, None)
            self._sweep(brand, [])

    def _tell(self, run: DrillRun, told: dict[str, bool]) -> None:
        incident = self._incident(drill_brand(run.brand))
        if incident is None:
            return
        if not told["alert"]:
            self._say(f"the alarm rose to {incident.level.value}: {incident.id}")
            told["alert"] = True
        pages = incident.paging.people if incident.paging else ()
        taken = next((page for page in pages if page.acknowledged_at), None)
        if taken is not None and not told["taken"]:
            self._say(f"{taken.person} has taken it")
            told["taken"] = True

    def _close(self, run: DrillRun, now: datetime) -> DrillRun:
        """What is still on its way would be counted after the sweep, and an assessment follows what was recorded: so
        not in the very step in which it was over."""
        assert run.closing_at is not None  # noqa: S101 - the caller has looked
        late = now - run.closing_at >= LAST_WAIT
        if not late and self._traces.missing(drill_brand(run.brand), _mentions(run)):
            return run
        return self.stop(run)

    def stop(self, run: DrillRun) -> DrillRun:
        """At once: its people hear that it is over, and what it has left goes."""
        last = self._over(run.brand, run.by)
        self._sweep(run.brand, _mentions(run))
        return run.with_(ended_at=self._clock.now(), incident_id=last.id if last is not None else None)

    def _incident(self, brand: str) -> Incident | None:
        found = self._cases.brand_state(brand).incident_id
        return self._cases.incident(found) if found else None

    def _over(self, brand: str, by: str | None) -> Incident | None:
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


def _mentions(run: DrillRun) -> tuple[Mention, ...]:
    """All that was said, made again: the same words at the same moments have the same ids."""
    return tuple(
        one
        for wave, at in enumerate(run.said)
        for one in storm(run.brand, run.texts, run.name, at, wave=wave)
    )  # fmt: skip


def _answered(incident: Incident) -> bool:
    paging = incident.paging
    if paging is None or paging.responded_at is None:
        return False
    return any(page.acknowledged_at is not None for page in paging.people)
