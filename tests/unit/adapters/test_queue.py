"""Protects: the queue has every mention or the caller knows; what SQS would refuse is mended, not lost."""

from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock

import boto3
import pytest
from moto import mock_aws

from tests.support.samples import mention
from tocsin.adapters.queue_sqs import MAX_BYTES, SqsMentionQueue, SqsQuarantine
from tocsin.domain.errors import ThrottledError
from tocsin.domain.mention import Mention


@pytest.fixture
def sqs() -> Iterator[Any]:
    with mock_aws():
        yield boto3.client("sqs")


def drain(sqs: Any, url: str) -> list[Any]:
    found: list[Any] = []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]).get(
        "Messages"
    ):
        found += messages
    return found


def test_every_mention_arrives_whole(sqs: Any) -> None:
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    sent = [mention(n, text="Довгий текст " * 1_000) for n in range(33)]

    SqsMentionQueue(sqs, url).send(sent)

    received = [Mention.model_validate_json(message["Body"]) for message in drain(sqs, url)]
    assert sorted(received, key=lambda m: m.id) == sorted(sent, key=lambda m: m.id)


def test_no_batch_is_larger_than_sqs_takes() -> None:
    client = Mock()
    client.send_message_batch.return_value = {"Successful": []}
    SqsMentionQueue(client, "url").send([mention(n, text="\U0001f525" * 16_000) for n in range(9)])
    for call in client.send_message_batch.call_args_list:
        entries = call.kwargs["Entries"]
        assert len(entries) <= 10
        assert sum(len(entry["MessageBody"].encode()) for entry in entries) <= MAX_BYTES


def test_characters_that_sqs_refuses_are_taken_out_or_escaped() -> None:
    client = Mock()
    client.send_message_batch.return_value = {}
    SqsMentionQueue(client, "url").send([mention(1, text="a\x00b\x0bc\ufffed\uffffe")])
    [entry] = client.send_message_batch.call_args.kwargs["Entries"]
    allowed = all(
        c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c >= "\U00010000"
        for c in entry["MessageBody"]
    )
    assert allowed
    assert Mention.model_validate_json(entry["MessageBody"]).text == "a\x00b\x0bcde"


def test_entries_that_sqs_refused_are_sent_once_more() -> None:
    client = Mock()
    client.send_message_batch.side_effect = [{"Failed": [{"Id": "1"}]}, {"Successful": []}]
    SqsMentionQueue(client, "url").send([mention(n) for n in range(3)])
    again = client.send_message_batch.call_args_list[1].kwargs["Entries"]
    assert [Mention.model_validate_json(entry["MessageBody"]).id for entry in again] == [mention(1).id]


def test_refused_twice_is_told_to_the_caller() -> None:
    client = Mock()
    client.send_message_batch.return_value = {"Failed": [{"Id": "0"}]}
    with pytest.raises(ThrottledError, match="refused 1 of 3"):
        SqsMentionQueue(client, "url").send([mention(n) for n in range(3)])


@pytest.mark.parametrize(("body", "kept"), [("not json", "not json"), ("", " ")])
def test_quarantine_keeps_the_body_and_the_reason(sqs: Any, body: str, kept: str) -> None:
    url = sqs.create_queue(QueueName="dead")["QueueUrl"]
    SqsQuarantine(sqs, url).put(body, "not a mention: " + "x" * 5_000)
    [message] = drain(sqs, url)
    assert message["Body"] == kept
    assert message["MessageAttributes"]["reason"]["StringValue"].startswith("not a mention")
