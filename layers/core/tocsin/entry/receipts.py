"""Receipts as Lambda hands them over: SNS notifications, each with one event of a provider."""

from collections.abc import Iterator
from typing import Any

from tocsin.adapters.receipts import read_receipt
from tocsin.domain.errors import ParseError
from tocsin.domain.receipt import Receipt
from tocsin.entry.observability import logger


def receipts(event: dict[str, Any]) -> Iterator[Receipt]:
    """What nobody could read is logged and left: it would be no better the next time."""
    for record in event["Records"]:
        try:
            receipt = read_receipt(record["Sns"]["Message"])
        except ParseError as error:
            logger.warning(
                "a receipt that cannot be read", reason=error.reason, notification=record["Sns"].get("MessageId")
            )
            continue
        if receipt is not None:
            yield receipt
