"""Leases, cursors and seen-sets of sources."""

from datetime import datetime
from typing import TYPE_CHECKING

from tocsin.adapters.dynamodb import keys
from tocsin.adapters.dynamodb.errors import translated
from tocsin.adapters.dynamodb.items import key_of, packed, read, version_condition
from tocsin.domain.errors import ConflictError, LeaseLostError
from tocsin.domain.source_state import SeenSet, SourceState

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient


class DynamoSourceStore:
    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def states(self) -> dict[str, SourceState]:
        """Eventually consistent, at half the price: a stale state loses its race for the lease."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": keys.SOURCES}},
        )
        with translated():
            found = [read(SourceState, item) for page in pages for item in page["Items"]]
        return {state.source_id: state for state in found}

    def acquire(self, state: SourceState, *, owner: str, until: datetime, next_due_at: datetime) -> SourceState:
        leased = state.model_copy(
            update={
                "version": state.version + 1,
                "lease_owner": owner,
                "lease_until": until,
                "next_due_at": next_due_at,
            }
        )
        self._put(leased)
        return leased

    def seen(self, source_id: str) -> SeenSet:
        with translated():
            item = self._client.get_item(
                TableName=self._table, Key=key_of(keys.seen(source_id)), ConsistentRead=True
            ).get("Item")
        return read(SeenSet, item) if item else SeenSet()

    def commit(self, state: SourceState, seen: SeenSet | None) -> SourceState:
        """The seen-set goes first: a crash between the two costs a second look at items that are then known.

        A stale run's seen-set may replace a newer one; it holds only what a queue already has, and what it lacks is
        dropped again as a duplicate when mentions are recorded.
        """
        if seen is not None:
            with translated():
                self._client.put_item(
                    TableName=self._table,
                    Item={**key_of(keys.seen(state.source_id)), **packed(seen), "kind": {"S": "seen"}},
                )
        done = state.model_copy(update={"version": state.version + 1, "lease_owner": None, "lease_until": None})
        self._put(done)
        return done

    def _put(self, state: SourceState) -> None:
        """The version alone fences: whoever took the lease over has raised it."""
        try:
            with translated():
                self._client.put_item(
                    TableName=self._table,
                    Item={
                        **key_of(keys.source(state.source_id)),
                        # Read each minute for all sources: what is as always is left out.
                        "doc": {"S": state.model_dump_json(exclude_defaults=True)},
                        "kind": {"S": "source"},
                        "version": {"N": str(state.version)},
                    },
                    **version_condition(state.version),
                )
        except ConflictError as error:
            raise LeaseLostError(f"{state.source_id} was taken over by another run") from error
