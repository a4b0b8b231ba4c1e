"""Which pauses of posts other stacks have asked for, and the agency's clients as deployed: one small item."""

from typing import TYPE_CHECKING

from pydantic import ValidationError

from tocsin.adapters.dynamodb import keys
from tocsin.adapters.dynamodb.errors import translated
from tocsin.adapters.dynamodb.items import key_of, packed, read, version_condition
from tocsin.domain.pause_ask import PauseBook

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient


class DynamoPauseStore:
    """``table``: that of the cases. Needs GetItem, and PutItem to save."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def load(self) -> PauseBook:
        with translated():
            item = self._client.get_item(TableName=self._table, Key=key_of(keys.PAUSES), ConsistentRead=True).get(
                "Item"
            )
        if item is None:
            return PauseBook()
        try:
            return read(PauseBook, item)
        except ValidationError:  # of another version: an empty one goes over it
            return PauseBook(version=int(item["version"]["N"]))

    def save(self, book: PauseBook) -> None:
        item = {**key_of(keys.PAUSES), **packed(book), "kind": {"S": "pauses"}, "version": {"N": str(book.version)}}
        with translated():
            self._client.put_item(TableName=self._table, Item=item, **version_condition(book.version))
