"""Mentions to the queue, and what nobody can read to the dead letters."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tocsin.domain.errors import ThrottledError
from tocsin.domain.mention import Mention

if TYPE_CHECKING:
    from mypy_boto3_sqs.client import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

BATCH = 10
MAX_BYTES = 240_000
"""SQS takes 256 KiB a batch and a message (SendMessageBatch); the rest is for attributes."""


class SqsMentionQueue:
    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def send(self, mentions: Sequence[Mention], *, history: bool = False) -> None:
        """Entries that SQS refused are sent once more, then ThrottledError: the cursor must not move past them.

        The body is the mention's JSON; what is history says so in one more key, ``"history": true``."""
        for batch in _batches([_body(mention, history) for mention in mentions]):
            left = self._send(batch)
            if left and (still := self._send(left)):
                raise ThrottledError(f"the queue refused {len(still)} of {len(batch)} mentions")

    def _send(self, bodies: Sequence[str]) -> list[str]:
        entries: list[SendMessageBatchRequestEntryTypeDef] = [
            {"Id": str(number), "MessageBody": body} for number, body in enumerate(bodies)
        ]
        answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
        return [bodies[int(failed["Id"])] for failed in answer.get("Failed", [])]


def _body(mention: Mention, history: bool) -> str:
    """JSON escapes all characters that SQS refuses but these two (SendMessage, 'unicode characters')."""
    body = mention.model_dump_json(exclude_none=True).replace("\ufffe", "").replace("\uffff", "")
    return f'{body[:-1]},"history":true}}' if history else body


def _batches(bodies: Sequence[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for body in bodies:
        weight = len(body.encode())
        if batch and (len(batch) == BATCH or size + weight > MAX_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(body)
        size += weight
    if batch:
        yield batch


class SqsQuarantine:
    """The dead-letter queue, with the reason as an attribute beside the untouched body."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def put(self, body: str, reason: str) -> None:
        self._client.send_message(
            QueueUrl=self._url,
            MessageBody=body or " ",
            MessageAttributes={"reason": {"DataType": "String", "StringValue": reason[:1_000] or "unknown"}},
        )
