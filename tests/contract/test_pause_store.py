"""Protects: what other stacks have asked for and who the agency's clients are come back as kept, and two writers do not
undo each other."""

import uuid
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.support.samples import NOON
from tests.support.tables import create_tables
from tocsin.adapters.dynamodb import keys
from tocsin.adapters.dynamodb.items import key_of
from tocsin.adapters.dynamodb.pauses import DynamoPauseStore
from tocsin.adapters.memory_pauses import MemoryPauseStore
from tocsin.domain.errors import ConflictError
from tocsin.domain.pause_ask import REMEMBERED, Became, HeardPause, PauseBook, Sibling
from tocsin.ports import PauseStore


@pytest.fixture(params=["memory", "moto", "ministack"])
def store(request: pytest.FixtureRequest) -> Iterator[PauseStore]:
    if request.param == "memory":
        yield MemoryPauseStore()
        return
    if request.param == "ministack":
        client: Any = request.getfixturevalue("ministack").client("dynamodb")
        yield DynamoPauseStore(client, create_tables(client, f"-{uuid.uuid4().hex[:8]}")[1])
        return
    with mock_aws():
        client = boto3.client("dynamodb")
        yield DynamoPauseStore(client, create_tables(client)[1])


def test_it_comes_back_as_it_was_kept(store: PauseStore) -> None:
    assert store.load() == PauseBook()
    book = PauseBook().heard_of(HeardPause(origin="a" * 32, at=NOON, cases=("aurora-1",), told=2))
    store.save(book)
    assert store.load() == book
    known = book.knows((Sibling(client="boreal", name="Boreal"),), NOON)
    store.save(known)
    assert store.load() == known


def test_who_writes_what_another_has_written_meanwhile_is_told(store: PauseStore) -> None:
    first = PauseBook().heard_of(HeardPause(origin="a" * 32, at=NOON))
    store.save(first)
    with pytest.raises(ConflictError):
        store.save(PauseBook().heard_of(HeardPause(origin="b" * 32, at=NOON)))
    assert store.load() == first


def test_the_latest_are_remembered_and_one_is_changed_in_its_place() -> None:
    book = PauseBook()
    for number in range(REMEMBERED + 2):
        book = book.heard_of(HeardPause(origin=f"{number:032}", at=NOON))
    assert [int(one.origin) for one in book.heard] == [6, 5, 4, 3, 2]
    book = book.heard_of(book.heard[2].model_copy(update={"answered": Became.CAME}))
    assert [one.answered for one in book.heard] == [None, None, Became.CAME, None, None]


@mock_aws
def test_a_book_of_another_version_is_empty_and_can_be_written_over() -> None:
    client = boto3.client("dynamodb")
    table = create_tables(client)[1]
    strange = {"doc": {"S": '{"heard": "of the moon"}'}, "version": {"N": "7"}}
    client.put_item(TableName=table, Item={**key_of(keys.PAUSES), **strange})
    store = DynamoPauseStore(client, table)
    assert store.load() == PauseBook(version=7)
    store.save(store.load().knows((), NOON))
    assert store.load().known_at == NOON
