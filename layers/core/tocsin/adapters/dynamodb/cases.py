"""Brand states, incidents and the outbox: the table that is never lost."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from tocsin.adapters.dynamodb import keys
from tocsin.adapters.dynamodb.errors import THROTTLED, TransactionCancelledError, translated
from tocsin.adapters.dynamodb.items import document, key_of, packed, read, version_condition
from tocsin.domain.brand_state import BrandState
from tocsin.domain.bundling import Rung
from tocsin.domain.errors import ConflictError, RejectedItemError, ThrottledError
from tocsin.domain.incident import Incident
from tocsin.domain.judged import Judged
from tocsin.domain.links import Link
from tocsin.domain.outbox import DeliveryStatus, OutboxItem
from tocsin.domain.raids import Raids
from tocsin.domain.silent import Silent

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

    from tocsin.domain.case.file import CaseEvent, CaseFile


SILENT_KEPT = timedelta(days=90)
LINK_KEPT = timedelta(days=30)
"""After its end, so that it can say that it is over."""
RUNG_KEPT = timedelta(days=1)
JUDGED_KEPT = timedelta(days=400)
"""As long as the counters that it was judged by."""
INDEXED = {DeliveryStatus.PENDING: keys.PENDING, DeliveryStatus.FAILED: keys.FAILED}


class DynamoCaseStore:
    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def brand_state(self, brand: str) -> BrandState:
        item = self._get(keys.brand_state(brand))
        return read(BrandState, item) if item else BrandState(brand=brand)

    def incident(self, incident_id: str) -> Incident | None:
        item = self._get(keys.incident(incident_id))
        return read(Incident, item) if item else None

    def save_assessment(
        self,
        state: BrandState,
        *,
        incident: Incident | None = None,
        outbox: Sequence[OutboxItem] = (),
        silent: Silent | None = None,
        judged: Judged | None = None,
        file: "CaseFile | None" = None,
        events: "Sequence[CaseEvent]" = (),
    ) -> None:
        puts = [self._put(keys.brand_state(state.brand), "brand", state, state.version)]
        if incident is not None:
            puts += self._put_incident(incident)
        puts += [self._put_outbox(item) for item in outbox]
        if file is not None:
            puts += [self._put_file(file), *self._put_events(file, events)]
        if silent is not None:
            key = keys.silent(silent.at, silent.incident_id, silent.alert_no)
            puts.append(self._note(key, "silent", document(silent), silent.at + SILENT_KEPT))
        if judged is not None:
            puts.append(
                self._note(keys.judged(judged.brand, judged.at), "judged", packed(judged), judged.at + JUDGED_KEPT)
            )
        self._write(puts)

    def save_incident(self, incident: Incident, outbox: Sequence[OutboxItem] = ()) -> None:
        self._write([*self._put_incident(incident), *(self._put_outbox(item) for item in outbox)])

    def case_file(self, incident_id: str) -> "CaseFile | None":
        from tocsin.domain.case.file import CaseFile

        item = self._get(keys.case_file(incident_id))
        return read(CaseFile, item) if item else None

    def save_case(
        self,
        files: "Sequence[CaseFile]" = (),
        *,
        incidents: Sequence[Incident] = (),
        events: "Mapping[str, Sequence[CaseEvent]] | None" = None,
        outbox: Sequence[OutboxItem] = (),
        states: Sequence[BrandState] = (),
    ) -> None:
        puts = [self._put_file(file) for file in files]
        puts += [put for incident in incidents for put in self._put_incident(incident)]
        for file in files:
            puts += self._put_events(file, (events or {}).get(file.incident_id, ()))
        puts += [self._put(keys.brand_state(state.brand), "brand", state, state.version) for state in states]
        self._write([*puts, *(self._put_outbox(item) for item in outbox)])

    def case_events(self, incident_id: str) -> "tuple[CaseEvent, ...]":
        from tocsin.domain.case.file import CaseEvent

        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={
                ":pk": {"S": keys.incident(incident_id).pk},
                ":prefix": {"S": keys.EVENT_PREFIX},
            },
        )
        with translated():
            found = [read(CaseEvent, item) for page in pages for item in page["Items"]]
        return tuple(sorted(found, key=lambda event: event.at))

    def due_cases(self, before: datetime, limit: int) -> tuple[str, ...]:
        items = self._indexed(keys.DUE_CASES, "due_at < :at", before, limit)
        return tuple(keys.parse_incident(item["pk"]["S"]) for item in items)

    def due_incidents(self, before: datetime, limit: int) -> tuple[str, ...]:
        items = self._indexed(keys.DUE_INCIDENTS, "due_at < :at", before, limit)
        return tuple(keys.parse_incident(item["pk"]["S"]) for item in items)

    def link(self, code: str) -> Link | None:
        item = self._get(keys.link(code))
        return read(Link, item) if item else None

    def save_link(self, link: Link) -> None:
        put = self._note(keys.link(link.code), "link", document(link), link.expires_at + LINK_KEPT)
        if link.revoked_at is None:
            put["ConditionExpression"] = "attribute_not_exists(revoked)"
        else:
            put["Item"]["revoked"] = {"BOOL": True}
        if link.waiting_since is not None:
            put["Item"] |= {"pending": {"S": keys.DUE_LINKS}, "due_at": {"S": _stamp(link.waiting_since)}}
        with translated():
            self._client.put_item(**put)

    def due_links(self, before: datetime, limit: int) -> tuple[str, ...]:
        items = self._indexed(keys.DUE_LINKS, "due_at < :at", before, limit)
        return tuple(keys.parse_link(item["pk"]["S"]) for item in items)

    def rung(self, address: str) -> Rung:
        item = self._get(keys.rung(address))
        return read(Rung, item) if item else Rung()

    def save_rung(self, address: str, rung: Rung) -> None:
        put = self._put(keys.rung(address), "rung", rung, rung.version)
        put["Item"]["expires_at"] = {"N": str(int((rung.at + RUNG_KEPT).timestamp()))}
        with translated():
            self._client.put_item(**put)

    def raids(self) -> Raids:
        item = self._get(keys.RAIDS)
        return read(Raids, item) if item else Raids()

    def save_raids(self, raids: Raids) -> None:
        with translated():
            self._client.put_item(**self._put(keys.RAIDS, "raids", raids, raids.version))

    def _write(self, puts: list[dict[str, Any]]) -> None:
        if len(puts) == 1:
            with translated():
                self._client.put_item(**puts[0])
            return
        try:
            with translated():
                self._client.transact_write_items(TransactItems=[{"Put": put} for put in puts])  # type: ignore[typeddict-item]
        except TransactionCancelledError as cancelled:
            raise _reason(cancelled) from cancelled

    def silent(self, since: datetime, until: datetime, limit: int) -> tuple[Silent, ...]:
        return tuple(
            read(Silent, item)
            for item in self._between(keys.SILENT, keys.moment_bound(since), keys.moment_bound(until), limit)
        )[::-1]

    def judged(self, brand: str, at: datetime) -> Judged | None:
        last = keys.judged(brand, at)
        items = self._between(last.pk, keys.JUDGED_PREFIX, f"{last.sk}~", 1)
        return read(Judged, items[0]) if items else None

    def changes(self, brand: str, since: datetime, until: datetime, limit: int) -> tuple[Judged, ...]:
        low, high = keys.judged(brand, since), keys.judged(brand, until)
        return tuple(read(Judged, item) for item in self._between(low.pk, low.sk, f"{high.sk}~", limit))[::-1]

    def _between(self, pk: str, low: str, high: str, limit: int) -> list[dict[str, Any]]:
        """The last first."""
        with translated():
            return self._client.query(
                TableName=self._table,
                KeyConditionExpression="pk = :pk AND sk BETWEEN :low AND :high",
                ExpressionAttributeValues={":pk": {"S": pk}, ":low": {"S": low}, ":high": {"S": high}},
                ScanIndexForward=False,
                ConsistentRead=True,
                Limit=limit,
            )["Items"]

    def outbox_item(self, item_id: str) -> OutboxItem | None:
        item = self._get(keys.outbox(item_id))
        return read(OutboxItem, item) if item else None

    def outbox_of(self, incident_id: str, since: int = 0) -> tuple[OutboxItem, ...]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :low AND :high",
            ExpressionAttributeValues={
                ":pk": {"S": keys.incident(incident_id).pk},
                ":low": {"S": keys.outbox_bound(since)},
                ":high": {"S": f"{keys.OUTBOX_PREFIX}~"},
            },
        )
        with translated():
            return tuple(read(OutboxItem, item) for page in pages for item in page["Items"])

    def pending(self, due_before: datetime, limit: int) -> tuple[str, ...]:
        return self._outbox_ids(keys.PENDING, "due_at < :at", due_before, limit)

    def failed(self, since: datetime, limit: int) -> tuple[str, ...]:
        return self._outbox_ids(keys.FAILED, "due_at >= :at", since, limit)

    def _outbox_ids(self, partition: str, condition: str, at: datetime, limit: int) -> tuple[str, ...]:
        items = self._indexed(partition, condition, at, limit)
        return tuple(keys.parse_outbox(item["pk"]["S"], item["sk"]["S"]) for item in items)

    def _indexed(self, partition: str, condition: str, at: datetime, limit: int) -> list[dict[str, Any]]:
        with translated():
            return self._client.query(
                TableName=self._table,
                IndexName=keys.PENDING_INDEX,
                KeyConditionExpression=f"pending = :partition AND {condition}",
                ExpressionAttributeValues={":partition": {"S": partition}, ":at": {"S": _stamp(at)}},
                Limit=limit,
            )["Items"]

    def update_outbox(self, item: OutboxItem) -> None:
        with translated():
            self._client.put_item(**self._put_outbox(item))

    def _get(self, key: keys.Key) -> dict[str, Any] | None:
        with translated():
            return self._client.get_item(TableName=self._table, Key=key_of(key), ConsistentRead=True).get("Item")

    def _put(self, key: keys.Key, kind: str, value: BaseModel, version: int) -> dict[str, Any]:
        return {
            "TableName": self._table,
            "Item": {**key_of(key), **document(value), "kind": {"S": kind}, "version": {"N": str(version)}},
            **version_condition(version),
        }

    def _note(self, key: keys.Key, kind: str, value: dict[str, Any], until: datetime) -> dict[str, Any]:
        """What is written once and forgotten some day."""
        expires = {"N": str(int(until.timestamp()))}
        return {"TableName": self._table, "Item": {**key_of(key), **value, "kind": {"S": kind}, "expires_at": expires}}

    def _put_incident(self, incident: Incident) -> list[dict[str, Any]]:
        """And what has left its timeline, in one item: a transaction holds no more than a hundred."""
        put = self._put(keys.incident(incident.id), "incident", incident, incident.version)
        if incident.paging is not None and incident.paging.next_at is not None:
            put["Item"] |= {"pending": {"S": keys.DUE_INCIDENTS}, "due_at": {"S": _stamp(incident.paging.next_at)}}
        if not incident.left:
            return [put]
        from tocsin.domain.case.file import CaseEvent

        key = keys.case_steps(incident.id, incident.version)
        return [put, self._put_event(key, CaseEvent.of_steps(incident))]

    def _put_file(self, file: "CaseFile") -> dict[str, Any]:
        put: dict[str, Any] = {
            "TableName": self._table,
            "Item": {
                **key_of(keys.case_file(file.incident_id)),
                **packed(file),
                "kind": {"S": "case"},
                "version": {"N": str(file.version)},
            },
            **version_condition(file.version),
        }
        if file.next_at is not None:
            put["Item"] |= {"pending": {"S": keys.DUE_CASES}, "due_at": {"S": _stamp(file.next_at)}}
        return put

    def _put_events(self, file: "CaseFile", events: "Sequence[CaseEvent]") -> list[dict[str, Any]]:
        return [
            self._put_event(keys.case_event(file.incident_id, file.version, number), event)
            for number, event in enumerate(events, 1)
        ]

    def _put_event(self, key: keys.Key, event: "CaseEvent") -> dict[str, Any]:
        return {
            "TableName": self._table,
            "Item": {**key_of(key), **document(event), "kind": {"S": "event"}},
            "ConditionExpression": "attribute_not_exists(pk)",
        }

    def _put_outbox(self, item: OutboxItem) -> dict[str, Any]:
        put = self._put(keys.outbox(item.id), "outbox", item, item.version)
        partition = INDEXED.get(item.status)
        if partition:
            put["Item"] |= {"pending": {"S": partition}, "due_at": {"S": _stamp(item.due_at)}}
        return put


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}"


def _reason(cancelled: TransactionCancelledError) -> Exception:
    if "ValidationError" in cancelled.reasons:
        return RejectedItemError(str(cancelled))
    if THROTTLED.intersection(cancelled.reasons):
        return ThrottledError(str(cancelled))
    return ConflictError(str(cancelled))
