"""An alert's e-mail, by Amazon SES."""

from tocsin.adapters.channels.ses_mail import SesMail
from tocsin.domain.alert import Alert
from tocsin.domain.levels import Level
from tocsin.domain.outbox import AlertKind
from tocsin.web.clean import one_line
from tocsin.web.mail import render_email


class SesEmailChannel(SesMail):
    def send(self, alert: Alert, address: str) -> str:
        """Return SES's message id. Raise DeliveryError."""
        urgent = alert.level >= Level.CRISIS and alert.kind is not AlertKind.RESOLVED
        return self.hand_over(
            render_email(alert), address, alert.language, urgent=urgent, alert_id=one_line(alert.id, 400)
        )
