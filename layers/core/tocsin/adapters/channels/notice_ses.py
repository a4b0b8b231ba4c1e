"""The notice of a private complaint, by Amazon SES."""

from tocsin.adapters.channels.ses_mail import SesMail
from tocsin.domain.complaint import Notice, NoticeKind
from tocsin.web.intake_mail import render_notice


class SesNoticeChannel(SesMail):
    def send(self, notice: Notice, address: str) -> str:
        """Return SES's message id. Raise DeliveryError."""
        urgent = notice.kind is NoticeKind.OVERDUE
        return self.hand_over(render_notice(notice), address, notice.language, urgent=urgent)
