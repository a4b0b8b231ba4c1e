"""Token buckets and the messages that hooks have sent already, in the table that forgets."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tocsin.adapters.dynamodb import keys
from tocsin.adapters.dynamodb.errors import translated
from tocsin.adapters.dynamodb.items import key_of
from tocsin.domain.errors import ConflictError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

FORGET_AFTER = timedelta(hours=24)


class DynamoLimits:
    """A bucket is one number, the moment at which it would be full again (GCRA), so that one conditional write takes a
    token and parallel requests cannot take the same. Needs GetItem, PutItem and UpdateItem."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def take(self, name: str, *, every: timedelta, burst: int, now: datetime) -> bool:
        at, step = int(now.timestamp() * 1_000), int(every.total_seconds() * 1_000)
        numbers = {":now": at, ":step": step, ":end": int((now + FORGET_AFTER).timestamp())}
        latest = {":latest": at + step * (burst - 1)}

        def in_use() -> bool:
            return self._set(name, "full_at + :step", "full_at >= :now AND full_at <= :latest", numbers | latest)

        def idle() -> bool:
            return self._set(name, ":now + :step", "attribute_not_exists(full_at) OR full_at < :now", numbers)

        # Between the two looks another request may have begun the bucket.
        return in_use() or idle() or in_use()

    def _set(self, name: str, full_at: str, condition: str, numbers: dict[str, int]) -> bool:
        try:
            with translated():
                self._client.update_item(
                    TableName=self._table,
                    Key=key_of(keys.bucket(name)),
                    UpdateExpression=f"SET full_at = {full_at}, expires_at = :end",
                    ConditionExpression=condition,
                    ExpressionAttributeValues={key: {"N": str(number)} for key, number in numbers.items()},
                )
        except ConflictError:
            return False
        return True

    def known(self, hook: str, fingerprint: str) -> bool:
        with translated():
            answer = self._client.get_item(TableName=self._table, Key=key_of(keys.hook_message(hook, fingerprint)))
        return "Item" in answer

    def remember(self, hook: str, fingerprint: str, until: datetime) -> None:
        with translated():
            self._client.put_item(
                TableName=self._table,
                Item={
                    **key_of(keys.hook_message(hook, fingerprint)),
                    "kind": {"S": "hook_message"},
                    "expires_at": {"N": str(int(until.timestamp()))},
                },
            )
