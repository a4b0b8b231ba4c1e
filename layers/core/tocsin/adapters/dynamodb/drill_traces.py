"""What a drill leaves in both tables, found by the name that it burned under, and deleted."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from tocsin.adapters.dynamodb import keys
from tocsin.adapters.dynamodb.errors import translated
from tocsin.adapters.dynamodb.items import key_of
from tocsin.domain.drills import is_drill
from tocsin.domain.mention import Mention

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

DAY = timedelta(days=1)


class DynamoDrillTraces:
    """Needs DeleteItem of a drill's keys alone: nobody deletes what was counted of a real brand."""

    def __init__(self, client: "DynamoDBClient", mentions_table: str, cases_table: str) -> None:
        self._client = client
        self._mentions = mentions_table
        self._cases = cases_table

    def missing(self, brand: str, mentions: Sequence[Mention]) -> int:
        return sum(not self._there(keys.mention(brand, mention.id)) for mention in mentions)

    def sweep(self, brand: str, mentions: Sequence[Mention]) -> None:
        if not is_drill(brand):
            raise ValueError(f"{brand!r} is no drill's")
        days = {mention.published_at.replace(hour=0, minute=0, second=0, microsecond=0) for mention in mentions}
        days |= {day + step for day in set(days) for step in (-DAY, DAY)}
        for mention in mentions:
            self._delete(self._mentions, keys.mention(brand, mention.id))
        self._delete(self._mentions, keys.stories(brand))
        for day in days:
            self._all(self._mentions, keys.counter_day(brand, day))
            self._all(self._mentions, keys.signals_day(brand, day))
        self._all(self._mentions, keys.dirty_brand(brand))
        self._all(self._mentions, keys.marks(brand))
        self._all(self._cases, keys.brand_state(brand).pk, keys.JUDGED_PREFIX)

    def _there(self, key: keys.Key) -> bool:
        with translated():
            answer = self._client.get_item(
                TableName=self._mentions, Key=key_of(key), ProjectionExpression="pk", ConsistentRead=True
            )
        return "Item" in answer

    def _all(self, table: str, pk: str, prefix: str = "") -> None:
        for key in list(self._keys(table, pk, prefix)):
            self._delete(table, key)

    def _keys(self, table: str, pk: str, prefix: str) -> Iterator[keys.Key]:
        within = " AND begins_with(sk, :prefix)" if prefix else ""
        values = {":pk": {"S": pk}} | ({":prefix": {"S": prefix}} if prefix else {})
        pages = self._client.get_paginator("query").paginate(
            TableName=table,
            KeyConditionExpression=f"pk = :pk{within}",
            ExpressionAttributeValues=values,
            ProjectionExpression="pk, sk",
            ConsistentRead=True,
        )
        with translated():
            for page in pages:
                yield from (keys.Key(item["pk"]["S"], item["sk"]["S"]) for item in page["Items"])

    def _delete(self, table: str, key: keys.Key) -> None:
        with translated():
            self._client.delete_item(TableName=table, Key=key_of(key))
