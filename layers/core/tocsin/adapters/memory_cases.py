"""The twin of the cases table's store."""

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from tocsin.domain.brand_state import BrandState
from tocsin.domain.bundling import Rung
from tocsin.domain.case.file import CaseEvent, CaseFile
from tocsin.domain.errors import ConflictError
from tocsin.domain.incident import Incident
from tocsin.domain.judged import Judged
from tocsin.domain.links import Link
from tocsin.domain.outbox import DeliveryStatus, OutboxItem
from tocsin.domain.raids import Raids
from tocsin.domain.silent import Silent


class MemoryCaseStore:
    def __init__(self) -> None:
        self._states: dict[str, BrandState] = {}
        self._incidents: dict[str, Incident] = {}
        self._files: dict[str, CaseFile] = {}
        self._events: dict[str, list[CaseEvent]] = {}
        self._outbox: dict[str, OutboxItem] = {}
        self._links: dict[str, Link] = {}
        self._rung: dict[str, Rung] = {}
        self._raids = Raids()
        self._silent: list[Silent] = []
        self._judged: list[Judged] = []
        self._lock = threading.Lock()

    def brand_state(self, brand: str) -> BrandState:
        return self._states.get(brand, BrandState(brand=brand))

    def incident(self, incident_id: str) -> Incident | None:
        return self._incidents.get(incident_id)

    def save_assessment(
        self,
        state: BrandState,
        *,
        incident: Incident | None = None,
        outbox: Sequence[OutboxItem] = (),
        silent: Silent | None = None,
        judged: Judged | None = None,
        file: CaseFile | None = None,
        events: Sequence[CaseEvent] = (),
    ) -> None:
        with self._lock:
            stored = self._states.get(state.brand)
            self._expect(stored.version if stored else 0, state.version)
            if incident is not None:
                known = self._incidents.get(incident.id)
                self._expect(known.version if known else 0, incident.version)
            for item in outbox:
                self._expect(self._outbox[item.id].version if item.id in self._outbox else 0, item.version)
            if file is not None:
                self._expect(
                    self._files[file.incident_id].version if file.incident_id in self._files else 0, file.version
                )
                self._files[file.incident_id] = file
                self._events.setdefault(file.incident_id, []).extend(events)
            self._states[state.brand] = state
            if incident is not None:
                self._keep(incident)
            self._outbox.update({item.id: item for item in outbox})
            self._silent += [silent] if silent is not None else []
            self._judged += [judged] if judged is not None else []

    def save_incident(self, incident: Incident, outbox: Sequence[OutboxItem] = ()) -> None:
        with self._lock:
            known = self._incidents.get(incident.id)
            self._expect(known.version if known else 0, incident.version)
            for item in outbox:
                self._expect(self._outbox[item.id].version if item.id in self._outbox else 0, item.version)
            self._keep(incident)
            self._outbox.update({item.id: item for item in outbox})

    def case_file(self, incident_id: str) -> CaseFile | None:
        return self._files.get(incident_id)

    def save_case(
        self,
        files: Sequence[CaseFile] = (),
        *,
        incidents: Sequence[Incident] = (),
        events: Mapping[str, Sequence[CaseEvent]] | None = None,
        outbox: Sequence[OutboxItem] = (),
        states: Sequence[BrandState] = (),
    ) -> None:
        with self._lock:
            for state in states:
                stored = self._states.get(state.brand)
                self._expect(stored.version if stored else 0, state.version)
            for file in files:
                kept = self._files.get(file.incident_id)
                self._expect(kept.version if kept else 0, file.version)
            for incident in incidents:
                known = self._incidents.get(incident.id)
                self._expect(known.version if known else 0, incident.version)
            for item in outbox:
                self._expect(self._outbox[item.id].version if item.id in self._outbox else 0, item.version)
            self._states.update({state.brand: state for state in states})
            self._files.update({file.incident_id: file for file in files})
            for incident in incidents:
                self._keep(incident)
            for file in files:
                self._events.setdefault(file.incident_id, []).extend((events or {}).get(file.incident_id, ()))
            self._outbox.update({item.id: item for item in outbox})

    def case_events(self, incident_id: str) -> tuple[CaseEvent, ...]:
        return tuple(sorted(self._events.get(incident_id, ()), key=lambda event: event.at))

    def _keep(self, incident: Incident) -> None:
        if incident.left:
            self._events.setdefault(incident.id, []).append(CaseEvent.of_steps(incident))
        self._incidents[incident.id] = incident.model_copy(update={"left": ()})

    def due_cases(self, before: datetime, limit: int) -> tuple[str, ...]:
        due = ((one.next_at, one.incident_id) for one in self._files.values())
        return tuple(case for at, case in sorted((at, case) for at, case in due if at is not None and at < before))[
            :limit
        ]

    def due_incidents(self, before: datetime, limit: int) -> tuple[str, ...]:
        due = ((one.paging.next_at, one.id) for one in self._incidents.values() if one.paging is not None)
        found = sorted((at, incident_id) for at, incident_id in due if at is not None and at < before)
        return tuple(incident_id for _, incident_id in found[:limit])

    def link(self, code: str) -> Link | None:
        return self._links.get(code)

    def save_link(self, link: Link) -> None:
        with self._lock:
            kept = self._links.get(link.code)
            if kept is not None and kept.revoked_at is not None and link.revoked_at is None:
                raise ConflictError("the link was taken back")
            self._links[link.code] = link

    def due_links(self, before: datetime, limit: int) -> tuple[str, ...]:
        waiting = ((one.waiting_since, one.code) for one in self._links.values())
        due = sorted((at, code) for at, code in waiting if at is not None and at < before)
        return tuple(code for _, code in due[:limit])

    def rung(self, address: str) -> Rung:
        return self._rung.get(address, Rung())

    def save_rung(self, address: str, rung: Rung) -> None:
        with self._lock:
            self._expect(self.rung(address).version, rung.version)
            self._rung[address] = rung

    def raids(self) -> Raids:
        return self._raids

    def save_raids(self, raids: Raids) -> None:
        with self._lock:
            self._expect(self._raids.version, raids.version)
            self._raids = raids

    def silent(self, since: datetime, until: datetime, limit: int) -> tuple[Silent, ...]:
        found = sorted((one for one in self._silent if since <= one.at < until), key=lambda one: one.at)
        return tuple(found[-limit:])

    def changes(self, brand: str, since: datetime, until: datetime, limit: int) -> tuple[Judged, ...]:
        found = [one for one in self._judged if one.brand == brand and since <= one.at <= until]
        return tuple(sorted(found, key=lambda one: one.at)[-limit:])

    def judged(self, brand: str, at: datetime) -> Judged | None:
        found = [one for one in self._judged if one.brand == brand and one.at <= at]
        return max(found, key=lambda one: one.at, default=None)

    def outbox_item(self, item_id: str) -> OutboxItem | None:
        return self._outbox.get(item_id)

    def outbox_of(self, incident_id: str, since: int = 0) -> tuple[OutboxItem, ...]:
        found = (item for item in self._outbox.values() if item.incident_id == incident_id and item.alert_no >= since)
        return tuple(sorted(found, key=lambda item: (item.alert_no, item.channel.value, item.recipient)))

    def pending(self, due_before: datetime, limit: int) -> tuple[str, ...]:
        return self._ordered(lambda item: item.status is DeliveryStatus.PENDING and item.due_at < due_before, limit)

    def failed(self, since: datetime, limit: int) -> tuple[str, ...]:
        return self._ordered(lambda item: item.status is DeliveryStatus.FAILED and item.due_at >= since, limit)

    def _ordered(self, wanted: Callable[[OutboxItem], bool], limit: int) -> tuple[str, ...]:
        found = sorted((item.due_at, item.id) for item in self._outbox.values() if wanted(item))
        return tuple(item_id for _, item_id in found[:limit])

    def update_outbox(self, item: OutboxItem) -> None:
        with self._lock:
            stored = self._outbox.get(item.id)
            self._expect(stored.version if stored else 0, item.version)
            self._outbox[item.id] = item

    @staticmethod
    def _expect(stored: int, new: int) -> None:
        if stored != new - 1:
            raise ConflictError(f"version {new - 1} was expected, version {stored} is there")
