"""The desk's report, by Amazon SES."""

from tocsin.adapters.channels.ses_mail import SesMail
from tocsin.domain.report import Report
from tocsin.web.report import render_report


class SesReportChannel(SesMail):
    def send(self, report: Report, address: str) -> str:
        """Return SES's message id. Raise DeliveryError."""
        return self.hand_over(render_report(report), address, report.language)
