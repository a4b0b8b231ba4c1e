"""A brand's stories: one item, without anybody's words, in the table that forgets."""

from datetime import datetime
from typing import TYPE_CHECKING

from tocsin.adapters.dynamodb import keys
from tocsin.adapters.dynamodb.errors import translated
from tocsin.adapters.dynamodb.items import key_of, version_condition

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient


class DynamoStoryStore:
    """Needs Query and PutItem, which whoever records mentions has."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def load(self, brand: str) -> tuple[int, bytes]:
        key = keys.stories(brand)
        with translated():
            items = self._client.query(
                TableName=self._table,
                KeyConditionExpression="pk = :pk AND sk = :sk",
                ExpressionAttributeValues={":pk": {"S": key.pk}, ":sk": {"S": key.sk}},
                ConsistentRead=True,
            )["Items"]
        return (int(items[0]["version"]["N"]), items[0]["form"]["B"]) if items else (0, b"")

    def save(self, brand: str, form: bytes, *, version: int, until: datetime) -> None:
        with translated():
            self._client.put_item(
                TableName=self._table,
                Item={
                    **key_of(keys.stories(brand)),
                    "form": {"B": form},
                    "version": {"N": str(version)},
                    "expires_at": {"N": str(int(until.timestamp()))},
                },
                **version_condition(version),
            )
