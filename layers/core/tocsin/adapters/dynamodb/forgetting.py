"""What erasing at a person's request needs beyond erasing.py: to find a mention by its address, to prove it gone.

For people with rights of their own: it reads the whole table, which no function of a stack may.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tocsin.adapters.dynamodb import keys
from tocsin.adapters.dynamodb.erasing import DynamoKeptStore
from tocsin.adapters.dynamodb.errors import translated
from tocsin.adapters.dynamodb.items import key_of, read
from tocsin.domain.reading import ScoredMention

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient


class DynamoForgetting:
    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table
        self._kept = DynamoKeptStore(client, table)

    def everything(self) -> Iterator[ScoredMention]:
        """All mentions that are kept, of all brands, in no order."""
        pages = self._client.get_paginator("scan").paginate(
            TableName=self._table,
            FilterExpression="begins_with(pk, :mention) AND attribute_exists(doc)",
            ExpressionAttributeValues={":mention": {"S": keys.MENTIONS}},
        )
        with translated():
            for page in pages:
                yield from (read(ScoredMention, item) for item in page["Items"])

    def kept(self, brand: str, mention_id: str) -> ScoredMention | None:
        item = self._item(brand, mention_id)
        return read(ScoredMention, item) if item is not None and "doc" in item else None

    def erase(self, brand: str, mention_id: str, at: datetime, note: str) -> bool:
        """With what people said of it. ``note``: who and why, kept with the tombstone. False when nothing was kept."""
        erased = self._kept.erase(brand, mention_id, at, note)
        with translated():
            self._client.delete_item(TableName=self._table, Key=key_of(keys.mark(brand, mention_id)))
        return erased

    def erased_at(self, brand: str, mention_id: str) -> datetime | None:
        item = self._item(brand, mention_id)
        return datetime.fromisoformat(item["erased_at"]["S"]) if item is not None and "erased_at" in item else None

    def _item(self, brand: str, mention_id: str) -> dict[str, Any] | None:
        with translated():
            answer = self._client.get_item(
                TableName=self._table, Key=key_of(keys.mention(brand, mention_id)), ConsistentRead=True
            )
        return dict(answer["Item"]) if "Item" in answer else None
