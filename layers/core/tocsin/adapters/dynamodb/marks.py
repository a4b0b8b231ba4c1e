"""What people said of mentions: reading, counters, signals and the mark change in one transaction, or nothing does."""

import uuid
from typing import TYPE_CHECKING, Any

from tocsin.adapters.dynamodb import keys
from tocsin.adapters.dynamodb.errors import THROTTLED, TransactionCancelledError, translated
from tocsin.adapters.dynamodb.items import document, key_of, packed, read, version_condition
from tocsin.adapters.dynamodb.mentions import counter_update, dirty_update
from tocsin.adapters.dynamodb.signals import amended_puts
from tocsin.domain.errors import ConflictError, ThrottledError
from tocsin.domain.marks import Correction, Verdict, changed, corrected, counted
from tocsin.domain.reading import ScoredMention
from tocsin.domain.signal import Signal
from tocsin.domain.signalled import signals_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient


class DynamoMarkStore:
    """``table``: that of the mentions. Needs GetItem, PutItem, UpdateItem and Query."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def scored(self, brand: str, mention_id: str) -> ScoredMention | None:
        item = self._get(keys.mention(brand, mention_id))
        return read(ScoredMention, item) if item and "doc" in item else None

    def correction(self, brand: str, mention_id: str) -> Correction | None:
        item = self._get(keys.mark(brand, mention_id))
        return read(Correction, item) if item else None

    def corrections(self, brand: str, limit: int) -> tuple[Correction, ...]:
        with translated():
            items = self._client.query(
                TableName=self._table,
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues={":pk": {"S": keys.marks(brand)}},
                Limit=limit,
            )["Items"]
        return tuple(read(Correction, item) for item in items)

    def save(self, correction: Correction, original: ScoredMention, before: Verdict | None) -> None:
        brand = correction.brand
        item = self._get(keys.mention(brand, correction.mention_id))
        if item is None or "doc" not in item:  # expired or erased
            raise ConflictError("the mention is gone")
        then, now = counted(original, before), counted(original, correction.verdict)
        actions: list[dict[str, Any]] = [
            self._mention(item, corrected(original, correction.verdict)),
            {"Put": self._mark(correction, item)},
            dirty_update(self._table, brand, 0),
            *(counter_update(self._table, brand, entry, 0) for entry in changed(then, now)),
            *amended_puts(self._table, brand, _signals(then), _signals(now), uuid.uuid4().hex[:12]),
        ]
        try:
            with translated():
                self._client.transact_write_items(
                    TransactItems=actions,  # type: ignore[arg-type]
                    ClientRequestToken=str(uuid.uuid4()),
                )
        except TransactionCancelledError as cancelled:
            if THROTTLED.intersection(cancelled.reasons):
                raise ThrottledError(str(cancelled)) from cancelled
            raise ConflictError(str(cancelled)) from cancelled

    def _mention(self, old: dict[str, Any], scored: ScoredMention) -> dict[str, Any]:
        """The item as it was read, with its new reading; whoever erased or changed it meanwhile goes first."""
        reading = scored.reading
        item = {
            **old,
            **packed(scored),
            "sentiment": {"S": reading.sentiment.value},
            "severity": {"N": f"{reading.severity:.3f}"},
            "gravity": {"N": f"{scored.gravity:.3f}"},
        }
        return {
            "Put": {
                "TableName": self._table,
                "Item": item,
                "ConditionExpression": "doc = :old",
                "ExpressionAttributeValues": {":old": old["doc"]},
            }
        }

    def _mark(self, correction: Correction, mention: dict[str, Any]) -> dict[str, Any]:
        """It is forgotten with its mention."""
        item = {
            **key_of(keys.mark(correction.brand, correction.mention_id)),
            **document(correction),
            "kind": {"S": "mark"},
            "version": {"N": str(correction.version)},
            "expires_at": mention["expires_at"],
        }
        return {"TableName": self._table, "Item": item, **version_condition(correction.version)}

    def _get(self, key: keys.Key) -> dict[str, Any] | None:
        with translated():
            return self._client.get_item(TableName=self._table, Key=key_of(key), ConsistentRead=True).get("Item")


def _signals(scored: ScoredMention | None) -> tuple[Signal, ...]:
    return tuple(signals_of([scored]).values()) if scored is not None else ()
