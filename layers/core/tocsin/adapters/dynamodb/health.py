"""What the agency was told of its sources, and what alerts say of them: one item beside the cases."""

from typing import TYPE_CHECKING

from pydantic import ValidationError

from tocsin.adapters.dynamodb import keys
from tocsin.adapters.dynamodb.errors import translated
from tocsin.adapters.dynamodb.items import key_of, packed, read, version_condition
from tocsin.domain.health_news import HealthBook

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient


class DynamoHealthStore:
    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def load(self) -> HealthBook:
        """What another version wrote and this one cannot read is forgotten: it is told once more."""
        with translated():
            item = self._client.get_item(TableName=self._table, Key=key_of(keys.HEALTH), ConsistentRead=True).get(
                "Item"
            )
        if item is None:
            return HealthBook()
        try:
            return read(HealthBook, item)
        except ValidationError:
            return HealthBook(version=int(item["version"]["N"]))

    def save(self, book: HealthBook) -> None:
        with translated():
            self._client.put_item(
                TableName=self._table,
                Item={
                    **key_of(keys.HEALTH),
                    **packed(book),
                    "kind": {"S": "health"},
                    "version": {"N": str(book.version)},
                },
                **version_condition(book.version),
            )
