"""The mail that tells the responsible person of a private complaint: number, clock and link, no words of it."""

from tocsin.domain.complaint import Notice, NoticeKind
from tocsin.web.clean import one_line, safe_link
from tocsin.web.i18n import Reader
from tocsin.web.mail import EmailContent
from tocsin.web.templating import environment

MAX_NAME = 120


def render_notice(notice: Notice) -> EmailContent:
    reader = Reader(notice.language, notice.timezone)
    link = safe_link(notice.link)
    happened = _happened(reader, notice)
    due = reader.moment(notice.answer_due_at, notice.at)
    clock = (
        reader.gettext("The answer was due by %(time)s", time=due)
        if notice.kind is NoticeKind.OVERDUE
        else reader.gettext("Answer due by %(time)s", time=due)
    )
    brand = one_line(notice.brand, MAX_NAME)
    view = {
        "language": notice.language,
        "subject": one_line(f"{brand}: {happened} · {clock}", 200),
        "happened": happened,
        "unbroken": happened.replace(notice.spoken, notice.spoken.replace("-", "\u2011")),
        "clock": f"{clock}.",
        "link": link.href if link else "",
        "host": link.host if link else "",
        "number": notice.spoken,
        "client": one_line(notice.client_name, MAX_NAME),
        "brand": brand,
        "zone": reader.zone(notice.answer_due_at),
    }
    words = {"view": view, "_": reader.gettext, "ngettext": reader.ngettext}
    return EmailContent(
        subject=view["subject"],
        html=environment().get_template("intake/notice.html.j2").render(words),
        text=environment().get_template("intake/notice.txt.j2").render(words),
    )


def _happened(reader: Reader, notice: Notice) -> str:
    match notice.kind:
        case NoticeKind.NEW:
            return reader.gettext("New private complaint, no. %(number)s", number=notice.spoken)
        case NoticeKind.WROTE:
            return reader.gettext("Private complaint no. %(number)s: the person wrote again", number=notice.spoken)
        case NoticeKind.HALF:
            return reader.gettext("Private complaint no. %(number)s: half the time is over", number=notice.spoken)
        case NoticeKind.OVERDUE:
            return reader.gettext("Private complaint no. %(number)s: the answer is overdue", number=notice.spoken)
