"""The engines that the stores' contract is held against.

In memory, moto and MiniStack always; any other endpoint (DynamoDB itself, in an account of yours) when
TOCSIN_TEST_DYNAMODB names its region or URL: then two tables are created there and dropped again.
"""

import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.support.tables import create_tables
from tocsin.adapters import memory
from tocsin.adapters.dynamodb.budgets import DynamoBudgetStore
from tocsin.adapters.dynamodb.cases import DynamoCaseStore
from tocsin.adapters.dynamodb.clients import DynamoClientStore
from tocsin.adapters.dynamodb.erasing import DynamoKeptStore
from tocsin.adapters.dynamodb.health import DynamoHealthStore
from tocsin.adapters.dynamodb.mentions import DynamoMentionStore
from tocsin.adapters.dynamodb.sources import DynamoSourceStore
from tocsin.adapters.dynamodb.stories import DynamoStoryStore
from tocsin.adapters.memory_cases import MemoryCaseStore
from tocsin.adapters.memory_stories import MemoryStoryStore
from tocsin.ports import (
    BudgetStore,
    CaseStore,
    ClientStore,
    HealthStore,
    KeptStore,
    MentionStore,
    SourceStore,
    StoryStore,
)
from tocsin_local.ministack import MiniStack

REAL = "TOCSIN_TEST_DYNAMODB"
ENGINES = ["memory", "moto", "ministack", *(["real"] if os.environ.get(REAL) else [])]


@dataclass(frozen=True)
class Stores:
    engine: str
    mentions: MentionStore
    cases: CaseStore
    sources: SourceStore
    clients: ClientStore
    budgets: BudgetStore
    health: HealthStore
    kept: KeptStore
    stories: StoryStore


def _on_dynamodb(engine: str, dynamodb: Any, names: tuple[str, str]) -> Stores:
    mentions, cases = names
    return Stores(
        engine,
        DynamoMentionStore(dynamodb, mentions, wait=lambda _: None),
        DynamoCaseStore(dynamodb, cases),
        DynamoSourceStore(dynamodb, mentions),
        DynamoClientStore(dynamodb, cases),
        DynamoBudgetStore(dynamodb, mentions),
        DynamoHealthStore(dynamodb, cases),
        DynamoKeptStore(dynamodb, mentions),
        DynamoStoryStore(dynamodb, mentions),
    )


@pytest.fixture(scope="session")
def ministack() -> Iterator[MiniStack]:
    with MiniStack() as running:
        yield running


@pytest.fixture(params=ENGINES)
def stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    engine = request.param
    if engine == "memory":
        mentions = memory.MemoryMentionStore()
        yield Stores(
            engine,
            mentions,
            MemoryCaseStore(),
            memory.MemorySourceStore(),
            memory.MemoryClientStore(),
            memory.MemoryBudgets(),
            memory.MemoryHealth(),
            mentions,
            MemoryStoryStore(),
        )
    elif engine == "moto":
        with mock_aws():
            dynamodb = boto3.client("dynamodb")
            yield _on_dynamodb(engine, dynamodb, create_tables(dynamodb))
    elif engine == "ministack":
        dynamodb = request.getfixturevalue("ministack").client("dynamodb")
        yield _on_dynamodb(engine, dynamodb, create_tables(dynamodb, f"-{uuid.uuid4().hex[:8]}"))
    else:
        dynamodb = _real(os.environ[REAL])
        names = create_tables(dynamodb, f"-tocsin-contract-{uuid.uuid4().hex[:8]}")
        try:
            yield _on_dynamodb(engine, dynamodb, names)
        finally:
            for name in names:
                dynamodb.delete_table(TableName=name)


def _real(target: str) -> Any:
    if target.startswith("http"):
        return boto3.client("dynamodb", endpoint_url=target)
    return boto3.Session(profile_name=os.environ.get("TOCSIN_TEST_PROFILE")).client("dynamodb", region_name=target)
