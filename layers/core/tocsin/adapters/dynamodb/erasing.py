"""Mentions whose source no longer has them: found by kind and time, erased but for a mark that they were counted.

A tombstone stands under the mention's own key, which is a hash: nothing is counted twice, and nothing is left to read.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tocsin.adapters.dynamodb import keys
from tocsin.adapters.dynamodb.errors import translated
from tocsin.adapters.dynamodb.items import key_of
from tocsin.domain.errors import ConflictError
from tocsin.domain.mention import Mention
from tocsin.domain.recheck import RULES, Kept

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

REMEMBERED = timedelta(days=400)
"""As long as the counters that it went into."""
_DAY = timedelta(days=1)
_FIRST, _LAST = "", "~"


def check_attributes(brand: str, mention: Mention) -> dict[str, Any]:
    """Beside a mention's document, where its source can be asked whether it is still there; else nothing."""
    kind = mention.id.partition(":")[0]
    if kind not in RULES:
        return {}
    return {
        "check_pk": {"S": keys.check_day(kind, mention.fetched_at)},
        "check_sk": {"S": keys.check_moment(brand, mention.id, mention.fetched_at)},
        "mention_id": {"S": mention.id},
    }


class DynamoKeptStore:
    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def kept(self, kind: str, after: str, until: datetime, limit: int) -> tuple[Kept, ...]:
        """By the index, which lags by moments; what is due has been there for a day."""
        found: list[Kept] = []
        first, _, low = after.partition("T")
        day, last = datetime.fromisoformat(f"{first}T00:00:00+00:00"), until
        while day.date() <= last.date() and len(found) < limit:
            high = f"{last:%H:%M:%S}" if day.date() == last.date() else _LAST
            if low < high:
                found += self._day(kind, day, low, high, limit - len(found))
            day, low = day + _DAY, _FIRST
        return tuple(found)

    def _day(self, kind: str, day: datetime, low: str, high: str, limit: int) -> list[Kept]:
        """Places after ``low`` and before ``high``; BETWEEN is inclusive and wants a value at either end."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=keys.CHECK_INDEX,
            KeyConditionExpression="check_pk = :pk AND check_sk BETWEEN :low AND :high",
            ExpressionAttributeValues={
                ":pk": {"S": keys.check_day(kind, day)},
                ":low": {"S": f"{low} " if low else "0"},
                ":high": {"S": high},
            },
            PaginationConfig={"MaxItems": limit, "PageSize": limit},
        )
        with translated():
            items = [item for page in pages for item in page["Items"]]
        return [
            Kept(
                brand=keys.parse_mention(item["pk"]["S"])[0],
                id=item["mention_id"]["S"],
                place=f"{day:%Y-%m-%d}T{item['check_sk']['S']}",
            )
            for item in items
        ]

    def erase(self, brand: str, mention_id: str, at: datetime, note: str = "") -> bool:
        """The whole item is replaced, so that nothing that was ever put beside it stays. Conditional: a mention that
        has expired, or was erased already, is not made anew. ``note``: who asked for it, where a person did."""
        try:
            with translated():
                self._client.put_item(
                    TableName=self._table,
                    Item={
                        **key_of(keys.mention(brand, mention_id)),
                        "kind": {"S": "erased"},
                        "erased_at": {"S": at.isoformat()},
                        **({"note": {"S": note}} if note else {}),
                        "expires_at": {"N": str(int((at + REMEMBERED).timestamp()))},
                    },
                    ConditionExpression="attribute_exists(doc)",
                )
        except ConflictError:
            return False
        return True
