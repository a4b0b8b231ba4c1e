"""What the local stack's tables hold, read the slow and simple way: by scans, for a person who looks on."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from tocsin.adapters.dynamodb.cases import DynamoCaseStore
from tocsin.adapters.dynamodb.items import read
from tocsin.adapters.dynamodb.sources import DynamoSourceStore
from tocsin.domain.brand_state import BrandState
from tocsin.domain.outbox import DeliveryStatus, OutboxItem
from tocsin.domain.reading import ScoredMention
from tocsin.domain.source_state import SourceState
from tocsin.services.watch import FAST_PATH


class Tables:
    def __init__(self, dynamodb: Any, mentions: str, cases: str) -> None:
        self._dynamodb = dynamodb
        self._mentions = mentions
        self._cases = cases
        self._sources = DynamoSourceStore(dynamodb, mentions)
        self._case_store = DynamoCaseStore(dynamodb, cases)

    def sources(self) -> dict[str, SourceState]:
        """By the unit's id."""
        return self._sources.states()

    def mentions(self) -> list[ScoredMention]:
        """All of them, in order of publication."""
        found = [read(ScoredMention, item) for item in self._scan(self._mentions, "mention")]
        return sorted(found, key=lambda scored: (scored.mention.published_at, scored.mention.id))

    def brand(self, name: str) -> BrandState:
        return self._case_store.brand_state(name)

    def alerts(self) -> list[OutboxItem]:
        """Every alert of every incident, in the order in which they were written."""
        found = [read(OutboxItem, item) for item in self._scan(self._cases, "outbox")]
        return sorted(found, key=lambda item: (item.created_at, item.id))

    def alerts_under_way(self, now: datetime | None) -> list[OutboxItem]:
        """What the stream has still to bring to notify, or notify is sending.

        A retry, and what waits for the end of quiet hours, is for the next watch.
        """
        moment = now or datetime.now(UTC)
        return [item for item in self.alerts() if item.status is DeliveryStatus.PENDING and _under_way(item, moment)]

    def _scan(self, table: str, kind: str) -> Iterator[dict[str, Any]]:
        pages = self._dynamodb.get_paginator("scan").paginate(
            TableName=table,
            FilterExpression="kind = :kind",
            ExpressionAttributeValues={":kind": {"S": kind}},
            ConsistentRead=True,
        )
        for page in pages:
            yield from page["Items"]


def _under_way(item: OutboxItem, moment: datetime) -> bool:
    if item.lease_until is not None:
        return item.lease_until > moment
    fresh = moment - item.created_at < FAST_PATH
    return item.attempts == 0 and item.due_at <= item.created_at and fresh
