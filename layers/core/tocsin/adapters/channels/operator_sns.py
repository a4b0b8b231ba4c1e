"""Messages to the agency's operator: the topic that the stack's own alarms ring."""

from typing import TYPE_CHECKING

from tocsin.adapters.channels.errors import delivery_errors
from tocsin.web.clean import one_line

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

MAX_TEXT = 60_000


class SnsOperatorChannel:
    def __init__(self, client: "SNSClient", topic_arn: str) -> None:
        self._client = client
        self._topic_arn = topic_arn

    def tell(self, subject: str, text: str) -> None:
        """SNS takes 99 characters of ASCII as a subject; names of sources are other people's words."""
        plain = one_line(subject, 99, "...").encode("ascii", "replace").decode()
        body = "\n".join(one_line(line, 500) if line.strip() else "" for line in text.splitlines())
        with delivery_errors("SNS"):
            self._client.publish(TopicArn=self._topic_arn, Subject=plain or "Tocsin", Message=body[:MAX_TEXT] or plain)
