"""The client's file, as deployed beside its stack: a change of the file needs no change of the functions."""

from typing import TYPE_CHECKING

from pydantic import ValidationError

from tocsin.adapters.dynamodb import keys
from tocsin.adapters.dynamodb.errors import translated
from tocsin.adapters.dynamodb.items import key_of, packed, read
from tocsin.domain.client import Client
from tocsin.domain.errors import ClientFileError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient


class DynamoClientStore:
    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def load(self) -> Client | None:
        with translated():
            item = self._client.get_item(TableName=self._table, Key=key_of(keys.CLIENT)).get("Item")
        if item is None:
            return None
        try:
            return read(Client, item)
        except ValidationError as error:
            raise ClientFileError(
                "the stored client file does not fit this version; deploy the client again"
            ) from error

    def save(self, client: Client) -> None:
        with translated():
            self._client.put_item(
                TableName=self._table, Item={**key_of(keys.CLIENT), **packed(client), "kind": {"S": "client"}}
            )
