"""What the desk has set, and which reports went out: two small items beside the cases."""

from typing import TYPE_CHECKING, Any

from tocsin.adapters.dynamodb import keys
from tocsin.adapters.dynamodb.errors import translated
from tocsin.adapters.dynamodb.items import document, key_of, read, version_condition
from tocsin.domain.controls import Controls
from tocsin.domain.report import ReportBook

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient


class DynamoControlStore:
    """``table``: that of the cases. Needs GetItem, and PutItem to save."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def load(self) -> Controls:
        item = self._get(keys.CONTROLS)
        return read(Controls, item) if item else Controls()

    def save(self, controls: Controls) -> None:
        self._put(keys.CONTROLS, "controls", controls, controls.version)

    def book(self) -> ReportBook:
        item = self._get(keys.REPORTS)
        return read(ReportBook, item) if item else ReportBook()

    def save_book(self, book: ReportBook) -> None:
        self._put(keys.REPORTS, "reports", book, book.version)

    def _get(self, key: keys.Key) -> dict[str, Any] | None:
        with translated():
            return self._client.get_item(TableName=self._table, Key=key_of(key), ConsistentRead=True).get("Item")

    def _put(self, key: keys.Key, kind: str, value: Controls | ReportBook, version: int) -> None:
        with translated():
            self._client.put_item(
                TableName=self._table,
                Item={**key_of(key), **document(value), "kind": {"S": kind}, "version": {"N": str(version)}},
                **version_condition(version),
            )
