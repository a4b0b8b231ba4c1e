"""The drill that goes on, the reports of the last ones, and what is said in drills, as deployed."""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tocsin.adapters.dynamodb import keys
from tocsin.adapters.dynamodb.errors import translated
from tocsin.adapters.dynamodb.items import key_of, packed, read, version_condition
from tocsin.domain.drill_run import DrillBook

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient


class DynamoDrillStore:
    """``table``: that of the cases. Needs GetItem, and PutItem to save."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def book(self) -> DrillBook:
        item = self._item(keys.DRILLS)
        return read(DrillBook, item) if item else DrillBook()

    def save_book(self, book: DrillBook) -> None:
        item = {**key_of(keys.DRILLS), **packed(book), "kind": {"S": "drills"}, "version": {"N": str(book.version)}}
        with translated():
            self._client.put_item(TableName=self._table, Item=item, **version_condition(book.version))

    def texts(self, scenario: str) -> tuple[str, ...]:
        item = self._item(keys.DRILL_TEXTS)
        return tuple(json.loads(item["texts"]["S"]).get(scenario, ())) if item else ()

    def save_texts(self, texts: Mapping[str, Sequence[str]]) -> None:
        written = json.dumps({scenario: list(said) for scenario, said in texts.items()}, ensure_ascii=False)
        item = {**key_of(keys.DRILL_TEXTS), "kind": {"S": "drills"}, "texts": {"S": written}}
        with translated():
            self._client.put_item(TableName=self._table, Item=item)

    def _item(self, key: keys.Key) -> dict[str, Any] | None:
        with translated():
            return self._client.get_item(TableName=self._table, Key=key_of(key), ConsistentRead=True).get("Item")
