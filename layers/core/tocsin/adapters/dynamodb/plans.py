"""The playbooks and laws of a client, as deployed, and beside them what people have changed since."""

from typing import TYPE_CHECKING

from pydantic import ValidationError

from tocsin.adapters.dynamodb import keys
from tocsin.adapters.dynamodb.errors import translated
from tocsin.adapters.dynamodb.items import key_of, packed, read, version_condition
from tocsin.domain.errors import ClientFileError
from tocsin.domain.playbook import Library
from tocsin.domain.playbook_changes import PlaybookOverlay, applied, left

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient


class DynamoPlanStore:
    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def library(self) -> Library | None:
        found = self.deployed()
        return applied(found, self.changes()) if found is not None else None

    def deployed(self) -> Library | None:
        """Raise ClientFileError when this version cannot read them."""
        with translated():
            item = self._client.get_item(TableName=self._table, Key=key_of(keys.PLAN_LIBRARY)).get("Item")
        if item is None:
            return None
        try:
            return read(Library, item)
        except ValidationError as error:
            raise ClientFileError("the stored playbooks do not fit this version; deploy the client again") from error

    def save_library(self, library: Library) -> None:
        with translated():
            self._client.put_item(
                TableName=self._table, Item={**key_of(keys.PLAN_LIBRARY), **packed(library), "kind": {"S": "plan"}}
            )
        before = self.changes()
        after = left(library, before)
        if after is not before:
            self.save_changes(after)

    def changes(self) -> PlaybookOverlay:
        with translated():
            item = self._client.get_item(TableName=self._table, Key=key_of(keys.PLAN_CHANGES), ConsistentRead=True).get(
                "Item"
            )
        return read(PlaybookOverlay, item) if item else PlaybookOverlay()

    def save_changes(self, changes: PlaybookOverlay) -> None:
        item = {
            **key_of(keys.PLAN_CHANGES),
            **packed(changes),
            "kind": {"S": "plan"},
            "version": {"N": str(changes.version)},
        }
        with translated():
            self._client.put_item(TableName=self._table, Item=item, **version_condition(changes.version))
