"""The words that pass between an agency's stacks: a pause of posts is asked for, and answered, by a topic that they
share."""

from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from tocsin.adapters.channels.errors import delivery_errors
from tocsin.domain.errors import DeliveryError, ParseError
from tocsin.domain.pause_ask import PauseAnswer, PauseAsk

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

MOST = 2_000
"""Characters of a message that can be one of ours."""


class SnsAgencyChannel:
    """``topic_arn``: empty where the stack stands alone."""

    def __init__(self, client: "SNSClient", topic_arn: str) -> None:
        self._client = client
        self._topic_arn = topic_arn

    def ask_pause(self, ask: PauseAsk) -> None:
        """Raise DeliveryError, absent where there is no topic."""
        self._say(ask)

    def answer_pause(self, answer: PauseAnswer) -> None:
        """Raise DeliveryError, absent where there is no topic."""
        self._say(answer)

    def _say(self, word: PauseAsk | PauseAnswer) -> None:
        if not self._topic_arn:
            raise DeliveryError("the stack knows no topic of the agency", permanent=True, absent=True)
        with delivery_errors("SNS"):
            self._client.publish(TopicArn=self._topic_arn, Message=word.model_dump_json())


def read_word(message: str) -> PauseAsk | PauseAnswer:
    """Raise ParseError for anything else."""
    if len(message) > MOST:
        raise ParseError("it is too long to be a word of the agency's")
    try:
        return _WORD.validate_json(message)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(str(part) for part in problem["loc"])
        raise ParseError(f"{place}: {problem['msg']}") from None


_WORD: TypeAdapter[PauseAsk | PauseAnswer] = TypeAdapter(PauseAsk | PauseAnswer)
