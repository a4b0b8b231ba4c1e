"""The desk's report, by Amazon SES, API version 2."""

from email.message import EmailMessage
from typing import TYPE_CHECKING

from tocsin.adapters.channels.email_ses import POLICY, recipient
from tocsin.adapters.channels.errors import delivery_errors
from tocsin.domain.report import Report
from tocsin.web.report import render_report

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client


class SesReportChannel:
    """``sender`` as for SesEmailChannel. Needs ses:SendEmail on it alone."""

    def __init__(self, client: "SESV2Client", sender: str) -> None:
        self._client = client
        self._sender = sender

    def send(self, report: Report, address: str) -> str:
        """Return SES's message id. Raise DeliveryError."""
        content = render_report(report)
        message = EmailMessage(policy=POLICY)
        message["From"] = self._sender
        message["To"] = recipient(address)
        message["Subject"] = content.subject
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(content.text)
        message.add_alternative(content.html, subtype="html")
        message["Content-Language"] = report.language
        with delivery_errors("SES"):
            answer = self._client.send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [address]},
                Content={"Raw": {"Data": message.as_bytes()}},
            )
        return answer["MessageId"]
