"""What Lambda hands over, in the use-cases' words."""

from typing import Any

from tocsin.adapters.dynamodb.keys import parse_outbox
from tocsin.services.score import QueuedMention


def queued(event: dict[str, Any]) -> list[QueuedMention]:
    """The messages of an SQS batch."""
    return [QueuedMention(message_id=record["messageId"], body=record["body"]) for record in event["Records"]]


def outbox_id(record: dict[str, Any]) -> str:
    """The outbox item that a record of the cases table's stream is about."""
    keys = record["dynamodb"]["Keys"]
    return parse_outbox(keys["pk"]["S"], keys["sk"]["S"])
