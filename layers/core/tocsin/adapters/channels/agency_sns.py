"""The one word that passes between an agency's stacks: a pause of posts, by a topic that they share."""

from typing import TYPE_CHECKING

from pydantic import ValidationError

from tocsin.adapters.channels.errors import delivery_errors
from tocsin.domain.errors import DeliveryError, ParseError
from tocsin.domain.pause_ask import PauseAsk

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
        if not self._topic_arn:
            raise DeliveryError("the stack knows no topic of the agency", permanent=True, absent=True)
        with delivery_errors("SNS"):
            self._client.publish(TopicArn=self._topic_arn, Message=ask.model_dump_json())


def read_pause_ask(message: str) -> PauseAsk:
    """Raise ParseError for anything else."""
    if len(message) > MOST:
        raise ParseError("it is too long to be an ask for a pause")
    try:
        return PauseAsk.model_validate_json(message)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(str(part) for part in problem["loc"])
        raise ParseError(f"{place}: {problem['msg']}") from None
