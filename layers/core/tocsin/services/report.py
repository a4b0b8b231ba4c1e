"""The desk's mornings: what would have rung, what a pause held back, and how well we hear."""

import logging
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tocsin.domain.alert import AlertMention
from tocsin.domain.calendar import between
from tocsin.domain.case.by_hand import by_hand
from tocsin.domain.client import Client, Responder
from tocsin.domain.controls import Controls
from tocsin.domain.counters import MINUTE, total
from tocsin.domain.errors import DeliveryError
from tocsin.domain.links import Purpose
from tocsin.domain.model import Frozen
from tocsin.domain.readiness_report import ReadinessReport
from tocsin.domain.report import (
    BrandLine,
    Coming,
    Report,
    ReportKind,
    SilentAlarm,
    Storm,
    begun,
    due,
    finished,
    noted,
    storms,
)
from tocsin.domain.silent import Silent
from tocsin.ports import (
    CaseStore,
    ClientStore,
    Clock,
    ControlStore,
    HealthStore,
    MentionStore,
    ReadinessStore,
    ReportChannel,
)
from tocsin.services.alert_of import heard_now
from tocsin.services.links import Links
from tocsin.services.logged import LeftUndoneError, logged
from tocsin.services.quoted import shown

logger = logging.getLogger(__name__)

SHOWN = 12
"""Silent alarms in one mail, the latest; who wants all asks `tocsin explain`."""
LISTED = 200
LOOKED_AT = 40
"""Incidents of one brand, from the latest back."""
EVIDENCE = timedelta(minutes=60)
AHEAD = timedelta(days=14)
LOOKED_LATELY = timedelta(days=2)


class ReportResult(Frozen):
    kind: ReportKind | None = None
    sent: int = 0


class Reports:
    def __init__(
        self,
        *,
        clients: ClientStore,
        controls: ControlStore,
        cases: CaseStore,
        mentions: MentionStore,
        health: HealthStore,
        channel: ReportChannel,
        clock: Clock,
        links: Links | None = None,
        readiness: ReadinessStore | None = None,
    ) -> None:
        self._readiness = readiness
        self._clients = clients
        self._controls = controls
        self._cases = cases
        self._mentions = mentions
        self._health = health
        self._channel = channel
        self._clock = clock
        self._links = links

    def morning(self) -> ReportResult:
        """Once a local day: to each responder whom e-mail reaches. A run that is repeated sends to those who are left.

        Raise LeftUndoneError when somebody is left: tomorrow's report then goes back as far as this one."""
        client = self._clients.load()
        if client is None:
            return ReportResult()
        now = self._clock.now()
        today = now.astimezone(ZoneInfo(client.timezone)).date()
        controls = self._controls.load()
        kind = due(client, controls, now, today)
        if kind is None:
            return ReportResult()
        known = self._controls.book()
        book = begun(known, today, now)
        if book.done:
            return ReportResult(kind=kind)
        if book != known:
            self._controls.save_book(book)
        report = self._report(client, controls, kind, book.since or now, now)
        sent = left = 0
        for responder in client.responders:
            if responder.email in book.told:
                continue
            took = self._send(client, report, responder)
            if took:
                sent += 1
                book = noted(book, responder.email)
                self._controls.save_book(book)
            left += took is None
        if left:
            raise LeftUndoneError(f"{left} people are without this morning's report")
        self._controls.save_book(finished(book, now))
        return ReportResult(kind=kind, sent=sent)

    def resumed(self) -> ReportResult:
        """Once, when a pause is over: what it held back. Raise LeftUndoneError when nobody could be told."""
        controls = self._controls.load()
        now = self._clock.now()
        pause = controls.ended(now)
        client = self._clients.load() if pause is not None else None
        if client is None or pause is None:
            return ReportResult()
        report = self._report(client, controls, ReportKind.RESUMED, pause.since, now)
        told = controls.told()
        self._controls.save(told)  # before it is sent: two watches must not both write to everybody
        took = [self._send(client, report, responder) for responder in client.responders]
        if not any(took):
            self._controls.save(told.told(told=False))
            raise LeftUndoneError("nobody was told of the end of a pause: the next minute tries again")
        return ReportResult(kind=ReportKind.RESUMED, sent=sum(1 for one in took if one))

    def _send(self, client: Client, report: Report, responder: Responder) -> bool | None:
        """None: it may work later; False: it never will."""
        own = {
            "language": client.language_of(responder),
            "timezone": client.zone_of(responder).key,
            "pages": tuple(self._pages(report, responder)),
            "declare": self._declare(report, responder),
        }
        try:
            self._channel.send(report.model_copy(update=own), responder.email)
        except DeliveryError as error:
            logger.warning("report not delivered", extra={"reason": error.reason})
            return False if error.permanent else None
        return True

    def _pages(self, report: Report, responder: Responder) -> Iterator[tuple[str, str]]:
        """A report without a link beats no report: the command stands in its place."""
        shown = [alarm.silent.incident_id for alarm in report.alarms] + [storm.incident_id for storm in report.storms]
        if self._links is None:
            return
        for incident_id in dict.fromkeys(shown):
            try:
                issued = self._links.issue(incident_id, responder.email, Purpose.VERDICT)
            except Exception as error:
                logger.error("an alarm is reported without its link", extra=logged(error))
                continue
            if issued is not None:
                yield incident_id, issued[0]

    def _declare(self, report: Report, responder: Responder) -> str | None:
        """For what reaches people by telephone. A report without it beats no report."""
        if self._links is None:
            return None
        try:
            issued = self._links.issue(report.client, responder.email, Purpose.DECLARE)
        except Exception as error:
            logger.error("a report goes out without the link to declare", extra=logged(error))
            return None
        return issued[0] if issued is not None else None

    def _report(self, client: Client, controls: Controls, kind: ReportKind, since: datetime, now: datetime) -> Report:
        brands = {brand.name for brand in client.brands}
        silent = [one for one in self._cases.silent(since, now, LISTED) if one.brand in brands]
        return Report(
            kind=kind,
            client=client.client,
            client_name=client.name,
            at=now,
            since=since,
            language=client.language,
            timezone=client.timezone,
            arm_on=client.shadow if isinstance(client.shadow, date) else None,
            pause=controls.pause if kind in {ReportKind.PAUSED, ReportKind.RESUMED} else None,
            alarms=tuple(self._alarm(client, one) for one in silent[-SHOWN:]),
            more=max(0, len(silent) - SHOWN),
            storms=tuple(self._storms(client, since, now)) if kind is ReportKind.WEEK else (),
            brands=tuple(self._brand(brand.name, since, now) for brand in client.brands),
            events=tuple(
                Coming(name=event.name, start=event.start, end=event.end, watchful=event.effect == "watchful")
                for event in between(client.events, now, now + AHEAD)
            ),
            heard=heard_now(self._health),
            ready=self._ready(now) if kind is not ReportKind.RESUMED else None,
        )

    def _ready(self, now: datetime) -> ReadinessReport | None:
        """A report without it beats no report."""
        if self._readiness is None:
            return None
        try:
            found = self._readiness.load()
        except Exception as error:
            logger.error("a report goes out without how ready the client is", extra=logged(error))
            return None
        return found if found is not None and now - found.at <= LOOKED_LATELY else None

    def _storms(self, client: Client, since: datetime, now: datetime) -> Iterator[Storm]:
        names = {responder.email: responder.name for responder in client.responders}
        for brand in client.brands:
            declared = {one.incident_id: one for one in self._by_hand(brand.name, since, names)}
            measured = storms(self._cases.changes(brand.name, since, now, LISTED))
            found = {one.incident_id: one for one in measured} | declared
            yield from sorted(found.values(), key=lambda one: one.since)

    def _by_hand(self, brand: str, since: datetime, names: Mapping[str, str]) -> Iterator[Storm]:
        """From the latest incident back: one after the other, so that what ended before ``since`` is the last looked
        at. A report without them beats none."""
        try:
            name, _, number = (self._cases.brand_state(brand).incident_id or "").rpartition("-")
            for place in range(int(number or 0), max(int(number or 0) - LOOKED_AT, 0), -1):
                incident = self._cases.incident(f"{name}-{place}")
                if incident is None or (incident.closed and incident.over_since < since):
                    return
                storm = by_hand(incident, self._cases.case_events(incident.id))
                if storm is not None and storm.declared is not None:
                    by, why = storm.declared
                    yield storm.model_copy(update={"declared": (names.get(by, by), why)})
        except Exception as error:
            logger.error("a week is told without what was declared by hand", extra=logged(error))

    def _alarm(self, client: Client, silent: Silent) -> SilentAlarm:
        names = {responder.email: responder.name for responder in client.responders}
        return SilentAlarm(
            silent=silent,
            woken=tuple(names.get(one, one) for one in silent.woken),
            written=tuple(names.get(one, one) for one in silent.written),
            gravest=self._gravest(silent),
        )

    def _gravest(self, silent: Silent) -> AlertMention | None:
        """A report without it beats no report."""
        try:
            found = self._mentions.gravest(silent.brand, silent.at - EVIDENCE, silent.at + MINUTE, 1)
        except Exception as error:
            logger.error("an alarm is reported without its mention", extra=logged(error))
            return None
        return next((shown(scored) for scored in found), None)

    def _brand(self, brand: str, since: datetime, now: datetime) -> BrandLine:
        state = self._cases.brand_state(brand)
        counts = total(self._mentions.counts(brand, since, now))
        return BrandLine(
            brand=brand,
            level=state.stands,
            index=state.index,
            mentions=counts.mentions,
            negative=counts.negative,
            shift=state.shift if state.shift is not None and state.shift.lasts(now) else None,
        )
