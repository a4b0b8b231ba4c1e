"""E-mail by Amazon SES, API version 2."""

from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import TYPE_CHECKING

from tocsin.adapters.channels.errors import delivery_errors
from tocsin.domain.alert import Alert
from tocsin.domain.errors import DeliveryError
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind
from tocsin.web.clean import one_line
from tocsin.web.mail import render_email

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

POLICY = SMTP.clone(cte_type="7bit")
"""Lines end in CRLF; bodies are encoded, so that no relay needs 8BITMIME."""


class SesEmailChannel:
    """``sender`` is a verified identity, bare or as ``Name <box@domain>``. Needs ses:SendEmail on it alone."""

    def __init__(self, client: "SESV2Client", sender: str) -> None:
        self._client = client
        self._sender = sender

    def send(self, alert: Alert, address: str) -> str:
        """Return SES's message id. Raise DeliveryError."""
        message = _message(alert, self._sender, address)
        with delivery_errors("SES"):
            answer = self._client.send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [address]},
                Content={"Raw": {"Data": message.as_bytes()}},
            )
        return answer["MessageId"]


def _message(alert: Alert, sender: str, address: str) -> EmailMessage:
    content = render_email(alert)
    message = EmailMessage(policy=POLICY)
    message["From"] = sender
    message["To"] = recipient(address)
    message["Subject"] = content.subject
    message["X-Tocsin-Alert"] = one_line(alert.id, 400)
    message["Auto-Submitted"] = "auto-generated"
    if alert.level >= Level.CRISIS and alert.kind is not AlertKind.RESOLVED:
        message["Importance"] = "high"
        message["X-Priority"] = "1"
    message.set_content(content.text)
    message.add_alternative(content.html, subtype="html")
    message["Content-Language"] = alert.language  # last: what is content moves into the first part
    return message


def recipient(address: str) -> Address:
    try:
        return Address(addr_spec=address)
    except (ValueError, IndexError, MessageError):
        raise DeliveryError("SES: the recipient's address is no e-mail address", permanent=True) from None
