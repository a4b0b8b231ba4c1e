"""AWS End User Messaging (API "SMS and Voice, version 2"): what SMS and calls by it have in common."""

import re
from typing import Any, Protocol

from tocsin.domain.alert import Alert
from tocsin.domain.errors import DeliveryError
from tocsin.web.clean import one_line

CONTEXT = "tocsin"
"""Under this word the outbox item's id comes back with every event of the message."""
E164 = re.compile(r"\+[1-9][0-9]{7,14}")
MOST_CONTEXT = 800


class Eum(Protocol):
    """The two calls of boto3's client that are made."""

    def send_text_message(self, **asked: Any) -> dict[str, Any]: ...

    def send_voice_message(self, **asked: Any) -> dict[str, Any]: ...


def common(alert: Alert, address: str, configuration_set: str | None) -> dict[str, Any]:
    """Raise DeliveryError for what is no phone number."""
    if not E164.fullmatch(address):
        raise DeliveryError("SMS: the recipient's number is no phone number in E.164", permanent=True)
    asked: dict[str, Any] = {"DestinationPhoneNumber": address, "Context": {CONTEXT: one_line(alert.id, MOST_CONTEXT)}}
    if configuration_set:
        asked["ConfigurationSetName"] = configuration_set
    return asked
