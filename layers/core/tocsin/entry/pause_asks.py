"""What the agency's topic brings, as Lambda hands it over."""

from collections.abc import Iterator
from typing import Any

from tocsin.adapters.channels.agency_sns import read_pause_ask
from tocsin.domain.errors import ParseError
from tocsin.domain.pause_ask import PauseAsk
from tocsin.entry.observability import logger


def of_the_agency(event: dict[str, Any]) -> bool:
    """By the topic, and not from the outbox."""
    return any(record.get("EventSource") == "aws:sns" for record in event.get("Records", ()))


def pause_asks(event: dict[str, Any], topic_arn: str) -> Iterator[PauseAsk]:
    """Of that very topic. What nobody could read is logged and left: it would be no better the next time."""
    for record in event["Records"]:
        said = record.get("Sns") or {}
        if not topic_arn or said.get("TopicArn") != topic_arn:
            logger.warning("a word of another topic was passed over", notification=said.get("MessageId"))
            continue
        try:
            yield read_pause_ask(str(said.get("Message", "")))
        except ParseError as error:
            logger.warning("a word of the agency that cannot be read", reason=error.reason)
