"""An alert as an e-mail: one template for eyes, one for plain text, both from the same view."""

from dataclasses import dataclass

from tocsin.domain.alert import Alert
from tocsin.domain.outbox import LETTERS, AlertKind
from tocsin.web.approved import approved, text_for_client
from tocsin.web.letters import letter_mail
from tocsin.web.templating import environment
from tocsin.web.view import mail_view
from tocsin.web.words import reader_of


@dataclass(frozen=True, slots=True)
class EmailContent:
    """``subject`` is one line. ``html`` stays under 100 KB: Gmail cuts at 102."""

    subject: str
    html: str
    text: str


def render_email(alert: Alert) -> EmailContent:
    """Every word of the alert in its recipient's language and time zone."""
    reader = reader_of(alert)
    if alert.kind is AlertKind.CLIENT:
        subject, html, text = approved(reader, alert.brand, text_for_client(reader, alert))
        return EmailContent(subject, html, text)
    if alert.kind in LETTERS:
        return EmailContent(*letter_mail(alert))
    view = mail_view(alert)
    words = {"view": view, "palette": PALETTES[view.tone], "_": reader.gettext, "ngettext": reader.ngettext}
    return EmailContent(
        subject=view.subject,
        html=environment().get_template("alert.html.j2").render(words),
        text=environment().get_template("alert.txt.j2").render(words),
    )


@dataclass(frozen=True, slots=True)
class Palette:
    """``strong`` carries white text at 4.5:1 or more (WCAG AA); ``soft`` is the same hue legible on dark."""

    strong: str
    soft: str


PALETTES = {
    "calm": Palette("#3d5a66", "#9fc2d0"),
    "watch": Palette("#80590a", "#e8bf63"),
    "issue": Palette("#a8430c", "#f5a06b"),
    "crisis": Palette("#b3161b", "#ff8f8a"),
    "severe": Palette("#8a0f3a", "#ff8fb1"),
    "resolved": Palette("#1d6b43", "#7fd3a5"),
    "test": Palette("#3b4a9e", "#a9b4ff"),
}
