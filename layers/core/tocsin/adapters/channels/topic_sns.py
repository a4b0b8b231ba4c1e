"""Alerts for machines: one JSON document on an SNS topic."""

import json
from typing import TYPE_CHECKING

from tocsin.adapters.channels.errors import delivery_errors
from tocsin.domain.alert import Alert
from tocsin.web.clean import one_line, safe_link
from tocsin.web.reasons import reason_sentence
from tocsin.web.words import brand_name, reader_of

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

VERSION = 1
"""Raised when a field goes away or changes its meaning, not when one is added."""


class SnsTopicChannel:
    """Publishes to ``topic_arn``; the address of an alert has no meaning here."""

    def __init__(self, client: "SNSClient", topic_arn: str) -> None:
        self._client = client
        self._topic_arn = topic_arn

    def send(self, alert: Alert, address: str) -> str:  # noqa: ARG002 - the port's
        """Return SNS's message id. Raise DeliveryError."""
        attributes = {"level": alert.level.value, "brand": brand_name(alert, 200), "kind": alert.kind.value}
        with delivery_errors("SNS"):
            answer = self._client.publish(
                TopicArn=self._topic_arn,
                Message=json.dumps(document(alert), ensure_ascii=False),
                MessageAttributes={
                    name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
                },
            )
        return answer["MessageId"]


def document(alert: Alert) -> dict[str, object]:
    """The document: numbers as counted, times in UTC as ISO 8601, texts from outside in one clipped line each.

    Nobody who was told is named in it: subscribers need not know the agency's people.
    """
    reader = reader_of(alert)
    body = alert.model_dump(
        mode="json",
        include={
            "id", "incident_id", "kind", "brand", "level", "index", "opened_at", "at", "language", "negative", "total",
            "window_minutes",
        },
    )  # fmt: skip
    link = safe_link(alert.link)
    return {
        "version": VERSION,
        **body,
        "client": alert.client_name,
        "brand": alert.brand,
        "drill": alert.drill,
        "heard": alert.heard.model_dump(mode="json") if alert.heard else None,
        "link": link.href if link else None,
        "reasons": [
            {**reason.model_dump(mode="json"), "text": reason_sentence(reader, reason)} for reason in alert.reasons
        ],
        "mentions": [
            {
                **mention.model_dump(mode="json"),
                "title": one_line(mention.title, 300),
                "excerpt": one_line(mention.excerpt, 1_000),
                "author": one_line(mention.author, 200) if mention.author else None,
                "url": safe.href if (safe := safe_link(mention.url)) else None,
            }
            for mention in alert.mentions
        ],
    }
