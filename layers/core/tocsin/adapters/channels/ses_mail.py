"""A mail in two forms, for eyes and as plain text, handed to Amazon SES, API version 2."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import TYPE_CHECKING, TypedDict

from tocsin.adapters.channels.errors import delivery_errors
from tocsin.domain.errors import DeliveryError

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sesv2.type_defs import MessageTagTypeDef

    from tocsin.web.mail import EmailContent

POLICY = SMTP.clone(cte_type="7bit")
"""Lines end in CRLF; bodies are encoded, so that no relay needs 8BITMIME."""
TAG = "tocsin"
MAX_TAG = 256


class _Told(TypedDict, total=False):
    ConfigurationSetName: str
    EmailTags: "list[MessageTagTypeDef]"


class SesMail:
    """``sender`` is a verified identity, bare or as ``Name <box@domain>``. Needs ses:SendEmail on it alone, and on
    ``configuration_set``, which tells what became of each mail."""

    def __init__(self, client: "SESV2Client", sender: str, configuration_set: str | None = None) -> None:
        self._client = client
        self._sender = sender
        self._configuration_set = configuration_set

    def hand_over(
        self, content: "EmailContent", address: str, language: str, *, urgent: bool = False, alert_id: str | None = None
    ) -> str:
        """Return SES's message id. Raise DeliveryError."""
        message = EmailMessage(policy=POLICY)
        message["From"] = self._sender
        message["To"] = _recipient(address)
        message["Subject"] = content.subject
        if alert_id is not None:
            message["X-Tocsin-Alert"] = alert_id
        message["Auto-Submitted"] = "auto-generated"
        if urgent:
            message["Importance"] = "high"
            message["X-Priority"] = "1"
        message.set_content(content.text)
        message.add_alternative(content.html, subtype="html")
        message["Content-Language"] = language  # last: what is content moves into the first part
        with delivery_errors("SES"):
            answer = self._client.send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [address]},
                Content={"Raw": {"Data": message.as_bytes()}},
                **self._told_of(alert_id),
            )
        return answer["MessageId"]

    def _told_of(self, alert_id: str | None) -> "_Told":
        """Where SES tells what became of it, and by which word it will know it again."""
        if self._configuration_set is None:
            return {}
        told: _Told = {"ConfigurationSetName": self._configuration_set}
        tag = tag_of(alert_id) if alert_id is not None else ""
        if 0 < len(tag) <= MAX_TAG:
            told["EmailTags"] = [{"Name": TAG, "Value": tag}]
        return told


def tag_of(alert_id: str) -> str:
    """A tag knows letters, digits, dashes and underscores only."""
    return urlsafe_b64encode(alert_id.encode()).decode().rstrip("=")


def alert_of(tag: str) -> str | None:
    """None for what is no tag of ours."""
    try:
        return urlsafe_b64decode(tag + "=" * (-len(tag) % 4)).decode()
    except ValueError:
        return None


def _recipient(address: str) -> Address:
    try:
        return Address(addr_spec=address)
    except (ValueError, IndexError, MessageError):
        raise DeliveryError("SES: the recipient's address is no e-mail address", permanent=True) from None
