"""Protects: the last look at how ready a client is comes back as it was kept; what cannot be read is looked at anew."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.support.samples import NOON
from tests.support.tables import create_tables
from tocsin.adapters.dynamodb import keys
from tocsin.adapters.dynamodb.items import key_of
from tocsin.adapters.dynamodb.readiness import DynamoReadinessStore
from tocsin.adapters.memory_readiness import MemoryReadinessStore
from tocsin.domain.readiness_report import Check, Finding, Found, PolicyPast, ReadinessReport, State
from tocsin.ports import ReadinessStore

REPORT = ReadinessReport(
    at=NOON,
    findings=(
        Finding(check=Check.PEOPLE, state=State.WANTING, found=Found.WAY_UNTRIED, of=("Оля", "phone", "90")),
        Finding(check=Check.SHADOW, state=State.OK, found=Found.ARMED),
    ),
    policies=(PolicyPast(kind="moderation", url="https://aurora.example/m", whole_at=NOON),),
)


@pytest.fixture(params=["memory", "moto", "ministack"])
def store(request: pytest.FixtureRequest) -> Iterator[ReadinessStore]:
    if request.param == "memory":
        yield MemoryReadinessStore()
        return
    if request.param == "ministack":
        client: Any = request.getfixturevalue("ministack").client("dynamodb")
        yield DynamoReadinessStore(client, create_tables(client, f"-{uuid.uuid4().hex[:8]}")[1])
        return
    with mock_aws():
        client = boto3.client("dynamodb")
        yield DynamoReadinessStore(client, create_tables(client)[1])


def test_the_last_look_is_kept_and_takes_the_place_of_the_one_before(store: ReadinessStore) -> None:
    assert store.load() is None
    store.save(REPORT)
    assert store.load() == REPORT
    later = ReadinessReport(at=NOON + timedelta(days=1))
    store.save(later)
    assert store.load() == later


@mock_aws
def test_a_look_of_another_version_is_as_if_nobody_had_looked() -> None:
    client = boto3.client("dynamodb")
    table = create_tables(client)[1]
    strange = '{"at": "2026-03-02T12:00:00Z", "findings": [{"check": "moon", "state": "ok", "found": "full"}]}'
    client.put_item(TableName=table, Item={**key_of(keys.READINESS), "doc": {"S": strange}})

    assert DynamoReadinessStore(client, table).load() is None
