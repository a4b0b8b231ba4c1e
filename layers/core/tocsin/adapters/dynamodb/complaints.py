"""Private complaints: in the table that is never lost, until their time is over (TTL)."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tocsin.adapters.dynamodb import keys
from tocsin.adapters.dynamodb.errors import THROTTLED, TransactionCancelledError, translated
from tocsin.adapters.dynamodb.items import key_of, packed, read, version_condition
from tocsin.domain.complaint import Complaint, Message, wakes_at
from tocsin.domain.errors import ConflictError, ThrottledError

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_dynamodb.client import DynamoDBClient

RECEIPT_LASTS = timedelta(days=2)
"""Longer than a form may be sent in."""


class DynamoComplaintStore:
    """Needs GetItem, PutItem and Query on the table, and Query on its index ``pending``."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def create(self, complaint: Complaint, receipt: str) -> Complaint:
        made = self._made_by(receipt)
        if made is not None:
            return made
        form = {
            "TableName": self._table,
            "Item": {
                **key_of(keys.complaint_form(receipt)),
                "kind": {"S": "complaint_form"},
                "number": {"S": complaint.number},
                "expires_at": _seconds(complaint.created_at + RECEIPT_LASTS),
            },
            "ConditionExpression": "attribute_not_exists(pk)",
        }
        try:
            self._write([self._put(complaint), form])
        except ConflictError:
            made = self._made_by(receipt)
            if made is None:
                raise
            return made
        return complaint

    def complaint(self, number: str) -> Complaint | None:
        item = self._get(keys.complaint(number))
        return read(Complaint, item) if item else None

    def messages(self, number: str) -> tuple[Message, ...]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={
                ":pk": {"S": keys.complaint(number).pk},
                ":prefix": {"S": keys.MESSAGE_PREFIX},
            },
            ConsistentRead=True,
        )
        with translated():
            return tuple(read(Message, item) for page in pages for item in page["Items"])

    def save(self, complaint: Complaint, message: Message | None = None) -> None:
        puts = [self._put(complaint)]
        if message is not None:
            puts.append(
                {
                    "TableName": self._table,
                    "Item": {
                        **key_of(keys.complaint_message(complaint.number, message.number)),
                        **packed(message),
                        "kind": {"S": "complaint_message"},
                        "expires_at": _seconds(complaint.keep_until),
                    },
                    "ConditionExpression": "attribute_not_exists(pk)",
                }
            )
        self._write(puts)

    def due(self, before: "datetime", limit: int) -> tuple[str, ...]:
        with translated():
            items = self._client.query(
                TableName=self._table,
                IndexName=keys.PENDING_INDEX,
                KeyConditionExpression="pending = :partition AND due_at < :at",
                ExpressionAttributeValues={":partition": {"S": keys.COMPLAINTS}, ":at": {"S": _stamp(before)}},
                Limit=limit,
            )["Items"]
        return tuple(keys.parse_complaint(item["pk"]["S"]) for item in items)

    def _made_by(self, receipt: str) -> Complaint | None:
        item = self._get(keys.complaint_form(receipt))
        return self.complaint(item["number"]["S"]) if item else None

    def _get(self, key: keys.Key) -> dict[str, Any] | None:
        with translated():
            return self._client.get_item(TableName=self._table, Key=key_of(key), ConsistentRead=True).get("Item")

    def _put(self, complaint: Complaint) -> dict[str, Any]:
        item = {
            **key_of(keys.complaint(complaint.number)),
            **packed(complaint),
            "kind": {"S": "complaint"},
            "version": {"N": str(complaint.version)},
            "expires_at": _seconds(complaint.keep_until),
        }
        due = wakes_at(complaint)
        if due is not None:
            item |= {"pending": {"S": keys.COMPLAINTS}, "due_at": {"S": _stamp(due)}}
        return {"TableName": self._table, "Item": item, **version_condition(complaint.version)}

    def _write(self, puts: list[dict[str, Any]]) -> None:
        try:
            with translated():
                if len(puts) == 1:
                    self._client.put_item(**puts[0])
                else:
                    self._client.transact_write_items(TransactItems=[{"Put": put} for put in puts])  # type: ignore[typeddict-item]
        except TransactionCancelledError as cancelled:
            if THROTTLED.intersection(cancelled.reasons):
                raise ThrottledError(str(cancelled)) from cancelled
            raise ConflictError(str(cancelled)) from cancelled


def _seconds(moment: "datetime") -> dict[str, str]:
    return {"N": str(int(moment.timestamp()))}


def _stamp(moment: "datetime") -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}"
