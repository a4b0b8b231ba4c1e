"""The notice of a private complaint, by Amazon SES, API version 2."""

from email.message import EmailMessage
from typing import TYPE_CHECKING

from tocsin.adapters.channels.email_ses import POLICY, recipient
from tocsin.adapters.channels.errors import delivery_errors
from tocsin.domain.complaint import Notice, NoticeKind
from tocsin.web.intake_mail import render_notice

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client


class SesNoticeChannel:
    """``sender`` as for SesEmailChannel. Needs ses:SendEmail on it alone."""

    def __init__(self, client: "SESV2Client", sender: str) -> None:
        self._client = client
        self._sender = sender

    def send(self, notice: Notice, address: str) -> str:
        """Return SES's message id. Raise DeliveryError."""
        content = render_notice(notice)
        message = EmailMessage(policy=POLICY)
        message["From"] = self._sender
        message["To"] = recipient(address)
        message["Subject"] = content.subject
        message["Auto-Submitted"] = "auto-generated"
        if notice.kind is NoticeKind.OVERDUE:
            message["Importance"] = "high"
            message["X-Priority"] = "1"
        message.set_content(content.text)
        message.add_alternative(content.html, subtype="html")
        message["Content-Language"] = notice.language
        with delivery_errors("SES"):
            answer = self._client.send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [address]},
                Content={"Raw": {"Data": message.as_bytes()}},
            )
        return answer["MessageId"]
