"""SMS by Amazon SNS."""

import re
from typing import TYPE_CHECKING

from tocsin.adapters.channels.errors import delivery_errors
from tocsin.domain.alert import Alert
from tocsin.domain.errors import DeliveryError
from tocsin.web.sms import render_sms

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sns.type_defs import MessageAttributeValueTypeDef

_E164 = re.compile(r"\+[1-9][0-9]{7,14}")
_SENDER_ID = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9-]{1,11}")


class SnsSmsChannel:
    """``sender_id``: what the phone shows instead of a number, where the country allows it; Spain wants it registered.

    Raise ValueError unless it is None or 1-11 letters, digits and dashes with a letter among them.
    """

    def __init__(self, client: "SNSClient", sender_id: str | None = None) -> None:
        if sender_id is not None and not _SENDER_ID.fullmatch(sender_id):
            raise ValueError(f"{sender_id!r} is no SMS sender: 1-11 letters, digits and dashes, at least one letter")
        self._client = client
        self._attributes: dict[str, MessageAttributeValueTypeDef] = {
            "AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}
        }
        if sender_id is not None:
            self._attributes["AWS.SNS.SMS.SenderID"] = {"DataType": "String", "StringValue": sender_id}

    def send(self, alert: Alert, address: str) -> str:
        """Send to a number in E.164 and return SNS's message id. Raise DeliveryError."""
        if not _E164.fullmatch(address):
            raise DeliveryError("SNS: the recipient's number is no phone number in E.164", permanent=True)
        text = render_sms(alert)
        with delivery_errors("SNS"):
            answer = self._client.publish(PhoneNumber=address, Message=text, MessageAttributes=self._attributes)
        return answer["MessageId"]
