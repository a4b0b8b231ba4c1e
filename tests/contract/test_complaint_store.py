"""Protects: a private complaint is written once, its thread only grows, and nobody overwrites what another decided."""

import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import boto3
import pytest
from moto import mock_aws

from tests.support.samples import NOON
from tests.support.tables import create_tables
from tests.unit.domain.test_complaint import complaint
from tocsin.adapters.dynamodb.complaints import DynamoComplaintStore
from tocsin.adapters.dynamodb.limits import DynamoLimits
from tocsin.adapters.memory_intake import MemoryComplaintStore, MemoryLimits
from tocsin.domain.complaint import Message, Status
from tocsin.domain.errors import ConflictError
from tocsin.domain.signed_link import Role
from tocsin.ports import ComplaintStore, RateLimits

SECOND = timedelta(seconds=1)


@dataclass
class Kept:
    complaints: ComplaintStore
    limits: RateLimits
    parallel: bool


@pytest.fixture(params=["memory", "moto", "ministack"])
def kept(request: pytest.FixtureRequest) -> Iterator[Kept]:
    if request.param == "memory":
        yield Kept(MemoryComplaintStore(), MemoryLimits(), parallel=False)
    elif request.param == "moto":
        with mock_aws():
            dynamodb = boto3.client("dynamodb")
            mentions, cases = create_tables(dynamodb)
            yield Kept(DynamoComplaintStore(dynamodb, cases), DynamoLimits(dynamodb, mentions), parallel=False)
    else:
        dynamodb = request.getfixturevalue("ministack").client("dynamodb")
        mentions, cases = create_tables(dynamodb, f"-{uuid.uuid4().hex}")
        yield Kept(DynamoComplaintStore(dynamodb, cases), DynamoLimits(dynamodb, mentions), parallel=True)


def test_a_complaint_is_kept_whole(kept: Kept) -> None:
    made = complaint()
    assert kept.complaints.create(made, "r1") == made
    assert kept.complaints.complaint(made.number) == made
    assert kept.complaints.messages(made.number) == ()
    assert kept.complaints.complaint("000000") is None


def test_the_same_form_makes_one_complaint(kept: Kept) -> None:
    first = kept.complaints.create(complaint(), "r1")
    assert kept.complaints.create(complaint(number="111111"), "r1") == first
    assert kept.complaints.complaint("111111") is None
    assert kept.complaints.create(complaint(number="111111"), "r2").number == "111111"


def test_a_number_is_given_once(kept: Kept) -> None:
    kept.complaints.create(complaint(), "r1")
    with pytest.raises(ConflictError):
        kept.complaints.create(complaint(brand="Other"), "r2")


def test_the_thread_only_grows_and_in_step(kept: Kept) -> None:
    # GIVEN a complaint with a message
    one = kept.complaints.create(complaint(), "r1")
    said = Message(number=1, role=Role.AUTHOR, text="Ще одне", at=NOON)
    two = one.changed(messages=1)
    kept.complaints.save(two, said)
    # WHEN another is written over it, or on what was read before it THEN nothing changes
    for late in (two.changed(messages=1), one.changed(messages=1)):
        with pytest.raises(ConflictError):
            kept.complaints.save(late, said.model_copy(update={"text": "other"}))
    assert kept.complaints.messages(one.number) == (said,)
    assert kept.complaints.complaint(one.number) == two


def test_what_was_decided_meanwhile_is_not_overwritten(kept: Kept) -> None:
    one = kept.complaints.create(complaint(), "r1")
    kept.complaints.save(one.changed(status=Status.CLOSED))
    with pytest.raises(ConflictError):
        kept.complaints.save(one.changed(status=Status.ANSWERED))
    stored = kept.complaints.complaint(one.number)
    assert stored is not None
    assert stored.status is Status.CLOSED


def test_those_whose_time_has_come_are_found_oldest_first(kept: Kept) -> None:
    kept.complaints.create(complaint(number="222222", created_at=NOON + SECOND), "r1")
    kept.complaints.create(complaint(number="111111"), "r2")
    kept.complaints.create(complaint(number="333333", status=Status.CLOSED), "r3")
    assert kept.complaints.due(NOON, 10) == ()
    assert kept.complaints.due(NOON + 2 * SECOND, 10) == ("111111", "222222")
    assert kept.complaints.due(NOON + 2 * SECOND, 1) == ("111111",)
    done = kept.complaints.complaint("111111")
    assert done is not None
    kept.complaints.save(done.changed(status=Status.CLOSED))
    assert kept.complaints.due(NOON + 2 * SECOND, 10) == ("222222",)


def test_a_bucket_empties_and_fills_again(kept: Kept) -> None:
    def take(at: timedelta, name: str = "a#b") -> bool:
        return kept.limits.take(name, every=timedelta(minutes=1), burst=3, now=NOON + at)

    assert [take(SECOND * number) for number in range(5)] == [True, True, True, False, False]
    assert take(timedelta(0), "another")
    assert [take(timedelta(seconds=61)), take(timedelta(seconds=62))] == [True, False]
    assert [take(timedelta(hours=5)) for _ in range(4)] == [True, True, True, False]


def test_a_hooks_message_is_remembered(kept: Kept) -> None:
    assert not kept.limits.known("zap", "f1")
    kept.limits.remember("zap", "f1", NOON + timedelta(minutes=15))
    assert kept.limits.known("zap", "f1")
    assert not kept.limits.known("other", "f1")


def test_parallel_requests_cannot_take_the_same_token(kept: Kept) -> None:
    if not kept.parallel:
        pytest.skip("this engine is for one thread")
    taken: list[bool] = []

    def take() -> None:
        taken.append(kept.limits.take("crowd", every=timedelta(minutes=1), burst=5, now=NOON))

    threads = [threading.Thread(target=take) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(taken) == 5
