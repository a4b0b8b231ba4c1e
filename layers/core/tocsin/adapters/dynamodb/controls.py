"""What the desk has set, and which reports went out: two small items beside the cases."""

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from tocsin.adapters.dynamodb import keys
from tocsin.adapters.dynamodb.errors import translated
from tocsin.adapters.dynamodb.items import document, key_of, read, version_condition
from tocsin.domain.controls import Armed, Controls, Pause
from tocsin.domain.model import Frozen
from tocsin.domain.report import ReportBook

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient


class _InForce(Frozen):
    version: int
    armed: Armed | None = None
    pause: Pause | None = None

    @property
    def controls(self) -> Controls:
        return Controls(version=self.version, armed=self.armed, pause=self.pause)


class DynamoControlStore:
    """``table``: that of the cases. Needs GetItem, and PutItem to save."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def load(self) -> Controls:
        """What another version noted and this one cannot read is passed over; what is in force must be readable."""
        item = self._get(keys.CONTROLS)
        if item is None:
            return Controls()
        try:
            return read(Controls, item)
        except ValidationError:
            return read(_InForce, item).controls

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
