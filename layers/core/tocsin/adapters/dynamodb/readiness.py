"""How ready a client was at the last look: one small item beside the cases."""

from typing import TYPE_CHECKING

from pydantic import ValidationError

from tocsin.adapters.dynamodb import keys
from tocsin.adapters.dynamodb.errors import translated
from tocsin.adapters.dynamodb.items import document, key_of, read
from tocsin.domain.readiness_report import ReadinessReport

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient


class DynamoReadinessStore:
    """``table``: that of the cases. Needs GetItem, and PutItem to save."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def load(self) -> ReadinessReport | None:
        with translated():
            item = self._client.get_item(TableName=self._table, Key=key_of(keys.READINESS), ConsistentRead=True).get(
                "Item"
            )
        if item is None:
            return None
        try:
            return read(ReadinessReport, item)
        except ValidationError:
            return None

    def save(self, report: ReadinessReport) -> None:
        with translated():
            self._client.put_item(
                TableName=self._table,
                Item={**key_of(keys.READINESS), **document(report), "kind": {"S": "readiness"}},
            )
