"""What the agency's topic brings, as Lambda hands it over."""

from collections.abc import Iterator
from typing import Any

from tocsin.adapters.channels.agency_sns import read_word
from tocsin.domain.errors import ParseError
from tocsin.domain.pause_ask import PauseAnswer, PauseAsk
from tocsin.entry.observability import logger
from tocsin.services.pauses import Pauses


def of_the_agency(event: dict[str, Any]) -> bool:
    """By the topic, and not from the outbox."""
    return any(record.get("EventSource") == "aws:sns" for record in event.get("Records", ()))


def take_words(pauses: Pauses, event: dict[str, Any], topic_arn: str) -> dict[str, int]:
    """Act on each. Return how many asks there were and were taken, and how many answers were to something of ours."""
    words = [*words_of_the_agency(event, topic_arn)]
    asked = [pauses.take(word) for word in words if isinstance(word, PauseAsk)]
    answered = [pauses.answered(word) for word in words if isinstance(word, PauseAnswer)]
    return {"asked": len(asked), "taken": sum(one is not None for one in asked), "answers": sum(answered)}


def words_of_the_agency(event: dict[str, Any], topic_arn: str) -> Iterator[PauseAsk | PauseAnswer]:
    """Of that very topic. What nobody could read is logged and left: it would be no better the next time."""
    for record in event["Records"]:
        said = record.get("Sns") or {}
        if not topic_arn or said.get("TopicArn") != topic_arn:
            logger.warning("a word of another topic was passed over", notification=said.get("MessageId"))
            continue
        try:
            yield read_word(str(said.get("Message", "")))
        except ParseError as error:
            logger.warning("a word of the agency that cannot be read", reason=error.reason)
