"""What sources have used up: one item a scope and period, with counters that several functions write at once."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tocsin.adapters.dynamodb import keys
from tocsin.adapters.dynamodb.errors import translated
from tocsin.adapters.dynamodb.items import key_of
from tocsin.domain.budget import Limits, Usage
from tocsin.domain.errors import ConflictError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

KEPT = timedelta(days=400)


class DynamoBudgetStore:
    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def used(self, scope: str, period: str) -> Usage:
        with translated():
            item = self._client.get_item(
                TableName=self._table, Key=key_of(keys.budget(scope, period)), ConsistentRead=True
            ).get("Item", {})
        return Usage(calls=int(item.get("calls", {}).get("N", 0)), usd=Decimal(item.get("usd", {}).get("N", 0)))

    def take(self, scope: str, period: str, ask: Usage, limits: Limits) -> bool:
        """A condition cannot add, so what is used now is compared with what it may be."""
        conditions, values = [], {}
        if limits.calls is not None:
            conditions.append("(attribute_not_exists(calls) OR calls <= :most_calls)")
            values[":most_calls"] = {"N": str(limits.calls - ask.calls)}
            if ask.calls > limits.calls:
                return False
        if limits.usd is not None:
            conditions.append("(attribute_not_exists(usd) OR usd <= :most_usd)")
            values[":most_usd"] = {"N": str(limits.usd - ask.usd)}
            if ask.usd > limits.usd:
                return False
        try:
            self._add(scope, period, ask, " AND ".join(conditions), values)
        except ConflictError:
            return False
        return True

    def correct(self, scope: str, period: str, by: Usage) -> None:
        self._add(scope, period, by, "", {})

    def _add(self, scope: str, period: str, what: Usage, condition: str, values: dict[str, Any]) -> None:
        more = {"ConditionExpression": condition} if condition else {}
        with translated():
            self._client.update_item(
                TableName=self._table,
                Key=key_of(keys.budget(scope, period)),
                UpdateExpression="ADD calls :calls, usd :usd SET expires_at = :expires, kind = :kind",
                ExpressionAttributeValues={
                    ":calls": {"N": str(what.calls)},
                    ":usd": {"N": str(what.usd)},
                    ":expires": {"N": str(_expires(period))},
                    ":kind": {"S": "budget"},
                    **values,
                },
                **more,  # type: ignore[arg-type]
            )


def _expires(period: str) -> int:
    """Counted from the period itself: an adapter has no clock of its own."""
    began = datetime.fromisoformat(period if len(period) > 7 else f"{period}-01").replace(tzinfo=UTC)
    return int((began + KEPT).timestamp())
