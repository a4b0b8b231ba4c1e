"""Brand states, incidents and the outbox: the table that is never lost."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tocsin.adapters.dynamodb import keys
from tocsin.adapters.dynamodb.errors import THROTTLED, TransactionCancelledError, translated
from tocsin.adapters.dynamodb.items import document, key_of, read, version_condition
from tocsin.domain.brand_state import BrandState
from tocsin.domain.errors import ConflictError, RejectedItemError, ThrottledError
from tocsin.domain.incident import Incident
from tocsin.domain.outbox import DeliveryStatus, OutboxItem

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient


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
        self, state: BrandState, *, incident: Incident | None = None, outbox: Sequence[OutboxItem] = ()
    ) -> None:
        puts = [self._put(keys.brand_state(state.brand), "brand", state, state.version)]
        if incident is not None:
            puts.append(self._put(keys.incident(incident.id), "incident", incident, incident.version))
        puts += [self._put_outbox(item) for item in outbox]
        if len(puts) == 1:
            with translated():
                self._client.put_item(**puts[0])
            return
        try:
            with translated():
                self._client.transact_write_items(TransactItems=[{"Put": put} for put in puts])  # type: ignore[typeddict-item]
        except TransactionCancelledError as cancelled:
            raise _reason(cancelled) from cancelled

    def outbox_item(self, item_id: str) -> OutboxItem | None:
        item = self._get(keys.outbox(item_id))
        return read(OutboxItem, item) if item else None

    def outbox_of(self, incident_id: str) -> tuple[OutboxItem, ...]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={
                ":pk": {"S": keys.incident(incident_id).pk},
                ":prefix": {"S": keys.OUTBOX_PREFIX},
            },
        )
        with translated():
            return tuple(read(OutboxItem, item) for page in pages for item in page["Items"])

    def pending(self, due_before: datetime, limit: int) -> tuple[str, ...]:
        return self._indexed(keys.PENDING, "due_at < :at", due_before, limit)

    def failed(self, since: datetime, limit: int) -> tuple[str, ...]:
        return self._indexed(keys.FAILED, "due_at >= :at", since, limit)

    def _indexed(self, partition: str, condition: str, at: datetime, limit: int) -> tuple[str, ...]:
        with translated():
            items = self._client.query(
                TableName=self._table,
                IndexName=keys.PENDING_INDEX,
                KeyConditionExpression=f"pending = :partition AND {condition}",
                ExpressionAttributeValues={":partition": {"S": partition}, ":at": {"S": _stamp(at)}},
                Limit=limit,
            )["Items"]
        return tuple(keys.parse_outbox(item["pk"]["S"], item["sk"]["S"]) for item in items)

    def update_outbox(self, item: OutboxItem) -> None:
        with translated():
            self._client.put_item(**self._put_outbox(item))

    def _get(self, key: keys.Key) -> dict[str, Any] | None:
        with translated():
            return self._client.get_item(TableName=self._table, Key=key_of(key), ConsistentRead=True).get("Item")

    def _put(self, key: keys.Key, kind: str, value: BrandState | Incident | OutboxItem, version: int) -> dict[str, Any]:
        return {
            "TableName": self._table,
            "Item": {**key_of(key), **document(value), "kind": {"S": kind}, "version": {"N": str(version)}},
            **version_condition(version),
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
