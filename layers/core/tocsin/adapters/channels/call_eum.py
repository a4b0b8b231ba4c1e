"""A voice call by AWS End User Messaging: an SMS wakes nobody."""

from tocsin.adapters.channels.errors import delivery_errors
from tocsin.adapters.channels.eum import Eum, common
from tocsin.domain.alert import Alert
from tocsin.domain.client import Language
from tocsin.web.call import render_call, spoken_language

VOICES: dict[Language, str] = {"en": "AMY", "es": "LUCIA"}
"""Of Amazon Polly, which has none in Ukrainian."""
MAX_PRICE_A_MINUTE = "3.00"
TIME_TO_LIVE = 120
"""Seconds: a call that comes later meets the next one."""


class EumCallChannel:
    """``origination``: a number that may call, or its ARN."""

    def __init__(self, client: Eum, *, origination: str, configuration_set: str | None = None) -> None:
        self._client = client
        self._origination = origination
        self._configuration_set = configuration_set

    def send(self, alert: Alert, address: str) -> str:
        """Call a number in E.164 and return the message's id. Raise DeliveryError."""
        asked = common(alert, address, self._configuration_set)
        said = render_call(alert)
        with delivery_errors("call"):
            answer = self._client.send_voice_message(
                **asked,
                OriginationIdentity=self._origination,
                MessageBody=said,
                MessageBodyTextType="TEXT",
                VoiceId=VOICES[spoken_language(alert.language)],
                MaxPricePerMinute=MAX_PRICE_A_MINUTE,
                TimeToLive=TIME_TO_LIVE,
            )
        return str(answer["MessageId"])
