"""Mentions, their minute counters and dirty_seq: each mention counts exactly once, whatever is retried."""

import random
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from tocsin.adapters.dynamodb import keys
from tocsin.adapters.dynamodb.erasing import check_attributes
from tocsin.adapters.dynamodb.errors import TransactionCancelledError, translated
from tocsin.adapters.dynamodb.items import key_of, packed, read
from tocsin.adapters.dynamodb.signals import days_back, newest, signal_puts
from tocsin.domain.counters import MINUTE, Counts, MinuteCounts, aggregate, counted_minute, joined, minute_of
from tocsin.domain.errors import ConflictError, RejectedItemError, ThrottledError
from tocsin.domain.reading import GRAVE, ScoredMention, by_gravity
from tocsin.domain.signal import Signal
from tocsin.domain.signalled import signals_of
from tocsin.domain.source_facts import kept_for

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

ATTEMPTS = 8
MAX_ACTIONS = 100
"""Of a transaction. 40 mentions that were fetched together touch 40 minutes and 3 days at most: 84."""
STORM_SHARDS = 8
"""Shard 0 serves while calm. Whoever meets a conflict moves to a random other one, so a storm spreads by itself."""
COUNTER_DAYS = 400
BATCH, BATCH_READS = 100, 3
"""Items that DynamoDB gives at once, and how often it is asked for those that it left out."""
COUNTED = tuple(Counts.model_fields)
HISTORY = "past_"
"""Before the names of counts of what a source had said before it was first heard."""


def full_jitter(attempt: int) -> float:
    """Seconds to wait before attempt n (from 0): AWS's 'full jitter', at most 1.6 s."""
    return random.uniform(0, min(1.6, 0.05 * 2**attempt))  # noqa: S311 - spreads load, guards nothing


class _Ranked(NamedTuple):
    """A line of the index by hours."""

    gravity: float
    moment: str
    pk: str


class DynamoMentionStore:
    """``retention``: a mention expires so long after it was fetched, not after it was published; sooner where the
    terms of its source say so."""

    def __init__(
        self,
        client: "DynamoDBClient",
        table: str,
        *,
        retention: timedelta = timedelta(days=90),
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._table = table
        self._retention = retention
        self._wait = wait

    def record(self, brand: str, chunk: Sequence[ScoredMention]) -> int:
        pending = list({scored.mention.id: scored for scored in chunk}.values())
        signals = signals_of(pending)
        shard, attempt = 0, 0
        while pending:
            actions = self._actions(brand, pending, signals, shard)
            if len(actions) > MAX_ACTIONS:
                raise RejectedItemError(f"{len(pending)} mentions of too many days for one transaction")
            try:
                with translated():
                    self._client.transact_write_items(
                        TransactItems=actions,  # type: ignore[arg-type]
                        ClientRequestToken=str(uuid.uuid4()),
                    )
                return len(pending)
            except TransactionCancelledError as cancelled:
                codes = cancelled.reasons[: len(pending)]
                if "ValidationError" in cancelled.reasons:
                    raise RejectedItemError(str(cancelled)) from cancelled
                fresh = [s for s, code in zip(pending, codes, strict=True) if code != "ConditionalCheckFailed"]
                if len(fresh) < len(pending):
                    pending = fresh
                    continue
                trouble: Exception = ConflictError(str(cancelled))
                shard = random.randrange(1, STORM_SHARDS)  # noqa: S311 - spreads load, guards nothing
            except (ConflictError, ThrottledError) as error:
                trouble = error
            attempt += 1
            if attempt == ATTEMPTS:
                raise trouble
            self._wait(full_jitter(attempt))
        return 0

    def _actions(
        self, brand: str, pending: Sequence[ScoredMention], signals: Mapping[str, Signal], shard: int
    ) -> list[dict[str, Any]]:
        """The mentions first: what was there already is known by the place of its refusal."""
        puts = [
            {
                "Put": {
                    "TableName": self._table,
                    "Item": mention_item(brand, scored, self._retention),
                    "ConditionExpression": "attribute_not_exists(pk)",
                }
            }
            for scored in pending
        ]
        counters = [counter_update(self._table, brand, entry, shard) for entry in aggregate(pending)]
        fresh = {scored.mention.id: signals[scored.mention.id] for scored in pending if scored.mention.id in signals}
        return [
            *puts,
            *counters,
            dirty_update(self._table, brand, shard),
            *signal_puts(self._table, brand, fresh),
        ]

    def dirty_seq(self, brand: str) -> int:
        """Consistent: an assessment must not miss what was written before it began."""
        items = self._query(
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": keys.dirty_brand(brand)}},
            ConsistentRead=True,
        )
        return sum(int(item["seq"]["N"]) for item in items)

    def counts(self, brand: str, since: datetime, until: datetime) -> tuple[MinuteCounts, ...]:
        minutes: dict[tuple[datetime, bool], Counts] = {}
        for day, low, high in _days(since, until):
            items = self._query(
                KeyConditionExpression="pk = :pk AND sk BETWEEN :low AND :high",
                ExpressionAttributeValues={
                    ":pk": {"S": keys.counter_day(brand, day)},
                    ":low": {"S": low},
                    ":high": {"S": high},
                },
                ConsistentRead=True,
            )
            for item in items:
                minute = datetime.fromisoformat(keys.parse_counter(item["pk"]["S"], item["sk"]["S"]))
                for place, prefix in (((minute, False), ""), ((minute, True), HISTORY)):
                    found = {name: int(item[prefix + name]["N"]) for name in COUNTED if prefix + name in item}
                    if found:
                        minutes[place] = minutes.get(place, Counts()) + Counts(**found)
        return joined(minutes)

    def signals(self, brand: str, since: datetime, until: datetime, limit: int) -> tuple[Signal, ...]:
        """Consistent, as the counters are."""
        items = (
            item
            for day, bound in days_back(since, until)
            for item in self._query(
                KeyConditionExpression="pk = :pk AND sk >= :low",
                ExpressionAttributeValues={
                    ":pk": {"S": keys.signals_day(brand, day)},
                    ":low": {"S": keys.signals_bound(bound)},
                },
                ScanIndexForward=False,
                ConsistentRead=True,
            )
        )
        return newest(items, since, until, limit)

    def gravest(self, brand: str, since: datetime, until: datetime, limit: int) -> tuple[ScoredMention, ...]:
        """By the index, which lags by moments: at worst that costs a mail its newest mention."""
        ranked = sorted(self._against(brand, since, until), reverse=True)
        return by_gravity(self._mentions([each.pk for each in ranked[:limit]]), limit)

    def course(self, brand: str, since: datetime, until: datetime, limit: int) -> tuple[ScoredMention, ...]:
        found = sorted(self._against(brand, since, until), key=lambda each: each.moment)
        early, rest = found[: limit // 2], sorted(found[limit // 2 :], reverse=True)
        wanted = [each.pk for each in (*early, *rest[: limit - len(early)])]
        read = self._mentions(wanted)
        return tuple(sorted(read, key=lambda one: (counted_minute(one.mention), one.mention.id)))

    def written(self, brand: str, since: datetime, until: datetime, limit: int) -> tuple[ScoredMention, ...]:
        found = sorted(self._listed(brand, since, until), key=lambda each: each.moment)[:limit]
        read = self._mentions([each.pk for each in found])
        return tuple(sorted(read, key=lambda one: (counted_minute(one.mention), one.mention.id)))

    def _against(self, brand: str, since: datetime, until: datetime) -> list[_Ranked]:
        values = {":negative": {"S": "negative"}, ":grave": {"N": str(GRAVE)}}
        return self._listed(brand, since, until, "sentiment = :negative OR severity >= :grave", values)

    def _listed(
        self,
        brand: str,
        since: datetime,
        until: datetime,
        wanted: str | None = None,
        values: Mapping[str, Any] | None = None,
    ) -> list[_Ranked]:
        """Lines of the index by hours, all of them without a filter."""
        found: list[_Ranked] = []
        only: dict[str, Any] = {} if wanted is None else {"FilterExpression": wanted}
        hour = since.replace(minute=0, second=0, microsecond=0)
        while hour < until:
            items = self._query(
                IndexName=keys.HOUR_INDEX,
                KeyConditionExpression="hour_pk = :pk AND hour_sk BETWEEN :low AND :high",
                **only,
                ExpressionAttributeValues={
                    ":pk": {"S": keys.mention_hour(brand, hour)},
                    ":low": {"S": keys.moment_bound(since)},
                    ":high": {"S": keys.moment_bound(until)},
                    **(values or {}),
                },
            )
            found += [_Ranked(float(item["gravity"]["N"]), item["hour_sk"]["S"], item["pk"]["S"]) for item in items]
            hour += timedelta(hours=1)
        return found

    def scored(self, brand: str, mention_id: str) -> ScoredMention | None:
        return next(iter(self._mentions([keys.mention(brand, mention_id).pk])), None)

    def _mentions(self, pks: Sequence[str]) -> list[ScoredMention]:
        return [one for start in range(0, len(pks), BATCH) for one in self._batch(pks[start : start + BATCH])]

    def _batch(self, pks: Sequence[str]) -> list[ScoredMention]:
        """What DynamoDB leaves unprocessed is asked for again, but not for ever: a mail without it beats no mail."""
        wanted: list[dict[str, Any]] = [key_of(keys.Key(pk, "MENTION")) for pk in pks]
        found: list[ScoredMention] = []
        for attempt in range(BATCH_READS):
            if not wanted:
                break
            if attempt:
                self._wait(full_jitter(attempt))
            with translated():
                answer = self._client.batch_get_item(RequestItems={self._table: {"Keys": wanted}})
            items = answer["Responses"].get(self._table, [])
            found += [read(ScoredMention, item) for item in items if "doc" in item]  # else it was erased just now
            wanted = [dict(key) for key in answer["UnprocessedKeys"].get(self._table, {"Keys": []})["Keys"]]
        return found

    def _query(self, **request: Any) -> Iterator[dict[str, Any]]:
        with translated():
            for page in self._client.get_paginator("query").paginate(TableName=self._table, **request):
                yield from page["Items"]


def mention_item(brand: str, scored: ScoredMention, retention: timedelta) -> dict[str, Any]:
    mention, reading = scored.mention, scored.reading
    minute = counted_minute(mention)
    expires = int((mention.fetched_at + kept_for(mention.source, retention)).timestamp())
    return {
        **key_of(keys.mention(brand, mention.id)),
        **packed(scored),
        "kind": {"S": "mention"},
        "hour_pk": {"S": keys.mention_hour(brand, minute)},
        "hour_sk": {"S": keys.mention_moment(minute, mention.id)},
        "sentiment": {"S": reading.sentiment.value},
        "severity": {"N": f"{reading.severity:.3f}"},
        "gravity": {"N": f"{scored.gravity:.3f}"},
        "expires_at": {"N": str(expires)},
        **check_attributes(brand, mention),
    }


def counter_update(table: str, brand: str, entry: MinuteCounts, shard: int) -> dict[str, Any]:
    """Adds what ``entry`` counts, less than nothing included, to its minute."""
    adds = {name: getattr(entry.counts, name) for name in COUNTED if getattr(entry.counts, name)}
    adds |= {HISTORY + name: getattr(entry.history, name) for name in COUNTED if getattr(entry.history, name)}
    expires = int((entry.minute + timedelta(days=COUNTER_DAYS)).timestamp())
    return {
        "Update": {
            "TableName": table,
            "Key": key_of(keys.counter(brand, entry.minute, shard)),
            "UpdateExpression": "ADD " + ", ".join(f"#{name} :{name}" for name in adds) + " SET expires_at = :expires",
            "ExpressionAttributeNames": {f"#{name}": name for name in adds},
            "ExpressionAttributeValues": {
                **{f":{name}": {"N": str(value)} for name, value in adds.items()},
                ":expires": {"N": str(expires)},
            },
        }
    }


def dirty_update(table: str, brand: str, shard: int) -> dict[str, Any]:
    return {
        "Update": {
            "TableName": table,
            "Key": key_of(keys.dirty(brand, shard)),
            "UpdateExpression": "ADD seq :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}},
        }
    }


def _days(since: datetime, until: datetime) -> Iterator[tuple[datetime, str, str]]:
    """The days that [since, until) touches, each with its first and last minute as sort keys (BETWEEN is inclusive)."""
    minute, last = minute_of(since), minute_of(until - timedelta(microseconds=1))
    while minute <= last:
        midnight = (minute + timedelta(days=1)).replace(hour=0, minute=0)
        end = min(last, midnight - MINUTE)
        yield minute, keys.minute_bound(minute), keys.minute_end(end)
        minute = midnight
