"""SMS by AWS End User Messaging: it refuses over the spend limit where SNS is silent, and tells what became of each."""

from tocsin.adapters.channels.errors import delivery_errors
from tocsin.adapters.channels.eum import Eum, common
from tocsin.domain.alert import Alert
from tocsin.web.sms import render_sms

MAX_PRICE = "1.00"
"""USD a segment: far over any country's, so that it stops a mistake and no alarm."""
TIME_TO_LIVE = 3_600
"""Seconds: an alarm of an hour ago has been told in other ways."""


class EumSmsChannel:
    """``origination``: a number, sender, pool or their ARN; None: AWS chooses among the account's."""

    def __init__(self, client: Eum, *, origination: str | None = None, configuration_set: str | None = None) -> None:
        self._client = client
        self._origination = origination
        self._configuration_set = configuration_set

    def send(self, alert: Alert, address: str) -> str:
        """Send to a number in E.164 and return the message's id. Raise DeliveryError."""
        asked = common(alert, address, self._configuration_set)
        text = render_sms(alert)
        origin = {"OriginationIdentity": self._origination} if self._origination else {}
        with delivery_errors("SMS"):
            answer = self._client.send_text_message(
                **asked,
                **origin,
                MessageBody=text,
                MessageType="TRANSACTIONAL",
                MaxPrice=MAX_PRICE,
                TimeToLive=TIME_TO_LIVE,
            )
        return str(answer["MessageId"])
